import Curation
import Decoding
import Glibc
import Logging
import Networks
import ReaderCore
import Settings
import Store
import Synchronization
import Text
import TimelineModel

/// Why a command cannot go on, with the exit status of sysexits that says so.
struct WorkspaceError: Error {
    let message: SafeText
    let status: ExitStatus

    init(_ message: SafeText, _ status: ExitStatus) {
        self.message = message
        self.status = status
    }

    init(_ error: StoreError) {
        message = error.message
        switch error {
        case .newerVersion, .damaged: status = .badData
        case .unreachable, .notBackedUp: status = .cannotCreate
        case .full: status = .inputOutput
        case .busy, .replaced: status = .tryAgain
        case .failed: status = .software
        }
    }

    init(_ error: FileTrouble) {
        message = error.shown
        status =
            switch error.kind {
            case .refused: .noPermission
            case .changed: .tryAgain
            case .malformed: .badData
            case .system(EACCES), .system(EPERM), .system(EROFS): .noPermission
            case .system(ENOTDIR), .system(EISDIR): .cannotCreate
            case .system: .inputOutput
            }
    }

    init(_ error: ConfigurationFile.EditTrouble) {
        switch error {
        case .file(let trouble): self.init(trouble)
        case .text(let problem): self.init(problem.shown, .configuration)
        }
    }

    init(_ error: FetchError) {
        self.init(error.message, Self.status(of: error.kind))
    }

    init(_ error: SignInError) {
        if case .exchange(let kind) = error.reason {
            self.init(error.message, Self.status(of: kind))
        } else {
            self.init(error.message, .noPermission)
        }
    }

    private static func status(of kind: FetchError.Kind) -> ExitStatus {
        switch kind {
        case .unauthorized, .forbidden: .noPermission
        case .rateLimited, .cancelled: .tryAgain
        case .unreadable, .tooLarge: .badData
        case .noAddress: .usage
        default: .unavailable
        }
    }
}

/// Everything a command works with: the user's configuration, the store, and the way to the network. One a process.
final class Workspace: Sendable {
    let environment: [String: String]
    let paths: Paths
    let store: PostStore
    let factory: SourceFactory
    let theme: Theme
    /// Of the user; found once, which takes hundreds of questions to the C library.
    let zone: ZoneOffsets
    /// What opening the store had to say.
    let openingMessages: [SafeText]
    let log: Logger
    private let transport: any HTTPTransport
    private let current: Mutex<Current>
    private let takingOver = Mutex(())
    private let fileStamp: Mutex<ConfigurationFile.Stamp?>

    private struct Current {
        var configuration: Configuration
        /// What is wrong in the text of this configuration.
        var problems: [ConfigurationProblem]
        /// What is wrong in the text that was read last: another one where that was not taken over.
        var newest: [ConfigurationProblem]
        /// What is missing in it may be missing by mistake.
        var isPartial: Bool

        var unreadable: ConfigurationProblem? { problems.first { $0.severity == .unreadable } }
    }

    var configuration: Configuration { current.withLock { $0.configuration } }
    /// What is wrong in the configuration as it stands in the file, or probably not meant so: for the header.
    var problems: [SafeText] { allProblems.filter { $0.severity != .note }.map(\.shown) }
    /// What is wrong in it, and was therefore ignored.
    var errors: [SafeText] { allProblems.filter(\.severity.isError).map(\.shown) }
    /// What was followed, but may not have been meant so.
    var notes: [SafeText] { allProblems.filter { !$0.severity.isError }.map(\.shown) }
    /// Why nothing in the file can be followed. The store then stays as the last readable one has left it: panes that
    /// were emptied for a forgotten quotation mark would have to be filled again.
    var unreadable: ConfigurationProblem? { current.withLock { $0.unreadable } }

    private var allProblems: [ConfigurationProblem] { current.withLock { $0.newest } }

