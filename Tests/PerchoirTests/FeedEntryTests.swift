import Expectations
import Foundation
import TestSupport
import Testing

/// What was read or starred stays what it is, whatever a feed does to the ids and links of its entries.
@Suite("Entries of feeds", .ownThreads)
struct FeedEntryTests {
    private struct Item {
        var title: String
        var guid: String?
        var link: String?
        var text: String?

        var xml: String {
            let fields = [
                ("title", title), ("link", link), ("guid", guid), ("description", text ?? "Text of \(title)"),
            ]
            let elements = fields.compactMap { name, value in value.map { "<\(name)>\($0)</\(name)>" } }
            return "<item>\(elements.joined())</item>"
        }
    }

    /// A feed that changes, and a reader of it.
    private struct Desk {
        let site: Site
        let home: Home
        static let homePage = "http://daily.example/"

        init() throws {
            site = try Site()
            home = try Home(configuration: "[[source]]\npersona = \"news\"\nfeed = \"\(site.address("/feed"))\"\n")
        }

        /// - Parameter end: what the document is cut behind.
        func serve(_ items: [Item], cutBehind end: String? = nil, etag: String? = nil) {
            let head = "<rss version=\"2.0\"><channel><title>Daily</title><link>\(Self.homePage)</link>"
            var text = head + items.map(\.xml).joined() + "</channel></rss>"
            if let end, let found = text.range(of: end) { text = String(text[..<found.upperBound]) }
            site.serve("/feed", text, etag: etag)
        }

        /// Answers how many posts were new.
        @discardableResult
        func sync() throws -> Int? {
            try home.run("sync", "--json").objects().first?["newPosts"] as? Int
        }

        /// - Parameter end: what the document is cut behind.
        @discardableResult
        func sync(_ items: [Item], cutBehind end: String? = nil, etag: String? = nil) throws -> Int? {
            serve(items, cutBehind: end, etag: etag)
            return try sync()
        }

        func mark(_ change: String, _ query: String) throws { _ = try home.run("mark", change, query) }

        func titles(_ query: String...) throws -> [String] {
            try home.start(["list", "--json"] + query).wait().objects().compactMap { $0["title"] as? String }.sorted()
        }
    }

    @Test(
        "one entry a document, whose id or link is the site's: each is a post of its own",
        arguments: ["http://daily.example/", "https://daily.example", nil])
    func siteForKey(_ guid: String?) throws {
        let desk = try Desk()
        func item(_ day: String) -> Item {
            Item(title: day, guid: guid, link: guid == nil ? Desk.homePage : "http://daily.example/\(day)")
        }
        try desk.sync([item("Monday")])
        try desk.mark("read", "Monday")
        try desk.mark("star", "Monday")
        try expect(desk.sync([item("Tuesday")]), is: 1)
        try expect(desk.titles("is:starred"), is: ["Monday"])
        try expect(desk.titles("is:unread"), is: ["Tuesday"])
    }

    @Test("the address of the feed is no key either")
    func feedForKey() throws {
        let desk = try Desk()
        try desk.sync([Item(title: "Monday", guid: desk.site.address("/feed"))])
        try desk.mark("star", "Monday")
        try expect(desk.sync([Item(title: "Tuesday", guid: desk.site.address("/feed"))]), is: 1)
        try expect(desk.titles("is:starred"), is: ["Monday"])
    }

    @Test("a feed that began on its links leaves them when they turn out to be one")
    func constantLink() throws {
        let desk = try Desk()
        let link = "http://daily.example/news"
        let items = ["A", "B", "C"].map { Item(title: $0, link: link) }
        try desk.sync([items[0]])
        try desk.mark("read", "A")
        try desk.mark("star", "A")
        try expect(desk.sync([items[1], items[0]]), is: 1)
        try expect(desk.titles("is:unread"), is: ["B"])
        try expect(desk.sync([items[2]]), is: 1)
        try expect(desk.titles(), is: ["A", "B", "C"])
        try expect(desk.titles("is:starred"), is: ["A"])
    }

    @Test("of a document that is cut the open entry waits, and nothing is concluded from the rest")
    func cut() throws {
        let desk = try Desk()
        let items = ["A", "B", "C"].map { Item(title: $0, guid: "g\($0)", link: "http://daily.example/\($0)") }
        try expect(desk.sync(items, etag: "\"1\""), is: 3)
        try desk.mark("read", "A OR B OR C")
        // When it is cut before the id of C
        let end = "<title>C</title><link>http://daily.example/C</link>"
        try expect(desk.sync(items, cutBehind: end, etag: "\"2\""), is: 0)
        // Then the rest is asked for, though the server calls it the same
        let new = [Item(title: "D", guid: "gD")] + items
        try expect(desk.sync(new, etag: "\"2\""), is: 1)
        try expect(desk.titles("is:unread"), is: ["D"])
        try expect(desk.titles(), is: ["A", "B", "C", "D"])
    }

