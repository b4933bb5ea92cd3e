import Cells
import Text

/// A piece of a row in one role.
struct Segment: Hashable {
    var text: SafeText
    var role: Role
    var attributes: Style.Attributes = []
}

/// One row of the screen, before it has a place.
struct Row: Hashable {
    var segments: [Segment]
    /// Right-aligned.
    var trailing: Segment?
    var indent = 0

    init(_ segments: [Segment], trailing: Segment? = nil, indent: Int = 0) {
        self.segments = segments
        self.trailing = trailing
        self.indent = indent
    }

    init(_ text: SafeText, _ role: Role, indent: Int = 0) {
        self.init([Segment(text: text, role: role)], indent: indent)
    }

    static let empty = Row([])
}
