public import Text

/// The view of one persona's timeline (views come as further cases).
public enum Pane: Hashable, Sendable {
    case persona(PersonaID)
}

/// What of a pane is shown.
public struct PaneFilter: Hashable, Sendable {
    public var unreadOnly = false
    /// Also what standing filters hid.
    public var includesHidden = false
    /// Only what this source carried.
    public var source: SourceID?

    public init(unreadOnly: Bool = false, includesHidden: Bool = false, source: SourceID? = nil) {
        self.unreadOnly = unreadOnly
        self.includesHidden = includesHidden
        self.source = source
    }
}

/// What a standing filter decided about a post in a persona. Precedence hide > fold > highlight.
public struct Verdict: Hashable, Sendable {
    /// The raw value is stored. The higher one wins where several filters mean a post.
    public enum Kind: Int, Hashable, Sendable { case shown = 0, highlighted = 1, folded = 2, hidden = 3 }

    public var kind: Kind
    /// The name of the filter; nil when shown.
    public var rule: SafeText?

    public init(_ kind: Kind, rule: SafeText? = nil) {
        self.kind = kind
        self.rule = rule
    }

    public static let shown = Verdict(.shown)
}

/// One line of a timeline.
public enum TimelineEntry: Hashable, Sendable {
    case post(PostSummary)
    case gap(Gap)

    public var key: EntryKey {
        switch self {
        case .post(let post): post.key
        case .gap(let gap): gap.key
        }
    }
}

/// What a list needs of a post: enough for a row, cheap to read in hundreds.
public struct PostSummary: Hashable, Sendable {
    public var id: PostID
    public var key: EntryKey
    public var authorName: SafeText
    /// Nil in feeds.
    public var authorHandle: SafeText?
    /// As in `Post`.
    public var title: SafeText?
    /// What the feed of an article is called; nil for other posts.
    public var sourceName: SafeText?
    /// The beginning of the text, as much as was asked for, LF between lines.
    public var excerpt: SafeText
    /// The text goes on after the longest excerpt that a store gives. One that was asked for shorter may be cut without
    /// it.
    public var hasMoreText: Bool
    public var contentWarning: SafeText?
    /// Who brought the post into the persona, when it came there as a boost.
    public var boostedBy: SafeText?
    /// Host and path of the first link, short.
    public var link: SafeText?
    /// A boost has that of the post.
    public var kind: Post.Kind
    public var isRead: Bool
    public var isStarred: Bool
    /// Its content changed after publication.
    public var isEdited: Bool
    /// Mentions one of the user's own accounts.
    public var isToUser: Bool
    /// Any attachment.
    public var hasMedia: Bool
    public var hasPoll: Bool
    public var verdict: Verdict
    /// The published time, clamped for sorting, is `key.sortTime`; this is what the author states.
    public var published: Timestamp?

    public init(
        id: PostID, key: EntryKey, authorName: SafeText, authorHandle: SafeText? = nil, title: SafeText? = nil,
        sourceName: SafeText? = nil, excerpt: SafeText = "", hasMoreText: Bool = false, contentWarning: SafeText? = nil,
        boostedBy: SafeText? = nil, link: SafeText? = nil,
        kind: Post.Kind = .post, isRead: Bool = false, isStarred: Bool = false, isEdited: Bool = false,
        isToUser: Bool = false, hasMedia: Bool = false, hasPoll: Bool = false, verdict: Verdict = .shown,
        published: Timestamp? = nil
    ) {
        self.id = id
        self.key = key
        self.authorName = authorName
        self.authorHandle = authorHandle
        self.title = title
        self.sourceName = sourceName
        self.excerpt = excerpt
        self.hasMoreText = hasMoreText
        self.contentWarning = contentWarning
        self.boostedBy = boostedBy
        self.link = link
        self.kind = kind
        self.isRead = isRead
        self.isStarred = isStarred
        self.isEdited = isEdited
        self.isToUser = isToUser
        self.hasMedia = hasMedia
        self.hasPoll = hasPoll
        self.verdict = verdict
        self.published = published
    }
}

