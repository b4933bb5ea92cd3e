import ArgumentParser
import Settings
import Store
import Text
import TimelineModel

/// One headless round. Intervals are ignored, Retry-After is obeyed.
struct SyncCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync", abstract: "Fetch every source once; safe beside an open reader.")

    @OptionGroup var persona: PersonaOption

    @Flag(help: "One JSON object with the result.")
    var json = false

    func run() throws {
        let report = try reporting { () throws(WorkspaceError) in try sync() }
        if !report.failures.isEmpty, report.failures.count == report.sources {
            throw ExitCode(ExitStatus.unavailable.rawValue)
        }
    }

    private func sync() throws(WorkspaceError) -> Fetcher.Report {
        let workspace = try Startup.workspace()
        let chosen = try persona.id(in: workspace.configuration)
        for problem in workspace.tokens.runCommands() { Output.error(problem) }
        let now = SystemClock.now()
        let leased = try workspace.leasedSources(of: chosen, at: now)
        let asked = try workspace.dueSources(of: chosen, at: now)
        let heldByOthers = leased.subtracting(asked.map(\.source)).count
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
        let held = heldByOthers + report.held
        if json {
            Output.json(
                #"{"sources":\#(report.sources),"newPosts":\#(report.newPosts),"unchanged":\#(report.unchanged),"failed":\#(report.failures.count),"held":\#(held)}"#
            )
        } else {
            Output.note(
                Output.count(report.sources, "source", "sources") + ": "
                    + Output.count(report.newPosts, "new post", "new posts")
                    + ", \(report.unchanged) unchanged, \(report.failures.count) failed"
                    + (held == 0
                        ? ""
                        : "; \(Output.count(held, "source is", "sources are")) being fetched by another perchoir")
            )
        }
        if let trouble { throw trouble }
        return report
    }
}
