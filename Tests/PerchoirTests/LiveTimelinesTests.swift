import Curation
import Expectations
import Foundation
import Logging
import Store
import Synchronization
import Testing
import Text
import TimelineModel

@testable import Networks
@testable import perchoir

@Suite("Live timelines")
struct LiveTimelinesTests {
    // MARK: A server by script

    /// Opens once.
    private final class Gate: Sendable {
        private let (stream, opener) = AsyncStream<Void>.makeStream()

        func open() { opener.finish() }

        /// Returns when it is open or the task was cancelled.
        func wait() async { for await _ in stream {} }
    }

    /// A home timeline of ids, and streams that say what a test wants.
    private final class Server: HTTPTransport, LiveSource {
        struct Content {
            var ids: [Int] = []
            var attempts: [StreamWay?] = []
            /// When each was, in seconds from the first one.
            var moments: [Int64] = []
            var now: @Sendable () -> Timestamp = { Timestamp(seconds: 0) }
            var lines: [Result<[LiveEvent], FetchError>] = []
            var ends: [FetchError] = []
            /// Requests for newest pages.
            var looks = 0
            var notifications = 0
            /// The status of the next answer with notifications.
            var notificationStatus = 200
            /// The status of the newest pages.
            var newestStatus = 200
            /// The status of the next page that is not the newest.
            var olderStatus = 200
            /// Seconds for which the next page asks to be left alone.
            var retryAfter: Int?
            /// Streams tell nothing before the notifications were asked for.
            var holdsEvents = false
        }

        let content = Mutex(Content())
        let askedOnce = Gate()
        let askedTwice = Gate()
        let way = StreamWay(kind: .webSocket, base: WebAddress("http://127.0.0.1:1")!)

        private static let noGroups = #"{"accounts":[],"statuses":[],"notification_groups":[]}"#

        func send(_ request: HTTPRequest) async throws(FetchError) -> HTTPResponse {
            let ids = content.withLock { $0.ids }
            if request.address.text.contains("/notifications") {
                let (times, status) = content.withLock { content in
                    defer { content.notificationStatus = 200 }
                    content.notifications += 1
                    return (content.notifications, content.notificationStatus)
                }
                (times == 1 ? askedOnce : askedTwice).open()
                return HTTPResponse(
                    status: status, body: Array(Self.noGroups.utf8), finalAddress: request.address,
                    receivedAt: Timestamp(seconds: 0))
            }
            let rest = content.withLock { content in
                defer { content.retryAfter = nil }
                return content.retryAfter
            }
            if let rest {
                return HTTPResponse(
                    status: 429, headers: ["Retry-After": String(rest)], body: [],
                    finalAddress: request.address, receivedAt: Timestamp(seconds: 0))
            }
            func bound(_ name: String) -> Int? {
                request.address.text.split(whereSeparator: { $0 == "?" || $0 == "&" })
                    .first { $0.hasPrefix(name + "=") }.flatMap { Int($0.dropFirst(name.count + 1)) }
            }
            let isOlder = bound("max_id") != nil
            let status = content.withLock { content in
                guard isOlder else {
                    content.looks += 1
                    return content.newestStatus
                }
                defer { content.olderStatus = 200 }
                return content.olderStatus
            }
            if status != 200 {
                return HTTPResponse(
                    status: status, body: [], finalAddress: request.address, receivedAt: Timestamp(seconds: 0))
            }
            let left = ids.sorted(by: >).filter { $0 < bound("max_id") ?? .max && $0 > bound("since_id") ?? 0 }
            let body = left.prefix(40).map(LiveTimelinesTests.status).joined(separator: ",")
            return HTTPResponse(
                status: 200, body: Array("[\(body)]".utf8), finalAddress: request.address,
                receivedAt: Timestamp(seconds: 0))
        }

        /// Each attempt takes the next line: its first events, or why there is none.
        func connect(_ remembered: StreamWay?) async throws(FetchError) -> (any LiveConnection, StreamWay) {
            let line = content.withLock { content in
                content.attempts.append(remembered)
                content.moments.append(content.now().seconds(since: Time.start))
                return content.lines.isEmpty ? .success([]) : content.lines.removeFirst()
            }
            let gate = content.withLock { $0.holdsEvents } ? askedOnce : nil
            return (Line(try line.get(), after: gate), way)
        }