    /// Reads the configuration and opens the store.
    /// - Parameter transport: in place of the network (the demo).
    init(
        environment: [String: String], paths: Paths, transport: (any HTTPTransport)? = nil
    ) throws(WorkspaceError) {
        try ProcessLimits.checkOpenFiles()
        self.environment = environment
        self.paths = paths
        fileStamp = Mutex(ConfigurationFile(path: paths.configurationFile).stamp)
        let read = try Self.readConfiguration(paths)
        let (configuration, problems) = (read.configuration, read.problems)
        let now = SystemClock.now()
        theme = read.theme
        current = Mutex(
            Current(
                configuration: configuration, problems: problems, newest: problems, isPartial: read.isPartial))
        log = FileLog.logger(path: paths.log)
        zone = SystemClock.zone(around: now)
        do throws(StoreError) {
            let opened = try PostStore.open(at: paths.store, now: now)
            store = opened.store
            openingMessages = opened.report.messages
            if !problems.contains(where: { $0.severity == .unreadable }) {
                try Self.adopt(configuration, isPartial: read.isPartial, by: store, zone: zone, now: now)
            }
            try store.endLeases(where: Self.isGone, at: now)
        } catch {
            throw WorkspaceError(error)
        }
        var streams: (any StreamTransport)?
        if let transport {
            self.transport = transport
        } else {
            // As other programs have it, for servers with a certificate authority of their own.
            let trust = environment["SSL_CERT_FILE"].flatMap { $0.isEmpty ? nil : $0 }
            let network = CurlTransport(version: Version.text, trustFile: trust)
            self.transport = ThrottledTransport(network)
            streams = network
        }
        let tokens = AccountTokens(
            credentials: Credentials(path: paths.credentials), transport: self.transport, environment: environment,
            log: log)
        tokens.know(configuration.accounts)
        self.tokens = tokens
        let store = self.store
        factory = SourceFactory(
            transport: self.transport, decoders: .live, streams: streams,
            token: { account throws(FetchError) in try tokens.secret(of: account) },
            isEnding: { tokens.isEnding($0, at: SystemClock.now()) },
            renew: { account, refused throws(FetchError) in try await tokens.renew(account, refused: refused) },
            memory: { source in
                // A store that cannot be read now is reported by the fetch itself; the document then decides.
                try? store.feedMemory(of: source)
            })
        serverMemory = ServerMemory(
            store: store, factory: factory, maySend: { tokens.maySetMarkers(of: $0) }, now: SystemClock.now,
            log: log)
        for message in openingMessages { log.warning("\(message)") }
    }

    let tokens: AccountTokens
    let serverMemory: ServerMemory

    /// Whether the process that `Fetcher.holder` names has ended. Another one with its number is taken for it; the
    /// lease then ends by itself.
    private static func isGone(_ holder: String) -> Bool {
        guard let process = pid_t(holder), process > 0 else { return false }
        return kill(process, 0) != 0 && errno == ESRCH
    }

