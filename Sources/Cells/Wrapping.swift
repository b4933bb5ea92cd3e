public import Text

/// One line of wrapped text: a part of the text and how far it stands from the left.
public struct WrappedLine: Hashable, Sendable {
    /// UTF-8 byte offsets into the text.
    public let range: Range<Int>
    /// Columns of indentation before it (a continued list item), after `prefix`.
    public let indent: Int
    /// What is repeated before a continued line (`│ ` of a quotation).
    public let prefix: SafeText

    public init(range: Range<Int>, indent: Int = 0, prefix: SafeText = "") {
        self.range = range
        self.indent = indent
        self.prefix = prefix
    }
}

/// Wrapping by columns.
public enum Wrapping {
    /// Lines of at most `width` columns (1 at least), prefix and indent included. Breaks at spaces; a word that is wider
    /// than a line is cut between clusters. French: no break before `! ? : ; »` or after `«`, with or without a space.
    /// CJK text breaks between characters. LF always ends a line; an empty text gives one empty line.
    ///
    /// A continued line repeats the quote prefix (`│ ` per level) of its paragraph and stands under the text of its list
    /// item (`• `, `1. `), as `RichText.plain` writes them; both are given up where less than half the width, or less
    /// than 4 columns, would be left. The spaces at which a line breaks belong to no line.
    /// - Parameter limit: stop after this many lines.
    public static func wrap(_ text: SafeText, width: Int, limit: Int = .max) -> [WrappedLine] {
        var source = text.string
        return source.withUTF8 { bytes in
            var wrapper = Wrapper(bytes, of: text.string, width: max(1, width), limit: max(0, limit))
            wrapper.run()
            return wrapper.lines
        }
    }

    /// The whole text when it has at most so many columns, else as much as fits before a `…`. No columns, no text.
    public static func truncated(_ text: SafeText, to columns: Int) -> SafeText {
        guard columns > 0 else { return "" }
        // No byte takes more than one column of its own.
        if text.string.utf8.count <= columns { return text }
        var total = 0
        var kept = 0
        text.forEachCluster { cluster in
            total += cluster.columns
            if total <= columns - 1 { kept = cluster.range.upperBound }
            return total <= columns
        }
        if total <= columns { return text }
        let utf8 = text.string.utf8
        return text.slice(utf8.startIndex..<utf8.index(utf8.startIndex, offsetBy: kept)) + "…"
    }
}
