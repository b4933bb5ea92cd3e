public import TimelineModel

extension PostStore {
    private static let day: Int64 = 86_400_000

    /// Whether time may be believed when it says that something is old enough to be forgotten: only once it has gone
    /// on for a day without a leap, of more than sixty days ahead or one back. A clock that is years off for one run
    /// would bury what it cannot bring back; who was away for months has his old posts one day longer.
    public func trustsClock(at now: Timestamp) throws(StoreError) -> Bool {
        let layout = try layout()
        func moment(_ key: String) -> Int64? {
            layout[key].flatMap { Int64($0) }.flatMap { (-1 << 60..<1 << 60).contains($0) ? $0 : nil }
        }
        let time = now.milliseconds
        var since = time
        if let seen = moment("clock-seen"), let known = moment("clock-since"),
            (-Self.day...60 * Self.day).contains(time - seen)
        {
            since = known
            // Written down at most once an hour.
            guard time - seen >= 3_600_000 else { return time - since >= Self.day }
        }
        try saveLayout(["clock-seen": String(time), "clock-since": String(since)])
        return time - since >= Self.day
    }
}
