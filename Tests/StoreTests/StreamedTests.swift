import Expectations
import Store
import TestSupport
import Testing
import Text
import TimelineModel

@Suite("What a stream told")
struct StreamedTests {
    private static func item(_ id: Int, _ text: SafeText = "text", edited: Int64? = nil) -> PageItem {
        var post = Bench.post("\(id)", text, published: Int64(id))
        post.edited = edited.map { Bench.start.adding(seconds: $0) }
        return PageItem(post: post, sighting: Sighting(entryID: "\(id)"))
    }

    private static func page(_ ids: [Int], older: String? = nil) -> Page {
        var page = Page()
        page.items = ids.map { item($0) }
        page.older = older
        return page
    }

    @discardableResult
    private func stream(_ bench: Bench, _ events: LiveEvent..., at seconds: Int64 = 1000) throws -> IngestReport {
        try bench.store.ingest(events, of: Bench.source("trade"), now: Bench.start.adding(seconds: seconds))
    }

    private func newest(_ bench: Bench) throws -> String? {
        try bench.store.fetchState(of: Bench.source("trade")).newestEntryID
    }

    @Test func postsComeOnceAndTheNewestIsKnown() throws {
        let bench = try Bench()
        try bench.ingest("trade", Self.page([10, 9]), at: 500)
        // When a post comes twice, and then one that is older than what is known
        let report = try stream(bench, .post(Self.item(12)), .post(Self.item(12)), .post(Self.item(8)))
        // Then each stands once in its place, and a later fetch begins at the newest
        expect(report.newPosts, is: 2)
        expect(report.arrived, is: [.persona("pro"): 2])
        try expect(bench.names("pro"), is: ["12", "10", "9", "8"])
        try expect(newest(bench), is: "12")
        try expect(bench.store.verify(), is: [])
    }

    @Test func idsOfAnotherLengthAreComparedAsNumbersAre() throws {
        let bench = try Bench()
        try bench.ingest("trade", Self.page([99]))
        try stream(bench, .post(Self.item(100)))
        try expect(newest(bench), is: "100")
        try stream(bench, .post(Self.item(98)))
        try expect(newest(bench), is: "100")
    }

    @Test func anEditKeepsTheReadMarkAndBringsNothingNew() throws {
        let bench = try Bench()
        try stream(bench, .post(Self.item(1, "before")))
        _ = try bench.store.mark(.read, .posts([PostID("ap:1")]), at: Bench.start)
        let report = try stream(bench, .edited(Self.item(1, "after", edited: 50)), .edited(Self.item(2, edited: 50)))
        expect(report.updatedPosts, is: 1)
        expect(report.newPosts, is: 0)
        let posts = try bench.posts("pro")
        expect(posts.map(\.id), is: [PostID("ap:1")])
        #expect(posts[0].isRead)
        let stored = try #require(try bench.store.post(PostID("ap:1")))
        expect(stored.post.body, is: RichText(plain: "after"))
        #expect(stored.post.edited != nil)
        try expect(bench.unread("pro"), is: 0)
    }

    @Test func anEditIsJudgedAgain() throws {
        let bench = try Bench(filters: [try Bench.filter("retraite", .hide, "pro")])
        try stream(bench, .post(Self.item(1, "before")))
        try expect(bench.unread("pro"), is: 1)
        try stream(bench, .edited(Self.item(1, "retraite", edited: 50)))
        try expect(bench.unread("pro"), is: 0)
        try expect(bench.store.verify(), is: [])
    }

    @Test func whatWasDeletedDoesNotComeBack() throws {
        let bench = try Bench()
        try stream(bench, .post(Self.item(1)), .post(Self.item(2)), .deleted(entryID: "1"), .deleted(entryID: "7"))
        try expect(bench.names("pro"), is: ["2"])
        // A page that was made before the deletion
        try bench.ingest("trade", Self.page([2, 1]))
        try stream(bench, .post(Self.item(1)), .deleted(entryID: "1"))
        try expect(bench.names("pro"), is: ["2"])
        try expect(bench.unread("pro"), is: 1)
    }

    @Test func aBoostTakenBackLeavesThePost() throws {
        let bench = try Bench()
        var boosted = Self.item(1)
        boosted.sighting = Sighting(
            entryID: "50", boostedBy: Author(name: "Bo"), boostedAt: Bench.start.adding(seconds: 50))
        try stream(bench, .post(boosted), .deleted(entryID: "50"))
        try expect(bench.names("pro"), is: ["1"])
    }

    @Test func aSourceThatNobodyUsesIsNotHeard() throws {
        let bench = try Bench()
        try bench.adopt([("news", "daily")])
        try expect(stream(bench, .post(Self.item(1))).newPosts, is: 0)
    }

