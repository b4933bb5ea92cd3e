import Expectations
import Store
import Testing
import Text
import TimelineModel

@Suite("The configuration in the store")
struct AdoptionTests {
    @Test("Filters judge what arrives: hide before fold before highlight, with the reason")
    func verdicts() throws {
        let filters = [
            try Bench.filter("direct", .highlight, name: "live"), try Bench.filter("direct", .fold, name: "no live"),
            try Bench.filter("horoscope", .hide, name: "no horoscopes"),
        ]
        let bench = try Bench(filters: filters)
        let report = try bench.ingest(
            "shared", Bench.page([Bench.post("c", "direct horoscope"), Bench.post("b", "direct"), Bench.post("a")]))
        expect(report.arrived, is: [.persona("news"): 2, .persona("pro"): 3])
        expect(report.counts[.persona("news")], is: PaneCounts(unread: 2, total: 2, hidden: 1))
        let posts = try bench.posts("news", PaneFilter(includesHidden: true))
        let verdicts = Dictionary(uniqueKeysWithValues: posts.map { ($0.id.key, $0.verdict) })
        expect(verdicts["ap:c"], is: Verdict(.hidden, rule: "no horoscopes"))
        expect(verdicts["ap:b"], is: Verdict(.folded, rule: "no live"))
        expect(verdicts["ap:a"], is: .shown)
        try expect(bench.store.post(PostID("ap:c"))?.verdicts["pro"], is: .shown)
    }

    @Test("A changed filter judges the stored posts again; removing it brings them back as they were")
    func judgedAgain() throws {
        let bench = try Bench()
        let posts = (0..<20).map { (number: Int) -> Post in
            let text: SafeText = number.isMultiple(of: 2) ? "horoscope" : "text"
            return Bench.post("\(number)", text, published: -Int64(number))
        }
        try bench.ingest("daily", Bench.page(posts))
        _ = try bench.store.mark(.read, .posts([posts[0].id, posts[1].id]), at: Bench.start)
        try bench.judgeAll()
        try bench.adopt(filters: [try Bench.filter("horoscope", .hide)])
        try bench.judgeAll()
        try expect(bench.store.counts()[.persona("news")], is: PaneCounts(unread: 9, total: 10, hidden: 10))
        try expect(bench.store.verify(), is: [])
        try bench.adopt()
        try bench.judgeAll()
        try expect(bench.store.counts()[.persona("news")], is: PaneCounts(unread: 18, total: 20, hidden: 0))
        try expect(bench.store.judgeNextBatch(now: Bench.start).persona, is: nil)
        try expect(bench.store.verify(), is: [])
    }

    @Test("Read and star fire when a post arrives, never again, and never against the user")
    func actions() throws {
        let filters = [try Bench.filter("routine", .read), try Bench.filter("treasure", .star)]
        let bench = try Bench(filters: filters)
        let report = try bench.ingest(
            "shared", Bench.page([Bench.post("a", "routine"), Bench.post("b", "treasure"), Bench.post("c")]))
        expect(report.arrived, is: [.persona("news"): 2, .persona("pro"): 2])
        try expect(bench.names("pro", PaneFilter(unreadOnly: true)).sorted(), is: ["b", "c"])
        try expect(bench.posts("pro").filter(\.isStarred).map(\.id), is: [PostID("ap:b")])
        _ = try bench.store.mark(.unread, .posts([PostID("ap:a")]), at: Bench.start)
        try bench.ingest("shared", Bench.page([Bench.post("a", "routine, edited")]), at: 60)
        try bench.ingest("daily", Bench.page([Bench.post("a", "routine, edited")]), at: 90)
        try bench.adopt(filters: filters + [try Bench.filter("c", .read)])
        try bench.judgeAll()
        try expect(bench.unread("news"), is: 3)
        try expect(bench.store.verify(), is: [])
    }

