import Expectations
import TestSupport
import Testing
import Text
import TimelineModel

@testable import Networks

/// Mastodon timelines: paging by opaque ids, ends, servers that bend the rules, and where the token goes.
@Suite struct MastodonSourceTests {
    static let server = Server("m.example")!

    func source(
        _ address: SourceAddress, _ transport: FakeTransport, token: Secret? = nil
    ) -> any TimelineSource {
        SourceFactory(transport: transport, decoders: .fake, token: { _ in token }).source(for: address)
    }

    let publicTimeline = SourceAddress.publicTimeline(server: Self.server, localOnly: false)

    @Test(arguments: [
        (PageRequest.Stretch.newest, "limit=40"), (.olderThan("10"), "limit=40&max_id=10"),
        (.olderThan("1&0"), "limit=40&max_id=1%260"),
        (.between(newer: "9", older: "3"), "limit=40&max_id=9"),
    ]) func stretches(_ stretch: PageRequest.Stretch, _ query: String) async throws {
        let fake = FakeTransport { request, _ in .to(request) }
        _ = try await source(publicTimeline, fake).page(PageRequest(stretch))
        expect(fake.requests.map(\.address.text), is: ["https://m.example/api/v1/timelines/public?\(query)"])
    }

    @Test func endpointsOfEachAddress() async throws {
        let account = AccountName("@me@m.example")!
        let cases: [(SourceAddress, String)] = [
            (.hashtag("café", server: Self.server), "timelines/tag/caf%C3%A9?limit=40"),
            (.publicTimeline(server: Self.server, localOnly: true), "timelines/public?local=true&limit=40"),
            (.home(account), "timelines/home?include_reblogs=true&limit=40"),
            (.account(account, .bookmarks), "bookmarks?limit=40"),
            (.account(account, .favourites), "favourites?limit=40"),
            (.account(account, .publicTimeline), "timelines/public?limit=40"),
            (.account(account, .local), "timelines/public?local=true&limit=40"),
            (
                .account(account, .hashtags(HashtagChoice("a b +c -d")!)),
                "timelines/tag/a?any[]=b&all[]=c&none[]=d&limit=40"
            ),
        ]
        for (address, expected) in cases {
            let fake = FakeTransport { request, _ in .to(request) }
            _ = try await source(address, fake, token: Secret("t")).page(PageRequest())
            expect(fake.requests.map(\.address.text), is: ["https://m.example/api/v1/" + expected])
        }
    }

    @Test func anAccountIsLookedUpOnce() async throws {
        let fake = FakeTransport { request, _ in
            .to(request, 200, [:], request.address.path.hasSuffix("lookup") ? "77 who" : "3 2")
        }
        let factory = SourceFactory(transport: fake, decoders: .fake, token: { _ in nil })
        for _ in 0..<2 {
            let page = try await factory.source(for: .posts(user: "Who", server: Self.server)).page(PageRequest())
            expect(page.items.count, is: 2)
        }
        expect(
            fake.requests.map(\.address.text),
            is: [
                "https://m.example/api/v1/accounts/lookup?acct=Who",
                "https://m.example/api/v1/accounts/77/statuses?limit=40",
                "https://m.example/api/v1/accounts/77/statuses?limit=40",
            ])
    }

    @Test func anAccountThatIsGoneIsLookedUpAgain() async throws {
        let fake = FakeTransport { request, before in
            if request.address.path.hasSuffix("lookup") { return .to(request, 200, [:], "\(before) who") }
            return .to(request, before == 1 ? 404 : 200, [:], "3 2")
        }
        let source = source(.posts(user: "who", server: Self.server), fake)
        let error = await failure { () throws(FetchError) in _ = try await source.page(PageRequest()) }
        expect(error?.kind, is: .notFound)
        _ = try await source.page(PageRequest())
        expect(fake.requests.last?.address.path, is: "/api/v1/accounts/2/statuses")
    }

    @Test func aListIsFoundByItsTitleOnce() async throws {
        let fake = FakeTransport { request, _ in
            .to(request, 200, [:], request.address.path.hasSuffix("/lists") ? "friends work" : "3 2")
        }
        let factory = SourceFactory(transport: fake, decoders: .fake, token: { _ in Secret("t") })
        let account = AccountName("@me@m.example")!
        for _ in 0..<2 { _ = try await factory.source(for: .account(account, .list("work"))).page(PageRequest()) }
        expect(
            fake.requests.map(\.address.text),
            is: [
                "https://m.example/api/v1/lists", "https://m.example/api/v1/timelines/list/id-work?limit=40",
                "https://m.example/api/v1/timelines/list/id-work?limit=40",
            ])
    }

