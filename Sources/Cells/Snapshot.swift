public import Text

extension Surface {
    /// The text of the rows, from top to bottom, without the blanks at their ends. A wide cluster is one character of it
    /// and two columns on the screen.
    public func textGrid() -> [String] {
        (0..<size.height).map { y in
            var row = ""
            for x in 0..<size.width { row += self[x, y].cluster }
            return Self.withoutTrailing(" ", row)
        }
    }

    /// A text form for records of screens: the size, the text, a grid of letters that name styles (`.` is plain), and what
    /// the letters mean, in the order in which they first occur. Equal surfaces give equal text, different ones
    /// different text, but for what the grid of a surface with more than 62 styles cannot tell.
    public func snapshot() -> String {
        var letters: [Style: Character] = [.plain: "."]
        var legend: [String] = []
        var spare = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".makeIterator()
        var grid: [String] = []
        for y in 0..<size.height {
            var row = ""
            for x in 0..<size.width {
                let style = self[x, y].style
                if let letter = letters[style] {
                    row.append(letter)
                } else {
                    let letter = spare.next() ?? "?"
                    letters[style] = letter
                    legend.append("\(letter) = \(style.spelled)")
                    row.append(letter)
                }
            }
            grid.append(Self.withoutTrailing(".", row))
        }
        let parts = ["\(size.width)x\(size.height)"] + textGrid() + ["-- styles"] + grid + ["-- legend"] + legend
        return parts.joined(separator: "\n") + "\n"
    }

    private static func withoutTrailing(_ padding: Character, _ row: String) -> String {
        guard let last = row.lastIndex(where: { $0 != padding }) else { return "" }
        return String(row[...last])
    }
}

extension Style {
    /// In words, for records of screens: `bold underline fg ansi(3) bg #1A2B3C`; `plain` when there is nothing to say.
    public var spelled: SafeText {
        var words: [SafeText] = []
        if attributes.contains(.bold) { words.append("bold") }
        if attributes.contains(.dim) { words.append("dim") }
        if attributes.contains(.italic) { words.append("italic") }
        if attributes.contains(.underline) { words.append("underline") }
        if attributes.contains(.reverse) { words.append("reverse") }
        if foreground != .terminal { words.append("fg \(foreground.spelled)") }
        if background != .terminal { words.append("bg \(background.spelled)") }
        return words.isEmpty ? "plain" : words.joined(by: " ")
    }
}

extension Color {
    /// `terminal`, `ansi(3)` or `#1A2B3C`.
    public var spelled: SafeText {
        switch self {
        case .terminal: "terminal"
        case .ansi(let number): "ansi(\(number))"
        case .rgb(let red, let green, let blue):
            SafeText(sanitizing: "#" + [red, green, blue].map(Self.hexadecimal).joined())
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return byte < 16 ? "0" + digits : digits
    }
}
