import Store
import Text
import TimelineModel

/// Three personas, their sources and filters, and the posts these carry.
struct World {
    let sources: Int
    let seed: UInt64
    let posts: Int

    /// Goes up when the same seed gives other posts than before.
    static let edition = 2
    static let pageSize = 20

    /// The newest post is a little older: 2026-11-22T12:00:00Z.
    static let end = Timestamp(seconds: 1_795_348_800)
    /// When a source is due again: later than anybody measures, since nobody answers at the sources' addresses.
    static let never = end.adding(seconds: 50 * 365 * 86_400)

    static let personas: [PersonaID] = ["main", "pro", "news"]
    static let filters: [(persona: PersonaID, name: SafeText, match: String, action: Filter.Action)] = [
        ("news", "no horoscopes", "tag:horoscope OR \"horoscope du jour\"", .hide),
        ("news", "no live tickers", "title:direct", .fold), ("pro", "veille", "sqlite OR swift", .highlight),
        ("main", "to me", "mentions:me", .highlight),
    ]

    /// A tenth of the sources is main's, a fifth pro's, the rest news'.
    func persona(of source: Int) -> PersonaID {
        switch source % 10 {
        case 0: "main"
        case 1, 2: "pro"
        default: "news"
        }
    }

    func feed(_ source: Int) -> String {
        "http://127.0.0.1:9/feed-" + String(repeating: "0", count: max(0, 3 - String(source).count)) + "\(source).xml"
    }

    func adopt(into store: PostStore, more: [Filter] = []) throws {
        var subscriptions: [Subscription] = []
        for source in 0..<sources {
            guard let address = WebAddress(feed(source)) else { continue }
            subscriptions.append(Subscription(persona: persona(of: source), address: .feed(address)))
        }
        try store.adopt(
            personas: World.personas.enumerated().map { Persona(id: $1, key: $0 + 1) }, subscriptions: subscriptions,
            filters: try World.filters.map {
                Filter(persona: $0.persona, name: $0.name, query: try Query(parsing: $0.match), action: $0.action)
            } + more, ownHandles: ["iriche@piaille.fr"], zone: .utc, now: World.end)
    }

    var configuration: String {
        // What is old stays, so that a store is the same however late it is measured.
        var lines = ["theme = \"nuit\"", "retention = \"forever\"", ""]
        let looks = [("cyan", "présence", "3"), ("green", "veille", "\"full\""), ("yellow", "direct", "1")]
        for (number, (persona, look)) in zip(World.personas, looks).enumerated() {
            lines += [
                "[[persona]]", "name = \"\(persona.name)\"", "key = \(number + 1)", "accent = \"\(look.0)\"",
                "purpose = \"\(look.1)\"", "lines = \(look.2)", "",
            ]
        }
        lines += ["[[account]]", "name = \"@iriche@piaille.fr\"", "persona = \"main\"", ""]
        for source in 0..<sources {
            lines += [
                "[[source]]", "persona = \"\(persona(of: source).name)\"", "feed = \"\(feed(source))\"", "",
            ]
        }
        for filter in World.filters {
            lines += [
                "[[filter]]", "persona = \"\(filter.persona.name)\"", "name = \"\(filter.name)\"",
                "match = '\(filter.match)'", "action = \"\(filter.action.rawValue)\"", "",
            ]
        }
        return lines.joined(separator: "\n")
    }

    // MARK: Posts

    /// How many pages hold the posts.
    var pages: Int { (posts + World.pageSize - 1) / World.pageSize }

