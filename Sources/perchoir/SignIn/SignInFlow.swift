import Networks
import Settings
import Text
import TimelineModel

/// Signing in, from a server's name to a token in the credentials file: registers the program where the server does
/// not know it yet, lets the user answer on the server's page, and brings the code back.
struct SignInFlow {
    /// How the code comes back from the server's page.
    enum Way {
        /// The browser of this machine brings it to an address on loopback.
        case browser(Browser.Launch)
        /// The page shows it, and the user brings it here: from a browser on any machine.
        case code
    }

    let workspace: Workspace
    let server: Server
    let syncsPosition: Bool
    /// Asks for the code even where a browser is at hand.
    let prefersCode: Bool

    private var host: SafeText { server.base.shownHost }

    /// - Returns: the account, and what the server granted it. Both are in the credentials file by then.
    func run() throws(WorkspaceError) -> (name: AccountName, scopes: Scopes) {
        // Read first: whoever cannot keep a token need not ask for one.
        var kept: ClientCredential?
        let isSecondAccount: Bool
        do throws(FileTrouble) {
            kept = try workspace.credentials.newestClient(of: server)
            isSecondAccount = try workspace.credentials.accounts().contains { $0.server == server }
        } catch {
            throw WorkspaceError(error)
        }
        let signIn = workspace.signIn(to: server)
        let offer = try SignIn.ask { () async throws(SignInError) in try await signIn.offer() }
        let scopes = offer.scopes(syncsPosition: syncsPosition)
        announce(scopes)
        var mayRegisterAgain = true
        while true {
            let listener = listener(preferring: kept)
            let redirect = listener?.redirect ?? SignInClient.outOfBand
            let (client, asked) = try client(for: redirect, scopes, kept: kept)
            let question = Authorization(client: client, redirect: redirect, scopes: asked)
            guard let page = question.page(challenges: !offer.refusesChallenge, forcesLogin: isSecondAccount) else {
                throw WorkspaceError("the address of the sign-in page of \(host) is too long", .badData)
            }
            let code = try answer(on: page, listener, state: question.state)
            let result = SignIn.result { () async throws(SignInError) in
                try await signIn.grant(for: code, answering: question)
            }
            switch result {
            case .success(let grant): return try keep(grant, client: client, asked: asked)
            case .failure(let error):
                guard error.reason == .clientUnknown, mayRegisterAgain else { throw WorkspaceError(error) }
                mayRegisterAgain = false
                kept = nil
                Output.note("\(host) no longer knows this program; it is registered anew, and the page opens again.")
            }
        }
    }

    private func announce(_ scopes: Scopes) {
        guard syncsPosition else { return }
        if scopes.allows("write:statuses") {
            Output.note(
                """
                Keeping your reading position on \(host) needs the right to write posts (write:statuses): there is no \
                smaller one. Perchoir uses it for the position alone.
                """)
        } else {
            Output.note("\(host) keeps no reading positions, so only the right to read is asked for.")
        }
    }

    // MARK: The client

    /// The client for a sign-in that comes back to this address: the one that is there, else a new one, kept at once.
    private func client(
        for redirect: String, _ scopes: Scopes, kept: ClientCredential?
    ) throws(WorkspaceError) -> (SignInClient, asked: Scopes) {
        let signIn = workspace.signIn(to: server)
        if let kept, kept.redirects.contains(redirect), Set(scopes.names).isSubset(of: kept.scopes.names),
            let client = SignInClient(kept),
            try SignIn.ask({ () async throws(SignInError) in try await signIn.knows(client) })
        {
            return (client, scopes)
        }
        let redirects = [redirect] + (redirect == SignInClient.outOfBand ? [] : [SignInClient.outOfBand])
        let client = try SignIn.ask { () async throws(SignInError) in
            try await signIn.register(redirects: redirects, scopes: scopes)
        }
        guard let credential = ClientCredential(client) else {
            throw WorkspaceError("\(host) gave a registration that cannot be kept", .badData)
        }
        do throws(FileTrouble) {
            try workspace.credentials.store(credential)
        } catch {
            throw WorkspaceError(error)
        }
        return (client, client.scopes)
    }

    // MARK: The user's answer

    private func way() -> Way {
        let environment = workspace.environment
        let hasDesktop = environment["DISPLAY"] != nil || environment["WAYLAND_DISPLAY"] != nil
        let isRemote = environment["SSH_CONNECTION"] != nil || environment["SSH_TTY"] != nil
        guard !prefersCode, hasDesktop || !isRemote,
            let launch = Browser(environment: environment).launch(for: server.base), !launch.takesTerminal
        else { return .code }
        return .browser(launch)
    }

    /// Nil when the code is to be typed.
    private func listener(preferring kept: ClientCredential?) -> LoopbackListener? {
        guard case .browser = way() else { return nil }
        // Some servers compare the whole address with the registered one, the port as well, so the last is best.
        let port = kept?.redirects.lazy.compactMap { WebAddress($0) }.first { $0.isLoopback }?.port
        return LoopbackListener(preferring: port)
    }

    /// Seconds for which the page may stay without an answer.
    private static let patience = 600

    private func answer(
        on page: WebAddress, _ listener: LoopbackListener?, state: String
    ) throws(WorkspaceError) -> String {
        let browser = Browser(environment: workspace.environment)
        guard let listener, let launch = browser.launch(for: page) else {
            Output.note("Open this page in a browser, on any machine, and allow the access:\n\n  \(page.shown)\n")
            return try CodePrompt.ask(server)
        }
        Output.note("The page of \(host) opens in \(launch.name). If it does not, open it yourself on this machine:")
        Output.note("\n  \(page.shown)\n\nWaiting for your answer there; ^C gives up.")
        browser.start(launch) { Output.note("\($0); open the page yourself") }
        switch listener.wait(forState: state, seconds: Self.patience) {
        case .code(let code): return code
        case .refusal(let error): throw WorkspaceError(SignInError.refusal(error, by: server))
        case nil:
            throw WorkspaceError(
                "no answer came from the page of \(host); with --code you bring the answer yourself", .tryAgain)
        }
    }

    // MARK: The token

    /// Keeps what was granted; a token that cannot be kept is given back.
    private func keep(
        _ grant: SignInGrant, client: SignInClient, asked: Scopes
    ) throws(WorkspaceError) -> (AccountName, Scopes) {
        let name: AccountName
        let before: Credential?
        do throws(WorkspaceError) {
            name = try workspace.owner(of: grant.token, at: server)
            guard let credential = Credential(grant, client: client, asked: asked) else {
                throw WorkspaceError("\(host) gave a token that cannot be kept", .badData)
            }
            do throws(FileTrouble) {
                before = try workspace.credentials.credential(for: name)
                try workspace.credentials.store(credential, for: name)
            } catch {
                throw WorkspaceError(error)
            }
        } catch {
            giveBack(grant.token, client)
            throw error
        }
        // Some servers give the same token again.
        if let before, before.token.secret != grant.token.exposed, let token = Secret(before.token.secret),
            let old = workspace.client(of: before, at: server)
        {
            giveBack(token, old)
        }
        return (name, grant.scopes ?? asked)
    }

    private func giveBack(_ token: Secret, _ client: SignInClient) {
        let signIn = workspace.signIn(to: server)
        let result = SignIn.result { () async throws(SignInError) in
            try await signIn.revoke(token, client: client)
        }
        if case .failure(let error) = result {
            Output.note("\(error.message) An older right of Perchoir's may be left in your settings on \(host).")
        }
    }
}
