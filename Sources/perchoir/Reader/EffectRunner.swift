import Dispatch
import Logging
import Networks
import ReaderCore
import Settings
import Store
import Synchronization
import Text
import TimelineModel

/// Carries out effects away from the thread that draws; every answer comes back through the inbox. Work on the store
/// goes through one queue, so that a read sees the mark before it; fetching runs beside it. The only file that starts
/// tasks.
final class EffectRunner: Sendable {
    private let workspace: Workspace
    private let inbox: Inbox
    private let announcer: Announcer
    private let storeQueue = DispatchQueue(label: "perchoir.store", qos: .userInteractive)
    private let upkeepQueue = DispatchQueue(label: "perchoir.upkeep", qos: .utility)
    private let fetching = Mutex<Task<Void, Never>?>(nil)
    private let isSearching = Mutex(0)

    init(_ workspace: Workspace, inbox: Inbox) {
        self.workspace = workspace
        self.inbox = inbox
        announcer = Announcer(inbox: inbox)
    }

    // MARK: Effects

    /// Effects that only the event loop can carry out (`redraw`, `suspend`, `end`, `openLink`, `copy`) are not taken.
    func perform(_ effect: Effect) {
        switch effect {
        case .loadWindow(let request, let generation):
            answer(expected: true) { store throws(StoreError) in
                .windowLoaded(request.pane, try store.window(request), generation: generation)
            } orFailed: {
                .windowFailed(request.pane, $0, generation: generation)
            }
        case .loadPost(let id):
            answer(expected: true) { store throws(StoreError) in .postLoaded(id, try store.post(id)) }
        case .mark(let change, let scope):
            answer { store throws(StoreError) in
                .marked(try store.mark(change, scope, at: SystemClock.now()), .mark)
            } orFailed: {
                .markFailed("Not marked: " + $0)
            }
        case .undoMark:
            answer { store throws(StoreError) in
                try store.undo(at: SystemClock.now()).map { .marked($0, .undo) } ?? .nothingToUndo
            } orFailed: {
                .markFailed("Not undone: " + $0)
            }
        case .redoMark:
            answer { store throws(StoreError) in
                try store.redo(at: SystemClock.now()).map { .marked($0, .redo) } ?? .nothingToRedo
            } orFailed: {
                .markFailed("Not done again: " + $0)
            }
        case .findUnread(let pane, let filter, let from, let direction, let generation):
            answer(expected: true) { store throws(StoreError) in
                let towards = direction.onTheTimeAxis
                var found = try store.nextUnread(in: pane, filter: filter, from: from, towards: towards)
                if found == nil, from != nil {
                    found = try store.nextUnread(in: pane, filter: filter, from: nil, towards: towards)
                }
                return .unreadFound(pane, found, generation: generation)
            }
        case .search(let pane, let filter, let query, let generation): search(pane, filter, query, generation)
        case .savePosition(let pane, let key, let id):
            answer { store throws(StoreError) in
                try store.savePosition(pane, id, key)
                return nil
            }
        case .saveLayout(let layout, let focus):
            answer { store throws(StoreError) in
                try store.saveLayout(SavedLayout(layout, focus: focus).values)
                return nil
            }
        case .loadHealth:
            loadHealth()
        case .refresh(let persona): refresh(persona, dueOnly: false, isAsked: true)
        case .interruptFetching: fetching.withLock { $0?.cancel() }
        case .fillGap(let gap): fill(gap)
        case .resolveSource(let typed, let persona): resolve(typed, persona)
        case .addSource(let offer, let persona): add(offer, persona)
        case .openLink, .copy, .redraw, .suspend, .end: break
        }
    }

