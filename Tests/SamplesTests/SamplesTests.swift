// Foundation for JSONSerialization alone: a judge of JSON that is not ours.
import Expectations
import Foundation
import Samples
import Testing

@Suite struct SamplesTests {
    /// 22 November 2026, 14:33:00 UTC, a Sunday.
    private let now: Int64 = 1_795_357_980
    private static let piaf = "https://piaf.demo.perchoir.example/api/v1/"
    private static let toile = "https://toile.demo.perchoir.example/api/v1/"
    private static let timelines = [
        piaf + "timelines/home", toile + "timelines/home", piaf + "timelines/tag/s%C3%A9isme",
        toile + "accounts/111/statuses",
    ]
    private static let feeds = Samples.subscriptions.filter { $0.kind == .feed }.map(\.address)

    private func text(_ address: String, elapsed: Int = 0, seed: UInt64 = 1) throws -> String {
        let sample = try #require(Samples.answer(for: address, now: now + Int64(elapsed), elapsed: elapsed, seed: seed))
        expect(sample.status, is: 200)
        return String(decoding: sample.body, as: UTF8.self)
    }

    private func statuses(_ address: String, elapsed: Int = 0) throws -> [[String: Any]] {
        let text = try text(address, elapsed: elapsed)
        return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
    }

    private func ids(_ address: String, elapsed: Int = 0) throws -> [String] {
        try statuses(address, elapsed: elapsed).compactMap { $0["id"] as? String }
    }

    @Test(arguments: timelines, [0, 3600])
    func aTimelineIsJSONWithStatusesNewestFirst(address: String, elapsed: Int) throws {
        let page = try statuses(address + "?limit=40", elapsed: elapsed)
        #expect(page.count >= (address.contains("home") ? 15 : 2))
        let times = page.compactMap { $0["created_at"] as? String }
        expect(times.count, is: page.count)
        expect(times, is: times.sorted(by: >))
        let ids = page.compactMap { $0["id"] as? String }
        expect(Set(ids).count, is: page.count)
        expect(ids, is: ids.sorted(by: >))
        for status in page {
            #expect((status["account"] as? [String: Any])?["acct"] is String)
            #expect(status["uri"] is String && status["content"] is String)
        }
    }

