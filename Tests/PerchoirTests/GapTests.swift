import Curation
import Expectations
import Foundation
import Logging
import Networks
import Store
import TestSupport
import Testing
import Text
import TimelineModel

@testable import perchoir

@Suite("Home timelines of each kind of server")
struct GapTests {
    @Test(
        "what a round does not reach is a gap, which closes from both sides with every post once",
        arguments: ServerKind.allCases)
    func gap(kind: ServerKind) async throws {
        let now = SystemClock.now()
        let (machine, server) = (try Home(), PlayedAccount(kind, Array(1...4)))
        server.change { $0.pageSize = 3 }
        let home = SourceAddress.home(try #require(AccountName("@camille@m.example")))
        let store = try PostStore.open(at: machine.store, now: now).store
        try store.adopt(
            personas: [Persona(id: "main", key: 1)], subscriptions: [Subscription(persona: "main", address: home)],
            filters: [], ownHandles: [], zone: .utc, now: now)
        let fetcher = Fetcher(
            store: store, factory: SourceFactory(transport: server, token: { _ in Secret("t") }),
            schedule: RefreshSchedule(interval: 900), holder: "1", now: { now },
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        func round() async throws {
            let report = await fetcher.round(try store.dueSources(at: now, ignoringSchedule: true)) { _, _, _ in }
            #expect(report.failures.isEmpty)
        }
        func entries() throws -> [TimelineEntry] {
            try store.window(WindowRequest(pane: .persona("main"), anchor: .newest, limit: 100)).entries
        }
        func shown() throws -> [Int] {
            try entries().map { entry in
                if case .post(let post) = entry { Int(post.id.key.split(separator: "/").last ?? "") ?? -1 } else { 0 }
            }
        }
        // Given posts that are known, and then more than a round fetches
        try await round()
        try expect(shown(), is: [4, 3, 2, 1])
        server.change { $0.numbers = Array(1...30) }
        try await round()
        try expect(shown(), is: (16...30).reversed() + [0, 4, 3, 2, 1])
        // When the gap is loaded, once from below, once from above
        for step in 0..<10 {
            let gap = try entries().lazy.compactMap { if case .gap(let gap) = $0 { gap } else { nil } }.first
            guard let gap else { break }
            let report = try await fetcher.fill(gap, from: step % 2 == 0 ? .older : .newer, address: home)
            #expect(throws: Never.self) { try report.get() }
        }
        // Then nothing is missing, nothing there twice
        try expect(shown(), is: (1...30).reversed())
        try expect(store.verify(), is: [])
    }
}
