import Cells
import Text
import TimelineModel

/// The rows of the text area: a whole post with everything there is to know about it.
struct PostText: Hashable {
    let width: Int
    /// Author and facts on one line where they fit, as where rows are few.
    let isCompact: Bool
    let now: Timestamp
    let zone: ZoneOffsets
    let options: Options
    let isRevealed: Bool
    /// What folds the post in the pane.
    var fold: Verdict?
    let revealKey: SafeText
    /// The search whose words are marked.
    let query: Query?

    /// While the post is being read from the store: what the list knows of it.
    func rows(of summary: PostSummary) -> [Row] {
        var rows = head(
            Author(name: summary.authorName, handle: summary.authorHandle),
            facts: [Wording.longTime(summary.published ?? summary.key.sortTime, zone)])
        rows.append(.empty)
        if let fold, !isRevealed { return rows + folded(fold) }
        if let title = summary.title { rows += wrap(title.onOneLine, .unreadTitle) + [.empty] }
        if let warning = summary.contentWarning, !isRevealed { return rows + covered(warning) }
        return rows + marked([Segment(text: summary.excerpt, role: .text)])
    }

    func rows(of detail: PostDetail) -> [Row] {
        let post = detail.post
        var rows = head(post.author, facts: facts(detail))
        let boosters = detail.boosters
        if !boosters.isEmpty { rows += wrap("⇄ boosted by " + boosters.map(name).joined(by: ", "), .boost) }
        if let reply = post.replyTo { rows.append(Row(replying(reply), .secondary)) }
        rows.append(.empty)
        if let fold, !isRevealed { return rows + folded(fold) + [.empty] + foot(detail) }
        if let title = post.title {
            rows += marked([Segment(text: title.onOneLine, role: .unreadTitle)]) + [.empty]
        }
        if let warning = post.contentWarning {
            guard isRevealed else { return rows + covered(warning) + [.empty] + foot(detail) }
            rows += wrap("CW " + warning, .contentWarning) + [.empty]
        }
        let links = post.links
        rows += body(post.body, links: links)
        if let poll = post.poll { rows += [.empty] + self.poll(poll) }
        rows += attachments(post, links: links)
        if let quoted = post.quoted { rows += [.empty] + quote(quoted) }
        if let card = post.card { rows += [.empty] + self.card(card) }
        if !links.isEmpty { rows.append(.empty) }
        for (index, link) in links.enumerated() { rows += numbered(link.shown, index + 1) }
        let foot = foot(detail)
        return foot.isEmpty || rows.last == .empty ? rows + foot : rows + [.empty] + foot
    }

    // MARK: Head and foot

    private func name(_ author: Author) -> SafeText {
        author.handle.map { author.name + "  @" + $0 } ?? author.name
    }

    private func head(_ author: Author, facts: [SafeText]) -> [Row] {
        var segments = [Segment(text: author.name, role: .author, attributes: .bold)]
        if let handle = author.handle { segments.append(Segment(text: "  @" + handle, role: .secondary)) }
        if author.isBot { segments.append(Segment(text: "  bot", role: .secondary)) }
        let facts = facts.joined(by: " · ")
        let used = segments.reduce(0) { $0 + GraphemeWidth.columns(of: $1.text) }
        if isCompact, used + 3 + GraphemeWidth.columns(of: facts) <= width {
            return [Row(segments, trailing: Segment(text: facts, role: .secondary))]
        }
        return [Row(segments)] + wrap(facts, .secondary)
    }

    private func facts(_ detail: PostDetail) -> [SafeText] {
        let post = detail.post
        var facts: [SafeText] = []
        if let published = post.published {
            facts = [Wording.longTime(published, zone), Wording.age(of: published, now: now)]
        } else {
            facts = ["no date; first seen " + Wording.longTime(detail.firstSeen, zone)]
        }
        if let edited = post.edited { facts.append("edited " + Wording.shortTime(edited, now: now, zone)) }
        if let visibility = post.visibility { facts.append(SafeText(sanitizing: visibility.rawValue)) }
        if let language = post.language { facts.append(SafeText(sanitizing: language, as: .name)) }
        if detail.isStarred { facts.append("★ starred") }
        if detail.isWithdrawn { facts.append("taken back by its author") }
        return facts
    }

