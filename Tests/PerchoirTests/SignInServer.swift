import Foundation
import Synchronization
import TestSupport
import TimelineModel

/// A server on loopback that signs people in as its kind does; the user on its page always is `camille`, whose home
/// timeline has one status.
///
/// Mastodon 4.3 describes itself, checks challenges and takes any port on loopback; the others describe themselves in
/// nodeinfo alone and drop challenges. GoToSocial and Pleroma compare the whole redirect. Pleroma's tokens expire, and
/// each refresh token works once. Pixelfed knows the widest scopes alone.
final class SignInServer: Sendable {
    private struct Client {
        let secret: String
        let redirects: [String]
        let scopes: [String]
    }

    private struct Grant {
        let client: String
        let redirect: String
        let scopes: [String]
        let challenge: String?
    }

    private struct State {
        var made = 0
        var clients: [String: Client] = [:]
        var codes: [String: Grant] = [:]
        var tokens: [String: Grant] = [:]
        var refreshTokens: [String: Grant] = [:]
        var secrets: [String] = []
        var denies = false
        var unknownScopes: Set<String> = []
        var whileRenewing: (@Sendable () -> Void)?

        /// A secret as no other.
        mutating func secret(_ name: String) -> String {
            made += 1
            let text = "\(name)-\(made)-\(UInt64.random(in: .min ... .max))"
            secrets.append(text)
            return text
        }
    }

    let kind: ServerKind
    let site: Site
    let reading: AccountServer
    private let state: Desk

    private final class Desk: Sendable {
        let content = Mutex(State())
    }

    init(_ kind: ServerKind) throws {
        self.kind = kind
        let site = try Site()
        let state = Desk()
        let authority = site.authority
        self.site = site
        self.state = state
        reading = try AccountServer(kind, on: site, [50]) { token in
            state.content.withLock { $0.tokens[token].map { Scopes($0.scopes) } }
        }
        if kind == .mastodon {
            site.serve(
                "/.well-known/oauth-authorization-server",
                """
                {"issuer":"http://\(authority)/","scopes_supported":["profile","read","read:accounts","read:bookmarks",
                "read:favourites","read:filters","read:follows","read:lists","read:notifications","read:statuses",
                "write","write:statuses"],
                "code_challenge_methods_supported":["S256"]}
                """, type: "application/json")
        }
        site.serve(
            "/.well-known/nodeinfo",
            """
            {"links":[{"rel":"http://nodeinfo.diaspora.software/ns/schema/2.0","href":"http://\(authority)/nodeinfo/2.0"}]}
            """, type: "application/json")
        site.serve(
            "/nodeinfo/2.0", "{\"software\":{\"name\":\"\(kind.rawValue)\",\"version\":\"1\"}}",
            type: "application/json")
        site.answer("/api/v1/apps") { Self.register($0, state) }
        site.answer("/oauth/authorize") { Self.authorize($0, kind, state) }
        site.answer("/oauth/token") { Self.token($0, kind, state) }
        site.answer("/oauth/revoke") { Self.revoke($0, state) }
    }

    var authority: String { site.authority }

    // MARK: What tests change and look at

    /// Every secret that was given out: clients', codes, tokens.
    var secrets: [String] { state.content.withLock { $0.secrets } }
    var validTokens: [String] { state.content.withLock { Array($0.tokens.keys) } }

    func deny() { state.content.withLock { $0.denies = true } }
    func forgetClients() { state.content.withLock { $0.clients = [:] } }
    func expireTokens() { state.content.withLock { $0.tokens = [:] } }
    func forgetRefreshTokens() { state.content.withLock { $0.refreshTokens = [:] } }
    /// Registering with one of these is refused, as before the scope was invented.
    func refuseScopes(_ names: Set<String>) { state.content.withLock { $0.unknownScopes = names } }

    /// The bodies of what was posted to a path.
    func posts(_ path: String) -> [[String: String]] { site.requests(path).map { Self.form($0.body) } }

    /// What was asked of the user, as the query's fields.
    var questions: [[String: String]] {
        site.requests("/oauth/authorize").map { request in
            Self.form(Array(request.target.utf8.split(separator: UInt8(ascii: "?")).last ?? []))
        }
    }

    /// Runs between the question for a new token and its answer.
    func whileRenewing(_ body: @escaping @Sendable () -> Void) { state.content.withLock { $0.whileRenewing = body } }

    // MARK: The server

    private static func json(_ text: String, status: Int = 200) -> Site.Answer {
        Site.Answer(status: status, headers: [("Content-Type", "application/json")], body: text)
    }

    private static func refused(_ error: String, status: Int) -> Site.Answer {
        json("{\"error\":\"\(error)\",\"error_description\":\"Words of the server's own.\"}", status: status)
    }