        var attempts: Int { content.withLock { $0.attempts.count } }
    }

    /// A stream that tells its events and then is silent until it is closed.
    private final class Line: LiveConnection {
        private let events: Mutex<[LiveEvent]>
        private let before: Gate?
        private let closed = Gate()

        init(_ events: [LiveEvent], after before: Gate?) {
            self.events = Mutex(events)
            self.before = before
        }

        func next() async throws(FetchError) -> [LiveEvent] {
            await before?.wait()
            let events = events.withLock { events in
                defer { events = [] }
                return events
            }
            if !events.isEmpty { return events }
            await closed.wait()
            throw FetchError(.cancelled, "closed")
        }

        func close() { closed.open() }
    }

    /// A clock on which waiting takes no time; after so many waits it stands still.
    private final class Time: Sendable {
        static let start = Timestamp(seconds: 1_793_534_400)

        struct Content {
            var now = Time.start
            var waits: [Double] = []
            /// What others do during a wait, the first being 1.
            var meanwhile: @Sendable (_ wait: Int) async -> Void = { _ in }
        }

        let content = Mutex(Content())
        let limit: Int
        let stopped = Gate()

        init(limit: Int) { self.limit = limit }

        var clock: LiveClock {
            LiveClock(
                now: { self.content.withLock { $0.now } },
                sleep: { seconds in
                    let (wait, meanwhile) = self.content.withLock { content in
                        content.waits.append(seconds)
                        content.now = content.now.adding(seconds: Int64(seconds.rounded(.up)))
                        return (content.waits.count, content.meanwhile)
                    }
                    await meanwhile(wait)
                    if wait >= self.limit {
                        self.stopped.open()
                        await Gate().wait()
                    }
                }, random: { 1 })
        }

        var waits: [Double] { content.withLock { $0.waits } }
    }

    static func status(_ id: Int) -> String {
        """
        {"id":"\(id)","uri":"http://127.0.0.1:1/s/\(id)","created_at":"\(date(id))","content":"<p>Status \(id)</p>",
        "account":{"id":"1","acct":"ada","display_name":"Ada"}}
        """
    }

    private static func date(_ id: Int) -> String {
        let (hours, minutes) = (String(id / 60), String(id % 60))
        return "2026-10-01T\(hours.count < 2 ? "0" + hours : hours):\(minutes.count < 2 ? "0" + minutes : minutes):00Z"
    }

    private static func item(_ id: Int) -> PageItem {
        var post = Post(
            id: .activityPub(uri: "http://127.0.0.1:1/s/\(id)"), remoteID: "\(id)", network: .mastodon, kind: .post,
            author: Author(name: "Ada"))
        post.published = Timestamp(seconds: 1_790_812_800 + Int64(id) * 60)
        return PageItem(post: post, sighting: Sighting(entryID: "\(id)"))
    }

    private static func post(_ id: Int) -> LiveEvent { .post(item(id)) }

    private static let account = AccountName("@me@127.0.0.1:1")!
    private static let notifications = SourceAddress.account(account, .notifications)
    private static let local = SourceAddress.account(account, .local)

    /// The states of all timelines, as they were told.
    private final class Told: Sendable {
        let states = Mutex<[LiveState]>([])
    }

    /// Everything around live timelines, with a store of its own.
    private final class Desk: Sendable {
        let home: Home
        let store: PostStore
        let server: Server
        let time: Time
        let fetcher: @Sendable () -> Fetcher
        let log: Logger
        let live: LiveTimelines
        private let timelines: [LiveTimeline]
        private let news: AsyncStream<LiveTimelines.News>
        private let told: Told

