/// Feeds as sites publish them, written for these tests.
enum FeedFixtures {
    static let rss2 = #"""
        <?xml version="1.0" encoding="UTF-8"?>
        <rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
          xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"
          xmlns:slash="http://purl.org/rss/1.0/modules/slash/">
        <channel>
          <title>Le Fil &amp;amp; la Plume</title>
          <atom:link href="https://lefil.example/rss.xml" rel="self" type="application/rss+xml"/>
          <link>https://lefil.example/</link>
          <description>Actualités</description><language>fr-FR</language><ttl>60</ttl>
          <image><title>Logo</title><url>https://lefil.example/logo.png</url><link>https://lefil.example/logo</link></image>
          <item>
            <title>L&rsquo;Élysée répond&nbsp;: &quot;non&quot;</title>
            <link>/2026/11/elysee?a=1&b=2</link>
            <guid isPermaLink="false">lefil-4711</guid>
            <pubDate>dim., 22 nov. 2026 08:30:00 +0100</pubDate>
            <dc:creator><![CDATA[Zoé Martin]]></dc:creator>
            <category>Politique</category><category><![CDATA[Médias & co]]></category>
            <description>Résumé court.</description>
            <content:encoded><![CDATA[<p>Texte <a href="suite.html">entier</a>.</p>
            <p><img src="a.jpg" alt="La cour"></p>]]></content:encoded>
            <media:content url="https://lefil.example/a.jpg" medium="image">
            <media:description>La cour de l'Élysée</media:description></media:content>
            <enclosure url="https://lefil.example/a.mp3" length="12345" type="audio/mpeg"/>
            <comments>https://lefil.example/2026/11/elysee#commentaires</comments><slash:comments>12</slash:comments>
          </item>
          <item>
            <description>Sans titre, sans lien &lt;b&gt;mais&lt;/b&gt; lisible.</description>
            <guid>https://lefil.example/breve/2</guid>
            <author>redaction@lefil.example (La Rédaction)</author>
          </item>
          <item></item>
        </channel></rss>
        """#

    static let atom = #"""
        <?xml version="1.0" encoding="utf-8"?>
        <feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en" xml:base="https://notes.example/blog/"
          xmlns:thr="http://purl.org/syndication/thread/1.0">
          <title type="html">Notes &amp;mdash; daily</title><id>tag:notes.example,2026:feed</id>
          <updated>2026-11-22T10:00:00Z</updated><link rel="self" href="feed.atom"/><link href="./"/>
          <author><name>Ada Byron</name><email>ada@notes.example</email><uri>https://notes.example/ada</uri></author>
          <entry>
            <title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">On <em>engines</em></div></title>
            <id>tag:notes.example,2026:1</id><link rel="alternate" type="text/html" href="engines.html"/>
            <link rel="enclosure" type="image/png" href="engine.png" title="A drawing" length="99"/>
            <link rel="replies" type="text/html" href="engines.html#c" thr:count="2"/>
            <published>2026-11-21T23:00:00+02:00</published><updated>2026-11-22T09:00:00.5Z</updated>
            <category term="engines" label="Engines"/>
            <content type="xhtml">
            <div xmlns="http://www.w3.org/1999/xhtml"><p>See <a href="plan.html">plan</a>.</p></div></content>
          </entry>
          <entry xml:lang="de">
            <title>Plain &lt;b&gt; title</title><id>tag:notes.example,2026:2</id><updated>2026-11-20T09:00:00Z</updated>
            <source><author><name>Source Author</name></author></source>
            <summary type="html">&lt;p&gt;Nur &lt;i&gt;kurz&lt;/i&gt;&lt;/p&gt;</summary>
          </entry>
        </feed>
        """#

    static let rss1 = #"""
        <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
          xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
          <channel rdf:about="https://old.example/"><title>Old news</title><link>https://old.example/</link>
          <sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency></channel>
          <item rdf:about="https://old.example/1"><title>One</title><link>https://old.example/1</link>
          <dc:date>2026-11-22T07:00:00Z</dc:date><dc:creator>Bob</dc:creator><dc:subject>web</dc:subject></item>
        </rdf:RDF>
        """#

    static let json = #"""
        {"version":"https://jsonfeed.org/version/1.1","title":"Micro","home_page_url":"https://micro.example/","language":"en-GB",
        "authors":[{"name":"Carla","url":"https://micro.example/carla"}],
        "items":[
        {"id":17,"url":"https://micro.example/17","content_html":"<p>Hello <b>world</b></p>",
        "date_published":"2026-11-22T08:00:00-05:00",
        "tags":["one","two"],
        "attachments":[{"url":"https://micro.example/17.mp3","mime_type":"audio/mpeg","size_in_bytes":100,
        "title":"Talk"}]},
        {"id":"18","content_text":"1 < 2\nsecond line",
        "external_url":"https://elsewhere.example/","author":{"name":"Guest"}},
        {"id":"","content_text":"nobody"},{"content_text":"nobody"},"odd"]}
        """#

    static let page = #"""
        <!DOCTYPE html><html><head><title>Le Fil</title><base href="https://lefil.example/accueil/">
        <link rel="stylesheet" href="x.css">
        <link rel="alternate" type="application/rss+xml" title="Comments" href="comments.xml">
        <link rel="alternate" type="application/json" href="/wp-json/posts/1">
        <LINK REL="Alternate feed" TYPE="application/atom+xml" TITLE="À la une" HREF="/une.atom">
        <link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
        <link rel="alternate" hreflang="en" href="/en"></head><body><p>Bonjour</p></body></html>
        """#
}
