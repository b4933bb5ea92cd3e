import Expectations
import Foundation
import Logging
import Networks
import Store
import Synchronization
import TestSupport
import Testing
import Text
import TimelineModel

@testable import perchoir

@Suite("In step with the servers of accounts")
struct ServerMemoryTests {
    /// A clock that goes when it is told to.
    private final class Clock: Sendable {
        private let moment = Mutex(Desk.start)
        var now: Timestamp { moment.withLock { $0 } }
        func pass(seconds: Int64) { moment.withLock { $0 = $0.adding(seconds: seconds) } }
    }

    /// An account whose home timeline has the entries 1 to 9, read up to 5.
    private final class Desk: Sendable {
        static let start = Timestamp(seconds: 1_793_534_400)
        let me = AccountName("@me@m.example")!
        let server: PlayedAccount
        let clock = Clock()
        let store: PostStore
        private let folder = NSTemporaryDirectory() + "perchoir-" + UUID().uuidString

        init(_ kind: ServerKind = .mastodon) throws {
            server = PlayedAccount(kind)
            store = try PostStore.open(at: folder + "/perchoir.sqlite", now: Desk.start).store
            try adopt()
            var page = Page()
            page.items = (1...9).reversed().map { number in
                let post = Post(
                    id: PostID("ap:\(number)"), remoteID: kind.id(number), network: .mastodon, kind: .post,
                    author: Author(name: "Ana"), body: RichText(plain: "text \(number)"),
                    published: Desk.start.adding(seconds: Int64(number - 100)))
                return PageItem(post: post, sighting: Sighting(entryID: kind.id(number)))
            }
            _ = try store.ingest(
                [
                    FetchedPage(
                        source: SourceAddress.home(me).id, stretch: .newest, page: page, fetchedAt: Desk.start)
                ], now: Desk.start)
            try read(1, 2, 3, 4, 5)
        }

        deinit {
            // Left in the temporary folder at worst.
            try? FileManager.default.removeItem(atPath: folder)
        }

        func adopt() throws {
            try store.adopt(
                personas: [Persona(id: "main", key: 1)],
                subscriptions: [Subscription(persona: "main", address: .home(me))], filters: [], ownHandles: [],
                zone: .utc, now: Desk.start)
        }

        func read(_ numbers: Int...) throws {
            _ = try store.mark(.read, .posts(numbers.map { PostID("ap:\($0)") }), at: Desk.start)
        }

        /// What one run of the program has.
        func memory(maySend: Bool = true) -> ServerMemory {
            ServerMemory(
                store: store, factory: SourceFactory(transport: server, token: { _ in Secret("t") }),
                maySend: { _ in maySend }, now: { [clock] in clock.now },
                log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        }

        var readings: [ServerMemory.Reading] { [.init(account: me, timelines: [.home])] }

        func marks(_ moves: [MarkerMove]) -> [String] { moves.map(\.marker) }

        // What the server was told and asked.

        var marker: String? { server.content.withLock { $0.marker } }
        var sent: Int { server.asked("POST /api/v1/markers") }
    }

    /// Those that keep how far an account has read.
    private static let kinds = ServerKind.allCases.filter(\.keepsMarkers)

    @Test("what is read is sent once, and is no news afterwards", arguments: kinds)
    func sends(_ kind: ServerKind) async throws {
        let desk = try Desk(kind)
        let memory = desk.memory()
        #expect(await memory.look(desk.readings).isEmpty)
        expect(desk.marker, is: kind.id(5))
        desk.clock.pass(seconds: 600)
        #expect(await memory.look(desk.readings).isEmpty)
        await memory.send(desk.readings)
        #expect(await desk.memory().look(desk.readings).isEmpty)
        expect(desk.sent, is: 1)
        try desk.read(6)
        await memory.send(desk.readings)
        expect(desk.marker, is: kind.id(6))
        expect(desk.sent, is: 2)
    }

    @Test("without the right, or the wish, nothing is sent; the marker is followed all the same", arguments: kinds)
    func followsAlone(_ kind: ServerKind) async throws {
        let desk = try Desk(kind)
        desk.server.change { $0.marker = kind.id(7) }
        let memory = desk.memory(maySend: false)
        expect(desk.marks(await memory.look(desk.readings)), is: [kind.id(7)])
        await memory.send(desk.readings)
        expect(desk.sent, is: 0)
        expect(desk.marker, is: kind.id(7))
    }

