import Expectations
import TestSupport
import Testing
import TimelineModel

@testable import Networks

@Suite("Streams cut anywhere")
struct StreamParsingTests {
    // MARK: Server-sent events

    private static let mastodon = """
        :)

        event: update
        data: {"id":"1","content":"<p>Été 日本 👍</p>"}

        :thump
        event: delete
        data: 116

        event: filters_changed
        data: undefined

        """ + "\n"

    private func events(_ pieces: [ArraySlice<UInt8>], limit: Int = 1 << 20) -> [ServerSentEvents.Found] {
        var parser = ServerSentEvents(limit: limit)
        return pieces.flatMap { parser.take($0) }
    }

    private func whole(_ text: String, limit: Int = 1 << 20) -> [ServerSentEvents.Found] {
        events([Array(text.utf8)[...]], limit: limit)
    }

    @Test func mastodonsStreamIsRead() {
        expect(
            whole(Self.mastodon),
            is: [
                .event(.init(name: "update", data: Array(#"{"id":"1","content":"<p>Été 日本 👍</p>"}"#.utf8))),
                .event(.init(name: "delete", data: Array("116".utf8))),
                .event(.init(name: "filters_changed", data: Array("undefined".utf8))),
            ])
    }

    @Test(
        "a line may end in three ways",
        arguments: ["\n", "\r\n", "\r"])
    func lineEnds(end: String) {
        let text = Self.mastodon.replacing("\n", with: end)
        expect(whole(text + end), is: whole(Self.mastodon))
    }

    @Test(arguments: ["\n", "\r\n", "\r"])
    func everyCutGivesTheSameEvents(end: String) {
        let bytes = Array(("\u{FEFF}" + Self.mastodon + Self.mastodon).replacing("\n", with: end).utf8)
        let expected = events([bytes[...]])
        expect(expected.count, is: 6)
        for cut in 0...bytes.count { expect(events([bytes[..<cut], bytes[cut...]]), is: expected) }
        expect(events(bytes.indices.map { bytes[$0...$0] }), is: expected)
    }

    @Test(
        "what the standard says of odd lines",
        arguments: [
            ("data\n\n", [("message", "")]), ("data: a\ndata:b\n\n", [("message", "a\nb")]),
            ("data:  a\n\n", [("message", " a")]), ("event: x\nevent: y\ndata: 1\n\n", [("y", "1")]),
            ("id: 4\nretry: 10\nother: z\n\n", []), ("data: cut off", []), (": data: comment\n\n", []),
            ("\n\n\n", []), ("event: filters_changed\n\n", [("filters_changed", "")]),
            (" data: not a field\n\n", []),
        ] as [(String, [(String, String)])])
    func oddLines(text: String, expected: [(String, String)]) {
        expect(whole(text), is: expected.map { .event(.init(name: $0.0, data: Array($0.1.utf8))) })
    }

    @Test func whatIsTooLongCostsItselfAlone() {
        let next = "event: delete\ndata: 2\n\n"
        let expected: [ServerSentEvents.Found] = [.tooLong, .event(.init(name: "delete", data: [50]))]
        // A line, many lines of one event, a comment
        expect(whole("data: " + String(repeating: "x", count: 100) + "\n\n" + next, limit: 64), is: expected)
        expect(whole(String(repeating: "data: 0123456789\n", count: 10) + "\n" + next, limit: 64), is: expected)
        expect(whole(":" + String(repeating: "x", count: 100) + "\n" + next, limit: 64).count, is: 1)
    }

    // MARK: WebSocket

    /// A frame as a server sends it.
    static func frame(_ first: UInt8, _ payload: [UInt8], lengthBytes: Int? = nil) -> [UInt8] {
        let count = payload.count
        switch lengthBytes ?? (count < 126 ? 0 : count < 65536 ? 2 : 8) {
        case 0: return [first, UInt8(count)] + payload
        case 2: return [first, 126, UInt8(count >> 8), UInt8(count & 255)] + payload
        default: return [first, 127] + withUnsafeBytes(of: UInt64(count).bigEndian, Array.init) + payload
        }
    }

    private func found(_ pieces: [ArraySlice<UInt8>], limit: Int = 1 << 20) -> [WebSocketFrames.Found] {
        var frames = WebSocketFrames(limit: limit)
        return pieces.flatMap { frames.take($0) }
    }

    private static let conversation: [UInt8] =
        frame(0x81, Array("hello é".utf8)) + frame(0x89, [1, 2]) + frame(0x01, [0xe6, 0x97])
        + frame(0x89, []) + frame(0x00, [0xa5]) + frame(0x8a, []) + frame(0x80, []) + frame(0x82, [0xff])
        + frame(0x81, [UInt8](repeating: 97, count: 200)) + frame(0x81, [UInt8](repeating: 98, count: 70_000))
        + frame(0x88, [3, 232])

    @Test func everyCutGivesTheSameMessages() {
        let expected: [WebSocketFrames.Found] = [
            .text(Array("hello é".utf8)), .ping([1, 2]), .ping([]), .pong, .text(Array("日".utf8)), .binary([0xff]),
            .text([UInt8](repeating: 97, count: 200)), .text([UInt8](repeating: 98, count: 70_000)), .close(code: 1000),
        ]
        let bytes = Self.conversation
        expect(found([bytes[...]]), is: expected)
        // The long message is the same byte again and again: its ends are enough.
        for cut in Array(0...400) + Array((bytes.count - 80)...bytes.count) {
            expect(found([bytes[..<cut], bytes[cut...]]), is: expected, "cut at \(cut)")
        }
        let short = Array(bytes[..<300])
        expect(found(short.indices.map { short[$0...$0] }), is: found([short[...]]))
    }

    @Test(arguments: 0..<50)
    func randomCutsGiveTheSame(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        // Given frames of which some are spoiled
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            let payload = (0..<Int.random(in: 0...130, using: &random)).map { _ in
                UInt8.random(in: 32...126, using: &random)
            }
            let first: UInt8 = [0x81, 0x01, 0x80, 0x89, 0x82, 0x8a].randomElement(using: &random) ?? 0x81
            bytes += Self.frame(first, first >= 0x88 ? Array(payload.prefix(125)) : payload)
        }
        let spoiled = Int.random(in: bytes.indices, using: &random)
        if Bool.random(using: &random) { bytes[spoiled] ^= 0x80 }
        // When they come in any pieces, then the same is found
        let expected = found([bytes[...]], limit: 300)
        for _ in 0..<20 {
            let cuts = (0..<4).map { _ in Int.random(in: 0...bytes.count, using: &random) }.sorted()
            let pieces = zip([0] + cuts, cuts + [bytes.count]).map { bytes[$0..<$1] }
            expect(found(pieces, limit: 300), is: expected)
        }
    }

    @Test(
        "a server that breaks the protocol",
        arguments: [
            ([0x81, 0x81, 0, 0, 0, 0, 97], .masked), ([0xc1, 0], .reservedBits), ([0x83, 0], .unknownOpcode),
            ([0x8b, 0], .unknownOpcode), ([0x09, 0], .fragmentedControl), ([0x89, 126, 0, 126], .longControl),
            ([0x80, 0], .nothingToContinue), ([0x01, 1, 97, 0x81, 0], .unfinished),
            ([0x81, 126, 0, 125], .badLength), ([0x81, 127, 0, 0, 0, 0, 0, 0, 0xff, 0xff], .badLength),
            ([0x81, 127, 0x80, 0, 0, 0, 0, 1, 0, 0], .badLength), ([0x81, 127, 0, 0, 0, 1, 0, 0, 0, 0], .tooLong),
            ([0x81, 2, 0xc3, 0x28], .badText), ([0x88, 1, 3], .badClose), ([0x88, 2, 3, 0xed], .badClose),
            ([0x88, 2, 0, 0], .badClose), ([0x88, 3, 3, 0xe8, 0xff], .badClose),
        ] as [([UInt8], WebSocketFrames.Fault)])
    func faults(bytes: [UInt8], fault: WebSocketFrames.Fault) {
        // What came before counts, what comes after does not
        let all = Self.frame(0x89, [7]) + bytes + Self.frame(0x81, [97])
        expect(found([all[...]]), is: [.ping([7]), .fault(fault)])
        expect(found(all.indices.map { all[$0...$0] }), is: [.ping([7]), .fault(fault)])
    }

    @Test func fragmentsTogetherKeepToTheLimit() {
        let bytes =
            Self.frame(0x01, [UInt8](repeating: 97, count: 60)) + Self.frame(0x80, [UInt8](repeating: 97, count: 5))
        expect(found([bytes[...]], limit: 65), is: [.text([UInt8](repeating: 97, count: 65))])
        expect(found([bytes[...]], limit: 64), is: [.fault(.tooLong)])
    }

    @Test(arguments: [0, 1, 125, 126, 65535, 65536])
    func whatIsSentIsMasked(count: Int) {
        let payload = (0..<count).map { UInt8($0 & 255) }
        let bytes = WebSocketFrames.frame(.pong, payload, mask: 0x0102_0304)
        let head = count < 126 ? 2 : count < 65536 ? 4 : 10
        expect(bytes[0], is: 0x8a)
        #expect(bytes[1] & 0x80 != 0)
        expect(Array(bytes[head..<(head + 4)]), is: [1, 2, 3, 4])
        expect(bytes[(head + 4)...].enumerated().map { $1 ^ [1, 2, 3, 4][$0 % 4] }, is: payload)
    }

    // MARK: The handshake

    @Test func theKeyIsAnsweredAsTheStandardsExampleIs() {
        // RFC 6455 section 1.3; RFC 4648 section 10; FIPS 180 examples
        expect(WebSocketHandshake.accept("dGhlIHNhbXBsZSBub25jZQ=="), is: "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        expect(Base64.encode(Array("the sample nonce".utf8)), is: "dGhlIHNhbXBsZSBub25jZQ==")
        expect(["", "f", "fo", "foo"].map { Base64.encode(Array($0.utf8)) }, is: ["", "Zg==", "Zm8=", "Zm9v"])
        let long = SHA1.digest([UInt8](repeating: 97, count: 1000)).map {
            String($0 >> 4, radix: 16) + String($0 & 15, radix: 16)
        }
        expect(long.joined(), is: "291e9a6c66994949b57ba5e650361e98fc36b1ba")
    }

    private let handshake = WebSocketHandshake(nonce: Array("the sample nonce".utf8), token: Secret("t0k"))

    private func answer(_ changes: [String: String?] = [:]) -> HTTPHeaders {
        var fields: [String: String] = [
            "Upgrade": "WebSocket", "Connection": "keep-alive, upgrade",
            "Sec-WebSocket-Accept": "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
        ]
        for (name, value) in changes { fields[name] = value }
        var headers = HTTPHeaders()
        for (name, value) in fields { headers.add(name, value) }
        return headers
    }

    @Test func onlyTheRightAnswerIsTaken() {
        #expect(handshake.accepts(answer()))
        #expect(handshake.accepts(answer(["Sec-WebSocket-Protocol": "t0k"])))
        for wrong in [
            ["Upgrade": nil], ["Upgrade": "h2c"], ["Connection": "close"], ["Sec-WebSocket-Accept": "AAAA"],
            ["Sec-WebSocket-Accept": nil], ["Sec-WebSocket-Extensions": "permessage-deflate"],
            ["Sec-WebSocket-Protocol": "chat"],
        ] as [[String: String?]] {
            #expect(!handshake.accepts(answer(wrong)), "\(wrong)")
        }
    }

    @Test func theRequestSaysWhatItMust() {
        let bytes = handshake.request(
            address("https://m.example:8443/api/v1/streaming?stream=user"), token: Secret("t0k"), userAgent: "P")
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
        expect(lines.first, is: "GET /api/v1/streaming?stream=user HTTP/1.1")
        #expect(lines.contains("Host: m.example:8443") && lines.contains("Authorization: Bearer t0k"))
        #expect(lines.contains("Sec-WebSocket-Protocol: t0k"))
        expect(lines.suffix(2), is: ["", ""])
        // A token that cannot stand there is sent once only.
        let odd = WebSocketHandshake(nonce: [1], token: Secret("a=b"))
        #expect(
            !String(decoding: odd.request(address("http://h/"), token: Secret("a=b"), userAgent: "P"), as: UTF8.self)
                .contains("Protocol"))
        expect(
            ["https://h", "https://h?a", "https://h/b#c", "https://h:1/"].map { address($0).requestTarget },
            is: [
                "/", "/?a", "/b", "/",
            ])
    }

    @Test func anAnswersHeadMayBeCutAnywhere() throws {
        let bytes = Array("HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nA:  b \r\n\r\n\r\nrest".utf8)
        for cut in 0...bytes.count {
            var head = AnswerHead(limit: 1000)
            var rest = try head.take(Array(bytes[..<cut]))
            if rest != nil { rest? += bytes[cut...] } else { rest = try head.take(Array(bytes[cut...])) }
            expect(rest, is: Array("\r\nrest".utf8))
            expect(head.status, is: 101)
            expect(head.headers["a"], is: "b")
        }
        for broken in [
            "SSH-2.0-x\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 xyz\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        ] {
            #expect(throws: AnswerHead.Malformed.self) {
                var head = AnswerHead(limit: 1000)
                _ = try head.take(Array(broken.utf8))
            }
        }
        #expect(throws: AnswerHead.Malformed.self) {
            var head = AnswerHead(limit: 100)
            _ = try head.take(Array(("HTTP/1.1 200 OK\r\n" + String(repeating: "a", count: 200)).utf8))
        }
    }

    // MARK: Where the token may go

    @Test(
        arguments: [
            (
                "https://m.example", "wss://stream.example", "https://m.example/api/v2/instance",
                "https://stream.example"
            ),
            ("https://m.example", "wss://stream.example/", "https://m.example/x", "https://stream.example"),
            ("https://m.example", "wss://s.example/x/api/v1/streaming", "https://m.example/x", "https://s.example/x"),
            ("https://m.example", "ws://stream.example", "https://m.example/x", nil),
            ("https://m.example", "wss://s@evil.example", "https://m.example/x", nil),
            ("https://m.example", "gopher://m.example", "https://m.example/x", nil),
            ("http://127.0.0.1:1", "ws://127.0.0.1:2", "http://127.0.0.1:1/x", "http://127.0.0.1:2"),
            ("http://127.0.0.1:1", "ws://m.example", "http://127.0.0.1:1/x", nil),
            ("http://127.0.0.1:1", "wss://m.example", "http://127.0.0.1:1/x", nil),
        ] as [(String, String, String, String?)])
    func tokenGoes(server: String, named: String, document: String, base: String?) throws {
        let server = try #require(Server(server))
        expect(MastodonStream.trusted(named, of: server, from: address(document))?.text, is: base)
    }
}
