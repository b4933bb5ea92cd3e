import Expectations
import Store
import TestSupport
import Testing
import Text
import TimelineModel

@Suite("Windows")
struct WindowTests {
    /// 60 posts, some hidden, some read, from two sources of one persona, with one gap.
    private func filled(_ seed: UInt64) throws -> Bench {
        var random = SeededRandom(seed: seed)
        let bench = try Bench(filters: [try Bench.filter("hidden", .hide)])
        for round in 0..<6 {
            let posts = (0..<10).map { index in
                Bench.post(
                    "\(round)-\(index)", random.once(in: 4) ? "hidden" : "shown",
                    published: Int64(round * 100 - index * Int.random(in: 0...3, using: &random)))
            }
            try bench.ingest(round % 2 == 0 ? "daily" : "shared", Bench.page(posts, older: "x"), at: Int64(round * 100))
        }
        let read = try bench.posts("news", PaneFilter(includesHidden: true)).filter { _ in random.once(in: 3) }
        _ = try bench.store.mark(.read, .posts(read.map(\.id)), at: Bench.start)
        return bench
    }

    @Test("Paging in any step and either direction gives the whole in order, whatever the filter", arguments: 1...5)
    func paging(seed: Int) throws {
        let bench = try filled(UInt64(seed))
        for (unreadOnly, includesHidden, source) in [
            (false, false, nil), (true, false, nil), (false, true, nil), (true, true, nil), (false, false, "daily"),
            (true, true, "shared"),
        ] as [(Bool, Bool, String?)] {
            let filter = PaneFilter(
                unreadOnly: unreadOnly, includesHidden: includesHidden, source: try source.map(Bench.source))
            let whole = try bench.entries("news", filter)
            #expect(zip(whole, whole.dropFirst()).allSatisfy { $0.key > $1.key })
            for step in [1, 3, 7] {
                try expect(paged(bench, filter, step, downwards: true), is: whole)
                try expect(paged(bench, filter, step, downwards: false), is: whole)
            }
            let posts = try bench.posts("news", filter)
            #expect(posts.allSatisfy { !unreadOnly || !$0.isRead })
            #expect(posts.allSatisfy { includesHidden || $0.verdict.kind != .hidden })
        }
    }

    private func paged(_ bench: Bench, _ filter: PaneFilter, _ step: Int, downwards: Bool) throws -> [TimelineEntry] {
        var entries: [TimelineEntry] = []
        var anchor: WindowRequest.Anchor = downwards ? .newest : .oldest
        while true {
            let window = try bench.store.window(
                WindowRequest(pane: .persona("news"), filter: filter, anchor: anchor, limit: step))
            #expect(window.entries.count <= step)
            if downwards { entries += window.entries } else { entries = window.entries + entries }
            let isAtEnd = downwards ? window.reachesOldest : window.reachesNewest
            guard !isAtEnd, let last = downwards ? window.entries.last : window.entries.first else { return entries }
            anchor = downwards ? .olderThan(last.key) : .newerThan(last.key)
        }
    }

    @Test("Around a post: both sides and the post itself")
    func around() throws {
        let bench = try filled(3)
        let whole = try bench.entries("news")
        for index in [0, 1, whole.count / 2, whole.count - 1] {
            let window = try bench.store.window(
                WindowRequest(pane: .persona("news"), anchor: .around(whole[index].key), limit: 10))
            #expect(window.entries.contains(whole[index]))
            let start = try #require(whole.firstIndex(of: window.entries[0]))
            expect(window.entries, is: Array(whole[start..<min(whole.count, start + 10)]))
            expect(window.reachesNewest, is: (start == 0))
        }
        let post = whole[20]
        try bench.store.savePosition(.persona("news"), PostID("x"), post.key, seenNewest: whole[3].key)
        let window = try bench.store.window(WindowRequest(pane: .persona("news"), anchor: .position, limit: 10))
        expect(window.position, is: post.key)
        expect(window.seenNewest, is: whole[3].key)
        #expect(window.entries.contains(post))
    }

    @Test("What is unread beyond a window is counted from what was seen, hidden posts left out")
    func unreadBeyond() throws {
        let bench = try filled(4)
        for source in [nil, try Bench.source("daily")] {
            for includesHidden in [false, true] {
                let filter = PaneFilter(includesHidden: includesHidden, source: source)
                let whole = try bench.posts("news", filter)
                for (first, seen) in [(12, 9), (12, 18), (16, 0), (8, 3)] {
                    let window = try bench.store.window(
                        WindowRequest(
                            pane: .persona("news"), filter: filter, anchor: .olderThan(whole[first - 1].key), limit: 5,
                            seenNewest: whole[seen].key))
                    let new = whole[..<min(first, seen)].count { !$0.isRead && $0.verdict.kind != .hidden }
                    expect(window.unreadBeyond, is: new)
                }
            }
        }
        let unknown = try bench.store.window(WindowRequest(pane: .persona("news"), anchor: .oldest, limit: 5))
        expect(unknown.unreadBeyond, is: 0)
    }

    @Test("The next unread in either direction is the nearest")
    func nextUnread() throws {
        let bench = try filled(5)
        let posts = try bench.posts("news")
        let pane = Pane.persona("news")
        for (index, post) in posts.enumerated() {
            let older = try bench.store.nextUnread(in: pane, from: post.key, towards: .older)
            expect(older, is: posts[(index + 1)...].first { !$0.isRead }?.key)
            let newer = try bench.store.nextUnread(in: pane, from: post.key, towards: .newer)
            expect(newer, is: posts[..<index].last { !$0.isRead }?.key)
        }
        try expect(bench.store.nextUnread(in: pane, from: nil, towards: .older), is: posts.first { !$0.isRead }?.key)
        try expect(bench.store.nextUnread(in: pane, from: nil, towards: .newer), is: posts.last { !$0.isRead }?.key)
    }

    @Test("An excerpt is cut between grapheme clusters, a long text is whole in the detail")
    func excerpt() throws {
        let bench = try Bench()
        let text = SafeText(sanitizing: String(repeating: "éà👨‍👩‍👧 ", count: 300), as: .body)
        try bench.ingest("daily", Bench.page([Bench.post("a", text)]))
        let window = try bench.store.window(
            WindowRequest(pane: .persona("news"), anchor: .newest, excerptLength: 25))
        guard case .post(let post) = try #require(window.entries.first) else { return }
        expect(post.excerpt.string, is: "éà👨‍👩‍👧 é")
        try expect(bench.store.post(post.id)?.post.body.plain, is: text)
    }

    @Test("A pane that is not configured is empty")
    func unknownPane() throws {
        let bench = try Bench()
        try expect(bench.entries("nobody"), is: [])
    }
}
