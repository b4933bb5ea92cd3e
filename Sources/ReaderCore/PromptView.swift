import Cells
import Text
import TimelineModel

/// A question on the last line, and what is wrong with the answer so far.
enum PromptView {
    /// - Returns: where the cursor stands.
    static func draw(_ prompt: Prompt, _ state: State, _ line: Rect, _ canvas: inout Canvas) -> Point {
        canvas.fill(line, .prompt)
        let label = label(prompt, state, width: line.width - 2)
        let start = 1 + canvas.draw(label, .prompt, at: Point(x: 1, y: line.y), width: line.width - 1)
        let room = max(1, line.width - start - 1)
        let (text, before) = part(of: prompt, room: room)
        let end = start + canvas.draw(text, .prompt, at: Point(x: start, y: line.y), width: room)
        let cursor = Point(x: min(start + before, line.maxX - 1), y: line.y)
        if let problem = prompt.problem {
            draw(problem, .error, after: end, line, &canvas)
        } else if prompt.awaited != nil {
            draw("looking at it · Esc leaves", .secondary, after: end, line, &canvas)
        } else if prompt.text.isEmpty, let hint = hint(prompt) {
            let left = line.maxX - end - 3
            canvas.draw(
                Wrapping.truncated(hint, to: left), .secondary, at: Point(x: end + 2, y: line.y), width: left)
        }
        return cursor
    }

    /// Beside the text; where that has no room, on the lines above.
    private static func draw(_ words: SafeText, _ role: Role, after end: Int, _ line: Rect, _ canvas: inout Canvas) {
        let columns = GraphemeWidth.columns(of: words)
        if end + 3 + columns < line.maxX {
            canvas.draw(words, role, at: Point(x: end + 3, y: line.y), width: columns)
        } else {
            canvas.drawUpwards(words, role, on: .prompt, from: line.y - 1)
        }
    }

    /// The part of the text that is shown, with the cursor in it, and the columns before the cursor.
    private static func part(of prompt: Prompt, room: Int) -> (text: SafeText, before: Int) {
        let string = prompt.text.string
        let cursor =
            string.index(string.startIndex, offsetBy: prompt.cursor, limitedBy: string.endIndex) ?? string.endIndex
        var start = cursor
        var columns = 0
        while start > string.startIndex {
            let previous = string.index(before: start)
            let width = GraphemeWidth.columns(of: string[previous])
            guard columns + width < room else { break }
            columns += width
            start = previous
        }
        return (prompt.text.slice(start..<string.endIndex), columns)
    }

    private static func label(_ prompt: Prompt, _ state: State, width: Int) -> SafeText {
        switch prompt.kind {
        case .search, .narrowSources: "/"
        case .addSource(let persona): "add to \(persona.shown): "
        case .confirmMark(_, let subject): question(subject, state.options, width: width)
        }
    }

    private static func question(_ subject: Prompt.Subject?, _ options: Options, width: Int) -> SafeText {
        let end: SafeText = " read? y / n "
        guard let subject else { return "Mark them" + end }
        let name = subject.name
        var start: SafeText = "Mark all of "
        // None may be an old count, since posts come meanwhile.
        if let unread = subject.unread, unread > 0 {
            let posts = Wording.count(unread, "unread post", "unread posts", options)
            let whole = "Mark \(posts) of " + name + end
            if GraphemeWidth.columns(of: whole) <= width { return whole }
            start = "Mark " + Wording.number(unread, options) + " of "
        }
        let room = width - GraphemeWidth.columns(of: start) - GraphemeWidth.columns(of: end)
        return start + Wrapping.truncated(name, to: room) + end
    }

    private static func hint(_ prompt: Prompt) -> SafeText? {
        switch prompt.kind {
        case .search: "words, \"a phrase\", from:, tag:, is:unread … · Enter searches · Esc drops"
        case .narrowSources: "part of a name or an address · Enter keeps · Esc shows all"
        case .addSource: "feed or page address, @who@server, #tag@server · Esc drops"
        case .confirmMark: nil
        }
    }
}
