import Cells
import Text
import TimelineModel

/// Who somebody is: the head of his posts.
struct AuthorRows {
    /// Columns.
    let width: Int
    let options: Options
    let zone: ZoneOffsets

    func rows(of profile: AuthorProfile) -> [Row] {
        var name = [Segment(text: profile.author.name, role: .author, attributes: .bold)]
        if let handle = profile.author.handle { name.append(Segment(text: "  @" + handle, role: .secondary)) }
        var rows = wrapped(name)
        let standing = standing(of: profile)
        if !standing.isEmpty { rows += wrap(standing.joined(by: " · "), .secondary) }
        if let moved = profile.movedTo { rows += wrap("moved to @" + moved, .warning) }
        if let relationship = profile.relationship { rows += wrap(Self.spelled(relationship), .mention) }
        let counts = counts(of: profile)
        if !counts.isEmpty { rows += wrap(counts.joined(by: " · "), .text) }
        if !profile.note.isEmpty {
            rows.append(.empty)
            rows += wrapped(InlineText.segments(of: profile.note, links: []))
        }
        if !profile.fields.isEmpty { rows.append(.empty) }
        for field in profile.fields { rows += self.rows(of: field) }
        if let page = profile.author.address {
            rows.append(.empty)
            rows += wrap(page.shown, .link)
        }
        return rows + [.empty]
    }

    private func rows(of field: AuthorProfile.Field) -> [Row] {
        let name = Segment(text: field.name + ": ", role: .secondary)
        let value = InlineText.segments(of: field.value, links: [])
        let verified = field.isVerified ? [Segment(text: "  (verified)", role: .notice)] : []
        return wrapped([name] + value + verified)
    }

    private func standing(of profile: AuthorProfile) -> [SafeText] {
        var facts: [SafeText] = []
        if profile.author.isBot { facts.append("bot") }
        if profile.isGroup { facts.append("group") }
        if profile.isLocked { facts.append("approves followers") }
        return facts + profile.standing
    }

    private func counts(of profile: AuthorProfile) -> [SafeText] {
        var facts: [SafeText] = []
        if let posts = profile.posts { facts.append(Wording.count(posts, "post", "posts", options)) }
        if let followers = profile.followers {
            facts.append(Wording.count(followers, "follower", "followers", options))
        }
        if let following = profile.following { facts.append("follows " + Wording.number(following, options)) }
        if let joined = profile.joined { facts.append("since " + Wording.date(joined, zone)) }
        return facts
    }

    private static func spelled(_ relationship: Relationship) -> SafeText {
        let words: [(Relationship, SafeText)] = [
            (.follows, "you follow"), (.requested, "you asked to follow"), (.followsUser, "follows you"),
            (.asksUser, "asks to follow you"), (.muted, "you muted"), (.blocked, "you blocked"),
            (.blocksUser, "blocks you"), (.serverBlocked, "you blocked the server"),
        ]
        let said = words.filter { relationship.contains($0.0) }.map(\.1)
        return said.isEmpty ? "you do not follow each other" : said.joined(by: " · ")
    }

    private func wrapped(_ segments: [Segment]) -> [Row] { StyledText.wrapped(segments, width: width) }

    private func wrap(_ text: SafeText, _ role: Role) -> [Row] { wrapped([Segment(text: text, role: role)]) }
}

extension Wording {
    /// `22 Nov 2026`.
    static func date(_ moment: Timestamp, _ zone: ZoneOffsets) -> SafeText {
        // The time of day is the last word.
        let long = longTime(moment, zone)
        return long.prefix(long.string.count - 6)
    }
}
