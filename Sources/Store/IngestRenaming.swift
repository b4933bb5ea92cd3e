import GRDB
import Text
import TimelineModel

/// Feeds that call all of their entries something else: ids of a new kind, ids with a session in them, links of a site
/// that moved to https.
extension Ingestion {
    /// An entry that is not known, but has the link, the title, the date and the text of a post that the document does
    /// not have, is that post under another name: it is renamed, with all that the user made of it.
    ///
    /// When a document has no entry that is known, less is enough: without the same link, if it has the same title, text
    /// and date, as on a site that has another domain now; and, if most of the document are posts of the feed under other
    /// names, by the same link and title (`isSame`). A page that tells something else every day has not.
    /// - Parameter lastLook: when the feed was read before.
    mutating func renamePosts(to page: Page, source: Int64, isFirst: Bool, lastLook: Timestamp?) throws {
        guard !isFirst, page.keysAmongOthers.count == page.items.count else { return }
        let unknown = try page.items.filter { try !isKnown($0.post.id) }
        var present = Set(page.items.map(\.post.id))
        for keys in page.keysAmongOthers { present.formUnion([keys.alone] + keys.shared) }
        func missing(_ rows: [Int64]) throws -> [StoredPost] {
            try rows.compactMap { row in
                let post = try PostRow.one(row, in: database)?.post
                guard let post, post.id.feed == content.sourcesOfRow[source], !present.contains(post.id) else {
                    return nil
                }
                return (row, post)
            }
        }

        var others: [PageItem] = []
        for item in unknown {
            let telling = Telling(item.post)
            let twin = try missing(rows(told: telling, of: source)).first { Telling($0.post) == telling }
            if let twin { try rename(twin, to: item, source) } else { others.append(item) }
        }

        let count = page.items.count
        guard page.leftOut == 0, unknown.count == count, count > 1, !others.isEmpty else { return }
        let left = Set(others.map(\.post.id))
        var byWords: [Words: PageItem] = [:]
        for item in others { if let words = Words(item.post) { byWords[words] = item } }
        var byLink = itemsOfOwnLinks(page, source).filter { left.contains($0.value.post.id) }
        var alike: [(stored: StoredPost, item: PageItem)] = []
        for stored in try missing(rows(like: others.map(\.post), of: source)) {
            if let words = Words(stored.post), let item = byWords[words], left.contains(item.post.id) {
                byWords[words] = nil
                if let link = item.post.address?.commonSpelling { byLink[link] = nil }
                try rename(stored, to: item, source)
                others.removeAll { $0.post.id == item.post.id }
            } else if let link = stored.post.address?.commonSpelling, let item = byLink[link],
                Self.isSame(stored.post, item.post, lastLook: lastLook)
            {
                byLink[link] = nil
                alike.append((stored, item))
            }
        }
        alike.removeAll { pair in !others.contains { $0.post.id == pair.item.post.id } }
        let found = count - others.count + alike.count
        guard found * 2 >= count, found > 2 || found == count else { return }
        for (stored, item) in alike { try rename(stored, to: item, source) }
    }

    private typealias StoredPost = (row: Int64, post: Post)

    /// All that a reader can tell one entry from another by, what stands behind its text too.
    private struct Telling: Hashable {
        var link: String?
        var title: SafeText
        var author: SafeText
        var body: RichText
        var attachments: [Attachment]
        var published: Timestamp

        /// Nil without a date, for what is said again every day, and with nothing but a date.
        init?(_ post: Post) {
            guard let published = post.published, post.address != nil || !post.body.isEmpty,
                post.title?.isEmpty == false || !post.body.isEmpty
            else { return nil }
            self.published = published
            link = post.address?.commonSpelling
            title = post.title ?? ""
            author = post.author.name
            body = post.body
            attachments = post.attachments
        }
    }

    /// What an entry says, and where on its site, whatever that is called; nil where that is little.
    private struct Words: Hashable {
        var path: String?
        var title: SafeText
        var text: SafeText
        var published: Timestamp

        init?(_ post: Post) {
            guard let title = post.title, !title.isEmpty, !post.body.isEmpty, let published = post.published,
                published.milliseconds % 86_400_000 != 0
            else { return nil }
            (self.title, text, self.published) = (title, post.body.plain, published)
            // Without the host and the query, both of which a move changes.
            if let place = post.address?.commonSpelling.prefix(while: { $0 != "?" && $0 != "#" }) {
                let way = place.drop { $0 != "/" }
                path = String(way.hasSuffix("/") ? way.dropLast() : way)
            }
        }
    }

