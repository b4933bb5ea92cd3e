import GRDB
import Text
public import TimelineModel

/// A page as it was fetched.
public struct FetchedPage: Sendable {
    public var source: SourceID
    public var stretch: PageRequest.Stretch
    public var page: Page
    /// By this machine's clock. New posts were first seen then, and nothing on the page sorts as newer.
    public var fetchedAt: Timestamp
    /// When the source is due again; nil leaves what is planned (pages of a scroll or a stream).
    public var nextAttempt: Timestamp?
    /// Of a page of a source's first round: where the next page of that begins; nil at its end.
    public var firstRoundBelow: String?

    public init(
        source: SourceID, stretch: PageRequest.Stretch, page: Page, fetchedAt: Timestamp,
        nextAttempt: Timestamp? = nil, firstRoundBelow: String? = nil
    ) {
        self.source = source
        self.stretch = stretch
        self.page = page
        self.fetchedAt = fetchedAt
        self.nextAttempt = nextAttempt
        self.firstRoundBelow = firstRoundBelow
    }
}

/// What an ingest did, told after its commit.
public struct IngestReport: Hashable, Sendable {
    /// Posts that the store did not have, hidden ones too, each once in however many panes.
    public var newPosts = 0
    /// Known posts of which something reads differently now, if only a count.
    public var updatedPosts = 0
    /// Posts that their sources said are gone.
    public var deletedPosts = 0
    /// Entries that came into a pane unread and visible.
    public var arrived: [Pane: Int] = [:]
    /// Panes in which anything changed, also a gap: their windows should be read again.
    public var changed: Set<Pane> = []
    /// The new numbers of every pane.
    public var counts: [Pane: PaneCounts] = [:]
    /// Sources of which the upper side of a hole was deleted and nothing stands above it, perhaps others than the one
    /// that told it: what their streams tell may not count before they were fetched again.
    public var behind: Set<SourceID> = []

    public init() {}

    /// Takes over what a later ingest did; of the numbers of a pane its newer ones stand.
    public mutating func add(_ other: IngestReport) {
        newPosts += other.newPosts
        updatedPosts += other.updatedPosts
        deletedPosts += other.deletedPosts
        arrived.merge(other.arrived, uniquingKeysWith: +)
        changed.formUnion(other.changed)
        behind.formUnion(other.behind)
        counts.merge(other.counts) { _, new in new }
    }
}

extension PostStore {
    /// Stores pages with their cursors and validators, all in one transaction.
    ///
    /// A post is told apart by its identity alone. What is known stays read; a changed content sets `edited` and is
    /// judged again; another source with an older version of an edited post overwrites nothing; two sources that spell one
    /// post differently do not make it flip: of two versions with the same edit time the first carrier's stays.
    /// A post that was deleted or pruned never comes back. Pages of sources that no persona uses are left out.
    public func ingest(_ pages: [FetchedPage], now: Timestamp) throws(StoreError) -> IngestReport {
        let content = adopted.current
        return try write { database in
            var ingestion = Ingestion(database: database, content: content, now: now)
            var total = IngestReport()
            for page in pages { total.add(try ingestion.take(page)) }
            try ingestion.finish(&total)
            return total
        }
    }
}

/// One ingest, inside its transaction.
struct Ingestion {
    let database: Database
    let content: AdoptedConfiguration.Content
    let now: Timestamp
    var counting = PaneCounting()
    /// Of the page at work.
    var report = IngestReport()
    /// The page at work is read in another way than the one before it: what reads differently was edited by nobody.
    private var isReadAnew = false

    init(database: Database, content: AdoptedConfiguration.Content, now: Timestamp) {
        self.database = database
        self.content = content
        self.now = now
    }

