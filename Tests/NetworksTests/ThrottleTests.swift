import Expectations
import Synchronization
import Testing
import TimelineModel

@testable import Networks

/// Given a shared transport, one request goes to a host at a time, and none while the host wants rest.
@Suite struct ThrottleTests {
    static let host = address("https://a.org/x")

    @Test func oneAtATimeInOrder() {
        var throttle = HostThrottle()
        expect(throttle.enter(Self.host, ticket: 1), is: .now)
        expect(throttle.enter(address("https://a.org/other"), ticket: 2), is: .later)
        expect(throttle.enter(Self.host, ticket: 3), is: .later)
        expect(throttle.enter(address("https://b.org/"), ticket: 4), is: .now)
        expect(throttle.leave(Self.host, ticket: 1), is: 2)
        // Somebody who waits can give up; whoever was not his turn moves nobody.
        expect(throttle.leave(Self.host, ticket: 3), is: nil)
        expect(throttle.leave(Self.host, ticket: 2), is: nil)
        expect(throttle.enter(Self.host, ticket: 5), is: .now)
    }

    @Test func loopbackNeedsNoTurn() {
        var throttle = HostThrottle()
        let local = address("http://127.0.0.1:8080/")
        expect(throttle.enter(local, ticket: 1), is: .now)
        expect(throttle.enter(local, ticket: 2), is: .now)
        expect(throttle.leave(local, ticket: 1), is: nil)
    }

    @Test func restEndsWithItsTime() {
        var throttle = HostThrottle()
        let start = Timestamp(seconds: 1_000_000)
        throttle.learn(from: .to(HTTPRequest(.get, Self.host), 429, ["Retry-After": "60"]), now: start)
        // A later answer that asks for less does not shorten it.
        throttle.learn(from: .to(HTTPRequest(.get, Self.host), 429, ["Retry-After": "10"]), now: start)
        expect(throttle.rest(of: Self.host, now: start), is: 60)
        expect(throttle.rest(of: address("https://b.org/"), now: start), is: nil)
        expect(throttle.rest(of: Self.host, now: start.adding(seconds: 59)), is: 1)
        expect(throttle.rest(of: Self.host, now: start.adding(seconds: 60)), is: nil)
    }

    @Test func aClockSetBackDoesNotBlockForEver() {
        var throttle = HostThrottle()
        let start = Timestamp(seconds: 1_000_000_000)
        throttle.learn(from: .to(HTTPRequest(.get, Self.host), 429, ["Retry-After": "60"]), now: start)
        expect(throttle.rest(of: Self.host, now: Timestamp(seconds: 0)), is: nil)
    }

    @Test func aRestingHostIsNotAsked() async throws {
        let fake = FakeTransport { request, before in .to(request, before == 0 ? 429 : 200, ["Retry-After": "90"]) }
        let clock = Mutex(Timestamp(seconds: 1000))
        let transport = ThrottledTransport(fake) { clock.withLock { $0 } }
        let first = try await transport.send(HTTPRequest(.get, Self.host))
        expect(first.status, is: 429)
        let error = await failure { () throws(FetchError) in
            _ = try await transport.send(HTTPRequest(.get, Self.host))
        }
        expect(error?.kind, is: .rateLimited)
        expect(error?.retryAfter, is: 90)
        expect(fake.requests.count, is: 1)
        clock.withLock { $0 = Timestamp(seconds: 1090) }
        let last = try await transport.send(HTTPRequest(.get, Self.host))
        expect(last.status, is: 200)
    }

    /// A transport whose requests end when the test says so.
    private final class HeldTransport: HTTPTransport {
        private struct State {
            var held: [CheckedContinuation<Void, Never>] = []
            var most = 0
            var now = 0
        }
        private let state = Mutex(State())
        let arrivals = AsyncStream.makeStream(of: Void.self)

        var mostAtOnce: Int { state.withLock { $0.most } }

        func releaseOne() {
            state.withLock { $0.held.isEmpty ? nil : $0.held.removeFirst() }?.resume()
        }

        func send(_ request: HTTPRequest) async throws(FetchError) -> HTTPResponse {
            await withCheckedContinuation { continuation in
                state.withLock { state in
                    state.held.append(continuation)
                    state.now += 1
                    state.most = max(state.most, state.now)
                }
                arrivals.continuation.yield()
            }
            state.withLock { $0.now -= 1 }
            return .to(request)
        }
    }

    @Test func requestsToOneHostQueueUp() async throws {
        let held = HeldTransport()
        let transport = ThrottledTransport(held)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask { _ = try await transport.send(HTTPRequest(.get, Self.host)) }
            }
            var arrived = 0
            for await _ in held.arrivals.stream {
                arrived += 1
                held.releaseOne()
                if arrived == 20 { break }
            }
            try await group.waitForAll()
        }
        expect(held.mostAtOnce, is: 1)
    }

    @Test func whoeverGivesUpLeavesTheLine() async throws {
        let held = HeldTransport()
        let transport = ThrottledTransport(held)
        let first = Task { try await transport.send(HTTPRequest(.get, Self.host)).status }
        for await _ in held.arrivals.stream { break }
        let second = Task { () -> FetchError.Kind? in
            await failure { () throws(FetchError) in
                _ = try await transport.send(HTTPRequest(.get, Self.host))
            }?.kind
        }
        second.cancel()
        await expect(second.value, is: .cancelled)
        held.releaseOne()
        let status = try await first.value
        expect(status, is: 200)
        let third = Task { try await transport.send(HTTPRequest(.get, Self.host)).status }
        for await _ in held.arrivals.stream { break }
        held.releaseOne()
        try await expect(third.value, is: 200)
    }
}
