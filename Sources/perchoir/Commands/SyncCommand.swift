import ArgumentParser
import Settings
import Store
import Text
import TimelineModel

/// One headless round. Intervals are ignored, Retry-After is obeyed.
struct SyncCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync", abstract: "Fetch every source once; safe beside an open reader.",
        discussion: """
            Sources whose servers asked to be left alone are left alone, and those that are gone for good are not asked. \
            The status is 69 when all fail, and 75 when all wait.
            """)

    @OptionGroup var persona: PersonaOption

    @Flag(help: "One JSON object with the result.")
    var json = false

    func run() throws {
        let (report, leftOut) = try reporting { () throws(WorkspaceError) in try sync() }
        if !report.failures.isEmpty, report.failures.count == report.sources {
            throw ExitCode(ExitStatus.unavailable.rawValue)
        }
        if report.sources == 0, leftOut.underWay.isEmpty, !leftOut.waits.isEmpty {
            throw ExitCode(ExitStatus.tryAgain.rawValue)
        }
    }

    private func sync() throws(WorkspaceError) -> (Fetcher.Report, SourcesLeftOut) {
        let workspace = try Startup.workspace()
        let chosen = try persona.id(in: workspace.configuration)
        for problem in workspace.tokens.runCommands() { Output.error(problem) }
        let now = SystemClock.now()
        let leftOut = try workspace.sourcesLeftOut(of: chosen, at: now)
        let asked = try workspace.dueSources(of: chosen, at: now)
        let heldByOthers = leftOut.underWay.subtracting(asked.map(\.source)).count
        let fetcher = workspace.fetcher()
        let total = asked.count
        let doorbell = workspace.doorbellPath
        let report = EffectRunner.wait {
            await fetcher.round(asked) { _, outcome, done in
                Output.progress("fetching \(done)/\(total)")
                if outcome.stored != nil { Doorbell.ring(at: doorbell) }
            }
        }
        Output.endProgress()
        // Where a marker leads is for whoever reads; a reader asks for it itself.
        let readings = workspace.readings(of: chosen)
        _ = EffectRunner.wait { await workspace.serverMemory.look(readings) }
        _ = try workspace.adoptServerFilters()
        Doorbell.ring(at: doorbell)
        try workspace.judge()
        // What was fetched is stored, and is told also when this fails.
        var trouble: WorkspaceError?
        do throws(StoreError) {
            while try !workspace.keepHouse(at: SystemClock.now()) {}
        } catch {
            trouble = WorkspaceError(error)
        }
        for failure in report.failures { Output.error("\(failure.source): \(failure.message)") }
        for address in leftOut.gone {
            Output.error("\(address.shown) is gone (410) and is not asked; perchoir remove ends it")
        }
        let held = heldByOthers + report.held
        if json {
            Output.json(Self.json(report, held: held, leftOut))
        } else {
            Output.note(Self.summary(report, held: held, leftOut.waiting(at: now, workspace.zone)))
        }
        if let trouble { throw trouble }
        return (report, leftOut)
    }

    private static func json(_ report: Fetcher.Report, held: Int, _ leftOut: SourcesLeftOut) -> String {
        JSONTerm.object([
            ("sources", .number(report.sources)), ("newPosts", .number(report.newPosts)),
            ("unchanged", .number(report.unchanged)), ("failed", .number(report.failures.count)),
            ("held", .number(held)), ("waiting", .number(leftOut.waits.count)), ("gone", .number(leftOut.gone.count)),
        ]).line
    }

    private static func summary(_ report: Fetcher.Report, held: Int, _ waiting: SafeText?) -> SafeText {
        var parts: [SafeText] = [
            Output.count(report.sources, "source", "sources") + ": "
                + Output.count(report.newPosts, "new post", "new posts")
                + ", \(report.unchanged) unchanged, \(report.failures.count) failed"
        ]
        if held > 0 {
            parts.append(Output.count(held, "source is", "sources are") + " being fetched by another perchoir")
        }
        if let waiting { parts.append(waiting) }
        return parts.joined(by: "; ")
    }
}
