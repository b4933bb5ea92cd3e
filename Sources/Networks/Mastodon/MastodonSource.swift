import Text
import TimelineModel

/// A timeline of a Mastodon-compatible server.
struct MastodonSource: TimelineSource {
    enum Timeline: Hashable, Sendable {
        case posts(user: String)
        case hashtag(String)
        case publicTimeline(localOnly: Bool)
        case home(AccountName)
    }

    let timeline: Timeline
    let client: MastodonClient
    let token: @Sendable (AccountName) -> Secret?
    let accountIDs: AccountIDs

    func page(_ request: PageRequest) async throws(FetchError) -> Page {
        let (endpoint, token) = try await endpointAndToken()
        // Validators belong to the newest page; the other stretches are asked for once.
        let validators = request.stretch == .newest ? request.validators : Validators()
        let answer: HTTPResponse
        do throws(FetchError) {
            answer = try await client.call(
                endpoint, adding: request.stretch.mastodonParameters, validators: validators, token: token)
        } catch {
            // The account may have come back under another id.
            if case .posts(let user) = timeline, error.kind == .notFound { accountIDs[user, client.server] = nil }
            throw error
        }
        if answer.status == 206 { return try partialPage(answer, request.stretch) }
        var page: Page
        let newValidators = ConditionalRequest.validators(after: answer, before: validators)
        if answer.status == 304 || (validators.bodyHash != nil && newValidators.bodyHash == validators.bodyHash) {
            page = Page()
            page.isUnchanged = true
        } else {
            page = cut(try client.statuses(in: answer), to: request.stretch, links: answer)
        }
        if request.stretch == .newest { page.validators = newValidators }
        return page
    }

    private func endpointAndToken() async throws(FetchError) -> (MastodonEndpoint, Secret?) {
        switch timeline {
        case .hashtag(let tag): return (.hashtag(tag), nil)
        case .publicTimeline(let localOnly): return (.publicTimeline(localOnly: localOnly), nil)
        case .home(let account):
            guard let secret = token(account) else {
                throw FetchError(.unauthorized, "Nobody is signed in as \(account.shown); sign in first.")
            }
            return (.home, secret)
        case .posts(let user):
            if let id = accountIDs[user, client.server] { return (.posts(accountID: id), nil) }
            let account = try await client.account(of: user)
            accountIDs[user, client.server] = account.id
            return (.posts(accountID: account.id), nil)
        }
    }

    /// 206: the server is still building the home timeline, so its end is not the timeline's, and its validators
    /// would keep the rest away (docs.joinmastodon.org/methods/timelines).
    private func partialPage(_ answer: HTTPResponse, _ stretch: PageRequest.Stretch) throws(FetchError) -> Page {
        var page = cut(try client.statuses(in: answer), to: stretch, links: answer)
        guard let last = page.items.last else {
            throw FetchError(
                .serverTrouble, "\(client.server.base.shownHost) is still preparing this timeline.", status: 206,
                retryAfter: 30)
        }
        page.older = page.older ?? last.sighting.entryID
        return page
    }

    /// Keeps what belongs to the stretch, and says where the next page down begins.
    ///
    /// Some servers ignore `since_id` or count the bound in (pixelfed issue 6192), so the bounds are applied here too.
    func cut(_ decoded: Page, to stretch: PageRequest.Stretch, links answer: HTTPResponse) -> Page {
        var page = decoded
        // A page whose posts could all not be read is no empty page.
        let isEmpty = page.items.isEmpty && page.skipped.isEmpty
        page.older = isEmpty ? nil : older(below: decoded, links: answer)
        switch stretch {
        case .newest: break
        case .olderThan(let id):
            page.items.removeAll { $0.sighting.entryID == id }
            // A page that leads to itself is the last.
            if page.older == id { page.older = nil }
        case .newerThan(let id):
            page.items.removeAll { $0.sighting.entryID == id }
            // Below this page stands what was there already; it is no end.
            page.older = page.items.last?.sighting.entryID ?? id
        case .between(let newer, let older):
            if let bound = page.items.firstIndex(where: { MastodonID.isOlderOrSame($0.sighting.entryID, than: older) })
            {
                page.items.removeSubrange(bound...)
                page.older = nil
            }
            page.items.removeAll { $0.sighting.entryID == newer }
            if page.older == newer { page.older = nil }
        }
        return page
    }

    /// The cursor of `rel="next"`; without any `Link` header the last entry's id. Nil at the end: when there are links
    /// but none to a next page, or one with an empty cursor.
    private func older(below page: Page, links answer: HTTPResponse) -> String? {
        let last = page.older ?? page.items.last?.sighting.entryID
        let header = LinkHeader(answer.headers.all("Link"))
        guard !header.links.isEmpty else { return last }
        guard let next = header.sameOrigin("next", from: answer.finalAddress) else {
            // A link elsewhere is not followed, and does not mean that there is no more.
            return header.links.contains { $0.relations.contains("next") } ? last : nil
        }
        guard let cursor = next.queryValue("max_id") else { return last }
        return cursor.isEmpty ? nil : cursor
    }
}