    @Test("a first document that is cut before its only id decides nothing")
    func cutFirst() throws {
        let desk = try Desk()
        let items =
            ["A", "B"].map { Item(title: $0, link: "http://daily.example/\($0)") }
            + [Item(title: "C", guid: "gC", link: "http://daily.example/C")]
        try expect(desk.sync(items, cutBehind: "<title>C</title>"), is: 2)
        try expect(desk.sync(items), is: 1)
        // C's link may change, its id tells it
        try expect(desk.sync(items.dropLast() + [Item(title: "C", guid: "gC", link: "http://daily.example/c")]), is: 0)
    }

    @Test("an id that stands twice moves no feed that has other ones")
    func twice() throws {
        let desk = try Desk()
        let sticky = ["Be kind", "Be brief"].map {
            Item(title: "Rules", guid: "sticky", link: "http://daily.example/sticky", text: $0)
        }
        var items = sticky + (1...6).map { Item(title: "Post \($0)", guid: "g\($0)", link: "http://daily.example/x") }
        try expect(desk.sync(items), is: 8)
        try desk.mark("read", "Post")
        // When a mistake is mended
        items[4].text = "Mended"
        try expect(desk.sync(items), is: 0)
        try expect(desk.titles("is:unread"), is: ["Rules", "Rules"])
    }

    @Test("a second entry with an id that is known overwrites neither, together or alone")
    func secondOfAnID() throws {
        let desk = try Desk()
        let others = (1...6).map { Item(title: "Post \($0)", guid: "g\($0)") }
        let twins = ["First", "Second"].map { Item(title: $0, guid: "sticky") }
        try desk.sync([twins[0]] + others)
        try desk.mark("star", "First")
        try expect(desk.sync(twins + others), is: 1)
        try expect(desk.titles("is:starred"), is: ["First"])
        try expect(desk.sync([twins[1]] + others), is: 0)
        try expect(desk.titles("is:starred"), is: ["First"])
        try expect(desk.titles("First OR Second"), is: ["First", "Second"])
    }

    @Test("of two entries with one id, title and link the mark stays with the one that says the same")
    func sameBody() throws {
        let desk = try Desk()
        let old = Item(title: "Status", guid: "g", link: "http://daily.example/status", text: "All is well")
        try desk.sync([old])
        try desk.mark("star", "well")
        let new = Item(title: "Status", guid: "g", link: "http://daily.example/status", text: "All is lost")
        try expect(desk.sync([new, old]), is: 1)
        let starred = try desk.home.run("list", "is:starred", "--json").objects().compactMap { $0["text"] as? String }
        expect(starred, is: ["All is well"])
    }

    @Test("a feed that moves takes along what its content told apart")
    func movesWithTwins() throws {
        let desk = try Desk()
        func items(_ guid: (Int) -> String) -> [Item] {
            (1...6).map { Item(title: "Post \($0)", guid: guid($0), link: "http://daily.example/\($0)") }
        }
        // Given two of six entries with one id, then all of them
        try desk.sync(items { $0 < 3 ? "same" : "\($0)" })
        try desk.mark("star", "Post")
        try desk.sync(items { _ in "same" })
        // Then those two are what they were
        try expect(desk.titles("is:starred", "(1 OR 2)"), is: ["Post 1", "Post 2"])
        try expect(desk.titles("1 OR 2"), is: ["Post 1", "Post 2"])
    }

    @Test(
        "ids of another kind, and links of another scheme, are of the same entries",
        arguments: [
            ("#", "entry-#", "http"), ("http://daily.example/#", "https://daily.example/#", "https"),
            ("http://daily.example/#?session=1", "http://daily.example/#?session=2", "http"),
        ])
    func renamed(_ id: String, _ laterID: String, _ scheme: String) throws {
        let desk = try Desk()
        func items(_ id: String, _ scheme: String) -> [Item] {
            (1...10).map { number in
                Item(
                    title: "Post \(number)", guid: id.replacingOccurrences(of: "#", with: "\(number)"),
                    link: "\(scheme)://daily.example/\(number)")
            }
        }
        try desk.sync(items(id, "http"))
        try desk.mark("read", "Post")
        try desk.mark("star", "Post 3")
        let new = Item(title: "New", guid: "new", link: "\(scheme)://daily.example/new")
        try expect(desk.sync([new] + items(laterID, scheme)), is: 1)
        try expect(desk.titles("is:unread"), is: ["New"])
        try expect(desk.titles("is:starred"), is: ["Post 3"])
        #expect(try desk.home.run("doctor").output.contains("ok    store"))
    }
}
