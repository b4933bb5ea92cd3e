import Expectations
import Store
import Testing
import Text
import TimelineModel

@Suite("The rung of a feed's keys")
struct RungTests {
    private func page(_ rung: FeedKeyRung, _ items: [(guid: String, title: SafeText)]) throws -> Page {
        let feed = try Bench.source("daily")
        var page = Page()
        page.keyRung = rung
        for (guid, title) in items {
            let keys: [FeedKeyRung: PostID] = [
                .guid: .feedEntry(feed: feed, key: guid),
                .linkAndTitle: .feedEntry(feed: feed, key: "l " + title.string),
            ]
            var post = Bench.post("x", "text")
            post.id = try #require(keys[rung])
            post.title = title
            page.items.append(PageItem(post: post, sighting: Sighting(entryID: post.id.key)))
            page.alternativeKeys.append(keys)
        }
        return page
    }

    @Test("When a feed's guids turn out not to be unique, read marks move along and nothing is there twice")
    func moves() throws {
        let bench = try Bench()
        try bench.ingest("daily", try page(.guid, [("1", "One"), ("2", "Two")]))
        _ = try bench.store.mark(.read, .pane(.persona("news"), PaneFilter()), at: Bench.start)
        let next = try page(.linkAndTitle, [("1", "Three"), ("1", "One"), ("2", "Two")])
        let report = try bench.ingest("daily", next, at: 60)
        expect(report.newPosts, is: 1)
        let posts = try bench.posts("news")
        expect(Set(posts.map(\.title)), is: ["One", "Two", "Three"])
        expect(posts.filter { !$0.isRead }.map(\.title), is: ["Three"])
        try expect(bench.store.feedMemory(of: Bench.source("daily"))?.rung, is: .linkAndTitle)
        // A later document in which the guids happen to be unique stays on the stored rung.
        let back = try bench.ingest("daily", try page(.guid, [("1", "One"), ("2", "Two")]), at: 120)
        expect(back.newPosts, is: 0)
        try expect(bench.store.verify(), is: [])
    }
}
