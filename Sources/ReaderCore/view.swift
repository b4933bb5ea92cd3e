public import Cells
import Text
import TimelineModel

/// A state and its picture.
public struct Drawn: Hashable, Sendable {
    public let state: State
    public let frame: Frame

    public init(state: State, frame: Frame) {
        self.state = state
        self.frame = frame
    }
}

/// The picture of a state. Holds nothing, changes nothing.
/// - Parameter last: an earlier state with its picture; panes that look the same are taken over from there.
public func view(_ state: State, after last: Drawn? = nil) -> Frame {
    let plan = state.plan
    var canvas = Canvas(state)
    guard plan.arrangement != .tooSmall else {
        let text: SafeText =
            "Perchoir needs \(ScreenPlan.leastSize.width) columns and \(ScreenPlan.leastSize.height) rows"
        for (y, line) in Wrapping.wrap(text, width: state.size.width, limit: state.size.height).enumerated() {
            canvas.draw(line.text(in: text), .text, at: Point(x: 0, y: y), width: state.size.width)
        }
        return Frame(surface: canvas.surface)
    }
    HeaderView.draw(state, plan, &canvas)
    var cursor: Point?
    if let visit = state.visits.last {
        cursor = VisitView.draw(visit, state, &canvas)
    } else if state.hasSources {
        let reusable = last.flatMap { $0.state.looksAlikeAroundPanes(state, plan) ? $0 : nil }
        for place in plan.panes {
            if let reusable, place.index != state.focus, reusable.state.panes[place.index] == state.panes[place.index] {
                canvas.surface.copy(place.whole, from: reusable.frame.surface)
                continue
            }
            if let selected = PaneView.draw(state, plan, place, &canvas) { cursor = selected }
        }
        TextView.draw(state, plan, &canvas)
        if state.context == .post, let text = plan.text { cursor = Point(x: text.x + 1, y: text.y) }
    } else {
        WelcomeView.draw(state, plan, &canvas)
    }
    if state.overlays.last != nil { cursor = OverlayView.draw(state, &canvas) }
    let prompt = FooterView.draw(state, plan, &canvas)
    return Frame(surface: canvas.surface, cursor: prompt ?? cursor, title: title(state))
}

extension State {
    /// Whether a pane that is the same in both states has the same picture in both.
    fileprivate func looksAlikeAroundPanes(_ other: State, _ plan: ScreenPlan) -> Bool {
        // Something stood over the panes.
        overlays.isEmpty && visits.isEmpty && !coversPanesFromBelow && self.plan == plan
            && focus == other.focus && panes.count == other.panes.count
            && now == other.now && zone == other.zone && revealed == other.revealed && health == other.health
            && fetching == other.fetching && hasSources == other.hasSources && theme == other.theme
            && options == other.options && keymap == other.keymap
    }
}

private func title(_ state: State) -> SafeText {
    guard let pane = state.focused else { return "Perchoir" }
    return "Perchoir · \(pane.persona.id.shown) \(pane.counts.unread)"
}

/// A surface with a theme: views draw text in roles.
struct Canvas {
    var surface: Surface
    let theme: Theme

    init(_ state: State) {
        theme = state.theme
        surface = Surface(size: state.size, style: state.theme[.text])
    }

    @discardableResult
    mutating func draw(_ text: SafeText, _ role: Role, at point: Point, width: Int) -> Int {
        draw(text, theme[role], at: point, width: width)
    }

    @discardableResult
    mutating func draw(_ text: SafeText, _ style: Style, at point: Point, width: Int) -> Int {
        guard width > 0 else { return 0 }
        return surface.draw(text, at: point, style: style, width: width)
    }

    mutating func fill(_ rect: Rect, _ role: Role) {
        surface.fill(rect, style: theme[role])
    }

    /// Draws a row: its segments from the left, cut with `…` before what stands at the right.
    mutating func draw(_ row: Row, in rect: Rect, overriding role: Role? = nil) {
        var right = rect.maxX
        if let trailing = row.trailing {
            let columns = min(GraphemeWidth.columns(of: trailing.text), rect.width)
            right -= columns
            draw(
                trailing.text, style(trailing, overriding: role), at: Point(x: right, y: rect.y), width: columns)
            right -= 1
        }
        var x = rect.x + row.indent
        for (index, segment) in row.segments.enumerated() where x < right {
            let room = right - x
            let isLast = index == row.segments.count - 1
            let columns = GraphemeWidth.columns(of: segment.text)
            let text =
                columns > room || (columns == room && !isLast)
                ? Wrapping.truncated(segment.text, to: room) : segment.text
            x += draw(text, style(segment, overriding: role), at: Point(x: x, y: rect.y), width: room)
        }
    }

    /// Draws an entry of a list, with its selection bar and unread dot in the gutter.
    /// - Parameter fillsHead: the first row of a selected entry is filled, not only its bar drawn.
    mutating func draw(_ shown: VisibleEntry, in list: Rect, isUnread: Bool, isSelected: Bool, fillsHead: Bool) {
        for (number, row) in shown.rows.enumerated() {
            let y = list.y + shown.row + number
            guard y >= list.y, y < list.maxY else { continue }
            let isSpacer = number == shown.rows.count - 1 && row == .empty
            if isSelected, !isSpacer { draw("▌", .selectionBar, at: Point(x: list.x, y: y), width: 1) }
            if number == 0, isUnread { draw("●", .unreadDot, at: Point(x: list.x + 1, y: y), width: 1) }
            let width = list.width - EntryRows.gutter - 1
            let text = Rect(x: list.x + EntryRows.gutter, y: y, width: width, height: 1)
            if isSelected, number == 0, fillsHead {
                fill(text, .selection)
                draw(row, in: text, overriding: .selection)
                if isUnread { surface.restyle(text) { $0.with(.bold) } }
            } else {
                draw(row, in: text)
            }
        }
    }

    private func style(_ segment: Segment, overriding role: Role?) -> Style {
        theme[role ?? segment.role].with(segment.attributes)
    }
}
