import Synchronization
import TestSupport

/// A web server on loopback that answers by rule, remembers what it was asked, and has threads of its own: tests that
/// wait for a process need a server that does not wait with them.
final class Site: Sendable {
    struct Request: Sendable {
        let method: String
        /// With the query, without the host.
        let target: String
        /// Names in lower case.
        let headers: [String: String]

        var path: String { String(target.prefix { $0 != "?" }) }

        /// A parameter of the query, as it was sent.
        subscript(name: String) -> String? {
            let query = target.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
            return query.split(separator: "&").first { $0.hasPrefix(name + "=") }.map {
                String($0.dropFirst(name.count + 1))
            }
        }
    }

    struct Answer: Sendable {
        var status = 200
        var headers: [(String, String)] = []
        var body = ""
    }

    typealias Rule = @Sendable (Request) -> Answer

    private final class Script: Sendable {
        private let content = Mutex<(rules: [String: Rule], requests: [Request])>(([:], []))

        func set(_ path: String, _ rule: @escaping Rule) { content.withLock { $0.rules[path] = rule } }

        var requests: [Request] { content.withLock { $0.requests } }

        func answer(to request: Request) -> Answer {
            let rule = content.withLock { content in
                content.requests.append(request)
                return content.rules[request.path]
            }
            return rule?(request) ?? Answer(status: 404)
        }
    }

    private let script = Script()
    private let server: RawServer

    init() throws {
        let script = self.script
        guard let server = RawServer({ Self.converse($0, script) }) else { throw NoServer() }
        self.server = server
    }

    struct NoServer: Error {}

    deinit { server.stop() }

    /// `127.0.0.1:` and the port.
    var authority: String { "127.0.0.1:\(server.port)" }

    func address(_ path: String) -> String { "http://\(authority)\(path)" }

    /// Answers a path, without its query, from now on.
    func answer(_ path: String, by rule: @escaping Rule) { script.set(path, rule) }

    /// Answers a path with a document, and with 304 where the request names its validator.
    func serve(
        _ path: String, _ body: String, type: String = "application/rss+xml", etag: String? = nil,
        lastModified: String? = nil, status: Int = 200
    ) {
        answer(path) { request in
            var headers = [("Content-Type", type)]
            if let etag { headers.append(("ETag", etag)) }
            if let lastModified { headers.append(("Last-Modified", lastModified)) }
            if let etag, request.headers["if-none-match"] == etag { return Answer(status: 304, headers: headers) }
            return Answer(status: status, headers: headers, body: body)
        }
    }

    /// What was asked of a path so far, in order; of all paths when none is named.
    func requests(_ path: String? = nil) -> [Request] {
        script.requests.filter { path == nil || $0.path == path }
    }

    private static func converse(_ connection: RawConnection, _ script: Script) {
        while let head = connection.readHead() {
            let lines = head.split(separator: "\r\n").map(String.init)
            let words = (lines.first ?? "").split(separator: " ").map(String.init)
            guard words.count == 3 else { return }
            var headers: [String: String] = [:]
            for line in lines.dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                guard parts.count == 2 else { continue }
                headers[parts[0].lowercased()] = parts[1].drop { $0 == " " }.description
            }
            let answer = script.answer(to: Request(method: words[0], target: words[1], headers: headers))
            var text = "HTTP/1.1 \(answer.status) Scripted\r\n"
            for (name, value) in answer.headers { text += "\(name): \(value)\r\n" }
            if answer.status != 304 { text += "Content-Length: \(answer.body.utf8.count)\r\n" }
            guard connection.send(text + "\r\n" + (answer.status == 304 ? "" : answer.body)) else { return }
        }
    }
}
