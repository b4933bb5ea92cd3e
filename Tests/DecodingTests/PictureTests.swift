import Decoding
import Expectations
import Testing
import Text
import TimelineModel

/// Pictures, players and what else stands in a page can be opened.
@Suite struct PictureTests {
    private func text(_ html: String) -> RichText {
        HTMLText.richText(html, base: WebAddress("https://blog.example/2026/post.html"))
    }

    @Test(arguments: [
        (
            "<p>before</p><embed src='x.swf'><p>after</p>", "before\n\n[embedded: blog.example]\n\nafter",
            ["https://blog.example/2026/x.swf"]
        ),
        ("<embed src='data:x'>after", "after", []),
        (
            "a<object data='//play.example/1'><param name=x>Too old.</object>b", "a\n[embedded: play.example]\nb",
            ["https://play.example/1"]
        ),
        ("<object data='data:x'><p>The <a href=/f>film</a></p></object>", "The film", ["https://blog.example/f"]),
        (
            "<object><param name=movie value='//play.example/1'><embed src='//play.example/1'></embed></object>after",
            "[embedded: play.example]\nafter", ["https://play.example/1"]
        ),
    ])
    func embeddedObjectsLeaveALink(html: String, expected: String, links: [String]) {
        let rich = text(html)
        expect(rich.plain.string, is: expected)
        expect(rich.links.map(\.text), is: links)
    }

    @Test(arguments: ["#fn1", " #", "#"]) func placesInTheTextAreNoLinks(href: String) {
        // Given a footnote and a table of contents
        let rich = text("so<sup><a href='\(href)'>1</a></sup> <a href='\(href)'>Part one</a> <a href='/x#y'>other</a>")
        // Then only what leads away is a link
        expect(rich.plain, is: "so1 Part one other")
        expect(rich.links.map(\.text), is: ["https://blog.example/x#y"])
    }
}
