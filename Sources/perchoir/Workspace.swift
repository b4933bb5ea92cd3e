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

/// Everything a command works with: the user's configuration, the store, and the way to the network. One a process.
final class Workspace: Sendable {
    let environment: [String: String]
    let paths: Paths
    let store: PostStore
    let factory: SourceFactory
    /// Of the user; found once, which takes hundreds of questions to the C library.
    let zone: ZoneOffsets
    /// What opening the store had to say.
    let openingMessages: [SafeText]
    let log: Logger
    private let transport: any HTTPTransport
    let current: Mutex<Current>
    let takingOver = Mutex(())
    /// Of config.toml and of the file of the theme that it asked for when it was read last.
    let fileStamps: Mutex<[FileStamp?]>

    struct Current {
        var configuration: Configuration
        /// The one it names.
        var theme: Theme
        /// What is wrong in the text of this configuration.
        var problems: [ConfigurationProblem]
        /// What is wrong in the text that was read last: another one where that was not taken over.
        var newest: [ConfigurationProblem]
        /// The theme that this text asks for.
        var newestTheme: String
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
        // Which theme there is stands in the file, so the first look takes its stamp.
        fileStamps = Mutex([ConfigurationFile(path: paths.configurationFile).stamp, nil])
        let read = try Self.readConfiguration(paths)
        let (configuration, problems) = (read.configuration, read.problems)
        let now = SystemClock.now()
        current = Mutex(
            Current(
                configuration: configuration, theme: read.theme, problems: problems, newest: problems,
                newestTheme: configuration.theme, isPartial: read.isPartial))
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
        let logins = FeedLogins(credentials: Credentials(path: paths.credentials))
        factory = SourceFactory(
            transport: self.transport, decoders: .live, streams: streams,
            token: { account throws(FetchError) in try tokens.secret(of: account) },
            isEnding: { tokens.isEnding($0, at: SystemClock.now()) },
            renew: { account, refused throws(FetchError) in try await tokens.renew(account, refused: refused) },
            login: { source throws(FetchError) in try logins.login(of: source) },
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

    func resolver() -> AddressResolver { AddressResolver(transport: transport, decoders: .live) }

    /// The sources of a persona, or all, that no process is fetching.
    /// - Parameters:
    ///   - ignoringSchedule: also those whose time has not come.
    ///   - includingGone: also those whose server said that they are gone.
    func dueSources(
        of persona: PersonaID? = nil, ignoringSchedule: Bool = true, includingGone: Bool = false, at now: Timestamp
    ) throws(WorkspaceError) -> [DueSource] {
        let wanted = configuration.subscriptions.filter { persona == nil || $0.persona == persona }
        let known = Set(wanted.map(\.source))
        do throws(StoreError) {
            let due = try store.dueSources(at: now, ignoringSchedule: ignoringSchedule, includingGone: includingGone)
            return due.filter { known.contains($0.source) }
        } catch {
            throw WorkspaceError(error)
        }
    }

    /// Those of a persona (or all) that a round leaves out.
    func sourcesLeftOut(of persona: PersonaID?, at now: Timestamp) throws(WorkspaceError) -> SourcesLeftOut {
        let wanted = configuration.subscriptions.filter { persona == nil || $0.persona == persona }
        do throws(StoreError) {
            return SourcesLeftOut(
                wanted, leased: try store.leasedSources(at: now), resting: try store.restingSources(at: now))
        } catch {
            throw WorkspaceError(error)
        }
    }

    func address(of source: SourceID) -> SourceAddress? {
        configuration.subscriptions.first { $0.source == source }?.address
    }

    var readerSettings: ReaderSettings {
        let (configuration, theme) = current.withLock { ($0.configuration, $0.theme) }
        let isFrench = LocaleName.isFrench(environment)
        let options = Options(
            markRead: Options.MarkRead(rawValue: configuration.markRead.rawValue) ?? .open,
            confirms: configuration.confirms, digitSeparator: isFrench ? "\u{202F}" : ",")
        return ReaderSettings(
            personas: configuration.personas, hasSources: !configuration.subscriptions.isEmpty, options: options,
            theme: theme, keymap: configuration.keymap)
    }
}
