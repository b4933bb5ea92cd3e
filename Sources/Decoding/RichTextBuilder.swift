import Text
import TimelineModel

/// Gathers sanitized text with its spans, as `RichText` wants it: blocks, quote prefixes, list markers, collapsed
/// white space. Blanks and line breaks are held back until something follows them, so that nothing dangles.
struct RichTextBuilder {
    private enum Container {
        case quote
        /// `isWritten` once the marker stands on a line; later lines are indented by its length.
        case item(marker: String, isWritten: Bool)
        case indent
    }

    private struct OpenSpan {
        var kind: RichText.Kind
        /// Nil until some text stands in it.
        var start: Int?
    }

    private var text = ""
    private var length = 0
    private var spans: [RichText.Span] = []
    private var open: [OpenSpan] = []
    private var containers: [Container] = []
    /// Spaces to write before the next text of the line.
    private var gap = ""
    /// Blanks to write at the beginning of a line.
    private var indentation = 0
    /// Blanks that the text itself cannot begin with, taken from the lines of the same block as well.
    private var lostIndentation = 0
    /// Of the verbatim text on the line.
    private var columns = 0
    /// Line breaks to write before the next text; 2 leaves an empty line.
    private var wantedBreaks = 0
    private var atLineStart = true
    private var lastQuoteDepth = 0

    /// UTF-8 bytes beyond which nothing is taken: `SafeText.body` keeps 100 000 clusters.
    private static let cap = 1_000_000
    /// A shape needs no more; neither does an attacker.
    private static let mostBlanks = 200
    /// Columns from one tab stop to the next: eight would leave little of a narrow pane.
    private static let tabStop = 4
    private var isFull: Bool { length >= RichTextBuilder.cap }

    // MARK: Text

    /// Running text: white space collapses.
    mutating func append(_ raw: String) {
        guard !isFull else { return }
        var raw = raw
        let (words, startsWithSpace, endsWithSpace) = raw.withUTF8(RichTextBuilder.collapsed)
        if startsWithSpace { wantGap(" ") }
        guard !words.isEmpty else { return }
        write(words)
        if endsWithSpace { wantGap(" ") }
    }

    /// White space within as one space, and whether there was some at the ends.
    private static func collapsed(
        _ raw: UnsafeBufferPointer<UInt8>
    ) -> (words: String, startsWithSpace: Bool, endsWithSpace: Bool) {
        var startsWithSpace = false
        var isAfterSpace = false
        let words = String(unsafeUninitializedCapacity: raw.count) { words in
            var count = 0
            for byte in raw {
                if byte == 32 || (9...13).contains(byte) {
                    if count == 0 { startsWithSpace = true } else { isAfterSpace = true }
                    continue
                }
                if isAfterSpace {
                    words[count] = 32
                    count += 1
                    isAfterSpace = false
                }
                words[count] = byte
                count += 1
            }
            return count
        }
        return (words, startsWithSpace, isAfterSpace)
    }

