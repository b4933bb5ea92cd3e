extension Responses {
    static let courrierXML = Array(
        ##"""
        <?xml version="1.0" encoding="UTF-8"?>
        <rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">
        <channel>
        <title>Le Courrier du Large</title>
        <link>https://courrier.demo.perchoir.example/</link>
        <description>À la une</description>
        <language>fr</language>
        <ttl>5</ttl>
        {{arrivals}}
        <item>
        <title>Séisme au large des côtes bretonnes : ce que l’on sait</title>
        <link>https://courrier.demo.perchoir.example/seisme-ce-que-l-on-sait</link>
        <guid isPermaLink="false">seisme-ce-que-l-on-sait</guid>
        <pubDate>{{-840}}</pubDate>
        <dc:creator>Anne-Lise Morvan</dc:creator>
        <description>&lt;p&gt;Magnitude 4,8 après relecture, pas de risque de tsunami, des centaines d’appels aux pompiers : le point, heure par heure. &lt;strong&gt;Mis à jour.&lt;/strong&gt;&lt;/p&gt;&lt;p&gt;&lt;a href="https://courrier.demo.perchoir.example/carte-seismes"&gt;La carte des séismes depuis 1900&lt;/a&gt;&lt;/p&gt;</description>
        </item>
        <item>
        <title>« On a cru qu’un camion heurtait la maison » : paroles d’Audierne</title>
        <link>https://courrier.demo.perchoir.example/paroles-audierne</link>
        <guid isPermaLink="false">paroles-audierne</guid>
        <pubDate>{{-1620}}</pubDate>
        <dc:creator>Gaël Tanguy</dc:creator>
        <description>&lt;p&gt;Sur le port, chacun compare son récit. Reportage.&lt;/p&gt;</description>
        </item>
        <item>
        <title>Grève : à quoi s’attendre demain matin</title>
        <link>https://courrier.demo.perchoir.example/greve-demain</link>
        <guid isPermaLink="false">greve-demain</guid>
        <pubDate>{{-3300}}</pubDate>
        <dc:creator>La rédaction</dc:creator>
        <description>&lt;p&gt;Métro, bus, trains régionaux : les prévisions ligne par ligne.&lt;/p&gt;</description>
        </item>
        <item>
        <title>Enquête : les marchés publics du nouveau stade</title>
        <link>https://courrier.demo.perchoir.example/stade-marches</link>
        <guid isPermaLink="false">stade-marches</guid>
        <pubDate>{{-6600}}</pubDate>
        <dc:creator>Gaël Tanguy</dc:creator>
        <description>&lt;p&gt;Trois avenants, un seul candidat et 14 millions d’euros de plus : les documents que nous publions posent des questions simples.&lt;/p&gt;</description>
        </item>
        <item>
        <title>Horoscope du jour</title>
        <link>https://courrier.demo.perchoir.example/horoscope</link>
        <guid isPermaLink="false">horoscope</guid>
        <pubDate>{{-9000}}</pubDate>
        <dc:creator>Madame Irma</dc:creator>
        <description>&lt;p&gt;Bélier : remettez à demain. Taureau : non, vraiment.&lt;/p&gt;</description>
        </item>
        <item>
        <title>Pourquoi les factures d’eau augmentent (et ce que vous pouvez y faire)</title>
        <link>https://courrier.demo.perchoir.example/eau</link>
        <guid isPermaLink="false">eau</guid>
        <pubDate>{{-11700}}</pubDate>
        <dc:creator>Solène Abgrall</dc:creator>
        <description>&lt;p&gt;Fuites, sécheresse, normes : décryptage en 5 questions.&lt;/p&gt;</description>
        </item>
        <item>
        <title>Portrait : la dernière voilière de Concarneau</title>
        <link>https://courrier.demo.perchoir.example/voiliere</link>
        <guid isPermaLink="false">voiliere</guid>
        <pubDate>{{-17100}}</pubDate>
        <dc:creator>Solène Abgrall</dc:creator>
        <description>&lt;p&gt;À 71 ans, Denise Quéré forme sa succession.&lt;/p&gt;</description>
        </item>
        <item>
        <title>Tribune. Rendez-nous les bancs publics</title>
        <link>https://courrier.demo.perchoir.example/bancs</link>
        <guid isPermaLink="false">bancs</guid>
        <pubDate>{{-23400}}</pubDate>
        <dc:creator>Collectif</dc:creator>
        <description>&lt;p&gt;Une ville sans bancs est une ville sans vieux, sans enfants et sans conversation.&lt;/p&gt;</description>
        </item>
        <item>
        <title>Recette : le far aux pruneaux, sans les pruneaux</title>
        <link>https://courrier.demo.perchoir.example/far</link>
        <guid isPermaLink="false">far</guid>
        <pubDate>{{-33600}}</pubDate>
        <dc:creator>La cuisine</dc:creator>
        <description>&lt;p&gt;Le débat est ouvert. Les commentaires, non.&lt;/p&gt;</description>
        </item>
        <item>
        <title>Mots croisés n° 4 812</title>
        <link>https://courrier.demo.perchoir.example/mots-croises-4812</link>
        <guid isPermaLink="false">mots-croises-4812</guid>
        <pubDate>{{-50400}}</pubDate>
        <dc:creator>Jeux</dc:creator>
        <description>&lt;p&gt;Grille du jour.&lt;/p&gt;</description>
        </item>
        <item>
        <title>Erratum : la baleine n’était pas bleue</title>
        <link>https://courrier.demo.perchoir.example/erratum-baleine</link>
        <guid isPermaLink="false">erratum-baleine</guid>
        <pubDate>{{-75600}}</pubDate>
        <dc:creator>La rédaction</dc:creator>
        <description>&lt;p&gt;Nous avons écrit hier « baleine bleue » ; il s’agissait d’un rorqual commun. Nos excuses aux deux.&lt;/p&gt;</description>
        </item>
        <item>
        <title>Bibliothèques : l’ouverture du dimanche gagne du terrain</title>
        <link>https://courrier.demo.perchoir.example/bibliotheques</link>
        <guid isPermaLink="false">bibliotheques</guid>
        <pubDate>{{-108000}}</pubDate>
        <dc:creator>Anne-Lise Morvan</dc:creator>
        <description>&lt;p&gt;Onze communes de plus cette année.&lt;/p&gt;</description>
        </item>
        </channel>
        </rss>

        """##.utf8)
}
