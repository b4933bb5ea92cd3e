import Expectations
import Testing
import Text
import TimelineModel

@testable import Networks

/// What a server keeps for an account: asked for once where it is not there, never with the token elsewhere.
@Suite struct AccountClientTests {
    private let me = AccountName("@me@m.example")!

    private func factory(_ transport: FakeTransport, token: Secret? = Secret("t")) -> SourceFactory {
        SourceFactory(transport: transport, decoders: .fake, token: { _ in token })
    }

    @Test func markersAreAskedForByName() async throws {
        let fake = FakeTransport { request, _ in .to(request, 200, [:], #"{"home":{"last_read_id":"7"}}"#) }
        try await expect(factory(fake).account(me).markers(), is: ReadingMarkers(home: "7"))
        expect(
            fake.requests.map(\.address.text),
            is: [
                "https://m.example/api/v1/markers?timeline[]=home&timeline[]=notifications"
            ])
        #expect(fake.requests.allSatisfy { $0.authorization != nil })
    }

    @Test func aMarkerIsSentAsAForm() async throws {
        let fake = FakeTransport { request, _ in .to(request, 200, [:], "{}") }
        try await expect(factory(fake).account(me).setHomeMarker("01M&8"), is: true)
        let request = try #require(fake.requests.first)
        expect(request.method, is: .post)
        expect(request.address.text, is: "https://m.example/api/v1/markers")
        expect(String(decoding: request.body ?? [], as: UTF8.self), is: "home%5Blast_read_id%5D=01M%268")
        expect(request.headers["Content-Type"], is: "application/x-www-form-urlencoded")
        expect(request.limits.redirects, is: 0)
    }

    @Test func aLostRaceIsNoError() async throws {
        let fake = FakeTransport { request, _ in .to(request, 409, [:], #"{"error":"Conflict"}"#) }
        try await expect(factory(fake).account(me).setHomeMarker("7"), is: false)
    }

    @Test(arguments: [(404, ""), (405, ""), (501, ""), (200, "[]"), (200, "<html>"), (200, "")])
    func aServerWithoutMarkersIsAskedOnce(_ status: Int, _ body: String) async throws {
        let fake = FakeTransport { request, _ in
            request.address.path.hasSuffix("markers") ? .to(request, status, [:], body) : .to(request, 200, [:], "[]")
        }
        let factory = factory(fake)
        try await expect(factory.account(me).markers(), is: nil)
        try await expect(factory.account(me).markers(), is: nil)
        try await expect(factory.account(me).setHomeMarker("7"), is: nil)
        expect(fake.requests.count, is: 1)
        // Its filters are another matter
        try await expect(factory.account(me).filters(), is: [])
    }

    @Test(arguments: [(404, ""), (405, ""), (501, ""), (200, "{}"), (200, "null")])
    func aServerWithoutFiltersIsAskedOnce(_ status: Int, _ body: String) async throws {
        let fake = FakeTransport { request, _ in .to(request, status, [:], body) }
        let factory = factory(fake)
        try await expect(factory.account(me).filters(), is: nil)
        try await expect(factory.account(me).filters(), is: nil)
        expect(
            fake.requests.map(\.address.text),
            is: [
                "https://m.example/api/v2/filters", "https://m.example/api/v1/filters",
            ])
    }

    /// Pleroma's.
    @Test func filtersOfTheFirstVersionDoWhereTheServerHasNoOthers() async throws {
        let old = #"[{"id":"1","phrase":"x","context":["home"],"irreversible":true,"whole_word":true}]"#
        let fake = FakeTransport { request, _ in
            request.address.path.contains("v2") ? .to(request, 404, [:], "{}") : .to(request, 200, [:], old)
        }
        let factory = factory(fake)
        for _ in 0..<2 {
            try await expect(factory.account(me).filters()?.map(\.action), is: [.hide])
        }
        expect(fake.requests.map { String($0.address.path.split(separator: "/")[1]) }, is: ["v2", "v1", "v1"])
    }

    @Test(arguments: [
        (401, FetchError.Kind.unauthorized), (403, .forbidden), (422, .refused), (429, .rateLimited),
        (500, .serverTrouble),
    ])
    func whatMayPassIsAnErrorAndAskedAgain(_ status: Int, _ kind: FetchError.Kind) async throws {
        let fake = FakeTransport { request, _ in .to(request, status, ["Retry-After": "9"]) }
        let client = factory(fake).account(me)
        for _ in 0..<2 {
            let errors = [
                await failure { () throws(FetchError) in _ = try await client.markers() },
                await failure { () throws(FetchError) in _ = try await client.filters() },
                await failure { () throws(FetchError) in _ = try await client.setHomeMarker("7") },
            ]
            expect(errors.map { $0?.kind }, is: [kind, kind, kind])
        }
        expect(fake.requests.count, is: 6)
    }

    @Test func withoutASignInNothingIsSent() async {
        let fake = FakeTransport { request, _ in .to(request) }
        let client = factory(fake, token: nil).account(me)
        await expect(failure { () throws(FetchError) in _ = try await client.filters() }?.kind, is: .unauthorized)
        await expect(
            failure { () throws(FetchError) in _ = try await client.setHomeMarker("7") }?.kind, is: .unauthorized)
        #expect(fake.requests.isEmpty)
    }
}
