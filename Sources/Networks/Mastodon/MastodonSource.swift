import Text
import TimelineModel

/// A timeline of a Mastodon-compatible server.
struct MastodonSource: TimelineSource {
    enum Timeline: Hashable, Sendable {
        case posts(user: String)
        case hashtag(String)
        case publicTimeline(localOnly: Bool)
        case account(AccountName, AccountTimeline)

        /// Whether its cursors are its entries' ids, newest first.
        var isByID: Bool {
            switch self {
            case .account(_, let timeline): timeline.isInOrderOfIDs
            case .posts, .hashtag, .publicTimeline: true
            }
        }
    }

    let timeline: Timeline
    let client: MastodonClient
    let token: @Sendable (AccountName) throws(FetchError) -> Secret?
    let knowledge: MastodonKnowledge

    func page(_ request: PageRequest) async throws(FetchError) -> Page {
        if case .between(let newer, let older, .older) = request.stretch {
            if let page = try await pageAbove(older, below: newer) { return page }
            return try await page(PageRequest(.between(newer: newer, older: older, from: .newer)))
        }
        // Validators belong to the newest page; the other stretches are asked for once.
        let validators =
            request.stretch == .newest ? ConditionalRequest.ofDocument(request.validators) : Validators()
        let answer = try await answer(to: request.stretch, validators)
        if answer.status == 206 { return try partialPage(answer, request.stretch) }
        var page: Page
        let newValidators = ConditionalRequest.validators(after: answer, before: validators)
        if try ConditionalRequest.isUnchanged(answer, newValidators, since: validators) {
            page = Page()
            page.isUnchanged = true
        } else {
            page = cut(try decoded(answer), to: request.stretch, links: answer)
        }
        if request.stretch == .newest { page.validators = newValidators }
        return page
    }

    private func answer(
        to stretch: PageRequest.Stretch, _ validators: Validators = Validators()
    ) async throws(FetchError) -> HTTPResponse {
        let (endpoint, token) = try await endpointAndToken()
        do throws(FetchError) {
            let answer = try await client.call(
                endpoint, adding: stretch.mastodonParameters(isByID: timeline.isByID), validators: validators,
                token: token)
            guard endpoint == .groupedNotifications, holdsArray(answer) else { return answer }
        } catch {
            let isUnknown = [.notFound, .refused].contains(error.kind) || error.status == 501
            guard endpoint == .groupedNotifications, isUnknown else {
                // What was looked up may have come back under another id.
                if error.kind == .notFound { forget() }
                throw error
            }
        }
        knowledge.doesNotGroup(client.server)
        return try await self.answer(to: stretch, validators)
    }

    /// Groups come in an object; Pleroma answers what it does not know with an empty array. A page for people proves
    /// nothing: it may be another's, and without groups each notification has another identity.
    private func holdsArray(_ answer: HTTPResponse) -> Bool {
        answer.body.first { ![0x20, 0x09, 0x0a, 0x0d].contains($0) } == UInt8(ascii: "[")
    }

    /// What stands directly on the older side of a hole; nil when the answer does not prove that it is that.
    ///
    /// Servers that do not know `min_id`, or take it for `since_id` (pixelfed issue 6192), give the newest entries there
    /// are: these reach up to the newer side of the hole or beyond, unless all of that was deleted meanwhile.
    private func pageAbove(_ older: String, below newer: String) async throws(FetchError) -> Page? {
        guard timeline.isByID else { return nil }
        let answer = try await answer(to: .between(newer: newer, older: older, from: .older))
        // While the server is still building the home timeline, others may come between.
        guard answer.status != 206 else { return nil }
        var page = try decoded(answer)
        page.items.removeAll { MastodonID.isOlderOrSame($0.sighting.entryID, than: older) }
        let isInside = page.items.allSatisfy { item in
            MastodonID.isNewer(item.sighting.entryID, than: older)
                && MastodonID.isNewer(newer, than: item.sighting.entryID)
        }
        guard isInside else { return nil }
        page.items.sort { MastodonID.isNewer($0.sighting.entryID, than: $1.sighting.entryID) }
        guard let top = page.items.first?.sighting.entryID, try await isBelowNewestPage(top) else { return nil }
        page.newer = top
        page.older = older
        return page
    }

