import Expectations
import Store
import TestSupport
import Testing
import Text
import TimelineModel

/// Random histories of what can happen to a store, and what must hold whatever happened.
@Suite("Histories")
struct HistoryTests {
    @Test("Nothing read becomes unread by itself, numbers are right, order stands still", arguments: 0..<200)
    func history(seed: Int) throws {
        var history = try History(seed: UInt64(seed))
        for _ in 0..<10 { try history.step() }
        try history.finish()
    }
}

private struct History {
    private var random: SeededRandom
    private let bench = try? Bench()
    private var read: Set<PostID> = []
    private var keys: [PersonaID: [PostID: EntryKey]] = [:]
    private var gone: Set<PostID> = []
    private var uses = Bench.everywhere
    private var clock: Int64 = 0
    private static let personas: [PersonaID] = ["news", "pro"]

    init(seed: UInt64) throws { random = SeededRandom(seed: seed) }

    private func store() throws -> Bench { try #require(bench) }

    mutating func step() throws {
        let bench = try store()
        clock += 30
        let now = Bench.start.adding(seconds: clock)
        switch Int.random(in: 0..<12, using: &random) {
        case 0..<5: try arrive()
        case 5:
            let posts = try bench.posts(random.pick(History.personas), PaneFilter(includesHidden: true))
            guard let id = posts.randomElement(using: &random)?.id, let seen = try bench.store.post(id)?.seen,
                let source = seen.randomElement(using: &random)?.source
            else { break }
            _ = try bench.store.ingest([.deleted(entryID: String(id.key.dropFirst(3)))], of: source, now: now)
            // What a source that nobody uses says is not heard. A boost has an id of its own.
            let isUsed = try uses.contains { try Bench.source($0.1) == source }
            if isUsed, seen.contains(where: { $0.source == source && $0.boostedBy == nil }) { gone.insert(id) }
        case 6, 7:
            let ids = (0..<3).map { _ in PostID("ap:\(Int.random(in: 0..<40, using: &random))") }
            let change: MarkChange = random.pick([.read, .read, .unread, .star, .unstar])
            _ = try bench.store.mark(change, .posts(ids), at: now)
            if change == .read { read.formUnion(ids) }
            if change == .unread { read.subtract(ids) }
        case 8: try markMany(now)
        case 9:
            // What undo and redo say they did is taken at its word here; that it was right is MarkTests' business.
            let outcome = random.once(in: 2) ? try bench.store.undo(at: now) : try bench.store.redo(at: now)
            if outcome?.change == .read { read.formUnion(outcome?.posts ?? []) }
            if outcome?.change == .unread { read.subtract(outcome?.posts ?? []) }
        case 10:
            let filters = try [
                Bench.filter("retraite*", .hide), Bench.filter("日本", .fold), Bench.filter("from:anne", .highlight),
                Bench.filter("direct", .hide, "pro"),
            ].filter { _ in random.once(in: 2) }
            try bench.adopt(uses, filters: filters)
            if random.once(in: 2) { try bench.judgeAll() }
        default:
            uses = Bench.everywhere.filter { _ in !random.once(in: 5) }
            try bench.adopt(uses)
            // What left is seen to be gone before it comes back, perhaps to another place.
            return try check()
        }
        if random.once(in: 2) { try check() }
    }

    private mutating func arrive() throws {
        let source = random.pick(["daily", "shared", "trade"])
        var page = Page()
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let number = Int.random(in: 0..<40, using: &random)
            var post = RandomPosts.post(number, using: &random)
            post.id = PostID("ap:\(number)")
            post.published = random.once(in: 4) ? nil : Bench.start.adding(seconds: Int64(number * 7))
            if !random.once(in: 3) { post.edited = nil }
            var sighting = Sighting(entryID: "\(number)")
            if random.once(in: 4) {
                sighting = Sighting(
                    entryID: "boost \(number) \(clock)", boostedBy: RandomPosts.author(using: &random),
                    boostedAt: Bench.start.adding(seconds: clock))
            }
            page.items.append(PageItem(post: post, sighting: sighting))
        }
        page.older = random.once(in: 2) ? "older" : nil
        try store().ingest(source, page, at: clock)
    }

    private mutating func markMany(_ now: Timestamp) throws {
        let bench = try store()
        let persona = random.pick(History.personas)
        let entries = try bench.entries(persona)
        guard !entries.isEmpty else { return }
        let key = random.pick(entries).key
        let scope: MarkScope = random.pick([
            .newerThan(key, .persona(persona), PaneFilter()), .olderThan(key, .persona(persona), PaneFilter()),
            .source(try Bench.source("shared"), persona), .pane(.persona(persona), PaneFilter(unreadOnly: true)),
        ])
        let outcome = try bench.store.mark(.read, scope, at: now)
        read.formUnion(outcome.posts ?? [])
    }

    private mutating func check() throws {
        let bench = try store()
        for persona in History.personas {
            let posts = try bench.posts(persona, PaneFilter(includesHidden: true))
            expect(Set(posts.map(\.id)).count, is: posts.count, "a post stands twice")
            #expect(zip(posts, posts.dropFirst()).allSatisfy { $0.key > $1.key }, "the order is not total")
            let wrong = posts.filter { $0.isRead != read.contains($0.id) }
            expect(wrong.map(\.id), is: [], "not as the user left it")
            expect(posts.filter { gone.contains($0.id) }.map(\.id), is: [], "a deleted post came back")
            // Entries that stayed have their place; a source that left and came back may give another one.
            let known = Dictionary(uniqueKeysWithValues: posts.map { ($0.id, $0.key) })
            let moved = known.filter { id, key in keys[persona]?[id].map { $0 != key } ?? false }
            expect(moved.map(\.key), is: [], "moved")
            keys[persona] = known
            let counts = try bench.store.counts()[.persona(persona)]
            let shown = posts.filter { $0.verdict.kind != .hidden }
            expect(counts?.total, is: shown.count)
            expect(counts?.hidden, is: posts.count - shown.count)
            expect(counts?.unread, is: shown.count { !$0.isRead })
        }
    }

    mutating func finish() throws {
        let bench = try store()
        try bench.adopt()
        try bench.judgeAll()
        try check()
        if random.once(in: 4) { try bench.store.backUpState(at: Bench.start) }
        let again = try PostStore.open(at: bench.path, now: Bench.start)
        expect(again.report, is: OpeningReport())
        try expect(again.store.verify(), is: [])
    }
}
