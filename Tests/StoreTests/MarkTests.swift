import Expectations
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
        expect(outcome.changed, is: 1)
        expect(outcome.posts, is: [PostID("ap:c")])
        expect(outcome.counts[.persona("news")]?.unread, is: 5)
        expect(outcome.counts[.persona("pro")]?.unread, is: 4)
        try expect(bench.posts("pro").filter(\.isRead).map(\.id), is: [PostID("ap:c")])
        try expect(bench.store.mark(.read, .posts([PostID("ap:c")]), at: Bench.start).changed, is: 0)
    }

    @Test("Above and below a post, a pane, a source")
    func scopes() throws {
        let bench = try filled()
        let key = try #require(try bench.posts("news").first { $0.id == PostID("ap:c") }?.key)
        let pane = Pane.persona("news")
        let above = try bench.store.mark(.read, .newerThan(key, pane, PaneFilter()), at: Bench.start)
        expect(Set(above.posts ?? []), is: [PostID("ap:e"), PostID("ap:d")])
        let below = try bench.store.mark(.read, .olderThan(key, pane, PaneFilter()), at: Bench.start)
        expect(Set(below.posts ?? []), is: [PostID("ap:x"), PostID("ap:b"), PostID("ap:a")])
        _ = try bench.store.mark(.unread, .source(try Bench.source("daily"), "news"), at: Bench.start)
        try expect(bench.names("news", PaneFilter(unreadOnly: true)), is: ["c", "x"])
        _ = try bench.store.mark(.star, .pane(pane, PaneFilter(unreadOnly: true)), at: Bench.start)
        try expect(bench.posts("news").filter(\.isStarred).map(\.id), is: [PostID("ap:c"), PostID("ap:x")])
        try expect(bench.store.verify(), is: [])
    }

    @Test("What arrived after a window was read, or stands above a given post, can be left out")
    func arrivals() throws {
        let bench = try filled()
        let pane = Pane.persona("news")
        let window = try bench.store.window(WindowRequest(pane: pane, anchor: .newest))
        let oldest = try #require(window.entries.last?.key)
        try bench.ingest("daily", Bench.page([Bench.post("late")]), at: 9)
        let newest = try #require(try bench.posts("news").first { $0.id == PostID("ap:d") }?.key)
        let above = MarkScope.newerThan(oldest, upTo: newest, pane, PaneFilter(), arrivedBy: window.arrivals)
        expect(
            Set(try bench.store.mark(.read, above, at: Bench.start).posts ?? []),
            is: Set(["b", "c", "x", "d"].map { PostID("ap:\($0)") }))
        let rest = MarkScope.pane(pane, PaneFilter(), arrivedBy: window.arrivals)
        _ = try bench.store.mark(.read, rest, at: Bench.start)
        try expect(bench.names("news", PaneFilter(unreadOnly: true)), is: ["late"])
        let source = MarkScope.source(try Bench.source("daily"), "news", arrivedBy: window.arrivals)
        try expect(bench.store.mark(.read, source, at: Bench.start).changed, is: 0)
        try expect(bench.store.verify(), is: [])
    }

    @Test(
        "What arrives in a pane is new there, though the store has it already or gives it the number of one that is gone"
    )
    func arrivalsOfKnownPosts() throws {
        let bench = try Bench()
        try bench.ingest("daily", Bench.page([Bench.post("a"), Bench.post("gone")]))
        try bench.ingest("trade", Bench.page([Bench.post("b")]))
        let asked = try bench.store.window(WindowRequest(pane: .persona("pro"), anchor: .newest)).arrivals
        // When pro's own source brings what news has, and a new post takes the row of a deleted one
        try bench.delete("gone", from: "daily", at: 5)
        try bench.ingest("trade", Bench.page([Bench.post("new"), Bench.post("a"), Bench.post("b")]), at: 9)
        _ = try bench.store.mark(.read, .pane(.persona("pro"), PaneFilter(), arrivedBy: asked), at: Bench.start)
        // Then it is no more read than what is new everywhere
        try expect(Set(bench.names("pro", PaneFilter(unreadOnly: true))), is: ["a", "new"])
        try expect(bench.store.verify(), is: [])
    }

    @Test("What a filter hid is never touched by a pane's marks")
    func hiddenStay() throws {
        let bench = try Bench(filters: [try Bench.filter("horoscope", .hide)])
        try bench.ingest("daily", Bench.page([Bench.post("a"), Bench.post("h", "horoscope")]))
        let outcome = try bench.store.mark(
            .read, .pane(.persona("news"), PaneFilter(includesHidden: true)), at: Bench.start)
        expect(outcome.posts, is: [PostID("ap:a")])
        try expect(bench.posts("news", PaneFilter(includesHidden: true)).filter(\.isRead).count, is: 1)
    }

    @Test("Undo and redo go many levels, a new mark ends redo")
    func undo() throws {
        let bench = try filled()
        let store = bench.store
        _ = try store.mark(.read, .posts([PostID("ap:a")]), at: Bench.start)
        _ = try store.mark(.read, .pane(.persona("news"), PaneFilter()), at: Bench.start)
        _ = try store.mark(.star, .posts([PostID("ap:a")]), at: Bench.start)
        try expect(bench.unread("news"), is: 0)
        try expect(store.undo(at: Bench.start)?.change, is: .unstar)
        let undone = try #require(try store.undo(at: Bench.start))
        expect(undone.changed, is: 5)
        expect(undone.counts[.persona("news")]?.unread, is: 5)
        expect(undone.counts[.persona("pro")]?.unread, is: 4)
        try expect(store.redo(at: Bench.start)?.changed, is: 5)
        try expect(bench.unread("pro"), is: 0)
        try expect(store.undo(at: Bench.start)?.changed, is: 5)
        try expect(store.undo(at: Bench.start)?.changed, is: 1)
        try expect(store.undo(at: Bench.start), is: nil)
        try expect(bench.unread("news"), is: 6)
        _ = try store.mark(.read, .posts([PostID("ap:b")]), at: Bench.start)
        try expect(store.redo(at: Bench.start), is: nil)
        try expect(store.verify(), is: [])
    }

    @Test("An undo leaves alone what was changed since")
    func undoSkips() throws {
        let bench = try filled()
        let store = bench.store
        _ = try store.mark(.read, .posts([PostID("ap:a"), PostID("ap:b")]), at: Bench.start)
        _ = try store.mark(.unread, .posts([PostID("ap:a")]), at: Bench.start)
        _ = try store.mark(.read, .posts([PostID("ap:a")]), at: Bench.start)
        // Another process's batch is undone out of turn: the last two go, then the first.
        try expect(store.undo(at: Bench.start)?.posts, is: [PostID("ap:a")])
        try expect(store.undo(at: Bench.start)?.posts, is: [PostID("ap:a")])
        let last = try store.undo(at: Bench.start)
        expect(Set(last?.posts ?? []), is: [PostID("ap:a"), PostID("ap:b")])
    }

    @Test("Marking by a query, and only counting")
    func byQuery() throws {
        let bench = try filled()
        let query = try Query(parsing: "from:anne after:2020-01-01")
        let dry = try bench.store.mark(.read, matching: query, dryRun: true, at: Bench.start)
        expect(dry.changed, is: 6)
        try expect(bench.unread("news"), is: 6)
        let outcome = try bench.store.mark(.read, matching: query, persona: "pro", at: Bench.start)
        expect(outcome.changed, is: 5)
        try expect(bench.unread("news"), is: 1)
    }

    @Test("Two stores on one file both mark, and each sees the other's")
    func twoConnections() throws {
        let bench = try filled()
        let other = try PostStore.open(at: bench.path, now: Bench.start).store
        _ = try bench.store.mark(.read, .posts([PostID("ap:a")]), at: Bench.start)
        _ = try other.mark(.read, .posts([PostID("ap:b")]), at: Bench.start)
        try expect(bench.names("news", PaneFilter(unreadOnly: true)), is: ["e", "d", "c", "x"])
        try expect(bench.store.verify(), is: [])
    }

    @Test("Each store undoes its own changes first, then the last of others; and makes its own again first")
    func ownChangesFirst() throws {
        let bench = try filled()
        let mine = bench.store
        let other = try PostStore.open(at: bench.path, now: Bench.start).store
        func unread() throws -> Set<String> { Set(try bench.names("news", PaneFilter(unreadOnly: true))) }
        let all = try unread()
        _ = try mine.mark(.read, .posts([PostID("ap:a")]), at: Bench.start)
        _ = try other.mark(.read, .posts([PostID("ap:b")]), at: Bench.start)
        _ = try mine.undo(at: Bench.start)
        try expect(unread(), is: all.subtracting(["b"]))
        _ = try mine.undo(at: Bench.start)
        try expect(unread(), is: all)
        _ = try other.redo(at: Bench.start)
        try expect(unread(), is: all.subtracting(["b"]))
        _ = try other.redo(at: Bench.start)
        try expect(unread(), is: all.subtracting(["a", "b"]))
        // A later run has none of its own.
        let later = try PostStore.open(at: bench.path, now: Bench.start).store
        _ = try later.undo(at: Bench.start)
        try expect(unread(), is: all.subtracting(["a"]))
        try expect(bench.store.verify(), is: [])
    }

    @Test("Positions and layout come back")
    func positions() throws {
        let bench = try filled()
        let post = try bench.posts("news")[3]
        try bench.store.savePosition(.persona("news"), post.id, post.key, seenNewest: nil)
        try bench.store.saveLayout(["focused": "pro", "zoomed": "yes"])
        try bench.store.saveLayout(["focused": "news"])
        // What was seen grows, and moves nothing.
        let posts = try bench.posts("news")
        try bench.store.saveSeen(.persona("news"), posts[1].key)
        try bench.store.saveSeen(.persona("news"), posts[2].key)
        try bench.store.saveSeen(.persona("pro"), posts[2].key)
        let again = try PostStore.open(at: bench.path, now: Bench.start).store
        try expect(again.position(of: .persona("news"))?.id, is: post.id)
        try expect(again.position(of: .persona("news"))?.seenNewest, is: posts[1].key)
        #expect(try again.position(of: .persona("pro")) == nil)
        // What is saved by name leaves the other names alone.
        try expect(again.layout(), is: ["focused": "news", "zoomed": "yes"])
    }
}
