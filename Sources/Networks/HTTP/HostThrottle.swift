import TimelineModel

/// Who may ask which host now: one request at a time for each host but loopback, none while the host wants rest.
/// A value without a clock: callers say what time it is.
/// Source: RFC 9110 section 10.2.3 (`Retry-After`). One connection a host, because many feeds of one host are often
/// one small machine.
struct HostThrottle: Sendable {
    enum Admission: Hashable {
        case now
        /// Another request to this host is under way; `leave` names the one whose turn it is.
        case later
    }

    private struct Line {
        var holder: UInt64
        var waiting: [UInt64] = []
    }

    private var lines: [String: Line] = [:]
    private var restUntil: [String: Timestamp] = [:]

    /// Asks for a turn at a host. Whoever gets one, now or later, must `leave`.
    mutating func enter(_ address: WebAddress, ticket: UInt64) -> Admission {
        guard !address.isLoopback else { return .now }
        let host = HostThrottle.key(address)
        guard lines[host] != nil else {
            lines[host] = Line(holder: ticket)
            return .now
        }
        lines[host]?.waiting.append(ticket)
        return .later
    }

    /// Gives a turn back, or a place in the line up. Returns the ticket whose turn it is now, if that changed.
    mutating func leave(_ address: WebAddress, ticket: UInt64) -> UInt64? {
        let host = HostThrottle.key(address)
        guard var line = lines[host] else { return nil }
        guard line.holder == ticket else {
            lines[host]?.waiting.removeAll { $0 == ticket }
            return nil
        }
        guard !line.waiting.isEmpty else {
            lines[host] = nil
            return nil
        }
        line.holder = line.waiting.removeFirst()
        lines[host] = line
        return line.holder
    }

    /// Seconds, rounded up, that the host still wants to be left alone; nil when it may be asked.
    mutating func rest(of address: WebAddress, now: Timestamp) -> Int? {
        let host = HostThrottle.key(address)
        guard let until = restUntil[host] else { return nil }
        let left = until.milliseconds - now.milliseconds
        // More than the longest rest is left when the clock was set back: ask the server.
        guard left > 0, left <= Int64(RetryAdvice.longest) * 1000 else {
            restUntil[host] = nil
            return nil
        }
        return Int((left + 999) / 1000)
    }

    /// Takes from an answer how long its host wants to be left alone.
    mutating func learn(from answer: HTTPResponse, now: Timestamp) {
        guard let seconds = RetryAdvice.seconds(after: answer), seconds > 0 else { return }
        let host = HostThrottle.key(answer.finalAddress)
        let until = now.adding(seconds: Int64(seconds))
        restUntil[host] = max(until, restUntil[host] ?? until)
    }

    /// Host and port: servers on one machine under several ports are several servers.
    private static func key(_ address: WebAddress) -> String { "\(address.host):\(address.effectivePort)" }
}
