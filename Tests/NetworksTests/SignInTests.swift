import Expectations
import Networks
import Synchronization
import Testing
import Text
import TimelineModel

@testable import Networks

@Suite struct SignInTests {
    private let server = Server("social.example")!

    private func client(_ scopes: String = "read") -> SignInClient {
        SignInClient(
            server: server, id: "an id&", secret: Secret("client-secret")!,
            redirects: ["http://127.0.0.1:4000/callback"], scopes: Scopes(spelled: scopes))
    }

    @Test(
        "SHA-256 as FIPS 180-4's examples have it",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            (
                String(repeating: "a", count: 1000),
                "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3"
            ),
        ])
    func digest(message: String, expected: String) {
        let digits = SHA256.digest(message.utf8).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }
        expect(digits.joined(), is: expected)
    }

    @Test("the page asks with the challenge of RFC 7636 appendix B, and every part is encoded")
    func page() throws {
        let question = Authorization(
            client: client(), redirect: "http://127.0.0.1:4000/callback", scopes: Scopes(["read:statuses", "profile"]),
            state: "state", verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
        let plain = try #require(question.page(challenges: false, forcesLogin: false))
        expect(
            plain.text,
            is: "https://social.example/oauth/authorize?response_type=code&client_id=an%20id%26"
                + "&redirect_uri=http%3A%2F%2F127.0.0.1%3A4000%2Fcallback&scope=read%3Astatuses%20profile&state=state")
        let whole = try #require(question.page(challenges: true, forcesLogin: true))
        expect(
            whole.text,
            is: plain.text + "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
                + "&code_challenge_method=S256&force_login=true")
    }

    @Test("no two questions have a state in common")
    func states() {
        let states = Set(
            (0..<100).map { _ in Authorization(client: client(), redirect: "", scopes: Scopes(["read"])).state })
        expect(states.count, is: 100)
        #expect(states.allSatisfy { $0.utf8.count == 43 })
    }

    @Test("secrets go in the bodies of requests that follow no redirect, to the server alone")
    func requests() async throws {
        let transport = FakeTransport { request, _ throws(FetchError) in
            request.address.text.hasSuffix("/oauth/revoke")
                ? .to(request, 200, [:], "{}")
                : .to(
                    request, 200, [:],
                    #"{"access_token":"s3cret","token_type":"bearer","scope":"read read:lists","expires_in":9}"#)
        }
        let signIn = SignIn(server: server, transport: transport)
        let question = Authorization(client: client(), redirect: "r", scopes: Scopes(["read"]))
        let grant = try await signIn.grant(for: "c+de", answering: question)
        expect(grant.token.exposed, is: "s3cret")
        #expect(grant.refreshToken == nil)
        expect(grant.expires, is: Timestamp(seconds: 9))
        expect(grant.scopes, is: Scopes(["read", "read:lists"]))
        _ = try await signIn.renew(Secret("refresh")!, client: client())
        try await signIn.revoke(grant.token, client: client())
        expect(
            transport.requests.map { $0.address.text.dropFirst("https://social.example".count) },
            is: [
                "/oauth/token", "/oauth/token", "/oauth/revoke",
            ])
        let bodies = transport.requests.map { String(decoding: $0.body ?? [], as: UTF8.self) }
        #expect(bodies[0].hasPrefix("grant_type=authorization_code&code=c%2Bde&redirect_uri=r&code_verifier="))
        #expect(bodies[1].hasPrefix("grant_type=refresh_token&refresh_token=refresh&client_id=an%20id%26"))
        expect(bodies[2], is: "token=s3cret&client_id=an%20id%26&client_secret=client-secret")
        for request in transport.requests {
            expect(request.method, is: .post)
            expect(request.limits.redirects, is: 0)
            #expect(request.authorization == nil)
            expect(request.headers["Content-Type"], is: "application/x-www-form-urlencoded")
            #expect(!"\(grant)".contains("s3cret"))
        }
    }

    @Test("what a server says about itself decides what is asked for")
    func offers() async throws {
        func offer(_ documents: [String: String]) async throws -> SignInOffer {
            let transport = FakeTransport { request, _ throws(FetchError) in
                let path = String(request.address.text.dropFirst("https://social.example".count))
                return documents[path].map { .to(request, 200, [:], $0) } ?? .to(request, 404)
            }
            return try await SignIn(server: server, transport: transport).offer()
        }
        let described = try await offer([
            "/.well-known/oauth-authorization-server":
                #"{"scopes_supported":["profile","read","write:statuses"],"code_challenge_methods_supported":["plain"]}"#
        ])
        #expect(described.refusesChallenge)
        expect(
            described.scopes(syncsPosition: true).spelled,
            is: "read:accounts read:statuses read:lists read:notifications read:bookmarks read:favourites "
                + "read:filters read:follows write:statuses")
        func software(_ name: String, at href: String = "/nodeinfo/2.0") async throws -> String {
            let links = #"{"links":[{"rel":"http://nodeinfo.diaspora.software/ns/schema/2.0","href":"\#(href)"}]}"#
            return try await offer([
                "/.well-known/nodeinfo": links, "/nodeinfo/2.0": #"{"software":{"name":"\#(name)"}}"#,
            ]).scopes(syncsPosition: true).spelled
        }
        try await expect(software("GoToSocial"), is: "read write:statuses")
        try await expect(software("pixelfed"), is: "read")
        // Another host's word about this one is not taken.
        #expect(try await software("pixelfed", at: "https://evil.example/nodeinfo/2.0").hasPrefix("read:accounts "))
        for odd in ["", "<html>", "[]", "null", #"{"scopes_supported":null,"links":{}}"#, #"{"scopes_supported":[1]}"#]
        {
            let offer = try await offer([
                "/.well-known/oauth-authorization-server": odd, "/.well-known/nodeinfo": odd,
            ])
            #expect(!offer.refusesChallenge && offer.scopes(syncsPosition: false).allows("read:statuses"))
        }
    }

    @Test("a server that is not there is not asked any further")
    func unreachable() async {
        let transport = FakeTransport { request, _ throws(FetchError) in
            throw FetchError(.unreachable, "There is nobody.")
        }
        let signIn = SignIn(server: server, transport: transport)
        await #expect(throws: SignInError(.exchange(.unreachable), "There is nobody.")) { try await signIn.offer() }
        expect(transport.requests.count, is: 1)
    }

    @Test("only a clear no means that the client is not known")
    func known() async throws {
        for (status, body, isKnown) in [
            (401, #"{"error":"invalid_client"}"#, false), (400, #"{"error":"invalid_grant"}"#, true),
            (400, #"{"error":"Invalid credentials"}"#, true), (500, "", true), (403, "<html>", true),
        ] {
            let transport = FakeTransport { request, _ throws(FetchError) in .to(request, status, [:], body) }
            try await expect(SignIn(server: server, transport: transport).knows(client()), is: isKnown)
        }
    }

    @Test("a refused token is renewed once; where nothing renews it the refusal stands", arguments: [true, false])
    func renewing(works: Bool) async throws {
        let account = AccountName(user: "me", server: server)
        let transport = FakeTransport { request, count throws(FetchError) in
            count == 0 || !works ? .to(request, 401) : .to(request, 200, [:], "[]")
        }
        let factory = SourceFactory(
            transport: transport, token: { _ in Secret("old") },
            renew: { name, refused throws(FetchError) in name == account && refused.exposed == "old" && works })
        let error = await failure { () throws(FetchError) in
            _ = try await factory.source(for: .home(account)).page(PageRequest())
        }
        expect(error?.kind, is: (works ? nil : .unauthorized))
        expect(transport.requests.count, is: (works ? 2 : 1))
    }

    @Test(
        "a token that ends is renewed before it is used; where it cannot be, the old one is", arguments: [true, false])
    func renewingEarly(works: Bool) async throws {
        let account = AccountName(user: "me", server: server)
        let transport = FakeTransport { request, _ throws(FetchError) in .to(request, 200, [:], "[]") }
        let held = Mutex("old")
        let factory = SourceFactory(
            transport: transport, token: { _ in held.withLock { Secret($0) } },
            isEnding: { _ in held.withLock { $0 == "old" } },
            renew: { _, old throws(FetchError) in
                guard works else { throw FetchError(.unreachable, "gone") }
                held.withLock { $0 = old.exposed + " renewed" }
                return true
            })
        for _ in 0..<2 { _ = try await factory.source(for: .home(account)).page(PageRequest()) }
        expect(
            transport.requests.map { $0.authorization?.header },
            is: Array(repeating: works ? "Bearer old renewed" : "Bearer old", count: 2))
    }
}