    @Test func aListThatIsNotThereIsToldWithThoseThatAre() async throws {
        let fake = FakeTransport { request, _ in .to(request, 200, [:], "friends work") }
        let source = source(.account(AccountName("@me@m.example")!, .list("Wörk")), fake, token: Secret("t"))
        let error = await failure { () throws(FetchError) in _ = try await source.page(PageRequest()) }
        expect(error?.kind, is: .notFound)
        expect(error?.message, is: "@me@m.example has no list “Wörk”; there are “friends”, “work”.")
    }

    @Test func notificationsComeInGroupsWhereTheServerGroups() async throws {
        let account = AccountName("@me@m.example")!
        let without = ["v2", "v1", "v1"]
        // Pleroma gives an empty array for what it does not know.
        let cases = [
            (200, " {3}", ["v2", "v2"]), (404, "", without), (405, "", without), (501, "", without),
            (200, " []", without),
        ]
        for (status, body, expected) in cases {
            let fake = FakeTransport { request, _ in
                request.address.path.contains("v2") ? .to(request, status, [:], body) : .to(request, 200, [:], "3")
            }
            let factory = SourceFactory(transport: fake, decoders: .fake, token: { _ in Secret("t") })
            for _ in 0..<2 {
                let page = try await factory.source(for: .account(account, .notifications)).page(PageRequest())
                expect(page.items.map(\.sighting.entryID), is: ["3"], "\(status) \(body)")
            }
            expect(fake.requests.map { String($0.address.path.split(separator: "/")[1]) }, is: expected)
        }
    }

    /// It may be that of a network which asks for a sign-in, and without groups each notification has another identity.
    @Test func aPageForPeopleDoesNotProveThatAServerDoesNotGroup() async throws {
        let fake = FakeTransport { request, before in .to(request, 200, [:], before == 0 ? "<html>" : "{3}") }
        let source = source(.account(AccountName("@me@m.example")!, .notifications), fake, token: Secret("t"))
        let error = await failure { () throws(FetchError) in _ = try await source.page(PageRequest()) }
        expect(error?.kind, is: .unreadable)
        _ = try await source.page(PageRequest())
        #expect(fake.requests.allSatisfy { $0.address.path == "/api/v2/notifications" })
    }

    /// Bookmarks are in the order in which they were set: their cursors are no posts' ids and bound nothing.
    @Test func bookmarksAreFollowedByTheServersCursor() async throws {
        let fake = FakeTransport { request, _ in
            .to(request, 200, ["Link": "</api/v1/bookmarks?max_id=71>; rel=\"next\""], "900 15 400 7")
        }
        let source = source(.account(AccountName("@me@m.example")!, .bookmarks), fake, token: Secret("t"))
        let first = try await source.page(PageRequest())
        expect(first.older, is: "71")
        // When what is known stands inside the page, everything above it is kept, whatever its id
        let second = try await source.page(PageRequest(.between(newer: "71", older: "400")))
        expect(second.items.map(\.sighting.entryID), is: ["900", "15"])
        expect(fake.requests.last?.address.text, is: "https://m.example/api/v1/bookmarks?limit=40&max_id=71")
    }

    // MARK: where the next page begins

    @Test(
        arguments: [
            // The cursor may differ from the last status's id: the server filtered after its query.
            ("</api/v1/timelines/public?max_id=4>; rel=\"next\"", "4"),
            ("<https://m.example/x?max_id=4&limit=1>; rel=\"next\", <https://m.example/x?min_id=9>; rel=\"prev\"", "4"),
            ("<https://m.example/x?min_id=9>; rel=\"prev\"", nil),
            ("<https://m.example/x?max_id=>; rel=\"next\"", nil),
            ("<https://evil.example/x?max_id=1>; rel=\"next\"", "7"),
            ("<https://m.example/x?cursor=1>; rel=\"next\"", "7"),
            (nil, "7"),
        ] as [(String?, String?)]) func theNextPage(_ link: String?, _ older: String?) async throws
    {
        let fake = FakeTransport { request, _ in
            var headers = HTTPHeaders()
            if let link { headers.add("Link", link) }
            return .to(request, 200, headers, "9 8 7")
        }
        try await expect(source(publicTimeline, fake).page(PageRequest()).older, is: older)
    }

