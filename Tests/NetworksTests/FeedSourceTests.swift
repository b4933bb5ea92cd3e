import Expectations
import Testing
import Text
import TimelineModel

@testable import Networks

/// Feeds: conditional requests, redirects, wishes for rest, and what is no feed.
@Suite struct FeedSourceTests {
    static let feed = address("https://a.org/feed")

    func source(_ transport: FakeTransport, _ decoders: Decoders = .fake) -> any TimelineSource {
        SourceFactory(transport: transport, decoders: decoders, token: { _ in nil }).source(for: .feed(Self.feed))
    }

    @Test func validatorsGoBackVerbatim() async throws {
        let etag = "W/\"a, b\"; \\\""
        let fake = FakeTransport { request, before in
            before == 0
                ? .to(request, 200, ["ETag": etag, "Last-Modified": "yesterday, more or less"], "3 2 1")
                : .to(request, 304, ["ETag": "\"new\""])
        }
        let source = source(fake)
        let first = try await source.page(PageRequest())
        expect(first.items.map(\.sighting.entryID), is: ["3", "2", "1"])
        #expect(!first.isUnchanged)
        expect(fake.requests[0].headers["If-None-Match"], is: nil)
        let second = try await source.page(PageRequest(.newest, validators: first.validators))
        #expect(second.isUnchanged && second.items.isEmpty)
        expect(fake.requests[1].headers["If-None-Match"], is: etag)
        expect(fake.requests[1].headers["If-Modified-Since"], is: "yesterday, more or less")
        // Then a 304's newer validators replace the old ones, and what it leaves out still holds.
        expect(second.validators.etag, is: "\"new\"")
        expect(second.validators.lastModified, is: "yesterday, more or less")
        expect(second.validators.bodyHash, is: first.validators.bodyHash)
    }

    @Test func conditionsAreAskedOnlyAboutADocumentThatCame() async throws {
        // Given validators that a 304 to a first visit has left
        let stale = Validators(etag: "\"1\"", lastModified: "today")
        let fake = FakeTransport { request, _ in .to(request, 304, ["ETag": "\"1\""]) }
        let source = source(fake)
        let error = await failure { () throws(FetchError) in
            _ = try await source.page(PageRequest(.newest, validators: stale))
        }
        expect(error?.kind, is: .refused)
        expect(error?.status, is: 304)
        expect(fake.requests[0].headers["If-None-Match"], is: nil)
        expect(fake.requests[0].headers["If-Modified-Since"], is: nil)
    }

    @Test func theSameBodyIsUnchanged() async throws {
        let fake = FakeTransport { request, before in .to(request, 200, [:], before < 2 ? "1" : "2 1") }
        let source = source(fake)
        let first = try await source.page(PageRequest())
        let second = try await source.page(PageRequest(.newest, validators: first.validators))
        #expect(second.isUnchanged)
        let third = try await source.page(PageRequest(.newest, validators: second.validators))
        #expect(!third.isUnchanged)
        expect(third.items.count, is: 2)
    }

    /// A server compares another one's validators with its own document, and may find it older.
    @Test func validatorsOfOneAddressSayNothingOfAnother() async throws {
        let (one, two) = (address("https://a.org/one"), address("https://a.org/two"))
        let fake = FakeTransport { request, before in
            let target = before == 0 ? one : two
            let isUnchanged = request.headers["If-Modified-Since"] != nil
            return .to(
                request, isUnchanged ? 304 : 200, ["Last-Modified": "\(target.text)"], isUnchanged ? "" : "\(before)",
                redirects: [.init(status: 302, address: target)])
        }
        let source = source(fake)
        let first = try await source.page(PageRequest())
        expect(first.validators.address, is: one)
        // When the same address leads elsewhere
        let second = try await source.page(PageRequest(.newest, validators: first.validators))
        // Then that "not modified" is not believed
        expect(fake.requests.count, is: 3)
        expect(fake.requests.last?.headers["If-Modified-Since"], is: nil)
        expect(second.items.map(\.sighting.entryID), is: ["2"])
        expect(second.validators.lastModified, is: two.text)
        expect(second.validators.address, is: two)
        // And of its own document it is
        let third = try await source.page(PageRequest(.newest, validators: second.validators))
        #expect(third.isUnchanged)
        expect(third.validators, is: second.validators)
        expect(fake.requests.count, is: 4)
    }

    @Test func theSameBodyElsewhereIsAnotherDocument() async throws {
        let fake = FakeTransport { request, before in
            .to(request, 200, [:], "1", redirects: [.init(status: 302, address: address("https://a.org/\(before)"))])
        }
        let source = source(fake)
        let first = try await source.page(PageRequest())
        let second = try await source.page(PageRequest(.newest, validators: first.validators))
        #expect(!second.isUnchanged)
        expect(fake.requests.count, is: 2)
    }

