import GRDB
import Text
import TimelineModel

/// Starred posts out of a damaged file: what their sources list no more could be fetched from nowhere.
enum StarredCopy {
    /// Copies the posts that the new file knows as starred, with their words, their sightings and the names of their
    /// sources, as far as they can be read. The sources themselves are fetched like new ones, and a persona that has one
    /// takes the posts in when it is adopted.
    /// - Returns: how many posts came along, and how many the damaged file no longer gave, or of which it does not say
    ///   who brought them.
    /// - Throws: what the new file did not take.
    static func salvage(_ damaged: Database, into database: Database) throws -> (kept: Int, lost: Int) {
        let starred = Set(
            try database.all("SELECT identity FROM mark WHERE starred = 1") { PostID($0.text(0)) })
        var count = 0
        // A row so far up is no row of a store.
        for row in rows(of: starred, in: damaged).sorted() where (1..<1 << 40).contains(row) {
            guard let post = read("post", where: "id", is: row, in: damaged).first,
                try insert(post, into: "post", database),
                let copy = try PostRow.one(row, in: database)
            else { continue }
            // Garbage from a damaged page.
            guard starred.contains(copy.post.id), try copySightings(of: copy, from: damaged, into: database) else {
                try database.run("DELETE FROM post WHERE id = ?", .integer(row))
                continue
            }
            try FullText.add(copy.post, as: row, in: database)
            count += 1
        }
        return (count, starred.count - count)
    }

    /// Looked up by the index, or where that is damaged, too, by walking the table from both of its ends.
    private static func rows(of starred: Set<PostID>, in damaged: Database) -> Set<Int64> {
        var rows: Set<Int64> = []
        do {
            for id in starred { if let row = try PostRow.row(of: id, in: damaged) { rows.insert(row) } }
        } catch {
            for order in ["ASC", "DESC"] {
                // As far as it can be read.
                try? damaged.each("SELECT id, identity FROM post NOT INDEXED ORDER BY id \(order)", []) { row in
                    if starred.contains(PostID(row.text(1))) { rows.insert(row.integer(0)) }
                    return true
                }
            }
        }
        return rows
    }

    /// Answers whether some source brought the post. Where neither its sightings nor their sources can be read, that of a
    /// feed's entry is known from its identity.
    private static func copySightings(
        of post: PostRow, from damaged: Database, into database: Database
    ) throws -> Bool {
        var isSeen = false
        for sighting in read("sighting", where: "post", is: post.row, in: damaged) {
            guard case .integer(let source)? = sighting["source"] else { continue }
            if try database.integer("SELECT 1 FROM source WHERE id = ?", .integer(source)) == nil {
                // What it said last would keep its other posts from being sent again.
                let names = Set(["id", "key", "address", "title", "home_page", "language"])
                guard let known = read("source", where: "id", is: source, in: damaged).first,
                    try insert(known.filter { names.contains($0.key) }, into: "source", database)
                else { continue }
            }
            if try insert(sighting, into: "sighting", database) { isSeen = true }
        }
        guard !isSeen, let feed = post.post.id.feed else { return isSeen }
        try database.run("INSERT OR IGNORE INTO source (key, address) VALUES (?, '')", .text(feed.value))
        let entryID = String(post.post.id.key.dropFirst("feed:\(feed.value):".count))
        let sortTime = min(post.post.published ?? post.firstSeen, post.firstSeen)
        return try database.run(
            """
            INSERT INTO sighting (post, source, entry_hash, first_seen, sort_time, entry_id)
            SELECT ?, id, ?, ?, ?, ? FROM source WHERE key = ?
            """, .integer(post.row), .integer(Int64(bitPattern: StableHash.of(entryID))),
            .integer(post.firstSeen.milliseconds), .integer(sortTime.milliseconds), .text(entryID), .text(feed.value))
            > 0
    }

    /// The rows of a table that have a value in a column; none where they cannot be read.
    private static func read(
        _ table: String, where column: String, is value: Int64, in damaged: Database
    ) -> [[String: Value]] {
        for hint in ["", "NOT INDEXED"] {
            let rows = try? damaged.all("SELECT * FROM \(table) \(hint) WHERE \(column) = ?", .integer(value)) { row in
                Dictionary(row.names.enumerated().map { ($1, row.value(Int32($0))) }) { first, _ in first }
            }
            if let rows { return rows }
        }
        return []
    }

    /// What the table has no column for, or breaks one of its rules, is left out.
    private static func insert(_ row: [String: Value], into table: String, _ database: Database) throws -> Bool {
        let known = Set(try StateCopy.columns(of: table, in: "main", database))
        let columns = row.filter { known.contains($0.key) }.sorted { $0.key < $1.key }
        guard !columns.isEmpty else { return false }
        let names = columns.map(\.key).joined(separator: ", ")
        let places = columns.map { _ in "?" }.joined(separator: ", ")
        return try database.run(
            "INSERT OR IGNORE INTO \(table) (\(names)) VALUES (\(places))", columns.map(\.value)) > 0
    }
}
