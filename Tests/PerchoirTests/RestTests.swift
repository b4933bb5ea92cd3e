import Dispatch
import Expectations
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import perchoir

@Suite("A reader at rest", .ownThreads)
struct RestTests {
    @Test("after a fetch no timer is left that would wake it")
    func noTimers() throws {
        // Given a reader that has fetched
        let site = try Site()
        site.serve("/feed", Documents.rss("Tide", ["High water at noon"]))
        let home = try Home(configuration: "[[source]]\npersona = \"main\"\nfeed = \"\(site.address("/feed"))\"\n")
        let terminal = try home.terminal()
        try terminal.wait(forText: "High water at noon")
        // When it has nothing to do but answer a key now and then
        var looksAtRest = 0
        for _ in 0..<2000 where looksAtRest < 20 {
            try terminal.settle()
            // Between two rings of a timer that repeats is a moment in which it is not set.
            looksAtRest = try armedTimers(of: terminal.process) == 0 ? looksAtRest + 1 : 0
        }
        // Then its timers are not set
        expect(looksAtRest, is: 20)
    }

    /// Timers of a process that will ring.
    private func armedTimers(of process: Int32) throws -> Int {
        let folder = "/proc/\(process)/fdinfo"
        return try FileManager.default.contentsOfDirectory(atPath: folder).count { name in
            // A descriptor that was closed meanwhile rings no more.
            guard let text = try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8) else { return false }
            return text.contains("it_value:") && !text.contains("it_value: (0, 0)")
        }
    }

    // MARK: Where tasks run

    @Test("jobs that block hold up no others while a queue is left")
    func blocking() async {
        let (queues, gate) = (TaskQueues(count: 3), DispatchSemaphore(value: 0))
        // Given jobs that block, on all queues but one
        let blocked = (0..<2).map { _ in Task(executorPreference: queues) { Self.wait(for: gate) } }
        // When more come than there are queues
        let others = (0..<10).map { number in
            Task(executorPreference: queues) {
                await Task.yield()
                return number
            }
        }
        // Then these end, and those when they may
        for (number, other) in others.enumerated() { await expect(other.value, is: number) }
        for _ in blocked { gate.signal() }
        for job in blocked { await job.value }
    }

    @Test("what is urgent runs first, the rest in the order of arrival")
    func order() async {
        let (queues, gate, said) = (TaskQueues(count: 1), DispatchSemaphore(value: 0), Said())
        let first = Task.detached(executorPreference: queues, priority: .high) { Self.wait(for: gate) }
        // When jobs come while the only queue is taken
        let jobs = [("a", TaskPriority.medium), ("b", .low), ("c", .medium), ("d", .high)].map { name, priority in
            Task.detached(executorPreference: queues, priority: priority) { said.say(name) }
        }
        gate.signal()
        for job in [first] + jobs { await job.value }
        // Then they wait for it in this order
        expect(said.words.withLock { $0 }, is: ["d", "a", "c", "b"])
    }

    private final class Said: Sendable {
        let words = Mutex<[String]>([])
        func say(_ word: String) { words.withLock { $0.append(word) } }
    }

    private static func wait(for gate: DispatchSemaphore) { gate.wait() }

    // MARK: Waiting (what is tested here, not how the tests wait)

    @Test("a sleep ends by itself")
    func sleep() async {
        await SystemClock.sleep(0.001)
        await SystemClock.sleep(-1)
    }

    @Test("a sleep of a year ends when its task is cancelled, before it began or after")
    func cancelledSleep() async {
        for turn in 0..<200 {
            let task = Task.detached(executorPreference: TaskQueues.shared) { await SystemClock.sleep(31_536_000) }
            if turn % 2 == 0 { await Task.yield() }
            task.cancel()
            await task.value
        }
    }
}