    @Test("A source that leaves takes its entries along, not the marks, and brings them back in the same order")
    func subscriptions() throws {
        let bench = try Bench()
        try bench.ingest("daily", Bench.page([Bench.post("b"), Bench.post("a", published: -5)]))
        try bench.ingest("shared", Bench.page([Bench.post("c", published: -9), Bench.post("a", published: -5)]), at: 9)
        _ = try bench.store.mark(.read, .posts([PostID("ap:b")]), at: Bench.start)
        let before = try bench.posts("news")
        try bench.adopt([("news", "shared"), ("pro", "shared")])
        try expect(bench.names("news").sorted(), is: ["a", "c"])
        try expect(bench.store.counts()[.persona("news")], is: PaneCounts(unread: 2, total: 2))
        try expect(bench.store.verify(), is: [])
        try bench.adopt()
        try bench.judgeAll()
        try expect(bench.posts("news"), is: before)
        try expect(bench.store.counts()[.persona("news")], is: PaneCounts(unread: 2, total: 3))
        try expect(bench.store.verify(), is: [])
    }

    @Test("A source is called in a persona what the user calls it there, never what he calls it elsewhere")
    func names() throws {
        let bench = try Bench()
        let feed = SourceAddress.feed(WebAddress("https://feed.example/")!)
        try bench.store.adopt(
            personas: ["a", "b", "c"].enumerated().map { Persona(id: PersonaID($1), key: $0 + 1) },
            subscriptions: [
                Subscription(persona: "a", address: feed, name: "Mine in a"),
                Subscription(persona: "b", address: feed, name: "Mine in b"), Subscription(persona: "c", address: feed),
            ], filters: [], ownHandles: [], zone: .utc, now: Bench.start)
        var page = Bench.page([Bench.post("x")])
        page.items[0].post.id = .feedEntry(feed: feed.id, key: "x")
        page.profile.title = "Its own"
        _ = try bench.store.ingest(
            [FetchedPage(source: feed.id, stretch: .newest, page: page, fetchedAt: Bench.start)], now: Bench.start)
        let names: [PersonaID: SafeText] = ["a": "Mine in a", "b": "Mine in b", "c": "Its own"]
        for (id, name) in names {
            try expect(bench.posts(id).first?.sourceName, is: name)
            try expect(bench.store.health(persona: id, now: Bench.start).first?.name, is: name)
            try expect(bench.store.health(now: Bench.start).first?.name(in: id), is: name)
        }
    }

    @Test("A persona that joins a source later gets what is known of it")
    func joins() throws {
        let bench = try Bench()
        var page = Bench.page([Bench.post("b"), Bench.post("a", published: -5)])
        page.items[0].sighting.boostedBy = Author(name: "Zoé")
        page.items[0].sighting.boostedAt = Bench.start
        try bench.ingest("daily", page)
        try bench.adopt(Bench.everywhere + [("pro", "daily")])
        try bench.judgeAll()
        try expect(bench.posts("pro"), is: bench.posts("news"))
        try expect(bench.posts("pro").first?.boostedBy, is: "Zoé")
    }

    @Test("What mentions the user is to the user")
    func toUser() throws {
        let bench = try Bench(ownHandles: ["iriche@piaille.fr"])
        var post = Bench.post("a")
        post.mentions = [Mention(handle: "Iriche@piaille.fr", address: nil)]
        try bench.ingest("daily", Bench.page([Bench.post("b"), post]))
        try expect(bench.posts("news").filter(\.isToUser).map(\.id), is: [post.id])
        try bench.adopt(ownHandles: [])
        try bench.judgeAll()
        #expect(try bench.posts("news").filter(\.isToUser).isEmpty)
    }

