import Synchronization
import Text
import TimelineModel

/// A stream of server-sent events as live events.
final class EventStream: LiveConnection {
    private let bytes: any ByteStream
    private let decode: @Sendable (ServerSentEvents.Event) -> LiveEvent
    private let address: WebAddress
    private let state = Mutex((parser: ServerSentEvents(), noise: StreamNoise()))

    init(
        _ bytes: any ByteStream, address: WebAddress, decode: @escaping @Sendable (ServerSentEvents.Event) -> LiveEvent
    ) {
        self.bytes = bytes
        self.address = address
        self.decode = decode
    }

    func next() async throws(FetchError) -> [LiveEvent] {
        while true {
            let received = try await bytes.receive()
            let (found, isNoise) = state.withLock { state in
                let found = state.parser.take(received)
                return (found, state.noise.isTooMuch(received.count, isHeard: !found.isEmpty))
            }
            if isNoise { throw FetchError.noise(address.shownHost) }
            // Keep-alives are comments: they end here.
            guard !found.isEmpty else { continue }
            return found.map { found in
                switch found {
                case .event(let event): decode(event)
                case .tooLong: .unreadable("an event was too long")
                }
            }
        }
    }

    func close() { bytes.close() }
}

/// Bytes of a stream between two events. Keep-alives are a few a minute; what sends nothing else for megabytes would keep
/// a processor busy for as long as its server likes.
private struct StreamNoise {
    private static let most = 4 << 20
    private var bytes = 0

    mutating func isTooMuch(_ received: Int, isHeard: Bool) -> Bool {
        bytes = isHeard ? 0 : bytes + received
        return bytes > Self.most
    }
}

extension FetchError {
    fileprivate static func noise(_ host: SafeText) -> FetchError {
        FetchError(.unreadable, "\(host) sends a stream without events.")
    }
}

/// The messages of a WebSocket as live events. Answers pings and closes as the protocol wants it.
final class WebSocketStream: LiveConnection {
    private struct State {
        var frames = WebSocketFrames()
        var noise = StreamNoise()
        /// What came behind the answer's head.
        var ahead: [UInt8] = []
        var end: FetchError?
    }

    private let bytes: any ByteStream
    private let address: WebAddress
    private let decode: @Sendable ([UInt8]) -> LiveEvent
    private let state: Mutex<State>

    private init(
        _ bytes: any ByteStream, ahead: [UInt8], address: WebAddress, decode: @escaping @Sendable ([UInt8]) -> LiveEvent
    ) {
        self.bytes = bytes
        self.address = address
        self.decode = decode
        state = Mutex(State(ahead: ahead))
    }

    /// Connects and shakes hands.
    /// - Throws: `FetchError` with the status of an answer that is no 101.
    static func open(
        _ address: WebAddress, over transport: any StreamTransport, limits: HTTPLimits, token: Secret?,
        decode: @escaping @Sendable ([UInt8]) -> LiveEvent
    ) async throws(FetchError) -> WebSocketStream {
        let bytes = try await transport.connect(address, limits: limits)
        do throws(FetchError) {
            let nonce = (0..<16).map { _ in UInt8.random(in: 0...255) }
            let handshake = WebSocketHandshake(nonce: nonce, token: token)
            bytes.send(handshake.request(address, token: token, userAgent: transport.userAgent))
            var head = AnswerHead(limit: limits.headBytes)
            var ahead: [UInt8]?
            while ahead == nil {
                let received = try await bytes.receive()
                do throws(AnswerHead.Malformed) {
                    ahead = try head.take(received)
                } catch {
                    throw FetchError.malformed(address.shownHost)
                }
            }
            guard head.status == 101 else {
                let answer = HTTPResponse(
                    status: head.status, headers: head.headers, finalAddress: address, receivedAt: .now())
                throw FetchError.refusal(of: answer)
                    ?? FetchError(.refused, "\(address.shownHost) opens no WebSocket.", status: head.status)
            }
            guard handshake.accepts(head.headers) else {
                throw FetchError(.refused, "\(address.shownHost) opens no WebSocket that can be trusted.", status: 101)
            }
            return WebSocketStream(bytes, ahead: ahead ?? [], address: address, decode: decode)
        } catch {
            bytes.close()
            throw error
        }
    }

    func next() async throws(FetchError) -> [LiveEvent] {
        while true {
            let (ahead, end) = state.withLock { state in
                defer { state.ahead = [] }
                return (state.ahead, state.end)
            }
            if let end { throw end }
            let received = ahead.isEmpty ? try await bytes.receive() : ahead
            let events = state.withLock { $0.frames.take(received) }.compactMap(answer)
            if !events.isEmpty {
                _ = state.withLock { $0.noise.isTooMuch(received.count, isHeard: true) }
                return events
            }
            let isNoise = state.withLock { $0.noise.isTooMuch(received.count, isHeard: false) }
            if isNoise { throw FetchError.noise(address.shownHost) }
        }
    }

    /// What the program is told of a frame; nil for what the protocol needs for itself.
    private func answer(_ found: WebSocketFrames.Found) -> LiveEvent? {
        switch found {
        case .text(let message): return decode(message)
        case .binary: return .other
        case .ping(let payload): bytes.send(WebSocketFrames.frame(.pong, payload, mask: Self.mask()))
        case .pong: break
        case .close(let code):
            bytes.send(WebSocketFrames.close(code ?? 1000, mask: Self.mask()))
            end(.cutOff(address.shownHost))
        case .fault(let fault):
            bytes.send(WebSocketFrames.close(fault.closeCode, mask: Self.mask()))
            end(FetchError(.unreadable, "\(address.shownHost) does not keep to the WebSocket protocol."))
        }
        return nil
    }

    private func end(_ error: FetchError) { state.withLock { $0.end = error } }

    private static func mask() -> UInt32 { .random(in: 0...UInt32.max) }

    func close() {
        bytes.send(WebSocketFrames.close(1000, mask: Self.mask()))
        bytes.close()
    }
}

/// The head of an HTTP/1.1 answer on a bare connection.
/// Source: RFC 9112 section 4.
struct AnswerHead {
    struct Malformed: Error {}

    let limit: Int
    private(set) var status = 0
    private(set) var headers = HTTPHeaders()
    private var bytes: [UInt8] = []

    init(limit: Int) { self.limit = limit }

    /// Takes bytes as they came; when the head is complete, returns those behind it.
    mutating func take(_ more: [UInt8]) throws(Malformed) -> [UInt8]? {
        // The end of the head may be cut between the pieces.
        let from = max(0, bytes.count - 3)
        bytes += more
        let end = bytes.indices.dropFirst(from).first { bytes[$0...].starts(with: [13, 10, 13, 10]) }
        guard let end else {
            guard bytes.count <= limit, bytes.prefix(5).elementsEqual("HTTP/".utf8.prefix(bytes.count)) else {
                throw Malformed()
            }
            return nil
        }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ", maxSplits: 2) ?? []
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), words[1].utf8.count == 3,
            let status = HTTPDate.digits(String(words[1]))
        else { throw Malformed() }
        self.status = status
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { throw Malformed() }
            headers.add(
                String(line[..<colon]).trimmingASCIIWhitespace,
                String(line[line.index(after: colon)...]).trimmingASCIIWhitespace)
        }
        return Array(bytes[(end + 4)...])
    }
}
