import Expectations
import Store
import Testing
import Text
import TimelineModel

@Suite("Arriving pages")
struct IngestTests {
    @Test("A post that two sources carry is one post, in each persona once")
    func oneIdentity() throws {
        let bench = try Bench()
        try bench.ingest("daily", Bench.page([Bench.post("a"), Bench.post("a")]))
        let report = try bench.ingest("shared", Bench.page([Bench.post("a")]), at: 60)
        expect(report.newPosts, is: 0)
        try expect(bench.names("news"), is: ["a"])
        try expect(bench.names("pro"), is: ["a"])
        try expect(bench.store.post(PostID("ap:a"))?.seen.count, is: 2)
        try expect(bench.store.verify(), is: [])
    }

    @Test("An edit keeps the read mark, sets `edited` and is found by its new words")
    func edit() throws {
        let bench = try Bench()
        try bench.ingest("daily", Bench.page([Bench.post("a", "before")]))
        _ = try bench.store.mark(.read, .posts([PostID("ap:a")]), at: Bench.start)
        let report = try bench.ingest("daily", Bench.page([Bench.post("a", "after")]), at: 60)
        expect(report.updatedPosts, is: 1)
        expect(report.arrived, is: [:])
        let post = try #require(try bench.posts("news").first)
        #expect(post.isRead && post.isEdited && post.excerpt == "after")
        let found = try bench.store.search(
            Query(parsing: "after"), in: .persona("news"), now: Bench.start, limit: 9)
        let lost = try bench.store.search(
            Query(parsing: "before"), in: .persona("news"), now: Bench.start, limit: 9)
        expect(found, is: [post.key])
        #expect(lost.isEmpty)
        try expect(bench.store.verify(), is: [])
    }

    /// Strings of two normalizations are equal in Swift, and two words in the index.
    @Test("Two spellings of one word go with an edit")
    func normalizations() throws {
        let bench = try Bench()
        let both: SafeText = "\u{D55C}\u{AD6D} \u{1112}\u{1161}\u{11AB}\u{1100}\u{116E}\u{11A8}"
        try bench.ingest("daily", Bench.page([Bench.post("a", both)]))
        try expect(bench.store.verify(), is: [])
        try bench.ingest("daily", Bench.page([Bench.post("a", "after")]), at: 60)
        try expect(bench.store.verify(), is: [])
    }

    @Test("New counts are no edit")
    func counts() throws {
        let bench = try Bench()
        var post = Bench.post("a")
        try bench.ingest("daily", Bench.page([post]))
        post.counts.boosts = 7
        let report = try bench.ingest("daily", Bench.page([post]), at: 60)
        expect(report.updatedPosts, is: 1)
        let detail = try #require(try bench.store.post(post.id))
        expect(detail.post.counts.boosts, is: 7)
        expect(detail.post.edited, is: nil)
    }

    @Test("The same page again changes nothing")
    func again() throws {
        let bench = try Bench()
        let page = Bench.page([Bench.post("b"), Bench.post("a")])
        try bench.ingest("daily", page)
        let report = try bench.ingest("daily", page, at: 60)
        #expect((report.newPosts, report.updatedPosts, report.changed) == (0, 0, []))
    }

    @Test("What is read in another way takes the place of the old reading, and was edited by nobody")
    func readAnew() throws {
        let bench = try Bench()
        func page(_ text: SafeText, edition: Int) -> Page {
            var page = Bench.page([Bench.post("a", text)])
            page.validators = Validators(bodyHash: 1, edition: edition)
            return page
        }
        try bench.ingest("daily", page("210", edition: 4), at: 100)
        try bench.ingest("daily", page("2¹⁰", edition: 5), at: 200)
        let post = try #require(try bench.posts("news").first)
        expect(post.excerpt, is: "2¹⁰")
        #expect(!post.isEdited)
        try bench.ingest("daily", page("2¹¹", edition: 5), at: 300)
        #expect(try #require(try bench.posts("news").first).isEdited)
    }

