/// One grapheme cluster of a text.
public struct Cluster: Hashable, Sendable {
    /// UTF-8 byte offsets into the text.
    public let range: Range<Int>
    /// Columns, as `GraphemeWidth.columns(of:)` says.
    public let columns: Int
    /// True when several letters of it take columns side by side; false for all that is drawn as one.
    public let isSeveralLetters: Bool
}

/// Walks through the clusters of a text. Where UAX #29 has no rule that joins two scalars (ASCII, Latin, Han,
/// kana, ...) it decides by the table; elsewhere it asks the standard library, which is slower.
package struct ClusterScanner {
    package let bytes: UnsafeBufferPointer<UInt8>
    /// Where the next cluster starts.
    package var index: Int
    private let text: String

    /// - Parameter bytes: the UTF-8 of `text`.
    package init(_ bytes: UnsafeBufferPointer<UInt8>, of text: String, from index: Int = 0) {
        self.bytes = bytes
        self.text = text
        self.index = index
    }

    /// The next cluster; nil at the end.
    package mutating func next() -> Cluster? {
        guard index < bytes.count else { return nil }
        let start = index
        let byte = bytes[start]
        if byte < 0x80, start + 1 == bytes.count || bytes[start + 1] < 0x80 {
            // CR LF is one cluster for the standard library; both are refused where it matters.
            index = start + 1
            return Cluster(range: start..<index, columns: byte >= 0x20 && byte < 0x7F ? 1 : 0, isSeveralLetters: false)
        }
        let (value, length) = bytes.scalar(at: start)
        let facts = ScalarFacts.of(value)
        if facts.standsAlone, start + length == bytes.count || standsAlone(at: start + length) {
            index = start + length
            return Cluster(range: start..<index, columns: facts.width, isSeveralLetters: false)
        }
        return nextByStandardLibrary()
    }

    private func standsAlone(at index: Int) -> Bool {
        bytes[index] < 0x80 || ScalarFacts.of(bytes.scalar(at: index).value).standsAlone
    }

    private mutating func nextByStandardLibrary() -> Cluster {
        let start = index
        let from = text.utf8.index(text.utf8.startIndex, offsetBy: start)
        let end = start + text.utf8.distance(from: from, to: text.index(after: from))
        index = min(max(end, start + 1), bytes.count)
        let shape = ClusterShape(bytes[start..<index])
        return Cluster(
            range: start..<index, columns: shape.columns,
            isSeveralLetters: shape.spacingScalars > 1 && !shape.isEmojiSequence)
    }
}

extension SafeText {
    /// The clusters from the beginning on, until `body` answers false.
    public func forEachCluster(_ body: (Cluster) throws -> Bool) rethrows {
        var copy = string
        try copy.withUTF8 { bytes in
            var scanner = ClusterScanner(bytes, of: string)
            while let cluster = scanner.next(), try body(cluster) {}
        }
    }
}
