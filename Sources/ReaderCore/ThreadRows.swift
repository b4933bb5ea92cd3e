import Cells
import Text
import TimelineModel

/// The rows that an entry of a visit takes. One function decides height and look, so that scrolling and drawing agree.
struct ThreadRows {
    /// Columns of the list, gutter included.
    let width: Int
    let now: Timestamp
    let zone: ZoneOffsets
    let options: Options
    let revealed: Set<PostID>
    let revealKey: SafeText
    let opened: PostID?

    /// Rows of text that a post shows in the list; its text area shows all.
    private static let textRows = 6

    init(_ state: State, _ visit: Visit, width: Int) {
        self.width = width
        now = state.now
        zone = state.zone
        options = state.options
        revealed = state.revealed
        revealKey = state.keyName(.reveal, in: .thread)
        opened = visit.openedPost
    }

    /// Text columns of a row.
    private var columns: Int { max(1, width - EntryRows.gutter - 1) }

    func rows(of entry: VisitEntry, below: VisitEntry?) -> [Row] {
        switch entry.content {
        case .head(let profile): return AuthorRows(width: columns, options: options, zone: zone).rows(of: profile)
        case .note(let text): return wrap("── " + text + " ──", .gap)
        case .version(let version): return rows(of: version)
        case .post(let post):
            guard let branch = entry.branch else { return rows(of: post, "", "") + [.empty] }
            let deepest = ThreadBranch.deepest(columns: columns)
            let stems = branch.stems(deepest: deepest, below: below?.branch?.depth)
            var rows = rows(of: post, stems.first, stems.others, namesParent: branch.depth > deepest)
            if branch.isOrphan {
                rows.insert(stemmed(stems.others, [Segment(text: Self.answersMissing, role: .gap)]), at: 1)
            }
            return rows
        }
    }

    private func stemmed(_ stem: SafeText, _ segments: [Segment], trailing: Segment? = nil) -> Row {
        Row((stem.isEmpty ? [] : [Segment(text: stem, role: .rule)]) + segments, trailing: trailing)
    }

    private static let answersMissing: SafeText = "(answers a post that is not here)"

    private func rows(
        of found: FoundPost, _ first: SafeText, _ others: SafeText, namesParent: Bool = false
    ) -> [Row] {
        let post = found.post
        var head = [Segment(text: post.author.name, role: found.isRead ? .author : .unreadAuthor)]
        if found.boostedBy != nil { head.insert(Segment(text: "⇄ ", role: .boost), at: 0) }
        if found.isStarred { head.insert(Segment(text: "★ ", role: .star), at: 0) }
        if post.author.isBot { head.append(Segment(text: "  bot", role: .secondary)) }
        if namesParent, let handle = post.replyTo?.handle {
            head.append(Segment(text: "  ↳ @" + handle, role: .secondary))
        } else if columns >= 60, let handle = post.author.handle {
            head.append(Segment(text: "  @" + handle, role: .secondary))
        }
        var time: SafeText = post.published.map { Wording.shortTime($0, now: now, zone) } ?? ""
        if post.edited != nil { time += " edited" }
        if post.id == opened { time += columns >= 60 ? "   ← opened from here" : " ←" }
        let room = max(1, columns - GraphemeWidth.columns(of: others))
        return [stemmed(first, head, trailing: Segment(text: time, role: .time))]
            + text(of: post, width: room).map { stemmed(others, EntryRows.indented($0)) }
    }

    private func text(of post: Post, width: Int) -> [Row] {
        if let warning = post.contentWarning, !revealed.contains(post.id) {
            return wrap("CW " + warning, .contentWarning, width: width, limit: 2)
                + [Row("\(revealKey) shows the post", .secondary)]
        }
        var rows: [Row] = []
        if let title = post.title { rows += wrap(title.onOneLine, .title, width: width, limit: 2) }
        if !post.body.isEmpty { rows += wrap(post.body.plain, .text, width: width, limit: Self.textRows) }
        let more = more(of: post)
        if !more.isEmpty { rows += wrap(more.joined(by: " · "), .secondary, width: width, limit: 2) }
        return rows.isEmpty ? [Row("[no text]", .secondary)] : rows
    }

    /// What the text does not say.
    private func more(of post: Post) -> [SafeText] {
        var parts: [SafeText] = []
        if !post.attachments.isEmpty {
            parts.append(
                Wording.count(post.attachments.count, "picture or recording", "pictures or recordings", options))
        }
        if post.poll != nil { parts.append("poll") }
        if let quoted = post.quoted {
            let name = quoted.author.map { $0.handle.map { "@" + $0 } ?? $0.name }
            parts.append("quotes " + (name ?? "a post that is not here"))
        }
        if let link = post.body.firstPage ?? post.card?.address { parts.append("→\u{A0}" + link.shownShort) }
        return parts
    }

    private func rows(of version: PostVersion) -> [Row] {
        let moment = version.at.map { Wording.longTime($0, zone) + " · " + Wording.age(of: $0, now: now) }
        var rows = [Row(moment ?? "no date", .author)]
        if let warning = version.contentWarning { rows += wrap("CW " + warning, .contentWarning) }
        rows += version.body.isEmpty ? [Row("[no text]", .secondary)] : wrap(version.body.plain, .text)
        for option in version.pollOptions { rows += wrap("○ " + option, .text) }
        for attachment in version.attachments {
            rows += wrap("[\(attachment.kind.shown)] " + (attachment.alt ?? "no description"), .secondary)
        }
        return rows + [.empty]
    }

    private func wrap(_ text: SafeText, _ role: Role, width: Int? = nil, limit: Int = 400) -> [Row] {
        let width = max(1, width ?? columns)
        let lines = Wrapping.wrap(text, width: width, limit: limit + 1)
        return lines.prefix(limit).enumerated().map { number, line in
            let isCut = number == limit - 1 && lines.count > limit
            let shown = line.text(in: text)
            return Row(isCut ? Wrapping.truncated(shown + " …", to: width) : shown, role, indent: line.indent)
        }
    }
}

extension EntryRows {
    /// The segments of a row with its indent as blanks, for rows that something stands left of.
    static func indented(_ row: Row) -> [Segment] {
        row.indent == 0 ? row.segments : [Segment(text: blanks(row.indent), role: .text)] + row.segments
    }
}

extension Attachment {
    /// What the author says of it; else what the document does.
    var described: SafeText {
        if let alt { return alt }
        let type = mediaType ?? "no description"
        return size.map { $0 > 0 ? type + ", " + Wording.size($0) : type } ?? type
    }
}

extension Attachment.Kind {
    var shown: SafeText {
        switch self {
        case .image: "image"
        case .video: "video"
        case .audio: "audio"
        case .animation: "animation"
        case .file: "file"
        }
    }
}
