import Text

/// Any JSON text (RFC 8259), read strictly and kept loosely: numbers keep their spelling, so that an id beyond 2^53
/// stays itself, and the accessors answer nil instead of failing, so that one odd field costs that field alone.
public enum JSONValue: Hashable, Sendable {
    /// A name and a value of an object.
    public struct Member: Hashable, Sendable {
        public let name: String
        public let value: JSONValue
    }

    case null
    case bool(Bool)
    /// As it was written: `-12.5e3`.
    case number(String)
    case string(String)
    case array([JSONValue])
    /// In document order; of members with one name the last one counts.
    case object([Member])

    /// Reads one value that fills the whole text. A byte order mark is passed over; bytes that are no UTF-8 and lone
    /// surrogates become U+FFFD.
    /// - Throws: `.empty`, `.tooLarge`, `.malformed` with the place of the first fault; nesting beyond
    ///   `DecodingLimits.depth` and more than `DecodingLimits.values` are faults.
    public init(parsing bytes: [UInt8]) throws(DecodingError) {
        guard bytes.count <= DecodingLimits.bytes else {
            throw .tooLarge(bytes: bytes.count, limit: DecodingLimits.bytes)
        }
        var parser = JSONParser(bytes)
        self = try parser.parse()
    }

    /// The member of an object with this name; nil where there is none, and of what is no object.
    public subscript(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }

    /// A string, as it is.
    public var string: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    /// A string or the spelling of a number: ids come as either.
    public var text: String? {
        switch self {
        case .string(let value), .number(let value): return value
        default: return nil
        }
    }

    /// A string that says something.
    public var filled: String? {
        guard case .string(let value) = self, value.utf8.contains(where: { $0 > 32 }) else { return nil }
        return value
    }

    public var bool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    /// A whole number, however it was written (`3`, `3.0`, `"3"`); nil beyond 64 bits.
    public var int: Int? {
        guard let text else { return nil }
        if let whole = Int(text) { return whole }
        guard let real = Double(text), real.magnitude < 9e15, real == real.rounded() else { return nil }
        return Int(real)
    }

    /// The elements; none for anything but an array.
    public var elements: [JSONValue] {
        guard case .array(let values) = self else { return [] }
        return values
    }

    public var isArray: Bool {
        if case .array = self { return true }
        return false
    }

    public var isObject: Bool {
        if case .object = self { return true }
        return false
    }
}

