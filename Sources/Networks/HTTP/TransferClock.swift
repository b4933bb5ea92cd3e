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
    mutating func rested(at now: ContinuousClock.Instant) { if lastByte != nil { lastByte = now } }

    func elapsed(at now: ContinuousClock.Instant) -> Duration { now - started }

    /// When `passed` must be asked next.
    var next: ContinuousClock.Instant { limits.silence == nil ? min(started + remaining, phaseEnd) : phaseEnd }

    private var phaseEnd: ContinuousClock.Instant {
        if let lastByte, let silence = limits.silence { return lastByte + silence }
        if let windowStart { return windowStart + limits.slowWindow }
        if let sent { return sent + limits.firstByte }
        return started + limits.connect
    }

    /// The limit that is passed at `now`. Begins a new window when the last one brought enough bytes.
    mutating func passed(at now: ContinuousClock.Instant) -> Limit? {
        if limits.silence == nil, now >= started + remaining { return .total }
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