/// A line that stands for a known hole in one source's timeline: between two of its entries something was not fetched.
/// Where a pane has other posts in the hole, there is a line on each of its sides.
public struct Gap: Hashable, Sendable {
    /// Which end of the hole, in time.
    public enum Side: Hashable, Sendable { case newer, older }

    public var source: SourceID
    /// Where the line stands in the pane: just below the newer end, or just above the older one.
    public var key: EntryKey
    /// Entry ids of the source on both sides.
    public var newer: String
    public var older: String
    /// The side of the hole on which the line stands; nil when it is the hole's only one.
    public var side: Side?

    public init(source: SourceID, key: EntryKey, newer: String, older: String, side: Side? = nil) {
        self.source = source
        self.key = key
        self.newer = newer
        self.older = older
        self.side = side
    }

    /// Whether two lines stand for the same hole, of which nothing was filled between.
    public func isSameHole(as other: Gap) -> Bool {
        source == other.source && newer == other.newer && older == other.older
    }
}

/// Which way on the time axis.
public enum TimeDirection: Hashable, Sendable { case older, newer }

/// Which stretch of a pane to read. Directions are in time, whatever the pane's order on the screen.
public struct WindowRequest: Hashable, Sendable {
    /// Where the stretch lies.
    public enum Anchor: Hashable, Sendable {
        /// The newest entries.
        case newest
        /// The oldest entries.
        case oldest
        /// Entries strictly older than the key.
        case olderThan(EntryKey)
        /// Entries strictly newer than the key, the nearest ones.
        case newerThan(EntryKey)
        /// Half of the limit on each side of the key, the entry itself included when it exists.
        case around(EntryKey)
        /// Around the place where the user was, as the store kept it, else the newest.
        case position
    }

    public var pane: Pane
    public var filter: PaneFilter
    public var anchor: Anchor
    /// Entries at most.
    public var limit: Int
    /// UTF-8 bytes of text wanted in each excerpt, at most.
    public var excerptLength: Int
    /// The newest entry that the user has seen; with `.position` the store knows.
    public var seenNewest: EntryKey?

    public init(
        pane: Pane, filter: PaneFilter = PaneFilter(), anchor: Anchor, limit: Int = 200, excerptLength: Int = 400,
        seenNewest: EntryKey? = nil
    ) {
        self.pane = pane
        self.filter = filter
        self.anchor = anchor
        self.limit = limit
        self.excerptLength = excerptLength
        self.seenNewest = seenNewest
    }
}

/// A stretch of a pane, newest first.
public struct TimelineWindow: Hashable, Sendable {
    public var entries: [TimelineEntry]
    /// The pane, as the request filters it, has nothing newer.
    public var reachesNewest: Bool
    /// The pane, as the request filters it, has nothing older.
    public var reachesOldest: Bool
    /// Where the user was in the pane when asked for `.position`, if that is known.
    public var position: EntryKey?
    /// The newest entry that he has seen, as far as who asked or the store knows.
    public var seenNewest: EntryKey?
    /// Unread posts, hidden ones left out, that are newer than `entries` and `seenNewest`; 0 without it, `countLimit` at
    /// most.
    public var unreadBeyond: Int
    /// What had arrived in the store when the stretch was read.
    public var arrivals: ArrivalPoint?

    /// Further nobody counts.
    public static let countLimit = 1000

    public init(
        entries: [TimelineEntry], reachesNewest: Bool, reachesOldest: Bool, position: EntryKey? = nil,
        seenNewest: EntryKey? = nil, unreadBeyond: Int = 0, arrivals: ArrivalPoint? = nil
    ) {
        self.entries = entries
        self.reachesNewest = reachesNewest
        self.reachesOldest = reachesOldest
        self.position = position
        self.seenNewest = seenNewest
        self.unreadBeyond = unreadBeyond
        self.arrivals = arrivals
    }
}

/// Exact numbers of one pane, kept by the store in the transaction of the change.
public struct PaneCounts: Hashable, Sendable {
    /// Unread, hidden left out, folded in.
    public var unread: Int
    /// All that is not hidden.
    public var total: Int
    /// What filters hid, read or not.
    public var hidden: Int

