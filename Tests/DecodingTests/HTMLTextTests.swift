import Decoding
import Expectations
import Testing
import Text
import TimelineModel

@Suite struct HTMLTextTests {
    static let base = WebAddress("https://blog.example/2026/post.html")

    private func text(_ html: String) -> String { HTMLText.richText(html, base: Self.base).plain.string }

    @Test(arguments: [
        ("plain", "plain"), ("a  b\n c", "a b c"), ("<p>one</p><p>two</p>", "one\n\ntwo"), ("one<br>two", "one\ntwo"),
        ("<p>one<br><br>two</p>", "one\n\ntwo"), ("<div>a</div><div>b</div>", "a\nb"),
        ("<b>Vrai</b>&nbsp;! Oui", "Vrai\u{a0}! Oui"), ("a <b> b</b> <i>c </i>d", "a b c d"),
        ("<ul><li>un</li><li>deux</li></ul>", "• un\n• deux"),
        ("<ol start=3><li>x<li value=9>y<li>z</ol>", "3. x\n9. y\n10. z"),
        ("<ol reversed><li>x<li>y</ol>", "2. x\n1. y"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "• a\n  • b\n• c"),
        ("<ul><li><p>a</p></li><li><p>b</p></li></ul>", "• a\n\n• b"),
        ("x<blockquote><p>q</p><p>r</p></blockquote>y", "x\n\n│ q\n│\n│ r\n\ny"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "│ a\n│\n│ │ b"),
        ("<pre>if x {\n    y\n}</pre>", "if x {\n    y\n}"), ("<h2>Title</h2>text", "Title\n\ntext"),
        ("<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>", "漢(kan)"), ("<q>so</q>", "“so”"),
        ("<script>x()</script>a<style>b{}</style><template>t</template>", "a"), ("a<!-- c -->b", "ab"),
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>", "a | b\n1 | 2"),
        ("<img src=x alt='Un chat'>", "[image: Un chat]"), ("<img>", ""), ("<unknown>kept</unknown>", "kept"),
        ("1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 < 2 && 3 > 2"), ("it&#146;s", "it’s"), ("a < b", "a < b"),
        ("&eacute;&hellip;", "é…"),
        ("&#27;[2J&#x9b;2J", "›2J"), ("<a href='javascript:alert(1)'>click</a>", "click"), ("", ""), ("<p></p>", ""),
        ("</div></p></b>x", "x"), ("<p>unclosed <b>bold", "unclosed bold"),
    ])
    func saysWhatTheMarkupSays(html: String, expected: String) {
        let actual = text(html)
        if html.contains("&#27;") {
            #expect(!actual.unicodeScalars.contains("\u{1b}"))
            #expect(!actual.unicodeScalars.contains("\u{9b}"))
        } else {
            expect(actual, is: expected)
        }
    }

