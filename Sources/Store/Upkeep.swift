import GRDB
public import Text
public import TimelineModel

/// How far pruning has come.
public struct PruningProgress: Hashable, Sendable {
    /// Posts that this call forgot.
    public var removed: Int
    /// Nothing that may be forgotten is left for now.
    public var isDone: Bool
    /// The new numbers of every pane.
    public var counts: [Pane: PaneCounts]
}

extension PostStore {
    /// Forgets the next old posts that are read, or hidden wherever they are by filters that still hold, in one transaction; call it until `isDone`,
    /// with other work between. Each leaves a tombstone, so a source that still lists it cannot bring it back. Starred
    /// posts, unread ones and all marks stay.
    ///
    /// What no persona shows any more is forgotten without a tombstone, once its sources were not fetched for as long:
    /// who takes a source back, or mends a mistake in his configuration, finds everything as it was. Who takes it back
    /// later is to find what the source still has, so what is kept of its last document goes along.
    /// - Parameters:
    ///   - days: posts that were first seen longer ago are old.
    ///   - limit: posts at most.
    public func prune(at now: Timestamp, days: Int = 365, limit: Int = 500) throws(StoreError) -> PruningProgress {
        let content = adopted.current
        let oldest = now.milliseconds - Int64(days) * 86_400_000
        // Among a million old posts that stay these few are looked for while others may write.
        let found = try read { try Forgettable.all(seenBefore: oldest, limit: limit, in: $0) }
        guard !found.isEmpty else {
            return PruningProgress(removed: 0, isDone: true, counts: try counts())
        }
        return try write { database in
            var counting = PaneCounting()
            // A mark may have come meanwhile.
            let posts = try Forgettable.all(seenBefore: oldest, limit: limit, among: found, in: database)
            try Forgettable.forgetSources(of: posts.filter { !$0.isShown }, in: database)
            for post in posts {
                if post.isShown { try Removal.bury(post.id, at: now, in: database) }
                try Removal.remove(post.row, counting: &counting, in: database)
            }
            try counting.commit(in: database)
            return PruningProgress(
                removed: posts.count, isDone: found.count < limit, counts: try PaneCounting.all(content, in: database))
        }
    }

    /// An old post that may be forgotten.
    private struct Forgettable {
        let row: Int64
        let id: PostID
        /// Some persona has it.
        let isShown: Bool

        /// The longest known first.
        /// - Parameters:
        ///   - oldest: milliseconds since 1970.
        ///   - some: only these; nil looks at all.
        static func all(
            seenBefore oldest: Int64, limit: Int, among some: [Forgettable]? = nil, in database: Database
        ) throws -> [Forgettable] {
            let list = some.map { "[" + $0.map { String($0.row) }.joined(separator: ",") + "]" }
            return try database.all(
                """
                SELECT id, identity, isShown FROM (
                    SELECT post.id, post.identity, post.first_seen, coalesce(mark.read, 0) AS isRead,
                        EXISTS (SELECT 1 FROM entry WHERE entry.post = post.id) AS isShown
                    FROM post LEFT JOIN mark ON mark.identity = post.identity
                    WHERE post.first_seen < ?1 AND coalesce(mark.starred, 0) = 0
                    \(list == nil ? "" : "AND post.id IN (SELECT value FROM json_each(?3))")) AS old
                WHERE CASE WHEN isShown
                    THEN isRead OR NOT EXISTS (
                        SELECT 1 FROM entry JOIN persona ON persona.id = entry.persona
                        WHERE entry.post = old.id AND (entry.hidden = 0 OR persona.judging_sort_time IS NOT NULL))
                    ELSE NOT EXISTS (SELECT 1 FROM sighting JOIN source ON source.id = sighting.source
                        WHERE sighting.post = old.id AND source.last_success >= ?1) END
                ORDER BY first_seen LIMIT ?2
                """, [.integer(oldest), .integer(Int64(limit))] + (list.map { [.text($0)] } ?? [])
            ) { Forgettable(row: $0.integer(0), id: PostID($0.text(1)), isShown: $0.flag(2)) }
        }

        /// What is kept of the posts' sources for their next look would keep the posts from coming again: an unchanged
        /// document, entries that stood in the last one, a timeline that is known down from some entry.
        static func forgetSources(of posts: [Forgettable], in database: Database) throws {
            guard !posts.isEmpty else { return }
            try database.run(
                """
                UPDATE source SET etag = NULL, last_modified = NULL, body_hash = NULL, validated_address = NULL,
                    validated_edition = NULL, memory = NULL, newest_entry = NULL
                WHERE id IN (SELECT source FROM sighting WHERE post IN (SELECT value FROM json_each(?)))
                """, .text("[" + posts.map { String($0.row) }.joined(separator: ",") + "]"))
        }
    }

