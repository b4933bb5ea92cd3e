public import Text

/// A key as a person thinks of it.
public enum Key: Hashable, Sendable {
    /// A printable cluster, space included.
    case character(Character)
    /// A letter pressed with Ctrl, lower case.
    case control(Character)
    /// A letter pressed with Alt (or after Esc within the delay).
    case alt(Character)
    case enter, escape, tab, backTab, backspace, delete, insert
    case up, down, left, right, home, end, pageUp, pageDown
    /// F1 is 1.
    case function(Int)
}

/// What comes from the terminal.
public enum InputEvent: Hashable, Sendable {
    case key(Key)
    /// Bracketed paste, sanitized: several lines stay several lines.
    case paste(SafeText)
    case click(Point)
    /// The wheel over a place: rows, negative is up.
    case wheel(Int, at: Point)
    case resize(Size)
    /// The program came back from a suspension.
    case resumed
    /// The terminal is gone or the system asks to end: commit and leave.
    case hangUp
    /// SIGINT from outside.
    case interrupt
}
