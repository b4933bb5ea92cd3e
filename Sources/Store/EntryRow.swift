import GRDB
import Text
import TimelineModel

/// An entry as the store keeps it.
struct EntryRow {
    /// Bits of `entry.flags`.
    enum Flag {
        static let toUser: Int64 = 1
    }

    var persona: Int64
    var post: Int64
    var key: EntryKey
    var isHidden: Bool
    var isUnread: Bool
    var isStarred: Bool
    var verdict: Verdict
    var flags: Int64

    static let columns = """
        entry.persona, entry.post, entry.sort_time, entry.tie, entry.hidden, entry.unread, entry.starred,
        entry.verdict, entry.flags, entry.rule
        """

    init(_ row: Columns) {
        persona = row.integer(0)
        post = row.integer(1)
        key = EntryKey(sortTime: Timestamp(milliseconds: row.integer(2)), tie: row.integer(3))
        isHidden = row.flag(4)
        isUnread = row.flag(5)
        isStarred = row.flag(6)
        verdict = Verdict(
            Verdict.Kind(rawValue: Int(truncatingIfNeeded: row.integer(7))) ?? .shown,
            rule: row.optionalText(9).map { SafeText(storedSafe: $0, as: .line) })
        flags = row.integer(8)
    }

    static func all(ofPost post: Int64, in database: Database) throws -> [EntryRow] {
        try database.all("SELECT \(columns) FROM entry WHERE post = ?", .integer(post)) { EntryRow($0) }
    }

    /// Writes a new verdict and keeps the numbers right.
    func rejudge(
        as verdict: Verdict, flags: Int64, counting: inout PaneCounting, in database: Database
    ) throws -> Bool {
        guard verdict != self.verdict || flags != self.flags else { return false }
        let hides = verdict.kind == .hidden
        try database.run(
            "UPDATE entry SET verdict = ?, rule = ?, flags = ?, hidden = ? WHERE post = ? AND persona = ?",
            .integer(Int64(verdict.kind.rawValue)), .optional(verdict.rule?.string), .integer(flags), .flag(hides),
            .integer(post), .integer(persona))
        if hides != isHidden {
            counting.count(persona, isHidden: isHidden, isUnread: isUnread, sign: -1)
            counting.count(persona, isHidden: hides, isUnread: isUnread, sign: 1)
        }
        counting.touch(persona)
        return true
    }
}

extension EntryRow {
    init(persona: Int64, post: Int64, key: EntryKey, isUnread: Bool, isStarred: Bool) {
        self.persona = persona
        self.post = post
        self.key = key
        self.isUnread = isUnread
        self.isStarred = isStarred
        isHidden = false
        verdict = .shown
        flags = 0
    }

    func insert(boost: Int64?, in database: Database) throws {
        try database.run(
            """
            INSERT INTO entry (persona, hidden, sort_time, tie, post, unread, starred, verdict, flags, rule, boost)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, .integer(persona), .flag(isHidden), .integer(key.sortTime.milliseconds), .integer(key.tie),
            .integer(post), .flag(isUnread), .flag(isStarred), .integer(Int64(verdict.kind.rawValue)),
            .integer(flags), .optional(verdict.rule?.string), .optional(boost))
        try database.run("INSERT INTO arrival (persona, post) VALUES (?, ?)", .integer(persona), .integer(post))
    }
}
