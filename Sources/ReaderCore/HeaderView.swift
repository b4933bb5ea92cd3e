import Cells
import Text
import TimelineModel

/// The first line: the personas with their unread counts; at the right what fails and how fetching goes.
enum HeaderView {
    static func draw(_ state: State, _ plan: ScreenPlan, _ canvas: inout Canvas) {
        canvas.fill(plan.header, .header)
        var right = plan.header.maxX
        for part in status(state).reversed() {
            let columns = GraphemeWidth.columns(of: part.text)
            guard right - columns - 1 > plan.header.width / 3 else { break }
            right -= columns + 1
            canvas.draw(part.text, part.role, at: Point(x: right, y: 0), width: columns)
            right -= 2
        }
        for tab in tabs(state, width: right) {
            var style = canvas.theme[tab.isFocused ? .headerFocused : .header]
            if let accent = canvas.theme.accent(state.panes[tab.index].persona.accent) { style.foreground = accent }
            canvas.draw(tab.text, style, at: Point(x: tab.x, y: 0), width: right - tab.x)
        }
    }

    struct Tab {
        let index: Int
        let x: Int
        let text: SafeText
        let isFocused: Bool
    }

    /// Tabs from the left; the focused one is always among them.
    static func tabs(_ state: State, width: Int) -> [Tab] {
        func label(_ index: Int) -> SafeText {
            let pane = state.panes[index]
            var text: SafeText = "\(pane.persona.key) \(pane.persona.id.shown)"
            text += " " + Wording.number(pane.counts.unread, state.options)
            let new = pane.newPosts
            if new.count > 0 {
                let arrow: SafeText = pane.persona.order == .newest ? "↑" : "↓"
                text += " " + arrow + Wording.number(new.count, state.options) + (new.isExact ? "" : "+")
            }
            return index == state.focus ? "[\(text)]" : " \(text) "
        }
        var first = 0
        while true {
            var tabs: [Tab] = []
            var x = 0
            for index in first..<max(first, state.panes.count) {
                let text = label(index)
                tabs.append(Tab(index: index, x: x, text: text, isFocused: index == state.focus))
                x += GraphemeWidth.columns(of: text) + 1
                if index == state.focus, x > width, first < index { break }
            }
            let end = tabs.first(where: \.isFocused).map { $0.x + GraphemeWidth.columns(of: $0.text) } ?? 0
            if end <= width || first >= state.focus { return tabs }
            first += 1
        }
    }

    static func pane(atColumn x: Int, _ state: State) -> Int? {
        tabs(state, width: state.size.width).first { x >= $0.x && x < $0.x + GraphemeWidth.columns(of: $0.text) }?.index
    }

    private static func status(_ state: State) -> [Segment] {
        var parts: [Segment] = []
        let failing = state.health.filter { $0.failuresInARow > 0 }
        if !failing.isEmpty {
            var names: [SafeText] = []
            for pane in state.panes {
                let count = failing.count { $0.personas.contains(pane.persona.id) }
                if count > 0 { names.append("\(pane.persona.id.shown): \(count) failing") }
            }
            parts.append(Segment(text: names.joined(by: ", "), role: .headerTrouble))
        }
        if !state.problems.isEmpty {
            parts.append(
                Segment(
                    text: Wording.count(
                        state.problems.count, "problem in config.toml · E", "problems in config.toml · E", state.options
                    ),
                    role: .headerTrouble))
        }
        if state.fetching.total > 0 {
            parts.append(Segment(text: "⟳ \(state.fetching.done)/\(state.fetching.total)", role: .header))
        } else if let last = state.fetching.lastCheck {
            parts.append(Segment(text: "⟳ " + Wording.clock(last, state.zone), role: .header))
        }
        return parts
    }
}