    @Test("A source with an older version of an edited post overwrites nothing, and two spellings do not alternate")
    func staleCopies() throws {
        let bench = try Bench()
        var edited = Bench.post("a", "second")
        edited.edited = Bench.start
        try bench.ingest("daily", Bench.page([edited]))
        try bench.ingest("shared", Bench.page([Bench.post("a", "first")]), at: 60)
        try expect(bench.store.post(edited.id)?.post.body.plain, is: "second")
        var spelled = edited
        spelled.body = RichText(plain: "second, spelled otherwise")
        try bench.ingest("shared", Bench.page([spelled]), at: 120)
        try expect(bench.store.post(edited.id)?.post.body.plain, is: "second")
        spelled.edited = Bench.start.adding(seconds: 90)
        try bench.ingest("shared", Bench.page([spelled]), at: 180)
        try expect(bench.store.post(edited.id)?.post.body.plain, is: "second, spelled otherwise")
    }

    @Test("A feed's next document corrects what its last one said, whatever time of edit either states")
    func correctedByItsFeed() throws {
        let bench = try Bench()
        var post = Bench.post("a", "with a mistake")
        post.edited = Bench.start.adding(seconds: 200)
        try bench.ingest("daily", Bench.page([post]), at: 300)
        for (edited, text) in [(100, "corrected"), (nil, "corrected again")] as [(Int64?, SafeText)] {
            post.edited = edited.map { Bench.start.adding(seconds: $0) }
            post.body = RichText(plain: text)
            try expect(bench.ingest("daily", Bench.page([post]), at: 400).updatedPosts, is: 1)
            let stored = try #require(try bench.store.post(post.id)).post
            expect(stored.body.plain, is: text)
            expect(stored.edited, is: post.edited ?? Bench.start.adding(seconds: 400))
        }
        // But where posts also come over a stream, out of order, the latest edit counts.
        try bench.adopt([("news", "#home")])
        var streamed = Bench.post("b", "second")
        streamed.edited = Bench.start.adding(seconds: 200)
        try bench.ingest("#home", Bench.page([streamed]), at: 300)
        streamed.edited = nil
        streamed.body = RichText(plain: "first")
        try expect(bench.ingest("#home", Bench.page([streamed]), at: 400).updatedPosts, is: 0)
    }

    @Test("A starred post that its author takes back stays, and says so")
    func withdrawn() throws {
        let bench = try Bench()
        try bench.ingest("daily", Bench.page([Bench.post("a"), Bench.post("b")]))
        _ = try bench.store.mark(.star, .posts([PostID("ap:a")]), at: Bench.start)
        let report = try bench.delete("a", from: "daily", at: 5)
        expect(report.deletedPosts, is: 0)
        #expect(report.changed.contains(.persona("news")))
        try expect(bench.store.post(PostID("ap:a"))?.isWithdrawn, is: true)
        try expect(bench.store.post(PostID("ap:b"))?.isWithdrawn, is: false)
        // It is not emptied afterwards
        var emptied = Bench.post("a", "")
        emptied.edited = Bench.start.adding(seconds: 7)
        try bench.ingest("daily", Bench.page([emptied]), at: 8)
        try expect(bench.store.post(PostID("ap:a"))?.post.body.isEmpty, is: false)
        // Also when another page still has it, and when the star goes
        try bench.ingest("daily", Bench.page([Bench.post("a"), Bench.post("b")]), at: 9)
        _ = try bench.store.mark(.unstar, .posts([PostID("ap:a")]), at: Bench.start)
        try expect(bench.store.post(PostID("ap:a"))?.isWithdrawn, is: true)
        try expect(bench.store.verify(), is: [])
    }

    @Test("A deleted post goes and cannot come back")
    func deleted() throws {
        let bench = try Bench()
        try bench.ingest("shared", Bench.page([Bench.post("b"), Bench.post("a")]))
        let report = try bench.delete("a", from: "shared", at: 60)
        expect(report.deletedPosts, is: 1)
        expect(report.counts[.persona("pro")], is: PaneCounts(unread: 1, total: 1))
        try bench.ingest("daily", Bench.page([Bench.post("a")]), at: 120)
        try expect(bench.names("news"), is: ["b"])
        try expect(bench.store.verify(), is: [])
    }