    /// Text kept as it is, line breaks and blanks included.
    mutating func appendVerbatim(_ raw: String) {
        guard !isFull else { return }
        var isFirst = true
        for line in raw.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            if !isFirst { breakLine() }
            isFirst = false
            if !line.isEmpty { write(withoutTabs(line), isVerbatim: true) }
        }
    }

    /// A part of a line with the blanks that a tab stands for, counted from the start of the line.
    private mutating func withoutTabs(_ part: Substring) -> String {
        var spaced = ""
        for (index, run) in part.split(separator: "\t", omittingEmptySubsequences: false).enumerated() {
            if index > 0 {
                let blanks = RichTextBuilder.tabStop - columns % RichTextBuilder.tabStop
                spaced += String(repeating: " ", count: blanks)
                columns += blanks
            }
            spaced += run
            columns += run.reduce(0) { $0 + GraphemeWidth.columns(of: $1) }
        }
        return spaced
    }

    private var isAtLineStart: Bool { wantedBreaks > 0 || atLineStart }

    /// Spaces and no-break spaces at the ends of a piece are kept for the piece that follows: the sanitizer trims
    /// each piece by itself, and French stands on `Vrai</b>&nbsp;!`.
    private mutating func write(_ raw: String, isVerbatim: Bool = false) {
        guard !isFull else { return }
        let scalars = raw.unicodeScalars
        guard let first = scalars.firstIndex(where: { !RichTextBuilder.isSpace($0) }),
            let last = scalars.lastIndex(where: { !RichTextBuilder.isSpace($0) })
        else { return hold(scalars[...], isVerbatim) }
        hold(scalars[..<first], isVerbatim)
        let safe = SafeText(sanitizing: String(scalars[first...last]), as: .body).string
        if !safe.isEmpty {
            writePending()
            for index in open.indices where open[index].start == nil { open[index].start = length }
            putRaw(safe)
        }
        hold(scalars[scalars.index(after: last)...], isVerbatim)
    }

    /// All blanks of verbatim text count; at the beginning of a line they are the shape of a program.
    private mutating func hold(_ spaces: Substring.UnicodeScalarView, _ isVerbatim: Bool) {
        if !isVerbatim {
            wantGap(String(spaces))
        } else if isAtLineStart {
            indentation = min(indentation + spaces.count, RichTextBuilder.mostBlanks)
        } else if gap.utf8.count < RichTextBuilder.mostBlanks {
            gap += String(spaces.prefix(RichTextBuilder.mostBlanks))
        }
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || scalar == "\u{a0}" || scalar == "\u{202f}"
    }

    /// A no-break space says more than a space.
    private mutating func wantGap(_ spaces: String) {
        guard !spaces.isEmpty else { return }
        if let wide = spaces.unicodeScalars.first(where: { $0 != " " }), RichTextBuilder.isSpace(wide) {
            gap = String(Character(wide))
        } else if gap.isEmpty || gap == " " {
            gap = spaces
        }
    }

    private mutating func writePending() {
        if length == 0 { wantedBreaks = 0 }
        if wantedBreaks > 0 {
            let depth = min(quoteDepth, lastQuoteDepth)
            for remaining in stride(from: wantedBreaks, to: 0, by: -1) {
                putRaw("\n")
                // No blank at the end of a line: the sanitizer would take it.
                if remaining > 1, depth > 0 { putRaw(Array(repeating: "│", count: depth).joined(separator: " ")) }
            }
            wantedBreaks = 0
            atLineStart = true
        }
        if atLineStart {
            writePrefix()
            writeIndentation()
            atLineStart = false
        } else {
            putRaw(gap)
        }
        gap = ""
    }

    private mutating func writeIndentation() {
        // The sanitizer takes the blanks with which a text begins; the shape of what follows stays.
        if length == 0 { lostIndentation = indentation }
        putRaw(String(repeating: " ", count: max(0, indentation - lostIndentation)))
        indentation = 0
    }

    private mutating func putRaw(_ ours: String) {
        text += ours
        length += ours.utf8.count
    }

    private var quoteDepth: Int {
        containers.count {
            if case .quote = $0 { return true }
            return false
        }
    }

    private mutating func writePrefix() {
        for index in containers.indices {
            switch containers[index] {
            case .quote: putRaw("│ ")
            case .indent: putRaw("  ")
            case .item(let marker, let isWritten):
                putRaw(isWritten ? String(repeating: " ", count: marker.count) : marker)
                containers[index] = .item(marker: marker, isWritten: true)
            }
        }
        lastQuoteDepth = quoteDepth
    }

    // MARK: Structure

    /// A line break of the text itself; at most two empty lines in a row.
    mutating func breakLine() {
        leaveLine()
        if length > 0 { wantedBreaks = min(wantedBreaks + 1, 3) }
    }

    /// The edge of a block: an empty line between it and what stands there already.
    mutating func separateBlocks() {
        separate(2)
        lostIndentation = 0
    }

    /// The edge of a line: list items, table rows.
    mutating func separateLines() { separate(1) }

    private mutating func separate(_ breaks: Int) {
        leaveLine()
        if length > 0 { wantedBreaks = max(wantedBreaks, breaks) }
    }

    private mutating func leaveLine() {
        gap = ""
        indentation = 0
        columns = 0
    }

    /// Every call is answered by one of `leave`.
    mutating func enterQuote() { containers.append(.quote) }
    mutating func enterIndent() { containers.append(.indent) }
    mutating func enterItem(marker: String) { containers.append(.item(marker: marker, isWritten: false)) }
    mutating func leave() { containers.removeLast() }

    /// Marks what is written from here to the `closeSpan` that answers it.
    mutating func openSpan(_ kind: RichText.Kind) { open.append(OpenSpan(kind: kind)) }

    mutating func closeSpan() {
        let span = open.removeLast()
        if let start = span.start, start < length {
            spans.append(RichText.Span(range: start..<length, kind: span.kind))
        }
    }

    // MARK: The end

    /// - Parameter emojis: shortcodes, without colons, to be marked as custom emoji.
    func finish(emojis: Set<String> = []) -> RichText {
        // A last pass over the whole: pieces that are safe apart could join to what is not (marks piled on one base
        // over an element's edge). It changes nothing nearly always; when it does, spans cannot be trusted any more.
        let plain = SafeText(sanitizing: text, as: .body)
        guard plain.string.utf8.elementsEqual(text.utf8) else {
            let shared = zip(plain.string.utf8, text.utf8).prefix { $0 == $1 }.count
            let kept = spans.filter { $0.range.upperBound <= shared }
            return RichText(plain: plain, spans: RichTextBuilder.ordered(kept, in: plain.string))
        }
        let all = emojis.isEmpty ? spans : spans + RichTextBuilder.emojiSpans(in: text, of: emojis)
        return RichText(plain: plain, spans: RichTextBuilder.ordered(all, in: text))
    }

    /// Ascending, the longer first, on grapheme boundaries.
    private static func ordered(_ spans: [RichText.Span], in text: String) -> [RichText.Span] {
        guard !spans.isEmpty else { return [] }
        // A look at one place is quick, but in a long row of flags it reaches far back.
        var looks = 64
        var boundaries: Set<Int>?
        func isBoundary(_ offset: Int) -> Bool {
            looks -= 1
            guard looks < 0 else {
                return String.Index(text.utf8.index(text.startIndex, offsetBy: offset), within: text) != nil
            }
            let all = boundaries ?? RichTextBuilder.boundaries(of: text)
            boundaries = all
            return all.contains(offset)
        }
        let fitted = spans.filter { isBoundary($0.range.lowerBound) && isBoundary($0.range.upperBound) }
        return fitted.sorted {
            ($0.range.lowerBound, $1.range.upperBound) < ($1.range.lowerBound, $0.range.upperBound)
        }
    }

    private static func boundaries(of text: String) -> Set<Int> {
        var offset = 0
        var found: Set<Int> = [0]
        for character in text {
            offset += character.utf8.count
            found.insert(offset)
        }
        return found
    }

    private static func emojiSpans(in text: String, of emojis: Set<String>) -> [RichText.Span] {
        let bytes = Array(text.utf8)
        var found: [RichText.Span] = []
        var start: Int?
        for (offset, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: ":") {
                if let begin = start, offset > begin + 1,
                    emojis.contains(String(decoding: bytes[(begin + 1)..<offset], as: UTF8.self))
                {
                    found.append(RichText.Span(range: begin..<(offset + 1), kind: .customEmoji))
                    start = nil
                } else {
                    start = offset
                }
            } else if !(byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || (byte | 32 >= 97 && byte | 32 <= 122)
                || (48...57).contains(byte))
            {
                start = nil
            }
        }
        return found
    }
}
