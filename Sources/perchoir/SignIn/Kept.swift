import Networks
import Settings
import TimelineModel

// What the credentials file keeps, as the network uses it and back.

extension SignInClient {
    init?(_ kept: ClientCredential) {
        guard let secret = Secret(kept.secret.secret) else { return nil }
        self.init(server: kept.server, id: kept.id, secret: secret, redirects: kept.redirects, scopes: kept.scopes)
    }
}

extension ClientCredential {
    init?(_ client: SignInClient) {
        guard let secret = Token(client.secret.exposed) else { return nil }
        self.init(
            server: client.server, id: client.id, secret: secret, redirects: client.redirects, scopes: client.scopes)
    }
}

extension Credential {
    /// - Parameter before: what was kept before a renewal, of which stays what the server did not repeat.
    init?(_ grant: SignInGrant, client: SignInClient, before: Credential) {
        guard let token = Token(grant.token.exposed) else { return nil }
        self.init(
            token: token, scopes: grant.scopes ?? before.scopes,
            refreshToken: grant.refreshToken.flatMap { Token($0.exposed) } ?? before.refreshToken,
            expires: grant.expires, clientID: client.id)
    }

    /// - Parameter asked: the scopes that were asked for, and granted where the server does not say otherwise.
    init?(_ grant: SignInGrant, client: SignInClient, asked: Scopes) {
        guard let token = Token(grant.token.exposed) else { return nil }
        self.init(
            token: token, scopes: grant.scopes ?? asked, refreshToken: grant.refreshToken.flatMap { Token($0.exposed) },
            expires: grant.expires, clientID: client.id)
    }
}
