/// How long to wait before a stream is opened again, and before a timeline without a stream is asked again. Pure
/// arithmetic; what is random comes from outside.
public enum LivePace {
    /// Seconds of the longest wait for a stream that breaks again and again.
    public static let longestReconnection = 300.0

    /// Seconds until a stream is opened again: doubling with every failure in a row from one second on, and spread over
    /// the upper half, so that the readers of a server that restarts do not come back all at once.
    /// - Parameters:
    ///   - failures: in a row, 1 for the first.
    ///   - random: from 0 to 1, evenly spread.
    public static func reconnection(after failures: Int, random: Double) -> Double {
        let whole = min(Double(1 << min(max(0, failures - 1), 20)), longestReconnection)
        return whole * (0.5 + 0.5 * min(max(random, 0), 1))
    }

    /// Attempts in a row at which a stream did not open and from which on its timeline is looked at between them.
    public static let attemptsBeforePolling = 4

    /// Seconds of the shortest wait between two looks at a timeline without a stream. Servers allow some hundred paged
    /// requests in a quarter of an hour, for all programs of an account together
    /// (docs.joinmastodon.org/api/rate-limits).
    public static let shortestPolling = 60

    /// Seconds until the next look: half of what it was when posts came, half as much again when none did.
    /// - Parameters:
    ///   - before: the last wait; nil at the beginning.
    ///   - longest: the interval that the user set.
    public static func polling(after before: Int?, newPosts: Int, longest: Int) -> Int {
        let longest = max(longest, shortestPolling)
        guard let before else { return min(2 * shortestPolling, longest) }
        return min(max(newPosts > 0 ? before / 2 : before + before / 2, shortestPolling), longest)
    }
}
