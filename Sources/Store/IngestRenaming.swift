import GRDB
import Text
import TimelineModel

/// Feeds that call all of their entries something else: ids of a new kind, ids with a session in them, links of a site
/// that moved to https.
extension Ingestion {
    /// An entry that is not known, but has the link, the title, the date and the text of a post that the document does
    /// not have, is that post under another name: it is renamed, with all that the user made of it.
    ///
    /// When a document has no entry that is known, and most of them are posts of the feed under other names, less is
    /// enough: the same link and title, and the same date, or, where one has none, the same text; a page that tells
    /// something else every day has not.
    mutating func renamePosts(to page: Page, source: Int64, isFirst: Bool) throws {
        guard !isFirst, page.keysAmongOthers.count == page.items.count else { return }
        let unknown = Set(try page.items.map(\.post.id).filter { try !isKnown($0) })
        var wanted = itemsOfOwnLinks(page, source).filter { unknown.contains($0.value.post.id) }
        guard !wanted.isEmpty else { return }
        var present = Set(page.items.map(\.post.id))
        for keys in page.keysAmongOthers { present.formUnion([keys.alone] + keys.shared) }
        var alike: [(row: Int64, stored: Post, item: PageItem)] = []
        for row in try rows(like: wanted.values.map(\.post), of: source) {
            guard let stored = try PostRow.one(row, in: database)?.post, stored.id.feed == content.sourcesOfRow[source],
                !present.contains(stored.id), let link = stored.address?.commonSpelling, let item = wanted[link],
                Self.isSame(stored, item.post)
            else { continue }
            wanted[link] = nil
            alike.append((row, stored, item))
        }
        let count = page.items.count
        let isWholeAndUnknown = page.leftOut == 0 && unknown.count == count && count > 1
        let areMost = alike.count * 2 >= count && (alike.count > 2 || alike.count == count)
        let areAllRenamed = isWholeAndUnknown && areMost
        for (row, stored, item) in alike where areAllRenamed || Self.isIndistinguishable(stored, item.post) {
            let old = stored.id
            try move(old, to: item.post.id, row: row)
            let entryID = item.sighting.entryID
            try database.run(
                "UPDATE sighting SET entry_id = ?, entry_hash = ? WHERE post = ? AND source = ?", .text(entryID),
                .integer(Int64(bitPattern: StableHash.of(entryID))), .integer(row), .integer(source))
        }
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

    private static func isIndistinguishable(_ stored: Post, _ incoming: Post) -> Bool {
        stored.title == incoming.title && stored.address?.commonSpelling == incoming.address?.commonSpelling
            && stored.published != nil && stored.published == incoming.published
            && stored.body.plain == incoming.body.plain && !(stored.body.isEmpty && (stored.title ?? "").isEmpty)
    }

    private static func isSame(_ stored: Post, _ incoming: Post) -> Bool {
        guard stored.title == incoming.title else { return false }
        // A page that says the same every day says it of another day.
        if let date = stored.published, let other = incoming.published { return date == other }
        guard stored.body.plain == incoming.body.plain else { return false }
        return !stored.body.isEmpty || stored.published == incoming.published
    }
}
