import Text
import TimelineModel

/// What a document says, before identity, inheritance and limits are applied.
struct FeedDraft {
    /// "rss 2.0", "atom 1.0", "json feed 1.1": as `inspect` names it.
    var format = ""
    var title: SafeText?
    var homePage: WebAddress?
    var language: String?
    var author: AuthorText?
    /// Seconds.
    var minimumInterval: Int?
    /// Where the document came from.
    var address: WebAddress?
    /// The document is a single entry: what it says of itself it says of that.
    var isEntry = false
    /// What relative links of entries stand on.
    var entryBase: WebAddress?
    var entries: [EntryDraft] = []
    /// The fingerprints of entries that were left out because they are known.
    var repeated: [UInt64] = []
    var skipped: [SafeText] = []
    /// Whether the document had more entries than are taken.
    var isCut = false
    /// Whether the document broke off inside an entry, which is left out.
    var endsInEntry = false
}

extension FeedDraft {
    /// The addresses of the site and of the feed itself (`WebAddress.commonSpelling`): as an id or link of an entry they
    /// are the same for all entries, also where one document has only one.
    var ownAddresses: Set<String> {
        isEntry ? [] : Set([homePage, address].compactMap { $0?.commonSpelling })
    }
}

/// One entry of a document.
struct EntryDraft {
    /// Of what the document says of it.
    var fingerprint: UInt64 = 0
    var guid: String?
    var link: WebAddress?
    /// The link of a feed that counts its readers leads through it; this one is the article's own.
    var originalLink: WebAddress?
    /// Another page that the entry is about, or where its content stands.
    var linked: WebAddress?
    var title: SafeText?
    var body = RichText.empty
    var author: AuthorText?
    var published: Timestamp?
    var updated: Timestamp?
    var language: String?
    var tags: [SafeText] = []
    var attachments: [Attachment] = []
    var comments: WebAddress?
    var replies = 0

    /// Where to read it.
    var address: WebAddress? { originalLink ?? link }

    /// More would be no use to a reader, and looking for repetitions would take its time.
    private static let mostOfAKind = 200

    mutating func add(tag raw: String?) {
        guard let raw, tags.count < EntryDraft.mostOfAKind else { return }
        let tag = HTMLText.plainText(raw, as: .name)
        if !tag.isEmpty, !tags.contains(tag) { tags.append(tag) }
    }

    /// After the body: where there is none, a title that is too long for one is the text.
    mutating func take(_ title: TitleText?) {
        self.title = title?.shown
        if body.isEmpty, let whole = title?.whole { body = FeedText.plain(whole.string) }
    }

    /// An object that is offered twice is one attachment.
    mutating func add(_ attachment: Attachment) {
        if let index = attachments.firstIndex(where: { $0.address == attachment.address }) {
            if attachments[index].alt == nil { attachments[index].alt = attachment.alt }
            if attachments[index].mediaType == nil { attachments[index].mediaType = attachment.mediaType }
        } else if attachments.count < EntryDraft.mostOfAKind {
            attachments.append(attachment)
        }
    }
}

/// A title as documents give one: some feeds say all they say in it.
struct TitleText {
    let shown: SafeText
    /// Nil where it is shown whole.
    let whole: SafeText?

    /// Clusters before the sign that more follows: `SafeText.line` keeps 500.
    private static let mostShown = 499

    /// - Parameters:
    ///   - line: the title, cut where it is too long.
    ///   - text: the same, with its line breaks and whole.
    init(line: SafeText, text: @autoclosure () -> SafeText) {
        // No cluster has less than a byte.
        let text = line.string.utf8.count < TitleText.mostShown ? line : TitleText.joined(text())
        let isCut = text.string.utf8.count > line.string.utf8.count
        shown = isCut ? text.prefix(TitleText.mostShown) + "…" : line
        whole = isCut ? text : nil
    }

    private static func joined(_ text: SafeText) -> SafeText {
        let lines = text.lines.map(\.string.trimmingASCIIWhitespace).filter { !$0.isEmpty }
        return SafeText(sanitizing: lines.joined(separator: " "), as: .body)
    }
}

/// An author as documents spell one: `mail (Name)`, `Name <mail>`, a name, a mail, an address.
struct AuthorText {
    var name: String?
    var address: WebAddress?

    init(name: String?, address: WebAddress?) {
        self.name = name
        self.address = address
    }

    /// Nil for a blank text. A mail address is never published when there is a name; alone, its local part stands for
    /// the name.
    init?(_ raw: String, address: WebAddress? = nil) {
        let text = raw.trimmingASCIIWhitespace
        guard !text.isEmpty else { return nil }
        self.address = address
        if let open = text.firstIndex(of: "("), text.hasSuffix(")"), text[..<open].contains("@") {
            name = String(text[text.index(after: open)...].dropLast()).trimmingASCIIWhitespace
        } else if let open = text.utf8.lastIndex(of: UInt8(ascii: "<")), text.hasSuffix(">"),
            text[open...].contains("@")
        {
            name = String(text[..<open]).trimmingASCIIWhitespace
            if name?.isEmpty == true { name = AuthorText.localPart(text[open...].dropFirst().dropLast()) }
        } else if AuthorText.isMail(text[...]) {
            name = AuthorText.localPart(text[...])
        } else {
            // `Name mail@example.org`
            let words = text.split(separator: " ")
            let named = words.filter { !AuthorText.isMail($0.drop { $0 == "(" }.prefix { $0 != ")" }) }
            name = named.isEmpty ? text : named.joined(separator: " ")
        }
        if name?.isEmpty != false { name = AuthorText.localPart(text[...]) }
    }

    private static func isMail(_ text: Substring) -> Bool {
        guard let at = text.firstIndex(of: "@"), at > text.startIndex else { return false }
        let host = text[text.index(after: at)...]
        return host.contains(".") && !text.contains(where: { " /:".contains($0) })
    }

    private static func localPart(_ text: Substring) -> String {
        let bare = text.hasPrefix("mailto:") ? text.dropFirst(7) : text
        return String(bare.prefix { $0 != "@" })
    }

    var author: Author? {
        let shown = name.map { HTMLText.plainText($0, as: .name) }
        if let shown, !shown.isEmpty { return Author(name: shown, address: address) }
        return address.map { Author(name: SafeText(sanitizing: $0.host, as: .name), address: $0) }
    }
}