    @Test func aDocumentThatWasReadInAnotherWayIsReadAgain() async throws {
        let fake = FakeTransport { request, _ in
            request.headers["If-None-Match"] == nil ? .to(request, 200, ["ETag": "1"], "1") : .to(request, 304)
        }
        let first = try await source(fake).page(PageRequest())
        expect(first.validators.edition, is: 1)
        // When a later version of this program reads feeds in another way
        var decoders = Decoders.fake
        decoders.feedEdition = 2
        let second = try await source(fake, decoders).page(PageRequest(.newest, validators: first.validators))
        // Then neither the server nor the same body keeps the document from it
        #expect(!second.isUnchanged)
        expect(second.validators.edition, is: 2)
        expect(fake.requests.count, is: 2)
    }

    @Test func aFeedThatMovedIsAskedAtItsNewAddress() async throws {
        let target = address("https://b.org/feed")
        let fake = FakeTransport { request, _ in .to(request, 200, ["ETag": "1"], "1") }
        let page = try await source(fake).page(PageRequest(.newest, movedTo: target))
        expect(fake.requests.map(\.address), is: [target])
        // A server named it, which may not send the reader into a private network.
        expect(fake.requests[0].reach, is: .found)
        expect(page.movedTo, is: nil)
        #expect(!page.hasMovedBack)
        expect(page.validators.address, is: target)
        expect(page.items.map(\.post.id), is: [PostID("test:1")])
    }

    @Test(arguments: [(404, ""), (410, ""), (403, ""), (200, "<html>")])
    func aFeedThatMovedBackIsFoundAtItsOwnAddress(status: Int, body: String) async throws {
        let target = address("https://b.org/feed")
        let fake = FakeTransport { request, _ in
            request.address == target ? .to(request, status, [:], body) : .to(request, 200, [:], "1")
        }
        let old = Validators(etag: "1", address: target, edition: 1)
        let page = try await source(fake).page(PageRequest(.newest, validators: old, movedTo: target))
        #expect(page.hasMovedBack)
        expect(page.items.count, is: 1)
        expect(fake.requests.map(\.address), is: [target, Self.feed])
        expect(fake.requests.last?.headers["If-None-Match"], is: nil)
    }

    @Test(arguments: [429, 500, 503])
    func troubleThatPassesMovesNoFeed(status: Int) async throws {
        let fake = FakeTransport { request, _ in .to(request, status) }
        let error = await failure { () throws(FetchError) in
            _ = try await source(fake).page(PageRequest(.newest, movedTo: address("https://b.org/feed")))
        }
        expect(error?.status, is: status)
        expect(fake.requests.count, is: 1)
    }

    @Test func onlyWhollyPermanentRedirectsMoveAFeed() async throws {
        let target = address("https://b.org/feed")
        for (statuses, isMoved) in [
            ([301], true), ([308, 301], true), ([301, 302], false), ([307], false), ([], false),
        ] {
            let fake = FakeTransport { request, _ in
                .to(request, 200, [:], "1", redirects: statuses.map { .init(status: $0, address: target) })
            }
            let page = try await source(fake).page(PageRequest())
            expect(page.movedTo, is: (isMoved ? target : nil), "\(statuses)")
        }
    }

    @Test func theLongestWishCounts() async throws {
        for (ttl, maxAge, expected) in [
            (nil, 600, 600), (3600, 600, 3600), (60, 600, 600), (999_999, 1, 86_400), (nil, 0, nil),
        ] as [(Int?, Int, Int?)] {
            var decoders = Decoders.fake
            decoders.feed = { _, _, _, _, _ throws(UnreadableAnswer) in
                var page = Page()
                page.minimumInterval = ttl
                return page
            }
            let fake = FakeTransport { request, _ in .to(request, 200, ["Cache-Control": "max-age=\(maxAge)"], "1") }
            let page = try await source(fake, decoders).page(PageRequest())
            expect(page.minimumInterval, is: expected)
        }
    }

    @Test func aFeedHasOnePage() async throws {
        let fake = FakeTransport { request, _ in .to(request, 200, [:], "1") }
        let page = try await source(fake).page(PageRequest(.olderThan("1")))
        expect(page, is: Page())
        #expect(fake.requests.isEmpty)
    }

    @Test func aWebPageOffersItsFeeds() async throws {
        let fake = FakeTransport { request, _ in .to(request, 200, ["Content-Type": "text/html"], "<html>") }
        let error = await failure { () throws(FetchError) in _ = try await source(fake).page(PageRequest()) }
        expect(error?.kind, is: .unreadable)
        expect(error?.offeredFeeds.map(\.address.text), is: ["https://a.org/one.xml", "https://a.org/two.xml"])
        expect(error?.message.string.contains("https://a.org/one.xml"), is: true)
    }

