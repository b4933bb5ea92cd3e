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
/// goes through one queue, so that a read sees the mark before it; fetching runs beside it. Tasks are
/// started in its files and in `FetchRounds` alone.
final class EffectRunner: Sendable {
    let workspace: Workspace
    let inbox: Inbox
    let announcer: Announcer
    private let storeQueue = DispatchQueue(label: "perchoir.store", qos: .userInteractive)
    private let countingQueue = DispatchQueue(label: "perchoir.counting", qos: .utility)
    let upkeepQueue = DispatchQueue(label: "perchoir.upkeep", qos: .utility)
    let rounds = FetchRounds()
    let isEnding = Atomic(false)
    /// Of the newest search of each pane; older ones end.
    private let searches = Mutex<[Pane: Int]>([:])
    private let searchQueues = Mutex<[Pane: DispatchQueue]>([:])
    let live: LiveTimelines
    let following = Mutex<Following>(Following())

    struct Following {
        var timelines: Set<LiveTimeline.Key> = []
        var sources: Set<SourceID> = []
        var task: Task<Void, Never>?
    }

    init(_ workspace: Workspace, inbox: Inbox) {
        self.workspace = workspace
        self.inbox = inbox
        let announcer = Announcer(store: workspace.store, queue: storeQueue, inbox: inbox)
        self.announcer = announcer
        let doorbell = workspace.doorbellPath
        live = LiveTimelines(
            store: workspace.store, fetcher: { workspace.fetcher() }, clock: .system, log: workspace.log
        ) { news in
            switch news {
            case .ingested(let report):
                announcer.arrived(report.changed)
                if report.newPosts + report.updatedPosts + report.deletedPosts > 0 { Doorbell.ring(at: doorbell) }
            case .states(let states): inbox.post(.liveChanged(states))
            // They are fetched with the next turn of the clock: who changes one changes another.
            case .filtersChanged(let account): workspace.serverMemory.filtersChanged(of: account)
            }
        }
    }

    // MARK: Effects

