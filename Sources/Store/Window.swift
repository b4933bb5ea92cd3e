import GRDB
import Text
public import TimelineModel

extension PostStore {
    /// A stretch of a pane, newest first, with the known gaps in their places.
    ///
    /// Keyset paging: the cost does not grow with the pane. Texts are cut, records are not decoded.
    public func window(_ request: WindowRequest) throws(StoreError) -> TimelineWindow {
        let content = adopted.current
        return try read { database in
            guard let spine = Spine(request.pane, request.filter, content) else {
                return TimelineWindow(entries: [], reachesNewest: true, reachesOldest: true)
            }
            let reading = WindowReading(database: database, spine: spine, request: request, content: content)
            var window = try reading.window()
            window.seenNewest = [request.seenNewest, window.seenNewest, window.position].compactMap(\.self).max()
            window.unreadBeyond = try reading.unread(beyond: window)
            window.arrivals = ArrivalPoint(number: try database.integer("SELECT max(number) FROM arrival") ?? 0)
            return window
        }
    }
}

/// One reading of a window, inside its snapshot.
private struct WindowReading {
    let database: Database
    let spine: Spine
    let request: WindowRequest
    let content: AdoptedConfiguration.Content

    private var limit: Int { max(0, request.limit) }

    func window() throws -> TimelineWindow {
        switch request.anchor {
        case .newest: return try older(.none, reachesNewest: true)
        case .oldest: return try newer(.none, reachesOldest: true)
        case .olderThan(let key):
            return try older(.below(key), reachesNewest: try !exists(.atOrAbove(key), .ascending))
        case .newerThan(let key):
            return try newer(.above(key), reachesOldest: try !exists(.atOrBelow(key), .descending))
        case .around(let key): return try around(key)
        case .position:
            guard let place = try PostStore.position(of: request.pane, in: database) else {
                return try older(.none, reachesNewest: true)
            }
            var window = try around(place.key)
            window.position = place.key
            window.seenNewest = place.seenNewest
            return window
        }
    }

    private func older(_ bound: Spine.Bound, reachesNewest: Bool, limit wanted: Int? = nil) throws -> TimelineWindow {
        let limit = wanted ?? self.limit
        var posts = try summaries(bound, .descending, limit: limit + 1)
        let hasMore = posts.count > limit
        if hasMore { posts.removeLast() }
        let floor = hasMore ? posts.last?.key : nil
        let upper: EntryKey? = if case .none = bound { nil } else { bound.key }
        let gaps = try gaps { key in
            if let upper { guard key < upper || (bound.isInclusive && key == upper) else { return false } }
            return floor.map { key > $0 } ?? !hasMore
        }
        var entries = merged(posts, gaps)
        var reachesOldest = !hasMore
        if entries.count > limit {
            entries.removeLast(entries.count - limit)
            reachesOldest = false
        }
        return TimelineWindow(entries: entries, reachesNewest: reachesNewest, reachesOldest: reachesOldest)
    }

    private func newer(_ bound: Spine.Bound, reachesOldest: Bool, limit wanted: Int? = nil) throws -> TimelineWindow {
        let limit = wanted ?? self.limit
        var posts = try summaries(bound, .ascending, limit: limit + 1)
        let hasMore = posts.count > limit
        if hasMore { posts.removeLast() }
        let ceiling = hasMore ? posts.last?.key : nil
        let lower: EntryKey? = if case .none = bound { nil } else { bound.key }
        let gaps = try gaps { key in
            if let lower { guard key > lower else { return false } }
            return ceiling.map { key < $0 } ?? !hasMore
        }
        var entries = merged(posts.reversed(), gaps)
        var reachesNewest = !hasMore
        if entries.count > limit {
            entries.removeFirst(entries.count - limit)
            reachesNewest = false
        }
        return TimelineWindow(entries: entries, reachesNewest: reachesNewest, reachesOldest: reachesOldest)
    }

