import Expectations
import Synchronization
import TestSupport
import Testing
import TimelineModel

@testable import Networks

@Suite("Budget of bodies")
struct BodyBudgetTests {
    @Test("one body may go beyond the bound, the others rest until there is room")
    func bounds() {
        // Given a budget of ten that two bodies fill
        let budget = BodyBudget(bytes: 10)
        let calls = Mutex(0)
        func share() -> BodyBudget.Share { budget.share { calls.withLock { $0 += 1 } } }
        var first: BodyBudget.Share? = share()
        let (second, third) = (share(), share())
        expect(first?.take(6), is: true)
        #expect(second.take(4))
        // When both want more, one of them has it, as much as it needs
        expect(first?.take(1), is: true)
        #expect(!second.take(1) && !third.take(1))
        expect(first?.take(50), is: true)
        #expect(budget.load == (61, true))
        // Then those that were refused are called when it gives back, once, and another one may go beyond
        expect(calls.withLock { $0 }, is: 0)
        first = nil
        expect(calls.withLock { $0 }, is: 1)
        #expect(budget.load == (4, false))
        #expect(third.take(7) && !second.take(1))
        #expect(third.take(7))
    }

    @Test("whoever wants no room is not called")
    func quiet() {
        let budget = BodyBudget(bytes: 10)
        let calls = Mutex(0)
        do {
            let share = budget.share { calls.withLock { $0 += 1 } }
            #expect(share.take(10))
        }
        expect(calls.withLock { $0 }, is: 0)
        #expect(budget.load == (0, false))
    }

    @Test("a rest counts for no time limit, unless it has no end")
    func time() {
        let start = ContinuousClock.now
        var clock = TransferClock(limits: HTTPLimits(), remaining: .seconds(30), started: start)
        clock.sending(at: start)
        clock.received(1, at: start + .seconds(1))
        clock.rest(at: start + .seconds(5))
        expect(clock.passed(at: start + .seconds(304)), is: nil)
        expect(clock.next, is: start + .seconds(305))
        expect(clock.passed(at: start + .seconds(305)), is: .total)
        clock.goOn(at: start + .seconds(105))
        expect(clock.elapsed(at: start + .seconds(105)), is: .seconds(5))
        expect(clock.passed(at: start + .seconds(115)), is: .slow)
        clock.received(1_000_000, at: start + .seconds(115))
        expect(clock.passed(at: start + .seconds(129)), is: nil)
        expect(clock.passed(at: start + .seconds(130)), is: .total)
    }

    @Test("answers that nobody has read yet keep others from coming, and none for ever", .timeLimit(.minutes(10)))
    func transfers() async throws {
        // Given a server whose answers fill the budget each
        let length = 200_000
        let site = try Site()
        site.answer("/") { _ in Site.Answer(body: String(repeating: "x", count: length)) }
        let transport = CurlTransport(
            version: "1", trustFile: nil, proxies: ProxyEnvironment { _ in nil }, bodyBytes: length, now: Timestamp.now)
        func fetch() async throws(FetchError) -> HTTPResponse {
            try await transport.send(HTTPRequest(.get, site.webAddress("/")))
        }
        // When one is kept unread, and one beyond the bound
        var kept: [HTTPResponse] = [try await fetch(), try await fetch()]
        #expect(transport.thread.bodies.load == (2 * length, false))
        // Then the next one waits
        let ended = Mutex(false)
        let next = Task {
            let length = try await fetch().body.count
            ended.withLock { $0 = true }
            return length
        }
        while !transport.thread.bodies.load.isWanted { await Task.yield() }
        #expect(!ended.withLock { $0 })
        expect(transport.thread.bodies.load.bytes, is: 2 * length)
        // And comes when they are read
        expect(kept.map(\.body.count), is: [length, length])
        kept = []
        try await expect(next.value, is: length)
    }
}
