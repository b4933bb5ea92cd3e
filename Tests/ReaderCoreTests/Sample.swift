import ReaderCore
import Text
import TimelineModel

extension EntryKey {
    /// Some place among posts of one time.
    init(sortTime: Timestamp, id: PostID) {
        self.init(sortTime: sortTime, tie: Int64(bitPattern: StableHash.of(id.key)))
    }
}

/// Posts, personas and sources for the tests of the reader, as in the mock-ups.
enum Sample {
    /// 22 Nov 2026 14:34 UTC.
    static let now = time("2026-11-22T14:34:00Z")
    static let main = Persona(id: "main", key: 1, accent: "cyan", purpose: "présence")
    static let pro = Persona(id: "pro", key: 2, accent: "green", purpose: "veille", density: .full)
    static let news = Persona(id: "news", key: 3, accent: "yellow", purpose: "direct", density: .oneLine)
    static let personas = [main, pro, news]

    static func time(_ text: String) -> Timestamp { Timestamp(rfc3339: text) ?? Timestamp(seconds: 0) }

    /// A moment of the sample's day: `clock("14:31")`.
    static func clock(_ time: String) -> Timestamp { self.time("2026-11-22T\(time):00Z") }

    static func id(_ name: String) -> PostID { .activityPub(uri: "https://example.org/\(name)") }

    static func post(
        _ name: String, at moment: Timestamp, by author: SafeText = "Ana", _ text: SafeText = "A text.",
        isRead: Bool = false, _ change: (inout PostSummary) -> Void = { _ in }
    ) -> TimelineEntry {
        var post = PostSummary(
            id: id(name), key: EntryKey(sortTime: moment, id: id(name)), authorName: author, excerpt: text,
            isRead: isRead)
        change(&post)
        return .post(post)
    }

    static func gap(below entry: TimelineEntry, of source: SourceID = lemonde.id) -> TimelineEntry {
        .gap(Gap(source: source, key: key(below: entry), newer: "2", older: "1"))
    }

    /// Where the store puts a line below an entry.
    static func key(below entry: TimelineEntry) -> EntryKey {
        EntryKey(sortTime: entry.key.sortTime, tie: entry.key.tie - 1)
    }

    /// `count` posts a minute apart, `p0` the newest.
    static func row(_ count: Int, read: (Int) -> Bool = { _ in false }) -> [TimelineEntry] {
        (0..<count).map { number in
            post(
                "p\(number)", at: now.adding(seconds: Int64(-60 * (number + 1))), by: "Author \(number)",
                "Text number \(number).", isRead: read(number))
        }
    }

    /// A store with `count` posts in main alone.
    static func store(_ count: Int, read: (Int) -> Bool = { _ in false }) -> FakeStore {
        var store = FakeStore()
        store.add(row(count, read: read), to: "main")
        store.add([], to: "pro")
        store.add([], to: "news")
        return store
    }

    static func feed(_ address: String) -> SourceAddress {
        guard let address = WebAddress(address) else { return .posts(user: "x", server: server) }
        return .feed(address)
    }

    static let server: Server = {
        guard let server = Server("mastodon.example") else { preconditionFailure("a host") }
        return server
    }()

    static let lemonde = feed("https://www.lemonde.fr/rss/une.xml")
    static let aubry = feed("https://aubry-avocats.fr/feed")

    // MARK: The mock-ups

    static let gapped = post("weber", at: clock("13:58"), by: "Tom Weber", "L’arrêt est publié", isRead: true) {
        $0.boostedBy = "Ana"
        $0.authorName = "Tom Weber"
    }

    static func mockUp() -> FakeStore {
        var store = FakeStore()
        store.add(mainEntries, to: "main")
        store.add(proEntries, to: "pro")
        store.add(newsEntries, to: "news")
        store.details[id("aubry")] = aubryDetail
        store.health = [
            health(lemonde, ["news"], "Le Monde") {
                $0.unread = 37
                $0.total = 1204
                $0.centiPostsADay = 4120
                $0.lastPost = clock("14:19")
                $0.failuresInARow = 3
                $0.lastError = "www.lemonde.fr: the server answers 503 (service unavailable)"
                $0.lastErrorAt = clock("14:30")
                $0.nextAttempt = clock("15:00")
            },
            health(feed("https://www.francetvinfo.fr/titres.rss"), ["news"], "France Info") {
                $0.total = 300
                $0.centiPostsADay = 320
                $0.lastPost = clock("14:30")
            },
            health(aubry, ["pro"], "Cabinet Aubry") {
                $0.unread = 1
                $0.total = 40
                $0.centiPostsADay = 3
                $0.lastPost = clock("14:31")
            },
            health(.posts(user: "lea", server: server), ["main"], "@lea@mastodon.example") { $0.total = 2 },
        ]
        return store
    }

    /// The mock-up with files that have addresses.
    static func mockUpWithFiles() -> FakeStore {
        var store = mockUp()
        store.details[id("aubry")]?.post.attachments = [
            Attachment(
                kind: .image, address: WebAddress("https://files.mastodon.example/media/tableau.png"),
                alt: "Tableau comparatif avant / après : qui paie l’électricité, le siège, l’abonnement"),
            Attachment(
                kind: .audio, address: WebAddress("https://files.mastodon.example/media/audience.mp3"),
                mediaType: "audio/mpeg", size: 44_400_000),
            Attachment(kind: .image, address: nil),
        ]
        return store
    }

    static func health(
        _ address: SourceAddress, _ personas: [PersonaID], _ name: SafeText, _ change: (inout SourceHealth) -> Void
    ) -> SourceHealth {
        var health = SourceHealth(
            source: address.id, address: address, personas: personas, name: name,
            homePage: WebAddress("https://example.org/"))
        health.lastSuccess = clock("14:00")
        health.lastAttempt = clock("14:33")
        health.nextAttempt = clock("14:48")
        change(&health)
        return health
    }

