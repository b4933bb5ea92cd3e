import Dispatch
import Logging
import Networks
import ReaderCore
import Settings
import Store
import Synchronization
import Text
import TimelineModel

// What comes from the network by itself: rounds of fetching, live timelines, what the servers keep for the user.
extension EffectRunner {
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
            following.task = Task.detached(executorPreference: TaskQueues.shared) { [live] in
                await before?.value
                await live.follow(timelines)
            }
        }
    }

    /// Looks every minute whether the clock jumped.
    func lookAfterLive(at now: Timestamp) { live.look(at: now) }

    /// Without what is followed live, unless it was not asked for so long that something must be wrong with that.
    func withoutFollowed(_ sources: [DueSource], at now: Timestamp) -> [DueSource] {
        let followed = following.withLock { $0.sources }
        return sources.filter { source in
            guard followed.contains(source.source) else { return true }
            return source.state.nextAttempt.map { $0.adding(seconds: 3600) < now } ?? false
        }
    }

    // MARK: Fetching

    /// Fetches what is due, or everything of a persona (or all), what is gone included: who asks by hand may know better
    /// than the server's answer of then.
    /// - Parameters:
    ///   - isAsked: the user pressed a key and wants an answer.
    ///   - unlessBusy: nothing is added to a round that is under way; the next minute asks again.
    func refresh(_ persona: PersonaID?, dueOnly: Bool, isAsked: Bool = false, unlessBusy: Bool = false) {
        upkeepQueue.async { [workspace, inbox, self] in
            takeOverChangedFile()
            do throws(WorkspaceError) {
                let now = SystemClock.now()
                var sources = try workspace.dueSources(
                    of: persona, ignoringSchedule: !dueOnly, includingGone: !dueOnly, at: now)
                if dueOnly { sources = withoutFollowed(sources, at: now) }
                guard !sources.isEmpty else {
                    keepInStep()
                    guard isAsked else { return }
                    let leftOut = try workspace.sourcesLeftOut(of: persona, at: now)
                    inbox.post(.answered(Notice(.answer, leftOut.nothingToFetch(at: now, workspace.zone))))
                    return
                }
                start(sources, unlessBusy: unlessBusy)
            } catch {
                inbox.post(.answered(Notice(.error, error.message)))
            }
        }
    }

    /// Another process rang: it marked, fetched, or changed the configuration.
    func takeOverFromOutside() {
        announcer.arrived(Set(workspace.configuration.personas.map { .persona($0.id) }))
        loadHealth(counting: false)
        upkeepQueue.async { [inbox, self] in
            do throws(WorkspaceError) {
                let isTaken = try workspace.rereadConfiguration()
                tellOfReread(isTaken: isTaken)
                guard isTaken else { return adoptServerFilters() }
                refresh(nil, dueOnly: true)
            } catch {
                inbox.post(.answered(Notice(.error, error.message)))
            }
        }
    }

    /// What was written in an editor. A trouble with it keeps nothing from being fetched.
    private func takeOverChangedFile() {
        do throws(WorkspaceError) {
            if let isTaken = try workspace.rereadChangedConfiguration() { tellOfReread(isTaken: isTaken) }
        } catch {
            inbox.post(.answered(Notice(.error, error.message)))
        }
    }

    /// - Parameter isTaken: config.toml was read again and says something else.
    private func tellOfReread(isTaken: Bool) {
        if isTaken { return takeOverConfiguration() }
        inbox.post(.problemsFound(workspace.problems, isUnreadable: workspace.unreadable != nil))
    }

    /// Shows what a changed configuration says. What other personas had already may be in a pane now, and filters may
    /// be others, so the posts are judged and the numbers told.
    func takeOverConfiguration() {
        let configuration = workspace.configuration
        inbox.post(.problemsFound(workspace.problems, isUnreadable: workspace.unreadable != nil))
        inbox.post(.settingsChanged(workspace.readerSettings))
        announcer.arrived(Set(configuration.personas.map { .persona($0.id) }))
        judgeOn()
        followLive()
    }

    func start(_ sources: [DueSource], unlessBusy: Bool = false) {
        let fetcher = workspace.fetcher()
        let (announcer, store, doorbell) = (announcer, workspace.store, workspace.doorbellPath)
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
                if let report = outcome.stored { announcer.changed(report.changed) }
                announcer.progressed(FetchProgress(done: done, total: left.count))
            }
            if report.newPosts > 0 { Doorbell.ring(at: doorbell) }
            announcer.progressed(FetchProgress())
            await lookAtServers()
        }
    }

    func fill(_ gap: Gap, from side: Gap.Side) {
        let fetcher = workspace.fetcher()
        let (workspace, inbox, announcer) = (workspace, inbox, announcer)
        Task.detached(executorPreference: TaskQueues.shared) {
            do throws(StoreError) {
                guard let address = workspace.address(of: gap.source) else {
                    inbox.post(.answered(Notice(.error, "The source of this gap is not in the configuration any more")))
                    return
                }
                switch try await fetcher.fill(gap, from: side, address: address) {
                case .success(let report):
                    announcer.arrived(report.changed)
                    if report.newPosts > 0 { Doorbell.ring(at: workspace.doorbellPath) }
                    let loaded = Output.count(report.newPosts, "post", "posts") + " loaded"
                    inbox.post(.answered(Notice(.answer, loaded)))
                case .failure(let error): inbox.post(.answered(Notice(.error, error.message)))
                }
            } catch {
                inbox.post(.answered(Notice(.error, error.message)))
            }
        }
    }

    // MARK: In step with servers

    /// Exchanges with servers what is due, when no round does it.
    func keepInStep() {
        guard workspace.serverMemory.isDue(workspace.readings()) else { return }
        rounds.add(unlessBusy: true) { [self] in await lookAtServers() }
    }

    func lookAtServers() async {
        guard !Task.isCancelled else { return }
        for move in await workspace.serverMemory.look(workspace.readings()) { inbox.post(.markerMoved(move)) }
        upkeepQueue.async { [self] in adoptServerFilters() }
    }

    /// On the queue on which the configuration changes too, so that none undoes the other.
    func adoptServerFilters() {
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
    func tellServers() {
        let (memory, readings) = (workspace.serverMemory, workspace.readings())
        guard readings.contains(where: memory.isSending) else { return }
        let isTold = DispatchSemaphore(value: 0)
        let task = Task.detached(executorPreference: TaskQueues.shared) {
            await memory.send(readings)
            isTold.signal()
        }
        if isTold.wait(timeout: .now() + .seconds(1)) == .timedOut { task.cancel() }
    }
}
