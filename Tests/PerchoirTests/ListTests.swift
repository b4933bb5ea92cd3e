import Expectations
import Foundation
import Glibc
import TestSupport
import Testing

@Suite("perchoir list and mark", .ownThreads)
struct ListTests {
    private func home(_ posts: [String] = ["Marée haute", "Marée basse", "Grève du port"]) throws -> (Home, Site) {
        let site = try Site()
        site.serve("/feed", Documents.rss("Tide", posts))
        let home = try Home(configuration: "[[source]]\npersona = \"news\"\nfeed = \"\(site.address("/feed"))\"\n")
        try expect(home.run("sync").status, is: 0)
        return (home, site)
    }

    @Test("the fields of --json and their types")
    func fields() throws {
        let (home, _) = try home()
        let post = try #require(try home.run("list", "haute", "--json").objects().first)
        let texts = ["id", "remoteID", "source", "network", "firstSeen", "published", "text", "title", "url", "kind"]
        for name in texts { #expect(post[name] is String, "\(name)") }
        #expect(post["title"] as? String == "Marée haute")
        #expect(post["text"] as? String == "Text of Marée haute")
        #expect(post["remoteID"] as? String == "Tide-Maréehaute")
        #expect(post["kind"] as? String == "article")
        #expect(post["personas"] as? [String] == ["news"])
        #expect(post["read"] as? Bool == false)
        #expect(post["starred"] as? Bool == false)
        #expect(post["edited"] is NSNull)
        #expect(post["links"] is [String])
        #expect(post["media"] is [Any])
        #expect(post["tags"] is [String])
        let author = try #require(post["author"] as? [String: Any])
        expect(Set(author.keys), is: ["name", "handle", "url"])
        let counts = try #require(post["counts"] as? [String: Int])
        expect(counts, is: ["boosts": 0, "favourites": 0, "replies": 0])
        let verdicts = try #require(post["verdicts"] as? [String: [String: String]])
        expect(verdicts, is: ["news": ["verdict": "shown"]])
        for name in ["published", "firstSeen"] {
            let time = try #require(post[name] as? String)
            #expect(time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/) != nil)
        }
        #expect(post["boostedBy"] == nil)
        #expect(post["contentWarning"] == nil)
    }

    @Test("a filter holds for list and mark as soon as it is written; an error in the file is told")
    func filters() throws {
        let (home, _) = try home()
        let filter = "\n[[filter]]\npersona = \"news\"\nmatch = \"basse\"\naction = \"hide\"\n"
        try home.write(home.read(home.configurationFile) + filter, to: home.configurationFile)
        try expect(home.run("list").lines.count, is: 2)
        try expect(home.run("mark", "read", "is:hidden").output, is: "1\n")
        try home.write(home.read(home.configurationFile) + "\n[[fliter]]\n", to: home.configurationFile)
        let listed = try home.run("list")
        expect(listed.status, is: 0)
        expect(listed.lines.count, is: 2)
        #expect(listed.error.contains("did you mean \"filter\"?"))
    }

    @Test("queries mean on the command line what they mean everywhere")
    func queries() throws {
        let (home, _) = try home()
        try expect(home.run("list", "maree").lines.count, is: 2)
        try expect(home.run("list", "maree", "-basse", "--limit", "5").lines.count, is: 1)
        try expect(home.run("list", "-is:read").lines.count, is: 3)
        // Not a bundle of -p, -l and the like
        for negation in ["-politique", "-tag:politique", "-persona:pro", "-has:poll", "-language:la"] {
            let listed = try home.run("list", "is:unread", negation, "--json", "--limit", "9")
            expect(listed.status, is: 0, "\(negation): \(listed.output)")
            expect(listed.lines.count, is: 3)
        }
        try expect(home.run("mark", "read", "-politique", "--dry-run").lines, is: ["3"])
        try expect(home.run("list", "-json").status, is: 64)
        try expect(home.run("list", "--json", "--", "-has:media").lines.count, is: 3)
        try expect(home.run("mark", "star", "-maree", "--dry-run").output, is: "1\n")
        for nothing in [
            ["mark", "read", "--"], ["mark", "read", " "], ["mark", "read", "-dry-run", "maree"], ["list", "-json"],
        ] {
            try expect(home.start(nothing).wait().status, is: 64, "\(nothing)")
        }
        let mistyped = try home.run("list", "--lmit", "2")
        expect(mistyped.status, is: 64)
        #expect(mistyped.error.contains("there is no option --lmit"))
        try expect(home.run("list", "maree -basse").lines.count, is: 1)
        try expect(home.run("list", "maree", "OR", "greve").lines.count, is: 3)
        try expect(home.run("list", "\"marée haute\"").lines.count, is: 1)
        let nothing = try home.run("list", "nothing")
        #expect(nothing.lines.isEmpty)
        expect(nothing.status, is: 0)
        try expect(home.run("list", "--limit", "2").lines.count, is: 2)
        #expect(try home.run("list", "--limit", "0").lines.isEmpty)
        #expect(try home.run("list", "-p", "main").lines.isEmpty)
        let wrong = try home.run("list", "maree (basse")
        expect(wrong.status, is: 64)
        #expect(wrong.output.isEmpty)
        #expect(wrong.error.contains("column"))
        for command in [["list"], ["mark", "read"]] {
            let misspelt = try home.start(command + ["--", "maree", "-persona:nows"]).wait()
            expect(misspelt.status, is: 64)
            #expect(misspelt.error.contains("column 8: there is no persona \"nows\"; there are "), "\(misspelt.error)")
        }
    }

    @Test("what a limit of its own leaves out is said beside the posts")
    func limit() throws {
        let (home, _) = try home((1...101).map { "Post \($0)" })
        let cut = try home.run("list", "--json")
        expect(cut.lines.count, is: 100)
        expect(cut.error, is: "The newest 100; --limit N shows more.\n")
        let wanted = try home.run("list", "--limit", "100")
        expect(wanted.lines.count, is: 100)
        expect(wanted.error, is: "")
        try expect(home.run("list", "101").error, is: "")
    }

    @Test("newest first, one line a post, whatever a title holds")
    func lines() throws {
        let (home, _) = try home(["First", "Se\u{1B}[31mcond\nof &#27;[2J two", "Third"])
        let outcome = try home.run("list")
        expect(outcome.lines.count, is: 3)
        #expect(outcome.lines[0].contains("First") && outcome.lines[2].contains("Third"))
        #expect(!outcome.output.utf8.contains(0x1B))
        let json = try home.run("list", "--json")
        expect(json.lines.count, is: 3)
        #expect(!json.output.utf8.contains(0x1B))
    }

    @Test("marking says how many changed; a dry run changes none")
    func marking() throws {
        let (home, _) = try home()
        try expect(home.run("mark", "read", "maree", "--dry-run").output, is: "2\n")
        #expect(try home.run("list", "is:read").lines.isEmpty)
        try expect(home.run("mark", "read", "maree").output, is: "2\n")
        try expect(home.run("mark", "read", "maree").output, is: "0\n")
        try expect(home.run("list", "is:read").lines.count, is: 2)
        try expect(home.run("mark", "unread", "haute").output, is: "1\n")
        try expect(home.run("mark", "star", "greve").output, is: "1\n")
        #expect(try home.run("list", "is:starred", "--json").objects().first?["starred"] as? Bool == true)
        try expect(home.run("mark", "unstar", "is:starred").output, is: "1\n")
    }

    @Test("a broken configuration takes no post and no mark with it")
    func configurationMended() throws {
        let (home, _) = try home()
        _ = try home.run("mark", "read", "maree")
        _ = try home.run("mark", "star", "greve")
        let good = try home.read(home.configurationFile)
        try home.write("theme = \"", to: home.configurationFile)
        for command in [["list"], ["sync"], ["mark", "read", "is:unread"], ["sources"]] {
            let refused = try home.start(command).wait()
            expect(refused.status, is: 78)
            #expect(refused.error.hasPrefix("perchoir: config.toml:1:"))
        }
        try home.write(good, to: home.configurationFile)
        try expect(home.run("list").lines.count, is: 3)
        try expect(home.run("list", "is:read").lines.count, is: 2)
        try expect(home.run("list", "is:starred").lines.count, is: 1)
    }

    @Test("filters judge what is stored already, and say which rule it was")
    func verdicts() throws {
        let (home, _) = try home()
        let filter = "\n[[filter]]\npersona = \"news\"\nname = \"no strikes\"\nmatch = \"greve\"\naction = \"hide\"\n"
        try home.write(try home.read(home.configurationFile) + filter, to: home.configurationFile)
        _ = try home.run("sync")
        let post = try #require(try home.run("list", "is:hidden", "--json").objects().first)
        #expect(
            post["verdicts"] as? [String: [String: String]] == ["news": ["verdict": "hidden", "rule": "no strikes"]])
    }

    @Test("a pipe that closes early ends it quietly; a full disk is an error")
    func output() throws {
        let (home, _) = try home((1...60).map { "Post \($0)" })
        let pipe = try home.run("-c", "\(Home.perchoir) list --json | head -n 1", program: "/bin/sh")
        expect(pipe.status, is: 0)
        expect(pipe.lines.count, is: 1)
        #expect(pipe.error.isEmpty)
        let full = try home.run("-c", "\(Home.perchoir) list > /dev/full", program: "/bin/sh")
        expect(full.status, is: 74)
        #expect(full.error.contains("standard output"))
    }
}
