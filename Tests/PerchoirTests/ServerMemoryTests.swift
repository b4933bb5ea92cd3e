import Foundation
import Logging
import Networks
import Store
import Synchronization
import Testing
import Text
import TimelineModel

@testable import perchoir

@Suite("In step with the servers of accounts")
struct ServerMemoryTests {
    /// A server that keeps a marker and filters, or refuses to.
    private final class Server: HTTPTransport {
        struct Content {
            /// Nil: it has none.
            var marker: String?
            var hasMarkers = true
            var filters = "[]"
            var status = 200
            /// Programs that set the marker just before this one does: the first of them each time.
            var rivals: [String] = []
            var log: [String] = []
        }

        let content = Mutex(Content())

        func send(_ request: HTTPRequest) async throws(FetchError) -> HTTPResponse {
            let (status, body) = content.withLock { content -> (Int, String) in
                let isMarker = request.address.text.contains("/v1/markers")
                content.log.append(request.method.rawValue + (isMarker ? " marker" : " filters"))
                guard content.status == 200 else { return (content.status, "{}") }
                guard isMarker else { return (200, content.filters) }
                guard content.hasMarkers else { return (200, "[]") }
                if request.method == .post {
                    if !content.rivals.isEmpty {
                        content.marker = content.rivals.removeFirst()
                        return (409, #"{"error":"Conflict"}"#)
                    }
                    let sent = String(decoding: request.body ?? [], as: UTF8.self)
                    content.marker = sent.split(separator: "=").last.map(String.init)
                }
                return (200, content.marker.map { #"{"home":{"last_read_id":"\#($0)"}}"# } ?? "{}")
            }
            return HTTPResponse(
                status: status, body: Array(body.utf8), finalAddress: request.address,
                receivedAt: Timestamp(seconds: 0))
        }

        var marker: String? { content.withLock { $0.marker } }
        var sent: Int { content.withLock { $0.log.count { $0 == "POST marker" } } }
        func asked(_ what: String) -> Int { content.withLock { $0.log.count { $0 == what } } }
    }

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
        let server = Server()
        let clock = Clock()
        let store: PostStore
        private let folder = NSTemporaryDirectory() + "perchoir-" + UUID().uuidString

        init() throws {
            store = try PostStore.open(at: folder + "/perchoir.sqlite", now: Desk.start).store
            try adopt()
            var page = Page()
            page.items = (1...9).reversed().map { number in
                let post = Post(
                    id: PostID("ap:\(number)"), remoteID: "\(number)", network: .mastodon, kind: .post,
                    author: Author(name: "Ana"), body: RichText(plain: "text \(number)"),
                    published: Desk.start.adding(seconds: Int64(number - 100)))
                return PageItem(post: post, sighting: Sighting(entryID: "\(number)"))
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
    }

    @Test("what is read is sent once, and is no news afterwards")
    func sends() async throws {
        let desk = try Desk()
        let memory = desk.memory()
        #expect(await memory.look(desk.readings).isEmpty)
        #expect(desk.server.marker == "5")
        desk.clock.pass(seconds: 600)
        #expect(await memory.look(desk.readings).isEmpty)
        await memory.send(desk.readings)
        #expect(await desk.memory().look(desk.readings).isEmpty)
        #expect(desk.server.sent == 1)
        try desk.read(6)
        await memory.send(desk.readings)
        #expect(desk.server.marker == "6" && desk.server.sent == 2)
    }

    @Test("without the right, or the wish, nothing is sent; the marker is followed all the same")
    func followsAlone() async throws {
        let desk = try Desk()
        desk.server.content.withLock { $0.marker = "7" }
        let memory = desk.memory(maySend: false)
        #expect(desk.marks(await memory.look(desk.readings)) == ["7"])
        await memory.send(desk.readings)
        #expect(desk.server.sent == 0 && desk.server.marker == "7")
    }

    @Test("the server's marker is never moved back, nor one in another order of ids", arguments: ["5", "8", "01M82"])
    func forwardOnly(_ there: String) async throws {
        let desk = try Desk()
        desk.server.content.withLock { $0.marker = there }
        _ = await desk.memory().look(desk.readings)
        #expect(desk.server.sent == 0 && desk.server.marker == there)
    }

    @Test("a race that is lost is looked at again: won if still further, else left, and not for ever")
    func races() async throws {
        for (rivals, marker, sent) in [(["3"], "5", 2), (["8"], "8", 1), (["1", "2", "3", "4"], "3", 3)] {
            let desk = try Desk()
            desk.server.content.withLock { $0.rivals = rivals }
            _ = await desk.memory().look(desk.readings)
            #expect(desk.server.marker == marker && desk.server.sent == sent, "\(rivals)")
        }
    }

    @Test("a marker whose answer was lost is known to be ours in the next look")
    func lostAnswer() async throws {
        let desk = try Desk()
        desk.server.content.withLock { $0.marker = "5" }
        #expect(await desk.memory().look(desk.readings).isEmpty)
        #expect(desk.server.sent == 0)
    }

    @Test(
        "a server without markers is asked once a run; one that fails, again after a while", arguments: [true, false])
    func missing(_ hasMarkers: Bool) async throws {
        let desk = try Desk()
        desk.server.content.withLock {
            $0.hasMarkers = hasMarkers
            if hasMarkers { $0.status = 500 }
        }
        let memory = desk.memory()
        for _ in 0..<3 {
            #expect(await memory.look(desk.readings).isEmpty)
            #expect(!memory.isDue(desk.readings))
            desk.clock.pass(seconds: 301)
        }
        await memory.send(desk.readings)
        #expect(desk.server.sent == 0)
        #expect(desk.server.asked("GET marker") == (hasMarkers ? 4 : 1))
    }

    @Test("filters are asked for at the first look, when they changed, and seldom; a failure keeps what is there")
    func filters() async throws {
        let desk = try Desk()
        let filter = #"[{"title":"no 9","context":["home"],"keywords":[{"keyword":"text 9","whole_word":true}]}]"#
        desk.server.content.withLock { $0.filters = filter }
        let memory = desk.memory(maySend: false)
        _ = await memory.look(desk.readings)
        #expect(try desk.store.mustAdoptServerFilters(at: Desk.start))
        try desk.adopt()
        while try !desk.store.judgeNextBatch(now: Desk.start).isDone {}
        #expect(
            try desk.store.post(PostID("ap:9"))?.verdicts["main"] == Verdict(.folded, rule: "no 9 (m.example)"))
        desk.clock.pass(seconds: 3600)
        _ = await memory.look(desk.readings)
        #expect(desk.server.asked("GET filters") == 1)
        desk.server.content.withLock { $0.status = 500 }
        memory.filtersChanged(of: desk.me)
        #expect(memory.isDue(desk.readings))
        _ = await memory.look(desk.readings)
        #expect(desk.server.asked("GET filters") == 2)
        #expect(try !desk.store.mustAdoptServerFilters(at: Desk.start))
        desk.server.content.withLock { ($0.status, $0.filters) = (200, "[]") }
        desk.clock.pass(seconds: 3 * 3600)
        _ = await memory.look(desk.readings)
        #expect(try desk.store.mustAdoptServerFilters(at: Desk.start))
    }
}
