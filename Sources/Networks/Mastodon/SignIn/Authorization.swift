public import TimelineModel

/// One question to a user, on a page of his server: may this program read for you?
///
/// It is answered once: the state ties the answer to this question, the verifier the code to this program.
/// Source: RFC 6749 section 4.1.1, RFC 7636 (PKCE), docs.joinmastodon.org/methods/oauth.
public struct Authorization: Sendable {
    public let client: SignInClient
    /// One of the client's.
    public let redirect: String
    /// What is asked for; a server refuses more than the client's.
    public let scopes: Scopes
    /// What the answer must repeat.
    public let state: String
    let verifier: Secret

    /// Asks with a state and a verifier of its own.
    public init(client: SignInClient, redirect: String, scopes: Scopes) {
        self.init(client: client, redirect: redirect, scopes: scopes, state: Self.random(), verifier: Self.random())
    }

    init(client: SignInClient, redirect: String, scopes: Scopes, state: String, verifier: String) {
        self.client = client
        self.redirect = redirect
        self.scopes = scopes
        self.state = state
        self.verifier = Secret(visible: verifier)
    }

    /// The page to open.
    /// - Parameters:
    ///   - challenges: sends the verifier's hash. Servers that know nothing of it pass over it.
    ///   - forcesLogin: asks who signs in, where the browser's session would decide.
    /// - Returns: nil when a part is too long for an address.
    public func page(challenges: Bool, forcesLogin: Bool) -> WebAddress? {
        var fields = [
            ("response_type", "code"), ("client_id", client.id), ("redirect_uri", redirect),
            ("scope", scopes.spelled), ("state", state),
        ]
        if challenges {
            fields.append(("code_challenge", Base64.encodeForAddress(SHA256.digest(verifier.exposed.utf8))))
            fields.append(("code_challenge_method", "S256"))
        }
        if forcesLogin { fields.append(("force_login", "true")) }
        return WebAddress(client.server.base.text + "/oauth/authorize?" + FormBody.spelled(fields))
    }

    /// 32 bytes of the system's generator, spelled in 43 characters.
    private static func random() -> String {
        var generator = SystemRandomNumberGenerator()
        return Base64.encodeForAddress((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }
}

/// This program as a server knows it: registered there once, and used for every account on it.
public struct SignInClient: Sendable {
    public let server: Server
    public let id: String
    public let secret: Secret
    /// Where the server may send its answers.
    public let redirects: [String]
    /// The most that may be asked for.
    public let scopes: Scopes

    public init(server: Server, id: String, secret: Secret, redirects: [String], scopes: Scopes) {
        self.server = server
        self.id = id
        self.secret = secret
        self.redirects = redirects
        self.scopes = scopes
    }

    /// The redirect that makes the server show the code, for pasting.
    public static let outOfBand = "urn:ietf:wg:oauth:2.0:oob"
}

/// Fields as a form sends them. Source: RFC 6749 appendix B; everything but unreserved characters is encoded.
enum FormBody {
    static func spelled(_ fields: [(String, String)]) -> String {
        fields.map { "\(PercentCoding.encode($0.0))=\(PercentCoding.encode($0.1))" }.joined(separator: "&")
    }
}