    /// Answers what the page brought; `finish` adds what is known at the end only.
    mutating func take(_ fetched: FetchedPage) throws -> IngestReport {
        report = IngestReport()
        guard let source = content.sourceRows[fetched.source] else { return report }
        var page = fetched.page
        let state = try SourceState(source, in: database)
        let edition = page.validators.edition
        isReadAnew = state.edition != nil && edition != nil && state.edition != edition
        try adjustKeys(of: &page, source: source, state)
        // A document that broke off may have come before the feed stood anywhere.
        let isFirst = state.rung == nil && state.newestEntry == nil
        try adjustSharedKeys(of: &page, isFirst: isFirst)
        try renamePosts(to: page, source: source, isFirst: isFirst, lastLook: state.lastLook)
        let reachesKnown = try mayLeaveGap(fetched.stretch, page, state) && touchesKnown(page, source, state)
        let title = (page.profile.title ?? state.title)
        // Reading order is newest first; taken from the end, rows follow time and stand together on the disk.
        var contentOf: [PostID: Post] = [:]
        for item in page.items where contentOf[item.post.id] == nil { contentOf[item.post.id] = item.post }
        for (position, item) in page.items.enumerated().reversed() {
            guard let post = contentOf[item.post.id] else { continue }
            try take(post, item.sighting, position: position, from: source, title: title, at: fetched.fetchedAt)
        }
        try noteGaps(fetched.stretch, page, source: source, state: state, reachesKnown: reachesKnown)
        try noteFirstRound(fetched, state)
        try noteSuccess(fetched, page, source: source)
        return report
    }

    /// Writes the numbers of panes and reports them, with the panes that all pages together changed.
    mutating func finish(_ total: inout IngestReport) throws {
        try counting.commit(in: database)
        try database.run(
            "DELETE FROM arrival WHERE number <= (SELECT max(number) FROM arrival) - ?", .integer(Self.keptArrivals))
        for row in counting.touched {
            if let persona = content.personasOfRow[row] { total.changed.insert(.persona(persona)) }
        }
        total.counts = try PaneCounting.all(content, in: database)
    }

    /// More do not come while somebody answers a question.
    private static let keptArrivals: Int64 = 10_000

    // MARK: One item

    private struct KnownPost {
        var row: Int64
        var tie: Int64
        var firstSeen: Timestamp
        var contentHash: Int64
        var recordHash: Int64
        var contentSource: Int64
        var edited: Timestamp?
        var isEditStated: Bool
        /// Taken back by its author: the user keeps what it said.
        var isWithdrawn: Bool
    }

    mutating func take(
        _ incoming: Post, _ sighting: Sighting, position: Int, from source: Int64, title: SafeText?,
        at fetched: Timestamp
    ) throws {
        let known = try knownPost(incoming.id)
        let sortTime = sortTime(of: incoming, sighting, position: position, fetched)
        if let known {
            let speaks = mayChange(incoming.id, from: known.contentSource, source)
            if incoming.id.isNotice, let newest = try newestSighting(of: known.row, source), newest != sighting.entryID
            {
                guard MastodonID.isNewer(sighting.entryID, than: newest) else {
                    // An older page, on which the group had fewer members.
                    try add(sighting, of: known.row, source, sortTime, fetched)
                    return
                }
                try renew(incoming.id, known.row)
            }
            let hasNewContent = try speaks && update(known, with: incoming, from: source, at: fetched)
            let isNewSighting = try add(sighting, of: known.row, source, sortTime, fetched) != nil
            if isNewSighting || hasNewContent {
                let post = try speaks ? incoming : PostRow.one(known.row, in: database)?.post ?? incoming
                try enter(
                    known.row, post, isNew: false, sighting: sighting,
                    key: EntryKey(sortTime: sortTime, tie: known.tie), source: source, title: title,
                    firstSeen: known.firstSeen, judgesAgain: true)
            }
            return
        }
        guard try !isBuried(incoming.id, for: source) else { return }
        var incoming = incoming
        incoming.edited = incoming.edited.map { min($0, fetched) }
        let values = PostValues(incoming)
        let (row, tie) = try values.insert(firstSeen: fetched, source: source, in: database)
        try FullText.add(incoming, as: row, in: database)
        try add(sighting, of: row, source, sortTime, fetched, isNewPost: true)
        report.newPosts += 1
        try enter(
            row, incoming, isNew: true, sighting: sighting, key: EntryKey(sortTime: sortTime, tie: tie), source: source,
            title: title, firstSeen: fetched, judgesAgain: false)
    }

