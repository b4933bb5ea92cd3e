import Glibc
import Synchronization

/// How `perchoir sync` tells an open reader that the store changed: one datagram to a socket in the state folder.
/// Nothing polls, and nothing is lost when nobody listens.
final class Doorbell: Sendable {
    private let listener: Listener
    private let path: String

    private init(listener: Listener, path: String) {
        self.listener = listener
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
        let listener = Listener(descriptor: descriptor, ring: ring)
        let context = Unmanaged.passRetained(listener)
        var thread = pthread_t()
        let started = pthread_create(
            &thread, nil,
            { raw in
                guard let raw else { return nil }
                Unmanaged<Listener>.fromOpaque(raw).takeRetainedValue().run()
                return nil
            }, context.toOpaque())
        guard started == 0 else {
            context.release()
            unlink(own)
            return nil
        }
        pthread_detach(thread)
        return Doorbell(listener: listener, path: own)
    }

    /// Owns the socket, which is closed when neither the thread nor the bell can use it any more.
    private final class Listener: Sendable {
        private let descriptor: Int32
        private let ring: @Sendable () -> Void
        private let isEnding = Atomic(false)

        init(descriptor: Int32, ring: @escaping @Sendable () -> Void) {
            self.descriptor = descriptor
            self.ring = ring
        }

        deinit { Glibc.close(descriptor) }

        func run() {
            var byte: UInt8 = 0
            while true {
                // Nothing received may be an empty datagram; that it is the end is said beside it.
                let count = recv(descriptor, &byte, 1, 0)
                if isEnding.load(ordering: .acquiring) { return }
                if count < 0, errno != EINTR { return }
                if count >= 0 { ring() }
            }
        }

        func end() {
            isEnding.store(true, ordering: .releasing)
            shutdown(descriptor, Int32(SHUT_RDWR))
        }
    }

    func close() {
        unlink(path)
        listener.end()
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
            guard name.hasPrefix(prefix), name != own, var address = address(of: path[...slash] + name) else {
                continue
            }
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