    /// A page of one source, whatever was asked before; a fetch every twenty posts, the last one at `end`.
    func page(_ number: Int) -> FetchedPage {
        var random = Random(seed: seed &+ 1_000_003 &* UInt64(number))
        random = Random(seed: random.next())
        let first = number * World.pageSize
        let count = min(World.pageSize, posts - first)
        let source = random.zipf(sources)
        let id = sourceID(source)
        // A year of posts, whatever their number.
        let step = 365 * 86_400_000 / Int64(max(1, posts))
        let fetched = Timestamp(milliseconds: World.end.milliseconds - Int64(posts - first - count) * step)
        var page = Page()
        page.profile.title = "Source \(source)"
        for number in (first..<first + count).reversed() {
            let published = Timestamp(
                milliseconds: World.end.milliseconds - Int64(posts - number) * step
                    - Int64(random.below(3_600_000)))
            var sighting = Sighting(entryID: "http://127.0.0.1:9/\(source)/\(number)")
            if random.once(in: 8) {
                sighting.boostedBy = author(&random)
                sighting.boostedAt = published
            }
            page.items.append(
                PageItem(
                    post: post(number, of: id, host: source, published: published, &random), sighting: sighting))
        }
        return FetchedPage(source: id, stretch: .newest, page: page, fetchedAt: fetched, nextAttempt: World.never)
    }

    /// What a source says that has nothing new: it is not due again then.
    func nothingNew(_ source: Int) -> FetchedPage {
        var page = Page()
        page.isUnchanged = true
        return FetchedPage(
            source: sourceID(source), stretch: .newest, page: page, fetchedAt: World.end, nextAttempt: World.never)
    }

    private func sourceID(_ source: Int) -> SourceID {
        WebAddress(feed(source)).map { SourceAddress.feed($0).id } ?? SourceID(value: "")
    }

    private func author(_ random: inout Random) -> Author {
        let number = random.zipf(5000)
        let name = Words.names[number % Words.names.count] + " " + Words.french[number % Words.french.count]
        return Author(
            name: SafeText(sanitizing: name, as: .name),
            handle: SafeText(sanitizing: "user\(number)@server\(number % 40).example", as: .name))
    }

    private func post(
        _ number: Int, of source: SourceID, host: Int, published: Timestamp, _ random: inout Random
    ) -> Post {
        var text = ""
        let language = random.below(10)
        let words = language < 5 ? Words.french : language < 9 ? Words.english : Words.chinese
        let count = random.once(in: 20) ? 200 + random.below(600) : 5 + random.below(45)
        for index in 0..<count {
            if index > 0, language < 9 { text += index % 40 == 39 ? "\n" : " " }
            text += words[random.zipf(words.count)]
            // Words that few posts have, so that a search has something rare to find.
            if random.once(in: 30) { text += " rare\(random.below(20_000)) " }
        }
        if random.once(in: 10) { text += " 🙂👨‍👩‍👧🇫🇷" }
        var spans: [RichText.Span] = []
        let address = WebAddress("https://site\(host).example/articles/\(number)")
        if random.once(in: 2), let address {
            let start = text.utf8.count + 1
            text += " " + address.text
            spans.append(RichText.Span(range: start..<start + address.text.utf8.count, kind: .link(address)))
        }
        var post = Post(
            id: .feedEntry(feed: source, key: "http://127.0.0.1:9/\(host)/\(number)"),
            remoteID: "http://127.0.0.1:9/\(host)/\(number)", network: .feed, kind: .article, author: author(&random),
            body: RichText(plain: SafeText(sanitizing: text, as: .body), spans: spans), address: address,
            published: published, language: language < 5 ? "fr" : language < 9 ? "en" : "zh")
        if !random.once(in: 3) {
            let title = (0..<4 + random.below(6)).map { _ in words[random.zipf(words.count)] }
            post.title = SafeText(sanitizing: title.joined(separator: language < 9 ? " " : ""))
        }
        if random.once(in: 3) { post.tags = [SafeText(sanitizing: random.pick(Words.tags))] }
        if random.once(in: 6) {
            post.attachments = [
                Attachment(
                    kind: .image, address: WebAddress("https://media.example/\(number).jpg"),
                    alt: SafeText(sanitizing: "Photo : \(random.pick(words))"))
            ]
        }
        if random.once(in: 40) {
            post.mentions = [Mention(handle: "iriche@piaille.fr", address: nil)]
        }
        return post
    }
}
