import Expectations
import Testing

@testable import perchoir

@Suite("the answer that a browser brings back")
struct CallbackTests {
    private func judge(_ line: String, host: String = "127.0.0.1:4000", more: String = "") -> CallbackRequest.Verdict {
        let text = "\(line)\r\nHost: \(host)\r\n\(more)\r\n"
        return CallbackRequest.judge(Array(text.utf8), authority: "127.0.0.1:4000", state: "st")
    }

    @Test("a code or a refusal with our state is one")
    func answers() {
        expect(judge("GET /callback?code=a%2Bb&state=st HTTP/1.1"), is: .answered(.code("a+b")))
        expect(judge("GET /callback?state=st&x&=&code=abc HTTP/1.0"), is: .answered(.code("abc")))
        expect(
            judge("GET /callback?error=access_denied&state=st HTTP/1.1", more: "Accept: */*\r\n"),
            is: .answered(.refusal("access_denied")))
    }

    @Test(
        "anything else is refused",
        arguments: [
            ("GET /callback?code=a&state=ST HTTP/1.1", 400), ("GET /callback?code=a HTTP/1.1", 400),
            ("GET /callback?code=a&state=st&state=st HTTP/1.1", 400), ("GET /callback?state=st HTTP/1.1", 400),
            ("GET /callback?code=&state=st HTTP/1.1", 400), ("GET /callback?code=a%0Ab&state=st HTTP/1.1", 400),
            ("GET /callback?code=a&code=b&state=st HTTP/1.1", 400), ("GET /callback?code=%zz&state=st HTTP/1.1", 400),
            ("GET /callback?code=%+f&state=st HTTP/1.1", 400), ("GET /callback?code=a&state=st", 400),
            ("GET  /callback?code=a&state=st HTTP/1.1", 400), ("HEAD /callback?code=a&state=st HTTP/1.1", 405),
            ("GET / HTTP/1.1", 404), ("GET /callbacks?code=a&state=st HTTP/1.1", 404),
            ("GET http://127.0.0.1:4000/callback?code=a&state=st HTTP/1.1", 404), ("", 400), ("\u{0}\u{0}", 400),
        ])
    func others(line: String, status: Int) {
        expect(judge(line), is: .refused(status))
    }

    @Test("a name that leads here is not this address, nor are two")
    func hosts() {
        for host in ["localhost:4000", "evil.example", "127.0.0.1", "127.0.0.1:4001", ""] {
            expect(judge("GET /callback?code=a&state=st HTTP/1.1", host: host), is: .refused(400))
        }
        let twice = judge("GET /callback?code=a&state=st HTTP/1.1", more: "Host: 127.0.0.1:4000\r\n")
        expect(twice, is: .refused(400))
        let bytes = Array("GET /callback?code=\u{FF}".utf8.dropLast()) + [0xFF]
        expect(CallbackRequest.judge(bytes, authority: "127.0.0.1:4000", state: "st"), is: .refused(400))
    }

    @Test("a port that was good before is taken again while it is free")
    func ports() throws {
        let first = try #require(LoopbackListener())
        expect(first.redirect, is: "http://127.0.0.1:\(first.port)/callback")
        let second = try #require(LoopbackListener(preferring: first.port))
        #expect(second.port != first.port)
        expect(second.wait(forState: "st", seconds: 0), is: nil)
    }

    @Test("a pasted code comes without what a terminal puts around it")
    func codes() {
        expect(CodePrompt.code(in: " \u{1B}[200~abc-123\u{1B}[201~ \r"), is: "abc-123")
        for text in ["", "  ", "two words", "é", String(repeating: "x", count: 2049)] {
            expect(CodePrompt.code(in: text), is: nil)
        }
    }
}
