import Cells
import Text
import TimelineModel

/// The rows that an entry takes in a list. One function decides height and look, so that scrolling and drawing agree.
struct EntryRows {
    /// Columns left of the text: selection bar, unread dot, a space.
    static let gutter = 3

    enum Form: Hashable {
        /// One row: time, author, headline.
        case index
        /// Time and author, below it the headline.
        case headline
        /// Author and time, below it at most so many rows of text.
        case block(rows: Int, spaced: Bool)
    }

    let form: Form
    /// Columns of the list, gutter included.
    let width: Int
    let now: Timestamp
    let zone: ZoneOffsets
    let revealed: Set<PostID>
    /// The search whose words are marked.
    let query: Query?
    private let keymap: Keymap

    init(_ state: State, _ plan: ScreenPlan, pane: PaneState, width: Int) {
        query = pane.search?.query
        keymap = state.keymap
        form = EntryRows.form(plan.arrangement, pane.persona.density, width)
        self.width = width
        now = state.now
        zone = state.zone
        revealed = state.revealed
    }

    private static func form(_ arrangement: ScreenPlan.Arrangement, _ density: Persona.Density, _ width: Int) -> Form {
        switch (arrangement, density) {
        case (.stacked, _), (.tooSmall, _): return .index
        case (.zoomed, .oneLine): return .headline
        case (.zoomed, _): return .block(rows: 1, spaced: false)
        case (.sideBySide, .oneLine): return width >= 64 ? .index : .headline
        case (.sideBySide, .threeLines): return .block(rows: 3, spaced: true)
        case (.sideBySide, .full): return .block(rows: .max, spaced: true)
        }
    }

    /// UTF-8 bytes of text that this form can show of a post.
    var excerptLength: Int {
        switch form {
        case .index, .headline: 700
        case .block(let rows, _): rows == .max ? 20_000 : 1000
        }
    }

    /// Text columns of a row.
    private var columns: Int { max(1, width - Self.gutter - 1) }

    func rows(of entry: TimelineEntry) -> [Row] {
        switch entry {
        case .gap:
            let row = Row("── gap · \(keymap.name(of: .open)) loads ──", .gap)
            if case .block(_, spaced: true) = form { return [row, .empty] }
            return [row]
        case .post(let post): return rows(of: post)
        }
    }

    func height(of entry: TimelineEntry) -> Int { rows(of: entry).count }

    private func rows(of post: PostSummary) -> [Row] {
        switch form {
        case .index: return [indexRow(post)]
        case .headline: return headlineRows(post)
        case .block(let limit, let spaced): return blockRows(post, limit: limit) + (spaced ? [.empty] : [])
        }
    }

    // MARK: Parts

    private func authorRole(_ post: PostSummary) -> Role {
        if post.verdict.kind == .highlighted { return .highlighted }
        return post.isRead ? .author : .unreadAuthor
    }

    private func time(_ post: PostSummary) -> SafeText {
        Wording.compactTime(post.key.sortTime, now: now, zone)
    }

    /// What a filter or the user made stand out, in signs: colours and attributes say it too, but not on every terminal,
    /// and not on the selected row.
    private func marks(_ post: PostSummary) -> [Segment] {
        var marks: [Segment] = []
        if post.verdict.kind == .highlighted { marks.append(Segment(text: "◆ ", role: .highlighted)) }
        if post.isStarred { marks.append(Segment(text: "★ ", role: .star)) }
        return marks
    }

    /// The one line that stands for a post: headline or beginning of its text, with what must be known before it.
    private func headline(_ post: PostSummary, addressing: Bool = true) -> [Segment] {
        StyledText.marking(query, in: plainHeadline(post, addressing: addressing))
    }

