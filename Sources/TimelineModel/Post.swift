public import Text

/// One item of a timeline or feed. It has one identity however many sources carried it; how a source carried it
/// (boosted by whom, when) is a `Sighting`.
public struct Post: Hashable, Sendable {
    public var id: PostID
    /// The id as the remote side spells it: guid, atom:id, status uri.
    public var remoteID: String
    public var network: Network
    public var kind: Kind
    /// Of a notification, who acted.
    public var author: Author
    /// Of an article, where it has one; of a notification the rest of a sentence that its author begins. Else nil.
    public var title: SafeText?
    /// Of a notification, what it is about. May be empty.
    public var body: RichText
    /// Never empty.
    public var contentWarning: SafeText?
    /// Media stand behind a cover, whether or not there is a content warning.
    public var isSensitive: Bool
    /// The page to open in a browser.
    public var address: WebAddress?
    /// As the author states it, even when it lies in the future; nil when missing or unreadable.
    public var published: Timestamp?
    /// Set when the content changed after publication.
    public var edited: Timestamp?
    /// A BCP 47 tag in lower case.
    public var language: String?
    /// Without `#`, in their own spelling.
    public var tags: [SafeText]
    public var mentions: [Mention]
    public var attachments: [Attachment]
    /// Of an article another page that it is about, named by its address alone.
    public var card: LinkCard?
    public var poll: Poll?
    public var quoted: QuotedPost?
    /// Nil when it answers nothing.
    public var replyTo: ReplyReference?
    public var counts: Counts
    /// Nil where the source says nothing, as feeds do; a word that we do not know counts as `private`.
    public var visibility: Visibility?
    /// The page with the comments of an article.
    public var comments: WebAddress?

    /// Where posts come from: a network, a feed, or a Google-Reader server.
    public enum Network: String, Sendable, CaseIterable { case mastodon, bluesky, x, feed, aggregator }

    /// An `article` has a title and comes from a feed. A boost is none of these: it is how a source carried a post.
    public enum Kind: String, Sendable, CaseIterable { case post, reply, quote, article }

    /// Who can see the post, as its server says; `local` never leaves that server.
    public enum Visibility: String, Sendable { case `public`, unlisted, `private`, direct, local }

    public init(
        id: PostID, remoteID: String, network: Network, kind: Kind, author: Author, title: SafeText? = nil,
        body: RichText = .empty, contentWarning: SafeText? = nil, isSensitive: Bool = false,
        address: WebAddress? = nil, published: Timestamp? = nil, edited: Timestamp? = nil, language: String? = nil,
        tags: [SafeText] = [], mentions: [Mention] = [], attachments: [Attachment] = [], card: LinkCard? = nil,
        poll: Poll? = nil, quoted: QuotedPost? = nil, replyTo: ReplyReference? = nil, counts: Counts = Counts(),
        visibility: Visibility? = nil, comments: WebAddress? = nil
    ) {
        self.id = id
        self.remoteID = remoteID
        self.network = network
        self.kind = kind
        self.author = author
        self.title = title
        self.body = body
        self.contentWarning = contentWarning
        self.isSensitive = isSensitive
        self.address = address
        self.published = published
        self.edited = edited
        self.language = language
        self.tags = tags
        self.mentions = mentions
        self.attachments = attachments
        self.card = card
        self.poll = poll
        self.quoted = quoted
        self.replyTo = replyTo
        self.counts = counts
        self.visibility = visibility
        self.comments = comments
    }

    /// Every address a reader can follow from the post, each once: its own page, links of the text, the card.
    /// The order is the one in which they are numbered on the screen.
    public var links: [WebAddress] {
        var ordered = body.links
        if let card, !ordered.contains(card.address) { ordered.append(card.address) }
        if let address, !ordered.contains(address) { ordered.append(address) }
        return ordered
    }

    /// What the post is about, or else its own page: no picture of its text while there is anything else.
    public var mainLink: WebAddress? { body.firstPage ?? card?.address ?? address ?? links.first }

    /// The attached files that can be followed and are none of `links`, each address once; numbered after those.
    public var attachedFiles: [Attachment] {
        guard !attachments.isEmpty else { return [] }
        var seen = Set(links)
        return attachments.filter { $0.address.map { seen.insert($0).inserted } ?? false }
    }
}

/// Who wrote or boosted a post.
public struct Author: Hashable, Sendable {
    /// The display name; the handle where there is none; the feed's title for an article without an author.
    public var name: SafeText
    /// `user@host` without a leading `@`; nil in feeds.
    public var handle: SafeText?
    /// His page, for the author of an article often the feed's; nil when none can be opened.
    public var address: WebAddress?
    /// By the account's own word.
    public var isBot: Bool

    public init(name: SafeText, handle: SafeText? = nil, address: WebAddress? = nil, isBot: Bool = false) {
        self.name = name
        self.handle = handle
        self.address = address
        self.isBot = isBot
    }
}

