/// What is known of one scalar, from the generated `ScalarTable`.
struct ScalarFacts: Equatable {
    let bits: UInt16

    /// What the sanitizer does with a scalar.
    enum Kind: UInt16 {
        case keep
        case control
        case lineBreak
        case drop
        /// Private or unassigned: nobody knows how wide it is drawn.
        case replace
        /// Nonspacing or enclosing mark.
        case mark
        /// ZWJ and ZWNJ.
        case joiner
        /// U+FE0E and U+FE0F.
        case variation
    }

    var kind: Kind { Kind(rawValue: bits & 7) ?? .drop }
    /// Kept whatever stands around it.
    var isPlain: Bool { bits & 7 == 0 }
    /// Columns of the scalar alone: 0, 1 or 2.
    var width: Int { Int(bits >> 3 & 3) }
    /// A grapheme cluster starts before each of two such scalars that follow each other.
    var standsAlone: Bool { bits & 1 << 5 != 0 }
    /// Of a script in which joiners choose the form of a letter.
    var usesJoiners: Bool { bits & 1 << 6 != 0 }
    /// Part of a word: letters, numbers, vowel signs.
    var isWord: Bool { bits & 1 << 7 != 0 }
    /// Of a script without spaces between words.
    var isBigram: Bool { bits & 1 << 8 != 0 }
    /// Accents and the like: left out when folding, without ending a word.
    var isDroppedInFolding: Bool { bits & 1 << 9 != 0 }
    /// `Fold` knows another form of it.
    var isFolded: Bool { bits & 1 << 10 != 0 }

    static func of(_ value: UInt32) -> ScalarFacts {
        if value < 0x10000 { return ScalarFacts(bits: near[Int(value)]) }
        if value &- pictographs < pictographCount {
            return ScalarFacts(bits: near[0x10000 + Int(value - pictographs)])
        }
        return searched(value)
    }

    /// The block of planes 1 and up that is common in posts: emoji.
    private static let pictographs: UInt32 = 0x1F000
    private static let pictographCount: UInt32 = 0xC00

    /// The basic plane and the emoji, one entry a scalar; the rest is searched in the runs.
    private static let near: [UInt16] = {
        var table = [UInt16](repeating: 0, count: 0x10000 + Int(pictographCount))
        let runs = ScalarTable.runs
        for (index, run) in runs.enumerated() {
            let next = index + 1 < runs.count ? runs[index + 1] >> 11 : 0x110000
            let facts = UInt16(truncatingIfNeeded: run & 0x7FF)
            let first = run >> 11
            if first < 0x10000 {
                for value in first..<min(next, 0x10000) { table[Int(value)] = facts }
            }
            let low = max(first, pictographs)
            let high = min(next, pictographs + pictographCount)
            if low < high {
                for value in low..<high { table[0x10000 + Int(value - pictographs)] = facts }
            }
        }
        return table
    }()

    private static func searched(_ value: UInt32) -> ScalarFacts {
        var low = 0
        var high = ScalarTable.runs.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if ScalarTable.runs[middle] >> 11 <= value { low = middle } else { high = middle }
        }
        return ScalarFacts(bits: UInt16(truncatingIfNeeded: ScalarTable.runs[low] & 0x7FF))
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The scalar whose UTF-8 starts at `index`, and its length. The bytes must be valid UTF-8 (as a String's are);
    /// a sequence cut off at the end reads as U+FFFD.
    @inline(__always)
    func scalar(at index: Int) -> (value: UInt32, length: Int) {
        let first = UInt32(self[index])
        if first < 0x80 { return (first, 1) }
        let left = count - index
        if first < 0xE0 {
            guard left >= 2 else { return (0xFFFD, left) }
            return ((first & 0x1F) << 6 | UInt32(self[index + 1]) & 0x3F, 2)
        }
        if first < 0xF0 {
            guard left >= 3 else { return (0xFFFD, left) }
            return (
                (first & 0x0F) << 12 | (UInt32(self[index + 1]) & 0x3F) << 6 | UInt32(self[index + 2]) & 0x3F, 3
            )
        }
        guard left >= 4 else { return (0xFFFD, left) }
        return (
            (first & 0x07) << 18 | (UInt32(self[index + 1]) & 0x3F) << 12 | (UInt32(self[index + 2]) & 0x3F) << 6
                | UInt32(self[index + 3]) & 0x3F, 4
        )
    }
}

extension [UInt8] {
    /// Appends a scalar as UTF-8.
    @inline(__always)
    mutating func append(scalar value: UInt32) {
        if value < 0x80 {
            append(UInt8(truncatingIfNeeded: value))
        } else if value < 0x800 {
            append(UInt8(truncatingIfNeeded: 0xC0 | value >> 6))
            append(UInt8(truncatingIfNeeded: 0x80 | value & 0x3F))
        } else if value < 0x10000 {
            append(UInt8(truncatingIfNeeded: 0xE0 | value >> 12))
            append(UInt8(truncatingIfNeeded: 0x80 | value >> 6 & 0x3F))
            append(UInt8(truncatingIfNeeded: 0x80 | value & 0x3F))
        } else {
            append(UInt8(truncatingIfNeeded: 0xF0 | value >> 18))
            append(UInt8(truncatingIfNeeded: 0x80 | value >> 12 & 0x3F))
            append(UInt8(truncatingIfNeeded: 0x80 | value >> 6 & 0x3F))
            append(UInt8(truncatingIfNeeded: 0x80 | value & 0x3F))
        }
    }
}
