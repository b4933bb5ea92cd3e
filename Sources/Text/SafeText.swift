// SafeText.swift is the front door of Text: the only kind of text that may be shown, logged or written to a terminal.

/// Text that is safe to draw: no control characters, no bidi controls, no stray invisible scalars, capped in length.
///
/// Everything from outside passes `init(sanitizing:as:)` once, after every decoding step. What we write ourselves
/// comes in as a string literal; its interpolations accept only `SafeText` and numbers, so remote text cannot slip in.
public struct SafeText: Hashable, Sendable {
    /// The sanitized text. In `.body` text the only control character is LF; `.line` text has none.
    public let string: String

    /// How much structure the text may keep, and how long it may be.
    public enum Form: Sendable {
        /// One line, 500 grapheme clusters: titles, messages, addresses.
        case line
        /// One line, 100 grapheme clusters, no bidi marks: names and handles.
        case name
        /// Several lines separated by LF, 100 000 grapheme clusters.
        case body
    }

    /// Sanitizes text from outside.
    public init(sanitizing raw: String, as form: Form = .line) {
        string = Sanitizer.sanitize(raw, as: form)
    }

    /// Text that was sanitized before it was stored. Scans for bytes that sanitized text rarely or never has and
    /// sanitizes again when there are some, so a store that somebody else wrote to does no harm.
    public init(storedSafe text: String, as form: Form) {
        var text = text
        let isSound = text.withUTF8 { StoredText.isSound($0, keepingLines: form == .body) }
        string = isSound ? text : Sanitizer.sanitize(text, as: form)
    }

    init(trusted string: String) {
        self.string = string
    }

    public var isEmpty: Bool { string.isEmpty }

    /// Nothing is sanitized again: parts that are safe are safe together.
    public static func + (left: SafeText, right: SafeText) -> SafeText {
        SafeText(trusted: left.string + right.string)
    }

    public static func += (left: inout SafeText, right: SafeText) {
        left = left + right
    }

    /// The first `count` grapheme clusters.
    public func prefix(_ count: Int) -> SafeText {
        SafeText(trusted: String(string.prefix(count)))
    }

    /// The lines of a `.body` text, without their LF. Never empty.
    public var lines: [SafeText] {
        string.split(separator: "\n", omittingEmptySubsequences: false).map { SafeText(trusted: String($0)) }
    }

    /// The text on one line: line breaks become spaces, those at its ends nothing.
    public var onOneLine: SafeText {
        var source = string
        let joined: String? = source.withUTF8 { bytes in
            guard bytes.contains(0x0A) else { return nil }
            return String(unsafeUninitializedCapacity: bytes.count) { line in
                var length = 0
                var isBroken = false
                for byte in bytes {
                    if byte == 0x0A {
                        isBroken = true
                        continue
                    }
                    if isBroken, length > 0 {
                        line[length] = 0x20
                        length += 1
                    }
                    isBroken = false
                    line[length] = byte
                    length += 1
                }
                return length
            }
        }
        return joined.map(SafeText.init(trusted:)) ?? self
    }

    /// A part of the text. Parts of safe text are safe.
    public func slice(_ range: Range<String.Index>) -> SafeText {
        SafeText(trusted: String(string[range]))
    }
}

extension SafeText: ExpressibleByStringInterpolation {
    /// For literals of our own: what is given here is not sanitized.
    public init(stringLiteral value: String) {
        string = value
    }

    public init(stringInterpolation: Interpolation) {
        string = stringInterpolation.text
    }

    /// Accepts what is known to be safe: our own literals, other `SafeText`, and numbers.
    public struct Interpolation: StringInterpolationProtocol {
        var text = ""

        public init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount * 8)
        }

        public mutating func appendLiteral(_ literal: String) { text += literal }
        public mutating func appendInterpolation(_ safe: SafeText) { text += safe.string }
        public mutating func appendInterpolation(_ number: some BinaryInteger) { text += String(number) }
    }
}

extension Array where Element == SafeText {
    /// The texts joined by a separator of ours.
    public func joined(by separator: SafeText) -> SafeText {
        SafeText(trusted: map(\.string).joined(separator: separator.string))
    }
}

extension SafeText: CustomStringConvertible {
    public var description: String { string }
}