    @Test("What another server says of a post changes nothing, unless the post is its own")
    func strangers() throws {
        let bench = try Bench()
        try bench.adopt([("news", "#home"), ("news", "#own"), ("pro", "#evil")])
        var post = Bench.post("https://own.example.org/users/anne/1", "as she wrote it")
        func ingest(_ source: String, _ text: SafeText, edited: Int64, at seconds: Int64) throws {
            post.body = RichText(plain: text)
            post.edited = Bench.start.adding(seconds: edited)
            try bench.ingest(source, Bench.page([post]), at: seconds)
        }
        func text() throws -> SafeText? { try bench.store.post(post.id)?.post.body.plain }
        try ingest("#home", "as she wrote it", edited: 0, at: 0)
        // When a stranger has it too, and says that it was edited, or is gone
        try ingest("#evil", "log in here", edited: 10, at: 20)
        try expect(text(), is: "as she wrote it")
        try bench.delete(post.remoteID, from: "#evil", at: 30)
        try expect(bench.names("pro").count, is: 1)
        // Then the one it came from and its own server are still believed, also after a time that has not come.
        try ingest("#home", "tomorrow and more", edited: 9_999_999, at: 40)
        try expect(text(), is: "tomorrow and more")
        try expect(bench.ingest("#home", Bench.page([post]), at: 45).updatedPosts, is: 0)
        try ingest("#own", "as she edited it", edited: 50, at: 60)
        try expect(text(), is: "as she edited it")
        try bench.delete(post.remoteID, from: "#home", at: 70)
        try expect(text(), is: "as she edited it")
        try bench.delete(post.remoteID, from: "#own", at: 80)
        try expect(text(), is: nil)
        try expect(bench.store.verify(), is: [])
    }

    @Test("What only another server calls gone comes back from its own, and from no other")
    func hearsay() throws {
        let bench = try Bench()
        try bench.adopt([("news", "#home"), ("news", "#own"), ("pro", "#evil")])
        let post = Bench.post("https://own.example.org/users/anne/1")
        try bench.ingest("#evil", Bench.page([post]), at: 0)
        try bench.delete(post.remoteID, from: "#evil", at: 10)
        try bench.ingest("#home", Bench.page([post]), at: 20)
        try expect(bench.names("news"), is: [])
        try bench.ingest("#own", Bench.page([post]), at: 30)
        try expect(bench.names("news").count, is: 1)
        // What its own server calls gone is, whoever said so before
        try bench.delete(post.remoteID, from: "#own", at: 40)
        try bench.ingest("#own", Bench.page([post]), at: 60)
        try expect(bench.names("news"), is: [])
        try expect(bench.store.verify(), is: [])
    }

    @Test("A post's own server corrects what another one brought first, whatever time that stated")
    func correction() throws {
        let bench = try Bench()
        try bench.adopt([("news", "#evil"), ("news", "#own")])
        var post = Bench.post("https://own.example.org/users/anne/1", "log in here")
        post.edited = Bench.start.adding(seconds: 9_999_999)
        try bench.ingest("#evil", Bench.page([post]), at: 10)
        post.body = RichText(plain: "as she wrote it")
        post.edited = nil
        try bench.ingest("#own", Bench.page([post]), at: 20)
        try expect(bench.store.post(post.id)?.post.body.plain, is: "as she wrote it")
        // And a server whose source a mistake took out of the configuration is not overruled by a stranger.
        try bench.adopt([("news", "#evil")])
        post.body = RichText(plain: "log in here")
        post.edited = Bench.start.adding(seconds: 90)
        try bench.ingest("#evil", Bench.page([post]), at: 100)
        try bench.delete(post.remoteID, from: "#evil", at: 110)
        try expect(bench.store.post(post.id)?.post.body.plain, is: "as she wrote it")
    }

    @Test("Undated posts keep the order of their page, dates in the future are clamped, boosts count from the boost")
    func sortTimes() throws {
        let bench = try Bench()
        let undated = ["c", "b", "a"].map { Bench.post($0, published: nil) }
        try bench.ingest("daily", Bench.page(undated), at: 100)
        try expect(bench.names("news"), is: ["c", "b", "a"])
        try bench.ingest("daily", Bench.page([Bench.post("future", published: 9999)]), at: 200)
        try expect(bench.posts("news").first?.key.sortTime, is: Bench.start.adding(seconds: 200))
        var page = Bench.page([Bench.post("old", published: -9999)])
        page.items[0].sighting.boostedBy = Author(name: "Zoé")
        page.items[0].sighting.boostedAt = Bench.start.adding(seconds: 250)
        try bench.ingest("daily", page, at: 300)
        let boosted = try #require(try bench.posts("news").first)
        expect(boosted.id, is: PostID("ap:old"))
        expect(boosted.boostedBy, is: "Zoé")
        expect(boosted.key.sortTime, is: Bench.start.adding(seconds: 250))
    }

