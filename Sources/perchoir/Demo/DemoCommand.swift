import ArgumentParser
import Settings
import Store
import Terminal
import Text
import TimelineModel

/// The reader on bundled answers: no network, nothing written outside a temporary folder.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Look around: sample posts, no network, nothing is kept.")

    @Flag(help: "No new posts and no clock: the picture stays as it is.")
    var still = false

    @Option(help: "Which posts arrive later.")
    var seed: UInt64 = 1

    @Option(help: "A theme to look at; perchoir themes lists them.")
    var theme = "default"

    /// Seconds between two looks at the sample servers.
    private static let pace = 4

    func run() throws {
        // A signal ends the program by itself, so the folder must be gone before.
        if let signal = try show() { TerminalSession.exit(bySignal: signal) }
    }

    private func show() throws -> Int32? {
        let folder = try reporting { () throws(WorkspaceError) in try DemoFolder(theme: theme) }
        defer { folder.remove() }
        let workspace = try reporting { () throws(WorkspaceError) in try open(folder) }
        return try ReaderScreen.run(workspace, pace: still ? .still : .seconds(Self.pace))
    }

    private func open(_ folder: DemoFolder) throws(WorkspaceError) -> Workspace {
        let workspace = try Workspace(
            environment: Startup.environment, paths: folder.paths,
            transport: SampleTransport(seed: seed, isStill: still))
        let sources = try workspace.dueSources(at: SystemClock.now())
        let fetcher = workspace.fetcher()
        let report = EffectRunner.wait { await fetcher.round(sources) { _, _, _ in } }
        if let failure = report.failures.first {
            throw WorkspaceError("the samples cannot be read: \(failure.source): \(failure.message)", .software)
        }
        return workspace
    }
}
