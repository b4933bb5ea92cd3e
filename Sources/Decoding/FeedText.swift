import Text
import TimelineModel

/// The text constructs of RSS and Atom: plain, escaped HTML, markup, base64.
enum FeedText {
    enum Form { case plain, html, markup, base64, unknown }

    /// RSS cannot tell its forms apart, Atom says them (`type`, in Atom 0.3 `mode`).
    static func form(of node: MarkupNode) -> Form {
        let isAtom = node.space == .atom || node.space == .atom03
        let mode = node.attribute("mode")?.lowercased()
        let type = node.attribute("type")?.trimmingASCIIWhitespace.lowercased()
        if mode == "base64" { return .base64 }
        // Media RSS: plain unless it says otherwise.
        if node.space == .media, node.name.lowercased() == "description" {
            return type == "html" || type == "text/html" ? .html : .plain
        }
        guard isAtom || type != nil else { return .unknown }
        if mode == "escaped" { return type == "text/plain" ? .plain : .html }
        switch type {
        case nil: return node.space == .atom03 && node.children.contains(where: \.isElement) ? .markup : .plain
        case "text", "text/plain": return .plain
        case "html", "text/html": return node.children.contains(where: \.isElement) ? .markup : .html
        case "xhtml": return .markup
        case let type? where type.hasSuffix("+xml") || type.hasSuffix("/xml"): return .markup
        case let type? where type.hasPrefix("text/"): return .plain
        case let type? where type.contains("/"): return .base64
        default: return .unknown
        }
    }

    /// A title on one line; nil when there is none.
    static func title(_ node: MarkupNode) -> SafeText? {
        let trimmed = titleText(node, as: .line).string.trimmingASCIIWhitespace
        return trimmed.isEmpty ? nil : SafeText(sanitizing: trimmed)
    }

    /// The title of an entry; nil when there is none.
    static func entryTitle(_ node: MarkupNode) -> TitleText? {
        title(node).map { TitleText(line: $0, text: titleText(node, as: .body)) }
    }

    private static func titleText(_ node: MarkupNode, as shape: SafeText.Form) -> SafeText {
        switch form(of: node) {
        case .html: return SafeText(sanitizing: HTMLText.words(node.textContent), as: shape)
        case .plain: return SafeText(sanitizing: onceMore(node.textContent), as: shape)
        case .base64: return SafeText(sanitizing: HTMLText.words(decoded(node)), as: shape)
        case .markup, .unknown:
            let isMarkup = node.children.contains(where: \.isElement)
            return isMarkup
                ? SafeText(sanitizing: HTMLText.words(of: node), as: shape)
                : HTMLText.plainText(node.textContent, as: shape)
        }
    }

    /// Titles that say they are plain are escaped twice all the same.
    private static func onceMore(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "&")), !text.utf8.contains(UInt8(ascii: "<")) else { return text }
        let isEscaped = escapedTwice.contains { text.holds($0) }
        return isEscaped ? HTMLText.words(text) : text
    }

    private static let escapedTwice: [StaticString] = [
        "&amp;", "&quot;", "&#39;", "&#039;", "&apos;", "&#8217;", "&nbsp;",
    ]

    static func body(_ node: MarkupNode, _ references: References) -> RichText {
        let references = references.inside(node)
        switch form(of: node) {
        case .plain: return plain(node.textContent)
        case .html: return HTMLText.richText(node.textContent, references)
        case .base64: return HTMLText.richText(decoded(node), references)
        case .markup: return HTMLText.richText(of: node, references)
        case .unknown:
            if node.children.contains(where: \.isElement) { return HTMLText.richText(of: node, references) }
            let text = node.textContent
            return holdsMarkup(text) ? HTMLText.richText(text, references) : plain(text)
        }
    }

    /// Whether a text construct holds text: a picture, say, is none (RFC 4287 section 4.1.3.3).
    static func isReadable(_ node: MarkupNode) -> Bool {
        guard form(of: node) == .base64 else { return true }
        let type = node.attribute("type")?.trimmingASCIIWhitespace.lowercased() ?? ""
        if ["image/", "audio/", "video/"].contains(where: type.hasPrefix) { return false }
        return Base64.decode(node.textContent)?.contains { $0 < 9 || (14..<27).contains($0) } != true
    }

    /// Whether an untyped text is HTML: an entity, or something that begins like a tag, known or not.
    private static func holdsMarkup(_ text: String) -> Bool {
        if HTMLText.looksLikeMarkup(text) { return true }
        var isOpen = false
        for byte in text.utf8 {
            if isOpen, byte == UInt8(ascii: "/") || (97...122).contains(byte | 32) { return true }
            isOpen = byte == UInt8(ascii: "<")
        }
        return text.holds("<!--")
    }

    /// Text without markup: its line breaks are its own, and its addresses are links.
    static func plain(_ text: String) -> RichText {
        let plain = SafeText(sanitizing: text.trimmingASCIIWhitespace, as: .body)
        return RichText(plain: plain, spans: PlainAddresses.links(in: plain))
    }

    /// `author` with `name`, `email`, `uri` inside, or one text for all.
    static func author(_ node: MarkupNode, _ references: References) -> AuthorText? {
        let references = references.inside(node)
        let parts = node.elements
        guard !parts.isEmpty else { return AuthorText(node.textContent) }
        var name: String?
        var mail: String?
        var address: WebAddress?
        for part in parts {
            let text = part.textContent.trimmingASCIIWhitespace
            guard !text.isEmpty else { continue }
            switch part.name.lowercased() {
            case "name": name = name ?? text
            case "email": mail = mail ?? text
            case "uri", "url", "homepage":
                address = address ?? references.inside(part).resolve(text)
            default: break
            }
        }
        if let name { return AuthorText(name, address: address) ?? AuthorText(name: nil, address: address) }
        if let mail { return AuthorText(mail, address: address) }
        return address.map { AuthorText(name: nil, address: $0) }
    }

    private static func decoded(_ node: MarkupNode) -> String {
        let text = node.textContent
        guard let bytes = Base64.decode(text) else { return text }
        return String(decoding: CharacterSet.utf8(bytes, contentType: nil), as: UTF8.self)
    }
}

/// RFC 4648 section 4, as loose as feeds are: blanks inside do not count.
enum Base64 {
    static func decode(_ text: String) -> [UInt8]? {
        var output: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for byte in text.utf8 {
            let value: UInt32
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = UInt32(byte) - 65
            case UInt8(ascii: "a")...UInt8(ascii: "z"): value = UInt32(byte) - 71
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = UInt32(byte) + 4
            case UInt8(ascii: "+"), UInt8(ascii: "-"): value = 62
            case UInt8(ascii: "/"), UInt8(ascii: "_"): value = 63
            case UInt8(ascii: "="), 9, 10, 13, 32: continue
            default: return nil
            }
            bits = bits << 6 | value
            count += 6
            if count >= 8 {
                count -= 8
                output.append(UInt8(bits >> UInt32(count) & 0xff))
            }
        }
        return output
    }
}