    private func plainHeadline(_ post: PostSummary, addressing: Bool) -> [Segment] {
        if post.verdict.kind == .folded, !revealed.contains(post.id) { return [folded(post)] }
        var segments: [Segment] = []
        if post.verdict.kind == .hidden { segments.append(Segment(text: hiddenBy(post), role: .folded)) }
        if post.boostedBy != nil { segments.append(Segment(text: "⇄ " + post.authorName + " · ", role: .boost)) }
        if post.isToUser {
            if addressing { segments.append(Segment(text: "↳ you · ", role: .mention)) }
        } else if post.kind == .reply {
            segments.append(Segment(text: "↳ ", role: .secondary))
        }
        if let warning = post.contentWarning, !revealed.contains(post.id) {
            segments.append(Segment(text: "CW ", role: .contentWarning, attributes: .bold))
            segments.append(Segment(text: warning, role: .contentWarning))
            return segments
        }
        if let title = post.title {
            segments.append(Segment(text: title.onOneLine, role: post.isRead ? .title : .unreadTitle))
        } else if post.excerpt.isEmpty {
            segments.append(Segment(text: withoutText(post), role: .secondary))
        } else {
            segments.append(Segment(text: said(post).onOneLine, role: .text))
        }
        return segments
    }

    private func withoutText(_ post: PostSummary) -> SafeText {
        post.hasPoll ? "[poll]" : post.hasMedia ? "[picture or recording]" : "[no text]"
    }

    private func hiddenBy(_ post: PostSummary) -> SafeText {
        "hidden: " + (post.verdict.rule ?? "a filter") + " · "
    }

    private func folded(_ post: PostSummary) -> Segment {
        Segment(text: post.verdict.folded, role: .folded)
    }

    /// Who stands at the head: the one who brought the post here. Articles are known by their feed.
    private func name(_ post: PostSummary) -> SafeText { post.boostedBy ?? post.sourceName ?? post.authorName }

    /// The text without pictures of which nothing is said at its head, and without the handles that a reply begins with:
    /// whom it answers is said beside it.
    private func said(_ post: PostSummary) -> SafeText {
        guard post.isToUser || post.kind == .reply, post.excerpt.string.hasPrefix("@") else {
            return withoutPictures(post.excerpt)
        }
        let text = post.excerpt.string
        var start = text.startIndex
        while start < text.endIndex, text[start] == "@" {
            guard let end = text[start...].firstIndex(where: \.isWhitespace) else { return post.excerpt }
            start = text[end...].firstIndex { !$0.isWhitespace } ?? text.endIndex
        }
        return start < text.endIndex ? post.excerpt.slice(start..<text.endIndex) : post.excerpt
    }

    /// The whole text where it is nothing but pictures.
    private func withoutPictures(_ text: SafeText) -> SafeText {
        let sign = "[image]"
        var rest = text.string[...]
        while rest.hasPrefix(sign) { rest = rest.dropFirst(sign.count).drop { $0.isWhitespace } }
        return rest.isEmpty ? text : text.slice(rest.startIndex..<text.string.endIndex)
    }

    /// Whether the text itself shows where the link goes.
    private func shows(_ link: SafeText, _ post: PostSummary) -> Bool {
        let host = Array(link.string.utf8.prefix { $0 != UInt8(ascii: "/") })
        guard let first = host.first else { return false }
        var text = post.excerpt.string
        return text.withUTF8 { bytes in
            var start = 0
            while start + host.count <= bytes.count {
                guard let found = bytes[start...].firstIndex(of: first) else { return false }
                if bytes[found...].starts(with: host) { return true }
                start = found + 1
            }
            return false
        }
    }

    // MARK: Forms

    /// Columns of the longest time, and a space: names stand below one another.
    private static let timeColumns = 7

    private func timeColumn(_ post: PostSummary) -> Segment {
        Segment(text: padded(time(post), to: Self.timeColumns), role: .time)
    }

    private func indexRow(_ post: PostSummary) -> Row {
        let nameWidth = min(20, max(10, columns / 5))
        let name = padded(Wrapping.truncated(name(post), to: nameWidth), to: nameWidth)
        return Row(
            [timeColumn(post), Segment(text: name + "  ", role: authorRole(post))] + marks(post) + headline(post),
            trailing: post.link == nil ? nil : Segment(text: "→", role: .secondary))
    }

    private func padded(_ text: SafeText, to columns: Int) -> SafeText {
        let missing = columns - GraphemeWidth.columns(of: text)
        return missing > 0 ? text + Self.blanks(missing) : text
    }

    private static let blankLine: SafeText = "                                                                "

    static func blanks(_ count: Int) -> SafeText {
        let line = blankLine.string.utf8.count
        return count <= line ? blankLine.prefix(count) : blankLine + blanks(count - line)
    }