    /// Runs on the store's queue; a failure becomes a line for the user.
    private func answer(
        expected: Bool = false, _ body: @escaping @Sendable (PostStore) throws(StoreError) -> Message?,
        orFailed failure: @escaping @Sendable (SafeText) -> Message = { .answered(Notice(.error, $0)) }
    ) {
        if expected { inbox.expectAnswer() }
        storeQueue.async { [workspace, inbox] in
            let message: Message?
            do throws(StoreError) {
                message = try body(workspace.store)
            } catch {
                message = failure(error.message)
            }
            if let message {
                inbox.post(message, answersExpected: expected)
                if case .marked = message { Doorbell.ring(at: workspace.doorbellPath) }
            }
        }
    }

    /// Waits until the store has done everything it was asked to.
    func finish() {
        fetching.withLock { $0?.cancel() }
        isSearching.withLock { $0 = -1 }
        storeQueue.sync {}
    }

    /// Counting what every source carries takes a while in a large store, so it holds up neither keys nor marks.
    private func loadHealth() {
        upkeepQueue.async { [workspace, inbox] in
            do throws(StoreError) {
                inbox.post(.healthLoaded(try workspace.store.health(now: SystemClock.now())))
            } catch {
                inbox.post(.answered(Notice(.error, error.message)))
            }
        }
    }

    // MARK: Search

    /// Searching beside the queue: a long search holds up no mark, and a newer one ends it.
    private func search(_ pane: Pane, _ filter: PaneFilter, _ query: Query, _ generation: Int) {
        isSearching.withLock { $0 = generation }
        upkeepQueue.async { [workspace, inbox, self] in
            do throws(StoreError) {
                let keys = try workspace.store.search(
                    query, in: pane, filter: filter, now: SystemClock.now(), limit: 10_000
                ) { self.isSearching.withLock { $0 == generation } }
                inbox.post(.searched(pane, keys, generation: generation))
            } catch {
                inbox.post(.searchFailed(pane, error.message, generation: generation))
            }
        }
    }

    // MARK: Fetching

    /// Fetches what is due, or everything of a persona (or all).
    /// - Parameter isAsked: the user pressed a key and wants an answer.
    func refresh(_ persona: PersonaID?, dueOnly: Bool, isAsked: Bool = false) {
        upkeepQueue.async { [workspace, inbox, self] in
            do throws(StoreError) {
                let now = SystemClock.now()
                var sources = try workspace.store.dueSources(at: now, ignoringSchedule: !dueOnly)
                if let persona {
                    let own = Set(workspace.configuration.subscriptions.filter { $0.persona == persona }.map(\.source))
                    sources = sources.filter { own.contains($0.source) }
                }
                guard !sources.isEmpty else {
                    if isAsked { inbox.post(.answered(Notice(.answer, Self.nothingToFetch))) }
                    return
                }
                start(sources)
            } catch {
                inbox.post(.answered(Notice(.error, error.message)))
            }
        }
    }

    private static let nothingToFetch: SafeText = "Nothing to fetch now: under way already, or asked to wait · E"

    /// Another process rang: it marked, fetched, or changed the configuration.
    func takeOverFromOutside() {
        do throws(StoreError) {
            inbox.post(.timelinesChanged(try workspace.store.counts()))
        } catch {
            inbox.post(.answered(Notice(.error, error.message)))
        }
        upkeepQueue.async { [workspace, inbox, self] in
            do throws(WorkspaceError) {
                guard try workspace.rereadConfiguration() else { return }
                let configuration = workspace.configuration
                inbox.post(
                    .personasChanged(configuration.personas, hasSources: !configuration.subscriptions.isEmpty))
                refresh(nil, dueOnly: true)
            } catch {
                inbox.post(.answered(Notice(.error, error.message)))
            }
        }
    }