    private static func adopt(
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

    // MARK: Parts

    var doorbellPath: String { paths.state + "/reader" }

    func fetcher() -> Fetcher {
        Fetcher(
            store: store, factory: factory, schedule: RefreshSchedule(interval: configuration.interval),
            holder: "\(getpid())", now: SystemClock.now, log: log)
    }

    func signIn(to server: Server) -> SignIn { SignIn(server: server, transport: transport) }

    var credentials: Credentials { Credentials(path: paths.credentials) }

    /// What servers remember for the accounts whose timelines are sources.
    func readings(of persona: PersonaID? = nil) -> [ServerMemory.Reading] {
        ServerMemory.Reading.all(configuration.subscriptions.filter { persona == nil || $0.persona == persona })
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

    func resolver() -> AddressResolver { AddressResolver(transport: transport, decoders: .live) }

    /// The sources of a persona, or all, that no process is fetching.
    /// - Parameter ignoringSchedule: also those whose time has not come.
    func dueSources(
        of persona: PersonaID? = nil, ignoringSchedule: Bool = true, at now: Timestamp
    ) throws(WorkspaceError) -> [DueSource] {
        let wanted = configuration.subscriptions.filter { persona == nil || $0.persona == persona }
        let known = Set(wanted.map(\.source))
        do throws(StoreError) {
            let due = try store.dueSources(at: now, ignoringSchedule: ignoringSchedule)
            return due.filter { known.contains($0.source) }
        } catch {
            throw WorkspaceError(error)
        }
    }

    /// Those of a persona (or all) that some process is fetching.
    func leasedSources(of persona: PersonaID?, at now: Timestamp) throws(WorkspaceError) -> Set<SourceID> {
        let known = Set(configuration.subscriptions.filter { persona == nil || $0.persona == persona }.map(\.source))
        do throws(StoreError) {
            return try store.leasedSources(at: now).intersection(known)
        } catch {
            throw WorkspaceError(error)
        }
    }

    func address(of source: SourceID) -> SourceAddress? {
        configuration.subscriptions.first { $0.source == source }?.address
    }

    var readerOptions: Options {
        let configuration = self.configuration
        let isFrench = LocaleName.isFrench(environment)
        return Options(
            markRead: Options.MarkRead(rawValue: configuration.markRead.rawValue) ?? .open,
            confirms: configuration.confirms, digitSeparator: isFrench ? "\u{202F}" : ",")
    }

    // MARK: Changing the configuration

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
        try edit { text throws(ConfigurationProblem) in
            try ConfigurationText(text, file: "config.toml").adding(source: subscription)
        }
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

    /// Whether config.toml is another file, or was written, since this was asked last.
    func hasFileChanged() -> Bool {
        let stamp = ConfigurationFile(path: paths.configurationFile).stamp
        return fileStamp.withLock { before in
            defer { before = stamp }
            return before != stamp
        }
    }

    /// Takes over what another process wrote into config.toml. Where it is empty or has errors that were not there before,
    /// perhaps half edited, it waits: for its next change, or the next start. `problems` names them meanwhile.
    /// - Returns: whether the configuration is another one than before.
    func rereadConfiguration() throws(WorkspaceError) -> Bool {
        let read = try Self.readConfiguration(paths)
        let isTaken = current.withLock { current in
            current.newest = read.problems
            guard !Self.isWorse(read.problems, than: current.problems) else { return false }
            return read.configuration != current.configuration || read.isPartial != current.isPartial
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
                    configuration: read.configuration, problems: read.problems, newest: read.problems,
                    isPartial: read.isPartial)
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

    // MARK: Upkeep

    private static let backupInterval: Int64 = 86_400

    /// Judges every stored post that changed filters, or another persona's source, left without a verdict.
    func judge() throws(WorkspaceError) {
        var isChanged = false
        do throws(StoreError) {
            var progress = try store.judgeNextBatch(now: SystemClock.now())
            while true {
                if progress.changed > 0 { isChanged = true }
                guard !progress.isDone else { break }
                progress = try store.judgeNextBatch(now: SystemClock.now())
            }
        } catch {
            throw WorkspaceError(error)
        }
        if isChanged { Doorbell.ring(at: doorbellPath) }
    }

    /// A step of what is done while idle: the daily backup of the user's own data, and forgetting what is old enough.
    /// - Returns: whether nothing is left to be done.
    func keepHouse(at now: Timestamp) throws(StoreError) -> Bool {
        let layout = try store.layout()
        let last = layout["last-backup"].flatMap { Int64($0) } ?? 0
        // A time in the future is that of a clock which was wrong; waiting for it would be a year without backups.
        if !(0...Self.backupInterval * 1000).contains(now.milliseconds - last) {
            try store.backUpState(at: now)
            try store.saveLayout(["last-backup": String(now.milliseconds)])
        }
        // What a mistake in the file hides is not what the user wants to be forgotten.
        guard !current.withLock({ $0.isPartial }), let retention = configuration.retention else { return true }
        guard try store.trustsClock(at: now) else { return true }
        return try store.prune(at: now, days: max(1, retention / 86_400)).isDone
    }
}

/// The user's language, as far as the reader's numbers care.
enum LocaleName {
    static func isFrench(_ environment: [String: String]) -> Bool {
        let name = ["LC_ALL", "LC_NUMERIC", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        return name.hasPrefix("fr")
    }
}

enum Version {
    static let text = "0.1.0"
}
