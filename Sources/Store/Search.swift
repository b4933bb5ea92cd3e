import GRDB
import Text
public import TimelineModel

extension PostStore {
    /// The entries of a pane that a query means, newest first.
    ///
    /// The full-text index names candidates, the one matcher decides. Each batch is a read of its own, so a long
    /// search holds nothing up; `shouldContinue` is asked between batches, and what was found by then is the answer.
    public func search(
        _ query: Query, in pane: Pane, filter: PaneFilter = PaneFilter(), now: Timestamp, limit: Int,
        shouldContinue: () -> Bool = { true }
    ) throws(StoreError) -> [EntryKey] {
        let content = adopted.current
        let searching = Searching(
            store: self, content: content, pane: pane, filter: filter, query: query, now: now, limit: limit)
        return try searching.run(shouldContinue).map(\.key)
    }
}

/// One search of one pane.
struct Searching {
    /// Hits of the index that are looked up one by one; a word with more of them is common, and then walking the pane
    /// in its order meets enough of them soon.
    static let rareHits = 4096

    let store: PostStore
    let content: AdoptedConfiguration.Content
    /// Nil for a pane that is not configured, and one that the query leaves out.
    let spine: Spine?
    let prefilter: Prefilter
    let query: Query
    /// Looking them up is half of what an entry costs.
    let asksForCarriers: Bool
    let now: Timestamp
    let limit: Int

    init(
        store: PostStore, content: AdoptedConfiguration.Content, pane: Pane, filter: PaneFilter, query: Query,
        now: Timestamp, limit: Int
    ) {
        self.store = store
        self.content = content
        self.query = query
        asksForCarriers = query.asksForCarriers
        self.now = now
        self.limit = limit
        prefilter = Prefilter(query, now: now, zone: content.zone)
        var filter = filter
        if prefilter.unreadOnly { filter.unreadOnly = true }
        if query.asksForHidden { filter.includesHidden = true }
        spine = prefilter.admits(pane) ? Spine(pane, filter, content) : nil
    }

    func run(_ shouldContinue: () -> Bool) throws(StoreError) -> [EntryRow] {
        guard limit > 0, let spine else { return [] }
        guard let expression = prefilter.expression else {
            return try walk(spine, shouldContinue, among: nil)
        }
        let hits = try store.read {
            try Searching.hits(expression, below: .max, limit: Searching.rareHits, in: $0)
        }
        if hits.count < Searching.rareHits { return try lookUp(hits, spine, shouldContinue) }
        return try walk(spine, shouldContinue, among: Candidates(expression, newest: hits))
    }

    /// The next posts that the index names below a row, newest rows first.
    private static func hits(
        _ expression: String, below row: Int64, limit: Int, in database: Database
    ) throws -> [Int64] {
        try database.all(
            "SELECT rowid FROM post_words WHERE post_words MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?",
            .text(expression), .integer(row), .integer(Int64(limit))
        ) { $0.integer(0) }
    }

    /// The posts that the index names, down to a row that moves on as far as it is asked for.
    private struct Candidates {
        let expression: String
        var rows: Set<Int64>
        /// Of this row and all newer ones it is known whether the index names them.
        var horizon: Int64
        private var step = Searching.rareHits

        init(_ expression: String, newest: [Int64]) {
            self.expression = expression
            rows = Set(newest)
            horizon = newest.last ?? .min
        }

        mutating func extend(to row: Int64, in database: Database) throws {
            while horizon > row {
                step *= 2
                let next = try Searching.hits(expression, below: horizon, limit: step, in: database)
                rows.formUnion(next)
                horizon = next.count < step ? .min : next.last ?? .min
            }
        }
    }

    private func lookUp(
        _ hits: [Int64], _ spine: Spine, _ shouldContinue: () -> Bool
    ) throws(StoreError) -> [EntryRow] {
        // One statement for all: thousands of hits are looked up before the first match is known.
        let list = "[" + hits.map(String.init).joined(separator: ",") + "]"
        let entries = try store.read { database in
            let entries = try database.all(
                """
                SELECT \(EntryRow.columns) FROM json_each(?) AS hit
                CROSS JOIN entry ON entry.post = hit.value AND entry.persona = ?
                """, .text(list), .integer(spine.persona)
            ) { EntryRow($0) }
            return try entries.filter { try isShown($0, spine, in: database) }
        }
        var matches: [EntryRow] = []
        var waiting = entries.sorted { $0.key > $1.key }[...]
        while !waiting.isEmpty, matches.count < limit, shouldContinue() {
            let batch = waiting.prefix(64)
            waiting = waiting.dropFirst(64)
            let wanted = limit - matches.count
            matches += try store.read { try self.matches(among: batch, upTo: wanted, in: $0) }
        }
        return Array(matches.prefix(limit))
    }

    private func isShown(_ entry: EntryRow, _ spine: Spine, in database: Database) throws -> Bool {
        if entry.isHidden, !spine.filter.includesHidden { return false }
        if spine.filter.unreadOnly, !entry.isUnread { return false }
        if prefilter.starredOnly, !entry.isStarred { return false }
        if let before = prefilter.before, entry.key.sortTime >= before { return false }
        if let notBefore = prefilter.notBefore, entry.key.sortTime < notBefore { return false }
        guard let source = spine.source else { return true }
        return try database.integer(
            "SELECT 1 FROM sighting WHERE post = ? AND source = ?", .integer(entry.post), .integer(source)) != nil
    }

    /// Goes through the pane from the top, past the posts that the index does not name.
    private func walk(
        _ spine: Spine, _ shouldContinue: () -> Bool, among candidates: Candidates?
    ) throws(StoreError) -> [EntryRow] {
        var candidates = candidates
        var matches: [EntryRow] = []
        var bound = Spine.Bound.none
        if let before = prefilter.before { bound = .below(EntryKey(sortTime: before, tie: .min)) }
        var batchSize = candidates == nil ? 256 : 2048
        while matches.count < limit, shouldContinue() {
            let query = spine.query(
                EntryRow.columns, bound, .descending, limit: batchSize, starredOnly: prefilter.starredOnly)
            let wanted = limit - matches.count
            let found = try store.read { database in
                let entries = try database.all(query.sql, query.values) { EntryRow($0) }
                try candidates?.extend(to: entries.lazy.map(\.post).min() ?? .max, in: database)
                let possible = candidates.map { known in entries.filter { known.rows.contains($0.post) } } ?? entries
                let matches = try self.matches(among: possible[...], upTo: wanted, in: database)
                return (entries.last?.key, entries.count, matches)
            }
            matches += found.2
            guard let last = found.0, found.1 == batchSize else { break }
            if let notBefore = prefilter.notBefore, last.sortTime < notBefore { break }
            bound = .below(last)
            batchSize = min(batchSize * 2, 4096)
        }
        return Array(matches.prefix(limit))
    }

    private func matches(
        among entries: ArraySlice<EntryRow>, upTo wanted: Int, in database: Database
    ) throws -> [EntryRow] {
        var matches: [EntryRow] = []
        for entry in entries {
            guard matches.count < wanted else { break }
            guard let post = try PostRow.one(entry.post, in: database) else { continue }
            let context = try content.context(
                of: entry, post: post, withCarriers: asksForCarriers, now: now, in: database)
            if query.matches(post.post, in: context) { matches.append(entry) }
        }
        return matches
    }
}
