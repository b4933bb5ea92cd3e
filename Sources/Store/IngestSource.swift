import GRDB
import Text
import TimelineModel

/// What an ingest needs to know of a source before it takes a page.
struct SourceState {
    /// What tells a feed's entries apart; nil before its first page.
    var rung: FeedKeyRung?
    /// A feed moves once.
    var hasMoved = false
    /// The entry id that stood at the top of the last newest page.
    var newestEntry: String?
    var title: SafeText?
    /// How the last document was read; nil where that was not kept.
    var edition: Int?
    /// When that was.
    var lastLook: Timestamp?

    init(_ source: Int64, in database: Database) throws {
        let found = try database.first(
            """
            SELECT feed_rung.rung, newest_entry, title, has_moved, validated_edition, last_success
            FROM source LEFT JOIN feed_rung ON feed_rung.feed = source.key WHERE id = ?
            """, .integer(source)
        ) { row in
            (
                row.optionalInteger(0).flatMap { FeedKeyRung(rawValue: Int(truncatingIfNeeded: $0)) },
                row.optionalText(1), row.optionalText(2).map { SafeText(storedSafe: $0, as: .line) },
                row.optionalInteger(3) == 1, row.optionalInteger(4).map { Int(truncatingIfNeeded: $0) },
                row.optionalInteger(5).map { Timestamp(milliseconds: $0) }
            )
        }
        (rung, newestEntry, title, hasMoved, edition, lastLook) = found ?? (nil, nil, nil, false, nil, nil)
    }
}

extension Ingestion {
    // MARK: Gaps

    /// Whether it matters if the page reaches what is known: not for a feed, which has one page.
    func mayLeaveGap(_ stretch: PageRequest.Stretch, _ page: Page, _ state: SourceState) -> Bool {
        switch stretch {
        case .newest: page.older != nil && state.newestEntry != nil
        case .olderThan, .between: true
        }
    }

    /// Whether an entry of the page was known before the page is stored.
    func touchesKnown(_ page: Page, _ source: Int64, _ state: SourceState) throws -> Bool {
        for item in page.items {
            if item.sighting.entryID == state.newestEntry { return true }
            if try isKnown(item.sighting.entryID, source) { return true }
        }
        return false
    }

    private func isKnown(_ entryID: String, _ source: Int64) throws -> Bool {
        try database.integer(
            "SELECT 1 FROM sighting WHERE source = ? AND entry_hash = ? AND entry_id = ?", .integer(source),
            .integer(Int64(bitPattern: StableHash.of(entryID))), .text(entryID)) != nil
    }

    /// A newest page that does not reach what is known leaves a hole below it; a page between the two sides of a hole
    /// makes it smaller or closes it.
    mutating func noteGaps(
        _ stretch: PageRequest.Stretch, _ page: Page, source: Int64, state: SourceState, reachesKnown: Bool
    ) throws {
        let first = newestEntry(of: page, source)
        switch stretch {
        case .newest:
            guard let first else { return }
            if !reachesKnown, let cursor = page.older, let older = state.newestEntry {
                // Without a post to show it below, the hole stays above what is known, for the next look.
                guard try putGap(below: page, cursor: cursor, older: older, source) else { return }
            }
            try setNewest(first, source)
        case .olderThan(let id):
            try fill(below: id, page, source, reachesKnown: reachesKnown)
        case .between(let newer, let older, _):
            if let reached = page.newer {
                try fill(above: older, upTo: reached, source)
            } else {
                try fill(below: newer, page, source, reachesKnown: reachesKnown)
            }
        }
    }

    /// A page stands on the older side of a hole, which may have become smaller on the other meanwhile.
    private mutating func fill(above older: String, upTo reached: String, _ source: Int64) throws {
        let gaps = try database.all(
            "SELECT id, newer FROM gap WHERE source = ? AND older = ?", .integer(source), .text(older)
        ) { (id: $0.integer(0), newer: $0.text(1)) }
        for gap in gaps {
            if MastodonID.isNewer(gap.newer, than: reached) {
                try database.run("UPDATE gap SET older = ? WHERE id = ?", .text(reached), .integer(gap.id))
            } else if MastodonID.isOlderOrSame(gap.newer, than: reached) {
                try database.run("DELETE FROM gap WHERE id = ?", .integer(gap.id))
            }
        }
        guard !gaps.isEmpty else { return }
        for subscriber in content.subscribers[source] ?? [] { counting.touch(subscriber.row) }
    }

