extension Responses {
    static let harbourJSON = Array(
        ##"""
        {"version":"https://jsonfeed.org/version/1.1","title":"The Harbour Post","home_page_url":"https://harbour.demo.perchoir.example/","feed_url":"https://harbour.demo.perchoir.example/feed.json","language":"en","items":[
        {{arrivals}}{"id": "https://harbour.demo.perchoir.example/quake", "url": "https://harbour.demo.perchoir.example/quake", "title": "Magnitude 5.1 earthquake off Brittany felt in Cornwall", "content_html": "<p>People from Penzance to Exeter reported swaying lamps. No damage is known. The first estimate may be revised.</p>", "date_published": "{{-1560}}", "authors": [{"name": "Imogen Tarrant"}], "language": "en", "tags": []},
        {"id": "https://harbour.demo.perchoir.example/ferries", "url": "https://harbour.demo.perchoir.example/ferries", "title": "Rail strike in France: Channel ferries add sailings", "content_html": "<p>Two operators put on extra night crossings from Roscoff and Saint-Malo.</p>", "date_published": "{{-3000}}", "authors": [{"name": "Desk"}], "language": "en", "tags": []},
        {"id": "https://harbour.demo.perchoir.example/style-queries", "url": "https://harbour.demo.perchoir.example/style-queries", "title": "Style queries land in every browser, quietly", "content_html": "<p>A decade of workarounds may now be deleted.</p>", "date_published": "{{-5700}}", "authors": [{"name": "Ravi Menon"}], "language": "en", "tags": []},
        {"id": "https://harbour.demo.perchoir.example/boats", "url": "https://harbour.demo.perchoir.example/boats", "title": "The library that lends boats", "content_html": "<p>One card, 400 dinghies, a waiting list of three weeks.</p>", "date_published": "{{-9900}}", "authors": [{"name": "Imogen Tarrant"}], "language": "en", "tags": []},
        {"id": "https://harbour.demo.perchoir.example/correction", "url": "https://harbour.demo.perchoir.example/correction", "title": "Correction: the mayor did not resign", "content_html": "<p>An earlier headline said she had. She had taken a day off.</p>", "date_published": "{{-15600}}", "authors": [{"name": "Desk"}], "language": "en", "tags": []},
        {"id": "https://harbour.demo.perchoir.example/tidal", "url": "https://harbour.demo.perchoir.example/tidal", "title": "Tidal power pilot passes its first winter", "content_html": "<p>Output was 6% above forecast; the seals did not mind.</p>", "date_published": "{{-30600}}", "authors": [{"name": "Ravi Menon"}], "language": "en", "tags": []},
        {"id": "https://harbour.demo.perchoir.example/crossword", "url": "https://harbour.demo.perchoir.example/crossword", "title": "Crossword 2,204", "content_html": "<p>Set by Pilchard.</p>", "date_published": "{{-82800}}", "authors": [{"name": "Pilchard"}], "language": "en", "tags": ["crossword"]}
        ]}

        """##.utf8)
}
