import Text

/// What stood on the first row of a text, to be found again when the text was wrapped anew or its author changed it.
struct TextAnchor {
    /// Letters and digits as UTF-8, which no wrapping changes.
    private let letters: ArraySlice<UInt8>
    /// How many stood above.
    private let before: Int

    /// Letters that tell a place from others.
    private static let length = 80

    init(_ rows: [Row], at first: Int) {
        before = rows[..<min(first, rows.count)].reduce(0) { $0 + Self.letters(of: $1).count }
        var found: [UInt8] = []
        for row in rows.dropFirst(first) where found.count < Self.length { found += Self.letters(of: row) }
        letters = found.prefix(Self.length)
    }

    /// The row that shows what stood first: of several places the one nearest to where it was; where it is gone, the row
    /// with as much above it.
    func row(in rows: [Row]) -> Int {
        var text: [UInt8] = []
        var starts: [Int] = []
        for row in rows {
            starts.append(text.count)
            text += Self.letters(of: row)
        }
        let place = nearest(in: text) ?? before
        return max(0, (starts.firstIndex { $0 > place } ?? starts.count) - 1)
    }

    private func nearest(in text: [UInt8]) -> Int? {
        guard let first = letters.first, text.count >= letters.count else { return nil }
        let places = (0...text.count - letters.count).lazy.filter {
            text[$0] == first && text[$0..<$0 + letters.count] == letters
        }
        return places.min { abs($0 - before) < abs($1 - before) }
    }

    private static func letters(of row: Row) -> [UInt8] {
        row.segments.flatMap { segment in
            segment.text.string.unicodeScalars.lazy.filter {
                $0.properties.isAlphabetic || $0.properties.numericType != nil
            }
            .flatMap { UTF8.encode($0).map(Array.init) ?? [] }
        }
    }
}
