public import Text
public import TimelineModel

/// A source that what the user typed leads to.
public struct ResolvedSource: Hashable, Sendable {
    public let address: SourceAddress
    /// What the source calls itself, where it was asked.
    public let title: SafeText?

    public init(address: SourceAddress, title: SafeText? = nil) {
        self.address = address
        self.title = title
    }
}

/// Finds out which source is meant by what somebody typed, by asking the servers.
public struct AddressResolver: Sendable {
    private let transport: any HTTPTransport
    private let decoders: Decoders

    public init(transport: any HTTPTransport, decoders: Decoders = .live) {
        self.transport = transport
        self.decoders = decoders
    }

    /// The sources behind an address. Several, best first, when a web page names several feeds; never none.
    ///
    /// Understood are feeds and pages that name feeds, with or without `https://`; `@who@server`; `#tag@server`; and
    /// on Mastodon-compatible servers the pages of a profile, a tag and the public timelines.
    /// - Parameter login: for a feed, or a page that names feeds.
    /// - Throws: `FetchError`, whose message says how such an address is written, or what the server said.
    public func resolve(_ typed: String, login: FeedLogin? = nil) async throws(FetchError) -> [ResolvedSource] {
        let text = typed.trimmingASCIIWhitespace
        if let refusal = AddressResolver.refusal(of: text) { throw refusal }
        if text.hasPrefix("#") { return [try await hashtag(text.dropFirst())] }
        if text.hasPrefix("@") || AddressResolver.isHandle(text) { return [try await account(text)] }
        let address = try AddressResolver.webAddress(text)
        if let login { return try await feeds(at: address, login) }
        if AddressResolver.isList(address) { throw AddressResolver.noLists }
        if let found = try await mastodonPage(address) { return [found] }
        return try await feeds(at: address, nil)
    }

    // MARK: what is written

    private static func refusal(of text: String) -> FetchError? {
        let lower = text.lowercased()
        if text.isEmpty {
            return FetchError(.noAddress, "Nothing to add: give an address, @who@server or #tag@server.")
        }
        if lower.hasPrefix("bsky:") || lower.hasPrefix("at:") {
            return FetchError(
                .noAddress, "Bluesky is not supported yet; the feed https://bsky.app/profile/NAME/rss can be added.")
        }
        if lower.hasPrefix("list:") || lower.hasPrefix("lists:") {
            return noLists
        }
        return nil
    }

    private static let noLists = FetchError(
        .noAddress,
        "A list is seen signed in only: add it by its title, as in perchoir add list:TITLE --account @you@server.")

    /// `https://server/lists/12`, a page that only its owner can see.
    private static func isList(_ address: WebAddress) -> Bool {
        let segments = address.path.split(separator: "/")
        return segments.count == 2 && segments[0] == "lists" && HTTPDate.digits(segments[1]) != nil
    }

    /// `who@server` without its first `@`: an address has a scheme or a path before any `@`.
    private static func isHandle(_ text: String) -> Bool {
        text.contains("@") && !text.contains("/") && !text.contains(":")
    }

    private static func webAddress(_ text: String) throws(FetchError) -> WebAddress {
        if let address = WebAddress(text) { return address }
        if !text.contains("://") {
            // Plain http only where Server allows it: on loopback.
            let isLoopback = WebAddress("http://" + text)?.isLoopback ?? false
            let hasHost = WebAddress("https://" + text).map { $0.host.contains(".") || $0.host.hasPrefix("[") } ?? false
            if isLoopback || hasHost, let address = WebAddress((isLoopback ? "http://" : "https://") + text) {
                return address
            }
        }
        // What stands before an @ may be a password.
        let shown: SafeText = text.contains("@") ? "" : ": " + SafeText(sanitizing: text).prefix(80)
        throw FetchError(
            .noAddress,
            "This is no address of a source\(shown). Give a web address with http or https, @who@server or #tag@server; "
                + "a name and a password stand outside it: perchoir add ADDRESS --user NAME.")
    }

    // MARK: Mastodon

    private func client(_ server: Server) -> MastodonClient {
        MastodonClient(server: server, transport: transport, decoders: decoders)
    }

    private func account(_ text: String) async throws(FetchError) -> ResolvedSource {
        guard let name = AccountName(text) else {
            throw FetchError(.noAddress, "An account is written @who@server, as in @Gargron@mastodon.social.")
        }
        return try await posts(of: name.user, on: name.server)
    }

    private func posts(of user: String, on server: Server) async throws(FetchError) -> ResolvedSource {
        let found = try await client(server).account(of: user)
        return ResolvedSource(address: .posts(user: user, server: server), title: found.displayName)
    }

