import GRDB
import TimelineModel

/// Marks that a damaged file no longer has in their own table: the entries of its panes show them, too.
enum MarksOfEntries {
    /// Takes over that posts are read or starred, as far as it can be read; nothing becomes unread.
    /// - Throws: what the new file did not take.
    static func salvage(_ damaged: Database, into database: Database) throws {
        var marked: [Int64: (isRead: Bool, isStarred: Bool)] = [:]
        for direction in ["ASC", "DESC"] {
            let order = ["persona", "hidden", "sort_time", "tie", "post"].map { "\($0) \(direction)" }
                .joined(separator: ", ")
            // As far as it can be read.
            try? damaged.each("SELECT post, unread, starred FROM entry NOT INDEXED ORDER BY \(order)", []) { row in
                let (isRead, isStarred) = (!row.flag(1), row.flag(2))
                if isRead || isStarred { marked[row.integer(0)] = (isRead, isStarred) }
                return true
            }
        }
        try database.inTransaction(.immediate) {
            for (row, mark) in marked {
                let found = try? damaged.first("SELECT identity FROM post WHERE id = ?", .integer(row)) { $0.text(0) }
                guard let identity = found ?? nil else { continue }
                try database.run(
                    """
                    INSERT INTO mark (identity, read, starred, read_revision, star_revision, changed)
                    VALUES (?, ?, ?, 0, 0, 0) ON CONFLICT (identity) DO UPDATE SET
                        read = max(read, excluded.read), starred = max(starred, excluded.starred)
                    """, .text(identity), .flag(mark.isRead), .flag(mark.isStarred))
            }
            return .commit
        }
    }
}