    private mutating func rename(_ stored: StoredPost, to item: PageItem, _ source: Int64) throws {
        try move(stored.post.id, to: item.post.id, row: stored.row)
        let entryID = item.sighting.entryID
        try database.run(
            "UPDATE sighting SET entry_id = ?, entry_hash = ? WHERE post = ? AND source = ?", .text(entryID),
            .integer(Int64(bitPattern: StableHash.of(entryID))), .integer(stored.row), .integer(source))
    }

    /// By link, the items that alone have it; the site's address and the feed's are no item's own.
    private func itemsOfOwnLinks(_ page: Page, _ source: Int64) -> [String: PageItem] {
        var items: [String: [PageItem]] = [:]
        for item in page.items {
            if let link = item.post.address?.commonSpelling { items[link, default: []].append(item) }
        }
        if let site = page.profile.homePage { items[site.commonSpelling] = nil }
        if case .feed(let feed)? = content.addresses[source] { items[feed.commonSpelling] = nil }
        return items.compactMapValues { $0.count == 1 ? $0.first : nil }
    }

    /// The source's last posts that may be the one told so; few, whatever a feed says a thousand times.
    private func rows(told telling: Telling?, of source: Int64) throws -> [Int64] {
        guard let telling, let persona = content.subscribers[source]?.first?.row else { return [] }
        return try database.all(
            """
            SELECT post.id FROM carried JOIN post ON post.id = carried.post
            WHERE carried.persona = ? AND carried.source = ? AND carried.sort_time = ? AND ifnull(post.title, '') = ?
                AND substr(post.lead, 1, 64) = ?
            ORDER BY post.id DESC LIMIT 8
            """, .integer(persona), .integer(source), .integer(telling.published.milliseconds),
            .text(telling.title.string), .text(String(telling.body.plain.string.unicodeScalars.prefix(64)))
        ) { $0.integer(0) }
    }

    /// The source's posts that may be the same as these, the last ones first. Few of many are read whole.
    private func rows(like posts: [Post], of source: Int64) throws -> [Int64] {
        let titles = Set(posts.map { $0.title?.string ?? "" })
        let dates = Set(posts.compactMap(\.published?.milliseconds))
        let beginnings = Set(posts.map { Self.beginning($0.body.plain.string) })
        var rows = Set<Int64>()
        try database.each(
            """
            SELECT post.id, title, published, substr(lead, 1, 64) FROM sighting JOIN post ON post.id = sighting.post
            WHERE sighting.source = ?
            """, [.integer(source)]
        ) { row in
            guard titles.contains(row.optionalText(1) ?? "") else { return true }
            if row.optionalInteger(2).map(dates.contains) == true || beginnings.contains(Self.beginning(row.text(3))) {
                rows.insert(row.integer(0))
            }
            return true
        }
        return rows.sorted(by: >)
    }

    private static func beginning(_ text: String) -> [UInt8] { Array(text.utf8.prefix(64)) }

    /// Whether an entry with the link of a post is that post. An edition of a page that always has one link and title has
    /// other words, or another date that came after the last look.
    private static func isSame(_ stored: Post, _ incoming: Post, lastLook: Timestamp?) -> Bool {
        guard stored.title == incoming.title else { return false }
        let isSameText = stored.body.plain == incoming.body.plain
        guard let date = stored.published, let other = incoming.published else {
            return isSameText && (!stored.body.isEmpty || stored.published == incoming.published)
        }
        let apart = date.milliseconds.subtractingReportingOverflow(other.milliseconds).partialValue.magnitude
        if apart == 0 { return isSameText || share(stored.body.plain, incoming.body.plain) }
        return isSameText && apart <= farthestTimeZone && lastLook.map { other <= $0 } ?? false
    }

    /// Whether most words of the shorter text stand in the other one: it was edited, or cut short.
    private static func share(_ text: SafeText, _ other: SafeText) -> Bool {
        func words(_ text: SafeText) -> Set<[UInt8]> {
            var words: Set<[UInt8]> = []
            var text = String(text.string.prefix(5000))
            text.withUTF8 { buffer in
                Tokenizer.forEachToken(in: buffer) { word, _, _ in
                    words.insert(Array(word))
                    return true
                }
            }
            return words
        }
        let (first, second) = (words(text), words(other))
        let least = min(first.count, second.count)
        // A title alone says too little.
        return least > 0 && first.intersection(second).count * 3 >= least * 2
    }

    /// In milliseconds: what a date moves at most when a site takes it for one of another time zone (UTC+14).
    private static let farthestTimeZone: UInt64 = 14 * 3_600_000
}
