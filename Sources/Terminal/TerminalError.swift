import Glibc
public import Text

/// Why the terminal cannot be taken. The caller prints `message` and exits with 69 (EX_UNAVAILABLE).
public enum TerminalError: Error, Hashable, Sendable {
    /// Which of the two streams is redirected.
    public enum Stream: Hashable, Sendable { case input, output }

    case notATerminal(Stream)
    /// TERM is not set or empty.
    case noKind
    /// No terminfo entry has TERM's name.
    case unknownKind(SafeText)
    /// TERM is `dumb` or another kind on which nothing can be placed.
    case noCursorMovement(SafeText)
    /// The terminal says that it has more than ten thousand columns or rows.
    case tooLarge
    /// The system gave no descriptor or memory.
    case noDescriptor

    /// What is wrong and what can be done, on one line.
    public var message: SafeText {
        switch self {
        case .notATerminal(.input):
            "standard input is not a terminal; run it in one, without a pipe or a file before it"
        case .notATerminal(.output):
            "standard output is not a terminal; run it in one, without a pipe or a file after it"
        case .noKind: "TERM is not set, so the kind of terminal is unknown; try TERM=xterm-256color"
        case .unknownKind(let name):
            "no terminfo entry for TERM=\(name); install the package ncurses-term or try TERM=xterm-256color"
        case .noCursorMovement(let name):
            "a terminal of the kind TERM=\(name) cannot place the cursor; try TERM=xterm-256color if yours can"
        case .tooLarge:
            "the terminal says that it has more than 10,000 columns or rows; set its size, such as stty cols 80 rows 24"
        case .noDescriptor: "the system has no more files or memory to give; close some programs and try again"
        }
    }
}

/// What the environment says about the terminal.
struct TerminalKind {
    let name: SafeText
    /// Understands titles (OSC 2), bracketed paste and mouse reports; others may print them.
    let isLikeXterm: Bool
    /// NO_COLOR is set and not empty: https://no-color.org
    let forbidsColor: Bool

    init(term: String, noColor: String?) {
        name = SafeText(sanitizing: term)
        let families = [
            "xterm", "tmux", "screen", "rxvt", "alacritty", "foot", "kitty", "st-", "wezterm", "vte", "konsole",
        ]
        isLikeXterm = term == "st" || families.contains { term.hasPrefix($0) }
        forbidsColor = !(noColor ?? "").isEmpty
    }

    static func checked() throws(TerminalError) -> TerminalKind {
        guard isatty(STDIN_FILENO) == 1 else { throw .notATerminal(.input) }
        guard isatty(STDOUT_FILENO) == 1 else { throw .notATerminal(.output) }
        let term = getenv("TERM").map { String(cString: $0) } ?? ""
        guard !term.isEmpty else { throw .noKind }
        let kind = TerminalKind(term: term, noColor: getenv("NO_COLOR").map { String(cString: $0) })
        guard term != "dumb" else { throw .noCursorMovement(kind.name) }
        guard term != "unknown" else { throw .unknownKind(kind.name) }
        return kind
    }
}
