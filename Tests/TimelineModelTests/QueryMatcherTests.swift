import Expectations
import Testing
import Text
import TimelineModel

@Suite("The one matcher")
struct QueryMatcherTests {
    private func post(
        _ text: SafeText = "Le Sénat vote la retraite", name: SafeText = "Anne Dupont",
        handle: SafeText? = "anne@piaille.fr", kind: Post.Kind = .post
    ) -> Post {
        Post(
            id: .activityPub(uri: "https://piaille.fr/1"), remoteID: "1", network: .mastodon, kind: kind,
            author: Author(name: name, handle: handle), body: RichText(plain: text))
    }

    private let context = EntryContext(
        persona: "news",
        carriers: [
            EntryContext.Carrier(
                source: SourceID(value: "1"), names: ["Le Monde - Une", "https://www.lemonde.fr/rss/une.xml"])
        ],
        firstSeen: Timestamp(seconds: 0), sortTime: Timestamp(seconds: 1_793_534_400),
        now: Timestamp(seconds: 1_793_534_400 + 3600), ownHandles: ["iriche@piaille.fr"])

    private func matches(_ query: String, _ post: Post, _ context: EntryContext? = nil) throws -> Bool {
        let context = context ?? self.context
        let query = try Query(parsing: query)
        let answer = query.matches(post, in: context)
        expect(query.matches(SearchablePost(post), in: context), is: answer)
        return answer
    }

    @Test(
        "words, phrases, beginnings and their combinations",
        arguments: [
            ("", true), ("vote", true), ("VOTE", true), ("vot", false), ("vot*", true), ("retraite*", true),
            ("\"vote la\"", true), ("\"vote retraite\"", false), ("\"la retrai\"*", true), ("la vote", true),
            ("-vote", false), ("-voté", false), ("vote OR absent", true), ("absent OR rien", false),
            ("vote -absent", true), ("-(absent OR rien)", true), ("vote (absent OR retraite)", true),
            ("--vote", true), ("NOT absent AND vote", true), ("anne", false),
        ])
    func text(query: String, expected: Bool) throws {
        try expect(matches(query, post()), is: expected)
    }

    @Test(
        "folding joins case, accents, ligatures, apostrophes and width",
        arguments: [
            ("elysee", "À l’Élysée"), ("coeur", "un cœur"), ("strasse", "Straße"), ("l'été", "L’ÉTÉ"), ("wide", "Ｗｉｄｅ"),
            ("म*", "मानक"),
        ])
    func folding(query: String, text: String) throws {
        #expect(try matches(query, post(SafeText(sanitizing: text))))
    }

    @Test(
        "words in scripts without spaces match by consecutive bigrams",
        arguments: [
            ("日本", true), ("日本語", true), ("本語", true), ("語", true), ("日", true), ("日語", false), ("本日", false),
            ("\"日本 語を\"", false), ("日*", true), ("語*", true), ("日本*", true),
        ])
    func bigrams(query: String, expected: Bool) throws {
        try expect(matches(query, post("今日は日本語を読む")), is: expected)
    }

    @Test("every segment of the text is searched, and no phrase crosses two")
    func segments() throws {
        var post = post("body")
        post.title = "title"
        post.contentWarning = "warning"
        post.attachments = [TimelineModel.Attachment(kind: .image, address: nil, alt: "alt")]
        post.poll = Poll(options: [Poll.Option(title: "yes", votes: nil), Poll.Option(title: "no", votes: nil)])
        post.quoted = QuotedPost(state: .shown, text: "quoted")
        post.card = LinkCard(
            address: try #require(WebAddress("https://example.org")), title: "headline", summary: "summary",
            provider: "provider")
        post.tags = ["ia", "élections"]
        let segments = Query.searchableText(of: post).map(\.string)
        expect(
            segments,
            is: [
                "title", "warning", "body", "alt", "yes", "no", "quoted", "headline", "summary", "ia", "élections",
            ])
        for (left, right) in zip(segments, segments.dropFirst()) {
            #expect(try matches(left, post))
            #expect(try !matches("\"\(left) \(right)\"", post))
        }
        #expect(try matches("title:title cw:warning words:1", post))
        #expect(try !matches("title:warning OR title:body OR cw:title OR cw:body", post))
    }

    @Test("title:, cw: and words: know which segments are empty")
    func emptySegments() throws {
        #expect(try !matches("title:vote OR cw:vote", post()))
        #expect(try matches("words:5", post()))
        var titled = post("")
        titled.title = ""
        titled.contentWarning = "vote"
        titled.tags = ["ia"]
        #expect(try matches("cw:vote words:0 -title:vote", titled))
    }

