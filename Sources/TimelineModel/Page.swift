public import Text

/// Whatever yields posts. One verb; streaming and writing are further small protocols.
public protocol TimelineSource: Sendable {
    /// One page of the source, newest first. `Page.older == nil` at the far end.
    /// - Throws: `FetchError`; nothing is retried here.
    func page(_ request: PageRequest) async throws(FetchError) -> Page
}

/// Which stretch of a source is wanted.
public struct PageRequest: Hashable, Sendable {
    /// Where in the source the page lies; ids are the source's own (`Sighting.entryID`).
    public enum Stretch: Hashable, Sendable {
        case newest
        /// What stands directly below the entry with this id.
        case olderThan(String)
        /// The hole between two entries, `newer` above `older`: what stands next to one of its sides. A source that
        /// cannot begin at the older one begins at the newer; `Page.newer` tells which it was.
        case between(newer: String, older: String, from: Gap.Side = .newer)
    }

    public var stretch: Stretch
    /// What the last answer gave for a conditional request; empty for an unconditional one.
    public var validators: Validators
    /// Where the source moved for good, to be asked in place of its own address.
    public var movedTo: WebAddress?

    public init(_ stretch: Stretch = .newest, validators: Validators = Validators(), movedTo: WebAddress? = nil) {
        self.stretch = stretch
        self.validators = validators
        self.movedTo = movedTo
    }
}

/// What a server gave for the next conditional request, verbatim, and what it was given for.
public struct Validators: Hashable, Sendable {
    /// The `ETag` header.
    public var etag: String?
    /// The `Last-Modified` header; not read as a date.
    public var lastModified: String?
    /// A hash of the body, for the servers that never say 304; nil before a document came.
    public var bodyHash: UInt64?
    /// The address that gave them, after redirects: of another one's document they say nothing.
    public var address: WebAddress?
    /// Of the decoder that read the document: another one may read it in another way.
    public var edition: Int?

    public init(
        etag: String? = nil, lastModified: String? = nil, bodyHash: UInt64? = nil, address: WebAddress? = nil,
        edition: Int? = nil
    ) {
        self.etag = etag
        self.lastModified = lastModified
        self.bodyHash = bodyHash
        self.address = address
        self.edition = edition
    }
}

/// How a source carried a post.
public struct Sighting: Hashable, Sendable {
    /// The source's own id of the entry (a boost's outer id, a guid); opaque, used for paging.
    public var entryID: String
    /// The server's own id of the post where the entry has another: of a boosted post, of one that a notification brings.
    public var postID: String?
    /// Nil where the source carried the post itself.
    public var boostedBy: Author?
    /// As the server of the source says; nil without a boost, or when it does not say.
    public var boostedAt: Timestamp?

    public init(
        entryID: String, postID: String? = nil, boostedBy: Author? = nil, boostedAt: Timestamp? = nil
    ) {
        self.entryID = entryID
        self.postID = postID
        self.boostedBy = boostedBy
        self.boostedAt = boostedAt
    }
}

/// One entry of a page.
public struct PageItem: Hashable, Sendable {
    public var post: Post
    public var sighting: Sighting

    public init(post: Post, sighting: Sighting) {
        self.post = post
        self.sighting = sighting
    }
}

/// One answer of a source, newest first. "Not modified" is a page without posts (`isUnchanged`).
public struct Page: Hashable, Sendable {
    public var items: [PageItem] = []
    /// The entry id to ask `olderThan` for the next page; nil at the far end.
    public var older: String?
    /// Of a page that stands directly on the older side of a hole: its topmost entry id, above which the hole goes on.
    /// Nil of every other page.
    public var newer: String?
    /// Kept of the newest page alone; empty where nothing is to be kept.
    public var validators = Validators()
    /// The server said so (304), or sent the very same bytes again.
    public var isUnchanged = false
    /// The answer broke off: it has more than `items`, and nothing is kept for the next request, which is to bring all.
    public var isIncomplete = false
    /// What the source says about itself.
    public var profile = SourceProfile()
    /// Seconds that the source asks to be left alone (ttl, sy:updatePeriod, Cache-Control); nil when it says nothing.
    public var minimumInterval: Int?
    /// The address to which every hop of a permanent redirect led.
    public var movedTo: WebAddress?
    /// The source's own address answered again in place of the one to which it had moved.
    public var hasMovedBack = false
    /// One message for each item that could not be read; the others are in `items`.
    public var skipped: [SafeText] = []
    /// The feed's identity ladder: which rung its keys stand on. Nil for sources with ids of their own.
    public var keyRung: FeedKeyRung?
    /// For each item of `items`, in order, its keys on every rung, so that a store can move marks when a feed's
    /// rung changes. Empty when `keyRung` is nil.
    public var alternativeKeys: [[FeedKeyRung: PostID]] = []
    /// For each item of a feed's page, in order, by what it is known where it stands alone, and where others share that.
    public var keysAmongOthers: [KeyAmongOthers] = []
    /// How many entries of the document `items` lacks because they stood in the last one word for word.
    public var leftOut = 0
    /// What `FeedMemory.entries` is to be when the feed's next document comes; `items` lacks the entries that stood in
    /// the last one word for word. Nil where nothing is to be kept.
    public var memory: [UInt8]?

