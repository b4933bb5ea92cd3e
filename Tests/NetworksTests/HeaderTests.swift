import Expectations
import Testing
import Text
import TimelineModel

@testable import Networks

/// What the header fields say.
@Suite struct HeaderTests {
    // MARK: Link, RFC 8288

    @Test(
        arguments: [
            ("<https://a/1>; rel=\"next\"", ["https://a/1|next"]),
            ("<https://a/1>; rel=next, <https://a/2>; rel=prev", ["https://a/1|next", "https://a/2|prev"]),
            ("<https://a/1,2;3>; title=\"a, b; c\\\" d\"; rel=\"next last\"", ["https://a/1,2;3|next,last"]),
            ("</x>;REL=NEXT", ["/x|next"]),
            ("<a>; rel=next; rel=prev", ["a|next"]),
            (",, <a>; rel=next ,", ["a|next"]),
            ("<a>, <b>; rel=next", ["a|", "b|next"]),
            ("<>; rel=next", ["|next"]),
            ("<a", []), ("a; rel=next", []), ("", []), ("<a>; rel=\"next", ["a|next"]),
            ("<a>; rel = next", ["a|next"]),
            ("<a> junk; rel=next, <b>; rel=prev", ["a|", "b|prev"]),
        ] as [(String, [String])]) func links(_ header: String, _ expected: [String])
    {
        let links = LinkHeader([header]).links.map { "\($0.target)|\($0.relations.joined(separator: ","))" }
        expect(links, is: expected)
    }

    @Test func linksElsewhereAreNotFollowed() {
        let here = address("https://a.example/api")
        let header = LinkHeader([
            "<https://evil.example/1>; rel=next, <http://a.example/1>; rel=next", "</api?max_id=3>; rel=next",
        ])
        expect(header.sameOrigin("next", from: here), is: address("https://a.example/api?max_id=3"))
        expect(header.sameOrigin("prev", from: here), is: nil)
    }

    @Test func brokenLinksDoNotTrap() {
        // Every sequence of up to five of the header's own characters.
        let alphabet = Array("<>;,=\"\\ ar")
        func visit(_ text: String, _ depth: Int) {
            _ = LinkHeader([text])
            guard depth > 0 else { return }
            for character in alphabet { visit(text + String(character), depth - 1) }
        }
        visit("", 4)
        visit("<a>;rel=", 3)
    }

    // MARK: dates, RFC 9110 section 5.6.7

