import Decoding
import Expectations
import Testing
import Text
import TimelineModel

@Suite struct FeedDecoderTests {
    private let source = SourceID(value: "f00d")
    private let address = WebAddress("https://feed.example/feed.xml")

    private func page(_ text: String) throws -> Page {
        try FeedDecoder.decode(Array(text.utf8), address: address, source: source)
    }

    @Test func rss2IsReadWhole() throws {
        // When
        let page = try page(FeedFixtures.rss2)
        // Then the feed says who it is
        expect(page.profile.title, is: "Le Fil & la Plume")
        expect(page.profile.homePage?.text, is: "https://lefil.example/")
        expect(page.profile.language, is: "fr-fr")
        expect(page.minimumInterval, is: 3600)
        expect(page.keyRung, is: .guid)
        // And the items stand in the order of the document, the empty one reported
        expect(page.items.count, is: 2)
        expect(page.skipped.count, is: 1)
        let post = page.items[0].post
        expect(post.id, is: PostID("feed:f00d:lefil-4711"))
        expect(page.items[0].sighting.entryID, is: "lefil-4711")
        expect(post.title, is: "L’Élysée répond\u{a0}: \"non\"")
        expect(post.address?.text, is: "https://lefil.example/2026/11/elysee?a=1&b=2")
        expect(post.published?.rfc3339, is: "2026-11-22T07:30:00Z")
        expect(post.author.name, is: "Zoé Martin")
        expect(post.tags, is: ["Politique", "Médias & co"])
        expect(post.body.plain, is: "Texte entier.\n\n[image: La cour]")
        expect(post.body.links.map(\.text), is: ["https://lefil.example/suite.html", "https://lefil.example/a.jpg"])
        expect(post.attachments.map(\.kind), is: [.image, .audio])
        expect(post.attachments[0].alt, is: "La cour de l'Élysée")
        expect(post.attachments[1].size, is: 12345)
        expect(post.comments?.text, is: "https://lefil.example/2026/11/elysee#commentaires")
        expect(post.counts.replies, is: 12)
        expect(post.language, is: "fr-fr")
        let untitled = page.items[1].post
        expect(untitled.title, is: nil)
        expect(untitled.body.plain, is: "Sans titre, sans lien mais lisible.")
        expect(untitled.address?.text, is: "https://lefil.example/breve/2")
        expect(untitled.author.name, is: "La Rédaction")
        expect(untitled.published, is: nil)
    }

    @Test func atomIsReadWhole() throws {
        let page = try page(FeedFixtures.atom)
        expect(page.profile.title, is: "Notes — daily")
        expect(page.profile.homePage?.text, is: "https://notes.example/blog/")
        let post = page.items[0].post
        expect(post.title, is: "On engines")
        expect(post.remoteID, is: "tag:notes.example,2026:1")
        expect(post.address?.text, is: "https://notes.example/blog/engines.html")
        expect(post.author, is: Author(name: "Ada Byron", address: WebAddress("https://notes.example/ada")))
        expect(post.published?.rfc3339, is: "2026-11-21T21:00:00Z")
        expect(post.edited?.rfc3339, is: "2026-11-22T09:00:00.500Z")
        expect(post.tags, is: ["Engines"])
        expect(post.body.plain, is: "See plan.")
        expect(post.body.links.map(\.text), is: ["https://notes.example/blog/plan.html"])
        expect(post.attachments.first?.alt, is: "A drawing")
        expect(post.comments?.text, is: "https://notes.example/blog/engines.html#c")
        expect(post.language, is: "en")
        let second = page.items[1].post
        expect(second.title, is: "Plain <b> title")
        expect(second.author.name, is: "Source Author")
        expect(second.body.plain, is: "Nur kurz")
        expect(second.language, is: "de")
        expect(second.published?.rfc3339, is: "2026-11-20T09:00:00Z")
        expect(second.edited, is: nil)
    }

    @Test func rss1IsReadWhole() throws {
        let page = try page(FeedFixtures.rss1)
        expect(page.minimumInterval, is: 1800)
        expect(page.items.map(\.post.remoteID), is: ["https://old.example/1"])
        expect(page.items[0].post.author.name, is: "Bob")
        expect(page.items[0].post.tags, is: ["web"])
        expect(page.items[0].post.published?.rfc3339, is: "2026-11-22T07:00:00Z")
    }