    /// Effects that only the event loop can carry out (`redraw`, `suspend`, `end`, `openLink`, `copy`) are not taken.
    /// - Parameter isAwaited: the user waits for what it brings, so a picture should.
    func perform(_ effect: Effect, isAwaited: Bool) {
        switch effect {
        case .loadWindow(let request, let generation):
            answer(expected: isAwaited && !request.anchor.continuesAWindow) { store throws(StoreError) in
                .windowLoaded(request.pane, try store.window(request), generation: generation)
            } orFailed: {
                .windowFailed(request.pane, $0, generation: generation)
            }
        case .loadPost(let id):
            answer(expected: isAwaited) { store throws(StoreError) in .postLoaded(id, try store.post(id)) }
        case .mark(let change, let scope):
            answer { store throws(StoreError) in
                .marked(try store.mark(change, scope, at: SystemClock.now()), .mark)
            } orFailed: {
                .markFailed("Not marked: " + $0, change, scope)
            }
        case .undoMark:
            answer { store throws(StoreError) in
                try store.undo(at: SystemClock.now()).map { .marked($0, .undo) } ?? .nothingToUndo
            } orFailed: {
                .answered(Notice(.error, "Not undone: " + $0))
            }
        case .redoMark:
            answer { store throws(StoreError) in
                try store.redo(at: SystemClock.now()).map { .marked($0, .redo) } ?? .nothingToRedo
            } orFailed: {
                .answered(Notice(.error, "Not done again: " + $0))
            }
        case .findUnread(let pane, let filter, let from, let direction, let generation):
            answer(expected: isAwaited) { store throws(StoreError) in
                var found = try store.nextUnread(in: pane, filter: filter, from: from, towards: direction)
                if found == nil, from != nil {
                    found = try store.nextUnread(in: pane, filter: filter, from: nil, towards: direction)
                }
                return .unreadFound(pane, found, generation: generation)
            } orFailed: {
                .windowFailed(pane, $0, generation: generation)
            }
        case .search(let pane, let filter, let query, let generation): search(pane, filter, query, generation)
        case .savePosition(let pane, let key, let id, let seen):
            answer { store throws(StoreError) in
                try store.savePosition(pane, id, key, seenNewest: seen)
                return nil
            }
        case .saveSeen(let pane, let newest):
            answer { store throws(StoreError) in
                try store.saveSeen(pane, newest)
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
        case .loadHealth(let counting): loadHealth(counting: counting)
        case .refresh(let persona): refresh(persona, dueOnly: false, isAsked: true)
        case .interruptFetching: rounds.cancelAll()
        case .fillGap(let gap, let side): fill(gap, from: side)
        case .resolveSource(let typed, let persona, let generation): resolve(typed, persona, generation)
        case .addSource(let offer, let persona, let generation): add(offer, persona, generation)
        case .openLink, .copy, .redraw, .suspend, .end: break
        }
    }

    /// Runs on the store's queue; a failure becomes a line for the user.
    func answer(
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
        searches.withLock { $0 = [:] }
        following.withLock { $0.task?.cancel() }
        rounds.cancelAll()
        rounds.wait(milliseconds: 200)
        let isIdle = DispatchSemaphore(value: 0)
        upkeepQueue.async { isIdle.signal() }
        _ = isIdle.wait(timeout: .now() + .milliseconds(400))
        storeQueue.sync {}
        tellServers()
    }

    /// Counting what every source carries takes a while in a large store, so it holds up neither keys nor marks, nor
    /// the end: nothing is lost with a count that nobody waits for any more.
    func loadHealth(counting: Bool) {
        countingQueue.async { [workspace, inbox] in
            do throws(StoreError) {
                inbox.post(.healthLoaded(try workspace.store.health(counting: counting, now: SystemClock.now())))
            } catch {
                inbox.post(.answered(Notice(.error, error.message)))
            }
        }
    }

    // MARK: Search

    private static let firstMatches = 100
    /// More than anybody steps through.
    private static let mostMatches = 10_000

    /// Searching beside the queues: a long search holds up no mark, and a newer one of the pane ends it.
    private func search(_ pane: Pane, _ filter: PaneFilter, _ query: Query, _ generation: Int) {
        searches.withLock { $0[pane] = generation }
        let isWanted = { @Sendable [self] in searches.withLock { $0[pane] == generation } }
        let queue = searchQueues.withLock { queues in
            let queue = queues[pane] ?? DispatchQueue(label: "perchoir.search", qos: .userInitiated)
            queues[pane] = queue
            return queue
        }
        queue.async { [workspace, inbox] in
            do throws(StoreError) {
                // A screenful is found in milliseconds, all there is perhaps in seconds.
                for limit in [Self.firstMatches, Self.mostMatches] {
                    let keys = try workspace.store.search(
                        query, in: pane, filter: filter, now: SystemClock.now(), limit: limit,
                        shouldContinue: isWanted)
                    // Broken off, it found only a part.
                    guard isWanted() else { return }
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
        Task.detached(executorPreference: TaskQueues.shared) { [self] in
            do throws(VisitTrouble) {
                let found = try await reading.answer(request)
                answer { _ throws(StoreError) in
                    .visitAnswered(try reading.marked(found), generation: generation)
                } orFailed: {
                    .visitFailed($0, generation: generation)
                }
            } catch {
                // Behind what the store knows, which a failure would end.
                let message = error.message
                answer { _ in .visitFailed(message, generation: generation) }
            }
        }
    }

    // MARK: Adding a source

    private func resolve(_ typed: SafeText, _ persona: PersonaID, _ generation: Int) {
        let (workspace, inbox) = (workspace, inbox)
        Task.detached(executorPreference: TaskQueues.shared) {
            do throws(FetchError) {
                let found = try await workspace.resolver().resolve(typed.string)
                let known = Set(workspace.configuration.subscriptions.filter { $0.persona == persona }.map(\.source))
                let offers = found.map {
                    Offer(address: $0.address, title: $0.title, isKnown: known.contains($0.address.id))
                }
                inbox.post(.sourcesOffered(persona, offers, generation: generation))
            } catch {
                inbox.post(.addingFailed(error.message, generation: generation))
            }
        }
    }

    private func add(_ offer: Offer, _ persona: PersonaID, _ generation: Int) {
        upkeepQueue.async { [workspace, inbox, self] in
            do throws(WorkspaceError) {
                let subscription = Subscription(persona: persona, address: offer.address)
                try workspace.add(subscription)
                takeOverConfiguration()
                let name = offer.title ?? offer.address.shown
                inbox.post(.sourceAdded(name, persona, generation: generation))
                let now = SystemClock.now()
                let added = try workspace.dueSources(at: now).filter { $0.source == subscription.source }
                start(added)
            } catch {
                inbox.post(.addingFailed(error.message, generation: generation))
            }
        }
    }

    // MARK: Upkeep

    /// Judges stored posts again after filters changed, prunes and backs up: in small steps, behind everything else.
    func startUpkeep() {
        judgeOn { [self] in keepHouse() }
    }

    /// Judges what has no verdict by the filters of now, a batch at a time.
    func judgeOn(then next: @escaping @Sendable () -> Void = {}) {
        step { [workspace, announcer] () throws(StoreError) in
            let progress = try workspace.store.judgeNextBatch(limit: 500, now: SystemClock.now())
            if progress.changed > 0, let persona = progress.persona { announcer.changed([.persona(persona)]) }
            return progress.isDone
        } then: {
            next()
        }
    }

    private func keepHouse() {
        step { [workspace] () throws(StoreError) in try workspace.keepHouse(at: SystemClock.now()) }
    }

    /// Does something until it is done, with a turn for what else waits after each time.
    private func step(
        _ body: @escaping @Sendable () throws(StoreError) -> Bool, then next: @escaping @Sendable () -> Void = {}
    ) {
        upkeepQueue.async { [inbox, self] in
            guard !isEnding.load(ordering: .acquiring) else { return }
            do throws(StoreError) {
                if try body() { next() } else { step(body, then: next) }
            } catch {
                inbox.post(.answered(Notice(.error, error.message)))
            }
        }
    }

    // MARK: Waiting, for commands without a screen

    /// Runs something asynchronous from the synchronous main and waits for it: before what nobody waits for.
    static func wait<Value: Sendable>(for body: @escaping @Sendable () async -> Value) -> Value {
        let result = Mutex<Value?>(nil)
        let done = DispatchSemaphore(value: 0)
        Task.detached(executorPreference: TaskQueues.shared, priority: .userInitiated) {
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

extension WindowRequest.Anchor {
    /// The window is for later: what is on the screen now does not wait for it.
    fileprivate var continuesAWindow: Bool {
        switch self {
        case .olderThan, .newerThan: true
        case .newest, .oldest, .around, .position: false
        }
    }
}
