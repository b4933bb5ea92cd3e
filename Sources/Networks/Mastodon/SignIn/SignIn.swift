import Decoding
import Text
public import TimelineModel

/// What a server granted.
public struct SignInGrant: Sendable {
    public let token: Secret
    /// Where tokens expire; it may work only once.
    public let refreshToken: Secret?
    /// When the token stops to hold by this machine's clock, in whole seconds; nil when the server did not say.
    public let expires: Timestamp?
    /// What it said it granted, which may be less than what was asked for; nil when it did not say.
    public let scopes: Scopes?
}

/// Signing in to a Mastodon-compatible server, call by call: what it offers, registering, a token for a code, a new
/// token for an old one, revoking.
///
///     let signIn = SignIn(server: server, transport: transport)
///     let offer = try await signIn.offer()
///     let client = try await signIn.register(redirects: [redirect], scopes: offer.scopes(syncsPosition: false))
///     let question = Authorization(client: client, redirect: redirect, scopes: client.scopes)
///     // ... the user answers on question.page(...), which gives the code ...
///     let grant = try await signIn.grant(for: code, answering: question)
///
/// No redirect is followed: what is sent is secret. Nothing that a server wrote comes into a message.
/// Source: docs.joinmastodon.org/methods/apps, methods/oauth.
public struct SignIn: Sendable {
    public let server: Server
    private let transport: any HTTPTransport

    public init(server: Server, transport: any HTTPTransport) {
        self.server = server
        self.transport = transport
    }

    private var host: SafeText { server.base.shownHost }

    // MARK: What the server offers

    /// Asks what the server offers. Servers need not say: Mastodon does since 4.3, of others the name is asked.
    /// - Throws: when it cannot be reached at all.
    public func offer() async throws(SignInError) -> SignInOffer {
        var offer = SignInOffer()
        if let body = try await document("/.well-known/oauth-authorization-server") {
            do throws(DecodingError) {
                let said = try MastodonDecoder.signInOffer(body)
                offer.scopes = said.scopes
                offer.refusesChallenge = said.challengeMethods.map { !$0.contains("S256") } ?? false
                if said.scopes != nil { return offer }
            } catch {
                // A web page, say: then the server does not describe itself.
                offer.scopes = nil
            }
        }
        offer.software = try await software()
        return offer
    }

    private func software() async throws(SignInError) -> String? {
        guard let links = try await document("/.well-known/nodeinfo") else { return nil }
        do throws(DecodingError) {
            for link in try MastodonDecoder.nodeInfoLinks(links).reversed().prefix(2) {
                // Its own word about itself is wanted, not another's.
                guard let address = AddressReference.resolve(link, against: server.base),
                    address.isSameOrigin(as: server.base),
                    let body = await documentOrNil(address)
                else { continue }
                if let name = try MastodonDecoder.softwareName(body) { return name }
            }
        } catch {
            return nil
        }
        return nil
    }

    /// Like `document`, where a failure means no more than not knowing.
    private func documentOrNil(_ address: WebAddress) async -> [UInt8]? {
        // The server answered before; what matters is asked again at the registration.
        guard let answer = try? await transport.send(request(.get, address)), answer.status == 200 else { return nil }
        return answer.body
    }

    /// - Throws: when the server is not there; nil when it is and has no such document.
    private func document(_ path: String) async throws(SignInError) -> [UInt8]? {
        guard let address = WebAddress(server.base.text + path) else { return nil }
        do throws(FetchError) {
            let answer = try await transport.send(request(.get, address))
            if answer.status == 429, let refusal = FetchError.refusal(of: answer) { throw refusal }
            return answer.status == 200 ? answer.body : nil
        } catch {
            switch error.kind {
            case .redirectRefused, .tooLarge, .unreadable: return nil
            default: throw SignInError(error)
            }
        }
    }

    // MARK: Registering

    /// Registers this program. A server that refuses the list of redirects or of scopes is asked with shorter ones.
    /// - Parameter redirects: the first is the one that is needed.
    /// - Returns: the client with the redirects and scopes that were accepted.
    public func register(redirects: [String], scopes: Scopes) async throws(SignInError) -> SignInClient {
        var tries = [(redirects, scopes)]
        if redirects.count > 1 { tries.append((Array(redirects.prefix(1)), scopes)) }
        for fewer in SignInOffer.fallbacks(of: scopes) { tries.append((Array(redirects.prefix(1)), fewer)) }
        for (redirects, scopes) in tries {
            let answer = try await post(
                "/api/v1/apps",
                [
                    ("client_name", "Perchoir"), ("redirect_uris", redirects.joined(separator: "\n")),
                    ("scopes", scopes.spelled), ("website", "https://github.com/perchoir/perchoir"),
                ])
            if answer.status == 400 || answer.status == 422 { continue }
            if let refusal = FetchError.refusal(of: answer) { throw registrationError(refusal) }
            do throws(DecodingError) {
                let registration = try MastodonDecoder.registration(answer.body)
                guard let secret = Secret(registration.clientSecret) else {
                    throw DecodingError.unexpected("no secret")
                }
                return SignInClient(
                    server: server, id: registration.clientID, secret: secret, redirects: redirects, scopes: scopes)
            } catch {
                throw .unreadable(host, expected: "a registration")
            }
        }
        throw SignInError(.exchange(.refused), "\(host) does not register programs like this one.")
    }

