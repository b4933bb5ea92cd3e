import CTerminal
import Cells

/// Turns a surface into what the terminal is sent: moved rows, runs of changed cells, colours that it has.
struct Painter {
    private let colors: ColorDepth
    private let isUTF8: Bool
    private var run: [curses_cell] = []
    private var inks: [Style: Ink] = [:]
    /// The one that was asked for last: neighbouring cells mostly share it, and hashing a style for each took longer than
    /// sending them.
    private var lastInk: (style: Style, ink: Ink)?
    /// Columns that a terminal may give a cluster of two more: some draw the letters of a flag as two wide ones.
    private static let surplus = 2

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

    /// Adds what differs from `before` to the next frame; without one the frame begins with an empty screen.
    mutating func paint(_ surface: Surface, over before: Surface?, within size: Size) {
        var ground = before ?? Surface(size: surface.size)
        if before == nil {
            curses_wipe()
        } else if surface.size == size, curses_can_scroll(), let move = surface.move(from: ground) {
            curses_scroll(Int32(move.rows.lowerBound), Int32(move.rows.upperBound - 1), Int32(move.up))
            ground = ground.moved(move)
        }
        let visible = 0..<max(0, min(size.width, surface.size.width))
        var last = -1
        var drawnTo = 0
        for run in surface.changes(from: ground) where run.y < size.height {
            if run.y != last { drawnTo = 0 }
            last = run.y
            let columns = run.columns.clamped(to: visible)
            let rest = max(drawnTo, columns.lowerBound)..<max(drawnTo, visible.upperBound)
            drawnTo = put(surface, y: run.y, rest, atLeastTo: columns.upperBound)
        }
    }

    /// Puts a part of a row. A cluster on which terminals disagree is put over blanks and the cursor is placed anew after
    /// it, so that a terminal which gives it fewer columns shifts nothing and leaves nothing; where a terminal gives it
    /// more, what follows is drawn over the surplus.
    /// - Returns: the column up to which the row was put.
    private mutating func put(_ surface: Surface, y: Int, _ columns: Range<Int>, atLeastTo end: Int) -> Int {
        var end = end
        var x = columns.lowerBound
        var isNewPlace = true
        while x < end {
            let start = x
            run.removeAll(keepingCapacity: true)
            while x < end, !isDisputed(surface[x, y]) {
                x += width(surface, x, y, columns.upperBound)
            }
            append(surface, y: y, start..<x)
            let disputedStart = x < end ? x : nil
            if let disputedStart {
                x += width(surface, x, y, columns.upperBound)
                for _ in disputedStart..<x { append(Cell(style: surface[disputedStart, y].style), columns: 1) }
            }
            curses_put(Int32(start), Int32(y), isNewPlace, run, Int32(run.count))
            isNewPlace = false
            if let disputedStart {
                run.removeAll(keepingCapacity: true)
                append(surface, y: y, disputedStart..<x)
                curses_put(Int32(disputedStart), Int32(y), false, run, Int32(run.count))
                end = max(end, min(x + Self.surplus, columns.upperBound))
            }
        }
        return x
    }

    private func isDisputed(_ cell: Cell) -> Bool { isUTF8 && DrawnCluster.isDisputed(cell.cluster) }

    private mutating func append(_ surface: Surface, y: Int, _ columns: Range<Int>) {
        var x = columns.lowerBound
        while x < columns.upperBound {
            let width = self.width(surface, x, y, columns.upperBound)
            append(surface[x, y], columns: width)
            x += width
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
        if let lastInk, lastInk.style == style { return lastInk.ink }
        let ink = inks[style] ?? mix(style)
        lastInk = (style, ink)
        return ink
    }

    private mutating func mix(_ style: Style) -> Ink {
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
