import Expectations
import Store
import Testing
import Text
import TimelineModel

@Suite("Filters of servers in the store")
struct ServerFilterStoreTests {
    static let me = AccountName("@me@m.example")!
    private let feed = SourceAddress.feed(WebAddress("https://daily.example/feed")!)

    private func adopt(
        _ bench: Bench, _ sources: [SourceAddress], filters: [Filter] = [], at seconds: Int64 = 0
    ) throws {
        try bench.store.adopt(
            personas: [Persona(id: "news", key: 1)],
            subscriptions: sources.map { Subscription(persona: "news", address: $0) }, filters: filters,
            ownHandles: ["me@m.example"], zone: .utc, now: Bench.start.adding(seconds: seconds))
    }

    private func bench(_ sources: SourceAddress...) throws -> Bench {
        let bench = try Bench()
        try adopt(bench, sources)
        return bench
    }

    private func ingest(_ bench: Bench, _ source: SourceAddress, _ posts: [Post]) throws {
        _ = try bench.store.ingest(
            [FetchedPage(source: source.id, stretch: .newest, page: Bench.page(posts), fetchedAt: Bench.start)],
            now: Bench.start)
    }

    private static func filter(
        _ title: SafeText, _ keyword: SafeText, _ action: ServerFilter.Action = .warn, expires: Int64? = nil
    ) -> ServerFilter {
        ServerFilter(
            title: title, action: action, contexts: [.home], keywords: [.init(keyword, isWholeWord: true)],
            expires: expires.map { Bench.start.adding(seconds: $0) })
    }

    private func verdicts(_ bench: Bench) throws -> [String: Verdict] {
        let posts = try bench.posts("news", PaneFilter(includesHidden: true))
        return Dictionary(uniqueKeysWithValues: posts.map { (String($0.id.key.dropFirst(3)), $0.verdict) })
    }

    @Test("Kept filters hold once they are adopted: for what is there, and for what comes")
    func kept() throws {
        let home = SourceAddress.home(Self.me)
        let bench = try bench(home)
        try ingest(bench, home, [Bench.post("b", "code"), Bench.post("a")])
        try bench.store.keep([Self.filter("no code", "Code"), Self.filter("off", "gone", .hide)], of: Self.me)
        #expect(try bench.store.mustAdoptServerFilters(at: Bench.start))
        try expect(verdicts(bench)["b"], is: .shown)
        try adopt(bench, [home])
        #expect(try !bench.store.mustAdoptServerFilters(at: Bench.start))
        try bench.judgeAll()
        try expect(verdicts(bench), is: ["b": Verdict(.folded, rule: "no code (m.example)"), "a": .shown])
        try ingest(bench, home, [Bench.post("c", "code gone")])
        try expect(verdicts(bench)["c"], is: Verdict(.hidden, rule: "off (m.example)"))
        let sameAccount = try #require(AccountName("@ME@m.example"))
        try bench.store.keep([], of: sameAccount)
        try adopt(bench, [home])
        try bench.judgeAll()
        try expect(Set(verdicts(bench).values), is: [.shown])
        try expect(bench.store.verify(), is: [])
    }

    @Test("A store that is opened again judges the same, without a network")
    func again() throws {
        let home = SourceAddress.home(Self.me)
        let bench = try bench(home)
        let filters = [
            ServerFilter(
                title: "été: a, b", action: .hide, contexts: [.home, .public],
                keywords: [.init("one two", isWholeWord: true), .init("=~x", isWholeWord: false)],
                expires: Bench.start.adding(seconds: 90)),
            Self.filter("no code", "code"),
        ]
        try bench.store.keep(filters, of: Self.me)
        try adopt(bench, [home])
        try bench.judgeAll()
        try bench.store.close()
        let store = try PostStore.open(at: bench.path, now: Bench.start).store
        try store.adopt(
            personas: [Persona(id: "news", key: 1)], subscriptions: [Subscription(persona: "news", address: home)],
            filters: [], ownHandles: ["me@m.example"], zone: .utc, now: Bench.start)
        try expect(store.judgeNextBatch(now: Bench.start).persona, is: nil)
        // What is kept again as it was is nothing new
        try store.keep(filters, of: Self.me)
        #expect(try !store.mustAdoptServerFilters(at: Bench.start))
        #expect(try store.mustAdoptServerFilters(at: Bench.start.adding(seconds: 90)))
        let post = Bench.post("a", "x=~xx")
        let page = FetchedPage(
            source: home.id, stretch: .newest, page: Bench.page([post]), fetchedAt: Bench.start)
        _ = try store.ingest([page], now: Bench.start)
        try expect(store.post(post.id)?.verdicts["news"], is: Verdict(.hidden, rule: "été: a, b (m.example)"))
    }

