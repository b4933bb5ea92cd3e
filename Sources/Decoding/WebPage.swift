import Text
public import TimelineModel

/// A web page where a feed was expected.
public enum WebPage {
    /// The feeds that a page names (`link rel=alternate`), best first: whole feeds before comments and podcasts, feed
    /// types before plain JSON, otherwise in the order of the page.
    /// - Parameters:
    ///   - bytes: UTF-8, or anything `CharacterSet` reads.
    ///   - address: where the page came from; relative addresses stand on it or on `base href`.
    public static func offeredFeeds(in bytes: [UInt8], address: WebAddress?) -> [OfferedFeed] {
        guard bytes.count <= DecodingLimits.bytes,
            let tree = MarkupTree.html(CharacterSet.utf8(bytes, contentType: nil)), let root = tree.root
        else { return [] }
        var search = Search(References(base: address))
        search.visit(root, depth: 0)
        return search.found.enumerated()
            .sorted { ($0.element.penalty, $0.offset) < ($1.element.penalty, $1.offset) }
            .map(\.element.feed)
    }

    /// Whether a text begins like HTML.
    static func looksLikeOne(_ bytes: [UInt8]) -> Bool {
        let head = String(decoding: bytes.prefix(4096), as: UTF8.self).lowercased()
        return head.holds("<html") || head.holds("<!doctype html") || head.holds("<head") || head.holds("<body")
    }

    private struct Search {
        var references: References
        var found: [(feed: OfferedFeed, penalty: Int)] = []

        init(_ references: References) { self.references = references }

        mutating func visit(_ node: MarkupNode, depth: Int) {
            guard node.isElement, depth < DecodingLimits.depth, found.count < 100 else { return }
            switch node.name.lowercased() {
            case "base":
                if let address = node.attribute("href").flatMap({ references.resolve($0) }) {
                    references = references.on(address)
                }
            case "link": take(node)
            default: break
            }
            for child in node.children { visit(child, depth: depth + 1) }
        }

        private mutating func take(_ node: MarkupNode) {
            let relations = node.attribute("rel")?.lowercased().split(whereSeparator: \.isWhitespace) ?? []
            guard relations.contains("alternate") || relations.contains("feed"),
                let address = node.attribute("href").flatMap({ references.resolve($0) }),
                !found.contains(where: { $0.feed.address == address })
            else { return }
            let type = node.attribute("type")?.lowercased().prefix { $0 != ";" }.filter { $0 != " " } ?? ""
            var penalty: Int
            switch type {
            case "application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml":
                penalty = 0
            case "application/json", "application/xml", "text/xml": penalty = 4
            case "" where relations.contains("feed"): penalty = 2
            default: return
            }
            // WordPress offers its programming interface in the same way.
            if type == "application/json", address.text.holds("/wp-json/") || address.text.holds("oembed") {
                return
            }
            let title = node.attribute("title").map { HTMLText.plainText($0) }
            let spelled = (address.text + " " + (title?.string ?? "")).lowercased()
            if spelled.holds("comment") || spelled.holds("podcast") { penalty += 1 }
            found.append((OfferedFeed(address: address, title: title?.isEmpty == true ? nil : title), penalty))
        }
    }
}
