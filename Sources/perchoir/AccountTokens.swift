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
    }

    private let known = Mutex(Known())
    private let credentials: Credentials
    private let environment: [String: String]
    private let log: Logger

    init(credentials: Credentials, environment: [String: String], log: Logger) {
        self.credentials = credentials
        self.environment = environment
        self.log = log
    }

    func know(_ accounts: [AccountSettings]) {
        known.withLock { known in
            for account in accounts { known.commands[account.name] = account.tokenCommand }
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
                keep(Secret(token.secret), for: account)
            } catch {
                problems.append("\(account.shown): \(error.message)")
            }
        }
        return problems
    }

    private func keep(_ secret: Secret?, for account: AccountName) {
        known.withLock { $0.secrets[account] = secret }
    }

    /// Nil when the account is not signed in or its secret cannot be read; the fetch then says that nobody is signed in,
    /// and the log why.
    func secret(of account: AccountName) -> Secret? {
        if let secret = known.withLock({ $0.secrets[account] }) { return secret }
        let secret: Secret?
        if let command = known.withLock({ $0.commands[account] }) {
            do throws(TokenCommand.Trouble) {
                // Without the terminal, which is the screen's by now.
                secret = Secret(try TokenCommand.run(command, environment: environment, interactive: false).secret)
            } catch {
                log.warning("\(account.shown): \(error.message)")
                return nil
            }
        } else {
            do throws(FileTrouble) {
                secret = try credentials.token(for: account).flatMap { Secret($0.secret) }
            } catch {
                log.warning("\(account.shown): \(error.shown)")
                return nil
            }
        }
        keep(secret, for: account)
        return secret
    }
}
