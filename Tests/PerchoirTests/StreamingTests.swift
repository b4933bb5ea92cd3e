import Cells
import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing
import TimelineModel

@testable import Networks

@Suite("Posts that are streamed", .ownThreads)
struct StreamingTests {
    private static let token = "tok-3n-5ecret"

    /// A server whose home timeline a test writes, and which streams it in one of two ways.
    private final class Streamer: Sendable {
        let site: Site
        private let kind: StreamWay.Kind
        private let ids: Mutex<[Int]>
        private let tap = Tap()

        init(_ kind: StreamWay.Kind, _ first: [Int]) throws {
            site = try Site()
            self.kind = kind
            ids = Mutex(first)
            let authority = site.authority
            site.answer("/api/v1/accounts/verify_credentials") { _ in
                Site.Answer(body: Documents.account("camille", id: 1, on: authority))
            }
            site.answer("/api/v2/instance") { _ in
                Site.Answer(body: #"{"version":"1","configuration":{"urls":{"streaming":"ws://\#(authority)"}}}"#)
            }
            site.answer("/api/v1/timelines/home") { [weak self] request in
                let since = request["since_id"].flatMap { Int($0) } ?? 0
                let bound = request["max_id"].flatMap { Int($0) } ?? .max
                let left = (self?.ids.withLock { $0 } ?? []).filter { $0 > since && $0 < bound }.sorted(by: >)
                let body = left.map { Documents.status($0, "Status \($0)", on: authority) }.joined(separator: ",")
                return Site.Answer(headers: [("Content-Type", "application/json")], body: "[\(body)]")
            }
            let tap = tap
            site.answer(kind == .webSocket ? "/api/v1/streaming" : "/api/v1/streaming/user") { request in
                guard request.headers["authorization"] == "Bearer \(StreamingTests.token)" else {
                    return Site.Answer(status: 401)
                }
                return .raw { connection in
                    if kind == .webSocket {
                        connection.send(
                            "HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                + "Sec-WebSocket-Accept: "
                                + WebSocketHandshake.accept(request.headers["sec-websocket-key"] ?? "") + "\r\n\r\n")
                    } else {
                        connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n:)\n\n")
                    }
                    tap.connected.signal()
                    while let bytes = tap.next() { connection.send(bytes) }
                }
            }
        }

        deinit { tap.put(nil) }

        /// Waits until a reader listens.
        func waitForListener() { tap.connected.wait() }

        func tell(_ event: String, _ payload: String) {
            let payload = payload.replacing("\n", with: " ")
            var bytes = Array("event: \(event)\ndata: \(payload)\n\n".utf8)
            if kind == .webSocket {
                let quoted = payload.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
                let text = Array(#"{"stream":["user"],"event":"\#(event)","payload":"\#(quoted)"}"#.utf8)
                bytes = [0x81, 126, UInt8(text.count >> 8), UInt8(text.count & 255)] + text
                if text.count < 126 { bytes = [0x81, UInt8(text.count)] + text }
            }
            tap.put(bytes)
        }

        func status(_ id: Int, _ text: String? = nil, edited: String = "null") -> String {
            Documents.status(id, text ?? "Status \(id)", on: site.authority)
                .replacing("\"edited_at\":null", with: "\"edited_at\":\(edited)")
        }

        /// What is written while nobody listens.
        func write(_ id: Int) { ids.withLock { $0.append(id) } }

        func breakOff() { tap.put(nil) }
    }

    /// From the test to the thread of the connection; nil ends it.
    private final class Tap: Sendable {
        let connected = DispatchSemaphore(value: 0)
        private let arrived = DispatchSemaphore(value: 0)
        private let waiting = Mutex<[[UInt8]?]>([])

        func put(_ bytes: [UInt8]?) {
            waiting.withLock { $0.append(bytes) }
            arrived.signal()
        }

        func next() -> [UInt8]? {
            arrived.wait()
            return waiting.withLock { $0.removeFirst() }
        }
    }

    private func home(_ streamer: Streamer, order: String) throws -> Home {
        let home = try Home(configuration: "[[persona]]\nname = \"main\"\nkey = 1\norder = \"\(order)\"\n")
        let file = try home.file("token", Self.token + "\n")
        chmod(file, 0o600)
        let added = try home.run("account", "add", streamer.site.authority, "--persona", "main", "--token-file", file)
        #expect(added.status == 0, "\(added.error)")
        unlink(file)
        return home
    }

    @Test("appear, change and go without a key; after a break nothing is missing", arguments: StreamWay.Kind.allCases)
    func streamed(kind: StreamWay.Kind) throws {
        let streamer = try Streamer(kind, [10, 11])
        let home = try home(streamer, order: "oldest")
        let terminal = try home.terminal(size: Size(width: 120, height: 40))
        streamer.waitForListener()
        try terminal.wait(for: "live in the header") { $0.rows[0].contains("live") && $0.text.contains("Status 11") }
        // When a post is written
        streamer.tell("update", streamer.status(20))
        try terminal.wait(forText: "Status 20")
        try terminal.waitForCount("1 main", 3)
        // And changed, and taken back
        streamer.tell("status.update", streamer.status(20, "Status changed", edited: "\"2026-11-22T21:41:10.138Z\""))
        try terminal.wait(forText: "Status changed")
        streamer.tell("delete", "20")
        try terminal.wait(for: "the post to go") { !$0.text.contains("Status changed") }
        try terminal.waitForCount("1 main", 2)
        // And when the stream breaks and something is written meanwhile
        streamer.write(30)
        streamer.breakOff()
        streamer.waitForListener()
        try terminal.wait(forText: "Status 30")
        streamer.tell("update", streamer.status(31))
        try terminal.wait(forText: "Status 31")
        terminal.type("Q")
        #expect(try terminal.waitForEnd() == .exited(0))
        #expect(home.files(containing: Self.token) == ["data/perchoir/credentials.toml"])
        #expect(streamer.site.requests().allSatisfy { !$0.target.contains(Self.token) })
    }

    @Test("do not move what the reader looks at")
    func still() throws {
        let streamer = try Streamer(.serverSentEvents, Array(100...160))
        let home = try home(streamer, order: "newest")
        let terminal = try home.terminal(size: Size(width: 80, height: 24))
        streamer.waitForListener()
        try terminal.wait(for: "live in the header") { $0.rows[0].contains("live") && $0.text.contains("Status 160") }
        try terminal.type("j", then: "the second post") { _ in terminal.selectedRow != nil }
        try terminal.wait(forText: "/@lea/159")
        try terminal.settle()
        let before = terminal.screen.rows[2...20].joined(separator: "\n")
        streamer.tell("update", streamer.status(200))
        try terminal.wait(for: "the new post to be counted") { $0.rows[0].contains("↑1") }
        #expect(terminal.screen.rows[2...20].joined(separator: "\n") == before)
        terminal.type("gg")
        try terminal.wait(forText: "Status 200")
    }
}
