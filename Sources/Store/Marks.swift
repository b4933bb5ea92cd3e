import GRDB
public import TimelineModel

extension PostStore {
    /// Marks posts. A post read in one persona is read in all; the numbers of every pane change in the same
    /// transaction, and the change can be undone. When this returns, the marks are on the disk.
    ///
    /// Scopes that name a pane never touch what filters hid.
    public func mark(
        _ change: MarkChange, _ scope: MarkScope, at now: Timestamp
    ) throws(StoreError) -> MarkOutcome {
        let content = adopted.current
        return try write { database in
            let marking = Marking(database: database, content: content, session: session, change: change)
            try marking.begin()
            try marking.choose(scope)
            return try marking.apply(at: now)
        }
    }

    /// Marks every post that a query means in a persona, or in any. What filters hid stays as it is unless
    /// the query asks for it (`is:hidden`).
    /// - Parameter dryRun: only says how many would change.
    public func mark(
        _ change: MarkChange, matching query: Query, persona: PersonaID? = nil, dryRun: Bool = false, at now: Timestamp
    ) throws(StoreError) -> MarkOutcome {
        let content = adopted.current
        // What is unread stands in an index of its own; and nothing else can become read.
        let filter = PaneFilter(unreadOnly: change == .read)
        var posts: [Int64: Int64] = [:]
        for persona in persona.map({ [$0] }) ?? content.personas {
            for entry in try entries(of: persona, meantBy: query, filter, content, now: now, limit: .max) {
                posts[entry.post] = entry.key.tie
            }
        }
        let chosen = posts.sorted { $0.key < $1.key }
        return try write { database in
            let marking = Marking(database: database, content: content, session: session, change: change)
            try marking.begin()
            for (row, tie) in chosen { try marking.choose(row: row, tie: tie) }
            return dryRun ? try marking.count() : try marking.apply(at: now)
        }
    }

    /// Takes the last change back, of this value's own the last as long as there is one. Marks that something else
    /// changed since then stay as they are.
    /// - Returns: nil when there is nothing to undo.
    public func undo(at now: Timestamp) throws(StoreError) -> MarkOutcome? {
        try revisit(
            "SELECT id, change FROM mark_batch WHERE undone = 0 ORDER BY session = ? DESC, id DESC LIMIT 1",
            forward: false, now)
    }

    /// Makes the change again that was undone last. A new mark in between ends the possibility.
    /// - Returns: nil when there is nothing to redo.
    public func redo(at now: Timestamp) throws(StoreError) -> MarkOutcome? {
        try revisit(
            "SELECT id, change FROM mark_batch WHERE undone = 1 ORDER BY session = ? DESC, id LIMIT 1", forward: true,
            now)
    }

    private func revisit(_ sql: String, forward: Bool, _ now: Timestamp) throws(StoreError) -> MarkOutcome? {
        let content = adopted.current
        return try write { database in
            let found = try database.first(sql, .integer(session)) {
                ($0.integer(0), MarkChange.stored.element(at: $0.integer(1)))
            }
            guard let (batch, stored) = found, let change = stored else { return nil }
            let marking = Marking(
                database: database, content: content, session: session, change: forward ? change : change.inverse)
            try marking.begin()
            return try marking.revisit(batch, forward: forward, at: now)
        }
    }
}

extension MarkChange {
    /// In the order of the stored numbers.
    static let stored: [MarkChange] = [.read, .unread, .star, .unstar]

    /// The column of `mark` that changes, and to what.
    fileprivate var column: String {
        switch self {
        case .read, .unread: "read"
        case .star, .unstar: "starred"
        }
    }

    fileprivate var revision: String {
        switch self {
        case .read, .unread: "read_revision"
        case .star, .unstar: "star_revision"
        }
    }

    fileprivate var value: Int64 {
        switch self {
        case .read, .star: 1
        case .unread, .unstar: 0
        }
    }

    /// What entries that the change concerns look like before it.
    fileprivate var entryBefore: String {
        switch self {
        case .read: "entry.unread = 1"
        case .unread: "entry.unread = 0"
        case .star: "entry.starred = 0"
        case .unstar: "entry.starred = 1"
        }
    }

    fileprivate var entryAfter: String {
        switch self {
        case .read: "unread = 0"
        case .unread: "unread = 1"
        case .star: "starred = 1"
        case .unstar: "starred = 0"
        }
    }
}

