/// UTF-8 HTML as it is found, made into HTML that libxml2 parses in bounded time and memory.
///
/// Each element, attribute and run of text takes libxml2 more than a hundred bytes, so the four bytes of `<p>x` become
/// three hundred. What stands behind the limits is left out, tags and characters whole: `RichTextBuilder` and
/// `SafeText` keep less.
struct HTMLPreparation {
    /// UTF-8 bytes between the tags. Inside of them a picture may stand whole, as a `data:` address.
    static let mostText = 2 * 1024 * 1024
    /// Tags and attributes.
    static let mostMarkup = 80_000
    /// libxml2 compares each attribute of an element with all others: a tag with thousands of them loses them all.
    private static let mostWordsOfATag = 2000

    private let text: [UInt8]
    private var output: [UInt8] = []
    /// Up to where `text` went into `output`.
    private var copied = 0

    static func prepared(_ text: [UInt8]) -> [UInt8] {
        // libxml2 ends a text at a null byte.
        var preparation = HTMLPreparation(text: text.contains(0) ? text.filter { $0 != 0 } : text)
        return preparation.run()
    }

    private init(text: [UInt8]) { self.text = text }

    private mutating func run() -> [UInt8] {
        var place = 0
        var textLeft = HTMLPreparation.mostText
        var markupLeft = HTMLPreparation.mostMarkup
        while place < text.count {
            let open = text[place...].firstIndex(of: UInt8(ascii: "<")) ?? text.count
            guard open - place <= textLeft else { return finished(at: characterStart(at: place + textLeft)) }
            textLeft -= open - place
            guard open < text.count else { break }
            let (end, words) = tag(from: open)
            let isCrowded = words > HTMLPreparation.mostWordsOfATag
            // An attribute is two of them: a blank before its name, a sign behind.
            markupLeft -= isCrowded ? 1 : 1 + words / 2
            guard markupLeft >= 0 else { return finished(at: open) }
            if isCrowded { dropAttributes(open..<end) }
            place = end
        }
        return finished(at: text.count)
    }

    /// Where the tag that begins at an index ends, and how many blanks and signs part its words.
    private func tag(from open: Int) -> (end: Int, words: Int) {
        var end = open + 1
        var quote: UInt8?
        var words = 0
        while end < text.count, quote != nil || text[end] != UInt8(ascii: ">") {
            let byte = text[end]
            if let mark = quote {
                if byte == mark || end - open > 1_000_000 { quote = nil }
            } else if (byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")) && text[end - 1] == UInt8(ascii: "=") {
                quote = byte
            } else if byte <= 32 || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "=") {
                words += 1
            } else if byte == UInt8(ascii: "<") {
                break
            }
            end += 1
        }
        return (end, words)
    }

    private mutating func dropAttributes(_ tag: Range<Int>) {
        let nameEnd = text[tag].firstIndex { $0 <= 32 || $0 == UInt8(ascii: "/") } ?? tag.upperBound
        output += text[copied..<nameEnd]
        copied = tag.upperBound
    }

    private func characterStart(at index: Int) -> Int {
        var start = index
        while start > 0, text[start] & 0xc0 == 0x80 { start -= 1 }
        return start
    }

    private func finished(at end: Int) -> [UInt8] {
        copied == 0 && end == text.count ? text : output + text[copied..<end]
    }
}
