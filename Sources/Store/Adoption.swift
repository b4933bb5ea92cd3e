import GRDB
public import Text
public import TimelineModel

extension PostStore {
    /// Brings the store in line with the configuration, and must be called once after opening.
    ///
    /// What the store keeps of the accounts' filters on their servers holds beside the configuration's.
    ///
    /// A persona's new source brings in the entries that are already known of it; a source that left takes its
    /// entries along unless another one of the persona carries them. Marks are never touched. A persona whose filters
    /// changed (or that gained entries) is judged again by `judgeNextBatch`.
    ///
    /// An entry's sort time is that of the sighting by which the persona first saw the post; it never moves, whatever
    /// is seen later, so the order of a pane is stable. Rebuilding from the sightings gives the same order.
    /// - Parameters:
    ///   - ownHandles: `user@host` of the user's own accounts, for `mentions:me` and "to you".
    ///   - isPartial: what is missing may be missing by mistake, so nothing is taken away but what was `removed`.
    public func adopt(
        personas: [Persona], subscriptions: [Subscription], filters: [Filter], ownHandles: [SafeText],
        zone: ZoneOffsets, isPartial: Bool = false, removed: [Subscription] = [], now: Timestamp
    ) throws(StoreError) {
        var content = AdoptedConfiguration.Content()
        content.personas = personas.map(\.id)
        let known = Set(content.personas)
        content.subscriptions = subscriptions.filter { known.contains($0.persona) }
        content.filters = Dictionary(grouping: filters, by: \.persona)
        content.ownHandles = ownHandles
        content.foldedOwnHandles = Set(ownHandles.map { $0.string.lowercased() })
        content.zone = zone
        let wanted = content
        let adoptedContent = try write { database in
            var adoption = Adoption(
                database: database, content: wanted, isPartial: isPartial, removed: removed, now: now)
            try adoption.run()
            return adoption.content
        }
        adopted.replace(by: adoptedContent)
    }
}

/// One adoption, inside its transaction.
private struct Adoption {
    let database: Database
    var content: AdoptedConfiguration.Content
    let isPartial: Bool
    let removed: [Subscription]
    let now: Timestamp

    init(
        database: Database, content: AdoptedConfiguration.Content, isPartial: Bool, removed: [Subscription],
        now: Timestamp
    ) {
        self.database = database
        self.content = content
        self.isPartial = isPartial
        self.removed = removed
        self.now = now
    }

    mutating func run() throws {
        for persona in content.personas {
            let known = try database.integer("SELECT id FROM persona WHERE name = ?", .text(persona.name))
            if known == nil { try database.run("INSERT INTO persona (name) VALUES (?)", .text(persona.name)) }
        }
        let rows = try database.all("SELECT id, name FROM persona") { ($0.integer(0), PersonaID($0.text(1))) }
        let wanted = Set(content.personas)
        for (row, persona) in rows {
            if wanted.contains(persona) {
                content.personaRows[persona] = row
                content.personasOfRow[row] = persona
            } else if !isPartial {
                try remove(row)
            }
        }
        try adoptSources()
        try adoptServerFilters()
        var changed: Set<Int64> = []
        for (persona, row) in content.personaRows.sorted(by: { $0.value < $1.value }) {
            if try adoptSubscriptions(of: persona, row) { changed.insert(row) }
        }
        for (persona, row) in content.personaRows.sorted(by: { $0.value < $1.value }) {
            try adoptFilters(of: persona, row, hasOtherSources: changed.contains(row))
        }
    }

    private func remove(_ persona: Int64) throws {
        for table in ["entry", "carried", "subscription"] {
            try database.run("DELETE FROM \(table) WHERE persona = ?", .integer(persona))
        }
        try database.run(
            """
            UPDATE persona SET unread = 0, total = 0, hidden = 0, filters = NULL, judging_sort_time = NULL,
                judging_tie = NULL WHERE id = ?
            """, .integer(persona))
    }

    private mutating func adoptSources() throws {
        let stored = try database.all("SELECT key, id FROM source") { (SourceID(value: $0.text(0)), $0.integer(1)) }
        let rows = Dictionary(stored) { first, _ in first }
        for subscription in content.subscriptions where content.sourceRows[subscription.source] == nil {
            let id = subscription.source
            var row = rows[id]
            if row == nil {
                try database.run(
                    "INSERT INTO source (key, address) VALUES (?, ?)", .text(id.value),
                    .text(subscription.address.normalized))
                row = database.lastInsertedRowID
            }
            guard let row else { continue }
            content.sourceRows[id] = row
            content.sourcesOfRow[row] = id
            content.addresses[row] = subscription.address
        }
        for subscription in content.subscriptions {
            guard let source = content.sourceRows[subscription.source],
                let persona = content.personaRows[subscription.persona]
            else { continue }
            if let interval = subscription.interval {
                content.intervals[source] = min(interval, content.intervals[source] ?? interval)
            }
            let isKnown = content.subscribers[source, default: []].contains { $0.row == persona }
            guard !isKnown else { continue }
            content.subscribers[source, default: []].append(
                AdoptedConfiguration.Subscriber(
                    persona: subscription.persona, row: persona, name: subscription.name))
        }
    }