/// One change of marks, inside its transaction. The posts concerned stand in a temporary table, so that a hundred
/// thousand of them never become Swift values. Each table is walked in its own order: out of order, every row would
/// cost a page.
private struct Marking {
    /// More than these are not named in the outcome.
    static let namedPosts = 1000
    /// Changes that can be undone.
    static let keptBatches: Int64 = 100

    let database: Database
    let content: AdoptedConfiguration.Content
    let session: Int64
    let change: MarkChange

    func begin() throws {
        try database.run(
            "CREATE TEMP TABLE IF NOT EXISTS chosen (identity TEXT NOT NULL, post INTEGER)")
        try database.run("DELETE FROM temp.chosen")
    }

    func choose(_ scope: MarkScope) throws {
        switch scope {
        case .posts(let ids):
            for id in Set(try ids.map { try Naming.current($0, in: database) }).sorted() { try choose(id) }
        case .newerThan(let key, let newest, let pane, let filter, let arrivals, let unseen):
            try choose(pane, filter, .above(key), upTo: newest, arrivals)
            try leaveOut(unseen)
        case .olderThan(let key, let pane, let filter, let arrivals, let unseen):
            try choose(pane, filter, .below(key), arrivals)
            try leaveOut(unseen)
        case .pane(let pane, let filter, let arrivals): try choose(pane, filter, .none, arrivals)
        case .source(let source, let persona, let arrivals):
            try choose(.persona(persona), PaneFilter(source: source), .none, arrivals)
        }
    }

    /// A post that the store does not have can be marked too: the mark waits for it.
    private func choose(_ id: PostID) throws {
        try database.run(
            """
            INSERT INTO temp.chosen (identity, post)
            SELECT ?1, (SELECT id FROM post WHERE identity = ?1)
            WHERE coalesce((SELECT \(change.column) FROM mark WHERE identity = ?1), 0) <> ?2
            """, .text(id.key), .integer(change.value))
    }

    /// - Parameter tie: of the entry that was found. The row of a post that was deleted meanwhile is another post's.
    func choose(row: Int64, tie: Int64) throws {
        try database.run(
            """
            INSERT INTO temp.chosen (identity, post) SELECT identity, id FROM post WHERE id = ?1
            AND EXISTS (SELECT 1 FROM entry WHERE entry.post = ?1 AND entry.tie = ?3)
            AND coalesce((SELECT \(change.column) FROM mark WHERE mark.identity = post.identity), 0) <> ?2
            """, .integer(row), .integer(change.value), .integer(tie))
    }

    private func choose(
        _ pane: Pane, _ filter: PaneFilter, _ bound: Spine.Bound, upTo newest: EntryKey? = nil,
        _ arrivals: ArrivalPoint?
    ) throws {
        var filter = filter
        filter.includesHidden = false
        // What is unread stands in an index of its own; and nothing else can become read.
        if change == .read { filter.unreadOnly = true }
        guard let spine = Spine(pane, filter, content) else { return }
        var condition = " AND \(change.entryBefore)"
        if let arrivals {
            condition += """
                 AND entry.post NOT IN (SELECT post FROM arrival WHERE persona = ?1 AND number > \(arrivals.number))
                """
        }
        let query = spine.query("entry.post AS post", bound, .descending, limit: .max, condition: condition)
        let limit = newest.map { "WHERE (at, tied) <= (\($0.sortTime.milliseconds), \($0.tie))" } ?? ""
        try database.run(
            """
            INSERT INTO temp.chosen (identity, post)
            SELECT post.identity, post.id FROM (\(query.sql)) AS spine
            CROSS JOIN post INDEXED BY post_identity ON post.id = spine.post \(limit) ORDER BY spine.post
            """, query.values)
    }

    private func leaveOut(_ ids: [PostID]) throws {
        for id in ids {
            let id = try Naming.current(id, in: database)
            try database.run("DELETE FROM temp.chosen WHERE identity = ?", .text(id.key))
        }
    }

    func count() throws -> MarkOutcome {
        let number = try database.integer("SELECT count(*) FROM temp.chosen") ?? 0
        return try outcome(Int(number), try named(Int(number)))
    }

