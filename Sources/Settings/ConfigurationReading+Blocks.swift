import ReaderCore
import TOMLKit
import Text
import TimelineModel

/// The `[[persona]]`, `[[source]]`, `[[filter]]` and `[[account]]` blocks. A block with a fault is ignored whole.
extension ConfigurationReading {
    // MARK: - Personas

    private static let personaKeys = ["name", "key", "accent", "purpose", "lines", "order", "budget"]

    mutating func readPersonas() {
        let (blocks, faults) = document.elements(named: "persona")
        problems += faults
        var personas: [Persona] = []
        // Stated keys come first, so that a persona without one never takes what a later block states.
        var free = Set(1...9).subtracting(blocks.compactMap { $0.table["key"]?.int })
        var places: [String: Place] = [:]
        for var block in blocks {
            let name = block.table["name"]?.string
            let persona = read(persona: &block, before: personas, places: places, free: &free)
            if block.problems.isEmpty, let persona {
                personas.append(persona)
                places[persona.id.name] = block.place
            } else if let name, places[name] == nil {
                ignoredPersonas[name] = block.place
            }
            problems += block.problems
        }
        for persona in personas { ignoredPersonas[persona.id.name] = nil }
        if !personas.isEmpty { configuration.personas = personas }
    }

    private func read(
        persona block: inout Fields, before personas: [Persona], places: [String: Place], free: inout Set<Int>
    ) -> Persona? {
        block.refuseUnknown(besides: Self.personaKeys)
        let name = block.string("name")
        if !block.has("name") { block.refuseMissing("name", because: "sources and filters refer to it") }
        if let name {
            let shown = SafeText(sanitizing: name, as: .name)
            if shown.isEmpty || shown.string != name {
                block.refuseValue(of: "name", "a persona's name is one short line without control characters")
            } else if let first = places[name] {
                block.refuseValue(of: "name", "a persona \"\(shown)\" stands already in line \(first.line)")
            }
        }
        var key = block.integer("key")
        if let stated = key {
            if !(1...9).contains(stated) {
                block.refuseValue(of: "key", "\"key\" is a digit from 1 to 9")
            } else if let other = personas.first(where: { $0.key == stated }) {
                block.refuseValue(of: "key", "key \(stated) is taken by persona \"\(other.id.shown)\"")
            }
        } else if !block.has("key") {
            key = free.min()
            if key == nil { block.refuse("there are no more than nine personas, one for each digit", at: block.place) }
        }
        let accent = block.string("accent")
        // Without a word in it there would be nothing but its separator.
        let purpose = block.string("purpose").map { SafeText(sanitizing: $0, as: .name) }
            .flatMap { $0.isEmpty ? nil : $0 }
        let density = readLines(&block)
        let order = block.choice("order", among: [Persona.Order.newest, .oldest]) ?? .newest
        // Checked and without effect so far: a file that sets a reading budget is no mistake.
        _ = block.duration("budget")
        guard block.problems.isEmpty, let name, let key else { return nil }
        free.remove(key)
        return Persona(
            id: PersonaID(name), key: key, accent: accent, purpose: purpose, density: density, order: order)
    }

    private func readLines(_ block: inout Fields) -> Persona.Density {
        guard let value = block.table["lines"] else { return .threeLines }
        switch (value.int, value.string) {
        case (1, _): return .oneLine
        case (3, _): return .threeLines
        case (_, "full"): return .full
        default:
            block.refuseValue(of: "lines", "\"lines\" is 1, 3 or \"full\"")
            return .threeLines
        }
    }

    /// The persona that a block names, if it exists.
    private func readPersona(_ block: inout Fields) -> PersonaID? {
        guard let name = block.string("persona") else { return nil }
        if let persona = configuration.personas.first(where: { $0.id.name == name }) { return persona.id }
        let shown = SafeText(sanitizing: name, as: .name)
        if let place = ignoredPersonas[name] {
            block.refuseValue(of: "persona", Self.consequence(ofIgnoring: name, place))
        } else if Configuration.standardPersonas.contains(where: { $0.id.name == name }) {
            block.refuseValue(
                of: "persona",
                "there is no persona \"\(shown)\" beside [[persona]] blocks that do not name it; write one for it, too")
        } else {
            let near = NearestName.suggestion(for: name, among: configuration.personas.map(\.id.name))
            block.refuseValue(of: "persona", "there is no persona \"\(shown)\"\(near)")
        }
        return nil
    }

    // MARK: - Sources

    private static let addressKeys = ["feed", "posts", "hashtag", "server", "account"]
    private static let sourceKeys = ["persona"] + addressKeys + ["timeline", "name", "every"]

