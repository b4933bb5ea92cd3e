extension Responses {
    static let littoralXML = Array(
        ##"""
        <?xml version="1.0" encoding="UTF-8"?>
        <rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">
        <channel>
        <title>Agence Littoral</title>
        <link>https://littoral.demo.perchoir.example/</link>
        <description>Dépêches en continu</description>
        <language>fr</language>
        <ttl>5</ttl>
        {{arrivals}}
        <item>
        <title>Séisme : les trains circulent normalement</title>
        <link>https://littoral.demo.perchoir.example/seisme-bretagne-3</link>
        <guid isPermaLink="false">seisme-bretagne-3</guid>
        <pubDate>{{-540}}</pubDate>
        <description>&lt;p&gt;Après une inspection des ouvrages d’art, le trafic est normal sur la ligne Quimper–Lorient.&lt;/p&gt;</description>
        </item>
        <item>
        <title>Séisme : la magnitude revue à 4,8</title>
        <link>https://littoral.demo.perchoir.example/seisme-bretagne-2</link>
        <guid isPermaLink="false">seisme-bretagne-2</guid>
        <pubDate>{{-1320}}</pubDate>
        <description>&lt;p&gt;Le réseau national ramène la magnitude à 4,8 après relecture. Douze répliques faibles ont été enregistrées.&lt;/p&gt;</description>
        </item>
        <item>
        <title>Séisme de magnitude 5,1 au large de la Bretagne</title>
        <link>https://littoral.demo.perchoir.example/seisme-bretagne-1</link>
        <guid isPermaLink="false">seisme-bretagne-1</guid>
        <pubDate>{{-1860}}</pubDate>
        <description>&lt;p&gt;Un séisme de magnitude 5,1 s’est produit à 60 km à l’ouest de la pointe du Raz, selon un premier relevé. Aucun dégât n’est signalé à ce stade.&lt;/p&gt;</description>
        </item>
        <item>
        <title>Grève des transports : le point à midi</title>
        <link>https://littoral.demo.perchoir.example/greve-midi</link>
        <guid isPermaLink="false">greve-midi</guid>
        <pubDate>{{-2880}}</pubDate>
        <description>&lt;p&gt;Un métro sur deux en moyenne ; les bus de nuit sont assurés. La rencontre au ministère est prévue à 17 h.&lt;/p&gt;</description>
        </item>
        <item>
        <title>Grève : un préavis déposé pour jeudi</title>
        <link>https://littoral.demo.perchoir.example/greve-preavis</link>
        <guid isPermaLink="false">greve-preavis</guid>
        <pubDate>{{-5100}}</pubDate>
        <description>&lt;p&gt;Trois organisations appellent à cesser le travail jeudi à partir de 4 h.&lt;/p&gt;</description>
        </item>
        <item>
        <title>Le port de Brest ferme deux bassins pour travaux</title>
        <link>https://littoral.demo.perchoir.example/brest-bassins</link>
        <guid isPermaLink="false">brest-bassins</guid>
        <pubDate>{{-6000}}</pubDate>
        <description>&lt;p&gt;Les bassins 2 et 3 ferment jusqu’au 15 janvier. Les pêcheurs sont accueillis au Moulin-Blanc.&lt;/p&gt;</description>
        </item>
        <item>
        <title>Inflation : 1,9 % sur un an en octobre</title>
        <link>https://littoral.demo.perchoir.example/inflation-octobre</link>
        <guid isPermaLink="false">inflation-octobre</guid>
        <pubDate>{{-7500}}</pubDate>
        <description>&lt;p&gt;Les prix de l’énergie reculent, ceux des services ralentissent.&lt;/p&gt;</description>
        </item>
        <item>
        <title>Une panne coupe le paiement par carte pendant 40 minutes</title>
        <link>https://littoral.demo.perchoir.example/panne-cartes</link>
        <guid isPermaLink="false">panne-cartes</guid>
        <pubDate>{{-10200}}</pubDate>
        <description>&lt;p&gt;L’incident est clos ; les opérations en double seront annulées d’office, assure l’opérateur.&lt;/p&gt;</description>
        </item>
        <item>
        <title>Rugby : Vannes s’impose à la dernière minute</title>
        <link>https://littoral.demo.perchoir.example/rugby-vannes</link>
        <guid isPermaLink="false">rugby-vannes</guid>
        <pubDate>{{-12600}}</pubDate>
        <description>&lt;p&gt;27–26, sur une pénalité de 48 mètres.&lt;/p&gt;</description>
        </item>
        <item>
        <title>Crue de la Vilaine : vigilance levée</title>
        <link>https://littoral.demo.perchoir.example/vilaine</link>
        <guid isPermaLink="false">vilaine</guid>
        <pubDate>{{-15000}}</pubDate>
        <description>&lt;p&gt;Le niveau baisse depuis l’aube à Redon.&lt;/p&gt;</description>
        </item>
        <item>
        <title>Hôpital : un plan de 200 lits pour l’hiver</title>
        <link>https://littoral.demo.perchoir.example/hopital-lits</link>
        <guid isPermaLink="false">hopital-lits</guid>
        <pubDate>{{-18000}}</pubDate>
        <description>&lt;p&gt;Le ministère détaillera la répartition par région vendredi.&lt;/p&gt;</description>
        </item>
        <item>
        <title>Un tableau volé en 1998 retrouvé dans un garage</title>
        <link>https://littoral.demo.perchoir.example/tableau</link>
        <guid isPermaLink="false">tableau</guid>
        <pubDate>{{-25200}}</pubDate>
        <description>&lt;p&gt;L’huile sur toile, estimée à 300 000 €, a été identifiée grâce à une photo de famille.&lt;/p&gt;</description>
        </item>
        <item>
        <title>Éoliennes en mer : le raccordement prend huit mois de retard</title>
        <link>https://littoral.demo.perchoir.example/eoliennes</link>
        <guid isPermaLink="false">eoliennes</guid>
        <pubDate>{{-39600}}</pubDate>
        <description>&lt;p&gt;Le gestionnaire invoque la météo et un câble défectueux.&lt;/p&gt;</description>
        </item>
        <item>
        <title>Le Goncourt des détenus à une primo-romancière</title>
        <link>https://littoral.demo.perchoir.example/goncourt-detenus</link>
        <guid isPermaLink="false">goncourt-detenus</guid>
        <pubDate>{{-72000}}</pubDate>
        <description>&lt;p&gt;Le jury comptait 600 lecteurs dans 45 établissements.&lt;/p&gt;</description>
        </item>
        </channel>
        </rss>

        """##.utf8)
}
