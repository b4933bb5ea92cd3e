import Dispatch
import Synchronization

/// Rounds of fetching, one after the other, so that no source is asked twice at once.
final class FetchRounds: Sendable {
    private struct Line {
        var tasks: [Int: Task<Void, Never>] = [:]
        var last: Task<Void, Never>?
        var count = 0
    }

    private let line = Mutex(Line())
    private let open = DispatchGroup()

    /// Runs a round when those before it have ended, or not at all if it is cancelled before that.
    /// - Parameter unlessBusy: not at all either while another one runs or waits.
    func add(unlessBusy: Bool = false, _ round: @escaping @Sendable () async -> Void) {
        line.withLock { line in
            if unlessBusy, !line.tasks.isEmpty { return }
            line.count += 1
            let (number, before) = (line.count, line.last)
            open.enter()
            let task = Task.detached(executorPreference: TaskQueues.shared) { [self] in
                await before?.value
                if !Task.isCancelled { await round() }
                ended(number)
            }
            line.tasks[number] = task
            line.last = task
        }
    }

    private func ended(_ number: Int) {
        line.withLock { $0.tasks[number] = nil }
        open.leave()
    }

    /// Cancels the one that runs and those that wait.
    func cancelAll() {
        line.withLock { line in
            for task in line.tasks.values { task.cancel() }
        }
    }

    /// Waits until none is left, so long at most.
    /// - Returns: whether none is left.
    @discardableResult
    func wait(milliseconds: Int) -> Bool {
        open.wait(timeout: .now() + .milliseconds(milliseconds)) == .success
    }
}
