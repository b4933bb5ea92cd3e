import Synchronization
import Text
public import TimelineModel

/// A transport that asks one thing at a time of each host but loopback, in the order of arrival, and leaves hosts
/// alone as long as they want (`Retry-After`, exhausted rate limits). It is shared by everything that asks.
public final class ThrottledTransport: HTTPTransport {
    private struct State {
        var throttle = HostThrottle()
        var lastTicket: UInt64 = 0
        /// Resumed with true when it is one's turn, with false when the task was cancelled.
        var waiting: [UInt64: CheckedContinuation<Bool, Never>] = [:]
    }

    private let transport: any HTTPTransport
    private let now: @Sendable () -> Timestamp
    private let state = Mutex(State())

    public convenience init(_ transport: any HTTPTransport) {
        self.init(transport, now: Timestamp.now)
    }

    /// - Parameter now: the clock by which hosts are left alone.
    public init(_ transport: any HTTPTransport, now: @escaping @Sendable () -> Timestamp) {
        self.transport = transport
        self.now = now
    }

    /// - Throws: besides the transport's errors, `rateLimited` without asking while the host wants rest.
    public func send(_ request: HTTPRequest) async throws(FetchError) -> HTTPResponse {
        let address = request.address
        let ticket = state.withLock { state in
            state.lastTicket += 1
            return state.lastTicket
        }
        guard await enter(address, ticket) else { throw .cancelled }
        defer { leave(address, ticket) }
        // Asked only now: the request before this one may have learned it.
        if let seconds = state.withLock({ $0.throttle.rest(of: address, now: now()) }) {
            throw FetchError(
                .rateLimited,
                "\(address.shownHost) asked to be left alone for another \(FetchError.duration(seconds)).",
                retryAfter: seconds)
        }
        let answer = try await transport.send(request)
        state.withLock { $0.throttle.learn(from: answer, now: now()) }
        return answer
    }

    private func enter(_ address: WebAddress, _ ticket: UInt64) async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isMyTurn = state.withLock { state -> Bool? in
                    // Asked under the lock: a later cancellation finds the continuation.
                    if Task.isCancelled { return false }
                    if state.throttle.enter(address, ticket: ticket) == .now { return true }
                    state.waiting[ticket] = continuation
                    return nil
                }
                if let isMyTurn { continuation.resume(returning: isMyTurn) }
            }
        } onCancel: {
            let waiting = state.withLock { state -> CheckedContinuation<Bool, Never>? in
                guard let waiting = state.waiting.removeValue(forKey: ticket) else { return nil }
                _ = state.throttle.leave(address, ticket: ticket)
                return waiting
            }
            waiting?.resume(returning: false)
        }
    }

    private func leave(_ address: WebAddress, _ ticket: UInt64) {
        let next = state.withLock { state in
            state.throttle.leave(address, ticket: ticket).flatMap { state.waiting.removeValue(forKey: $0) }
        }
        next?.resume(returning: true)
    }
}
