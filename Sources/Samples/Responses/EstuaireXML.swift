extension Responses {
    static let estuaireXML = Array(
        ##"""
        <?xml version="1.0" encoding="utf-8"?>
        <feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr">
        <title>Radio Estuaire</title>
        <id>https://estuaire.demo.perchoir.example/</id>
        <link rel="alternate" href="https://estuaire.demo.perchoir.example/"/>
        <updated>{{-60}}</updated>
        {{arrivals}}
        <entry>
        <id>https://estuaire.demo.perchoir.example/greve-point</id>
        <title>Grève : le point à midi</title>
        <link rel="alternate" href="https://estuaire.demo.perchoir.example/greve-point"/>
        <author><name>Rédaction</name></author>
        <published>{{-180}}</published>
        <updated>{{-180}}</updated>
        <content type="html">&lt;p&gt;Reportage sur le quai de la ligne 2, où l’on attend et où l’on discute.&lt;/p&gt;</content>
        </entry>
        <entry>
        <id>https://estuaire.demo.perchoir.example/direct-seisme</id>
        <title>DIRECT. Secousse ressentie de Brest à Nantes</title>
        <link rel="alternate" href="https://estuaire.demo.perchoir.example/direct-seisme"/>
        <author><name>Rédaction</name></author>
        <published>{{-2100}}</published>
        <updated>{{-1200}}</updated>
        <content type="html">&lt;p&gt;Vos témoignages au standard. &lt;em&gt;Mise à jour : magnitude ramenée à 4,8.&lt;/em&gt;&lt;/p&gt;</content>
        </entry>
        <entry>
        <id>https://estuaire.demo.perchoir.example/invite</id>
        <title>L’invité de 8 h : « le bruit de la ville n’est pas une fatalité »</title>
        <link rel="alternate" href="https://estuaire.demo.perchoir.example/invite"/>
        <author><name>Paul-Émile Ster</name></author>
        <published>{{-4200}}</published>
        <updated>{{-4200}}</updated>
        <content type="html">&lt;p&gt;Entretien avec Bérénice Outré, acousticienne. 14 min.&lt;/p&gt;</content>
        </entry>
        <entry>
        <id>https://estuaire.demo.perchoir.example/meteo-marine</id>
        <title>Météo marine : avis de grand frais</title>
        <link rel="alternate" href="https://estuaire.demo.perchoir.example/meteo-marine"/>
        <author><name>Service météo</name></author>
        <published>{{-8400}}</published>
        <updated>{{-8400}}</updated>
        <content type="html">&lt;p&gt;Ouest 7 à 8 sur Penmarc’h et Iroise, mer forte.&lt;/p&gt;</content>
        </entry>
        <entry>
        <id>https://estuaire.demo.perchoir.example/chronique</id>
        <title>Chronique : l’ordinateur qui ne voulait pas s’éteindre</title>
        <link rel="alternate" href="https://estuaire.demo.perchoir.example/chronique"/>
        <author><name>Zoé Lam</name></author>
        <published>{{-13800}}</published>
        <updated>{{-13800}}</updated>
        <content type="html">&lt;p&gt;Où l’on apprend que la prise était celle du frigo.&lt;/p&gt;</content>
        </entry>
        <entry>
        <id>https://estuaire.demo.perchoir.example/concerts</id>
        <title>Culture : trois concerts à ne pas manquer</title>
        <link rel="alternate" href="https://estuaire.demo.perchoir.example/concerts"/>
        <author><name>Zoé Lam</name></author>
        <published>{{-20400}}</published>
        <updated>{{-20400}}</updated>
        <content type="html">&lt;p&gt;Un quatuor, une fanfare, un orgue de barbarie.&lt;/p&gt;</content>
        </entry>
        <entry>
        <id>https://estuaire.demo.perchoir.example/dockers</id>
        <title>Grand format : une nuit avec les dockers</title>
        <link rel="alternate" href="https://estuaire.demo.perchoir.example/dockers"/>
        <author><name>Paul-Émile Ster</name></author>
        <published>{{-36000}}</published>
        <updated>{{-36000}}</updated>
        <content type="html">&lt;p&gt;58 minutes, à écouter au casque.&lt;/p&gt;</content>
        </entry>
        <entry>
        <id>https://estuaire.demo.perchoir.example/revue</id>
        <title>Revue de presse</title>
        <link rel="alternate" href="https://estuaire.demo.perchoir.example/revue"/>
        <author><name>Rédaction</name></author>
        <published>{{-93600}}</published>
        <updated>{{-93600}}</updated>
        <content type="html">&lt;p&gt;Ce que disent les journaux du matin.&lt;/p&gt;</content>
        </entry>
        </feed>

        """##.utf8)
}
