import Glibc
public import TimelineModel

/// HTTP over libcurl: HTTP/2, gzip, brotli and zstd, proxies from the environment, the limits of `HTTPLimits`,
/// redirects by `RedirectRule`. The network thread starts with the first request and ends with this object.
public final class CurlTransport: HTTPTransport {
    let thread: NetworkThread
    /// What requests call themselves.
    public let userAgent: String
    let trustFile: String?
    let proxies: ProxyEnvironment
    private let now: @Sendable () -> Timestamp

    /// - Parameters:
    ///   - version: this program's, for the user agent.
    ///   - trustFile: PEM certificates to trust instead of the system's, for a private certificate authority.
    public convenience init(version: String, trustFile: String? = nil) {
        self.init(version: version, trustFile: trustFile, proxies: .process, now: Timestamp.now)
    }

    /// - Parameter bodyBytes: of bodies that come or wait to be read at a time, but for one of them.
    init(
        version: String, trustFile: String?, proxies: ProxyEnvironment, bodyBytes: Int = 16 << 20,
        now: @escaping @Sendable () -> Timestamp
    ) {
        thread = NetworkThread(bodyBytes: bodyBytes)
        userAgent = "Perchoir/\(version.withoutControls) (+https://github.com/perchoir/perchoir)"
        self.trustFile = trustFile
        self.proxies = proxies
        self.now = now
    }

    deinit {
        thread.stop()
    }

    public func send(_ request: HTTPRequest) async throws(FetchError) -> HTTPResponse {
        var current = request
        var remaining = request.limits.total
        var allowsPrivate = request.reach == .typed
        var followed: [HTTPResponse.Redirect] = []
        while true {
            let hop = Hop(
                request: current, remaining: remaining, allowsPrivate: allowsPrivate,
                proxy: proxies.proxy(for: current.address), userAgent: userAgent, trustFile: trustFile)
            let answer = try await thread.run(hop).get()
            // Only a server that is itself in a private network may lead on into one.
            if followed.isEmpty { allowsPrivate = allowsPrivate && answer.isFromPrivateAddress }
            let next = try RedirectRule.next(after: answer.status, location: answer.headers["Location"], of: current)
            guard let next else {
                var response = HTTPResponse(
                    status: answer.status, headers: answer.headers, body: answer.body, finalAddress: current.address,
                    redirects: followed, receivedAt: now())
                response.share = answer.share
                return response
            }
            guard followed.count < request.limits.redirects else {
                throw .tooManyRedirects(request.address.shownHost, limit: request.limits.redirects)
            }
            followed.append(HTTPResponse.Redirect(status: answer.status, address: next.address))
            remaining -= answer.elapsed
            current = next
        }
    }
}

extension Timestamp {
    /// The system's clock.
    static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
