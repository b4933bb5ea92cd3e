import Dispatch
import Expectations
import Foundation
import Glibc
import TestSupport
import Testing
import TimelineModel

@Suite("perchoir sync", .ownThreads)
struct SyncTests {
    private func configuration(_ sources: [(persona: String, address: String)]) -> String {
        sources.map { "[[source]]\npersona = \"\($0.persona)\"\nfeed = \"\($0.address)\"\n" }.joined(separator: "\n")
    }

    private func summary(_ outcome: Home.Outcome) throws -> [String: Int] {
        try outcome.objects().first?.compactMapValues { $0 as? Int } ?? [:]
    }

    @Test("the first round brings posts; the second asks with both validators, as they came, and brings nothing")
    func conditionalRequests() throws {
        let site = try Site()
        let etag = #"W/"odd, tag-é;1""#
        let date = "Sun, 01 Nov 2026 08:00:00 GMT"
        site.serve("/feed", Documents.rss("Tide", ["One", "Two"]), etag: etag, lastModified: date)
        let home = try Home(configuration: configuration([("news", site.address("/feed"))]))

        let first = try home.run("sync", "--json")
        expect(first.status, is: 0, "\(first.error)")
        try expect(
            summary(first),
            is: ["sources": 1, "newPosts": 2, "unchanged": 0, "failed": 0, "held": 0, "waiting": 0, "gone": 0])
        let second = try home.run("sync", "--json")
        try expect(
            summary(second),
            is: ["sources": 1, "newPosts": 0, "unchanged": 1, "failed": 0, "held": 0, "waiting": 0, "gone": 0])

        let requests = site.requests("/feed")
        expect(requests.count, is: 2)
        expect(requests[0].headers["if-none-match"], is: nil)
        expect(requests[0].headers["if-modified-since"], is: nil)
        expect(requests[1].headers["if-none-match"], is: etag)
        expect(requests[1].headers["if-modified-since"], is: date)
    }

    @Test("a document that did not change is unchanged without validators too")
    func withoutValidators() throws {
        let site = try Site()
        site.serve("/feed", Documents.rss("Tide", ["One", "Two"]))
        let home = try Home(configuration: configuration([("news", site.address("/feed"))]))
        _ = try home.run("sync")
        let second = try home.run("sync", "--json")
        try expect(
            summary(second),
            is: ["sources": 1, "newPosts": 0, "unchanged": 1, "failed": 0, "held": 0, "waiting": 0, "gone": 0])
    }

    @Test("an address of two personas is fetched once, and reading a post once reads it for both")
    func sharedSource() throws {
        let site = try Site()
        site.serve("/feed", Documents.rss("Tide", ["One", "Two"]))
        let address = site.address("/feed")
        let home = try Home(configuration: configuration([("pro", address), ("news", address)]))
        let first = try home.run("sync", "--json")
        try expect(
            summary(first),
            is: ["sources": 1, "newPosts": 2, "unchanged": 0, "failed": 0, "held": 0, "waiting": 0, "gone": 0])
        expect(site.requests("/feed").count, is: 1)

        let posts = try home.run("list", "--json").objects()
        expect(posts.count, is: 2)
        #expect(posts.allSatisfy { $0["personas"] as? [String] == ["news", "pro"] })
        try expect(home.run("mark", "read", "One", "-p", "pro").output, is: "1\n")
        try expect(home.run("list", "is:unread", "-p", "news").lines.count, is: 1)
    }

    @Test("where no backup can be made the round is told all the same, and what failed is not the store")
    func noBackup() throws {
        let site = try Site()
        site.serve("/feed", Documents.rss("Tide", ["One", "Two"]))
        let home = try Home(configuration: configuration([("news", site.address("/feed"))]))
        let backups = home.root + "/data/perchoir/backups"
        _ = try home.run("list")
        try home.write("", to: backups)
        let outcome = try home.run("sync", "--json")
        try expect(
            summary(outcome),
            is: ["sources": 1, "newPosts": 2, "unchanged": 0, "failed": 0, "held": 0, "waiting": 0, "gone": 0])
        expect(outcome.status, is: 73)
        #expect(outcome.error.contains("backed up") && outcome.error.contains(backups), "\(outcome.error)")
        #expect(!outcome.error.contains("opened"), "\(outcome.error)")
    }