    /// What only another server said to be gone, the post's own server knows better.
    private func isBuried(_ id: PostID, for source: Int64) throws -> Bool {
        let grave = try database.first("SELECT is_hearsay FROM tombstone WHERE identity = ?", .text(id.key)) {
            $0.flag(0)
        }
        guard let isHearsay = grave else { return false }
        guard isHearsay, content.addresses[source]?.server.map(id.isOf) == true else { return true }
        try database.run("DELETE FROM tombstone WHERE identity = ?", .text(id.key))
        return false
    }

    private func knownPost(_ id: PostID) throws -> KnownPost? {
        try database.first(
            """
            SELECT id, first_seen, content_hash, record_hash, content_source, edited, flags, tie FROM post
            WHERE identity = ?
            """, .text(id.key)
        ) {
            KnownPost(
                row: $0.integer(0), tie: $0.integer(7), firstSeen: Timestamp(milliseconds: $0.integer(1)),
                contentHash: $0.integer(2),
                recordHash: $0.integer(3), contentSource: $0.integer(4),
                edited: $0.optionalInteger(5).map { Timestamp(milliseconds: $0) },
                isEditStated: $0.integer(6) & PostRow.Flag.editStated != 0,
                isWithdrawn: $0.integer(6) & PostRow.Flag.withdrawn != 0)
        }
    }

    /// Decision: min(published, first seen), for a boost the time of the boost instead. Undated entries of one page
    /// keep their order by a millisecond each.
    private func sortTime(of post: Post, _ sighting: Sighting, position: Int, _ fetched: Timestamp) -> Timestamp {
        let stated = sighting.boostedBy == nil ? post.published : sighting.boostedAt
        return min(stated ?? Timestamp(milliseconds: fetched.milliseconds - Int64(position)), fetched)
    }

    /// Whether a source may change what is known of a post: its server brought that, or is the post's own. Any server
    /// can say that a post of another one reads differently now, or is gone.
    /// - Parameter origin: the source whose words the store has.
    private func mayChange(_ id: PostID, from origin: Int64, _ source: Int64) -> Bool {
        guard source != origin, let server = content.addresses[source]?.server else { return true }
        return server == content.addresses[origin]?.server || id.isOf(server)
    }

    /// Takes a post's new text where the post is known; that it was changed brings it into no timeline.
    mutating func edit(_ incoming: Post, from source: Int64, at fetched: Timestamp) throws {
        guard let known = try knownPost(incoming.id), mayChange(incoming.id, from: known.contentSource, source),
            try update(known, with: incoming, from: source, at: fetched)
        else {
            return
        }
        for entry in try EntryRow.all(ofPost: known.row, in: database) {
            _ = try content.judgeAgain(entry, now: now, counting: &counting, in: database)
        }
    }

