// RefreshSchedule.swift is the front door of Curation: pure arithmetic over sources and posts.
public import TimelineModel

/// When a source is asked again: never sooner than its server allows (`Retry-After` and freshness, RFC 9110 section
/// 10.2.3 and RFC 9111 section 4.2; `ttl` of RSS 2.0). Times come from outside.
public struct RefreshSchedule: Hashable, Sendable {
    /// Seconds between two looks at a source that states none.
    public var interval: Int

    public init(interval: Int) { self.interval = interval }

    static let dayLong = 86_400

    /// After an answer: the user's interval, stretched to what the source asks for, at most a day.
    public func next(after now: Timestamp, own interval: Int?, asked minimum: Int?) -> Timestamp {
        now.adding(seconds: Int64(rest(own: interval, asked: minimum)))
    }

    /// After a failure: a wait that doubles with every failure in a row up to a day, and that is no shorter than what the
    /// server said, or, if it answered, than the one after an answer: a source that fails is not asked more often than one
    /// that does not.
    /// A refusal that asking again does not mend waits longer from the start.
    /// - Parameter minimum: what the source's last document asked for.
    public func next(
        after now: Timestamp, failure: FetchError, inARow failures: Int, own interval: Int?, asked minimum: Int?
    ) -> Timestamp {
        // Without an answer of its own it was not asked: another source of the host had been told to wait.
        if failure.kind == .rateLimited, failure.status == nil, let told = failure.retryAfter {
            return now.adding(seconds: Int64(max(told, 1)))
        }
        let first: Int
        switch failure.kind {
        case .gone: return now.adding(seconds: Int64(Self.dayLong) * 3650)
        case .rateLimited: first = 600
        case .notFound, .forbidden, .unauthorized, .refused, .unreadable, .redirectRefused, .noAddress:
            first = max(self.interval, 3600)
        case .unreachable, .timedOut, .insecure, .tooLarge, .serverTrouble: first = 300
        case .cancelled: return now
        }
        let doublings = min(max(0, failures - 1), 12)
        let backoff = min(first << doublings, Self.dayLong)
        // Where nobody answered the user's own network may have been down, and it comes back by itself.
        let rest = failure.status == nil ? 0 : rest(own: interval, asked: minimum)
        return now.adding(seconds: Int64(max(backoff, failure.retryAfter ?? 0, rest)))
    }

    /// Seconds between two looks at a source that answers.
    private func rest(own interval: Int?, asked minimum: Int?) -> Int {
        max(interval ?? self.interval, min(minimum ?? 0, Self.dayLong))
    }
}
