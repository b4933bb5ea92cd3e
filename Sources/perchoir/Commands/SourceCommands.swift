import ArgumentParser
import Networks
import Settings
import Store
import Text
import TimelineModel

struct AddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add a source to a persona.",
        discussion: """
            The address is a feed, a page that names its feed, @who@server, #tag@server, or the page of a profile, a \
            hashtag or a public timeline on a Mastodon-compatible server. With --account it is a timeline of that \
            account: home, notifications, bookmarks, favourites, public, local, list:TITLE, or tag:a, and \
            "tag:a b +c -d" for posts with any of a and b, with c, without d. The source is written to config.toml; \
            nothing else in it changes.

            A feed that wants a name and a password is added with --user; the password is asked for, or read from a \
            file, never an argument. It is kept in credentials.toml, mode 0600, and sent over https alone.
            """)

    @Argument(help: "Address of the source.")
    var address: String

    @Option(help: "Your account, @you@server, whose timeline it is.")
    var account: String?

    @Option(help: "Your name on a feed that wants one, with a password (HTTP Basic).")
    var user: String?

    @Option(help: "File with that password; - reads standard input.")
    var passwordFile: String?

    @OptionGroup var persona: AddingPersonaOption

    @Option(help: "Your own name for it.")
    var name: String?

    @Option(help: "How often to look, such as 30m or 2h.")
    var every: String?

    func run() throws {
        try reporting { () throws(WorkspaceError) in
            let workspace = try Startup.workspace()
            let chosen = try persona.id(in: workspace.configuration) ?? workspace.configuration.personas.first?.id
            guard let chosen else { throw WorkspaceError("there is no persona", .configuration) }
            let name = name.map { SafeText(sanitizing: $0, as: .name) }
            if name?.string.allSatisfy(\.isWhitespace) == true { throw WorkspaceError("--name wants a name", .usage) }
            let interval = try every.map { text throws(WorkspaceError) in try Self.interval(text) }
            let login = try login()
            let found = try resolve(workspace, login)
            let known = workspace.configuration.subscriptions.filter { $0.persona == chosen }.map(\.source)
            let added = found[0]
            let isKnown = known.contains(added.address.id)
            let logins = try login.map { login throws(WorkspaceError) in [(try Self.feed(added.address), login)] } ?? []
            if isKnown, !logins.isEmpty {
                do throws(FileTrouble) { try workspace.credentials.store(logins) } catch { throw WorkspaceError(error) }
                Output.line("The name and password of \(added.title ?? added.address.shown) are kept")
                return
            }
            // Perhaps one of them was meant.
            if isKnown { Self.note(others: found.dropFirst(), known) }
            let subscription = Subscription(
                persona: chosen, address: added.address, name: name,
                interval: interval)
            let trouble = try workspace.keep(logins) { () throws(WorkspaceError) in try workspace.add(subscription) }
            Output.line("\(name ?? added.title ?? added.address.shown) is now a source of \(chosen.shown)")
            Self.note(others: found.dropFirst(), known)
            Doorbell.ring(at: workspace.doorbellPath)
            if let trouble { throw WorkspaceError(trouble) }
        }
    }

    private static func note(others: ArraySlice<ResolvedSource>, _ known: [SourceID]) {
        if !others.isEmpty { Output.note("Other feeds stand there too:") }
        for other in others {
            let isKnown = known.contains(other.address.id)
            Output.note("  \(other.address.shown)  \(other.title ?? "")\(isKnown ? " (a source already)" : "")")
        }
    }

    private func login() throws(WorkspaceError) -> FeedLogin? {
        guard let user else {
            guard passwordFile == nil else { throw WorkspaceError("--password-file needs --user NAME", .usage) }
            return nil
        }
        guard account == nil else {
            throw WorkspaceError("--user is for feeds; an account is signed in by perchoir account add", .usage)
        }
        let password = try PasswordPrompt.password(of: SafeText(sanitizing: user), file: passwordFile)
        guard let login = FeedLogin(user: user, password: password) else {
            throw WorkspaceError("the name has a colon, or name or password a control character", .usage)
        }
        return login
    }

    private static func feed(_ address: SourceAddress) throws(WorkspaceError) -> WebAddress {
        guard case .feed(let feed) = address else {
            throw WorkspaceError("--user is for feeds; \(address.shown) is none", .usage)
        }
        return feed
    }

    private func resolve(_ workspace: Workspace, _ login: FeedLogin?) throws(WorkspaceError) -> [ResolvedSource] {
        let timeline = try timeline()
        let resolver = workspace.resolver()
        let factory = workspace.factory
        let address = self.address
        let result = EffectRunner.wait { () async -> Result<[ResolvedSource], FetchError> in
            do throws(FetchError) {
                guard let timeline else { return .success(try await resolver.resolve(address, login: login)) }
                // Asked once, so that a list that is not there or a missing sign-in is told now.
                _ = try await factory.source(for: timeline).page(PageRequest())
                return .success([ResolvedSource(address: timeline)])
            } catch {
                return .failure(error)
            }
        }
        switch result {
        case .success(let found) where !found.isEmpty: return found
        case .success: throw WorkspaceError("nothing to read was found there", .badData)
        case .failure(let error): throw WorkspaceError(error)
        }
    }

    /// Nil without `--account`.
    private func timeline() throws(WorkspaceError) -> SourceAddress? {
        guard let spelled = account else { return nil }
        guard let name = AccountName(spelled) else {
            throw WorkspaceError("\(SafeText(sanitizing: spelled)) is no account; write @you@server", .usage)
        }
        guard let timeline = AccountTimeline(address) else {
            let words = SafeText(sanitizing: AccountTimeline.words.joined(separator: ", "))
            throw WorkspaceError(
                "\(SafeText(sanitizing: address)) is no timeline; there are \(words), list:TITLE, tag:NAME", .usage)
        }
        return .account(name, timeline)
    }

    private static func interval(_ text: String) throws(WorkspaceError) -> Int {
        guard let seconds = DurationSpelling.read(text), seconds >= 60 else {
            throw WorkspaceError("--every wants a time such as 15m, 2h or 1d, at least 1m", .usage)
        }
        return seconds
    }
}

