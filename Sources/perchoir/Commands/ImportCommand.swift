import ArgumentParser
import Decoding
import Settings
import Text
import TimelineModel

/// Brings the feeds of another reader. Whatever the file says, only http and https addresses are taken and nothing in
/// it is run or fetched.
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Bring the feeds of another reader into config.toml.")

    enum Format: String, ExpressibleByArgument, CaseIterable { case opml, newsboat }

    @Argument(help: "opml, or newsboat for its urls file.")
    var format: Format

    @Argument(help: "The file.")
    var file: String

    @OptionGroup var persona: AddingPersonaOption

    @Option(name: .customLong("tag"), help: "Only feeds with this tag, or in this folder or category; repeatable.")
    var tags: [String] = []

    @Flag(help: "Only say what would be added.")
    var dryRun = false

    func run() throws {
        try reporting { () throws(WorkspaceError) in
            let bytes = try InputFile.read(file)
            let all = try feeds(bytes)
            let listed = try feedsWanted(of: all)
            let workspace = try Startup.workspace()
            let chosen = try persona.id(in: workspace.configuration) ?? workspace.configuration.personas.first?.id
            guard let chosen else { throw WorkspaceError("there is no persona", .configuration) }
            let name = SafeText(sanitizing: file)
            let known = Set(workspace.configuration.subscriptions.filter { $0.persona == chosen }.map(\.source))
            var listedOnce: Set<SourceID> = []
            var wanted: [Subscription] = []
            var logins: [(feed: WebAddress, login: FeedLogin)] = []
            var linesOfLogins: [Int] = []
            for feed in listed {
                if let problem = feed.problem { Output.note("\(name):\(feed.line): \(problem)") }
                guard let address = feed.address else { continue }
                let subscription = Subscription(persona: chosen, address: .feed(address), name: feed.title)
                if listedOnce.insert(subscription.source).inserted, !known.contains(subscription.source) {
                    wanted.append(subscription)
                }
                if let login = feed.login {
                    guard address.keepsSecrets else {
                        Output.note("\(name):\(feed.line): its password was left out; it would go over https only")
                        continue
                    }
                    logins.append((address, login))
                    linesOfLogins.append(feed.line)
                }
            }
            let taken = listed.count { $0.address != nil }
            guard taken > 0 || listed.isEmpty else {
                throw WorkspaceError("\(name): nothing in it can be used", .badData)
            }
            var trouble: FileTrouble?
            if !dryRun {
                let added = wanted
                trouble = try workspace.keep(logins) { () throws(WorkspaceError) in
                    if !added.isEmpty { try workspace.add(added) }
                }
                if !added.isEmpty { Doorbell.ring(at: workspace.doorbellPath) }
            }
            if trouble == nil {
                let verb: SafeText = dryRun ? "would be" : "are"
                for line in linesOfLogins {
                    Output.note("\(name):\(line): its name and password \(verb) kept in credentials.toml")
                }
            }
            if tags.isEmpty, let groups = ListedGroups(all, format).shown {
                Output.note(
                    "\(Self.groupWords(format)) are not taken over; --tag NAME brings the feeds of one: \(groups)")
            }
            let verb: SafeText = dryRun ? "would be added" : "added"
            let repeated = taken - listedOnce.count
            Output.line(
                "\(Output.count(wanted.count, "source", "sources")) \(verb) to \(chosen.shown); "
                    + "\(listedOnce.count - wanted.count) were there already"
                    + (repeated > 0 ? ", \(repeated) \(repeated == 1 ? "stands" : "stand") in the file again" : "")
            )
            if let trouble { throw WorkspaceError(trouble) }
            if format == .opml, let line = SubscriptionLists.earlyEnd(ofOPML: bytes) {
                throw WorkspaceError("\(name):\(line): the document ends early; what followed is missing", .badData)
            }
        }
    }

    private static func groupWords(_ format: Format) -> SafeText {
        switch format {
        case .newsboat: "tags"
        case .opml: "folders and categories"
        }
    }

    /// Those with one of the tags that were asked for; a tag that no feed has is mistyped.
    private func feedsWanted(of listed: [ListedFeed]) throws(WorkspaceError) -> [ListedFeed] {
        guard !tags.isEmpty else { return listed }
        let groups = ListedGroups(listed, format)
        let unknown = tags.filter { groups.feeds(in: [$0]).isEmpty }
        for tag in unknown.dropLast(unknown.count == tags.count ? 1 : 0) { Output.note(Self.noFeed(tag)) }
        if unknown.count == tags.count, let last = unknown.last {
            let known: SafeText = groups.shown.map { "; there are \($0)" } ?? ""
            throw WorkspaceError(Self.noFeed(last) + known, .usage)
        }
        return groups.feeds(in: tags)
    }

    private static func noFeed(_ tag: String) -> SafeText {
        "no feed has the tag \(SafeText(sanitizing: tag, as: .name))"
    }

    private func feeds(_ bytes: [UInt8]) throws(WorkspaceError) -> [ListedFeed] {
        switch format {
        case .newsboat: return SubscriptionLists.newsboatURLs(bytes)
        case .opml:
            do throws(DecodingError) {
                return try SubscriptionLists.opml(bytes)
            } catch {
                throw WorkspaceError("\(SafeText(sanitizing: file)): \(error.message)", .badData)
            }
        }
    }
}
