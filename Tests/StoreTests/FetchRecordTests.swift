import Expectations
import GRDB
import TestSupport
import Testing
import Text
import TimelineModel

@testable import Store

/// What a round of fetching writes, counted in transactions: each is a wait for the disk.
@Suite("Records of fetches")
struct FetchRecordTests {
    private final class Commits: TransactionObserver {
        var count = 0

        func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { false }
        func databaseDidChange(with event: DatabaseEvent) {}
        func databaseDidCommit(_ database: Database) { count += 1 }
        func databaseDidRollback(_ database: Database) {}
    }

    private let bench: Bench
    private let commits = Commits()

    init() throws {
        bench = try Bench()
        let commits = commits
        bench.store.pool.writeWithoutTransaction { $0.add(transactionObserver: commits) }
    }

    private func record(_ source: String, _ names: [String], isLast: Bool = true) throws -> FetchRecord {
        var page = Bench.page(names.map { Bench.post($0) })
        page.validators = Validators(etag: names.first)
        let fetched = FetchedPage(
            source: try Bench.source(source), stretch: .newest, page: page, fetchedAt: Bench.start,
            nextAttempt: Bench.start.adding(seconds: 900))
        return FetchRecord(.page(fetched), isLast: isLast)
    }

    private func lease() throws {
        let sources = try ["daily", "shared", "trade"].map(Bench.source)
        let until = Bench.start.adding(seconds: 60)
        try expect(bench.store.lease(sources, holder: "one", until: until, at: Bench.start).count, is: 3)
    }

    private func leased() throws -> Int64 {
        try bench.store.read { try $0.integer("SELECT count(*) FROM source WHERE lease_holder = 'one'") } ?? 0
    }

    @Test("leases, pages of several sources, cursors and the end of the leases: two transactions")
    func together() throws {
        // Given
        try lease()
        // When
        let failure = FetchRecord.Outcome.failure(
            try Bench.source("trade"), FetchError(.timedOut, "no answer"), at: Bench.start, nextAttempt: Bench.start)
        let results = bench.store.record(
            [try record("daily", ["b", "a"]), try record("shared", ["c"]), FetchRecord(failure, isLast: true)],
            holder: "one", now: Bench.start)
        // Then
        expect(commits.count, is: 2)
        try expect(results.map { try $0.get().newPosts }, is: [2, 1, 0])
        try expect(results[1].get().counts[.persona("news")]?.unread, is: 3)
        try expect(leased(), is: 0)
        try expect(bench.store.fetchState(of: try Bench.source("daily")).validators.etag, is: "b")
        try expect(bench.store.fetchState(of: try Bench.source("trade")).failuresInARow, is: 1)
        try expect(bench.store.verify(), is: [])
    }

    @Test("more posts than the limit take more transactions, a page none of its own")
    func limit() throws {
        let records = try (0..<6).map { try record("daily", ["\($0) a", "\($0) b"]) }
        expect(bench.store.record(records, holder: "one", limit: 4, now: Bench.start).count, is: 6)
        expect(commits.count, is: 3)
        try expect(bench.store.counts()[.persona("news")]?.total, is: 12)
    }

    @Test("a record that cannot be stored costs itself alone, with its cursor")
    func oneBadPage() throws {
        // Given
        try lease()
        try bench.store.write {
            try $0.execute(
                sql: """
                    CREATE TEMP TRIGGER refusal BEFORE INSERT ON main.post WHEN NEW.identity = 'ap:bad'
                    BEGIN SELECT RAISE(ABORT, 'refused'); END
                    """)
        }
        // When
        let results = bench.store.record(
            [try record("daily", ["a"]), try record("shared", ["worse", "bad"]), try record("trade", ["b"])],
            holder: "one", now: Bench.start)
        // Then
        #expect(throws: StoreError.self) { try results[1].get() }
        try expect([results[0], results[2]].map { try $0.get().newPosts }, is: [1, 1])
        try expect(bench.store.fetchState(of: try Bench.source("shared")), is: FetchState())
        try expect(leased(), is: 1)
        try expect(bench.store.counts()[.persona("news")]?.total, is: 1)
        try expect(bench.store.verify(), is: [])
    }

    @Test("who waits to write gets the next transaction")
    func givesWay() throws {
        let records = try (0..<5).map { try record("daily", ["\($0)"]) }
        let place = bench.store.writers.enter()
        expect(bench.store.record(records, holder: "one", now: Bench.start).count, is: 5)
        expect(commits.count, is: 5)
        place.leave()
        place.leave()
        expect(bench.store.record(records, holder: "one", now: Bench.start).count, is: 5)
        expect(commits.count, is: 6)
        // A mark counts as one who waits, and then no more.
        _ = try bench.store.mark(.read, .posts([PostID("ap:1")]), at: Bench.start)
        #expect(!bench.store.writers.areWaiting)
    }

    @Test("a post that is new costs so many statements, one that is known so many")
    func statements() throws {
        let posts = (0..<50).map { Bench.post("\($0)") }
        func count(_ work: () throws -> Void) throws -> Int {
            let number = Counter()
            bench.store.pool.writeWithoutTransaction { database in
                database.trace(options: .statement) { _ in number.value += 1 }
            }
            try work()
            bench.store.pool.writeWithoutTransaction { $0.trace(nil) }
            return number.value
        }
        let first = try count { try bench.ingest("daily", Bench.page(posts)) }
        #expect(first <= 50 * 10 + 16, "\(first) statements for 50 new posts")
        let again = try count { try bench.ingest("daily", Bench.page(posts), at: 60) }
        #expect(again <= 50 * 2 + 12, "\(again) statements for 50 known posts")
    }

    private final class Counter {
        var value = 0
    }

    @Test("times of a clock that was wrong hold nobody up once it is right")
    func wrongClock() throws {
        // Given a failure, a success and a lease years ahead
        let ahead = Bench.start.adding(seconds: 20 * 365 * 86_400)
        let failure = FetchRecord.Outcome.failure(
            try Bench.source("trade"), FetchError(.rateLimited, "later", retryAfter: 3600), at: ahead,
            nextAttempt: ahead.adding(seconds: 3600))
        var page = Page()
        page.isUnchanged = true
        let unchanged = FetchedPage(
            source: try Bench.source("daily"), stretch: .newest, page: page, fetchedAt: ahead,
            nextAttempt: ahead.adding(seconds: 900))
        let records = [FetchRecord(failure, isLast: true), FetchRecord(.page(unchanged), isLast: true)]
        expect(bench.store.record(records, holder: "one", now: ahead).count, is: 2)
        let shared = try Bench.source("shared")
        _ = try bench.store.lease([shared], holder: "one", until: ahead.adding(seconds: 300), at: ahead)
        #expect(try bench.store.dueSources(at: ahead.adding(seconds: 30)).isEmpty)
        // When the clock is right again
        let due = try bench.store.dueSources(at: Bench.start)
        // Then
        expect(due.count, is: 3)
        let until = Bench.start.adding(seconds: 60)
        try expect(bench.store.lease([shared], holder: "two", until: until, at: Bench.start).count, is: 1)
    }
}
