import GRDB
import Text
import TimelineModel

extension Ingestion {
    /// Brings a post into the personas that use the source, and judges it (again) where it already was.
    mutating func enter(
        _ row: Int64, _ post: Post, isNew: Bool, sighting: Sighting, key: EntryKey, source: Int64,
        title: SafeText?, firstSeen: Timestamp, judgesAgain: Bool
    ) throws {
        let boost =
            sighting.boostedBy == nil
            ? nil
            : try database.integer(
                "SELECT max(id) FROM sighting WHERE post = ? AND source = ?", .integer(row), .integer(source))
        let entries = isNew ? [] : try EntryRow.all(ofPost: row, in: database)
        let mark = try database.first(
            "SELECT read, starred FROM mark WHERE identity = ?", .text(post.id.key)
        ) { (isRead: $0.flag(0), isStarred: $0.flag(1)) }
        var fires = (read: false, star: false)
        var arrivals: [(persona: PersonaID, isHidden: Bool)] = []
        for subscriber in content.subscribers[source] ?? [] {
            if let entry = entries.first(where: { $0.persona == subscriber.row }) {
                try carry(row, by: source, in: subscriber.row, entry.key)
                continue
            }
            var entry = EntryRow(
                persona: subscriber.row, post: row, key: key,
                isUnread: mark?.isRead != true, isStarred: mark?.isStarred == true)
            let judgement = try Judgement(post, content.filters[subscriber.persona] ?? []) {
                guard isNew else {
                    return try content.context(
                        of: entry, post: PostRow(row: row, post: post, firstSeen: firstSeen), now: now, in: database)
                }
                let carrier = content.carrier(source, of: subscriber.row, title: title, sighting)
                return EntryContext(
                    persona: subscriber.persona, carriers: [carrier].compactMap { $0 }, firstSeen: firstSeen,
                    sortTime: key.sortTime, isRead: !entry.isUnread, isStarred: entry.isStarred, now: now,
                    zone: content.zone, ownHandles: content.ownHandles)
            }
            entry.verdict = judgement.verdict
            entry.isHidden = judgement.verdict.kind == .hidden
            entry.flags = content.mentionsUser(post) ? EntryRow.Flag.toUser : 0
            fires = (fires.read || judgement.marksRead, fires.star || judgement.stars)
            try entry.insert(boost: boost, in: database)
            try carry(row, by: source, in: subscriber.row, entry.key)
            counting.count(subscriber.row, isHidden: entry.isHidden, isUnread: entry.isUnread, sign: 1)
            if entry.isUnread { arrivals.append((subscriber.persona, entry.isHidden)) }
        }
        if judgesAgain {
            for entry in entries {
                _ = try content.judgeAgain(entry, now: now, counting: &counting, in: database)
            }
        }
        // A mark that is there is the user's word (or the filter's own, said before), and it stands.
        let marksRead = fires.read && mark == nil
        if mark == nil, fires.read || fires.star {
            try fire(row, post.id, read: marksRead, star: fires.star)
        }
        if !marksRead {
            for arrival in arrivals where !arrival.isHidden {
                report.arrived[.persona(arrival.persona), default: 0] += 1
            }
        }
    }

    private func carry(_ post: Int64, by source: Int64, in persona: Int64, _ key: EntryKey) throws {
        try database.run(
            "INSERT OR IGNORE INTO carried (persona, source, sort_time, tie, post) VALUES (?, ?, ?, ?, ?)",
            .integer(persona), .integer(source), .integer(key.sortTime.milliseconds), .integer(key.tie), .integer(post))
    }

    /// What filters with the actions `read` and `star` do, once, when a post arrives.
    private mutating func fire(_ post: Int64, _ id: PostID, read: Bool, star: Bool) throws {
        try database.run(
            "INSERT INTO mark (identity, read, starred, changed) VALUES (?, ?, ?, ?)", .text(id.key), .flag(read),
            .flag(star), .integer(now.milliseconds))
        for entry in try EntryRow.all(ofPost: post, in: database) {
            if read, entry.isUnread {
                counting.count(entry.persona, isHidden: entry.isHidden, isUnread: true, sign: -1)
                counting.count(entry.persona, isHidden: entry.isHidden, isUnread: false, sign: 1)
            }
        }
        try database.run(
            "UPDATE entry SET unread = unread AND NOT ?, starred = starred OR ? WHERE post = ?", .flag(read),
            .flag(star), .integer(post))
    }
}
