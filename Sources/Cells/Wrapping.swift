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
    /// Lines of at most `width` columns (1 at least). Breaks at spaces; a word that is wider than a line is cut between
    /// clusters. French: no break before `! ? : ; »` or after `«`, with or without a space. CJK text breaks between
    /// characters. LF always ends a line; an empty text gives one empty line.
    /// - Parameter limit: stop after this many lines.
    public static func wrap(_ text: SafeText, width: Int, limit: Int = .max) -> [WrappedLine] {
        []
    }
}
