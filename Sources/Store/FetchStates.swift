import GRDB
public import Text
public import TimelineModel

/// What a fetch of a source needs to know.
public struct FetchState: Hashable, Sendable {
    public var validators = Validators()
    /// The entry id that stood at the top of the last newest page.
    public var newestEntryID: String?
    /// Where the first round goes on that broke off; nil when it came to its end, or none began.
    public var firstRoundBelow: String?
    /// Nil where none is planned yet: it is due at once.
    public var nextAttempt: Timestamp?
    /// Also when nothing was sent, because its host had told another source to wait.
    public var lastAttempt: Timestamp?
    public var lastSuccess: Timestamp?
    /// 0 after a success. An attempt for which nothing was sent is no failure.
    public var failuresInARow = 0
    /// Of the last attempt, for people; nil after a success.
    public var lastError: SafeText?
    /// Seconds that the source asked to be left alone.
    public var minimumInterval: Int?
    /// Where permanent redirects led twice in a row: the address to ask.
    public var movedTo: WebAddress?

    public init() {}
}

/// A source whose time has come.
public struct DueSource: Hashable, Sendable {
    public var source: SourceID
    public var address: SourceAddress
    /// The shortest interval that a persona asked for, in seconds; nil when none did.
    public var interval: Int?
    public var state: FetchState
}

/// A source that its server does not want to be asked now.
public struct RestingSource: Hashable, Sendable {
    public var source: SourceID
    public var until: Timestamp
    /// It is gone for good (410): only who asks by hand asks it.
    public var isGone: Bool
}

extension PostStore {
    /// Of a source the store never saw: an empty state.
    public func fetchState(of source: SourceID) throws(StoreError) -> FetchState {
        try read { try FetchState.stored(source, in: $0) ?? FetchState() }
    }

    /// The configured sources that may be fetched now and that no process is fetching, those longest due first.
    /// What a clock wrote that was ahead of this one holds nothing up: times that lie behind an attempt in the future
    /// do not count.
    /// - Parameters:
    ///   - ignoringSchedule: all that are not leased and whose servers did not ask to be left alone.
    ///   - includingGone: also those whose server said that they are gone for good: it may have been wrong.
    ///   - only: this one or none.
    public func dueSources(
        at now: Timestamp, ignoringSchedule: Bool = false, includingGone: Bool = false, only: SourceID? = nil
    ) throws(StoreError) -> [DueSource] {
        let content = adopted.current
        return try read { database in
            let keys = try database.all(
                """
                SELECT key FROM source
                WHERE (?2 OR coalesce(next_attempt, 0) <= ?1 OR last_attempt > ?3)
                AND (coalesce(left_alone_until, 0) <= ?1 OR last_attempt > ?3 OR (?6 AND \(FetchState.isGone)))
                AND (coalesce(lease_until, 0) <= ?1 OR lease_until > ?4) AND (?5 IS NULL OR key = ?5)
                ORDER BY coalesce(next_attempt, 0), id
                """, .integer(now.milliseconds), .flag(ignoringSchedule),
                .integer(now.milliseconds + FetchState.clockTolerance),
                .integer(now.milliseconds + FetchState.longestLease), .optional(only?.value),
                .flag(includingGone)
            ) { SourceID(value: $0.text(0)) }
            return try keys.compactMap { source in
                guard let row = content.sourceRows[source], let address = content.addresses[row],
                    let state = try FetchState.stored(source, in: database)
                else { return nil }
                return DueSource(source: source, address: address, interval: content.intervals[row], state: state)
            }
        }
    }

    /// Until when a source's server asked to be left alone; nil when it did not.
    public func restEnd(of source: SourceID, at now: Timestamp) throws(StoreError) -> Timestamp? {
        try read { database in
            try database.integer(
                """
                SELECT left_alone_until FROM source
                WHERE key = ? AND left_alone_until > ? AND coalesce(last_attempt, 0) <= ?
                """, .text(source.value), .integer(now.milliseconds),
                .integer(now.milliseconds + FetchState.clockTolerance)
            ).map { Timestamp(milliseconds: $0) }
        }
    }

    /// The sources whose servers asked to be left alone, or said that they are gone.
    public func restingSources(at now: Timestamp) throws(StoreError) -> [RestingSource] {
        try read { database in
            try database.all(
                """
                SELECT key, left_alone_until, \(FetchState.isGone) FROM source
                WHERE left_alone_until > ? AND coalesce(last_attempt, 0) <= ?
                """, .integer(now.milliseconds), .integer(now.milliseconds + FetchState.clockTolerance)
            ) {
                RestingSource(
                    source: SourceID(value: $0.text(0)), until: Timestamp(milliseconds: $0.integer(1)),
                    isGone: $0.flag(2))
            }
        }
    }

    /// The sources that some process is fetching.
    public func leasedSources(at now: Timestamp) throws(StoreError) -> Set<SourceID> {
        try read { database in
            let keys = try database.all(
                "SELECT key FROM source WHERE lease_until > ? AND lease_until <= ?", .integer(now.milliseconds),
                .integer(now.milliseconds + FetchState.longestLease)
            ) { SourceID(value: $0.text(0)) }
            return Set(keys)
        }
    }