    public init(unread: Int = 0, total: Int = 0, hidden: Int = 0) {
        self.unread = unread
        self.total = total
        self.hidden = hidden
    }
}

/// A post with everything the reader shows of it.
public struct PostDetail: Hashable, Sendable {
    /// When and where a source first carried the post.
    public struct Seen: Hashable, Sendable {
        public var source: SourceID
        /// The user's name for the source, else its own title, else its address.
        public var name: SafeText
        /// When it was fetched from there, by this machine's clock.
        public var at: Timestamp
        /// Nil where the source carried the post itself.
        public var boostedBy: Author?

        public init(source: SourceID, name: SafeText, at: Timestamp, boostedBy: Author? = nil) {
            self.source = source
            self.name = name
            self.at = at
            self.boostedBy = boostedBy
        }
    }

    public var post: Post
    /// When the store took it in, by this machine's clock; shown where the post has no date.
    public var firstSeen: Timestamp
    /// Earliest first.
    public var seen: [Seen]
    public var isRead: Bool
    public var isStarred: Bool
    /// Its author took it back, and the user's star keeps it.
    public var isWithdrawn: Bool
    /// In every persona that has the post.
    public var verdicts: [PersonaID: Verdict]

    public init(
        post: Post, firstSeen: Timestamp, seen: [Seen] = [], isRead: Bool = false, isStarred: Bool = false,
        isWithdrawn: Bool = false, verdicts: [PersonaID: Verdict] = [:]
    ) {
        self.post = post
        self.firstSeen = firstSeen
        self.seen = seen
        self.isRead = isRead
        self.isStarred = isStarred
        self.isWithdrawn = isWithdrawn
        self.verdicts = verdicts
    }

    /// Who boosted it into the reader's timelines, each once, in the order in which they came.
    public var boosters: [Author] {
        var known: Set<SafeText> = []
        return seen.compactMap(\.boostedBy).filter { known.insert($0.handle ?? $0.name).inserted }
    }

    /// When each source carried it first.
    public var seenBySource: [Seen] {
        var known: Set<SourceID> = []
        return seen.filter { known.insert($0.source).inserted }
    }
}

/// What a mark changes.
public enum MarkChange: Hashable, Sendable {
    case read, unread, star, unstar

    /// What takes it back.
    public var inverse: MarkChange {
        switch self {
        case .read: .unread
        case .unread: .read
        case .star: .unstar
        case .unstar: .star
        }
    }
}

/// Which posts a mark is for. What came after `arrivedBy` is left out: nobody who asked for the mark knew of it.
public enum MarkScope: Hashable, Sendable {
    case posts([PostID])
    /// Everything of the pane that is strictly newer than the key, and where a second one is given not newer than that.
    /// Hidden posts are never touched, nor those that are `unseen`.
    case newerThan(
        EntryKey, upTo: EntryKey? = nil, Pane, PaneFilter, arrivedBy: ArrivalPoint? = nil, unseen: [PostID] = [])
    /// Everything of the pane that is strictly older than the key. Hidden posts are never touched, nor those that are
    /// `unseen`.
    case olderThan(EntryKey, Pane, PaneFilter, arrivedBy: ArrivalPoint? = nil, unseen: [PostID] = [])
    /// The whole pane as filtered. Hidden posts are never touched.
    case pane(Pane, PaneFilter, arrivedBy: ArrivalPoint? = nil)
    /// Everything that one source carried in the persona. Hidden posts are never touched.
    case source(SourceID, PersonaID, arrivedBy: ArrivalPoint? = nil)
}

/// What a mark, an undo or a redo did, told after its commit.
public struct MarkOutcome: Hashable, Sendable {
    /// Posts whose mark changed.
    public var changed: Int
    /// The changed posts, when there were few (at most 1 000); else nil and the windows must be read again.
    public var posts: [PostID]?
    /// What became of them: of an undo the inverse of what is undone.
    public var change: MarkChange
    /// The new numbers of every pane.
    public var counts: [Pane: PaneCounts]

