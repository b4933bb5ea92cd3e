/// Cuts a terminal's input into text, controls and sequences (ECMA-48), strictly.
struct SequenceParser {
    enum Item: Hashable {
        case text(Unicode.Scalar)
        case control(UInt8)
        /// What follows ESC, with its intermediates: "7", "(B".
        case escape(String)
        /// Parameters as they were spelled, with a leading "?"; the final character.
        case csi(String, Character)
        case osc(String)
        /// Bytes that make no sequence.
        case broken(String)
    }

    private enum State { case ground, escape, csi, osc, oscEscape, string, stringEscape }

    private var state = State.ground
    private var gathered: [UInt8] = []
    private var scalar: [UInt8] = []

    mutating func feed(_ byte: UInt8) -> [Item] {
        switch state {
        case .ground: return ground(byte)
        case .escape: return afterEscape(byte)
        case .csi:
            if (0x20...0x3F).contains(byte) {
                gathered.append(byte)
                return []
            }
            state = .ground
            let parameters = String(decoding: gathered, as: UTF8.self)
            return (0x40...0x7E).contains(byte)
                ? [.csi(parameters, Character(Unicode.Scalar(byte)))] : [.broken("CSI \(parameters) then \(byte)")]
        case .osc, .string:
            let isOSC = state == .osc
            if byte == 27 {
                state = isOSC ? .oscEscape : .stringEscape
                return []
            }
            if byte == 7 { return endString(isOSC) }
            gathered.append(byte)
            return []
        case .oscEscape, .stringEscape:
            let isOSC = state == .oscEscape
            if byte == UInt8(ascii: "\\") { return endString(isOSC) }
            state = .ground
            return [.broken("a string cut by ESC \(byte)")]
        }
    }

    private mutating func endString(_ isOSC: Bool) -> [Item] {
        state = .ground
        let text = String(decoding: gathered, as: UTF8.self)
        return isOSC ? [.osc(text)] : [.broken("device string \(text)")]
    }

    private mutating func afterEscape(_ byte: UInt8) -> [Item] {
        if (0x20...0x2F).contains(byte) {
            gathered.append(byte)
            return []
        }
        defer { if state == .escape { state = .ground } }
        if gathered.isEmpty {
            switch byte {
            case UInt8(ascii: "["):
                state = .csi
                return []
            case UInt8(ascii: "]"):
                state = .osc
                return []
            case UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"), UInt8(ascii: "_"):
                state = .string
                return []
            default: break
            }
        }
        return [.escape(String(decoding: gathered + [byte], as: UTF8.self))]
    }

    private mutating func ground(_ byte: UInt8) -> [Item] {
        if byte == 27 {
            state = .escape
            gathered = []
            return scalar.isEmpty ? [] : [brokenScalar()]
        }
        if byte < 32 || byte == 127 { return (scalar.isEmpty ? [] : [brokenScalar()]) + [.control(byte)] }
        if byte < 128 { return (scalar.isEmpty ? [] : [brokenScalar()]) + [.text(Unicode.Scalar(byte))] }
        scalar.append(byte)
        let length = scalar[0] >= 0xF0 ? 4 : scalar[0] >= 0xE0 ? 3 : scalar[0] >= 0xC0 ? 2 : 1
        guard scalar.count >= length else { return [] }
        guard let decoded = String(validating: scalar, as: UTF8.self)?.unicodeScalars.first else {
            return [brokenScalar()]
        }
        scalar = []
        return [decoded.properties.generalCategory == .control ? .broken("C1 \(decoded.value)") : .text(decoded)]
    }

    private mutating func brokenScalar() -> Item {
        defer { scalar = [] }
        return .broken("not UTF-8: \(scalar)")
    }
}
