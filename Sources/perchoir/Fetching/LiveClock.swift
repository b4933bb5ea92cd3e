import TimelineModel

/// The time, waiting and chance that streams need.
struct LiveClock: Sendable {
    var now: @Sendable () -> Timestamp
    /// Returns after so many seconds, or at once when the task is cancelled.
    var sleep: @Sendable (Double) async -> Void
    /// From 0 to 1.
    var random: @Sendable () -> Double

    static let system = LiveClock(
        now: SystemClock.now, sleep: SystemClock.sleep, random: { Double.random(in: 0...1) })
}
