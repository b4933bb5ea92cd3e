import ArgumentParser
import Logging
import Settings
import Store
import Terminal
import Text

/// `perchoir` alone: the reader.
struct ReadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "read", abstract: "Open the reader (what perchoir alone does).")

    func run() throws {
        let workspace = try reporting { () throws(WorkspaceError) in try Startup.readingWorkspace() }
        for problem in workspace.tokens.runCommands() { Output.error(problem) }
        if let signal = try ReaderScreen.run(workspace, pace: .minutes) { TerminalSession.exit(bySignal: signal) }
    }
}

/// The reader on a terminal, from taking it to giving it back.
enum ReaderScreen {
    /// - Returns: the signal by which the program is to end, after it tidied up.
    static func run(_ workspace: Workspace, pace: ReaderLoop.Pace) throws -> Int32? {
        let terminal: TerminalSession
        do {
            terminal = try TerminalSession.begin()
        } catch {
            Output.error(error.message)
            throw ExitCode(ExitStatus.unavailable.rawValue)
        }
        let signal: Int32?
        do throws(StoreError) {
            var loop = try ReaderLoop(workspace, terminal: terminal, pace: pace)
            signal = loop.run()
        } catch {
            terminal.end()
            Output.error(error.message)
            throw ExitCode(WorkspaceError(error).status.rawValue)
        }
        terminal.end()
        let errors = terminal.capturedErrors
        if !errors.isEmpty {
            workspace.log.error("\(errors.onOneLine)")
            Output.note(errors)
        }
        return signal
    }
}
