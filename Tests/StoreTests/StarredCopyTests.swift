import Expectations
import GRDB
import Store
import Testing
import Text
import TimelineModel

@Suite("Starred posts out of a damaged store")
struct StarredCopyTests {
    /// A store with two starred posts of sixty, in which a table's or an index's first page is garbage.
    private static func damaged(
        _ part: String, in folder: TemporaryFolder, of feedEntry: PostID? = nil
    ) throws -> String {
        let path = try FilledStore.make(in: folder).path
        let store = try PostStore.open(at: path, now: Bench.start).store
        if let feedEntry {
            try FilledStore.adopt(store)
            var post = Bench.post("feed")
            post.id = feedEntry
            let page = FetchedPage(
                source: try Bench.source("daily"), stretch: .newest, page: Bench.page([post]), fetchedAt: Bench.start)
            _ = try store.ingest([page], now: Bench.start)
        }
        let starred = [PostID("ap:5"), feedEntry ?? PostID("ap:50")]
        _ = try store.mark(.star, .posts(starred), at: Bench.start.adding(seconds: 2))
        try store.close()
        let page = try TemporaryFolder.query("SELECT rootpage FROM sqlite_master WHERE name = '\(part)'", path)
        let size = try TemporaryFolder.query("PRAGMA page_size", path)
        var bytes = try #require(TemporaryFolder.read(path))
        bytes.replaceSubrange((page - 1) * size..<page * size, with: [UInt8](repeating: 0xAB, count: size))
        TemporaryFolder.write(bytes, to: path)
        // As a program leaves it that met the damage.
        TemporaryFolder.write([], to: path + ".suspect")
        return path
    }

    @Test(
        "They come along with their texts, and the rest is fetched again",
        arguments: [
            "post_words_data", "entry", "post_first_seen", "sqlite_autoindex_post_1", "sighting_of_post", "mark",
        ])
    func comeAlong(part: String) throws {
        let folder = TemporaryFolder()
        let opened = try PostStore.open(at: Self.damaged(part, in: folder), now: Bench.start)
        #expect(opened.report.movedAside != nil)
        expect(opened.report.restoredStars, is: 2)
        #expect(opened.report.messages.last?.string.hasSuffix("2 starred posts, too.") == true)
        let store = opened.store
        try FilledStore.adopt(store)
        // They are read and found as before
        let window = try store.window(WindowRequest(pane: .persona("news"), anchor: .newest))
        expect(window.entries.count, is: 2)
        try expect(store.post(PostID("ap:50"))?.post.body.plain, is: "some words of post 50")
        try expect(store.post(PostID("ap:50"))?.isStarred, is: true)
        try expect(store.post(PostID("ap:5"))?.isRead, is: true)
        try expect(
            store.search(Query(parsing: "words 50"), in: .persona("news"), now: Bench.start, limit: 9).count, is: 1)
        try expect(store.verify(), is: [])
        // And what their source still lists comes beside them
        let posts = (0..<60).map { Bench.post("\($0)", "some words of post \($0)", published: Int64($0)) }
        let report = try store.ingest(
            [
                FetchedPage(
                    source: try Bench.source("daily"), stretch: .newest, page: Bench.page(posts),
                    fetchedAt: Bench.start)
            ], now: Bench.start)
        expect(report.newPosts, is: 58)
        try expect(store.verify(), is: [])
    }

    @Test("That of a feed comes along where nothing says any more who brought it", arguments: ["source", "sighting"])
    func feedEntries(part: String) throws {
        let folder = TemporaryFolder()
        let feed = try Bench.source("daily")
        let path = try Self.damaged(part, in: folder, of: .feedEntry(feed: feed, key: "5"))
        let opened = try PostStore.open(at: path, now: Bench.start)
        expect(opened.report.restoredStars, is: 1)
        // Who brought the others nobody knows.
        #expect(opened.report.messages.last?.string.contains("texts of 1 starred posts were not kept") == true)
        try FilledStore.adopt(opened.store)
        try expect(opened.store.post(.feedEntry(feed: feed, key: "5"))?.isStarred, is: true)
        expect(try opened.store.window(WindowRequest(pane: .persona("news"), anchor: .newest)).entries.count, is: 1)
        try expect(opened.store.verify(), is: [])
    }

    @Test("Of marks in the middle of which a page is garbage the others stay, before it and behind it")
    func marksOnBothSides() throws {
        let folder = TemporaryFolder()
        let path = folder.path + "/data/perchoir.sqlite"
        let store = try PostStore.open(at: path, now: Bench.start).store
        let ids = (0..<2000).map { PostID("ap:\(10_000 + $0)") }
        _ = try store.mark(.read, .posts(ids), at: Bench.start)
        try store.close()
        let size = try TemporaryFolder.query("PRAGMA page_size", path)
        var bytes = try #require(TemporaryFolder.read(path))
        let place = try #require(bytes.places(of: "ap:11000").last)
        // The page's kind: a leaf of an index tree is 10.
        let page = place / size
        bytes[page * size] = 0
        TemporaryFolder.write(bytes, to: path)
        TemporaryFolder.write([], to: path + ".suspect")
        let report = try PostStore.open(at: path, now: Bench.start).report
        #expect((1800..<2000).contains(report.restoredMarks), "\(report)")
    }

    @Test("Where the posts themselves cannot be read, their marks stay")
    func unreadable() throws {
        let folder = TemporaryFolder()
        let opened = try PostStore.open(at: Self.damaged("post", in: folder), now: Bench.start)
        expect(opened.report.restoredStars, is: 0)
        try FilledStore.adopt(opened.store)
        try expect(opened.store.verify(), is: [])
    }
}
