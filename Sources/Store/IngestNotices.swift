import GRDB
import TimelineModel

/// Groups of notifications, each one post whose newest notification is the entry.
extension Ingestion {
    /// The id of the newest entry with which a source carried a post.
    func newestSighting(of post: Int64, _ source: Int64) throws -> String? {
        try database.all(
            "SELECT entry_id FROM sighting WHERE post = ? AND source = ?", .integer(post), .integer(source)
        ) { $0.text(0) }.reduce(nil) { newest, id in newest.map { MastodonID.isNewer(id, than: $0) ? id : $0 } ?? id }
    }

    /// A group that others joined is news, and the post in it is another one: it leaves its place, and the mark that it
    /// was read, to arrive again. Its star stays.
    mutating func renew(_ id: PostID, _ row: Int64) throws {
        try moveGaps(from: row, isGoing: false)
        for entry in try EntryRow.all(ofPost: row, in: database) {
            try Removal.uncount(entry, counting: &counting, in: database)
        }
        try database.run("DELETE FROM entry WHERE post = ?", .integer(row))
        try database.run("DELETE FROM mark WHERE identity = ? AND starred = 0", .text(id.key))
        // Nor does an undo of an earlier mark concern it.
        try database.run(
            "UPDATE mark SET read = 0, read_revision = 0, changed = ? WHERE identity = ?", .integer(now.milliseconds),
            .text(id.key))
    }
}
