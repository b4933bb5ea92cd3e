/// The time limits of one transfer. A value: it is told what happened and when, and says which limit was passed.
struct TransferClock {
    enum Limit: Hashable {
        case connect, firstByte, total, slow, silent
    }

    private let limits: HTTPLimits
    private let started: ContinuousClock.Instant
    /// What of the total is left for this transfer; redirects share one total.
    private let remaining: Duration
    private var sent: ContinuousClock.Instant?
    private var windowStart: ContinuousClock.Instant?
    private var windowBytes = 0
    private var lastByte: ContinuousClock.Instant?
    private var restingSince: ContinuousClock.Instant?
    private var rested: Duration = .zero

    /// Nobody who makes room takes longer: then something waits for itself.
    private static let longestRest: Duration = .seconds(300)

    init(limits: HTTPLimits, remaining: Duration, started: ContinuousClock.Instant) {
        self.limits = limits
        self.remaining = remaining
        self.started = started
    }

    /// The connection stands and the request goes out.
    mutating func sending(at now: ContinuousClock.Instant) {
        if sent == nil { sent = now }
    }

    mutating func received(_ bytes: Int, at now: ContinuousClock.Instant) {
        if windowStart == nil { windowStart = now }
        windowBytes += bytes
        lastByte = now
    }

    /// Nothing is expected of the server while we do not read.
    mutating func rested(at now: ContinuousClock.Instant) {
        if lastByte != nil { lastByte = now }
    }

    /// An answer that began is not read any more.
    mutating func rest(at now: ContinuousClock.Instant) { restingSince = restingSince ?? now }

    /// It is read again: what passed meanwhile counts for no limit.
    mutating func goOn(at now: ContinuousClock.Instant) {
        guard let since = restingSince else { return }
        restingSince = nil
        rested += now - since
        windowStart = now
        windowBytes = 0
    }

    func elapsed(at now: ContinuousClock.Instant) -> Duration { now - started - rested }

    /// When `passed` must be asked next.
    var next: ContinuousClock.Instant {
        if let restingSince { return restingSince + Self.longestRest }
        return limits.silence == nil ? min(end, phaseEnd) : phaseEnd
    }

    private var end: ContinuousClock.Instant { started + remaining + rested }

    private var phaseEnd: ContinuousClock.Instant {
        if let lastByte, let silence = limits.silence { return lastByte + silence }
        if let windowStart { return windowStart + limits.slowWindow }
        if let sent { return sent + limits.firstByte }
        return started + limits.connect
    }

    /// The limit that is passed at `now`. Begins a new window when the last one brought enough bytes.
    mutating func passed(at now: ContinuousClock.Instant) -> Limit? {
        if let restingSince { return now >= restingSince + Self.longestRest ? .total : nil }
        if limits.silence == nil, now >= end { return .total }
        guard now >= phaseEnd else { return nil }
        guard windowStart != nil else { return sent == nil ? .connect : .firstByte }
        guard limits.silence == nil else { return .silent }
        let seconds =
            Double(limits.slowWindow.components.seconds) + Double(limits.slowWindow.components.attoseconds) / 1e18
        guard Double(windowBytes) >= Double(limits.slowestRate) * seconds else { return .slow }
        windowStart = now
        windowBytes = 0
        return nil
    }
}