    @Test(arguments: [piaf, toile]) func everyPostHasAThreadAndAnAuthor(server: String) throws {
        var authors: Set<String> = []
        for status in try statuses(server + "timelines/home?limit=40") {
            // Given a post, or the one that was boosted
            let shown = status["reblog"] as? [String: Any] ?? status
            let id = try #require(shown["id"] as? String)
            // Then its thread is there, as JSON, every answer below something that is there
            #expect(try text(server + "statuses/" + id).hasPrefix("{\"id\":\"\(id)\""))
            let thread = try JSONSerialization.jsonObject(with: Data(text(server + "statuses/\(id)/context").utf8))
            let context = try #require(thread as? [String: [[String: Any]]])
            let above = try #require(context["ancestors"])
            let below = try #require(context["descendants"])
            expect(above.isEmpty, is: (shown["in_reply_to_id"] is NSNull))
            let known = Set((above + [shown] + below).compactMap { $0["id"] as? String })
            for answer in below { #expect(known.contains(try #require(answer["in_reply_to_id"] as? String))) }
            // Then its author is, with his posts
            let author = try #require(shown["account"] as? [String: Any])
            let acct = try #require(author["acct"] as? String)
            guard authors.insert(acct).inserted else { continue }
            let found = try JSONSerialization.jsonObject(with: Data(text(server + "accounts/lookup?acct=" + acct).utf8))
            let account = try #require(found as? [String: Any])
            #expect(account["id"] as? String == author["id"] as? String && account["note"] is String)
            #expect(try !statuses(server + "accounts/\(try #require(account["id"] as? String))/statuses").isEmpty)
        }
        expect(Samples.answer(for: server + "statuses/7", now: now), is: nil)
        expect(Samples.answer(for: server + "accounts/lookup?acct=nobody", now: now), is: nil)
    }

    @Test(arguments: [piaf, toile]) func idsOfDifferentPostsAreDifferentOnOneHost(server: String) throws {
        var addresses: [String: String] = [:]
        for timeline in Self.timelines where timeline.hasPrefix(server) {
            for status in try [0, 3600].flatMap({ try statuses(timeline + "?limit=40", elapsed: $0) }) {
                for post in [status, status["reblog"] as? [String: Any]].compactMap(\.self) {
                    let id = try #require(post["id"] as? String)
                    let uri = try #require(post["uri"] as? String)
                    expect(addresses[id] ?? uri, is: uri, "\(id) is that of another post")
                    addresses[id] = uri
                }
            }
        }
        #expect(addresses.count >= 15)
    }

    @Test func theBeginningIsRichEnoughToShowEverything() throws {
        let main = try statuses(Self.timelines[0] + "?limit=40")
        let pro = try statuses(Self.timelines[1] + "?limit=40")
        let all = main + pro
        func count(_ isWanted: ([String: Any]) -> Bool) -> Int { all.filter(isWanted).count }
        #expect(count { $0["reblog"] is [String: Any] } >= 3)
        #expect(count { $0["quote"] is [String: Any] } >= 2)
        #expect(count { $0["poll"] is [String: Any] } >= 1)
        #expect(count { $0["edited_at"] is String } >= 2)
        #expect(count { ($0["spoiler_text"] as? String)?.isEmpty == false } >= 2)
        #expect(count { ($0["media_attachments"] as? [Any])?.isEmpty == false } >= 3)
        #expect(count { $0["in_reply_to_account_id"] as? String == "1" } >= 3)
        #expect(Set(all.compactMap { $0["language"] as? String }).isSuperset(of: ["fr", "en", "ja", "ko", "ar"]))
        let feeds = try Self.feeds.map { try text($0) }
        let articles = feeds.map {
            $0.components(separatedBy: "<title>").count + $0.components(separatedBy: "\"title\":").count
        }
        #expect(articles.reduce(0, +) >= 45)
        #expect(
            feeds.filter {
                $0.contains("isme de magnitude 5,1") || $0.contains("isme au large") || $0.contains("Magnitude 5.1")
            }.count >= 3)
    }

    @Test(arguments: feeds, [0, 3600])
    func aFeedIsWellFormedAndItsTimesAreFilled(address: String, elapsed: Int) throws {
        let text = try text(address, elapsed: elapsed)
        #expect(!text.contains("{{") && !text.contains("}}") && !text.contains("‹"))
        if address.hasSuffix("json") {
            let feed = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
            expect((feed["items"] as? [[String: Any]])?.allSatisfy { $0["date_published"] is String }, is: true)
        } else {
            expect(unbalancedTag(text), is: nil)
        }
    }

