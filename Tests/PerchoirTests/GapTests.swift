import Curation
import Expectations
import Foundation
import Logging
import Networks
import Store
import Synchronization
import TestSupport
import Testing
import Text
import TimelineModel

@testable import perchoir

@Suite("Home timelines of each kind of server")
struct GapTests {
    /// A store, a server of one kind with the entries 1 to 4, three a page, and what asks it.
    private struct Desk {
        static let now = SystemClock.now()
        let home = SourceAddress.home(AccountName("@camille@m.example")!)
        let machine: Home
        let server: PlayedAccount
        let store: PostStore
        let fetcher: Fetcher

        init(_ kind: ServerKind) throws {
            (machine, server) = (try Home(), PlayedAccount(kind, Array(1...4)))
            server.change { $0.pageSize = 3 }
            store = try PostStore.open(at: machine.store, now: Self.now).store
            try store.adopt(
                personas: [Persona(id: "main", key: 1)], subscriptions: [Subscription(persona: "main", address: home)],
                filters: [], ownHandles: [], zone: .utc, now: Self.now)
            fetcher = Fetcher(
                store: store, factory: SourceFactory(transport: server, token: { _ in Secret("t") }),
                schedule: RefreshSchedule(interval: 900), holder: "1", now: { Self.now },
                log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        }

        /// - Returns: what the round did, and what became of the source.
        func round() async throws -> (Fetcher.Report, Fetcher.Outcome) {
            let found = Mutex<Fetcher.Outcome>(.held)
            let report = await fetcher.round(try store.dueSources(at: Self.now, ignoringSchedule: true)) {
                _, outcome, _ in found.withLock { $0 = outcome }
            }
            return (report, found.withLock { $0 })
        }

        func entries() throws -> [TimelineEntry] {
            try store.window(WindowRequest(pane: .persona("main"), anchor: .newest, limit: 100)).entries
        }

        /// Numbers from newest to oldest; 0 is a gap.
        func shown() throws -> [Int] {
            try entries().map { entry in
                if case .post(let post) = entry { Int(post.id.key.split(separator: "/").last ?? "") ?? -1 } else { 0 }
            }
        }
    }

    @Test(
        "what a round does not reach is a gap, which closes from both sides with every post once",
        arguments: ServerKind.allCases)
    func gap(kind: ServerKind) async throws {
        let desk = try Desk(kind)
        // Given posts that are known, and then more than a round fetches
        #expect(try await desk.round().0.failures.isEmpty)
        try expect(desk.shown(), is: [4, 3, 2, 1])
        desk.server.change { $0.numbers = Array(1...30) }
        #expect(try await desk.round().0.failures.isEmpty)
        try expect(desk.shown(), is: (16...30).reversed() + [0, 4, 3, 2, 1])
        // When the gap is loaded, once from below, once from above
        for step in 0..<10 {
            let gap = try desk.entries().lazy.compactMap { if case .gap(let gap) = $0 { gap } else { nil } }.first
            guard let gap else { break }
            let report = try await desk.fetcher.fill(
                gap, from: step % 2 == 0 ? .older : .newer, address: desk.home)
            #expect(throws: Never.self) { try report.get() }
        }
        // Then nothing is missing, nothing there twice
        try expect(desk.shown(), is: (1...30).reversed())
        try expect(desk.store.verify(), is: [])
    }

    @Test(
        "a first round that broke off is taken up by the next one, whether there is news or not",
        arguments: ServerKind.allCases, [0, 2])
    func firstRound(kind: ServerKind, news: Int) async throws {
        let desk = try Desk(kind)
        // Given a server that has enough after the first page that it is ever asked for
        desk.server.change { ($0.numbers, $0.olderTrouble) = (Array(1...30), 503) }
        try await expect(desk.round().0.failures.count, is: 1)
        try expect(desk.shown(), is: [30, 29, 28])
        // When it still has, then the timeline itself is there and the round has not failed
        #expect(try await desk.round().0.failures.isEmpty)
        // When it has recovered
        desk.server.change { ($0.numbers, $0.olderTrouble) = (Array(1...30 + news), nil) }
        #expect(try await desk.round().0.failures.isEmpty)
        // Then the pages are there with which a timeline begins, and are not asked for again
        let begun: [Int] = (22...30 + news).reversed()
        try expect(desk.shown(), is: begun)
        let asked = desk.server.asked("GET /api/v1/timelines/home")
        _ = try await desk.round()
        try expect(desk.shown(), is: begun)
        expect(desk.server.asked("GET /api/v1/timelines/home"), is: asked + 1)
    }

    @Test("what came before a page that failed is told, with the gap below it", arguments: [429, 503])
    func failureFurtherDown(status: Int) async throws {
        let desk = try Desk(.mastodon)
        _ = try await desk.round()
        // Given more than a page of news, and a server that has enough after the first
        desk.server.change { ($0.numbers, $0.olderTrouble) = (Array(1...30), status) }
        let (report, outcome) = try await desk.round()
        // Then the round failed, and what it stored counts and is to be drawn
        expect(report.failures.count, is: 1)
        expect(report.newPosts, is: 3)
        expect(outcome.stored?.changed, is: [.persona("main")])
        try expect(desk.shown(), is: [30, 29, 28, 0, 4, 3, 2, 1])
    }
}
