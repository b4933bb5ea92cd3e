import ArgumentParser
import ReaderCore
import Settings
import Store
import Terminal
import Text
import TimelineModel

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "The configuration file.",
        subcommands: [Check.self, Example.self, Path.self], defaultSubcommand: Check.self)

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Check config.toml; each error with its place.")

        func run() throws {
            let problems = try reporting { () throws(WorkspaceError) in
                try Workspace.readConfiguration(Startup.paths).problems
            }
            for problem in problems { Output.line(problem.shown) }
            // What only might have been meant otherwise is said, but is no error.
            let hasErrors = problems.contains(where: \.severity.isError)
            if hasErrors { throw ExitCode(ExitStatus.configuration.rawValue) }
            Output.note("\(SafeText(sanitizing: Startup.paths.configurationFile)): no errors")
        }
    }

    struct Example: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print a commented example.")

        func run() { Output.line(SafeText(sanitizing: Configuration.example, as: .body)) }
    }

    struct Path: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print where config.toml is.")

        func run() { Output.line(SafeText(sanitizing: Startup.paths.configurationFile)) }
    }
}

struct ThemesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "themes", abstract: "List the themes.")

    func run() throws {
        let paths = Startup.paths
        let chosen = try reporting { () throws(WorkspaceError) in try Startup.configuration().theme }
        for name in Themes.names {
            Output.line("\(name == chosen ? "*" : " ") \(SafeText(sanitizing: name, as: .name))")
        }
        for name in Themes.userNames(in: paths.themes) {
            Output.line("\(name == chosen ? "*" : " ") \(SafeText(sanitizing: name, as: .name))\tyours")
        }
    }
}

struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Print the key table, your own bindings included.")

    func run() throws {
        let keymap = try reporting { () throws(WorkspaceError) in try Startup.configuration().keymap }
        for line in HelpTable.lines(keymap) {
            Output.line("\(line.group)\t\(line.keys)\t\(SafeText(sanitizing: line.command.rawValue))\t\(line.summary)")
        }
    }
}

/// Looks at everything that can be wrong on a machine and says what to do.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check the configuration, the store, secrets and the terminal.")

    func run() throws {
        let paths = Startup.paths
        let environment = Startup.environment
        var isWell = true
        func report(_ subject: SafeText, _ findings: [SafeText], good: SafeText) {
            if findings.isEmpty {
                Output.line("ok    \(subject): \(good)")
            } else {
                isWell = false
                for finding in findings { Output.line("wrong \(subject): \(finding)") }
            }
        }
        let workspace = try reporting { () throws(WorkspaceError) in try Startup.readingWorkspace() }
        report("configuration", workspace.errors, good: SafeText(sanitizing: paths.configurationFile))
        for note in workspace.notes { Output.line("note  configuration: \(note)") }
        do throws(StoreError) {
            report("store", try workspace.store.verify(), good: SafeText(sanitizing: paths.store))
        } catch {
            report("store", [error.message], good: "")
        }
        do throws(FileTrouble) {
            let accounts = try Credentials(path: paths.credentials).accounts()
            report("secrets", [], good: "\(accounts.count) in \(SafeText(sanitizing: paths.credentials))")
        } catch {
            report("secrets", [error.shown], good: "")
        }
        let accounts = Set(workspace.configuration.subscriptions.compactMap(\.address.account))
        var unsigned: [SafeText] = []
        for account in accounts {
            do throws(FetchError) {
                guard try workspace.tokens.secret(of: account) == nil else { continue }
                unsigned.append("\(account.shown) is not signed in; perchoir account add signs in")
            } catch {
                unsigned.append(error.message)
            }
        }
        report("accounts", unsigned, good: accounts.isEmpty ? "no account" : "signed in")
        let browser = Browser(environment: environment)
        let hasBrowser = WebAddress("https://example.org/").flatMap { browser.launch(for: $0) } != nil
        Output.line(hasBrowser ? "ok    browser: found" : "note  browser: none found; set BROWSER to open links")
        let term = environment["TERM"] ?? ""
        report(
            "terminal", term.isEmpty || term == "dumb" ? ["TERM is “\(SafeText(sanitizing: term))”"] : [],
            good: SafeText(sanitizing: term))
        if !isWell { throw ExitCode(ExitStatus.configuration.rawValue) }
    }
}
