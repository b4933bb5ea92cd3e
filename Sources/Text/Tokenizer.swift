/// Folding and tokenizing for matching. One tokenizer feeds the full-text index, the matcher and the prefilter.
///
/// A word is a run of letters and digits; apostrophes, `_`, `#` and `@` separate like all punctuation. Scripts without
/// spaces between words (Han, kana, Thai, Lao, Khmer, ...) give overlapping pairs of characters.
public enum Tokenizer {
    /// A word or a pair of characters, folded, with its place.
    public struct Token: Hashable, Sendable {
        /// Folded.
        public let word: String
        public let kind: Kind
        /// UTF-8 byte offsets into the text that was tokenized; pairs overlap.
        public let range: Range<Int>
    }

    /// What a token is made of.
    public enum Kind: Hashable, Sendable {
        /// Letters and digits between separators.
        case word
        /// Two neighbours of a script without spaces, or one that has no neighbour of its kind.
        case bigram
    }

    /// The words of a text, folded (case, accents, ligatures, apostrophes, width), in order; scripts without
    /// spaces give overlapping bigrams.
    public static func words(of text: some StringProtocol) -> [String] {
        var words: [String] = []
        withBytes(of: text) { bytes in
            forEachToken(in: bytes) { word, _, _ in
                words.append(String(decoding: word, as: UTF8.self))
                return true
            }
        }
        return words
    }

    /// The words of a text with their kinds and places, in order.
    public static func tokens(of text: some StringProtocol) -> [Token] {
        var tokens: [Token] = []
        withBytes(of: text) { bytes in
            forEachToken(in: bytes) { word, kind, range in
                tokens.append(Token(word: String(decoding: word, as: UTF8.self), kind: kind, range: range))
                return true
            }
        }
        return tokens
    }

