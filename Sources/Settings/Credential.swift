public import TimelineModel

/// What is kept of an account's sign-in.
public struct Credential: Hashable, Sendable {
    public var token: Token
    /// What the server granted; nil for a token that the user brought.
    public var scopes: Scopes?
    /// On servers whose tokens expire. It may work only once.
    public var refreshToken: Token?
    /// When the token stops to hold, in whole seconds; nil when that is not known.
    public var expires: Timestamp?
    /// The client by which it was granted; nil for a token that the user brought.
    public var clientID: String?

    public init(
        token: Token, scopes: Scopes? = nil, refreshToken: Token? = nil, expires: Timestamp? = nil,
        clientID: String? = nil
    ) {
        self.token = token
        self.scopes = scopes
        self.refreshToken = refreshToken
        self.expires = expires
        self.clientID = clientID
    }
}

/// This program as a server registered it; one for all accounts there.
public struct ClientCredential: Hashable, Sendable {
    public var server: Server
    public var id: String
    public var secret: Token
    /// Where the server may send its answers, as they were registered.
    public var redirects: [String]
    /// The most that may be asked for by it.
    public var scopes: Scopes

    public init(server: Server, id: String, secret: Token, redirects: [String], scopes: Scopes) {
        self.server = server
        self.id = id
        self.secret = secret
        self.redirects = redirects
        self.scopes = scopes
    }
}