    private func replying(_ reply: ReplyReference) -> SafeText {
        if reply.isSelfThread { return "↳ continues a thread of the same author" }
        return reply.handle.map { "↳ in reply to @" + $0 } ?? "↳ in reply to another post"
    }

    private func foot(_ detail: PostDetail) -> [Row] {
        let post = detail.post
        var rows: [Row] = []
        if !post.tags.isEmpty { rows += wrap(post.tags.map { "#" + $0 }.joined(by: " "), .hashtag) }
        let numbers = counts(post)
        let seen = detail.seenBySource.map { $0.name + " " + Wording.shortTime($0.at, now: now, zone) }.joined(
            by: " · ")
        if !numbers.isEmpty, !seen.isEmpty,
            GraphemeWidth.columns(of: numbers) + GraphemeWidth.columns(of: seen) + 10 <= width
        {
            rows.append(
                Row(
                    [Segment(text: numbers, role: .secondary)],
                    trailing: Segment(text: "seen: " + seen, role: .secondary)))
        } else {
            if !numbers.isEmpty { rows.append(Row(numbers, .secondary)) }
            if !seen.isEmpty { rows += wrap("seen: " + seen, .secondary) }
        }
        for (persona, verdict) in detail.verdicts.sorted(by: { $0.key < $1.key }) where verdict.kind != .shown {
            rows.append(Row(persona.shown + ": " + Self.spelled(verdict), .folded))
        }
        return rows
    }

    /// Empty for what cannot be counted and where there is nothing to count.
    private func counts(_ post: Post) -> SafeText {
        guard post.network != .feed, post.counts != Counts() else { return "" }
        return [
            "⇄ " + Wording.number(post.counts.boosts, options),
            "♥ " + Wording.number(post.counts.favourites, options),
            "↳ " + Wording.number(post.counts.replies, options),
        ].joined(by: "   ")
    }

    static func spelled(_ verdict: Verdict) -> SafeText {
        let action: SafeText =
            switch verdict.kind {
            case .shown: "shown"
            case .highlighted: "◆ highlighted"
            case .folded: "folded"
            case .hidden: "hidden"
            }
        return verdict.rule.map { action + " by “" + $0 + "”" } ?? action
    }

    private func covered(_ warning: SafeText) -> [Row] {
        wrap("CW " + warning, .contentWarning) + [.empty, Row("\(revealKey) shows the post", .secondary)]
    }

    private func folded(_ fold: Verdict) -> [Row] {
        wrap(fold.folded, .folded) + [.empty, Row("\(revealKey) shows the post", .secondary)]
    }

    // MARK: Parts

    /// An address that is longer than a line begins behind its number; one that fits on a line is whole on one.
    private func numbered(_ address: SafeText, _ number: Int) -> [Row] {
        let label: SafeText = "[\(number)] "
        let indent = GraphemeWidth.columns(of: label)
        guard width > 2 * indent, GraphemeWidth.columns(of: address) > width else {
            return wrap(label + address, .link)
        }
        return Wrapping.wrap(address, width: width - indent).enumerated().map { index, line in
            let text = line.text(in: address)
            return index == 0 ? Row(label + text, .link) : Row([Segment(text: text, role: .link)], indent: indent)
        }
    }

    private func wrap(_ text: SafeText, _ role: Role) -> [Row] {
        Wrapping.wrap(text, width: width).map { line in
            Row([Segment(text: line.text(in: text), role: role)], indent: line.indent)
        }
    }

    /// The text with its inline structure; after a link stands its number.
    private func body(_ body: RichText, links: [WebAddress]) -> [Row] {
        body.isEmpty ? [] : marked(InlineText.segments(of: body, links: links))
    }

    private func marked(_ segments: [Segment]) -> [Row] {
        StyledText.wrapped(StyledText.marking(query, in: segments), width: width)
    }

