import GRDB
import Text
public import TimelineModel

extension PostStore {
    /// How the sources of a persona (or all) are doing, in the order of the configuration, each once.
    /// - Parameters:
    ///   - counting: posts are counted too, which reads what stands in every pane: half a second at a million posts.
    ///   - now: the end of the thirty days over which posts a day are counted.
    public func health(
        persona: PersonaID? = nil, counting: Bool = true, now: Timestamp
    ) throws(StoreError) -> [SourceHealth] {
        let content = adopted.current
        return try read { database in
            var numbers: [PersonaID: [Int64: SourceNumbers]] = [:]
            for id in content.personas where counting && (persona == nil || persona == id) {
                guard let row = content.personaRows[id] else { continue }
                numbers[id] = try SourceNumbers.all(of: row, now: now, in: database)
            }
            var seen: Set<SourceID> = []
            return try content.subscriptions.compactMap { subscription in
                guard persona == nil || subscription.persona == persona, seen.insert(subscription.source).inserted,
                    let row = content.sourceRows[subscription.source]
                else { return nil }
                // The numbers are those of the persona asked for, else of the first that uses the source.
                let own = counting ? numbers[subscription.persona]?[row] ?? SourceNumbers() : nil
                var health = try content.health(of: row, subscription, own, now: now, in: database)
                health.name = health.name(in: persona)
                return health
            }
        }
    }
}

/// What a source carried in a persona. Counted for all sources together: one pass over two indexes.
private struct SourceNumbers {
    static let days: Int64 = 30

    var total = 0
    var unread = 0
    var recent = 0
    var firstPost: Timestamp?
    var lastPost: Timestamp?

    /// In hundredths: a source that is known for a week has its posts in a week, not in thirty days.
    func postsADay(at now: Timestamp) -> Int {
        guard let firstPost else { return 0 }
        let span = now.milliseconds - firstPost.milliseconds
        return Int(Int64(recent) * 100 * Self.day / min(max(span, Self.day), Self.days * Self.day))
    }

    private static let day: Int64 = 86_400_000

    static func all(of persona: Int64, now: Timestamp, in database: Database) throws -> [Int64: SourceNumbers] {
        var numbers: [Int64: SourceNumbers] = [:]
        try database.each(
            """
            SELECT source, count(*), total(sort_time > ?2), min(sort_time), max(sort_time) FROM carried
            WHERE persona = ?1 GROUP BY source
            """, [.integer(persona), .integer(now.milliseconds - days * day)]
        ) { row in
            numbers[row.integer(0)] = SourceNumbers(
                total: Int(row.integer(1)), recent: Int(row.integer(2)),
                firstPost: Timestamp(milliseconds: row.integer(3)), lastPost: Timestamp(milliseconds: row.integer(4)))
            return true
        }
        try database.each(
            """
            SELECT sighting.source, count(DISTINCT sighting.post) FROM entry INDEXED BY entry_unread
            CROSS JOIN sighting ON sighting.post = entry.post
            WHERE entry.persona = ? AND entry.hidden = 0 AND entry.unread = 1 GROUP BY sighting.source
            """, [.integer(persona)]
        ) { row in
            numbers[row.integer(0)]?.unread = Int(row.integer(1))
            return true
        }
        return numbers
    }
}

extension AdoptedConfiguration.Content {
    fileprivate func health(
        of row: Int64, _ subscription: Subscription, _ numbers: SourceNumbers?, now: Timestamp, in database: Database
    ) throws -> SourceHealth {
        var health = SourceHealth(
            source: subscription.source, address: subscription.address,
            personas: (subscribers[row] ?? []).map(\.persona), name: subscription.address.shown)
        try database.each(
            """
            SELECT title, home_page, last_success, last_attempt, next_attempt, last_error, last_error_at, failures,
                moved_to, left_alone_until > ?2 AND \(FetchState.isGone),
                failures > 0 AND wants_sign_in
            FROM source WHERE id = ?1
            """, [.integer(row), .integer(now.milliseconds)]
        ) { found in
            func moment(_ column: Int32) -> Timestamp? {
                found.optionalInteger(column).map { Timestamp(milliseconds: $0) }
            }
            let title = found.optionalText(0).map { SafeText(storedSafe: $0, as: .line) }
            health.name = subscription.name ?? shownName(ofSource: row, in: nil, title: title, address: "")
            health.title = title.flatMap { $0.isEmpty ? nil : $0 } ?? subscription.address.shown
            for subscriber in subscribers[row] ?? [] { health.ownNames[subscriber.persona] = subscriber.name }
            health.homePage = found.optionalText(1).flatMap { WebAddress($0) }
            health.lastSuccess = moment(2)
            health.lastAttempt = moment(3)
            health.nextAttempt = moment(4)
            health.lastError = found.optionalText(5).map { SafeText(storedSafe: $0, as: .line) }
            health.lastErrorAt = moment(6)
            health.failuresInARow = Int(truncatingIfNeeded: found.integer(7))
            health.movedTo = found.optionalText(8).flatMap { WebAddress($0) }
            health.isGone = found.flag(9)
            health.wantsSignIn = found.flag(10)
            return false
        }
        health.isCounted = numbers != nil
        guard let numbers else { return health }
        health.total = numbers.total
        health.unread = numbers.unread
        health.lastPost = numbers.lastPost
        health.centiPostsADay = numbers.postsADay(at: now)
        return health
    }
}