    private func headlineRows(_ post: PostSummary) -> [Row] {
        let head = Row([timeColumn(post), Segment(text: name(post), role: authorRole(post))])
        let indent = min(Self.timeColumns, columns / 4)
        return [head] + wrapped(marks(post) + headline(post), width: columns - indent, limit: 2, indent: indent)
    }

    private func blockRows(_ post: PostSummary, limit: Int) -> [Row] {
        let marks = marks(post)
        let head = Row(
            [Segment(text: name(post), role: authorRole(post))],
            trailing: Segment(
                text: marks.map(\.text).joined(by: "") + time(post), role: marks.last?.role ?? .time))
        if post.verdict.kind == .folded, !revealed.contains(post.id) { return [head, Row([folded(post)])] }
        if post.contentWarning != nil, !revealed.contains(post.id) {
            var warning = wrapped(headline(post), width: columns - 9, limit: 2)
            if !warning.isEmpty {
                warning[0].trailing = Segment(text: "\(keymap.name(of: .reveal)) shows", role: .secondary)
            }
            return [head] + warning
        }
        var rows = [head]
        if limit == .max {
            rows += fullText(post)
            if let link = post.link, !shows(link, post) {
                rows.append(Row("→ " + Wrapping.truncated(link, to: columns - 2), .link))
            }
        } else {
            // "to you" has a line of its own there.
            rows += wrapped(headline(post, addressing: limit == 1), width: columns, limit: limit)
            if post.title != nil, rows.count > limit, limit > 1, !post.excerpt.isEmpty {
                // A title that fills the lines is not all there is.
                rows[rows.count - 1].end(with: " …", columns: columns)
            } else if post.title != nil, rows.count <= limit, !post.excerpt.isEmpty {
                let left = limit + 1 - rows.count
                let text = [Segment(text: post.excerpt.onOneLine, role: .text)]
                rows += wrapped(StyledText.marking(query, in: text), width: columns, limit: left)
            }
        }
        if post.isToUser, limit > 1 { rows.append(Row("↳ to you", .mention)) }
        return rows
    }

    private func fullText(_ post: PostSummary) -> [Row] {
        var rows: [Row] = []
        if post.verdict.kind == .hidden {
            rows.append(Row("hidden: " + (post.verdict.rule ?? "a filter"), .folded))
        }
        if post.boostedBy != nil { rows.append(Row("⇄ " + post.authorName, .boost)) }
        if let title = post.title {
            let role: Role = post.isRead ? .title : .unreadTitle
            let segments = StyledText.marking(query, in: [Segment(text: title.onOneLine, role: role)])
            rows += wrapped(segments, width: columns, limit: 4)
        }
        if post.excerpt.isEmpty {
            if post.title == nil { rows.append(Row(withoutText(post), .secondary)) }
            return rows
        }
        let text = StyledText.marking(query, in: [Segment(text: said(post), role: .text)])
        rows += StyledText.wrapped(text, width: columns)
        if post.hasMoreText { rows.append(Row("…", .secondary)) }
        return rows
    }

    /// Wraps segments as one text; every row keeps the roles of its pieces. What does not fit ends with `…`.
    private func wrapped(_ segments: [Segment], width: Int, limit: Int, indent: Int = 0) -> [Row] {
        let whole = segments.map(\.text).joined(by: "")
        guard !whole.isEmpty else { return [] }
        let lines = Wrapping.wrap(whole, width: max(1, width), limit: limit + 1)
        return lines.prefix(limit).enumerated().map { number, line in
            var row = Row(StyledText.segments(of: segments, in: line.range), indent: indent + line.indent)
            if number == limit - 1, lines.count > limit { row.end(with: " …", columns: width) }
            return row
        }
    }
}

extension Row {
    /// Ends with a sign that more follows, within some columns.
    fileprivate mutating func end(with sign: SafeText, columns: Int) {
        guard let last = segments.indices.last, !segments[last].text.string.hasSuffix("…") else { return }
        let used = segments.dropLast().reduce(0) { $0 + GraphemeWidth.columns(of: $1.text) }
        segments[last].text = Wrapping.truncated(segments[last].text + sign, to: max(1, columns - used))
    }
}

extension Verdict {
    /// What stands in place of a folded post.
    var folded: SafeText { "▸ folded: " + (rule ?? "a filter") }
}