    @Test(
        "from: takes a user, a whole handle, the host of a handle, or words of the name",
        arguments: [
            ("anne", true), ("@anne", true), ("ANNE", true), ("ann", false), ("ann*", true), ("anne@piaille.fr", true),
            ("@anne@piaille.fr", true), ("anne@piaille", false), ("anne@other.fr", false), ("piaille.fr", true),
            ("dupont", true), ("\"anne dupont\"", true), ("\"dupont anne\"", false), ("dup*", true), ("me", false),
        ])
    func from(who: String, expected: Bool) throws {
        try expect(matches("from:\(who)", post()), is: expected)
        var context = context
        context.carriers[0].boostedBy = Author(name: "Anne Dupont", handle: "anne@piaille.fr")
        let other = post(name: "Somebody", handle: "else@example.org")
        try expect(matches("boostedby:\(who)", other, context), is: expected)
        #expect(try !matches("boostedby:\(who)", post()))
        #expect(try !matches("from:\(who)", other))
    }

    @Test("from: on Bluesky handles and feeds")
    func fromElsewhere() throws {
        let sky = post(name: "Le Monde", handle: "lemonde.bsky.social")
        #expect(try matches("from:lemonde", sky))
        #expect(try matches("from:@lemonde.bsky.social", sky))
        #expect(try !matches("from:bsky", sky))
        let feed = post(name: "Le Monde", handle: nil)
        #expect(try matches("from:\"le monde\"", feed))
        #expect(try !matches("from:lemonde", feed))
    }

    @Test("me is any of the user's own accounts")
    func me() throws {
        var post = post(name: "Iriche", handle: "Iriche@piaille.fr")
        #expect(try matches("from:me", post))
        #expect(try !matches("mentions:me", post))
        post.mentions = [Mention(handle: "bob@example.org", address: nil)]
        #expect(try matches("mentions:bob mentions:bob@example.org mentions:@bob", post))
        #expect(try !matches("mentions:me OR mentions:iriche", post))
        post.mentions.append(Mention(handle: "iriche@piaille.fr", address: nil))
        #expect(try matches("mentions:me", post))
        var nobody = context
        nobody.ownHandles = []
        #expect(try !matches("mentions:me OR from:me", post, nobody))
    }

    @Test(
        "source:, persona: and sources: ask the entry",
        arguments: [
            ("source:monde", true), ("source:\"le monde\"", true), ("source:lemonde.fr", true), ("source:une", true),
            ("source:mon", false), ("source:mon*", true), ("persona:news", true), ("persona:NEWS", true),
            ("persona:pro", false), ("sources:1", true), ("sources:>1", false),
        ])
    func entry(query: String, expected: Bool) throws {
        try expect(matches(query, post()), is: expected)
    }

    @Test("the same source twice counts once")
    func distinctSources() throws {
        var context = context
        context.carriers.append(context.carriers[0])
        #expect(try matches("sources:1", post(), context))
        context.carriers[1].source = SourceID(value: "2")
        #expect(try matches("sources:>=2", post(), context))
    }

    @Test(
        "tags match whole, or by their beginning with a star",
        arguments: [("ia", true), ("#IA", true), ("i", false), ("i*", true), ("\"le monde\"", true), ("monde", false)])
    func tags(tag: String, expected: Bool) throws {
        var post = post()
        post.tags = ["IA", "Le Monde"]
        try expect(matches("tag:\(tag)", post), is: expected)
    }

    @Test(
        "language: means the tag and its more special ones",
        arguments: [
            ("fr", "fr", true), ("fr-ca", "fr", true), ("fr", "fr-ca", false), ("frr", "fr", false), (nil, "fr", false),
            ("pt-br", "pt_BR", true),
        ] as [(String?, String, Bool)])
    func language(of language: String?, query: String, expected: Bool) throws {
        var post = post()
        post.language = language
        try expect(matches("lang:\(query)", post), is: expected)
    }

    @Test("domain: means a host and its subdomains, of any link, the card or the post's own page")
    func domain() throws {
        let address = try #require(WebAddress("https://www.lemonde.fr/a"))
        var linking = post()
        linking.body = RichText(plain: "x", spans: [RichText.Span(range: 0..<1, kind: .link(address))])
        var carded = post()
        carded.card = LinkCard(address: address, title: "x")
        var owned = post()
        owned.address = address
        for post in [linking, carded, owned] {
            #expect(try matches("domain:lemonde.fr domain:www.lemonde.fr domain:fr", post))
            #expect(try !matches("domain:monde.fr OR domain:blog.lemonde.fr OR domain:lemonde", post))
        }
        #expect(try matches("has:link", linking) && matches("has:link", carded))
        #expect(try !matches("has:link", owned))
        #expect(try !matches("domain:fr", post()))
    }

