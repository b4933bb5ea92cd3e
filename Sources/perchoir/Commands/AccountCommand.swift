import ArgumentParser
import Glibc
import Networks
import Settings
import Text
import TimelineModel

struct AccountCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account", abstract: "Accounts on Mastodon-compatible servers.",
        subcommands: [Add.self, List.self, Remove.self], defaultSubcommand: List.self)

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read your home timeline with an access token that you have.",
            discussion: """
                The token needs the scope read. It is read from a file, from a command's output, or from standard input
                with --token-file -; it is never an argument. It is kept in credentials.toml, mode 0600; with
                --token-command nothing is kept and the command is asked at every start.
                """)

        @Argument(help: "The server, such as piaille.fr.")
        var server: String

        @OptionGroup var persona: PersonaOption

        @Option(help: "File with the token; - reads standard input.")
        var tokenFile: String?

        @Option(parsing: .remaining, help: "Command that prints the token, with its arguments; the last option.")
        var tokenCommand: [String] = []

        func run() throws {
            try reporting { () throws(WorkspaceError) in
                guard let server = Server(server) else {
                    throw WorkspaceError(
                        "\(SafeText(sanitizing: server)) is no server that can be used: https, or http on this machine alone",
                        .usage)
                }
                let workspace = try Startup.workspace()
                let chosen = try persona.id(in: workspace.configuration) ?? workspace.configuration.personas.first?.id
                guard let chosen else { throw WorkspaceError("there is no persona", .configuration) }
                let token = try token(workspace)
                let name = try verify(token, at: server, workspace)
                if tokenCommand.isEmpty {
                    do throws(FileTrouble) {
                        try Credentials(path: workspace.paths.credentials).store(token, for: name)
                    } catch {
                        throw WorkspaceError(error)
                    }
                }
                try register(name, chosen, workspace)
                Output.line("\(name.shown) is signed in; its home timeline is a source of \(chosen.shown)")
                Doorbell.ring(at: workspace.doorbellPath)
            }
        }

        private func register(
            _ name: AccountName, _ persona: PersonaID, _ workspace: Workspace
        ) throws(WorkspaceError) {
            if !tokenCommand.isEmpty, !workspace.configuration.accounts.contains(where: { $0.name == name }) {
                let account = AccountSettings(name: name, persona: persona, tokenCommand: tokenCommand)
                try workspace.edit { text throws(ConfigurationProblem) in
                    try ConfigurationText(text, file: "config.toml").adding(account: account)
                }
            }
            let home = Subscription(persona: persona, address: .home(name))
            let isThere = workspace.configuration.subscriptions.contains {
                $0.persona == persona && $0.source == home.source
            }
            if !isThere { try workspace.add(home) }
        }

        private func token(_ workspace: Workspace) throws(WorkspaceError) -> Token {
            switch (tokenFile, tokenCommand.isEmpty) {
            case (nil, true):
                throw WorkspaceError("--token-file F or --token-command COMMAND says where your token is", .usage)
            case (.some, false): throw WorkspaceError("one of --token-file and --token-command is enough", .usage)
            case (nil, false):
                do throws(TokenCommand.Trouble) {
                    return try TokenCommand.run(tokenCommand, environment: workspace.environment, interactive: true)
                } catch {
                    throw WorkspaceError(error.message, .noPermission)
                }
            case ("-", _):
                guard let line = readLine(), let token = Token(line) else {
                    throw WorkspaceError("standard input gave no token", .badData)
                }
                return token
            case (let file?, _):
                do throws(FileTrouble) {
                    return try Token(file: file)
                } catch {
                    throw WorkspaceError(error)
                }
            }
        }

        private func verify(
            _ token: Token, at server: Server, _ workspace: Workspace
        ) throws(WorkspaceError) -> AccountName {
            guard let secret = Secret(token.secret) else {
                throw WorkspaceError("the token has odd characters", .badData)
            }
            let factory = workspace.factory
            let result = EffectRunner.wait { () async -> Result<AccountName, FetchError> in
                do throws(FetchError) {
                    return .success(try await factory.verifyCredentials(server: server, token: secret))
                } catch {
                    return .failure(error)
                }
            }
            switch result {
            case .success(let name): return name
            case .failure(let error): throw WorkspaceError(error)
            }
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The accounts and where each secret lives.")

        func run() throws {
            try reporting { () throws(WorkspaceError) in
                let workspace = try Startup.workspace()
                let configuration = workspace.configuration
                let stored: Set<AccountName>
                do throws(FileTrouble) {
                    stored = Set(try Credentials(path: workspace.paths.credentials).accounts())
                } catch {
                    throw WorkspaceError(error)
                }
                let commands = configuration.accounts.filter { $0.tokenCommand != nil }
                let used = configuration.subscriptions.compactMap(\.address.account)
                let names = Set(used + commands.map(\.name) + stored)
                for name in names.sorted(by: { $0.spelled < $1.spelled }) {
                    let command = commands.first { $0.name == name }?.tokenCommand?.first
                    let place: SafeText =
                        command.map { "token from the command \(SafeText(sanitizing: $0))" }
                        ?? (stored.contains(name)
                            ? "token in \(SafeText(sanitizing: workspace.paths.credentials))"
                            : "not signed in: no token")
                    let personas = configuration.subscriptions.filter { $0.address.account == name }
                        .map(\.persona.shown).joined(by: ", ")
                    Output.line("\(name.shown)\t\(personas.isEmpty ? "no persona" : personas)\t\(place)")
                }
                if names.isEmpty { Output.note("No account; perchoir account add SERVER adds one") }
            }
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Forget an account: its token and its home timeline.",
            discussion: "A token that you made yourself stays valid on the server; revoke it there.")

        @Argument(help: "@user@server")
        var account: String

        func run() throws {
            try reporting { () throws(WorkspaceError) in
                guard let name = AccountName(account) else {
                    throw WorkspaceError("\(SafeText(sanitizing: account)) is no account; write @user@server", .usage)
                }
                let workspace = try Startup.workspace()
                var wasThere = false
                for subscription in workspace.configuration.subscriptions where subscription.address.account == name {
                    try workspace.edit { text throws(ConfigurationProblem) in
                        try ConfigurationText(text, file: "config.toml")
                            .removing(source: subscription.source, of: subscription.persona)
                    }
                    wasThere = true
                }
                if workspace.configuration.accounts.contains(where: { $0.name == name }) {
                    try workspace.edit { text throws(ConfigurationProblem) in
                        try ConfigurationText(text, file: "config.toml").removing(account: name)
                    }
                    wasThere = true
                }
                do throws(FileTrouble) {
                    if try Credentials(path: workspace.paths.credentials).remove(name) { wasThere = true }
                } catch {
                    throw WorkspaceError(error)
                }
                guard wasThere else { throw WorkspaceError("there is no account \(name.shown)", .usage) }
                Output.line(
                    "\(name.shown) is forgotten here; revoke its token on \(SafeText(sanitizing: name.server.authority))"
                )
                Doorbell.ring(at: workspace.doorbellPath)
            }
        }
    }
}
