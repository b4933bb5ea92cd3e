import GRDB
import TimelineModel

/// A fact that the cache keeps under a name, in the table `meta`. One that is missing is fetched, or made, again.
enum Meta {
    /// Which version of our words the full-text index has.
    case fullTextRevision
    /// The filters that an account has on its server.
    case filters(AccountName)
    /// Where the first round of a source goes on.
    case firstRound(SourceID)
    /// How far the server of an account's timeline was told that it was read.
    case markerSent(SourceID)
    /// How far a pane followed what the server of a timeline said.
    case markerFollowed(SourceID, Pane)
    /// What was remembered of a server.
    case server(String)

    var name: String {
        switch self {
        case .fullTextRevision: "full_text_revision"
        case .filters(let account): "filters @\(account.user.lowercased())@\(account.server.spelled)"
        case .firstRound(let source): "first round \(source.value)"
        case .markerSent(let source): "marker sent \(source.value)"
        case .markerFollowed(let source, let pane): "marker followed \(source.value) \(pane.storedName)"
        case .server(let name): "server " + name
        }
    }

    func value(in database: Database) throws -> String? {
        try database.first("SELECT value FROM meta WHERE key = ?", .text(name)) { $0.text(0) }
    }

    /// - Parameter value: nil forgets the fact.
    func set(_ value: String?, in database: Database) throws {
        guard let value else {
            try database.run("DELETE FROM meta WHERE key = ?", .text(name))
            return
        }
        try database.run("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", .text(name), .text(value))
    }
}