    /// Answers whether the persona has other sources than before: what carries a post is a part of what filters ask.
    private func adoptSubscriptions(of persona: PersonaID, _ row: Int64) throws -> Bool {
        let had = Set(
            try database.all("SELECT source FROM subscription WHERE persona = ?", .integer(row)) { $0.integer(0) })
        let wanted = Set(
            content.subscriptions.lazy.filter { $0.persona == persona }.compactMap { content.sourceRows[$0.source] })
        let gained = wanted.subtracting(had)
        var lost = had.subtracting(wanted)
        if isPartial { lost.formIntersection(try rows(ofRemovedFrom: persona)) }
        for source in gained.sorted() {
            try database.run(
                "INSERT INTO subscription (persona, source) VALUES (?, ?)", .integer(row), .integer(source))
            // Who adds a source anew wants it asked anew, even when it was gone.
            try database.run(
                "UPDATE source SET next_attempt = NULL, left_alone_until = NULL WHERE id = ? AND left_alone_until > 0",
                .integer(source))
        }
        for source in lost {
            try database.run(
                "DELETE FROM subscription WHERE persona = ? AND source = ?", .integer(row), .integer(source))
        }
        for source in lost { try removeEntries(of: source, from: row) }
        if !gained.isEmpty { try addEntries(of: gained, to: row) }
        if !gained.isEmpty || !lost.isEmpty { try PaneCounting.recount(row, in: database) }
        return !gained.isEmpty || !lost.isEmpty
    }

    private func rows(ofRemovedFrom persona: PersonaID) throws -> [Int64] {
        try removed.filter { $0.persona == persona }.compactMap {
            try database.integer("SELECT id FROM source WHERE key = ?", .text($0.source.value))
        }
    }

    private func removeEntries(of source: Int64, from persona: Int64) throws {
        try database.run(
            """
            DELETE FROM entry WHERE persona = ?1
            AND post IN (SELECT post FROM carried WHERE persona = ?1 AND source = ?2)
            AND NOT EXISTS (
                SELECT 1 FROM sighting JOIN subscription ON subscription.source = sighting.source
                WHERE sighting.post = entry.post AND subscription.persona = ?1)
            """, .integer(persona), .integer(source))
        try database.run("DELETE FROM carried WHERE persona = ? AND source = ?", .integer(persona), .integer(source))
    }

    /// The earliest sighting among the new sources makes the entry, of a group of notifications that of the newest one;
    /// entries that exist keep their place.
    private func addEntries(of sources: Set<Int64>, to persona: Int64) throws {
        let list = sources.sorted().map(String.init).joined(separator: ", ")
        let found = try database.integer("SELECT 1 FROM sighting WHERE source IN (\(list)) LIMIT 1")
        guard found != nil else { return }
        try database.run(
            """
            INSERT INTO entry (persona, hidden, sort_time, tie, post, unread, starred, verdict, flags, boost)
            SELECT ?1, 0, iif(post.identity GLOB 'notice:*', seen.newest, first.sort_time), post.tie, post.id, NOT coalesce(mark.read, 0), coalesce(mark.starred, 0),
                0, 0, CASE WHEN first.booster IS NULL THEN NULL ELSE first.id END
            FROM (
                SELECT post, min(id) AS id, max(sort_time) AS newest FROM sighting WHERE source IN (\(list)) GROUP BY post
            ) AS seen
            JOIN sighting AS first ON first.id = seen.id
            JOIN post ON post.id = seen.post LEFT JOIN mark ON mark.identity = post.identity
            WHERE NOT EXISTS (SELECT 1 FROM entry AS known WHERE known.persona = ?1 AND known.post = post.id)
            """, .integer(persona))
        try database.run(
            """
            INSERT OR IGNORE INTO carried (persona, source, sort_time, tie, post)
            SELECT ?1, sighting.source, entry.sort_time, entry.tie, entry.post
            FROM sighting JOIN entry ON entry.post = sighting.post AND entry.persona = ?1
            WHERE sighting.source IN (\(list))
            """, .integer(persona))
        try database.run(
            "INSERT INTO arrival (persona, post) SELECT DISTINCT ?1, post FROM sighting WHERE source IN (\(list))",
            .integer(persona))
    }

    private mutating func adoptServerFilters() throws {
        content.serverFilters = try content.keptServerFilters(at: now, in: database)
        for persona in content.personas {
            for (account, filters) in content.serverFilters.sorted(by: { $0.key.spelled < $1.key.spelled }) {
                content.filters[persona, default: []] += filters.compactMap {
                    Filter($0, of: account, in: persona, subscriptions: content.subscriptions)
                }
            }
        }
    }

    private func adoptFilters(of persona: PersonaID, _ row: Int64, hasOtherSources: Bool) throws {
        var text = content.ownHandles.map(\.string).joined(separator: "\u{1f}")
        for filter in content.filters[persona] ?? [] {
            text += "\u{1e}" + filter.spelled
        }
        let hash = Int64(bitPattern: StableHash.of(text))
        let known = try database.integer("SELECT filters FROM persona WHERE id = ?", .integer(row))
        guard known != hash || hasOtherSources else { return }
        // Judging starts again from the newest entry; what arrives later is judged when it does.
        let hasEntries = try database.integer("SELECT 1 FROM entry WHERE persona = ? LIMIT 1", .integer(row)) != nil
        let start: Int64? = hasEntries ? .max : nil
        try database.run(
            "UPDATE persona SET filters = ?, judging_sort_time = ?, judging_tie = ? WHERE id = ?", .integer(hash),
            .optional(start), .optional(start), .integer(row))
    }
}
