import ArgumentParser
import Settings
import Text
import TimelineModel

struct AccountList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The accounts, where each secret lives, and what it allows.")

    func run() throws {
        try reporting { () throws(WorkspaceError) in
            let workspace = try Startup.workspace()
            let configuration = workspace.configuration
            var stored: [AccountName: Credential] = [:]
            do throws(FileTrouble) {
                for name in try workspace.credentials.accounts() {
                    stored[name] = try workspace.credentials.credential(for: name)
                }
            } catch {
                throw WorkspaceError(error)
            }
            let commands = configuration.accounts.filter { $0.tokenCommand != nil }
            let used = configuration.subscriptions.compactMap(\.address.account)
            let names = Set(used + commands.map(\.name) + stored.keys)
            for name in names.sorted(by: { $0.spelled < $1.spelled }) {
                let command = commands.first { $0.name == name }?.tokenCommand?.first
                let personas = configuration.subscriptions.filter { $0.address.account == name }
                    .map(\.persona.shown)
                let persona =
                    personas.isEmpty ? "no persona" : Set(personas).sorted { $0.string < $1.string }.joined(by: ", ")
                Output.line(
                    "\(name.shown)\t\(persona)\t\(place(command, stored[name], workspace))"
                        + "\t\(rights(command, stored[name]))")
            }
            if names.isEmpty { Output.note("No account; perchoir account add SERVER adds one") }
        }
    }

    private func place(_ command: String?, _ stored: Credential?, _ workspace: Workspace) -> SafeText {
        if let command { return "token from the command \(SafeText(sanitizing: command))" }
        return stored == nil
            ? "not signed in: no token" : "token in \(SafeText(sanitizing: workspace.paths.credentials))"
    }

    private func rights(_ command: String?, _ stored: Credential?) -> SafeText {
        guard command == nil, let stored else { return "" }
        return stored.scopes.map(\.shown) ?? "rights not known: a token of your own"
    }
}