    @Test func linksStandOnTheBaseAndCoverTheirText() throws {
        // Given links of every sort
        let html = "é <a href='/a b?x=1'>relative</a> <a href='mailto:a@b'>mail</a> <a href='//o.example/'>other</a>"
        // When
        let rich = HTMLText.richText(html, base: Self.base)
        // Then those of the web are absolute, the others only text
        expect(rich.plain, is: "é relative mail other")
        expect(
            rich.spans,
            is: [
                .init(range: 3..<11, kind: .link(try #require(WebAddress("https://blog.example/a%20b?x=1")))),
                .init(range: 17..<22, kind: .link(try #require(WebAddress("https://o.example/")))),
            ])
    }

    @Test(arguments: [
        ("<video src='/clip.mp4'>No video here.</video>", "[video]", ["https://blog.example/clip.mp4"]),
        (
            "a<audio controls><source src=un.mp3 type=audio/mpeg><source src=deux.ogg>Too old.</audio>b",
            "a\n[audio]\nb", ["https://blog.example/2026/un.mp3"]
        ),
        ("<VIDEO SRC=' /clip.mp4 '></VIDEO>", "[video]", ["https://blog.example/clip.mp4"]),
        // Only what can be followed counts.
        (
            "<video src='javascript:alert(1)'><source src='blob:x'><source><source src='//cdn.example/x.mp4'></video>",
            "[video]", ["https://cdn.example/x.mp4"]
        ),
        (
            """
            <video src=''><p>Get the <a href=/f.mp4>film</a>.</p><script>x()</script>\
            <img src='//count.example/1.gif' width=1><style>b{}</style></video>
            """, "Get the film.", ["https://blog.example/f.mp4"]
        ),
        ("<audio></audio>x", "x", []), ("<video poster='//p.example/p.jpg'><track src=s.vtt></video>", "", []),
        ("<video src='https://a.example/&#x202e;4pm'></video>x", "[video]\nx", ["https://a.example/%E2%80%AE4pm"]),
        ("<video src='https://who@a.example/1.mp4'></video><audio src='file:///etc/passwd'></audio>x", "x", []),
    ])
    func recordingsLeaveALink(html: String, expected: String, links: [String]) {
        let rich = HTMLText.richText(html, base: Self.base)
        expect(rich.plain.string, is: expected)
        expect(rich.links.map(\.text), is: links)
    }

    @Test func recordingsInXHTMLHaveTheirSourcesSideBySide() throws {
        let feed = """
            <feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><content type="xhtml">\
            <div xmlns="http://www.w3.org/1999/xhtml"><video><source src="data:video/mp4,x"/>\
            <source src="https://a.example/1.mp4"/><source src="https://a.example/2.mp4"/>Too old.</video></div>\
            </content></entry></feed>
            """
        let page = try FeedDecoder.decode(Array(feed.utf8), address: nil, source: SourceID(value: "feed"))
        expect(page.items.first?.post.body.plain, is: "[video]")
        expect(page.items.first?.post.body.links.map(\.text), is: ["https://a.example/1.mp4"])
    }

    @Test func shortenedLinksShowTheirVisiblePart() {
        let html = """
            <a href="https://www.example.com/long/path"><span class="invisible">https://www.</span>\
            <span class="ellipsis">example.com/long/pa</span><span class="invisible">th</span></a>
            """
        let rich = HTMLText.richText(html, base: nil)
        expect(rich.plain, is: "example.com/long/pa…")
        expect(rich.links.map(\.text), is: ["https://www.example.com/long/path"])
    }

    @Test func mentionsAndHashtagsAreMarked() throws {
        // Given
        let html = """
            <p><span class="h-card"><a href="https://m.example/@ada" class="u-url mention">@<span>ada</span></a></span> \
            <a href="https://m.example/tags/swift" class="mention hashtag" rel="tag">#<span>swift</span></a> :blob:</p>
            """
        let ada = try #require(WebAddress("https://m.example/@ada"))
        // When
        let rich = HTMLText.richText(
            html, mentions: [Mention(handle: "ada@m.example", address: ada)], tags: ["Swift"], emojis: ["blob"])
        // Then
        expect(rich.plain, is: "@ada@m.example #swift :blob:")
        expect(
            rich.spans,
            is: [
                .init(range: 0..<14, kind: .mention(handle: "ada@m.example", ada)),
                .init(range: 15..<21, kind: .hashtag("Swift", WebAddress("https://m.example/tags/swift"))),
                .init(range: 22..<28, kind: .customEmoji),
            ])
        #expect(rich.links.isEmpty)
    }

    @Test func hashtagsInsideOfOneAnotherAreOne() throws {
        // Given what only XHTML can say, with a text that each of them would have to read
        let feed = """
            <feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><content type="xhtml">\
            <div xmlns="http://www.w3.org/1999/xhtml">\(String(repeating: "<a class='hashtag'>", count: 200))#swift\
            \(String(repeating: "</a>", count: 200)) <a rel="tag">#next</a></div></content></entry></feed>
            """
        // When
        let page = try FeedDecoder.decode(Array(feed.utf8), address: nil, source: SourceID(value: "feed"))
        // Then
        expect(page.items.first?.post.body.plain, is: "#swift #next")
        expect(
            page.items.first?.post.body.spans,
            is: [.init(range: 0..<6, kind: .hashtag("swift", nil)), .init(range: 7..<12, kind: .hashtag("next", nil))])
    }

    @Test func quoteFallbackIsDroppedOnlyWhenTheQuoteIsShown() {
        let html = "<p class=\"quote-inline\">RE: x</p><p>text</p>"
        expect(HTMLText.richText(html, dropsQuoteInline: true).plain, is: "text")
        expect(HTMLText.richText(html).plain, is: "RE: x\n\ntext")
    }

    @Test(arguments: [
        ("Tom &amp; Jerry", "Tom & Jerry"), ("Tom &amp;amp; Jerry", "Tom & Jerry"), ("a < b & c", "a < b & c"),
        ("Vec<T> and <b>bold</b>", "Vec and bold"), ("Vec<T>", "Vec<T>"), ("&lt;b&gt; is bold", "<b> is bold"),
        ("L&#8217;été", "L’été"), ("AT&T", "AT&T"), ("  two\n lines ", "two lines"),
    ])
    func titlesAreDecodedAsOftenAsTheyNeed(raw: String, expected: String) {
        let spaced = HTMLText.plainText(raw).string.split(separator: " ").joined(separator: " ")
        expect(spaced, is: expected)
    }

    @Test func spansLieOnGraphemeBoundaries() {
        // Given tags that cut clusters apart, in any order, by a fixed sequence
        let pieces = [
            "<b>", "</b>", "<i>", "</i>", "e", "\u{301}", "👨", "\u{200d}", "👩", "🇫", "🇷", " ", "&nbsp;", "<p>", "é",
            "<pre>", "</pre>", "<li>", "<blockquote>", "</blockquote>",
        ]
        var state: UInt64 = 7
        for _ in 0..<2000 {
            var html = ""
            for _ in 0..<16 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                html += pieces[Int(state >> 33) % pieces.count]
            }
            // When
            let rich = HTMLText.richText(html)
            // Then
            var boundaries: Set<Int> = [0]
            var offset = 0
            for character in rich.plain.string {
                offset += character.utf8.count
                boundaries.insert(offset)
            }
            for span in rich.spans {
                #expect(
                    boundaries.contains(span.range.lowerBound) && boundaries.contains(span.range.upperBound), "\(html)")
            }
            expect(SafeText(sanitizing: rich.plain.string, as: .body), is: rich.plain)
        }
    }

    @Test func deepMarkupIsBounded() {
        let html = String(repeating: "<div>", count: 100_000) + "deep"
        _ = HTMLText.richText(html)
        #expect(HTMLText.richText(String(repeating: "<blockquote>", count: 50) + "x").plain.string.hasSuffix("x"))
    }
}