    @Test func anEmptyPageIsTheEnd() async throws {
        let fake = FakeTransport { request, _ in .to(request, 200, ["Link": "</x?max_id=4>; rel=next"], "") }
        let page = try await source(publicTimeline, fake).page(PageRequest(.olderThan("5")))
        #expect(page.items.isEmpty)
        expect(page.older, is: nil)
    }

    @Test func aPageOfUnreadablePostsIsNoEnd() async throws {
        var decoders = Decoders.fake
        decoders.statuses = { _, _ throws(UnreadableAnswer) in
            var page = Page()
            page.skipped = ["one post could not be read"]
            return page
        }
        let fake = FakeTransport { request, _ in .to(request, 200, ["Link": "</x?max_id=4>; rel=next"], "") }
        let page = try await SourceFactory(transport: fake, decoders: decoders, token: { _ in nil })
            .source(for: publicTimeline).page(PageRequest())
        #expect(page.items.isEmpty)
        expect(page.older, is: "4")
    }

    @Test func aPageThatLeadsToItselfIsTheEnd() async throws {
        let fake = FakeTransport { request, _ in .to(request, 200, [:], "5") }
        let page = try await source(publicTimeline, fake).page(PageRequest(.olderThan("5")))
        #expect(page.items.isEmpty)
        expect(page.older, is: nil)
    }

    @Test(
        arguments: [
            // Above the older bound there is more, or not.
            ("20", "10", "19 18 17", "19 18 17", "17"), ("20", "10", "19 12 11 10 9", "19 12 11", nil),
            ("20", "10", "20 19", "19", "19"), ("20", "10", "", "", nil), ("20", "10", "20", "", nil),
            // The older bound was deleted, and the server ignores since_id.
            ("20", "10", "12 9 8", "12", nil), ("120", "99", "119 98", "119", nil),
            // Ids that are no numbers: only equal lengths can be compared.
            ("01HZZ", "01HAA", "01HXX 01HAA", "01HXX", nil), ("01HZZ", "01HAB", "01HXX 01HAA", "01HXX", nil),
            ("9uF9", "9uA", "9uE1 9uB", "9uE1 9uB", "9uB"),
        ] as [(String, String, String, String, String?)])
    func aHoleIsFilledFromTheTop(
        _ newer: String, _ older: String, _ given: String, _ kept: String, _ next: String?
    ) async throws {
        let fake = FakeTransport { request, _ in .to(request, 200, [:], given) }
        let page = try await source(publicTimeline, fake).page(PageRequest(.between(newer: newer, older: older)))
        expect(page.items.map(\.sighting.entryID).joined(separator: " "), is: kept)
        expect(page.older, is: next)
    }

    @Test func walkingAHoleFindsEveryEntryOnce() async throws {
        // Given a server with 200 statuses that ignores since_id and counts max_id in, three a page.
        let fake = FakeTransport { request, _ in
            let below = Int(request.address.queryValue("max_id") ?? "") ?? 201
            let page: [Int] = (1...below).suffix(3).reversed()
            return .to(request, 200, [:], page.map { String($0) }.joined(separator: " "))
        }
        let source = source(publicTimeline, fake)
        var found: [String] = []
        var newer: String? = "150"
        while let top = newer {
            let page = try await source.page(PageRequest(.between(newer: top, older: "100")))
            found += page.items.map(\.sighting.entryID)
            newer = page.older
        }
        let all: [Int] = (101...149).reversed()
        expect(found, is: all.map { String($0) })
    }

    @Test func aPageThatBeginsWithItsOldestEntryIsTurnedRound() async throws {
        let fake = FakeTransport { request, _ in .to(request, 200, [:], "7 8 9 10") }
        let newest = try await source(publicTimeline, fake).page(PageRequest())
        expect(newest.items.map(\.sighting.entryID), is: ["10", "9", "8", "7"])
        expect(newest.older, is: "7")
        let hole = try await source(publicTimeline, fake).page(PageRequest(.between(newer: "11", older: "8")))
        expect(hole.items.map(\.sighting.entryID), is: ["10", "9"])
        expect(hole.older, is: nil)
        // Bookmarks have another order
        let bookmarks = source(.account(AccountName("@me@m.example")!, .bookmarks), fake, token: Secret("t"))
        try await expect(bookmarks.page(PageRequest()).items.map(\.sighting.entryID), is: ["7", "8", "9", "10"])
    }

