import Cells
import Text
import TimelineModel

/// A pane: its rule with the persona's name, and the list below it.
enum PaneView {
    /// - Returns: the place of the selected row of the focused pane, when it is on the screen: the hardware cursor stands
    ///   there, so that screen readers and magnifiers follow.
    static func draw(
        _ state: State, _ plan: ScreenPlan, _ place: ScreenPlan.PanePlan, _ canvas: inout Canvas
    ) -> Point? {
        let pane = state.panes[place.index]
        let isFocused = place.index == state.focus
        drawRule(state, pane, isFocused, place.rule, &canvas)
        if place.index != plan.panes.last?.index || plan.arrangement == .zoomed {
            drawDivider(at: place.rule.maxX, from: place.rule.y, to: place.list.maxY, &canvas)
        }
        guard let scroll = state.scroll(of: place.index, plan), scroll.height > 0 else { return nil }
        guard !pane.entries.isEmpty else {
            drawEmpty(state, pane, place.list, &canvas)
            return nil
        }
        let selected = isFocused ? pane.selectedIndex : nil
        var cursor: Point?
        for shown in scroll.visible() {
            let isSelected = shown.index == selected
            if isSelected { cursor = Point(x: place.list.x, y: place.list.y + max(0, shown.row)) }
            let post: PostSummary? = if case .post(let post) = pane.entries[shown.index] { post } else { nil }
            canvas.draw(
                shown, in: place.list, isUnread: post?.isRead == false, isSelected: isSelected, fillsHead: post != nil)
        }
        return cursor
    }

    private static func drawRule(
        _ state: State, _ pane: PaneState, _ isFocused: Bool, _ rect: Rect, _ canvas: inout Canvas
    ) {
        var style = canvas.theme[isFocused ? .focusedRule : .rule]
        if isFocused, let accent = canvas.theme.accent(pane.persona.accent) { style.foreground = accent }
        canvas.surface.fill(rect, with: isFocused ? "━" : "─", style: style)
        var name: SafeText = " " + pane.persona.id.shown
        if let purpose = pane.persona.purpose { name += " · " + purpose }
        if let source = pane.filter.source {
            name += " · " + state.sourceName(source)
        }
        var nameStyle = canvas.theme[isFocused ? .headerFocused : .header]
        if let accent = canvas.theme.accent(pane.persona.accent) { nameStyle.foreground = accent }
        let new = pane.newPosts
        let label =
            " " + pane.signOfNew + " " + Wording.number(new.count, state.options) + (new.isExact ? "" : "+") + " new "
        let columns = new.count > 0 ? GraphemeWidth.columns(of: label) : 0
        canvas.draw(
            Wrapping.truncated(name, to: max(4, rect.width - columns - 4)) + " ", nameStyle,
            at: Point(x: rect.x, y: rect.y), width: rect.width)
        guard columns > 0, columns + 8 < rect.width else { return }
        canvas.draw(label, .notice, at: Point(x: rect.maxX - columns - 1, y: rect.y), width: columns)
    }

    private static func drawDivider(at x: Int, from top: Int, to bottom: Int, _ canvas: inout Canvas) {
        guard x < canvas.surface.size.width else { return }
        canvas.surface.fill(Rect(x: x, y: top, width: 1, height: 1), with: "┬", style: canvas.theme[.rule])
        canvas.surface.fill(
            Rect(x: x, y: top + 1, width: 1, height: bottom - top - 1), with: "│", style: canvas.theme[.rule])
    }

    /// What an empty list says: nothing yet, nothing left, or nothing that fits.
    private static func drawEmpty(_ state: State, _ pane: PaneState, _ list: Rect, _ canvas: inout Canvas) {
        guard pane.isLoaded else { return }
        var lines: [SafeText] = []
        if pane.filter.unreadOnly, pane.counts.total > 0 {
            lines.append("All read." + state.nextCheck)
            lines += elsewhere(state, pane)
        } else if pane.filter.source != nil {
            lines.append("This source has no posts here.")
        } else if pane.counts.total == 0, pane.counts.hidden > 0, !pane.filter.includesHidden {
            let count = Wording.number(pane.counts.hidden, state.options)
            lines = [
                pane.counts.hidden == 1 ? "One post, hidden by a filter." : "\(count) posts, all hidden by filters.",
                "\(state.keyName(.toggleHidden)) shows \(pane.counts.hidden == 1 ? "it" : "them").",
            ]
        } else if state.health.contains(where: { $0.personas.contains(pane.persona.id) }) {
            lines.append(state.fetching.total > 0 ? "Fetching the first posts." : "No posts yet." + state.nextCheck)
        } else {
            let key = state.keyName(.addSource)
            lines = [
                "No source yet.", "\(key) adds a feed, @who@server or", "#tag@server to \(pane.persona.id.shown).",
            ]
        }
        for (number, line) in lines.enumerated() where number + 1 < list.height {
            let text = Wrapping.truncated(line, to: list.width - EntryRows.gutter - 1)
            canvas.draw(
                text, .secondary, at: Point(x: list.x + EntryRows.gutter, y: list.y + 1 + number), width: list.width)
        }
    }

    private static func elsewhere(_ state: State, _ pane: PaneState) -> [SafeText] {
        let others = state.panes.filter { $0.persona.id != pane.persona.id && $0.counts.unread > 0 }
        return others.map {
            "\($0.persona.key) \($0.persona.id.shown): " + Wording.number($0.counts.unread, state.options)
        }
    }
}