    private mutating func fill(below newer: String, _ page: Page, _ source: Int64, reachesKnown: Bool) throws {
        let gap = try database.first(
            "SELECT older, post FROM gap WHERE source = ? AND newer = ?", .integer(source), .text(newer)
        ) { (older: $0.text(0), post: $0.integer(1)) }
        guard let gap else { return }
        try database.run("DELETE FROM gap WHERE source = ? AND newer = ?", .integer(source), .text(newer))
        for subscriber in content.subscribers[source] ?? [] { counting.touch(subscriber.row) }
        // A page of which nothing could be read has no post, and goes on below all the same.
        guard !reaches(gap.older, page, source, reachesKnown), let cursor = page.older else { return }
        _ = try putGap(below: page, else: gap.post, cursor: cursor, older: gap.older, source)
    }

    /// Whether a page goes down to the lower side of a hole. That it has a post which is known proves it only where ids
    /// have no order: a stream also brings posts that came late and stand in the middle of a hole.
    private func reaches(_ older: String, _ page: Page, _ source: Int64, _ reachesKnown: Bool) -> Bool {
        var isOrdered = content.addresses[source]?.isInOrderOfIDs ?? false
        for item in page.items {
            let id = item.sighting.entryID
            if id == older || (isOrdered && MastodonID.isNewer(older, than: id)) { return true }
            // Ids of two families have no order.
            if !MastodonID.isNewer(id, than: older) { isOrdered = false }
        }
        return reachesKnown && !isOrdered
    }

    /// A gap stands below the last post of a page that is kept (a tombstone may stand in the place of others). Answers
    /// whether there is one.
    /// - Parameters:
    ///   - else: the post above the page.
    ///   - cursor: where the next page begins; a server's own cursor need not be the last entry's id.
    private mutating func putGap(
        below page: Page, else above: Int64? = nil, cursor: String, older: String, _ source: Int64
    ) throws -> Bool {
        var post: Int64?
        for item in page.items.reversed() where post == nil {
            let id = item.sighting.entryID
            post = try database.integer(
                "SELECT post FROM sighting WHERE source = ? AND entry_hash = ? AND entry_id = ?", .integer(source),
                .integer(Int64(bitPattern: StableHash.of(id))), .text(id))
        }
        guard let post = post ?? above else { return false }
        try database.run(
            "INSERT OR REPLACE INTO gap (source, newer, older, post) VALUES (?, ?, ?, ?)", .integer(source),
            .text(cursor), .text(older), .integer(post))
        for subscriber in content.subscribers[source] ?? [] { counting.touch(subscriber.row) }
        return true
    }

    /// A gap whose upper post goes away stands below the next one above. Where there is none, the source is known down
    /// from the gap's lower side only, and has to be fetched again.
    /// - Parameter isGoing: false when the post only moves up: with none above, the gap still stands below it.
    mutating func moveGaps(from post: Int64, isGoing: Bool = true) throws {
        let gaps = try database.all("SELECT id, source, older FROM gap WHERE post = ?", .integer(post)) {
            (id: $0.integer(0), source: $0.integer(1), older: $0.text(2))
        }
        guard !gaps.isEmpty else { return }
        let entries = try EntryRow.all(ofPost: post, in: database)
        for gap in gaps {
            var above: Int64?
            for entry in entries where above == nil {
                above = try database.integer(
                    """
                    SELECT post FROM carried WHERE persona = ? AND source = ? AND (sort_time, tie) > (?, ?)
                    ORDER BY sort_time, tie LIMIT 1
                    """, .integer(entry.persona), .integer(gap.source), .integer(entry.key.sortTime.milliseconds),
                    .integer(entry.key.tie))
            }
            if let above {
                try database.run("UPDATE gap SET post = ? WHERE id = ?", .integer(above), .integer(gap.id))
            } else if isGoing {
                try setNewest(gap.older, gap.source)
                if let source = content.sourcesOfRow[gap.source] { report.behind.insert(source) }
            }
        }
    }

