import GRDB
public import TimelineModel

extension PostStore {
    /// Stores what a stream told of a source, in its order, all in one transaction.
    ///
    /// Posts and duplicates are taken as those of a page are. An edit changes what is known and brings nothing new. An
    /// id that was deleted takes its post away for good; a boost that was taken back leaves the boosted post.
    ///
    /// The newest streamed entry becomes the point to which the source is known, so there must be no hole below it:
    /// events may only be stored here once a fetch, asked for after the stream was opened, has met what was known.
    public func ingest(
        _ events: [LiveEvent], of source: SourceID, now: Timestamp
    ) throws(StoreError) -> IngestReport {
        let content = adopted.current
        return try write { database in
            var ingestion = Ingestion(database: database, content: content, now: now)
            try ingestion.take(events, of: source)
            var report = ingestion.report
            try ingestion.finish(&report)
            return report
        }
    }

    // MARK: What is remembered of servers

    /// What was remembered under a name, in the cache: it may be gone at any time.
    public func remembered(_ name: String) throws(StoreError) -> String? {
        try read { try Meta.server(name).value(in: $0) }
    }

    /// Remembers a text under a name; nil forgets it.
    public func remember(_ value: String?, as name: String) throws(StoreError) {
        try write { try Meta.server(name).set(value, in: $0) }
    }
}

extension Ingestion {
    mutating func take(_ events: [LiveEvent], of streamed: SourceID) throws {
        guard let source = content.sourceRows[streamed] else { return }
        let state = try SourceState(source, in: database)
        var newest = state.newestEntry
        for (position, event) in events.enumerated() {
            switch event {
            case .post(let item):
                try take(item.post, item.sighting, position: -position, from: source, title: state.title, at: now)
                let entryID = item.sighting.entryID
                // A stream also brings posts that came late and stand below others.
                if newest.map({ !MastodonID.isOlderOrSame(entryID, than: $0) }) ?? true { newest = entryID }
            case .edited(let item): try edit(item.post, from: source, at: now)
            case .deleted(let entryID):
                for id in try posts(ofEntry: entryID, source) { try delete(id, from: source, at: now) }
            case .notification, .filtersChanged, .other, .unreadable, .refused: break
            }
        }
        if !report.behind.contains(streamed) {
            try database.run(
                "UPDATE source SET newest_entry = ? WHERE id = ?", .optional(newest), .integer(source))
        }
        try database.run(
            "UPDATE source SET last_success = ?, failures = 0, last_error = NULL WHERE id = ?",
            .integer(now.milliseconds), .integer(source))
    }

    private func posts(ofEntry entryID: String, _ source: Int64) throws -> [PostID] {
        try database.all(
            """
            SELECT post.identity FROM sighting JOIN post ON post.id = sighting.post
            WHERE sighting.source = ? AND sighting.entry_hash = ? AND sighting.entry_id = ? AND sighting.booster IS NULL
            """, .integer(source), .integer(Int64(bitPattern: StableHash.of(entryID))), .text(entryID)
        ) { PostID($0.text(0)) }
    }
}
