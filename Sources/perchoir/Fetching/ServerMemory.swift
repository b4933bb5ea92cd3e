import Logging
import Networks
import Store
import Synchronization
import Text
import TimelineModel

/// Keeps the store in step with what the servers remember for the user's accounts: filters come from there, the reading
/// position goes both ways.
final class ServerMemory: Sendable {
    /// An account with those of its timelines that are sources.
    struct Reading: Sendable {
        let account: AccountName
        let timelines: Set<AccountTimeline>

        /// The accounts of subscriptions, each once.
        static func all(_ subscriptions: [Subscription]) -> [Reading] {
            var timelines: [AccountName: Set<AccountTimeline>] = [:]
            for case .account(let account, let timeline) in subscriptions.map(\.address) {
                timelines[account, default: []].insert(timeline)
            }
            return timelines.map { Reading(account: $0, timelines: $1) }
        }
    }

    /// When an account's server is asked next; nil is at once.
    private struct Due {
        var filters: Timestamp?
        var markers: Timestamp?
    }

    /// Seconds between two looks at the filters of an account whose server does not tell when they change.
    private static let filtersInterval: Int64 = 3 * 3600
    /// Seconds between two looks at the marker of an account, and until filters that could not be had are asked for
    /// again.
    private static let markersInterval: Int64 = 300
    /// Attempts to set a marker while other programs set it too.
    private static let attempts = 3

    private let store: PostStore
    private let factory: SourceFactory
    /// Whether the user wants the server to know where he reads, and the sign-in allows it.
    private let maySend: @Sendable (AccountName) -> Bool
    private let now: @Sendable () -> Timestamp
    private let log: Logger
    private let due = Mutex<[AccountName: Due]>([:])

    init(
        store: PostStore, factory: SourceFactory, maySend: @escaping @Sendable (AccountName) -> Bool,
        now: @escaping @Sendable () -> Timestamp, log: Logger
    ) {
        self.store = store
        self.factory = factory
        self.maySend = maySend
        self.now = now
        self.log = log
    }

    func isDue(_ readings: [Reading]) -> Bool {
        readings.contains {
            mustAsk(\.markers, $0, Self.markersInterval) || mustAsk(\.filters, $0, Self.filtersInterval)
        }
    }

    /// A server told that an account's filters changed.
    func filtersChanged(of account: AccountName) {
        due.withLock { $0[account]?.filters = nil }
    }

    /// Asks for what is due, the accounts side by side, and sends where the user reads. Kept filters hold once they are
    /// adopted.
    /// - Returns: where markers lead.
    func look(_ readings: [Reading]) async -> [MarkerMove] {
        await withTaskGroup(of: [MarkerMove].self) { group in
            for reading in readings {
                group.addTask {
                    await self.fetchFilters(reading)
                    return await self.exchangeMarkers(reading)
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
    }

    /// Sends where the user reads, as far as a server does not know it yet.
    func send(_ readings: [Reading]) async {
        await withTaskGroup(of: Void.self) { group in
            for reading in readings where isSending(reading) {
                group.addTask {
                    await self.logging(reading.account) {
                        () async throws in
                        try await self.send(reading.account, after: nil)
                    }
                }
            }
        }
    }

    func isSending(_ reading: Reading) -> Bool { reading.timelines.contains(.home) && maySend(reading.account) }

    // MARK: One account

    private func mustAsk(_ what: KeyPath<Due, Timestamp?>, _ reading: Reading, _ interval: Int64) -> Bool {
        guard let next = due.withLock({ $0[reading.account]?[keyPath: what] }) else { return true }
        // A time further away than that is from a clock which was wrong.
        return !(1...interval * 1000).contains(next.milliseconds - now().milliseconds)
    }

    private func note(_ what: WritableKeyPath<Due, Timestamp?>, _ reading: Reading, _ interval: Int64) {
        due.withLock { $0[reading.account, default: Due()][keyPath: what] = now().adding(seconds: interval) }
    }

    private func fetchFilters(_ reading: Reading) async {
        guard mustAsk(\.filters, reading, Self.filtersInterval) else { return }
        // Beforehand: while they are asked for, the server may tell that they changed.
        note(\.filters, reading, Self.filtersInterval)
        let isDone = await logging(reading.account) { () async throws in
            guard let filters = try await self.factory.account(reading.account).filters() else { return }
            try self.store.keep(filters, of: reading.account)
        }
        if !isDone, !mustAsk(\.filters, reading, Self.filtersInterval) {
            note(\.filters, reading, Self.markersInterval)
        }
    }

    private func exchangeMarkers(_ reading: Reading) async -> [MarkerMove] {
        guard !reading.timelines.isDisjoint(with: [.home, .notifications]),
            mustAsk(\.markers, reading, Self.markersInterval)
        else { return [] }
        note(\.markers, reading, Self.markersInterval)
        let moves = Mutex<[MarkerMove]>([])
        await logging(reading.account) { () async throws in
            guard let markers = try await self.factory.account(reading.account).markers() else { return }
            let home = SourceAddress.home(reading.account).id
            // It got there although its answer was lost.
            if self.isSending(reading), let there = markers.home, try self.store.markerToSend(of: home) == there {
                try self.store.noteSent(there, of: home)
            }
            var found: [MarkerMove] = []
            for (timeline, marker) in [(AccountTimeline.home, markers.home), (.notifications, markers.notifications)] {
                guard let marker, reading.timelines.contains(timeline) else { continue }
                found += try self.store.moves(to: marker, of: SourceAddress.account(reading.account, timeline).id)
            }
            moves.withLock { $0 = found }
            if self.isSending(reading) { try await self.send(reading.account, after: markers) }
        }
        return moves.withLock { $0 }
    }

    /// Tells the server how far the home timeline is read: only forward, from what it has and from what it was told.
    /// - Parameter known: what the server has, if that was just asked.
    private func send(_ account: AccountName, after known: ReadingMarkers?) async throws {
        let client = factory.account(account)
        let home = SourceAddress.home(account).id
        var known = known
        for _ in 0..<Self.attempts {
            guard let marker = try store.markerToSend(of: home) else { return }
            if known == nil { known = try await client.markers() }
            guard let markers = known else { return }
            if let there = markers.home, !MastodonID.isNewer(marker, than: there) { return }
            guard let isSet = try await client.setHomeMarker(marker) else { return }
            if isSet { return try store.noteSent(marker, of: home) }
            known = nil
        }
    }

    /// What is not in step now is so after the next look: a failure is for the log alone.
    /// - Returns: whether there was none.
    @discardableResult
    private func logging(_ account: AccountName, _ body: @Sendable () async throws -> Void) async -> Bool {
        do {
            try await body()
            return true
        } catch let error as FetchError {
            if error.kind != .cancelled { log.info("\(account.shown): \(error.message)") }
        } catch let error as StoreError {
            log.warning("\(account.shown): \(error.message)")
        } catch {
            log.warning("\(account.shown): not in step with its server")
        }
        return false
    }
}