    /// Looks whether the store agrees with itself: the file's structure, kept numbers against counted ones, marks
    /// against entries, the full-text index against the posts. Reads everything, as it was when it began, and holds up no
    /// other program. Empty when all is well.
    public func verify() throws(StoreError) -> [SafeText] {
        // On the writer's connection, for a temporary view of the index, but with a transaction that only reads.
        var findings: [SafeText] = []
        try readOnWriter { database in
            let structure = try database.all("PRAGMA integrity_check(3)") { $0.text(0) }
            findings += structure.filter { $0 != "ok" }.map { SafeText(sanitizing: $0) }
            findings += try Verification.counts(database)
            for check in Verification.checks {
                let number = try database.integer(check.sql) ?? 0
                if number > 0 { findings.append("\(number) \(check.finding)") }
            }
            findings += try Verification.words(database)
        }
        return findings
    }
}

private enum Verification {
    struct Check {
        let sql: String
        let finding: SafeText
    }

    static let checks = [
        Check(
            sql: """
                SELECT count(*) FROM entry JOIN post ON post.id = entry.post
                LEFT JOIN mark ON mark.identity = post.identity
                WHERE entry.unread = coalesce(mark.read, 0) OR entry.starred <> coalesce(mark.starred, 0)
                """, finding: "entries do not show their mark"),
        Check(
            sql: "SELECT count(*) FROM entry WHERE post NOT IN (SELECT id FROM post)",
            finding: "entries have no post"),
        Check(
            sql: "SELECT count(*) FROM entry WHERE hidden <> (verdict = 3)",
            finding: "entries are not where their verdict puts them"),
        Check(
            sql: "SELECT count(*) FROM sighting WHERE post NOT IN (SELECT id FROM post)",
            finding: "sightings have no post"),
        Check(
            sql: """
                SELECT count(*) FROM carried LEFT JOIN entry
                ON entry.post = carried.post AND entry.persona = carried.persona
                    AND entry.sort_time = carried.sort_time AND entry.tie = carried.tie
                WHERE entry.post IS NULL
                """, finding: "places in a source's order have no entry"),
        Check(
            sql: """
                SELECT count(*) FROM sighting JOIN subscription ON subscription.source = sighting.source
                LEFT JOIN entry ON entry.post = sighting.post AND entry.persona = subscription.persona
                LEFT JOIN carried ON carried.persona = subscription.persona AND carried.source = sighting.source
                    AND carried.sort_time = entry.sort_time AND carried.tie = entry.tie
                    AND carried.post = sighting.post
                WHERE carried.post IS NULL
                """, finding: "sightings are not in their source's order"),
        Check(
            sql: "SELECT count(*) FROM post JOIN tombstone ON tombstone.identity = post.identity",
            finding: "posts stand although they have a tombstone"),
    ]

    static func counts(_ database: Database) throws -> [SafeText] {
        let personas = try database.all("SELECT id, name, unread, total, hidden FROM persona") {
            (
                $0.integer(0), $0.text(1),
                PaneCounts(unread: Int($0.integer(2)), total: Int($0.integer(3)), hidden: Int($0.integer(4)))
            )
        }
        return try personas.compactMap { row, name, kept in
            let counted = try PaneCounting.counted(row, in: database)
            guard counted != kept else { return nil }
            return """
                \(SafeText(sanitizing: name)): \(kept.unread) unread, \(kept.total) in all, \(kept.hidden) hidden are \
                kept, \(counted.unread), \(counted.total), \(counted.hidden) counted
                """
        }
    }

    /// Every (word, post) of the index against every word of every post: their number and a sum of hashes.
    static func words(_ database: Database) throws -> [SafeText] {
        try database.run(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.indexed USING fts5vocab('main', 'post_words', 'instance')")
        var indexed = (number: 0, sum: UInt64(0))
        try database.each("SELECT term, doc FROM temp.indexed", []) { row in
            indexed.number += 1
            indexed.sum &+= StableHash.of("\(row.integer(1)) \(row.text(0))")
            return true
        }
        try database.run("DROP TABLE temp.indexed")
        var wanted = (number: 0, sum: UInt64(0))
        var last: Int64 = 0
        while true {
            let posts = try PostRow.all(after: last, limit: 500, in: database)
            guard let final = posts.last else { break }
            for post in posts {
                for word in FullText.keptWords(of: post.post) {
                    wanted.number += 1
                    wanted.sum &+= StableHash.of("\(post.row) \(word)")
                }
            }
            last = final.row
        }
        guard indexed != wanted else { return [] }
        guard indexed.number != wanted.number else { return ["the full-text index has other words than the posts"] }
        return ["the full-text index has \(indexed.number) words of posts where \(wanted.number) are wanted"]
    }
}
