import GRDB
import Text
public import TimelineModel

extension Judgement {
    /// - Parameter context: asked for only when there is a filter.
    init(_ post: Post, _ filters: [Filter], context: () throws -> EntryContext) rethrows {
        self.init()
        guard !filters.isEmpty else { return }
        self = Filter.judge(filters, post: SearchablePost(post, for: filters), in: try context())
    }
}

extension AdoptedConfiguration.Content {
    /// What the matcher knows of an entry beyond the post.
    /// - Parameter withCarriers: looks up the persona's own sources that carried it; else there are none.
    func context(
        of entry: EntryRow, post: PostRow, withCarriers: Bool = true, now: Timestamp, in database: Database
    ) throws -> EntryContext {
        EntryContext(
            persona: personasOfRow[entry.persona] ?? PersonaID(""),
            carriers: withCarriers ? try carriers(of: entry, post, in: database) : [], firstSeen: post.firstSeen,
            sortTime: entry.key.sortTime, isRead: !entry.isUnread, isStarred: entry.isStarred, verdict: entry.verdict,
            now: now, zone: zone, ownHandles: ownHandles)
    }

    private func carriers(
        of entry: EntryRow, _ post: PostRow, in database: Database
    ) throws -> [EntryContext.Carrier] {
        let sightings = try database.all(
            """
            SELECT sighting.source, source.title, sighting.entry_id, sighting.post_id, sighting.booster FROM sighting
            JOIN source ON source.id = sighting.source WHERE sighting.post = ? ORDER BY sighting.id
            """, .integer(post.row)
        ) { row in
            let sighting = Sighting(
                entryID: row.text(2), postID: row.optionalText(3),
                boostedBy: row.isNull(4) ? nil : PostCoding.author(row.bytes(4)))
            return (row.integer(0), row.optionalText(1).map { SafeText(storedSafe: $0, as: .line) }, sighting)
        }
        return sightings.compactMap { source, title, sighting in
            carrier(source, of: entry.persona, title: title, sighting)
        }
    }

    /// Nil when the persona does not use the source.
    func carrier(
        _ source: Int64, of persona: Int64, title: SafeText?, _ sighting: Sighting
    ) -> EntryContext.Carrier? {
        guard let subscriber = subscribers[source]?.first(where: { $0.row == persona }),
            let id = sourcesOfRow[source]
        else { return nil }
        let names = [subscriber.name, title, addresses[source]?.shown].compactMap { $0 }
        // A notification has an id among notifications.
        let isNotification = if case .account(_, .notifications)? = addresses[source] { true } else { false }
        return EntryContext.Carrier(
            source: id, names: names, boostedBy: sighting.boostedBy,
            postIDs: (isNotification ? [] : [sighting.entryID]) + (sighting.postID.map { [$0] } ?? []))
    }
}

/// How far judging again has come.
public struct JudgingProgress: Hashable, Sendable {
    /// Entries that this batch looked at, and how many of them changed.
    public var judged: Int
    public var changed: Int
    /// The persona at work; nil when there was nothing to do.
    public var persona: PersonaID?
    /// Nothing is left to judge in any persona.
    public var isDone: Bool
    /// The new numbers of every pane.
    public var counts: [Pane: PaneCounts]
}

