import Dispatch
import Foundation
import Glibc
import Synchronization
import TestSupport
import TimelineModel

@testable import Networks

/// A server of one kind on loopback, with the account `camille`, and streams of its home timeline that a test writes.
final class AccountServer: Sendable {
    static let token = "tok-3n-5ecret-0123456789"

    let site: Site
    let account: PlayedAccount
    private let tap = Tap()

    var kind: ServerKind { account.kind }

    /// - Parameters:
    ///   - numbers: the entries of the home timeline.
    ///   - scopes: what a token allows; nil for one that is not known.
    init(
        _ kind: ServerKind, on site: Site? = nil, _ numbers: [Int] = [50, 40, 30, 20, 10],
        scopes: @escaping @Sendable (String) -> Scopes? = { $0 == token ? Scopes(["read", "write"]) : nil }
    ) throws {
        self.site = try site ?? Site()
        let account = PlayedAccount(kind, on: self.site.authority, numbers)
        self.account = account
        for path in PlayedAccount.paths {
            self.site.answer(path) { request in
                let token = (request.headers["authorization"] ?? "").dropFirst("Bearer ".count)
                let answer = account.answer(
                    .init(
                        method: request.method, target: request.target, body: request.body,
                        scopes: scopes(String(token))))
                return Site.Answer(status: answer.status, headers: answer.headers, body: answer.body)
            }
        }
        for path in ["/api/v1/streaming", "/api/v1/streaming/user"] {
            self.site.answer(path) { [tap] in Self.stream($0, kind, tap, scopes) }
        }
    }

    deinit { tap.close() }

    // MARK: What tests change and look at

    /// What is written while nobody listens.
    func write(_ number: Int) { account.change { $0.numbers.append(number) } }

    /// The bodies of what was sent as a reading position.
    var sentMarkers: [String] {
        site.requests("/api/v1/markers").filter { $0.method == "POST" }.map { String(decoding: $0.body, as: UTF8.self) }
    }

    /// The machine of somebody who is signed in, the home timeline in the persona `main`.
    /// - Parameter scopes: what the sign-in was told that it may do; nil for a token from elsewhere.
    func home(scopes: String? = nil, order: String = "newest") throws -> Home {
        let name = "@camille@\(site.authority)"
        let home = try Home(
            configuration: """
                [[persona]]
                name = "main"
                key = 1
                order = "\(order)"

                [[source]]
                persona = "main"
                account = "\(name)"
                timeline = "home"

                """)
        let granted = scopes.map { "scopes = \"\($0)\"\n" } ?? ""
        mkdir(home.root + "/data/perchoir", 0o700)
        try home.write(
            "[[credential]]\naccount = \"\(name)\"\ntoken = \"\(Self.token)\"\n\(granted)", to: home.credentials)
        chmod(home.credentials, 0o600)
        return home
    }

    // MARK: Streams

    struct NobodyListens: Error {}

    /// Waits until a reader listens. The deadline is generous: it fails a test, it never paces one.
    func waitForListener() throws {
        guard tap.connected.wait(timeout: .now() + 300) == .success else { throw NobodyListens() }
    }

    func breakOff() { tap.put(nil) }

    func tell(_ event: String, _ payload: String) {
        let payload = payload.replacing("\n", with: " ")
        var bytes = Array("event: \(event)\ndata: \(payload)\n\n".utf8)
        if kind.stream == .webSocket {
            let quoted = payload.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            let text = Array(#"{"stream":["user"],"event":"\#(event)","payload":"\#(quoted)"}"#.utf8)
            bytes = [0x81, 126, UInt8(text.count >> 8), UInt8(text.count & 255)] + text
            if text.count < 126 { bytes = [0x81, UInt8(text.count)] + text }
        }
        tap.put(bytes)
    }

    private static func stream(
        _ request: Site.Request, _ kind: ServerKind, _ tap: Tap, _ scopes: (String) -> Scopes?
    ) -> Site.Answer {
        let isSocket = request.path == "/api/v1/streaming"
        guard kind.stream == (isSocket ? .webSocket : .serverSentEvents) else {
            return Site.Answer(status: 404, headers: [("Content-Type", "text/html")], body: "<title>Not Found</title>")
        }
        let offered = request.headers["sec-websocket-protocol"]
        // Pleroma looks for the token in the sub-protocol, and answers that it speaks it.
        let token =
            kind == .pleroma
            ? offered : request.headers["authorization"].map { String($0.dropFirst("Bearer ".count)) }
        guard let granted = token.flatMap(scopes),
            granted.allows(Scopes(kind == .goToSocial ? ["read"] : ["read:statuses", "read:notifications"]))
        else { return Site.Answer(status: 401) }
        return .raw { connection in
            if isSocket {
                connection.send(
                    "HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + (kind == .pleroma ? "Sec-WebSocket-Protocol: \(offered ?? "")\r\n" : "")
                        + "Sec-WebSocket-Accept: "
                        + WebSocketHandshake.accept(request.headers["sec-websocket-key"] ?? "") + "\r\n\r\n")
            } else {
                connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n:)\n\n")
            }
            tap.connected.signal()
            while let bytes = tap.next() { connection.send(bytes) }
        }
    }

    /// From the test to the thread of the connection; nil ends it.
    private final class Tap: Sendable {
        let connected = DispatchSemaphore(value: 0)
        private let arrived = DispatchSemaphore(value: 0)
        private let waiting = Mutex<[[UInt8]?]>([])
        private let isClosed = Atomic(false)

        func put(_ bytes: [UInt8]?) {
            waiting.withLock { $0.append(bytes) }
            arrived.signal()
        }

        /// Ends every connection.
        func close() {
            isClosed.store(true, ordering: .releasing)
            arrived.signal()
        }

        func next() -> [UInt8]? {
            arrived.wait()
            if isClosed.load(ordering: .acquiring) {
                arrived.signal()
                return nil
            }
            return waiting.withLock { $0.removeFirst() }
        }
    }
}
