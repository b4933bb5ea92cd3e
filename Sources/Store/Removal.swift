import GRDB
import TimelineModel

/// Taking posts out of the cache.
enum Removal {
    static func bury(_ id: PostID, isHearsay: Bool = false, at moment: Timestamp, in database: Database) throws {
        try database.run(
            """
            INSERT INTO tombstone (identity, at, is_hearsay) VALUES (?1, ?2, ?3)
            ON CONFLICT (identity) DO UPDATE SET is_hearsay = min(is_hearsay, ?3)
            """, .text(id.key), .integer(moment.milliseconds), .flag(isHearsay))
    }

    /// Removes a post with its entries, sightings and words. Its mark stays.
    static func remove(_ post: Int64, counting: inout PaneCounting, in database: Database) throws {
        for entry in try EntryRow.all(ofPost: post, in: database) {
            try uncount(entry, counting: &counting, in: database)
        }
        if let stored = try PostRow.one(post, in: database) {
            try FullText.remove(stored.post, as: post, in: database)
        }
        for sql in [
            "DELETE FROM entry WHERE post = ?", "DELETE FROM gap WHERE post = ?", "DELETE FROM sighting WHERE post = ?",
            "DELETE FROM post WHERE id = ?",
        ] {
            try database.run(sql, .integer(post))
        }
    }

    /// Takes an entry out of the numbers of its persona and out of what its sources carried there.
    static func uncount(_ entry: EntryRow, counting: inout PaneCounting, in database: Database) throws {
        counting.count(entry.persona, isHidden: entry.isHidden, isUnread: entry.isUnread, sign: -1)
        try database.run(
            """
            DELETE FROM carried WHERE persona = ?1 AND sort_time = ?2 AND tie = ?3 AND post = ?4
            AND source IN (SELECT source FROM sighting WHERE post = ?4)
            """, .integer(entry.persona), .integer(entry.key.sortTime.milliseconds), .integer(entry.key.tie),
            .integer(entry.post))
    }
}
