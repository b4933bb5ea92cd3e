import Text
import TimelineModel

/// RSS and Atom: one reader for both, because feeds mix them (`atom:link` in RSS, `dc:creator` in Atom).
///
/// Elements are told by name space and local name. Only children of the channel and of the entry count: what stands
/// inside foreign elements (`image/title`) says something else.
enum XMLFeedReader {
    /// Nil when the root is no feed.
    /// - Parameter known: entries to be left out.
    static func draft(_ root: MarkupNode, address: WebAddress?, known: KnownEntries?) -> FeedDraft? {
        guard let parts = Parts(root) else { return nil }
        var draft = FeedDraft()
        draft.address = address
        draft.isEntry = parts.isEntry
        draft.format = format(of: root, channel: parts.channel, name: parts.name)
        let references = References(base: address).inside(root).inside(parts.channel)
        readChannel(parts.channel, into: &draft, references)
        let language = (parts.channel.xmlAttribute("lang") ?? root.xmlAttribute("lang")).flatMap(languageTag)
        draft.language = draft.language ?? language
        let entries = takenEntries(parts.entries, of: root, into: &draft)
        // Relative links of RSS are meant against the site.
        let entryReferences = parts.isAtom ? references : draft.homePage.map { references.on($0) } ?? references
        draft.entryBase = entryReferences.base
        read(entries, into: &draft, entryReferences, known: known?.keys(for: draft) ?? [:])
        return draft
    }

    /// Where a document says what.
    private struct Parts {
        /// Of the root, in lower case.
        let name: String
        let channel: MarkupNode
        let entries: [MarkupNode]

        /// The document is a single entry.
        var isEntry: Bool { name == "entry" || name == "item" }
        var isAtom: Bool { name == "feed" || name == "entry" }

        /// Nil when the root is no feed.
        init?(_ root: MarkupNode) {
            name = root.name.lowercased()
            switch name {
            case "rss", "rdf":
                let children = root.elements
                let found = children.first { $0.name.lowercased() == "channel" }
                let strays = children.filter(XMLFeedReader.isEntry)
                guard found != nil || !strays.isEmpty || name == "rss" else { return nil }
                channel = found ?? root
                // RSS 1.0 keeps its items beside the channel.
                entries = (found?.elements.filter(XMLFeedReader.isEntry) ?? []) + strays
            case "channel":
                channel = root
                entries = root.elements.filter(XMLFeedReader.isEntry)
            case "feed":
                guard root.space != .other || root.elements.contains(where: XMLFeedReader.isEntry) else { return nil }
                channel = root
                entries = root.elements.filter(XMLFeedReader.isEntry)
            case "entry", "item":
                guard root.space == .atom || root.space == .atom03 else { return nil }
                channel = root
                entries = [root]
            default: return nil
            }
        }
    }

    /// The entries without a last one that is cut in half, and no more than are taken; what is missing is noted.
    private static func takenEntries(
        _ all: [MarkupNode], of root: MarkupNode, into draft: inout FeedDraft
    ) -> [MarkupNode] {
        var entries = all
        if root.tree.endsInEntry, let open = lastEntry(in: root),
            let index = entries.firstIndex(where: { $0.isSame(as: open) })
        {
            // The half of a known entry would take the place of the whole one.
            entries.remove(at: index)
            if !root.tree.isCut {
                draft.endsInEntry = true
                draft.skipped.append("entry \(index + 1), line \(open.line): the document ends in the middle of it")
            }
        }
        if entries.count > DecodingLimits.items {
            draft.isCut = true
            entries.removeLast(entries.count - DecodingLimits.items)
        }
        if root.tree.isCut {
            draft.skipped.append(
                "more than \(DecodingLimits.markup) tags and attributes; what follows them was left out")
        }
        return entries
    }

    /// Reads the entries that are not known, by their fingerprints.
    private static func read(
        _ entries: [MarkupNode], into draft: inout FeedDraft, _ references: References, known: [UInt64: UInt64]
    ) {
        for (index, node) in entries.enumerated() {
            let fingerprint = node.fingerprint
            if known[fingerprint] != nil {
                draft.repeated.append(fingerprint)
                continue
            }
            var entry = XMLEntryReader(references).read(node)
            entry.fingerprint = fingerprint
            if isBlank(entry) {
                draft.skipped.append("entry \(index + 1), line \(node.line): it has neither id, link, title nor text")
            } else {
                draft.entries.append(entry)
            }
        }
    }

    private static func isBlank(_ entry: EntryDraft) -> Bool {
        entry.guid == nil && entry.link == nil && entry.title == nil && entry.body.isEmpty && entry.attachments.isEmpty
            && entry.published == nil && entry.author == nil && entry.tags.isEmpty && entry.comments == nil
    }

    /// The entry at the very end of a document; nil when something else stands there.
    private static func lastEntry(in root: MarkupNode) -> MarkupNode? {
        var node: MarkupNode? = root
        while let place = node, !isEntry(place) { node = place.elements.last }
        return node
    }

