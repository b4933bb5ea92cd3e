import ArgumentParser
import Networks
import Settings
import Text
import TimelineModel

struct AccountRemove: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Sign out: revoke the token on the server, forget it and its timelines.",
        discussion: """
            Your marks stay. When the server cannot be reached nothing changes; --local then forgets the account here \
            alone. A token that you made yourself stays valid on the server; revoke it there.
            """)

    @Argument(help: "@user@server")
    var account: String

    @Flag(help: "Forget it here without asking the server.")
    var local = false

    func run() throws {
        try reporting { () throws(WorkspaceError) in
            guard let name = AccountName(account) else {
                throw WorkspaceError("\(SafeText(sanitizing: account)) is no account; write @user@server", .usage)
            }
            let workspace = try Startup.workspace()
            let isRevoked = try local ? false : revoke(name, workspace)
            var wasThere = false
            do throws(FileTrouble) {
                wasThere = try workspace.credentials.remove(name)
            } catch {
                throw WorkspaceError(error)
            }
            if try removeFromConfiguration(name, workspace) { wasThere = true }
            guard wasThere else { throw WorkspaceError("there is no account \(name.shown)", .usage) }
            let host = SafeText(sanitizing: name.server.authority)
            Output.line(
                isRevoked
                    ? "\(name.shown) is signed out: its token is revoked and forgotten"
                    : "\(name.shown) is forgotten here; revoke its token on \(host)")
            Doorbell.ring(at: workspace.doorbellPath)
        }
    }

    /// - Returns: false when it is for the user to revoke: a token of his own, or one that the server keeps.
    /// - Throws: when the server could not be asked, so that it can be asked again.
    private func revoke(_ name: AccountName, _ workspace: Workspace) throws(WorkspaceError) -> Bool {
        let credential: Credential?
        do throws(FileTrouble) {
            credential = try workspace.credentials.credential(for: name)
        } catch {
            throw WorkspaceError(error)
        }
        guard let credential, let client = workspace.client(of: credential, at: name.server),
            let token = Secret(credential.token.secret)
        else { return false }
        let signIn = workspace.signIn(to: name.server)
        switch SignIn.result({ () async throws(SignInError) in try await signIn.revoke(token, client: client) }) {
        case .success:
            if let refreshToken = credential.refreshToken.flatMap({ Secret($0.secret) }) {
                // Servers that revoke the pair at once do not know it any more; others do not have to say.
                _ = SignIn.result { () async throws(SignInError) in
                    try await signIn.revoke(refreshToken, client: client)
                }
            }
            return true
        case .failure(let error):
            if case .exchange = error.reason {
                let told = WorkspaceError(error)
                throw WorkspaceError(
                    "\(told.message) Nothing was removed; --local forgets the account here without revoking",
                    told.status)
            }
            Output.note(error.message)
            return false
        }
    }

    private func removeFromConfiguration(_ name: AccountName, _ workspace: Workspace) throws(WorkspaceError) -> Bool {
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
        return wasThere
    }
}
