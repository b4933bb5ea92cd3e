import GRDB
import TimelineModel

/// The entries of a pane in order, as a query: one stretch of an index, or two merged, whatever the filter.
struct Spine {
    enum Bound {
        case none
        case below(EntryKey)
        case atOrBelow(EntryKey)
        case above(EntryKey)
        case atOrAbove(EntryKey)

        var sql: String {
            switch self {
            case .none: ""
            case .below: " AND (%.sort_time, %.tie) < (?3, ?4)"
            case .atOrBelow: " AND (%.sort_time, %.tie) <= (?3, ?4)"
            case .above: " AND (%.sort_time, %.tie) > (?3, ?4)"
            case .atOrAbove: " AND (%.sort_time, %.tie) >= (?3, ?4)"
            }
        }

        var key: EntryKey {
            switch self {
            case .none: EntryKey(sortTime: Timestamp(milliseconds: 0), tie: 0)
            case .below(let key), .atOrBelow(let key), .above(let key), .atOrAbove(let key): key
            }
        }
    }

    /// Newest first for `descending`.
    enum Direction: String { case descending = "DESC", ascending = "ASC" }

    /// The row of the persona; a pane of an unknown persona is empty.
    let persona: Int64
    private(set) var filter: PaneFilter
    /// The row of `filter.source`; -1 for a source the store does not know.
    let source: Int64?

    /// Nil for a pane that is not in the configuration.
    init?(_ pane: Pane, _ filter: PaneFilter, _ content: AdoptedConfiguration.Content) {
        switch pane {
        case .persona(let id):
            guard let row = content.personaRows[id] else { return nil }
            persona = row
        }
        self.filter = filter
        source = filter.source.map { content.sourceRows[$0] ?? -1 }
    }

    /// What is unread of it, hidden posts left out.
    var unread: Spine {
        var spine = self
        spine.filter.unreadOnly = true
        spine.filter.includesHidden = false
        return spine
    }

    /// The query and its values; `columns` may name `entry`. ?1 is the persona, ?2 the source, ?3 and ?4 the key, ?5 the
    /// limit. Rows end with sort time and tie, by which two stretches are merged.
    func query(
        _ columns: String, _ bound: Bound, _ direction: Direction, limit: Int, condition: String = "",
        starredOnly: Bool = false
    ) -> (sql: String, values: [Value]) {
        let order = direction.rawValue
        func stretch(hidden: Int?) -> String {
            let hiddenIs = hidden.map { " AND entry.hidden = \($0)" } ?? ""
            let unread =
                (filter.unreadOnly ? " AND entry.unread = 1" : "") + (starredOnly ? " AND entry.starred = 1" : "")
            if source != nil {
                let range = bound.sql.replacing("%", with: "carried")
                return """
                    SELECT \(columns), carried.sort_time AS at, carried.tie AS tied FROM carried
                    CROSS JOIN entry ON entry.post = carried.post AND entry.persona = carried.persona
                    WHERE carried.persona = ?1 AND carried.source = ?2\(range)\(hiddenIs)\(unread)\(condition)
                    ORDER BY carried.sort_time \(order), carried.tie \(order) LIMIT ?5
                    """
            }
            let index =
                starredOnly ? " INDEXED BY entry_starred" : filter.unreadOnly ? " INDEXED BY entry_unread" : ""
            return """
                SELECT \(columns), entry.sort_time AS at, entry.tie AS tied FROM entry\(index)
                WHERE entry.persona = ?1\(hiddenIs)\(unread)\(bound.sql.replacing("%", with: "entry"))\(condition)
                ORDER BY entry.sort_time \(order), entry.tie \(order) LIMIT ?5
                """
        }
        let sql: String
        if !filter.includesHidden {
            sql = stretch(hidden: 0)
        } else if source != nil {
            sql = stretch(hidden: nil)
        } else {
            sql = """
                SELECT * FROM (\(stretch(hidden: 0))) UNION ALL SELECT * FROM (\(stretch(hidden: 1)))
                ORDER BY at \(order), tied \(order) LIMIT ?5
                """
        }
        let key = bound.key
        return (
            sql,
            [
                .integer(persona), .optional(source), .integer(key.sortTime.milliseconds), .integer(key.tie),
                .integer(Int64(limit)),
            ]
        )
    }
}

extension String {
    func replacing(_ mark: Character, with text: String) -> String {
        split(separator: mark, omittingEmptySubsequences: false).joined(separator: text)
    }
}
