public import Text

/// One cell of the screen.
public struct Cell: Hashable, Sendable {
    /// The grapheme cluster drawn here; empty in the second column of a wide one.
    public var cluster: String
    public var style: Style

    public init(cluster: String = " ", style: Style = .plain) {
        self.cluster = cluster
        self.style = style
    }

    public static let blank = Cell()
}

/// A picture made of cells. Drawing outside it is cut off; a control scalar is never accepted.
///
/// A cell never depends on its neighbours: text stands in the order in which it is stored, also where it is read
/// from right to left, so a line in Arabic or Hebrew stays within its own cells whatever a terminal does with it.
public struct Surface: Hashable, Sendable {
    public let size: Size
    /// Row by row.
    public private(set) var cells: [Cell]

    /// Blanks in a style. A negative width or height is taken for 0.
    public init(size: Size, style: Style = .plain) {
        let size = Size(width: max(0, size.width), height: max(0, size.height))
        self.size = size
        cells = Array(repeating: Cell(cluster: " ", style: style), count: size.width * size.height)
    }

    /// The cell of a column and a row, which must lie on the surface.
    public subscript(x: Int, y: Int) -> Cell {
        cells[y * size.width + x]
    }

    /// Draws text from a place on, at most `width` columns and never past the right edge. A wide cluster of which only
    /// one column is left becomes a blank. Line breaks and other controls take no column.
    /// - Returns: the columns drawn, with those that are cut off on the left.
    @discardableResult
    public mutating func draw(_ text: SafeText, at point: Point, style: Style, width: Int = .max) -> Int {
        guard point.y >= 0, point.y < size.height, point.x < size.width, width > 0 else { return 0 }
        // Of `width`, which may be .max, only what reaches the edge counts.
        let end = point.x + min(width, size.width - point.x)
        let row = point.y * size.width
        var source = text.string
        var x = point.x
        repairBefore(x, row)
        source.withUTF8 { bytes in
            var scanner = ClusterScanner(bytes, of: text.string)
            while x < end, let cluster = scanner.next() {
                if cluster.columns == 0 { continue }
                if cluster.isSeveralLetters {
                    x = drawLetters(bytes[cluster.range], from: x, to: end, row, style)
                } else {
                    x = put(bytes[cluster.range], columns: cluster.columns, at: x, to: end, row, style)
                }
            }
        }
        repairAfter(x, row)
        return x - point.x
    }

    /// Fills a part with blanks of a style.
    public mutating func fill(_ rect: Rect, style: Style) {
        fill(rect, with: " ", style: style)
    }

    /// Repeats one single-column cluster over a part. Any other cluster gives blanks.
    public mutating func fill(_ rect: Rect, with cluster: Character, style: Style) {
        let part = visible(rect)
        if part.isEmpty { return }
        let cell = Cell(cluster: GraphemeWidth.columns(of: cluster) == 1 ? String(cluster) : " ", style: style)
        for y in part.y..<part.maxY {
            let row = y * size.width
            repairBefore(part.x, row)
            for x in part.x..<part.maxX { cells[row + x] = cell }
            repairAfter(part.maxX, row)
        }
    }

    /// Changes the style of cells that are drawn already.
    public mutating func restyle(_ rect: Rect, _ change: (Style) -> Style) {
        let part = visible(rect)
        if part.isEmpty { return }
        for y in part.y..<part.maxY {
            for index in y * size.width + part.x..<y * size.width + part.maxX {
                cells[index].style = change(cells[index].style)
            }
        }
    }

    /// Takes over a part of a surface of the same size; a part that cuts no wide cluster in two.
    public mutating func copy(_ rect: Rect, from other: Surface) {
        guard other.size == size else { return }
        let part = visible(rect)
        for y in part.y..<part.maxY {
            let places = y * size.width + part.x..<y * size.width + part.maxX
            cells.replaceSubrange(places, with: other.cells[places])
        }
    }

    /// Takes over a row of a surface of the same size, or blanks.
    mutating func copyRow(from row: Int?, of other: Surface, to y: Int) {
        let width = size.width
        for x in 0..<width { cells[y * width + x] = row.map { other.cells[$0 * width + x] } ?? .blank }
    }

