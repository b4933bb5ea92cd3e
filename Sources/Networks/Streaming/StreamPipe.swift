import Synchronization
import Text
import TimelineModel

/// Where the network thread puts a stream's bytes and one reader takes them. It holds so many; then the socket is not
/// read until there is room, and the server feels it.
final class StreamPipe: ByteStream {
    /// Bytes that wait for the reader at most, but for the last piece.
    static let room = 512 << 10
    /// Bytes to send at most: what is sent are answers to pings, so more of them is an attack.
    private static let outgoingRoom = 64 << 10

    struct Head: Sendable {
        let status: Int
        let headers: HTTPHeaders
    }

    private struct State {
        var head: Head?
        var bytes: [UInt8] = []
        var outgoing: [UInt8] = []
        var isPaused = false
        var end: FetchError?
        var reader: CheckedContinuation<Void, Never>?

        mutating func takeReader() -> CheckedContinuation<Void, Never>? {
            defer { reader = nil }
            return reader
        }
    }

    private let host: SafeText
    private let goOn: @Sendable () -> Void
    private let cancel: @Sendable () -> Void
    private let state = Mutex(State())

    init(host: SafeText, goOn: @escaping @Sendable () -> Void, cancel: @escaping @Sendable () -> Void) {
        self.host = host
        self.goOn = goOn
        self.cancel = cancel
    }

    // MARK: The network thread's end

    func open(status: Int, _ headers: HTTPHeaders) {
        change { $0.head = Head(status: status, headers: headers) }
    }

    /// Nothing is taken when it is full: false.
    func take(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var isTaken = true
        change { state in
            isTaken = state.bytes.count < Self.room
            if isTaken { state.bytes.append(contentsOf: bytes) }
            state.isPaused = state.bytes.count >= Self.room
        }
        return isTaken
    }

    var isFull: Bool { state.withLock { $0.bytes.count >= Self.room } }
    var hasOutgoing: Bool { state.withLock { !$0.outgoing.isEmpty } }

    /// Hands what is to be sent to `send`, which says how many bytes it took (-1: none now, -2: broken).
    func sendOutgoing(_ send: ([UInt8]) -> Int) -> Bool {
        let waiting = state.withLock { $0.outgoing }
        guard !waiting.isEmpty else { return false }
        let count = send(waiting)
        guard count > 0 else { return count < -1 }
        state.withLock { $0.outgoing.removeFirst(count) }
        return false
    }

    func end(_ error: FetchError) {
        change { $0.end = $0.end ?? error }
    }

    private func change(_ body: (inout State) -> Void) {
        let reader = state.withLock { state in
            body(&state)
            return state.takeReader()
        }
        reader?.resume()
    }

    // MARK: The reader's end

    func head() async throws(FetchError) -> Head {
        while true {
            let (head, end) = state.withLock { ($0.head, $0.end) }
            if let head { return head }
            if let end { throw end }
            await wait { $0.head != nil }
        }
    }

    func receive() async throws(FetchError) -> [UInt8] {
        while true {
            let (bytes, end, wasPaused) = state.withLock { state in
                defer {
                    state.bytes = []
                    state.isPaused = false
                }
                return (state.bytes, state.end, state.isPaused)
            }
            if wasPaused { goOn() }
            if !bytes.isEmpty { return bytes }
            if let end { throw end }
            await wait { !$0.bytes.isEmpty }
        }
    }

    private func wait(_ isThere: @escaping @Sendable (borrowing State) -> Bool) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if isThere(state) || state.end != nil { return true }
                    state.reader = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            close()
        }
    }

    func send(_ bytes: [UInt8]) {
        let hasRoom = state.withLock { state in
            guard state.outgoing.count + bytes.count <= Self.outgoingRoom else { return false }
            state.outgoing += bytes
            return true
        }
        if hasRoom { goOn() } else { close() }
    }

    func close() {
        end(.cancelled)
        cancel()
    }
}
