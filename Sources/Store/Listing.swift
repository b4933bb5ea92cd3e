import GRDB
public import Text
public import TimelineModel

/// A post as `list` prints it.
public struct ListedPost: Hashable, Sendable {
    /// With the marks and verdicts of all personas.
    public var detail: PostDetail
    /// One for each persona in which the query means the post.
    public var contexts: [EntryContext]
    /// The names of the sources that carried it, earliest first, each once.
    public var sources: [SafeText]
    /// Its place in the first of those personas.
    public var key: EntryKey

    public init(detail: PostDetail, contexts: [EntryContext], sources: [SafeText], key: EntryKey) {
        self.detail = detail
        self.contexts = contexts
        self.sources = sources
        self.key = key
    }
}

extension PostStore {
    /// Posts that a list reads at once, and so holds in memory.
    private static let listedAtOnce = 64

    /// Hands over the posts that a query means in one persona or in any, newest first, each once. What filters hid is
    /// left out unless the query asks for it (`is:hidden`).
    ///
    /// No read is open while a post is handed over, so whoever takes it may take his time: a pager, say.
    public func list(
        _ query: Query, persona: PersonaID? = nil, limit: Int, now: Timestamp, _ take: (ListedPost) -> Void
    ) throws(StoreError) {
        let content = adopted.current
        var entriesOfPosts: [Int64: [EntryRow]] = [:]
        for persona in persona.map({ [$0] }) ?? content.personas {
            for entry in try entries(of: persona, meantBy: query, PaneFilter(), content, now: now, limit: limit) {
                entriesOfPosts[entry.post, default: []].append(entry)
            }
        }
        let found = entriesOfPosts.values.compactMap { entries in
            entries.map(\.key).max().map { (key: $0, post: entries[0].post, entries: entries) }
        }
        var waiting = found.sorted { ($0.key, $0.post) > ($1.key, $1.post) }.prefix(limit)
        while !waiting.isEmpty {
            let batch = waiting.prefix(Self.listedAtOnce)
            waiting = waiting.dropFirst(Self.listedAtOnce)
            let listed = try read { database in
                try batch.compactMap { found in
                    try content.listed(found.post, found.entries, key: found.key, now: now, in: database)
                }
            }
            listed.forEach(take)
        }
    }

    /// The entries of a persona that a query means, newest first.
    func entries(
        of persona: PersonaID, meantBy query: Query, _ filter: PaneFilter,
        _ content: AdoptedConfiguration.Content, now: Timestamp, limit: Int
    ) throws(StoreError) -> [EntryRow] {
        let searching = Searching(
            store: self, content: content, pane: .persona(persona), filter: filter, query: query, now: now,
            limit: limit)
        return try searching.run { true }
    }
}

extension AdoptedConfiguration.Content {
    /// - Returns: nil when the post is gone.
    fileprivate func listed(
        _ post: Int64, _ entries: [EntryRow], key: EntryKey, now: Timestamp, in database: Database
    ) throws -> ListedPost? {
        guard let stored = try PostRow.one(post, in: database) else { return nil }
        let detail = try detail(of: stored, in: database)
        var names: [SafeText] = []
        for name in detail.seen.map(\.name) where !names.contains(name) { names.append(name) }
        let contexts = try entries.map { try context(of: $0, post: stored, now: now, in: database) }
        return ListedPost(detail: detail, contexts: contexts, sources: names, key: key)
    }
}
