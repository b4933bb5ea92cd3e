import CTestSupport
import Foundation
import Glibc
import Synchronization
public import TimelineModel

/// A web server on loopback that answers by rule and remembers what it was asked. It has threads of its own, one a
/// connection, so that a rule may block and a test may wait for another process. It ends with the value.
///
///     let site = try Site()
///     site.answer("/feed", .init(headers: [("ETag", "\"1\"")], body: "<rss/>"), .init(status: 304))
///     ... site.address("/feed") ... site.requests("/feed") ...
public final class Site: Sendable {
    public struct Request: Sendable {
        public let method: String
        /// With the query, without the host.
        public let target: String
        /// Names in lower case; the values of a repeated field are joined by commas.
        public let headers: [String: String]
        public let body: [UInt8]

        public var path: String { String(target.prefix { $0 != "?" }) }

        /// A parameter of the query, as it was sent.
        public subscript(name: String) -> String? {
            let query = target.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
            return query.split(separator: "&").first { $0.hasPrefix(name + "=") }.map {
                String($0.dropFirst(name.count + 1))
            }
        }
    }

    public struct Answer: Sendable {
        enum Content: Sendable {
            /// Sent with its length.
            case whole([UInt8])
            /// Sent in chunks while the script runs.
            case stream(@Sendable (SiteConnection) -> Void)
            /// What the script sends is all that is sent; the connection ends with the script.
            case raw(@Sendable (SiteConnection) -> Void)
        }

        let status: Int
        let headers: [(String, String)]
        let content: Content

        public init(status: Int = 200, headers: [(String, String)] = [], body: [UInt8]) {
            self.init(status: status, headers: headers, content: .whole(body))
        }

        public init(status: Int = 200, headers: [(String, String)] = [], body: String = "") {
            self.init(status: status, headers: headers, body: Array(body.utf8))
        }

        private init(status: Int, headers: [(String, String)], content: Content) {
            self.status = status
            self.headers = headers
            self.content = content
        }

        /// An answer whose length is not known before: each `sendChunk` of the script arrives at once.
        public static func stream(
            status: Int = 200, headers: [(String, String)] = [], _ script: @escaping @Sendable (SiteConnection) -> Void
        ) -> Answer {
            Answer(status: status, headers: headers, content: .stream(script))
        }

        /// Bytes that no proper server sends, or another protocol from here on.
        public static func raw(_ script: @escaping @Sendable (SiteConnection) -> Void) -> Answer {
            Answer(status: 0, headers: [], content: .raw(script))
        }
    }

    public typealias Rule = @Sendable (Request) -> Answer

    public struct NoSocket: Error {}

    public let host: String
    public let port: Int
    private let desk = Desk()

    /// Listens at once.
    /// - Parameters:
    ///   - host: an address of 127.0.0.0/8; two of them are two hosts.
    ///   - conversation: what happens on each connection, from its first byte, in place of the rules.
    /// - Throws: NoSocket when the system gives none.
    public init(host: String = "127.0.0.1", _ conversation: (@Sendable (SiteConnection) -> Void)? = nil) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr(host)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(listener, generic, length) == 0 && listen(listener, 256) == 0
                    && getsockname(listener, generic, &length) == 0
            }
        }
        guard isListening else {
            close(listener)
            throw NoSocket()
        }
        self.host = host
        port = Int(UInt16(bigEndian: address.sin_port))
        let desk = desk
        Thread.detachNewThread {
            desk.accept(on: listener, conversation ?? { $0.converse { desk.answer(to: $0) } })
        }
    }

    deinit { desk.stop() }

    /// Ends the server and every connection.
    public func stop() { desk.stop() }

    // MARK: Addresses

    /// Host and port.
    public var authority: String { "\(host):\(port)" }

    public func address(_ target: String) -> String { "http://\(authority)\(target)" }

    public func webAddress(_ target: String, scheme: String = "http") -> WebAddress {
        WebAddress("\(scheme)://\(authority)\(target)")!
    }

    // MARK: Rules

    /// Answers a path, without its query, from now on.
    public func answer(_ path: String, by rule: @escaping Rule) { desk.set(path, rule) }

    /// Answers a path: one answer after the other, the last one for ever.
    public func answer(_ path: String, _ first: Answer, _ later: Answer...) {
        let answers = [first] + later
        let given = Atomic(0)
        answer(path) { _ in
            answers[min(given.wrappingAdd(1, ordering: .relaxed).oldValue, answers.count - 1)]
        }
    }

    /// Answers a path with a document, and with 304 where the request names its validator.
    public func serve(
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
    public func requests(_ path: String? = nil) -> [Request] {
        desk.requests.filter { path == nil || $0.path == path }
    }
}

/// What the threads of a site share. They hold it, and not the site, which ends while they wait.
private final class Desk: Sendable {
    private struct State {
        var rules: [String: Site.Rule] = [:]
        var requests: [Site.Request] = []
        /// The listener and the connections; whoever closes one takes it out first.
        var open: Set<Int32> = []
        var isStopped = false
    }

    private let state = Mutex(State())

    var requests: [Site.Request] { state.withLock { $0.requests } }

    func set(_ path: String, _ rule: @escaping Site.Rule) { state.withLock { $0.rules[path] = rule } }

    /// By the path's rule, which runs outside the lock: it may ask the site.
    func answer(to request: Site.Request) -> Site.Answer {
        state.withLock { $0.rules[request.path] }?(request) ?? Site.Answer(status: 404)
    }

    func accept(on listener: Int32, _ conversation: @escaping @Sendable (SiteConnection) -> Void) {
        enter(listener)
        while true {
            let descriptor = accept_connection(listener)
            guard descriptor >= 0 else {
                if errno == EINTR || errno == ECONNABORTED { continue }
                break
            }
            enter(descriptor)
            Thread.detachNewThread {
                conversation(
                    SiteConnection(descriptor) { request in self.state.withLock { $0.requests.append(request) } })
                self.leave(descriptor)
            }
        }
        leave(listener)
    }

    func stop() {
        state.withLock { state in
            state.isStopped = true
            for descriptor in state.open { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }

    private func enter(_ descriptor: Int32) {
        state.withLock { state in
            state.open.insert(descriptor)
            if state.isStopped { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }

    private func leave(_ descriptor: Int32) {
        state.withLock { _ = $0.open.remove(descriptor) }
        close(descriptor)
    }
}
