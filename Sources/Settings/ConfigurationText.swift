import Text
public import TimelineModel

/// Edits of config.toml as a text: the user's comments, order and line endings stay as they are.
///
/// Every edit is checked before it is given back: the new text must mean the old settings and the change, nothing else.
public struct ConfigurationText: Sendable {
    public let text: String
    /// As messages name it.
    public let file: String

    public init(_ text: String, file: String) {
        self.text = text
        self.file = file
    }

    /// Appends a `[[source]]` block. Its persona must exist.
    public func adding(source subscription: Subscription) throws(ConfigurationProblem) -> String {
        try adding(sources: [subscription])
    }

    /// Appends `[[source]]` blocks in their order, all or none. Their personas must exist, and none may stand there
    /// already. One check for all: hundreds of feeds come in one import.
    public func adding(sources subscriptions: [Subscription]) throws(ConfigurationProblem) -> String {
        let before = try reading(text)
        var expected = before.configuration
        let personas = Set(expected.personas.map(\.id))
        var places = Dictionary(
            zip(expected.subscriptions.map(Subscription.Key.init), before.subscriptionBlocks),
            uniquingKeysWith: { first, _ in first })
        for var subscription in subscriptions {
            subscription.interval = subscription.interval.map { ($0 + 59) / 60 * 60 }
            guard personas.contains(subscription.persona) else {
                throw ConfigurationProblem("there is no persona \"\(subscription.persona.shown)\"", at: before.start)
            }
            if let block = places.updateValue(nil, forKey: Subscription.Key(subscription)) {
                throw ConfigurationProblem(
                    "this source is in persona \"\(subscription.persona.shown)\" already",
                    at: before.place(ofBlock: block))
            }
            expected.subscriptions.append(subscription)
        }
        let added = expected.subscriptions.dropFirst(before.configuration.subscriptions.count)
        return try checked(appending(added.map(BlockSpelling.source)), means: expected, after: before)
    }

    /// Appends an `[[account]]` block.
    public func adding(account: AccountSettings) throws(ConfigurationProblem) -> String {
        let before = try reading(text)
        if let index = before.configuration.accounts.firstIndex(where: { $0.name == account.name }) {
            throw ConfigurationProblem(
                "the account \(account.name.shown) stands here already",
                at: before.place(ofBlock: before.accountBlocks[index]))
        }
        var expected = before.configuration
        expected.accounts.append(account)
        return try checked(appending([BlockSpelling.account(account)]), means: expected, after: before)
    }

    /// Takes a source's block out, with the comments that touch it.
    /// - Throws: when the persona has no such source here, or it is written as an inline table.
    public func removing(source: SourceID, of persona: PersonaID) throws(ConfigurationProblem) -> String {
        let before = try reading(text)
        let subscriptions = before.configuration.subscriptions
        guard let index = subscriptions.firstIndex(where: { $0.source == source && $0.persona == persona }) else {
            throw ConfigurationProblem("persona \"\(persona.shown)\" has no such source", at: before.start)
        }
        var expected = before.configuration
        expected.subscriptions.remove(at: index)
        return try checked(
            removing(block: before.subscriptionBlocks[index], of: before), means: expected, after: before)
    }

    /// Takes an account's block out, with the comments that touch it.
    public func removing(account: AccountName) throws(ConfigurationProblem) -> String {
        let before = try reading(text)
        guard let index = before.configuration.accounts.firstIndex(where: { $0.name == account }) else {
            throw ConfigurationProblem("there is no account \(account.shown)", at: before.start)
        }
        var expected = before.configuration
        expected.accounts.remove(at: index)
        return try checked(removing(block: before.accountBlocks[index], of: before), means: expected, after: before)
    }

    // MARK: - Machinery

    private func reading(_ text: String) throws(ConfigurationProblem) -> ConfigurationReading {
        ConfigurationReading(of: try Document(text, file: file))
    }

    private func appending(_ blocks: [[String]]) -> String {
        var editor = BlockEditor(text)
        for block in blocks { editor.append(block) }
        return editor.text
    }

    private func removing(block: Int?, of before: ConfigurationReading) throws(ConfigurationProblem) -> String {
        guard let block else {
            throw ConfigurationProblem(
                "this is written as an inline table, which only you can edit", at: before.start)
        }
        var editor = BlockEditor(text)
        editor.remove(block: block, of: before.document.map)
        return editor.text
    }

    private func checked(
        _ edited: String, means expected: Configuration, after before: ConfigurationReading
    ) throws(ConfigurationProblem) -> String {
        let after = try reading(edited)
        guard after.configuration == expected, after.problems.count <= before.problems.count else {
            let cause = before.sortedProblems.first ?? after.sortedProblems.first
            throw ConfigurationProblem(
                "this edit would change more than it should; edit the file yourself, or repair this place first",
                at: cause?.place ?? before.start)
        }
        return edited
    }
}

extension ConfigurationReading {
    fileprivate func place(ofBlock block: Int?) -> Place {
        document.place(at: block.map { document.map.blocks[$0].start } ?? 0)
    }

    fileprivate var start: Place { document.place(at: 0) }
}

/// How blocks are written, as lines without their ends.
enum BlockSpelling {
    static func source(_ subscription: Subscription) -> [String] {
        var lines = ["[[source]]", "persona = \(quoted(subscription.persona.name))"]
        switch subscription.address {
        case .feed(let address): lines.append("feed = \(quoted(address.text))")
        case .posts(let user, let server): lines.append("posts = \(quoted("@\(user)@\(server.spelled)"))")
        case .hashtag(let tag, let server): lines.append("hashtag = \(quoted("#\(tag)@\(server.spelled)"))")
        case .publicTimeline(let server, let localOnly):
            lines.append("server = \(quoted(server.spelled))")
            lines.append("timeline = \(quoted(localOnly ? "local" : "public"))")
        case .account(let account, let timeline):
            lines.append("account = \(quoted(account.spelled))")
            lines.append("timeline = \(quoted(timeline.spelled))")
        }
        if let name = subscription.name { lines.append("name = \(quoted(name.string))") }
        if let interval = subscription.interval { lines.append("every = \(quoted(DurationSpelling.write(interval)))") }
        return lines
    }

    static func account(_ account: AccountSettings) -> [String] {
        var lines = ["[[account]]", "name = \(quoted(account.name.spelled))"]
        if let persona = account.persona { lines.append("persona = \(quoted(persona.name))") }
        if let command = account.tokenCommand {
            lines.append("token_command = [\(command.map(quoted).joined(separator: ", "))]")
        }
        return lines
    }

    /// A basic string. Source: toml.io, v1.0.0, "String".
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\u{0}"..."\u{1F}", "\u{7F}":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
