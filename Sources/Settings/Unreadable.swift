import Text

/// What the TOML library does not survive, looked for before it reads a text: it ends the program instead of throwing.
///
/// Up to the first fault of a text this follows its syntax exactly; behind it the library reads no further.
struct Unreadable {
    /// In UTF-8 bytes.
    let offset: Int
    let message: SafeText

    /// Of a key. The library makes a table of every part and goes down into them by recursion.
    private static let mostParts = 8

    static func first(in bytes: [UInt8]) -> Unreadable? {
        // It takes a C string and would silently stop reading here.
        if let zero = bytes.firstIndex(of: 0) {
            return Unreadable(offset: zero, message: "a NUL character cannot stand here")
        }
        var position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var isLineStart = true
        var depth = 0
        var dots = 0
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                DocumentMap.skipString(in: bytes, &position)
                isLineStart = false
                continue
            case UInt8(ascii: "#"):
                position = bytes[position...].firstIndex(of: 0x0A) ?? bytes.count
                continue
            case UInt8(ascii: "."):
                dots += 1
                if dots > mostParts {
                    return Unreadable(offset: position, message: "a key of so many parts cannot stand here")
                }
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                if isLineStart, depth == 0, let place = namelessHeader(at: position, in: bytes) {
                    return Unreadable(offset: place, message: "the name of a table is expected, as in [keys]")
                }
                depth += 1
                dots = 0
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            case 0x0A, UInt8(ascii: "="), UInt8(ascii: ","): dots = 0
            default: break
            }
            isLineStart = bytes[position] == 0x0A || isLineStart && isBlank(bytes[position])
            position += 1
        }
        return nil
    }

    /// Where the name of a table should begin and something else stands. The library only asserts it.
    private static func namelessHeader(at bracket: Int, in bytes: [UInt8]) -> Int? {
        var position = bracket + 1
        while position < bytes.count, isBlank(bytes[position]) { position += 1 }
        if position < bytes.count, bytes[position] == UInt8(ascii: "[") { position += 1 }
        while position < bytes.count, isBlank(bytes[position]) { position += 1 }
        guard position < bytes.count else { return nil }
        let byte = bytes[position]
        let isName = DocumentMap.isBare(byte) || "\"']".utf8.contains(byte)
        return isName ? nil : position
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
