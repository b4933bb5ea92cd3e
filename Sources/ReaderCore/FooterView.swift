import Cells
import Text
import TimelineModel

/// The last line: the prompt, else the answer to the last action, else the keys that matter here; at the right the
/// numbers of the pane. What is too long for one line begins above it, over the panes.
enum FooterView {
    /// - Returns: where the cursor stands while something is typed.
    static func draw(_ state: State, _ plan: ScreenPlan, _ canvas: inout Canvas) -> Point? {
        canvas.fill(plan.footer, .footer)
        if let prompt = state.prompt { return PromptView.draw(prompt, state, plan.footer, &canvas) }
        let width = plan.footer.width - 2
        if let notice = state.notice {
            let role: Role =
                switch notice.level {
                case .answer: .notice
                case .warning: .warning
                case .error: .error
                }
            canvas.drawUpwards(notice.text, role, on: .footer, from: plan.footer.y)
            let wanted = GraphemeWidth.columns(of: notice.text)
            _ = drawNumbers(state, beside: wanted, plan, &canvas, isRequired: false)
            return nil
        }
        let hints = hints(state)
        let wanted = hints.reduce(-2) { $0 + $1.columns + 2 }
        let room = drawNumbers(state, beside: wanted, plan, &canvas, isRequired: width >= 30)
        var x = 1
        for hint in fitting(hints, columns: room) {
            let keyColumns = canvas.draw(hint.key, .footerKey, at: Point(x: x, y: plan.footer.y), width: hint.columns)
            canvas.draw(
                hint.words, .footer, at: Point(x: x + keyColumns + 1, y: plan.footer.y), width: hint.columns)
            x += hint.columns + 2
        }
        return nil
    }

    /// Draws the longest form of the numbers that leaves so many columns free, else the shortest if it is required.
    /// - Returns: the columns that are left.
    private static func drawNumbers(
        _ state: State, beside wanted: Int, _ plan: ScreenPlan, _ canvas: inout Canvas, isRequired: Bool
    ) -> Int {
        let width = plan.footer.width - 2
        let forms = Numbers.forms(state)
        let fitting = forms.first { wanted + 3 + GraphemeWidth.columns(of: $0) <= width }
        guard let text = fitting ?? (isRequired ? forms.last : nil), !text.isEmpty else { return width }
        let columns = GraphemeWidth.columns(of: text)
        guard columns + 12 <= width else { return width }
        canvas.draw(text, .footer, at: Point(x: plan.footer.maxX - columns - 1, y: plan.footer.y), width: columns)
        return width - columns - 3
    }

    // MARK: Hints

    private struct Hint {
        let key: SafeText
        let words: SafeText
        var leadsToAll = false

        var columns: Int { GraphemeWidth.columns(of: key) + 1 + GraphemeWidth.columns(of: words) }
    }

    /// The first ones that fit, and beside them the one that leads to all the others.
    private static func fitting(_ hints: [Hint], columns: Int) -> [Hint] {
        func first(in columns: Int) -> [Hint] {
            var left = columns + 2
            return Array(
                hints.prefix { hint in
                    left -= hint.columns + 2
                    return left >= 0
                })
        }
        let shown = first(in: columns)
        guard shown.count < hints.count, let help = hints.last(where: \.leadsToAll) else { return shown }
        let others = first(in: columns - help.columns - 2)
        return others.isEmpty ? shown : others + [help]
    }

    /// The keys of the moment, the most useful first.
    private static func hints(_ state: State) -> [Hint] {
        // Letters narrow the help, so only Esc leads out of it.
        if case .help? = state.overlays.last?.kind {
            let isNarrowed = state.overlays.last?.typed.isEmpty == false
            return [Hint(key: "Esc", words: isNarrowed ? "shows all" : "closes"), Hint(key: "PgDn", words: "further")]
        }
        if state.pendingKeys != [] {
            return [Hint(key: KeySequence(state.pendingKeys).spelled, words: "…"), Hint(key: "Esc", words: "drops it")]
        }
        return commands(state).compactMap { command, words in
            state.keymap.sequences(for: command, in: state.context).first.map {
                Hint(key: $0.spelled, words: words, leadsToAll: command == .help)
            }
        }
    }

    private static func commands(in visit: Visit) -> [(Command, SafeText)] {
        if case .versions = visit.subject { return [(.back, "back"), (.help, "help")] }
        if visit.selectedPost == nil, let selected = visit.selectedIndex {
            let page: [(Command, SafeText)] = visit.entries[selected].page == nil ? [] : [(.openLink, "open")]
            return [(.back, "back"), (.down, "posts")] + page + [(.help, "help")]
        }
        if visit.failure != nil { return [(.back, "back"), (.refreshPane, "try again"), (.help, "help")] }
        var commands: [(Command, SafeText)] = [(.back, "back"), (.advance, "read on"), (.open, "text")]
        if case .thread = visit.subject {
            commands.append((.openAuthor, "author"))
        } else {
            commands.append((.openThread, "thread"))
        }
        return commands + [(.toggleRead, "read"), (.openLink, "open"), (.help, "help")]
    }

