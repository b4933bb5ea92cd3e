import Expectations
import GRDB
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

    @Test("A feed that moved stands where it moved to when the cache is lost", arguments: [true, false])
    func outlivesTheCache(hasBackup: Bool) throws {
        // Given a feed that moved, and marks under its new keys
        let bench = try Bench()
        try bench.ingest("daily", try page(.guid, [("1", "One"), ("2", "Two")]))
        let moved = try page(.linkAndTitle, [("1", "Three"), ("1", "One"), ("2", "Two")])
        try bench.ingest("daily", moved, at: 60)
        _ = try bench.store.mark(.read, .pane(.persona("news"), PaneFilter()), at: Bench.start)
        if hasBackup { try bench.store.backUpState(at: Bench.start) }
        try bench.store.close()
        // When the file is damaged: all of it, or its head alone
        var bytes = try #require(TemporaryFolder.read(bench.path))
        bytes.replaceSubrange(hasBackup ? 0..<bytes.count : 60..<64, with: [0xFF, 0xFF, 0xFF, 0xFF])
        TemporaryFolder.write(bytes, to: bench.path)
        let again = try Bench(reopening: bench)
        // Then the feed is where it was, and what comes again is read
        try expect(
            again.store.feedMemory(of: Bench.source("daily")), is: FeedMemory(rung: .linkAndTitle, hasMoved: true))
        try again.ingest("daily", moved, at: 120)
        try expect(again.posts("news").map(\.isRead), is: [true, true, true])
    }

    @Test("A store of before knows where its feeds stand")
    func migrates() throws {
        let bench = try Bench()
        try bench.store.close()
        let file = try DatabaseQueue(path: bench.path)
        try file.write { database in
            try database.execute(
                sql: """
                    UPDATE source SET rung = 2; DROP TABLE IF EXISTS feed_rung;
                    ALTER TABLE source DROP COLUMN validated_address;
                    ALTER TABLE source DROP COLUMN validated_edition; ALTER TABLE source DROP COLUMN moving_to;
                    DROP TABLE renamed; ALTER TABLE tombstone DROP COLUMN is_hearsay;
                    PRAGMA user_version = 5
                    """)
        }
        try file.close()
        let store = try Bench(reopening: bench).store
        try expect(store.feedMemory(of: Bench.source("daily")), is: FeedMemory(rung: .linkAndTitle))
    }
}