    @Test("What another source carries too is shown, whenever it comes, and filtered again when that one leaves")
    func carriers() throws {
        let home = SourceAddress.home(Self.me)
        let bench = try bench(home, feed)
        try bench.store.keep([Self.filter("no code", "code", .hide)], of: Self.me)
        try adopt(bench, [home, feed])
        try bench.judgeAll()
        try ingest(bench, home, [Bench.post("a", "code")])
        try expect(verdicts(bench)["a"]?.kind, is: .hidden)
        try ingest(bench, feed, [Bench.post("a", "code")])
        try expect(verdicts(bench)["a"], is: .shown)
        try expect(bench.unread("news"), is: 1)
        try adopt(bench, [home])
        try bench.judgeAll()
        try expect(verdicts(bench)["a"]?.kind, is: .hidden)
        try expect(bench.store.verify(), is: [])
    }

    @Test("The user's own filters give the reason first; both say what becomes of the post")
    func precedence() throws {
        let home = SourceAddress.home(Self.me)
        let bench = try bench(home)
        try bench.store.keep([Self.filter("server", "code")], of: Self.me)
        try adopt(bench, [home], filters: [try Bench.filter("code", .fold, name: "mine")])
        try ingest(bench, home, [Bench.post("a", "code")])
        try expect(verdicts(bench)["a"], is: Verdict(.folded, rule: "mine"))
        try adopt(bench, [home], filters: [try Bench.filter("code", .highlight, name: "mine")])
        try bench.judgeAll()
        try expect(verdicts(bench)["a"], is: Verdict(.folded, rule: "server (m.example)"))
    }

    @Test("A single post is meant in every run and however it comes: itself, boosted, in a notification")
    func singlePosts() throws {
        let (home, mentions) = (SourceAddress.home(Self.me), SourceAddress.account(Self.me, .notifications))
        let bench = try bench(home, mentions)
        let filter = ServerFilter(
            title: "enough", action: .warn, contexts: [.home, .notifications], keywords: [],
            posts: ["1", "2", "3", "5"])
        try bench.store.keep([filter], of: Self.me)
        func carry(_ source: SourceAddress, _ name: String, _ sighting: Sighting) throws {
            let page = FetchedPage(
                source: source.id, stretch: .newest, page: Page(Bench.post(name), sighting), fetchedAt: Bench.start)
            _ = try bench.store.ingest([page], now: Bench.start)
        }
        func carryAll(_ run: String) throws {
            let booster = Author(name: "Zoé")
            try carry(home, "itself" + run, Sighting(entryID: "1"))
            try carry(home, "boosted" + run, Sighting(entryID: "90" + run, postID: "2", boostedBy: booster))
            try carry(home, "boost" + run, Sighting(entryID: "3", postID: "91" + run, boostedBy: booster))
            try carry(mentions, "told" + run, Sighting(entryID: "92" + run, postID: "5"))
            // A notification's own id is among notifications
            try carry(mentions, "other" + run, Sighting(entryID: "5", postID: "93" + run))
        }
        try carryAll("")
        try adopt(bench, [home, mentions])
        try bench.judgeAll()
        try carryAll(" later")
        let folded = Verdict(.folded, rule: "enough (m.example)")
        let wanted = ["itself": folded, "boosted": folded, "boost": folded, "told": folded, "other": .shown]
        try expect(
            verdicts(bench), is: wanted.merging(wanted.map { ($0.key + " later", $0.value) }, uniquingKeysWith: { $1 }))
        #expect(try !bench.store.mustAdoptServerFilters(at: Bench.start))
    }

    @Test("A filter that has expired lets go of what it filtered")
    func expired() throws {
        let home = SourceAddress.home(Self.me)
        let bench = try bench(home)
        try bench.store.keep([Self.filter("no code", "code", expires: 60)], of: Self.me)
        try adopt(bench, [home])
        try ingest(bench, home, [Bench.post("a", "code")])
        try expect(verdicts(bench)["a"]?.kind, is: .folded)
        #expect(try bench.store.mustAdoptServerFilters(at: Bench.start.adding(seconds: 60)))
        try adopt(bench, [home], at: 60)
        while try !bench.store.judgeNextBatch(now: Bench.start.adding(seconds: 60)).isDone {}
        try expect(verdicts(bench)["a"], is: .shown)
    }
}

extension Page {
    fileprivate init(_ post: Post, _ sighting: Sighting) {
        self.init()
        items = [PageItem(post: post, sighting: sighting)]
    }
}