    mutating func readSources() {
        let (blocks, faults) = document.elements(named: "source")
        problems += faults
        var places: [Subscription.Key: Place] = [:]
        for var block in blocks {
            if let subscription = read(source: &block), !block.hasErrors {
                let key = Subscription.Key(subscription)
                if let first = places[key] {
                    block.refuse("the same source stands already in line \(first.line)", at: block.place)
                } else {
                    places[key] = block.place
                    configuration.subscriptions.append(subscription)
                    subscriptionBlocks.append(block.block)
                }
            }
            problems += block.problems
        }
    }

    private func read(source block: inout Fields) -> Subscription? {
        block.refuseUnknown(besides: Self.sourceKeys)
        if !block.has("persona") { block.refuseMissing("persona", because: "in whose pane shall it show?") }
        let persona = readPersona(&block)
        let address = readAddress(&block)
        let name = block.string("name").map { SafeText(sanitizing: $0, as: .name) }
        let isNamed = name?.string.contains { !$0.isWhitespace } ?? true
        if !isNamed {
            block.remark(
                "a name of nothing; the source is called by its own", at: block.placeOfValue("name"), severity: .note)
        }
        let interval = block.duration("every")
        guard let persona, let address else { return nil }
        return Subscription(
            persona: persona, address: address, name: isNamed ? name : nil, interval: interval)
    }

    private func readAddress(_ block: inout Fields) -> SourceAddress? {
        let stated = Self.addressKeys.filter { block.has($0) }
        guard let key = stated.first else {
            block.refuseMissing("feed", because: "or one of posts, hashtag, server, account")
            return nil
        }
        guard stated.count == 1 else {
            let others = SafeText(sanitizing: stated.dropFirst().joined(separator: ", "))
            block.refuse(
                "a source has one address; \"\(SafeText(sanitizing: key))\" stands beside \(others)",
                at: block.place(of: stated[1]))
            return nil
        }
        if block.has("timeline"), key != "server", key != "account" {
            block.refuse("\"timeline\" belongs to \"server\" or \"account\"", at: block.place(of: "timeline"))
        }
        guard let text = block.string(key) else { return nil }
        switch key {
        case "feed": return readFeed(text, &block)
        case "posts":
            if let name = AccountName(text) { return .posts(user: name.user, server: name.server) }
            block.refuseValue(of: key, "\"posts\" wants somebody's name as @who@server")
        case "hashtag": return readHashtag(text, &block)
        case "server": return readPublicTimeline(text, &block)
        default: return readAccountTimeline(text, &block)
        }
        return nil
    }

    private func readFeed(_ text: String, _ block: inout Fields) -> SourceAddress? {
        if let address = WebAddress(text) { return .feed(address) }
        block.refuseValue(of: "feed", "\"feed\" wants a whole address, https://… or http://…, without a password in it")
        return nil
    }

    private func readHashtag(_ text: String, _ block: inout Fields) -> SourceAddress? {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        let tag = parts.first.map { $0.hasPrefix("#") ? String($0.dropFirst()) : String($0) } ?? ""
        if parts.count == 2, Hashtag.isOne(tag), let server = Server(parts[1]) { return .hashtag(tag, server: server) }
        block.refuseValue(of: "hashtag", "\"hashtag\" wants #tag@server")
        return nil
    }

    private func readPublicTimeline(_ text: String, _ block: inout Fields) -> SourceAddress? {
        guard let server = Server(text) else {
            block.refuseValue(of: "server", "\"server\" wants the name of a server, such as piaille.fr")
            return nil
        }
        guard block.has("timeline") else {
            block.refuseMissing("timeline", because: "\"public\" or \"local\"")
            return nil
        }
        switch block.string("timeline") {
        case "public": return .publicTimeline(server: server, localOnly: false)
        case "local": return .publicTimeline(server: server, localOnly: true)
        case .some(let other):
            let near = NearestName.suggestion(for: other, among: ["public", "local"])
            block.refuseValue(
                of: "timeline",
                "a server's timeline is \"public\" or \"local\", not \"\(SafeText(sanitizing: other))\"\(near)")
        case nil: break
        }
        return nil
    }

