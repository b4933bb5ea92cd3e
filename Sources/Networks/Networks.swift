// Networks.swift is the front door of Networks: sources made from addresses, over one shared HTTP transport.

import Text
public import TimelineModel

/// Makes the sources that addresses name.
///
///     let transport = ThrottledTransport(CurlTransport(version: "1.0"))
///     let factory = SourceFactory(transport: transport, token: credentials.token, memory: store.feedMemory)
///     let page = try await factory.source(for: .feed(address)).page(PageRequest())
///
/// A factory remembers the accounts it looked up, so it is made once.
public struct SourceFactory: Sendable {
    /// Gets an account a new token in the place of one that its server refused.
    /// - Returns: whether `token` gives another one now; false on servers whose tokens do not expire.
    public typealias Renewal =
        @Sendable (_ account: AccountName, _ refused: Secret) async throws(FetchError) -> Bool

    let transport: any HTTPTransport
    let decoders: Decoders
    let streams: (any StreamTransport)?
    let token: @Sendable (AccountName) throws(FetchError) -> Secret?
    private let isEnding: @Sendable (AccountName) -> Bool
    private let renew: Renewal?
    private let login: @Sendable (SourceID) throws(FetchError) -> FeedLogin?
    private let memory: @Sendable (SourceID) -> FeedMemory?
    let knowledge = MastodonKnowledge()

    /// - Parameters:
    ///   - decoders: others than the real ones are for tests.
    ///   - transport: shared by everything that asks, or hosts are asked too often.
    ///   - token: the token of a signed-in account; nil when nobody is signed in. It goes to the account's server alone.
    ///   - streams: for live sources; nil makes none.
    ///   - isEnding: whether an account's token is about to expire, or has.
    ///   - renew: for tokens that expire; nil where none does.
    ///   - login: the name and password of a feed; nil when it needs none. They go to the feed's own origin alone.
    ///   - memory: what the store keeps of a feed's last document; nil before its first page.
    public init(
        transport: any HTTPTransport, decoders: Decoders = .live, streams: (any StreamTransport)? = nil,
        token: @escaping @Sendable (AccountName) throws(FetchError) -> Secret?,
        isEnding: @escaping @Sendable (AccountName) -> Bool = { _ in false }, renew: Renewal? = nil,
        login: @escaping @Sendable (SourceID) throws(FetchError) -> FeedLogin? = { _ in nil },
        memory: @escaping @Sendable (SourceID) -> FeedMemory? = { _ in nil }
    ) {
        self.transport = transport
        self.decoders = decoders
        self.streams = streams
        self.token = token
        self.isEnding = isEnding
        self.renew = renew
        self.login = login
        self.memory = memory
    }

    /// The source at an address. Nothing is sent before its first page is asked for.
    public func source(for address: SourceAddress) -> any TimelineSource {
        let source = plainSource(for: address)
        guard let renew, let account = address.account else { return source }
        return RenewingSource(source: source, account: account, token: token, isEnding: isEnding, renew: renew)
    }

    private func plainSource(for address: SourceAddress) -> any TimelineSource {
        switch address {
        case .feed(let feed):
            return FeedSource(
                address: feed, source: address.id, transport: transport, decoders: decoders, login: login,
                memory: memory)
        case .posts(let user, let server): return mastodon(.posts(user: user), server)
        case .hashtag(let tag, let server): return mastodon(.hashtag(tag), server)
        case .publicTimeline(let server, let localOnly): return mastodon(.publicTimeline(localOnly: localOnly), server)
        case .account(let account, let timeline): return mastodon(.account(account, timeline), account.server)
        }
    }

    /// Asks a server for what stands around its posts: threads, authors, hashtags, versions.
    /// - Parameters:
    ///   - account: whose token goes along; nil asks as a stranger.
    ///   - reach: `.found` for a server that the user never named.
    public func conversations(
        on server: Server, as account: AccountName? = nil, reach: HTTPRequest.Reach = .typed
    ) -> MastodonConversations {
        MastodonConversations(
            client: MastodonClient(server: server, transport: transport, decoders: decoders, reach: reach),
            account: account, token: token)
    }

    private func mastodon(_ timeline: MastodonSource.Timeline, _ server: Server) -> MastodonSource {
        MastodonSource(
            timeline: timeline, client: MastodonClient(server: server, transport: transport, decoders: decoders),
            token: token, knowledge: knowledge)
    }

    /// The account that a token of a server belongs to.
    /// - Throws: `FetchError.unauthorized` when the server refuses the token.
    public func verifyCredentials(server: Server, token: Secret) async throws(FetchError) -> AccountName {
        let client = MastodonClient(server: server, transport: transport, decoders: decoders)
        let account = try await client.ownAccount(token)
        guard let name = AccountName("\(account.user)@\(server.spelled)") else {
            throw FetchError(.unreadable, "\(server.base.shownHost) names an account in a way that cannot be read.")
        }
        return name
    }

    /// What an account's server keeps for it beside timelines.
    public func account(_ name: AccountName) -> AccountClient {
        AccountClient(
            account: name, client: MastodonClient(server: name.server, transport: transport, decoders: decoders),
            token: token, knowledge: knowledge)
    }
}
