import Text
import TimelineModel

/// Which redirects are followed, and with what.
///
/// libcurl does not follow any itself, so that no token, cookie or body can reach an origin that it was not meant for.
/// Source: RFC 9110 section 15.4.
enum RedirectRule {
    /// The request that an answer redirects to; nil when the answer is no redirect that can be followed.
    /// - Throws: `redirectRefused` when it leads from https to http, to no web address, or would send a body
    ///   to another origin.
    static func next(
        after status: Int, location: String?, of request: HTTPRequest
    ) throws(FetchError) -> HTTPRequest? {
        guard [301, 302, 303, 307, 308].contains(status), let location, !location.isEmpty else { return nil }
        let host = request.address.shownHost
        guard let target = AddressReference.resolve(location, against: request.address) else {
            throw FetchError(
                .redirectRefused, "\(host) redirects to something that is no web address; check the address.",
                status: status)
        }
        guard target.isSecure || !request.address.isSecure else {
            throw FetchError(
                .redirectRefused,
                "\(host) redirects from https to plain http at \(target.shownHost), which is not followed.",
                status: status)
        }
        var next = request
        next.address = target
        let becomesGet = status == 303 || (status < 303 && request.method == .post)
        if becomesGet {
            next.method = .get
            next.body = nil
            for name in ["Content-Type", "Content-Length", "Idempotency-Key"] { next.headers.removeAll(named: name) }
        }
        if !target.isSameOrigin(as: request.address) {
            guard next.method == .get else {
                throw FetchError(
                    .redirectRefused,
                    "\(host) redirects what was sent to it to \(target.shownHost), which is not followed.",
                    status: status)
            }
            next.authorization = nil
            for name in ["Authorization", "Cookie", "Proxy-Authorization"] { next.headers.removeAll(named: name) }
        }
        return next
    }
}
