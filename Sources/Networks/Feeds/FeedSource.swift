import Text
import TimelineModel

/// A feed document: RSS, Atom or JSON Feed. It has one page, the newest.
struct FeedSource: TimelineSource {
    static let accepted =
        "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"

    let address: WebAddress
    let source: SourceID
    let transport: any HTTPTransport
    let decoders: Decoders
    let login: @Sendable (SourceID) throws(FetchError) -> FeedLogin?
    /// What the store keeps of the feed's last document; nil before its first page.
    let memory: @Sendable (SourceID) -> FeedMemory?

    func page(_ request: PageRequest) async throws(FetchError) -> Page {
        // What a document no longer names is nowhere to be had.
        guard request.stretch == .newest else { return Page() }
        guard let moved = request.movedTo else { return try await page(at: address, request.validators) }
        do throws(FetchError) {
            return try await page(at: moved, request.validators)
        } catch {
            // Trouble that passes is none of the new address's own.
            switch error.kind {
            case .cancelled, .rateLimited, .serverTrouble, .timedOut: throw error
            default: break
            }
        }
        var page = try await page(at: address, Validators())
        page.hasMovedBack = true
        return page
    }

    /// - Parameters:
    ///   - place: the feed's own address, or the one to which it moved.
    ///   - validators: what is kept of the last document.
    private func page(at place: WebAddress, _ validators: Validators) async throws(FetchError) -> Page {
        // What was read in another way is to be read again, whether or not the server says that it is the same.
        let isRead = validators.edition == decoders.feedEdition
        let known = isRead ? ConditionalRequest.ofDocument(validators) : Validators()
        var answer = try await ask(place, known)
        // Another address compared its own document with the one that was had elsewhere.
        if answer.status == 304, known.bodyHash != nil, known.address != answer.finalAddress {
            answer = try await ask(place, Validators())
        }
        let before = known.address == answer.finalAddress ? known : Validators()
        var newValidators = ConditionalRequest.validators(after: answer, before: before)
        newValidators.address = answer.finalAddress
        newValidators.edition = decoders.feedEdition
        var page: Page
        if try ConditionalRequest.isUnchanged(answer, newValidators, since: before) {
            page = Page()
            page.isUnchanged = true
        } else {
            await DocumentBudget.seat?.take(answer.body.count)
            page = try decode(answer)
            page.older = nil
            page.isUnchanged = false
        }
        // With the validators of a document that broke off the rest of it would never come.
        page.validators = page.isIncomplete ? Validators() : newValidators
        page.movedTo = answer.permanentAddress
        let wishes = [page.minimumInterval, ConditionalRequest.freshness(of: answer)].compactMap { $0 }
        page.minimumInterval = wishes.max().map { min($0, RetryAdvice.longest) }
        return page
    }

    private func ask(_ place: WebAddress, _ validators: Validators) async throws(FetchError) -> HTTPResponse {
        var asked = HTTPRequest(.get, place, headers: ["Accept": FeedSource.accepted])
        // Of another host the user knows nothing: its name may come to mean a private network.
        if place.host != address.host, !place.isLoopback { asked.reach = .found }
        ConditionalRequest.addHeaders(validators, to: &asked)
        var known: FeedLogin?
        var trouble: FetchError?
        // What keeps the passwords from being read is trouble for the feeds that need one alone.
        do throws(FetchError) { known = try login(at: place) } catch { trouble = error }
        asked.authorization = known.map { .login($0) }
        let answer = try await transport.send(asked)
        if answer.status == 401, let trouble { throw trouble }
        if let refusal = FetchError.refusalOfFeed(answer, to: known) { throw refusal }
        guard answer.status == 200 || answer.status == 203 || answer.status == 304 else {
            throw FetchError(
                .refused, "\(answer.finalAddress.shownHost) sent no feed (\(answer.status)).", status: answer.status)
        }
        return answer
    }

    /// The name and password to send to a place: where the feed moved to may be somebody else's.
    private func login(at place: WebAddress) throws(FetchError) -> FeedLogin? {
        guard place.isSameOrigin(as: address), place.keepsSecrets else { return nil }
        return try login(source)
    }

    private func decode(_ answer: HTTPResponse) throws(FetchError) -> Page {
        do throws(UnreadableAnswer) {
            return try decoders.feed(
                answer.body, answer.headers["Content-Type"], answer.finalAddress, source, memory(source))
        } catch {
            throw FeedSource.unreadable(answer, because: error)
        }
    }

    /// What to say of an answer that is no feed. A page where a feed was expected may be a portal, an error page or
    /// the site itself: nothing is concluded from it about the feed's posts.
    static func unreadable(_ answer: HTTPResponse, because error: UnreadableAnswer) -> FetchError {
        let host = answer.finalAddress.shownHost
        guard error.isWebPage else {
            return FetchError(.unreadable, "The answer of \(host) is no feed: \(error.message).", status: answer.status)
        }
        let offered = error.offeredFeeds
        let offer: SafeText
        switch offered.count {
        case 0: offer = "which names no feed."
        case 1: offer = "which names a feed: \(offered[0].address.shown)"
        default: offer = "which names \(offered.count) feeds, the first is \(offered[0].address.shown)"
        }
        var failure = FetchError(.unreadable, "\(host) sent a web page, \(offer)", status: answer.status)
        failure.offeredFeeds = offered
        return failure
    }
}
