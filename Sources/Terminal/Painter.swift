import CTerminal
import Cells

/// Turns cells of a surface into what ncurses takes: runs of changed cells, colours that the terminal has.
struct Painter {
    private let colors: ColorDepth
    private let isUTF8: Bool
    private var run: [curses_cell] = []
    private var inks: [Style: Ink] = [:]
    /// Rows on the screen that have a disputed cluster, and the column of the first.
    private var disputes: [Int: Int] = [:]

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
    ///
    /// ncurses may send any cell of a row that changed, and any row when it scrolls. So a row with a cluster on which
    /// terminals disagree is put whole, in steps, and nothing is scrolled while such a row stands on the screen.
    mutating func paint(_ surface: Surface, over before: Surface?, within size: Size) {
        let visible = 0..<max(0, min(size.width, surface.size.width))
        if before == nil { disputes.removeAll() }
        let before = before ?? Surface(size: Size(width: 0, height: 0))
        let hadDisputes = !disputes.isEmpty
        var steps: [Run] = []
        var last = -1
        for run in surface.changes(from: before) where run.y < size.height {
            if run.y != last {
                last = run.y
                disputes[run.y] = visible.first { DrawnCluster.isDisputed(surface[$0, run.y].cluster) && isUTF8 }
                if let first = disputes[run.y] {
                    put(surface, y: run.y, visible, blankFrom: first)
                    steps.append(Run(y: run.y, columns: first..<visible.upperBound))
                }
            }
            if disputes[run.y] == nil { put(surface, y: run.y, run.columns.clamped(to: visible)) }
        }
        curses_allow_scrolling(!hadDisputes && disputes.isEmpty)
        if steps.isEmpty { return }
        curses_send()
        for step in steps { place(surface, step) }
    }

    /// Blanks everything that ncurses holds.
    mutating func clear(_ size: Size) {
        disputes.removeAll()
        let blank = curses_cell(
            scalars: (32, 0, 0, 0, 0), columns: 1, foreground: -1, background: -1, attributes: 0)
        run.removeAll(keepingCapacity: true)
        run.append(contentsOf: repeatElement(blank, count: max(0, size.width)))
        for y in 0..<max(0, size.height) { curses_put(0, Int32(y), run, Int32(run.count)) }
    }

    /// Puts a run, with blanks from a column on.
    private mutating func put(_ surface: Surface, y: Int, _ columns: Range<Int>, blankFrom: Int = .max) {
        run.removeAll(keepingCapacity: true)
        var x = columns.lowerBound
        while x < columns.upperBound {
            let isBlank = x >= blankFrom
            let width = isBlank ? 1 : self.width(surface, x, y, columns.upperBound)
            append(isBlank ? Cell(style: surface[x, y].style) : surface[x, y], columns: width)
            x += width
        }
        curses_put(Int32(columns.lowerBound), Int32(y), run, Int32(run.count))
    }

    /// Puts a run that begins with a disputed cluster. Each of these is sent alone and the cursor is then placed by its
    /// position, so that a terminal which gives it other columns shifts nothing that follows.
    private mutating func place(_ surface: Surface, _ rest: Run) {
        var x = rest.columns.lowerBound
        while x < rest.columns.upperBound {
            let start = x
            run.removeAll(keepingCapacity: true)
            let isDisputed = DrawnCluster.isDisputed(surface[x, rest.y].cluster)
            repeat {
                let width = self.width(surface, x, rest.y, rest.columns.upperBound)
                append(surface[x, rest.y], columns: width)
                x += width
            } while !isDisputed && x < rest.columns.upperBound
                && !DrawnCluster.isDisputed(surface[x, rest.y].cluster)
            curses_put(Int32(start), Int32(rest.y), run, Int32(run.count))
            if isDisputed { curses_send_then_place(Int32(start), Int32(rest.y)) }
        }
    }

    private func width(_ surface: Surface, _ x: Int, _ y: Int, _ end: Int) -> Int {
        var next = x + 1
        while next < end, surface[next, y].cluster.isEmpty { next += 1 }
        return next - x
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
