import GRDB
import Text
public import TimelineModel

extension PostStore {
    /// Keeps the filters that an account has on its server, in the place of those before, so that a start without a
    /// network judges the same. They hold from the next `adopt` on.
    public func keep(_ filters: [ServerFilter], of account: AccountName) throws(StoreError) {
        try write { try Meta.filters(account).set(ServerFilter.stored(filters), in: $0) }
    }

    /// Whether the kept filters that hold now are others than those that were adopted: this or another process kept new
    /// ones, or one has expired.
    public func mustAdoptServerFilters(at now: Timestamp) throws(StoreError) -> Bool {
        let content = adopted.current
        return try read { try content.keptServerFilters(at: now, in: $0) } != content.serverFilters
    }
}

extension AdoptedConfiguration.Content {
    /// The kept filters of the configured accounts that hold at a moment.
    func keptServerFilters(at now: Timestamp, in database: Database) throws -> [AccountName: [ServerFilter]] {
        var filters: [AccountName: [ServerFilter]] = [:]
        for account in Set(subscriptions.compactMap(\.address.account)) {
            guard let stored = try Meta.filters(account).value(in: database) else { continue }
            let holding = ServerFilter.all(stored: stored).filter { $0.holds(at: now) }
            if !holding.isEmpty { filters[account] = holding }
        }
        return filters
    }
}

/// One text for all filters of an account. Sanitized text has none of the separators.
extension ServerFilter {

    fileprivate static func stored(_ filters: [ServerFilter]) -> String {
        filters.map(\.stored).joined(separator: "\u{1e}")
    }

    private var stored: String {
        let fields = [
            title.string, action.rawValue, contexts.map(\.rawValue).sorted().joined(separator: ","),
            expires.map { String($0.milliseconds) } ?? "",
        ]
        let words = keywords.map { ($0.isWholeWord ? "=" : "~") + $0.text.string }
        return (fields + words + posts.sorted().map { "#" + $0 }).joined(separator: "\u{1f}")
    }

    /// What cannot be read is left out; the server is asked again soon.
    fileprivate static func all(stored: String) -> [ServerFilter] {
        stored.split(separator: "\u{1e}").compactMap { ServerFilter(stored: $0) }
    }

    private init?(stored: Substring) {
        let fields = stored.split(separator: "\u{1f}", omittingEmptySubsequences: false)
        guard fields.count > 4, let action = Action(rawValue: String(fields[1])) else { return nil }
        self.init(
            title: SafeText(storedSafe: String(fields[0]), as: .line), action: action,
            contexts: Set(fields[2].split(separator: ",").compactMap { Context(rawValue: String($0)) }),
            keywords: fields[4...].compactMap { field in
                let text = SafeText(storedSafe: String(field.dropFirst()), as: .line)
                guard let mark = field.first, mark != "#", !text.isEmpty else { return nil }
                return Keyword(text, isWholeWord: mark == "=")
            },
            posts: Set(fields[4...].filter { $0.first == "#" }.map { String($0.dropFirst()) }),
            expires: Int64(fields[3]).map { Timestamp(milliseconds: $0) })
    }
}
