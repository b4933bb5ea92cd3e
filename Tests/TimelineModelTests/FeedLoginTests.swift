import Expectations
import Testing
import TimelineModel

@Suite struct FeedLoginTests {
    @Test func anAddressWithANameAndAPasswordIsTakenApart() throws {
        let cases = [
            ("https://me:secret@example.org/feed", "https://example.org/feed", "me", "secret"),
            ("http://me@127.0.0.1:80/a@b?c=@", "http://127.0.0.1:80/a@b?c=@", "me", ""),
            ("https://m%40e:a:b%2Fc@d@example.org?x", "https://example.org?x", "m@e", "a:b/c@d"),
        ]
        for (raw, address, user, password) in cases {
            let (found, login) = try #require(FeedLogin.split(raw))
            expect(found.text, is: address)
            expect([login.user, login.password], is: [user, password])
        }
        for raw in ["https://example.org/@me", "me:secret@example.org", "https://:x@example.org/", "ftp://a:b@c.org/"] {
            #expect(FeedLogin.split(raw) == nil, "\(raw)")
        }
        expect(FeedLogin.hidden(in: "ftp://me:secret@c.org/@x"), is: "ftp://***@x")
        for raw in ["http://me:S3/cret@c.org/", "me:S3cret@c.org/", "//me:S3cret@c.org", "http:/me:S3#cret@c.org/"] {
            let hidden = FeedLogin.hidden(in: raw)
            #expect(hidden.contains("@c.org") && !hidden.contains("S3"), "\(hidden)")
        }
        expect(FeedLogin.hidden(in: "https://c.org/x"), is: "https://c.org/x")
    }

    @Test func aPasswordDoesNotPrint() throws {
        let login = try #require(FeedLogin(user: "me", password: "hunter2"))
        var dumped = "\(login) \(String(reflecting: login))"
        dump(login, to: &dumped)
        #expect(!dumped.contains("hunter2"))
        for (user, password) in [("", "x"), ("a:b", "x"), ("a\n", "x"), ("a", "x\r\nHost: b")] {
            #expect(FeedLogin(user: user, password: password) == nil)
        }
    }
}
