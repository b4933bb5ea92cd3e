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

    /// `config.toml:14:3`.
    public var shown: SafeText { "\(file):\(line):\(column)" }
}

/// Something in config.toml or a theme that cannot be followed. The reader starts all the same, without that part.
public struct ConfigurationProblem: Error, Hashable, Sendable {
    /// How much of the text was ignored for it.
    public enum Severity: Hashable, Sendable {
        /// The whole text was ignored: it is no TOML.
        case unreadable
        /// A block or a key was ignored.
        case error
        /// Everything was followed, but perhaps not as it was meant.
        case warning
        /// Followed as it stands; worth a word to who asks whether all is well.
        case note

        /// Something was ignored.
        public var isError: Bool {
            switch self {
            case .unreadable, .error: true
            case .warning, .note: false
            }
        }
    }

    public let place: Place
    /// Without the place.
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
