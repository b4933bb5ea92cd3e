import Foundation
import Glibc
import Synchronization
public import TimelineModel

/// A server on loopback that speaks in bytes: for answers that no proper server gives. Each connection has a thread
/// that runs the script, so a script may block.
public final class RawServer: Sendable {
    private struct State {
        var open: Set<Int32> = []
        var heads: [String] = []
        var isStopped = false
    }

    public let port: Int
    private let listener: Int32
    private let state = Mutex(State())
    private let script: @Sendable (RawConnection) -> Void

    /// Listens at once; nil when the system gives no socket.
    public init?(_ script: @escaping @Sendable (RawConnection) -> Void) {
        self.script = script
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(listener, generic, length) == 0 && listen(listener, 64) == 0
                    && getsockname(listener, generic, &length) == 0
            }
        }
        guard isListening else { return nil }
        self.listener = listener
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [self] in accept() }
    }

    public func address(_ target: String, scheme: String = "http") -> WebAddress {
        WebAddress("\(scheme)://127.0.0.1:\(port)\(target)")!
    }

    /// The heads of the requests so far.
    public var heads: [String] { state.withLock { $0.heads } }

    /// Ends every connection and the server.
    public func stop() {
        state.withLock { state in
            state.isStopped = true
            for descriptor in state.open { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private func accept() {
        while true {
            let descriptor = Glibc.accept(listener, nil, nil)
            guard descriptor >= 0 else { break }
            let isStopped = state.withLock { state in
                state.open.insert(descriptor)
                return state.isStopped
            }
            if isStopped { shutdown(descriptor, Int32(SHUT_RDWR)) }
            Thread.detachNewThread {
                self.script(
                    RawConnection(descriptor: descriptor) { head in
                        self.state.withLock { $0.heads.append(head) }
                    })
                self.state.withLock { _ = $0.open.remove(descriptor) }
                close(descriptor)
            }
        }
        close(listener)
    }
}

/// One connection to a `RawServer`. It is closed when the script returns.
public final class RawConnection {
    private let descriptor: Int32
    private let remember: (String) -> Void

    init(descriptor: Int32, remember: @escaping (String) -> Void) {
        self.descriptor = descriptor
        self.remember = remember
    }

    /// Waits for a request and returns its head; nil when the peer left.
    @discardableResult
    public func readHead() -> String? {
        var head: [UInt8] = []
        var byte: UInt8 = 0
        while recv(descriptor, &byte, 1, 0) == 1 {
            head.append(byte)
            guard head.count >= 4, head.suffix(4).elementsEqual([13, 10, 13, 10]) else { continue }
            let text = String(decoding: head, as: UTF8.self)
            remember(text)
            return text
        }
        return nil
    }

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

    /// Closes our direction only.
    public func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Waits until the peer closes, whatever it sends before.
    public func waitForPeerToLeave() {
        var byte: UInt8 = 0
        while recv(descriptor, &byte, 1, 0) == 1 {}
    }

    /// Breaks the connection off with a reset instead of an end.
    public func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }
}