    @Test("Posts of one time stand as their page has them, the ones that come later above, in every persona")
    func ofOneTime() throws {
        let bench = try Bench()
        let chapters = (1...12).reversed().map { "chapter \($0)" }
        try bench.ingest("daily", Bench.page(chapters.dropFirst(2).map { Bench.post($0) }), at: 100)
        try expect(bench.names("news"), is: Array(chapters.dropFirst(2)))
        try bench.ingest("daily", Bench.page(chapters.map { Bench.post($0) }), at: 200)
        try expect(bench.names("news"), is: chapters)
        // Future dates are clamped to one moment.
        let future = ["f3", "f2", "f1"]
        try bench.ingest("daily", Bench.page(future.map { Bench.post($0, published: 9999) }), at: 300)
        try expect(bench.names("news"), is: future + chapters)
        try expect(bench.store.verify(), is: [])
    }

    @Test("Ids that differ only behind a NUL, or in normalization, are two posts")
    func bytesDecide() throws {
        let bench = try Bench()
        try bench.ingest(
            "daily", Bench.page(["x\0a", "x\0b", "é", "e\u{301}"].map { Bench.post($0) }))
        try expect(bench.store.counts()[.persona("news")]?.total, is: 4)
        #expect(try bench.posts("news").contains { $0.id == PostID("ap:x\0b") })
    }

    @Test("Mark made before a post arrives is there when it comes")
    func markFirst() throws {
        let bench = try Bench()
        _ = try bench.store.mark(.read, .posts([PostID("ap:a")]), at: Bench.start)
        let report = try bench.ingest("shared", Bench.page([Bench.post("a")]))
        expect(report.arrived, is: [:])
        expect(report.counts[.persona("news")], is: PaneCounts(unread: 0, total: 1))
    }
}

@Suite("Gaps")
struct GapTests {
    private func posts(_ numbers: [Int]) -> [Post] {
        numbers.map { Bench.post("\($0)", published: Int64($0)) }
    }

    @Test("A newest page that does not reach what is known leaves a gap, and pages between close it")
    func gap() throws {
        let bench = try Bench()
        try bench.ingest("daily", Bench.page(posts([2, 1]), older: "1"), at: 100)
        try expect(bench.names("news"), is: ["2", "1"])
        try bench.ingest("daily", Bench.page(posts([9, 8]), older: "8"), at: 200)
        try expect(bench.names("news"), is: ["9", "8", "…", "2", "1"])
        guard case .gap(let gap) = try bench.entries("news")[2] else {
            Issue.record("no gap")
            return
        }
        expect(gap.newer, is: "8")
        expect(gap.older, is: "2")
        let between = PageRequest.Stretch.between(newer: gap.newer, older: gap.older)
        try bench.ingest("daily", Bench.page(posts([7, 6]), older: "6"), between, at: 300)
        try expect(bench.names("news"), is: ["9", "8", "7", "6", "…", "2", "1"])
        try bench.ingest(
            "daily", Bench.page(posts([5, 4, 3, 2]), older: "2"), .between(newer: "6", older: "2"), at: 400)
        try expect(bench.names("news"), is: ["9", "8", "7", "6", "5", "4", "3", "2", "1"])
    }

    /// What is left of a hole, from side to side.
    private func holes(_ bench: Bench) throws -> [String] {
        try bench.entries("news").compactMap { entry in
            if case .gap(let gap) = entry {
                "\(gap.newer) \(gap.older) \(gap.side.map { "\($0)" } ?? "both")"
            } else {
                nil
            }
        }
    }

    private func raised(_ numbers: [Int]) -> Page {
        var page = Bench.page(posts(numbers), older: "below")
        page.newer = page.items.first?.sighting.entryID
        return page
    }

