/// Where the tables, keys and values of a TOML text stand.
///
/// The TOML library gives positions for syntax errors alone. This walks a text that the library accepted, so it trusts
/// the syntax; on any other text its answers are useless but it ends and never fails.
/// Offsets are in UTF-8 bytes. Source: toml.io, v1.0.0.
struct DocumentMap {
    /// What stands under one header; the first block has none and holds the keys before the first header.
    struct Block {
        var path: [String]
        /// `[[name]]` rather than `[name]`.
        var isElement: Bool
        /// Of the opening bracket.
        var start: Int
        /// Behind the header or the last value, comments not included.
        var end: Int
    }

    struct Entry {
        var block: Int
        /// As written in the block: `a.b = 1` has two parts.
        var path: [String]
        var key: Int
        var value: Range<Int>
    }

    let bytes: [UInt8]
    private(set) var blocks = [Block(path: [], isElement: false, start: 0, end: 0)]
    private(set) var entries: [Entry] = []
    /// Where each block's entries begin among `entries`.
    private var firstEntries = [0]
    /// Where each line begins.
    private let lines: [Int]
    /// The first place of every path of keys and of what leads to it.
    private var places: [[String]: Int] = [:]

    init(_ text: String) {
        let bytes = Array(text.utf8)
        self.bytes = bytes
        lines = [0] + bytes.indices.filter { bytes[$0] == 0x0A }.map { $0 + 1 }
        var position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            case UInt8(ascii: "#"): position = endOfLine(position)
            case UInt8(ascii: "["): readHeader(&position)
            default: readEntry(&position)
            }
        }
        for block in blocks.dropFirst() { note(block.path, at: block.start) }
        for entry in entries { note(absolutePath(of: entry), at: entry.key) }
    }

    private mutating func note(_ path: [String], at offset: Int) {
        // No setting lies deeper, so nobody asks for more.
        for length in 1..<(min(path.count, 4) + 1) {
            let beginning = Array(path.prefix(length))
            places[beginning] = min(offset, places[beginning] ?? offset)
        }
    }

    // MARK: - Looking up

    /// The line (1-based) and column (1-based, grapheme clusters) of an offset.
    func lineAndColumn(of offset: Int) -> (line: Int, column: Int) {
        let offset = min(offset, bytes.count)
        // The number of lines that begin at or before the offset; a file of many sources is looked up often.
        var (low, high) = (0, lines.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if lines[middle] <= offset { low = middle } else { high = middle }
        }
        return (low + 1, String(decoding: bytes[lines[low]..<offset], as: UTF8.self).count + 1)
    }

    /// The `[[name]]` blocks of one name, in the order of the text.
    func elements(named name: String) -> [Int] {
        blocks.indices.filter { blocks[$0].isElement && blocks[$0].path == [name] }
    }

    /// The entry of a key in a block; the first, where the key is written with dots several times.
    func entry(_ key: String, in block: Int) -> Entry? {
        let end = block + 1 < blocks.count ? firstEntries[block + 1] : entries.count
        return entries[firstEntries[block]..<end].first { $0.path.first == key }
    }

    /// Where a path of keys stands, wherever it is written: as a key, under a header, or in an inline table.
    func offset(of path: [String]) -> Int? {
        for length in stride(from: path.count, to: 0, by: -1) {
            if let offset = places[Array(path.prefix(length))] { return offset }
        }
        return nil
    }

    func absolutePath(of entry: Entry) -> [String] { blocks[entry.block].path + entry.path }

    /// The offset of the nth grapheme cluster (0-based) of a string value; the value's own start where the string is
    /// written in a way (a line continued by a backslash) that this does not follow.
    func offset(ofCluster number: Int, inStringAt value: Range<Int>) -> Int {
        guard value.lowerBound < bytes.count else { return value.lowerBound }
        let quote = bytes[value.lowerBound]
        let isLong = bytes[value].starts(with: [quote, quote, quote]) && value.count >= 6
        var position = value.lowerBound + (isLong ? 3 : 1)
        if isLong, bytes[position...].starts(with: [0x0D, 0x0A]) { position += 1 }
        if isLong, bytes[position] == 0x0A { position += 1 }
        let end = value.upperBound - (isLong ? 3 : 1)
        var decoded = ""
        var offsets: [Int] = []
        while position < end {
            offsets.append(position)
            if quote == UInt8(ascii: "\""), bytes[position] == UInt8(ascii: "\\") {
                guard let (scalar, length) = escape(at: position) else { return value.lowerBound }
                decoded.unicodeScalars.append(scalar)
                position += length
            } else {
                let length = utf8Length(bytes[position])
                let piece = bytes[position..<min(position + length, end)]
                decoded.unicodeScalars.append(contentsOf: String(decoding: piece, as: UTF8.self).unicodeScalars)
                position += length
            }
        }
        var scalars = 0
        for cluster in decoded.prefix(number) { scalars += cluster.unicodeScalars.count }
        return scalars < offsets.count ? offsets[scalars] : end
    }

    // MARK: - Walking

    private mutating func readHeader(_ position: inout Int) {
        let start = position
        position += 1
        let isElement = position < bytes.count && bytes[position] == UInt8(ascii: "[")
        if isElement { position += 1 }
        let path = readKey(&position)
        while position < bytes.count, bytes[position] == UInt8(ascii: "]") { position += 1 }
        blocks.append(Block(path: path, isElement: isElement, start: start, end: position))
        firstEntries.append(entries.count)
        // On a text that is no TOML nothing may have been read.
        if position == start { position += 1 }
    }

    private mutating func readEntry(_ position: inout Int) {
        let key = position
        let path = readKey(&position)
        if position < bytes.count, bytes[position] == UInt8(ascii: "=") { position += 1 }
        skipSpaces(&position)
        let value = position
        skipValue(&position)
        if position == key { position += 1 }
        let block = blocks.count - 1
        entries.append(Entry(block: block, path: path, key: key, value: value..<position))
        blocks[block].end = position
        readInlineTable(value..<position, under: path, depth: 0)
    }

    /// The keys of a value that is an inline table, with the path that leads to them.
    private mutating func readInlineTable(_ value: Range<Int>, under path: [String], depth: Int) {
        // Deeper than any setting; a bound for texts made to exhaust the stack.
        guard depth < 16, value.lowerBound < value.upperBound, bytes[value.lowerBound] == UInt8(ascii: "{") else {
            return
        }
        var position = value.lowerBound + 1
        while position < value.upperBound - 1 {
            skipSpaces(&position)
            let key = position
            let inner = readKey(&position)
            guard position < value.upperBound, bytes[position] == UInt8(ascii: "=") else { return }
            position += 1
            skipSpaces(&position)
            let start = position
            skipInlineValue(&position, before: value.upperBound - 1)
            entries.append(Entry(block: blocks.count - 1, path: path + inner, key: key, value: start..<position))
            readInlineTable(start..<position, under: path + inner, depth: depth + 1)
            skipSpaces(&position)
            if position < value.upperBound, bytes[position] == UInt8(ascii: ",") { position += 1 }
            if position == key { return }
        }
    }

    private func skipInlineValue(_ position: inout Int, before end: Int) {
        guard position < end else { return }
        switch bytes[position] {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): skipString(&position)
        case UInt8(ascii: "["), UInt8(ascii: "{"): skipBrackets(&position)
        default: while position < end, bytes[position] != UInt8(ascii: ",") { position += 1 }
        }
        position = min(position, end)
    }

    /// Reads a key with its dots and the spaces behind it.
    private func readKey(_ position: inout Int) -> [String] {
        var path: [String] = []
        while position < bytes.count {
            skipSpaces(&position)
            guard position < bytes.count else { break }
            let start = position
            switch bytes[position] {
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                skipString(&position)
                path.append(unquoted(start..<position))
            default:
                while position < bytes.count, isBare(bytes[position]) { position += 1 }
                path.append(String(decoding: bytes[start..<position], as: UTF8.self))
            }
            skipSpaces(&position)
            guard position < bytes.count, bytes[position] == UInt8(ascii: ".") else { break }
            position += 1
        }
        return path
    }

    private func skipValue(_ position: inout Int) {
        guard position < bytes.count else { return }
        switch bytes[position] {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): skipString(&position)
        case UInt8(ascii: "["), UInt8(ascii: "{"): skipBrackets(&position)
        default:
            let start = position
            while position < bytes.count, bytes[position] != 0x0A, bytes[position] != UInt8(ascii: "#") {
                position += 1
            }
            while position > start, [0x20, 0x09, 0x0D].contains(bytes[position - 1]) { position -= 1 }
        }
    }

    /// An array or an inline table with all that is in it.
    private func skipBrackets(_ position: inout Int) {
        var depth = 0
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                depth -= 1
                if depth == 0 {
                    position += 1
                    return
                }
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                skipString(&position)
                continue
            case UInt8(ascii: "#"):
                position = endOfLine(position)
                continue
            default: break
            }
            position += 1
        }
    }

    private func skipString(_ position: inout Int) { Self.skipString(in: bytes, &position) }

    static func skipString(in bytes: [UInt8], _ position: inout Int) {
        let quote = bytes[position]
        let isLong = bytes[position...].starts(with: [quote, quote, quote])
        position += isLong ? 3 : 1
        while position < bytes.count {
            if quote == UInt8(ascii: "\""), bytes[position] == UInt8(ascii: "\\") {
                position = min(position + 2, bytes.count)
            } else if bytes[position] == quote {
                guard isLong else {
                    position += 1
                    return
                }
                guard bytes[position...].starts(with: [quote, quote, quote]) else {
                    position += 1
                    continue
                }
                position += 3
                // One or two quotes before the closing three belong to the text.
                while position < bytes.count, bytes[position] == quote { position += 1 }
                return
            } else if bytes[position] == 0x0A, !isLong {
                return
            } else {
                position += 1
            }
        }
    }

    private func unquoted(_ range: Range<Int>) -> String {
        let inner = bytes[range].dropFirst().dropLast()
        guard bytes[range.lowerBound] == UInt8(ascii: "\""), inner.contains(UInt8(ascii: "\\")) else {
            return String(decoding: inner, as: UTF8.self)
        }
        var text: [UInt8] = []
        var position = inner.startIndex
        while position < inner.endIndex {
            if bytes[position] == UInt8(ascii: "\\"), let (scalar, length) = escape(at: position) {
                text.append(contentsOf: Array(String(scalar).utf8))
                position += length
            } else {
                text.append(bytes[position])
                position += 1
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The scalar that an escape means, and its length in bytes.
    private func escape(at position: Int) -> (Unicode.Scalar, Int)? {
        guard position + 1 < bytes.count else { return nil }
        switch bytes[position + 1] {
        case UInt8(ascii: "b"): return ("\u{8}", 2)
        case UInt8(ascii: "t"): return ("\t", 2)
        case UInt8(ascii: "n"): return ("\n", 2)
        case UInt8(ascii: "f"): return ("\u{c}", 2)
        case UInt8(ascii: "r"): return ("\r", 2)
        case UInt8(ascii: "\""): return ("\"", 2)
        case UInt8(ascii: "\\"): return ("\\", 2)
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            let digits = bytes[position + 1] == UInt8(ascii: "u") ? 4 : 8
            guard position + 2 + digits <= bytes.count else { return nil }
            let text = String(decoding: bytes[(position + 2)..<(position + 2 + digits)], as: UTF8.self)
            guard let number = UInt32(text, radix: 16), let scalar = Unicode.Scalar(number) else { return nil }
            return (scalar, 2 + digits)
        default: return nil
        }
    }

    private func endOfLine(_ position: Int) -> Int { bytes[position...].firstIndex(of: 0x0A) ?? bytes.count }

    private func skipSpaces(_ position: inout Int) {
        while position < bytes.count, bytes[position] == 0x20 || bytes[position] == 0x09 { position += 1 }
    }

    private func isBare(_ byte: UInt8) -> Bool { Self.isBare(byte) }

    /// Whether a key without quotes may hold it.
    static func isBare(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private func utf8Length(_ first: UInt8) -> Int {
        switch first {
        case 0xF0...: 4
        case 0xE0...: 3
        case 0xC0...: 2
        default: 1
        }
    }
}