    func apply(at now: Timestamp) throws -> MarkOutcome {
        let number = Int(try database.integer("SELECT count(*) FROM temp.chosen") ?? 0)
        guard number > 0 else { return try outcome(0, []) }
        try forgetUndone()
        try database.run(
            "INSERT INTO mark_batch (change, at, session) VALUES (?, ?, ?)",
            .integer(Int64(MarkChange.stored.firstIndex(of: change) ?? 0)), .integer(now.milliseconds),
            .integer(session))
        let batch = database.lastInsertedRowID
        try database.run(
            """
            INSERT INTO mark_journal (batch, identity, previous_revision)
            SELECT ?, chosen.identity, coalesce(mark.\(change.revision), 0)
            FROM temp.chosen LEFT JOIN mark ON mark.identity = chosen.identity ORDER BY chosen.identity
            """, .integer(batch))
        try database.run(
            """
            INSERT INTO mark (identity, \(change.column), \(change.revision), changed)
            SELECT identity, ?1, ?2, ?3 FROM temp.chosen WHERE true ORDER BY identity
            ON CONFLICT (identity) DO UPDATE SET \(change.column) = ?1, \(change.revision) = ?2, changed = ?3
            """, .integer(change.value), .integer(batch), .integer(now.milliseconds))
        try changeEntries()
        try forgetOld(batch)
        return try outcome(number, try named(number))
    }

    /// Undoes a batch, or makes it again, on the rows that nothing else changed in between.
    func revisit(_ batch: Int64, forward: Bool, at now: Timestamp) throws -> MarkOutcome {
        let unchanged = forward ? "mark_journal.previous_revision" : "?1"
        try database.run(
            """
            INSERT INTO temp.chosen (identity, post)
            SELECT mark.identity, post.id FROM mark_journal JOIN mark ON mark.identity = mark_journal.identity
            LEFT JOIN post ON post.identity = mark.identity
            WHERE mark_journal.batch = ?1 AND mark.\(change.revision) = \(unchanged) AND mark.\(change.column) <> ?2
            """, .integer(batch), .integer(change.value))
        let revision =
            forward
            ? "?1"
            : "(SELECT previous_revision FROM mark_journal WHERE batch = ?1 AND mark_journal.identity = mark.identity)"
        let number = try database.run(
            """
            UPDATE mark SET \(change.column) = ?2, changed = ?3, \(change.revision) = \(revision)
            WHERE identity IN (SELECT identity FROM temp.chosen)
            """, .integer(batch), .integer(change.value), .integer(now.milliseconds))
        try changeEntries()
        try database.run("UPDATE mark_batch SET undone = ? WHERE id = ?", .flag(!forward), .integer(batch))
        return try outcome(number, try named(number))
    }

    /// Carries the marks into the entries and the numbers of all panes.
    private func changeEntries() throws {
        if change.column == "read" {
            let changed = try database.all(
                """
                SELECT entry.persona, count(*) FROM (SELECT post FROM temp.chosen ORDER BY post) AS chosen
                CROSS JOIN entry ON entry.post = chosen.post
                WHERE entry.hidden = 0 AND \(change.entryBefore) GROUP BY entry.persona
                """
            ) { ($0.integer(0), $0.integer(1)) }
            let sign: Int64 = change == .read ? -1 : 1
            for (persona, number) in changed {
                try database.run(
                    "UPDATE persona SET unread = unread + ? WHERE id = ?", .integer(sign * number), .integer(persona))
            }
        }
        try database.run(
            "UPDATE entry SET \(change.entryAfter) WHERE post IN (SELECT post FROM temp.chosen WHERE post IS NOT NULL)")
    }

    private func forgetUndone() throws {
        try database.run("DELETE FROM mark_journal WHERE batch IN (SELECT id FROM mark_batch WHERE undone = 1)")
        try database.run("DELETE FROM mark_batch WHERE undone = 1")
    }

    private func forgetOld(_ newest: Int64) throws {
        let oldest = Value.integer(newest - Marking.keptBatches)
        try database.run("DELETE FROM mark_journal WHERE batch <= ?", oldest)
        try database.run("DELETE FROM mark_batch WHERE id <= ?", oldest)
    }

    private func named(_ number: Int) throws -> [PostID]? {
        guard number <= Marking.namedPosts else { return nil }
        return try database.all("SELECT identity FROM temp.chosen") { PostID($0.text(0)) }
    }

    private func outcome(_ changed: Int, _ posts: [PostID]?) throws -> MarkOutcome {
        MarkOutcome(
            changed: changed, posts: posts, change: change, counts: try PaneCounting.all(content, in: database))
    }
}
