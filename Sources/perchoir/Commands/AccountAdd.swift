import ArgumentParser
import Glibc
import Networks
import Settings
import Text
import TimelineModel

struct AccountAdd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Sign in to a server and read your home timeline.",
        discussion: """
            Opens the server's page in your browser, where you allow the access; over SSH, or with --code, it shows a \
            code there that you paste here. Only rights to read are asked for, unless --sync-position is given. The \
            token is kept in credentials.toml, mode 0600.

            A token that you have already is read from a file, from a command's output, or from standard input with \
            --token-file -; it is never an argument. With --token-command nothing is kept and the command is asked at \
            every start.
            """)

    @Argument(help: "The server, such as piaille.fr.")
    var server: String

    @OptionGroup var persona: AddingPersonaOption

    @Flag(help: "Show a code on the server's page to paste here, instead of opening a browser.")
    var code = false

    @Flag(
        help: """
            Also ask for the right to keep your reading position on the server. Servers have no such right alone: it is \
            write:statuses, the right to post.
            """)
    var syncPosition = false

    @Option(help: "File with a token that you have; - reads standard input.")
    var tokenFile: String?

    @Option(parsing: .remaining, help: "Command that prints a token, with its arguments; the last option.")
    var tokenCommand: [String] = []

    func run() throws {
        try reporting { () throws(WorkspaceError) in
            guard let server = Server(server) else {
                throw WorkspaceError(
                    "\(SafeText(sanitizing: server)) is no server that can be used: https, or http on this machine alone",
                    .usage)
            }
            try checkOptions()
            let workspace = try Startup.workspace()
            let chosen = try persona.id(in: workspace.configuration) ?? workspace.configuration.personas.first?.id
            guard let chosen else { throw WorkspaceError("there is no persona", .configuration) }
            let name: AccountName
            var granted: SafeText = ""
            if let token = try ownToken(workspace) {
                name = try keep(token, at: server, workspace)
            } else {
                let flow = SignInFlow(
                    workspace: workspace, server: server, syncsPosition: syncPosition, prefersCode: code)
                let signedIn = try flow.run()
                name = signedIn.name
                granted = ", with the rights \(signedIn.scopes.shown)"
                if syncPosition, !signedIn.scopes.allows("write:statuses") {
                    Output.note("\(server.base.shownHost) did not grant the right to keep your reading position.")
                }
            }
            try register(name, chosen, workspace)
            Output.line("\(name.shown) is signed in\(granted); its home timeline is a source of \(chosen.shown)")
            Doorbell.ring(at: workspace.doorbellPath)
        }
    }

    private func checkOptions() throws(WorkspaceError) {
        let hasToken = tokenFile != nil || !tokenCommand.isEmpty
        if tokenFile != nil, !tokenCommand.isEmpty {
            throw WorkspaceError("one of --token-file and --token-command is enough", .usage)
        }
        if hasToken, code || syncPosition {
            throw WorkspaceError("a token that you have keeps its rights; leave out --code and --sync-position", .usage)
        }
    }

    // MARK: A token of the user's own

    private func ownToken(_ workspace: Workspace) throws(WorkspaceError) -> Token? {
        if !tokenCommand.isEmpty {
            do throws(TokenCommand.Trouble) {
                return try TokenCommand.run(tokenCommand, environment: workspace.environment, interactive: true)
            } catch {
                throw WorkspaceError(error.message, .noPermission)
            }
        }
        guard let tokenFile else { return nil }
        if tokenFile == "-" {
            guard let line = readLine(), let token = Token(line) else {
                throw WorkspaceError("standard input gave no token", .badData)
            }
            return token
        }
        do throws(FileTrouble) {
            return try Token(file: tokenFile)
        } catch {
            throw WorkspaceError(error)
        }
    }

    private func keep(
        _ token: Token, at server: Server, _ workspace: Workspace
    ) throws(WorkspaceError) -> AccountName {
        guard let secret = Secret(token.secret) else {
            throw WorkspaceError("the token has odd characters", .badData)
        }
        let name = try workspace.owner(of: secret, at: server)
        guard tokenCommand.isEmpty else { return name }
        do throws(FileTrouble) {
            try workspace.credentials.store(token, for: name)
        } catch {
            throw WorkspaceError(error)
        }
        return name
    }

    // MARK: The configuration

    private func register(
        _ name: AccountName, _ persona: PersonaID, _ workspace: Workspace
    ) throws(WorkspaceError) {
        let known = workspace.configuration.accounts.first { $0.name == name }
        // A command that is there would be asked instead of what this sign-in kept, and the other way round.
        if let known, known.tokenCommand != (tokenCommand.isEmpty ? nil : tokenCommand) {
            try workspace.edit { text throws(ConfigurationProblem) in
                try ConfigurationText(text, file: "config.toml").removing(account: name)
            }
        }
        if !tokenCommand.isEmpty, known?.tokenCommand != tokenCommand {
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
}
