import GRDB
public import TimelineModel

extension PostStore {
    /// Where the reader stands in a pane, and the newest of its entries that he has seen; who saw less in another window
    /// does not take that back. Writes nothing when all of it is known.
    public func savePosition(
        _ pane: Pane, _ id: PostID, _ key: EntryKey, seenNewest: EntryKey?
    ) throws(StoreError) {
        func isKnown(_ known: (id: PostID, key: EntryKey, seenNewest: EntryKey?)?) -> Bool {
            known.map { $0.id == id && $0.key == key && $0.seenNewest.isAtLeast(seenNewest) } ?? false
        }
        guard try !isKnown(position(of: pane)) else { return }
        try write { database in
            let seen = [try Self.position(of: pane, in: database)?.seenNewest, seenNewest].compactMap(\.self).max()
            _ = try database.run(
                """
                INSERT OR REPLACE INTO position (pane, identity, sort_time, tie, seen_sort_time, seen_tie)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
                .text(pane.storedName), .text(id.key), .integer(key.sortTime.milliseconds), .integer(key.tie),
                .optional(seen?.sortTime.milliseconds), .optional(seen?.tie))
        }
    }

    /// The newest entry of a pane that the reader has seen, where he stands where he stood. Nothing in a pane whose
    /// position was never saved.
    public func saveSeen(_ pane: Pane, _ newest: EntryKey) throws(StoreError) {
        guard let known = try position(of: pane), !known.seenNewest.isAtLeast(newest) else { return }
        try write { database in
            _ = try database.run(
                """
                UPDATE position SET seen_sort_time = ?2, seen_tie = ?3
                WHERE pane = ?1 AND (seen_sort_time IS NULL OR (seen_sort_time, seen_tie) < (?2, ?3))
                """,
                .text(pane.storedName), .integer(newest.sortTime.milliseconds), .integer(newest.tie))
        }
    }

    /// Where the reader stood in a pane; the post itself may be gone by now.
    public func position(of pane: Pane) throws(StoreError) -> (id: PostID, key: EntryKey, seenNewest: EntryKey?)? {
        try read { try Self.position(of: pane, in: $0) }
    }

    static func position(
        of pane: Pane, in database: Database
    ) throws -> (id: PostID, key: EntryKey, seenNewest: EntryKey?)? {
        try database.first(
            "SELECT identity, sort_time, tie, seen_sort_time, seen_tie FROM position WHERE pane = ?",
            .text(pane.storedName)
        ) { row in
            func key(_ time: Int32, _ tie: Int32) -> EntryKey {
                EntryKey(sortTime: Timestamp(milliseconds: row.integer(time)), tie: row.integer(tie))
            }
            return (PostID(row.text(0)), key(1, 2), row.isNull(3) ? nil : key(3, 4))
        }
    }

    /// Remembers how the screen was left, by name; other names stay as they are.
    public func saveLayout(_ layout: [String: String]) throws(StoreError) {
        try write { database in
            for (key, value) in layout {
                try database.run("INSERT OR REPLACE INTO layout (key, value) VALUES (?, ?)", .text(key), .text(value))
            }
        }
    }

    /// How the panes stood at the end of the last session, as `saveLayout` was given it; empty before the first.
    public func layout() throws(StoreError) -> [String: String] {
        try read { database in
            let rows = try database.all("SELECT key, value FROM layout") { ($0.text(0), $0.text(1)) }
            return Dictionary(rows) { first, _ in first }
        }
    }
}

extension EntryKey? {
    /// Whether who has seen all up to this has seen all up to another.
    fileprivate func isAtLeast(_ other: EntryKey?) -> Bool {
        guard let other else { return true }
        return map { $0 >= other } ?? false
    }
}
