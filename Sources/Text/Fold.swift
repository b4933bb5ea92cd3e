/// One form for all that a reader takes for the same letter: without case, accents, ligatures and width
/// (NFKD and case folding without the marks; strokes as in ø as well).
enum Fold {
    /// Scalars below this have an entry in `low`.
    static let lowCount: UInt32 = 0x600

    static let separator: UInt16 = 0
    /// Left out, but a word goes on.
    static let dropped: UInt16 = 1
    /// More than one scalar.
    static let expanding: UInt16 = 2

    /// Latin, Greek, Cyrillic, Armenian and Hebrew for the tokenizer: the folded scalar of a word's scalar, or one of
    /// the three marks above.
    static let low: [UInt16] = (0..<lowCount).map { value in
        let facts = ScalarFacts.of(value)
        if facts.isDroppedInFolding { return dropped }
        guard facts.isWord else { return separator }
        guard facts.isFolded else { return UInt16(value) }
        if let single = single(value) { return single < 0x10000 ? UInt16(single) : expanding }
        return expanding
    }

    /// Appends the folded form of a scalar that is folded (`ScalarFacts.isFolded`), or the scalar itself.
    static func append(_ value: UInt32, to output: inout [UInt8]) {
        if let single = single(value) {
            output.append(scalar: single)
            return
        }
        var low = 0
        var high = FoldTable.expanding.count
        while low < high {
            let middle = (low + high) / 2
            if FoldTable.expanding[middle] < value { low = middle + 1 } else { high = middle }
        }
        guard low < FoldTable.expanding.count, FoldTable.expanding[low] == value else {
            output.append(scalar: value)
            return
        }
        for scalar in FoldTable.expansions[low * 4..<low * 4 + 4] where scalar != 0 { output.append(scalar: scalar) }
    }

    private static func single(_ value: UInt32) -> UInt32? {
        var low = 0
        var high = FoldTable.ranges.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if FoldTable.ranges[middle] >> 43 <= value { low = middle } else { high = middle }
        }
        let range = FoldTable.ranges[low]
        let first = UInt32(truncatingIfNeeded: range >> 43)
        let count = UInt32(truncatingIfNeeded: range >> 33 & 0x3FF)
        let step = UInt32(truncatingIfNeeded: range >> 32 & 1) + 1
        guard value >= first, (value - first) % step == 0, (value - first) / step < count else { return nil }
        return UInt32(truncatingIfNeeded: range) + (value - first)
    }

    /// The kana that a (semi-)voiced sound mark makes of one without: halfwidth and decomposed text has them apart.
    static func voiced(_ kana: UInt32, by mark: UInt32) -> UInt32? {
        let hiragana = (0x30A1...0x30FE).contains(kana) ? kana - 0x60 : kana
        switch (hiragana, mark) {
        case (0x306F, _), (0x3072, _), (0x3075, _), (0x3078, _), (0x307B, _): return kana + (mark == 0x3099 ? 1 : 2)
        case (0x304B...0x3062, 0x3099) where hiragana % 2 == 1: return kana + 1
        case (0x3064, 0x3099), (0x3066, 0x3099), (0x3068, 0x3099), (0x309D, 0x3099): return kana + 1
        case (0x3046, 0x3099): return kana + 0x4E
        default: return nil
        }
    }
}
