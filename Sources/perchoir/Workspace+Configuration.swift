import ReaderCore
import Settings
import Store
import Synchronization
import Text
import TimelineModel

// What config.toml says: reading it, changing it as text, and letting it hold in the store.
extension Workspace {
    /// What config.toml says, the theme that it names, and what is wrong in either.
    struct Reading {
        let configuration: Configuration
        let theme: Theme
        let problems: [ConfigurationProblem]
        /// The file is not there, or has not a single byte, as while an editor writes it.
        let isEmpty: Bool

        /// Nothing may be taken away for what is missing in it.
        var isPartial: Bool { isEmpty || problems.contains(where: \.severity.isError) }
    }

    static func readConfiguration(_ paths: Paths) throws(WorkspaceError) -> Reading {
        let loaded: LoadedConfiguration
        do throws(FileTrouble) {
            loaded = try ConfigurationFile(path: paths.configurationFile).load()
        } catch {
            throw WorkspaceError(error)
        }
        let name = "config.toml"
        let (configuration, problems) =
            loaded.exists
            ? ConfigurationReader.read(loaded.text, file: name, untrusted: loaded.untrusted) : (.standard, [])
        let place = Place(file: SafeText(sanitizing: name), line: 1, column: 1)
        let (theme, themeProblems) = Themes.theme(
            named: configuration.theme, userThemes: paths.themes, place: place)
        // The text is parsed again for the places of what is wrong, so only when something is.
        let hasWrongAccent = configuration.personas.contains { $0.accent != nil && theme.accent($0.accent) == nil }
        let accentProblems =
            hasWrongAccent ? ConfigurationReader.accentProblems(in: loaded.text, file: name, theme: theme) : []
        return Reading(
            configuration: configuration, theme: theme, problems: problems + themeProblems + accentProblems,
            isEmpty: loaded.text.isEmpty)
    }

    // MARK: Changes

    /// Adds a source to config.toml, as text, and to this workspace.
    func add(_ subscription: Subscription) throws(WorkspaceError) {
        if configuration.subscriptions.contains(where: {
            $0.persona == subscription.persona && $0.source == subscription.source
        }) {
            throw WorkspaceError(
                "\(subscription.address.shown) is a source of \(subscription.persona.shown) already", .usage)
        }
        let known = Set(configuration.personas.map(\.id))
        guard known.contains(subscription.persona) else {
            let names = configuration.personas.map(\.id.shown).joined(by: ", ")
            throw WorkspaceError("there is no persona \(subscription.persona.shown); there are \(names)", .usage)
        }
        try add([subscription])
    }

    /// Adds sources of which none is there yet, all or none.
    func add(_ subscriptions: [Subscription]) throws(WorkspaceError) {
        try edit { text throws(ConfigurationProblem) in
            try ConfigurationText(text, file: "config.toml").adding(sources: subscriptions)
        }
    }

    /// Keeps names and passwords of feeds when `adding` has added these: a password of none would stay for ever.
    /// - Returns: why they were not kept; the feeds are there nevertheless.
    /// - Throws: what `adding` throws, and, before that, what is known to be in the way of keeping them.
    func keep(
        _ logins: [(feed: WebAddress, login: FeedLogin)], adding: () throws(WorkspaceError) -> Void
    ) throws(WorkspaceError) -> FileTrouble? {
        do throws(FileTrouble) { try credentials.check(storing: logins) } catch { throw WorkspaceError(error) }
        try adding()
        do throws(FileTrouble) { try credentials.store(logins) } catch { return error }
        return nil
    }

    /// Changes the text of config.toml and takes over what it then says.
    func edit(_ change: (String) throws(ConfigurationProblem) -> String) throws(WorkspaceError) {
        var attempts = 20
        while true {
            do throws(ConfigurationFile.EditTrouble) {
                try ConfigurationFile(path: paths.configurationFile).edit(change)
                break
            } catch {
                // The change is one of whatever text is there, so another writer only means doing it again.
                attempts -= 1
                if case .file(let trouble) = error, trouble.kind == .changed, attempts > 0 { continue }
                throw WorkspaceError(error)
            }
        }
        try takeOver(try Self.readConfiguration(paths))
    }

    /// Looks whether config.toml or the theme's file is another one, or was written, since it was taken over, and does
    /// that then.
    /// - Returns: as `rereadConfiguration`; nil when it was not changed.
    func rereadChangedConfiguration() throws(WorkspaceError) -> Bool? {
        let stamps = [
            ConfigurationFile(path: paths.configurationFile).stamp,
            // Perhaps not the one in force: it may be missing, or broken, until somebody mends it.
            Themes.stamp(ofUserTheme: current.withLock { $0.newestTheme }, in: paths.themes),
        ]
        guard fileStamps.withLock({ $0 }) != stamps else { return nil }
        do throws(WorkspaceError) {
            let isTaken = try rereadConfiguration()
            fileStamps.withLock { $0 = stamps }
            return isTaken
        } catch {
            // A store that was busy takes it the next time; a file that cannot be read has to change first.
            if error.status != .tryAgain { fileStamps.withLock { $0 = stamps } }
            throw error
        }
    }