    @Test func timesCountBackFromTheStartInEachFormatsOwnForm() throws {
        #expect(try text(Self.timelines[0] + "?limit=1").contains("\"created_at\":\"2026-11-22T14:22:00.000Z\""))
        #expect(
            try text("https://littoral.demo.perchoir.example/rss.xml").contains(
                "<pubDate>Sun, 22 Nov 2026 14:02:00 +0000</pubDate>"))
        #expect(
            try text("https://estuaire.demo.perchoir.example/direct.atom").contains(
                "<published>2026-11-22T14:30:00.000Z</published>"))
    }

    @Test func whatStoodThereKeepsItsTimeWhileTheDemoRuns() throws {
        let before = try statuses(Self.timelines[0] + "?limit=40")
        let after = try statuses(Self.timelines[0] + "?limit=40", elapsed: 600)
        expect(
            after.suffix(before.count).map { $0["created_at"] as? String },
            is: before.map { $0["created_at"] as? String })
    }

    @Test func pagesJoinWithoutHoleOrOverlap() throws {
        // Given the whole timeline in one page
        let whole = try ids(Self.timelines[1] + "?limit=40")
        // When it is read by pages of four, downwards
        var walked: [String] = []
        var address: String? = Self.timelines[1] + "?limit=4"
        while let current = address {
            walked += try ids(current)
            let links = try #require(Samples.answer(for: current, now: now)).headers.first?.value ?? ""
            address = links.contains("rel=\"next\"") ? links.split(separator: ">")[0].dropFirst().description : nil
        }
        // Then it is the same, and newer ones are those next to the bound
        expect(walked, is: whole)
        try expect(ids(Self.timelines[1] + "?limit=2&min_id=\(whole[5])"), is: [whole[3], whole[4]])
        try expect(
            ids(Self.timelines[1] + "?limit=40&max_id=\(whole[2])&since_id=\(whole[5])"), is: [whole[3], whole[4]])
        #expect(try ids(Self.timelines[1] + "?min_id=\(whole[0])").isEmpty)
    }

    @Test(arguments: [1, 2, 77] as [UInt64])
    func arrivalsComeInOrderEverywhereAndAreTheSameForTheSameSeed(seed: UInt64) {
        let some = Array(Samples.arrivals(seed: seed).prefix(400))
        expect(some, is: Array(Samples.arrivals(seed: seed).prefix(400)))
        #expect(some != Array(Samples.arrivals(seed: seed + 1).prefix(400)))
        #expect(some[0].second < 10, "a newcomer looks for ten seconds")
        #expect(zip(some, some.dropFirst()).allSatisfy { $0.second < $1.second && $0.number + 1 == $1.number })
        expect(Set(some.map(\.place.persona)), is: ["main", "pro", "news"])
        #expect(Set(some.map { ($0.title ?? "") + $0.text }).count > 250)
        #expect(some.allSatisfy { !$0.text.contains("‹") && !($0.title ?? "").contains("‹") })
    }

    @Test func whatArrivesAppearsInTheAnswersWhenItsTimeHasCome() throws {
        let first = try #require(Samples.arrivals(seed: 1).first { $0.place == .littoral })
        let address = "https://littoral.demo.perchoir.example/rss.xml"
        #expect(try !text(address, elapsed: first.second - 1).contains("direct-\(first.number)<"))
        #expect(try text(address, elapsed: first.second).contains("direct-\(first.number)<"))
        try expect(text(address, elapsed: 900), is: text(address, elapsed: 900))
    }

    @Test func everySubscriptionIsAnswered() throws {
        for subscription in Samples.subscriptions {
            switch subscription.kind {
            case .feed: _ = try text(subscription.address)
            case .home: _ = try text("https://\(subscription.address.split(separator: "@")[1])/api/v1/timelines/home")
            case .hashtag: expect(subscription.address, is: "#séisme@piaf.demo.perchoir.example")
            case .posts: #expect(try text(Self.toile + "accounts/lookup?acct=aubry").contains("\"id\":\"111\""))
            }
        }
        #expect(try text(Self.piaf + "accounts/verify_credentials").contains("\"acct\":\"camille\""))
    }

    @Test(arguments: [
        "https://example.org/", "http://piaf.demo.perchoir.example/api/v1/timelines/home", "", "https://",
        "https://piaf.demo.perchoir.example/%",
    ])
    func elsewhereNothingAnswers(address: String) {
        expect(Samples.answer(for: address, now: now), is: nil)
    }

    /// The first tag that is not closed in its order; nil in well-formed markup.
    private func unbalancedTag(_ text: String) -> String? {
        var open: [Substring] = []
        for piece in text.split(separator: "<").dropFirst(text.hasPrefix("<") ? 0 : 1) {
            guard let end = piece.firstIndex(of: ">") else { return String(piece) }
            let tag = piece[..<end]
            if tag.hasPrefix("?") || tag.hasSuffix("/") { continue }
            if tag.hasPrefix("/") {
                guard open.popLast() == tag.dropFirst() else { return String(tag) }
            } else {
                open.append(tag.prefix { $0 != " " })
            }
        }
        return open.last.map(String.init)
    }
}