    /// A text folded without being cut into words: one form of apostrophe, no accents, no case.
    public static func folded(_ text: some StringProtocol) -> String {
        var output: [UInt8] = []
        withBytes(of: text) { bytes in
            output.reserveCapacity(bytes.count)
            var last: UInt32 = 0
            var index = 0
            while index < bytes.count {
                let (value, length) = bytes.scalar(at: index)
                index += length
                if value < 0x80 {
                    output.append(value &- 0x41 < 26 ? UInt8(value) | 0x20 : UInt8(value))
                    last = value
                    continue
                }
                let facts = ScalarFacts.of(value)
                if facts.isDroppedInFolding { continue }
                let start = output.count
                appendFolded(value, facts, after: last, to: &output)
                if output.count > start { last = lastScalar(of: output) }
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// True for scalars of scripts without spaces between words, which are indexed in pairs.
    public static func isBigramScript(_ scalar: Unicode.Scalar) -> Bool {
        ScalarFacts.of(scalar.value).isBigram
    }

    /// Walks through the tokens without making strings of them, as an index wants it.
    /// - Parameters:
    ///   - bytes: valid UTF-8.
    ///   - body: gets the folded UTF-8 of the token (valid during the call), its kind and its place in `bytes`;
    ///     answers false to stop.
    public static func forEachToken(
        in bytes: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>, Kind, Range<Int>) throws -> Bool
    ) rethrows {
        var scratch: [UInt8] = []
        scratch.reserveCapacity(64)
        var index = 0
        while index < bytes.count {
            let (value, length) = bytes.scalar(at: index)
            if value < Fold.lowCount {
                guard Fold.low[Int(value)] > Fold.dropped else {
                    index += length
                    continue
                }
                guard try word(in: bytes, from: &index, &scratch, body) else { return }
                continue
            }
            let facts = ScalarFacts.of(value)
            if facts.isBigram {
                guard try pairs(in: bytes, from: &index, &scratch, body) else { return }
            } else if facts.isWord {
                guard try word(in: bytes, from: &index, &scratch, body) else { return }
            } else {
                index += length
            }
        }
    }

    private static func word(
        in bytes: UnsafeBufferPointer<UInt8>, from index: inout Int, _ scratch: inout [UInt8],
        _ body: (UnsafeBufferPointer<UInt8>, Kind, Range<Int>) throws -> Bool
    ) rethrows -> Bool {
        let start = index
        scratch.removeAll(keepingCapacity: true)
        while index < bytes.count {
            let (value, length) = bytes.scalar(at: index)
            if value < Fold.lowCount {
                let folded = Fold.low[Int(value)]
                if folded == Fold.separator { break }
                if folded > Fold.expanding {
                    scratch.append(scalar: UInt32(folded))
                } else if folded == Fold.expanding {
                    Fold.append(value, to: &scratch)
                }
            } else {
                let facts = ScalarFacts.of(value)
                if !facts.isDroppedInFolding {
                    guard facts.isWord, !facts.isBigram else { break }
                    if facts.isFolded { Fold.append(value, to: &scratch) } else { scratch.append(scalar: value) }
                }
            }
            index += length
        }
        if scratch.isEmpty { return true }
        return try scratch.withUnsafeBufferPointer { try body($0, .word, start..<index) }
    }

    private static func pairs(
        in bytes: UnsafeBufferPointer<UInt8>, from index: inout Int, _ scratch: inout [UInt8],
        _ body: (UnsafeBufferPointer<UInt8>, Kind, Range<Int>) throws -> Bool
    ) rethrows -> Bool {
        scratch.removeAll(keepingCapacity: true)
        // Where the last two characters start, folded and in the text. A vowel sign or sound mark belongs to the
        // character before it.
        var previous: (folded: Int, source: Int)?
        var current: (folded: Int, source: Int)?
        var last: UInt32 = 0
        while index < bytes.count {
            let (value, length) = bytes.scalar(at: index)
            let facts = ScalarFacts.of(value)
            if !facts.isDroppedInFolding {
                let isSoundMark = value == 0xFF9E || value == 0xFF9F || value == 0x3099 || value == 0x309A
                guard facts.isBigram || isSoundMark else { break }
                if current == nil || !isSoundMark && facts.kind != .mark {
                    if let previous {
                        let pair = previous.folded..<scratch.count
                        let goesOn = try scratch.withUnsafeBufferPointer {
                            try body(UnsafeBufferPointer(rebasing: $0[pair]), .bigram, previous.source..<index)
                        }
                        if !goesOn { return false }
                    }
                    previous = current
                    current = (scratch.count, index)
                }
                appendFolded(value, facts, after: last, to: &scratch)
                last = lastScalar(of: scratch)
            }
            index += length
        }
        guard let first = previous ?? current else { return true }
        return try scratch.withUnsafeBufferPointer {
            try body(UnsafeBufferPointer(rebasing: $0[first.folded...]), .bigram, first.source..<index)
        }
    }

    /// Appends one scalar folded; a sound mark changes the kana before it instead.
    private static func appendFolded(
        _ value: UInt32, _ facts: ScalarFacts, after last: UInt32, to output: inout [UInt8]
    ) {
        let mark: UInt32? =
            switch value {
            case 0x3099, 0xFF9E: 0x3099
            case 0x309A, 0xFF9F: 0x309A
            default: nil
            }
        if let mark, let voiced = Fold.voiced(last, by: mark) {
            // Kana take three bytes.
            output.removeLast(3)
            output.append(scalar: voiced)
        } else if facts.isFolded {
            Fold.append(value, to: &output)
        } else {
            output.append(scalar: value)
        }
    }

    private static func lastScalar(of output: [UInt8]) -> UInt32 {
        output.withUnsafeBufferPointer { bytes in
            var start = bytes.count - 1
            while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
            return start >= 0 ? bytes.scalar(at: start).value : 0
        }
    }

    private static func withBytes(of text: some StringProtocol, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        if text.utf8.withContiguousStorageIfAvailable(body) != nil { return }
        var copy = String(text)
        copy.withUTF8(body)
    }
}
