import Store
import Testing
import Text
import TimelineModel

@Suite("Marks")
struct MarkTests {
    /// a (oldest) to e in "shared", so in both personas; x in news alone.
    private func filled() throws -> Bench {
        let bench = try Bench()
        let posts = ["e", "d", "c", "b", "a"].enumerated().map { Bench.post($1, published: Int64(-$0 * 10)) }
        try bench.ingest("shared", Bench.page(posts))
        try bench.ingest("daily", Bench.page([Bench.post("x", published: -25)]))
        return bench
    }

    @Test("A post read in one persona is read in all, and every number is right at once")
    func everywhere() throws {
        let bench = try filled()
        let outcome = try bench.store.mark(.read, .posts([PostID("ap:c")]), at: Bench.start)
        #expect(outcome.changed == 1 && outcome.posts == [PostID("ap:c")])
        #expect(outcome.counts[.persona("news")]?.unread == 5)
        #expect(outcome.counts[.persona("pro")]?.unread == 4)
        #expect(try bench.posts("pro").filter(\.isRead).map(\.id) == [PostID("ap:c")])
        #expect(try bench.store.mark(.read, .posts([PostID("ap:c")]), at: Bench.start).changed == 0)
    }

    @Test("Above and below a post, a pane, a source")
    func scopes() throws {
        let bench = try filled()
        let key = try #require(try bench.posts("news").first { $0.id == PostID("ap:c") }?.key)
        let pane = Pane.persona("news")
        let above = try bench.store.mark(.read, .newerThan(key, pane, PaneFilter()), at: Bench.start)
        #expect(Set(above.posts ?? []) == [PostID("ap:e"), PostID("ap:d")])
        let below = try bench.store.mark(.read, .olderThan(key, pane, PaneFilter()), at: Bench.start)
        #expect(Set(below.posts ?? []) == [PostID("ap:x"), PostID("ap:b"), PostID("ap:a")])
        _ = try bench.store.mark(.unread, .source(try Bench.source("daily"), "news"), at: Bench.start)
        #expect(try bench.names("news", PaneFilter(unreadOnly: true)) == ["c", "x"])
        _ = try bench.store.mark(.star, .pane(pane, PaneFilter(unreadOnly: true)), at: Bench.start)
        #expect(try bench.posts("news").filter(\.isStarred).map(\.id) == [PostID("ap:c"), PostID("ap:x")])
        #expect(try bench.store.verify() == [])
    }

    @Test("What a filter hid is never touched by a pane's marks")
    func hiddenStay() throws {
        let bench = try Bench(filters: [try Bench.filter("horoscope", .hide)])
        try bench.ingest("daily", Bench.page([Bench.post("a"), Bench.post("h", "horoscope")]))
        let outcome = try bench.store.mark(
            .read, .pane(.persona("news"), PaneFilter(includesHidden: true)), at: Bench.start)
        #expect(outcome.posts == [PostID("ap:a")])
        #expect(try bench.posts("news", PaneFilter(includesHidden: true)).filter(\.isRead).count == 1)
    }

    @Test("Undo and redo go many levels, a new mark ends redo")
    func undo() throws {
        let bench = try filled()
        let store = bench.store
        _ = try store.mark(.read, .posts([PostID("ap:a")]), at: Bench.start)
        _ = try store.mark(.read, .pane(.persona("news"), PaneFilter()), at: Bench.start)
        _ = try store.mark(.star, .posts([PostID("ap:a")]), at: Bench.start)
        #expect(try bench.unread("news") == 0)
        #expect(try store.undo(at: Bench.start)?.change == .unstar)
        let undone = try #require(try store.undo(at: Bench.start))
        #expect(undone.changed == 5 && undone.counts[.persona("news")]?.unread == 5)
        #expect(undone.counts[.persona("pro")]?.unread == 4)
        #expect(try store.redo(at: Bench.start)?.changed == 5)
        #expect(try bench.unread("pro") == 0)
        #expect(try store.undo(at: Bench.start)?.changed == 5)
        #expect(try store.undo(at: Bench.start)?.changed == 1)
        #expect(try store.undo(at: Bench.start) == nil)
        #expect(try bench.unread("news") == 6)
        _ = try store.mark(.read, .posts([PostID("ap:b")]), at: Bench.start)
        #expect(try store.redo(at: Bench.start) == nil)
        #expect(try store.verify() == [])
    }

    @Test("An undo leaves alone what was changed since")
    func undoSkips() throws {
        let bench = try filled()
        let store = bench.store
        _ = try store.mark(.read, .posts([PostID("ap:a"), PostID("ap:b")]), at: Bench.start)
        _ = try store.mark(.unread, .posts([PostID("ap:a")]), at: Bench.start)
        _ = try store.mark(.read, .posts([PostID("ap:a")]), at: Bench.start)
        // Another process's batch is undone out of turn: the last two go, then the first.
        #expect(try store.undo(at: Bench.start)?.posts == [PostID("ap:a")])
        #expect(try store.undo(at: Bench.start)?.posts == [PostID("ap:a")])
        let last = try store.undo(at: Bench.start)
        #expect(Set(last?.posts ?? []) == [PostID("ap:a"), PostID("ap:b")])
    }

    @Test("Marking by a query, and only counting")
    func byQuery() throws {
        let bench = try filled()
        let query = try Query(parsing: "from:anne after:2020-01-01")
        let dry = try bench.store.mark(.read, matching: query, dryRun: true, at: Bench.start)
        #expect(dry.changed == 6)
        #expect(try bench.unread("news") == 6)
        let outcome = try bench.store.mark(.read, matching: query, persona: "pro", at: Bench.start)
        #expect(outcome.changed == 5)
        #expect(try bench.unread("news") == 1)
    }

    @Test("Two stores on one file both mark, and each sees the other's")
    func twoConnections() throws {
        let bench = try filled()
        let other = try PostStore.open(at: bench.path, now: Bench.start).store
        _ = try bench.store.mark(.read, .posts([PostID("ap:a")]), at: Bench.start)
        _ = try other.mark(.read, .posts([PostID("ap:b")]), at: Bench.start)
        #expect(try bench.names("news", PaneFilter(unreadOnly: true)) == ["e", "d", "c", "x"])
        #expect(try bench.store.verify() == [])
    }

    @Test("Positions and layout come back")
    func positions() throws {
        let bench = try filled()
        let post = try bench.posts("news")[3]
        try bench.store.savePosition(.persona("news"), post.id, post.key)
        try bench.store.saveLayout(["focused": "pro", "zoomed": "yes"])
        try bench.store.saveLayout(["focused": "news"])
        let again = try PostStore.open(at: bench.path, now: Bench.start).store
        #expect(try again.position(of: .persona("news"))?.id == post.id)
        // What is saved by name leaves the other names alone.
        #expect(try again.layout() == ["focused": "news", "zoomed": "yes"])
    }
}
