import Dispatch
import Logging
import Networks
import Settings
import Synchronization
import Text
import TimelineModel

/// The tokens of the user's accounts: from a command of his, else from the credentials file. Asked once a process,
/// before a screen is up when a command may want the terminal.
final class AccountTokens: Sendable {
    private struct Known {
        var commands: [AccountName: [String]] = [:]
        var secrets: [AccountName: Secret] = [:]
        var ends: [AccountName: Timestamp] = [:]
    }

    /// Seconds before its end in which a token is renewed: what is asked with it takes a while.
    private static let margin: Int64 = 120

    private let known = Mutex(Known())
    private let credentials: Credentials
    private let transport: any HTTPTransport
    private let environment: [String: String]
    private let log: Logger
    private let queue = DispatchQueue(label: "perchoir.tokens", qos: .utility)

    init(
        credentials: Credentials, transport: any HTTPTransport, environment: [String: String], log: Logger
    ) {
        self.credentials = credentials
        self.transport = transport
        self.environment = environment
        self.log = log
    }

    /// - Parameter accounts: all of the configuration. Where the token comes from somewhere else now, the one that was
    ///   kept is forgotten.
    func know(_ accounts: [AccountSettings]) {
        var commands: [AccountName: [String]] = [:]
        for account in accounts { commands[account.name] = account.tokenCommand }
        known.withLock { known in
            for account in Array(known.secrets.keys) where commands[account] != known.commands[account] {
                known.secrets[account] = nil
                known.ends[account] = nil
            }
            known.commands = commands
        }
    }

    /// Runs the commands that give tokens, while they may use the terminal.
    /// - Returns: what went wrong, one line an account.
    func runCommands() -> [SafeText] {
        let commands = known.withLock { known in known.commands.filter { known.secrets[$0.key] == nil } }
        var problems: [SafeText] = []
        for (account, command) in commands {
            do throws(TokenCommand.Trouble) {
                let token = try TokenCommand.run(command, environment: environment, interactive: true)
                keep(Secret(token.secret), until: nil, for: account)
            } catch {
                problems.append("\(account.shown): \(error.message)")
            }
        }
        return problems
    }

    private func keep(_ secret: Secret?, until end: Timestamp?, for account: AccountName) {
        known.withLock { known in
            known.secrets[account] = secret
            known.ends[account] = end
        }
    }

    /// Nil when nobody is signed in.
    /// - Throws: `.unauthorized` with the reason when somebody is, but the secret cannot be had.
    func secret(of account: AccountName) throws(FetchError) -> Secret? {
        if let secret = known.withLock({ $0.secrets[account] }) { return secret }
        let secret: Secret?
        var end: Timestamp?
        if let command = known.withLock({ $0.commands[account] }) {
            do throws(TokenCommand.Trouble) {
                // Without the terminal, which is the screen's by now.
                secret = Secret(try TokenCommand.run(command, environment: environment, interactive: false).secret)
            } catch {
                throw FetchError(.unauthorized, "\(account.shown): \(error.message)")
            }
        } else {
            do throws(FileTrouble) {
                let kept = try credentials.credential(for: account)
                secret = kept.flatMap { Secret($0.token.secret) }
                end = kept?.expires
            } catch {
                throw FetchError(.unauthorized, "\(account.shown): \(error.shown)")
            }
        }
        keep(secret, until: end, for: account)
        return secret
    }

    /// Whether the user let the server know where he reads when he signed in. Of a token that he brought nobody knows
    /// what it was meant for.
    func maySetMarkers(of account: AccountName) -> Bool {
        guard known.withLock({ $0.commands[account] }) == nil else { return false }
        do throws(FileTrouble) {
            return try credentials.credential(for: account)?.scopes?.allows("write:statuses") ?? false
        } catch {
            log.warning("\(account.shown): \(error.shown)")
            return false
        }
    }

    // MARK: Tokens that expire

    /// Whether an account's token has expired or is about to, as far as its server said for how long it holds.
    func isEnding(_ account: AccountName, at now: Timestamp) -> Bool {
        do throws(FetchError) {
            guard try secret(of: account) != nil, let end = known.withLock({ $0.ends[account] }) else { return false }
            return now.adding(seconds: Self.margin) >= end
        } catch {
            // Whoever needs the secret says what is wrong with it.
            return false
        }
    }

    /// Gets a new token in the place of one that the server refused, or is about to: the one that somebody else put into the
    /// credentials file meanwhile, else a new one for the refresh token. One process renews at a time; the others then
    /// find what it kept.
    /// - Returns: false when there is nothing to renew it with.
    func renew(_ account: AccountName, refused: Secret) async throws(FetchError) -> Bool {
        guard known.withLock({ $0.commands[account] }) == nil else { return false }
        // Waiting for the file's lock blocks a thread, which must not be one of the few that tasks run on.
        let result = await withCheckedContinuation { continuation in
            queue.async {
                continuation.resume(returning: self.renewed(account, refused))
            }
        }
        return try result.get()
    }

    private func renewed(_ account: AccountName, _ refused: Secret) -> Result<Bool, FetchError> {
        do throws(FileTrouble) {
            return try credentials.withLock { locked throws(FileTrouble) in
                guard let kept = try locked.credential(for: account) else { return .success(false) }
                if kept.token.secret != refused.exposed {
                    keep(Secret(kept.token.secret), until: kept.expires, for: account)
                    return .success(true)
                }
                guard let refreshToken = kept.refreshToken.flatMap({ Secret($0.secret) }), let id = kept.clientID,
                    let client = try credentials.client(id, of: account.server).flatMap(SignInClient.init)
                else { return .success(false) }
                switch exchange(refreshToken, client) {
                case .failure(let error): return .failure(error)
                case .success(let grant):
                    guard let credential = Credential(grant, client: client, before: kept) else {
                        return .success(false)
                    }
                    // Kept before it is used: the old pair may be worth nothing any more.
                    try locked.store(credential, for: account)
                    keep(grant.token, until: grant.expires, for: account)
                    log.info("\(account.shown): the sign-in was renewed")
                    return .success(true)
                }
            }
        } catch {
            log.warning("\(account.shown): \(error.shown)")
            return .failure(
                FetchError(.unauthorized, "The sign-in of \(account.shown) cannot be renewed: \(error.shown)"))
        }
    }

    private func exchange(_ refreshToken: Secret, _ client: SignInClient) -> Result<SignInGrant, FetchError> {
        let signIn = SignIn(server: client.server, transport: transport)
        return EffectRunner.wait { () async -> Result<SignInGrant, FetchError> in
            do throws(SignInError) {
                return .success(try await signIn.renew(refreshToken, client: client))
            } catch {
                guard case .exchange(let kind) = error.reason else {
                    return .failure(FetchError(.unauthorized, error.message))
                }
                return .failure(FetchError(kind, error.message))
            }
        }
    }
}
