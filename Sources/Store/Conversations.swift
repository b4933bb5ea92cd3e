import GRDB
import Text
public import TimelineModel

extension PostStore {
    /// The places where sources found a post, those of a signed-in account first, then the earliest; empty when the
    /// store does not have it or no source that carried it has a server to ask.
    public func places(of id: PostID) throws(StoreError) -> [RemotePlace] {
        let content = adopted.current
        return try read { database in
            guard let row = try PostRow.row(of: id, in: database) else { return [] }
            return try content.places(row, in: database)
        }
    }

    /// The marks of some posts, whether or not the store has the posts; those without a mark are left out.
    public func marks(
        of ids: [PostID]
    ) throws(StoreError) -> [PostID: (isRead: Bool, isStarred: Bool)] {
        try read { database in
            var marks: [PostID: (isRead: Bool, isStarred: Bool)] = [:]
            for id in ids {
                marks[id] = try database.first(
                    "SELECT read, starred FROM mark WHERE identity = ?", .text(id.key)
                ) { ($0.flag(0), $0.flag(1)) }
            }
            return marks
        }
    }

    /// What the store has of the thread of a post: itself, and the posts above it as far up as they are known.
    /// - Returns: nil when the store does not have the post.
    public func knownThread(of id: PostID) throws(StoreError) -> Conversation? {
        let content = adopted.current
        return try read { database in
            guard var row = try PostRow.row(of: id, in: database),
                let opened = try content.found(row, in: database)
            else { return nil }
            var known = Conversation(opened: opened)
            var reply = opened.post.replyTo
            var seen: Set<PostID> = [id]
            // A circle of replies, or a very long thread, ends the walk.
            while known.ancestors.count < 60, let id = reply?.remoteID,
                let parent = try content.row(ofEntry: id, besideRow: row, in: database),
                let above = try content.found(parent, in: database), seen.insert(above.post.id).inserted
            {
                known.ancestors.insert(above, at: 0)
                reply = above.post.replyTo
                row = parent
            }
            return known
        }
    }
}

extension AdoptedConfiguration.Content {
    fileprivate func places(_ row: Int64, in database: Database) throws -> [RemotePlace] {
        let found = try database.all(
            "SELECT source, entry_id FROM sighting WHERE post = ? ORDER BY first_seen, id", .integer(row)
        ) { ($0.integer(0), $0.text(1)) }
        let places = found.compactMap { addresses[$0]?.place(of: $1) }
        // A notification's id leads to the post too, by one question more.
        return places.filter { $0.account != nil && !$0.isNotification } + places.filter(\.isNotification)
            + places.filter { $0.account == nil }
    }

    fileprivate func found(_ row: Int64, in database: Database) throws -> FoundPost? {
        guard let detail = try detail(row, in: database) else { return nil }
        return FoundPost(
            post: detail.post, place: try places(row, in: database).first, isRead: detail.isRead,
            isStarred: detail.isStarred)
    }

    /// The post that has an id on the server from which a stored post's content came.
    fileprivate func row(ofEntry id: String, besideRow post: Int64, in database: Database) throws -> Int64? {
        guard
            let origin = try database.integer("SELECT content_source FROM post WHERE id = ?", .integer(post)),
            let server = addresses[origin]?.place(of: id)?.server
        else { return nil }
        for (source, address) in addresses {
            guard let place = address.place(of: id), place.server == server, !place.isNotification else { continue }
            let row = try database.first(
                "SELECT post FROM sighting WHERE source = ? AND entry_hash = ? AND entry_id = ? AND booster IS NULL",
                .integer(source), .integer(Int64(bitPattern: StableHash.of(id))), .text(id)
            ) { $0.integer(0) }
            if let row { return row }
        }
        return nil
    }
}

extension SourceAddress {
    /// Where an entry of the source can be asked for; nil for a feed.
    fileprivate func place(of entryID: String) -> RemotePlace? {
        let isNotification = if case .account(_, .notifications) = self { true } else { false }
        return server.map {
            RemotePlace(server: $0, account: account, id: entryID, isNotification: isNotification)
        }
    }
}
