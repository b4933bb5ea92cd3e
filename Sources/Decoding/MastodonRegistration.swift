import Text

/// A program that a server registered, so that its users can be asked to let it in.
/// Source: docs.joinmastodon.org/methods/apps, entities/CredentialApplication.
public struct MastodonRegistration: Sendable {
    public let clientID: String
    public let clientSecret: String
}

/// What a server gave for a code or a refresh token. Source: RFC 6749 section 5.1, docs.joinmastodon.org/entities/Token.
public struct MastodonGrant: Sendable {
    public let accessToken: String
    /// Servers whose tokens expire (Pleroma, Akkoma) give it; each may work once.
    public let refreshToken: String?
    /// Seconds for which the token holds; nil when the server did not say.
    public let lifetime: Int?
    /// As the server wrote them, separated by blanks; nil when it did not say.
    public let scopes: String?
}

/// What `/.well-known/oauth-authorization-server` says. Source: RFC 8414 section 2.
public struct MastodonSignInOffer: Sendable {
    /// Nil when the document names none.
    public let scopes: [String]?
    /// Of PKCE (RFC 7636): `S256`, `plain`. Nil when the document names none.
    public let challengeMethods: [String]?
}

extension MastodonDecoder {
    /// The answer to a registration.
    /// - Throws: `.unexpected` when id or secret is missing, empty, or nothing that can be sent.
    public static func registration(_ bytes: [UInt8]) throws(DecodingError) -> MastodonRegistration {
        let json = try JSONValue(parsing: bytes)
        guard let id = secret(json["client_id"]), let secret = secret(json["client_secret"]) else {
            throw .unexpected("the answer is not a registration")
        }
        return MastodonRegistration(clientID: id, clientSecret: secret)
    }

    /// The answer that carries a token.
    /// - Throws: `.unexpected` when there is none, or one of another type than Bearer.
    public static func grant(_ bytes: [UInt8]) throws(DecodingError) -> MastodonGrant {
        let json = try JSONValue(parsing: bytes)
        let type = json["token_type"]?.filled?.lowercased() ?? "bearer"
        guard type == "bearer", let token = secret(json["access_token"]) else {
            throw .unexpected("the answer is not a token")
        }
        let lifetime = json["expires_in"]?.int.flatMap { (1...1_000_000_000).contains($0) ? $0 : nil }
        return MastodonGrant(
            accessToken: token, refreshToken: secret(json["refresh_token"]), lifetime: lifetime,
            scopes: json["scope"]?.filled)
    }

    /// The `error` of a refused sign-in, such as `invalid_grant` (RFC 6749 section 5.2); nil when the answer has none.
    /// The server's sentences about it are not read.
    public static func signInRefusal(_ bytes: [UInt8]) -> String? {
        // An answer that is no JSON has no error code; its status says what there is to say.
        (try? JSONValue(parsing: bytes))?["error"]?.filled
    }

    /// - Throws: when it is no JSON object.
    public static func signInOffer(_ bytes: [UInt8]) throws(DecodingError) -> MastodonSignInOffer {
        let json = try JSONValue(parsing: bytes)
        guard json.isObject else { throw .unexpected("the answer is not a description of a sign-in") }
        func list(_ name: String) -> [String]? {
            guard let value = json[name], value.isArray else { return nil }
            return value.elements.compactMap(\.filled)
        }
        return MastodonSignInOffer(
            scopes: list("scopes_supported"), challengeMethods: list("code_challenge_methods_supported"))
    }

    /// Where the server's description stands, from `/.well-known/nodeinfo`, the newest version last.
    /// Source: nodeinfo.diaspora.software/protocol.
    public static func nodeInfoLinks(_ bytes: [UInt8]) throws(DecodingError) -> [String] {
        try JSONValue(parsing: bytes)["links"]?.elements.compactMap { link in
            guard link["rel"]?.string?.hasPrefix("http://nodeinfo.diaspora.software/ns/schema/") == true else {
                return nil
            }
            return link["href"]?.filled
        } ?? []
    }

    /// The software's name in a nodeinfo document, lower case; nil when it has none.
    public static func softwareName(_ bytes: [UInt8]) throws(DecodingError) -> String? {
        try JSONValue(parsing: bytes)["software"]?["name"]?.filled?.lowercased()
    }

    /// What can stand in a header line and in a file of secrets: visible ASCII, not without end.
    private static func secret(_ value: JSONValue?) -> String? {
        guard let text = value?.text, (1...4096).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else { return nil }
        return text
    }
}