    private func readAccountTimeline(_ text: String, _ block: inout Fields) -> SourceAddress? {
        guard let account = AccountName(text) else {
            block.refuseValue(of: "account", "\"account\" wants your name there as @user@server")
            return nil
        }
        guard block.has("timeline") else {
            block.refuseMissing("timeline", because: "\"home\", \"notifications\", \"list:NAME\", …")
            return nil
        }
        guard let text = block.string("timeline") else { return nil }
        if let timeline = AccountTimeline(text) { return .account(account, timeline) }
        let shown = SafeText(sanitizing: text)
        if text.hasPrefix("list:") {
            block.refuseValue(of: "timeline", "\"list:\" wants the title of one of your lists")
        } else if text.hasPrefix("tag:") {
            block.refuseValue(
                of: "timeline", "\"tag:\" wants hashtags: any of \"one two\", also \"+three\", but not \"-four\"")
        } else {
            let near = NearestName.suggestion(for: text, among: AccountTimeline.words + ["list:", "tag:"])
            block.refuseValue(of: "timeline", "there is no timeline \"\(shown)\"\(near)")
        }
        return nil
    }

    // MARK: - Filters

    mutating func readFilters() {
        let (blocks, faults) = document.elements(named: "filter")
        problems += faults
        for var block in blocks {
            if let filter = read(filter: &block), !block.hasErrors { configuration.filters.append(filter) }
            problems += block.problems
        }
    }

    private func read(filter block: inout Fields) -> Filter? {
        block.refuseUnknown(besides: ["persona", "name", "match", "action"])
        if !block.has("persona") { block.refuseMissing("persona", because: "in whose pane shall it stand?") }
        if !block.has("match") { block.refuseMissing("match", because: "a query such as 'tag:horoscope'") }
        if !block.has("action") { block.refuseMissing("action", because: "hide, fold, highlight, read or star") }
        let persona = readPersona(&block)
        let action = block.choice("action", among: Filter.Action.allCases)
        let name = block.string("name")
        let match = block.string("match")
        guard let persona, let action, let match else { return nil }
        guard match.contains(where: { !$0.isWhitespace }) else {
            block.refuseValue(of: "match", "an empty query would be one for every post; one is 'tag:horoscope'")
            return nil
        }
        do throws(QueryError) {
            let query = try Query(parsing: match)
            if let problem = query.standingFilterProblem { throw problem }
            // It stands all the same: what it hides beside that must not come back for it.
            let personas = configuration.personas.map(\.id) + ignoredPersonas.keys.sorted().map { PersonaID($0) }
            if let problem = query.unknownPersona(among: personas) {
                let place = block.place(ofCluster: problem.column - 1, inValue: "match")
                block.remark(problem.message, at: place, severity: .warning)
            }
            // A filter without a name is known by what it matches.
            return Filter(
                persona: persona, name: SafeText(sanitizing: name ?? match, as: .name), query: query, action: action)
        } catch {
            block.refuse(error.message, at: block.place(ofCluster: error.column - 1, inValue: "match"))
            return nil
        }
    }

    // MARK: - Accounts

    mutating func readAccounts() {
        let (blocks, faults) = document.elements(named: "account")
        problems += faults
        for var block in blocks {
            if let account = read(account: &block), block.problems.isEmpty {
                if configuration.accounts.contains(where: { $0.name == account.name }) {
                    block.refuseValue(of: "name", "the account \(account.name.shown) stands here twice")
                } else {
                    configuration.accounts.append(account)
                    accountBlocks.append(block.block)
                }
            }
            problems += block.problems
        }
    }

    private func read(account block: inout Fields) -> AccountSettings? {
        block.refuseUnknown(besides: ["name", "persona", "token_command"])
        if !block.has("name") { block.refuseMissing("name", because: "@user@server") }
        let persona = readPersona(&block)
        let command = block.strings("token_command")
        if let command {
            if command.first?.isEmpty ?? true {
                block.refuseValue(of: "token_command", "\"token_command\" begins with a program")
            } else if let untrusted {
                block.refuse(untrusted.message, at: block.place(of: "token_command"))
            }
        }
        guard let text = block.string("name") else { return nil }
        guard let name = AccountName(text) else {
            block.refuseValue(of: "name", "an account's name is written @user@server")
            return nil
        }
        return AccountSettings(name: name, persona: persona, tokenCommand: command)
    }
}

extension Subscription {
    /// What makes two blocks the same source of a persona.
    struct Key: Hashable {
        let persona: PersonaID
        let source: SourceID

        init(_ subscription: Subscription) {
            persona = subscription.persona
            source = subscription.source
        }
    }
}

extension Fields {
    func accentProblem(in theme: Theme) -> ConfigurationProblem? {
        guard let accent = table["accent"]?.string, theme.accent(accent) == nil else { return nil }
        let known = Array(theme.palette.keys) + Array(Theme.terminalColors.keys)
        return ConfigurationProblem(
            """
            the theme "\(SafeText(sanitizing: theme.name))" has no colour "\(SafeText(sanitizing: accent))"\
            \(NearestName.suggestion(for: accent, among: known))
            """, at: placeOfValue("accent"))
    }
}