    @Test("one failing source stops no other; the status says so only when all fail")
    func failing() throws {
        let site = try Site()
        site.serve("/good", Documents.rss("Good", ["One"]))
        site.serve("/bad", "no feed at all", type: "text/plain")
        let home = try Home(
            configuration: configuration([("news", site.address("/bad")), ("news", site.address("/good"))]))
        let both = try home.run("sync", "--json")
        expect(both.status, is: 0)
        try expect(
            summary(both),
            is: ["sources": 2, "newPosts": 1, "unchanged": 0, "failed": 1, "held": 0, "waiting": 0, "gone": 0])
        #expect(both.error.contains(site.address("/bad")))
        #expect(!both.output.contains("/bad"))

        let alone = try Home(configuration: configuration([("news", site.address("/bad"))]))
        try expect(alone.run("sync").status, is: 69)
        let health = try alone.run("sources", "--json").objects()
        #expect(health.first?["failuresInARow"] as? Int == 1)
        #expect(health.first?["lastError"] is String)
        #expect(health.first?["lastSuccess"] is NSNull)
        // And the list for people has the same
        let listed = try home.run("sources").lines
        #expect(
            listed.contains { $0.contains(/\t[01]\.\d\d a day\tfetched 20/) && !$0.contains("failing") }, "\(listed)")
        #expect(listed.contains { $0.contains("\t0.00 a day\tnever fetched\tfailing: ") }, "\(listed)")
    }

    @Test("a persona alone")
    func onePersona() throws {
        let site = try Site()
        site.serve("/a", Documents.rss("A", ["One"]))
        site.serve("/b", Documents.rss("B", ["Two"]))
        let home = try Home(configuration: configuration([("pro", site.address("/a")), ("news", site.address("/b"))]))
        try expect(home.run("sync", "-p", "pro").status, is: 0)
        expect(site.requests("/a").count, is: 1)
        #expect(site.requests("/b").isEmpty)
        let unknown = try home.run("sync", "-p", "work")
        expect(unknown.status, is: 64)
        #expect(unknown.error.contains("main, pro, news"))
    }

    @Test("a server that wants to be left alone is left alone by the next round", arguments: [429, 503])
    func retryAfter(status: Int) throws {
        let site = try Site()
        site.answer("/feed") { _ in Site.Answer(status: status, headers: [("Retry-After", "3600")]) }
        let home = try Home(configuration: configuration([("news", site.address("/feed"))]))
        try expect(home.run("sync").status, is: 69)
        let second = try home.run("sync")
        expect(second.status, is: 75)
        let summary = /0 sources: 0 new posts, 0 unchanged, 0 failed; 1 source waits until (\S+ )?\d\d:\d\d\n/
        #expect(second.error.wholeMatch(of: summary) != nil, "\(second.error)")
        let counted = try home.run("sync", "--json")
        expect(counted.status, is: 75)
        try expect(self.summary(counted)["waiting"], is: 1)
        expect(site.requests("/feed").count, is: 1)
        let health = try home.run("sources", "--json").objects()
        expect((health.first?["lastError"] as? String)?.contains("left alone"), is: true)
    }

    @Test("those that wait are counted beside those that were asked, which decide the status")
    func someWait() throws {
        let site = try Site()
        for (path, rest) in [("/day", "80000"), ("/hour", "3600")] {
            site.answer(path) { _ in Site.Answer(status: 429, headers: [("Retry-After", rest)]) }
        }
        let home = try Home(
            configuration: configuration([("news", site.address("/day")), ("news", site.address("/hour"))]))
        // One after the other, since the first one's wish holds for its host.
        _ = try home.run("sync")
        let other = try Site()
        other.serve("/feed", Documents.rss("Tide", ["One"]))
        try home.write(
            home.read(home.configurationFile) + "\n" + configuration([("news", other.address("/feed"))]),
            to: home.configurationFile)
        let outcome = try home.run("sync")
        expect(outcome.status, is: 0)
        #expect(
            outcome.error.hasPrefix("1 source: 1 new post, 0 unchanged, 0 failed; 2 sources wait"), "\(outcome.error)")
        expect(other.requests("/feed").count, is: 1)
    }

    /// Seconds from the last look at the only source to the next.
    private func wait(_ home: Home) throws -> Int64 {
        let health = try #require(try home.run("sources", "--json").objects().first)
        let times = try ["lastAttempt", "nextAttempt"].map {
            try #require(Timestamp(rfc3339: health[$0] as? String ?? ""))
        }
        return times[1].seconds(since: times[0])
    }

    @Test("an unchanged answer keeps the wish for rest that the document stated")
    func wishOfAnUnchangedDocument() throws {
        let site = try Site()
        let document = Documents.rss("Tide", ["One"]).replacing("</channel>", with: "<ttl>120</ttl></channel>")
        site.serve("/feed", document, etag: "\"1\"")
        let home = try Home(configuration: configuration([("news", site.address("/feed"))]))
        for round in ["new", "unchanged", "unchanged again"] {
            try expect(home.run("sync").status, is: 0)
            try expect(wait(home), is: 7200, "\(round)")
        }
        // And a failure keeps it too.
        site.serve("/feed", "", status: 500)
        try expect(home.run("sync").status, is: 69)
        try expect(wait(home), is: 7200)
    }

    @Test("a failing source waits as long as a healthy one, however soon its server may be asked again")
    func waitAfterFailure() throws {
        let site = try Site()
        site.answer("/feed", Site.Answer(status: 503, headers: [("Retry-After", "5")]))
        let home = try Home(
            configuration: configuration([("news", site.address("/feed"))]) + "every = \"2h\"\n")
        try expect(home.run("sync").status, is: 69)
        try expect(wait(home), is: 7200)
    }

    @Test("of the intervals of the personas that share a source the shortest counts, the general one among them")
    func intervalOfSharedSource() throws {
        let site = try Site()
        site.serve("/feed", Documents.rss("Tide", ["One"]))
        let address = site.address("/feed")
        let home = try Home(
            configuration: configuration([("news", address), ("pro", address)]) + "every = \"6h\"\n")
        try expect(home.run("sync").status, is: 0)
        try expect(wait(home), is: 900)
    }

    @Test("a feed that moved for good is asked at its new address, once it was sent there twice, and still is itself")
    func moved() throws {
        let site = try Site()
        let new = site.address("/new")
        site.answer("/feed", Site.Answer(status: 301, headers: [("Location", new)]))
        site.serve("/new", Documents.rss("Tide", ["One"]), etag: "\"1\"")
        let home = try Home(configuration: configuration([("news", site.address("/feed"))]))
        for _ in 0..<3 { try expect(home.run("sync").status, is: 0) }
        expect(site.requests("/feed").count, is: 2)
        expect(site.requests("/new").map { $0.headers["if-none-match"] }, is: [nil, "\"1\"", "\"1\""])
        try expect(home.run("list").lines.count, is: 1)
        // Where it is asked is shown
        let health = try home.run("sources", "--json").objects()
        expect(health.first?["movedTo"] as? String, is: new)
        expect(health.first?["address"] as? String, is: site.address("/feed"))
        #expect(try home.run("sources").output.contains("\tmoved to \(new)"))
        // When it is no longer there
        site.serve("/new", "", status: 410)
        site.serve("/feed", Documents.rss("Tide", ["Two", "One"]))
        try expect(summary(home.run("sync", "--json"))["newPosts"], is: 1)
        #expect(try home.run("sources", "--json").objects().first?["movedTo"] is NSNull)
    }

    @Test("a feed that moved to where there is only trouble is looked for at its own address after some failures")
    func movedIntoTrouble() throws {
        let site = try Site()
        site.answer("/feed", Site.Answer(status: 301, headers: [("Location", site.address("/new"))]))
        site.serve("/new", Documents.rss("Tide", ["One"]))
        let home = try Home(configuration: configuration([("news", site.address("/feed"))]))
        for _ in 0..<2 { try expect(home.run("sync").status, is: 0) }
        site.serve("/new", "", status: 500)
        site.serve("/feed", Documents.rss("Tide", ["Two", "One"]))
        for _ in 0..<5 { try expect(home.run("sync").status, is: 69) }
        try expect(summary(home.run("sync", "--json"))["newPosts"], is: 1)
        #expect(try home.run("sources", "--json").objects().first?["movedTo"] is NSNull)
    }

    @Test("what is gone for good is not asked again")
    func gone() throws {
        let site = try Site()
        site.serve("/feed", "", status: 410)
        let address = site.address("/feed")
        let home = try Home(configuration: configuration([("news", address), ("pro", address)]))
        let first = try home.run("sync")
        #expect(first.error.contains("gone for good"))
        let second = try home.run("sync")
        expect(second.status, is: 0)
        expect(
            second.error,
            is: "perchoir: \(address) is gone (410) and is not asked; perchoir remove ends it\n"
                + "0 sources: 0 new posts, 0 unchanged, 0 failed\n")
        let counted = try home.run("sync", "--json")
        try expect(
            summary(counted),
            is: ["sources": 0, "newPosts": 0, "unchanged": 0, "failed": 0, "held": 0, "waiting": 0, "gone": 1])
        expect(site.requests("/feed").count, is: 1)
    }

    @Test("a failure that may pass is tried again by the next round")
    func trouble() throws {
        let site = try Site()
        site.serve("/feed", "", status: 500)
        let home = try Home(configuration: configuration([("news", site.address("/feed"))]))
        try expect(home.run("sync").status, is: 69)
        site.serve("/feed", Documents.rss("Tide", ["One"]))
        try expect(summary(home.run("sync", "--json"))["newPosts"], is: 1)
        #expect(try home.run("sources", "--json").objects().first?["failuresInARow"] as? Int == 0)
    }

    @Test("rounds beside each other lose no post, double none, and mark none unread")
    func sideBySide() throws {
        let site = try Site()
        var sources: [(String, String)] = []
        for number in 0..<8 {
            site.serve("/\(number)", Documents.rss("Feed \(number)", (0..<20).map { "Post \($0)" }))
            sources.append(("news", site.address("/\(number)")))
        }
        let home = try Home(configuration: configuration(sources))
        let one = try home.start(["sync"])
        let two = try home.start(["sync"])
        let three = try home.start(["sync"])
        let outcomes = [try one.wait(), try two.wait(), try three.wait()]
        expect(outcomes.map(\.status), is: [0, 0, 0], "\(outcomes.map(\.error))")
        _ = try home.run("sync")
        try expect(home.run("list", "--limit", "1000").lines.count, is: 160)
        try expect(home.run("mark", "read", "Post").output, is: "160\n")
        _ = try home.run("sync")
        #expect(try home.run("list", "is:unread", "--limit", "1000").lines.isEmpty)
    }

    @Test("what another round is fetching is named, not passed over as if nothing were configured")
    func held() throws {
        let site = try Site()
        let (asked, held) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        site.answer("/feed") { _ in
            asked.signal()
            held.wait()
            return Site.Answer(body: Documents.rss("Tide", ["One"]))
        }
        let home = try Home(configuration: configuration([("news", site.address("/feed"))]))
        let first = try home.start(["sync"])
        asked.wait()
        let beside = try home.run("sync")
        let counted = try home.run("sync", "--json")
        held.signal()
        try expect(first.wait().status, is: 0)
        expect(beside.status, is: 0)
        expect(
            beside.error,
            is: "0 sources: 0 new posts, 0 unchanged, 0 failed; 1 source is being fetched by another perchoir\n")
        try expect(
            summary(counted),
            is: ["sources": 0, "newPosts": 0, "unchanged": 0, "failed": 0, "held": 1, "waiting": 0, "gone": 0])
    }

    @Test("a round that was killed in the middle holds up no later one")
    func killed() throws {
        let site = try Site()
        let (asked, held) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        site.answer("/feed") { _ in
            asked.signal()
            held.wait()
            return Site.Answer()
        }
        defer { held.signal() }
        let home = try Home(configuration: configuration([("news", site.address("/feed"))]))
        let first = try home.start(["sync"])
        asked.wait()
        kill(first.process, SIGKILL)
        try expect(first.wait().status, is: 128 + SIGKILL)
        site.serve("/feed", Documents.rss("Tide", ["One"]))
        try expect(summary(home.run("sync", "--json"))["newPosts"], is: 1)
    }

    @Test("a server that finds nothing new at the first visit has failed, and is asked without conditions again")
    func neverFetched() throws {
        let site = try Site()
        site.answer("/feed") { _ in Site.Answer(status: 304, headers: [("ETag", "\"1\""), ("Last-Modified", "today")]) }
        let home = try Home(configuration: configuration([("news", site.address("/feed"))]))
        let first = try home.run("sync")
        expect(first.status, is: 69)
        #expect(first.error.contains("304"))
        site.serve("/feed", Documents.rss("Tide", ["One"]))
        try expect(summary(home.run("sync", "--json"))["newPosts"], is: 1)
        for request in site.requests("/feed") {
            expect(request.headers["if-none-match"], is: nil)
            expect(request.headers["if-modified-since"], is: nil)
        }
    }

    @Test("a log that is a pipe holds up nothing, read or not", arguments: [false, true])
    func pipeForLog(isRead: Bool) throws {
        let site = try Site()
        site.serve("/feed", "no feed at all", type: "text/plain")
        let home = try Home(configuration: configuration([("news", site.address("/feed"))]))
        let folder = home.root + "/state/perchoir"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try #require(mkfifo(folder + "/perchoir.log", 0o600) == 0)
        let reader = isRead ? open(folder + "/perchoir.log", O_RDONLY | O_NONBLOCK) : -1
        defer { if isRead { close(reader) } }
        try expect(home.start(["sync"]).wait().status, is: 69)
        var byte: UInt8 = 0
        #expect(!isRead || read(reader, &byte, 1) <= 0)
    }

    private func sync(_ home: Home, within limit: String) throws -> Home.Outcome {
        try home.run("-c", "ulimit \(limit) && exec \"$0\" sync", Home.perchoir, program: "/bin/sh")
    }

    @Test("where files may not grow, writing fails and is told")
    func smallFiles() throws {
        let site = try Site()
        site.serve("/feed", Documents.rss("Tide", ["One"]))
        let home = try Home(configuration: configuration([("news", site.address("/feed"))]))
        let outcome = try sync(home, within: "-f 100")
        #expect(outcome.status > 0 && outcome.status < 128, "\(outcome)")
        #expect(outcome.error.hasPrefix("perchoir: "))
        try expect(home.run("sync").status, is: 0)
    }

    @Test("too few open files are named for what they are", arguments: [8, 10, 12])
    func fewFiles(count: Int) throws {
        let site = try Site()
        site.serve("/feed", Documents.rss("Tide", ["One"]))
        let home = try Home(configuration: configuration([("news", site.address("/feed"))]))
        let outcome = try sync(home, within: "-n \(count)")
        expect(outcome.status, is: 69, "\(outcome.error)")
        #expect(outcome.error.contains("open files") && outcome.error.contains("ulimit -n"), "\(outcome.error)")
        try expect(home.run("sync").status, is: 0)
    }

    @Test("progress goes to a terminal's standard error only")
    func quietWithoutTerminal() throws {
        let site = try Site()
        site.serve("/feed", Documents.rss("Tide", ["One"]))
        let home = try Home(configuration: configuration([("news", site.address("/feed"))]))
        let outcome = try home.run("sync")
        #expect(outcome.output.isEmpty)
        expect(outcome.error, is: "1 source: 1 new post, 0 unchanged, 0 failed\n")
    }

    @Test("a configuration error is said and stops nothing that is right")
    func halfRight() throws {
        let site = try Site()
        site.serve("/feed", Documents.rss("Tide", ["One"]))
        let home = try Home(
            configuration: configuration([("news", site.address("/feed"))]) + "\n[[persona]]\nbuget = 3\n")
        let outcome = try home.run("sync")
        expect(outcome.status, is: 0)
        #expect(outcome.error.contains("config.toml:6:1:"))
        expect(site.requests("/feed").count, is: 1)
    }
}
