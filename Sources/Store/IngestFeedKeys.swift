import GRDB
import TimelineModel

/// What a feed's entries are told apart by changes: its posts keep what the user made of them.
extension Ingestion {
    /// Brings the page and the store onto one rung: a page on a higher rung than the stored one is read by the stored
    /// rung's keys, a page on a lower one moves what is stored, once.
    mutating func adjustKeys(of page: inout Page, source: Int64, _ state: SourceState) throws {
        guard let rung = page.keyRung else { return }
        let stored = state.rung
        if let stored, stored > rung || (state.hasMoved && stored != rung) {
            for (index, keys) in page.alternativeKeys.enumerated() where index < page.items.count {
                if let id = keys[stored] { page.items[index].post.id = id }
            }
            return
        }
        // Before a feed stands anywhere, entries of documents that broke off have keys of the top.
        if stored ?? .guid < rung { try moveKeys(of: page, from: stored ?? .guid) }
        if stored != rung {
            try database.run(
                """
                INSERT INTO feed_rung (feed, rung, has_moved) SELECT key, ?2, ?3 FROM source WHERE id = ?1
                ON CONFLICT (feed) DO UPDATE SET rung = excluded.rung, has_moved = excluded.has_moved
                """, .integer(source), .integer(Int64(rung.rawValue)), .flag(stored != nil))
        }
    }

    /// An old key that one item has moves to that item. An old key that several share (why the feed moved) goes to
    /// the one whose title and address the stored post has; which of the others were read was never known.
    private mutating func moveKeys(of page: Page, from old: FeedKeyRung) throws {
        var sharing: [PostID: [Post]] = [:]
        for (item, keys) in zip(page.items, page.alternativeKeys) {
            guard let key = keys[old], key != item.post.id else { continue }
            sharing[key, default: []].append(item.post)
            for rung in [FeedKeyRung.link, .content] {
                if let other = keys[rung] { sharing[key.amongOthers(told: other)] = [item.post] }
            }
        }
        try moveKeys(sharing)
    }

    /// An entry that shares its key has its link or content in it. One that stood alone before takes its post along, or the other
    /// one would overwrite it when that stands alone; one that stands alone now is still the post that it was.
    mutating func adjustSharedKeys(of page: inout Page, isFirst: Bool) throws {
        guard !isFirst else { return }
        var sharing: [PostID: [Post]] = [:]
        for (index, keys) in page.keysAmongOthers.enumerated() where index < page.items.count {
            let post = page.items[index].post
            if keys.shared.contains(post.id) { sharing[keys.alone, default: []].append(post) }
            if try !isKnown(post.id), let former = try keys.shared.first(where: isKnown) {
                page.items[index].post.id = former
            }
        }
        try moveKeys(sharing)
    }

    /// Whether there is a post of this identity, or was one.
    func isKnown(_ id: PostID) throws -> Bool {
        try database.integer(
            """
            SELECT 1 FROM post WHERE identity = ?1 UNION ALL SELECT 1 FROM mark WHERE identity = ?1
            UNION ALL SELECT 1 FROM tombstone WHERE identity = ?1 LIMIT 1
            """, .text(id.key)) != nil
    }

    /// - Parameter sharing: by an old key, the posts that have it.
    private mutating func moveKeys(_ sharing: [PostID: [Post]]) throws {
        for (key, posts) in sharing {
            let row = try PostRow.row(of: key, in: database)
            let stored = try row.flatMap { try PostRow.one($0, in: database) }?.post
            guard let heir = posts.count == 1 ? posts.first : stored.flatMap({ Self.heir(of: $0, among: posts) }) else {
                continue
            }
            try move(key, to: heir.id, row: row)
        }
    }

    /// The one that says the same, else the only one of its title and address; nil when nobody can tell.
    private static func heir(of stored: Post, among posts: [Post]) -> Post? {
        let alike = posts.filter { $0.title == stored.title && $0.address == stored.address }
        return alike.first { $0.body.plain == stored.body.plain } ?? (alike.count == 1 ? alike.first : nil)
    }

    mutating func move(_ old: PostID, to new: PostID, row: Int64?) throws {
        let grave = try database.integer("SELECT 1 FROM tombstone WHERE identity = ?", .text(new.key))
        guard try grave == nil && PostRow.row(of: new, in: database) == nil else { return }
        for table in ["mark", "tombstone", "position"] {
            try database.run(
                "UPDATE OR IGNORE \(table) SET identity = ? WHERE identity = ?", .text(new.key), .text(old.key))
        }
        // The journal follows, so that an undo finds the mark under its new name.
        try database.run(
            "UPDATE OR IGNORE mark_journal SET identity = ? WHERE identity = ?", .text(new.key), .text(old.key))
        try Naming.note(old, new, at: now, in: database)
        guard let row else { return }
        // The tie stays as it is: the order of a pane never changes by itself.
        try database.run("UPDATE post SET identity = ? WHERE id = ?", .text(new.key), .integer(row))
        // Who shows it knows it by its old name.
        for entry in try EntryRow.all(ofPost: row, in: database) { counting.touch(entry.persona) }
    }
}