    @Test func aHoleAfterTheStreamIsShown() throws {
        let bench = try Bench()
        try bench.ingest("trade", Self.page([10, 9]), at: 500)
        try stream(bench, .post(Self.item(11)), .post(Self.item(12)))
        // When the stream breaks, and the next fetch does not reach down to what is known
        try bench.ingest("trade", Self.page([40, 39], older: "39"), at: 2000)
        try expect(bench.names("pro"), is: ["40", "39", "…", "12", "11", "10", "9"])
        // And what was streamed is the lower side of the hole
        try bench.ingest("trade", Self.page([38, 13, 12], older: "12"), .between(newer: "39", older: "12"), at: 2000)
        try expect(bench.names("pro"), is: ["40", "39", "38", "13", "12", "11", "10", "9"])
    }

    @Test(
        "a hole that stands nowhere any more is told of its own source, whichever one's stream deleted the post above")
    func holeOfAnother() throws {
        let bench = try Bench()
        try bench.ingest("daily", Self.page([10]))
        try bench.ingest("daily", Self.page([40], older: "40"))
        try bench.ingest("trade", Self.page([40]))
        let report = try stream(bench, .deleted(entryID: "40"), .post(Self.item(41)))
        try expect(report.behind, is: [Bench.source("daily")])
        // Then that one is known down from the hole's lower side, and the one that told it as far as it told
        try expect(bench.store.fetchState(of: Bench.source("daily")).newestEntryID, is: "10")
        try expect(newest(bench), is: "41")
        try expect(bench.store.verify(), is: [])
    }

    @Test func whatIsRememberedOfServersMayBeForgotten() throws {
        let bench = try Bench()
        try expect(bench.store.remembered("stream m.example"), is: nil)
        try bench.store.remember("sse https://m.example", as: "stream m.example")
        try bench.store.remember("none", as: "stream n.example")
        try expect(bench.store.remembered("stream m.example"), is: "sse https://m.example")
        try bench.store.remember(nil, as: "stream m.example")
        try expect(bench.store.remembered("stream m.example"), is: nil)
    }

    // MARK: Histories

    @Test("Streams that break and come back lose nothing and show nothing twice", arguments: 0..<200)
    func history(seed: Int) throws {
        var history = try StreamHistory(seed: UInt64(seed))
        for _ in 0..<30 { try history.step() }
        try history.finish()
    }
}

/// A server with a timeline, a reader that streams it over a line that breaks, and what must hold whatever happened.
private struct StreamHistory {
    private var random: SeededRandom
    private let bench: Bench
    private let source: SourceID
    /// The server's timeline by id: version of the text; nil when it was deleted.
    private var server: [Int: Int?] = [:]
    private var lastID = 0
    /// Posts that came late and below what was known, which no fetch from the top finds.
    private var late: Set<Int> = []
    private var isConnected = false
    /// What the stream told and the reader has not taken yet.
    private var waiting: [LiveEvent] = []
    private var read: Set<PostID> = []
    private var keys: [PostID: EntryKey] = [:]
    private var clock: Int64 = 1000

    init(seed: UInt64) throws {
        random = SeededRandom(seed: seed)
        bench = try Bench()
        source = try Bench.source("trade")
    }

    private func item(_ id: Int) -> PageItem {
        let version = (server[id] ?? nil) ?? 0
        var post = Bench.post("\(id)", SafeText(sanitizing: "text \(version)"), published: Int64(id))
        if version > 0 { post.edited = Bench.start.adding(seconds: Int64(id + version)) }
        return PageItem(post: post, sighting: Sighting(entryID: "\(id)"))
    }

    private var living: [Int] { server.filter { $0.value != nil }.map(\.key).sorted(by: >) }