    private static func isEntry(_ node: MarkupNode) -> Bool {
        let (space, name) = node.qualified
        switch name.lowercased() {
        case "item": return space == .none || space == .rss || space == .other || space == .rdf
        case "entry": return space == .atom || space == .atom03 || space == .none || space == .other
        default: return false
        }
    }

    private static func format(of root: MarkupNode, channel: MarkupNode, name: String) -> String {
        switch name {
        case "feed", "entry":
            return root.space == .atom03 || root.attribute("version") == "0.3" ? "atom 0.3" : "atom 1.0"
        case "rdf":
            let isEarly = channel.space == .rss && channel.spaceIsNetscape
            return isEarly ? "rss 0.90" : "rss 1.0"
        default:
            let version = root.attribute("version")?.trimmingASCIIWhitespace ?? ""
            let isVersion =
                !version.isEmpty && version.utf8.count < 8
                && version.allSatisfy { $0.isASCII && ($0.isNumber || $0 == ".") }
            return "rss " + (isVersion ? version : "2.0")
        }
    }

    // MARK: What the feed says about itself

    private static func readChannel(_ channel: MarkupNode, into draft: inout FeedDraft, _ references: References) {
        var links = LinkChoice()
        var period: String?
        var frequency: Int?
        var secondTitle: SafeText?
        for node in channel.elements {
            let (space, name) = node.qualified
            switch (space, name.lowercased()) {
            case (.none, "title"), (.rss, "title"), (.atom, "title"), (.atom03, "title"):
                draft.title = draft.title ?? FeedText.title(node)
            case (.dublinCore, "title"), (.dublinCoreTerms, "title"): secondTitle = secondTitle ?? FeedText.title(node)
            case (.none, "link"), (.rss, "link"), (.atom, "link"), (.atom03, "link"): links.offer(node, references)
            case (.none, "language"), (.dublinCore, "language"), (.rss, "language"):
                draft.language = draft.language ?? languageTag(node.textContent)
            case (.none, "ttl"):
                if let minutes = Int(node.textContent.trimmingASCIIWhitespace), minutes > 0, minutes < 1_000_000 {
                    draft.minimumInterval = max(draft.minimumInterval ?? 0, minutes * 60)
                }
            case (.syndication, "updateperiod"): period = node.textContent.trimmingASCIIWhitespace.lowercased()
            case (.syndication, "updatefrequency"): frequency = Int(node.textContent.trimmingASCIIWhitespace)
            case (_, "author"), (_, "creator"), (_, "managingeditor"):
                draft.author = draft.author ?? FeedText.author(node, references)
            default: break
            }
        }
        draft.title = draft.title ?? secondTitle
        draft.homePage = links.best
        if let seconds = interval(period: period, frequency: frequency) {
            draft.minimumInterval = max(draft.minimumInterval ?? 0, seconds)
        }
        // A year's silence is a mistake of the server, never a wish.
        draft.minimumInterval = draft.minimumInterval.map { min($0, 86_400) }
    }

    /// RSS 1.0 syndication module: `frequency` times in a period, daily when it is not said.
    private static func interval(period: String?, frequency: Int?) -> Int? {
        guard period != nil || frequency != nil else { return nil }
        let seconds: Int
        switch period ?? "daily" {
        case "hourly": seconds = 3600
        case "weekly": seconds = 7 * 86_400
        case "monthly": seconds = 30 * 86_400
        case "yearly": seconds = 365 * 86_400
        default: seconds = 86_400
        }
        return seconds / max(1, frequency ?? 1)
    }

    /// A BCP 47 tag in lower case; nil for what is none.
    static func languageTag(_ raw: String) -> String? {
        let tag = raw.trimmingASCIIWhitespace.lowercased()
        let clean = String(tag.map { $0 == "_" ? "-" : $0 })
        guard (2...35).contains(clean.utf8.count),
            clean.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") })
        else { return nil }
        return clean
    }
}

/// The page among the links of a feed or an entry.
struct LinkChoice {
    private(set) var best: WebAddress?
    private var rank = 0
    /// The page with the comments, of a link `replies`.
    private(set) var comments: WebAddress?

    mutating func offer(_ node: MarkupNode, _ references: References) {
        let references = references.inside(node)
        guard let href = node.attribute("href") else {
            guard node.space != .atom else { return }
            let text = node.textContent.trimmingASCIIWhitespace
            if !text.isEmpty { take(references.resolve(text), rank: 3) }
            return
        }
        let relation = node.attribute("rel")?.trimmingASCIIWhitespace.lowercased() ?? "alternate"
        let type = node.attribute("type")?.lowercased() ?? "text/html"
        let address = references.resolve(href)
        switch relation {
        case "alternate", "http://www.iana.org/assignments/relation/alternate", "":
            take(address, rank: type.hasPrefix("text/html") || type.holds("xhtml") ? 4 : 2)
        case "related", "via": if best == nil { take(address, rank: 1) }
        case "replies": if type.hasPrefix("text/html") { comments = comments ?? address }
        default: break
        }
    }

    private mutating func take(_ address: WebAddress?, rank: Int) {
        guard let address, rank > self.rank else { return }
        best = address
        self.rank = rank
    }
}
