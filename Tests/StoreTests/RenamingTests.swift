import Expectations
import Store
import Testing
import Text
import TimelineModel

@Suite("Entries that a feed calls something else")
struct RenamingTests {
    private struct Entry {
        var id: String
        var link: String
        var title: SafeText
        var text: SafeText = "text"
        var day: Int64? = 0
        var seconds: Int64 = 0
        var author: SafeText = "Ann"
        var linked = "http://o/1"
        var image = "http://o/1.png"
    }

    private static let known = (1...4).map { number in
        Entry(id: "\(number)", link: "http://e/\(number)", title: "Post \(number)")
    }

    private static func underOtherNames(_ change: (inout Entry) -> Void = { _ in }) -> [Entry] {
        known.map { entry in
            var entry = entry
            entry.id = "new-" + entry.id
            change(&entry)
            return entry
        }
    }

    private func page(_ entries: [Entry]) throws -> Page {
        let feed = try Bench.source("daily")
        var page = Page()
        page.keyRung = .guid
        page.profile.homePage = WebAddress("http://e/")
        for entry in entries {
            var post = Bench.post("x", entry.text, published: entry.day.map { $0 * 86_400 + entry.seconds - 999_999 })
            post.id = .feedEntry(feed: feed, key: entry.id)
            post.title = entry.title
            post.author.name = entry.author
            if !entry.text.isEmpty, let linked = WebAddress(entry.linked) {
                post.body = RichText(plain: entry.text, spans: [RichText.Span(range: 0..<1, kind: .link(linked))])
            }
            post.attachments = [Attachment(kind: .image, address: WebAddress(entry.image))]
            post.address = WebAddress(entry.link)
            page.items.append(PageItem(post: post, sighting: Sighting(entryID: entry.id)))
            page.alternativeKeys.append([.guid: post.id])
            page.keysAmongOthers.append(
                KeyAmongOthers(alone: post.id, shared: [.feedEntry(feed: feed, key: entry.id + " content")]))
        }
        return page
    }

    @Test("They keep their marks, their place and their undo, again and again")
    func marks() throws {
        // Given
        let bench = try Bench()
        try bench.ingest("daily", page(Self.known))
        let places = try bench.posts("news").map(\.title)
        _ = try bench.store.mark(.read, .pane(.persona("news"), PaneFilter()), at: Bench.start)
        for session in 1...3 {
            // When all ids are new ones, and two more entries come
            let entries = Self.underOtherNames {
                $0.id += "?session=\(session)"
                $0.link = "https://www.e/\($0.title.string.suffix(1))/"
            }
            let news = [1, 2].map { Entry(id: "n\(session)-\($0)", link: "http://e/n\(session)-\($0)", title: "New") }
            let report = try bench.ingest("daily", page(news + entries), at: Int64(session))
            // Then these alone are new, and who shows the others hears of their names
            expect(report.newPosts, is: 2)
            #expect(report.changed.contains(.persona("news")))
            try expect(bench.posts("news").filter { $0.title != "New" }.map(\.title), is: places)
            try expect(bench.posts("news").filter(\.isRead).count, is: 4)
            try expect(bench.store.verify(), is: [])
        }
        try expect(bench.store.undo(at: Bench.start)?.changed, is: 4)
        try expect(bench.unread("news"), is: 10)
    }

    @Test("A site that moved states their dates a moment or a time zone off", arguments: [-1, 60, 14 * 3_600])
    func movedDates(seconds: Int64) throws {
        for text in ["text", ""] as [SafeText] {
            let bench = try Bench()
            var known = Self.known
            for index in known.indices { known[index].text = text }
            try bench.ingest("daily", page(known))
            _ = try bench.store.mark(.read, .pane(.persona("news"), PaneFilter()), at: Bench.start)
            let entries = known.map { entry in
                var entry = entry
                (entry.id, entry.seconds) = ("new-" + entry.id, seconds)
                return entry
            }
            try expect(bench.ingest("daily", page(entries), at: 1).newPosts, is: 0)
            try expect(bench.unread("news"), is: 0)
            try expect(bench.store.verify(), is: [])
        }
    }

    @Test("A site that has another domain or marks all links, and another that edited its texts")
    func movedSites() throws {
        let entries = Self.underOtherNames {
            $0.link = "https://new.example/\($0.title.string.suffix(1))?utm_source=rss"
        }
        let edited = Self.underOtherNames { $0.text = "some words and more of them, edited" }
        for (text, entries) in [("text", entries), ("Some words and more", edited)] as [(SafeText, [Entry])] {
            let bench = try Bench()
            var known = Self.known
            for index in known.indices { (known[index].text, known[index].seconds) = (text, Int64(index)) }
            try bench.ingest("daily", page(known))
            _ = try bench.store.mark(.read, .pane(.persona("news"), PaneFilter()), at: Bench.start)
            let moved = zip(entries, known).map { entry, known in
                var entry = entry
                entry.seconds = known.seconds
                if entries[0].text == "text" { entry.text = text }
                return entry
            }
            // New ones among them change nothing
            let news = (1...9).map { Entry(id: "n\($0)", link: "http://e/n\($0)", title: "New", text: "\($0) new") }
            let added = entries[0].text == "text" ? news : []
            try expect(bench.ingest("daily", page(added + moved), at: 1).newPosts, is: added.count)
            try expect(bench.unread("news"), is: added.count)
            try expect(bench.store.verify(), is: [])
        }
    }

