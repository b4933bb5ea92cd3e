import Decoding
import Expectations
import Testing
import Text
import TimelineModel

@Suite struct FeedIdentityTests {
    private let source = SourceID(value: "f")

    private func page(_ items: [String], rung: FeedKeyRung? = nil, hasMoved: Bool = false) throws -> Page {
        let text =
            "<rss><channel><link>http://e/</link>" + items.map { "<item>\($0)</item>" }.joined() + "</channel></rss>"
        return try FeedDecoder.decode(
            Array(text.utf8), address: WebAddress("http://e/feed"), source: source,
            memory: rung.map { FeedMemory(rung: $0, hasMoved: hasMoved) })
    }

    private func item(_ guid: String? = nil, _ link: String? = nil, _ title: String? = nil, _ text: String = "t")
        -> String
    {
        (guid.map { "<guid isPermaLink=\"false\">\($0)</guid>" } ?? "")
            + (link.map { "<link>http://e/\($0)</link>" } ?? "")
            + (title.map { "<title>\($0)</title>" } ?? "") + "<description>\(text)</description>"
    }

    @Test func guidsThatDifferAreTheKeys() throws {
        let page = try page([item("a", "1"), item("b", "1")])
        expect(page.keyRung, is: .guid)
        expect(page.items.map(\.sighting.entryID), is: ["a", "b"])
    }

    @Test func guidsThatDoNotDifferGiveWayToLinks() throws {
        let page = try page([item("a", "1"), item("a", "2")])
        expect(page.keyRung, is: .link)
        expect(page.items.map(\.sighting.entryID), is: ["http://e/1", "http://e/2"])
        expect(page.alternativeKeys.map { $0[.guid] }, is: [PostID("feed:f:a"), PostID("feed:f:a")])
    }

    @Test func linksThatDoNotDifferGiveWayToTitlesThenToContent() throws {
        try expect(page([item("a", "1", "x"), item("a", "1", "y")]).keyRung, is: .linkAndTitle)
        try expect(page([item("a", "1", "x", "p"), item("a", "1", "x", "q")]).keyRung, is: .content)
    }

    @Test func aFeedWithoutGuidsStandsOnItsLinksForGood() throws {
        // Given a feed without guids
        let first = try page([item(nil, "1", "x"), item(nil, "2", "y")])
        expect(first.keyRung, is: .link)
        // When it has guids later / Then its keys stay
        let later = try page([item("a", "1", "x"), item("b", "2", "y")], rung: first.keyRung)
        expect(later.items.map(\.post.id), is: first.items.map(\.post.id))
    }

    @Test func oneCarelessEntryDoesNotMoveAFeed() throws {
        let page = try page([item("a", "1"), item(nil, "2"), item(nil, nil, nil, "only text")], rung: .guid)
        expect(page.keyRung, is: .guid)
        expect(Array(page.items.map(\.sighting.entryID).prefix(2)), is: ["a", "http://e/2"])
        expect(Set(page.items.map(\.post.id)).count, is: 3)
    }

    @Test func aFeedMovesDownOnce() throws {
        // Given a feed that moved to its links
        let twins = [item("a", "1", "x", "p"), item("b", "1", "y", "q")]
        // When two entries share a link
        let page = try page(twins, rung: .link, hasMoved: true)
        // Then it stays, both are there, and their order does not matter
        expect(page.keyRung, is: .link)
        expect(Set(page.items.map(\.post.id)).count, is: 2)
        let turned = try self.page(twins.reversed(), rung: .link, hasMoved: true)
        expect(Set(turned.items.map(\.post.id)), is: Set(page.items.map(\.post.id)))
    }

    @Test func aFeedThatBeganOnItsLinksMovesOnceToo() throws {
        let twins = [item(nil, "1", "x", "p"), item(nil, "1", "y", "q")]
        try expect(page([twins[0]]).keyRung, is: .link)
        try expect(page(twins, rung: .link).keyRung, is: .linkAndTitle)
    }

    @Test(arguments: ["http://e/", "https://www.e", "http://e/feed"])
    func theAddressOfTheSiteOrFeedIsNoKey(_ own: String) throws {
        // Given an entry whose guid is that of all entries
        let link = "<link>\(own)</link>"
        try expect(page([item(own, "1", "x")]).items.map(\.sighting.entryID), is: ["http://e/1"])
        // Then its title tells it apart where its link is the same too, and else its content
        try expect(page([link + item(own, nil, "x")]).items.map(\.sighting.entryID), is: ["\(own) x"])
        let untitled = try page([link + item(own, nil, nil, "p"), link + item(own, nil, nil, "q")], rung: .guid)
        expect(untitled.items.count, is: 2)
        #expect(untitled.items.allSatisfy { $0.sighting.entryID.hasPrefix("content-") })
    }