struct SourcesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sources", abstract: "List the sources with their health.")

    @OptionGroup var persona: PersonaOption

    @Flag(help: "One JSON object a line.")
    var json = false

    func run() throws {
        try reporting { () throws(WorkspaceError) in
            let workspace = try Startup.workspace()
            let chosen = try persona.id(in: workspace.configuration)
            let now = SystemClock.now()
            let health: [SourceHealth]
            do throws(StoreError) {
                health = try workspace.store.health(persona: chosen, now: now)
            } catch {
                throw WorkspaceError(error)
            }
            for source in health {
                if json { Output.json(SourceJSON.line(source)) } else { Output.line(Self.line(source)) }
            }
            if health.isEmpty { Output.note("No source yet; perchoir add ADDRESS adds one") }
        }
    }

    private static func line(_ source: SourceHealth) -> SafeText {
        let personas = source.personas.map(\.shown).joined(by: ",")
        let last = source.lastPost.map { SafeText(sanitizing: $0.rfc3339) } ?? "no post yet"
        let hundredths = source.centiPostsADay % 100
        let rate: SafeText = "\(source.centiPostsADay / 100).\(hundredths < 10 ? "0" : "")\(hundredths) a day"
        let fetched = source.lastSuccess.map { "fetched " + SafeText(sanitizing: $0.rfc3339) } ?? "never fetched"
        var names: [SafeText] = []
        for name in source.personas.map({ source.name(in: $0) }) where !names.contains(name) { names.append(name) }
        var line: SafeText =
            "\(personas)\t\(names.joined(by: " / "))\t\(source.address.shown)\t\(source.unread) unread\t\(last)"
        line += "\t\(rate)\t\(fetched)"
        if let moved = source.movedTo { line += "\tmoved to \(moved.shown)" }
        if source.failuresInARow > 0 { line += "\tfailing: \(source.lastError ?? "no reason known")" }
        return line
    }
}

struct RemoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a source; what you marked stays marked.")

    @Argument(help: "Its address or name, as `perchoir sources` shows it.")
    var source: String

    @OptionGroup var persona: PersonaOption

    func run() throws {
        try reporting { () throws(WorkspaceError) in
            guard source.contains(where: { !$0.isWhitespace }) else {
                throw WorkspaceError("nothing to remove: give the address or the name of a source", .usage)
            }
            let workspace = try Startup.workspace()
            let chosen = try persona.id(in: workspace.configuration)
            let health: [SourceHealth]
            do throws(StoreError) {
                health = try workspace.store.health(
                    persona: chosen, counting: false, now: SystemClock.now())
            } catch {
                throw WorkspaceError(error)
            }
            // A name counts in the personas that call it so.
            let wanted = health.compactMap { health -> (source: SourceHealth, personas: [PersonaID])? in
                let isAddress = health.address.shown.string == source || health.source.value == source
                let meant = (chosen.map { [$0] } ?? health.personas).filter {
                    isAddress || health.name(in: $0).string == source
                }
                return meant.isEmpty ? nil : (health, meant)
            }
            guard let (found, meant) = wanted.first else {
                throw WorkspaceError(
                    "there is no source \(SafeText(sanitizing: source)); perchoir sources lists them", .usage)
            }
            guard wanted.count == 1 else {
                throw WorkspaceError("several sources are called that; use the address", .usage)
            }
            let starred = try Self.starred(workspace)
            for persona in meant {
                try workspace.edit { text throws(ConfigurationProblem) in
                    try ConfigurationText(text, file: "config.toml").removing(source: found.source, of: persona)
                }
                Output.line("\(found.name(in: persona)) is no longer a source of \(persona.shown)")
            }
            Self.forgetLogin(of: found.address, workspace)
            let lost = try starred - Self.starred(workspace)
            if lost > 0 {
                Output.note(
                    Output.count(lost, "starred post is", "starred posts are")
                        + " no longer listed; they are kept, and there again when the source is.")
            }
            Doorbell.ring(at: workspace.doorbellPath)
        }
    }

    /// Of a feed that no persona reads any more.
    private static func forgetLogin(of address: SourceAddress, _ workspace: Workspace) {
        guard case .feed(let feed) = address,
            !workspace.configuration.subscriptions.contains(where: { $0.source == address.id })
        else { return }
        do throws(FileTrouble) {
            try workspace.credentials.removeLogin(of: feed)
        } catch {
            // The source is gone; a password of its own, if it had one, is the user's to take out.
            Output.note("No password was looked for: \(error.shown)")
        }
    }

    private static func starred(_ workspace: Workspace) throws(WorkspaceError) -> Int {
        do throws(StoreError) { return try workspace.store.starredCount() } catch { throw WorkspaceError(error) }
    }
}