    /// A feed has no account to sign in to.
    @Test(arguments: [(410, FetchError.Kind.gone), (404, .notFound), (204, .refused), (206, .refused), (304, .refused)])
    func statusesOfFeeds(_ status: Int, _ kind: FetchError.Kind?) async {
        let fake = FakeTransport { request, _ in .to(request, status) }
        let error = await failure { () throws(FetchError) in _ = try await source(fake).page(PageRequest()) }
        expect(error?.kind, is: kind)
    }

    @Test func theDecoderIsToldWhatItNeeds() async throws {
        let feedID = SourceAddress.feed(Self.feed).id
        var decoders = Decoders.fake
        decoders.feed = { bytes, type, address, source, memory throws(UnreadableAnswer) in
            expect(bytes, is: Array("body".utf8))
            expect(type, is: "application/rss+xml; charset=latin1")
            expect(address.text, is: "https://b.org/moved")
            expect(source, is: feedID)
            expect(memory?.rung, is: .link)
            return Page()
        }
        let fake = FakeTransport { request, _ in
            .to(
                request, 200, ["content-type": "application/rss+xml; charset=latin1"], "body",
                redirects: [.init(status: 302, address: WebAddress("https://b.org/moved")!)])
        }
        let factory = SourceFactory(
            transport: fake, decoders: decoders, token: { _ in nil },
            memory: { $0 == feedID ? FeedMemory(rung: .link) : nil })
        _ = try await factory.source(for: .feed(Self.feed)).page(PageRequest())
        expect(fake.requests[0].headers["Accept"]?.contains("application/atom+xml"), is: true)
    }

    // MARK: a name and a password

    private func source(
        _ transport: FakeTransport, at feed: WebAddress = Self.feed,
        login: @escaping @Sendable (SourceID) throws(FetchError) -> FeedLogin?
    ) -> any TimelineSource {
        SourceFactory(transport: transport, decoders: .fake, token: { _ in nil }, login: login)
            .source(for: .feed(feed))
    }

    private static let login = FeedLogin(user: "Aladdin", password: "open sesame")!

    @Test func aNameAndAPasswordGoToTheFeedsOwnOriginAlone() async throws {
        let fake = FakeTransport { request, _ in .to(request, 200, [:], "1") }
        let source = source(fake) { id in id == SourceAddress.feed(Self.feed).id ? Self.login : nil }
        _ = try await source.page(PageRequest())
        // The example of RFC 7617 section 2
        expect(fake.requests[0].authorization?.header, is: "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
        _ = try await source.page(PageRequest(movedTo: address("https://a.org/moved")))
        #expect(fake.requests[1].authorization != nil)
        for elsewhere in ["https://b.org/feed", "http://a.org/feed", "https://a.org:8443/feed"] {
            _ = try await source.page(PageRequest(movedTo: address(elsewhere)))
            #expect(fake.requests.last?.authorization == nil, "\(elsewhere)")
        }
        let open = self.source(fake, at: address("http://a.org/feed")) { _ in Self.login }
        _ = try await open.page(PageRequest())
        #expect(fake.requests.last?.authorization == nil)
    }

    @Test func aRefusalSaysWhatToDo() async throws {
        let fake = FakeTransport { request, _ in .to(request, 401) }
        let unreadable = FetchError(.unauthorized, "credentials.toml: others can open it")
        let cases: [(WebAddress, Result<FeedLogin?, FetchError>, SafeText)] = [
            (Self.feed, .success(nil), "only with a name and a password (401); perchoir add ADDRESS --user NAME keeps"),
            (Self.feed, .success(Self.login), "refuses the name or the password (401)"),
            (Self.feed, .failure(unreadable), "others can open it"),
            (address("http://a.org/feed"), .success(Self.login), "over https only"),
        ]
        for (feed, login, said) in cases {
            let source = source(fake, at: feed) { _ throws(FetchError) in try login.get() }
            let error = await failure { () throws(FetchError) in _ = try await source.page(PageRequest()) }
            expect(error?.kind, is: .unauthorized)
            #expect(error?.message.string.contains(said.string) == true, "\(error?.message ?? "")")
        }
    }

    @Test func passwordsThatCannotBeReadHoldUpNoOtherFeed() async throws {
        let fake = FakeTransport { request, _ in .to(request, 200, [:], "1") }
        let source = source(fake) { _ throws(FetchError) in throw FetchError(.unauthorized, "cannot be read") }
        try await expect(source.page(PageRequest()).items.count, is: 1)
    }
}
