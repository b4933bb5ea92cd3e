import GRDB
public import Text
public import TimelineModel

/// A post as `list` prints it.
public struct ListedPost: Hashable, Sendable {
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
    /// The posts that a query means in one persona or in any, newest first, each once. What filters hid is
    /// left out unless the query asks for it (`is:hidden`).
    public func list(
        _ query: Query, persona: PersonaID? = nil, limit: Int, now: Timestamp,
        shouldContinue: () -> Bool = { true }
    ) throws(StoreError) -> [ListedPost] {
        let content = adopted.current
        var posts: [Int64: [Searching.Match]] = [:]
        for persona in persona.map({ [$0] }) ?? content.personas {
            for match in try matches(query, in: persona, content, now: now, limit: limit, shouldContinue) {
                posts[match.entry.post, default: []].append(match)
            }
        }
        let newest = posts.sorted { left, right in
            let keys = (left.value.map(\.entry.key).max(), right.value.map(\.entry.key).max())
            guard let leftKey = keys.0, let rightKey = keys.1, leftKey != rightKey else { return left.key > right.key }
            return leftKey > rightKey
        }.prefix(limit)
        return try read { database in
            try newest.compactMap { row, matches in
                guard let detail = try content.detail(row, in: database),
                    let key = matches.map(\.entry.key).max()
                else { return nil }
                var names: [SafeText] = []
                for name in detail.seen.map(\.source) where !names.contains(name) { names.append(name) }
                return ListedPost(detail: detail, contexts: matches.map(\.context), sources: names, key: key)
            }
        }
    }

    func matches(
        _ query: Query, in persona: PersonaID, _ content: AdoptedConfiguration.Content, now: Timestamp, limit: Int,
        _ shouldContinue: () -> Bool
    ) throws(StoreError) -> [Searching.Match] {
        let searching = Searching(
            store: self, content: content, pane: .persona(persona), filter: PaneFilter(), query: query, now: now,
            limit: limit)
        return try searching.run(shouldContinue)
    }
}
