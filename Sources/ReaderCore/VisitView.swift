import Cells
import Text
import TimelineModel

/// Which entries of a visit stand on which rows.
struct VisitScroll: EntryScroll {
    let visit: Visit
    let format: ThreadRows
    let height: Int

    var entryCount: Int { visit.entries.count }

    func rows(_ index: Int) -> [Row] {
        let entries = visit.entries
        return format.rows(of: entries[index], below: entries.indices.contains(index + 1) ? entries[index + 1] : nil)
    }

    func entryHeight(_ index: Int) -> Int { rows(index).count }

    var top: ListTop? {
        let index = visit.index(of: visit.top)
        return ListTop(index: index ?? 0, offset: index == nil ? 0 : visit.topOffset)
    }
}

extension Visit {
    mutating func put(_ top: ListTop) {
        self.top = entries[top.index].place
        topOffset = top.offset
    }
}

/// A thread, somebody's posts, a hashtag, versions: between header and footer, in place of the panes.
enum VisitView {
    struct Plan: Hashable {
        let rule: Rect
        /// Nil while the text has the whole room.
        let list: Rect?
        let text: Rect?

        init(_ state: State, _ visit: Visit) {
            let size = state.size
            rule = Rect(x: 0, y: 1, width: size.width, height: 1)
            let body = Rect(x: 0, y: 2, width: size.width, height: max(0, size.height - 3))
            guard visit.isReading else {
                list = body
                text = nil
                return
            }
            guard size.width >= ScreenPlan.leastWideWidth else {
                list = nil
                text = body
                return
            }
            let left = ScreenPlan.listWidth(besideTextOf: state)
            list = Rect(x: 0, y: body.y, width: left, height: body.height)
            text = Rect(x: left + 1, y: body.y, width: size.width - left - 1, height: body.height)
        }
    }

    /// - Returns: where the cursor stands.
    static func draw(_ visit: Visit, _ state: State, _ canvas: inout Canvas) -> Point? {
        let plan = Plan(state, visit)
        drawRule(visit, state, plan.rule, &canvas)
        var cursor: Point?
        if let list = plan.list { cursor = drawList(visit, state, list, &canvas) }
        guard let text = plan.text else { return cursor }
        if plan.list != nil {
            let edge = Rect(x: text.x - 1, y: text.y, width: 1, height: text.height)
            canvas.surface.fill(edge, with: "│", style: canvas.theme[.rule])
        }
        canvas.draw(state.shownVisitText(), from: visit.text.scroll, in: text)
        return Point(x: text.x + 1, y: text.y)
    }

    private static func drawRule(_ visit: Visit, _ state: State, _ rect: Rect, _ canvas: inout Canvas) {
        var style = canvas.theme[.focusedRule]
        if let accent = canvas.theme.accent(state.focused?.persona.accent) { style.foreground = accent }
        canvas.surface.fill(rect, with: "━", style: style)
        let trouble = visit.failure != nil
        let end: SafeText = trouble ? " failed " : visit.awaited != nil ? " loading " : ""
        let columns = GraphemeWidth.columns(of: end)
        let name = Wrapping.truncated(" " + title(of: visit, state), to: rect.width - columns - 3) + " "
        canvas.draw(name, .headerFocused, at: Point(x: rect.x, y: rect.y), width: rect.width)
        let place = Point(x: rect.maxX - columns - 1, y: rect.y)
        canvas.draw(end, trouble ? .error : .notice, at: place, width: columns)
    }

    private static func title(of visit: Visit, _ state: State) -> SafeText {
        let host = visit.selectedPost?.place?.server.base.shownHost
        switch visit.subject {
        case .thread: return (["thread"] + around(visit, state)).joined(by: " · ")
        case .author(let handle, _): return "@" + handle
        case .feed(let id, _):
            return state.health.first { $0.source == id }?.name(in: state.focused?.persona.id) ?? visit.profile?.author
                .name ?? "feed"
        case .tag(let tag, _): return "#" + tag + (host.map { " · on " + $0 } ?? "")
        case .versions: return "versions of a post, the newest first"
        }
    }

    /// How many posts stand above and below the opened one.
    private static func around(_ visit: Visit, _ state: State) -> [SafeText] {
        guard let opened = visit.index(of: visit.openedPost.map { .post($0) }) else { return [] }
        let posts = visit.entries.indices.filter { if case .post = visit.entries[$0].content { true } else { false } }
        let above = posts.count { $0 < opened }
        let below = posts.count { $0 > opened }
        var parts: [SafeText] = []
        if above > 0 { parts.append("↑ " + Wording.number(above, state.options) + " above") }
        if below > 0 { parts.append(Wording.number(below, state.options) + " below") }
        return parts
    }

    private static func drawList(_ visit: Visit, _ state: State, _ list: Rect, _ canvas: inout Canvas) -> Point? {
        guard !visit.entries.isEmpty else {
            let text = visit.failure ?? (visit.awaited != nil ? "Asking." : emptiness(of: visit))
            for (number, line) in Wrapping.wrap(text, width: list.width - 4, limit: list.height).enumerated() {
                let place = Point(x: list.x + EntryRows.gutter, y: list.y + number)
                canvas.draw(
                    line.text(in: text), visit.failure == nil ? .secondary : .error, at: place, width: list.width - 4)
            }
            return nil
        }
        let scroll = state.scroll(of: visit, in: list)
        let selected = visit.selectedIndex
        var cursor: Point?
        var last = list.y
        for shown in scroll.visible() {
            let isSelected = shown.index == selected
            if isSelected { cursor = Point(x: list.x, y: list.y + max(0, shown.row)) }
            let isUnread = if case .post(let post) = visit.entries[shown.index].content { !post.isRead } else { false }
            canvas.draw(shown, in: list, isUnread: isUnread, isSelected: isSelected, fillsHead: true)
            last = list.y + shown.row + shown.rows.count
        }
        if let failure = visit.failure, last < list.maxY {
            let lines = Wrapping.wrap(failure, width: list.width - 4, limit: list.maxY - last)
            for (number, line) in lines.enumerated() {
                let place = Point(x: list.x + EntryRows.gutter, y: last + number)
                canvas.draw(line.text(in: failure), .error, at: place, width: list.width - 4)
            }
        }
        return cursor
    }

    private static func emptiness(of visit: Visit) -> SafeText {
        switch visit.subject {
        case .thread: "This post is not here any more."
        case .author, .feed, .tag: "No posts here."
        case .versions: "The server keeps no other version."
        }
    }
}
