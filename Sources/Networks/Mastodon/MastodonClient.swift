import Synchronization
import Text
import TimelineModel

/// One server of the Mastodon client API: sends calls, types its refusals, reads its answers.
struct MastodonClient: Sendable {
    let server: Server
    let transport: any HTTPTransport
    let decoders: Decoders
    /// A server that only a post named is not looked for in the user's own network.
    var reach = HTTPRequest.Reach.typed

    /// - Throws: `FetchError`; a token goes to this server's own origin alone.
    func call(
        _ endpoint: MastodonEndpoint, adding parameters: [(String, String)] = [], validators: Validators = Validators(),
        token: Secret? = nil
    ) async throws(FetchError) -> HTTPResponse {
        guard let address = endpoint.address(on: server, adding: parameters) else {
            throw FetchError(.refused, "The address for \(server.base.shownHost) is too long.")
        }
        var request = HTTPRequest(
            .get, address, headers: ["Accept": "application/json"], authorization: token.map { .token($0) },
            reach: reach)
        ConditionalRequest.addHeaders(validators, to: &request)
        let answer = try await transport.send(request)
        if let refusal = refusal(of: answer, endpoint, isSignedIn: token != nil) { throw refusal }
        return answer
    }

    func refusal(of answer: HTTPResponse, _ endpoint: MastodonEndpoint, isSignedIn: Bool) -> FetchError? {
        guard var refusal = FetchError.refusal(of: answer) else { return nil }
        let host = server.base.shownHost
        switch (answer.status, endpoint) {
        case (401, _) where isSignedIn:
            refusal.message = "\(host) no longer accepts this sign-in (401); sign in again."
        // 422 is what Mastodon before 4.3 says where a sign-in is wanted.
        case (401, _), (422, .publicTimeline), (422, .hashtag):
            refusal.kind = .unauthorized
            refusal.message = "\(host) shows this to its own members only."
        case (403, _) where isSignedIn:
            refusal.message = "\(host) does not let this sign-in read here (403); sign in again."
        case (404, .lookup(let user)):
            refusal.message = "There is no \(SafeText(sanitizing: "@" + user, as: .name)) on \(host)."
        case (404, .status), (404, .notification), (404, .context):
            refusal.message = "\(host) does not have this post any more, or does not show it here."
        case (404, .history): refusal.message = "\(host) does not keep the versions of this post."
        case (404, .posts): refusal.message = "This account is no longer on \(host)."
        case (404, .list): refusal.message = "This list is no longer on \(host)."
        case (404, _):
            refusal.message = "\(host) does not offer this; is it a server that speaks Mastodon's language?"
        default: break
        }
        return refusal
    }

    /// The account of a local name.
    func account(of user: String) async throws(FetchError) -> FoundAccount {
        try read(try await call(.lookup(user: user)))
    }

    /// The account that a token belongs to.
    func ownAccount(_ token: Secret) async throws(FetchError) -> FoundAccount {
        try read(try await call(.verifyCredentials, token: token))
    }

    private func read(_ answer: HTTPResponse) throws(FetchError) -> FoundAccount {
        do throws(UnreadableAnswer) {
            return try decoders.account(answer.body, server)
        } catch {
            throw unreadable(error, answer)
        }
    }

    /// The id of a list by its title, or by the id itself.
    func list(_ name: String, of owner: AccountName, _ token: Secret) async throws(FetchError) -> String {
        let answer = try await call(.lists, token: token)
        let lists: [FoundList]
        do throws(UnreadableAnswer) {
            lists = try decoders.lists(answer.body)
        } catch {
            throw unreadable(error, answer)
        }
        // A title stands before an id: what the user wrote is what he saw.
        let found = lists.first { $0.title.string == name } ?? lists.first { $0.id == name }
        if let found { return found.id }
        let titles = lists.map { "\u{201c}" + $0.title + "\u{201d}" }.joined(by: ", ")
        throw FetchError(
            .notFound,
            "\(owner.shown) has no list \u{201c}\(SafeText(sanitizing: name))\u{201d}"
                + (lists.isEmpty ? "; it has no list at all." : "; there are \(titles)."))
    }

    func statuses(in answer: HTTPResponse) throws(FetchError) -> Page {
        do throws(UnreadableAnswer) {
            return try decoders.statuses(answer.body, server)
        } catch {
            throw unreadable(error, answer)
        }
    }

    func notifications(in answer: HTTPResponse, of account: AccountName) throws(FetchError) -> Page {
        do throws(UnreadableAnswer) {
            return try decoders.notifications(answer.body, account)
        } catch {
            throw unreadable(error, answer)
        }
    }

    func unreadable(_ error: UnreadableAnswer, _ answer: HTTPResponse) -> FetchError {
        FetchError(
            .unreadable, "\(server.base.shownHost) does not answer as a Mastodon server does: \(error.message).",
            status: answer.status)
    }
}

/// What was learnt of servers, for the time the program runs.
final class MastodonKnowledge: Sendable {
    private struct Account: Hashable {
        let user: String
        let server: Server
    }

    private struct List: Hashable {
        let owner: AccountName
        let name: String
    }

    private struct Known {
        var accountIDs: [Account: String] = [:]
        var listIDs: [List: String] = [:]
        var withoutGroups: Set<Server> = []
        var lacking: [Server: Set<AccountClient.Feature>] = [:]
        var upwards: [Server: Set<MastodonSource.Timeline>] = [:]
    }

    private let known = Mutex(Known())

    /// The server's id of an account of its own.
    subscript(accountID user: String, server: Server) -> String? {
        get { known.withLock { $0.accountIDs[Account(user: user.lowercased(), server: server)] } }
        set { known.withLock { $0.accountIDs[Account(user: user.lowercased(), server: server)] = newValue } }
    }

    subscript(listID name: String, owner: AccountName) -> String? {
        get { known.withLock { $0.listIDs[List(owner: owner, name: name)] } }
        set { known.withLock { $0.listIDs[List(owner: owner, name: name)] = newValue } }
    }

    /// Whether the server may give notifications in groups; true until it said that it does not.
    func mayGroup(_ server: Server) -> Bool { known.withLock { !$0.withoutGroups.contains(server) } }

    func doesNotGroup(_ server: Server) {
        known.withLock { _ = $0.withoutGroups.insert(server) }
    }

    /// Whether the server may have something; true until it turned out that it does not.
    func mayHave(_ feature: AccountClient.Feature, _ server: Server) -> Bool {
        known.withLock { $0.lacking[server]?.contains(feature) != true }
    }

    /// Whether the server showed that it knows `min_id` in a timeline.
    func pagesUpwards(_ timeline: MastodonSource.Timeline, _ server: Server) -> Bool {
        known.withLock { $0.upwards[server]?.contains(timeline) == true }
    }

    func doesPageUpwards(_ timeline: MastodonSource.Timeline, _ server: Server) {
        known.withLock { _ = $0.upwards[server, default: []].insert(timeline) }
    }

    func lacks(_ feature: AccountClient.Feature, _ server: Server) {
        known.withLock { _ = $0.lacking[server, default: []].insert(feature) }
    }
}

extension AccountName {
    /// The account's token, as what knows the tokens has it.
    /// - Throws: `.unauthorized` when nobody is signed in, or the token is kept where it cannot be read.
    func secret(_ token: (AccountName) throws(FetchError) -> Secret?) throws(FetchError) -> Secret {
        guard let secret = try token(self) else {
            throw FetchError(.unauthorized, "Nobody is signed in as \(shown); sign in first.")
        }
        return secret
    }
}
