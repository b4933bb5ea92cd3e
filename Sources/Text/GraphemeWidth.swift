/// Columns that a terminal gives text. One function of the grapheme cluster, in one place.
public enum GraphemeWidth {
    /// Columns that a terminal gives one grapheme cluster: 0, 1 or 2. More only for clusters of several spacing
    /// letters (Indic conjuncts, vowel signs with a place of their own), which terminals draw side by side.
    /// Source: UAX #11 and UTS #51; terminals differ on VS16 (see GraphemeWidthTests.ambiguous).
    public static func columns(of cluster: Character) -> Int {
        if let ascii = cluster.asciiValue { return ascii >= 0x20 && ascii < 0x7F ? 1 : 0 }
        var text = String(cluster)
        return text.withUTF8 { ClusterShape($0[...]).columns }
    }

    /// Columns of a whole text: the sum over its grapheme clusters.
    public static func columns(of text: SafeText) -> Int {
        var columns = 0
        text.forEachCluster { cluster in
            columns += cluster.columns
            return true
        }
        return columns
    }

    /// What to write for a cluster so that every terminal moves by `columns(of:)`: a flag as its two letters, an
    /// emoji sequence as its first emoji without skin tone and variation selector, padded with blanks where a
    /// terminal may give it one column only; at most four marks (an ncurses cell holds no more).
    /// - Parameter knows: false for a scalar whose width the machine's C library cannot tell (it is newer than the
    ///   library); U+FFFD is written instead.
    public static func drawn(_ cluster: Character, knows: (Unicode.Scalar) -> Bool = { _ in true }) -> String {
        if cluster.isASCII { return String(cluster) }
        var source = String(cluster)
        let shape = source.withUTF8 { ClusterShape($0[...]) }
        var text = ""
        var columns = 0
        var marks = 0
        for scalar in cluster.unicodeScalars {
            let width = ScalarFacts.of(scalar.value).width
            if width > 0 {
                if shape.isEmojiSequence && !shape.isFlag && columns > 0 { break }
                text.unicodeScalars.append(knows(scalar) ? scalar : "\u{FFFD}")
                columns += knows(scalar) ? width : 1
            } else if columns > 0, marks < 4, knows(scalar), scalar.value == 0x20E3 || !shape.isEmojiSequence,
                scalar.value & ~1 != 0xFE0E, scalar.value & ~1 != 0x200C
            {
                text.unicodeScalars.append(scalar)
                marks += 1
            }
        }
        if columns < shape.columns { text += String(repeating: " ", count: shape.columns - columns) }
        return text
    }
}

/// How a cluster is made, as far as its width depends on it.
struct ClusterShape {
    var columns = 0
    /// Letters that take columns of their own.
    var spacingScalars = 0
    var isEmojiSequence = false
    var isFlag = false

    init(_ cluster: Slice<UnsafeBufferPointer<UInt8>>) {
        let bytes = UnsafeBufferPointer(rebasing: cluster)
        guard !bytes.isEmpty else { return }
        let (first, length) = bytes.scalar(at: 0)
        columns = ScalarFacts.of(first).width
        spacingScalars = columns > 0 ? 1 : 0
        guard length < bytes.count else { return }
        var index = length
        while index < bytes.count {
            let (value, length) = bytes.scalar(at: index)
            index += length
            switch value {
            case 0x200D, 0xFE0F, 0x1F3FB...0x1F3FF:
                // A digit with VS16 becomes an emoji only by the keycap that follows.
                if first >= 0xA9, Self.isEmoji(first) { isEmojiSequence = true }
            case 0x20E3:
                if first < 0x80, Self.isEmoji(first) { isEmojiSequence = true }
            case 0xE0020...0xE007F:
                if first == 0x1F3F4 { isEmojiSequence = true }
            case 0x1F1E6...0x1F1FF:
                isFlag = (0x1F1E6...0x1F1FF).contains(first)
                isEmojiSequence = isEmojiSequence || isFlag
            default: break
            }
            let width = ScalarFacts.of(value).width
            columns += width
            if width > 0 { spacingScalars += 1 }
        }
        if isEmojiSequence { columns = 2 }
    }

    private static func isEmoji(_ value: UInt32) -> Bool {
        Unicode.Scalar(value)?.properties.isEmoji ?? false
    }
}