    /// A bar for each answer, its share in figures, and the user's own vote in words.
    private func poll(_ poll: Poll) -> [Row] {
        var rows: [Row] = []
        let barWidth = max(4, min(20, width / 3))
        for option in poll.options {
            let title = option.isOwn ? option.title.onOneLine + " (your vote)" : option.title.onOneLine
            guard let votes = option.votes else {
                rows += wrap("○ " + title, .text)
                continue
            }
            // A server may send any number: no product of it.
            let share = poll.base > 0 ? min(1, max(0, Double(votes) / Double(poll.base))) : 0
            let percent = Int((share * 100).rounded())
            let filled = barWidth * percent / 100
            let bar = Segment(text: Self.bar.prefix(filled) + EntryRows.blanks(barWidth - filled), role: .hashtag)
            let figures: SafeText =
                percent < 10 ? "   \(percent) %" : percent < 100 ? "  \(percent) %" : " \(percent) %"
            let shown = Segment(text: figures + "  ", role: .secondary)
            if GraphemeWidth.columns(of: title) <= width - barWidth - 8 {
                rows.append(Row([bar, shown, Segment(text: title, role: .text)]))
            } else {
                rows += wrap(title, .text) + [Row([bar, shown])]
            }
        }
        var facts = [Wording.count(poll.votes, "vote", "votes", options)]
        if poll.allowsSeveral, let voters = poll.voters {
            facts.append(Wording.count(voters, "voter", "voters", options))
        }
        if poll.isExpired || poll.expires.map({ $0 <= now }) == true {
            facts.append("closed")
        } else if let end = poll.expires {
            facts.append("ends " + Wording.age(of: end, now: now))
        }
        if poll.options.contains(where: { $0.votes == nil }) { facts.append("results when it closes") }
        if poll.allowsSeveral { facts.append("several answers") }
        return rows + wrap(facts.joined(by: " · "), .secondary)
    }

    private static let bar: SafeText = "████████████████████"

    /// Each with its number among everything that can be opened; a file that the text links to has the link's.
    private func attachments(_ post: Post, links: [WebAddress]) -> [Row] {
        guard !post.attachments.isEmpty else { return [] }
        let addresses = links + post.attachedFiles.compactMap(\.address)
        let numbers = Dictionary(addresses.enumerated().map { ($1, $0 + 1) }, uniquingKeysWith: { first, _ in first })
        var rows: [Row] = [.empty]
        for (index, attachment) in post.attachments.enumerated() {
            let role: Role = attachment.alt == nil ? .secondary : .text
            var kind = attachment.kind.shown
            if post.attachments.count > 1 { kind += " \(index + 1) of \(post.attachments.count)" }
            var segments = [Segment(text: kind, role: role)]
            if let number = attachment.address.flatMap({ numbers[$0] }) {
                segments.append(Segment(text: " [\(number)]", role: .link))
            }
            segments.append(Segment(text: ": " + attachment.described, role: role))
            rows += StyledText.wrapped(segments, width: width)
        }
        return rows
    }

    private func quote(_ quoted: QuotedPost) -> [Row] {
        let title: SafeText
        switch quoted.state {
        case .shown: title = "quoted" + (quoted.author.map { " · " + ($0.handle.map { "@" + $0 } ?? $0.name) } ?? "")
        case .pending: title = "quoted · waits for its author’s approval"
        case .unavailable: title = "quoted · not available"
        case .hidden: title = "quoted · hidden by the server"
        }
        guard width >= 8 else {
            return wrap(quoted.state == .shown ? title + "\n" + quoted.text : title, .quote)
        }
        let shown = Wrapping.truncated(title, to: width - 5)
        let rule = Self.rule.prefix(max(0, width - 4 - GraphemeWidth.columns(of: shown)))
        var rows = [Row("┌ " + shown + " " + rule + "┐", .quote)]
        if quoted.state == .shown {
            let edge = Segment(text: "│", role: .quote)
            for line in Wrapping.wrap(quoted.text, width: width - 4, limit: 40) {
                let text = EntryRows.blanks(line.indent) + line.text(in: quoted.text)
                rows.append(
                    Row([Segment(text: "│ ", role: .quote), Segment(text: text, role: .text)], trailing: edge))
            }
        }
        return rows + [Row("└" + Self.rule.prefix(width - 2) + "┘", .quote)]
    }

    private static let rule = SafeText(sanitizing: String(repeating: "─", count: 400))

    private func card(_ card: LinkCard) -> [Row] {
        var rows = wrap("→ " + card.title + (card.provider.map { "  (" + $0 + ")" } ?? ""), .link)
        if let summary = card.summary { rows += Array(wrap(summary, .secondary).prefix(3)) }
        return rows
    }
}