    private static func register(_ request: Site.Request, _ state: Desk) -> Site.Answer {
        let form = form(request.body)
        let scopes = (form["scopes"] ?? "read").split(separator: " ").map(String.init)
        return state.content.withLock { state in
            guard state.unknownScopes.isDisjoint(with: scopes) else { return refused("Validation failed", status: 422) }
            let id = "client-\(state.clients.count)-\(UInt32.random(in: 0 ... .max))"
            let secret = state.secret("client-secret")
            state.clients[id] = Client(
                secret: secret, redirects: (form["redirect_uris"] ?? "").split(separator: "\n").map(String.init),
                scopes: scopes)
            return json("{\"id\":\"1\",\"name\":\"Perchoir\",\"client_id\":\"\(id)\",\"client_secret\":\"\(secret)\"}")
        }
    }

    private static func authorize(_ request: Site.Request, _ kind: ServerKind, _ state: Desk) -> Site.Answer {
        let form = form(Array(request.target.utf8.split(separator: UInt8(ascii: "?")).last ?? []))
        let page = Site.Answer(status: 400, headers: [("Content-Type", "text/html")], body: "<p>No.</p>")
        return state.content.withLock { state in
            guard let id = form["client_id"], let client = state.clients[id], let redirect = form["redirect_uri"],
                form["response_type"] == "code"
            else { return page }
            let scopes = (form["scope"] ?? "").split(separator: " ").map(String.init)
            let isRegistered = client.redirects.contains {
                $0 == redirect || (kind == .mastodon || kind == .pixelfed) && withoutPort($0) == withoutPort(redirect)
            }
            let isKnown = kind != .pixelfed || Set(scopes).isSubset(of: ["read", "write", "follow", "push"])
            guard isRegistered, isKnown, Set(scopes).isSubset(of: client.scopes) else { return page }
            let isOutOfBand = redirect == "urn:ietf:wg:oauth:2.0:oob"
            let answer: String
            if state.denies {
                answer = "error=access_denied&error_description=Words"
            } else {
                let code = state.secret("code")
                let challenge = kind == .mastodon ? form["code_challenge"] : nil
                state.codes[code] = Grant(client: id, redirect: redirect, scopes: scopes, challenge: challenge)
                if isOutOfBand { return Site.Answer(body: "<p>Copy this: <code>\(code)</code></p>") }
                answer = "code=\(code)"
            }
            return Site.Answer(
                status: 302, headers: [("Location", "\(redirect)?\(answer)&state=\(form["state"] ?? "")")])
        }
    }

    private static func withoutPort(_ address: String) -> String {
        address.replacing(/127\.0\.0\.1:[0-9]+/, with: "127.0.0.1")
    }

    private static func token(_ request: Site.Request, _ kind: ServerKind, _ state: Desk) -> Site.Answer {
        let form = form(request.body)
        if form["grant_type"] == "refresh_token" { state.content.withLock { $0.whileRenewing }?() }
        return state.content.withLock { state in
            guard let id = form["client_id"], let client = state.clients[id], client.secret == form["client_secret"]
            else { return refused("invalid_client", status: 401) }
            let grant: Grant
            switch form["grant_type"] {
            case "authorization_code":
                guard let found = state.codes.removeValue(forKey: form["code"] ?? ""), found.client == id,
                    found.redirect == form["redirect_uri"],
                    found.challenge == nil || (form["code_verifier"]?.count ?? 0) >= 43
                else { return refused("invalid_grant", status: 400) }
                grant = found
            case "refresh_token":
                guard let found = state.refreshTokens.removeValue(forKey: form["refresh_token"] ?? ""),
                    found.client == id
                else { return refused("invalid_grant", status: 400) }
                grant = found
            default: return refused("unsupported_grant_type", status: 400)
            }
            let token = state.secret("token")
            state.tokens[token] = grant
            var more = ""
            if kind == .pleroma {
                let refreshToken = state.secret("refresh")
                state.refreshTokens[refreshToken] = grant
                more = ",\"refresh_token\":\"\(refreshToken)\",\"expires_in\":600"
            }
            let scope = grant.scopes.joined(separator: " ")
            return json(
                "{\"access_token\":\"\(token)\",\"token_type\":\"Bearer\",\"scope\":\"\(scope)\",\"created_at\":1\(more)}"
            )
        }
    }

    private static func revoke(_ request: Site.Request, _ state: Desk) -> Site.Answer {
        let form = form(request.body)
        return state.content.withLock { state in
            guard let id = form["client_id"], let client = state.clients[id], client.secret == form["client_secret"]
            else { return refused("unauthorized_client", status: 403) }
            state.tokens[form["token"] ?? ""] = nil
            state.refreshTokens[form["token"] ?? ""] = nil
            return json("{}")
        }
    }

    private static func form(_ bytes: [UInt8]) -> [String: String] {
        var fields: [String: String] = [:]
        for pair in String(decoding: bytes, as: UTF8.self).split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            fields[String(parts[0])] = parts[1].replacing("+", with: " ").removingPercentEncoding ?? ""
        }
        return fields
    }
}
