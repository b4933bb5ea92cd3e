import Decoding
import Expectations
import TestSupport
import Testing
import Text
import TimelineModel

/// Entries that stood in the last document are not read again, and nobody can tell by what comes of it.
@Suite struct KnownEntriesTests {
    private static let source = SourceID(value: "f")

    private enum Format: CaseIterable { case rss, atom, json }

    private struct Entry {
        var guid: String?
        var link: String?
        var title: String?
        var text: String
    }

    /// A feed as its author changes it.
    private struct Feed {
        var format: Format
        var title = "Feed"
        var home = "http://e/"
        var entries: [Entry] = []
        private var made = 0

        init(_ format: Format) { self.format = format }

        mutating func change(using random: inout SeededRandom) {
            let place = entries.indices.randomElement(using: &random)
            switch (random.pick(Array(0..<10)), place) {
            case (0, let place?): entries[place].text += "!"
            case (1, let place?): entries[place].title = random.pick([nil, "T", "U"])
            case (2, let place?): entries[place].guid = random.pick([nil, "same", "g\(made)"])
            case (3, let place?): entries.remove(at: place)
            case (4, let place?): entries.append(entries[place])
            case (5, _): entries.shuffle(using: &random)
            case (6, _): title = random.pick(["Feed", "Other"])
            case (7, _): home = random.pick(["http://e/", "http://other/"])
            default:
                made += 1
                let link = random.pick([nil, "l\(made)", "l\(made)", "l"])
                let guid = format == .json || !random.once(in: 4) ? "g\(made)" : nil
                entries.insert(Entry(guid: guid, link: link, title: "Title \(made)", text: "Text \(made)"), at: 0)
            }
        }

        var document: [UInt8] {
            switch format {
            case .rss:
                let items = entries.map { entry in
                    "<item>" + element("guid", entry.guid, " isPermaLink=\"false\"") + element("link", entry.link)
                        + element("title", entry.title) + element("description", entry.text) + "</item>"
                }
                let head = "<title>\(title)</title><link>\(home)</link>"
                return Array("<rss><channel>\(head)\(items.joined(separator: "\n"))</channel></rss>".utf8)
            case .atom:
                let items = entries.map { entry in
                    "<entry>" + element("id", entry.guid) + (entry.link.map { "<link href=\"\($0)\"/>" } ?? "")
                        + element("title", entry.title) + element("content", entry.text, " type=\"html\"") + "</entry>"
                }
                let root = "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:base=\"\(home)\"><title>\(title)</title>"
                return Array("\(root)\(items.joined(separator: "\n"))</feed>".utf8)
            case .json:
                let items = entries.map { entry in
                    let fields = [("id", entry.guid ?? "none"), ("url", entry.link), ("title", entry.title)]
                    let texts = fields.compactMap { name, text in text.map { "\"\(name)\":\"\($0)\"," } }
                    return "{\(texts.joined())\"content_html\":\"\(entry.text)\"}"
                }
                let head =
                    "\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"\(title)\",\"home_page_url\":\"\(home)\""
                return Array("{\(head),\"items\":[\(items.joined(separator: ","))]}".utf8)
            }
        }

        private func element(_ name: String, _ text: String?, _ attributes: String = "") -> String {
            text.map { "<\(name)\(attributes)>\($0)</\(name)>" } ?? ""
        }
    }

    private func page(_ feed: Feed, _ memory: FeedMemory?) throws -> Page {
        try FeedDecoder.decode(
            feed.document, address: WebAddress("http://e/feed"), source: Self.source, memory: memory)
    }

    @Test(arguments: 1...40) func whatIsLeftOutCameBeforeAsItIs(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var feed = Feed(random.pick(Array(Format.allCases)))
        var memory: FeedMemory?
        var seen: [PostID: PageItem] = [:]
        for step in 0..<12 {
            for _ in 0..<Int.random(in: 0...3, using: &random) { feed.change(using: &random) }
            let whole = try page(feed, memory.map { FeedMemory(rung: $0.rung) })
            let page = try page(feed, memory)
            expect(page.keyRung, is: whole.keyRung, "step \(step)")
            expect(page.skipped, is: whole.skipped, "step \(step)")
            for item in page.items { seen[item.post.id] = item }
            // In another place than before an entry is the same entry.
            let missing = whole.items.filter { seen[$0.post.id] != $0 }
            expect(missing, is: [], "step \(step)")
            expect(page.items, is: whole.items.filter(page.items.contains), "step \(step)")
            memory = page.keyRung.map { FeedMemory(rung: $0, entries: page.memory ?? []) }
        }
    }

    @Test(arguments: [Feed(.rss), Feed(.atom), Feed(.json)])
    private func onlyWhatIsNewOrChangedIsRead(_ empty: Feed) throws {
        // Given a feed that was read
        var feed = empty
        feed.entries = (1...20).map { Entry(guid: "g\($0)", link: "l\($0)", title: "T\($0)", text: "x") }
        let first = try page(feed, nil)
        expect(first.items.count, is: 20)
        let memory = FeedMemory(rung: .guid, entries: try #require(first.memory))
        #expect(try page(feed, memory).items.isEmpty)
        // When an entry comes and another one changes
        feed.entries.insert(Entry(guid: "new", text: "n"), at: 0)
        feed.entries[7].text = "changed"
        // Then only these two are on the page
        try expect(page(feed, memory).items.map(\.sighting.entryID), is: ["new", "g7"])
        // And all of them when something else changes on which they stand
        feed.title = "Another name"
        try expect(page(feed, memory).items.count, is: 21)
    }

    @Test func aDamagedMemoryIsNone() throws {
        var feed = Feed(.rss)
        feed.entries = (1...5).map { Entry(guid: "g\($0)", text: "x") }
        let bytes = try #require(try page(feed, nil).memory)
        var damaged = (0..<bytes.count).map { Array(bytes[..<$0]) } + [bytes + [0], bytes + bytes]
        damaged.append(bytes.map { ~$0 })
        for entries in damaged where entries.count < 8 || entries.count % 16 != 8 || entries[0] != bytes[0] {
            try expect(page(feed, FeedMemory(rung: .guid, entries: entries)).items.count, is: 5)
        }
        try expect(page(feed, FeedMemory(rung: .link, entries: bytes)).items.count, is: 5, "another rung's")
    }
}
