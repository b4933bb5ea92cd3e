// FieldCoding.swift is the byte format of what the store keeps as a whole: a version byte, then fields, each a tag,
// a length and that many bytes. A reader skips tags it does not know and stops at what makes no sense, so fields can
// be added and a damaged record gives less, never a crash.

/// Writes fields.
struct FieldWriter {
    private(set) var bytes: [UInt8] = []

    mutating func version(_ number: UInt8) { bytes.append(number) }

    mutating func varint(_ number: UInt64) {
        var left = number
        while left >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: left) | 0x80)
            left >>= 7
        }
        bytes.append(UInt8(left))
    }

    mutating func text(_ tag: UInt64, _ text: String?) {
        guard let text else { return }
        varint(tag)
        varint(UInt64(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    /// Zigzag, so that small negative numbers stay short.
    mutating func number(_ tag: UInt64, _ number: Int64?) {
        guard let number else { return }
        var payload = FieldWriter()
        payload.varint(UInt64(bitPattern: (number << 1) ^ (number >> 63)))
        nested(tag, payload)
    }

    mutating func flag(_ tag: UInt64, _ isSet: Bool) {
        if isSet { number(tag, 1) }
    }

    mutating func nested(_ tag: UInt64, _ writer: FieldWriter) {
        varint(tag)
        varint(UInt64(writer.bytes.count))
        bytes.append(contentsOf: writer.bytes)
    }

    mutating func nested(_ tag: UInt64, _ write: (inout FieldWriter) -> Void) {
        var inner = FieldWriter()
        write(&inner)
        nested(tag, inner)
    }
}

/// One field of a record.
struct Field {
    let tag: UInt64
    let payload: ArraySlice<UInt8>

    var text: String { String(decoding: payload, as: UTF8.self) }

    var number: Int64 {
        var reader = FieldReader(payload)
        guard let raw = reader.varint() else { return 0 }
        return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
    }

    var fields: FieldReader { FieldReader(payload) }
}

/// Reads fields; ends at the first that does not fit.
struct FieldReader: Sequence, IteratorProtocol {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    mutating func version() -> UInt8? { rest.popFirst() }

    mutating func varint() -> UInt64? {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while let byte = rest.popFirst() {
            guard shift < 64 else { return nil }
            number |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return number }
            shift += 7
        }
        return nil
    }

    mutating func next() -> Field? {
        guard let tag = varint(), let length = varint(), length <= UInt64(rest.count) else { return nil }
        let end = rest.startIndex + Int(length)
        defer { rest = rest[end...] }
        return Field(tag: tag, payload: rest[..<end])
    }
}