    @Test("Validators, failures, leases and schedules of a source")
    func fetchStates() throws {
        let bench = try Bench()
        let source = try Bench.source("daily")
        let now = Bench.start
        var page = Bench.page([Bench.post("a")])
        page.validators = Validators(etag: "\"1\"", lastModified: "Sun", bodyHash: .max)
        page.profile = SourceProfile(title: "The Daily")
        page.keyRung = .guid
        page.memory = [1, 2, 3]
        try expect(bench.store.feedMemory(of: source), is: nil)
        _ = try bench.store.ingest(
            [
                FetchedPage(
                    source: source, stretch: .newest, page: page, fetchedAt: now,
                    nextAttempt: now.adding(seconds: 900))
            ], now: now)
        try expect(bench.store.fetchState(of: source).validators, is: page.validators)
        try expect(bench.store.fetchState(of: source).newestEntryID, is: "a")
        var unchanged = Page()
        unchanged.isUnchanged = true
        try bench.ingest("daily", unchanged, at: 60)
        try expect(bench.store.fetchState(of: source).validators.etag, is: "\"1\"")
        try expect(bench.store.feedMemory(of: source), is: FeedMemory(rung: .guid, entries: [1, 2, 3]))
        #expect(try !bench.store.dueSources(at: now).map(\.source).contains(source))
        #expect(try bench.store.dueSources(at: now.adding(seconds: 900)).map(\.source).contains(source))
        let later = now.adding(seconds: 1000)
        let until = later.adding(seconds: 60)
        try expect(bench.store.lease([source], holder: "one", until: until, at: later)[source]?.newestEntryID, is: "a")
        #expect(try bench.store.lease([source], holder: "two", until: until, at: later).isEmpty)
        #expect(try !bench.store.dueSources(at: later).map(\.source).contains(source))
        try bench.store.release([source], holder: "one")
        try expect(bench.store.lease([source], holder: "two", until: until, at: later).count, is: 1)
        let failure = FetchError(.timedOut, "no answer")
        let record = FetchRecord(.failure(source, failure, at: later, nextAttempt: until), isLast: true)
        expect(bench.store.record([record], holder: "two", now: later).count, is: 1)
        try expect(bench.store.lease([source], holder: "one", until: until, at: later).count, is: 1)
        let health = try #require(try bench.store.health(persona: "news", now: later).first)
        expect(health.name, is: "The Daily")
        expect(health.failuresInARow, is: 1)
        expect(health.lastError, is: "no answer")
        expect(health.unread, is: 1)
        expect(health.total, is: 1)
        expect(health.lastSuccess, is: now.adding(seconds: 60))
        #expect(health.isCounted)
        let uncounted = try #require(try bench.store.health(persona: "news", counting: false, now: later).first)
        #expect(!uncounted.isCounted)
        expect(uncounted.failuresInARow, is: 1)
        expect(uncounted.lastError, is: "no answer")
        expect(uncounted.counted(as: health), is: health)
    }

    @Test("Posts a day are counted over the days that a source is known by, thirty at most")
    func postsADay() throws {
        func rate(_ ages: [Int64]) throws -> Int? {
            let bench = try Bench()
            let now = Bench.start.adding(seconds: 100 * 86_400)
            let posts = ages.enumerated().map { number, age in
                Bench.post("p\(number)", published: 100 * 86_400 - age * 3600)
            }
            try bench.ingest("daily", Bench.page(posts), at: 100 * 86_400)
            let source = try Bench.source("daily")
            return try bench.store.health(persona: "news", now: now).first { $0.source == source }?.centiPostsADay
        }
        // Six posts of the last hours are six a day, not a fifth of one
        try expect(rate([1, 2, 3, 4, 5, 6]), is: 600)
        try expect(rate([1, 30, 60, 96]), is: 100)
        try expect(rate([1, 24 * 40]), is: 3)
        try expect(rate([24 * 40]), is: 0)
        try expect(rate([]), is: 0)
    }

