import TimelineModel

/// How long a server asks to be left alone.
enum RetryAdvice {
    /// A longer wish is cut to a day, after which the server is asked again.
    static let longest = 86_400
    /// After a 429 that says nothing.
    static let unspoken = 600

    /// Seconds from the answer until the next request to its host may be sent; nil when the answer asks for nothing.
    ///
    /// `Retry-After` counts on 429, 503 and redirects (RFC 9110 section 10.2.3); else the rate limit's reset counts
    /// when nothing remains of it. Dates are compared to the answer's own `Date`: our clock may be wrong.
    static func seconds(after answer: HTTPResponse) -> Int? {
        let here = answer.headers["Date"].flatMap(HTTPDate.parse) ?? answer.receivedAt
        if answer.status == 429 || answer.status == 503, let wish = answer.headers["Retry-After"] {
            if let seconds = wholeSeconds(wish) { return clamped(seconds) }
            if let date = HTTPDate.parse(wish) { return clamped(date.seconds(since: here)) }
        }
        let isExhausted = answer.headers["X-RateLimit-Remaining"].flatMap(HTTPDate.digits) == 0
        if answer.status == 429 || isExhausted, let reset = answer.headers["X-RateLimit-Reset"],
            let seconds = untilReset(reset, from: here)
        {
            return clamped(seconds)
        }
        return answer.status == 429 ? unspoken : nil
    }

    private static func wholeSeconds(_ text: String) -> Int64? {
        let spelled = text.trimmingASCIIWhitespace
        guard !spelled.isEmpty, spelled.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(spelled) ?? Int64.max
    }

    /// Mastodon gives a date, `2026-11-22T14:35:00.000000Z` (docs.joinmastodon.org/api/rate-limits); others give seconds
    /// since 1970, or seconds to go (draft-ietf-httpapi-ratelimit-headers).
    private static func untilReset(_ text: String, from here: Timestamp) -> Int64? {
        if let date = Timestamp(rfc3339: text.trimmingASCIIWhitespace) { return date.seconds(since: here) }
        guard let number = wholeSeconds(text) else { return nil }
        guard number >= 1_000_000_000 else { return number }
        return number < 100_000_000_000 ? Timestamp(seconds: number).seconds(since: here) : nil
    }

    private static func clamped(_ seconds: Int64) -> Int {
        Int(min(max(seconds, 0), Int64(longest)))
    }
}