private struct JSONParser {
    private let bytes: [UInt8]
    private var place = 0
    private var valuesLeft = DecodingLimits.values

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { place = 3 }
    }

    mutating func parse() throws(DecodingError) -> JSONValue {
        skipBlanks()
        guard place < bytes.count else { throw .empty }
        let value = try value(depth: 1)
        skipBlanks()
        guard place == bytes.count else { throw fault("something follows the end of the value") }
        return value
    }

    private func fault(_ message: SafeText) -> DecodingError {
        var line = 1
        var column = 1
        for byte in bytes[..<min(place, bytes.count)] {
            if byte == 10 {
                line += 1
                column = 1
            } else if byte & 0xc0 != 0x80 {
                column += 1
            }
        }
        return .malformed(line: line, column: column, message: message)
    }

    private mutating func skipBlanks() {
        while place < bytes.count, bytes[place] == 32 || bytes[place] == 10 || bytes[place] == 13 || bytes[place] == 9 {
            place += 1
        }
    }

    private mutating func value(depth: Int) throws(DecodingError) -> JSONValue {
        guard depth <= DecodingLimits.depth else { throw fault("nested too deeply") }
        valuesLeft -= 1
        guard valuesLeft >= 0 else { throw fault("more than \(DecodingLimits.values) values") }
        guard place < bytes.count else { throw fault("the text ends where a value should be") }
        switch bytes[place] {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw fault("expected a value")
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(DecodingError) -> JSONValue {
        let end = place + word.utf8CodeUnitCount
        guard end <= bytes.count,
            word.withUTF8Buffer({ $0.elementsEqual(bytes[place..<end]) })
        else { throw fault("expected a value") }
        place = end
        return value
    }

    private mutating func array(depth: Int) throws(DecodingError) -> JSONValue {
        place += 1
        var values: [JSONValue] = []
        skipBlanks()
        if take(UInt8(ascii: "]")) { return .array(values) }
        while true {
            skipBlanks()
            values.append(try value(depth: depth + 1))
            skipBlanks()
            if take(UInt8(ascii: "]")) { return .array(values) }
            guard take(UInt8(ascii: ",")) else { throw fault("expected , or ] in an array") }
        }
    }

    private mutating func object(depth: Int) throws(DecodingError) -> JSONValue {
        place += 1
        var members: [JSONValue.Member] = []
        skipBlanks()
        if take(UInt8(ascii: "}")) { return .object(members) }
        while true {
            skipBlanks()
            guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else {
                throw fault("expected a name in quotes in an object")
            }
            let name = try string()
            skipBlanks()
            guard take(UInt8(ascii: ":")) else { throw fault("expected : after a name in an object") }
            skipBlanks()
            members.append(JSONValue.Member(name: name, value: try value(depth: depth + 1)))
            skipBlanks()
            if take(UInt8(ascii: "}")) { return .object(members) }
            guard take(UInt8(ascii: ",")) else { throw fault("expected , or } in an object") }
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard place < bytes.count, bytes[place] == byte else { return false }
        place += 1
        return true
    }

    private mutating func number() throws(DecodingError) -> JSONValue {
        let start = place
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) {
            guard digits() > 0 else { throw fault("expected a digit") }
        }
        if take(UInt8(ascii: ".")) {
            guard digits() > 0 else { throw fault("expected a digit after the point") }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard digits() > 0 else { throw fault("expected a digit in the exponent") }
        }
        return .number(String(decoding: bytes[start..<place], as: UTF8.self))
    }

    private mutating func digits() -> Int {
        let start = place
        while place < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[place]) { place += 1 }
        return place - start
    }

    private mutating func string() throws(DecodingError) -> String {
        place += 1
        let start = place
        while place < bytes.count {
            let byte = bytes[place]
            if byte == UInt8(ascii: "\"") {
                let text = String(decoding: bytes[start..<place], as: UTF8.self)
                place += 1
                return text
            }
            if byte == UInt8(ascii: "\\") { return try stringWithEscapes(from: start) }
            guard byte >= 32 else { throw fault("a control character in a string") }
            place += 1
        }
        throw fault("the text ends inside a string")
    }

    private mutating func stringWithEscapes(from start: Int) throws(DecodingError) -> String {
        var decoded = Array(bytes[start..<place])
        while place < bytes.count {
            let byte = bytes[place]
            guard byte >= 32 else { throw fault("a control character in a string") }
            place += 1
            if byte == UInt8(ascii: "\"") { return String(decoding: decoded, as: UTF8.self) }
            guard byte == UInt8(ascii: "\\") else {
                decoded.append(byte)
                continue
            }
            guard place < bytes.count else { break }
            let escape = bytes[place]
            place += 1
            switch escape {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded.append(escape)
            case UInt8(ascii: "b"): decoded.append(8)
            case UInt8(ascii: "f"): decoded.append(12)
            case UInt8(ascii: "n"): decoded.append(10)
            case UInt8(ascii: "r"): decoded.append(13)
            case UInt8(ascii: "t"): decoded.append(9)
            case UInt8(ascii: "u"): decoded += Array(String(Character(try scalar())).utf8)
            default:
                place -= 1
                throw fault("an unknown escape in a string")
            }
        }
        throw fault("the text ends inside a string")
    }

    /// The scalar of a `\u` escape or of a pair of them; `place` stands behind the first `u`.
    private mutating func scalar() throws(DecodingError) -> Unicode.Scalar {
        let unit = try hexUnit()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard unit < 0xdc00, place + 1 < bytes.count, bytes[place] == UInt8(ascii: "\\"),
            bytes[place + 1] == UInt8(ascii: "u")
        else { return "\u{fffd}" }
        let restart = place
        place += 2
        let low = try hexUnit()
        if (0xdc00...0xdfff).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00))
        {
            return scalar
        }
        place = restart
        return "\u{fffd}"
    }

    private mutating func hexUnit() throws(DecodingError) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard place < bytes.count, let digit = Character(Unicode.Scalar(bytes[place])).hexDigitValue else {
                throw fault("expected four hexadecimal digits after \\u")
            }
            unit = unit << 4 | UInt32(digit)
            place += 1
        }
        return unit
    }
}
