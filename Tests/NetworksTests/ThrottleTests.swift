import Synchronization
import Testing
import TimelineModel

@testable import Networks

/// Given a shared transport, one request goes to a host at a time, and none while the host wants rest.
@Suite struct ThrottleTests {
    static let host = address("https://a.org/x")

    @Test func oneAtATimeInOrder() {
        var throttle = HostThrottle()
        #expect(throttle.enter(Self.host, ticket: 1) == .now)
        #expect(throttle.enter(address("https://a.org/other"), ticket: 2) == .later)
        #expect(throttle.enter(Self.host, ticket: 3) == .later)
        #expect(throttle.enter(address("https://b.org/"), ticket: 4) == .now)
        #expect(throttle.leave(Self.host, ticket: 1) == 2)
        // Somebody who waits can give up; whoever was not his turn moves nobody.
        #expect(throttle.leave(Self.host, ticket: 3) == nil)
        #expect(throttle.leave(Self.host, ticket: 2) == nil)
        #expect(throttle.enter(Self.host, ticket: 5) == .now)
    }

    @Test func loopbackNeedsNoTurn() {
        var throttle = HostThrottle()
        let local = address("http://127.0.0.1:8080/")
        #expect(throttle.enter(local, ticket: 1) == .now)
        #expect(throttle.enter(local, ticket: 2) == .now)
        #expect(throttle.leave(local, ticket: 1) == nil)
    }

    @Test func restEndsWithItsTime() {
        var throttle = HostThrottle()
        let start = Timestamp(seconds: 1_000_000)
        throttle.learn(from: .to(HTTPRequest(.get, Self.host), 429, ["Retry-After": "60"]), now: start)
        // A later answer that asks for less does not shorten it.
        throttle.learn(from: .to(HTTPRequest(.get, Self.host), 429, ["Retry-After": "10"]), now: start)
        #expect(throttle.rest(of: Self.host, now: start) == 60)
        #expect(throttle.rest(of: address("https://b.org/"), now: start) == nil)
        #expect(throttle.rest(of: Self.host, now: start.adding(seconds: 59)) == 1)
        #expect(throttle.rest(of: Self.host, now: start.adding(seconds: 60)) == nil)
    }

    @Test func aClockSetBackDoesNotBlockForEver() {
        var throttle = HostThrottle()
        let start = Timestamp(seconds: 1_000_000_000)
        throttle.learn(from: .to(HTTPRequest(.get, Self.host), 429, ["Retry-After": "60"]), now: start)
        #expect(throttle.rest(of: Self.host, now: Timestamp(seconds: 0)) == nil)
    }

    @Test func aRestingHostIsNotAsked() async throws {
        let fake = FakeTransport { request, before in .to(request, before == 0 ? 429 : 200, ["Retry-After": "90"]) }
        let clock = Mutex(Timestamp(seconds: 1000))
        let transport = ThrottledTransport(fake) { clock.withLock { $0 } }
        let first = try await transport.send(HTTPRequest(.get, Self.host))
        #expect(first.status == 429)
        let error = await failure { () throws(FetchError) in
            _ = try await transport.send(HTTPRequest(.get, Self.host))
        }
        #expect(error?.kind == .rateLimited)
        #expect(error?.retryAfter == 90)
        #expect(fake.requests.count == 1)
        clock.withLock { $0 = Timestamp(seconds: 1090) }
        let last = try await transport.send(HTTPRequest(.get, Self.host))
        #expect(last.status == 200)
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
        #expect(held.mostAtOnce == 1)
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
        #expect(await second.value == .cancelled)
        held.releaseOne()
        let status = try await first.value
        #expect(status == 200)
        let third = Task { try await transport.send(HTTPRequest(.get, Self.host)).status }
        for await _ in held.arrivals.stream { break }
        held.releaseOne()
        #expect(try await third.value == 200)
    }
}