    @Test("A gap is filled from either side, and pages that come late lose nothing of it")
    func eitherSide() throws {
        let bench = try Bench()
        try bench.ingest("daily", Bench.page(posts([2, 1]), older: "1"), at: 100)
        try bench.ingest("daily", Bench.page(posts([19, 18]), older: "18"), at: 200)
        let from = PageRequest.Stretch.between(newer: "18", older: "2", from: .older)
        try bench.ingest("daily", raised([4, 3]), from, at: 300)
        try expect(bench.names("news"), is: ["19", "18", "…", "4", "3", "2", "1"])
        try expect(holes(bench), is: ["18 4 both"])
        // The same again, as of another process, finds that the hole has another side by now
        try bench.ingest("daily", raised([4, 3]), from, at: 310)
        try expect(holes(bench), is: ["18 4 both"])
        try bench.ingest("daily", Bench.page(posts([17, 16]), older: "16"), .between(newer: "18", older: "2"), at: 320)
        try expect(holes(bench), is: ["16 4 both"])
        // When a page from below reaches over what was filled from above, then nothing is left
        try bench.ingest("daily", raised([17, 16, 15, 6]), .between(newer: "18", older: "4", from: .older), at: 330)
        try expect(bench.names("news"), is: ["19", "18", "17", "16", "15", "6", "4", "3", "2", "1"])
        try expect(bench.store.verify(), is: [])
    }

    @Test("A gap in which other sources' posts stand has a line on both sides")
    func twoLines() throws {
        let bench = try Bench()
        try bench.ingest("daily", Bench.page(posts([2, 1]), older: "1"), at: 100)
        try bench.ingest("daily", Bench.page(posts([9, 8]), older: "8"), at: 200)
        try bench.ingest("shared", Bench.page(posts([12, 6, 5])), at: 200)
        try expect(bench.names("news"), is: ["12", "9", "8", "…", "6", "5", "…", "2", "1"])
        try expect(holes(bench), is: ["8 2 newer", "8 2 older"])
        try expect(bench.names("news", PaneFilter(source: Bench.source("daily"))), is: ["9", "8", "…", "2", "1"])
        // And wherever two windows meet, each stands once
        let entries = try bench.entries("news")
        for (index, entry) in entries.enumerated() {
            let (above, below) = try (
                bench.entries("news", PaneFilter(), .newerThan(entry.key)),
                bench.entries("news", PaneFilter(), .olderThan(entry.key))
            )
            expect(above + [entry] + below, is: entries, "\(index)")
        }
    }

    @Test("A page of a gap of which nothing can be read leaves the rest a gap")
    func unreadable() throws {
        let bench = try Bench()
        try bench.ingest("daily", Bench.page(posts([2, 1]), older: "1"), at: 100)
        try bench.ingest("daily", Bench.page(posts([9, 8]), older: "8"), at: 200)
        try bench.ingest("daily", Bench.page([], older: "6"), .between(newer: "8", older: "2"), at: 300)
        try expect(bench.names("news"), is: ["9", "8", "…", "2", "1"])
        try expect(holes(bench), is: ["6 2 both"])
        // And an empty page is the end of it
        try bench.ingest("daily", Bench.page([]), .between(newer: "6", older: "2"), at: 400)
        try expect(bench.names("news"), is: ["9", "8", "2", "1"])
    }

    @Test("The newest entry of a page is known by its id, where ids have an order", arguments: ["#order", "daily"])
    func newest(source: String) throws {
        let bench = try Bench()
        try bench.adopt([("news", source)])
        try bench.ingest(source, Bench.page(posts([8, 10, 9]), older: "8"), at: 100)
        try expect(
            bench.store.fetchState(of: Bench.source(source)).newestEntryID, is: (source == "daily" ? "8" : "10"))
    }

    @Test("A page that meets what is known, or is the whole of a source, leaves none")
    func noGap() throws {
        let bench = try Bench()
        try bench.ingest("daily", Bench.page(posts([2, 1]), older: "1"), at: 100)
        try bench.ingest("daily", Bench.page(posts([4, 3, 2]), older: "2"), at: 200)
        try bench.ingest("daily", Bench.page(posts([9, 8])), at: 300)
        try expect(bench.names("news"), is: ["9", "8", "4", "3", "2", "1"])
    }
}
