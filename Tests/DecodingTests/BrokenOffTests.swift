import Decoding
import Expectations
import Testing
import Text
import TimelineModel

/// Documents whose transfer broke off, and documents that are only carelessly written.
@Suite struct BrokenOffTests {
    private static let rss = """
        <rss><channel><title>F</title><item><guid>a</guid><title>A</title></item>
        <item><title>B &amp; b</title><description><![CDATA[<p>b</p>]]></description><guid>b</guid></item></channel></rss>
        """
    private static let rdf = """
        <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
        <channel><title>F</title></channel><item rdf:about="a"><title>A</title></item>
        <item rdf:about="b"><title>B</title></item></rdf:RDF>
        """
    private static let atom = """
        <a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:title>F</a:title><a:entry><a:id>a</a:id></a:entry>
        <a:entry><a:title type="xhtml"><div><p>B</p></div></a:title><a:id>b</a:id></a:entry></a:feed>
        """

    private func page(_ text: some StringProtocol, _ memory: FeedMemory? = nil) throws -> Page {
        try FeedDecoder.decode(Array(text.utf8), address: nil, source: SourceID(value: "f"), memory: memory)
    }

    @Test(arguments: [rss, rdf, atom]) func whereverItBreaksOffNoEntryIsHalf(_ text: String) throws {
        let whole = try page(text)
        expect(whole.items.map(\.sighting.entryID), is: ["a", "b"])
        #expect(!whole.isIncomplete)
        let head = try #require(text.firstRange(of: "F<")).upperBound
        for end in text.indices where end >= head {
            let cut = try page(text[..<end], FeedMemory(rung: .guid))
            for item in cut.items { #expect(whole.items.contains(item), "\(text[..<end])") }
            // What has all of its entries is whole, whatever is missing behind them.
            expect(cut.isIncomplete, is: !cut.skipped.isEmpty, "\(text[..<end])")
            if cut.isIncomplete {
                #expect(cut.memory == nil && cut.keyRung == nil && cut.alternativeKeys.isEmpty, "\(text[..<end])")
            }
        }
    }

    @Test(arguments: [
        "<rss><channel><item><guid>a</guid></item><item><guid>b</guid></item>",
        "<rss><channel><item><guid>a</guid></item><item><guid>b</guid></item></channel>",
        "<rss><channel><item><guid>a</guid><item><guid>b</guid></channel></rss>",
        "<rss><channel><item><guid>a</guid></item><item><guid>b</guid></rss>",
        "<rss><channel><item><guid>a</guid></item><item><guid>b</guid></item></channel></rss><item><guid>c",
        "<rss><channel><item><guid>a</guid></item><item><guid>b</guid></RSS><item><guid>c",
    ])
    func carelessnessIsNoBreak(_ text: String) throws {
        let page = try page(text)
        expect(page.items.map(\.sighting.entryID), is: ["a", "b"])
        #expect(!page.isIncomplete && page.memory != nil && page.skipped.isEmpty)
    }

    @Test func whatIsThereIsReadAsTheFeedStands() throws {
        // Given a document whose guids do not differ, as far as it goes
        let item = "<item><guid>a</guid><link>http://e/1</link></item>"
        let text = "<rss><channel>\(item)\(item.replacing("1", with: "2"))<item><title>"
        // Then the feed does not move
        let page = try page(text, FeedMemory(rung: .guid))
        expect(page.items.count, is: 2)
        #expect(page.items.allSatisfy { $0.sighting.entryID.hasPrefix("a") })
        expect(page.skipped, is: ["entry 3, line 1: the document ends in the middle of it"])
        try expect(
            self.page(text, FeedMemory(rung: .link, hasMoved: true)).items.map(\.sighting.entryID),
            is: ["http://e/1", "http://e/2"])
    }
}
