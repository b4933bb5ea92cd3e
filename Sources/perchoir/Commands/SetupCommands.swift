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
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Check config.toml; each error with its place.")

        func run() throws {
            let problems = try reporting { () throws(WorkspaceError) in
                try Workspace.readConfiguration(Startup.paths).problems
            }
            for problem in problems { Output.line(problem.shown) }
            // What only might have been meant otherwise is said, but is no error.
            let hasErrors = problems.contains(where: \.severity.isError)
            if hasErrors { throw ExitCode(ExitStatus.configuration.rawValue) }
            let notes = problems.isEmpty ? "" : ", " + Output.count(problems.count, "warning", "warnings")
            Output.note("\(SafeText(sanitizing: Startup.paths.configurationFile)): no errors\(notes)")
        }
    }

    struct Example: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "example", abstract: "Print a commented example.")

        func run() { Output.line(SafeText(sanitizing: Configuration.example, as: .body)) }
    }

    struct Path: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "path", abstract: "Print where config.toml is.")

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
            for (path, bytes) in try workspace.store.keptAside() {
                let file: SafeText = "\(SafeText(sanitizing: path)) (\(bytes) bytes)"
                Output.line(
                    "note  store: \(file) was kept when the store was damaged; delete it when nothing is missed")
            }
        } catch {
            report("store", [error.message], good: "")
        }
        do throws(FileTrouble) {
            let credentials = Credentials(path: paths.credentials)
            let accounts = Output.count(try credentials.accounts().count, "account", "accounts")
            let feeds = Output.count(try credentials.logins().count, "feed", "feeds")
            report("secrets", [], good: "\(accounts), \(feeds) in \(SafeText(sanitizing: paths.credentials))")
        } catch {
            report("secrets", [error.shown], good: "")
        }
        let accounts = Set(workspace.configuration.subscriptions.compactMap(\.address.account))
        var unsigned: [SafeText] = []
        var signedIn = accounts
        for account in accounts {
            do throws(FetchError) {
                guard try workspace.tokens.secret(of: account) == nil else { continue }
                signedIn.remove(account)
                unsigned.append("\(account.shown) is not signed in; perchoir account add signs in")
            } catch {
                signedIn.remove(account)
                unsigned.append(error.message)
            }
        }
        do throws(StoreError) {
            let health = try workspace.store.health(counting: false, now: SystemClock.now())
            let refused = Self.refused(health, of: signedIn)
            if refused.isEmpty || !unsigned.isEmpty {
                report("accounts", unsigned, good: accounts.isEmpty ? "no account" : "signed in")
            }
            for line in refused + Self.failing(health) { Output.line(line) }
        } catch {
            report("accounts", unsigned, good: accounts.isEmpty ? "no account" : "signed in")
            report("sources", [error.message], good: "")
        }
        let browser = Browser(environment: environment)
        let hasBrowser = WebAddress("https://example.org/").flatMap { browser.launch(for: $0) } != nil
        Output.line(hasBrowser ? "ok    browser: found" : "note  browser: none found; set BROWSER to open links")
        let term = environment["TERM"] ?? ""
        report(
            "terminal", term.isEmpty || term == "dumb" ? ["TERM is “\(SafeText(sanitizing: term))”"] : [],
            good: SafeText(sanitizing: term))
        if !isWell { throw ExitCode(ExitStatus.configuration.rawValue) }
    }

    /// Accounts whose sign-in was not accepted in the last fetch, each once.
    private static func refused(_ health: [SourceHealth], of signedIn: Set<AccountName>) -> [SafeText] {
        var accounts: [AccountName] = []
        for account in health.filter(\.wantsSignIn).compactMap(\.address.account)
        where signedIn.contains(account) && !accounts.contains(account) {
            accounts.append(account)
        }
        return accounts.map {
            let advice: SafeText = "perchoir account add \(SafeText(sanitizing: $0.server.spelled)) signs in again"
            return "note  accounts: \($0.shown): its sign-in was not accepted in the last fetch; \(advice)"
        }
    }

    /// Other sources that want a sign-in, and how many fail for whatever reason.
    private static func failing(_ health: [SourceHealth]) -> [SafeText] {
        guard !health.isEmpty else { return ["ok    sources: none yet"] }
        let failing = health.filter { $0.failuresInARow > 0 }
        guard !failing.isEmpty else { return ["ok    sources: none of \(health.count) fails"] }
        let closed = failing.filter { $0.wantsSignIn && $0.address.account == nil }
        return closed.map { "note  sources: \($0.address.shown): \($0.lastError ?? "it wants a sign-in")" }
            + [
                "note  sources: \(failing.count) of \(health.count) \(failing.count == 1 ? "fails" : "fail") · perchoir sources"
            ]
    }
}
