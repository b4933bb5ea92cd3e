import Dispatch
import Expectations
import Foundation
import ReaderCore
import Store
import Testing
import Text
import TimelineModel

@testable import perchoir

@Suite("What the reader is told of arrivals")
struct AnnouncerTests {
    private static let now = Timestamp(seconds: 1_793_534_400)
    private static let pane = Pane.persona("main")

    /// A store with a source, and the reader's queue and inbox.
    private struct Desk {
        let home: Home
        let store: PostStore
        let source: SourceID
        let queue = DispatchQueue(label: "test")
        let inbox = Inbox(wakeUp: nil)
        let announcer: Announcer

        init() throws {
            home = try Home()
            store = try PostStore.open(at: home.store, now: now).store
            let address = SourceAddress.feed(try #require(WebAddress("https://example.org/")))
            source = address.id
            try store.adopt(
                personas: [Persona(id: "main", key: 1), Persona(id: "other", key: 2)],
                subscriptions: [Subscription(persona: "main", address: address)], filters: [], ownHandles: [],
                zone: .utc, now: now)
            announcer = Announcer(store: store, queue: queue, inbox: inbox)
        }

        func ingest(_ ids: Range<Int>) throws -> IngestReport {
            let events = ids.map { id in
                LiveEvent.post(
                    PageItem(
                        post: Post(
                            id: .activityPub(uri: "http://m.example/\(id)"), remoteID: "\(id)", network: .mastodon,
                            kind: .post, author: Author(name: "Ada")), sighting: Sighting(entryID: "\(id)")))
            }
            return try store.ingest(events, of: source, now: now)
        }

        /// The numbers that the reader was told, oldest first.
        func told() -> [[Pane: PaneCounts]] {
            queue.sync {}
            return inbox.take().compactMap { if case .timelinesChanged(let counts) = $0 { counts } else { nil } }
        }
    }

    @Test("a mark that is made between an arrival and its announcement is counted")
    func afterAMark() throws {
        let desk = try Desk()
        // Given three posts that came, and of which one was marked before anything was told
        let report = try desk.ingest(0..<3)
        expect(report.counts[Self.pane]?.unread, is: 3)
        _ = try desk.store.mark(.read, .posts([.activityPub(uri: "http://m.example/1")]), at: Self.now)
        // When the arrival is told
        desk.announcer.arrived(report.changed)
        // Then the mark stays in the numbers, and panes in which nothing changed are left alone
        expect(desk.told(), is: [[Self.pane: PaneCounts(unread: 2, total: 3, hidden: 0)]])
    }

    @Test("ten thousand arrivals while the store is busy are told once")
    func burst() throws {
        let desk = try Desk()
        let report = try desk.ingest(0..<1)
        desk.queue.suspend()
        for _ in 0..<10_000 { desk.announcer.arrived(report.changed) }
        desk.queue.resume()
        expect(desk.told().count, is: 1)
    }
}
