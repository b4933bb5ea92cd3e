import CTerminal
import Cells

/// Turns cells of a surface into what ncurses takes: runs of changed cells, colours that the terminal has.
struct Painter {
    private let colors: ColorDepth
    private let isUTF8: Bool
    private var run: [curses_cell] = []
    private var inks: [Style: Ink] = [:]

    /// A style as the terminal can show it.
    private struct Ink {
        var foreground: Int32
        var background: Int32
        var attributes: UInt32
    }

    init(colors: ColorDepth, isUTF8: Bool) {
        self.colors = colors
        self.isUTF8 = isUTF8
    }

    /// Gives the cells that differ from `before` to ncurses; all of them without one.
    mutating func paint(_ surface: Surface, over before: Surface?, within size: Size) {
        let width = min(surface.size.width, size.width)
        let height = min(surface.size.height, size.height)
        for y in 0..<max(0, height) {
            guard let before else {
                put(surface, y: y, from: 0, to: width)
                continue
            }
            var x = 0
            while x < width {
                guard surface[x, y] != before[x, y] else {
                    x += 1
                    continue
                }
                var end = x + 1
                while end < width, surface[end, y] != before[end, y] { end += 1 }
                // Half of a wide cluster is never sent: a run begins at its left column and ends after its right one.
                while x > 0, surface[x, y].cluster.isEmpty { x -= 1 }
                while end < width, surface[end, y].cluster.isEmpty { end += 1 }
                put(surface, y: y, from: x, to: end)
                x = end
            }
        }
    }

    /// Blanks everything that ncurses holds.
    mutating func clear(_ size: Size) {
        let blank = curses_cell(
            scalars: (32, 0, 0, 0, 0), columns: 1, foreground: -1, background: -1, attributes: 0)
        run.removeAll(keepingCapacity: true)
        run.append(contentsOf: repeatElement(blank, count: max(0, size.width)))
        for y in 0..<max(0, size.height) { curses_put(0, Int32(y), run, Int32(run.count)) }
    }

    private mutating func put(_ surface: Surface, y: Int, from start: Int, to end: Int) {
        run.removeAll(keepingCapacity: true)
        var x = start
        while x < end {
            let cell = surface[x, y]
            var columns = 1
            while x + columns < end, surface[x + columns, y].cluster.isEmpty { columns += 1 }
            append(cell, columns: columns)
            x += columns
        }
        curses_put(Int32(start), Int32(y), run, Int32(run.count))
    }

    private mutating func append(_ cell: Cell, columns: Int) {
        let ink = ink(for: cell.style)
        DrawnCluster.forEachPart(of: cell.cluster, columns: columns, isUTF8: isUTF8) { part in
            run.append(
                curses_cell(
                    scalars: part.scalars, columns: Int32(part.columns), foreground: ink.foreground,
                    background: ink.background, attributes: ink.attributes))
        }
    }

    private mutating func ink(for style: Style) -> Ink {
        if let known = inks[style] { return known }
        let foreground = colors.resolve(style.foreground)
        let background = colors.resolve(style.background)
        var attributes = UInt32(style.attributes.rawValue)
        // Eight colours have no bright ones; bold is how such terminals show them.
        if foreground.needsBold { attributes |= UInt32(CURSES_BOLD) }
        let ink = Ink(foreground: foreground.index, background: background.index, attributes: attributes)
        if inks.count > 4096 { inks.removeAll() }
        inks[style] = ink
        return ink
    }
}