extension PostStore {
    /// Judges the next stored entries of a persona whose filters changed, newest first, in one transaction. Call it
    /// until `isDone`, with other work between; it ends early when somebody waits to write. Actions `read` and `star` do not fire here: the post arrived long ago.
    /// - Parameter limit: entries at most.
    public func judgeNextBatch(limit: Int = 500, now: Timestamp) throws(StoreError) -> JudgingProgress {
        let content = adopted.current
        // Mostly there is nothing to do, and then nobody who writes is kept waiting.
        let nothing = try read { database -> JudgingProgress? in
            guard try PostStore.waiting(content, in: database).isEmpty else { return nil }
            return JudgingProgress(
                judged: 0, changed: 0, isDone: true, counts: try PaneCounting.all(content, in: database))
        }
        if let nothing { return nothing }
        return try writeGivingWay { database in
            let waiting = try PostStore.waiting(content, in: database)
            guard let (row, key) = waiting.first, let persona = content.personasOfRow[row] else {
                return JudgingProgress(
                    judged: 0, changed: 0, isDone: true, counts: try PaneCounting.all(content, in: database))
            }
            let entries = try PostStore.entriesToJudge(
                of: row, below: key, limit: limit, onlyJudged: content.showsAll(persona), in: database)
            var counting = PaneCounting()
            var judged = 0
            var changed = 0
            for entry in entries {
                if judged > 0, writers.areWaiting { break }
                if try content.judgeAgain(entry, now: now, counting: &counting, in: database) { changed += 1 }
                judged += 1
            }
            try counting.commit(in: database)
            let isThrough = judged == entries.count && judged < limit
            let last = isThrough ? nil : entries[judged - 1].key
            try database.run(
                "UPDATE persona SET judging_sort_time = ?, judging_tie = ? WHERE id = ?",
                .optional(last?.sortTime.milliseconds), .optional(last?.tie), .integer(row))
            return JudgingProgress(
                judged: judged, changed: changed, persona: persona, isDone: isThrough && waiting.count == 1,
                counts: try PaneCounting.all(content, in: database))
        }
    }

    /// The personas whose entries are to be judged, with the key below which they are.
    private static func waiting(
        _ content: AdoptedConfiguration.Content, in database: Database
    ) throws -> [(persona: Int64, below: EntryKey)] {
        let all = try database.all(
            "SELECT id, judging_sort_time, judging_tie FROM persona WHERE judging_sort_time IS NOT NULL"
        ) { ($0.integer(0), EntryKey(sortTime: Timestamp(milliseconds: $0.integer(1)), tie: $0.integer(2))) }
        return all.filter { content.personasOfRow[$0.0] != nil }
    }

    /// A verdict moves an entry between the visible and the hidden stretch, but never within the order, so the last
    /// key is a safe place to go on from.
    /// - Parameter onlyJudged: leaves out the entries that are shown without a verdict; where there is no filter any
    ///   more, the others are all that can change, and looking for them is one pass over the entries.
    private static func entriesToJudge(
        of persona: Int64, below key: EntryKey, limit: Int, onlyJudged: Bool, in database: Database
    ) throws -> [EntryRow] {
        let judged = onlyJudged ? " AND (verdict <> 0 OR flags <> 0)" : ""
        func stretch(_ hidden: Int) -> String {
            """
            SELECT * FROM (SELECT \(EntryRow.columns) FROM entry
            WHERE persona = ?1 AND hidden = \(hidden) AND (sort_time, tie) < (?2, ?3)\(judged)
            ORDER BY sort_time DESC, tie DESC LIMIT ?4)
            """
        }
        return try database.all(
            "\(stretch(0)) UNION ALL \(stretch(1)) ORDER BY 3 DESC, 4 DESC LIMIT ?4", .integer(persona),
            .integer(key.sortTime.milliseconds), .integer(key.tie), .integer(Int64(limit))
        ) { EntryRow($0) }
    }
}

extension AdoptedConfiguration.Content {
    /// Whether every entry of a persona is simply shown.
    func showsAll(_ persona: PersonaID) -> Bool { (filters[persona] ?? []).isEmpty && foldedOwnHandles.isEmpty }

    /// Judges a stored entry and writes what changed. Answers whether something did.
    func judgeAgain(
        _ entry: EntryRow, now: Timestamp, counting: inout PaneCounting, in database: Database
    ) throws -> Bool {
        guard let persona = personasOfRow[entry.persona] else { return false }
        let filters = self.filters[persona] ?? []
        if showsAll(persona) {
            return try entry.rejudge(as: .shown, flags: 0, counting: &counting, in: database)
        }
        guard let post = try PostRow.one(entry.post, in: database) else { return false }
        let judgement = try Judgement(post.post, filters) {
            try context(
                of: entry, post: post, withCarriers: filters.contains(where: \.asksForCarriers), now: now, in: database)
        }
        let flags = mentionsUser(post.post) ? EntryRow.Flag.toUser : 0
        return try entry.rejudge(as: judgement.verdict, flags: flags, counting: &counting, in: database)
    }
}
