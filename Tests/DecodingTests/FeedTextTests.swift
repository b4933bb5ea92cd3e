import Decoding
import Expectations
import Testing
import Text
import TimelineModel

/// Texts of feeds that are no HTML, and titles that are texts.
@Suite struct FeedTextTests {
    private func post(_ document: String) throws -> Post {
        let page = try FeedDecoder.decode(Array(document.utf8), address: nil, source: SourceID(value: "feed"))
        return try #require(page.items.first?.post)
    }

    private func described(_ attributes: String, _ text: String) throws -> Post {
        try post(
            """
            <feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"><entry><id>1</id>\
            <media:group><media:description\(attributes)>\(text)</media:description></media:group></entry></feed>
            """)
    }

    @Test(arguments: ["", " type=\"plain\"", " type='text/plain'"])
    func aDescriptionOfMediaIsPlain(attributes: String) throws {
        let post = try described(attributes, "One &lt;b&gt;\n\nChapters: https://a.example/x?a=1&amp;b=2.\n0:00 Start")
        expect(post.body.plain, is: "One <b>\n\nChapters: https://a.example/x?a=1&b=2.\n0:00 Start")
        expect(post.body.links.map(\.text), is: ["https://a.example/x?a=1&b=2"])
    }

    @Test func aDescriptionOfMediaIsHTMLWhereItSaysSo() throws {
        let post = try described(" type=\"html\"", "One &lt;b&gt;two&lt;/b&gt;\nthree")
        expect(post.body.plain, is: "One two three")
    }

    @Test(arguments: [
        ("see https://a.example/x.", ["https://a.example/x"], ["https://a.example/x"]),
        (
            "(HTTP://a.example/x_(y)) <http://b.example>", ["HTTP://a.example/x_(y)", "http://b.example"],
            ["http://a.example/x_(y)", "http://b.example"]
        ),
        (
            "“https://a.example/é”, https://a.example/#a!", ["https://a.example/é", "https://a.example/#a"],
            ["https://a.example/%C3%A9", "https://a.example/#a"]
        ),
        ("詳細はhttps://a.example/を見て", ["https://a.example/"], ["https://a.example/"]),
        ("xhttps://a.example https:// https://who@a.example/ ftp://a.example", [], []),
        ("https://a.example/\u{301}x", ["https://a.example"], ["https://a.example"]),
    ])
    func addressesInPlainTextAreLinks(text: String, shown: [String], links: [String]) throws {
        let post = try post(
            """
            {"version":"https://jsonfeed.org/version/1.1","title":"T","items":[{"id":"1","content_text":"\(text)"}]}
            """)
        expect(post.body.plain.string, is: text)
        expect(
            post.body.spans.map { span in
                let bytes = Array(post.body.plain.string.utf8)[span.range]
                return String(decoding: bytes, as: UTF8.self)
            }, is: shown)
        expect(post.body.links.map(\.text), is: links)
    }

    @Test(arguments: ["description", "x"]) func aTitleThatIsATextIsKeptWhole(name: String) throws {
        // Given
        let whole = (1...200).map { "word\($0)" }.joined(separator: " ")
        // When its entry has a text of its own, or none
        let post = try post(
            "<rss><channel><item><guid>1</guid><title>\(whole)</title><\(name)>text</\(name)></item></channel></rss>")
        // Then
        expect(post.title?.string, is: whole.prefix(499) + "…")
        expect(post.body.plain.string, is: name == "x" ? whole : "text")
    }

    @Test func aTitleThatIsATextIsKeptWholeInEveryFormat() throws {
        // Given
        let whole = String(repeating: "so & so ", count: 99) + "end"
        let escaped = whole.replacing("&", with: "&amp;amp;")
        // When
        let posts = try [
            post(
                "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id><title type='html'>\(escaped)</title></entry></feed>"
            ),
            post(
                """
                {"version":"https://jsonfeed.org/version/1.1","title":"T","items":[{"id":"1","title":"\(whole)",\
                "content_text":" "}]}
                """),
        ]
        // Then
        for post in posts {
            expect(post.title?.string.count, is: 500)
            expect(post.body.plain.string, is: whole)
        }
    }

    @Test func aTitleThatFitsIsATitleAlone() throws {
        let whole = String(repeating: "x", count: 500)
        let post = try post("<rss><channel><item><guid>1</guid><title>\(whole)</title></item></channel></rss>")
        expect(post.title?.string, is: whole)
        expect(post.body.isEmpty, is: true)
    }
}
