import Expectations
import Glibc
import Networks
import Synchronization
import TestSupport
import Testing
import Text
import TimelineModel

/// What the transport does with servers that are proper, broken, slow or hostile.
@Suite struct TransportTests {
    let transport = CurlTransport(version: "1.2")

    func kind(_ request: HTTPRequest) async -> FetchError.Kind? {
        await failure { () throws(FetchError) in _ = try await transport.send(request) }?.kind
    }

    @Test func aRequestArrivesAsItWasMade() async throws {
        let server = try Site()
        server.answer("/a", .init(status: 201, headers: [("X-Two", "1"), ("X-Two", "2")], body: "hello"))
        let request = HTTPRequest(
            .post, server.webAddress("/a?b=c%20d"), headers: ["X-Evil": "a\r\nInjected: yes", "Empty": ""],
            body: [0, 1, 2], authorization: Secret(" tok\n").map { .token($0) })
        let answer = try await transport.send(request)
        expect(answer.status, is: 201)
        expect(answer.body, is: Array("hello".utf8))
        expect(answer.headers["content-LENGTH"], is: "5")
        let seen = try #require(server.requests().first)
        expect(seen.method, is: "POST")
        expect(seen.body, is: [0, 1, 2])
        expect(seen.headers["user-agent"], is: "Perchoir/1.2 (+https://github.com/perchoir/perchoir)")
        expect(seen.headers["authorization"], is: "Bearer tok")
        expect(seen.headers["x-evil"], is: "aInjected: yes")
        expect(seen.headers["injected"], is: nil)
        expect(seen.headers["empty"], is: "")
        expect(seen.headers["cookie"], is: nil)
    }

    @Test func cookiesAreNotKept() async throws {
        let server = try Site()
        server.answer("/", .init(headers: [("Set-Cookie", "id=1; Path=/")]))
        _ = try await transport.send(HTTPRequest(.get, server.webAddress("/")))
        _ = try await transport.send(HTTPRequest(.get, server.webAddress("/")))
        expect(server.requests().count, is: 2)
        #expect(server.requests().allSatisfy { $0.headers["cookie"] == nil })
    }

    @Test func gzipIsUnpacked() async throws {
        let server = try Site()
        let body = Array("« déjà vu »".utf8)
        server.answer("/", .init(headers: [("Content-Encoding", "gzip")], body: Gzip.stored(body)))
        let answer = try await transport.send(HTTPRequest(.get, server.webAddress("/")))
        expect(answer.body, is: body)
        expect(server.requests().first?.headers["accept-encoding"]?.contains("br"), is: true)
    }

    @Test(arguments: [("gzip", "no gzip at all"), ("x-own", "words"), ("br", "words")])
    func whatCannotBeUnpackedIsNamed(_ encoding: String, _ body: String) async throws {
        let server = try Site()
        server.answer("/", .init(headers: [("Content-Encoding", encoding)], body: body))
        let request = HTTPRequest(.get, server.webAddress("/"))
        let error = await failure { () throws(FetchError) in _ = try await transport.send(request) }
        expect(error?.kind, is: .unreadable)
        expect(
            error?.message,
            is: "The answer of 127.0.0.1 is compressed in a way that cannot be undone; its owner can mend that.")
    }

    @Test func chunksArePutTogether() async throws {
        let server = try Site()
        server.answer(
            "/",
            .stream { connection in
                for part in ["« dé", "", "jà vu »"] { connection.sendChunk(part) }
            })
        for _ in 0..<2 {
            let answer = try await transport.send(HTTPRequest(.get, server.webAddress("/")))
            expect(answer.body, is: Array("« déjà vu »".utf8))
        }
    }

    // MARK: too much

