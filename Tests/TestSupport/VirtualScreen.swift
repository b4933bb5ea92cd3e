public import Cells

/// A strict terminal: draws what a program sends and keeps a list of every sequence that it does not allow.
///
/// Wide characters take two columns by a short list of blocks; enough for tests, not for text in the wild.
public struct VirtualScreen {
    public struct Glyph: Hashable, Sendable {
        /// A base and its marks; empty in the right column of a wide one.
        public var text = " "
        public var style = Look()
    }

    /// How a cell looks, with colours as their SGR parameters spell them ("31", "38;5;208"); empty is the default.
    public struct Look: Hashable, Sendable {
        public var attributes: Set<Int> = []
        public var foreground = ""
        public var background = ""
        public var isReversed: Bool { attributes.contains(7) }
        public var isBold: Bool { attributes.contains(1) }
    }

    public private(set) var size: Size
    public private(set) var cursor = Point(x: 0, y: 0)
    public private(set) var cursorIsVisible = true
    public private(set) var isAlternate = false
    /// The private modes that are on, such as 2004 for bracketed paste.
    public private(set) var modes: Set<Int> = []
    public private(set) var title = ""
    /// Sequences that are not allowed, in the order of arrival. A test asserts that there are none.
    public private(set) var violations: [String] = []
    /// SGR sequences that set a colour.
    public private(set) var colorCount = 0

    var grid: [[Glyph]]
    private var primary: [[Glyph]] = []
    private var saved = Point(x: 0, y: 0)
    private var look = Look()
    private var top = 0
    private var bottom: Int
    private var wrapsNext = false
    private var lineDrawing = false
    private var last = ""
    var parser = SequenceParser()

    private let widths: [Unicode.Scalar: Int]

    /// - Parameter widths: columns of characters on which this terminal is of another mind than the others.
    public init(size: Size, widths: [Unicode.Scalar: Int] = [:]) {
        self.size = size
        self.widths = widths
        bottom = size.height - 1
        grid = Self.blank(size)
    }

    private static func blank(_ size: Size) -> [[Glyph]] {
        Array(repeating: Array(repeating: Glyph(), count: size.width), count: size.height)
    }

    public func glyph(x: Int, y: Int) -> Glyph { grid[y][x] }

    /// The rows without trailing blanks.
    public var rows: [String] {
        grid.map { row in
            let end = row.lastIndex { $0.text != " " }.map { $0 + 1 } ?? 0
            return row[..<end].reduce(into: "") { $0 += $1.text }
        }
    }

    /// The rows, separated by LF.
    public var text: String { rows.joined(separator: "\n") }

    public mutating func resize(to size: Size) {
        self.size = size
        grid = (0..<size.height).map { y in
            (0..<size.width).map { x in y < grid.count && x < grid[y].count ? grid[y][x] : Glyph() }
        }
        top = 0
        bottom = size.height - 1
        cursor = Point(x: min(cursor.x, size.width - 1), y: min(cursor.y, size.height - 1))
        wrapsNext = false
    }

