import GRDB
import Text
public import TimelineModel

extension PostStore {
    /// How the sources of a persona (or all) are doing, in the order of the configuration, each once.
    /// - Parameter now: the end of the thirty days over which posts a day are counted.
    public func health(persona: PersonaID? = nil, now: Timestamp) throws(StoreError) -> [SourceHealth] {
        let content = adopted.current
        return try read { database in
            var seen: Set<SourceID> = []
            return try content.subscriptions.compactMap { subscription in
                guard persona == nil || subscription.persona == persona, seen.insert(subscription.source).inserted,
                    let row = content.sourceRows[subscription.source]
                else { return nil }
                return try content.health(of: row, subscription, persona: persona, now: now, in: database)
            }
        }
    }
}

extension AdoptedConfiguration.Content {
    fileprivate func health(
        of row: Int64, _ subscription: Subscription, persona: PersonaID?, now: Timestamp, in database: Database
    ) throws -> SourceHealth {
        var health = SourceHealth(
            source: subscription.source, address: subscription.address,
            personas: (subscribers[row] ?? []).map(\.persona), name: subscription.address.shown)
        try database.each(
            """
            SELECT title, home_page, last_success, last_attempt, next_attempt, last_error, last_error_at, failures
            FROM source WHERE id = ?
            """, [.integer(row)]
        ) { found in
            func moment(_ column: Int32) -> Timestamp? {
                found.optionalInteger(column).map { Timestamp(milliseconds: $0) }
            }
            let title = found.optionalText(0).map { SafeText(stored: $0) }
            health.name = subscription.name ?? shownName(ofSource: row, title: title, address: "")
            health.homePage = found.optionalText(1).flatMap { WebAddress($0) }
            health.lastSuccess = moment(2)
            health.lastAttempt = moment(3)
            health.nextAttempt = moment(4)
            health.lastError = found.optionalText(5).map { SafeText(stored: $0) }
            health.lastErrorAt = moment(6)
            health.failuresInARow = Int(truncatingIfNeeded: found.integer(7))
            return false
        }
        // The numbers are those of the persona asked for, else of the first that uses the source.
        guard let pane = personaRows[persona ?? subscription.persona] else { return health }
        try database.each(
            """
            SELECT count(*), total(entry.unread AND NOT entry.hidden), max(carried.sort_time)
            FROM carried CROSS JOIN entry ON entry.post = carried.post AND entry.persona = carried.persona
            WHERE carried.persona = ? AND carried.source = ?
            """, [.integer(pane), .integer(row)]
        ) { found in
            health.total = Int(found.integer(0))
            health.unread = Int(found.integer(1))
            health.lastPost = found.optionalInteger(2).map { Timestamp(milliseconds: $0) }
            return false
        }
        let days: Int64 = 30
        let recent = try database.integer(
            "SELECT count(*) FROM carried WHERE persona = ? AND source = ? AND sort_time > ?", .integer(pane),
            .integer(row), .integer(now.milliseconds - days * 86_400_000))
        health.centiPostsADay = Int((recent ?? 0) * 100 / days)
        return health
    }
}
