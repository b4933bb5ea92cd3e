import Expectations
import TestSupport
import Testing
import Text

@testable import TimelineModel

@Suite("Web addresses are safe to show, store and open")
struct WebAddressTests {
    @Test(
        "what is accepted, and its form",
        arguments: [
            ("https://lemonde.fr", "https://lemonde.fr"),
            (" HTTPS://LeMonde.FR:443/Une?q=1#a \n", "https://lemonde.fr:443/Une?q=1#a"),
            ("http://e.com:/x", "http://e.com/x"),
            ("http://e.com./x", "http://e.com/x"),
            ("http://localhost./", "http://localhost/"),
            ("https://e.com/é\u{202e}<\"`", "https://e.com/%C3%A9%E2%80%AE%3C%22%60"),
            ("https://e.com/\u{301}", "https://e.com/%CC%81"),
            ("https://e.com?a", "https://e.com?a"),
            ("https://e.com/a@b", "https://e.com/a@b"),
            ("https://a_b.e-f.com/%C3%A9", "https://a_b.e-f.com/%C3%A9"),
            ("http://[::1]:8080/", "http://[::1]:8080/"),
            ("http://[2001:DB8::1]/", "http://[2001:db8::1]/"),
            ("http://192.168.0.1/", "http://192.168.0.1/"),
            ("https://bücher.example/", "https://xn--bcher-kva.example/"),
            ("https://BÜCHER.example/", "https://xn--bcher-kva.example/"),
            ("https://bu\u{308}cher.example/", "https://xn--bcher-kva.example/"),
            ("https://straße.de", "https://xn--strae-oqa.de"),
            ("https://пример.рф", "https://xn--e1afmkfd.xn--p1ai"),
            ("https://日本語.jp", "https://xn--wgv71a119e.jp"),
            ("https://か\u{3099}.jp", "https://xn--v8j.jp"),
            ("https://xn--pple-43d.com/", "https://xn--pple-43d.com/"),
        ])
    func accepted(raw: String, text: String) throws {
        let address = try #require(WebAddress(raw))
        expect(address.text, is: text)
        expect(WebAddress(address.text), is: address)
    }

    @Test(
        "what is refused",
        arguments: [
            "", "e.com", "//e.com", "http:e.com", "https:/e.com", "https://", "https:///a", "ftp://e.com",
            "javascript://e.com/%0aalert(1)", "http://u@e.com", "http://u:p@e.com", "http://@e.com", "http://a@b@c/",
            "http://e.com@\u{301}evil.com", "http://e.com\\@evil.com", "http://e.com\u{7}", "http://e .com/",
            "http://e.com/a b", "http://e.com:0", "http://e.com:65536", "http://e.com:+80", "http://e.com:8a",
            "http://e%00.com/", "http://ex\u{ad}ample.com/", "http://e.com\u{202e}/", "http://ｅ.com",
            "http://e。com", "http://ﬁn.com", "http://e\u{200d}.com", "http://..com", "http://e..com", "http://.",
            "http://-e.com", "http://\(String(repeating: "a", count: 64)).com", "http://0x7f000001/",
            "http://0177.0.0.1/", "http://127.1/", "http://2130706433/", "http://1.2.3.256/", "http://1.2.3.4.5/",
            "http://[]/", "http://[::1/", "http://[::g]/", "http://[：:1]/", "http://[fe80::1%25eth0]/", "http://a[b]/",
        ])
    func refused(raw: String) {
        expect(WebAddress(raw)?.text, is: nil)
    }

    @Test("whatever is accepted is a plain ASCII address without user information, and stays as it is")
    func junk() {
        var random = SeededRandom(seed: 7)
        let pieces = [
            "http://", "https://", "e", "E", ".", ".com", "é", "e\u{301}", "а", "日", "-", "_", "xn--", "xn--pple-43d",
            "/",
            "\\", "@", ":", "80", "#", "?", "%", "%00", "[", "]", "::1", " ", "\u{202e}", "\u{ad}", "\u{0}", "\u{7}",
            "ß", "0x",
            "127.0.0.1", "🙂", "。", "'", "`", "\"", "$(id)", "|", "\u{301}",
        ]
        var accepted = 0
        for _ in 0..<20_000 {
            let raw = random.pick(["http://", "https://", "http://e", ""]) + random.pick(0...8, of: pieces).joined()
            guard let address = WebAddress(raw) else { continue }
            accepted += 1
            expectHarmless(address, raw)
        }
        #expect(accepted > 1000)
    }