    public mutating func feed(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            for item in parser.feed(byte) { obey(item) }
        }
    }

    private mutating func obey(_ item: SequenceParser.Item) {
        switch item {
        case .text(let scalar): put(scalar)
        case .control(let byte): control(byte)
        case .escape(let text): escape(text)
        case .csi(let parameters, let final): csi(parameters, final)
        case .osc(let text):
            if text.hasPrefix("2;") || text.hasPrefix("0;") {
                title = String(text.dropFirst(2))
            } else if text != "104" {
                // ncurses resets the palette by 104, asked or not.
                violations.append("OSC \(text)")
            }
        case .broken(let text): violations.append(text)
        }
    }

    // MARK: Text

    private mutating func put(_ scalar: Unicode.Scalar) {
        let columns = widths[scalar] ?? Self.columns(of: scalar)
        if columns == 0 {
            let x = wrapsNext ? cursor.x : cursor.x - 1
            if x >= 0 {
                grid[cursor.y][x > 0 && grid[cursor.y][x].text.isEmpty ? x - 1 : x].text.unicodeScalars.append(scalar)
            }
            return
        }
        if wrapsNext || cursor.x + columns > size.width {
            cursor.x = 0
            lineFeed()
        }
        wrapsNext = false
        separate(cursor.x)
        separate(cursor.x + columns)
        last = String(lineDrawing ? Self.drawn[scalar] ?? scalar : scalar)
        grid[cursor.y][cursor.x] = Glyph(text: last, style: look)
        if columns == 2, cursor.x + 1 < size.width { grid[cursor.y][cursor.x + 1] = Glyph(text: "", style: look) }
        cursor.x += columns
        if cursor.x >= size.width {
            cursor.x = size.width - 1
            wrapsNext = true
        }
    }

    /// A wide character that is overwritten in part is gone.
    private mutating func separate(_ x: Int) {
        guard x > 0, x < size.width, grid[cursor.y][x].text.isEmpty else { return }
        grid[cursor.y][x - 1].text = " "
        grid[cursor.y][x].text = " "
    }

    private static func columns(of scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x300...0x36F, 0x200B...0x200D, 0xFE00...0xFE0F, 0x20D0...0x20FF: 0
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF:
            2
        default: 1
        }
    }

    private static let drawn: [Unicode.Scalar: Unicode.Scalar] = [
        "q": "─", "x": "│", "l": "┌", "k": "┐", "m": "└", "j": "┘", "t": "├", "u": "┤", "w": "┬", "v": "┴", "n": "┼",
    ]

    private mutating func lineFeed() {
        if cursor.y == bottom { scroll(by: 1) } else { cursor.y = min(cursor.y + 1, size.height - 1) }
    }

    /// Positive scrolls up.
    private mutating func scroll(by lines: Int, from first: Int? = nil) {
        let first = first ?? top
        let count = min(abs(lines), bottom - first + 1)
        guard count > 0 else { return }
        let blank = Array(repeating: blankGlyph, count: size.width)
        let fresh = Array(repeating: blank, count: count)
        if lines > 0 {
            grid.replaceSubrange(first...bottom, with: Array(grid[(first + count)..<(bottom + 1)]) + fresh)
        } else {
            grid.replaceSubrange(first...bottom, with: fresh + Array(grid[first..<(bottom + 1 - count)]))
        }
    }

    /// Erased cells keep the background (back colour erase).
    private var blankGlyph: Glyph { Glyph(style: Look(background: look.background)) }

    // MARK: Sequences

    private mutating func control(_ byte: UInt8) {
        if byte != 7 { wrapsNext = false }
        switch byte {
        case 7: break
        case 8: cursor.x = max(0, cursor.x - 1)
        case 9: cursor.x = min(size.width - 1, (cursor.x / 8 + 1) * 8)
        case 10, 11, 12: lineFeed()
        case 13: cursor.x = 0
        case 14: lineDrawing = true
        case 15: lineDrawing = false
        default: violations.append("control \(byte)")
        }
    }

    private mutating func escape(_ text: String) {
        switch text {
        case "7": saved = cursor
        case "8": move(to: saved)
        case "M": if cursor.y == top { scroll(by: -1) } else { cursor.y = max(0, cursor.y - 1) }
        case "D": lineFeed()
        case "(0": lineDrawing = true
        case "(B": lineDrawing = false
        case ")0", ")B", "=", ">", "\\": break
        default: violations.append("ESC \(text)")
        }
    }

    private mutating func move(to point: Point) {
        cursor = Point(x: min(max(0, point.x), size.width - 1), y: min(max(0, point.y), size.height - 1))
        wrapsNext = false
    }

    private mutating func csi(_ parameters: String, _ final: Character) {
        let numbers = parameters.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        let first = numbers.first ?? 0
        let count = max(1, first)
        let second = numbers.count > 1 ? numbers[1] : 0
        if parameters.hasPrefix("?") {
            privateModes(parameters.dropFirst(), final)
            return
        }
        switch final {
        case "m": graphics(parameters)
        case "A": move(to: Point(x: cursor.x, y: cursor.y - count))
        case "B", "e": move(to: Point(x: cursor.x, y: cursor.y + count))
        case "C", "a": move(to: Point(x: cursor.x + count, y: cursor.y))
        case "D": move(to: Point(x: cursor.x - count, y: cursor.y))
        case "E": move(to: Point(x: 0, y: cursor.y + count))
        case "F": move(to: Point(x: 0, y: cursor.y - count))
        case "G", "`": move(to: Point(x: count - 1, y: cursor.y))
        case "d": move(to: Point(x: cursor.x, y: count - 1))
        case "H", "f": move(to: Point(x: max(1, second) - 1, y: count - 1))
        case "J": eraseScreen(first)
        case "K": eraseLine(first)
        case "X": erase(cursor.x..<min(size.width, cursor.x + count))
        case "P": deleteCharacters(count)
        case "@": insertCharacters(count)
        case "L": if (top...bottom).contains(cursor.y) { scroll(by: -count, from: cursor.y) }
        case "M": if (top...bottom).contains(cursor.y) { scroll(by: count, from: cursor.y) }
        case "S": scroll(by: count)
        case "T": scroll(by: -count)
        case "b": for _ in 0..<count { last.unicodeScalars.forEach { put($0) } }
        case "r":
            top = max(1, first) - 1
            bottom = (second == 0 ? size.height : min(second, size.height)) - 1
            move(to: Point(x: 0, y: 0))
        case "t" where first == 22 || first == 23: break
        case "l" where parameters == "4", "l" where parameters == "34", "h" where parameters == "34": break
        default: violations.append("CSI \(parameters)\(final)")
        }
    }

    private mutating func privateModes(_ parameters: Substring, _ final: Character) {
        guard final == "h" || final == "l" else {
            // The Linux console's form of the cursor.
            if final == "c", ["0", "1", "8"].contains(parameters) { return }
            violations.append("CSI ?\(parameters)\(final)")
            return
        }
        for mode in parameters.split(separator: ";").map({ Int($0) ?? -1 }) {
            switch mode {
            case 25: cursorIsVisible = final == "h"
            case 1049:
                if final == "h", !isAlternate {
                    (primary, saved) = (grid, cursor)
                    grid = Self.blank(size)
                } else if final == "l", isAlternate {
                    grid = primary
                    resize(to: size)
                    move(to: saved)
                }
                isAlternate = final == "h"
            case 1, 7, 12, 1000, 1002, 1006, 2004: break
            default: violations.append("CSI ?\(mode)\(final)")
            }
            if final == "h" { modes.insert(mode) } else { modes.remove(mode) }
        }
    }

    private mutating func graphics(_ parameters: String) {
        var rest = parameters.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) ?? 0 }[...]
        while let code = rest.popFirst() {
            switch code {
            case 0: look = Look()
            case 10, 11: lineDrawing = code == 11
            case 1...5, 7, 8, 9: look.attributes.insert(code)
            case 22: look.attributes.subtract([1, 2])
            case 23, 24, 25, 27, 28, 29: look.attributes.remove(code - 20)
            case 30...37, 90...97: look.foreground = "\(code)"
            case 40...47, 100...107: look.background = "\(code)"
            case 39: look.foreground = ""
            case 49: look.background = ""
            case 38, 48:
                let length = rest.first == 5 ? 2 : rest.first == 2 ? 4 : 0
                let spelled = ([code] + rest.prefix(length)).map(String.init).joined(separator: ";")
                rest = rest.dropFirst(length)
                if code == 38 { look.foreground = spelled } else { look.background = spelled }
            default: violations.append("SGR \(code)")
            }
            if (30...107).contains(code), code != 39, code != 49 { colorCount += 1 }
        }
    }

    // MARK: Erasing

    private mutating func erase(_ columns: Range<Int>) {
        guard !columns.isEmpty else { return }
        separate(columns.lowerBound)
        separate(columns.upperBound)
        for x in columns { grid[cursor.y][x] = blankGlyph }
    }

    private mutating func eraseLine(_ part: Int) {
        erase(part == 0 ? cursor.x..<size.width : part == 1 ? 0..<(cursor.x + 1) : 0..<size.width)
    }

    private mutating func eraseScreen(_ part: Int) {
        let blank = Array(repeating: blankGlyph, count: size.width)
        if part != 2 { eraseLine(part) }
        let rows =
            part == 0 ? (cursor.y + 1)..<max(cursor.y + 1, size.height) : part == 1 ? 0..<cursor.y : 0..<size.height
        for y in rows { grid[y] = blank }
    }

    private mutating func deleteCharacters(_ count: Int) {
        let count = min(count, size.width - cursor.x)
        grid[cursor.y].removeSubrange(cursor.x..<(cursor.x + count))
        grid[cursor.y] += Array(repeating: blankGlyph, count: count)
    }

    private mutating func insertCharacters(_ count: Int) {
        let count = min(count, size.width - cursor.x)
        grid[cursor.y].insert(contentsOf: Array(repeating: blankGlyph, count: count), at: cursor.x)
        grid[cursor.y].removeLast(count)
    }
}
