import Text

/// What stood on the first row of a text, to be found again when the text was wrapped anew or its author changed it.
struct TextAnchor {
    /// What can be seen but lines of boxes, as UTF-8: no wrapping changes it.
    private let ink: [UInt8]
    /// How much of it stood above.
    private let before: Int

    /// Enough to tell a place from others.
    private static let length = 80

    init(_ rows: [Row], at first: Int) {
        var count: [UInt8] = []
        for row in rows.prefix(first) { Self.add(row, to: &count) }
        before = count.count
        var found: [UInt8] = []
        for row in rows.dropFirst(first) where found.count < Self.length { Self.add(row, to: &found) }
        ink = Array(found.prefix(Self.length))
    }

    /// The row that shows what stood first: of several places the one nearest to where it was; where it is gone, the row
    /// with as much above it.
    func row(in rows: [Row]) -> Int {
        var text: [UInt8] = []
        var starts: [Int] = []
        for row in rows {
            starts.append(text.count)
            Self.add(row, to: &text)
        }
        let place = nearest(in: text) ?? before
        return max(0, (starts.firstIndex { $0 > place } ?? starts.count) - 1)
    }

    /// Looks on both sides of where it was, further and further away.
    private func nearest(in text: [UInt8]) -> Int? {
        let last = text.count - ink.count
        guard let first = ink.first, last >= 0 else { return nil }
        func stands(at place: Int) -> Bool {
            guard (0...last).contains(place), text[place] == first else { return false }
            return ink.indices.allSatisfy { text[place + $0] == ink[$0] }
        }
        let start = min(before, last)
        for distance in 0...max(start, last - start) {
            if stands(at: start - distance) { return start - distance }
            if stands(at: start + distance) { return start + distance }
        }
        return nil
    }

    private static func add(_ row: Row, to ink: inout [UInt8]) {
        for segment in row.segments {
            var bytes = segment.text.string.utf8[...]
            while let byte = bytes.first {
                // U+2500 to U+257F, and no-break spaces.
                if byte == 0xE2, bytes.dropFirst().first.map({ $0 == 0x94 || $0 == 0x95 }) == true {
                    bytes = bytes.dropFirst(3)
                } else if byte == 0xC2, bytes.dropFirst().first == 0xA0 {
                    bytes = bytes.dropFirst(2)
                } else {
                    if byte > 0x20 { ink.append(byte) }
                    bytes = bytes.dropFirst()
                }
            }
        }
    }
}
