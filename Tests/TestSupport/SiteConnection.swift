import Glibc

/// One connection to a `Site`, for the thread that serves it. It is closed when the script returns.
public final class SiteConnection {
    private let descriptor: Int32
    private let remember: (Site.Request) -> Void
    /// What arrived and was not asked for yet.
    private var arrived: [UInt8] = []

    init(_ descriptor: Int32, remember: @escaping (Site.Request) -> Void) {
        self.descriptor = descriptor
        self.remember = remember
        // Each chunk of a stream is for now.
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    }

    // MARK: Receiving

    /// Waits for a request with all of its body; nil when the peer left or speaks no HTTP/1 with lengths.
    @discardableResult
    public func readRequest() -> Site.Request? {
        guard let head = readHead() else { return nil }
        let lines = head.split(separator: "\r\n")
        let words = (lines.first ?? "").split(separator: " ").map(String.init)
        guard words.count == 3 else { return nil }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { return nil }
            let value = String(parts[1].drop { $0 == " " })
            let name = parts[0].lowercased()
            headers[name] = headers[name].map { $0 + ", " + value } ?? value
        }
        if headers["expect"] == "100-continue" { send("HTTP/1.1 100 Continue\r\n\r\n") }
        guard headers["transfer-encoding"] == nil, let count = Int(headers["content-length"] ?? "0"), count >= 0,
            let body = read(count)
        else { return nil }
        let request = Site.Request(method: words[0], target: words[1], headers: headers, body: body)
        remember(request)
        return request
    }

    /// Waits for this many bytes; nil when the peer left before.
    public func read(_ count: Int) -> [UInt8]? {
        while arrived.count < count { guard receive() else { return nil } }
        defer { arrived.removeFirst(count) }
        return Array(arrived.prefix(count))
    }

    /// Waits until the peer closes, whatever it sends before.
    public func waitForPeerToLeave() {
        while receive() { arrived = [] }
    }

    private func readHead() -> String? {
        let end: [UInt8] = [13, 10, 13, 10]
        var seen = 0
        while true {
            if let start = arrived.indices.dropFirst(seen).first(where: { arrived[$0...].starts(with: end) }) {
                return read(start + end.count).map { String(decoding: $0, as: UTF8.self) }
            }
            seen = max(0, arrived.count - end.count + 1)
            guard receive() else { return nil }
        }
    }

    private func receive() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        arrived += buffer.prefix(max(0, count))
        return count > 0
    }

    // MARK: Sending

    /// Sends everything; false once the peer left.
    @discardableResult
    public func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    @discardableResult
    public func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// Sends a part of a streamed answer; false once the peer left. An empty part would be its end.
    @discardableResult
    public func sendChunk(_ text: String) -> Bool {
        text.isEmpty || send(String(text.utf8.count, radix: 16) + "\r\n" + text + "\r\n")
    }

    /// Closes our direction only.
    public func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Breaks the connection off with a reset instead of an end.
    public func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    // MARK: HTTP

    /// Answers one request after the other until one side has enough.
    func converse(by rule: (Site.Request) -> Site.Answer) {
        while let request = readRequest() {
            guard answer(request, rule(request)), request.headers["connection"]?.lowercased() != "close" else { return }
        }
    }

    /// True when the connection can go on.
    private func answer(_ request: Site.Request, _ answer: Site.Answer) -> Bool {
        if case .raw(let script) = answer.content {
            script(self)
            return false
        }
        var head = "HTTP/1.1 \(answer.status) Scripted\r\n"
        for (name, value) in answer.headers { head += "\(name): \(value)\r\n" }
        // RFC 9112 section 6.3: these have no body, whatever the fields say.
        let isBodiless = answer.status == 204 || answer.status == 304
        switch answer.content {
        case .whole(let body):
            if answer.status != 204, answer.status != 304 { head += "Content-Length: \(body.count)\r\n" }
            return send(Array((head + "\r\n").utf8) + (isBodiless ? [] : body))
        case .stream(let script):
            guard send(head + "Transfer-Encoding: chunked\r\n\r\n") else { return false }
            if isBodiless { return true }
            script(self)
            return send("0\r\n\r\n")
        case .raw:
            return false
        }
    }
}