    @Test func jsonFeedIsReadWhole() throws {
        let page = try page(FeedFixtures.json)
        expect(page.items.map(\.post.remoteID), is: ["17", "18"])
        expect(page.skipped.count, is: 3)
        let post = page.items[0].post
        expect(post.body.plain, is: "Hello world")
        expect(post.author.name, is: "Carla")
        expect(post.published?.rfc3339, is: "2026-11-22T13:00:00Z")
        expect(post.tags, is: ["one", "two"])
        expect(post.attachments.map(\.size), is: [100])
        expect(post.language, is: "en-gb")
        expect(page.items[1].post.body.plain, is: "1 < 2\nsecond line")
        expect(page.items[1].post.author.name, is: "Guest")
        expect(page.items[1].post.address?.text, is: "https://elsewhere.example/")
    }

    /// RFC 4287 section 4.1.3: what is no text, or stands elsewhere, is somewhere to go.
    @Test(
        arguments: [
            ("<content type='image/png'>iVBORw0KGgoAAAANSUhEUg==</content>", "", nil),
            ("<content type='image/png'>iVBORw0KGgoAAAANSUhEUg==</content><summary>Short</summary>", "Short", nil),
            ("<content type='application/octet-stream'>iVBORw0KGgoAAAANSUhEUg==</content>", "", nil),
            ("<content type='application/octet-stream'>PGI+Ym9sZDwvYj4=</content>", "bold", nil),
            ("<content src='x.html' type='text/html'/>", "https://feed.example/x.html", nil),
            ("<content src='x.html'/><summary>Short</summary>", "Short", "https://feed.example/x.html"),
        ] as [(String, String, String?)])
    func contentThatIsNoText(content: String, body: String, card: String?) throws {
        let page = try page(
            "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id><title>T</title>\(content)</entry></feed>")
        let post = try #require(page.items.first).post
        expect(post.body.plain.string, is: body)
        expect(post.card?.address.text, is: card)
        expect(post.card?.title.string, is: card.map { _ in "feed.example/x.html" })
    }

