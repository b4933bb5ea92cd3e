import Curation
import Logging
import Networks
import Store
import Synchronization
import Text
import TimelineModel

/// Keeps timelines that can be live up to date: a stream where the server has one, else looks that come as often as
/// posts do.
///
/// After every opening of a stream the usual round fetches what was missed, and leaves a gap on the screen where that
/// is too much; until it has met what was known the stream's events wait, unread, in its pipe. So the store never takes
/// for known what stands above a hole.
final class LiveTimelines: Sendable {
    /// What the rest of the program is told, from any thread.
    enum News: Sendable {
        case ingested(IngestReport)
        case states([SourceID: LiveState])
        /// An account has other filters on its server now.
        case filtersChanged(AccountName)
    }

    private struct Lines {
        var states: [SourceID: LiveState] = [:]
        var connections: [SourceID: any LiveConnection] = [:]
        /// Sources whose connection was ended here, to be opened again without delay.
        var isToReopen: Set<SourceID> = []
        /// Sources that did not come when they were asked.
        var reminders: [SourceID: Reminder] = [:]
        var lastLook: Timestamp?
    }

    /// When a source is asked again, and how.
    private struct Reminder {
        let moment: Timestamp
        let ring: @Sendable () -> Void
    }

    private let store: PostStore
    private let fetcher: @Sendable () -> Fetcher
    private let clock: LiveClock
    private let log: Logger
    private let tell: @Sendable (News) -> Void
    private let lines = Mutex(Lines())
    /// Held while states are told: what was told last is how things stand.
    private let telling = Mutex(())
    /// Held while a stream's events are stored, so that none is stored of a source that another one left behind.
    private let storing = Mutex(())

    init(
        store: PostStore, fetcher: @escaping @Sendable () -> Fetcher, clock: LiveClock, log: Logger,
        tell: @escaping @Sendable (News) -> Void
    ) {
        self.store = store
        self.fetcher = fetcher
        self.clock = clock
        self.log = log
        self.tell = tell
    }

    /// Follows sources until the task is cancelled.
    func follow(_ sources: [LiveTimeline]) async {
        await withTaskGroup(of: Void.self) { group in
            for source in sources {
                // However often it rings while a fetch is under way, there is one more to come.
                let (rings, bell) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
                group.addTask { await self.follow(source) { bell.yield() } }
                guard let notifications = source.notifications else { continue }
                group.addTask { await self.fetch(notifications.id, at: rings) { bell.yield() } }
            }
        }
        lines.withLock { ($0.states, $0.reminders) = ([:], [:]) }
        tell(.states([:]))
    }

    /// Looked at every minute.
    func look(at now: Timestamp) {
        closeStale(at: now)
        remind(at: now)
    }

    /// A clock that jumped means that the machine slept, and no connection is to be believed.
    private func closeStale(at now: Timestamp) {
        let stale = lines.withLock { lines -> [any LiveConnection] in
            defer { lines.lastLook = now }
            guard let last = lines.lastLook, !(0...180).contains((now.milliseconds - last.milliseconds) / 1000) else {
                return []
            }
            lines.isToReopen.formUnion(lines.connections.keys)
            return Array(lines.connections.values)
        }
        for connection in stale { connection.close() }
    }

    private func remind(at now: Timestamp) {
        let due = lines.withLock { lines in
            let due = lines.reminders.filter { $0.value.moment <= now }
            for source in due.keys { lines.reminders[source] = nil }
            return due
        }
        for reminder in due.values { reminder.ring() }
    }

    // MARK: Notifications

    /// Fetches them whenever the bell rings. No round asks for them, so where they did not come they are asked again:
    /// when their schedule says.
    private func fetch(
        _ notifications: SourceID, at rings: AsyncStream<Void>, ring: @escaping @Sendable () -> Void
    ) async {
        for await _ in rings {
            let next: Timestamp?
            switch await fetchWhenFree(notifications) {
            case .arrived, .unchanged: next = nil
            case .held: next = restEnd(of: notifications) ?? clock.now()
            // A state that cannot be read now may be in a minute.
            case .failed: next = (try? store.fetchState(of: notifications))?.nextAttempt ?? clock.now()
            }
            lines.withLock { $0.reminders[notifications] = next.map { Reminder(moment: $0, ring: ring) } }
        }
    }

