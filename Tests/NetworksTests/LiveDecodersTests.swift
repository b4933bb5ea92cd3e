import Expectations
import Networks
import TestSupport
import Testing
import Text
import TimelineModel

/// The whole way from an address to posts: libcurl, sources and the real decoders against a server on loopback.
@Suite struct LiveDecodersTests {
    let transport = ThrottledTransport(CurlTransport(version: "0"))

    static let rss = """
        <rss version="2.0"><channel><title>Le Perche</title><ttl>30</ttl>
        <item><guid>2</guid><title>Two</title></item><item><guid>1</guid><title>One</title></item></channel></rss>
        """
    static let status = """
        [{"id":"9","uri":"https://m.example/9","created_at":"2026-01-01T00:00:00Z","content":"<p>Hello</p>",
        "account":{"id":"7","acct":"who","username":"who","display_name":"Who"}}]
        """

    @Test func aFeedIsReadAndThenUnchanged() async throws {
        let server = try Site()
        let etag = [("ETag", "\"1\""), ("Content-Type", "application/rss+xml")]
        server.answer("/feed", .init(headers: etag, body: Self.rss), .init(status: 304, headers: etag))
        let factory = SourceFactory(transport: transport, decoders: .live, token: { _ in nil })
        let source = factory.source(for: .feed(server.webAddress("/feed")))
        let page = try await source.page(PageRequest())
        expect(page.profile.title, is: "Le Perche")
        expect(page.items.count, is: 2)
        expect(page.minimumInterval, is: 1800)
        let again = try await source.page(PageRequest(.newest, validators: page.validators))
        #expect(again.isUnchanged)
        expect(server.requests("/feed").last?.headers["if-none-match"], is: "\"1\"")
    }

    @Test func everythingTypedIsFound() async throws {
        let server = try Site()
        server.answer(
            "/", .init(body: "<html><head><link rel=alternate type=application/rss+xml href=feed></head></html>"))
        server.answer("/feed", .init(body: Self.rss))
        server.answer("/api/v1/timelines/public", .init(body: Self.status))
        server.answer(
            "/api/v1/accounts/lookup",
            .init(body: #"{"id":"7","acct":"who","username":"who","display_name":"Who"}"#))
        let resolver = AddressResolver(transport: transport, decoders: .live)
        let base = "127.0.0.1:\(server.port)"
        let local = try #require(Server(base))
        let page = try await resolver.resolve(base)
        expect(page.map(\.address), is: [.feed(server.webAddress("/feed"))])
        let feed = try await resolver.resolve(base + "/feed")
        expect(feed, is: [ResolvedSource(address: .feed(server.webAddress("/feed")), title: "Le Perche")])
        let account = try await resolver.resolve("@who@" + base)
        expect(account, is: [ResolvedSource(address: .posts(user: "who", server: local), title: "Who")])
        let timeline = try await resolver.resolve(base + "/public")
        expect(timeline.map(\.address), is: [.publicTimeline(server: local, localOnly: false)])
        let factory = SourceFactory(transport: transport, decoders: .live, token: { _ in nil })
        let posts = try await factory.source(for: timeline[0].address).page(PageRequest())
        expect(posts.items.map(\.sighting.entryID), is: ["9"])
    }

    @Test func whatIsNoFeedOrTimelineSaysSo() async throws {
        let server = try Site()
        server.answer("/page", .init(body: "<!doctype html><html><body>Sign in to the Wi-Fi</body></html>"))
        server.answer("/empty", .init(body: ""))
        server.answer("/api/v1/timelines/public", .init(body: #"{"error":"remote words"}"#))
        let factory = SourceFactory(transport: transport, decoders: .live, token: { _ in nil })
        let sources: [(SourceAddress, String)] = [
            (.feed(server.webAddress("/page")), "web page"), (.feed(server.webAddress("/empty")), "empty"),
            (
                .publicTimeline(server: try #require(Server("127.0.0.1:\(server.port)")), localOnly: false),
                "not a list of posts"
            ),
        ]
        for (address, words) in sources {
            let error = await failure { () throws(FetchError) in
                _ = try await factory.source(for: address).page(PageRequest())
            }
            expect(error?.kind, is: .unreadable)
            expect(error?.message.string.contains(words), is: true)
            expect(error?.message.string.contains("remote words"), is: false)
        }
    }
}
