import CCurl
import Text
public import TimelineModel

/// Whatever opens exchanges that last. They do not wait for the turns of `ThrottledTransport`: a stream would keep
/// everything else from its host.
public protocol StreamTransport: Sendable {
    /// Sends a GET whose answer does not end, and returns when its head is there, whatever the status. Redirects are
    /// not followed.
    func open(_ request: HTTPRequest) async throws(FetchError) -> (head: HTTPResponse, body: any ByteStream)

    /// Opens a bare connection, with TLS when the address is secure, and returns when it stands.
    func connect(_ address: WebAddress, limits: HTTPLimits) async throws(FetchError) -> any ByteStream

    /// What requests over a bare connection call themselves.
    var userAgent: String { get }
}

/// Bytes of one exchange as they come. For one reader.
public protocol ByteStream: Sendable {
    /// Waits for bytes; everything that waits, never empty.
    /// - Throws: when the exchange ended, for whatever reason; also for a cancelled task.
    func receive() async throws(FetchError) -> [UInt8]

    /// Sends over a bare connection, in order, without waiting.
    func send(_ bytes: [UInt8])

    /// Ends the exchange at once.
    func close()
}

extension CurlTransport: StreamTransport {
    public func open(_ request: HTTPRequest) async throws(FetchError) -> (head: HTTPResponse, body: any ByteStream) {
        var request = request
        // What is packed is often kept back until there is more of it.
        request.headers.add("Accept-Encoding", "identity")
        request.headers.add("Cache-Control", "no-store")
        let pipe = thread.stream(hop(request))
        let head = try await pipe.head()
        return (
            HTTPResponse(
                status: head.status, headers: head.headers, finalAddress: request.address, receivedAt: .now()), pipe
        )
    }

    public func connect(_ address: WebAddress, limits: HTTPLimits) async throws(FetchError) -> any ByteStream {
        var hop = hop(HTTPRequest(.get, address, limits: limits))
        hop.isBare = true
        let pipe = thread.stream(hop)
        _ = try await pipe.head()
        return pipe
    }

    private func hop(_ request: HTTPRequest) -> Hop {
        Hop(
            request: request, remaining: request.limits.total, allowsPrivate: request.reach == .typed,
            proxy: proxies.proxy(for: request.address), userAgent: userAgent, trustFile: trustFile)
    }
}

extension Transfer {
    /// What the thread waits for beside the library's own sockets; nil when it waits for nothing here.
    var watch: ccurl_watch? {
        guard let handle, let pipe else { return nil }
        let socket = ccurl_transfer_socket(handle)
        let (reads, writes) = (!pipe.isFull, pipe.hasOutgoing)
        guard socket >= 0, reads || writes else { return nil }
        return ccurl_watch(socket: socket, reads: reads ? 1 : 0, writes: writes ? 1 : 0)
    }

    /// Sends and receives over a bare connection what can be without waiting. Returns why it ended.
    func exchange() -> FetchError? {
        guard let handle, let pipe else { return nil }
        let hasBroken = pipe.sendOutgoing { bytes in
            bytes.withUnsafeBufferPointer { ccurl_transfer_send(handle, $0.baseAddress!, $0.count) }
        }
        if hasBroken { return .cutOff(host) }
        // Until there is nothing more: TLS may hold bytes for which the socket is not ready any more.
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while !pipe.isFull {
            let count = chunk.withUnsafeMutableBufferPointer {
                ccurl_transfer_receive(handle, $0.baseAddress!, $0.count)
            }
            if count == -1 { return nil }
            guard count > 0 else { return .cutOff(host) }
            received(count)
            chunk.withUnsafeBufferPointer { _ = pipe.take(UnsafeBufferPointer(rebasing: $0[..<count])) }
        }
        return nil
    }
}