    private static func commands(_ state: State) -> [(Command, SafeText)] {
        switch state.overlays.last?.kind {
        case .sources(let persona):
            if !state.health.contains(where: { $0.personas.contains(persona) }) {
                return state.isConfigurationUnreadable ? [(.back, "back")] : [(.addSource, "add"), (.back, "back")]
            }
            return [
                (.open, "only this one"), (.back, "back"), (.search, "find"), (.sourceInfo, "more"),
                (.toggleRead, "mark read"), (.addSource, "add"),
            ]
        case .links: return [(.open, "open"), (.copyLink, "copy"), (.back, "back")]
        case .offers: return [(.open, "add"), (.back, "back")]
        case .sourceInfo(let id):
            let hasPage = state.health.contains { $0.source == id && $0.homePage != nil }
            return [(.back, "back")] + (hasPage ? [(.openLink, "open its page")] : [])
        case .errors: return [(.back, "back"), (.refreshAll, "try again")]
        case .help, nil: break
        }
        guard state.hasSources else {
            let ways: [(Command, SafeText)] = state.isConfigurationUnreadable ? [] : [(.addSource, "add a source")]
            return ways + [(.help, "help"), (.quit, "quit")]
        }
        if let visit = state.visits.last, !visit.isReading { return commands(in: visit) }
        if state.visits.isEmpty, state.focused?.search != nil {
            return [
                (.nextUnread, "next match"), (.back, "ends the search"), (.previousMatch, "previous"),
                (.toggleRead, "read"), (.help, "help"),
            ]
        }
        if state.context == .post {
            return [
                (.advance, "read on"), (.nextPost, "next post"), (.openLink, "open"), (.toggleRead, "read"),
                (.undo, "undo"), (.help, "help"),
            ]
        }
        return [
            (.advance, "next"), (.toggleRead, "read"), (.undo, "undo"), (.openLink, "open"), (.search, "search"),
            (.help, "help"),
        ]
    }
}

extension State {
    /// What the last line says may have taken rows of the panes.
    var coversPanesFromBelow: Bool {
        if let prompt { return prompt.problem != nil || prompt.awaited != nil }
        return notice.map { GraphemeWidth.columns(of: $0.text) > size.width - 2 } ?? false
    }
}

extension Canvas {
    /// Draws a text in as many rows as it needs, up to half of the screen; the last of them is the lowest.
    mutating func drawUpwards(_ text: SafeText, _ role: Role, on ground: Role, from lowest: Int) {
        let width = surface.size.width - 2
        let limit = max(1, surface.size.height / 2)
        var lines = Wrapping.wrap(text, width: width, limit: limit + 1).map { $0.text(in: text) }
        if lines.count > limit {
            lines.removeLast()
            lines[limit - 1] = Wrapping.truncated(lines[limit - 1] + " …", to: width)
        }
        let top = max(0, lowest + 1 - lines.count)
        fill(Rect(x: 0, y: top, width: surface.size.width, height: lowest + 1 - top), ground)
        for (number, line) in lines.enumerated() where top + number <= lowest {
            draw(line, role, at: Point(x: 1, y: top + number), width: width)
        }
    }
}

/// The numbers of the focused pane, at the right of the footer.
private enum Numbers {
    /// From the longest form to the shortest.
    static func forms(_ state: State) -> [SafeText] {
        guard let pane = state.focused, state.hasSources, state.overlays.isEmpty else { return [] }
        if let visit = state.visits.last { return place(in: visit, state) }
        if let search = pane.search { return [found(search, pane, state)] }
        let unread = Wording.number(pane.counts.unread, state.options)
        let total = Wording.number(pane.counts.total, state.options)
        var narrowed: [SafeText] = []
        if pane.filter.unreadOnly { narrowed.append("unread only") }
        if pane.filter.source != nil { narrowed.append("one source") }
        if pane.filter.includesHidden { narrowed.append("hidden too") }
        var hidden: [SafeText] = []
        if !pane.filter.includesHidden, pane.counts.hidden > 0 {
            hidden.append(Wording.number(pane.counts.hidden, state.options) + " hidden")
        }
        var text: [SafeText] = []
        if let shown = state.shownText(), !shown.isWhole {
            text.append("text \(shown.percentRead(at: state.text.scroll)) %")
        }
        let short: SafeText = "\(unread) of \(total)"
        // The numbers are the pane's, of which a narrowed one shows a part.
        let whose: SafeText = pane.filter.source == nil ? "" : " in \(pane.persona.id.shown)"
        let long = short + " unread" + whose
        let forms: [[SafeText]] = [
            [long] + narrowed + hidden + text, [long] + narrowed + text, [short] + narrowed + text, [short] + text,
            [short],
        ]
        // Who reads a text wants to know how far he is.
        return forms.prefix(state.context == .post ? 4 : 5).map { $0.joined(by: " · ") }
    }

    /// How far down the reader is, in the text or else in the list.
    private static func place(in visit: Visit, _ state: State) -> [SafeText] {
        if let shown = state.shownVisitText() {
            return shown.isWhole ? [] : ["text \(shown.percentRead(at: visit.text.scroll)) %"]
        }
        // Who somebody is stands above his posts and is none.
        let entries = visit.entries.filter { $0.place != .head }
        let total = Wording.number(entries.count, state.options) + (visit.older == nil ? "" : "+")
        guard let selected = visit.selectedIndex, let place = entries.firstIndex(of: visit.entries[selected]) else {
            return entries.isEmpty ? [] : [total + (entries.count == 1 ? " post" : " posts")]
        }
        return [Wording.number(place + 1, state.options) + " of " + total]
    }

    private static func found(_ search: PaneSearch, _ pane: PaneState, _ state: State) -> SafeText {
        guard search.hasLanded else { return "searching" }
        let total = Wording.number(search.matches.count, state.options) + (search.awaited == nil ? "" : "+")
        guard let key = pane.selection?.key, let index = search.matches.firstIndex(of: key) else {
            return search.awaited == nil
                ? Wording.count(search.matches.count, "match", "matches", state.options) : total + " matches"
        }
        if search.awaited != nil, pane.persona.order == .oldest { return total + " matches" }
        let place = pane.persona.order == .newest ? index + 1 : search.matches.count - index
        return "match " + Wording.number(place, state.options) + "/" + total
    }
}