    @Test("Old read posts go and stay away; unread and starred ones stay")
    func retention() throws {
        let bench = try Bench()
        let page = Bench.page(["d", "c", "b", "a"].map { Bench.post($0) })
        try bench.ingest("shared", page)
        _ = try bench.store.mark(.read, .posts(["a", "b"].map { PostID("ap:\($0)") }), at: Bench.start)
        _ = try bench.store.mark(.star, .posts([PostID("ap:b")]), at: Bench.start)
        let later = Bench.start.adding(seconds: 400 * 86_400)
        var removed = 0
        var isDone = false
        while !isDone {
            let progress = try bench.store.prune(at: later, limit: 1)
            removed += progress.removed
            isDone = progress.isDone
        }
        expect(removed, is: 1)
        try bench.ingest("shared", page, at: 401 * 86_400)
        try expect(bench.names("news").sorted(), is: ["b", "c", "d"])
        try expect(bench.store.verify(), is: [])
    }

    @Test("What no persona shows for a while is there again when its source is; forgotten, it may come back")
    func retentionWithoutSource() throws {
        let bench = try Bench()
        func days(_ number: Int64) -> Timestamp { Bench.start.adding(seconds: number * 86_400) }
        let page = Bench.page(["b", "a"].map { Bench.post($0) })
        try bench.ingest("daily", page)
        try bench.ingest("daily", Page(), at: 400 * 86_400)
        // Given a configuration that lost the source
        try bench.adopt([("pro", "trade")])
        // When
        try expect(bench.store.prune(at: days(401)).removed, is: 0)
        try bench.adopt()
        // Then
        try expect(bench.names("news").sorted(), is: ["a", "b"])
        // When the source is gone for as long as posts are kept
        try bench.adopt([("pro", "trade")])
        try expect(bench.store.prune(at: days(800)).removed, is: 2)
        try bench.adopt()
        try expect(bench.names("news"), is: [])
        try bench.ingest("daily", page, at: 800 * 86_400)
        try expect(bench.names("news").sorted(), is: ["a", "b"])
        try expect(bench.store.verify(), is: [])
    }

    @Test("What a filter hid that is gone, and is not judged yet, is not forgotten")
    func retentionBeforeJudging() throws {
        let bench = try Bench(filters: [try Bench.filter("horoscope", .hide)])
        try bench.ingest("daily", Bench.page([Bench.post("a", "horoscope")]))
        let later = Bench.start.adding(seconds: 400 * 86_400)
        try bench.adopt()
        try expect(bench.store.prune(at: later).removed, is: 0)
        while try !bench.store.judgeNextBatch(now: later).isDone {}
        try expect(bench.names("news"), is: ["a"])
        try bench.adopt(filters: [try Bench.filter("horoscope", .hide)])
        while try !bench.store.judgeNextBatch(now: later).isDone {}
        try expect(bench.store.prune(at: later).removed, is: 1)
    }

    @Test("A configuration that may lack something by mistake takes nothing away")
    func partial() throws {
        let bench = try Bench()
        try bench.ingest("shared", Bench.page([Bench.post("a")]))
        try bench.store.adopt(
            personas: [Persona(id: "news", key: 1)], subscriptions: [], filters: [], ownHandles: [], zone: .utc,
            isPartial: true, now: Bench.start)
        try expect(bench.names("news"), is: ["a"])
        // But what the user removes goes, whatever else is wrong.
        let removed = [Subscription(persona: "news", address: try Bench.address("shared"))]
        try bench.store.adopt(
            personas: [Persona(id: "news", key: 1)], subscriptions: [], filters: [], ownHandles: [], zone: .utc,
            isPartial: true, removed: removed, now: Bench.start)
        try expect(bench.names("news"), is: [])
        try bench.adopt()
        try expect(bench.names("pro"), is: ["a"])
        try expect(bench.store.verify(), is: [])
    }

    @Test("A word longer than the index keeps is no damage")
    func longWord() throws {
        let bench = try Bench()
        let word = String(repeating: "a", count: 40_000)
        let post = Bench.post("a", SafeText(sanitizing: word + " " + word + "b", as: .body))
        try bench.ingest("daily", Bench.page([post]))
        try expect(bench.store.verify(), is: [])
        try bench.ingest("daily", Bench.page([Bench.post("a", "short")]), at: 60)
        try expect(bench.store.verify(), is: [])
    }
}