    @Test func aBombIsBrokenOffEarly() async throws {
        // Given 1 GiB of zeros in 7 MB of gzip.
        let server = try Site()
        server.answer("/", .init(headers: [("Content-Encoding", "gzip")], body: Gzip.bomb(1 << 30)))
        let before = ProcessMemory.peakKiB
        await expect(kind(HTTPRequest(.get, server.webAddress("/"))), is: .tooLarge)
        // Then memory grew by far less; other tests that run beside this one count in.
        #expect(ProcessMemory.peakKiB - before < 512 << 10)
        var limits = HTTPLimits()
        limits.ratio = 100
        limits.bodyBytes = 64 << 20
        let error = await failure { () throws(FetchError) in
            _ = try await transport.send(HTTPRequest(.get, server.webAddress("/"), limits: limits))
        }
        expect(error?.kind, is: .tooLarge)
        expect(error?.message.string.contains("100-fold"), is: true)
    }

    @Test func anEndlessBodyIsBrokenOff() async throws {
        let server = try Site { connection in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\n\r\n")
            while connection.send([UInt8](repeating: 65, count: 1 << 16)) {}
        }
        await expect(kind(HTTPRequest(.get, server.webAddress("/"))), is: .tooLarge)
    }

    @Test(arguments: ["Field: value\r\n", "A: b\r\n", ": \r\n"]) func anEndlessHeadIsBrokenOff(_ line: String)
        async throws
    {
        let server = try Site { connection in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\n")
            while connection.send(String(repeating: line, count: 1000)) {}
        }
        await expect(kind(HTTPRequest(.get, server.webAddress("/"))), is: .tooLarge)
    }

    @Test func twentyThousandFieldsDoNoHarm() async throws {
        let server = try Site { connection in
            connection.readRequest()
            let fields = (0..<20_000).map { "F\($0): v\r\n" }.joined()
            connection.send("HTTP/1.1 200 OK\r\n\(fields)Content-Length: 2\r\n\r\nok")
        }
        let answer = try await transport.send(HTTPRequest(.get, server.webAddress("/")))
        expect(answer.body, is: Array("ok".utf8))
        expect(answer.headers["f19999"], is: "v")
    }