    public init() {}
}

/// How an entry of a feed is called: it may share its key with others of one document and be alone in the next.
public struct KeyAmongOthers: Hashable, Sendable {
    /// By the rung on which the feed stands.
    public var alone: PostID
    /// With its link and with its content, for documents in which other entries have the same key.
    public var shared: [PostID]

    public init(alone: PostID, shared: [PostID]) {
        self.alone = alone
        self.shared = shared
    }
}

/// What a feed's entries are told apart by. A feed moves down at most once, from wherever it began.
public enum FeedKeyRung: Int, Hashable, Sendable, CaseIterable, Comparable {
    /// From the highest rung to the lowest; `content` is a hash of what the entry says.
    case guid, link, linkAndTitle, content

    public static func < (left: FeedKeyRung, right: FeedKeyRung) -> Bool { left.rawValue < right.rawValue }
}

/// What is kept of a feed's last document for reading its next one.
public struct FeedMemory: Hashable, Sendable {
    /// What tells the feed's entries apart.
    public var rung: FeedKeyRung
    /// The feed began on a higher rung; it moves no more.
    public var hasMoved: Bool
    /// The entries that were there, so that they need not be read again. The decoder's own, opaque to everybody else.
    public var entries: [UInt8]

    public init(rung: FeedKeyRung, hasMoved: Bool = false, entries: [UInt8] = []) {
        self.rung = rung
        self.hasMoved = hasMoved
        self.entries = entries
    }
}

/// What a source says about itself.
public struct SourceProfile: Hashable, Sendable {
    /// Nil leaves what is known of it.
    public var title: SafeText?
    /// The page for people; nil leaves what is known of it.
    public var homePage: WebAddress?
    /// A BCP 47 tag in lower case, for posts that state none; nil leaves what is known of it.
    public var language: String?

    public init(title: SafeText? = nil, homePage: WebAddress? = nil, language: String? = nil) {
        self.title = title
        self.homePage = homePage
        self.language = language
    }
}

/// Why a page did not come. The message is for people; the kind decides what the schedule does.
public struct FetchError: Error, Hashable, Sendable {
    /// What happened, as far as the schedule has to tell it apart.
    public enum Kind: Hashable, Sendable {
        /// The network or the server is not there.
        case unreachable
        case timedOut
        /// The certificate or the protocol of the connection was refused.
        case insecure
        /// More than a limit of ours: bytes, redirects, depth.
        case tooLarge
        /// A redirect that must not be followed.
        case redirectRefused
        /// 401: the token or password was refused.
        case unauthorized
        case forbidden
        case notFound
        /// 410: the source is gone for good; do not ask again by itself.
        case gone
        /// 429, or 503 with Retry-After.
        case rateLimited
        /// 5xx.
        case serverTrouble
        /// Another status that is no success.
        case refused
        /// The answer is not what the source should give: no feed, no JSON.
        case unreadable
        /// What was typed names no source; nobody was asked.
        case noAddress
        /// We broke it off ourselves.
        case cancelled
    }

    public var kind: Kind
    /// What happened and what can be done, in one line, without a token or raw remote text.
    public var message: SafeText
    /// HTTP status, where there was one.
    public var status: Int?
    /// Seconds after which the server allows the next request.
    public var retryAfter: Int?
    /// Feeds that a web page names, when a page was found where a feed was expected; best first.
    public var offeredFeeds: [OfferedFeed] = []

    public init(_ kind: Kind, _ message: SafeText, status: Int? = nil, retryAfter: Int? = nil) {
        self.kind = kind
        self.message = message
        self.status = status
        self.retryAfter = retryAfter
    }
}

/// A feed that a web page names in its head.
public struct OfferedFeed: Hashable, Sendable {
    public var address: WebAddress
    public var title: SafeText?

    public init(address: WebAddress, title: SafeText? = nil) {
        self.address = address
        self.title = title
    }
}