/// Somebody whom a post names.
public struct Mention: Hashable, Sendable {
    /// `user@host`.
    public var handle: SafeText
    /// The account's page; nil when none can be opened.
    public var address: WebAddress?

    public init(handle: SafeText, address: WebAddress?) {
        self.handle = handle
        self.address = address
    }
}

/// A file that belongs to a post.
public struct Attachment: Hashable, Sendable {
    /// By what the server says, else by the media type. An `animation` has no sound.
    public enum Kind: String, Sendable { case image, video, audio, animation, file }

    public var kind: Kind
    /// Of the file, else of its preview; nil when neither can be opened.
    public var address: WebAddress?
    /// The description for those who cannot see it; nil when the author gave none.
    public var alt: SafeText?
    /// As the document states it (`image/png`).
    public var mediaType: SafeText?
    /// Bytes as stated; often wrong.
    public var size: Int?

    public init(
        kind: Kind, address: WebAddress?, alt: SafeText? = nil, mediaType: SafeText? = nil, size: Int? = nil
    ) {
        self.kind = kind
        self.address = address
        self.alt = alt
        self.mediaType = mediaType
        self.size = size
    }
}

/// The preview of a linked page that a server made.
public struct LinkCard: Hashable, Sendable {
    public var address: WebAddress
    /// The provider or the address where the page has none; never empty.
    public var title: SafeText
    public var summary: SafeText?
    /// The name of the site.
    public var provider: SafeText?

    public init(address: WebAddress, title: SafeText, summary: SafeText? = nil, provider: SafeText? = nil) {
        self.address = address
        self.title = title
        self.summary = summary
        self.provider = provider
    }
}

/// A question with its answers, as they stood when the post was fetched.
public struct Poll: Hashable, Sendable {
    /// One of the answers, in their order.
    public struct Option: Hashable, Sendable {
        public var title: SafeText
        /// Nil while the results are hidden.
        public var votes: Int?
        /// The user chose it.
        public var isOwn: Bool

        public init(title: SafeText, votes: Int?, isOwn: Bool = false) {
            self.title = title
            self.votes = votes
            self.isOwn = isOwn
        }
    }

    public var options: [Option]
    /// Nil when it has no end, or the server does not say.
    public var expires: Timestamp?
    /// As the server said then; `expires` may have passed since.
    public var isExpired: Bool
    public var allowsSeveral: Bool
    /// Of all answers together: where several may be chosen, perhaps more than voters.
    public var votes: Int
    /// Nil where the server does not count them.
    public var voters: Int?

    public init(
        options: [Option], expires: Timestamp? = nil, isExpired: Bool = false, allowsSeveral: Bool = false,
        votes: Int = 0, voters: Int? = nil
    ) {
        self.options = options
        self.expires = expires
        self.isExpired = isExpired
        self.allowsSeveral = allowsSeveral
        self.votes = votes
        self.voters = voters
    }

    /// The whole against which an option's votes are a share: voters where several answers are allowed and known.
    public var base: Int { allowsSeveral ? voters ?? votes : votes }
}

/// A post inside a post, one level deep.
public struct QuotedPost: Hashable, Sendable {
    /// Whether the quoted post may be seen: `pending` waits for its author's consent, `hidden` is of somebody whom
    /// the user blocked or muted.
    public enum State: String, Sendable { case shown, pending, unavailable, hidden }

    public var state: State
    /// Nil when the post did not come along.
    public var id: PostID?
    /// Nil when the post did not come along.
    public var author: Author?
    /// Its content warning, where it has one, in place of what it says; empty when the post did not come along. It may
    /// be there when the state is `hidden`: the server leaves it to us not to show it.
    public var text: SafeText
    /// Nil when the post did not come along, or has no page that can be opened.
    public var address: WebAddress?

    public init(state: State, id: PostID? = nil, author: Author? = nil, text: SafeText = "", address: WebAddress? = nil)
    {
        self.state = state
        self.id = id
        self.author = author
        self.text = text
        self.address = address
    }
}

/// What a reply answers, as far as the source says.
public struct ReplyReference: Hashable, Sendable {
    /// The server's own id of the answered post; opaque.
    public var remoteID: String
    /// Whom it answers, when known.
    public var handle: SafeText?
    /// An author answering himself.
    public var isSelfThread: Bool

    public init(remoteID: String, handle: SafeText? = nil, isSelfThread: Bool = false) {
        self.remoteID = remoteID
        self.handle = handle
        self.isSelfThread = isSelfThread
    }
}

/// As the server had them when the post was fetched last; 0 where it says nothing.
public struct Counts: Hashable, Sendable {
    public var boosts: Int
    public var favourites: Int
    public var replies: Int

    public init(boosts: Int = 0, favourites: Int = 0, replies: Int = 0) {
        self.boosts = boosts
        self.favourites = favourites
        self.replies = replies
    }
}