    private func visible(_ rect: Rect) -> Rect {
        let x = min(max(0, rect.x), size.width)
        let y = min(max(0, rect.y), size.height)
        // `maxX` may be far away, never beyond Int.
        let right = min(size.width, rect.x < size.width ? rect.maxX : 0)
        let bottom = min(size.height, rect.y < size.height ? rect.maxY : 0)
        return Rect(x: x, y: y, width: right - x, height: bottom - y)
    }
}

// MARK: - Wide clusters

extension Surface {
    /// Puts one cluster of 1 or 2 columns; answers where the next one goes.
    private mutating func put(
        _ cluster: Slice<UnsafeBufferPointer<UInt8>>, columns: Int, at x: Int, to end: Int, _ row: Int, _ style: Style
    ) -> Int {
        if x + columns > end {
            if x >= 0 { cells[row + x] = Cell(cluster: " ", style: style) }
            return end
        }
        if x >= 0 {
            cells[row + x] = Cell(cluster: Self.spelled(cluster), style: style)
            if columns == 2 { cells[row + x + 1] = Cell(cluster: "", style: style) }
        } else if x + columns > 0 {
            cells[row] = Cell(cluster: " ", style: style)
        }
        return x + columns
    }

    /// Letters of one cluster that stand side by side each get a cell, with their marks.
    private mutating func drawLetters(
        _ cluster: Slice<UnsafeBufferPointer<UInt8>>, from start: Int, to end: Int, _ row: Int, _ style: Style
    ) -> Int {
        var x = start
        var letter = ""
        var columns = 0
        var letters: [(text: String, columns: Int)] = []
        for scalar in String(decoding: cluster, as: UTF8.self).unicodeScalars {
            let width = GraphemeWidth.columns(of: Character(scalar))
            if width > 0, columns > 0 {
                letters.append((letter, columns))
                letter = ""
                columns = 0
            }
            letter.unicodeScalars.append(scalar)
            columns += width
        }
        letters.append((letter, columns))
        for var letter in letters where x < end {
            x = letter.text.withUTF8 { put($0[...], columns: letter.columns, at: x, to: end, row, style) }
        }
        return x
    }

    @inline(__always)
    private static func spelled(_ cluster: Slice<UnsafeBufferPointer<UInt8>>) -> String {
        if cluster.count == 1, let byte = cluster.first { return ascii[Int(byte & 0x7F)] }
        return String(decoding: cluster, as: UTF8.self)
    }

    private static let ascii = (UInt8(0)..<128).map { String(Unicode.Scalar($0)) }

    /// Before drawing from `x`: when that cuts a wide cluster in two, its first half becomes a blank.
    private mutating func repairBefore(_ x: Int, _ row: Int) {
        if x > 0, x < size.width, cells[row + x].cluster.isEmpty { cells[row + x - 1].cluster = " " }
    }

    /// After drawing up to `x`: what is left of a wide cluster that was cut in two becomes a blank.
    private mutating func repairAfter(_ x: Int, _ row: Int) {
        if x > 0, x < size.width, cells[row + x].cluster.isEmpty { cells[row + x].cluster = " " }
    }
}

/// What one round of drawing gives: the picture and all else that the terminal needs to know.
public struct Frame: Hashable, Sendable {
    public var surface: Surface
    /// Where the hardware cursor stands; nil hides it.
    public var cursor: Point?
    /// The terminal's title.
    public var title: SafeText

    public init(surface: Surface, cursor: Point? = nil, title: SafeText = "Perchoir") {
        self.surface = surface
        self.cursor = cursor
        self.title = title
    }
}

/// Whatever shows frames.
public protocol Screen {
    /// Columns and rows.
    var size: Size { get }

    /// Shows a frame; only what changed since the last one is sent.
    mutating func present(_ frame: Frame)

    /// Forgets what stands on the screen, so that the next frame is sent whole (^L, after a resize or a suspension).
    mutating func invalidate()
}
