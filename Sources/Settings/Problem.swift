public import Text

/// A place in a text that a user wrote.
public struct Place: Hashable, Sendable {
    /// The file as messages name it.
    public let file: SafeText
    /// 1-based.
    public let line: Int
    /// 1-based, in grapheme clusters, as editors count.
    public let column: Int

    public init(file: SafeText, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    public var shown: SafeText { "\(file):\(line):\(column)" }
}

/// Something in config.toml or a theme that cannot be followed. The reader starts all the same, without that part.
public struct ConfigurationProblem: Error, Hashable, Sendable {
    public enum Severity: Hashable, Sendable {
        /// The whole text was ignored: it is no TOML.
        case unreadable
        /// A block or a key was ignored.
        case error
        /// Everything was followed, but perhaps not as it was meant.
        case warning
    }

    public let place: Place
    public let message: SafeText
    public let severity: Severity

    public init(_ message: SafeText, at place: Place, severity: Severity = .error) {
        self.place = place
        self.message = message
        self.severity = severity
    }

    /// `config.toml:14:3: unknown key "buget" in [[persona]]; did you mean "budget"?`
    public var shown: SafeText { "\(place.shown): \(message)" }
}

/// The known word that a misspelled one probably meant.
enum Nearest {
    /// Nil when nothing is near: at most a third of the letters may differ, two in short words.
    static func word(to word: String, among known: some Sequence<String>) -> String? {
        let limit = max(2, word.count / 3)
        let candidates = known.map { ($0, distance(word, $0)) }.filter { $0.1 <= limit && $0.1 < word.count }
        return candidates.min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
    }

    /// `; did you mean "budget"?`, or nothing.
    static func suggestion(for word: String, among known: some Sequence<String>) -> SafeText {
        guard let near = self.word(to: word, among: known) else { return "" }
        return "; did you mean \"\(SafeText(sanitizing: near))\"?"
    }

    /// Insertions, deletions, replacements and swaps of neighbours between two words (optimal string alignment).
    static func distance(_ left: String, _ right: String) -> Int {
        // Words longer than any known name are not worth the square of their length.
        let left = Array(left.lowercased().prefix(64))
        let right = Array(right.lowercased().prefix(64))
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for row in 1..<(left.count + 1) {
            var current = [row] + [Int](repeating: 0, count: right.count)
            for column in 1..<(right.count + 1) {
                let cost = left[row - 1] == right[column - 1] ? 0 : 1
                current[column] = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + cost)
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                    current[column] = min(current[column], beforeLast[column - 2] + 1)
                }
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