        /// - Parameter beside: a stream of the local timeline.
        init(waits: Int, notifications: SourceAddress? = nil, beside: Server? = nil) throws {
            let (home, server, time) = (try Home(), Server(), Time(limit: waits))
            let store = try PostStore.open(at: home.store, now: time.clock.now()).store
            try store.adopt(
                personas: [Persona(id: "main", key: 1)],
                subscriptions: [.home(account), LiveTimelinesTests.notifications, local].map {
                    Subscription(persona: "main", address: $0)
                }, filters: [], ownHandles: [],
                zone: .utc, now: time.clock.now())
            server.content.withLock { $0.now = time.clock.now }
            let log = FileLog.logger(path: home.root + "/log")
            self.log = log
            let (news, teller) = AsyncStream<LiveTimelines.News>.makeStream()
            fetcher = {
                Fetcher(
                    store: store, factory: SourceFactory(transport: server, token: { _ in Secret("t0k") }),
                    schedule: RefreshSchedule(interval: 900), holder: "1", now: time.clock.now, log: log)
            }
            let told = Told()
            self.told = told
            live = LiveTimelines(store: store, fetcher: fetcher, clock: time.clock, log: log) { news in
                if case .states(let states) = news {
                    told.states.withLock { $0 += states.values }
                }
                teller.yield(news)
            }
            self.news = news
            timelines =
                [LiveTimeline(address: .home(account), stream: server, interval: 900, notifications: notifications)]
                + (beside.map { [LiveTimeline(address: local, stream: $0, interval: 900)] } ?? [])
            (self.home, self.store, self.time, self.server) = (home, store, time, server)
        }

