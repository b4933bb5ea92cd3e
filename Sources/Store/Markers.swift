import GRDB
public import TimelineModel

/// Reading positions that servers keep. They move places in panes, forward only, and mark nothing.
extension PostStore {
    /// Where a server's marker leads, in each pane that shows the source: to the newest visible entry that is the
    /// marked one or an older one; the marked one may be gone. A marker leads somewhere once, and not to where this
    /// program said itself that it is.
    public func moves(
        to marker: String, of source: SourceID
    ) throws(StoreError) -> [MarkerMove] {
        let content = adopted.current
        return try read { database in
            guard let row = content.sourceRows[source] else { return [] }
            return try (content.subscribers[row] ?? []).compactMap { subscriber in
                let pane = Pane.persona(subscriber.persona)
                for fact in [Meta.markerSent(source), .markerFollowed(source, pane)] {
                    let known = try fact.value(in: database)
                    if let known, !MastodonID.isNewer(marker, than: known) { return nil }
                }
                guard let (key, post) = try Self.place(of: marker, row, subscriber.row, in: database) else {
                    return nil
                }
                return MarkerMove(pane: pane, key: key, post: post, source: source, marker: marker)
            }
        }
    }

    /// Takes a place over for the next start, unless the reader stood further on already; the marker that led there is
    /// done with.
    public func follow(_ move: MarkerMove) throws(StoreError) {
        try write { database in
            let fact = Meta.markerFollowed(move.source, move.pane)
            if let known = try fact.value(in: database), !MastodonID.isNewer(move.marker, than: known) {
                return
            }
            try Self.remember(move.marker, as: fact, in: database)
            let place: [Value] = [
                .text(move.pane.storedName), .text(move.post.key), .integer(move.key.sortTime.milliseconds),
                .integer(move.key.tie),
            ]
            try database.run(
                """
                INSERT INTO position (pane, identity, sort_time, tie) VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT (pane) DO UPDATE SET identity = ?2, sort_time = ?3, tie = ?4
                WHERE (sort_time, tie) < (?3, ?4)
                """, place)
        }
    }

    /// The id of the newest entry of a source at and below which everything is read, or hidden by a filter, in every
    /// persona; nil when there is none, or when the server was told of it before. Above a hole nothing is: the
    /// account's other programs would take for read what nobody has seen.
    /// - Parameter source: one whose entry ids are in the order of `MastodonID`.
    public func markerToSend(of source: SourceID) throws(StoreError) -> String? {
        let content = adopted.current
        return try read { database in
            guard let row = content.sourceRows[source], let subscribers = content.subscribers[row] else { return nil }
            var unread: String?
            for subscriber in subscribers {
                guard let oldest = try Self.oldestUnread(of: row, subscriber.row, in: database) else { continue }
                if unread.map({ MastodonID.isNewer($0, than: oldest) }) ?? true { unread = oldest }
            }
            let floors = try database.all("SELECT older FROM gap WHERE source = ?", .integer(row)) { $0.text(0) }
            var newest: String?
            for subscriber in subscribers {
                let found = try Self.newest(of: row, subscriber.row, olderThan: unread, below: floors, in: database)
                guard let id = found else {
                    continue
                }
                if newest.map({ MastodonID.isNewer(id, than: $0) }) ?? true { newest = id }
            }
            guard let newest else { return nil }
            let sent = try Meta.markerSent(source).value(in: database)
            return sent.map({ MastodonID.isNewer(newest, than: $0) }) ?? true ? newest : nil
        }
    }

    /// Remembers that the server has this marker, or a newer one, of ours.
    public func noteSent(_ marker: String, of source: SourceID) throws(StoreError) {
        try write { try Self.remember(marker, as: .markerSent(source), in: $0) }
    }

    // MARK: Looking

    /// Not for ever down: a marker that is far below is no news.
    private static func place(
        of marker: String, _ source: Int64, _ persona: Int64, in database: Database
    ) throws -> (EntryKey, PostID)? {
        var found: (EntryKey, PostID)?
        try database.each(
            """
            SELECT carried.sort_time, carried.tie, post.identity, sighting.entry_id FROM carried
            CROSS JOIN entry ON entry.post = carried.post AND entry.persona = carried.persona
            CROSS JOIN sighting ON sighting.post = carried.post AND sighting.source = carried.source
            CROSS JOIN post ON post.id = carried.post
            WHERE carried.persona = ? AND carried.source = ? AND entry.hidden = 0
            ORDER BY carried.sort_time DESC, carried.tie DESC LIMIT 5000
            """, [.integer(persona), .integer(source)]
        ) { row in
            guard MastodonID.isOlderOrSame(row.text(3), than: marker) else { return true }
            found = (
                EntryKey(sortTime: Timestamp(milliseconds: row.integer(0)), tie: row.integer(1)), PostID(row.text(2))
            )
            return false
        }
        return found
    }

    /// By id, since the order of a pane is another one: an entry stands where its post was first seen.
    private static func oldestUnread(
        of source: Int64, _ persona: Int64, in database: Database
    ) throws -> String? {
        var oldest: String?
        try database.each(
            """
            SELECT sighting.entry_id FROM entry INDEXED BY entry_unread
            CROSS JOIN sighting ON sighting.post = entry.post AND sighting.source = ?2
            WHERE entry.persona = ?1 AND entry.hidden = 0 AND entry.unread = 1
            """, [.integer(persona), .integer(source)]
        ) { row in
            let id = row.text(0)
            if oldest.map({ MastodonID.isNewer($0, than: id) }) ?? true { oldest = id }
            return true
        }
        return oldest
    }

    /// The newest of the entries with an older id than the given one, or of all. Looks on a while after the first: what
    /// is out of order is seldom far from its place.
    /// - Parameter floors: the older sides of the source's holes.
    private static func newest(
        of source: Int64, _ persona: Int64, olderThan bound: String?, below floors: [String], in database: Database
    ) throws -> String? {
        var newest: String?
        var patience = 200
        try database.each(
            """
            SELECT sighting.entry_id FROM carried
            CROSS JOIN sighting ON sighting.post = carried.post AND sighting.source = carried.source
            WHERE carried.persona = ? AND carried.source = ?
            ORDER BY carried.sort_time DESC, carried.tie DESC
            """, [.integer(persona), .integer(source)]
        ) { row in
            let id = row.text(0)
            if bound.map({ MastodonID.isNewer($0, than: id) }) ?? true,
                floors.allSatisfy({ MastodonID.isOlderOrSame(id, than: $0) })
            {
                if newest.map({ MastodonID.isNewer(id, than: $0) }) ?? true { newest = id }
            }
            if newest != nil { patience -= 1 }
            return patience > 0
        }
        return newest
    }

    // MARK: Remembering

    /// Forward only, whatever came in between from another process.
    private static func remember(_ marker: String, as fact: Meta, in database: Database) throws {
        if let known = try fact.value(in: database), MastodonID.isOlderOrSame(marker, than: known) { return }
        try fact.set(marker, in: database)
    }
}
