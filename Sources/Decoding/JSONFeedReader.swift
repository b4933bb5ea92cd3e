import Text
import TimelineModel

/// JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1).
enum JSONFeedReader {
    /// - Parameter known: entries to be left out.
    static func draft(
        _ json: JSONValue, address: WebAddress?, known: KnownEntries?
    ) throws(DecodingError) -> FeedDraft {
        guard json.isObject else { throw .notAFeed(found: "a JSON text of another kind", offered: []) }
        guard let version = json["version"]?.string, version.holds("://jsonfeed.org/version/") else {
            throw .notAFeed(found: "a JSON text of another kind", offered: [])
        }
        guard let items = json["items"], items.isArray else { throw .unexpected("the JSON Feed has no list of items") }
        var draft = FeedDraft()
        draft.address = address
        let number = version.split(separator: "/").last.map(String.init) ?? ""
        draft.format = number == "1" || number == "1.0" ? "json feed 1.0" : "json feed 1.1"
        draft.title = json["title"]?.filled.map { HTMLText.plainText($0) }
        let documentReferences = References(base: address)
        draft.homePage = json["home_page_url"]?.string.flatMap { documentReferences.resolve($0) }
        draft.language = json["language"]?.string.flatMap(XMLFeedReader.languageTag)
        let references = draft.homePage.map { documentReferences.on($0) } ?? documentReferences
        draft.author = author(json, references)
        draft.entryBase = references.base
        let known = known?.keys(for: draft) ?? [:]
        draft.isCut = items.elements.count > DecodingLimits.items
        for (index, item) in items.elements.prefix(DecodingLimits.items).enumerated() {
            guard item.isObject else {
                draft.skipped.append("item \(index + 1): it is no object")
                continue
            }
            let fingerprint = item.fingerprint
            if known[fingerprint] != nil {
                draft.repeated.append(fingerprint)
                continue
            }
            // The specification: an item without an id must be discarded.
            guard let id = item["id"]?.text?.trimmingASCIIWhitespace, !id.isEmpty else {
                draft.skipped.append("item \(index + 1): it has no id")
                continue
            }
            var entry = entry(item, id: id, references)
            entry.fingerprint = fingerprint
            draft.entries.append(entry)
        }
        return draft
    }

    private static func entry(_ item: JSONValue, id: String, _ references: References) -> EntryDraft {
        var entry = EntryDraft()
        entry.guid = id
        let own = item["url"]?.string.flatMap { references.resolve($0) }
        let external = item["external_url"]?.string.flatMap { references.resolve($0) }
        entry.link = own ?? external
        entry.linked = external
        if let html = item["content_html"]?.filled {
            entry.body = HTMLText.richText(html, entry.link.map { references.on($0) } ?? references)
        } else if let text = item["content_text"]?.filled ?? item["summary"]?.filled {
            entry.body = FeedText.plain(text)
        }
        entry.take(
            item["title"]?.filled.map { title in
                TitleText(line: HTMLText.plainText(title), text: HTMLText.plainText(title, as: .body))
            })
        entry.author = author(item, references)
        entry.published = item["date_published"]?.string.flatMap(FeedDate.parse)
        entry.updated = item["date_modified"]?.string.flatMap(FeedDate.parse)
        entry.language = item["language"]?.string.flatMap(XMLFeedReader.languageTag)
        for tag in item["tags"]?.elements ?? [] { entry.add(tag: tag.filled) }
        for attachment in item["attachments"]?.elements ?? [] {
            guard let address = attachment["url"]?.string.flatMap({ references.resolve($0) }) else {
                continue
            }
            entry.add(
                FeedMedia.attachment(
                    address, type: attachment["mime_type"]?.string, alt: attachment["title"]?.filled,
                    size: attachment["size_in_bytes"]?.int.map { String($0) }))
        }
        for name in ["image", "banner_image"] {
            guard !entry.attachments.contains(where: { $0.kind == .image }),
                let image = item[name]?.string.flatMap({ references.resolve($0) })
            else { continue }
            entry.add(Attachment(kind: .image, address: image))
        }
        return entry
    }

    /// `authors` of 1.1 before `author` of 1.0; several are named together.
    private static func author(_ json: JSONValue, _ references: References) -> AuthorText? {
        let authors = json["authors"]?.elements ?? []
        let candidates = authors.isEmpty ? [json["author"]].compactMap { $0 } : authors
        let named = candidates.compactMap { candidate -> AuthorText? in
            let address = candidate["url"]?.string.flatMap { references.resolve($0) }
            if let name = candidate["name"]?.filled { return AuthorText(name, address: address) }
            return address.map { AuthorText(name: nil, address: $0) }
        }
        guard let first = named.first else { return nil }
        let names = named.prefix(10).compactMap(\.name)
        return AuthorText(name: names.isEmpty ? nil : names.joined(separator: ", "), address: first.address)
    }
}
