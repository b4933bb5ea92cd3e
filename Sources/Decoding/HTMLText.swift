public import Text
public import TimelineModel

/// HTML of posts and articles to text: tolerant of any markup, with nothing of it left in the text.
public enum HTMLText {
    /// A fragment as text with structure.
    /// - Parameters:
    ///   - base: what relative links stand on; without it they lose their target and keep their text.
    ///   - mentions: who is mentioned; a link of class `mention` to one of their addresses shows the full handle.
    ///   - tags: hashtags of the post, in the spelling to be kept.
    ///   - emojis: shortcodes of custom emojis, without colons.
    ///   - dropsQuoteInline: leave out what stands only for readers that cannot show the quoted post.
    public static func richText(
        _ html: String, base: WebAddress? = nil, mentions: [Mention] = [], tags: [SafeText] = [],
        emojis: Set<String> = [], dropsQuoteInline: Bool = false
    ) -> RichText {
        richText(
            html, References(base: base), mentions: mentions, tags: tags, emojis: emojis,
            dropsQuoteInline: dropsQuoteInline)
    }

    /// A fragment of a document.
    static func richText(
        _ html: String, _ references: References, mentions: [Mention] = [], tags: [SafeText] = [],
        emojis: Set<String> = [], dropsQuoteInline: Bool = false, linksPictures: Bool = true
    ) -> RichText {
        var walk = HTMLWalk(references, mentions: mentions, tags: tags, dropsQuoteInline: dropsQuoteInline)
        walk.linksPictures = linksPictures
        if html.utf8.contains(where: { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "&") }) {
            // The first element inside `body` decides how libxml2 closes the ones before; a wrapper keeps it neutral.
            guard let tree = MarkupTree.html(Array("<div>".utf8) + html.utf8 + "</div>".utf8), let root = tree.root
            else {
                return .empty
            }
            walk.visit(root, depth: 0)
        } else {
            walk.builder.append(html)
        }
        return walk.builder.finish(emojis: emojis)
    }

    /// The text of a node that is markup itself (Atom's xhtml).
    static func richText(of node: MarkupNode, _ references: References, linksPictures: Bool = true) -> RichText {
        var walk = HTMLWalk(references, mentions: [], tags: [], dropsQuoteInline: false)
        walk.linksPictures = linksPictures
        walk.followsXMLBase = true
        walk.visitChildren(of: node, depth: 0)
        return walk.builder.finish()
    }

    /// What the markup of a title or name says. Nobody opens pictures from there.
    static func words(_ html: String) -> String {
        richText(html, References(base: nil), linksPictures: false).plain.string
    }

    /// The same for a node that is markup itself.
    static func words(of node: MarkupNode) -> String {
        richText(of: node, References(base: nil), linksPictures: false).plain.string
    }

    /// A title or name that may hold HTML, on one line. Text that holds neither a known inline element nor an entity
    /// is kept as it is: `a < b` and `Vec<T>` are no markup. Entities are decoded once more if they are still
    /// well-formed, because titles are often escaped twice.
    public static func plainText(_ raw: String, as form: SafeText.Form = .line) -> SafeText {
        guard looksLikeMarkup(raw) else { return SafeText(sanitizing: raw, as: form) }
        let text = words(raw)
        let decoded = looksLikeMarkup(text) && !containsTag(text) ? words(text) : text
        return SafeText(sanitizing: decoded, as: form)
    }

    /// Whether there is an element of HTML or an entity in a text.
    static func looksLikeMarkup(_ text: String) -> Bool { containsTag(text) || containsEntity(text) }

    private static func containsEntity(_ text: String) -> Bool {
        var length: Int?
        for byte in text.utf8 {
            if byte == UInt8(ascii: "&") {
                length = 0
            } else if let count = length {
                if byte == UInt8(ascii: ";") && count > 1 { return true }
                let isName = byte == UInt8(ascii: "#") || (48...57).contains(byte) || (97...122).contains(byte | 32)
                length = isName && count < 12 ? count + 1 : nil
            }
        }
        return false
    }

    private static func containsTag(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        // A tag has an end.
        guard let lastEnd = bytes.lastIndex(of: UInt8(ascii: ">")) else { return false }
        var place = 0
        while place < lastEnd, let open = bytes[place...].firstIndex(of: UInt8(ascii: "<")) {
            var start = open + 1
            if start < bytes.count, bytes[start] == UInt8(ascii: "/") { start += 1 }
            var end = start
            while end < bytes.count, end - start < 12,
                (97...122).contains(bytes[end] | 32) || (48...57).contains(bytes[end])
            {
                end += 1
            }
            let name = String(decoding: bytes[start..<end].map { $0 | 32 }, as: UTF8.self)
            if end < bytes.count, " />\t\n\r".utf8.contains(bytes[end]),
                inlineNames.contains(name) || (name.hasPrefix("h") && name.utf8.count == 2)
            {
                if end <= lastEnd { return true }
            }
            place = open + 1
        }
        return false
    }

    private static let inlineNames: Set<String> = [
        "a", "abbr", "acronym", "b", "big", "blockquote", "br", "cite", "code", "del", "div", "em", "font", "i", "img",
        "ins", "kbd", "li", "mark", "p", "pre", "q", "s", "samp", "script", "small", "span", "strike", "strong",
        "style",
        "sub", "sup", "tt", "u", "ul", "ol", "var", "wbr",
    ]
}
