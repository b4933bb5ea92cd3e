import ArgumentParser
import Glibc
import Text

/// Exit statuses of sysexits.h.
enum ExitStatus: Int32 {
    case usage = 64
    case badData = 65
    case noInput = 66
    case unavailable = 69
    case software = 70
    case cannotCreate = 73
    case inputOutput = 74
    case tryAgain = 75
    case noPermission = 77
    case configuration = 78
}

/// Standard output and standard error. Text for people is SafeText on both.
enum Output {
    static func line(_ text: SafeText) { write(text.string + "\n", to: STDOUT_FILENO) }

    /// One line of JSON, already escaped.
    static func json(_ line: String) { write(line + "\n", to: STDOUT_FILENO) }

    static func error(_ text: SafeText) { write("perchoir: " + text.string + "\n", to: STDERR_FILENO) }

    static func note(_ text: SafeText) { write(text.string + "\n", to: STDERR_FILENO) }

    /// `1 source`, `12 sources`.
    static func count(_ number: Int, _ one: SafeText, _ many: SafeText) -> SafeText {
        "\(number) \(number == 1 ? one : many)"
    }

    /// What stands before the place where the user types.
    static func prompt(_ text: SafeText) { write(text.string, to: STDERR_FILENO) }

    static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Progress that overwrites itself; only where standard error is a terminal.
    static func progress(_ text: SafeText) {
        if errorIsTerminal { write("\r\u{1B}[K" + text.string, to: STDERR_FILENO) }
    }

    static func endProgress() {
        if errorIsTerminal { write("\r\u{1B}[K", to: STDERR_FILENO) }
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 {
                if errno == EINTR { continue }
                guard descriptor == STDOUT_FILENO else { return }
                giveUp(errno)
            }
            bytes = bytes.dropFirst(written)
        }
    }

    /// Ends the program: what it was to say did not arrive whole, and a script must not take it for complete.
    private static func giveUp(_ reason: Int32) -> Never {
        // A pipe whose reader left is an end in peace; where SIGPIPE is not ignored it has ended the program already.
        guard reason != EPIPE else { exit(128 + SIGPIPE) }
        error("standard output cannot be written: \(SafeText(sanitizing: String(cString: strerror(reason))))")
        exit(ExitStatus.inputOutput.rawValue)
    }
}

extension ParsableCommand {
    /// Says what went wrong and ends with the status for it.
    func fail(_ message: SafeText, _ status: ExitStatus) -> ExitCode {
        Output.error(message)
        return ExitCode(status.rawValue)
    }

    /// Runs the body of a command; its errors become a line and a status.
    func reporting<Result>(_ body: () throws(WorkspaceError) -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            throw fail(error.message, error.status)
        }
    }
}
