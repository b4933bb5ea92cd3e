import Expectations
import Testing
import Text
import TimelineModel

@testable import Networks

/// What somebody types becomes sources, or an error that says how it is written.
@Suite struct AddressResolverTests {
    /// A small world: m.example is a Mastodon server, a.org a site with feeds.
    static func world() -> FakeTransport {
        FakeTransport { request, _ throws(FetchError) in
            switch (request.address.host, request.address.path) {
            case ("m.example", "/api/v1/accounts/lookup"):
                return request.address.queryValue("acct") == "who" ? .to(request, 200, [:], "7 who") : .to(request, 404)
            case ("m.example", "/api/v1/timelines/public"), ("m.example", "/api/v1/timelines/tag/x"):
                return .to(request, 200, [:], "1")
            case ("a.org", "/feed"), ("a.org", "/@who.rss"): return .to(request, 200, [:], "2 1")
            case ("a.org", "/old"):
                return .to(
                    request, 200, [:], "2 1",
                    redirects: [.init(status: 301, address: WebAddress("https://a.org/feed")!)])
            case ("a.org", "/temporary"):
                return .to(
                    request, 200, [:], "2 1",
                    redirects: [.init(status: 302, address: WebAddress("https://a.org/feed")!)])
            case ("a.org", "/"), ("a.org", "/@who"), ("a.org", "/public"): return .to(request, 200, [:], "<html>")
            case ("a.org", "/bare"): return .to(request, 200, [:], "<bare>")
            case ("127.0.0.1", "/feed"): return .to(request, 200, [:], "1")
            case ("down.example", _): throw FetchError.unreachable(request.address.shownHost)
            default: return .to(request, 404)
            }
        }
    }

    static let mastodon = Server("m.example")!
    static let offered = ["https://a.org/one.xml", "https://a.org/two.xml"].map { SourceAddress.feed(address($0)) }
    static let feed = SourceAddress.feed(address("https://a.org/feed"))

    @Test(
        arguments: [
            ("https://a.org/feed", [feed]), ("  a.org/feed\n", [feed]), ("HTTPS://A.org/feed", [feed]),
            ("https://a.org/old", [feed]), ("https://a.org/temporary", [.feed(address("https://a.org/temporary"))]),
            ("http://a.org/feed", [.feed(address("http://a.org/feed"))]),
            ("a.org", offered), ("https://a.org/@who", offered), ("https://a.org/public", offered),
            ("https://a.org/@who.rss", [.feed(address("https://a.org/@who.rss"))]),
            ("127.0.0.1:8080/feed", [.feed(address("http://127.0.0.1:8080/feed"))]),
            ("@who@m.example", [.posts(user: "who", server: mastodon)]),
            ("who@m.example", [.posts(user: "who", server: mastodon)]),
            ("https://m.example/@who", [.posts(user: "who", server: mastodon)]),
            ("m.example/@who/with_replies", [.posts(user: "who", server: mastodon)]),
            ("https://elsewhere.example/@who@m.example", [.posts(user: "who", server: mastodon)]),
            ("https://m.example/web/@who", [.posts(user: "who", server: mastodon)]),
            ("#x@m.example", [.hashtag("x", server: mastodon)]),
            ("https://m.example/tags/x", [.hashtag("x", server: mastodon)]),
            ("https://m.example/public", [.publicTimeline(server: mastodon, localOnly: false)]),
            ("https://m.example/public/local/", [.publicTimeline(server: mastodon, localOnly: true)]),
        ] as [(String, [SourceAddress])]) func typed(_ text: String, _ expected: [SourceAddress]) async throws
    {
        let found = try await AddressResolver(transport: Self.world(), decoders: .fake).resolve(text)
        expect(found.map(\.address), is: expected)
    }

    @Test func titlesComeAlong() async throws {
        let resolver = AddressResolver(transport: Self.world(), decoders: .fake)
        try await expect(resolver.resolve("@who@m.example").map(\.title), is: ["Name of who"])
        try await expect(resolver.resolve("a.org/feed").map(\.title), is: ["A feed"])
        try await expect(resolver.resolve("a.org").map(\.title), is: ["One", nil])
    }

    @Test(arguments: [
        ("", FetchError.Kind.noAddress, "Nothing to add"), ("bsky:who.bsky.social", .noAddress, "not supported yet"),
        ("list:12", .noAddress, "list:TITLE"), ("https://m.example/lists/12", .noAddress, "list:TITLE"),
        ("@who", .noAddress, "@who@server"), ("#x", .noAddress, "#tag@server"),
        ("#@m.example", .noAddress, "#tag@server"),
        ("#c++@m.example", .noAddress, "letters, digits"), ("https://m.example/tags/c++", .notFound, "404"),
        ("ftp://a.org/", .noAddress, "no address"), ("file:///etc/passwd", .noAddress, "no address"),
        ("https://user:pass@a.org/", .noAddress, "--user NAME"), ("two words", .noAddress, "no address"),
        ("word", .noAddress, "no address"), ("https://a.org/x\u{1b}[31m", .noAddress, "no address"),
        ("@nobody@m.example", .notFound, "There is no @nobody on m.example"),
        ("https://a.org/none", .notFound, "404"), ("https://a.org/bare", .unreadable, "names no feed"),
        ("down.example/@who", .unreachable, "down.example"), ("down.example", .unreachable, "down.example"),
    ]) func refused(_ text: String, _ kind: FetchError.Kind, _ words: String) async {
        let error = await failure { () throws(FetchError) in
            _ = try await AddressResolver(transport: Self.world(), decoders: .fake).resolve(text)
        }
        expect(error?.kind, is: kind)
        expect(error?.message.string.contains(words), is: true)
    }
}
