import GRDB
import Text
public import TimelineModel

extension PostStore {
    /// A post with everything the reader shows of it; nil when the store does not have it.
    public func post(_ id: PostID) throws(StoreError) -> PostDetail? {
        let content = adopted.current
        return try read { database in
            guard let row = try PostRow.row(of: Naming.current(id, in: database), in: database) else { return nil }
            return try content.detail(row, in: database)
        }
    }

    /// How many starred posts some persona shows.
    public func starredCount() throws(StoreError) -> Int {
        try read { database in
            Int(
                try database.integer(
                    "SELECT count(DISTINCT post) FROM entry INDEXED BY entry_starred WHERE starred = 1 AND hidden = 0")
                    ?? 0)
        }
    }

    /// The numbers of every configured pane: kept, not counted.
    public func counts() throws(StoreError) -> [Pane: PaneCounts] {
        let content = adopted.current
        return try read { try PaneCounting.all(content, in: $0) }
    }

    /// The nearest unread entry from a place (which itself does not count), or from the end of the pane that lies
    /// behind the reader when there is no place.
    public func nextUnread(
        in pane: Pane, filter: PaneFilter = PaneFilter(), from key: EntryKey?, towards direction: TimeDirection
    ) throws(StoreError) -> EntryKey? {
        var filter = filter
        filter.unreadOnly = true
        guard let spine = Spine(pane, filter, adopted.current) else { return nil }
        let query =
            switch direction {
            case .older: spine.query("1", key.map { .below($0) } ?? .none, .descending, limit: 1)
            case .newer: spine.query("1", key.map { .above($0) } ?? .none, .ascending, limit: 1)
            }
        return try read { database in
            try database.all(query.sql, query.values) {
                EntryKey(sortTime: Timestamp(milliseconds: $0.integer(1)), tie: $0.integer(2))
            }.first
        }
    }
}

extension AdoptedConfiguration.Content {
    func detail(_ row: Int64, in database: Database) throws -> PostDetail? {
        try PostRow.one(row, in: database).map { try detail(of: $0, in: database) }
    }

    func detail(of stored: PostRow, in database: Database) throws -> PostDetail {
        let mark = try database.first(
            "SELECT read, starred FROM mark WHERE identity = ?", .text(stored.post.id.key)
        ) { (isRead: $0.flag(0), isStarred: $0.flag(1)) }
        let seen = try database.all(
            """
            SELECT sighting.source, sighting.first_seen, sighting.booster, source.title, source.address, source.key
            FROM sighting JOIN source ON source.id = sighting.source
            WHERE sighting.post = ? ORDER BY sighting.first_seen, sighting.id
            """, .integer(stored.row)
        ) { found in
            PostDetail.Seen(
                source: SourceID(value: found.text(5)),
                name: shownName(
                    ofSource: found.integer(0), in: nil,
                    title: found.optionalText(3).map { SafeText(storedSafe: $0, as: .line) },
                    address: found.text(4)),
                at: Timestamp(milliseconds: found.integer(1)),
                boostedBy: found.isNull(2) ? nil : PostCoding.author(found.bytes(2)))
        }
        var verdicts: [PersonaID: Verdict] = [:]
        for entry in try EntryRow.all(ofPost: stored.row, in: database) {
            if let persona = personasOfRow[entry.persona] { verdicts[persona] = entry.verdict }
        }
        return PostDetail(
            post: stored.post, firstSeen: stored.firstSeen, seen: seen, isRead: mark?.isRead == true,
            isStarred: mark?.isStarred == true, isWithdrawn: stored.isWithdrawn, verdicts: verdicts)
    }

    /// The user's name for a source, else its own title, else its address.
    /// - Parameter persona: whose name for it is meant; nil for the first one that has any.
    func shownName(ofSource row: Int64, in persona: PersonaID?, title: SafeText?, address: String) -> SafeText {
        let subscribers = (subscribers[row] ?? []).filter { persona == nil || $0.persona == persona }
        if let name = subscribers.compactMap(\.name).first { return name }
        if let title, !title.isEmpty { return title }
        return addresses[row]?.shown ?? SafeText(sanitizing: address)
    }
}
