import Cells
import Text
import TimelineModel

/// The text of the selected post.
enum TextView {
    static func draw(_ state: State, _ plan: ScreenPlan, _ canvas: inout Canvas) {
        guard let area = plan.text else { return }
        drawRule(state, plan, area, &canvas)
        canvas.draw(state.shownText(), from: state.text.scroll, in: area)
    }

    /// The rule above the text; heavy when the keys go to it.
    private static func drawRule(_ state: State, _ plan: ScreenPlan, _ area: Rect, _ canvas: inout Canvas) {
        let isFocused = state.context == .post
        var style = canvas.theme[isFocused ? .focusedRule : .rule]
        if isFocused, let accent = canvas.theme.accent(state.focused?.persona.accent) { style.foreground = accent }
        let rule = Rect(x: area.x, y: area.y - 1, width: area.width, height: 1)
        // The only row above a text that has the whole screen belongs to the pane.
        guard !plan.panes.contains(where: { $0.rule == rule }) else { return }
        canvas.surface.fill(rule, with: isFocused ? "━" : "─", style: style)
    }
}

extension Canvas {
    /// Draws a text as it is scrolled.
    mutating func draw(_ text: ShownText?, from scroll: Int, in area: Rect) {
        guard let text else { return }
        for (number, row) in text.rows.dropFirst(scroll).prefix(area.height).enumerated() {
            draw(row, in: Rect(x: area.x + 1, y: area.y + number, width: area.width - 2, height: 1))
        }
    }
}
