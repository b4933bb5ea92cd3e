import ArgumentParser
import Expectations
import Foundation
import Glibc
import TestSupport
import Testing

@testable import perchoir

@Suite("perchoir config, import, inspect, doctor and the rest", .ownThreads)
struct SetupTests {
    @Test("--version, and --help of everything, on standard output")
    func help() throws {
        let home = try Home()
        #expect(try home.run("--version").output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
        let commands = every(Perchoir.self)
        expect(commands.count, is: 22)
        for command in commands {
            let help = Perchoir.helpMessage(for: command, columns: 80)
            #expect(help.contains("OVERVIEW:") && help.contains("USAGE:"), "\(command)")
            // Its paragraphs are broken by the parser alone: no line has room for the next one's first word.
            let lines = help.split(separator: "\n", omittingEmptySubsequences: false).prefix { !$0.hasPrefix("USAGE") }
            for (line, next) in zip(lines, lines.dropFirst()) where !line.isEmpty && !next.isEmpty {
                #expect(line.count + 1 + next.prefix { $0 != " " }.count >= 80, "\(command): \(line)")
            }
        }
        for command in [["--help"], ["account", "add", "--help"]] {
            let outcome = try home.start(command).wait()
            #expect(outcome.status == 0 && outcome.output.contains("USAGE:") && outcome.error.isEmpty, "\(command)")
        }
        #expect(access(home.store, F_OK) != 0)
    }

    private func every(_ command: any ParsableCommand.Type) -> [any ParsableCommand.Type] {
        [command] + command.configuration.subcommands.flatMap(every)
    }

    @Test("what is no command or no option is a usage error")
    func usage() throws {
        for arguments in [["fetch", "x"], ["list", "--wide"], ["add"], ["mark", "read"], ["mark", "forget", "x"]] {
            let error = #expect(throws: (any Error).self, "\(arguments)") { try Perchoir.parseAsRoot(arguments) }
            if let error { expect(Perchoir.exitCode(for: error), is: .validationFailure, "\(arguments)") }
        }
        let outcome = try Home().run("lsit", "--json")
        #expect(outcome.status == 64 && outcome.output.isEmpty)
        #expect(outcome.error.hasPrefix("perchoir: there is no command \"lsit\"; did you mean \"list\"?\n"))
    }

    @Test("config path, example and check")
    func configuration() throws {
        let home = try Home()
        try expect(home.run("config", "path").output, is: home.configurationFile + "\n")
        let none = try home.run("config", "check")
        expect(none.status, is: 0)
        #expect(none.output.isEmpty)
        let example = try home.run("config", "example").output
        try home.write(example, to: home.configurationFile)
        let checked = try home.run("config", "check")
        expect(checked.status, is: 0, "\(checked.output)")
        let mistakes = "theme = \"nuit\"\n[[persona]]\nname = \"news\"\nlines = 2\nbuget = 1\n"
        try home.write(mistakes, to: home.configurationFile)
        let wrong = try home.run("config", "check")
        expect(wrong.status, is: 78)
        expect(wrong.lines.count, is: 2)
        #expect(wrong.lines.allSatisfy { $0.hasPrefix("config.toml:") })
        let message = "config.toml:5:1: unknown key \"buget\" in [[persona]]; did you mean \"budget\"?"
        #expect(wrong.lines.contains(message))
        try home.write("theme = \"midnight\"\n", to: home.configurationFile)
        try expect(home.run("config", "check").status, is: 78)
        try home.write("[[persona]]\nname = \"news\"\naccent = \"yelow\"\n", to: home.configurationFile)
        let colour = try home.run("config", "check")
        expect(colour.status, is: 78)
        expect(
            colour.lines,
            is: ["config.toml:3:10: the theme \"default\" has no colour \"yelow\"; did you mean \"yellow\"?"])
    }

    @Test("themes and keys")
    func tables() throws {
        let home = try Home(configuration: "theme = \"nuit\"\n[keys]\nadvance = [\"f\"]\n")
        let themes = try home.run("themes")
        #expect(themes.lines.contains("* nuit"))
        expect(themes.lines.count { $0.hasPrefix("*") }, is: 1)
        let keys = try home.run("keys")
        #expect(keys.lines.contains { $0.contains("\tf\tadvance\t") })
        #expect(keys.lines.allSatisfy { $0.split(separator: "\t").count == 4 })
        // What is wrong in the file is said, and the rest of it holds.
        expect(keys.error, is: "")
        try home.write("[keys]\nadvance = \"f\"\ndwon = \"j\"\n", to: home.configurationFile)
        let some = try home.run("keys")
        #expect(some.lines.contains { $0.contains("\tf\tadvance\t") })
        #expect(some.error.contains("config.toml:3:1") && some.error.contains("down"))
    }

