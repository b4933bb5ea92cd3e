import ArgumentParser

struct AccountCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account", abstract: "Accounts on Mastodon-compatible servers.",
        subcommands: [AccountAdd.self, AccountList.self, AccountRemove.self], defaultSubcommand: AccountList.self)
}
