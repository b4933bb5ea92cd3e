import Expectations
import Store
import TestSupport
import Testing
import Text
import TimelineModel

@Suite("What is kept of a source between two looks")
struct SourceMemoryTests {
    @Test("A source whose posts were forgotten is asked for all of them when it is taken back")
    func forgottenSource() throws {
        // Given two sources, of which one is removed
        let bench = try Bench()
        let (gone, kept) = (try Bench.source("daily"), try Bench.source("trade"))
        for (name, post) in [("daily", "a"), ("trade", "b")] {
            var page = Bench.page([Bench.post(post)])
            page.validators = Validators(etag: "\"1\"", lastModified: "Sun", bodyHash: 1)
            page.keyRung = .guid
            page.memory = [1, 2, 3]
            try bench.ingest(name, page)
        }
        try bench.adopt([("pro", "trade")])
        // When its posts are forgotten
        try expect(bench.store.prune(at: Bench.start.adding(seconds: 400 * 86_400)).removed, is: 1)
        try bench.adopt()
        // Then nothing that is kept of it leaves them out of the next document
        try expect(bench.store.fetchState(of: gone).validators, is: Validators())
        try expect(bench.store.fetchState(of: gone).newestEntryID, is: nil)
        try expect(bench.store.feedMemory(of: gone), is: FeedMemory(rung: .guid))
        // And the other one is as it was
        try expect(bench.store.fetchState(of: kept).validators.etag, is: "\"1\"")
        try expect(bench.store.fetchState(of: kept).newestEntryID, is: "b")
        try expect(bench.store.feedMemory(of: kept)?.entries, is: [1, 2, 3])
    }
}
