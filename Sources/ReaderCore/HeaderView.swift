import Cells
import Text
import TimelineModel

/// The first line: the personas with their unread counts; at the right what fails and how fetching goes.
enum HeaderView {
    static func draw(_ state: State, _ plan: ScreenPlan, _ canvas: inout Canvas) {
        canvas.fill(plan.header, .header)
        let line = line(state, width: plan.header.width)
        for tab in line.tabs {
            var style = canvas.theme[tab.isFocused ? .headerFocused : .header]
            if let accent = canvas.theme.accent(state.panes[tab.index].persona.accent) { style.foreground = accent }
            canvas.draw(tab.text, style, at: Point(x: tab.x, y: 0), width: tab.columns)
        }
        if line.hasMoreBefore { canvas.draw("‹", .header, at: Point(x: 0, y: 0), width: 1) }
        if let x = line.moreAfter { canvas.draw("›", .header, at: Point(x: x, y: 0), width: 1) }
        var x = line.statusStart
        for part in line.status {
            x += canvas.draw(part.text, part.role, at: Point(x: x, y: 0), width: plan.header.width - x) + 2
        }
    }

    struct Tab {
        let index: Int
        let x: Int
        let text: SafeText
        let columns: Int
        let isFocused: Bool
    }

    /// What stands where on the line.
    struct Line {
        var tabs: [Tab] = []
        var hasMoreBefore = false
        /// Column of the sign that says so.
        var moreAfter: Int?
        var status: [Segment] = []
        var statusStart = 0
    }

    /// The longest status beside which all tabs fit; tabs that do not fit beside the shortest are left out from the
    /// left and right, never the focused one, and never cut.
    static func line(_ state: State, width: Int) -> Line {
        let labels = state.panes.indices.map { label($0, state) }
        let columns = labels.map { GraphemeWidth.columns(of: $0) }
        let wanted = columns.reduce(0) { $0 + $1 + 1 }
        let forms = statusForms(state)
        var line = Line()
        // A number of unread posts is worth more than the time; only where all of them never fit it comes back.
        let isTime = state.fetching.total == 0 && forms.last?.contains { $0.role == .headerTrouble } == false
        let beside = isTime ? forms + [[]] : forms
        line.status = beside.first { wanted + length(of: $0) + 1 <= width } ?? forms.last ?? []
        let statusLength = length(of: line.status)
        line.statusStart = width - statusLength - 1
        let room = max(1, statusLength == 0 ? width : line.statusStart - 1)

        func end(from first: Int, through last: Int) -> Int {
            (first...last).reduce(first > 0 ? 1 : 0) { $0 + columns[$1] + 1 } - 1
        }
        guard state.panes.indices.contains(state.focus) else { return line }
        var first = 0
        while first < state.focus, end(from: first, through: state.focus) + (first == 0 ? 0 : 1) > room { first += 1 }
        line.hasMoreBefore = first > 0
        var x = first > 0 ? 1 : 0
        for index in first..<labels.count {
            let isLast = index == labels.count - 1
            guard x + columns[index] + (isLast ? 0 : 2) <= room || index == first || index <= state.focus else {
                line.moreAfter = min(x, room - 1)
                break
            }
            // A tab that is cut leaves room for the sign that more follow.
            let left = max(1, room - x - (isLast || columns[index] <= room - x ? 0 : 1))
            line.tabs.append(
                Tab(
                    index: index, x: x, text: label(index, state, within: left), columns: min(columns[index], left),
                    isFocused: index == state.focus))
            x += columns[index] + 1
        }
        return line
    }

    /// The persona whose tab stands on a column.
    static func pane(atColumn x: Int, _ state: State) -> Int? {
        line(state, width: state.size.width).tabs.first { x >= $0.x && x < $0.x + $0.columns }?.index
    }

    /// A name that is too long is cut, not the number behind it.
    private static func label(_ index: Int, _ state: State, within columns: Int) -> SafeText {
        let whole = label(index, state)
        let excess = GraphemeWidth.columns(of: whole) - columns
        guard excess > 0 else { return whole }
        let name = state.panes[index].persona.id.shown
        let shortened = Wrapping.truncated(name, to: max(2, GraphemeWidth.columns(of: name) - excess))
        return Wrapping.truncated(label(index, state, name: shortened), to: columns)
    }

    private static func label(_ index: Int, _ state: State, name: SafeText? = nil) -> SafeText {
        let pane = state.panes[index]
        var text: SafeText = "\(pane.persona.key) \(name ?? pane.persona.id.shown)"
        text += " " + Wording.number(pane.counts.unread, state.options)
        let new = pane.newPosts
        if new.count > 0 {
            text += " " + pane.signOfNew + Wording.number(new.count, state.options) + (new.isExact ? "" : "+")
        }
        return index == state.focus ? "[\(text)]" : " \(text) "
    }

    private static func length(of parts: [Segment]) -> Int {
        parts.reduce(0) { $0 + GraphemeWidth.columns(of: $1.text) } + max(0, parts.count - 1) * 2
    }

    /// The right side in words, from the longest form to the shortest. What fails outlives the clock.
    private static func statusForms(_ state: State) -> [[Segment]] {
        let failing = state.failing
        var troubles: [Segment] = []
        if !failing.isEmpty {
            let names: [SafeText] = state.panes.compactMap { pane in
                let count = failing.count { $0.personas.contains(pane.persona.id) }
                return count > 0 ? "\(pane.persona.id.shown): \(count) failing" : nil
            }
            if !names.isEmpty { troubles.append(Segment(text: names.joined(by: ", "), role: .headerTrouble)) }
        }
        let key = state.keyName(.errors)
        if !state.problems.isEmpty {
            let count = Wording.count(
                state.problems.count, "problem in config.toml", "problems in config.toml", state.options)
            troubles.append(Segment(text: "\(count) · \(key)", role: .headerTrouble))
        }
        let number = failing.count + state.problems.count
        let short =
            number == 0
            ? []
            : [Segment(text: Wording.count(number, "error", "errors", state.options), role: .headerTrouble)]
        let fetching = fetching(state)
        return [
            troubles + live(state) + fetching, troubles + fetching, short + fetching, short.isEmpty ? fetching : short,
        ]
    }

    /// One stream that has to be opened again is worth more words than others that stand.
    private static func live(_ state: State) -> [Segment] {
        if state.live.values.contains(.connecting) { return [Segment(text: "connecting", role: .header)] }
        return state.live.values.contains(.streaming) ? [Segment(text: "live", role: .header)] : []
    }

    private static func fetching(_ state: State) -> [Segment] {
        if state.fetching.total > 0 {
            return [Segment(text: "⟳ \(state.fetching.done)/\(state.fetching.total)", role: .header)]
        }
        guard let last = state.lastCheck else { return [] }
        return [Segment(text: "⟳ " + state.shownCheck(last), role: .header)]
    }
}