    @Test("a list that ends early is imported as far as it goes, and said to be cut")
    func cutList() throws {
        let home = try Home()
        let outline = "<outline xmlUrl=\"https://a.example/feed\" text=\"A &amp; B\"/>"
        let cut = try home.file("cut.opml", "<opml><body>\n\(outline)\n<outline xmlUrl=\"https://b.exa")
        let outcome = try home.run("import", "opml", cut)
        expect(outcome.status, is: 65)
        expect(outcome.output, is: "1 source added to main; 0 were there already\n")
        #expect(outcome.error.contains("cut.opml:3: the document ends early"), "\(outcome.error)")
        let whole = try home.file("whole.opml", "<opml><body>\(outline)</body></opml >\n<!-- end -->")
        try expect(home.run("import", "opml", whole).status, is: 0)
    }

    @Test("an empty name is none, wherever it stands")
    func emptyName() throws {
        let home = try Home(
            configuration: "[[source]]\npersona = \"main\"\nfeed = \"https://a.example/feed\"\nname = \" \"\n")
        let checked = try home.run("config", "check")
        expect(checked.status, is: 0)
        #expect(checked.output.contains("config.toml:4:8: "), "\(checked.output)")
        try expect(home.run("sources").lines.count, is: 1)
        try expect(home.run("remove", "").status, is: 64)
        try expect(home.run("add", "https://b.example/feed", "--name", " ").status, is: 64)
    }

    @Test("a configuration that is a link to nowhere is no empty one")
    func linkToNowhere() throws {
        let home = try Home(configuration: "")
        unlink(home.configurationFile)
        symlink("/nonexistent/config.toml", home.configurationFile)
        let outcomes = [try home.run("config", "check"), try home.run("sync"), try home.run("doctor")]
        for outcome in outcomes {
            expect(outcome.status, is: 77)
            #expect(outcome.error.contains("a symbolic link to nowhere"), "\(outcome.error)")
        }
    }

    @Test("doctor finds what is wrong, and nothing where nothing is")
    func doctor() throws {
        let home = try Home()
        let well = try home.run("doctor", more: ["BROWSER": "/bin/true"])
        expect(well.status, is: 0, "\(well.output)")
        #expect(well.lines.allSatisfy { $0.hasPrefix("ok ") })
        #expect(well.lines.contains("ok    accounts: no account"))
        #expect(well.lines.contains("ok    sources: none yet"))
        try home.write("nonsense = 1\n", to: home.configurationFile)
        let ill = try home.run("doctor", more: ["BROWSER": "/bin/true"])
        expect(ill.status, is: 78)
        #expect(ill.output.contains("wrong configuration: config.toml:1:1"))
    }

    @Test("doctor counts the sources that fail, names those that want a sign-in, and asks no server")
    func doctorOfSources() throws {
        let site = try Site()
        site.serve("/good", Documents.rss("Good", ["One"]))
        site.serve("/bad", "", status: 500)
        site.answer("/closed") { _ in Site.Answer(status: 401) }
        let feeds = ["/good", "/bad", "/closed"].map {
            "[[source]]\npersona = \"news\"\nfeed = \"\(site.address($0))\"\n"
        }
        let home = try Home(configuration: feeds.joined(separator: "\n"))
        _ = try home.run("sync")
        let ill = try home.run("doctor", more: ["BROWSER": "/bin/true"])
        expect(ill.status, is: 0, "\(ill.output)")
        #expect(ill.lines.contains("note  sources: 2 of 3 fail · perchoir sources"), "\(ill.output)")
        let closed = ill.lines.filter { $0.hasPrefix("note  sources: \(site.address("/closed")): ") }
        #expect(closed.count == 1 && closed[0].contains("(401)"), "\(ill.output)")
        expect(site.requests("/closed").count, is: 1)
        // When all is well again
        site.serve("/bad", Documents.rss("Bad", ["Two"]))
        site.serve("/closed", Documents.rss("Closed", ["Three"]))
        try expect(home.run("sync").status, is: 0)
        let well = try home.run("doctor", more: ["BROWSER": "/bin/true"])
        #expect(well.lines.contains("ok    sources: none of 3 fails"), "\(well.output)")
    }

