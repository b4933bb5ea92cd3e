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
/// goes through one queue, so that a read sees the mark before it; fetching runs beside it. Beside its rounds of
/// fetching, the only one that starts tasks.
final class EffectRunner: Sendable {
    private let workspace: Workspace
    private let inbox: Inbox
    private let announcer: Announcer
    private let storeQueue = DispatchQueue(label: "perchoir.store", qos: .userInteractive)
    private let upkeepQueue = DispatchQueue(label: "perchoir.upkeep", qos: .utility)
    private let rounds = FetchRounds()
    private let isEnding = Atomic(false)
    private let isSearching = Mutex(0)
    private let live: LiveTimelines
    private let following = Mutex<Following>(Following())

    private struct Following {
        var timelines: Set<LiveTimeline.Key> = []
        var sources: Set<SourceID> = []
        var task: Task<Void, Never>?
    }

    init(_ workspace: Workspace, inbox: Inbox) {
        self.workspace = workspace
        self.inbox = inbox
        let announcer = Announcer(inbox: inbox)
        self.announcer = announcer
        let doorbell = workspace.doorbellPath
        live = LiveTimelines(
            store: workspace.store, fetcher: { workspace.fetcher() }, clock: .system, log: workspace.log
        ) { news in
            switch news {
            case .ingested(let report):
                announcer.arrivedLive(report.counts)
                if report.newPosts + report.updatedPosts + report.deletedPosts > 0 { Doorbell.ring(at: doorbell) }
            case .states(let states): inbox.post(.liveChanged(states))
            // They are fetched with the next turn of the clock: who changes one changes another.
            case .filtersChanged(let account): workspace.serverMemory.filtersChanged(of: account)
            }
        }
    }

    // MARK: Effects

