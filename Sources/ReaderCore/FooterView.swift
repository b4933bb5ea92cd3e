import Cells
import Text
import TimelineModel

/// The last line: the prompt, else the answer to the last action, else the keys that matter here; at the right the
/// numbers of the pane.
enum FooterView {
    /// - Returns: where the cursor stands while something is typed.
    static func draw(_ state: State, _ plan: ScreenPlan, _ canvas: inout Canvas) -> Point? {
        canvas.fill(plan.footer, .footer)
        if let prompt = state.prompt { return draw(prompt, plan.footer, &canvas) }
        let y = plan.footer.y
        let numbers = numbers(state)
        let columns = GraphemeWidth.columns(of: numbers)
        var room = plan.footer.width - 2
        if let notice = state.notice {
            let role: Role =
                switch notice.level {
                case .answer: .notice
                case .warning: .warning
                case .error: .error
                }
            let wanted = GraphemeWidth.columns(of: notice.text)
            if wanted + columns + 4 <= plan.footer.width { room -= drawNumbers(numbers, columns, plan, &canvas) }
            canvas.draw(Wrapping.truncated(notice.text, to: room), role, at: Point(x: 1, y: y), width: room)
            return nil
        }
        if columns + 12 <= plan.footer.width { room -= drawNumbers(numbers, columns, plan, &canvas) }
        drawHints(state, width: room, y: y, &canvas)
        return nil
    }

    private static func drawNumbers(
        _ numbers: SafeText, _ columns: Int, _ plan: ScreenPlan, _ canvas: inout Canvas
    ) -> Int {
        canvas.draw(
            numbers, .footer, at: Point(x: plan.footer.maxX - columns - 1, y: plan.footer.y), width: columns)
        return columns + 3
    }

    private static func drawHints(_ state: State, width: Int, y: Int, _ canvas: inout Canvas) {
        var x = 1
        for (command, words) in hints(state) {
            guard let key = state.keymap.sequences(for: command, in: state.context).first?.spelled else { continue }
            let columns = GraphemeWidth.columns(of: key) + 1 + GraphemeWidth.columns(of: words)
            guard x + columns <= width + 1 else { break }
            let keyColumns = canvas.draw(key, .footerKey, at: Point(x: x, y: y), width: columns)
            canvas.draw(words, .footer, at: Point(x: x + keyColumns + 1, y: y), width: columns)
            x += columns + 2
        }
    }

    private static func hints(_ state: State) -> [(Command, SafeText)] {
        switch state.overlays.last?.kind {
        case .help: return [(.back, "closes"), (.pageDown, "further")]
        case .sources:
            return [(.open, "only this one"), (.toggleRead, "mark read"), (.back, "back"), (.addSource, "add")]
        case .links: return [(.open, "open"), (.copyLink, "copy"), (.back, "back")]
        case .offers: return [(.open, "add"), (.back, "back")]
        case .sourceInfo: return [(.back, "back"), (.openLink, "open its page")]
        case .errors: return [(.back, "back"), (.refreshAll, "try again")]
        case nil: break
        }
        guard state.hasSources else { return [(.addSource, "add a source"), (.help, "help"), (.quit, "quit")] }
        if state.focused?.search != nil {
            return [(.nextUnread, "next match"), (.toggleRead, "mark"), (.back, "ends the search"), (.help, "help")]
        }
        if state.context == .post {
            return [
                (.advance, "read on"), (.previousPost, ""), (.nextPost, "next post"), (.openLink, "open"),
                (.toggleRead, "read"), (.undo, "undo"), (.help, "help"),
            ].filter { $0.0 != .previousPost }
        }
        return [
            (.advance, "next"), (.toggleRead, "read"), (.undo, "undo"), (.openLink, "open"), (.search, "search"),
            (.help, "help"),
        ]
    }

    private static func numbers(_ state: State) -> SafeText {
        guard let pane = state.focused, state.hasSources else { return "" }
        if let search = pane.search {
            if search.awaited != nil { return "searching" }
            let ordered = pane.persona.order == .newest ? search.matches : search.matches.reversed()
            let total = Wording.number(ordered.count, state.options)
            guard let key = pane.selection?.key, let index = ordered.firstIndex(of: key) else {
                return "\(total) matches"
            }
            return "match " + Wording.number(index + 1, state.options) + "/" + total
        }
        var parts: [SafeText] = []
        let total = Wording.number(pane.counts.total, state.options)
        parts.append(Wording.number(pane.counts.unread, state.options) + " of " + total + " unread")
        if pane.filter.unreadOnly { parts.append("unread only") }
        if pane.filter.source != nil { parts.append("one source") }
        if pane.filter.includesHidden {
            parts.append("hidden too")
        } else if pane.counts.hidden > 0 {
            parts.append(Wording.number(pane.counts.hidden, state.options) + " hidden")
        }
        if let (rows, height) = state.textRows(), rows.count > height {
            parts.append("text \(min(100, (state.textScroll + height) * 100 / rows.count)) %")
        }
        return parts.joined(by: " · ")
    }

    private static func draw(_ prompt: Prompt, _ rect: Rect, _ canvas: inout Canvas) -> Point? {
        let label: SafeText =
            switch prompt.kind {
            case .search: "/"
            case .addSource(let persona): "add to \(persona.shown): "
            case .confirmMarkPane: "Mark this pane read? y n "
            }
        canvas.fill(rect, .prompt)
        let start = 1 + canvas.draw(label, .prompt, at: Point(x: 1, y: rect.y), width: rect.width - 1)
        // The end of a long text stays in view with its cursor.
        let before = prompt.text.prefix(prompt.cursor)
        let room = max(1, rect.width - start - 2)
        var dropped = 0
        var shown = before
        while GraphemeWidth.columns(of: shown) > room {
            dropped += 1
            shown = before.slice(
                before.string.index(before.string.startIndex, offsetBy: dropped)..<before.string.endIndex)
        }
        let text = prompt.text.slice(
            prompt.text.string.index(prompt.text.string.startIndex, offsetBy: dropped)..<prompt.text.string.endIndex)
        var x = start + canvas.draw(text, .prompt, at: Point(x: start, y: rect.y), width: room)
        let cursor = Point(x: start + GraphemeWidth.columns(of: shown), y: rect.y)
        if let problem = prompt.problem {
            x += 3
            canvas.draw(problem, .error, at: Point(x: x, y: rect.y), width: rect.maxX - x)
        } else if prompt.text.isEmpty, let hint = hint(prompt) {
            canvas.draw(hint, .secondary, at: Point(x: x + 2, y: rect.y), width: rect.maxX - x - 2)
        }
        return cursor
    }

    private static func hint(_ prompt: Prompt) -> SafeText? {
        switch prompt.kind {
        case .search: "words, \"a phrase\", from:, tag:, is:unread … · Enter searches · Esc drops"
        case .addSource: "feed or page address, @who@server, #tag@server · Esc drops"
        case .confirmMarkPane: nil
        }
    }
}
