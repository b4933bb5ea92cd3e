import Foundation
import Glibc
import Store
import Testing
import TimelineModel

@testable import perchoir

@Suite struct FetchRecorderTests {
    private static let now = Timestamp(seconds: 1_793_534_400)

    /// Commits that stand in the write-ahead log: frames that say how large the file is after them.
    /// Source: sqlite.org/fileformat2.html section 4.1.
    private func commits(_ path: String) throws -> Int {
        let log = [UInt8](try Data(contentsOf: URL(filePath: path + "-wal")))
        func number(_ place: Int) -> Int { log[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
        let frame = 24 + number(8)
        return stride(from: 32, through: log.count - frame, by: frame).count {
            log[$0 + 8..<$0 + 16] == log[16..<24] && number($0 + 4) != 0
        }
    }

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
        let before = try commits(store.path)
        #expect(try await recorder.lease(addresses.map(\.id)).count == 40)
        #expect(try commits(store.path) == before + 1)
        #expect(recorder.unreleased.count == 40)
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
        #expect(try commits(store.path) == before + 2)
        #expect(recorder.unreleased.isEmpty)
        #expect(try store.dueSources(at: Self.now, ignoringSchedule: true).count == 40)
    }
}
