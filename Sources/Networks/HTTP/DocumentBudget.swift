import Synchronization

/// How many bytes of documents are decoded, or wait decoded for the store, at a time. Answers arrive side by side and
/// quicker than a store writes; without a bound a round would hold all of them as posts.
///
/// Each fetch has a seat, in a task-local value, so that sources need not be told who asks. Documents enter in the
/// order in which they came; one that is larger than the whole budget enters alone.
public final class DocumentBudget: Sendable {
    /// The seat of the fetch that runs in this task; nil where nothing is bounded.
    @TaskLocal public static var seat: Seat?

    private struct State {
        var used = 0
        var waiting: [(bytes: Int, continuation: CheckedContinuation<Void, Never>)] = []

        func admits(_ bytes: Int, of budget: Int) -> Bool { used == 0 || used + bytes <= budget }
    }

    private let bytes: Int
    private let state = Mutex(State())

    public init(bytes: Int) { self.bytes = bytes }

    /// A place of one fetch in the queue for the budget.
    public func seat() -> Seat { Seat(budget: self) }

    /// Bytes that are held, and how many fetches wait.
    var load: (bytes: Int, waiting: Int) { state.withLock { ($0.used, $0.waiting.count) } }

    private func take(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isAdmitted = state.withLock { state in
                guard state.waiting.isEmpty, state.admits(count, of: bytes) else {
                    state.waiting.append((count, continuation))
                    return false
                }
                state.used += count
                return true
            }
            if isAdmitted { continuation.resume() }
        }
    }

    private func giveBack(_ count: Int) {
        let admitted = state.withLock { state in
            state.used -= count
            var admitted: [CheckedContinuation<Void, Never>] = []
            while let first = state.waiting.first, state.admits(first.bytes, of: bytes) {
                state.used += first.bytes
                admitted.append(first.continuation)
                state.waiting.removeFirst()
            }
            return admitted
        }
        for continuation in admitted { continuation.resume() }
    }

    /// What one fetch holds. One that holds something already is never kept waiting.
    public final class Seat: Sendable {
        private let budget: DocumentBudget
        private let held = Mutex(0)

        init(budget: DocumentBudget) { self.budget = budget }

        deinit { giveBack() }

        /// Returns when a document of so many bytes may be decoded.
        func take(_ bytes: Int) async {
            guard held.withLock({ $0 == 0 }) else { return }
            await budget.take(bytes)
            held.withLock { $0 += bytes }
        }

        /// The document's posts are stored, or given up.
        public func giveBack() {
            let count = held.withLock { held in
                defer { held = 0 }
                return held
            }
            if count > 0 { budget.giveBack(count) }
        }
    }
}
