import Expectations
import Foundation
import Testing
import Text
import TimelineModel

private let corpus = ProcessInfo.processInfo.environment["PERCHOIR_CORPUS"]

@Suite("Corpus of hostile web addresses", .enabled(if: corpus != nil, "PERCHOIR_CORPUS is not set"))
struct CorpusWebAddressTests {
    private func hostile() throws -> [String] {
        let file = URL(fileURLWithPath: try #require(corpus)).appendingPathComponent("hostile/hostile-urls.json")
        return try JSONDecoder().decode([String].self, from: Data(contentsOf: file))
    }

    /// Addresses whose only hostility is where they lead: that is judged on the connected address, not on the text.
    private let plainButPrivate = [
        "http://[::1]/", "http://[::ffff:7f00:1]/", "http://169.254.169.254/latest/",
        "http://metadata.google.internal/", "http://192.168.0.1/", "http://100.64.0.1/", "http://[fd00::1]/",
        "http://[64:ff9b::7f00:1]/", "http://0.0.0.0/",
    ]

    @Test("each is refused, or becomes a plain address that shows where it leads")
    func hostileAddresses() throws {
        let accepted = [
            "http://example.com/$(id)": "http://example.com/$(id)",
            "http://e/`id`": "http://e/%60id%60",
            "http://e/';id;'": "http://e/';id;'",
            "http://e/\";id;\"": "http://e/%22;id;%22",
            "http://localhost./": "http://localhost/",
            "http://xn--pple-43d.com/": "http://xn--pple-43d.com/",
            "http://e.com/\u{202e}gpj.exe": "http://e.com/%E2%80%AEgpj.exe",
            "http://e.com/%ff%fe": "http://e.com/%ff%fe",
        ]
        let hostile = try hostile()
        #expect(hostile.count > 40)
        for raw in hostile {
            let address = WebAddress(raw)
            let expected = plainButPrivate.contains(raw) ? raw : accepted[raw]
            expect(address?.text, is: expected, "\(raw.debugDescription)")
            if let address { expectHarmless(address, raw) }
        }
    }

    @Test("a look-alike host is shown with its ASCII form")
    func lookAlike() throws {
        let address = try #require(WebAddress("http://xn--pple-43d.com/"))
        #expect(address.shownHost.string.hasSuffix("(xn--pple-43d.com)"))
    }
}