    private func registrationError(_ refusal: FetchError) -> SignInError {
        switch refusal.status {
        case 404, 405, 410, 501:
            SignInError(
                .exchange(refusal.kind),
                "\(host) does not offer sign-in as Mastodon servers do; is it the server's own name?")
        case 401, 403:
            SignInError(.exchange(refusal.kind), "\(host) does not let programs register (\(refusal.status ?? 403)).")
        default: SignInError(refusal)
        }
    }

    /// Whether the server still knows a client; older ones forget those that nobody used. Only a clear no is one.
    public func knows(_ client: SignInClient) async throws(SignInError) -> Bool {
        // A code that was never given: who the client is is looked at first, and nothing else happens.
        let answer = try await post(
            "/oauth/token",
            [("grant_type", "authorization_code"), ("code", "none"), ("redirect_uri", client.redirects.first ?? "")]
                + credentials(of: client))
        return !refusesClient(answer)
    }

    // MARK: Tokens

    /// The token for the code that the user's answer gave.
    public func grant(for code: String, answering question: Authorization) async throws(SignInError) -> SignInGrant {
        let answer = try await post(
            "/oauth/token",
            [
                ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", question.redirect),
                ("code_verifier", question.verifier.exposed), ("scope", question.scopes.spelled),
            ] + credentials(of: question.client))
        return try grant(
            answer, refusal: "\(host) did not accept the code; it works once and for a short time. Try again.")
    }

    /// A new token for a refresh token. Many servers let each one work once, so nobody else may do it meanwhile, and
    /// what comes back is kept before it is used.
    public func renew(_ refreshToken: Secret, client: SignInClient) async throws(SignInError) -> SignInGrant {
        let answer = try await post(
            "/oauth/token",
            [("grant_type", "refresh_token"), ("refresh_token", refreshToken.exposed)] + credentials(of: client))
        return try grant(answer, refusal: "\(host) no longer accepts this sign-in; sign in again.")
    }

    private func grant(_ answer: HTTPResponse, refusal message: SafeText) throws(SignInError) -> SignInGrant {
        if refusesClient(answer) { throw .clientUnknown(host) }
        if [400, 401, 403].contains(answer.status) { throw SignInError(.grantRefused, message) }
        if let refusal = FetchError.refusal(of: answer) { throw SignInError(refusal) }
        do throws(DecodingError) {
            let said = try MastodonDecoder.grant(answer.body)
            guard let token = Secret(said.accessToken) else { throw DecodingError.unexpected("no token") }
            let received = answer.receivedAt.milliseconds / 1000
            return SignInGrant(
                token: token, refreshToken: said.refreshToken.flatMap { Secret($0) },
                expires: said.lifetime.map { Timestamp(seconds: received + Int64($0)) },
                scopes: said.scopes.map { Scopes(spelled: $0) })
        } catch {
            throw .unreadable(host, expected: "a token")
        }
    }

    /// Makes a token worthless. A token that the server does not know is no error (RFC 7009 section 2.2).
    /// - Throws: `exchange` when the server could not be asked; `denied` or `clientUnknown` when it does not do it.
    public func revoke(_ token: Secret, client: SignInClient) async throws(SignInError) {
        let answer = try await post("/oauth/revoke", [("token", token.exposed)] + credentials(of: client))
        if refusesClient(answer) { throw .clientUnknown(host) }
        guard let refusal = FetchError.refusal(of: answer) else { return }
        switch refusal.kind {
        case .rateLimited, .serverTrouble: throw SignInError(refusal)
        default: throw SignInError(.denied, "\(host) does not revoke it (\(answer.status)).")
        }
    }

    private func credentials(of client: SignInClient) -> [(String, String)] {
        [("client_id", client.id), ("client_secret", client.secret.exposed)]
    }

    private func refusesClient(_ answer: HTTPResponse) -> Bool {
        guard [400, 401, 403].contains(answer.status) else { return false }
        return ["invalid_client", "unauthorized_client"].contains(MastodonDecoder.signInRefusal(answer.body))
    }

    // MARK: The exchange

    private func request(_ method: HTTPRequest.Method, _ address: WebAddress, _ body: [UInt8]? = nil) -> HTTPRequest {
        var request = HTTPRequest(method, address, headers: ["Accept": "application/json"], body: body)
        if body != nil { request.headers.add("Content-Type", "application/x-www-form-urlencoded") }
        request.limits.redirects = 0
        request.limits.bodyBytes = 1 << 18
        request.limits.total = .seconds(20)
        return request
    }

    private func post(_ path: String, _ fields: [(String, String)]) async throws(SignInError) -> HTTPResponse {
        guard let address = WebAddress(server.base.text + path) else {
            throw SignInError(.exchange(.refused), "The address for \(host) is too long.")
        }
        do throws(FetchError) {
            let answer = try await transport.send(request(.post, address, Array(FormBody.spelled(fields).utf8)))
            guard !(300..<400).contains(answer.status) else { throw FetchError(.redirectRefused, "") }
            return answer
        } catch {
            guard error.kind == .redirectRefused else { throw SignInError(error) }
            throw SignInError(
                .exchange(.redirectRefused),
                "\(host) redirects elsewhere, where nothing secret is sent; name the server by its own name.")
        }
    }
}