    /// Whether a server that was asked to page upwards did so: its newest page stands above what it gave. Looked at until
    /// it did once.
    private func isBelowNewestPage(_ top: String) async throws(FetchError) -> Bool {
        if knowledge.pagesUpwards(timeline, client.server) { return true }
        let newest = try decoded(try await answer(to: .newest)).items
        guard !newest.isEmpty, newest.allSatisfy({ MastodonID.isNewer($0.sighting.entryID, than: top) }) else {
            return false
        }
        knowledge.doesPageUpwards(timeline, client.server)
        return true
    }

    /// Newest first, also where a server begins with the oldest entry of a page.
    private func decoded(_ answer: HTTPResponse) throws(FetchError) -> Page {
        guard case .account(let account, .notifications) = timeline else {
            return turned(try client.statuses(in: answer))
        }
        return turned(try client.notifications(in: answer, of: account))
    }

    private func turned(_ page: Page) -> Page {
        let ids = page.items.map(\.sighting.entryID)
        guard timeline.isByID, ids.count > 1, zip(ids, ids.dropFirst()).allSatisfy({ MastodonID.isNewer($1, than: $0) })
        else { return page }
        var page = page
        page.items.reverse()
        // It was that of what is now the first.
        page.older = page.items.last?.sighting.entryID
        return page
    }

    private func endpointAndToken() async throws(FetchError) -> (MastodonEndpoint, Secret?) {
        switch timeline {
        case .hashtag(let tag): return (.hashtag(tag), nil)
        case .publicTimeline(let localOnly): return (.publicTimeline(localOnly: localOnly), nil)
        case .account(let account, let timeline):
            let secret = try account.secret(token)
            return (try await endpoint(of: timeline, account, secret), secret)
        case .posts(let user):
            if let id = knowledge[accountID: user, client.server] { return (.posts(accountID: id), nil) }
            let account = try await client.account(of: user)
            knowledge[accountID: user, client.server] = account.id
            return (.posts(accountID: account.id), nil)
        }
    }

    private func endpoint(
        of timeline: AccountTimeline, _ account: AccountName, _ token: Secret
    ) async throws(FetchError) -> MastodonEndpoint {
        switch timeline {
        case .home: return .home
        case .notifications: return knowledge.mayGroup(client.server) ? .groupedNotifications : .notifications
        case .hashtags(let choice): return .hashtags(choice)
        case .bookmarks: return .bookmarks
        case .favourites: return .favourites
        case .publicTimeline: return .publicTimeline(localOnly: false)
        case .local: return .publicTimeline(localOnly: true)
        case .list(let name):
            if let id = knowledge[listID: name, account] { return .list(id: id) }
            let id = try await client.list(name, of: account, token)
            knowledge[listID: name, account] = id
            return .list(id: id)
        }
    }

    private func forget() {
        switch timeline {
        case .posts(let user): knowledge[accountID: user, client.server] = nil
        case .account(let account, .list(let name)): knowledge[listID: name, account] = nil
        default: break
        }
    }

    /// 206: the server is still building the home timeline, so its end is not the timeline's, and its validators
    /// would keep the rest away (docs.joinmastodon.org/methods/timelines).
    private func partialPage(_ answer: HTTPResponse, _ stretch: PageRequest.Stretch) throws(FetchError) -> Page {
        var page = cut(try decoded(answer), to: stretch, links: answer)
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
        page.older = isEmpty ? nil : Self.older(below: decoded, links: answer)
        switch stretch {
        case .newest: break
        case .olderThan(let id):
            page.items.removeAll { $0.sighting.entryID == id }
            // A page that leads to itself is the last.
            if page.older == id { page.older = nil }
        case .between(let newer, let older, _):
            let bound = page.items.firstIndex {
                timeline.isByID
                    ? MastodonID.isOlderOrSame($0.sighting.entryID, than: older) : $0.sighting.entryID == older
            }
            if let bound {
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
    static func older(below page: Page, links answer: HTTPResponse) -> String? {
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