    @Test(
        "the server's marker is never moved back, though it lets itself be, nor one in another order of ids",
        arguments: kinds)
    func forwardOnly(_ kind: ServerKind) async throws {
        for there in [kind.id(5), kind.id(8), "01M82"] {
            let desk = try Desk(kind)
            desk.server.change { $0.marker = there }
            _ = await desk.memory().look(desk.readings)
            expect(desk.sent, is: 0)
            expect(desk.marker, is: there)
        }
    }

    @Test(
        "a race that is lost is looked at again: won if still further, else left, and not for ever", arguments: kinds)
    func races(_ kind: ServerKind) async throws {
        for (rivals, marker, sent) in [([3], 5, 2), ([8], 8, 1), ([1, 2, 3, 4], 3, 3)] {
            let desk = try Desk(kind)
            desk.server.change { $0.rivals = rivals.map(kind.id) }
            _ = await desk.memory().look(desk.readings)
            expect(desk.marker, is: kind.id(marker), "\(rivals)")
            expect(desk.sent, is: sent, "\(rivals)")
        }
    }

    @Test("a marker whose answer was lost is known to be ours in the next look", arguments: kinds)
    func lostAnswer(_ kind: ServerKind) async throws {
        let desk = try Desk(kind)
        desk.server.change { $0.marker = kind.id(5) }
        #expect(await desk.memory().look(desk.readings).isEmpty)
        expect(desk.sent, is: 0)
    }

    @Test(
        "a server without markers is asked once a run; one that fails, again after a while",
        arguments: [ServerKind.pixelfed, .mastodon])
    func missing(_ kind: ServerKind) async throws {
        let desk = try Desk(kind)
        if kind.keepsMarkers { desk.server.change { $0.trouble = 500 } }
        let memory = desk.memory()
        for _ in 0..<3 {
            #expect(await memory.look(desk.readings).isEmpty)
            #expect(!memory.isDue(desk.readings))
            desk.clock.pass(seconds: 301)
        }
        await memory.send(desk.readings)
        expect(desk.sent, is: 0)
        expect(desk.server.asked("GET /api/v1/markers"), is: (kind.keepsMarkers ? 4 : 1))
    }

    @Test(
        "filters are asked for at the first look, when they changed, and seldom; a failure keeps what is there",
        arguments: ServerKind.allCases.filter { $0.filterVersion != nil })
    func filters(_ kind: ServerKind) async throws {
        let desk = try Desk(kind)
        let question = "GET /api/v\(kind.filterVersion ?? 0)/filters"
        desk.server.change { $0.hiddenPhrase = "text 9" }
        let memory = desk.memory(maySend: false)
        _ = await memory.look(desk.readings)
        #expect(try desk.store.mustAdoptServerFilters(at: Desk.start))
        try desk.adopt()
        while try !desk.store.judgeNextBatch(now: Desk.start).isDone {}
        try expect(desk.store.post(PostID("ap:9"))?.verdicts["main"], is: Verdict(.hidden, rule: "text 9 (m.example)"))
        desk.clock.pass(seconds: 3600)
        _ = await memory.look(desk.readings)
        expect(desk.server.asked(question), is: 1)
        desk.server.change { $0.trouble = 500 }
        memory.filtersChanged(of: desk.me)
        #expect(memory.isDue(desk.readings))
        _ = await memory.look(desk.readings)
        expect(desk.server.asked(question), is: 2)
        #expect(try !desk.store.mustAdoptServerFilters(at: Desk.start))
        // Not at once, but as soon as a marker is due
        desk.clock.pass(seconds: 299)
        _ = await memory.look(desk.readings)
        expect(desk.server.asked(question), is: 2)
        desk.clock.pass(seconds: 1)
        #expect(memory.isDue(desk.readings))
        _ = await memory.look(desk.readings)
        expect(desk.server.asked(question), is: 3)
        desk.server.change { $0.trouble = nil }
        desk.clock.pass(seconds: 300)
        _ = await memory.look(desk.readings)
        expect(desk.server.asked(question), is: 4)
        // When there is an answer again, seldom
        desk.clock.pass(seconds: 300)
        _ = await memory.look(desk.readings)
        expect(desk.server.asked(question), is: 4)
        desk.server.change { $0.hiddenPhrase = nil }
        desk.clock.pass(seconds: 3 * 3600)
        _ = await memory.look(desk.readings)
        #expect(try desk.store.mustAdoptServerFilters(at: Desk.start))
    }
}