    private func start(_ sources: [DueSource]) {
        let fetcher = workspace.fetcher()
        let announcer = self.announcer
        let total = sources.count
        let doorbell = workspace.doorbellPath
        let interval = Int64(workspace.configuration.interval)
        fetching.withLock { running in
            let before = running
            running = Task.detached {
                // Rounds come one after the other, so that a source is not asked twice at once.
                await withTaskCancellationHandler {
                    await before?.value
                } onCancel: {
                    // An interruption means all that is under way.
                    before?.cancel()
                }
                guard !Task.isCancelled else { return }
                announcer.progressed(FetchProgress(done: 0, total: total))
                let report = await fetcher.round(sources) { _, outcome, done in
                    if case .arrived(let report) = outcome { announcer.changed(report.counts) }
                    announcer.progressed(FetchProgress(done: done, total: total))
                }
                if report.newPosts > 0 { Doorbell.ring(at: doorbell) }
                let now = SystemClock.now()
                announcer.progressed(FetchProgress(lastCheck: now, nextCheck: now.adding(seconds: interval)))
            }
        }
    }

    private func fill(_ gap: Gap) {
        let fetcher = workspace.fetcher()
        let (workspace, inbox) = (workspace, inbox)
        Task.detached {
            do throws(StoreError) {
                guard let address = workspace.address(of: gap.source) else {
                    inbox.post(.answered(Notice(.error, "The source of this gap is not in the configuration any more")))
                    return
                }
                switch try await fetcher.fill(gap, address: address) {
                case .success(let report):
                    inbox.post(.timelinesChanged(report.counts))
                    inbox.post(.answered(Notice(.answer, "\(report.newPosts) posts loaded")))
                case .failure(let error): inbox.post(.answered(Notice(.error, error.message)))
                }
            } catch {
                inbox.post(.answered(Notice(.error, error.message)))
            }
        }
    }

    // MARK: Adding a source

    private func resolve(_ typed: SafeText, _ persona: PersonaID) {
        let (workspace, inbox) = (workspace, inbox)
        Task.detached {
            do throws(FetchError) {
                let found = try await workspace.resolver().resolve(typed.string)
                let offers = found.map { Offer(address: $0.address, title: $0.title) }
                if offers.count == 1 {
                    self.add(offers[0], persona)
                } else {
                    inbox.post(.sourcesOffered(persona, offers))
                }
            } catch {
                inbox.post(.addingFailed(error.message))
            }
        }
    }

    private func add(_ offer: Offer, _ persona: PersonaID) {
        upkeepQueue.async { [workspace, inbox, self] in
            do throws(WorkspaceError) {
                let subscription = Subscription(persona: persona, address: offer.address)
                try workspace.add(subscription)
                inbox.post(.personasChanged(workspace.configuration.personas, hasSources: true))
                inbox.post(.sourceAdded(offer.title ?? offer.address.shown, persona))
                let now = SystemClock.now()
                let added = try workspace.dueSources(at: now).filter { $0.source == subscription.source }
                start(added)
            } catch {
                inbox.post(.addingFailed(error.message))
            }
        }
    }

    // MARK: Upkeep

    /// Judges stored posts again after filters changed, prunes and backs up: in small steps, behind everything else.
    func startUpkeep() {
        upkeepQueue.async { [self] in judgeOn() }
    }

    private func judgeOn() {
        do throws(StoreError) {
            let progress = try workspace.store.judgeNextBatch(limit: 500, now: SystemClock.now())
            if progress.judged > 0, progress.changed > 0 { inbox.post(.timelinesChanged(progress.counts)) }
            if progress.isDone {
                try workspace.keepHouse(at: SystemClock.now())
            } else {
                upkeepQueue.async { [self] in judgeOn() }
            }
        } catch {
            inbox.post(.answered(Notice(.error, error.message)))
        }
    }

    // MARK: Waiting, for commands without a screen

    /// Runs something asynchronous from the synchronous main and waits for it.
    static func wait<Value: Sendable>(for body: @escaping @Sendable () async -> Value) -> Value {
        let result = Mutex<Value?>(nil)
        let done = DispatchSemaphore(value: 0)
        Task.detached {
            let value = await body()
            result.withLock { $0 = value }
            done.signal()
        }
        while true {
            done.wait()
            if let value = result.withLock({ $0 }) { return value }
        }
    }
}
extension Effect.Direction {
    var onTheTimeAxis: PostStore.Direction {
        switch self {
        case .older: .older
        case .newer: .newer
        }
    }
}
