import Decoding
import Expectations
import Testing
import Text
import TimelineModel

@Suite struct SubscriptionListsTests {
    @Test func opmlKeepsFoldersAndJoinsDuplicates() throws {
        let text = """
            \u{feff}<?xml version="1.0"?><opml version="2.0"><head><title>t</title></head><body>
            <outline text="Presse & co"><outline text="Une"> <outline type="rss" text="Le Fil" XMLURL="https://lefil.example/rss"/>\
            </outline></outline>
            <outline text="ignored" title="Notes" xmlUrl=" https://notes.example/atom " category="/tech/swift,libre"/>
            <outline text="again"><outline xmlUrl="https://lefil.example/rss"/></outline>
            <outline type="include" text="more" url="https://e.example/other.opml"/>
            <outline type="rss" text="broken"/></body></opml>
            """
        let feeds = try SubscriptionLists.opml(Array(text.utf8))
        expect(feeds.map(\.address?.text), is: ["https://lefil.example/rss", "https://notes.example/atom", nil, nil])
        expect(feeds[0].title, is: "Le Fil")
        expect(feeds[0].folders, is: ["Presse & co/Une", "again"])
        expect(feeds[1].title, is: "Notes")
        expect(feeds[1].folders, is: ["tech/swift", "libre"])
        #expect(feeds[2].problem != nil && feeds[3].problem != nil)
        expect(feeds[1].line, is: 3)
        let crowd = String(repeating: "<outline/>", count: DecodingLimits.markup)
        #expect(throws: DecodingError.unexpected("it has more than 200000 elements and attributes")) {
            try SubscriptionLists.opml(Array("<opml><body>\(crowd)</body></opml>".utf8))
        }
        #expect(throws: DecodingError.unexpected("this is no OPML document")) {
            try SubscriptionLists.opml(Array("<rss/>".utf8))
        }
    }

    @Test(arguments: [
        "<opml/>", "<opml version='2.0' />\n", "<o:opml xmlns:o='urn:x'><o:body/></o:opml>",
        "<opml></opml\n>\n<!-- x -->", "<opml><body></body></OPML>", "<OPML><body><outline></Opml>",
    ])
    func aWholeListIsNoneThatEndsEarly(text: String) {
        expect(SubscriptionLists.earlyEnd(ofOPML: Array(text.utf8)), is: nil)
    }

    @Test func aListThatEndsEarlyIsReadAsFarAsItGoes() throws {
        let text = """
            <opml><body><!-- </opml> -->
            <outline xmlUrl="https://a.example/"/><outline xmlUrl="https://b.example/f?a=1>2&b
            """
        expect(SubscriptionLists.earlyEnd(ofOPML: Array(text.utf8)), is: 2)
        try expect(
            SubscriptionLists.opml(Array(text.utf8)).map(\.address?.text), is: ["https://a.example/"])
    }

    @Test func aNameWithoutAnythingToSeeIsNone() throws {
        for name in ["&#160;", "&#8203;", "&#8238;", "&#12644;", " "] {
            let text = "<opml><body><outline text=\"\(name)\" xmlUrl=\"https://a.example/\"/></body></opml>"
            try expect(SubscriptionLists.opml(Array(text.utf8)).map(\.title), is: [nil], name)
        }
        expect(SubscriptionLists.newsboatURLs(Array("https://b.example/1 \"~\u{a0}\"".utf8)).map(\.title), is: [nil])
    }

    @Test func commandsInAListAreNeverTakenOver() throws {
        let text = """
            <opml><body><outline xmlUrl="|touch x"/><outline xmlUrl="exec:x"/><outline xmlUrl="filter:x:http://e/"/>
            <outline xmlUrl="file:///etc/passwd"/><outline xmlUrl="http://e/" filtercmd="x"/></body></opml>
            """
        let feeds = try SubscriptionLists.opml(Array(text.utf8))
        expect(feeds.compactMap(\.address?.text), is: ["http://e/"])
        #expect(feeds.allSatisfy { $0.problem != nil })
    }

    @Test func newsboatLinesAreRead() {
        let text = """
            # my feeds
            https://lefil.example/rss presse "à lire" "~Le Fil"  # comment

            https://notes.example/atom !
            "query:unread:unread = \\"yes\\""
            exec:~/bin/x tag
            filter:x:https://e.example/
            /var/feeds/x.xml
            https://lefil.example/rss encore
            """
        let feeds = SubscriptionLists.newsboatURLs(Array(text.utf8))
        expect(
            feeds.map(\.address?.text),
            is: [
                "https://lefil.example/rss", "https://notes.example/atom", nil, nil, nil, nil,
            ])
        expect(feeds[0].title, is: "Le Fil")
        expect(feeds[0].folders, is: ["presse", "à lire", "encore"])
        expect(feeds.map(\.line), is: [2, 4, 5, 6, 7, 8])
        #expect(feeds.dropFirst(2).allSatisfy { $0.problem != nil })
        #expect(feeds[1].folders.isEmpty)
    }

    @Test func namesAndPasswordsInAddressesAreTakenOutAndNotShown() throws {
        let lists = [
            try SubscriptionLists.opml(
                Array(
                    """
                    <opml><body><outline xmlUrl="https://me:secret@e.example/"/>
                    <outline xmlUrl="ftp://me:secret@e.example/"/></body></opml>
                    """.utf8)),
            SubscriptionLists.newsboatURLs(
                Array("\"https://me:secret@e.example/\" news\nftp://me:secret@e.example/".utf8)),
        ]
        for feeds in lists {
            expect(feeds.map(\.address?.text), is: ["https://e.example/", nil])
            expect(feeds[0].login, is: FeedLogin(user: "me", password: "secret"))
            #expect(feeds[1].problem?.string.contains("ftp://***@e.example/") == true)
        }
        let odd = ["http://me:S3/cret@c.org/", "me:S3cret@c.org/", "http://me:12/S3cret@c.org/x"]
        for feed in SubscriptionLists.newsboatURLs(Array(odd.joined(separator: "\n").utf8)) {
            expect(feed.address, is: nil)
            #expect(feed.problem?.string.contains("S3") == false, "\(feed.problem ?? "")")
        }
        let named = "\"https://me:S3cret@e.example/\" \"~https://me:S3cret@e.example/\""
        expect(SubscriptionLists.newsboatURLs(Array(named.utf8))[0].title, is: nil)
    }
}

