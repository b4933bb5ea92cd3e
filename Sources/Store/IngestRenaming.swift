import GRDB
import Text
import TimelineModel

/// Feeds that call all of their entries something else: ids of a new kind, ids with a session in them, links of a site
/// that moved to https.
extension Ingestion {
    /// When a document has no entry that is known, but most of them are posts of the feed under other names, these are
    /// renamed, with all that the user made of them. Such a post has the same link and title, and the same date, or, where
    /// one has none, the same text; a page that tells something else every day has not.
    mutating func renamePosts(to page: Page, source: Int64, isFirst: Bool) throws {
        guard !isFirst, page.leftOut == 0, page.items.count > 1, page.keysAmongOthers.count == page.items.count else {
            return
        }
        for item in page.items where try isKnown(item.post.id) { return }
        var wanted = itemsOfOwnLinks(page, source)
        var renamed: [(row: Int64, old: PostID, item: PageItem)] = []
        for row in try rows(like: wanted.values.map(\.post), of: source) {
            guard let stored = try PostRow.one(row, in: database)?.post, stored.id.feed == content.sourcesOfRow[source],
                let link = stored.address?.commonSpelling, let item = wanted[link], Self.isSame(stored, item.post)
            else { continue }
            wanted[link] = nil
            renamed.append((row, stored.id, item))
        }
        guard renamed.count > 2 || renamed.count == page.items.count, renamed.count * 2 >= page.items.count else {
            return
        }
        for (row, old, item) in renamed {
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

    private static func isSame(_ stored: Post, _ incoming: Post) -> Bool {
        guard stored.title == incoming.title else { return false }
        // A page that says the same every day says it of another day.
        if let date = stored.published, let other = incoming.published { return date == other }
        guard stored.body.plain == incoming.body.plain else { return false }
        return !stored.body.isEmpty || stored.published == incoming.published
    }
}