    private static let mainEntries = [
        post("lea", at: clock("14:22"), by: "Léa Marchand", "Merci pour l’article ! Je l’ai envoyé à toute l’équipe.") {
            $0.isToUser = true
            $0.kind = .reply
        },
        post(
            "ten", at: clock("13:40"), by: "Ana",
            "mon retour après dix ans : ce que j’ai appris, ce que j’ai oublié, et ce que je referais autrement si c’était à refaire",
            isRead: true
        ) {
            $0.boostedBy = "Tom Weber"
        },
        post("poll", at: clock("12:05"), by: "日本語の投稿者", "新しい判例についてのアンケート：どう思いますか？ 👩‍👩‍👧 🇫🇷", isRead: true) {
            $0.hasPoll = true
            $0.isStarred = true
        },
        post(
            "old", at: time("2026-11-20T09:00:00Z"), by: "Inès Caron", "Bonjour à toutes et à tous : me voilà !",
            isRead: true),
        post("older", at: time("2025-03-02T09:00:00Z"), by: "Tom Weber", "", isRead: true) { $0.hasMedia = true },
    ]

    private static let proEntries = [
        post(
            "aubry", at: clock("14:31"), by: "Cabinet Aubry",
            "Nouvelle jurisprudence sur le télétravail : ce qui change au 1er janvier. Notre analyse en trois points."
        ) {
            $0.authorHandle = "aubry@mastodon.social"
            $0.link = "aubry-avocats.fr/teletravail"
        },
        post("caron", at: clock("14:14"), by: "Inès Caron", "Le gouvernement hésite encore, et c’est bien dommage.") {
            $0.contentWarning = "politique intérieure"
        },
        gapped, gap(below: gapped),
        post("direct", at: clock("13:40"), by: "Le Direct", "14:00 le point", isRead: true) {
            $0.verdict = Verdict(.folded, rule: "no live tickers")
        },
        post("horoscope", at: clock("13:20"), by: "Astro", "Horoscope du jour") {
            $0.verdict = Verdict(.hidden, rule: "no horoscopes")
        },
        post("marked", at: clock("13:00"), by: "Journal officiel", "Arrêté du 20 novembre 2026 relatif au télétravail")
        {
            $0.verdict = Verdict(.highlighted, rule: "JO")
            $0.title = "JORF n° 271 « Textes généraux »"
        },
    ]

    private static let newsEntries = [
        post("afp", at: clock("14:33"), by: "AFP", "") { $0.title = "Séisme de magnitude 5,1" },
        post("info", at: clock("14:30"), by: "France Info", "") { $0.title = "Grève : le point à midi" },
        post("monde", at: clock("14:19"), by: "Le Monde", "", isRead: true) {
            $0.title = "Séisme au large des côtes bretonnes"
            $0.link = "lemonde.fr/seisme"
        },
        post("tick", at: clock("14:10"), by: "Le Direct", "14:10", isRead: true) {
            $0.verdict = Verdict(.folded, rule: "no live tickers")
        },
        post("reuters", at: clock("14:02"), by: "Reuters", "", isRead: true) {
            $0.title = "Earthquake off Brittany, no casualties reported"
        },
    ]

    private static let aubryDetail: PostDetail = {
        let plain: SafeText = """
            Nouvelle jurisprudence sur le télétravail : ce qui change au 1er janvier. Notre analyse en trois points.

            • l’accord écrit n’est plus une simple formalité, quoi qu’en dise « la pratique » des entreprises
            • les frais sont dus
            • le refus doit être motivé
            """
        let text = plain.string
        var spans: [RichText.Span] = []
        if let link = WebAddress("https://aubry-avocats.fr/teletravail"), let range = text.range(of: "Notre analyse") {
            let start = text.utf8.distance(from: text.startIndex, to: range.lowerBound)
            spans.append(RichText.Span(range: start..<start + "Notre analyse".utf8.count, kind: .link(link)))
        }
        var post = Post(
            id: id("aubry"), remoteID: "aubry", network: .mastodon, kind: .quote,
            author: Author(name: "Cabinet Aubry", handle: "aubry@mastodon.social"),
            body: RichText(plain: plain, spans: spans), address: WebAddress("https://mastodon.social/@aubry/1"),
            published: clock("14:31"), language: "fr")
        post.attachments = [
            Attachment(kind: .image, address: nil, alt: "Tableau comparatif avant / après"),
            Attachment(kind: .image, address: nil),
        ]
        post.quoted = QuotedPost(
            state: .shown, author: Author(name: "Juriste", handle: "juriste@framapiaf.org"),
            text: "L’arrêt est publié.")
        post.poll = Poll(
            options: [
                Poll.Option(title: "Oui", votes: 30), Poll.Option(title: "Non", votes: 9),
                Poll.Option(title: "Sans avis", votes: 1),
            ], expires: now.adding(seconds: 7200), votes: 40)
        post.counts = Counts(boosts: 14, favourites: 1240, replies: 6)
        post.visibility = .public
        return PostDetail(
            post: post, firstSeen: clock("14:32"),
            seen: [
                PostDetail.Seen(source: feed("https://iriche.example/").id, name: "@iriche home", at: clock("14:32")),
                PostDetail.Seen(source: feed("https://feed.example/").id, name: "feed", at: clock("14:40")),
            ])
    }()
}

extension String {
    /// The first place of a part, without Foundation.
    fileprivate func range(of part: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
            start = index(after: start)
        }
        return nil
    }
}