    // MARK: holes from below

    @Test(
        arguments: [
            // What stands directly above the older side; in any order, and with the bound counted in.
            ("113 112 111", "140 139", "113 112 111", "113"), ("111 112 113", "140 139", "113 112 111", "113"),
            ("112 111 110 109", "120", "112 111", "112"),
            // The newest of what there is proves nothing, so the hole is filled from the top.
            ("130 121 120", "", "119 118", nil), ("120 119", "", "119 118", nil),
            ("113 112", "113 112", "119 118", nil),
            ("113 112", "", "119 118", nil),
            // As little does what is nothing.
            ("", "", "119 118", nil), ("110", "", "119 118", nil), ("x 111", "", "119 118", nil),
        ] as [(String, String, String, String?)])
    func aHoleIsFilledFromBelow(_ given: String, _ newest: String, _ kept: String, _ next: String?) async throws {
        let fake = FakeTransport { request, _ in
            let isBelow = request.address.queryValue("min_id") == "110"
            let isAbove = request.address.queryValue("max_id") == "120"
            return .to(request, 200, [:], isBelow ? given : isAbove ? "119 118" : newest)
        }
        let source = source(publicTimeline, fake)
        let hole = PageRequest(.between(newer: "120", older: "110", from: .older))
        let page = try await source.page(hole)
        expect(page.items.map(\.sighting.entryID).joined(separator: " "), is: kept)
        expect(page.newer, is: next)
        // Once the server has shown that it pages upwards, one request is enough.
        let before = fake.requests.count
        try await expect(source.page(hole), is: page)
        if next != nil { expect(fake.requests.count, is: before + 1) }
    }

    /// How servers page.
    enum Paging: Hashable, CaseIterable {
        case of(ServerKind)
        /// No kind that is known: `min_id` ignored, the page turned round, the same page whatever is asked.
        case ignoring, ascending, repeating
        /// The newest entries for `min_id` too, after everything above the hole was deleted.
        case shrunken

        static let allCases = ServerKind.allCases.map(Paging.of) + [.ignoring, .ascending, .repeating, .shrunken]

        /// Of none: ids like Mastodon's.
        var kind: ServerKind { if case .of(let kind) = self { kind } else { .mastodon } }

        /// Three of 200 entries.
        func page(_ bounds: ServerKind.Bounds) -> [Int] {
            let all = Array(1...(self == .shrunken ? 150 : 200))
            guard case .of = self else {
                guard bounds.min != nil else { return kind.page(of: all, bounds, limit: 3) }
                return switch self {
                case .ascending: kind.page(of: all, bounds, limit: 3).reversed()
                case .repeating: [103, 102, 101]
                default: kind.page(of: all, .init(), limit: 3)
                }
            }
            return kind.page(of: all, bounds, limit: 3)
        }
    }

    @Test(arguments: Paging.allCases) func fillingAHoleFromBothSidesFindsEveryEntryOnce(_ paging: Paging) async throws {
        let kind = paging.kind
        let fake = FakeTransport { request, _ in
            func number(_ name: String) -> Int? { request.address.queryValue(name).flatMap(kind.number) }
            let page = paging.page(.init(max: number("max_id"), min: number("min_id")))
            return .to(request, 200, [:], page.map(kind.id).joined(separator: " "))
        }
        let source = source(publicTimeline, fake)
        var hole: (newer: String, older: String)? = (kind.id(150), kind.id(100))
        var found: [String] = []
        for step in 0..<30 {
            guard let (newer, older) = hole else { break }
            let side: Gap.Side = step % 3 == 2 ? .newer : .older
            let page = try await source.page(PageRequest(.between(newer: newer, older: older, from: side)))
            found += page.items.map(\.sighting.entryID)
            hole = page.newer.map { (newer, $0) } ?? page.older.map { ($0, older) }
        }
        #expect(hole == nil)
        expect(found.sorted(), is: (101...149).map(kind.id).sorted())
    }

    // MARK: what servers say

