import GRDB
import TimelineModel

/// The numbers of panes, changed in the transaction of what they count.
struct PaneCounting {
    private var changes: [Int64: PaneCounts] = [:]

    /// Rows of personas whose numbers or entries changed.
    private(set) var touched: Set<Int64> = []

    mutating func touch(_ persona: Int64) { touched.insert(persona) }

    /// Adds one entry of a persona to its numbers (`sign` 1) or takes it out (-1).
    mutating func count(_ persona: Int64, isHidden: Bool, isUnread: Bool, sign: Int) {
        touched.insert(persona)
        if isHidden {
            changes[persona, default: PaneCounts()].hidden += sign
        } else {
            changes[persona, default: PaneCounts()].total += sign
            if isUnread { changes[persona, default: PaneCounts()].unread += sign }
        }
    }

    mutating func commit(in database: Database) throws {
        for (persona, change) in changes.sorted(by: { $0.key < $1.key }) where change != PaneCounts() {
            try database.run(
                "UPDATE persona SET unread = unread + ?, total = total + ?, hidden = hidden + ? WHERE id = ?",
                .integer(Int64(change.unread)), .integer(Int64(change.total)), .integer(Int64(change.hidden)),
                .integer(persona))
        }
        changes = [:]
    }

    /// The numbers by counting: what the kept ones must equal.
    static func counted(_ persona: Int64, in database: Database) throws -> PaneCounts {
        let visible = try database.integer(
            "SELECT count(*) FROM entry WHERE persona = ? AND hidden = 0", .integer(persona))
        let hidden = try database.integer(
            "SELECT count(*) FROM entry WHERE persona = ? AND hidden = 1", .integer(persona))
        let unread = try database.integer(
            "SELECT count(*) FROM entry INDEXED BY entry_unread WHERE persona = ? AND hidden = 0 AND unread = 1",
            .integer(persona))
        return PaneCounts(unread: Int(unread ?? 0), total: Int(visible ?? 0), hidden: Int(hidden ?? 0))
    }

    static func recount(_ persona: Int64, in database: Database) throws {
        let counts = try counted(persona, in: database)
        try database.run(
            "UPDATE persona SET unread = ?, total = ?, hidden = ? WHERE id = ?", .integer(Int64(counts.unread)),
            .integer(Int64(counts.total)), .integer(Int64(counts.hidden)), .integer(persona))
    }

    static func all(
        _ content: AdoptedConfiguration.Content, in database: Database
    ) throws -> [Pane: PaneCounts] {
        var counts: [Pane: PaneCounts] = [:]
        let rows = try database.all("SELECT id, unread, total, hidden FROM persona") {
            (
                $0.integer(0),
                PaneCounts(unread: Int($0.integer(1)), total: Int($0.integer(2)), hidden: Int($0.integer(3)))
            )
        }
        for (row, numbers) in rows {
            guard let persona = content.personasOfRow[row] else { continue }
            counts[.persona(persona)] = numbers
        }
        return counts
    }
}
