import Expectations
import Synchronization
import TestSupport
import Testing
import Text
import TimelineModel

@testable import Networks

/// Streams of one server by script, without a network: each piece is what one `receive` gives.
private final class FakeStreams: StreamTransport {
    typealias Answer = (status: Int, type: String, pieces: [[UInt8]])

    let userAgent = "Test"
    private let events: Answer
    /// What a bare connection gives once the handshake's request was sent; made of its head.
    private let socket: @Sendable (String) -> [[UInt8]]
    private let log = Mutex<[String]>([])

    var opened: [String] { log.withLock { $0 } }

    init(events: Answer = (404, "text/html", []), socket: @escaping @Sendable (String) -> [[UInt8]] = { _ in [] }) {
        self.events = events
        self.socket = socket
    }

    func open(_ request: HTTPRequest) async throws(FetchError) -> (head: HTTPResponse, body: any ByteStream) {
        log.withLock { $0.append("events " + request.address.text) }
        return (.to(request, events.status, ["Content-Type": events.type]), Pieces(events.pieces))
    }

    func connect(_ address: WebAddress, limits: HTTPLimits) async throws(FetchError) -> any ByteStream {
        log.withLock { $0.append("socket " + address.text) }
        return Pieces(socket)
    }
}

private final class Pieces: ByteStream {
    private let left: Mutex<[[UInt8]]>
    private let begin: @Sendable (String) -> [[UInt8]]
    private let sentBytes = Mutex<[UInt8]>([])

    var sent: [UInt8] { sentBytes.withLock { $0 } }

    init(_ pieces: [[UInt8]]) {
        left = Mutex(pieces)
        begin = { _ in [] }
    }

    init(_ begin: @escaping @Sendable (String) -> [[UInt8]]) {
        left = Mutex([])
        self.begin = begin
    }

    func receive() async throws(FetchError) -> [UInt8] {
        let piece = left.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        guard let piece else { throw FetchError(.unreachable, "over") }
        return piece
    }

    func send(_ bytes: [UInt8]) {
        sentBytes.withLock { $0 += bytes }
        let text = String(decoding: bytes, as: UTF8.self)
        if text.hasPrefix("GET ") { left.withLock { $0 = begin(text) } }
    }

    func close() {}
}

@Suite("Streams of an account")
struct StreamTests {
    private static let account = AccountName("@me@m.example")!

    static func status(_ id: Int, _ text: String = "Été 日本 👍") -> String {
        #"{"id":"\#(id)","uri":"https://m.example/s/\#(id)","created_at":"2026-11-22T21:41:10.055Z","content":"<p>\#(text)</p>","account":{"id":"1","acct":"ada","display_name":"Ada"}}"#
    }

