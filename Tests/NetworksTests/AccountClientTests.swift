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
        #expect(try await factory(fake).account(me).markers() == ReadingMarkers(home: "7"))
        #expect(
            fake.requests.map(\.address.text) == [
                "https://m.example/api/v1/markers?timeline[]=home&timeline[]=notifications"
            ])
        #expect(fake.requests.allSatisfy { $0.authorization != nil })
    }

    @Test func aMarkerIsSentAsAForm() async throws {
        let fake = FakeTransport { request, _ in .to(request, 200, [:], "{}") }
        #expect(try await factory(fake).account(me).setHomeMarker("01M&8") == true)
        let request = try #require(fake.requests.first)
        #expect(request.method == .post && request.address.text == "https://m.example/api/v1/markers")
        #expect(String(decoding: request.body ?? [], as: UTF8.self) == "home%5Blast_read_id%5D=01M%268")
        #expect(request.headers["Content-Type"] == "application/x-www-form-urlencoded")
        #expect(request.limits.redirects == 0)
    }

    @Test func aLostRaceIsNoError() async throws {
        let fake = FakeTransport { request, _ in .to(request, 409, [:], #"{"error":"Conflict"}"#) }
        #expect(try await factory(fake).account(me).setHomeMarker("7") == false)
    }

    @Test(arguments: [(404, ""), (405, ""), (501, ""), (200, "[]"), (200, "<html>"), (200, "")])
    func aServerWithoutMarkersIsAskedOnce(_ status: Int, _ body: String) async throws {
        let fake = FakeTransport { request, _ in
            request.address.path.hasSuffix("markers") ? .to(request, status, [:], body) : .to(request, 200, [:], "[]")
        }
        let factory = factory(fake)
        #expect(try await factory.account(me).markers() == nil)
        #expect(try await factory.account(me).markers() == nil)
        #expect(try await factory.account(me).setHomeMarker("7") == nil)
        #expect(fake.requests.count == 1)
        // Its filters are another matter
        #expect(try await factory.account(me).filters() == [])
    }

    @Test(arguments: [(404, ""), (405, ""), (501, ""), (200, "{}"), (200, "null")])
    func aServerWithoutFiltersIsAskedOnce(_ status: Int, _ body: String) async throws {
        let fake = FakeTransport { request, _ in .to(request, status, [:], body) }
        let factory = factory(fake)
        #expect(try await factory.account(me).filters() == nil)
        #expect(try await factory.account(me).filters() == nil)
        #expect(
            fake.requests.map(\.address.text) == [
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
            #expect(try await factory.account(me).filters()?.map(\.action) == [.hide])
        }
        #expect(fake.requests.map { String($0.address.path.split(separator: "/")[1]) } == ["v2", "v1", "v1"])
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
            #expect(errors.map { $0?.kind } == [kind, kind, kind])
        }
        #expect(fake.requests.count == 6)
    }

    @Test func withoutASignInNothingIsSent() async {
        let fake = FakeTransport { request, _ in .to(request) }
        let client = factory(fake, token: nil).account(me)
        #expect(await failure { () throws(FetchError) in _ = try await client.filters() }?.kind == .unauthorized)
        #expect(
            await failure { () throws(FetchError) in _ = try await client.setHomeMarker("7") }?.kind == .unauthorized)
        #expect(fake.requests.isEmpty)
    }
}
