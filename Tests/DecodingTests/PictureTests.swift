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
        ("<img src='/cat.jpg' alt='Un chat'>", "[image: Un chat]", ["https://blog.example/cat.jpg"]),
        ("a <img src='/cat.jpg'> b", "a [image] b", ["https://blog.example/cat.jpg"]),
        ("<img src='/cat.jpg' alt=' ' width=600 height='400px'>", "[image]", ["https://blog.example/cat.jpg"]),
        ("<img src='/cat.jpg' width='100%'>", "[image]", ["https://blog.example/cat.jpg"]),
        (
            "two<img src='/cat.jpg'><img src='/dog.jpg'>of them", "two [image] [image] of them",
            ["https://blog.example/cat.jpg", "https://blog.example/dog.jpg"]
        ),
        // One that is a link has the link's number.
        ("<a href='/big'><img src='/cat.jpg' alt='Un chat'></a>", "[image: Un chat]", ["https://blog.example/big"]),
        ("<a href='/big'><img src='/cat.jpg'></a>", "[image]", ["https://blog.example/big"]),
        ("<a name=x><img src='/cat.jpg'></a>", "[image]", ["https://blog.example/cat.jpg"]),
        // What cannot be followed.
        ("<img src='data:image/gif;base64,R0' alt='Un chat'><img src='data:x'>", "[image: Un chat]", []),
        // Those that count readers.
        (
            "a<img src='//count.example/1.gif' width=1 height=1><img src='/2.gif' height='0px'><img src='/3' width=2>",
            "a", []
        ),
        ("<img src='//count.example/1.gif' width=1 alt='counter'>", "[image: counter]", []),
        // And those that are a letter of the text.
        (
            "<img class='Emoji' src='/e.png' alt=':blob:'> <img class='wp-smiley' src='/s.png' alt=':-)'>",
            ":blob: [image: :-)]", []
        ),
        ("<img src='/e.png' alt='🙂'><img class=smiley src='/s.png'>", "[image: 🙂]", []),
    ])
    func picturesLeaveALink(html: String, expected: String, links: [String]) {
        let rich = text(html)
        expect(rich.plain.string, is: expected)
        expect(rich.links.map(\.text), is: links)
    }

    @Test func noPictureIsWhatAPostIsAbout() throws {
        // Given
        let picture = try #require(WebAddress("https://blog.example/cat.jpg"))
        var post = Post(
            id: .activityPub(uri: "https://a.example/1"), remoteID: "1", network: .mastodon, kind: .post,
            author: Author(name: "Ada"))
        // When
        post.body = text("<img src='/cat.jpg' alt='Un chat'> <img src='/cat.jpg'> <a href='https://a.example/'>it</a>")
        // Then it is among the links
        expect(post.body.links.first, is: picture)
        expect(post.mainLink?.text, is: "https://a.example/")
        // And comes first where there is nothing else
        post.body = text("<img src='/cat.jpg'>")
        expect(post.body.firstPage, is: nil)
        expect(post.mainLink, is: picture)
    }

    @Test func titlesAndNamesHaveNoPictures() throws {
        let picture = "<img src=\"https://a.example/1.png\"> News"
        expect(HTMLText.plainText(picture), is: "News")
        let feed = """
            <feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title type="html"><![CDATA[\(picture)]]></title>\
            </entry></feed>
            """
        let page = try FeedDecoder.decode(Array(feed.utf8), address: nil, source: SourceID(value: "feed"))
        expect(page.items.first?.post.title, is: "News")
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
        expect(rich.plain, is: "so¹ Part one other")
        expect(rich.links.map(\.text), is: ["https://blog.example/x#y"])
    }
}
