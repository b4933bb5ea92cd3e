import TimelineModel

/// Tables: data row by row, cells apart by a bar; what was only laid out in one, like any other text.
extension HTMLWalk {
    mutating func table(_ node: MarkupNode, _ depth: Int) {
        builder.separateBlocks()
        rows(of: node, hasBars: HTMLWalk.holdsData(node), depth)
        builder.separateBlocks()
    }

    private mutating func rows(of node: MarkupNode, hasBars: Bool, _ depth: Int) {
        guard depth < DecodingLimits.depth else { return }
        for child in node.children {
            switch child.isElement ? child.name.lowercased() : "" {
            case "tr": if hasBars { row(child, depth) } else { cells(of: child, depth) }
            case "thead", "tbody", "tfoot": rows(of: child, hasBars: hasBars, depth + 1)
            case "caption": line(child, depth + 1)
            default: visit(child, depth: depth + 1)
            }
        }
    }

    private mutating func row(_ node: MarkupNode, _ depth: Int) {
        let cells = node.elements
        guard !cells.allSatisfy(HTMLWalk.isEmpty) else { return }
        builder.separateLines()
        for (index, cell) in cells.enumerated() {
            if index > 0 { builder.append(" | ") }
            visitChildren(of: cell, depth: depth + 2)
        }
        builder.separateLines()
    }

    private mutating func cells(of row: MarkupNode, _ depth: Int) {
        for cell in row.elements { line(cell, depth + 1) }
    }

    /// Whether there is a row of several cells, and no cell that holds more than a line of text can say.
    private static func holdsData(_ table: MarkupNode) -> Bool {
        let rows = rows(of: table, depth: 0)
        // In this order: only a table without another one in it is read to its end.
        guard !rows.contains(where: { $0.contains(where: holdsBlock) }) else { return false }
        return rows.contains { $0.count { !isEmpty($0) } > 1 }
    }

    /// The cells of each row.
    private static func rows(of node: MarkupNode, depth: Int) -> [[MarkupNode]] {
        guard depth < DecodingLimits.depth else { return [] }
        var found: [[MarkupNode]] = []
        for child in node.elements {
            switch child.name.lowercased() {
            case "tr": found.append(child.elements)
            case "thead", "tbody", "tfoot": found += rows(of: child, depth: depth + 1)
            default: break
            }
        }
        return found
    }

    private static func holdsBlock(_ cell: MarkupNode) -> Bool {
        if cell.descendant(where: { blocks.contains($0.name.lowercased()) }) != nil { return true }
        return !saysSomething(cell) && cell.descendant { $0.name.lowercased() == "img" } != nil
    }

    private static let blocks: Set<String> = [
        "p", "div", "pre", "ul", "ol", "dl", "table", "blockquote", "figure", "h1", "h2", "h3", "h4", "h5", "h6",
    ]

    private static func isEmpty(_ cell: MarkupNode) -> Bool {
        !saysSomething(cell) && cell.descendant { shown.contains($0.name.lowercased()) } == nil
    }

    /// What is seen without a text.
    private static let shown: Set<String> = [
        "img", "svg", "math", "input", "iframe", "embed", "object", "audio", "video", "hr",
    ]

    private static func saysSomething(_ cell: MarkupNode) -> Bool {
        cell.textContent.contains { !$0.isWhitespace }
    }
}
