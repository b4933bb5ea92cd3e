import Expectations
import Synchronization
import Testing

@testable import Networks

@Suite("Budget of documents")
struct DocumentBudgetTests {
    private final class Record: Sendable {
        let entered = Mutex<[Int]>([])
        let most = Mutex(0)
    }

    @Test("documents enter as far as they fit, in their order, and a giant alone")
    func bounds() async {
        // Given a budget of ten that nine fill
        let budget = DocumentBudget(bytes: 10)
        let first = budget.seat()
        await first.take(9)
        #expect(budget.load == (9, 0))
        // When a giant and a small one want in behind it, the giant first
        let record = Record()
        await withTaskGroup(of: Void.self) { group in
            for (place, bytes) in [30, 1].enumerated() {
                group.addTask {
                    let seat = budget.seat()
                    await seat.take(bytes)
                    record.entered.withLock { $0.append(bytes) }
                    #expect(budget.load.bytes <= max(10, bytes))
                    seat.giveBack()
                }
                while budget.load.waiting <= place { await Task.yield() }
            }
            expect(record.entered.withLock { $0 }, is: [])
            first.giveBack()
            first.giveBack()
        }
        // Then the giant entered alone and the small one after it
        expect(record.entered.withLock { $0 }, is: [30, 1])
        #expect(budget.load == (0, 0))
    }

    @Test("what many hold together is never more than the budget")
    func peak() async {
        let budget = DocumentBudget(bytes: 100)
        let record = Record()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let seat = budget.seat()
                    await seat.take(number % 40 + 1)
                    let held = budget.load.bytes
                    record.most.withLock { $0 = max($0, held) }
                    await Task.yield()
                }
            }
        }
        #expect((1...100).contains(record.most.withLock { $0 }))
        // A seat that is dropped gives back what it held.
        #expect(budget.load == (0, 0))
    }
}
