/// Appends blocks to a TOML text and takes them out again, byte for byte: what was appended and is taken out leaves
/// no trace.
struct BlockEditor {
    private var bytes: [UInt8]
    private let lineEnd: [UInt8]

    init(_ text: String) {
        bytes = Array(text.utf8)
        let firstLine = bytes.prefix { $0 != 0x0A }
        lineEnd = firstLine.count < bytes.count && firstLine.last == 0x0D ? [0x0D, 0x0A] : [0x0A]
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Puts a block at the end, one empty line before it. A text whose last line has no end keeps that habit.
    mutating func append(_ lines: [String]) {
        let endsOpen = !bytes.isEmpty && bytes.last != 0x0A
        if !bytes.isEmpty { bytes += lineEnd }
        if endsOpen { bytes += lineEnd }
        for (index, line) in lines.enumerated() {
            bytes += Array(line.utf8)
            if index < lines.count - 1 || !endsOpen { bytes += lineEnd }
        }
    }

    /// Takes a block out: its lines, the tables under it, the comments that touch it above and (unless they touch the
    /// next header) below, and one empty line before it.
    mutating func remove(block index: Int, of map: DocumentMap) {
        let header = map.blocks[index]
        var last = index
        while last + 1 < map.blocks.count, map.blocks[last + 1].path.count > header.path.count,
            map.blocks[last + 1].path.starts(with: header.path)
        {
            last += 1
        }
        var start = startOfLine(header.start)
        // Lines of an earlier value can look like comments; they end before this block begins.
        let floor = index > 0 ? map.blocks[index - 1].end : 0
        while let above = lineBefore(start), above.lowerBound >= floor, isComment(above) { start = above.lowerBound }
        var end = endOfLine(map.blocks[last].end)
        var below = end
        while below < bytes.count, isComment(below..<endOfLine(below)) { below = endOfLine(below) }
        let next = last + 1 < map.blocks.count ? startOfLine(map.blocks[last + 1].start) : nil
        if below != next { end = below }

        if let above = lineBefore(start), isEmpty(above) {
            start = above.lowerBound
        } else if start == 0, end < bytes.count, isEmpty(end..<endOfLine(end)) {
            end = endOfLine(end)
        }
        if end == bytes.count, bytes.last != 0x0A, let above = lineBefore(start) {
            // The text keeps its habit of a last line without an end.
            start = above.upperBound - (bytes[..<above.upperBound].suffix(2) == [0x0D, 0x0A] ? 2 : 1)
        }
        bytes.removeSubrange(start..<end)
    }

    /// Sets keys of a block: a value in the place of the one that is there, a new one behind the block's last; a key
    /// without a value is taken out with its line.
    /// - Parameter map: of the text as it was given; only the first change of an editor may be this one.
    mutating func set(_ fields: [(key: String, value: String?)], in block: Int, of map: DocumentMap) {
        var changes: [(range: Range<Int>, bytes: [UInt8])] = []
        var added: [UInt8] = []
        for (key, value) in fields {
            switch (map.entry(key, in: block), value) {
            case (let entry?, let value?): changes.append((entry.value, Array(value.utf8)))
            case (let entry?, nil):
                changes.append((startOfLine(entry.key)..<endOfLine(entry.value.upperBound), []))
            case (nil, let value?): added += Array("\(key) = \(value)".utf8) + lineEnd
            case (nil, nil): break
            }
        }
        let end = endOfLine(map.blocks[block].end)
        if !added.isEmpty {
            let endsOpen = end == bytes.count && bytes.last != 0x0A
            changes.append((end..<end, endsOpen ? lineEnd + added.dropLast(lineEnd.count) : added))
        }
        // From the end, so that what is before keeps its place; what is added comes behind a line that goes.
        for change in changes.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
            bytes.replaceSubrange(change.range, with: change.bytes)
        }
    }

    private func startOfLine(_ position: Int) -> Int {
        bytes[..<position].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    }

    /// Behind the line's end.
    private func endOfLine(_ position: Int) -> Int {
        bytes[position...].firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.count
    }

    private func lineBefore(_ start: Int) -> Range<Int>? {
        start > 0 ? startOfLine(start - 1)..<start : nil
    }

    private func isComment(_ line: Range<Int>) -> Bool {
        bytes[line].first { $0 != 0x20 && $0 != 0x09 } == UInt8(ascii: "#")
    }

    private func isEmpty(_ line: Range<Int>) -> Bool {
        bytes[line].allSatisfy { [0x20, 0x09, 0x0D, 0x0A].contains($0) }
    }
}
