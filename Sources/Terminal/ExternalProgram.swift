import CTerminal
import Glibc

/// Runs programs of the user's choice, such as the browser, beside the reader or in its terminal. Never through a shell.
public enum ExternalProgram {
    /// How it went.
    public enum Outcome: Hashable, Sendable {
        /// With its exit status.
        case exited(Int32)
        case killed(bySignal: Int32)
        /// No such program on PATH.
        case notFound
        /// It could not be started: the system's error number.
        case failed(Int32)
    }

    /// Runs a program with its arguments and waits for its end: in a session of its own, all streams /dev/null. Not for
    /// the terminal's thread, since a browser may stay for hours.
    /// - Parameter arguments: the program first; none may contain NUL.
    public static func run(_ arguments: [String]) -> Outcome { outcome(of: arguments, program_run) }

    /// Runs a program that draws in the terminal, which must have been given away, and waits for its end. When it is
    /// stopped, the whole process is, as by ^Z; it goes on when that does. For the terminal's thread alone.
    /// - Parameter arguments: the program first; none may contain NUL.
    static func runInTerminal(_ arguments: [String]) -> Outcome { outcome(of: arguments, program_run_in_terminal) }

    private static func outcome(
        of arguments: [String], _ run: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Int32
    ) -> Outcome {
        guard !arguments.isEmpty, !arguments.contains(where: { $0.utf8.contains(0) }) else { return .failed(EINVAL) }
        let spelled = arguments.map { strdup($0) } + [nil]
        defer { spelled.forEach { free($0) } }
        let status = run(spelled)
        guard status >= 0 else { return errno == ENOENT ? .notFound : .failed(errno) }
        return status & 0x7F == 0 ? .exited((status >> 8) & 0xFF) : .killed(bySignal: status & 0x7F)
    }
}
