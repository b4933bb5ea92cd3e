import Decoding
public import Text
public import TimelineModel

/// What stands around the posts of one server: threads, authors, hashtags, versions. Nothing is retried here.
/// Source: docs.joinmastodon.org/methods/statuses, methods/accounts and methods/timelines.
public struct MastodonConversations: Sendable {
    let client: MastodonClient
    let account: AccountName?
    let token: @Sendable (AccountName) throws(FetchError) -> Secret?

    /// A post as it is now, with what stands above and below it.
    /// - Parameter place: of the post, of a boost of it or of a notification about it, on this server.
    public func thread(of place: RemotePlace) async throws(FetchError) -> Conversation {
        let secret = try secret()
        let post = try await itself(place, secret)
        let answer = try await client.call(.context(id: post.sighting.entryID), token: secret)
        let around = try read(answer, "a thread") { bytes throws(DecodingError) in
            try MastodonDecoder.context(bytes, server: client.server)
        }
        return Conversation(
            opened: found(post), ancestors: around.ancestors.items.map(found),
            descendants: around.descendants.items.map(found))
    }

    /// What a post said over time, the newest version first; empty when the server keeps none.
    public func versions(of place: RemotePlace) async throws(FetchError) -> [PostVersion] {
        let secret = try secret()
        let post = try await itself(place, secret)
        let answer = try await client.call(.history(id: post.sighting.entryID), token: secret)
        return try read(answer, "a list of versions") { bytes throws(DecodingError) in
            try MastodonDecoder.history(bytes, server: client.server)
        }
    }

    /// Somebody by his handle (`user@host`), and how he stands to the user where that can be told.
    public func author(_ handle: SafeText) async throws(FetchError) -> AuthorProfile {
        let secret = try secret()
        let parts = handle.string.split(separator: "@", omittingEmptySubsequences: true).map(String.init)
        guard let user = parts.first else { throw FetchError(.notFound, "There is no name to look for.") }
        let isLocal = parts.count == 1 || parts[1].lowercased() == client.server.authority
        let answer = try await lookUp(isLocal ? user : user + "@" + parts[1], secret)
        var profile = try read(answer, "an account") { bytes throws(DecodingError) in
            try MastodonDecoder.profile(bytes, server: client.server, account: account)
        }
        if let secret, let id = profile.place?.id { profile.relationship = await relationship(to: id, secret) }
        return profile
    }

    /// Somebody's posts and boosts, newest first.
    /// - Parameters:
    ///   - accountID: the server's own id of him.
    ///   - older: `FoundPosts.older` of the page before; nil for the newest.
    public func posts(of accountID: String, olderThan older: String? = nil) async throws(FetchError) -> FoundPosts {
        try await page(.posts(accountID: accountID), older)
    }

    /// What the server has under a hashtag (without `#`), newest first.
    public func tagged(_ tag: SafeText, olderThan older: String? = nil) async throws(FetchError) -> FoundPosts {
        try await page(.hashtag(tag.string), older)
    }

    // MARK: Parts

    private func secret() throws(FetchError) -> Secret? {
        guard let account else { return nil }
        return try account.secret(token)
    }

    /// Mastodon lets everybody look up accounts, but no token without `read:accounts`, and sign-ins may lack that.
    private func lookUp(_ user: String, _ secret: Secret?) async throws(FetchError) -> HTTPResponse {
        do throws(FetchError) {
            return try await client.call(.lookup(user: user), token: secret)
        } catch {
            guard secret != nil, error.kind == .forbidden else { throw error }
            let refusal = error
            do throws(FetchError) {
                return try await client.call(.lookup(user: user))
            } catch {
                // Where strangers see nothing, the sign-in is what can be mended.
                throw [.unauthorized, .forbidden].contains(error.kind) ? refusal : error
            }
        }
    }

    private func itself(_ place: RemotePlace, _ secret: Secret?) async throws(FetchError) -> PageItem {
        let endpoint: MastodonEndpoint = place.isNotification ? .notification(id: place.id) : .status(id: place.id)
        let answer = try await client.call(endpoint, token: secret)
        do throws(FetchError) {
            return try read(answer, "a post") { bytes throws(DecodingError) in
                try MastodonDecoder.statusItself(bytes, server: client.server)
            }
        } catch {
            guard place.isNotification else { throw error }
            throw FetchError(.notFound, "This notification tells of no post.")
        }
    }

    private func relationship(to id: String, _ secret: Secret) async -> Relationship? {
        // The profile is worth showing without it.
        guard let answer = try? await client.call(.relationship(accountID: id), token: secret) else { return nil }
        return try? MastodonDecoder.relationship(answer.body, to: id)
    }

    private func page(_ endpoint: MastodonEndpoint, _ older: String?) async throws(FetchError) -> FoundPosts {
        let stretch = older.map { PageRequest.Stretch.olderThan($0) } ?? .newest
        let answer = try await client.call(
            endpoint, adding: stretch.mastodonParameters(isByID: true), token: try secret())
        let page = try client.statuses(in: answer)
        let isEmpty = page.items.isEmpty && page.skipped.isEmpty
        let next = isEmpty ? nil : MastodonSource.older(below: page, links: answer)
        // A page that leads to itself is the last.
        return FoundPosts(posts: page.items.map(found), older: next == older ? nil : next)
    }

    private func found(_ item: PageItem) -> FoundPost {
        FoundPost(
            post: item.post,
            place: RemotePlace(server: client.server, account: account, id: item.sighting.entryID),
            boostedBy: item.sighting.boostedBy)
    }

    private func read<Value>(
        _ answer: HTTPResponse, _ expected: SafeText, _ decode: ([UInt8]) throws(DecodingError) -> Value
    ) throws(FetchError) -> Value {
        do throws(DecodingError) {
            return try decode(answer.body)
        } catch {
            let trouble = if case .unexpected = error { "it is not \(expected)" as SafeText } else { error.message }
            throw client.unreadable(UnreadableAnswer(trouble), answer)
        }
    }
}