    /// Effects that only the event loop can carry out (`redraw`, `suspend`, `end`, `openLink`, `copy`) are not taken.
    func perform(_ effect: Effect) {
        switch effect {
        case .loadWindow(let request, let generation):
            answer(expected: !request.anchor.continuesAWindow) { store throws(StoreError) in
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
            } orFailed: {
                .windowFailed(pane, $0, generation: generation)
            }
        case .search(let pane, let filter, let query, let generation): search(pane, filter, query, generation)
        case .savePosition(let pane, let key, let id):
            answer { store throws(StoreError) in
                try store.savePosition(pane, id, key)
                return nil
            }
        case .followMarker(let move):
            answer { store throws(StoreError) in
                try store.follow(move)
                return nil
            }
        case .saveLayout(let layout, let focus):
            answer { store throws(StoreError) in
                try store.saveLayout(SavedLayout(layout, focus: focus).values)
                return nil
            }
        case .visit(let request, let generation): visit(request, generation)
        case .loadHealth:
            loadHealth()
        case .refresh(let persona): refresh(persona, dueOnly: false, isAsked: true)
        case .interruptFetching: rounds.cancelAll()
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

    /// Waits until the store has done everything it was asked to, and a moment for what runs beside it: fetching gives
    /// its leases back, or a reader that is opened again at once would find its sources taken; and the demo's folder
    /// could not be removed under a backup.
    func finish() {
        isEnding.store(true, ordering: .releasing)
        isSearching.withLock { $0 = -1 }
        following.withLock { $0.task?.cancel() }
        rounds.cancelAll()
        rounds.wait(milliseconds: 200)
        let isIdle = DispatchSemaphore(value: 0)
        upkeepQueue.async { isIdle.signal() }
        _ = isIdle.wait(timeout: .now() + .milliseconds(400))
        storeQueue.sync {}
        tellServers()
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

    private static let firstMatches = 100
    /// More than anybody steps through.
    private static let mostMatches = 10_000

    /// Searching beside the queue: a long search holds up no mark, and a newer one ends it.
    private func search(_ pane: Pane, _ filter: PaneFilter, _ query: Query, _ generation: Int) {
        isSearching.withLock { $0 = generation }
        upkeepQueue.async { [workspace, inbox, self] in
            do throws(StoreError) {
                // A screenful is found in milliseconds, all there is perhaps in seconds.
                for limit in [Self.firstMatches, Self.mostMatches] {
                    let keys = try workspace.store.search(
                        query, in: pane, filter: filter, now: SystemClock.now(), limit: limit
                    ) { self.isSearching.withLock { $0 == generation } }
                    let isComplete = keys.count < limit || limit == Self.mostMatches
                    inbox.post(.searched(pane, keys, isComplete: isComplete, generation: generation))
                    if isComplete { break }
                }
            } catch {
                inbox.post(.searchFailed(pane, error.message, generation: generation))
            }
        }
    }

    // MARK: Pages over the panes

    /// What the store knows comes at once, a server's answer when it comes; its marks are read behind those that were
    /// asked for before.
    private func visit(_ request: Visit.Request, _ generation: Int) {
        let reading = ConversationReading(
            store: workspace.store, factory: workspace.factory,
            ownServers: Set(workspace.configuration.subscriptions.compactMap(\.address.server)))
        if case .thread(let post) = request.subject {
            answer(expected: true) { store throws(StoreError) in
                .visitAnswered(.known(try store.knownThread(of: post.id)), generation: generation)
            } orFailed: {
                .visitFailed($0, generation: generation)
            }
        }
        Task.detached { [self] in
            do throws(VisitTrouble) {
                let found = try await reading.answer(request)
                answer { _ throws(StoreError) in
                    .visitAnswered(try reading.marked(found), generation: generation)
                } orFailed: {
                    .visitFailed($0, generation: generation)
                }
            } catch {
                inbox.post(.visitFailed(error.message, generation: generation))
            }
        }
    }

    // MARK: Live timelines

    /// Follows the sources of the configuration that can be live; those that are followed already go on unless the
    /// configuration has others now.
    func followLive() {
        let timelines = LiveTimeline.all(
            workspace.configuration.subscriptions, factory: workspace.factory,
            interval: workspace.configuration.interval)
        let wanted = Set(timelines.map(\.key))
        following.withLock { following in
            guard following.timelines != wanted, !isEnding.load(ordering: .acquiring) else { return }
            let before = following.task
            before?.cancel()
            following.timelines = wanted
            following.sources = Set(timelines.map(\.source) + timelines.compactMap(\.notifications?.id))
            following.task = Task.detached { [live] in
                await before?.value
                await live.follow(timelines)
            }
        }
    }

    /// Looks every minute whether the clock jumped.
    func lookAfterLive(at now: Timestamp) { live.look(at: now) }

    /// Without what is followed live, unless it was not asked for so long that something must be wrong with that.
    private func withoutFollowed(_ sources: [DueSource], at now: Timestamp) -> [DueSource] {
        let followed = following.withLock { $0.sources }
        return sources.filter { source in
            guard followed.contains(source.source) else { return true }
            return source.state.nextAttempt.map { $0.adding(seconds: 3600) < now } ?? false
        }
    }

    // MARK: Fetching

    /// Fetches what is due, or everything of a persona (or all).
    /// - Parameters:
    ///   - isAsked: the user pressed a key and wants an answer.
    ///   - unlessBusy: nothing is added to a round that is under way; the next minute asks again.
    func refresh(_ persona: PersonaID?, dueOnly: Bool, isAsked: Bool = false, unlessBusy: Bool = false) {
        upkeepQueue.async { [workspace, inbox, self] in
            do throws(StoreError) {
                let now = SystemClock.now()
                var sources = try workspace.store.dueSources(at: now, ignoringSchedule: !dueOnly)
                if dueOnly { sources = withoutFollowed(sources, at: now) }
                if let persona {
                    let own = Set(workspace.configuration.subscriptions.filter { $0.persona == persona }.map(\.source))
                    sources = sources.filter { own.contains($0.source) }
                }
                guard !sources.isEmpty else {
                    keepInStep()
                    if isAsked { inbox.post(.answered(Notice(.answer, Self.nothingToFetch))) }
                    return
                }
                start(sources, unlessBusy: unlessBusy)
            } catch {
                inbox.post(.answered(Notice(.error, error.message)))
            }
        }
    }

    private static let nothingToFetch: SafeText = "Nothing to fetch now: under way already, or asked to wait · E"

    /// Another process rang: it marked, fetched, or changed the configuration.
    func takeOverFromOutside() {
        // Behind the marks that were asked for, or the numbers of before one of them would take the place of its own.
        answer { store throws(StoreError) in .timelinesChanged(try store.counts()) }
        upkeepQueue.async { [workspace, inbox, self] in
            do throws(WorkspaceError) {
                guard try workspace.rereadConfiguration() else { return adoptServerFilters() }
                let configuration = workspace.configuration
                inbox.post(
                    .personasChanged(configuration.personas, hasSources: !configuration.subscriptions.isEmpty))
                if following.withLock({ $0.task != nil }) { followLive() }
                refresh(nil, dueOnly: true)
            } catch {
                inbox.post(.answered(Notice(.error, error.message)))
            }
        }
    }

    private func start(_ sources: [DueSource], unlessBusy: Bool = false) {
        let fetcher = workspace.fetcher()
        let (announcer, store, doorbell) = (announcer, workspace.store, workspace.doorbellPath)
        let interval = Int64(workspace.configuration.interval)
        let asked = SystemClock.now()
        rounds.add(unlessBusy: unlessBusy) { [self] in
            let left = sources.filter { source in
                // A state that cannot be read now is the fetch's to report.
                guard let attempt = (try? store.fetchState(of: source.source))?.lastAttempt else { return true }
                // The round before this one may have asked it meanwhile.
                return attempt <= asked || attempt > SystemClock.now()
            }
            guard !left.isEmpty else { return await lookAtServers() }
            announcer.progressed(FetchProgress(done: 0, total: left.count))
            let report = await fetcher.round(left) { _, outcome, done in
                if case .arrived(let report) = outcome { announcer.changed(report.counts) }
                announcer.progressed(FetchProgress(done: done, total: left.count))
            }
            if report.newPosts > 0 { Doorbell.ring(at: doorbell) }
            let now = SystemClock.now()
            announcer.progressed(FetchProgress(lastCheck: now, nextCheck: now.adding(seconds: interval)))
            await lookAtServers()
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

    // MARK: In step with servers

    /// Exchanges with servers what is due, when no round does it.
    private func keepInStep() {
        guard workspace.serverMemory.isDue(workspace.readings()) else { return }
        rounds.add(unlessBusy: true) { [self] in await lookAtServers() }
    }

    private func lookAtServers() async {
        guard !Task.isCancelled else { return }
        for move in await workspace.serverMemory.look(workspace.readings()) { inbox.post(.markerMoved(move)) }
        upkeepQueue.async { [self] in adoptServerFilters() }
    }

    /// On the queue on which the configuration changes too, so that none undoes the other.
    private func adoptServerFilters() {
        do throws(WorkspaceError) {
            guard try workspace.adoptServerFilters() else { return }
            judgeOn()
            Doorbell.ring(at: workspace.doorbellPath)
        } catch {
            inbox.post(.answered(Notice(.error, error.message)))
        }
    }

    /// The last word before leaving. It is kept by itself, as what is read: what a slow server misses it is told in the
    /// next run.
    private func tellServers() {
        let (memory, readings) = (workspace.serverMemory, workspace.readings())
        guard readings.contains(where: memory.isSending) else { return }
        let isTold = DispatchSemaphore(value: 0)
        let task = Task.detached {
            await memory.send(readings)
            isTold.signal()
        }
        if isTold.wait(timeout: .now() + .seconds(1)) == .timedOut { task.cancel() }
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
        guard !isEnding.load(ordering: .acquiring) else { return }
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

extension WindowRequest.Anchor {
    /// The window is for later: what is on the screen now does not wait for it.
    fileprivate var continuesAWindow: Bool {
        switch self {
        case .olderThan, .newerThan: true
        case .newest, .oldest, .around, .position: false
        }
    }
}