    // MARK: One source

    /// What became of the attempts at one stream.
    private struct Course {
        var failures = 0
        var refusedUntil: Timestamp?
        /// Seconds between the last two looks.
        var pace: Int?
        /// Seconds until the next look at a timeline whose stream does not open.
        var untilLook = 0.0
    }

    /// - Parameter ring: asks for the notifications, of which the stream tells too little.
    private func follow(_ timeline: LiveTimeline, ring: @Sendable () -> Void) async {
        var course = Course()
        while !Task.isCancelled {
            var opened: Timestamp?
            do throws(LiveTrouble) {
                if let until = course.refusedUntil, clock.now() < until { throw .noStream }
                course.refusedUntil = nil
                // A stream is one more question.
                if restEnd(of: timeline.source) != nil { throw .noStream }
                try await stream(timeline, ring: ring) {
                    opened = clock.now()
                    (course.pace, course.untilLook) = (nil, 0)
                }
            } catch {
                if Task.isCancelled { return }
                // One that breaks as soon as it is opened is a failure like one that does not open.
                if let opened, clock.now().milliseconds - opened.milliseconds > 60_000 { course.failures = 0 }
                await recover(from: error, timeline, &course, ring)
            }
        }
    }

    private func recover(
        from trouble: LiveTrouble, _ timeline: LiveTimeline, _ course: inout Course, _ ring: @Sendable () -> Void
    ) async {
        switch trouble {
        case .shut(let message):
            log.info("\(timeline.address.shown): \(message)")
            course.failures += 1
            let looks = course.failures >= LivePace.attemptsBeforePolling
            await waitToReopen(timeline, &course, looks: looks, ring)
        case .broken(let message):
            if let message { log.info("\(timeline.address.shown): \(message)") }
            course.failures += 1
            await waitToReopen(timeline, &course, looks: false, ring)
        case .refused, .noStream:
            if case .refused(let seconds) = trouble { course.refusedUntil = clock.now().adding(seconds: seconds) }
            let look = await look(at: timeline, &course, ring)
            set(timeline, .polling(seconds: look.seconds))
            await rest(timeline, look.seconds, hasFailed: look.hasFailed)
        }
    }

    /// Until the next look. After one that failed that is an hour or more, so whether somebody else got through meanwhile,
    /// by hand or in another process, is looked up every minute.
    private func rest(_ timeline: LiveTimeline, _ seconds: Int, hasFailed: Bool) async {
        var left = Double(seconds)
        while left > 0, !Task.isCancelled {
            let pause = hasFailed ? min(left, 60) : left
            await clock.sleep(pause)
            left -= pause
            if hasFailed, (try? store.fetchState(of: timeline.source))?.failuresInARow == 0 { return }
        }
    }

    /// - Parameter looks: the timeline is looked at meanwhile, as one without a stream is.
    private func waitToReopen(
        _ timeline: LiveTimeline, _ course: inout Course, looks: Bool, _ ring: @Sendable () -> Void
    ) async {
        let reopens = lines.withLock { $0.isToReopen.remove(timeline.source) != nil }
        if !looks { set(timeline, .connecting) }
        var left = LivePace.reconnection(after: course.failures, random: clock.random())
        if reopens, course.failures == 1 { return }
        guard looks else { return await clock.sleep(left) }
        while left > 0, !Task.isCancelled {
            if course.untilLook <= 0 {
                let look = await look(at: timeline, &course, ring)
                course.untilLook = Double(look.seconds)
                // Where nothing comes at all the stream is what is waited for.
                set(timeline, look.hasFailed ? .connecting : .polling(seconds: look.seconds))
            }
            let pause = min(left, course.untilLook)
            await clock.sleep(pause)
            left -= pause
            course.untilLook -= pause
        }
    }

