// State.swift is the front door of ReaderCore: the whole application as a value. `update` changes it, `view` draws it.
public import Cells
public import Text
public import TimelineModel

/// Everything the reader knows. Changed by `update` alone, on one thread.
public struct State: Hashable, Sendable {
    public var size: Size
    /// One a persona, in the order of the screen; empty only before the first configuration.
    public var panes: [PaneState]
    /// Index into `panes`.
    public var focus = 0
    public var layout = ReaderLayout()
    /// The post shown in the text area, once it was read from the store.
    public var detail: PostDetail?
    /// What the user wants of a post while it is being read from the store.
    public var postWish: PostWish?
    /// The text of the selected post.
    var text = TextArea()
    /// Posts whose content warning or fold the user opened.
    public var revealed: Set<PostID> = []
    /// Topmost last.
    public var overlays: [Overlay] = []
    /// Threads, authors and other pages over the panes, topmost last; lists stand over them.
    var visits: [Visit] = []
    /// While there is one, keys are its text or its answer.
    public var prompt: Prompt?
    /// What was searched for in this run, each once, the last one last.
    var searches: [SafeText] = []
    /// The answer to the last action; the next key takes it away.
    public var notice: Notice?
    /// The beginning of a key sequence (`g`).
    public var pendingKeys: [Key] = []
    public var fetching = FetchProgress()
    /// How the sources that can be live are doing; the others are not in it.
    public var live: [SourceID: LiveState] = [:]
    /// Of every source of every persona; for the header's failures, the sources list and the errors.
    public var health: [SourceHealth] = [] {
        didSet {
            failing = health.filter { $0.failuresInARow > 0 }
            lastCheck = health.compactMap(\.lastAttempt).max()
        }
    }
    /// Those of `health` that fail. Every frame shows their number, and hundreds of sources are not looked through for
    /// each key.
    private(set) var failing: [SourceHealth] = []
    /// When a source was asked last, by whichever process.
    private(set) var lastCheck: Timestamp?
    /// What was wrong in the configuration, with file, line and column.
    public var problems: [SafeText] = []
    /// Nothing in the configuration can be followed, nor anything written into it.
    public var isConfigurationUnreadable = false
    /// The last tick of the clock.
    public var now: Timestamp
    /// Read at the start.
    public var zone: ZoneOffsets
    public var options: Options
    public var theme: Theme
    public var keymap: Keymap
    /// The last number given to a request; an answer to an older one is dropped.
    public var generation = 0
    /// The search for the next unread post that is under way; any other move drops it.
    var unreadWish: UnreadWish?
    /// What is told when the prompt that is open now is not any more.
    var lateNotice: Notice?
    /// From the text a jump is under way, and the post that it reaches is opened there; the next key drops it.
    var opensLanding = false
    /// Sources exist for at least one persona.
    public var hasSources = true
    /// The goodbye was said; whatever comes now changes nothing.
    public var isEnding = false

    public init(
        size: Size, personas: [Persona], now: Timestamp, zone: ZoneOffsets = .utc, options: Options = Options(),
        theme: Theme = .plain, keymap: Keymap = .standard
    ) {
        self.size = size
        panes = personas.map(PaneState.init)
        self.now = now
        self.zone = zone
        self.options = options
        self.theme = theme
        self.keymap = keymap
    }

    /// The key of an action as hints name it; its name where it has none.
    func keyName(_ command: Command, in context: KeyContext = .list) -> SafeText {
        keymap.name(of: command, in: context)
    }

    /// " Next check 14:17.", or nothing where that is not known or already due.
    var nextCheck: SafeText {
        guard let next = health.filter({ !$0.isGone }).compactMap(\.nextAttempt).min(), next > now else { return "" }
        return " Next check " + shownCheck(next) + "."
    }

    /// The time of day, unless that would be taken for another day's.
    func shownCheck(_ moment: Timestamp) -> SafeText {
        abs(moment.seconds(since: now)) < 86_400
            ? Wording.clock(moment, zone) : Wording.shortTime(moment, now: now, zone)
    }

    var focused: PaneState? { panes.indices.contains(focus) ? panes[focus] : nil }
}

/// What config.toml says of the reader: whose panes it has, how it looks, and what keys do.
public struct ReaderSettings: Hashable, Sendable {
    public var personas: [Persona]
    /// Sources exist for at least one persona.
    public var hasSources: Bool
    public var options: Options
    public var theme: Theme
    public var keymap: Keymap

    public init(
        personas: [Persona], hasSources: Bool = true, options: Options = Options(), theme: Theme = .plain,
        keymap: Keymap = .standard
    ) {
        self.personas = personas
        self.hasSources = hasSources
        self.options = options
        self.theme = theme
        self.keymap = keymap
    }
}

/// What the user set in config.toml that changes how reading goes.
public struct Options: Hashable, Sendable {
    /// Which actions mark a post read besides Space and `m`, which always do.
    public enum MarkRead: String, Hashable, Sendable {
        /// Opening a post marks it (Enter, and J K while reading).
        case open
        /// Moving down past a post marks it too.
        case pass
        /// Only `m` and Space mark.
        case manual
    }

    public var markRead: MarkRead
    /// Ask before a whole pane or source is marked read.
    public var confirms: Bool
    /// Between groups of three digits.
    public var digitSeparator: SafeText

    public init(markRead: MarkRead = .open, confirms: Bool = true, digitSeparator: SafeText = ",") {
        self.markRead = markRead
        self.confirms = confirms
        self.digitSeparator = digitSeparator
    }
}

/// How the panes stand on the screen. Survives a restart.
public struct ReaderLayout: Hashable, Sendable {
    /// One pane with its post beside it, from 100 columns.
    public var isZoomed = false
    /// Keys go to the text of the post.
    public var focusesPost = false
    /// Rows of the text below the index, under 100 columns; nil takes half.
    public var textRows: Int?
    /// Columns of the list beside a text, from 100 columns; nil takes two fifths, at most 60.
    public var listColumns: Int?
    /// Under 100 columns: only the index.
    public var hidesText = false

    public init() {}
}

/// A key that needs more of a post than a list knows, while the post is not read from the store yet.
public struct PostWish: Hashable, Sendable {
    /// What of the post is wanted.
    public enum Wish: Hashable, Sendable {
        case links(LinkUse)
        /// Which source it came from.
        case source
    }

    /// What becomes of a link: opened, picked from a list, or copied.
    public enum LinkUse: Hashable, Sendable { case open, pick, copy }

    public var post: PostID
    public var wish: Wish

    public init(post: PostID, wish: Wish) {
        self.post = post
        self.wish = wish
    }
}

/// A store's search for the next unread post.
struct UnreadWish: Hashable, Sendable {
    var pane: Pane
    /// The number of the request.
    var generation: Int
    /// Where to look afterwards, each once.
    var panesLeft: [Pane]
}

/// One line that answers the user.
public struct Notice: Hashable, Sendable {
    /// How it is drawn; an error and a warning in their own colours.
    public enum Level: Hashable, Sendable { case answer, warning, error }

    public var level: Level
    public var text: SafeText

    public init(_ level: Level, _ text: SafeText) {
        self.level = level
        self.text = text
    }
}

/// How a round of fetching goes.
public struct FetchProgress: Hashable, Sendable {
    /// Sources that were asked, those that failed included.
    public var done: Int
    /// 0 when nothing is being fetched.
    public var total: Int

    public init(done: Int = 0, total: Int = 0) {
        self.done = done
        self.total = total
    }
}
