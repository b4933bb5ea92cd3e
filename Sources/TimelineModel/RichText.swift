public import Text

/// Text with structure: what a post says, ready to be searched, wrapped and drawn.
///
/// `plain` carries the block structure in the text itself: blocks are separated by an empty
/// line, quoted lines begin with `│ ` per level, list items with `• ` or `1. `. A wrapped line repeats the quote
/// prefix and indents under the item's marker. Inline structure is in `spans`.
public struct RichText: Hashable, Sendable {
    public let plain: SafeText
    /// Ascending by start; spans of different kinds may overlap.
    public let spans: [Span]

    /// A stretch of `plain` that is more than text.
    public struct Span: Hashable, Sendable {
        /// UTF-8 byte offsets into `plain`, on grapheme boundaries.
        public let range: Range<Int>
        public let kind: Kind

        public init(range: Range<Int>, kind: Kind) {
            self.range = range
            self.kind = kind
        }
    }

    /// What a stretch of text is.
    public enum Kind: Hashable, Sendable {
        case link(WebAddress)
        /// Somebody's profile, with the handle the server gave (`user@host`).
        case mention(handle: SafeText, WebAddress?)
        /// A hashtag, without `#`.
        case hashtag(SafeText, WebAddress?)
        case strong
        case emphasis
        case strikethrough
        case code
        /// Lines kept as they are: never re-wrapped at spaces, cut only when too wide.
        case preformatted
        /// A custom emoji's `:shortcode:`.
        case customEmoji
    }

    public init(plain: SafeText, spans: [Span] = []) {
        self.plain = plain
        self.spans = spans
    }

    public static let empty = RichText(plain: "")

    public var isEmpty: Bool { plain.isEmpty }

    /// The addresses of the links in the order of the text, each once. Mentions and hashtags are not links.
    public var links: [WebAddress] {
        var seen = Set<WebAddress>()
        return spans.compactMap { span in
            guard case .link(let address) = span.kind, seen.insert(address).inserted else { return nil }
            return address
        }
    }

    /// The first link that leads to more than a picture of the text itself, which says `[image]` or `[image: …]`.
    public var firstPage: WebAddress? {
        for span in spans {
            guard case .link(let address) = span.kind else { continue }
            let text = plain.string.utf8.dropFirst(span.range.lowerBound).prefix(span.range.count)
            if !["[image]", "[image:"].contains(where: { text.starts(with: $0.utf8) }) { return address }
        }
        return nil
    }
}
