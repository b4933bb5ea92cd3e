import Cells
import Text
import TimelineModel

/// A question on the last line, and what is wrong with the answer so far.
enum PromptView {
    /// - Returns: where the cursor stands.
    static func draw(_ prompt: Prompt, _ line: Rect, _ canvas: inout Canvas) -> Point {
        canvas.fill(line, .prompt)
        let start = 1 + canvas.draw(label(prompt), .prompt, at: Point(x: 1, y: line.y), width: line.width - 1)
        let room = max(1, line.width - start - 1)
        let (text, before) = part(of: prompt, room: room)
        let end = start + canvas.draw(text, .prompt, at: Point(x: start, y: line.y), width: room)
        let cursor = Point(x: min(start + before, line.maxX - 1), y: line.y)
        if let problem = prompt.problem {
            draw(problem, after: end, line, &canvas)
        } else if prompt.text.isEmpty, let hint = hint(prompt) {
            let left = line.maxX - end - 3
            canvas.draw(
                Wrapping.truncated(hint, to: left), .secondary, at: Point(x: end + 2, y: line.y), width: left)
        }
        return cursor
    }

    /// Beside the text; where that has no room, on the line above.
    private static func draw(_ problem: SafeText, after end: Int, _ line: Rect, _ canvas: inout Canvas) {
        let columns = GraphemeWidth.columns(of: problem)
        if end + 3 + columns < line.maxX {
            canvas.draw(problem, .error, at: Point(x: end + 3, y: line.y), width: columns)
            return
        }
        let lines = Wrapping.wrap(problem, width: max(1, line.width - 2), limit: 3)
        let top = max(0, line.y - lines.count)
        canvas.fill(Rect(x: line.x, y: top, width: line.width, height: line.y - top), .prompt)
        for (number, part) in lines.enumerated() where top + number < line.y {
            canvas.draw(part.text(in: problem), .error, at: Point(x: 1, y: top + number), width: line.width - 2)
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

    private static func label(_ prompt: Prompt) -> SafeText {
        switch prompt.kind {
        case .search: "/"
        case .addSource(let persona): "add to \(persona.shown): "
        case .confirmMark(.source): "Mark the whole source read? y / n "
        case .confirmMark: "Mark the whole pane read? y / n "
        }
    }

    private static func hint(_ prompt: Prompt) -> SafeText? {
        switch prompt.kind {
        case .search: "words, \"a phrase\", from:, tag:, is:unread … · Enter searches · Esc drops"
        case .addSource: "feed or page address, @who@server, #tag@server · Esc drops"
        case .confirmMark: nil
        }
    }
}
