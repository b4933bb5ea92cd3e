import Dispatch
import ReaderCore
import Store
import Synchronization
import TimelineModel

/// Gathers what fetching and streams changed and passes it on at most every 40 ms, so that five hundred answers a
/// second are a few pictures.
///
/// What is gathered is which panes changed. Their numbers are read when they are told, on the queue on which marks are
/// made: numbers that were found before a mark may not come after the mark's own.
final class Announcer: Sendable {
    private struct Pending {
        var panes: Set<Pane> = []
        var progress: FetchProgress?
        var isScheduled = false
        var lastPass: DispatchTime?
    }

    private static let delay = DispatchTimeInterval.milliseconds(40)

    private let pending = Mutex(Pending())
    private let store: PostStore
    private let queue: DispatchQueue
    private let inbox: Inbox

    /// - Parameter queue: the serial one on which the store is asked and changed for the reader.
    init(store: PostStore, queue: DispatchQueue, inbox: Inbox) {
        self.store = store
        self.queue = queue
        self.inbox = inbox
    }

    func changed(_ panes: Set<Pane>) {
        if !panes.isEmpty { note { $0.panes.formUnion(panes) } }
    }

    /// What a stream or another process brought: told at once after a quiet moment, so that a post is on the screen
    /// with the next frame, while a burst is as few pictures as a round is.
    func arrived(_ panes: Set<Pane>) {
        if !panes.isEmpty { note(atOnce: true) { $0.panes.formUnion(panes) } }
    }

    func progressed(_ progress: FetchProgress) {
        note { $0.progress = progress }
    }

    private func note(atOnce: Bool = false, _ change: (inout Pending) -> Void) {
        let isDue = pending.withLock { pending -> Bool? in
            change(&pending)
            guard !pending.isScheduled else { return nil }
            pending.isScheduled = true
            return atOnce && (pending.lastPass.map { $0 + Self.delay <= .now() } ?? true)
        }
        switch isDue {
        case true?: queue.async { self.pass() }
        case false?: queue.asyncAfter(deadline: .now() + Self.delay) { self.pass() }
        case nil: break
        }
    }

    /// On the queue.
    private func pass() {
        let news = pending.withLock { pending in
            defer { pending = Pending(lastPass: .now()) }
            return pending
        }
        if !news.panes.isEmpty {
            do throws(StoreError) {
                inbox.post(.timelinesChanged(try store.counts().filter { news.panes.contains($0.key) }))
            } catch {
                inbox.post(.answered(Notice(.error, error.message)))
            }
        }
        if let progress = news.progress { inbox.post(.fetchProgressed(progress)) }
    }
}