    @Test("a damaged store is replaced with a word about it, and the file is kept")
    func damaged() throws {
        let home = try Home()
        _ = try home.run("list")
        try home.write("this is no database", to: home.store)
        let outcome = try home.run("list")
        expect(outcome.status, is: 0)
        #expect(outcome.error.contains("perchoir.sqlite"))
        let files = try FileManager.default.contentsOfDirectory(atPath: home.root + "/data/perchoir")
        #expect(files.contains { $0.contains("corrupt") })
        // Whoever did not see that is told whenever he asks.
        for _ in 1...2 {
            let told = try home.run("doctor", more: ["BROWSER": "/bin/true"])
            expect(told.status, is: 0, "\(told.output)")
            let notes = told.lines.filter { $0.hasPrefix("note  store: \(home.store).corrupt-") }
            #expect(
                notes.contains {
                    $0.hasSuffix("Z (19 bytes) was kept when the store was damaged; delete it when nothing is missed")
                }, "\(told.output)")
        }
    }

    @Test("a store whose folder cannot be made")
    func noFolder() throws {
        let home = try Home()
        let file = try home.file("flat", "")
        let outcome = try home.run("list", more: ["XDG_DATA_HOME": file])
        #expect([73, 74].contains(outcome.status))
        #expect(outcome.error.hasPrefix("perchoir: "))
    }

    // MARK: Import

    private static let opml = """
        <?xml version="1.0"?><opml version="2.0"><body>
        <outline text="Press"><outline type="rss" text="One" xmlUrl="https://one.example/feed"/>
        <outline type="rss" text="Two" xmlUrl="https://two.example/feed"/></outline>
        <outline type="rss" text="One again" xmlUrl="https://one.example/feed"/>
        <outline type="rss" text="Odd" xmlUrl="file:///etc/passwd"/></body></opml>
        """

    @Test("import opml, with a dry run and twice")
    func opml() throws {
        let home = try Home()
        let file = try home.file("feeds.opml", Self.opml)
        let dry = try home.run("import", "opml", file, "--persona", "pro", "--dry-run")
        #expect(dry.output.hasPrefix("2 sources would be added to pro"))
        #expect(access(home.configurationFile, F_OK) != 0)
        let done = try home.run("import", "opml", file, "--persona", "pro")
        expect(done.status, is: 0)
        #expect(done.output.hasPrefix("2 sources added to pro"))
        #expect(done.error.contains("feeds.opml:"))
        try expect(home.run("config", "check").status, is: 0)
        try expect(home.run("sources", "-p", "pro").lines.count, is: 2)
        #expect(!(try home.read(home.configurationFile).contains("passwd")))
        #expect(try home.run("import", "opml", file, "--persona", "pro").output.hasPrefix("0 sources added"))
    }

    @Test("import newsboat: feeds are taken, queries and commands are not")
    func newsboat() throws {
        let home = try Home()
        let file = try home.file(
            "urls",
            """
            # mine
            https://one.example/feed news "~One"
            "query:Unread:unread = \\"yes\\""
            exec:rm -rf /tmp/nothing
            https://me:secret@two.example/feed
            http://me:secret@three.example/feed

            """)
        let tried = try home.run("import", "newsboat", file, "--dry-run")
        #expect(tried.error.contains("urls:5: its name and password would be kept in credentials.toml"))
        #expect(access(home.credentials, F_OK) != 0)
        let done = try home.run("import", "newsboat", file)
        expect(done.status, is: 0)
        #expect(done.output.hasPrefix("3 sources added to main"))
        #expect(done.error.contains("urls:6: its password was left out"))
        let written = try home.read(home.configurationFile)
        #expect(!written.contains("exec") && !written.contains("secret"))
        let kept = try home.read(home.credentials)
        #expect(kept.contains("feed = \"https://two.example/feed\"") && !kept.contains("three"))
    }

    @Test("the tags of newsboat are told, and --tag brings the feeds of some")
    func newsboatTags() throws {
        let home = try Home()
        let lines = (0..<12).map { "https://\($0).example/feed \"tag \($0)\" Tech" }
        let file = try home.file(
            "urls",
            lines.joined(separator: "\n") + "\nhttps://a.example/ tech \"tag 3\"\nexec:x tech\nhttps://b.example/\n")
        let all = try home.run("import", "newsboat", file, "--dry-run")
        let tags = (["Tech (13)", "tag 3 (2)"] + [0, 1, 2, 4, 5, 6, 7, 8].map { "tag \($0) (1)" }).joined(
            separator: ", ")
        #expect(
            all.error.contains(
                "tags are not taken over; --tag NAME brings the feeds of one: \(tags) and 3 more\n"),
            "\(all.error)")
        #expect(all.output.hasPrefix("14 sources"))
        // One file, two personas
        let some = try home.run("import", "newsboat", file, "-p", "pro", "--tag", "TAG 3", "--tag", "tag 7")
        expect(some.output, is: "3 sources added to pro; 0 were there already\n")
        expect(some.error, is: "")
        let tech = try home.run("import", "newsboat", file, "-p", "news", "--tag", "tech")
        expect(tech.output, is: "13 sources added to news; 0 were there already\n")
        // What no feed has is named
        let none = try home.run("import", "newsboat", file, "--tag", "Sports")
        expect(none.status, is: 64)
        #expect(none.error.contains("no feed has the tag Sports") && none.error.contains("Tech (13)"))
        let half = try home.run("import", "newsboat", file, "-p", "main", "--tag", "sports", "--tag", "tag 1")
        expect(half.status, is: 0)
        expect(half.output, is: "1 source added to main; 0 were there already\n")
        #expect(half.error.contains("no feed has the tag sports"))
        // What stands twice in the file was not there already
        let twice = try home.file(
            "twice", "https://new.example/feed\nhttps://new.example/feed#a\nhttps://1.example/feed\n")
        try expect(
            home.run("import", "newsboat", twice, "-p", "main").output,
            is: "1 source added to main; 1 were there already, 1 stands in the file again\n")
    }

    @Test("the folders and categories of OPML are told, and --tag brings the feeds of one and of those in it")
    func opmlFolders() throws {
        let home = try Home()
        let list = """
            <opml version="2.0"><body>
            <outline text="Press"><outline text="Local"><outline text="One" xmlUrl="https://one.example/"/></outline>
            <outline text="Two" category="/Sea/Tides,slow" xmlUrl="https://two.example/"/></outline>
            <outline text="Three" xmlUrl="https://three.example/"/></body></opml>
            """
        let file = try home.file("feeds.opml", list)
        let all = try home.run("import", "opml", file, "--dry-run")
        expect(
            all.error,
            is: "folders and categories are not taken over; --tag NAME brings the feeds of one: "
                + "Press/Local (1), Press (1), Sea/Tides (1), slow (1)\n")
        for (tag, count) in [("press", 2), ("Local", 1), ("press/local", 1), ("tides", 1), ("sea", 1), ("SLOW", 1)] {
            let outcome = try home.run("import", "opml", file, "--dry-run", "--tag", tag)
            #expect(outcome.output.hasPrefix("\(count) source") && outcome.error.isEmpty, "\(tag): \(outcome)")
        }
    }

    @Test("a list that is none, and one that is not there")
    func noList() throws {
        let home = try Home()
        try expect(home.run("import", "opml", home.root + "/none").status, is: 66)
        try expect(home.run("import", "opml", try home.file("text", "just words")).status, is: 65)
        try expect(home.run("import", "feeds", "x").status, is: 64)
        #expect(access(home.configurationFile, F_OK) != 0)
    }

    @Test("a list of which nothing can be used is bad data; one without an entry is not")
    func uselessList() throws {
        let home = try Home()
        let words = try home.run("import", "newsboat", home.file("passwd", "root:x:0:0:root:/root:/bin/sh\nbin:x:1\n"))
        expect(words.status, is: 65)
        #expect(words.output.isEmpty)
        #expect(words.error.contains("passwd: nothing in it can be used"))
        let opml = try home.run("import", "opml", home.file("none", "<opml><body><outline type='link'/></body></opml>"))
        expect(opml.status, is: 65)
        for empty in ["", "# nothing yet\n\n"] {
            let none = try home.run("import", "newsboat", home.file("urls", empty))
            expect(none.status, is: 0)
            #expect(none.output.hasPrefix("0 sources added"))
        }
        #expect(access(home.configurationFile, F_OK) != 0)
    }

    private static let corpus = ProcessInfo.processInfo.environment["PERCHOIR_CORPUS"] ?? ""

    @Test(
        "a hostile list brings no address but http and https",
        .enabled(if: !corpus.isEmpty, "PERCHOIR_CORPUS is not set"))
    func hostile() throws {
        let home = try Home()
        let done = try home.run("import", "opml", Self.corpus + "/hostile/opml-evil.opml")
        #expect([0, 65].contains(done.status))
        if access(home.configurationFile, F_OK) == 0 {
            try expect(home.run("config", "check").status, is: 0)
            for line in try home.read(home.configurationFile).split(separator: "\n") where line.hasPrefix("feed = ") {
                #expect(line.hasPrefix("feed = \"http"))
            }
        }
    }

    // MARK: Inspect

    @Test("inspect tells what a document gives, and which cannot be read")
    func inspect() throws {
        let home = try Home()
        let good = try home.file("good.xml", Documents.rss("Tide", ["One", "Two"]))
        let bad = try home.file("bad.txt", "no feed")
        let one = try home.run("inspect", "--json", good)
        expect(one.status, is: 0)
        try expect(one.objects().count, is: 1)
        let both = try home.run("inspect", "--json", good, bad, home.root + "/none")
        expect(both.status, is: 65)
        let objects = try both.objects()
        expect(objects.count, is: 3)
        #expect(objects[0]["error"] == nil || objects[0]["error"] is NSNull)
        #expect(objects[1]["error"] is String && objects[2]["error"] is String)
        #expect(try home.run("inspect", good).output.contains("Tide"))
        let piped = try home.run("inspect", "-", input: Documents.rss("Piped", ["One"]))
        expect(piped.status, is: 0)
        #expect(piped.output.contains("Piped"))
        #expect(access(home.store, F_OK) != 0)
    }
}