    @Test func aHomeThatIsBeingBuiltIsShownAndHasNoEnd() async throws {
        let home = SourceAddress.home(AccountName("@me@m.example")!)
        let links: HTTPHeaders = ["Link": "</x?min_id=9>; rel=prev", "ETag": "\"1\""]
        let partial = FakeTransport { request, _ in .to(request, 206, links, "9 8") }
        let page = try await source(home, partial, token: Secret("t")).page(PageRequest())
        expect(page.items.count, is: 2)
        expect(page.older, is: "8")
        expect(page.validators, is: Validators())
        let empty = FakeTransport { request, _ in .to(request, 206) }
        let error = await failure { () throws(FetchError) in
            _ = try await source(home, empty, token: Secret("t")).page(PageRequest())
        }
        expect(error?.kind, is: .serverTrouble)
        expect(error?.retryAfter, is: 30)
    }

    @Test func anUnchangedTimelineIsNotDecoded() async throws {
        let fake = FakeTransport { request, before in .to(request, before == 0 ? 200 : 304, ["ETag": "W/\"1\""], "2 1")
        }
        let source = source(publicTimeline, fake)
        let first = try await source.page(PageRequest())
        let second = try await source.page(PageRequest(.newest, validators: first.validators))
        #expect(second.isUnchanged)
        expect(fake.requests[1].headers["If-None-Match"], is: "W/\"1\"")
        // Then other stretches are asked for without validators.
        let third = FakeTransport { request, _ in .to(request, 200, [:], "1") }
        _ = try await self.source(publicTimeline, third).page(
            PageRequest(.olderThan("2"), validators: first.validators))
        expect(third.requests[0].headers["If-None-Match"], is: nil)
    }

    @Test(arguments: [
        (401, FetchError.Kind.unauthorized), (422, .unauthorized), (403, .forbidden), (404, .notFound),
        (429, .rateLimited), (503, .serverTrouble), (418, .refused),
    ]) func refusals(_ status: Int, _ kind: FetchError.Kind) async {
        let fake = FakeTransport { request, _ in .to(request, status, [:], "{\"error\":\"remote text\"}") }
        let error = await failure { () throws(FetchError) in
            _ = try await source(publicTimeline, fake).page(PageRequest())
        }
        expect(error?.kind, is: kind)
        expect(error?.message.string.contains("m.example"), is: true)
        expect(error?.message.string.contains("remote text"), is: false)
    }

    @Test func anAnswerThatIsNoTimelineIsUnreadable() async {
        let fake = FakeTransport { request, _ in .to(request, 200, [:], "<html>") }
        let error = await failure { () throws(FetchError) in
            _ = try await source(publicTimeline, fake).page(PageRequest())
        }
        expect(error?.kind, is: .unreadable)
    }

    // MARK: tokens

    @Test func theTokenGoesWithHomeAlone() async throws {
        let home = SourceAddress.home(AccountName("@me@m.example")!)
        let addresses = [
            home, publicTimeline, .hashtag("x", server: Self.server), .posts(user: "w", server: Self.server),
        ]
        for address in addresses {
            let fake = FakeTransport { request, _ in
                .to(request, 200, [:], request.address.path.hasSuffix("lookup") ? "7 w" : "1")
            }
            _ = try await source(address, fake, token: Secret("t")).page(PageRequest())
            #expect(fake.requests.allSatisfy { ($0.authorization != nil) == (address == home) })
        }
    }

    @Test func withoutATokenHomeIsNotAskedFor() async {
        let fake = FakeTransport { request, _ in .to(request) }
        let error = await failure { () throws(FetchError) in
            _ = try await source(.home(AccountName("@me@m.example")!), fake).page(PageRequest())
        }
        expect(error?.kind, is: .unauthorized)
        expect(error?.message.string.contains("@me@m.example"), is: true)
        #expect(fake.requests.isEmpty)
    }

    @Test func credentialsAreVerified() async throws {
        let fake = FakeTransport { request, _ in
            request.authorization == nil ? .to(request, 401) : .to(request, 200, [:], "7 me")
        }
        let factory = SourceFactory(transport: fake, decoders: .fake, token: { _ in nil })
        let name = try await factory.verifyCredentials(server: Self.server, token: Secret("t")!)
        expect(name, is: AccountName("@me@m.example"))
        expect(fake.requests[0].address.path, is: "/api/v1/accounts/verify_credentials")
    }
}