    /// Seconds until the next look, and whether nothing came.
    private func look(
        at timeline: LiveTimeline, _ course: inout Course, _ ring: @Sendable () -> Void
    ) async -> (seconds: Int, hasFailed: Bool) {
        ring()
        let look = await poll(timeline, course.pace)
        course.pace = look.seconds
        return look
    }

    /// Opens the stream, fetches what was missed and takes what comes, until the stream breaks.
    private func stream(
        _ timeline: LiveTimeline, ring: @Sendable () -> Void, opened: () -> Void
    ) async throws(LiveTrouble) {
        let connection = try await connect(timeline)
        lines.withLock { lines in
            lines.connections[timeline.source] = connection
            lines.isToReopen.remove(timeline.source)
        }
        defer {
            _ = lines.withLock { $0.connections.removeValue(forKey: timeline.source) }
            connection.close()
        }
        try await catchUp(timeline)
        set(timeline, .streaming)
        opened()
        ring()
        while true {
            let events: [LiveEvent]
            do throws(FetchError) {
                events = try await connection.next()
            } catch {
                throw .broken(error.message)
            }
            try take(events, of: timeline)
            if events.contains(where: \.isNotification) { ring() }
        }
    }

    private func take(_ events: [LiveEvent], of timeline: LiveTimeline) throws(LiveTrouble) {
        for event in events {
            switch event {
            case .refused: throw .refused(seconds: Self.refusal)
            case .unreadable(let message): log.info("\(timeline.address.shown): in its stream, \(message)")
            case .filtersChanged: if let account = timeline.address.account { tell(.filtersChanged(account)) }
            default: break
            }
        }
        guard timeline.takesPosts, events.contains(where: \.changesTimeline) else { return }
        do throws(StoreError) {
            let report = try storing.withLock { _ throws(StoreError) in try ingest(events, of: timeline.source) }
            tell(.ingested(report))
            if report.behind.contains(timeline.source) { throw Self.isBehind }
        } catch {
            // Nothing of it is known then, so the next fetch brings it.
            throw .broken(error.message)
        }
    }

    private static let isBehind = StoreError.failed("a hole has to be fetched again")

    /// Ends the streams of sources that are behind after it. What they told meanwhile waits for `storing`.
    private func ingest(_ events: [LiveEvent], of source: SourceID) throws(StoreError) -> IngestReport {
        if lines.withLock({ $0.isToReopen.contains(source) }) { throw Self.isBehind }
        let report = try store.ingest(events, of: source, now: clock.now())
        let ended = lines.withLock { lines in
            let ended = lines.connections.filter { report.behind.contains($0.key) }
            lines.isToReopen.formUnion(ended.keys)
            return ended
        }
        for connection in ended.values { connection.close() }
        return report
    }

    /// Seconds until a stream that was refused is asked for again.
    private static let refusal: Int64 = 3600

    private func connect(_ timeline: LiveTimeline) async throws(LiveTrouble) -> any LiveConnection {
        let memory = RememberedStream(store: store, source: timeline.source, now: clock.now)
        let known: StreamWay?
        switch memory.recall(log) {
        case .unknown: known = nil
        case .noStream: throw .noStream
        case .way(let way): known = way
        }
        // One that is looked at meanwhile goes on being so.
        if lines.withLock({ $0.states[timeline.source] }) == nil { set(timeline, .connecting) }
        do throws(FetchError) {
            let (connection, way) = try await timeline.stream.connect(known)
            if known == nil { memory.keep(way, log) }
            return connection
        } catch {
            switch error.kind {
            case .notFound:
                // What was remembered may have moved: ask the server anew, at once.
                if known == nil { memory.keep(nil, log) } else { memory.forget(log) }
                throw .noStream
            // The look that follows may renew the token.
            case .unauthorized: throw .noStream
            case .forbidden, .insecure: throw .refused(seconds: Self.refusal)
            case .rateLimited: throw .refused(seconds: Int64(max(60, error.retryAfter ?? 60)))
            default: throw .shut(error.message)
            }
        }
    }