    @Test("An edition of a page that always has one link and title is new", arguments: ["text", "other words", ""])
    func editions(text: String) throws {
        let bench = try Bench()
        try bench.ingest("daily", page(Self.known))
        // Bench.start is later than every date here, as is the last look.
        let entries = Self.underOtherNames {
            $0.text = SafeText(sanitizing: text)
            // Written after the last look, or of the same date with other words.
            if text == "text" { $0.seconds = 999_999 + 60 }
        }
        try expect(bench.ingest("daily", page(entries), at: 120).newPosts, is: 4)
    }

    @Test("Who knows a post by a name of before marks it all the same, and reads it")
    func formerNames() throws {
        let bench = try Bench()
        try bench.ingest("daily", page(Self.known))
        let first = try #require(try bench.posts("news").first)
        for session in 1...3 {
            let entries = Self.underOtherNames { $0.id += "?session=\(session)" }
            try bench.ingest("daily", page(entries), at: Int64(session))
        }
        let change = try bench.store.mark(.read, .posts([first.id]), at: Bench.start)
        expect(change.changed, is: 1)
        try expect(bench.posts("news").first?.isRead, is: true)
        try expect(bench.store.post(first.id)?.isRead, is: true)
        try expect(bench.unread("news"), is: 3)
        // And when it has that name again, it is its name
        try bench.ingest("daily", page(Self.known), at: 9)
        try expect(bench.store.mark(.unread, .posts([first.id]), at: Bench.start).changed, is: 1)
        try expect(bench.unread("news"), is: 4)
        try expect(bench.store.verify(), is: [])
    }

    private static let lookAlikes: [(why: String, entries: [Entry])] = [
        ("one is known, other texts", underOtherNames { $0.text = "edited" } + known.prefix(1)),
        ("one link for all", underOtherNames { ($0.link, $0.text) = ("http://e/1", "edited") }),
        (
            "the site's link",
            underOtherNames { $0.text = "edited" }.prefix(1) + [
                Entry(id: "n", link: "http://e", title: "Home", text: "edited")
            ]
        ),
        ("other titles", underOtherNames { $0.title = "Today" }),
        ("another day, the same text", underOtherNames { $0.day = ($0.day ?? 1) + 1 }),
        ("another hour and text", underOtherNames { ($0.seconds, $0.text) = (3_600, "now") }),
        ("other dates and texts", underOtherNames { ($0.day, $0.text) = (1, "today's") }),
        (
            "too few of them",
            underOtherNames { $0.text = "edited" }.prefix(3)
                + (1...4).map { Entry(id: "o\($0)", link: "http://o/\($0)", title: "") }
        ),
        (
            "two of three",
            underOtherNames { $0.text = "edited" }.prefix(2) + [Entry(id: "o", link: "http://o", title: "")]
        ),
        ("somebody else's comment", underOtherNames { $0.author = "Bob" }.prefix(1) + known.suffix(1)),
        ("another page behind its words", underOtherNames { $0.linked = "http://o/2" }.prefix(1) + known.suffix(1)),
        ("another picture", underOtherNames { $0.image = "http://o/2.png" }.prefix(1) + known.suffix(1)),
        ("the same without a date", underOtherNames { $0.day = nil }.prefix(2) + known.suffix(1)),
        ("the same, and still there", underOtherNames().prefix(2) + known),
        ("nothing but the same link and date", [Entry(id: "o", link: "http://e/0", title: "", text: "")]),
    ]

    @Test("What only looks like it overwrites nothing", arguments: lookAlikes)
    private func lookAlike(_ why: String, _ entries: [Entry]) throws {
        let bench = try Bench()
        let first = [
            Entry(id: "h", link: "http://e/", title: "Home"), Entry(id: "0", link: "http://e/0", title: "", text: ""),
        ]
        try bench.ingest("daily", page(Self.known + first))
        let known = Set(entries.map(\.id)).intersection(Self.known.map(\.id)).count
        try expect(bench.ingest("daily", page(entries), at: 1).newPosts, is: entries.count - known)
    }

    @Test(
        "What nobody can tell from a post that is gone is that post, whatever else there is", arguments: [false, true])
    func indistinguishable(isBrokenOff: Bool) throws {
        let bench = try Bench()
        try bench.ingest("daily", page(Self.known))
        _ = try bench.store.mark(.read, .pane(.persona("news"), PaneFilter()), at: Bench.start)
        // When the first two have other ids, beside one that has not and many new ones, of which some have a link of theirs
        let news = (1...9).map { Entry(id: "n\($0)", link: "http://e/\($0 % 4)", title: "New") }
        var page = try page(news + Self.underOtherNames().prefix(2) + Self.known.suffix(1))
        page.leftOut = isBrokenOff ? 1 : 0
        try expect(bench.ingest("daily", page, at: 1).newPosts, is: 9)
        // Then they are read, and stay it under these
        try expect(bench.ingest("daily", page, at: 2).newPosts, is: 0)
        try expect(bench.posts("news").filter(\.isRead).count, is: 4)
        try expect(bench.store.verify(), is: [])
    }

    @Test("Where entries were left out that are known, nothing was renamed")
    func leftOut() throws {
        let bench = try Bench()
        try bench.ingest("daily", page(Self.known))
        var page = try page(Self.underOtherNames { $0.text = "edited" })
        page.leftOut = 1
        try expect(bench.ingest("daily", page, at: 1).newPosts, is: 4)
    }
}