    private func hashtag(_ text: Substring) async throws(FetchError) -> ResolvedSource {
        let parts = text.split(separator: "@", maxSplits: 1)
        guard parts.count == 2, let server = Server(parts[1]), Hashtag.isOne(parts[0]) else {
            throw FetchError(
                .noAddress,
                "A hashtag is written #tag@server, as in #caturday@mastodon.social; a tag has letters, digits and _."
            )
        }
        return try await timeline(.hashtag(String(parts[0])), .hashtag(String(parts[0]), server: server), on: server)
    }

    private func timeline(
        _ endpoint: MastodonEndpoint, _ address: SourceAddress, on server: Server
    ) async throws(FetchError) -> ResolvedSource {
        let client = client(server)
        _ = try client.statuses(in: try await client.call(endpoint, adding: [("limit", "1")]))
        return ResolvedSource(address: address)
    }

    /// The timeline that a page of a Mastodon-compatible server shows; nil when the address does not look like one,
    /// or the server turns out to be another kind.
    private func mastodonPage(_ address: WebAddress) async throws(FetchError) -> ResolvedSource? {
        guard let server = Server("\(address.isSecure ? "https" : "http")://\(address.host):\(address.effectivePort)")
        else { return nil }
        var segments = address.path.split(separator: "/").map { PercentCoding.decode($0) }
        // The web application's own paths of older versions and of its many-columned form.
        if let first = segments.first, first == "web" || first == "deck" { segments.removeFirst() }
        do throws(FetchError) {
            switch (segments.first, segments.count) {
            case (let name?, 1...2) where name.hasPrefix("@") && !name.hasSuffix(".rss") && name.utf8.count > 1:
                guard segments.count == 1 || segments[1] == "media" || segments[1] == "with_replies" else { return nil }
                if let elsewhere = AccountName(name) {
                    return try await posts(of: elsewhere.user, on: elsewhere.server)
                }
                return try await posts(of: String(name.dropFirst()), on: server)
            case ("tags"?, 2) where Hashtag.isOne(segments[1]):
                return try await timeline(.hashtag(segments[1]), .hashtag(segments[1], server: server), on: server)
            case ("public"?, 1), ("public"?, 2):
                guard segments.count == 1 || segments[1] == "local" else { return nil }
                let isLocal = segments.count == 2
                return try await timeline(
                    .publicTimeline(localOnly: isLocal), .publicTimeline(server: server, localOnly: isLocal), on: server
                )
            default: return nil
            }
        } catch {
            switch error.kind {
            // Not there, or not in Mastodon's language: perhaps a page of something else.
            case .notFound, .unreadable, .refused, .forbidden, .gone, .redirectRefused, .serverTrouble, .tooLarge:
                return nil
            default: throw error
            }
        }
    }

    // MARK: feeds

    private func feeds(at address: WebAddress, _ login: FeedLogin?) async throws(FetchError) -> [ResolvedSource] {
        var asked = HTTPRequest(.get, address, headers: ["Accept": FeedSource.accepted])
        if let login {
            guard address.keepsSecrets else {
                throw FetchError(
                    .noAddress, "A password goes over https only; look for an address of \(address.shownHost) with it.")
            }
            asked.authorization = .login(login)
        }
        let answer = try await transport.send(asked)
        if let refusal = FetchError.refusalOfFeed(answer, to: login) { throw refusal }
        // A password stays with the origin for which it was given.
        func isTrusted(_ found: WebAddress) -> Bool { login == nil || found.isSameOrigin(as: address) }
        let moved = answer.permanentAddress.flatMap { isTrusted($0) ? $0 : nil }
        let source = SourceAddress.feed(moved ?? address)
        do throws(UnreadableAnswer) {
            let page = try decoders.feed(
                answer.body, answer.headers["Content-Type"], answer.finalAddress, source.id, nil)
            return [ResolvedSource(address: source, title: page.profile.title)]
        } catch {
            let failure = FeedSource.unreadable(answer, because: error)
            guard !failure.offeredFeeds.isEmpty else { throw failure }
            let offered = failure.offeredFeeds.filter { isTrusted($0.address) }
            guard !offered.isEmpty else {
                throw FetchError(
                    .noAddress,
                    "The feed that this page names is elsewhere, \(failure.offeredFeeds[0].address.shown), where no password of "
                        + "\(address.shownHost) is sent; add that address by itself.")
            }
            return offered.map { ResolvedSource(address: .feed($0.address), title: $0.title) }
        }
    }
}