    @Test(
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
            ("Sun Nov  6 08:49:37 1994", 784_111_777), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Tue, 29 Feb 2028 23:59:60 GMT", 1_835_481_600), ("0", nil), ("", nil), ("-1", nil),
            ("Sun, 06 Foo 1994 08:49:37 GMT", nil), ("Sun, 06 Nov 1994 25:49:37 GMT", nil),
            ("Sun, 06 Nov 99999999999 08:49:37 GMT", nil), ("Sun, 06 Nov 1994 08:49 GMT", nil),
            ("Sun Nov GMT", nil), ("a b c d e", nil),
            ("Fri, 31 Feb 2028 08:49:37 GMT", nil), ("Sun, 00 Nov 1994 08:49:37 GMT", nil),
        ] as [(String, Int64?)]) func dates(_ text: String, _ seconds: Int64?)
    {
        expect(HTTPDate.parse(text), is: seconds.map { Timestamp(seconds: $0) })
    }

    // MARK: how long a server wants to be left alone

    static let date = "Sun, 06 Nov 1994 08:49:37 GMT"

    @Test(
        arguments: [
            (429, ["Retry-After": "120"], 120),
            (503, ["Retry-After": "120"], 120),
            (200, ["Retry-After": "120"], nil),
            (429, ["Retry-After": "0"], 0),
            (429, ["Retry-After": "99999999999999999999"], 86_400),
            // Our clock says 1970: dates count from the answer's own Date.
            (429, ["Retry-After": "Sun, 06 Nov 1994 08:59:37 GMT", "Date": date], 600),
            (503, ["Retry-After": "Sun, 06 Nov 1994 08:39:37 GMT", "Date": date], 0),
            (429, ["Retry-After": "Thu, 01 Jan 1970 00:01:00 GMT"], 60),
            (429, ["Retry-After": "soon"], 600),
            (429, [:], 600),
            (503, [:], nil),
            (429, ["X-RateLimit-Reset": "1994-11-06T08:50:00.000000Z", "Date": date], 23),
            (200, ["X-RateLimit-Reset": "1994-11-06T08:50:00Z", "X-RateLimit-Remaining": "0", "Date": date], 23),
            (200, ["X-RateLimit-Reset": "1994-11-06T08:50:00Z", "X-RateLimit-Remaining": "1", "Date": date], nil),
            (429, ["X-RateLimit-Reset": " 1994-11-06T10:50:00+02:00 ", "Date": date], 23),
            (429, ["X-RateLimit-Reset": "1994-02-31T08:50:00Z", "Date": date], 600),
            (429, ["X-RateLimit-Reset": "30"], 30),
        ] as [(Int, [String: String], Int?)]) func retries(_ status: Int, _ fields: [String: String], _ seconds: Int?)
    {
        var headers = HTTPHeaders()
        for (name, value) in fields { headers.add(name, value) }
        let answer = HTTPResponse.to(HTTPRequest(.get, address("https://a.org/")), status, headers)
        expect(RetryAdvice.seconds(after: answer), is: seconds)
    }

    @Test(
        arguments: [
            (["Cache-Control": "public, max-age=600"], 600), (["Cache-Control": "MAX-AGE=\"60\""], 60),
            (["Cache-Control": "max-age=99999999999999999999999"], 86_400), (["Cache-Control": "no-cache"], nil),
            (["Cache-Control": "max-age=0", "Expires": "Sun, 06 Nov 1994 09:49:37 GMT", "Date": date], nil),
            (["Expires": "Sun, 06 Nov 1994 09:49:37 GMT", "Date": date], 3600),
            (["Expires": "Sun, 06 Nov 2094 09:49:37 GMT", "Date": date], 86_400),
            (["Expires": date, "Date": date], nil), (["Expires": "0"], nil), (["Expires": "-1"], nil), ([:], nil),
        ] as [([String: String], Int?)]) func freshness(_ fields: [String: String], _ seconds: Int?)
    {
        var headers = HTTPHeaders()
        for (name, value) in fields { headers.add(name, value) }
        let answer = HTTPResponse.to(HTTPRequest(.get, address("https://a.org/")), 200, headers)
        expect(ConditionalRequest.freshness(of: answer), is: seconds)
    }

    // MARK: statuses

    @Test(
        arguments: [
            (200, nil), (203, nil), (206, nil), (304, nil), (301, .refused), (400, .refused), (401, .unauthorized),
            (402, .refused), (403, .forbidden), (404, .notFound), (405, .refused), (410, .gone), (418, .refused),
            (429, .rateLimited), (451, .refused), (500, .serverTrouble), (502, .serverTrouble), (503, .serverTrouble),
            (520, .serverTrouble),
        ] as [(Int, FetchError.Kind?)]) func refusals(_ status: Int, _ kind: FetchError.Kind?)
    {
        let request = HTTPRequest(.get, address("https://a.org/secret-path"))
        let refusal = FetchError.refusal(of: .to(request, status, [:], "\u{1b}[31mremote text"))
        expect(refusal?.kind, is: kind)
        expect(refusal?.status, is: (kind == nil ? nil : status))
        guard let message = refusal?.message.string else { return }
        #expect(message.contains("a.org") && message.contains("\(status)"))
        #expect(!message.contains("remote text"))
    }

    @Test func busyServersSayForHowLong() {
        let request = HTTPRequest(.get, address("https://a.org/"))
        let refusal = FetchError.refusal(of: .to(request, 503, ["Retry-After": "30"]))
        expect(refusal?.kind, is: .rateLimited)
        expect(refusal?.retryAfter, is: 30)
    }
}