    public init(changed: Int, posts: [PostID]?, change: MarkChange, counts: [Pane: PaneCounts]) {
        self.changed = changed
        self.posts = posts
        self.change = change
        self.counts = counts
    }
}

/// How a source is doing.
public struct SourceHealth: Hashable, Sendable {
    public var source: SourceID
    public var address: SourceAddress
    /// Those that use it, in the order of the configuration.
    public var personas: [PersonaID]
    /// The user's name for it, in whichever persona he gave one, else its own title, else its address.
    public var name: SafeText
    /// The names that the user gave it in his personas.
    public var ownNames: [PersonaID: SafeText] = [:]
    /// Its own title, else its address; empty where `name` is that.
    public var title: SafeText = ""
    /// The page for people, as the source named it last; nil when it never did.
    public var homePage: WebAddress?
    /// Where it is asked, since its own address redirects there for good.
    public var movedTo: WebAddress?
    /// Whether the posts were counted: if not, `unread`, `total`, `lastPost` and `centiPostsADay` say nothing.
    public var isCounted: Bool
    /// In the persona asked about, else the first that uses it; hidden posts left out.
    public var unread: Int
    /// In the same persona; hidden posts count.
    public var total: Int
    /// Sort time of the newest post there; nil without any.
    public var lastPost: Timestamp?
    /// Posts a day over the last 30 days, or the days since the first post if that is younger, in hundredths.
    public var centiPostsADay: Int
    /// Nil when it never succeeded. An unchanged answer is a success.
    public var lastSuccess: Timestamp?
    /// Nil before the first.
    public var lastAttempt: Timestamp?
    /// Nil where none is planned yet: it is due at once.
    public var nextAttempt: Timestamp?
    /// Nil after a success. There may be one without a failure: nothing was sent, since the host wants rest.
    public var lastError: SafeText?
    /// Stays after a success, when `lastError` goes.
    public var lastErrorAt: Timestamp?
    /// 0 after a success.
    public var failuresInARow: Int
    /// Its server said that it is gone for good (410): nobody but the user asks it.
    public var isGone = false
    /// Its last fetch failed for want of a sign-in that its server accepts.
    public var wantsSignIn = false

    public init(
        source: SourceID, address: SourceAddress, personas: [PersonaID], name: SafeText, homePage: WebAddress? = nil,
        movedTo: WebAddress? = nil, isCounted: Bool = true, unread: Int = 0, total: Int = 0, lastPost: Timestamp? = nil,
        centiPostsADay: Int = 0,
        lastSuccess: Timestamp? = nil, lastAttempt: Timestamp? = nil, nextAttempt: Timestamp? = nil,
        lastError: SafeText? = nil, lastErrorAt: Timestamp? = nil, failuresInARow: Int = 0
    ) {
        self.source = source
        self.address = address
        self.personas = personas
        self.name = name
        self.homePage = homePage
        self.movedTo = movedTo
        self.isCounted = isCounted
        self.unread = unread
        self.total = total
        self.lastPost = lastPost
        self.centiPostsADay = centiPostsADay
        self.lastSuccess = lastSuccess
        self.lastAttempt = lastAttempt
        self.nextAttempt = nextAttempt
        self.lastError = lastError
        self.lastErrorAt = lastErrorAt
        self.failuresInARow = failuresInARow
    }

    /// What it is called in a persona's pane: another persona's name for it stands nowhere there.
    public func name(in persona: PersonaID?) -> SafeText {
        guard let persona else { return name }
        return ownNames[persona] ?? (title.isEmpty ? name : title)
    }

    /// This with the numbers of an earlier count, when it has none of its own.
    public func counted(as earlier: SourceHealth?) -> SourceHealth {
        guard !isCounted, let earlier, earlier.isCounted else { return self }
        var health = self
        health.isCounted = true
        health.unread = earlier.unread
        health.total = earlier.total
        health.lastPost = earlier.lastPost
        health.centiPostsADay = earlier.centiPostsADay
        return health
    }
}