        /// Follows until `holds` says that what was told is what the test waits for.
        func follow(until holds: @escaping @Sendable (LiveTimelines.News) throws -> Bool) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { [self] in await live.follow(timelines) }
                for await told in news where try holds(told) { break }
                group.cancelAll()
            }
        }

        /// Follows until `wait` returns.
        func follow(while wait: @Sendable () async -> Void) async {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { [self] in await live.follow(timelines) }
                await wait()
                group.cancelAll()
            }
        }

        /// Follows until the clock stands still.
        func followUntilTheClockStops() async { await follow { await time.stopped.wait() } }

        /// The states of all timelines, as they were told.
        var states: [LiveState] { told.states.withLock { $0 } }

        /// Ids from newest to oldest; 0 is a gap.
        func shown() throws -> [Int] {
            try entries().map { entry in
                if case .post(let post) = entry { Int(post.id.key.split(separator: "/").last ?? "") ?? -1 } else { 0 }
            }
        }

        func gaps() throws -> [Gap] { try entries().compactMap { if case .gap(let gap) = $0 { gap } else { nil } } }

        private func entries() throws -> [TimelineEntry] {
            try store.window(
                WindowRequest(pane: .persona("main"), filter: PaneFilter(), anchor: .newest, limit: 10_000)
            ).entries
        }

        func has(_ id: Int) throws -> Bool { try shown().contains(id) }

        func logged() throws -> [Substring] {
            try String(contentsOfFile: home.root + "/log", encoding: .utf8).split(separator: "\n")
        }
    }

    // MARK: Streams

    @Test("events wait until the fetch after the opening has met what is known, or a hole would stay unseen")
    func hole() async throws {
        let desk = try Desk(waits: 1)
        // Given posts that are known, and a stream that comes back after more than a round fetches
        desk.server.content.withLock { $0.ids = Array(1...10) }
        try await desk.follow { if case .ingested = $0 { try desk.has(10) } else { false } }
        desk.server.content.withLock {
            $0.ids = Array(1...400)
            $0.lines = [.success([Self.post(400), Self.post(401)])]
        }
        // When it tells at once
        try await desk.follow { if case .ingested = $0 { try desk.has(401) } else { false } }
        // Then what was not fetched is a gap, and the stream's post stands above
        try expect(desk.shown(), is: Array((201...401).reversed()) + [0] + Array((1...10).reversed()))
    }

    @Test func whatWasMissedIsFetchedAfterAStreamBroke() async throws {
        let desk = try Desk(waits: 100)
        desk.server.content.withLock {
            $0.ids = Array(1...10)
            $0.lines = [.success([Self.post(11)])]
        }
        try await desk.follow { if case .ingested = $0 { try desk.has(11) } else { false } }
        // Given what was written while nobody listened
        desk.server.content.withLock {
            $0.ids = Array(1...30)
            $0.lines = [.failure(FetchError(.unreachable, "broken")), .success([Self.post(31)])]
        }
        try await desk.follow { if case .ingested = $0 { try desk.has(31) } else { false } }
        try expect(desk.shown(), is: Array((1...31).reversed()))
        try expect(desk.store.verify(), is: [])
        // And the second time the way was known
        expect(desk.server.content.withLock { $0.attempts }, is: [nil, desk.server.way, desk.server.way])
    }

    @Test func whatCameBeforeTheCatchingUpFailedIsTold() async throws {
        let desk = try Desk(waits: 100)
        desk.server.content.withLock { $0.ids = Array(1...10) }
        try await desk.follow { if case .ingested = $0 { try desk.has(10) } else { false } }
        // Given two pages of news, of which the second fails once
        desk.server.content.withLock { ($0.ids, $0.olderStatus) = (Array(1...60), 503) }
        // Then the first one is news at once
        try await desk.follow { if case .ingested(let report) = $0 { report.newPosts == 40 } else { false } }
    }

    @Test func aFetchThatFailsBelowAStreamIsLoggedOnce() async throws {
        let desk = try Desk(waits: 100)
        desk.server.content.withLock { $0.retryAfter = 3600 }
        try await desk.follow { if case .states(let states) = $0 { states.values.contains(.streaming) } else { false } }
        try expect(desk.logged().count, is: 1)
        // And a stream that does not open is too
        desk.server.content.withLock { $0.lines = [.failure(FetchError(.unreachable, "broken"))] }
        try await desk.follow { if case .states(let states) = $0 { states.values.contains(.streaming) } else { false } }
        try expect(desk.logged().count, is: 2)
    }

    @Test func aStreamThatDoesNotOpenIsTriedMoreAndMoreSeldom() async throws {
        let desk = try Desk(waits: 13)
        desk.server.content.withLock {
            $0.lines = (0..<20).map { _ in .failure(FetchError(.unreachable, "broken")) }
        }
        await desk.followUntilTheClockStops()
        let moments: [Int64] = [0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 811]
        expect(desk.server.content.withLock { Array($0.moments.prefix(11)) }, is: moments)
    }

    @Test("a timeline whose stream does not open is asked meanwhile, with its notifications", .timeLimit(.minutes(10)))
    func pollingBetweenAttempts() async throws {
        let desk = try Desk(waits: 11, notifications: Self.notifications)
        desk.server.content.withLock {
            $0.ids = [1]
            $0.lines = (0..<20).map { _ in .failure(FetchError(.unreachable, "broken")) }
        }
        await desk.follow {
            await desk.time.stopped.wait()
            await desk.server.askedOnce.wait()
        }
        // As often as one that has no stream: after 120 seconds, 180, 270
        try expect(desk.has(1), is: true)
        expect(desk.server.content.withLock { $0.looks }, is: 3)
        expect(desk.time.waits, is: [1, 2, 4, 8, 16, 32, 64, 128, 52, 204, 66])
        // And nobody is told of every attempt
        expect(desk.states, is: [.connecting, .polling(seconds: 120), .polling(seconds: 180), .polling(seconds: 270)])
        // But when the stream opens it is live
        desk.server.content.withLock { $0.lines = [] }
        try await desk.follow { if case .states(let states) = $0 { states.values.contains(.streaming) } else { false } }
    }

    @Test func aServerThatDoesNotAnswerAtAllIsLookedAtAsSeldomAsItsScheduleSays() async throws {
        let desk = try Desk(waits: 11)
        desk.server.content.withLock {
            $0.newestStatus = 503
            $0.lines = (0..<20).map { _ in .failure(FetchError(.unreachable, "broken")) }
        }
        await desk.followUntilTheClockStops()
        expect(desk.time.waits, is: [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 96])
        expect(desk.server.content.withLock { $0.looks }, is: 1)
        expect(desk.states, is: [.connecting])
    }

    @Test(.timeLimit(.minutes(10)))
    func whatIsToldOfManyTimelinesIsToldInOrder() async throws {
        let desk = try Desk(waits: 1)
        let told = Mutex<[Int]>([])
        let last = Gate()
        let live = LiveTimelines(store: desk.store, fetcher: desk.fetcher, clock: desk.time.clock, log: desk.log) {
            guard case .states(let states) = $0 else { return }
            // Given a first one that others have time to overtake
            if states.count == 1 {
                for _ in 0..<100_000 where told.withLock(\.isEmpty) { sched_yield() }
            }
            let count = told.withLock { told in
                told.append(states.count)
                return told.count
            }
            if count == 8 { last.open() }
        }
        // When every one is being opened, and goes no further
        let timelines = (1...8).map {
            LiveTimeline(address: .account(Self.account, .list("\($0)")), stream: desk.server, interval: 900)
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await live.follow(timelines) }
            await last.wait()
            group.cancelAll()
        }
        expect(told.withLock { $0 }, is: Array(1...8) + [0])
    }

    @Test(
        "the hole of one timeline whose upper side another one's stream deletes is fetched again",
        .timeLimit(.minutes(10)))
    func holeOfAnother() async throws {
        let beside = Server()
        let desk = try Desk(waits: 100, beside: beside)
        // Given a hole in the local timeline, below the one post that home has too
        func ingest(_ id: Int, _ source: SourceAddress) throws {
            var page = Page()
            page.items = [Self.item(id)]
            page.older = "\(id)"
            let now = desk.time.clock.now()
            _ = try desk.store.ingest(
                [FetchedPage(source: source.id, stretch: .newest, page: page, fetchedAt: now)], now: now)
        }
        try ingest(10, Self.local)
        try ingest(40, Self.local)
        try ingest(40, .home(Self.account))
        desk.server.content.withLock { ($0.ids, $0.holdsEvents) = ([40], true) }
        desk.server.content.withLock { $0.lines = [.success([.deleted(entryID: "40")])] }
        beside.content.withLock { ($0.lines, $0.holdsEvents) = ([.success([Self.post(400)])], true) }
        // When home's stream deletes it, and the local one's tells what waited in its pipe
        try await desk.follow { told in
            switch told {
            case .states(let states) where states.values.count(where: { $0 == .streaming }) == 2:
                desk.server.content.withLock { $0.ids = Array(1...10) + Array(20...400) }
                desk.server.askedOnce.open()
            case .ingested(let report):
                if report.deletedPosts > 0 { beside.askedOnce.open() }
                return report.newPosts > 1
            default: break
            }
            return false
        }
        // Then what was between is fetched, or is a hole still
        try expect(desk.shown(), is: Array((201...400).reversed()) + [0, 10])
        try expect(desk.gaps().map(\.source), is: [Self.local.id])
        expect([desk.server.attempts, beside.attempts], is: [1, 2])
    }

    @Test("who asked to be left alone is asked for no stream either, until then")
    func restingServer() async throws {
        let desk = try Desk(waits: 100)
        desk.server.content.withLock { $0.retryAfter = 3600 }
        try await desk.follow { if case .states(let states) = $0 { states.values.contains(.streaming) } else { false } }
        // Then the stream that was there is closed, and opened when the hour is over
        expect(desk.server.attempts, is: 2)
        expect(desk.time.waits.count, is: 2)
        #expect((3600...3660).contains(desk.time.waits.reduce(0, +)), "\(desk.time.waits)")
    }

    @Test("after a sign-in that was refused for a while the stream is opened as soon as somebody gets through")
    func refusedForAWhile() async throws {
        let desk = try Desk(waits: 100)
        desk.server.content.withLock {
            $0.newestStatus = 401
            $0.lines = [.failure(FetchError(.unauthorized, "no"))]
        }
        desk.time.content.withLock {
            $0.meanwhile = { wait in
                guard wait == 3 else { return }
                desk.server.content.withLock { $0.newestStatus = 200 }
                let due = try? desk.store.dueSources(at: desk.time.clock.now(), ignoringSchedule: true)
                _ = await desk.fetcher().round(due ?? []) { _, _, _ in }
            }
        }
        try await desk.follow { if case .states(let states) = $0 { states.values.contains(.streaming) } else { false } }
        expect(desk.server.attempts, is: 2)
        expect(desk.time.waits, is: [60, 60, 60])
    }

    @Test func aStreamIsAskedForAgainWhenItsServerSaid() async throws {
        let desk = try Desk(waits: 100)
        desk.server.content.withLock {
            $0.lines = [.failure(FetchError(.rateLimited, "slower", retryAfter: 600))]
        }
        try await desk.follow { if case .states(let states) = $0 { states.values.contains(.streaming) } else { false } }
        expect(desk.server.attempts, is: 2)
        #expect((600...1200).contains(desk.time.waits.reduce(0, +)), "\(desk.time.waits)")
    }

    @Test func afterTheMachineSleptEveryStreamIsOpenedAnew() async throws {
        let desk = try Desk(waits: 100)
        let start = desk.time.clock.now()
        desk.live.look(at: start)
        let opened = Mutex(0)
        try await desk.follow { told in
            guard case .states(let states) = told, states.values.contains(.streaming) else { return false }
            let times = opened.withLock { opened in
                opened += 1
                return opened
            }
            // A minute is no sleep, an hour is, a clock that was set back too
            desk.live.look(at: start.adding(seconds: 60))
            if times == 1 { desk.live.look(at: start.adding(seconds: 3660)) }
            return times == 2
        }
        expect(desk.server.attempts, is: 2)
    }

    @Test func onlyWhatChangesATimelineIsWritten() async throws {
        let desk = try Desk(waits: 100)
        desk.server.content.withLock {
            $0.ids = [1]
            $0.lines = [.success([.notification([1]), .filtersChanged, .unreadable("broken"), .other, Self.post(2)])]
        }
        try await desk.follow { if case .ingested = $0 { try desk.has(2) } else { false } }
        try expect(desk.shown(), is: [2, 1])
    }

    @Test func whatCameTogetherIsOneTransactionAndOnePieceOfNews() async throws {
        let desk = try Desk(waits: 100)
        desk.server.content.withLock { $0.ids = [1] }
        try await desk.follow { if case .states(let states) = $0 { states.values.contains(.streaming) } else { false } }
        let before = try desk.store.commits()
        // Given a hundred and fifty posts at once
        desk.server.content.withLock { $0.lines = [.success((2...151).map(Self.post))] }
        let reports = Mutex<[Int]>([])
        try await desk.follow { told in
            guard case .ingested(let report) = told else { return false }
            reports.withLock { $0.append(report.newPosts) }
            return report.newPosts > 0
        }
        expect(reports.withLock { $0 }, is: [150])
        // Then they cost a transaction beside those of the fetch before them: its lease, its page
        try expect(desk.store.commits(), is: before + 3)
    }

    @Test func changedFiltersAreToldOfTheAccountThatHasThem() async throws {
        let desk = try Desk(waits: 100)
        desk.server.content.withLock { $0.lines = [.success([.filtersChanged])] }
        try await desk.follow { if case .filtersChanged(let account) = $0 { account == Self.account } else { false } }
    }

    @Test func anAccountHasFewStreamsAndOneForHomeAndNotifications() throws {
        let factory = SourceFactory(
            transport: Server(), streams: CurlTransport(version: "1"), token: { _ in Secret("t0k") })
        func live(_ timelines: String...) throws -> [LiveTimeline] {
            let subscriptions = try timelines.map {
                Subscription(
                    persona: "main", address: .account(Self.account, try #require(AccountTimeline($0))), interval: 60)
            }
            return LiveTimeline.all(subscriptions + subscriptions, factory: factory, interval: 900)
        }
        let home = SourceAddress.home(Self.account)
        let notifications = SourceAddress.account(Self.account, .notifications)
        try expect(live("notifications", "home").map(\.address), is: [home])
        try expect(live("notifications", "home")[0].notifications, is: notifications)
        try expect(live("home")[0].notifications, is: nil)
        let alone = try live("notifications")
        expect(alone.map(\.address), is: [notifications])
        expect(alone.map(\.notifications), is: [notifications])
        #expect(!alone[0].takesPosts)
        expect(alone[0].interval, is: 60)
        try expect(live("home", "list:a", "public", "local", "tag:b", "bookmarks").count, is: 4)
        #expect(try live("bookmarks", "favourites", "tag:a b").isEmpty)
    }

    @Test func aNotificationThatIsToldIsFetched() async throws {
        let desk = try Desk(waits: 100, notifications: Self.notifications)
        // Given a stream that tells of one after those from before were fetched
        desk.server.content.withLock {
            $0.lines = [.success([.notification([])])]
            $0.holdsEvents = true
        }
        // Then they are fetched again
        await desk.follow { await desk.server.askedTwice.wait() }
        expect(desk.server.content.withLock { $0.notifications }, is: 2)
    }

    @Test(.timeLimit(.minutes(10)))
    func aNotificationThatIsToldWhileAnotherProcessFetchesThemIsFetchedAfterwards() async throws {
        let desk = try Desk(waits: 100, notifications: Self.notifications)
        let now = desk.time.clock.now()
        _ = try desk.store.lease(
            [Self.notifications.id], holder: "2", until: now.adding(seconds: 20), at: now)
        await desk.follow { await desk.server.askedOnce.wait() }
        #expect((20...24).contains(desk.time.waits.reduce(0, +)), "\(desk.time.waits)")
    }

    @Test(.timeLimit(.minutes(10)))
    func notificationsThatWereNotToBeHadAreFetchedWhenTheirScheduleSays() async throws {
        let desk = try Desk(waits: 100, notifications: Self.notifications)
        desk.server.content.withLock { $0.notificationStatus = 502 }
        await desk.follow {
            await desk.server.askedOnce.wait()
            // When the minutes go by
            var minute: Int64 = 0
            while desk.server.content.withLock({ $0.notifications }) < 2, !Task.isCancelled {
                desk.live.look(at: Time.start.adding(seconds: 60 * minute))
                await Task.yield()
                if minute < 15 {
                    expect(desk.server.content.withLock { $0.notifications }, is: 1)
                    minute += 1
                }
            }
        }
        // Then the stream that stands is not opened anew for it
        expect(desk.server.content.withLock { $0.notifications }, is: 2)
        expect(desk.server.attempts, is: 1)
    }

    // MARK: Without a stream

    @Test func aServerWithoutStreamsIsAskedAsOftenAsPostsCome() async throws {
        let desk = try Desk(waits: 8)
        desk.server.content.withLock {
            $0.ids = [1]
            $0.lines = [.failure(FetchError(.notFound, "none"))]
        }
        await desk.followUntilTheClockStops()
        expect(desk.time.waits, is: [120, 180, 270, 405, 607, 900, 900, 900])
        // And whether it streams is not asked at every look
        expect(desk.server.attempts, is: 1)
        try expect(
            desk.store.remembered("stream \(SourceAddress.home(Self.account).id.value)")?.hasSuffix(" none"), is: true)
        // But days later it is asked again
        desk.time.content.withLock { $0.now = $0.now.adding(seconds: 4 * 86_400) }
        try await desk.follow {
            if case .states(let states) = $0 { states.values.contains(.streaming) } else { false }
        }
        expect(desk.server.attempts, is: 2)
    }

    @Test(
        "the wait shrinks when posts come and grows when none do, within bounds",
        arguments: [(nil, 0, 120), (120, 3, 60), (60, 9, 60), (60, 0, 90), (800, 0, 900), (900, 1, 450)]
            as [(Int?, Int, Int)])
    func pace(before: Int?, newPosts: Int, expected: Int) {
        expect(LivePace.polling(after: before, newPosts: newPosts, longest: 900), is: expected)
        expect(LivePace.polling(after: before, newPosts: newPosts, longest: 10), is: 60)
    }

    @Test func chanceSpreadsTheUpperHalfOfAWait() {
        expect(LivePace.reconnection(after: 3, random: 0), is: 2)
        expect(LivePace.reconnection(after: 3, random: 1), is: 4)
        expect(LivePace.reconnection(after: 1000, random: 1), is: LivePace.longestReconnection)
    }
}
