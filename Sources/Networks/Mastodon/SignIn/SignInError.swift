public import Text
public import TimelineModel

/// Why a sign-in, a renewal or a revocation did not come about.
public struct SignInError: Error, Hashable, Sendable {
    /// What has to be done differently.
    public enum Reason: Hashable, Sendable {
        /// The server does not know this program any more: register it anew.
        case clientUnknown
        /// A code or a refresh token that was used, is too old, or was never given: sign in again.
        case grantRefused
        /// The server, or its user, does not allow what was asked for.
        case denied
        /// The exchange itself failed.
        case exchange(FetchError.Kind)
    }

    public let reason: Reason
    /// What happened and what can be done, in one line, without a secret or the server's own words.
    public let message: SafeText

    public init(_ reason: Reason, _ message: SafeText) {
        self.reason = reason
        self.message = message
    }

    init(_ error: FetchError) {
        self.init(.exchange(error.kind), error.message)
    }

    static func clientUnknown(_ host: SafeText) -> SignInError {
        SignInError(.clientUnknown, "\(host) no longer knows this program; sign in again.")
    }

    static func unreadable(_ host: SafeText, expected: SafeText) -> SignInError {
        SignInError(
            .exchange(.unreadable), "\(host) does not answer as a Mastodon server does: it is not \(expected).")
    }

    /// What an `error` of the authorization page means (RFC 6749 section 4.1.2.1).
    public static func refusal(_ code: String, by server: Server) -> SignInError {
        let host = server.base.shownHost
        switch code {
        case "access_denied":
            return SignInError(.denied, "The sign-in was refused on the page of \(host); nothing was kept.")
        case "invalid_client", "unauthorized_client": return clientUnknown(host)
        case "invalid_scope":
            return SignInError(.denied, "\(host) does not offer the rights that reading needs; it cannot be used.")
        case "server_error", "temporarily_unavailable":
            return SignInError(.exchange(.serverTrouble), "\(host) has trouble signing in; try again later.")
        default: return SignInError(.denied, "\(host) did not go through with the sign-in; try again.")
        }
    }
}
