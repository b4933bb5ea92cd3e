import GRDB
import Text
public import TimelineModel

/// What a request brought, as it is to be recorded.
public struct FetchRecord: Sendable {
    /// How the fetch ended.
    public enum Outcome: Sendable {
        case page(FetchedPage)
        /// What went wrong and when, and when the source is due again.
        case failure(SourceID, FetchError, at: Timestamp, nextAttempt: Timestamp)
    }

    public var outcome: Outcome
    /// The lease of the source is given back in the same transaction.
    public var isLast: Bool

    public init(_ outcome: Outcome, isLast: Bool) {
        self.outcome = outcome
        self.isLast = isLast
    }

    public var source: SourceID {
        switch outcome {
        case .page(let page): page.source
        case .failure(let source, _, _, _): source
        }
    }

    /// Posts to store.
    public var weight: Int {
        if case .page(let page) = outcome { page.page.items.count } else { 0 }
    }
}

extension PostStore {
    /// Records what requests brought, each wholly or not at all: a page stands with its cursor and validators in one
    /// transaction. Many share one; it ends early when another thread waits to write, and a record that cannot be
    /// stored costs only itself.
    /// - Parameters:
    ///   - holder: who holds the leases.
    ///   - leasedUntil: to where all leases of the holder are prolonged; nil leaves them.
    ///   - limit: posts a transaction, as far as whole pages allow.
    /// - Returns: for each record what became of it, in their order.
    public func record(
        _ records: [FetchRecord], holder: String, leasedUntil: Timestamp? = nil, limit: Int = 2000, now: Timestamp
    ) -> [Result<IngestReport, StoreError>] {
        var results: [Result<IngestReport, StoreError>] = []
        var leasedUntil = leasedUntil
        while results.count < records.count {
            let left = records[results.count...]
            do throws(StoreError) {
                results += try recordTogether(left, holder, leasedUntil, limit: limit, now).map { .success($0) }
                leasedUntil = nil
            } catch {
                let together = left.prefix(PostStore.length(of: left, limit: limit))
                guard error.mayBeOnePages else {
                    results += together.map { _ in .failure(error) }
                    continue
                }
                // Which of them it was shows when each has a transaction of its own.
                for record in together {
                    do throws(StoreError) {
                        results += try recordTogether([record], holder, nil, limit: limit, now).map { .success($0) }
                    } catch {
                        results.append(.failure(error))
                    }
                }
            }
        }
        return results
    }

    /// One transaction, with the first record and as many more as the limit and those who wait allow.
    private func recordTogether(
        _ records: ArraySlice<FetchRecord>, _ holder: String, _ leasedUntil: Timestamp?, limit: Int, _ now: Timestamp
    ) throws(StoreError) -> [IngestReport] {
        let content = adopted.current
        let together = records.prefix(PostStore.length(of: records, limit: limit))
        return try writeGivingWay { database in
            var ingestion = Ingestion(database: database, content: content, now: now)
            var reports: [IngestReport] = []
            for record in together {
                if !reports.isEmpty, writers.areWaiting { break }
                switch record.outcome {
                case .page(let page): reports.append(try ingestion.take(page))
                case .failure(let source, let error, let moment, let nextAttempt):
                    try database.noteFailure(source, error, at: moment, nextAttempt: nextAttempt)
                    reports.append(IngestReport())
                }
                if record.isLast { try database.release(record.source, holder: holder) }
            }
            if let leasedUntil {
                try database.run(
                    "UPDATE source SET lease_until = ? WHERE lease_holder = ?", .integer(leasedUntil.milliseconds),
                    .text(holder))
            }
            var total = IngestReport()
            try ingestion.finish(&total)
            for index in reports.indices {
                reports[index].changed = total.changed
                reports[index].counts = total.counts
            }
            return reports
        }
    }

    /// How many of the records stand in the next transaction; one or more.
    private static func length(of records: ArraySlice<FetchRecord>, limit: Int) -> Int {
        var posts = 0
        var count = 0
        for record in records {
            posts += record.weight
            if count > 0, posts > limit { break }
            count += 1
        }
        return count
    }
}

extension StoreError {
    /// Whether a single page can be the cause; a full disk or a lock concerns all of them.
    fileprivate var mayBeOnePages: Bool {
        switch self {
        case .damaged, .failed: true
        case .newerVersion, .unreachable, .replaced, .full, .busy, .notBackedUp: false
        }
    }
}

extension Database {
    fileprivate func noteFailure(
        _ source: SourceID, _ error: FetchError, at now: Timestamp, nextAttempt: Timestamp
    ) throws {
        // Who was not asked, because another source of its host had been told to wait, has not failed.
        // Rounds that pass over the schedule pass over its back-off too, but not over what the server said.
        let leftAlone = error.kind == .gone ? nextAttempt : error.retryAfter.map { now.adding(seconds: Int64($0)) }
        try run(
            """
            UPDATE source SET last_attempt = ?2, last_error = ?3, last_error_at = ?2, failures = failures + ?6,
                next_attempt = ?4, left_alone_until = ?5, wants_sign_in = ?7 WHERE key = ?1
            """, .text(source.value), .integer(now.milliseconds), .text(error.message.string),
            .integer(nextAttempt.milliseconds), .optional(leftAlone?.milliseconds),
            .flag(error.kind != .rateLimited || error.status != nil), .flag(error.kind == .unauthorized))
    }
}