    @Test(
        "hosts are shown in their letters; where scripts mix, with the ASCII form",
        arguments: [
            ("https://www.lemonde.fr/", "www.lemonde.fr", "lemonde.fr"),
            ("https://e.com/a", "e.com", "e.com/a"),
            ("https://e.com:8080", "e.com", "e.com:8080"),
            ("https://bücher.example/x", "bücher.example", "bücher.example/x"),
            ("https://xn--bcher-kva.example/x", "bücher.example", "bücher.example/x"),
            ("https://日本語.jp/", "日本語.jp", "日本語.jp"),
            ("https://пример.рф/", "пример.рф", "пример.рф"),
            ("https://xn--pple-43d.com/", "аpple.com (xn--pple-43d.com)", "xn--pple-43d.com"),
            ("https://ɡoogle.com/", "ɡoogle.com (xn--oogle-qmc.com)", "xn--oogle-qmc.com"),
            // Nothing that we would encode in this way.
            ("https://xn--a.com/", "xn--a.com", "xn--a.com"),
            ("https://xn--/", "xn--", "xn--"),
        ])
    func shown(raw: String, host: String, short: String) throws {
        let address = try #require(WebAddress(raw))
        expect(address.shownHost.string, is: host)
        expect(address.shownShort.string, is: short)
        expect(address.shown.string, is: address.text)
    }

    @Test(
        "loopback by name and literal only",
        arguments: [
            ("http://localhost", true), ("http://localhost.", true), ("http://127.0.0.1:80", true),
            ("http://127.8.9.1", true), ("http://[::1]", true), ("http://localhost.evil.com", false),
            ("http://127.0.0.1.evil.com", false), ("http://128.0.0.1", false), ("http://[::2]", false),
        ])
    func loopback(raw: String, expected: Bool) throws {
        try expect(#require(WebAddress(raw)).isLoopback, is: expected)
    }
}

/// What every accepted address must be, whatever it was made from.
func expectHarmless(_ address: WebAddress, _ raw: String) {
    let allowed = Set("!#$%&'()*+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]_abcdefghijklmnopqrstuvwxyz~".utf8)
    #expect(address.text.utf8.allSatisfy { allowed.contains($0) }, "\(raw)")
    #expect(address.text.hasPrefix(address.isSecure ? "https://" : "http://"), "\(raw)")
    let authority = address.text.utf8.drop { $0 != UInt8(ascii: "/") }.dropFirst(2)
        .prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
    expect(String(Substring(authority)), is: address.host + (address.port.map { ":\($0)" } ?? ""), "\(raw)")
    #expect(!authority.contains(UInt8(ascii: "@")) && !address.host.isEmpty && !address.host.hasPrefix("-"), "\(raw)")
    expect(WebAddress(address.text), is: address, "\(raw)")
}

@Suite("Punycode (RFC 3492)")
struct PunycodeTests {
    /// Section 7.1, those whose letters have no case.
    @Test(
        "the samples of the RFC",
        arguments: [
            ("ليهمابتكلموشعربي؟", "egbpdaj6bu4bxfgehfvwxn"),
            ("他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"),
            ("他們爲什麽不說中文", "ihqwctvzc91f659drss3x8bo0yb"),
            ("למההםפשוטלאמדבריםעברית", "4dbcagdahymbxekheh6e0a7fei0b"),
            ("3年B組金八先生", "3B-ww4c5e180e575a65lsy2b"),
            ("安室奈美恵-with-SUPER-MONKEYS", "-with-SUPER-MONKEYS-pc58ag80a8qai00g7n9n"),
            ("Hello-Another-Way-それぞれの場所", "Hello-Another-Way--fc4qua05auwb3674vfr0b"),
            ("ひとつ屋根の下2", "2-u9tlzr9756bt3uc0v"),
            ("MajiでKoiする5秒前", "MajiKoi5-783gue6qz075azm5e"),
            ("パフィーdeルンバ", "de-jg4avhby1noc0d"),
            ("そのスピードで", "d9juau41awczczp"),
            ("bücher", "bcher-kva"),
        ])
    func samples(letters: String, encoded: String) {
        expect(Punycode.encoded(letters.unicodeScalars), is: encoded)
        expect(Punycode.decoded(encoded), is: letters)
    }

    @Test("what was encoded decodes to itself")
    func roundTrip() {
        var random = SeededRandom(seed: 8)
        for _ in 0..<2000 {
            let label = String(
                String.UnicodeScalarView(
                    (0..<Int.random(in: 0...20, using: &random)).compactMap { _ in
                        Unicode.Scalar(UInt32.random(in: 0...(random.once(in: 2) ? 0x17f : 0x10ffff), using: &random))
                    }))
            let encoded = Punycode.encoded(label.unicodeScalars)
            let decoded = encoded.flatMap { Punycode.decoded($0) }
            expect(decoded.map { Array($0.unicodeScalars) }, is: Array(label.unicodeScalars), "\(encoded ?? "nil")")
        }
    }

    @Test("junk decodes to letters or to nothing")
    func junk() {
        var random = SeededRandom(seed: 9)
        var decoded = 0
        for _ in 0..<5000 {
            let text = String(
                decoding: (0..<Int.random(in: 0...70, using: &random)).map { _ in
                    random.pick(Array("abcxyz0189-AZé".utf8))
                }, as: UTF8.self)
            if Punycode.decoded(text) != nil { decoded += 1 }
        }
        #expect(decoded > 0)
    }
}