    /// Writes what is new in a known post. Answers whether its content changed.
    private mutating func update(
        _ known: KnownPost, with incoming: Post, from source: Int64, at fetched: Timestamp
    ) throws -> Bool {
        guard !known.isWithdrawn else { return false }
        var incoming = incoming
        if let edited = incoming.edited, edited > fetched {
            // A time that has not come yet would keep every true one out: such an edit is of when it was first met.
            let isMet = PostValues(incoming).contentHash == known.contentHash
            incoming.edited = isMet ? known.edited : fetched
        }
        // What its own server says of a post counts more than any time that another one states.
        let isOwn = source != known.contentSource && content.addresses[source]?.server.map(incoming.id.isOf) == true
        // A feed has one document, the last: what it says now counts, whatever time an earlier one stated. Where posts come
        // over a stream and in pages too, an older version may come later.
        let isSameFeeds = source == known.contentSource && content.addresses[source]?.server == nil
        let stated = known.isEditStated && !isOwn && !isSameFeeds ? known.edited : nil
        if let stated {
            guard let edited = incoming.edited, edited >= stated else { return false }
        }
        let isNewer = incoming.edited.map { stated == nil || $0 > stated ?? $0 } ?? false
        guard isNewer || isOwn || source == known.contentSource else { return false }
        let values = PostValues(incoming)
        let isEdited = values.contentHash != known.contentHash
        // A notice that reads differently was edited by nobody.
        let edited = incoming.edited ?? (isEdited && !incoming.id.isNotice && !isReadAnew ? fetched : known.edited)
        guard isEdited || values.recordHash != known.recordHash else { return false }
        if let old = try PostRow.one(known.row, in: database)?.post {
            try FullText.replace(old, by: incoming, as: known.row, in: database)
        }
        try values.update(known.row, firstSeen: known.firstSeen, edited: edited, source: source, in: database)
        report.updatedPosts += 1
        for entry in try EntryRow.all(ofPost: known.row, in: database) { counting.touch(entry.persona) }
        return isEdited
    }

    /// Answers the row of the sighting, nil when it is known.
    @discardableResult
    private func add(
        _ sighting: Sighting, of post: Int64, _ source: Int64, _ sortTime: Timestamp, _ fetched: Timestamp,
        isNewPost: Bool = false
    ) throws -> Int64? {
        let hash = Int64(bitPattern: StableHash.of(sighting.entryID))
        if !isNewPost {
            let known = try database.integer(
                "SELECT 1 FROM sighting WHERE source = ? AND entry_hash = ? AND post = ? AND entry_id = ?",
                .integer(source), .integer(hash), .integer(post), .text(sighting.entryID))
            if known != nil { return nil }
        }
        try database.run(
            """
            INSERT INTO sighting
                (post, source, entry_hash, first_seen, sort_time, entry_id, booster, boosted_at, post_id)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, .integer(post), .integer(source), .integer(hash), .integer(fetched.milliseconds),
            .integer(sortTime.milliseconds), .text(sighting.entryID),
            sighting.boostedBy.map { .bytes(PostCoding.encode($0)) } ?? .null,
            .optional(sighting.boostedAt?.milliseconds), .optional(sighting.postID))
        return database.lastInsertedRowID
    }

    /// A source says a post is gone: it leaves, and cannot come back, unless the user starred it: what he keeps stays,
    /// with a note. His marks stay in any case. Where another server has the post too, only the post's own one is
    /// believed.
    mutating func delete(_ id: PostID, from source: Int64, at moment: Timestamp) throws {
        guard let row = try PostRow.row(of: id, in: database) else { return }
        if let server = content.addresses[source]?.server, !id.isOf(server) {
            let carriers = try database.all("SELECT source FROM sighting WHERE post = ?", .integer(row)) {
                $0.integer(0)
            }
            guard carriers.allSatisfy({ content.addresses[$0]?.server == server }) else { return }
        }
        if try database.integer("SELECT starred FROM mark WHERE identity = ?", .text(id.key)) == 1 {
            try database.run(
                "UPDATE post SET flags = flags | ? WHERE id = ?", .integer(PostRow.Flag.withdrawn), .integer(row))
            for entry in try EntryRow.all(ofPost: row, in: database) { counting.touch(entry.persona) }
            report.updatedPosts += 1
            return
        }
        let isOwn = content.addresses[source]?.server.map(id.isOf) ?? true
        try Removal.bury(id, isHearsay: !isOwn, at: moment, in: database)
        try moveGaps(from: row)
        try Removal.remove(row, counting: &counting, in: database)
        report.deletedPosts += 1
    }
}
