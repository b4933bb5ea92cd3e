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

    @Test("What a document wished for its own rest holds until another document comes")
    func wishForRest() throws {
        let bench = try Bench()
        let source = try Bench.source("daily")
        func ingest(_ wish: Int?, isUnchanged: Bool = false) throws -> Int? {
            var page = isUnchanged ? Page() : Bench.page([Bench.post("a")])
            page.isUnchanged = isUnchanged
            page.minimumInterval = wish
            try bench.ingest("daily", page)
            return try bench.store.fetchState(of: source).minimumInterval
        }
        try expect(ingest(3600), is: 3600)
        try expect(ingest(nil, isUnchanged: true), is: 3600)
        try expect(ingest(60, isUnchanged: true), is: 3600)
        try expect(ingest(nil), is: nil)
    }

    @Test("A permanent redirect counts when it was seen twice in a row, and until the source's own address answers")
    func moves() throws {
        let bench = try Bench()
        let (one, two) = (WebAddress("https://one.example.org/"), WebAddress("https://two.example.org/"))
        func moved(_ target: WebAddress?, isUnchanged: Bool = false, back: Bool = false) throws -> WebAddress? {
            var page = Page()
            page.isUnchanged = isUnchanged
            page.movedTo = target
            page.hasMovedBack = back
            try bench.ingest("daily", page)
            let health = try #require(try bench.store.health(persona: "news", now: Bench.start).first)
            let known = try bench.store.fetchState(of: try Bench.source("daily")).movedTo
            expect(health.movedTo, is: known)
            return known
        }
        try expect(moved(one), is: nil)
        try expect(moved(nil), is: nil)
        try expect(moved(one), is: nil)
        try expect(moved(two), is: nil)
        try expect(moved(two, isUnchanged: true), is: two)
        // Asked at the new address, it is not redirected any more, or further.
        try expect(moved(nil), is: two)
        try expect(moved(one), is: two)
        try expect(moved(one), is: one)
        try expect(moved(nil, back: true), is: nil)
        try expect(moved(one), is: nil)
    }

    @Test("A failure keeps a source from rounds without a schedule only as long as its server asked")
    func askedRest() throws {
        // Given a server that is busy for five seconds, and a schedule that waits longer
        let bench = try Bench()
        let source = try Bench.source("daily")
        let error = FetchError(.rateLimited, "busy", retryAfter: 5)
        let failure = FetchRecord.Outcome.failure(
            source, error, at: Bench.start, nextAttempt: Bench.start.adding(seconds: 7200))
        expect(bench.store.record([FetchRecord(failure, isLast: true)], holder: "one", now: Bench.start).count, is: 1)
        // When / Then
        func isDue(_ seconds: Int64, ignoringSchedule: Bool) throws -> Bool {
            let due = try bench.store.dueSources(
                at: Bench.start.adding(seconds: seconds), ignoringSchedule: ignoringSchedule)
            return due.contains { $0.source == source }
        }
        try expect(isDue(4, ignoringSchedule: true), is: false)
        try expect(isDue(5, ignoringSchedule: true), is: true)
        try expect(isDue(7199, ignoringSchedule: false), is: false)
        try expect(isDue(7200, ignoringSchedule: false), is: true)
    }

    @Test("Who asks by hand asks what is gone, not what waits; both rest, each for its reason")
    func askedByHand() throws {
        // Given a source that is gone, and one whose server wants rest for as long as any may
        let bench = try Bench()
        let (gone, waiting) = (try Bench.source("daily"), try Bench.source("trade"))
        let (end, rest) = (Bench.start.adding(seconds: 3650 * 86_400), Bench.start.adding(seconds: 86_400))
        let failures = [
            FetchRecord.Outcome.failure(gone, FetchError(.gone, "gone"), at: Bench.start, nextAttempt: end),
            .failure(
                waiting, FetchError(.rateLimited, "busy", status: 429, retryAfter: 86_400), at: Bench.start,
                nextAttempt: rest),
        ].map { FetchRecord($0, isLast: true) }
        expect(bench.store.record(failures, holder: "one", now: Bench.start).count, is: 2)
        // When / Then
        func due(includingGone: Bool) throws -> Set<SourceID> {
            let due = try bench.store.dueSources(
                at: Bench.start, ignoringSchedule: true, includingGone: includingGone)
            return Set(due.map(\.source)).intersection([gone, waiting])
        }
        try expect(due(includingGone: false), is: [])
        try expect(due(includingGone: true), is: [gone])
        let resting = try bench.store.restingSources(at: Bench.start).sorted { $0.until < $1.until }
        expect(resting.map(\.source), is: [waiting, gone])
        expect(resting.map(\.isGone), is: [false, true])
        expect(resting.map(\.until), is: [rest, end])
        let health = try bench.store.health(now: Bench.start)
        expect(health.filter(\.isGone).map(\.source), is: [gone])
        expect(health.filter(\.wantsSignIn).map(\.source), is: [])
        // When it answers, then it is as any other
        try bench.ingest("daily", Bench.page([Bench.post("a")]))
        try expect(bench.store.restingSources(at: Bench.start).map(\.source), is: [waiting])
    }

    @Test("That a sign-in is wanted holds until the source answers, or fails otherwise")
    func wantedSignIn() throws {
        let bench = try Bench()
        let source = try Bench.source("daily")
        func wants() throws -> Bool {
            try #require(try bench.store.health(now: Bench.start).first { $0.source == source }).wantsSignIn
        }
        func fail(_ kind: FetchError.Kind) {
            let failure = FetchRecord.Outcome.failure(
                source, FetchError(kind, "no"), at: Bench.start, nextAttempt: Bench.start)
            expect(
                bench.store.record([FetchRecord(failure, isLast: true)], holder: "one", now: Bench.start).count, is: 1)
        }
        try expect(wants(), is: false)
        fail(.unauthorized)
        try expect(wants(), is: true)
        fail(.timedOut)
        try expect(wants(), is: false)
        fail(.unauthorized)
        try bench.ingest("daily", Bench.page([Bench.post("a")]))
        try expect(wants(), is: false)
    }
}