    // MARK: broken

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", FetchError.Kind.unreachable),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", .unreachable),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello", .unreachable),
        ("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello", .unreadable),
        ("HTTP/1.1 200 OK\r\nContent-Len", .unreachable),
        ("HTTP/1.1 200 OK\r\nNo colon here\r\nContent-Length: 0\r\n\r\n", .unreadable),
        ("SSH-2.0-OpenSSH_9.2\r\n", .unreadable),
        ("", .unreachable),
        ("HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n", .unreadable),
    ]) func brokenAnswersHaveAnError(_ bytes: String, _ expected: FetchError.Kind) async throws {
        let server = try Site { connection in
            connection.readRequest()
            connection.send(bytes)
            connection.finishSending()
            connection.waitForPeerToLeave()
        }
        let error = await failure { () throws(FetchError) in
            _ = try await transport.send(HTTPRequest(.get, server.webAddress("/")))
        }
        expect(error?.kind, is: expected)
        expect(error?.message.string.contains("127.0.0.1"), is: true)
    }

    @Test func aResetIsAnError() async throws {
        let server = try Site()
        server.answer(
            "/",
            .raw { connection in
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
                connection.reset()
            })
        await expect(kind(HTTPRequest(.get, server.webAddress("/"))), is: .unreachable)
    }

    @Test func hostileFieldsAreHarmless() async throws {
        let server = try Site { connection in
            connection.readRequest()
            connection.send(
                "HTTP/1.1 103 Early\r\nX-Early: 1\r\n\r\nHTTP/1.1 200 \u{1b}[31mOK\r\nX-Escape: a\u{1b}]0;t\u{7}b\r\n"
                    + "Folded: one\r\n\ttwo\r\nContent-Length: 2\r\n\r\nok")
        }
        let answer = try await transport.send(HTTPRequest(.get, server.webAddress("/")))
        expect(answer.headers["X-Escape"], is: "a]0;tb")
        expect(answer.headers["Folded"], is: "one two")
        expect(answer.headers["X-Early"], is: nil)
    }

    @Test func nobodyThereIsAnError() async throws {
        let server = try Site { _ in }
        let target = server.webAddress("/")
        server.stop()
        // The connection is refused, or ended without an answer when the port is still being closed.
        await expect(kind(HTTPRequest(.get, target)), is: .unreachable)
        await expect(kind(HTTPRequest(.get, address("http://no-such-host.invalid/"))), is: .unreachable)
    }

    @Test func plainHTTPIsNoTLS() async throws {
        let server = try Site { connection in
            connection.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            connection.waitForPeerToLeave()
        }
        await expect(kind(HTTPRequest(.get, server.webAddress("/", scheme: "https"))), is: .insecure)
    }

    // MARK: time

    /// A server that takes the request, sends `bytes`, and then says nothing more.
    func silent(after bytes: String) throws -> Site {
        try Site { connection in
            connection.readRequest()
            connection.send(bytes)
            connection.waitForPeerToLeave()
        }
    }

    @Test func silenceHasLimits() async throws {
        func message(_ limits: HTTPLimits, _ server: Site, scheme: String = "http") async -> String? {
            let error = await failure { () throws(FetchError) in
                _ = try await transport.send(HTTPRequest(.get, server.webAddress("/", scheme: scheme), limits: limits))
            }
            expect(error?.kind, is: .timedOut)
            return error?.message.string
        }
        let mute = try silent(after: "")
        let dripping = try silent(after: "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        var limits = HTTPLimits()
        limits.firstByte = .milliseconds(50)
        await expect(message(limits, mute)?.contains("did not answer"), is: true)
        limits = HTTPLimits()
        limits.connect = .milliseconds(50)
        await expect(message(limits, mute, scheme: "https")?.contains("did not take the connection"), is: true)
        limits = HTTPLimits()
        limits.total = .milliseconds(50)
        await expect(message(limits, dripping)?.contains("did not finish"), is: true)
        limits = HTTPLimits()
        limits.slowWindow = .milliseconds(50)
        limits.slowestRate = 1 << 20
        await expect(message(limits, dripping)?.contains("too slowly"), is: true)
    }

    @Test func cancellingEndsTheTransferAtOnce() async throws {
        let arrived = AsyncStream.makeStream(of: Void.self)
        let left = AsyncStream.makeStream(of: Void.self)
        let server = try Site { connection in
            connection.readRequest()
            arrived.continuation.yield()
            connection.waitForPeerToLeave()
            left.continuation.yield()
        }
        let transport = transport
        let task = Task { () -> FetchError.Kind? in
            await failure { () throws(FetchError) in
                _ = try await transport.send(HTTPRequest(.get, server.webAddress("/")))
            }?.kind
        }
        for await _ in arrived.stream { break }
        task.cancel()
        await expect(task.value, is: .cancelled)
        // Then the server sees the connection end.
        for await _ in left.stream { break }
    }

    @Test func aCancelledTaskSendsNothing() async throws {
        let server = try silent(after: "")
        let transport = transport
        let task = Task { () -> FetchError.Kind? in
            withUnsafeCurrentTask { $0?.cancel() }
            return await failure { () throws(FetchError) in
                _ = try await transport.send(HTTPRequest(.get, server.webAddress("/")))
            }?.kind
        }
        await expect(task.value, is: .cancelled)
        #expect(server.requests().isEmpty)
    }

    @Test func manyTransfersRunSideBySide() async throws {
        let server = try Site()
        server.answer("/", .init(body: "x"))
        let transport = transport
        let sum = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<200 {
                group.addTask { try await transport.send(HTTPRequest(.get, server.webAddress("/"))).body.count }
            }
            return try await group.reduce(0, +)
        }
        expect(sum, is: 200)
    }

    @Test func secretsDoNotPrint() {
        let secret = Secret("hunter2-token")!
        expect("\(secret) \(String(reflecting: secret)) \(String(describing: secret))", is: "*** *** ***")
        var dumped = ""
        dump(HTTPRequest(.get, address("https://example.org/"), authorization: .token(secret)), to: &dumped)
        #expect(!dumped.contains("hunter2"))
        #expect(Secret("a\u{1b}b") == nil)
        #expect(Secret(" \n") == nil)
    }
}

enum ProcessMemory {
    /// The greatest resident size so far.
    static var peakKiB: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss
    }
}
