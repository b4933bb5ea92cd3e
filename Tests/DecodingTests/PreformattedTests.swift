import Decoding
import Expectations
import Testing
import Text
import TimelineModel

/// The lines of a program keep their shape.
@Suite struct PreformattedTests {
    @Test(arguments: [
        // White space between elements, as highlighters write it.
        (
            "<pre><span>def</span> f(x):\n    <span>if</span> x:\n        <b>return</b>  <i> 1</i></pre>",
            "def f(x):\n    if x:\n        return   1"
        ),
        ("x<pre>\n  <b>a</b>\n \n    <i>b</i></pre>y", "x\n\n\n  a\n\n    b\n\ny"),
        ("x<pre>  <span> </span><span>a</span></pre>", "x\n\n   a"),
        ("<p>x</p><pre>  code <b>x</b></pre>", "x\n\n  code x"),
        ("<pre>a<br>    <b>x</b></pre>", "a\n    x"),
        ("<pre>a\n&nbsp;&nbsp;<b>x</b>&nbsp;&nbsp;y</pre>", "a\n  x\u{a0}\u{a0}y"),
        ("<blockquote><pre>  a\n    <b>b</b></pre></blockquote>", "│   a\n│     b"),
        ("<ul><li><pre>a\n  <b>b</b></pre></li></ul>", "• a\n    b"),
        // A text begins with no blank: what its first line loses, those below lose too.
        ("<pre>  code <b>x</b></pre>", "code x"), ("<pre>    a\n      <b>b</b>\n    c\n  d</pre>", "a\n  b\nc\nd"),
        ("<pre>  a\n    b</pre><pre>a\n    b</pre>", "a\n  b\n\na\n    b"),
        // Blanks of the source mean nothing outside.
        ("<pre>a</pre>\n    <b>b</b>", "a\n\nb"), ("<pre>a\n    </pre><b>b</b>", "a\n\nb"),
    ])
    func whiteSpaceIsKept(html: String, expected: String) {
        expect(HTMLText.richText(html).plain.string, is: expected)
    }

    @Test(arguments: [
        ("<pre>{\n\ta\n\t\tb</pre>", "{\n    a\n        b"),
        ("<pre>a\tb\nabc\td\nabcd\te</pre>", "a   b\nabc d\nabcd    e"),
        ("<pre>x\n  \ta</pre>", "x\n    a"), ("<pre>x\n<b>ab</b><i>\t</i>c</pre>", "x\nab  c"),
        ("<pre>漢\tx</pre>", "漢  x"),
    ])
    func tabsReachToTheNextOfTheStops(html: String, expected: String) {
        expect(HTMLText.richText(html).plain.string, is: expected)
    }

    @Test func whiteSpaceIsKeptInXHTML() throws {
        // Given
        let feed = """
            <feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><content type="xhtml">\
            <div xmlns="http://www.w3.org/1999/xhtml"><p>See:</p><pre><code><span>if</span> x {
                <span>y</span>
            }</code></pre></div></content></entry></feed>
            """
        // When
        let page = try FeedDecoder.decode(Array(feed.utf8), address: nil, source: SourceID(value: "feed"))
        // Then
        expect(page.items.first?.post.body.plain, is: "See:\n\nif x {\n    y\n}")
    }
}