    /// Its first, or one that its id says is newer: a server's pages need not be in order.
    private func newestEntry(of page: Page, _ source: Int64) -> String? {
        let ids = page.items.map(\.sighting.entryID)
        guard let first = ids.first, content.addresses[source]?.isInOrderOfIDs == true else { return ids.first }
        return ids.reduce(first) { MastodonID.isNewer($1, than: $0) ? $1 : $0 }
    }

    private func setNewest(_ entryID: String, _ source: Int64) throws {
        try database.run("UPDATE source SET newest_entry = ? WHERE id = ?", .text(entryID), .integer(source))
    }

    // MARK: The first round

    /// There is no lower side from which what is missing could be a gap, so what is kept is where the round goes on.
    func noteFirstRound(_ fetched: FetchedPage, _ state: SourceState) throws {
        switch fetched.stretch {
        case .newest where state.newestEntry == nil, .olderThan: break
        default: return
        }
        try Meta.firstRound(fetched.source).set(fetched.firstRoundBelow, in: database)
    }

    // MARK: The source's own record

    func noteSuccess(_ fetched: FetchedPage, _ page: Page, source: Int64) throws {
        // Validators and wishes belong to the newest page alone; an unchanged answer often leaves some of them out.
        let validators = page.validators
        let moves = """
            moved_to = CASE WHEN ?14 THEN NULL WHEN moving_to = ?6 THEN ?6 ELSE moved_to END, moving_to = ?6
            """
        let sets: String
        switch (fetched.stretch, page.isUnchanged) {
        case (.newest, false):
            sets = """
                , etag = ?9, last_modified = ?10, body_hash = ?11, validated_address = ?12, validated_edition = ?13,
                \(moves), minimum_interval = ?7, memory = ?15
                """
        case (.newest, true):
            sets = """
                , etag = coalesce(?9, etag), last_modified = coalesce(?10, last_modified),
                body_hash = coalesce(?11, body_hash), validated_address = coalesce(?12, validated_address),
                validated_edition = coalesce(?13, validated_edition), \(moves)
                """
        default: sets = ""
        }
        var values: [Value] = [
            .integer(fetched.fetchedAt.milliseconds), .optional(fetched.nextAttempt?.milliseconds),
            .optional(page.profile.title?.string), .optional(page.profile.homePage?.text),
            .optional(page.profile.language), .optional(page.movedTo?.text),
            .optional(page.minimumInterval.map(Int64.init)), .integer(source),
        ]
        if fetched.stretch == .newest {
            values += [
                .optional(validators.etag), .optional(validators.lastModified),
                .optional(validators.bodyHash.map { Int64(bitPattern: $0) }),
                .optional(validators.address?.text), .optional(validators.edition.map(Int64.init)),
                .flag(page.hasMovedBack),
            ]
            if !page.isUnchanged { values.append(page.memory.map { .bytes($0) } ?? .null) }
        }
        try database.run(
            """
            UPDATE source SET last_attempt = ?1, last_success = ?1, failures = 0, last_error = NULL, left_alone_until = NULL,
                next_attempt = coalesce(?2, next_attempt), title = coalesce(?3, title),
                home_page = coalesce(?4, home_page), language = coalesce(?5, language)\(sets)
            WHERE id = ?8
            """, values)
    }
}

extension SourceAddress {
    /// Whether its entries stand in the order of their ids (`MastodonID`); those of a feed are of any kind.
    fileprivate var isInOrderOfIDs: Bool {
        switch self {
        case .feed: false
        case .account(_, let timeline): timeline.isInOrderOfIDs
        case .posts, .hashtag, .publicTimeline: true
        }
    }
}
