import Text
import TimelineModel

/// One `item` or `entry`, by the RSS 2.0 specification, RFC 4287 and the modules that feeds use with them (content,
/// Dublin Core, Media RSS, iTunes).
struct XMLEntryReader {
    private var references: References
    private var entry = EntryDraft()
    private var links = LinkChoice()
    private var titles = Ranked<TitleText>()
    private var bodies = Ranked<MarkupNode>()
    private var authors = Ranked<AuthorText>()
    private var published = Ranked<Timestamp>()
    private var updated = Ranked<Timestamp>()
    private var guidIsLink = false
    private var thumbnails: [Attachment] = []

    /// The best of several elements that mean the same; the first of equals.
    private struct Ranked<Value> {
        private(set) var value: Value?
        private var rank = 0

        mutating func offer(_ value: Value?, rank: Int) {
            guard let value, rank > self.rank else { return }
            self.value = value
            self.rank = rank
        }
    }

    init(_ references: References) { self.references = references }

    /// The entry that an element says; what it does not say is nil.
    func read(_ node: MarkupNode) -> EntryDraft {
        var reader = self
        reader.references = references.inside(node)
        reader.entry.language = node.xmlAttribute("lang").flatMap(XMLFeedReader.languageTag)
        for child in node.elements { reader.take(child) }
        // RSS 1.0 names its items outside.
        if reader.entry.guid == nil, let about = node.anyAttribute("about") { reader.entry.guid = filled(about) }
        return reader.finished()
    }

    private func finished() -> EntryDraft {
        var entry = entry
        if let node = bodies.value {
            entry.body = FeedText.body(node, references)
            entry.language = node.xmlAttribute("lang").flatMap(XMLFeedReader.languageTag) ?? entry.language
        }
        entry.take(titles.value)
        if let source = contentSource {
            if entry.body.isEmpty { entry.body = linkBody(source) } else { entry.linked = source }
        }
        entry.author = authors.value
        entry.published = published.value
        entry.updated = updated.value
        entry.link = links.best
        if entry.link == nil, let guid = entry.guid, guidIsLink, !guid.contains(" ") {
            entry.link = References.absolute(guid)
        }
        entry.comments = entry.comments ?? links.comments
        if !entry.attachments.contains(where: { $0.kind == .image }) {
            for thumbnail in thumbnails.prefix(1) { entry.add(thumbnail) }
        }
        return entry
    }

    /// Where content stands that is not in the document (Atom `content/@src`).
    private var contentSource: WebAddress?

    private func linkBody(_ address: WebAddress) -> RichText {
        let text = address.shown
        return RichText(plain: text, spans: [RichText.Span(range: 0..<text.string.utf8.count, kind: .link(address))])
    }

    private func filled(_ text: String) -> String? {
        let trimmed = text.trimmingASCIIWhitespace
        return trimmed.isEmpty ? nil : trimmed
    }

    private mutating func take(_ node: MarkupNode) {
        let (space, name) = node.qualified
        switch space {
        case .none, .rss, .atom, .atom03: takePlain(node, name.lowercased())
        case .dublinCore, .dublinCoreTerms: takeDublinCore(node, name.lowercased())
        case .content where name == "encoded": offerBody(node, rank: 10)
        case .xhtml where name == "body" || name == "div": offerBody(node, rank: 9)
        case .media: takeMedia(node, name.lowercased(), depth: 0)
        case .itunes: takePodcast(node, name.lowercased())
        case .feedburner where name.lowercased() == "origlink":
            entry.originalLink = References.absolute(node.textContent)
        case .slash where name == "comments", .thread where name == "total":
            entry.replies = max(
                0,
                node.textContent.trimmingASCIIWhitespace.utf8.count < 10
                    ? Int(node.textContent.trimmingASCIIWhitespace) ?? 0 : 0)
        default: break
        }
    }

    /// An empty element says nothing, so that the next best one counts.
    private mutating func offerBody(_ node: MarkupNode, rank: Int) {
        guard node.children.contains(where: { $0.isElement || filled($0.text ?? "") != nil }) else { return }
        bodies.offer(node, rank: rank)
    }