    private static func events(_ list: [(String, String)]) -> [UInt8] {
        Array((":)\n\n" + list.map { "event: \($0.0)\ndata: \($0.1)\n\n:thump\n" }.joined()).utf8)
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    private static func messages(_ list: [(String, String)]) -> [UInt8] {
        list.flatMap { name, payload in
            StreamParsingTests.frame(
                0x81, Array(#"{"stream":["user"],"event":"\#(name)","payload":\#(quoted(payload))}"#.utf8))
        }
    }

    static func takingHandshake(_ head: String) -> [UInt8] {
        takingKey(head.split(separator: "\r\n").first { $0.hasPrefix("Sec-WebSocket-Key: ") }?.dropFirst(19) ?? "")
    }

    static func takingHandshake(_ request: Site.Request) -> [UInt8] {
        takingKey(request.headers["sec-websocket-key"] ?? "")
    }

    private static func takingKey(_ key: some StringProtocol) -> [UInt8] {
        Array(
            ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: \(WebSocketHandshake.accept(String(key)))\r\n\r\n").utf8)
    }

    private static let story = [
        ("update", status(1)), ("status.update", status(1, "edited")), ("delete", "1"),
        ("filters_changed", "undefined"),
        ("notification", "{}"), ("update", "{broken"), ("conversation", "{}"), ("update", status(2)),
    ]

    private static func kinds(_ events: [LiveEvent]) -> [String] {
        events.map { event in
            switch event {
            case .post(let item): "post \(item.sighting.entryID)"
            case .edited(let item): "edited \(item.sighting.entryID)"
            case .deleted(let id): "deleted \(id)"
            case .notification: "notification"
            case .filtersChanged: "filters"
            case .other: "other"
            case .unreadable: "unreadable"
            case .refused: "refused"
            }
        }
    }

    private static let told = [
        "post 1", "edited 1", "deleted 1", "filters", "notification", "unreadable", "other", "post 2",
    ]

    private func stream(
        _ streams: any StreamTransport, instance: String = #"{"version":"4.3"}"#, timeline: AccountTimeline = .home,
        of account: AccountName = account,
        token: Secret? = Secret("t0k"), limits: HTTPLimits = .stream
    ) -> (MastodonStream, FakeTransport) {
        let fake = FakeTransport { request, _ throws(FetchError) in .to(request, 200, [:], instance) }
        return (
            MastodonStream(
                timeline: timeline, account: account,
                client: MastodonClient(server: account.server, transport: fake, decoders: .live), streams: streams,
                token: { _ in token }, knowledge: MastodonKnowledge(), limits: limits), fake
        )
    }

    /// Everything until the stream ends, and why it ended.
    private func everything(_ connection: any LiveConnection) async -> (events: [LiveEvent], end: FetchError?) {
        var events: [LiveEvent] = []
        while true {
            do throws(FetchError) {
                events += try await connection.next()
            } catch {
                return (events, error)
            }
        }
    }

    // MARK: Cuts

    @Test func serverSentEventsAreTheSameHoweverTheyAreCut() async throws {
        let bytes = Self.events(Self.story)
        for cut in 0...bytes.count {
            let pieces = [Array(bytes[..<cut]), Array(bytes[cut...])]
            let (stream, _) = stream(FakeStreams(events: (200, "text/event-stream", pieces)))
            let events = await everything(try await stream.connect(nil).0).events
            expect(Self.kinds(events), is: Self.told, "cut at \(cut)")
        }
    }

    @Test func webSocketMessagesAreTheSameHoweverTheyAreCut() async throws {
        let bytes = Self.messages(Self.story)
        for cut in 0...bytes.count {
            let streams = FakeStreams(socket: { head in
                // The first message may come with the answer's head.
                [Self.takingHandshake(head) + bytes[..<cut], Array(bytes[cut...])]
            })
            let (stream, _) = stream(streams)
            let (connection, way) = try await stream.connect(nil)
            expect(way.kind, is: .webSocket)
            expect(Self.kinds(await everything(connection).events), is: Self.told, "cut at \(cut)")
        }
    }

    // MARK: Which way

    @Test func eventsAreTriedFirstAndWhatTurnsOutIsUsedAgain() async throws {
        let streams = FakeStreams(events: (200, "text/event-stream; charset=utf-8", []))
        let (stream, fake) = stream(
            streams, instance: #"{"configuration":{"urls":{"streaming":"wss://s.example"}},"domain":"m"}"#)
        let way = try await stream.connect(nil).1
        expect(way, is: StreamWay(kind: .serverSentEvents, base: address("https://s.example")))
        expect(StreamWay(text: way.text), is: way)
        expect(streams.opened, is: ["events https://s.example/api/v1/streaming/user"])
        expect(fake.requests.map(\.address.text), is: ["https://m.example/api/v2/instance"])
        _ = try await stream.connect(way)
        expect(fake.requests.count, is: 1)
        expect(streams.opened.count, is: 2)
    }

    @Test(
        "an answer that is no stream leads to the other kind",
        arguments: [(404, "application/json"), (405, "a"), (406, "a"), (400, "a"), (200, "text/html"), (301, "a")])
    func fallback(status: Int, type: String) async throws {
        let streams = FakeStreams(events: (status, type, []), socket: { [Self.takingHandshake($0)] })
        let way = try await stream(streams).0.connect(nil).1
        expect(way.kind, is: .webSocket)
        expect(streams.opened.last, is: "socket https://m.example/api/v1/streaming?stream=user")
    }

    @Test func aServerWithoutStreamsSaysSo() async throws {
        let streams = FakeStreams(socket: { _ in [Array("HTTP/1.1 404 Not Found\r\n\r\n".utf8)] })
        let error = await failure { () throws(FetchError) in _ = try await stream(streams).0.connect(nil) }
        expect(error?.kind, is: .notFound)
    }

    @Test(
        "trouble is no proof that there is none",
        arguments: [(401, FetchError.Kind.unauthorized), (403, .forbidden), (429, .rateLimited), (503, .serverTrouble)])
    func trouble(status: Int, kind: FetchError.Kind) async throws {
        let streams = FakeStreams(events: (status, "a", []))
        let error = await failure { () throws(FetchError) in _ = try await stream(streams).0.connect(nil) }
        expect(error?.kind, is: kind)
        expect(streams.opened.count, is: 1)
    }

    @Test func anotherHostThatWasNamedWithoutTLSGetsNothing() async throws {
        let streams = FakeStreams(events: (200, "text/event-stream", []))
        let (stream, _) = stream(streams, instance: #"{"urls":{"streaming_api":"ws://evil.example"},"uri":"m"}"#)
        try await expect(stream.connect(nil).1.base, is: address("https://m.example"))
        #expect(!streams.opened.contains { $0.contains("evil") })
    }

    @Test(
        arguments: [
            ("notifications", "user", "stream=user"), ("public", "public", "stream=public"),
            ("local", "public/local", "stream=public:local"),
            ("tag:Été", "hashtag?tag=%C3%89t%C3%A9", "stream=hashtag&tag=%C3%89t%C3%A9"),
        ])
    func furtherTimelinesHaveStreamsOfTheirOwn(timeline: String, path: String, query: String) async throws {
        let timeline = try #require(AccountTimeline(timeline))
        let streams = FakeStreams(socket: { [Self.takingHandshake($0)] })
        _ = try await stream(streams, timeline: timeline).0.connect(nil)
        expect(
            streams.opened,
            is: [
                "events https://m.example/api/v1/streaming/\(path)",
                "socket https://m.example/api/v1/streaming?\(query)",
            ])
    }

    @Test(arguments: ["bookmarks", "favourites", "tag:one two", "tag:one -two"])
    func whatNothingStreamsIsNotAsked(timeline: String) async throws {
        let timeline = try #require(AccountTimeline(timeline))
        let streams = FakeStreams()
        let error = await failure { () throws(FetchError) in
            _ = try await stream(streams, timeline: timeline).0.connect(nil)
        }
        expect(error?.kind, is: .notFound)
        #expect(streams.opened.isEmpty)
        let factory = SourceFactory(
            transport: FakeTransport { request, _ throws(FetchError) in .to(request, 404) }, streams: streams,
            token: { _ in nil })
        #expect(factory.liveSource(for: .account(Self.account, timeline)) == nil)
    }

    @Test func nobodyIsSignedIn() async {
        let streams = FakeStreams()
        let error = await failure { () throws(FetchError) in _ = try await stream(streams, token: nil).0.connect(nil) }
        expect(error?.kind, is: .unauthorized)
        #expect(streams.opened.isEmpty)
    }

    // MARK: Over real connections

    private func account(_ server: Site) throws -> AccountName {
        try #require(AccountName("@me@127.0.0.1:\(server.port)"))
    }

    private func way(_ kind: StreamWay.Kind, _ server: Site) -> StreamWay {
        StreamWay(kind: kind, base: server.webAddress(""))
    }

    @Test(.timeLimit(.minutes(10)))
    func eventsOverHTTP() async throws {
        let server = try Site { connection in
            connection.readRequest()
            connection.send(
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
            // Chunks that end in the middle of a character
            for byte in Self.events(Self.story) { connection.send([0x31, 13, 10, byte, 13, 10]) }
            connection.send("0\r\n\r\n")
            connection.waitForPeerToLeave()
        }
        let stream = stream(CurlTransport(version: "1"), of: try account(server)).0
        let (events, end) = await everything(try await stream.connect(way(.serverSentEvents, server)).0)
        expect(Self.kinds(events), is: Self.told)
        expect(end?.kind, is: .unreachable)
        let request = try #require(server.requests("/api/v1/streaming/user").first)
        expect(request.headers["authorization"], is: "Bearer t0k")
        expect(request.headers["accept-encoding"], is: "identity")
    }

    @Test(.timeLimit(.minutes(10)))
    func messagesOverWebSocket() async throws {
        let ponged = Mutex<[UInt8]>([])
        let server = try Site { connection in
            guard let head = connection.readRequest() else { return }
            connection.send(Self.takingHandshake(head))
            for byte in Self.messages(Self.story) { connection.send([byte]) }
            connection.send(StreamParsingTests.frame(0x89, Array("are you there".utf8)))
            let frame = connection.read(19) ?? []
            ponged.withLock { $0 = frame }
            connection.send(StreamParsingTests.frame(0x88, [3, 233]))
            connection.waitForPeerToLeave()
        }
        let stream = stream(CurlTransport(version: "1"), of: try account(server)).0
        let (events, end) = await everything(try await stream.connect(way(.webSocket, server)).0)
        expect(Self.kinds(events), is: Self.told)
        expect(end?.kind, is: .unreachable)
        let frame = ponged.withLock { $0 }
        expect(frame.prefix(2), is: [0x8a, 0x80 | 13])
        expect(frame.dropFirst(6).enumerated().map { $1 ^ frame[2 + $0 % 4] }, is: Array("are you there".utf8))
    }

    @Test(arguments: StreamWay.Kind.allCases)
    func aSilentStreamIsGivenUp(kind: StreamWay.Kind) async throws {
        let server = try Site { connection in
            guard let head = connection.readRequest() else { return }
            connection.send(
                kind == .webSocket
                    ? Self.takingHandshake(head)
                    : Array("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n:)\n".utf8))
            connection.waitForPeerToLeave()
        }
        var limits = HTTPLimits.stream
        limits.silence = .milliseconds(50)
        // Where many tests run at once, asking may take long.
        limits.connect = .seconds(600)
        limits.firstByte = .seconds(600)
        let stream = stream(CurlTransport(version: "1"), of: try account(server), limits: limits).0
        let end = await everything(try await stream.connect(way(kind, server)).0).end
        expect(end?.kind, is: .timedOut)
    }

    @Test(.timeLimit(.minutes(10)), arguments: StreamWay.Kind.allCases)
    func closingEndsTheWait(kind: StreamWay.Kind) async throws {
        let server = try Site { connection in
            guard let head = connection.readRequest() else { return }
            connection.send(
                kind == .webSocket
                    ? Self.takingHandshake(head)
                    : Array("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n".utf8))
            connection.waitForPeerToLeave()
        }
        let connection = try await stream(CurlTransport(version: "1"), of: try account(server)).0
            .connect(way(kind, server)).0
        async let first = failure { () throws(FetchError) in _ = try await connection.next() }
        connection.close()
        await expect(first?.kind, is: .cancelled)
        // A task that is cancelled waits no longer either
        let other = try await stream(CurlTransport(version: "1"), of: try account(server)).0
            .connect(way(kind, server)).0
        let waiting = Task { await failure { () throws(FetchError) in _ = try await other.next() } }
        waiting.cancel()
        await expect(waiting.value?.kind, is: .cancelled)
    }

    @Test(
        "what is not read stays with the server, and comes in order", .timeLimit(.minutes(10)),
        arguments: StreamWay.Kind.allCases)
    func pressure(kind: StreamWay.Kind) async throws {
        let count = 6000
        let text = String(repeating: "x", count: 1000)
        let server = try Site { connection in
            guard let head = connection.readRequest() else { return }
            if kind == .webSocket {
                connection.send(Self.takingHandshake(head))
            } else {
                connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
            }
            for number in 0..<count {
                let payload = "\(number)" + text.prefix(400)
                connection.send(
                    kind == .webSocket ? Self.messages([("delete", payload)]) : Self.events([("delete", payload)]))
            }
            connection.finishSending()
            connection.waitForPeerToLeave()
        }
        let stream = stream(CurlTransport(version: "1"), of: try account(server)).0
        let events = await everything(try await stream.connect(way(kind, server)).0).events
        let numbers = events.compactMap { event -> Int? in
            if case .deleted(let id) = event { Int(id.prefix { $0 != "x" }) } else { nil }
        }
        expect(numbers, is: Array(0..<count))
    }

    @Test("a burst waits in a pipe of a fixed size and is taken in few pieces")
    func pipe() async throws {
        let pipe = StreamPipe(host: "m.example", goOn: {}, cancel: {})
        let piece = [UInt8](repeating: 120, count: 16 << 10)
        var (left, most, times) = (1600, 0, 0)
        while left > 0 {
            while left > 0, piece.withUnsafeBufferPointer({ pipe.take($0) }) { left -= 1 }
            most = max(most, try await pipe.receive().count)
            times += 1
        }
        expect(most, is: StreamPipe.room)
        expect(times, is: 50)
    }

    @Test func aStreamOfNothingButKeepAlivesEnds() async throws {
        let address = try #require(WebAddress("https://m.example/"))
        let thumps = Array(String(repeating: ":thump\n", count: 10_000).utf8)
        let events = EventStream(Pieces(Array(repeating: thumps, count: 100)), address: address) { _ in .other }
        await #expect(throws: FetchError(.unreadable, "m.example sends a stream without events.")) {
            try await events.next()
        }
        let event = Array("data: x\n\n".utf8)
        let quiet = EventStream(
            Pieces(Array(repeating: [thumps, thumps, event], count: 100).flatMap(\.self)), address: address
        ) { _ in .other }
        for _ in 0..<100 { try await expect(quiet.next().count, is: 1) }
    }

    // MARK: Time

    @Test func onlySilenceEndsAnAnswerThatDoesNotEnd() {
        let start = ContinuousClock.now
        var clock = TransferClock(limits: .stream, remaining: .seconds(30), started: start)
        expect(clock.passed(at: start + .seconds(10)), is: .connect)
        clock.sending(at: start)
        expect(clock.passed(at: start + .seconds(15)), is: .firstByte)
        clock.received(1, at: start + .seconds(1))
        expect(clock.passed(at: start + .seconds(90)), is: nil)
        expect(clock.passed(at: start + .seconds(91)), is: .silent)
        // However long it lasts and however little comes
        for minute in 1...600 { clock.received(7, at: start + .seconds(60 * minute)) }
        expect(clock.passed(at: start + .seconds(36_089)), is: nil)
        expect(clock.passed(at: start + .seconds(36_090)), is: .silent)
        clock.rested(at: start + .seconds(36_090))
        expect(clock.next, is: start + .seconds(36_180))
    }
}