    @Test("has: tells the kinds of attachments apart")
    func attachments() throws {
        let kinds: [(TimelineModel.Attachment.Kind, String)] = [
            (.image, "image"), (.video, "video"), (.animation, "video"), (.audio, "audio"),
        ]
        for (kind, word) in kinds {
            var post = post()
            #expect(try !matches("has:\(word) OR has:media OR has:alt", post))
            post.attachments = [TimelineModel.Attachment(kind: kind, address: nil)]
            #expect(try matches("has:\(word) has:media -has:alt", post))
            let others = ["image", "video", "audio"].filter { $0 != word }
            for other in others { #expect(try !matches("has:\(other)", post)) }
            post.attachments[0].alt = "described"
            #expect(try matches("has:alt", post))
        }
    }

    @Test("has:poll, has:cw and has:quote")
    func otherFeatures() throws {
        var post = post()
        #expect(try !matches("has:poll OR has:cw OR has:quote", post))
        post.poll = Poll(options: [])
        post.contentWarning = "cw"
        post.quoted = QuotedPost(state: .unavailable)
        #expect(try matches("has:poll has:cw has:quote is:quote -is:original", post))
    }

    @Test("is: asks the marks, the carriers, the post and the verdict")
    func states() throws {
        #expect(try matches("is:unread -is:read -is:starred -is:boost is:original -is:edited", post()))
        var marked = context
        marked.isRead = true
        marked.isStarred = true
        #expect(try matches("is:read -is:unread is:starred", post(), marked))
        var boosted = context
        boosted.carriers.append(boosted.carriers[0])
        boosted.carriers[1].boostedBy = Author(name: "Bob")
        #expect(try matches("is:boost -is:original", post(), boosted))
        #expect(try matches("is:reply -is:original", post(kind: .reply)))
        #expect(try matches("is:quote -is:original", post(kind: .quote)))
        #expect(try matches("is:original", post(kind: .article)))
        var edited = post()
        edited.edited = Timestamp(seconds: 1)
        edited.isSensitive = true
        #expect(try matches("is:edited is:sensitive", edited))
        for (kind, query) in [(Verdict.Kind.folded, "is:folded -is:hidden"), (.hidden, "is:hidden -is:folded")] {
            var judged = context
            judged.verdict = Verdict(kind)
            #expect(try matches(query, post(), judged))
            #expect(try !matches("is:folded OR is:hidden", post()))
        }
    }

    @Test("counts compare with every relation")
    func counts() throws {
        var post = post()
        post.counts = Counts(boosts: 5, favourites: 6, replies: 0)
        #expect(try matches("boosts:5 boosts:>=5 boosts:<=5 boosts:>4 boosts:<6 favourites:6 replies:0", post))
        #expect(try !matches("boosts:>5 OR boosts:<5 OR boosts:4 OR favourites:5 OR replies:>0", post))
    }

    /// The sort time is 2026-11-01T12:00:00Z.
    @Test(
        "dates are days and minutes of the user's clock",
        arguments: [
            ("after:2026-11-01", 0, true), ("before:2026-11-01", 0, false), ("before:2026-11-02", 0, true),
            ("after:2026-11-02", 0, false), ("after:2026-11-02", 43_200, true), ("after:2026-11-02", 43_199, false),
            ("before:2026-11-01", -43_201, true), ("after:2026-11-01T12:00", 0, true),
            ("before:2026-11-01T12:00", 0, false), ("before:2026-11-01T12:01", 0, true),
            ("after:2026-11-01T13:00", 3600, true), ("after:2026-11-01T13:01", 3600, false),
        ])
    func dates(query: String, offset: Int, expected: Bool) throws {
        var context = context
        context.zone = ZoneOffsets([ZoneOffsets.Span(start: Timestamp(seconds: 0), seconds: offset)])
        try expect(matches(query, post(), context), is: expected)
    }

    /// The sort time is an hour ago.
    @Test(
        "durations count back from now",
        arguments: [
            ("newer:1h", true), ("newer:59m", false), ("older:59m", true), ("older:1h", false), ("newer:2w", true),
            ("newer:1000y", true),
        ])
    func durations(query: String, expected: Bool) throws {
        try expect(matches(query, post()), is: expected)
    }
}
