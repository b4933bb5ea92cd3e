import Dispatch
import Synchronization

/// Where all tasks run: on a few serial queues, instead of the global ones that Swift has for them.
///
/// On Linux libdispatch looks at the threads of its global queues every second, for ever, from the first time that
/// anything runs there; a reader that has fetched once would never rest again. The threads of serial queues it leaves
/// alone.
final class TaskQueues: TaskExecutor {
    /// Two jobs decode side by side while one waits for the store, and a reading connection of the store is left for
    /// the screen.
    static let shared = TaskQueues(count: 3)

    private struct Line {
        /// What is urgent first, else in the order of arrival.
        var jobs: [UnownedJob] = []
        var idle: [DispatchQueue]

        /// The queue is idle when there is none.
        mutating func next(on queue: DispatchQueue) -> UnownedJob? {
            guard jobs.isEmpty else { return jobs.removeFirst() }
            idle.append(queue)
            return nil
        }
    }

    private let line: Mutex<Line>

    /// - Parameter count: of jobs that run at a time; one that blocks holds up no others but by its place.
    init(count: Int) {
        line = Mutex(Line(idle: (1...count).map { DispatchQueue(label: "perchoir.tasks.\($0)") }))
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let queue = line.withLock { line in
            let place = line.jobs.firstIndex { $0.priority < job.priority } ?? line.jobs.endIndex
            line.jobs.insert(job, at: place)
            return line.idle.popLast()
        }
        if let queue { queue.async { self.work(on: queue) } }
    }

    /// Runs what is in the line, until nothing is.
    private func work(on queue: DispatchQueue) {
        while let job = line.withLock({ $0.next(on: queue) }) { job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
}