    private func catchUp(_ timeline: LiveTimeline) async throws(LiveTrouble) {
        switch await fetchWhenFree(timeline.source) {
        case .arrived, .unchanged: return
        case .failed: throw .broken(nil)
        case .held where restEnd(of: timeline.source) != nil: throw .broken("the server asked to be left alone")
        case .held: throw .broken("another process is fetching it")
        }
    }

    /// A look at a timeline without a stream. Returns the seconds until the next one.
    private func poll(_ timeline: LiveTimeline, _ before: Int?) async -> (seconds: Int, hasFailed: Bool) {
        let longest = timeline.interval
        func paced(_ newPosts: Int) -> Int { LivePace.polling(after: before, newPosts: newPosts, longest: longest) }
        switch await fetch(timeline.source) {
        case .arrived(let report): return (paced(report.newPosts), false)
        case .unchanged: return (paced(0), false)
        case .held: return (restEnd(of: timeline.source).map { seconds(until: $0) } ?? paced(0), false)
        case .failed:
            // The schedule says when a source that fails is asked again; a state that cannot be read waits as long as
            // any.
            let next = (try? store.fetchState(of: timeline.source))?.nextAttempt
            return (next.map { seconds(until: $0) } ?? longest, true)
        }
    }

    /// Within a day, and never at once.
    private func seconds(until moment: Timestamp) -> Int {
        let wait = (moment.milliseconds - clock.now().milliseconds) / 1000
        return Int(min(max(wait, Int64(LivePace.shortestPolling)), 86_400))
    }

    /// A state that cannot be read is the fetch's to report.
    private func restEnd(of source: SourceID) -> Timestamp? {
        (try? store.restEnd(of: source, at: clock.now())) ?? nil
    }

    /// One round, as often as it takes: another process may hold the source just now.
    private func fetchWhenFree(_ source: SourceID) async -> Fetcher.Outcome {
        for _ in 1..<60 {
            let outcome = await fetch(source)
            guard case .held = outcome, restEnd(of: source) == nil, !Task.isCancelled else { return outcome }
            await clock.sleep(2)
        }
        return await fetch(source)
    }

    private func fetch(_ source: SourceID) async -> Fetcher.Outcome {
        let due: DueSource?
        do throws(StoreError) {
            due = try store.dueSources(at: clock.now(), ignoringSchedule: true, only: source).first
        } catch {
            log.info("\(error.message)")
            return .failed(error.message)
        }
        // Leased by another process, or its server asked to be left alone.
        guard let due else { return .held }
        let found = Mutex<Fetcher.Outcome>(.held)
        _ = await fetcher().round([due]) { _, outcome, _ in found.withLock { $0 = outcome } }
        let outcome = found.withLock { $0 }
        if let report = outcome.stored { tell(.ingested(report)) }
        return outcome
    }

    private func set(_ timeline: LiveTimeline, _ state: LiveState) {
        telling.withLock { _ in
            let states = lines.withLock { lines -> [SourceID: LiveState]? in
                guard lines.states.updateValue(state, forKey: timeline.source) != state else { return nil }
                return lines.states
            }
            if let states { tell(.states(states)) }
        }
    }
}

/// Why a stream is not there.
private enum LiveTrouble: Error {
    /// The server has none.
    case noStream
    /// Not for this account, not over this connection, or not now: worth another attempt after so many seconds.
    case refused(seconds: Int64)
    /// It does not open now.
    case shut(SafeText)
    /// It is worth another attempt. Nil when why is in the log already.
    case broken(SafeText?)
}

extension LiveEvent {
    fileprivate var isNotification: Bool { if case .notification = self { true } else { false } }

    fileprivate var changesTimeline: Bool {
        switch self {
        case .post, .edited, .deleted: true
        case .notification, .filtersChanged, .other, .unreadable, .refused: false
        }
    }
}
