import Glibc

/// Waits on this machine's own address for the browser to come back from a server's page with its answer.
///
/// Nobody but this machine can connect. Only the one request that was expected counts; whatever else comes, another
/// path, another state, half a request, gets a plain refusal and changes nothing. Source: RFC 8252 sections 7.3, 8.3.
final class LoopbackListener {
    /// What the server let the browser bring.
    enum Answer: Equatable {
        case code(String)
        /// The `error` of RFC 6749 section 4.1.2.1.
        case refusal(String)
    }

    struct Limits {
        /// Bytes of one request.
        var request = 16_384
        /// Connections at once; browsers open some that they never use, and whoever opens many must not lock them out.
        var connections = 16
        /// Milliseconds that a connection may take for its request.
        var connection = 10_000
    }

    private struct Connection {
        let descriptor: Int32
        let deadline: Int
        var received: [UInt8] = []
    }

    static let path = "/callback"

    let port: Int
    private let host: String
    private let listener: Int32
    private let limits: Limits
    private var connections: [Connection] = []

    /// Listens at once.
    /// - Parameter port: one that was good before; another is taken when it is in use.
    /// - Returns: nil when the system lets nobody listen.
    init?(preferring port: Int? = nil, limits: Limits = Limits()) {
        let wishes: [(family: Int32, port: Int)] =
            (port.map { [(AF_INET, $0)] } ?? []) + [(AF_INET, 0), (AF_INET6, 0)]
        for wish in wishes {
            guard let (descriptor, port) = Self.listen(wish.family, wish.port) else { continue }
            listener = descriptor
            self.port = port
            self.limits = limits
            host = wish.family == AF_INET ? "127.0.0.1" : "[::1]"
            return
        }
        return nil
    }

    deinit {
        for connection in connections { close(connection.descriptor) }
        close(listener)
    }

    /// Where the browser is to be sent.
    var redirect: String { "http://\(host):\(port)\(Self.path)" }

    private static func listen(_ family: Int32, _ port: Int) -> (descriptor: Int32, port: Int)? {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(family, kind, 0)
        guard descriptor >= 0 else { return nil }
        // A port whose last connection ended a minute ago is free.
        var one: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        var storage = sockaddr_storage()
        let bound = withUnsafeMutableBytes(of: &storage) { bytes -> Bool in
            guard let base = bytes.baseAddress else { return false }
            var length: socklen_t
            if family == AF_INET {
                let address = base.bindMemory(to: sockaddr_in.self, capacity: 1)
                address.pointee.sin_family = sa_family_t(AF_INET)
                address.pointee.sin_port = in_port_t(port).bigEndian
                address.pointee.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
                length = socklen_t(MemoryLayout<sockaddr_in>.size)
            } else {
                let address = base.bindMemory(to: sockaddr_in6.self, capacity: 1)
                address.pointee.sin6_family = sa_family_t(AF_INET6)
                address.pointee.sin6_port = in_port_t(port).bigEndian
                address.pointee.sin6_addr = in6addr_loopback
                length = socklen_t(MemoryLayout<sockaddr_in6>.size)
            }
            let generic = base.assumingMemoryBound(to: sockaddr.self)
            return bind(descriptor, generic, length) == 0 && Glibc.listen(descriptor, 16) == 0
                && getsockname(descriptor, generic, &length) == 0
        }
        guard bound else {
            close(descriptor)
            return nil
        }
        // The port stands at the same place in both kinds of address.
        let number = withUnsafeBytes(of: &storage) { UInt16($0[2]) << 8 | UInt16($0[3]) }
        return (descriptor, Int(number))
    }

    // MARK: Waiting

    /// Waits for the answer with this state.
    /// - Parameter seconds: how long at most.
    /// - Returns: nil when it did not come in time.
    func wait(forState state: String, seconds: Int) -> Answer? {
        let end = Self.now() + seconds * 1000
        while true {
            let now = Self.now()
            guard now < end else { return nil }
            for index in connections.indices.reversed() where connections[index].deadline <= now {
                close(connections.remove(at: index).descriptor)
            }
            var watched = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
            watched += connections.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
            let next = min(end, connections.map(\.deadline).min() ?? end)
            guard poll(&watched, nfds_t(watched.count), Int32(clamping: next - now)) > 0 else { continue }
            for index in connections.indices.reversed() where watched[index + 1].revents != 0 {
                if let answer = read(index, expecting: state) { return answer }
            }
            if watched[0].revents != 0 { accept(at: now) }
        }
    }

    private func accept(at now: Int) {
        let descriptor = Glibc.accept(listener, nil, nil)
        guard descriptor >= 0 else { return }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        // Who came first and said nothing goes first.
        if connections.count >= limits.connections { close(connections.removeFirst().descriptor) }
        connections.append(Connection(descriptor: descriptor, deadline: now + limits.connection))
    }

    /// Takes what a connection sent; answers it and lets it go once its head is there.
    private func read(_ index: Int, expecting state: String) -> Answer? {
        let descriptor = connections[index].descriptor
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count < 0, errno == EAGAIN || errno == EINTR { return nil }
        guard count > 0 else {
            close(connections.remove(at: index).descriptor)
            return nil
        }
        connections[index].received += buffer[..<count]
        let received = connections[index].received
        let isWhole = CallbackRequest.isWhole(received)
        guard isWhole || received.count > limits.request else { return nil }
        defer { close(connections.remove(at: index).descriptor) }
        let verdict =
            received.count > limits.request
            ? .refused(431) : CallbackRequest.judge(received, authority: "\(host):\(port)", state: state)
        let page: CallbackPage
        var answer: Answer?
        switch verdict {
        case .refused(let status): page = .refused(status)
        case .answered(let given):
            answer = given
            if case .code = given { page = .done } else { page = .denied }
        }
        send(page, to: descriptor)
        return answer
    }

    /// The answers are short enough for the system to take them at once; a browser that does not read loses its own.
    private func send(_ page: CallbackPage, to descriptor: Int32) {
        let bytes = Array(page.response.utf8)
        _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        shutdown(descriptor, Int32(SHUT_WR))
    }

    private static func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }
}