    /// Keeps other processes from fetching sources until a moment, or until they are given back. Answers the state of
    /// those whose lease was given, all in one transaction; a holder may renew its own.
    public func lease(
        _ sources: [SourceID], holder: String, until: Timestamp, at now: Timestamp
    ) throws(StoreError) -> [SourceID: FetchState] {
        try write { database in
            var given: [SourceID: FetchState] = [:]
            for source in sources {
                let changed = try database.run(
                    """
                    UPDATE source SET lease_holder = ?2, lease_until = ?3
                    WHERE key = ?1 AND (lease_until IS NULL OR lease_until <= ?4 OR lease_until > ?5 OR lease_holder = ?2)
                    """, .text(source.value), .text(holder), .integer(until.milliseconds), .integer(now.milliseconds),
                    .integer(now.milliseconds + FetchState.longestLease))
                if changed > 0 { given[source] = try FetchState.stored(source, in: database) }
            }
            return given
        }
    }

    /// What is kept of a feed's documents; nil before the first. What tells its entries apart outlives the cache.
    public func feedMemory(of source: SourceID) throws(StoreError) -> FeedMemory? {
        try read { database in
            try database.first(
                """
                SELECT feed_rung.rung, has_moved, memory FROM feed_rung LEFT JOIN source ON source.key = feed_rung.feed
                WHERE feed = ?
                """, .text(source.value)
            ) { row in
                FeedKeyRung(rawValue: Int(truncatingIfNeeded: row.integer(0)))
                    .map { FeedMemory(rung: $0, hasMoved: row.flag(1), entries: row.bytes(2)) }
            } ?? nil
        }
    }

    /// Ends the leases of processes that were killed in the middle of a round.
    /// - Parameter isGone: whether a holder is no more; asked once for each that holds a lease.
    public func endLeases(where isGone: (_ holder: String) -> Bool, at now: Timestamp) throws(StoreError) {
        let holders = try read { database in
            try database.all(
                "SELECT DISTINCT lease_holder FROM source WHERE lease_until > ? AND lease_holder IS NOT NULL",
                .integer(now.milliseconds)
            ) { $0.text(0) }
        }
        let gone = holders.filter(isGone)
        guard !gone.isEmpty else { return }
        try write { database in
            for holder in gone {
                _ = try database.run(
                    "UPDATE source SET lease_holder = NULL, lease_until = NULL WHERE lease_holder = ?", .text(holder))
            }
        }
    }

    /// Gives leases back, in one transaction; other holders' stay.
    public func release(_ sources: [SourceID], holder: String) throws(StoreError) {
        guard !sources.isEmpty else { return }
        try write { database in
            for source in sources { try database.release(source, holder: holder) }
        }
    }
}

extension Database {
    func release(_ source: SourceID, holder: String) throws {
        try run(
            "UPDATE source SET lease_holder = NULL, lease_until = NULL WHERE key = ? AND lease_holder = ?",
            .text(source.value), .text(holder))
    }
}

extension FetchState {
    /// Milliseconds by which an attempt may lie ahead of the moment at which the caller read its clock.
    fileprivate static let clockTolerance: Int64 = 60_000
    /// Milliseconds; a lease that ends later was given by a clock that was wrong.
    fileprivate static let longestLease: Int64 = 3_600_000

    /// SQL that is true of a source whose server said that it is gone: no wish for rest is nearly as long as the ten years
    /// for which it is left alone then.
    static let isGone = "coalesce(left_alone_until - last_attempt > 86400000000, 0)"

    fileprivate static func stored(_ source: SourceID, in database: Database) throws -> FetchState? {
        try database.first(
            """
            SELECT etag, last_modified, body_hash, newest_entry, next_attempt, last_attempt, last_success, failures,
                last_error, minimum_interval, moved_to, (SELECT value FROM meta WHERE meta.key = ?2),
                validated_address, validated_edition
            FROM source WHERE key = ?1
            """, .text(source.value), .text(Meta.firstRound(source).name)
        ) { row in
            var state = FetchState()
            state.validators = Validators(
                etag: row.optionalText(0), lastModified: row.optionalText(1),
                bodyHash: row.optionalInteger(2).map { UInt64(bitPattern: $0) },
                address: row.optionalText(12).flatMap { WebAddress($0) },
                edition: row.optionalInteger(13).map { Int(truncatingIfNeeded: $0) })
            state.newestEntryID = row.optionalText(3)
            state.nextAttempt = row.optionalInteger(4).map { Timestamp(milliseconds: $0) }
            state.lastAttempt = row.optionalInteger(5).map { Timestamp(milliseconds: $0) }
            state.lastSuccess = row.optionalInteger(6).map { Timestamp(milliseconds: $0) }
            state.failuresInARow = Int(truncatingIfNeeded: row.integer(7))
            state.lastError = row.optionalText(8).map { SafeText(storedSafe: $0, as: .line) }
            state.minimumInterval = row.optionalInteger(9).map { Int(truncatingIfNeeded: $0) }
            state.movedTo = row.optionalText(10).flatMap { WebAddress($0) }
            state.firstRoundBelow = row.optionalText(11)
            return state
        }
    }
}
