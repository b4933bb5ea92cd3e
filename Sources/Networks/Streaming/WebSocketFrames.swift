/// The client's side of the WebSocket protocol: reads what a server sends, cut anywhere, and writes what it is sent.
/// Source: RFC 6455 sections 5 to 8.
struct WebSocketFrames {
    enum Found: Hashable {
        case text([UInt8])
        case binary([UInt8])
        case ping([UInt8])
        case pong
        /// The server closes; nil without a code.
        case close(code: UInt16?)
        /// The server broke the protocol; nothing is read any more.
        case fault(Fault)
    }

    enum Fault: Hashable {
        case masked, reservedBits, unknownOpcode, longControl, fragmentedControl, badLength, tooLong
        case nothingToContinue, unfinished, badText, badClose

        /// What the server is told (RFC 6455 section 7.4.1).
        var closeCode: UInt16 {
            switch self {
            case .tooLong: 1009
            case .badText: 1007
            default: 1002
            }
        }
    }

    enum Opcode: UInt8 {
        case continuation = 0
        case text = 1
        case binary = 2
        case close = 8
        case ping = 9
        case pong = 10

        var isControl: Bool { rawValue >= 8 }
    }

    /// Bytes of a message, all its fragments together.
    let limit: Int
    private var waiting: [UInt8] = []
    private var message: [UInt8] = []
    private var messageKind: Opcode?
    private var isOver = false

    init(limit: Int = 1 << 20) { self.limit = limit }

    // MARK: Reading

    /// Takes bytes as they came; returns what they complete. After `close` or `fault` nothing more is found.
    mutating func take(_ bytes: some Collection<UInt8>) -> [Found] {
        guard !isOver else { return [] }
        waiting.append(contentsOf: bytes)
        var found: [Found] = []
        var start = 0
        while !isOver {
            switch header(at: start) {
            case .incomplete:
                waiting.removeFirst(start)
                return found
            case .fault(let fault):
                end(with: .fault(fault), &found)
            case .frame(let frame):
                let payload = start + frame.headBytes
                guard waiting.count - payload >= frame.length else {
                    waiting.removeFirst(start)
                    return found
                }
                start = payload + frame.length
                take(frame, waiting[payload..<start], &found)
            }
        }
        waiting = []
        return found
    }

    private struct Frame {
        var isFinal: Bool
        var opcode: Opcode
        var headBytes: Int
        var length: Int
    }

    private enum Header {
        case incomplete
        case fault(Fault)
        case frame(Frame)
    }

    /// A frame is judged by its first bytes, so that none has to be waited for that is refused anyway.
    private func header(at start: Int) -> Header {
        let bytes = waiting[start...]
        guard bytes.count >= 2 else { return .incomplete }
        let (first, second) = (bytes[start], bytes[start + 1])
        guard first & 0x70 == 0 else { return .fault(.reservedBits) }
        guard let opcode = Opcode(rawValue: first & 0x0f) else { return .fault(.unknownOpcode) }
        guard second & 0x80 == 0 else { return .fault(.masked) }
        let isFinal = first & 0x80 != 0
        if opcode.isControl {
            guard isFinal else { return .fault(.fragmentedControl) }
            guard second <= 125 else { return .fault(.longControl) }
        } else if opcode == .continuation {
            guard messageKind != nil else { return .fault(.nothingToContinue) }
        } else if messageKind != nil {
            return .fault(.unfinished)
        }
        var length = UInt64(second)
        var headBytes = 2
        if second >= 126 {
            let count = second == 126 ? 2 : 8
            headBytes += count
            guard bytes.count >= headBytes else { return .incomplete }
            length = bytes[(start + 2)..<(start + headBytes)].reduce(0) { $0 << 8 | UInt64($1) }
            // The shortest form is required, and the highest bit is none of the number's.
            guard length >= (count == 2 ? 126 : 65536), length >> 63 == 0 else { return .fault(.badLength) }
        }
        guard opcode.isControl || length <= UInt64(max(0, limit - message.count)) else { return .fault(.tooLong) }
        return .frame(Frame(isFinal: isFinal, opcode: opcode, headBytes: headBytes, length: Int(length)))
    }

    private mutating func take(_ frame: Frame, _ payload: ArraySlice<UInt8>, _ found: inout [Found]) {
        switch frame.opcode {
        case .ping: found.append(.ping(Array(payload)))
        case .pong: found.append(.pong)
        case .close: end(with: Self.close(payload), &found)
        case .text, .binary, .continuation:
            if frame.opcode != .continuation { messageKind = frame.opcode }
            message.append(contentsOf: payload)
            guard frame.isFinal else { return }
            let whole = message
            let isText = messageKind == .text
            message = []
            messageKind = nil
            if isText, String(validating: whole, as: UTF8.self) == nil {
                end(with: .fault(.badText), &found)
            } else {
                found.append(isText ? .text(whole) : .binary(whole))
            }
        }
    }

    private static func close(_ payload: ArraySlice<UInt8>) -> Found {
        guard !payload.isEmpty else { return .close(code: nil) }
        guard payload.count >= 2, String(validating: payload.dropFirst(2), as: UTF8.self) != nil else {
            return .fault(.badClose)
        }
        let code = payload.prefix(2).reduce(UInt16(0)) { $0 << 8 | UInt16($1) }
        // 1004 to 1006 and 1015 never go over the wire (RFC 6455 section 7.4).
        let isKnown = (1000...1003).contains(code) || (1007...1014).contains(code) || (3000...4999).contains(code)
        return isKnown ? .close(code: code) : .fault(.badClose)
    }

    private mutating func end(with last: Found, _ found: inout [Found]) {
        found.append(last)
        isOver = true
        message = []
    }

    // MARK: Writing

    /// One whole frame. A client masks everything it sends, with a mask that nobody can foresee.
    static func frame(_ opcode: Opcode, _ payload: [UInt8], mask: UInt32) -> [UInt8] {
        var bytes: [UInt8] = [0x80 | opcode.rawValue]
        switch payload.count {
        case ...125: bytes.append(0x80 | UInt8(payload.count))
        case ...65535:
            bytes.append(0x80 | 126)
            bytes += (0..<2).map { UInt8(truncatingIfNeeded: payload.count >> (8 - 8 * $0)) }
        default:
            bytes.append(0x80 | 127)
            bytes += (0..<8).map { UInt8(truncatingIfNeeded: payload.count >> (56 - 8 * $0)) }
        }
        let key = (0..<4).map { UInt8(truncatingIfNeeded: mask >> (24 - 8 * UInt32($0))) }
        bytes += key
        for (index, byte) in payload.enumerated() { bytes.append(byte ^ key[index & 3]) }
        return bytes
    }

    static func close(_ code: UInt16, mask: UInt32) -> [UInt8] {
        frame(.close, [UInt8(code >> 8), UInt8(code & 255)], mask: mask)
    }
}
