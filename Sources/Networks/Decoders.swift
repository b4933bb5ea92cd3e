public import Text
public import TimelineModel

/// What an answer that cannot be read is: for people, in one line.
public struct UnreadableAnswer: Error, Hashable, Sendable {
    public let message: SafeText

    public init(_ message: SafeText) { self.message = message }
}

/// An account as a server describes it.
public struct FoundAccount: Hashable, Sendable {
    /// The server's own id of it; opaque.
    public let id: String
    /// The name before the first `@`.
    public let user: String
    public let displayName: SafeText?

    public init(id: String, user: String, displayName: SafeText? = nil) {
        self.id = id
        self.user = user
        self.displayName = displayName
    }
}

/// The decoding that sources need, as plain functions, so that each source can be tested with answers of its own.
public struct Decoders: Sendable {
    /// A feed document: its bytes, the answer's content type, its address, the source and the rung it stands on.
    public typealias Feed =
        @Sendable (
            _ bytes: [UInt8], _ contentType: String?, _ address: WebAddress, _ source: SourceID, _ rung: FeedKeyRung?
        ) throws(UnreadableAnswer) -> Page

    /// Feeds that a web page names, best first; nil when the bytes are no web page.
    public typealias WebPage = @Sendable (_ bytes: [UInt8], _ address: WebAddress) -> [OfferedFeed]?

    /// An array of statuses, newest first.
    public typealias Statuses = @Sendable (_ bytes: [UInt8], _ server: Server) throws(UnreadableAnswer) -> Page

    public typealias Account = @Sendable (_ bytes: [UInt8], _ server: Server) throws(UnreadableAnswer) -> FoundAccount

    public var feed: Feed
    public var offeredFeeds: WebPage
    public var statuses: Statuses
    public var account: Account

    public init(
        feed: @escaping Feed, offeredFeeds: @escaping WebPage, statuses: @escaping Statuses,
        account: @escaping Account
    ) {
        self.feed = feed
        self.offeredFeeds = offeredFeeds
        self.statuses = statuses
        self.account = account
    }
}
