public import Text

/// Something on a server that can be asked for: where it is, as whom, and the server's own id of it.
public struct RemotePlace: Hashable, Sendable {
    /// The server that knows it by this id; often another than the author's own.
    public var server: Server
    /// Whose token goes along; nil asks as a stranger.
    public var account: AccountName?
    /// Opaque. Of a post that a boost brought it may be the boost's.
    public var id: String
    /// The id is that of a notification which brought the post.
    public var isNotification: Bool

    public init(server: Server, account: AccountName? = nil, id: String, isNotification: Bool = false) {
        self.server = server
        self.account = account
        self.id = id
        self.isNotification = isNotification
    }
}

/// A post, with the place where it was found when the store may not know it.
public struct PostReference: Hashable, Sendable {
    public var id: PostID
    /// Nil where the store is to be asked for it.
    public var place: RemotePlace?

    public init(_ id: PostID, place: RemotePlace? = nil) {
        self.id = id
        self.place = place
    }
}

/// A post as a server gave it beside the timelines: in a thread, among somebody's posts. It belongs to no pane; the
/// user's marks are on its identity.
public struct FoundPost: Hashable, Sendable {
    public var post: Post
    /// Nil for what has no server to be asked, such as the entry of a feed.
    public var place: RemotePlace?
    /// Nil when it was not found as a boost.
    public var boostedBy: Author?
    public var isRead: Bool
    public var isStarred: Bool

    public init(
        post: Post, place: RemotePlace? = nil, boostedBy: Author? = nil, isRead: Bool = false, isStarred: Bool = false
    ) {
        self.post = post
        self.place = place
        self.boostedBy = boostedBy
        self.isRead = isRead
        self.isStarred = isStarred
    }

    public var reference: PostReference { PostReference(post.id, place: place) }
}

/// A post with what stands above and below it. Which answers which is in `replyTo`, whose ids are those of `place`.
public struct Conversation: Hashable, Sendable {
    public var opened: FoundPost
    /// The oldest first; parents may be missing, deleted or hidden.
    public var ancestors: [FoundPost]
    /// As the server gave them; parents may be missing.
    public var descendants: [FoundPost]

    public init(opened: FoundPost, ancestors: [FoundPost] = [], descendants: [FoundPost] = []) {
        self.opened = opened
        self.ancestors = ancestors
        self.descendants = descendants
    }
}

/// Some posts, newest first, and where the next ones begin.
public struct FoundPosts: Hashable, Sendable {
    public var posts: [FoundPost]
    /// What to ask for the next page with; nil at the end.
    public var older: String?

    public init(posts: [FoundPost] = [], older: String? = nil) {
        self.posts = posts
        self.older = older
    }
}

/// What a post said from a moment on, until the next version.
public struct PostVersion: Hashable, Sendable {
    /// When this version was published or edited, as the server says; nil when it does not.
    public var at: Timestamp?
    /// Never empty.
    public var contentWarning: SafeText?
    public var body: RichText
    public var attachments: [Attachment]
    /// Titles of the poll's answers.
    public var pollOptions: [SafeText]

    public init(
        at: Timestamp?, contentWarning: SafeText? = nil, body: RichText, attachments: [Attachment] = [],
        pollOptions: [SafeText] = []
    ) {
        self.at = at
        self.contentWarning = contentWarning
        self.body = body
        self.attachments = attachments
        self.pollOptions = pollOptions
    }
}

/// Somebody as a server describes him; of a feed, what is known of the feed.
public struct AuthorProfile: Hashable, Sendable {
    /// A line of his own about himself.
    public struct Field: Hashable, Sendable {
        public var name: SafeText
        public var value: RichText
        /// The server found the link back to him.
        public var isVerified: Bool

        public init(name: SafeText, value: RichText, isVerified: Bool = false) {
            self.name = name
            self.value = value
            self.isVerified = isVerified
        }
    }

    public var author: Author
    /// The account itself, not a post; nil for a feed.
    public var place: RemotePlace?
    /// What he says about himself; may be empty.
    public var note: RichText
    public var fields: [Field]
    /// Nil where the server hides a count.
    public var posts: Int?
    public var followers: Int?
    public var following: Int?
    /// Some servers know only the day.
    public var joined: Timestamp?
    /// Whoever wants to follow must ask.
    public var isLocked: Bool
    /// The account stands for a group, whose posts it passes on.
    public var isGroup: Bool
    /// What the server did with the account, in our words: suspended, limited, in memoriam.
    public var standing: [SafeText]
    /// The handle under which he goes on, without a leading `@`.
    public var movedTo: SafeText?
    /// Nil as a stranger.
    public var relationship: Relationship?

    public init(
        author: Author, place: RemotePlace? = nil, note: RichText = .empty, fields: [Field] = [], posts: Int? = nil,
        followers: Int? = nil, following: Int? = nil, joined: Timestamp? = nil, isLocked: Bool = false,
        isGroup: Bool = false, standing: [SafeText] = [], movedTo: SafeText? = nil, relationship: Relationship? = nil
    ) {
        self.author = author
        self.place = place
        self.note = note
        self.fields = fields
        self.posts = posts
        self.followers = followers
        self.following = following
        self.joined = joined
        self.isLocked = isLocked
        self.isGroup = isGroup
        self.standing = standing
        self.movedTo = movedTo
        self.relationship = relationship
    }
}

/// How the user and somebody else stand to each other.
public struct Relationship: OptionSet, Hashable, Sendable {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The user follows him.
    public static let follows = Relationship(rawValue: 1)
    /// He follows the user.
    public static let followsUser = Relationship(rawValue: 2)
    /// The user asked to follow him and has no answer yet.
    public static let requested = Relationship(rawValue: 4)
    /// He asked to follow the user and has no answer yet.
    public static let asksUser = Relationship(rawValue: 8)
    /// By the user.
    public static let muted = Relationship(rawValue: 16)
    /// By the user.
    public static let blocked = Relationship(rawValue: 32)
    /// He blocks the user.
    public static let blocksUser = Relationship(rawValue: 64)
    /// The user blocked his whole server.
    public static let serverBlocked = Relationship(rawValue: 128)
}

extension SourceAddress {
    /// The server whose posts the source carries; nil for a feed.
    public var server: Server? {
        switch self {
        case .feed: nil
        case .posts(_, let server), .hashtag(_, let server), .publicTimeline(let server, _): server
        case .account(let account, _): account.server
        }
    }
}
