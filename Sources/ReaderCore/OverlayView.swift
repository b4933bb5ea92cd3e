import Cells
import Text
import TimelineModel

/// A list over the panes: everything between header and footer.
enum OverlayView {
    static func area(_ state: State) -> Rect {
        Rect(x: 0, y: 1, width: state.size.width, height: max(0, state.size.height - 2))
    }

    /// Rows below the title.
    static func height(_ state: State) -> Int { max(1, area(state).height - 1) }

    /// - Returns: where the cursor stands.
    static func draw(_ state: State, _ canvas: inout Canvas) -> Point? {
        guard let overlay = state.overlays.last else { return nil }
        let area = area(state)
        canvas.fill(area, .overlay)
        let rule = Rect(x: area.x, y: area.y, width: area.width, height: 1)
        canvas.surface.fill(rule, with: "━", style: canvas.theme[.focusedRule])
        canvas.draw(
            " " + Wrapping.truncated(title(of: overlay, state), to: area.width - 4) + " ", .overlayTitle,
            at: Point(x: 0, y: area.y), width: area.width)
        let rows = rows(of: overlay, state)
        let height = height(state)
        let first = firstRow(of: overlay, rows.count, state)
        var cursor: Point?
        for (number, row) in rows.dropFirst(first).prefix(height).enumerated() {
            let y = area.y + 1 + number
            let rect = Rect(x: area.x + 2, y: y, width: area.width - 3, height: 1)
            if overlay.hasSelection, first + number == overlay.row {
                canvas.draw("▌", .selectionBar, at: Point(x: area.x, y: y), width: 1)
                canvas.fill(rect, .selection)
                canvas.draw(row, in: rect, overriding: .selection)
                cursor = Point(x: area.x, y: y)
            } else {
                canvas.draw(row, in: rect)
            }
        }
        return cursor ?? Point(x: 0, y: area.y)
    }

    private static func firstRow(of overlay: Overlay, _ count: Int, _ state: State) -> Int {
        guard overlay.hasSelection else { return min(overlay.row, count) }
        let height = height(state)
        return max(0, min(overlay.row - height / 2, count - height))
    }

    /// The row of a list at a place of the screen.
    static func row(at point: Point, _ overlay: Overlay, _ state: State) -> Int? {
        let count = rows(of: overlay, state).count
        let row = firstRow(of: overlay, count, state) + point.y - area(state).y - 1
        return area(state).contains(point) && point.y > area(state).y && row < count ? row : nil
    }

    private static func title(of overlay: Overlay, _ state: State) -> SafeText {
        switch overlay.kind {
        case .help:
            return overlay.typed.isEmpty
                ? "keys · type to search · Esc closes" : "keys · “\(overlay.typed)” · Esc shows all"
        case .sources(let persona):
            let number = state.health.count { $0.personas.contains(persona) }
            let all = Wording.count(number, "source", "sources", state.options)
            guard !overlay.typed.isEmpty else { return "sources of \(persona.shown) · " + all }
            let listed = Wording.number(overlay.sources.count, state.options)
            return "sources of \(persona.shown) · “\(overlay.typed)” · \(listed) of \(all)"
        case .sourceInfo(let id): return state.sourceName(id)
        case .errors: return "errors"
        case .links:
            let open: SafeText = "a number or \(state.keyName(.open, in: .overlay)) opens"
            let long: SafeText =
                "links, files, people, hashtags · \(open) · \(state.keyName(.copyLink, in: .overlay)) copies"
            return GraphemeWidth.columns(of: long) <= state.size.width - 4 ? long : "links · " + open
        case .offers: return "several sources stand there · \(state.keyName(.open, in: .overlay)) adds one"
        }
    }

    /// All rows of a list; `update` counts them for scrolling.
    static func rows(of overlay: Overlay, _ state: State) -> [Row] {
        switch overlay.kind {
        case .help(let lines): return HelpTable.rows(lines, narrowedTo: overlay.typed, width: state.size.width - 3)
        case .sources:
            guard !overlay.sources.isEmpty || overlay.typed.isEmpty else {
                return [Row("No source is called so.", .secondary)]
            }
            return SourceRows.list(overlay.sources, state)
        case .sourceInfo(let id):
            guard let source = state.health.first(where: { $0.source == id }) else {
                return [Row("This source is not in the configuration any more.", .secondary)]
            }
            return SourceRows.details(source, state)
        case .errors: return SourceRows.errors(state)
        case .links(let links):
            return links.enumerated().map { number, target in
                let label: SafeText = "[\(number + 1)] "
                return switch target {
                case .page(let address): Row(label + address.shown, .link)
                case .file(let address, let name):
                    // A long description leaves room to see where the file lies.
                    Row([
                        Segment(
                            text: label + Wrapping.truncated(name, to: max(24, state.size.width - 40)),
                            role: .link),
                        Segment(text: "  " + address.shownShort, role: .secondary),
                    ])
                case .author(let handle, _, _): Row(label + "@" + handle, .mention)
                case .tag(let tag, _): Row(label + "#" + tag, .hashtag)
                }
            }
        case .offers(_, let offers):
            return offers.map { offer in
                Row([
                    Segment(text: (offer.title ?? "without a title") + "  ", role: .text),
                    Segment(text: (offer.isKnown ? "a source already  " : "") + offer.address.shown, role: .secondary),
                ])
            }
        }
    }
}