    private mutating func takePlain(_ node: MarkupNode, _ name: String) {
        switch name {
        case "title": titles.offer(FeedText.entryTitle(node), rank: 10)
        case "link": takeLink(node)
        case "guid", "id":
            guard entry.guid == nil else { return }
            entry.guid = filled(node.textContent)
            // True unless denied (RSS 2.0), and the attribute's case varies.
            let flag = node.attribute("ispermalink")?.trimmingASCIIWhitespace.lowercased()
            guidIsLink = name == "guid" && flag != "false"
        case "description": offerBody(node, rank: 6)
        case "content":
            if let source = node.attribute("src") { contentSource = references.resolve(source) }
            if FeedText.isReadable(node) { offerBody(node, rank: 9) }
        case "summary", "abstract": offerBody(node, rank: 5)
        case "fullitem", "body": offerBody(node, rank: 8)
        case "author": authors.offer(FeedText.author(node, references), rank: 10)
        case "pubdate", "published", "issued": published.offer(FeedDate.parse(node.textContent), rank: 10)
        case "created": published.offer(FeedDate.parse(node.textContent), rank: 5)
        case "updated", "modified": updated.offer(FeedDate.parse(node.textContent), rank: 10)
        case "category": takeCategory(node)
        case "tags":
            for word in node.textContent.split(separator: ",") { entry.add(tag: filled(String(word))) }
        case "enclosure": takeEnclosure(node)
        case "comments": entry.comments = references.resolve(node.textContent)
        case "language": entry.language = XMLFeedReader.languageTag(node.textContent) ?? entry.language
        case "source":
            // An entry that was taken over: its own feed's author, when it names none itself.
            for part in node.elements where part.name.lowercased() == "author" {
                authors.offer(FeedText.author(part, references), rank: 2)
            }
        default: break
        }
    }

    private mutating func takeLink(_ node: MarkupNode) {
        if node.attribute("rel")?.lowercased() == "enclosure" {
            takeEnclosure(node)
        } else {
            links.offer(node, references)
        }
    }

    private mutating func takeCategory(_ node: MarkupNode) {
        entry.add(tag: node.attribute("label") ?? node.attribute("term") ?? filled(node.textContent))
    }

    private mutating func takeEnclosure(_ node: MarkupNode) {
        guard let raw = node.attribute("url") ?? node.attribute("href"),
            let address = references.resolve(raw)
        else { return }
        entry.add(
            FeedMedia.attachment(
                address, type: node.attribute("type"), alt: node.attribute("title"), size: node.attribute("length")))
    }

    private mutating func takeDublinCore(_ node: MarkupNode, _ name: String) {
        switch name {
        case "title": titles.offer(FeedText.entryTitle(node), rank: 5)
        case "creator", "author": authors.offer(AuthorText(node.textContent), rank: 8)
        case "publisher", "contributor": authors.offer(AuthorText(node.textContent), rank: 1)
        case "date", "issued": published.offer(FeedDate.parse(node.textContent), rank: 8)
        case "created": published.offer(FeedDate.parse(node.textContent), rank: 5)
        case "modified": updated.offer(FeedDate.parse(node.textContent), rank: 8)
        case "subject": entry.add(tag: filled(node.textContent))
        case "language": entry.language = entry.language ?? XMLFeedReader.languageTag(node.textContent)
        case "description", "abstract": offerBody(node, rank: 4)
        case "identifier": if entry.guid == nil { entry.guid = filled(node.textContent) }
        default: break
        }
    }

    private mutating func takePodcast(_ node: MarkupNode, _ name: String) {
        switch name {
        case "title": titles.offer(FeedText.entryTitle(node), rank: 4)
        case "author": authors.offer(AuthorText(node.textContent), rank: 6)
        case "summary": offerBody(node, rank: 3)
        case "subtitle": offerBody(node, rank: 1)
        case "image":
            if let address = node.attribute("href").flatMap({ references.resolve($0) }) {
                thumbnails.append(Attachment(kind: .image, address: address))
            }
        case "keywords":
            for word in node.textContent.split(whereSeparator: { $0 == "," }) { entry.add(tag: filled(String(word))) }
        default: break
        }
    }

