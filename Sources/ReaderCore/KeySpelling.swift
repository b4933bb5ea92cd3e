import Cells
import Text

/// How keys are written in config.toml and on the screen.
enum KeySpelling {
    private static let named: [(String, Key)] = [
        ("Space", .character(" ")), ("Enter", .enter), ("Esc", .escape), ("Tab", .tab), ("S-Tab", .backTab),
        ("Backspace", .backspace), ("Del", .delete), ("Ins", .insert), ("Up", .up), ("Down", .down), ("Left", .left),
        ("Right", .right), ("Home", .home), ("End", .end), ("PgUp", .pageUp), ("PgDn", .pageDown),
    ]

    static func write(_ key: Key) -> String {
        if let name = named.first(where: { $0.1 == key })?.0 { return name }
        switch key {
        case .character(let character): return String(character)
        case .control(let letter): return "^" + letter.uppercased()
        case .alt(let letter): return "M-" + String(letter)
        case .function(let number): return "F\(number)"
        default: return "?"
        }
    }

    /// One or two keys; nil when the text names none.
    static func read(_ text: String) -> [Key]? {
        var keys: [Key] = []
        var rest = Substring(text)
        while !rest.isEmpty {
            guard let (key, after) = readOne(rest) else { return nil }
            keys.append(key)
            rest = after
        }
        return (1...2).contains(keys.count) ? keys : nil
    }

    private static func readOne(_ text: Substring) -> (Key, Substring)? {
        for (name, key) in named where text.hasPrefix(name) { return (key, text.dropFirst(name.count)) }
        guard let first = text.first else { return nil }
        let second = text.dropFirst().first
        if first == "^", let second, second.isLetter {
            return (.control(Character(second.lowercased())), text.dropFirst(2))
        }
        if text.hasPrefix("M-"), let letter = text.dropFirst(2).first { return (.alt(letter), text.dropFirst(3)) }
        if first == "F", let digits = Int(text.dropFirst()), (1...12).contains(digits) {
            return (.function(digits), "")
        }
        return (.character(first), text.dropFirst())
    }

    /// Digits before other characters (those that stand on their keys without Shift elsewhere), named keys and control
    /// keys, for showing the plainest first.
    static func rank(_ sequence: KeySequence) -> Int {
        switch sequence.keys.first {
        case .character(let character) where character.isASCII && character.isNumber: 0
        case .character(let character) where character != " ": 1
        case .control: 3
        default: 2
        }
    }
}
