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
        let wanted = max(interval ?? self.interval, min(minimum ?? 0, Self.dayLong))
        return now.adding(seconds: Int64(wanted))
    }

    /// After a failure: what the server said, else a wait that doubles with every failure in a row up to a day. A
    /// refusal that asking again does not mend waits longer from the start.
    public func next(after now: Timestamp, failure: FetchError, inARow failures: Int) -> Timestamp {
        if let told = failure.retryAfter { return now.adding(seconds: Int64(max(told, 1))) }
        let first: Int
        switch failure.kind {
        case .gone: return now.adding(seconds: Int64(Self.dayLong) * 3650)
        case .rateLimited: first = 600
        case .notFound, .forbidden, .unauthorized, .refused, .unreadable, .redirectRefused, .noAddress:
            first = max(interval, 3600)
        case .unreachable, .timedOut, .insecure, .tooLarge, .serverTrouble: first = 300
        case .cancelled: return now
        }
        let doublings = min(max(0, failures - 1), 12)
        return now.adding(seconds: Int64(min(first << doublings, Self.dayLong)))
    }
}
