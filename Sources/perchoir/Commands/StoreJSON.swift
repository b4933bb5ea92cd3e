import Store
import Text
import TimelineModel

/// `list --json`: what a post has by itself, and what the store knows of it.
enum ListedPostJSON {
    static func line(_ listed: ListedPost) -> String {
        let detail = listed.detail
        let boosted = listed.contexts.lazy.flatMap(\.carriers).first { $0.boostedBy != nil }
        let sighting = boosted.map { Sighting(entryID: "", boostedBy: $0.boostedBy) }
        var members = PostJSON.members(of: detail.post, sighting: sighting)
        let source = listed.sources.first.map { JSONTerm.text($0) } ?? .null
        let personas = detail.verdicts.keys.sorted().map { JSONTerm.string($0.name) }
        members.insert(("personas", .array(personas)), at: 2)
        members.insert(("source", source), at: 3)
        members.insert(("sources", .array(listed.sources.map { .text($0) })), at: 4)
        if let place = members.firstIndex(where: { $0.name == "published" }) {
            members.insert(("firstSeen", .time(detail.firstSeen)), at: place + 1)
        }
        members.append(("read", .bool(detail.isRead)))
        members.append(("starred", .bool(detail.isStarred)))
        if detail.isWithdrawn { members.append(("withdrawn", .bool(true))) }
        let verdicts = detail.verdicts.sorted { $0.key < $1.key }.map { persona, verdict in
            var fields: [(name: String, value: JSONTerm)] = [("verdict", .string(verdict.kind.spelled))]
            if let rule = verdict.rule { fields.append(("rule", .text(rule))) }
            return (name: persona.name, value: JSONTerm.object(fields))
        }
        members.append(("verdicts", .object(verdicts)))
        return JSONTerm.object(members).line
    }
}

/// `sources --json`.
enum SourceJSON {
    static func line(_ source: SourceHealth) -> String {
        JSONTerm.object([
            ("id", .string(source.source.value)),
            ("address", .text(source.address.shown)),
            ("movedTo", .address(source.movedTo)),
            ("name", .text(source.name)),
            ("personas", .array(source.personas.map { .string($0.name) })),
            ("url", .address(source.homePage)),
            ("unread", .number(source.unread)),
            ("total", .number(source.total)),
            ("lastPost", .time(source.lastPost)),
            ("postsADay", .hundredths(source.centiPostsADay)),
            ("lastSuccess", .time(source.lastSuccess)),
            ("lastAttempt", .time(source.lastAttempt)),
            ("nextAttempt", .time(source.nextAttempt)),
            ("lastError", .text(source.lastError)),
            ("lastErrorAt", .time(source.lastErrorAt)),
            ("failuresInARow", .number(source.failuresInARow)),
        ]).line
    }
}

extension Verdict.Kind {
    fileprivate var spelled: String {
        switch self {
        case .shown: "shown"
        case .highlighted: "highlighted"
        case .folded: "folded"
        case .hidden: "hidden"
        }
    }
}
