extension Responses {
    static let feuilleXML = Array(
        ##"""
        <?xml version="1.0" encoding="utf-8"?>
        <feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr">
        <title>La Feuille de style</title>
        <id>https://feuille.demo.perchoir.example/</id>
        <link rel="alternate" href="https://feuille.demo.perchoir.example/"/>
        <updated>{{-60}}</updated>
        {{arrivals}}
        <entry>
        <id>https://feuille.demo.perchoir.example/requetes-de-style</id>
        <title>CSS : les requêtes de style passent en stable</title>
        <link rel="alternate" href="https://feuille.demo.perchoir.example/requetes-de-style"/>
        <author><name>Ilse Farkas</name></author>
        <published>{{-4800}}</published>
        <updated>{{-4800}}</updated>
        <content type="html">&lt;p&gt;Les trois moteurs s’accordent enfin. Ce que cela change pour les thèmes sombres, avec des exemples.&lt;/p&gt;&lt;pre&gt;&lt;code&gt;@container style(--theme: nuit) { a { color: var(--lien) } }&lt;/code&gt;&lt;/pre&gt;</content>
        </entry>
        <entry>
        <id>https://feuille.demo.perchoir.example/bulles</id>
        <title>Accessibilité : le piège des bulles d’aide</title>
        <link rel="alternate" href="https://feuille.demo.perchoir.example/bulles"/>
        <author><name>Ilse Farkas</name></author>
        <published>{{-25200}}</published>
        <updated>{{-25200}}</updated>
        <content type="html">&lt;p&gt;Clavier, loupe, lecteur d’écran : trois essais, trois échecs, une solution.&lt;/p&gt;</content>
        </entry>
        <entry>
        <id>https://feuille.demo.perchoir.example/14-ko</id>
        <title>Une page de 14 Ko, dix ans après</title>
        <link rel="alternate" href="https://feuille.demo.perchoir.example/14-ko"/>
        <author><name>Noé Bastide</name></author>
        <published>{{-86400}}</published>
        <updated>{{-82800}}</updated>
        <content type="html">&lt;p&gt;Que reste-t-il de la règle ?&lt;/p&gt;</content>
        </entry>
        <entry>
        <id>https://feuille.demo.perchoir.example/formulaires</id>
        <title>Formulaires juridiques : supprimer la moitié des champs</title>
        <link rel="alternate" href="https://feuille.demo.perchoir.example/formulaires"/>
        <author><name>Noé Bastide</name></author>
        <published>{{-180000}}</published>
        <updated>{{-180000}}</updated>
        <content type="html">&lt;p&gt;Étude de cas avec un greffe volontaire.&lt;/p&gt;</content>
        </entry>
        <entry>
        <id>https://feuille.demo.perchoir.example/espace-fine</id>
        <title>Typographie française sur le web : l’espace fine, enfin</title>
        <link rel="alternate" href="https://feuille.demo.perchoir.example/espace-fine"/>
        <author><name>Ilse Farkas</name></author>
        <published>{{-266400}}</published>
        <updated>{{-266400}}</updated>
        <content type="html">&lt;p&gt;Avant « ! », « ? » et « ; ». Mode d’emploi.&lt;/p&gt;</content>
        </entry>
        <entry>
        <id>https://feuille.demo.perchoir.example/lettre-31</id>
        <title>Lettre n° 31</title>
        <link rel="alternate" href="https://feuille.demo.perchoir.example/lettre-31"/>
        <author><name>Noé Bastide</name></author>
        <published>{{-352800}}</published>
        <updated>{{-352800}}</updated>
        <content type="html">&lt;p&gt;Liens de la semaine.&lt;/p&gt;</content>
        </entry>
        </feed>

        """##.utf8)
}
