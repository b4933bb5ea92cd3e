import Glibc
import Text
import TimelineModel

/// Reads the code that a server's page shows, from the terminal or from standard input.
enum CodePrompt {
    static func ask(_ server: Server) throws(WorkspaceError) -> String {
        let isTerminal = isatty(STDIN_FILENO) == 1
        // The terminal echoes what is pasted: the code works once, and with this program's verifier alone.
        if isTerminal { Output.prompt("The code that \(server.base.shownHost) shows: ") }
        guard let line = readLine() else { throw WorkspaceError("no code was given; nothing was kept", .noInput) }
        guard let code = code(in: line) else {
            throw WorkspaceError("this is no code: one word is expected; nothing was kept", .badData)
        }
        return code
    }

    /// A pasted line without what surrounds the code: blanks, and the marks in which some terminals wrap a paste.
    static func code(in line: String) -> String? {
        let plain = line.replacing("\u{1B}[200~", with: "").replacing("\u{1B}[201~", with: "").trimmingASCIIWhitespace
        return CallbackRequest.isCode(plain) ? plain : nil
    }
}
