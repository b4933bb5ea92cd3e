import Expectations
import Store
import Testing
import Text
import TimelineModel

@Suite("What the store knows around a post")
struct ConversationTests {
    private static let server = Server("m.example")!
    private static let me = AccountName("@me@m.example")!
    private static let home = SourceAddress.home(me)
    private static let notifications = SourceAddress.account(me, .notifications)
    private static let open = SourceAddress.publicTimeline(server: server, localOnly: false)

    private func bench() throws -> Bench {
        let bench = try Bench()
        try bench.store.adopt(
            personas: [Persona(id: "news", key: 1)],
            subscriptions: [Self.home, Self.notifications, Self.open, try Bench.address("daily")].map {
                Subscription(persona: "news", address: $0)
            }, filters: [], ownHandles: [], zone: .utc, now: Bench.start)
        return bench
    }

    /// Posts as `name`, or `name<parent`, whose entry ids begin with a letter of their source.
    private func carry(_ names: String..., by address: SourceAddress, as letter: String, in bench: Bench) throws {
        var page = Page()
        page.items = names.map { word in
            let parts = word.split(separator: "<").map(String.init)
            var post = Bench.post(parts[0])
            if parts.count > 1 { post.replyTo = ReplyReference(remoteID: letter + parts[1]) }
            return PageItem(post: post, sighting: Sighting(entryID: letter + parts[0]))
        }
        let fetched = FetchedPage(source: address.id, stretch: .newest, page: page, fetchedAt: Bench.start)
        _ = try bench.store.ingest([fetched], now: Bench.start)
    }

    @Test("A signed-in source is asked before a notification, and that before a stranger's")
    func places() throws {
        let bench = try bench()
        try carry("a", by: Self.open, as: "o", in: bench)
        try carry("a", by: Self.notifications, as: "n", in: bench)
        try carry("a", by: Self.home, as: "h", in: bench)
        try expect(
            bench.store.places(of: PostID("ap:a")),
            is: [
                RemotePlace(server: Self.server, account: Self.me, id: "ha"),
                RemotePlace(server: Self.server, account: Self.me, id: "na", isNotification: true),
                RemotePlace(server: Self.server, id: "oa"),
            ])
        try expect(bench.store.places(of: PostID("ap:unknown")), is: [])
    }

    @Test("An entry of a feed has no server to ask")
    func feed() throws {
        let bench = try bench()
        try bench.ingest("daily", Bench.page([Bench.post("a")]))
        try expect(bench.store.places(of: PostID("ap:a")), is: [])
    }

    @Test("Answers lead up to what they answer as far as it is known, and a circle ends")
    func thread() throws {
        let bench = try bench()
        try carry("c<b", "b<a", "a<gone", "x<y", "y<x", by: Self.home, as: "h", in: bench)
        let known = try #require(try bench.store.knownThread(of: PostID("ap:c")))
        expect(known.opened.post.id, is: PostID("ap:c"))
        expect(known.ancestors.map(\.post.id.key), is: ["ap:a", "ap:b"])
        try expect(bench.store.knownThread(of: PostID("ap:x"))?.ancestors.map(\.post.id.key), is: ["ap:y"])
        try expect(bench.store.knownThread(of: PostID("ap:nobody")), is: nil)
    }

    @Test("The id of a notification is no id of a post")
    func notification() throws {
        let bench = try bench()
        try carry("other", by: Self.notifications, as: "h", in: bench)
        try carry("answer<other", by: Self.home, as: "h", in: bench)
        try expect(bench.store.knownThread(of: PostID("ap:answer"))?.ancestors.isEmpty, is: true)
    }

    @Test("Marks are known by identity, whether or not the store has the post")
    func marks() throws {
        let bench = try bench()
        try carry("a", by: Self.home, as: "h", in: bench)
        _ = try bench.store.mark(.read, .posts([PostID("ap:a"), PostID("ap:elsewhere")]), at: Bench.start)
        _ = try bench.store.mark(.star, .posts([PostID("ap:elsewhere")]), at: Bench.start)
        let marks = try bench.store.marks(of: ["ap:a", "ap:elsewhere", "ap:nobody"].map { PostID($0) })
        expect(marks[PostID("ap:a")].map { $0 == (true, false) }, is: true)
        expect(marks[PostID("ap:elsewhere")].map { $0 == (true, true) }, is: true)
        #expect(marks[PostID("ap:nobody")] == nil)
        // When the post arrives it is read already.
        try carry("elsewhere", by: Self.home, as: "h", in: bench)
        try expect(bench.unread("news"), is: 0)
    }

    @Test("A vote is kept")
    func vote() throws {
        let bench = try bench()
        var post = Bench.post("a")
        post.poll = Poll(options: [Poll.Option(title: "x", votes: 1, isOwn: true), Poll.Option(title: "y", votes: nil)])
        try bench.ingest("daily", Bench.page([post]))
        try expect(bench.store.post(post.id)?.post.poll, is: post.poll)
    }
}
