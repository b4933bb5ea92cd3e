import Store
import Text
import TimelineModel

/// SplitMix64: the same numbers from the same seed on every machine.
struct Random: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    mutating func once(in times: Int) -> Bool { below(times) == 0 }
    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
    mutating func pick<Choice>(_ choices: [Choice]) -> Choice { choices[below(choices.count)] }

    /// Of `count` places the first far more often than the last (Zipf's law, exponent near 1).
    mutating func zipf(_ count: Int) -> Int {
        let uniform = Double(next() >> 11) / Double(1 << 53)
        var power = 1.0
        // count^uniform by repeated square roots: no library for one function.
        var base = Double(count)
        var rest = uniform
        for _ in 0..<20 {
            base = base.squareRoot()
            rest *= 2
            if rest >= 1 {
                power *= base
                rest -= 1
            }
        }
        return min(count - 1, Int(power) - 1)
    }
}

/// Three personas, their sources and filters, and the posts these carry.
struct World {
    let sources: Int
    let seed: UInt64
    let posts: Int

    /// The newest post is a little older: 2026-11-22T12:00:00Z.
    static let end = Timestamp(seconds: 1_795_348_800)

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

    func adopt(into store: PostStore) throws {
        var subscriptions: [Subscription] = []
        for source in 0..<sources {
            guard let address = WebAddress(feed(source)) else { continue }
            subscriptions.append(Subscription(persona: persona(of: source), address: .feed(address)))
        }
        try store.adopt(
            personas: World.personas.enumerated().map { Persona(id: $1, key: $0 + 1) }, subscriptions: subscriptions,
            filters: try World.filters.map {
                Filter(persona: $0.persona, name: $0.name, query: try Query(parsing: $0.match), action: $0.action)
            }, ownHandles: ["iriche@piaille.fr"], zone: .utc, now: World.end)
    }

    var configuration: String {
        var lines = ["theme = \"nuit\"", ""]
        let looks = [("cyan", "présence", "3"), ("green", "veille", "\"full\""), ("yellow", "direct", "1")]
        for (number, (persona, look)) in zip(World.personas, looks).enumerated() {
            lines += [
                "[[persona]]", "name = \"\(persona.name)\"", "key = \(number + 1)", "accent = \"\(look.0)\"",
                "purpose = \"\(look.1)\"", "lines = \(look.2)", "",
            ]
        }
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

    /// The posts with these numbers, as one page of one source; a fetch every twenty posts, the last at `end`.
    func page(from first: Int, count: Int, _ random: inout Random) -> FetchedPage {
        let source = random.zipf(sources)
        let id = WebAddress(feed(source)).map { SourceAddress.feed($0).id } ?? SourceID(value: "")
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
        return FetchedPage(source: id, stretch: .newest, page: page, fetchedAt: fetched, nextAttempt: World.end)
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

/// What the texts are made of, most frequent first.
enum Words {
    static let names = [
        "Anne", "Léa", "Jean", "Zoé", "Malik", "Inès", "Hugo", "Chloé", "Karim", "Élodie", "John", "Mary", "Wei",
        "Yuki", "Olga",
    ]
    static let tags = ["IA", "élections", "horoscope", "climat", "swift", "sqlite", "direct", "sport", "日本", "musique"]
    static let french = """
        le la les de du des et à un une en est pour que qui dans sur pas au avec par ce il elle sont mais ou plus son \
        retraite gouvernement président élections réforme Élysée aujourd’hui ministre l’État pays Europe justice loi \
        guerre climat santé hôpital école police enquête affaire scandale procès économie prix énergie transport \
        train grève syndicat salaires budget dette impôts entreprise emploi chômage logement ville Paris Lyon \
        Marseille Bruxelles presse journaliste média direct horoscope culture cinéma musique livre théâtre sport \
        football rugby cœur œuvre naïve été forêt incendie tempête rivière montagne océan espace fusée données \
        logiciel libre serveur sécurité faille mise jour version terminal clavier
        """.split(separator: " ").map(String.init)
    static let english = """
        the of and to in a is that for it as was with be by on not he this are or his from at which but have an they \
        government president election reform today minister country court law war climate health hospital school \
        police inquiry scandal trial economy price energy transport train strike union wages budget debt tax company \
        job housing city London Paris Berlin press journalist media live horoscope culture film music book theatre \
        sport football rugby heart fire storm river mountain ocean space rocket data software free server security \
        bug update version terminal keyboard swift sqlite compiler release index query cache latency
        """.split(separator: " ").map(String.init)
    static let chinese = [
        "今天", "新闻", "总统", "选举", "经济", "气候", "日本語", "東京", "ニュース", "速報", "大阪", "天気", "政府", "改革", "法律", "音乐", "电影",
    ]
}