    private mutating func happen() {
        let event: LiveEvent
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<6:
            lastID += Int.random(in: 1...3, using: &random)
            server[lastID] = 0
            event = .post(item(lastID))
        case 6:
            // A post that comes late stands below others.
            let id = max(1, lastID - Int.random(in: 1...4, using: &random))
            guard server[id] == nil else { return }
            server[id] = 0
            late.insert(id)
            event = .post(item(id))
        case 7, 8:
            guard let id = living.prefix(10).randomElement(using: &random) else { return }
            server[id] = ((server[id] ?? nil) ?? 0) + 1
            event = .edited(item(id))
        default:
            guard let id = living.prefix(10).randomElement(using: &random) else { return }
            server[id] = .some(nil)
            event = .deleted(entryID: "\(id)")
        }
        guard isConnected else { return }
        waiting.append(event)
        if random.once(in: 6) { waiting.append(event) }
    }

    mutating func step() throws {
        clock += 10
        switch Int.random(in: 0..<9, using: &random) {
        case 0..<4:
            // The store hears of it later.
            for _ in 0..<Int.random(in: 1...6, using: &random) { happen() }
            return
        case 4: try take()
        case 5:
            let ids = living.prefix(8).filter { _ in random.once(in: 2) }.map { PostID("ap:\($0)") }
            _ = try bench.store.mark(.read, .posts(ids), at: Bench.start.adding(seconds: clock))
            read.formUnion(ids)
        case 6:
            // The line breaks: what was not taken is lost.
            isConnected = false
            waiting = []
            return
        case 7:
            if let gap = try gaps().randomElement(using: &random) { try fill(gap) }
        default: if !isConnected { try connect() }
        }
        if random.once(in: 3) { try check() }
    }

    private mutating func take() throws {
        guard !waiting.isEmpty else { return }
        let report = try bench.store.ingest(waiting, of: source, now: Bench.start.adding(seconds: clock))
        waiting = []
        // The stream is opened again, as after a break.
        if report.behind.contains(source) { try connect() }
    }

    /// The stream is opened, then what was missed is fetched: a few pages down to what is known, as a round does.
    private mutating func connect() throws {
        isConnected = true
        for _ in 0..<Int.random(in: 0...3, using: &random) { happen() }
        let known = try bench.store.fetchState(of: source).newestEntryID
        var stretch = PageRequest.Stretch.newest
        for _ in 0..<2 {
            let (page, next) = page(stretch, known: known)
            try bench.ingest("trade", page, stretch, at: clock)
            guard let next else { break }
            stretch = next
        }
        for _ in 0..<Int.random(in: 0...2, using: &random) { happen() }
    }

    /// Three posts a page, sometimes out of order.
    private mutating func page(
        _ stretch: PageRequest.Stretch, known: String?
    ) -> (page: Page, next: PageRequest.Stretch?) {
        var ids = living
        var page = Page()
        if case .between(let newer, let older, let side) = stretch, let top = Int(newer), let bottom = Int(older) {
            ids = ids.filter { $0 < top && $0 > bottom }
            if side == .older, ids.count > 3 {
                page.items = ids.suffix(3).map(item)
                page.newer = page.items.first?.sighting.entryID
                return (page, nil)
            }
        }
        page.items = ids.prefix(3).map(item)
        if ids.count > 3 { page.older = page.items.last?.sighting.entryID }
        if random.once(in: 4), page.items.count == 3 { page.items.swapAt(0, 1) }
        guard let older = page.older, let known, !page.items.contains(where: { $0.sighting.entryID == known }) else {
            return (page, nil)
        }
        return (page, .between(newer: older, older: known))
    }

    private func gaps() throws -> [Gap] {
        try bench.entries("pro").compactMap { if case .gap(let gap) = $0 { gap } else { nil } }
    }

    /// From either side; now and then a page comes twice, or after the other side has moved.
    private mutating func fill(_ gap: Gap) throws {
        func stretch(_ side: Gap.Side) -> PageRequest.Stretch {
            .between(newer: gap.newer, older: gap.older, from: side)
        }
        let sides = random.pick(1...2, of: [Gap.Side.newer, .older])
        for (side, page) in sides.map({ ($0, page(stretch($0), known: nil).page) }) {
            try bench.ingest("trade", page, stretch(side), at: clock)
        }
    }

    private mutating func check() throws {
        let posts = try bench.posts("pro")
        expect(Set(posts.map(\.id)).count, is: posts.count, "a post stands twice")
        #expect(zip(posts, posts.dropFirst()).allSatisfy { $0.key > $1.key }, "the order is not total")
        let moved = posts.filter { post in keys[post.id].map { $0 != post.key } ?? false }
        expect(moved.map(\.id), is: [], "moved")
        for post in posts { keys[post.id] = post.key }
        expect(posts.filter { read.contains($0.id) && !$0.isRead }.map(\.id), is: [], "became unread")
        let counts = try bench.store.counts()[.persona("pro")]
        expect(counts?.total, is: posts.count)
        expect(counts?.unread, is: posts.count { !$0.isRead })
    }

    /// At the end everything is there that the server has, or a gap stands where it is not.
    mutating func finish() throws {
        if !isConnected { try connect() }
        clock += 10
        try take()
        for _ in 0..<200 {
            guard let gap = try gaps().first else { break }
            try fill(gap)
        }
        try expect(gaps(), is: [])
        let shown = Set(try bench.posts("pro").map(\.id))
        // What stood on the server before the first page is older than what a reader begins with.
        guard let first = shown.compactMap({ Int($0.key.dropFirst(3)) }).min() else { return }
        let missing = living.filter { $0 >= first && !late.contains($0) && !shown.contains(PostID("ap:\($0)")) }
        expect(missing, is: [], "silently skipped")
        try expect(bench.store.verify(), is: [])
        try check()
    }
}