    private mutating func takeMedia(_ node: MarkupNode, _ name: String, depth: Int) {
        switch name {
        case "group" where depth == 0:
            takeMediaGroup(node)
        case "content":
            if let attachment = FeedMedia.content(node, references) { entry.add(attachment) }
            for part in node.elements where part.space == .media {
                takeMedia(part, part.name.lowercased(), depth: depth + 1)
            }
        case "thumbnail":
            if let address = node.attribute("url").flatMap({ references.resolve($0) }) {
                thumbnails.append(Attachment(kind: .image, address: address))
            }
        case "title": titles.offer(FeedText.entryTitle(node), rank: depth == 0 ? 3 : 2)
        case "description": offerBody(node, rank: 2)
        case "credit": authors.offer(AuthorText(node.textContent), rank: 1)
        case "keywords":
            for word in node.textContent.split(whereSeparator: { $0 == "," }) { entry.add(tag: filled(String(word))) }
        default: break
        }
    }

    /// A group holds alternatives of one object: the one that calls itself the default, or the first.
    private mutating func takeMediaGroup(_ node: MarkupNode) {
        let parts = node.elements.filter { $0.space == .media }
        let contents = parts.filter { $0.name.lowercased() == "content" }
        let chosen = contents.first { $0.attribute("isdefault")?.lowercased() == "true" } ?? contents.first
        if let chosen {
            var attachment = FeedMedia.content(chosen, references)
            if attachment?.alt == nil {
                attachment?.alt = parts.first { $0.name.lowercased() == "title" }.flatMap { FeedText.title($0) }
            }
            if let attachment { entry.add(attachment) }
        }
        for part in parts where part.name.lowercased() != "content" {
            takeMedia(part, part.name.lowercased(), depth: 1)
        }
    }
}

/// Attachments as feeds describe them.
enum FeedMedia {
    static func attachment(_ address: WebAddress, type: String?, alt: String? = nil, size: String? = nil) -> Attachment
    {
        let type = type?.trimmingASCIIWhitespace.lowercased() ?? ""
        let shownAlt = alt.map { HTMLText.plainText($0) }
        let bytes = size.flatMap { Int($0.trimmingASCIIWhitespace) }.flatMap { $0 > 0 ? $0 : nil }
        return Attachment(
            kind: kind(type: type, address: address), address: address, alt: shownAlt?.isEmpty == true ? nil : shownAlt,
            mediaType: type.isEmpty ? nil : SafeText(sanitizing: type, as: .name), size: bytes)
    }

    static func content(_ node: MarkupNode, _ references: References) -> Attachment? {
        guard let address = node.attribute("url").flatMap({ references.resolve($0) }) else { return nil }
        let parts = node.elements.filter { $0.space == .media }
        let alt = ["description", "title"].lazy.compactMap { wanted in
            parts.first { $0.name.lowercased() == wanted }.flatMap { FeedText.title($0) }
        }.first
        var attachment = attachment(address, type: node.attribute("type"), size: node.attribute("filesize"))
        attachment.alt = alt
        switch node.attribute("medium")?.lowercased() {
        case "image": attachment.kind = .image
        case "video": attachment.kind = .video
        case "audio": attachment.kind = .audio
        default: break
        }
        return attachment
    }

    /// By type; by the end of the address where there is none.
    static func kind(type: String, address: WebAddress) -> Attachment.Kind {
        if type == "image/gif" { return .animation }
        if type.hasPrefix("image/") { return .image }
        if type.hasPrefix("audio/") { return .audio }
        if type.hasPrefix("video/") { return .video }
        guard type.isEmpty || type == "application/octet-stream" else { return .file }
        let path = address.text.prefix { $0 != "?" && $0 != "#" }.lowercased()
        let end = path.split(separator: ".").last ?? ""
        switch end {
        case "jpg", "jpeg", "png", "webp", "avif", "svg": return .image
        case "gif": return .animation
        case "mp3", "m4a", "ogg", "oga", "opus", "flac", "wav": return .audio
        case "mp4", "m4v", "webm", "mov", "ogv", "mkv": return .video
        default: return .file
        }
    }
}
