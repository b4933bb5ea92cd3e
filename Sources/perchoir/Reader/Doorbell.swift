import Glibc

/// How `perchoir sync` tells an open reader that the store changed: one datagram to a socket in the state folder.
/// Nothing polls, and nothing is lost when nobody listens.
final class Doorbell: Sendable {
    private let descriptor: Int32
    private let path: String

    private init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    /// Calls `ring` on a thread of its own for every datagram. Nil when the socket cannot be made: the reader then
    /// sees the change at its next own look.
    static func listen(at path: String, _ ring: @escaping @Sendable () -> Void) -> Doorbell? {
        // Several readers may be open: each has a socket of its own beside the others.
        let own = path + "." + String(getpid())
        guard var address = address(of: own) else { return nil }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        unlink(own)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0 else {
            Glibc.close(descriptor)
            return nil
        }
        chmod(own, 0o600)
        let bell = Doorbell(descriptor: descriptor, path: own)
        let context = Unmanaged.passRetained(Listener(descriptor: descriptor, ring: ring))
        var thread = pthread_t()
        let started = pthread_create(
            &thread, nil,
            { raw in
                guard let raw else { return nil }
                Unmanaged<Listener>.fromOpaque(raw).takeRetainedValue().run()
                return nil
            }, context.toOpaque())
        if started == 0 {
            pthread_detach(thread)
        } else {
            context.release()
        }
        return bell
    }

    private final class Listener: Sendable {
        let descriptor: Int32
        let ring: @Sendable () -> Void

        init(descriptor: Int32, ring: @escaping @Sendable () -> Void) {
            self.descriptor = descriptor
            self.ring = ring
        }

        func run() {
            var byte: UInt8 = 0
            while true {
                let count = recv(descriptor, &byte, 1, 0)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                ring()
            }
        }
    }

    func close() {
        unlink(path)
        shutdown(descriptor, Int32(SHUT_RDWR))
        Glibc.close(descriptor)
    }

    /// Rings at every other process's reader that listens beside `path`; sockets that nobody listens on are removed.
    static func ring(at path: String) {
        guard let slash = path.lastIndex(of: "/"), let folder = opendir(String(path[..<slash])) else { return }
        defer { closedir(folder) }
        let prefix = path[path.index(after: slash)...] + "."
        let own = prefix + String(getpid())
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { Glibc.close(descriptor) }
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name.hasPrefix(prefix), name != own, var address = address(of: path[...slash] + name) else { continue }
            let sent = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    sendto(
                        descriptor, "1", 1, Int32(MSG_DONTWAIT), $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            if sent < 0, errno == ECONNREFUSED { unlink(String(path[...slash] + name)) }
        }
    }

    /// Nil when the path is too long for a socket.
    private static func address(of path: some StringProtocol) -> sockaddr_un? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return address
    }
}
