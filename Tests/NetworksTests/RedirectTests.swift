import Expectations
import TestSupport
import Testing
import Text
import TimelineModel

@testable import Networks

/// Given a server that redirects, when a request with a token is sent, then the token, the cookie and the body stay
/// with the origin they were meant for. RFC 9110 section 15.4.
@Suite struct RedirectTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let status: Int
        let toOtherHost: Bool
        let toOtherPort: Bool
        let method: HTTPRequest.Method

        var isSameOrigin: Bool { !toOtherHost && !toOtherPort }
        var testDescription: String { "\(status) \(method.rawValue) host:\(toOtherHost) port:\(toOtherPort)" }
    }

    static let cases: [Case] = [301, 302, 303, 307, 308].flatMap { status in
        [(false, false), (false, true), (true, true)].flatMap { host, port in
            [HTTPRequest.Method.get, .post].map {
                Case(status: status, toOtherHost: host, toOtherPort: port, method: $0)
            }
        }
    }

    static let token = Secret("s3cret-token")!

    @Test(arguments: cases) func credentialsStayWithTheirOrigin(_ example: Case) async throws {
        let transport = CurlTransport(version: "0")
        let first = try Site()
        let second = try Site(host: example.toOtherHost ? "127.0.0.2" : "127.0.0.1")
        let target = example.isSameOrigin ? first : second
        first.answer("/from", .init(status: example.status, headers: [("Location", target.webAddress("/to").text)]))
        target.answer("/to", .init(body: "there"))
        let request = HTTPRequest(
            example.method, first.webAddress("/from"), headers: ["Cookie": "a=s3cret-cookie", "X-Kept": "1"],
            body: example.method == .post ? Array("s3cret-body".utf8) : nil, authorization: .token(Self.token))

        var answer: HTTPResponse?
        let error = await failure { () throws(FetchError) in answer = try await transport.send(request) }

        let arrived = target.requests("/to").last
        if example.method == .post, example.status >= 307, !example.isSameOrigin {
            expect(error?.kind, is: .redirectRefused)
            #expect(arrived == nil)
        } else {
            let answer = try #require(answer)
            expect(answer.finalAddress, is: target.webAddress("/to"))
            expect(answer.redirects, is: [.init(status: example.status, address: target.webAddress("/to"))])
            let keepsMethod = example.method != .post || example.status >= 307
            expect(arrived?.method, is: (keepsMethod ? example.method.rawValue : "GET"))
            expect(arrived?.headers["authorization"], is: (example.isSameOrigin ? "Bearer s3cret-token" : nil))
            expect(arrived?.headers["x-kept"], is: "1")
            expect(arrived?.body, is: (example.method == .post && keepsMethod ? Array("s3cret-body".utf8) : []))
        }
        for request in second.requests() {
            let seen = "\(request.target) \(request.headers) \(String(decoding: request.body, as: UTF8.self))"
            #expect(!seen.contains("s3cret"))
        }
    }

    @Test func everyHopIsCounted() async throws {
        let server = try Site()
        for hop in 0..<6 { server.answer("/\(hop)", .init(status: 302, headers: [("Location", "/\(hop + 1)")])) }
        server.answer("/6", .init(body: "end"))
        let transport = CurlTransport(version: "0")
        let error = await failure { () throws(FetchError) in
            _ = try await transport.send(HTTPRequest(.get, server.webAddress("/0")))
        }
        expect(error?.kind, is: .redirectRefused)
        #expect(server.requests("/6").isEmpty)
        let answer = try await transport.send(HTTPRequest(.get, server.webAddress("/1")))
        expect(answer.body, is: Array("end".utf8))
        expect(answer.redirects.count, is: 5)
    }

    @Test(arguments: [
        ("ftp://example.org/", true), ("file:///etc/passwd", true), ("http://user:pass@127.0.0.1/", true),
        ("javascript:alert(1)", true), ("http://127.0.0.1:99999/", true), ("http:\\\\127.0.0.1\\", true),
        ("", false),
    ]) func onlyWebAddressesAreFollowed(_ location: String, isRefused: Bool) throws {
        let request = HTTPRequest(.get, address("https://example.org/a"))
        var next: HTTPRequest?
        var error: FetchError?
        do throws(FetchError) {
            next = try RedirectRule.next(after: 302, location: location, of: request)
        } catch let refusal {
            error = refusal
        }
        #expect(next == nil)
        expect((error?.kind == .redirectRefused), is: isRefused)
    }

    @Test func secureConnectionsAreNotLeft() throws {
        let request = HTTPRequest(.get, address("https://example.org/a"))
        #expect(throws: FetchError.self) {
            try RedirectRule.next(after: 301, location: "http://example.org/a", of: request)
        }
        let up = try RedirectRule.next(
            after: 301, location: "https://example.org/a",
            of: HTTPRequest(.get, address("http://example.org/a"), authorization: .token(Self.token)))
        expect(up?.address, is: address("https://example.org/a"))
        #expect(up?.authorization == nil)
    }

    @Test(arguments: [200, 204, 300, 304, 305, 306, 400, 404]) func otherStatusesLeadNowhere(_ status: Int) throws {
        let request = HTTPRequest(.get, address("https://example.org/a"))
        #expect(try RedirectRule.next(after: status, location: "/b", of: request) == nil)
    }

    // MARK: private networks

    @Test func aPublicServerDoesNotLeadIntoAPrivateNetwork() async throws {
        // Given a proxy on loopback that plays the public server, and an exception for loopback itself.
        let inside = try Site()
        inside.answer("/secret", .init(body: "router"))
        let target = inside.webAddress("/secret").text
        let proxy = try Site { connection in
            connection.readRequest()
            connection.send("HTTP/1.1 302 Found\r\nLocation: \(target)\r\nContent-Length: 0\r\n\r\n")
        }
        let environment = ["http_proxy": "http://127.0.0.1:\(proxy.port)", "no_proxy": "127.0.0.0/8"]
        let transport = CurlTransport(
            version: "0", trustFile: nil, proxies: ProxyEnvironment { environment[$0] }, now: Timestamp.now)
        // When the public server redirects to loopback.
        let error = await failure { () throws(FetchError) in
            _ = try await transport.send(HTTPRequest(.get, address("http://public.example/feed")))
        }
        // Then it is refused before anything is sent there.
        expect(error?.kind, is: .redirectRefused)
        expect(proxy.requests().count, is: 1)
        #expect(inside.requests().isEmpty)
    }

    @Test func aFoundAddressIsRefusedAlsoOverAKeptConnection() async throws {
        let inside = try Site()
        inside.answer("/", .init(body: "x"))
        let transport = CurlTransport(version: "0")
        let before = await failure { () throws(FetchError) in
            _ = try await transport.send(HTTPRequest(.get, inside.webAddress("/"), reach: .found))
        }
        expect(before?.kind, is: .redirectRefused)
        _ = try await transport.send(HTTPRequest(.get, inside.webAddress("/")))
        let after = await failure { () throws(FetchError) in
            _ = try await transport.send(HTTPRequest(.get, inside.webAddress("/"), reach: .found))
        }
        expect(after?.kind, is: .redirectRefused)
        expect(inside.requests().count, is: 1)
    }
}
