import Expectations
import Store
import Testing
import Text
import TimelineModel

@Suite("Notices of groups that grow")
struct NoticeTests {
    private let notifications = SourceAddress.account(AccountName("@me@m.example")!, .notifications)
    private let id = PostID.notice(of: AccountName("@me@m.example")!, key: "favourite-1")

    private func bench(filters: [Filter] = []) throws -> Bench {
        let bench = try Bench()
        try adopt(bench, filters)
        return bench
    }

    private func adopt(_ bench: Bench, _ filters: [Filter] = []) throws {
        try bench.store.adopt(
            personas: [Persona(id: "news", key: 1)],
            subscriptions: [Subscription(persona: "news", address: notifications)], filters: filters, ownHandles: [],
            zone: .utc, now: Bench.start)
    }

    /// The group as it is when its newest notification is this one; one a second.
    private func group(_ newest: Int) -> PageItem {
        var post = Bench.post("", "my post", published: Int64(newest))
        post.id = id
        post.title = SafeText(sanitizing: "favourite \(newest)")
        return PageItem(post: post, sighting: Sighting(entryID: "\(newest)"))
    }

    private func other(_ number: Int) -> PageItem {
        PageItem(
            post: Bench.post("\(number)", published: Int64(number)), sighting: Sighting(entryID: "\(number)"))
    }

    @discardableResult
    private func ingest(
        _ bench: Bench, _ items: [PageItem], older: String? = nil, _ stretch: PageRequest.Stretch = .newest,
        at seconds: Int64
    ) throws -> IngestReport {
        var page = Page()
        (page.items, page.older) = (items, older)
        let now = Bench.start.adding(seconds: seconds)
        return try bench.store.ingest(
            [FetchedPage(source: notifications.id, stretch: stretch, page: page, fetchedAt: now)], now: now)
    }

    /// Titles or names from newest to oldest, those that are unread with a star.
    private func shown(_ bench: Bench) throws -> [String] {
        try bench.posts("news").map { post in
            (post.title?.string ?? String(post.id.key.dropFirst(3))) + (post.isRead ? "" : " *")
        }
    }

    @Test("Who joins a group makes it news: unread, at the time of the newest")
    func grows() throws {
        let bench = try bench()
        try ingest(bench, [other(12), group(10)], at: 100)
        _ = try bench.store.mark(.read, .pane(.persona("news"), PaneFilter()), at: Bench.start)
        // The same again is no news
        try expect(ingest(bench, [other(12), group(10)], at: 110).arrived, is: [:])
        try expect(shown(bench), is: ["12", "favourite 10"])
        let report = try ingest(bench, [group(20), other(12)], at: 200)
        expect(report.arrived, is: [.persona("news"): 1])
        expect(report.counts[.persona("news")], is: PaneCounts(unread: 1, total: 2))
        try expect(shown(bench), is: ["favourite 20 *", "12"])
        try expect(bench.posts("news").map(\.isEdited), is: [false, false])
        try expect(bench.store.verify(), is: [])
        // It keeps its place when the source goes and comes back
        try bench.store.adopt(
            personas: [Persona(id: "news", key: 1)], subscriptions: [], filters: [], ownHandles: [], zone: .utc,
            now: Bench.start)
        try adopt(bench)
        try bench.judgeAll()
        try expect(shown(bench), is: ["favourite 20 *", "12"])
        // Nor is what was read taken back by an undo of the earlier mark
        _ = try bench.store.mark(.read, .posts([id]), at: Bench.start)
        try expect(shown(bench), is: ["favourite 20", "12"])
    }

    @Test("An older page with the same group changes nothing of it")
    func olderPage() throws {
        let bench = try bench()
        try ingest(bench, [group(20), other(12)], older: "12", at: 100)
        _ = try bench.store.mark(.read, .posts([id]), at: Bench.start)
        try ingest(bench, [group(9), other(8)], .olderThan("12"), at: 110)
        try expect(shown(bench), is: ["favourite 20", "12 *", "8 *"])
        try expect(bench.store.verify(), is: [])
    }

    @Test("The star of a group that grows stays, and a filter that reads it reads it again")
    func marks() throws {
        let bench = try bench()
        try ingest(bench, [group(10)], at: 100)
        _ = try bench.store.mark(.read, .posts([id]), at: Bench.start)
        _ = try bench.store.mark(.star, .posts([id]), at: Bench.start)
        try ingest(bench, [group(20)], at: 200)
        let post = try #require(try bench.posts("news").first)
        #expect(post.isStarred && !post.isRead)
        // What was marked before it grew is not undone after
        _ = try bench.store.undo(at: Bench.start)
        _ = try bench.store.undo(at: Bench.start)
        try expect(shown(bench), is: ["favourite 20 *"])
        try expect(bench.store.verify(), is: [])

        let filtering = try self.bench(filters: [try Bench.filter("favourite", .read)])
        try ingest(filtering, [group(10)], at: 100)
        try ingest(filtering, [group(20)], at: 200)
        try expect(shown(filtering), is: ["favourite 20"])
    }

    @Test("A hole below a group that grows stays where it is")
    func holes() throws {
        let bench = try bench()
        try ingest(bench, [other(2), other(1)], older: "1", at: 50)
        try ingest(bench, [other(12), group(10)], older: "10", at: 100)
        try expect(bench.names("news").firstIndex(of: "…"), is: 2)
        try ingest(bench, [group(20), other(12)], older: "12", at: 200)
        try expect(
            bench.entries("news").map(Bench.name).map { $0.hasPrefix("ice") ? "group" : $0 },
            is: [
                "group", "12", "…", "2", "1",
            ])
        try expect(bench.store.verify(), is: [])
    }
}
