import Dispatch
import Store
import Synchronization
import TimelineModel

/// The one place through which a round writes: it records together what is waiting when it gets to it, so that five
/// hundred sources cost a few dozen transactions, and no thread of the tasks waits for the disk.
///
/// What waits here is bounded by the round: each of its tasks has one page at most and goes on when that is on disk.
final class FetchRecorder: Sendable {
    private struct Waiting {
        let record: FetchRecord
        let continuation: CheckedContinuation<Result<IngestReport, StoreError>, Never>
    }

    private struct Desk {
        var waiting: [Waiting] = []
        var isAtWork = false
        var leased: Set<SourceID> = []
        var renewed: Timestamp
    }

    private let store: PostStore
    private let holder: String
    /// Seconds after which another process may take over a source whose holder said nothing more.
    private let leaseLength: Int64
    private let now: @Sendable () -> Timestamp
    let queue = DispatchQueue(label: "perchoir.recorder", qos: .utility)
    private let desk: Mutex<Desk>

    init(store: PostStore, holder: String, leaseLength: Int64, now: @escaping @Sendable () -> Timestamp) {
        self.store = store
        self.holder = holder
        self.leaseLength = leaseLength
        self.now = now
        desk = Mutex(Desk(renewed: now()))
    }

    /// Leased sources of which nothing final was recorded.
    var unreleased: [SourceID] { desk.withLock { Array($0.leased) } }

    /// Records that nobody has begun to write.
    var waiting: Int { desk.withLock { $0.waiting.count } }

    /// - Returns: the states of the sources that no other process is fetching.
    func lease(_ sources: [SourceID]) async throws(StoreError) -> [SourceID: FetchState] {
        let moment = now()
        let states = try await onQueue { [store, holder, leaseLength] () throws(StoreError) in
            try store.lease(sources, holder: holder, until: moment.adding(seconds: leaseLength), at: moment)
        }
        desk.withLock { $0.leased.formUnion(states.keys) }
        return states
    }

    func release(_ sources: [SourceID]) async throws(StoreError) {
        guard !sources.isEmpty else { return }
        try await onQueue { [store, holder] () throws(StoreError) in try store.release(sources, holder: holder) }
        desk.withLock { $0.leased.subtract(sources) }
    }

    /// Returns when the record is on disk.
    func record(_ record: FetchRecord) async throws(StoreError) -> IngestReport {
        let result = await withCheckedContinuation { continuation in
            let mustStart = desk.withLock { desk in
                desk.waiting.append(Waiting(record: record, continuation: continuation))
                defer { desk.isAtWork = true }
                return !desk.isAtWork
            }
            if mustStart { queue.async { self.work() } }
        }
        return try result.get()
    }

    private func onQueue<Value: Sendable>(
        _ body: @escaping @Sendable () throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        let result = await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: Result(catching: body)) }
        }
        return try result.get()
    }

    // MARK: On the queue

    private func work() {
        while true {
            let moment = now()
            let (together, renews) = desk.withLock { desk -> ([Waiting], Bool) in
                let together = desk.waiting
                desk.waiting = []
                desk.isAtWork = !together.isEmpty
                // Also when the clock was set back.
                let renews = abs(moment.seconds(since: desk.renewed)) > leaseLength / 4
                if renews { desk.renewed = moment }
                return (together, renews)
            }
            guard !together.isEmpty else { return }
            let results = store.record(
                together.map(\.record), holder: holder,
                leasedUntil: renews ? moment.adding(seconds: leaseLength) : nil, now: moment)
            desk.withLock { desk in
                for (waiting, result) in zip(together, results) where waiting.record.isLast {
                    if case .success = result { desk.leased.remove(waiting.record.source) }
                }
            }
            for (waiting, result) in zip(together, results) { waiting.continuation.resume(returning: result) }
        }
    }
}
