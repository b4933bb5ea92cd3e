public import Text
public import TimelineModel

/// Why an answer cannot be read.
public struct UnreadableAnswer: Error, Hashable, Sendable {
    /// For people, in one line, without the server's own words and without the source's name.
    public let message: SafeText
    /// It is a web page.
    public let isWebPage: Bool
    /// The feeds that the page names, best first.
    public let offeredFeeds: [OfferedFeed]

    public init(_ message: SafeText) {
        self.message = message
        isWebPage = false
        offeredFeeds = []
    }

    /// A web page where a feed was expected.
    public init(webPageOffering feeds: [OfferedFeed]) {
        message = "it is a web page"
        isWebPage = true
        offeredFeeds = feeds
    }
}

/// An account as a server describes it.
public struct FoundAccount: Hashable, Sendable {
    /// The server's own id of it; opaque.
    public let id: String
    /// The name before the first `@`.
    public let user: String
    /// Where the account has none, its user name.
    public let displayName: SafeText?

    public init(id: String, user: String, displayName: SafeText? = nil) {
        self.id = id
        self.user = user
        self.displayName = displayName
    }
}

/// A list of an account.
public struct FoundList: Hashable, Sendable {
    /// The server's own id of it; opaque.
    public let id: String
    /// The id where it has none.
    public let title: SafeText

    public init(id: String, title: SafeText) {
        self.id = id
        self.title = title
    }
}

/// The decoding that sources need, as plain functions, so that each source can be tested with answers of its own.
public struct Decoders: Sendable {
    /// A feed document: its bytes, the answer's content type, its address, the source and what is kept of its last document.
    public typealias Feed =
        @Sendable (
            _ bytes: [UInt8], _ contentType: String?, _ address: WebAddress, _ source: SourceID, _ memory: FeedMemory?
        ) throws(UnreadableAnswer) -> Page

    /// An array of statuses, newest first.
    public typealias Statuses = @Sendable (_ bytes: [UInt8], _ server: Server) throws(UnreadableAnswer) -> Page

    /// An account by its name: who it is, and the server's id of it.
    public typealias Account = @Sendable (_ bytes: [UInt8], _ server: Server) throws(UnreadableAnswer) -> FoundAccount

    /// Notifications, newest first, single or in groups.
    public typealias Notifications =
        @Sendable (_ bytes: [UInt8], _ account: AccountName) throws(UnreadableAnswer) -> Page

    /// The lists of an account.
    public typealias Lists = @Sendable (_ bytes: [UInt8]) throws(UnreadableAnswer) -> [FoundList]

    public var feed: Feed
    public var statuses: Statuses
    public var account: Account
    public var notifications: Notifications
    public var lists: Lists
    /// Raised when `feed` reads documents in another way than before.
    public var feedEdition: Int

    public init(
        feed: @escaping Feed, feedEdition: Int, statuses: @escaping Statuses, account: @escaping Account,
        notifications: @escaping Notifications, lists: @escaping Lists
    ) {
        self.feed = feed
        self.feedEdition = feedEdition
        self.statuses = statuses
        self.account = account
        self.notifications = notifications
        self.lists = lists
    }
}
