import Dispatch
import ReaderCore
import Synchronization
import TimelineModel

/// Gathers what a round of fetching has to tell and passes it on at most every 40 ms, so that five hundred answers a
/// second are a few pictures.
final class Announcer: Sendable {
    private struct Pending {
        var counts: [Pane: PaneCounts] = [:]
        var progress: FetchProgress?
        var isScheduled = false
        var lastPass: DispatchTime?
    }

    private static let delay = DispatchTimeInterval.milliseconds(40)

    private let pending = Mutex(Pending())
    private let queue = DispatchQueue(label: "perchoir.announcer")
    private let inbox: Inbox

    init(inbox: Inbox) { self.inbox = inbox }

    func changed(_ counts: [Pane: PaneCounts]) {
        guard !counts.isEmpty else { return }
        note { $0.counts.merge(counts, uniquingKeysWith: { _, new in new }) }
    }

    /// What a stream brought: told at once after a quiet moment, so that a post is on the screen with the next frame,
    /// while a burst is as few pictures as a round is.
    func arrivedLive(_ counts: [Pane: PaneCounts]) {
        guard !counts.isEmpty else { return }
        let isQuiet = pending.withLock { pending in
            !pending.isScheduled && (pending.lastPass.map { $0 + Self.delay <= .now() } ?? true)
        }
        guard isQuiet else { return changed(counts) }
        pending.withLock { $0.counts.merge(counts, uniquingKeysWith: { _, new in new }) }
        pass()
    }

    func progressed(_ progress: FetchProgress) {
        note { $0.progress = progress }
    }

    private func note(_ change: (inout Pending) -> Void) {
        let mustSchedule = pending.withLock { pending in
            change(&pending)
            defer { pending.isScheduled = true }
            return !pending.isScheduled
        }
        if mustSchedule { queue.asyncAfter(deadline: .now() + Self.delay) { self.pass() } }
    }

    private func pass() {
        let news = pending.withLock { pending in
            defer { pending = Pending(lastPass: .now()) }
            return pending
        }
        if !news.counts.isEmpty { inbox.post(.timelinesChanged(news.counts)) }
        if let progress = news.progress { inbox.post(.fetchProgressed(progress)) }
    }
}
