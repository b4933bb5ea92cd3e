import Text
import TimelineModel

/// What each failure of a transfer says to people: what happened, at which host, and what can be done. Nothing that
/// the server wrote is repeated.
extension FetchError {
    static func unreachable(_ host: SafeText) -> FetchError {
        FetchError(.unreachable, "\(host) cannot be reached; check the network and the address.")
    }

    static func noSuchHost(_ host: SafeText) -> FetchError {
        FetchError(.unreachable, "There is no host \(host), or no network to ask; check the spelling and the network.")
    }

    static func noSuchProxy(_ host: SafeText) -> FetchError {
        FetchError(
            .unreachable, "The proxy for \(host) cannot be found; check https_proxy, http_proxy and all_proxy.")
    }

    static func insecure(_ host: SafeText) -> FetchError {
        FetchError(
            .insecure,
            "No secure connection to \(host) could be made (TLS), so nothing was sent; check the address and this "
                + "computer's clock.")
    }

    static func cutOff(_ host: SafeText) -> FetchError {
        FetchError(.unreachable, "\(host) broke off before its answer was complete; try again later.")
    }

    static func malformed(_ host: SafeText) -> FetchError {
        FetchError(.unreadable, "\(host) does not answer in HTTP; check the address and the port.")
    }

    static func notUnpacked(_ host: SafeText) -> FetchError {
        FetchError(
            .unreadable, "The answer of \(host) is compressed in a way that cannot be undone; its owner can mend that.")
    }

    static func unasked(_ answer: HTTPResponse) -> FetchError {
        FetchError(
            .refused,
            "\(answer.finalAddress.shownHost) says that nothing changed (304) to who never had it; try again later.",
            status: answer.status)
    }

    static func privateAddress(_ host: SafeText) -> FetchError {
        FetchError(
            .redirectRefused, "\(host) is in a private network, where no public server may send the reader.")
    }

    static func tooManyRedirects(_ host: SafeText, limit: Int) -> FetchError {
        FetchError(.redirectRefused, "\(host) redirects more than \(limit) times; check the address in a browser.")
    }

    static func tooLarge(_ host: SafeText, limit: Int) -> FetchError {
        FetchError(.tooLarge, "The answer of \(host) is longer than the \(limit >> 10) KiB that are read.")
    }

    static func headTooLarge(_ host: SafeText, limit: Int) -> FetchError {
        FetchError(.tooLarge, "The head of the answer of \(host) is longer than the \(limit >> 10) KiB that are read.")
    }

    static func compressionBomb(_ host: SafeText, ratio: Int) -> FetchError {
        FetchError(
            .tooLarge, "The answer of \(host) grows more than \(ratio)-fold when unpacked; it was broken off.")
    }

    static let cancelled = FetchError(.cancelled, "Cancelled.")

    static let noLibrary = FetchError(
        .unreachable, "The library libcurl (libcurl.so.4) is not installed or cannot be used; nothing can be fetched.")

    static func noDescriptor(_ host: SafeText) -> FetchError {
        FetchError(
            .unreachable, "\(host) was not asked: too many open files; ulimit -n says how many are allowed.")
    }

    static func unusable(_ host: SafeText) -> FetchError {
        FetchError(
            .unreachable, "The request to \(host) could not be started; check the address, and whether memory is short."
        )
    }

    static func noAnswer(_ host: SafeText) -> FetchError {
        FetchError(.unreachable, "The exchange with \(host) failed; try again later.")
    }

    /// What a status that is no success means; nil for 2xx and 304.
    static func refusal(of answer: HTTPResponse) -> FetchError? {
        let host = answer.finalAddress.shownHost
        let status = answer.status
        let wait = RetryAdvice.seconds(after: answer)
        switch status {
        case 200..<300, 304: return nil
        case 401:
            return FetchError(.unauthorized, "\(host) wants a valid sign-in (401); sign in again.", status: status)
        case 403:
            let isBotWall = answer.headers["cf-mitigated"].map { $0.equalsIgnoringASCIICase("challenge") } ?? false
            return FetchError(
                .forbidden,
                isBotWall
                    ? "\(host) stops programs with a test for humans (403); ask its owner to let feed readers in."
                    : "\(host) refuses access (403); it may be closed to readers without an account.",
                status: status)
        case 404:
            return FetchError(.notFound, "\(host) has nothing at this address (404); check it.", status: status)
        case 410:
            return FetchError(
                .gone, "\(host) says that this is gone for good (410); it is asked again only by hand.", status: status)
        case 429:
            return FetchError(
                .rateLimited, "\(host) wants fewer requests (429)\(rest(wait)).",
                status: status, retryAfter: wait)
        case 503 where wait != nil:
            return FetchError(
                .rateLimited, "\(host) is busy (503)\(rest(wait)).", status: status,
                retryAfter: wait)
        case 500...:
            return FetchError(
                .serverTrouble, "\(host) has trouble (\(status)); try again later.", status: status,
                retryAfter: wait)
        default:
            return FetchError(.refused, "\(host) did not give what was asked (\(status)).", status: status)
        }
    }

    /// The same of a feed.
    /// - Parameter login: what was sent.
    static func refusalOfFeed(_ answer: HTTPResponse, to login: FeedLogin?) -> FetchError? {
        guard var refusal = refusal(of: answer) else { return nil }
        if answer.status == 401 {
            let host = answer.finalAddress.shownHost
            let others: SafeText = "perchoir add ADDRESS --user NAME"
            refusal.message =
                if login != nil {
                    "\(host) refuses the name or the password (401); \(others) keeps others."
                } else if answer.finalAddress.keepsSecrets {
                    "\(host) gives this feed only with a name and a password (401); \(others) keeps them."
                } else {
                    "\(host) gives this feed only with a name and a password (401), which go over https only; "
                        + "look for an address with https."
                }
        }
        return refusal
    }

    private static func rest(_ wait: Int?) -> SafeText {
        guard let wait, wait > 0 else { return "" }
        return "; it is left alone for \(duration(wait))"
    }

    /// "40 s", "15 min", "3 h".
    static func duration(_ seconds: Int) -> SafeText {
        if seconds < 120 { return "\(seconds) s" }
        if seconds < 7200 { return "\((seconds + 59) / 60) min" }
        return "\((seconds + 3599) / 3600) h"
    }
}
