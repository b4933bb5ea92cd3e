import Cells

/// Where everything stands on the screen. `update` needs it for paging and clicks, views for drawing.
struct ScreenPlan: Hashable {
    enum Arrangement: Hashable {
        /// Less than 40x12: one line asks for more room.
        case tooSmall
        /// Persona panes side by side.
        case sideBySide
        /// List left, post right.
        case zoomed
        /// Index above, text below.
        case stacked
    }

    struct PanePlan: Hashable {
        /// Index into `State.panes`.
        let index: Int
        /// The line with the persona's name.
        let rule: Rect
        let list: Rect

        /// With the line at its right.
        var whole: Rect { Rect(x: rule.x, y: rule.y, width: rule.width + 1, height: rule.height + list.height) }
    }

    let arrangement: Arrangement
    let header: Rect
    let footer: Rect
    let panes: [PanePlan]
    /// The text of the selected post; nil when it is not shown.
    let text: Rect?

    static let leastSize = Size(width: 40, height: 12)
    static let leastPaneWidth = 36
    static let leastWideWidth = 100
    static let leastHeightWithText = 16

    init(_ state: State) {
        let size = state.size
        header = Rect(x: 0, y: 0, width: size.width, height: 1)
        footer = Rect(x: 0, y: size.height - 1, width: size.width, height: 1)
        let body = Rect(x: 0, y: 1, width: size.width, height: size.height - 2)
        guard size.width >= Self.leastSize.width, size.height >= Self.leastSize.height, !state.panes.isEmpty else {
            arrangement = .tooSmall
            panes = []
            text = nil
            return
        }
        if size.width < Self.leastWideWidth {
            arrangement = .stacked
            (panes, text) = Self.stack(body, state)
        } else if state.layout.isZoomed {
            arrangement = .zoomed
            let listWidth = Self.listWidth(besideTextOf: state)
            panes = [Self.pane(state.focus, in: Rect(x: 0, y: body.y, width: listWidth, height: body.height))]
            text = Rect(
                x: listWidth + 1, y: body.y + 1, width: size.width - listWidth - 1, height: body.height - 1)
        } else {
            arrangement = .sideBySide
            panes = Self.columns(body, state)
            text = nil
        }
    }

    /// Columns of a list that has a text beside it; one column is the line between them.
    static func listWidth(besideTextOf state: State) -> Int {
        let wanted = state.layout.listColumns ?? min(60, state.size.width * 2 / 5)
        return min(max(leastPaneWidth, wanted), state.size.width - 1 - leastPaneWidth)
    }

    private static func pane(_ index: Int, in rect: Rect) -> PanePlan {
        PanePlan(
            index: index, rule: Rect(x: rect.x, y: rect.y, width: rect.width, height: 1),
            list: Rect(x: rect.x, y: rect.y + 1, width: rect.width, height: rect.height - 1))
    }

    /// As many panes as fit, the focused one always among them.
    private static func columns(_ body: Rect, _ state: State) -> [PanePlan] {
        let fitting = max(1, min(state.panes.count, (body.width + 1) / (leastPaneWidth + 1)))
        let first = min(max(0, state.focus - fitting / 2), state.panes.count - fitting)
        let widthOfAll = body.width - (fitting - 1)
        var plans: [PanePlan] = []
        var x = body.x
        for position in 0..<fitting {
            let width = widthOfAll * (position + 1) / fitting - widthOfAll * position / fitting
            plans.append(pane(first + position, in: Rect(x: x, y: body.y, width: width, height: body.height)))
            x += width + 1
        }
        return plans
    }

    private static func stack(_ body: Rect, _ state: State) -> ([PanePlan], Rect?) {
        let hasRoom = state.size.height >= leastHeightWithText
        if !hasRoom || state.layout.hidesText {
            guard state.layout.focusesPost else { return ([pane(state.focus, in: body)], nil) }
            return (
                [
                    PanePlan(
                        index: state.focus, rule: Rect(x: body.x, y: body.y, width: body.width, height: 1),
                        list: Rect(x: body.x, y: body.y + 1, width: body.width, height: 0))
                ],
                Rect(x: body.x, y: body.y + 1, width: body.width, height: body.height - 1)
            )
        }
        let wanted = state.layout.textRows ?? body.height / 2
        let textRows = min(max(4, wanted), body.height - 5)
        let listPart = Rect(x: body.x, y: body.y, width: body.width, height: body.height - textRows - 1)
        return (
            [pane(state.focus, in: listPart)],
            Rect(x: body.x, y: listPart.maxY + 1, width: body.width, height: textRows)
        )
    }

    func plan(of index: Int) -> PanePlan? { panes.first { $0.index == index } }
}