@Suite struct InspectionTests {
    private func inspect(_ text: String) throws -> JSONValue {
        let line = Inspection(file: "f.xml", bytes: Array(text.utf8), base: WebAddress("https://feed.example/")).json
        #expect(!line.contains("\n"))
        return try JSONValue(parsing: Array(line.utf8))
    }

    @Test(arguments: [
        (FeedFixtures.rss2, "rss 2.0", 2), (FeedFixtures.atom, "atom 1.0", 2), (FeedFixtures.rss1, "rss 1.0", 1),
        (FeedFixtures.json, "json feed 1.1", 2),
        ("[\(MastodonFixtures.status),\(MastodonFixtures.boost)]", "mastodon", 2),
        (MastodonFixtures.status, "mastodon", 1), ("<feed xmlns='http://purl.org/atom/ns#'/>", "atom 0.3", 0),
        ("<rss version='0.91'><channel/></rss>", "rss 0.91", 0),
    ])
    func aFileIsToldByItsContent(text: String, format: String, posts: Int) throws {
        let json = try inspect(text)
        expect(json["file"]?.string, is: "f.xml")
        expect(json["format"]?.string, is: format)
        expect(json["posts"]?.elements.count, is: posts)
        expect(json["error"], is: nil)
    }

    @Test func aPostHasTheFieldsOfTheList() throws {
        let post = try #require(try inspect("[\(MastodonFixtures.boost)]")["posts"]?.elements.first)
        expect(post["id"]?.string, is: "ap:https://piaille.example/users/ada/statuses/114")
        expect(post["kind"]?.string, is: "boost")
        #expect(post["boostedBy"]?["handle"]?.string == "carla@far.example")
        #expect(post["author"]?["handle"]?.string == "ada@feed.example")
        expect(post["contentWarning"]?.string, is: "politique")
        expect(post["published"]?.string, is: "2026-11-22T08:15:00.250Z")
        #expect(post["media"]?.elements.first?["kind"]?.string == "animation")
        #expect(post["counts"]?["boosts"]?.int == 3)
        expect(post["title"], is: .null)
    }

    @Test func whatCannotBeReadIsOneErrorLine() throws {
        let json = try inspect("<html><body>no</body></html>")
        expect(json["error"]?.string, is: "this is a web page, not a feed")
        expect(json["posts"], is: nil)
    }

    @Test func everyStringComesBackAsItWas() throws {
        // Given every scalar that could hurt a terminal or a line reader, and some that cannot
        var text = "\"\\/ é 😀 "
        for value in [0...0x20, 0x7f...0xa0, 0x2000...0x206f, 0xfff0...0xfffd, 0xe0000...0xe007f]
            as [ClosedRange<UInt32>]
        {
            for scalar in value.compactMap(Unicode.Scalar.init) { text.unicodeScalars.append(scalar) }
        }
        // When
        let line = JSONTerm.string(text).line
        // Then
        try expect(JSONValue(parsing: Array(line.utf8)), is: .string(text))
        #expect(!line.unicodeScalars.contains { ShownText.isForbidden($0) || $0 == "\n" })
    }
}