    /// Half on each side; what one side lacks the other gives.
    private func around(_ key: EntryKey) throws -> TimelineWindow {
        let half = limit / 2
        var upper = try newer(.above(key), reachesOldest: false, limit: half)
        let lower = try older(.atOrBelow(key), reachesNewest: false, limit: limit - upper.entries.count)
        let missing = limit - upper.entries.count - lower.entries.count
        if missing > 0, !upper.reachesNewest {
            upper = try newer(.above(key), reachesOldest: false, limit: upper.entries.count + missing)
        }
        return TimelineWindow(
            entries: upper.entries + lower.entries, reachesNewest: upper.reachesNewest,
            reachesOldest: lower.reachesOldest)
    }

    func unread(beyond window: TimelineWindow) throws -> Int {
        guard !window.reachesNewest, let newest = window.entries.first?.key, let seen = window.seenNewest else {
            return 0
        }
        let query = spine.unread.query("1", .above(max(newest, seen)), .ascending, limit: TimelineWindow.countLimit)
        return try database.all(query.sql, query.values) { _ in () }.count
    }

    private func exists(_ bound: Spine.Bound, _ direction: Spine.Direction) throws -> Bool {
        let query = spine.query("1", bound, direction, limit: 1)
        return try !database.all(query.sql, query.values) { _ in true }.isEmpty
    }

    private func summaries(_ bound: Spine.Bound, _ direction: Spine.Direction, limit: Int) throws -> [PostSummary] {
        let query = spine.query(
            """
            entry.post AS post, entry.unread AS unread, entry.starred AS starred, entry.verdict AS verdict,
            entry.rule AS rule, entry.flags AS flags, entry.boost AS boost
            """, bound, direction, limit: limit)
        // The spine is ordered and limited before the posts are looked up.
        let sql = """
            SELECT spine.at, spine.tied, spine.unread, spine.starred, spine.verdict, spine.rule, spine.flags,
                post.identity, post.kind, post.flags, post.published, post.edited IS NOT NULL, post.author_name,
                post.author_handle, post.title, post.content_warning, post.link, post.lead, sighting.booster,
                post.rest IS NOT NULL
            FROM (\(query.sql)) AS spine CROSS JOIN post ON post.id = spine.post
            LEFT JOIN sighting ON sighting.id = spine.boost
            ORDER BY spine.at \(direction.rawValue), spine.tied \(direction.rawValue)
            """
        return try named(database.all(sql, query.values) { summary($0) })
    }

    /// Articles with the names of their feeds, which their identities tell; each feed is looked up once.
    private func named(_ posts: [PostSummary]) throws -> [PostSummary] {
        let persona: PersonaID
        switch request.pane {
        case .persona(let id): persona = id
        }
        var names: [String: SafeText?] = [:]
        return try posts.map { post in
            guard let source = post.id.feed else { return post }
            if names[source.value] == nil {
                let row = content.sourceRows[source]
                let title = try database.first("SELECT title FROM source WHERE key = ?", .text(source.value)) {
                    $0.optionalText(0).map { SafeText(storedSafe: $0, as: .line) }
                }
                names[source.value] = .some(
                    row.flatMap { row in
                        let name = content.shownName(
                            ofSource: row, in: persona, title: title ?? nil, address: "")
                        return name.isEmpty ? nil : name
                    })
            }
            var post = post
            post.sourceName = names[source.value] ?? nil
            return post
        }
    }

    private func summary(_ row: Columns) -> PostSummary {
        let flags = row.integer(9)
        return PostSummary(
            id: PostID(row.text(7)),
            key: EntryKey(sortTime: Timestamp(milliseconds: row.integer(0)), tie: row.integer(1)),
            authorName: SafeText(storedSafe: row.text(12), as: .line),
            authorHandle: row.optionalText(13).map { SafeText(storedSafe: $0, as: .line) },
            title: row.optionalText(14).map { SafeText(storedSafe: $0, as: .line) },
            excerpt: excerpt(row.text(17)), hasMoreText: row.flag(19),
            contentWarning: row.optionalText(15).map { SafeText(storedSafe: $0, as: .body) },
            boostedBy: row.isNull(18) ? nil : PostCoding.author(row.bytes(18)).name,
            link: row.optionalText(16).map { SafeText(storedSafe: $0, as: .line) },
            kind: PostRow.kinds.element(at: row.integer(8)) ?? .post, isRead: !row.flag(2), isStarred: row.flag(3),
            isEdited: row.flag(11), isToUser: row.integer(6) & EntryRow.Flag.toUser != 0,
            hasMedia: flags & PostRow.Flag.media != 0, hasPoll: flags & PostRow.Flag.poll != 0,
            verdict: Verdict(
                Verdict.Kind(rawValue: Int(truncatingIfNeeded: row.integer(4))) ?? .shown,
                rule: row.optionalText(5).map { SafeText(storedSafe: $0, as: .line) }),
            published: row.optionalInteger(10).map { Timestamp(milliseconds: $0) })
    }

