import Text
public import TimelineModel

/// RSS 0.90 to 2.0, Atom 0.3 and 1.0, JSON Feed 1.0 and 1.1 to a page of articles.
public enum FeedDecoder {
    /// Of the way in which documents are read: a document that was read in another edition is worth reading again.
    public static var edition: Int { KnownEntries.edition }

    /// A feed document as a page, in the order of the document.
    ///
    /// The format is told by the document, never by its declared type. One bad entry costs that entry alone
    /// (`Page.skipped`); markup that is not well-formed is recovered.
    /// - Parameters:
    ///   - bytes: the body, with its transfer encodings removed.
    ///   - contentType: the HTTP header field, for its charset.
    ///   - address: where the document came from, after redirects: relative links stand on it.
    ///   - source: the feed's id, for the identities of its entries.
    ///   - memory: what was kept of the feed's last document; nil on the first look. Entries that stood in it word for
    ///     word are left out of the page.
    /// - Throws: `DecodingError`; `.notAFeed` with the offered feeds when a web page came instead.
    public static func decode(
        _ bytes: [UInt8], contentType: String? = nil, address: WebAddress?, source: SourceID,
        memory: FeedMemory? = nil
    ) throws(DecodingError) -> Page {
        if let known = KnownEntries(memory) {
            let draft = try draft(bytes, contentType: contentType, address: address, known: known)
            if let page = FeedPage.page(draft, source: source, known: known) { return page }
        }
        let draft = try draft(bytes, contentType: contentType, address: address)
        return FeedPage.page(draft, source: source, memory: memory)
    }

    static func draft(
        _ bytes: [UInt8], contentType: String?, address: WebAddress?, known: KnownEntries? = nil
    ) throws(DecodingError) -> FeedDraft {
        guard bytes.count <= DecodingLimits.bytes else {
            throw .tooLarge(bytes: bytes.count, limit: DecodingLimits.bytes)
        }
        let text = CharacterSet.utf8(bytes, contentType: contentType)
        guard let first = text.first(where: { $0 > 32 }) else { throw .empty }
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
            return try JSONFeedReader.draft(JSONValue(parsing: text), address: address, known: known)
        }
        guard first == UInt8(ascii: "<") else {
            // Some servers print a warning before the document. Why what follows cannot be read is of no use: the text
            // does not even begin like a document.
            guard let start = text.firstIndex(of: UInt8(ascii: "<")), start < 4096,
                let draft = try? xmlDraft(Array(text[start...]), address, known)
            else {
                throw .notAFeed(found: "plain text", offered: [])
            }
            return draft
        }
        return try xmlDraft(text, address, known)
    }

    private static func xmlDraft(
        _ text: [UInt8], _ address: WebAddress?, _ known: KnownEntries?
    ) throws(DecodingError) -> FeedDraft {
        // A feed is tried first: feeds that quote a web page in their head look like one to a sniffer.
        let tree: MarkupTree
        do {
            tree = try MarkupTree.xml(text)
        } catch {
            if WebPage.looksLikeOne(text) { throw notAFeed(text, address) }
            throw error
        }
        if let root = tree.root, let draft = XMLFeedReader.draft(root, address: address, known: known) { return draft }
        if WebPage.looksLikeOne(text) { throw notAFeed(text, address) }
        let name = tree.root?.name ?? ""
        throw .notAFeed(
            found: "an XML document of another kind (\(SafeText(sanitizing: name, as: .name)))", offered: [])
    }

    private static func notAFeed(_ text: [UInt8], _ address: WebAddress?) -> DecodingError {
        .notAFeed(found: "a web page", offered: WebPage.offeredFeeds(in: text, address: address))
    }
}
