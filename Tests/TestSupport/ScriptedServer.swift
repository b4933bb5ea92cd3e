import FlyingFox
import FlyingSocks
import Foundation
import Synchronization
public import TimelineModel

/// A web server on loopback that answers by script and remembers what it was asked.
///
///     try await ScriptedServer.run { server in
///         server.answer("/feed", .init(headers: [("ETag", "\"1\"")], body: "<rss/>"))
///         ... server.address("/feed") ... server.requests("/feed") ...
///     }
public final class ScriptedServer: Sendable {
    public struct Answer: Sendable {
        public var status: Int
        public var headers: [(String, String)]
        public var body: [UInt8]

        public init(_ status: Int = 200, headers: [(String, String)] = [], body: [UInt8]) {
            self.status = status
            self.headers = headers
            self.body = body
        }

        public init(_ status: Int = 200, headers: [(String, String)] = [], body: String = "") {
            self.init(status, headers: headers, body: Array(body.utf8))
        }
    }

    public struct Request: Sendable {
        public let method: String
        /// With the query, without the host.
        public let target: String
        /// Names in lower case.
        public let headers: [String: String]
        public let body: [UInt8]
    }

    private struct Script {
        var answers: [String: [Answer]] = [:]
        var requests: [Request] = []
        var port = 0
    }

    public let host: String
    private let script = Mutex(Script())

    private init(host: String) {
        self.host = host
    }

    public var port: Int { script.withLock { $0.port } }

    /// Runs a server while `body` runs.
    /// - Parameter host: an address of 127.0.0.0/8; two of them are two hosts.
    public static func run<Result: Sendable>(
        host: String = "127.0.0.1", _ body: @Sendable (ScriptedServer) async throws -> Result
    ) async throws -> Result {
        let scripted = ScriptedServer(host: host)
        let server = HTTPServer(
            address: try sockaddr_in.inet(ip4: host, port: 0), logger: .disabled,
            handler: ClosureHTTPHandler { try await scripted.respond(to: $0) })
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            try await server.waitUntilListening()
            guard case .ip4(_, let port) = await server.listeningAddress else { throw CocoaError(.fileReadUnknown) }
            scripted.script.withLock { $0.port = Int(port) }
            let result = try await body(scripted)
            group.cancelAll()
            return result
        }
    }

    /// Sets what a path is answered, without its query: one answer after the other, the last one for ever.
    public func answer(_ path: String, _ answers: Answer...) {
        script.withLock { $0.answers[path] = answers }
    }

    /// What was asked of a path so far, in order.
    public func requests(_ path: String) -> [Request] {
        script.withLock { $0.requests.filter { $0.target.prefix { $0 != "?" } == path } }
    }

    public var requests: [Request] { script.withLock { $0.requests } }

    public func address(_ target: String) -> WebAddress {
        WebAddress("http://\(host):\(port)\(target)")!
    }

    private func respond(to request: FlyingFox.HTTPRequest) async throws -> FlyingFox.HTTPResponse {
        let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
        var headers: [String: String] = [:]
        for (name, value) in request.headers { headers[name.rawValue.lowercased()] = value }
        let seen = Request(
            method: request.method.rawValue, target: request.path + (query.isEmpty ? "" : "?" + query),
            headers: headers, body: Array(try await request.bodyData))
        let answer = script.withLock { script -> Answer in
            script.requests.append(seen)
            guard var left = script.answers[request.path], let first = left.first else { return Answer(404) }
            if left.count > 1 {
                left.removeFirst()
                script.answers[request.path] = left
            }
            return first
        }
        var fields = FlyingFox.HTTPHeaders()
        for (name, value) in answer.headers { fields.addValue(value, for: HTTPHeader(name)) }
        return FlyingFox.HTTPResponse(
            statusCode: HTTPStatusCode(answer.status, phrase: "Scripted"), headers: fields, body: Data(answer.body))
    }
}