    private func excerpt(_ text: String) -> SafeText {
        SafeText(storedSafe: String(text[..<text.endOfClusters(within: request.excerptLength)]), as: .body)
    }

    // MARK: Gaps

    /// The gaps of the pane's sources, newest first: a line on both sides of each, or one where nothing would stand
    /// between. There are few: they are read whole.
    private func gaps(where isWanted: (EntryKey) -> Bool) throws -> [Gap] {
        // A hole is between posts of a source; in a list of the unread alone it would stand anywhere.
        guard !request.filter.unreadOnly else { return [] }
        let found = try database.all(
            """
            SELECT gap.source, gap.newer, gap.older, entry.sort_time, entry.tie FROM gap
            CROSS JOIN subscription ON subscription.source = gap.source AND subscription.persona = ?1
            CROSS JOIN entry ON entry.post = gap.post AND entry.persona = ?1
            """, .integer(spine.persona)
        ) { row -> (Int64, Gap)? in
            guard let source = content.sourcesOfRow[row.integer(0)] else { return nil }
            let tie = row.integer(4)
            let key = EntryKey(
                sortTime: Timestamp(milliseconds: row.integer(3)), tie: tie == .min ? tie : tie - 1)
            return (row.integer(0), Gap(source: source, key: key, newer: row.text(1), older: row.text(2)))
        }
        return try found.compactMap { $0 }.filter { spine.source == nil || $0.0 == spine.source }
            .flatMap { try lines(of: $0.1, $0.0) }.filter { isWanted($0.key) }.sorted { $0.key > $1.key }
    }

    private func lines(of gap: Gap, _ source: Int64) throws -> [Gap] {
        let below = try database.first(
            """
            SELECT entry.sort_time, entry.tie FROM sighting
            CROSS JOIN entry ON entry.post = sighting.post AND entry.persona = ?1
            WHERE sighting.source = ?2 AND sighting.entry_hash = ?3 AND sighting.entry_id = ?4
            """, .integer(spine.persona), .integer(source), .integer(Int64(bitPattern: StableHash.of(gap.older))),
            .text(gap.older)
        ) { EntryKey(sortTime: Timestamp(milliseconds: $0.integer(0)), tie: $0.integer(1)) }
        // The post on the older side may be gone, or have come another way and stand elsewhere.
        guard let below, below.tie < .max, below < gap.key else { return [gap] }
        let between = spine.query("1", .below(gap.key), .descending, limit: 1)
        let next = try database.all(between.sql, between.values) {
            EntryKey(sortTime: Timestamp(milliseconds: $0.integer(1)), tie: $0.integer(2))
        }
        guard let next = next.first, next > below else { return [gap] }
        var (upper, lower) = (gap, gap)
        upper.side = .newer
        lower.side = .older
        lower.key = EntryKey(sortTime: below.sortTime, tie: below.tie + 1)
        return [upper, lower]
    }

    private func merged(_ posts: [PostSummary], _ gaps: [Gap]) -> [TimelineEntry] {
        var entries: [TimelineEntry] = []
        entries.reserveCapacity(posts.count + gaps.count)
        var waiting = gaps[...]
        for post in posts {
            while let gap = waiting.first, gap.key > post.key {
                entries.append(.gap(gap))
                waiting = waiting.dropFirst()
            }
            entries.append(.post(post))
        }
        return entries + waiting.map(TimelineEntry.gap)
    }
}

extension Spine.Bound {
    var isInclusive: Bool {
        switch self {
        case .none, .below, .above: false
        case .atOrBelow, .atOrAbove: true
        }
    }
}

extension Pane {
    /// The name under which the state tables keep what belongs to the pane.
    var storedName: String {
        switch self {
        case .persona(let id): "persona:" + id.name
        }
    }
}
