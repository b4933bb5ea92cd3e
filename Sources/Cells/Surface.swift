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
public struct Surface: Hashable, Sendable {
    public let size: Size
    /// Row by row.
    public private(set) var cells: [Cell]

    public init(size: Size, style: Style = .plain) {
        self.size = size
        cells = Array(repeating: Cell(cluster: " ", style: style), count: max(0, size.width) * max(0, size.height))
    }

    public subscript(x: Int, y: Int) -> Cell {
        cells[y * size.width + x]
    }

    /// Draws text from a place on, at most `width` columns and never past the right edge. A wide cluster that does not
    /// fit is left out.
    /// - Returns: the columns drawn.
    @discardableResult
    public mutating func draw(_ text: SafeText, at point: Point, style: Style, width: Int = .max) -> Int {
        0
    }

    /// Fills a part with blanks of a style.
    public mutating func fill(_ rect: Rect, style: Style) {
    }

    /// Repeats one single-column cluster over a part.
    public mutating func fill(_ rect: Rect, with cluster: Character, style: Style) {
    }

    /// Changes the style of cells that are drawn already.
    public mutating func restyle(_ rect: Rect, _ change: (Style) -> Style) {
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
