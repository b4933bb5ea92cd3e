import Expectations
import Foundation
import Glibc
import Store
import Testing
import TimelineModel

@testable import perchoir

@Suite struct FetchRecorderTests {
    private static let now = Timestamp(seconds: 1_793_534_400)

    @Test("what waits while the store is busy is recorded together: forty sources, one transaction")
    func together() async throws {
        // Given forty leased sources
        let folder = FileManager.default.temporaryDirectory.appending(path: "perchoir-recorder-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }  // The system clears its temporary files too.
        let store = try PostStore.open(at: folder.path + "/perchoir.sqlite", now: Self.now).store
        let addresses = try (0..<40).map {
            SourceAddress.feed(try #require(WebAddress("https://example.org/\($0)")))
        }
        try store.adopt(
            personas: [Persona(id: "news", key: 1)],
            subscriptions: addresses.map { Subscription(persona: "news", address: $0) }, filters: [], ownHandles: [],
            zone: .utc, now: Self.now)
        let recorder = FetchRecorder(store: store, holder: "1", leaseLength: 300) { Self.now }
        let before = try store.commits()
        try await expect(recorder.lease(addresses.map(\.id)).count, is: 40)
        try expect(store.commits(), is: before + 1)
        expect(recorder.unreleased.count, is: 40)
        // When all of them have an answer before the store is ready for the first
        recorder.queue.suspend()
        await withTaskGroup(of: Bool.self) { group in
            for address in addresses {
                var page = Page()
                page.isUnchanged = true
                let fetched = FetchedPage(source: address.id, stretch: .newest, page: page, fetchedAt: Self.now)
                group.addTask { (try? await recorder.record(FetchRecord(.page(fetched), isLast: true))) != nil }
            }
            while recorder.waiting < 40 { await Task.yield() }
            recorder.queue.resume()
            // Then
            for await isRecorded in group { #expect(isRecorded) }
        }
        try expect(store.commits(), is: before + 2)
        #expect(recorder.unreleased.isEmpty)
        try expect(store.dueSources(at: Self.now, ignoringSchedule: true).count, is: 40)
    }
}
