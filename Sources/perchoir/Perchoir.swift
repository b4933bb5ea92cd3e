import ArgumentParser
import Glibc
import Settings
import Text
import TimelineModel

@main
struct Perchoir: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "perchoir",
        abstract: "Read your timelines in the terminal, one pane for each of your personas.",
        version: Version.text,
        subcommands: [
            ReadCommand.self, DemoCommand.self, AddCommand.self, SourcesCommand.self, RemoveCommand.self,
            AccountCommand.self, SyncCommand.self, ListCommand.self, MarkCommand.self, ImportCommand.self,
            InspectCommand.self, ConfigCommand.self, ThemesCommand.self, KeysCommand.self, DoctorCommand.self,
        ],
        defaultSubcommand: ReadCommand.self)

    /// Without an argument there is nothing to parse, and describing every command to the parser would be a good part
    /// of what the reader takes to start.
    static func main() {
        ProcessLimits.tellOfLargeFiles()
        let arguments = Array(ProgramArguments.found().dropFirst())
        guard let first = arguments.first else {
            do { try ReadCommand().run() } catch { exit(withError: error) }
            return
        }
        let names = configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
        guard first.hasPrefix("-") || names.contains(first) else {
            // The parser would take it for an argument of the reader.
            let near = NearestName.suggestion(for: first, among: names)
            Output.error("there is no command \"\(SafeText(sanitizing: first))\"\(near)")
            Output.note("perchoir --help lists them.")
            Glibc.exit(ExitStatus.usage.rawValue)
        }
        main(Queries.protected(arguments))
    }
}

/// What every command that touches the user's files begins with.
enum Startup {
    static var environment: [String: String] {
        var values: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee.map({ String(cString: $0) }) {
            if let equals = text.firstIndex(of: "=") {
                values[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            entry += 1
        }
        return values
    }

    static var paths: Paths {
        let home = getpwuid(getuid()).flatMap { $0.pointee.pw_dir.map { String(cString: $0) } }
        return Paths(environment: environment, home: home, user: getuid())
    }

    /// What config.toml says, for a command that only shows it; its mistakes are named.
    static func configuration() throws(WorkspaceError) -> Configuration {
        let read = try Workspace.readConfiguration(paths)
        for problem in read.problems where problem.severity.isError { Output.error(problem.shown) }
        return read.configuration
    }

    /// The workspace, after what its opening and its configuration have to say.
    /// - Throws: when config.toml cannot be read at all; a command does not work on what it cannot know.
    static func workspace() throws(WorkspaceError) -> Workspace {
        let workspace = try readingWorkspace()
        if let problem = workspace.unreadable {
            throw WorkspaceError("\(problem.shown); nothing is done before that is mended", .configuration)
        }
        for error in workspace.errors { Output.error(error) }
        return workspace
    }

    /// The workspace of those who show by themselves what is wrong in config.toml.
    static func readingWorkspace() throws(WorkspaceError) -> Workspace {
        let workspace = try Workspace(environment: environment, paths: paths)
        for message in workspace.openingMessages { Output.error(message) }
        return workspace
    }
}

/// `-p NAME`, the persona that a command looks at.
struct PersonaOption: ParsableArguments, PersonaChoice {
    @Option(name: [.customShort("p"), .long], help: "One of your personas; without it all of them.")
    var persona: String?
}

/// `-p NAME`, the persona to which a command adds.
struct AddingPersonaOption: ParsableArguments, PersonaChoice {
    @Option(name: [.customShort("p"), .long], help: "One of your personas; without it the first.")
    var persona: String?
}

protocol PersonaChoice {
    var persona: String? { get }
}

extension PersonaChoice {
    /// The persona, which must exist; nil when none was named.
    func id(in configuration: Configuration) throws(WorkspaceError) -> PersonaID? {
        guard let persona else { return nil }
        let id = PersonaID(persona)
        guard configuration.personas.contains(where: { $0.id == id }) else {
            let names = configuration.personas.map(\.id.shown).joined(by: ", ")
            throw WorkspaceError("there is no persona \(id.shown); there are \(names)", .usage)
        }
        return id
    }
}
