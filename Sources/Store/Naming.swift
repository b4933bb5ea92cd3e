import GRDB
import TimelineModel

/// What posts are called, and were called before.
enum Naming {
    /// Milliseconds for which a former name is known: longer than anybody shows a post without reading it anew.
    private static let memory: Int64 = 2 * 86_400_000

    static func note(_ old: PostID, _ new: PostID, at now: Timestamp, in database: Database) throws {
        try database.run("DELETE FROM renamed WHERE at < ?", .integer(now.milliseconds - memory))
        try database.run("UPDATE renamed SET new = ? WHERE new = ?", .text(new.key), .text(old.key))
        // A name that is taken again is one.
        try database.run("DELETE FROM renamed WHERE old = ?", .text(new.key))
        try database.run(
            "INSERT OR REPLACE INTO renamed (old, new, at) VALUES (?, ?, ?)", .text(old.key), .text(new.key),
            .integer(now.milliseconds))
    }

    /// What a post is called now that somebody knows by a name of before.
    static func current(_ id: PostID, in database: Database) throws -> PostID {
        guard try PostRow.row(of: id, in: database) == nil else { return id }
        let new = try database.first("SELECT new FROM renamed WHERE old = ?", .text(id.key)) { $0.text(0) }
        return new.map { PostID($0) } ?? id
    }
}