    private static let emptied: SafeText = "the file is empty or gone, so nothing is taken from it"
    private static let beginning = Place(file: "config.toml", line: 1, column: 1)

    /// Takes over what another process wrote into config.toml. Where it is empty or has errors that were not there before,
    /// perhaps half edited, it waits: for its next change, or the next start. `problems` names them meanwhile.
    /// - Returns: whether the configuration is another one than before.
    func rereadConfiguration() throws(WorkspaceError) -> Bool {
        let read = try Self.readConfiguration(paths)
        let isTaken = current.withLock { current in
            current.newest = read.problems
            current.newestTheme = read.configuration.theme
            let isEmptied = read.isEmpty && !current.configuration.subscriptions.isEmpty
            if isEmptied { current.newest.append(ConfigurationProblem(Self.emptied, at: Self.beginning)) }
            guard !Self.isWorse(read.problems, than: current.problems) else { return false }
            return read.configuration != current.configuration || read.theme != current.theme
                || read.isPartial != current.isPartial
        }
        let isUnreadable = read.problems.contains { $0.severity == .unreadable }
        guard isTaken, !isUnreadable, !read.isEmpty else { return false }
        try takeOver(read)
        return true
    }

    /// Whether there is an error that was not there before. One that stays may stand on another line now.
    private static func isWorse(
        _ problems: [ConfigurationProblem], than before: [ConfigurationProblem]
    ) -> Bool {
        var known = before.map(\.message)
        return problems.contains { problem in
            guard problem.severity.isError else { return false }
            guard let place = known.firstIndex(of: problem.message) else { return true }
            // A second mistake of the same kind is one more.
            known.remove(at: place)
            return false
        }
    }

    /// One at a time. What the store did not take is not the configuration: it would never be tried again.
    private func takeOver(_ read: Reading) throws(WorkspaceError) {
        try takingOver.withLock { _ throws(WorkspaceError) in
            try adopt(read, insteadOf: current.withLock { $0 })
            current.withLock {
                $0 = Current(
                    configuration: read.configuration, theme: read.theme, problems: read.problems,
                    newest: read.problems, newestTheme: read.configuration.theme, isPartial: read.isPartial)
            }
        }
        tokens.know(read.configuration.accounts)
    }

    private func adopt(_ read: Reading, insteadOf before: Current) throws(WorkspaceError) {
        // With the same old errors in it, the file lacks more than before only because somebody took it out.
        var removed: [Subscription] = []
        if !Self.isWorse(read.problems, than: before.problems) {
            let kept = Dictionary(grouping: read.configuration.subscriptions, by: \.persona)
                .mapValues { Set($0.map(\.source)) }
            removed = before.configuration.subscriptions.filter { kept[$0.persona]?.contains($0.source) != true }
        }
        do {
            try Self.adopt(
                read.configuration, isPartial: read.isPartial, removed: removed, by: store, zone: zone,
                now: SystemClock.now())
        } catch {
            throw WorkspaceError(error)
        }
    }

    // MARK: In the store

    static func adopt(
        _ configuration: Configuration, isPartial: Bool, removed: [Subscription] = [], by store: PostStore,
        zone: ZoneOffsets, now: Timestamp
    ) throws(StoreError) {
        let own = Set(configuration.accounts.map(\.name) + configuration.subscriptions.compactMap(\.address.account))
        // The shortest interval of those who share a source counts, and the general one is one of them.
        let subscriptions = configuration.subscriptions.map { subscription in
            var subscription = subscription
            subscription.interval = subscription.interval ?? configuration.interval
            return subscription
        }
        try store.adopt(
            personas: configuration.personas, subscriptions: subscriptions, filters: configuration.filters,
            ownHandles: own.map(\.handle), zone: zone, isPartial: isPartial, removed: removed, now: now)
    }

    /// Lets the filters of accounts hold that were kept since the configuration was adopted.
    /// - Returns: whether there are others than before.
    func adoptServerFilters() throws(WorkspaceError) -> Bool {
        do throws(StoreError) {
            let now = SystemClock.now()
            guard unreadable == nil, try store.mustAdoptServerFilters(at: now) else { return false }
            let current = current.withLock { $0 }
            try Self.adopt(
                current.configuration, isPartial: current.isPartial, by: store, zone: zone, now: now)
            return true
        } catch {
            throw WorkspaceError(error)
        }
    }
}