    @Test func anEntryAloneMayBeCalledAsItsPage() throws {
        let entry =
            "<entry xmlns=\"http://www.w3.org/2005/Atom\"><id>http://e/1</id><link href=\"http://e/1\"/></entry>"
        let page = try FeedDecoder.decode(Array(entry.utf8), address: nil, source: source)
        expect(page.items.map(\.sighting.entryID), is: ["http://e/1"])
    }

    @Test func anEmptyDocumentDecidesNothing() throws {
        try expect(page([]).keyRung, is: .guid)
    }

    @Test func whatStandsTwiceMovesNoFeed() throws {
        // Given two entries with one guid, and more without
        let twins = [item("s", "1", "x", "p"), item("s", "1", "x", "q")]
        let others = (1...3).map { item("\($0)", "1", "x", "o") }
        // When they are fewer than half, they alone are told apart by their content
        let page = try page(twins + others)
        expect(page.keyRung, is: .guid)
        expect(page.items.map(\.sighting.entryID).suffix(3), is: ["1", "2", "3"])
        #expect(page.items.prefix(2).allSatisfy { $0.sighting.entryID.hasPrefix("s content-") })
        expect(page.keysAmongOthers.prefix(2).map(\.alone), is: [PostID("feed:f:s"), PostID("feed:f:s")])
        expect(page.items.prefix(2).map(\.post.id), is: page.keysAmongOthers.prefix(2).compactMap(\.shared.last))
        for (keys, all) in zip(page.keysAmongOthers, page.alternativeKeys) {
            let told = try [#require(all[.link]), #require(all[.content])]
            expect(keys.shared, is: told.map { keys.alone.amongOthers(told: $0) })
        }
        // And half of them are a habit
        #expect(try self.page(twins + others.prefix(2)).keyRung != .guid)
    }

    @Test func whatSharesAnIDIsToldApartByItsLinkWhereThatDiffers() throws {
        // Given two entries with one guid and links of their own, and more without
        let others = (1...3).map { item("\($0)", "\($0)", "x", "o") }
        let before = try page([item("s", "7", "x", "no comment"), item("s", "8", "x", "no comment")] + others)
        // When their texts change / Then they stay what they were
        let after = try page([item("s", "7", "x", "1 comment"), item("s", "8", "x", "2 comments")] + others)
        expect(after.items.map(\.post.id), is: before.items.map(\.post.id))
        expect(Set(after.items.map(\.post.id)).count, is: 5)
    }

    @Test func theAddressOfTheNewestArticleMayBeTheSites() throws {
        let link = "<link>http://e/3</link>"
        let page = try page([link + item("http://e/3", "3"), link + item("http://e/2", "2")])
        expect(page.items.map(\.sighting.entryID), is: ["http://e/3", "http://e/2"])
    }

    @Test func anEntryThatRepeatsAnotherWordForWordIsOne() throws {
        let page = try page([item("a", "1", "x"), item("b", "2", "y"), item("a", "1", "x")])
        expect(page.items.count, is: 2)
        expect(page.keyRung, is: .guid)
    }

    @Test func keysAreComparedAsBytes() throws {
        // Given two guids that Swift's `==` would take for one
        let page = try page([item("e\u{301}", "1"), item("\u{e9}", "2")])
        // Then they stay two
        expect(page.keyRung, is: .guid)
        #expect(page.items[0].post.id != page.items[1].post.id)
    }

    @Test func everyItemHasItsKeyOnEveryRung() throws {
        let page = try page([item("a", "1", "x"), item(nil, nil, nil, "text"), item("c")])
        expect(page.alternativeKeys.count, is: page.items.count)
        for (keys, item) in zip(page.alternativeKeys, page.items) {
            expect(Set(keys.keys), is: Set(FeedKeyRung.allCases))
            expect(keys[try #require(page.keyRung)], is: item.post.id)
        }
    }

    @Test func aHugeGuidIsKeptShort() throws {
        let page = try page([
            item(String(repeating: "a", count: 100_000) + "1"), item(String(repeating: "a", count: 100_000) + "2"),
        ])
        expect(page.keyRung, is: .guid)
        #expect(page.items.allSatisfy { $0.post.id.key.utf8.count < 600 })
    }
}
