import Dispatch
import Glibc
import TimelineModel

/// The only place that asks what time it is and waits for a later one.
enum SystemClock {
    static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    private static let queue = DispatchQueue(label: "perchoir.clock")

    /// Returns after so many seconds, those included in which the machine slept, or at once when the task is cancelled:
    /// which of the two, whoever waits looks himself.
    ///
    /// A timer of a serial queue, because the sleep that tasks have rings where `TaskQueues` keeps them away from.
    static func sleep(_ seconds: Double) async {
        // Unsafe by its type alone: a source may be cancelled from any thread, at any time.
        nonisolated(unsafe) let timer = DispatchSource.makeTimerSource(queue: queue)
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // However it ends, it is cancelled once.
                timer.setCancelHandler { continuation.resume() }
                timer.setEventHandler { timer.cancel() }
                timer.schedule(wallDeadline: .now() + seconds)
                timer.activate()
            }
        } onCancel: {
            timer.cancel()
        }
    }

    /// The offsets of the user's time zone from twenty years ago to two years ahead, found by asking the C library at
    /// steps of a fortnight and halving where the offset changed.
    static func zone(around now: Timestamp) -> ZoneOffsets {
        tzset()
        let year: Int64 = 31_557_600
        let end = now.milliseconds / 1000 + 2 * year
        var start = now.milliseconds / 1000 - 20 * year
        var offset = self.offset(at: start)
        var spans = [ZoneOffsets.Span(start: Timestamp(seconds: start), seconds: offset)]
        while start < end {
            let next = start + 14 * 86_400
            let later = self.offset(at: next)
            if later != offset {
                var (before, after) = (start, next)
                while after - before > 1 {
                    let middle = (before + after) / 2
                    if self.offset(at: middle) == offset { before = middle } else { after = middle }
                }
                spans.append(ZoneOffsets.Span(start: Timestamp(seconds: after), seconds: later))
                offset = later
            }
            start = next
        }
        return ZoneOffsets(spans)
    }

    private static func offset(at seconds: Int64) -> Int {
        var time = time_t(seconds)
        var civil = tm()
        localtime_r(&time, &civil)
        return civil.tm_gmtoff
    }
}