    @Test(
        arguments: [
            (
                #""url":"https://a.example/1","external_url":"https://b.example/2""#, "https://a.example/1",
                "https://b.example/2"
            ),
            (#""url":"https://a.example/1","external_url":"https://a.example/1""#, "https://a.example/1", nil),
            (#""external_url":"https://b.example/2""#, "https://b.example/2", nil),
            (#""url":"https://a.example/1""#, "https://a.example/1", nil),
        ] as [(String, String, String?)])
    func aJSONFeedLinksToAnotherPage(addresses: String, page own: String, linked: String?) throws {
        let page = try page(
            #"{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[{"id":"1","content_text":"x",\#(addresses)}]}"#
        )
        let post = try #require(page.items.first).post
        expect(post.address?.text, is: own)
        expect(post.card?.address.text, is: linked)
    }

    @Test(arguments: [
        ("mail@a.example (Zoé)", "Zoé"), ("Zoé <mail@a.example>", "Zoé"), ("Zoé", "Zoé"), ("zoe@a.example", "zoe"),
        ("Zoé zoe@a.example", "Zoé"), ("<zoe@a.example>", "zoe"), ("zoe@a.example ()", "zoe"), ("AT&amp;amp;T", "AT&T"),
    ])
    func aMailIsNeverPublishedBesideAName(text: String, name: String) throws {
        let author = text.replacing("<", with: "&lt;")
        let page = try page("<rss><channel><item><author>\(author)</author><guid>1</guid></item></channel></rss>")
        expect(page.items.first?.post.author.name.string, is: name)
    }

    @Test func aWebPageOffersItsFeeds() throws {
        let expected = [
            OfferedFeed(address: try #require(WebAddress("https://lefil.example/une.atom")), title: "À la une"),
            OfferedFeed(
                address: try #require(WebAddress("https://lefil.example/accueil/comments.xml")), title: "Comments"),
        ]
        #expect(throws: DecodingError.notAFeed(found: "a web page", offered: expected)) { try page(FeedFixtures.page) }
        expect(WebPage.offeredFeeds(in: Array(FeedFixtures.page.utf8), address: nil), is: expected)
    }

    @Test(arguments: [
        "", " \n", "hello", "{}", "[]", "{\"version\":\"https://jsonfeed.org/version/1.1\"}", "<svg/>", "<?a?><r/>",
        "<",
        "<html><body>Log in</body></html>", "{\"error\":\"no\"}", "\u{0}\u{0}", "<!DOCTYPE html>", "&", "<a",
    ])
    func whatIsNoFeedIsAnErrorThatCanBeShown(text: String) {
        do throws(DecodingError) {
            _ = try FeedDecoder.decode(Array(text.utf8), address: address, source: source)
            Issue.record("\(text) is no feed")
        } catch {
            #expect(!error.message.isEmpty)
        }
    }

    @Test func brokenMarkupLosesNoWholeItem() throws {
        // Given a feed with everything that stops a strict parser
        let text = """
            \n <?xml version="1.0" encoding="nonsense"?><!DOCTYPE rss [<!ENTITY x "y">]><rss><channel><title>T & U</title>
            <item><title>a &nbsp; b &foo; \u{1b}[31m &#27;</title><guid>1</guid></item>
            <item><title>unclosed <b>bold</title><guid>2</guid></item></title></i>
            <item><nope:title>x</nope:title><guid>3</guid><dc:creator>Zoé</dc:creator></item>
            <item><title><![CDATA[a & b]]></title><guid>4</guid>
            <item><guid>5</guid><description>x < y</description></item><item><guid>6</guid><title><![CDATA[cut
            """
        // When
        let page = try page(text)
        // Then
        expect(page.profile.title, is: "T & U")
        try #require(page.items.map(\.post.remoteID) == ["1", "2", "3", "4", "5"])
        expect(page.items[2].post.author.name, is: "Zoé")
        expect(page.items[3].post.title, is: "a & b")
        expect(page.items[4].post.body.plain, is: "x < y")
        // The end of the sixth is missing.
        expect(page.skipped.count, is: 1)
        #expect(ShownText.forbidden(in: ShownText.everything(page)).isEmpty)
    }

    @Test func limitsHold() throws {
        let many =
            "<rss><channel>" + String(repeating: "<item><title>x</title></item>", count: 0)
            + (0...DecodingLimits.items).map { "<item><guid>\($0)</guid></item>" }.joined() + "</channel></rss>"
        let page = try page(many)
        expect(page.items.count, is: DecodingLimits.items)
        expect(page.skipped.count, is: 1)
        let huge = [UInt8](repeating: 32, count: DecodingLimits.bytes + 1)
        #expect(throws: DecodingError.tooLarge(bytes: huge.count, limit: DecodingLimits.bytes)) {
            try FeedDecoder.decode(huge, address: nil, source: source)
        }
        // Nesting beyond the limit ends in a page or an error, never in a crash.
        let deep =
            "<rss><channel><item><title>first</title></item><item><description>"
            + String(repeating: "<b>", count: 50_000)
        _ = try? self.page(deep)
    }

    /// 8 MiB of such took half a gigabyte.
    @Test func ofTooMuchMarkupTheBeginningIsRead() throws {
        // Given an entry, and behind it more markup than is read
        let crowd = String(repeating: "<b/>x", count: DecodingLimits.markup)
        let page = try page(
            "<rss><channel><item><guid>1</guid><title>first</title></item><item><guid>2</guid><title>second</title>"
                + "<description>\(crowd)</description></item><item><guid>3</guid></item></channel></rss>")
        // Then what stands whole before the limit comes, and the source is told of the rest
        expect(page.items.map(\.post.remoteID), is: ["1"])
        #expect(!page.isIncomplete)
        expect(page.skipped, is: ["more than 200000 tags and attributes; what follows them was left out"])
    }

    /// Each of these would take a quadratic reader minutes.
    enum LongWinded: String, CaseIterable {
        case attributes, htmlAttributes, documentTypes, categories, halfTags, wrongEndTags, openQuotes
        case longNames, longNameSpace, flags, flagsInTitle, flagsInClass, flagsInType, flagsInAuthor

        var document: String {
            switch self {
            case .attributes:
                return item("<title " + (0..<50_000).map { "a\($0)='' " }.joined() + ">x</title>")
            case .htmlAttributes: return html("<p " + (0..<50_000).map { "a\($0) " }.joined() + ">text")
            case .documentTypes: return String(repeating: "<!DOCTYPE [>", count: 40_000) + item("")
            case .categories: return item((0..<20_000).map { "<category>\($0)</category>" }.joined())
            case .halfTags: return item("<title>" + String(repeating: "&lt;b ", count: 75_000) + "</title>")
            case .wrongEndTags: return item(String(repeating: "</x>", count: 100_000) + "<title>x</title>")
            case .openQuotes: return html(String(repeating: "<p title=\"", count: 50_000))
            case .longNames:
                let name = String(repeating: "n", count: 3000)
                let open = (100..<610).map { "<\(name)\($0)>" }.joined()
                return item(open + String(repeating: "</\(name)xyz>", count: 700))
            case .longNameSpace:
                let space = String(repeating: "n", count: 1_000_000)
                return "<rss xmlns:n='\(space)'><channel><item><description>"
                    + String(repeating: "<n:b n:a=''>x</n:b>", count: 20_000) + "</description></item></channel></rss>"
            case .flags: return item("<description>\(row)</description>")
            case .flagsInTitle: return item("<title type='text'>&amp;x\(row)</title>")
            case .flagsInClass: return html("<img class='\(row)'>")
            case .flagsInType: return item("<link href='https://a.example/' type='\(row)'/>")
            case .flagsInAuthor: return item("<author>\(row)</author>")
            }
        }

        /// Where a cluster ends can be told only from the beginning of the row.
        private var row: String { String(repeating: "\u{1F1E6}", count: 200_000) }
        private func item(_ inside: String) -> String { "<rss><channel><item>\(inside)</item></channel></rss>" }
        private func html(_ text: String) -> String { item("<description><![CDATA[\(text)]]></description>") }
    }

    @Test(arguments: LongWinded.allCases)
    func documentsMadeToTakeLongEnd(kind: LongWinded) throws {
        #expect(throws: Never.self) { try page(kind.document) }
    }

    @Test(
        arguments: [
            ("café", "text/xml", [UInt8]("<rss><channel><title>café</title></channel></rss>".utf8)),
            ("café", "text/xml; charset=iso-8859-1", [UInt8]("<rss><channel><title>café</title></channel></rss>".utf8)),
            ("caf\u{e9}", nil, [UInt8]("<rss><channel><title>caf".utf8) + [0xe9] + "</title></channel></rss>".utf8),
            (
                "“x”", nil,
                [UInt8]("<?xml version='1.0' encoding='latin1'?><rss><channel><title>".utf8) + [0x93, 0x78, 0x94]
                    + "</title></channel></rss>".utf8
            ),
            (
                "мир", "text/xml; charset=\"koi8-r\"",
                [UInt8]("<rss><channel><title>".utf8) + [0xcd, 0xc9, 0xd2] + "</title></channel></rss>".utf8
            ),
            (
                "日本", nil,
                [UInt8]("<?xml version='1.0' encoding='Shift_JIS'?><rss><channel><title>".utf8) + [
                    0x93, 0xfa, 0x96, 0x7b,
                ]
                    + "</title></channel></rss>".utf8
            ),
            (
                "日本", nil,
                [UInt8]("<?xml version='1.0' encoding='ISO-2022-JP'?><rss><channel><title>\u{1b}$BF|K\\\u{1b}(B".utf8)
                    + "</title></channel></rss>".utf8
            ),
            (
                "日本", "text/xml; charset=iso-2022-jp",
                [UInt8]("<rss><channel><title>\u{1b}$BF|K\\\u{1b}(B</title></channel></rss>".utf8)
            ),
            (
                "é", nil,
                [0xff, 0xfe]
                    + "<rss><channel><title>é</title></channel></rss>".utf16.flatMap {
                        [UInt8($0 & 255), UInt8($0 >> 8)]
                    }
            ),
            (
                "é", "text/xml; charset=latin1",
                [0xef, 0xbb, 0xbf] + "<rss><channel><title>é</title></channel></rss>".utf8
            ),
            (
                "é", "text/xml; charset=no-such-set",
                [UInt8]("<rss><channel><title>".utf8) + [0xe9] + "</title></channel></rss>".utf8
            ),
        ] as [(String, String?, [UInt8])])
    func bytesAreReadInTheirOwnCharacterSet(title: String, contentType: String?, bytes: [UInt8]) throws {
        let page = try FeedDecoder.decode(bytes, contentType: contentType, address: nil, source: source)
        expect(page.profile.title?.string, is: title)
    }
}
