import Expectations
import Glibc
import TestSupport
import Testing

@Suite("perchoir add, sources, remove", .ownThreads)
struct AddTests {
    @Test("a feed")
    func feed() throws {
        let site = try Site()
        site.serve("/feed", Documents.rss("Tide Tables", ["One"]))
        let home = try Home()
        let added = try home.run("add", site.address("/feed"), "--persona", "news", "--every", "30m", "--name", "Tides")
        expect(added.status, is: 0, "\(added.error)")
        expect(added.output, is: "Tides is now a source of news\n")
        try expect(
            home.read(home.configurationFile),
            is: """
                [[source]]
                persona = "news"
                feed = "\(site.address("/feed"))"
                name = "Tides"
                every = "30m"

                """)
        let again = try home.run("add", site.address("/feed"), "--persona", "news")
        expect(again.status, is: 64)
        #expect(again.error.contains("already"))
        try expect(home.run("add", site.address("/feed"), "--persona", "pro").status, is: 0)
    }

    @Test("without a persona it is the first one's")
    func firstPersona() throws {
        let site = try Site()
        site.serve("/feed", Documents.rss("Tide", ["One"]))
        let home = try Home()
        try expect(home.run("add", site.address("/feed")).output, is: "Tide is now a source of main\n")
    }

    @Test("a page with one feed")
    func page() throws {
        let site = try Site()
        site.serve("/blog", Documents.page(title: "Blog", feeds: [("Posts", "/blog.xml")]), type: "text/html")
        site.serve("/blog.xml", Documents.rss("Blog", ["One"]))
        let home = try Home()
        try expect(home.run("add", site.address("/blog"), "-p", "pro").status, is: 0)
        #expect(try home.read(home.configurationFile).contains("feed = \"\(site.address("/blog.xml"))\""))
    }

    @Test("a page with several feeds: the first is added, the others are told")
    func severalFeeds() throws {
        let site = try Site()
        let offers = [("Posts", "/posts.xml"), ("Comments", "/comments.xml")]
        site.serve("/blog", Documents.page(title: "Blog", feeds: offers), type: "text/html")
        let home = try Home()
        let outcome = try home.run("add", site.address("/blog"), "-p", "pro")
        expect(outcome.status, is: 0)
        expect(outcome.output, is: "Posts is now a source of pro\n")
        #expect(outcome.error.contains(site.address("/comments.xml")))
        #expect(!(try home.read(home.configurationFile).contains("comments.xml")))
    }

    @Test("a page means its first feed, also when that is a source already: the others are told, none is followed")
    func knownOfSeveral() throws {
        let site = try Site()
        let offers = [("Posts", "/posts.xml"), ("Comments", "/comments.xml")]
        site.serve("/blog", Documents.page(title: "Blog", feeds: offers), type: "text/html")
        let home = try Home()
        try expect(home.run("add", site.address("/blog"), "-p", "pro").output, is: "Posts is now a source of pro\n")
        let again = try home.run("add", site.address("/blog"), "-p", "pro")
        expect(again.status, is: 64)
        #expect(again.error.contains("is a source of pro already"))
        #expect(again.error.contains(site.address("/comments.xml")))
        #expect(!(try home.read(home.configurationFile).contains("comments.xml")))
    }

    @Test("a name removes a source where it is called so, and nowhere else")
    func removedByName() throws {
        let site = try Site()
        site.serve("/feed", Documents.rss("Tide", ["One"]))
        let home = try Home()
        try expect(home.run("add", site.address("/feed"), "-p", "news").status, is: 0)
        try expect(home.run("add", site.address("/feed"), "-p", "pro", "--name", "Mine").status, is: 0)
        try expect(home.run("remove", "Mine", "-p", "news").status, is: 64)
        try expect(home.run("remove", "Mine").output, is: "Mine is no longer a source of pro\n")
        #expect(try home.run("sources").output.hasPrefix("news\t"))
    }

    @Test("a feed with a name and a password: kept apart, sent to it, changed, and forgotten with its last persona")
    func password() throws {
        let site = try Site()
        let feed = Documents.rss("Intern", ["One"])
        site.answer("/feed") { request in
            let isKnown = request.headers["authorization"] == "Basic bWU6cMOkc3M="
            return isKnown ? Site.Answer(headers: [("Content-Type", "text/xml")], body: feed) : Site.Answer(status: 401)
        }
        let home = try Home()
        let refused = try home.run("add", site.address("/feed"), "-p", "pro")
        expect(refused.status, is: 77)
        #expect(refused.error.contains("only with a name and a password (401); perchoir add ADDRESS --user NAME"))
        let file = try home.file("password", "päss\n")
        try expect(home.run("add", site.address("/feed"), "--user", "me", "--password-file", file).status, is: 77)
        chmod(file, 0o600)
        for persona in ["pro", "news"] {
            let added = try home.run(
                "add", site.address("/feed"), "-p", persona, "--user", "me", "--password-file", file)
            expect(added.output, is: "Intern is now a source of \(persona)\n", "\(added.error)")
        }
        #expect(try !home.read(home.configurationFile).contains("päss"))
        try expect(home.run("sync").status, is: 0)
        try expect(home.run("list", "--json").objects().count, is: 1)

        site.answer("/feed") { _ in Site.Answer(status: 401) }
        let changed = try home.run(
            "add", site.address("/feed"), "-p", "pro", "--user", "me", "--password-file", "-", input: "wrong\n")
        #expect(changed.error.contains("refuses the name or the password (401)"), "\(changed.error)")
        site.serve("/feed", feed)
        let again = try home.run(
            "add", site.address("/feed"), "-p", "pro", "--user", "you", "--password-file", "-", input: "other\n")
        expect(again.output, is: "The name and password of Intern are kept\n", "\(again.error)")

        let kept = { try home.read(home.credentials) }
        #expect(try kept().contains("user = \"you\"") && !kept().contains("wrong"))
        try expect(home.run("remove", "Intern", "-p", "pro").status, is: 0)
        #expect(try kept().contains("[[login]]"))
        try expect(home.run("remove", "Intern").status, is: 0)
        #expect(try !kept().contains("[[login]]"))
    }

    @Test("a password stays with the origin for which it was given")
    func passwordsOrigin() throws {
        let (site, other) = (try Site(), try Site())
        other.serve("/other.xml", Documents.rss("Other", ["One"]))
        site.serve(
            "/page", Documents.page(title: "Page", feeds: [("Other", other.address("/other.xml"))]), type: "text/html")
        site.answer("/moved") { _ in Site.Answer(status: 301, headers: [("Location", other.address("/other.xml"))]) }
        let home = try Home()
        let named = try home.run(
            "add", site.address("/page"), "--user", "me", "--password-file", "-", input: "secret\n")
        expect(named.status, is: 64)
        #expect(named.error.contains("is elsewhere, \(other.address("/other.xml"))"), "\(named.error)")
        #expect(access(home.credentials, F_OK) != 0)
        let moved = try home.run(
            "add", site.address("/moved"), "--user", "me", "--password-file", "-", input: "secret\n")
        expect(moved.status, is: 0, "\(moved.error)")
        #expect(try home.read(home.credentials).contains("feed = \"\(site.address("/moved"))\""))
        for _ in 0..<2 { try expect(home.run("sync").status, is: 0) }
        #expect(site.requests().allSatisfy { $0.headers["authorization"] != nil })
        #expect(!other.requests().isEmpty && other.requests().allSatisfy { $0.headers["authorization"] == nil })
        // What cannot be read keeps no source from being removed.
        try home.write("no TOML at all", to: home.credentials)
        let removed = try home.run("remove", site.address("/moved"))
        expect(removed.status, is: 0, "\(removed.error)")
    }

    @Test("a name and a password: from a file or a terminal only, for feeds only, over https only")
    func noPassword() throws {
        let home = try Home()
        let cases: [([String], String)] = [
            (["https://example.org/feed", "--user", "me"], "there is no terminal to ask for the password"),
            (["https://example.org/feed", "--password-file", "-"], "--password-file needs --user"),
            (["home", "--account", "@me@127.0.0.1", "--user", "me", "--password-file", "-"], "--user is for feeds"),
            (["http://example.org/feed", "--user", "me", "--password-file", "-"], "goes over https only"),
            (["https://me:secret@example.org/feed"], "perchoir add ADDRESS --user NAME"),
        ]
        for (arguments, said) in cases {
            let outcome = try home.start(["add"] + arguments, input: "secret\n").wait()
            expect(outcome.status, is: 64, "\(arguments)")
            #expect(outcome.error.contains(said) && !outcome.error.contains("secret"), "\(outcome.error)")
        }
    }

    @Test("what is in trouble is not added, and nothing else is promised")
    func trouble() throws {
        let site = try Site()
        site.serve("/feed", "", status: 500)
        let outcome = try Home().run("add", site.address("/feed"))
        expect(outcome.status, is: 69)
        #expect(outcome.error.hasSuffix("has trouble (500); try again later.\n"), "\(outcome.error)")
    }

    @Test("somebody's posts and a hashtag")
    func mastodon() throws {
        let site = try Site()
        let authority = site.authority
        site.serve(
            "/api/v1/accounts/lookup", Documents.account("lea", id: 7, on: authority), type: "application/json")
        site.serve(
            "/api/v1/accounts/7/statuses", "[\(Documents.status(5, "Bonjour", on: authority))]",
            type: "application/json")
        site.serve(
            "/api/v1/timelines/tag/swift", "[\(Documents.status(6, "Hello #swift", on: authority))]",
            type: "application/json")
        let home = try Home()
        let posts = try home.run("add", "@lea@\(authority)", "-p", "main")
        expect(posts.status, is: 0, "\(posts.error)")
        let named = try home.run(
            "add", "@lea@\(authority)", "-p", "main", "--user", "me", "--password-file", "-", input: "secret\n")
        expect(named.status, is: 64)
        #expect(named.error.contains("--user is for feeds"), "\(named.output)\(named.error)")
        #expect(access(home.credentials, F_OK) != 0)
        let tag = try home.run("add", "#swift@\(authority)", "-p", "news")
        expect(tag.status, is: 0, "\(tag.error)")
        let text = try home.read(home.configurationFile)
        #expect(text.contains("posts = \"@lea@\(authority)\""))
        #expect(text.contains("hashtag = \"#swift@\(authority)\""))

        try expect(home.run("sync").status, is: 0)
        let listed = try home.run("list", "--json").objects()
        expect(Set(listed.compactMap { $0["text"] as? String }), is: ["Bonjour", "Hello #swift"])
        #expect(site.requests().allSatisfy { $0.headers["authorization"] == nil })
    }

    @Test(
        "what cannot be a source: a sentence, a status, and nothing is written",
        arguments: [
            "nothing at all", "ftp://example.org/feed", "file:///etc/passwd", "#tag", "@somebody",
            "http://user:secret@127.0.0.1/feed", "bsky:somebody", "list:Friends",
        ])
    func refused(address: String) throws {
        let home = try Home()
        let outcome = try home.run("add", address)
        expect(outcome.status, is: 64)
        #expect(outcome.output.isEmpty)
        #expect(outcome.error.hasPrefix("perchoir: "))
        #expect(!outcome.error.contains("secret"))
        #expect(access(home.configurationFile, F_OK) != 0)
    }

    @Test("nothing there, no feed there, nobody there")
    func notThere() throws {
        let site = try Site()
        site.serve("/text", "just words", type: "text/plain")
        let home = try Home()
        for address in [site.address("/missing"), site.address("/text"), "@nobody@\(site.authority)"] {
            let outcome = try home.run("add", address)
            #expect([65, 69].contains(outcome.status))
            #expect(outcome.error.hasPrefix("perchoir: "))
            #expect(outcome.output.isEmpty)
        }
        #expect(access(home.configurationFile, F_OK) != 0)
    }

    @Test(
        "options that make no sense are usage errors",
        arguments: [["--persona", "work"]] + ["soon", "30s", "0h", "15"].map { ["--every", $0] })
    func usage(options: [String]) throws {
        let site = try Site()
        site.serve("/feed", Documents.rss("Tide", ["One"]))
        let home = try Home()
        let outcome = try home.start(["add", site.address("/feed")] + options).wait()
        expect(outcome.status, is: 64)
        #expect(outcome.output.isEmpty)
        #expect(site.requests().isEmpty)
    }

    @Test("a time is written on the command line as in config.toml")
    func weekly() throws {
        let site = try Site()
        site.serve("/feed", Documents.rss("Tide", ["One"]))
        let home = try Home()
        try expect(home.run("add", site.address("/feed"), "--every", "1w").status, is: 0)
        #expect(try home.read(home.configurationFile).contains("every = \"7d\""))
    }

    @Test("additions at the same moment are all there afterwards")
    func sideBySide() throws {
        let site = try Site()
        let home = try Home(configuration: "# mine\n")
        for number in 1...4 { site.serve("/\(number)", Documents.rss("Feed \(number)", ["One"])) }
        let first = try home.start(["add", site.address("/1")])
        let second = try home.start(["add", site.address("/2")])
        let third = try home.start(["add", site.address("/3")])
        let fourth = try home.start(["add", site.address("/4")])
        let outcomes = [try first.wait(), try second.wait(), try third.wait(), try fourth.wait()]
        expect(outcomes.map(\.status), is: [0, 0, 0, 0], "\(outcomes.map(\.error))")
        try expect(home.run("sources").lines.count, is: 4)
        #expect(try home.read(home.configurationFile).hasPrefix("# mine\n"))
    }

    @Test("a folder that cannot be written is not a configuration error")
    func noFolder() throws {
        let site = try Site()
        site.serve("/feed", Documents.rss("Tide", ["One"]))
        let home = try Home()
        let flat = try home.file("flat", "")
        let outcome = try home.run("add", site.address("/feed"), more: ["XDG_CONFIG_HOME": flat])
        expect(outcome.status, is: 73)
        #expect(outcome.error.contains("cannot be created"))
    }

    @Test("the user's comments and order stay when sources come and go")
    func comments() throws {
        let site = try Site()
        site.serve("/feed", Documents.rss("Tide", ["One"]))
        let before = """
            # my settings
            theme = "nuit"     # dark

            [[persona]]
            name = "news"      # the big ones
            key = 3

            # kept for the tests
            [[source]]
            persona = "news"
            feed = "https://example.org/kept.xml"

            """
        let home = try Home(configuration: before)
        try expect(home.run("add", site.address("/feed"), "-p", "news").status, is: 0)
        #expect(try home.read(home.configurationFile).hasPrefix(before))
        let sources = try home.run("sources", "--json").objects()
        expect(sources.count, is: 2)
        #expect(Set(sources.compactMap { $0["address"] as? String }).contains(site.address("/feed")))

        let removed = try home.run("remove", site.address("/feed"))
        expect(removed.status, is: 0, "\(removed.error)")
        #expect(removed.output.hasSuffix("is no longer a source of news\n"))
        try expect(home.read(home.configurationFile), is: before)
        try expect(home.run("remove", site.address("/feed")).status, is: 64)
    }

    @Test("removing a source keeps its marks for when it comes back")
    func marksStay() throws {
        let site = try Site()
        site.serve("/feed", Documents.rss("Tide", ["One", "Two"]))
        let home = try Home()
        _ = try home.run("add", site.address("/feed"), "-p", "news")
        _ = try home.run("sync")
        try expect(home.run("mark", "star", "One").output, is: "1\n")
        try expect(home.run("mark", "read", "Two").output, is: "1\n")
        let removed = try home.run("remove", site.address("/feed"))
        expect(removed.status, is: 0)
        #expect(removed.error.contains("1 starred post is no longer listed; they are kept"))
        _ = try home.run("sync")
        _ = try home.run("add", site.address("/feed"), "-p", "news")
        _ = try home.run("sync")
        let posts = try home.run("list", "--json").objects()
        expect(posts.map { $0["starred"] as? Bool }, is: [true, false])
        expect(posts.map { $0["read"] as? Bool }, is: [false, true])
    }

    @Test("a source of two personas leaves the one that is named")
    func removeFromOne() throws {
        let home = try Home(
            configuration: """
                [[source]]
                persona = "pro"
                feed = "https://example.org/feed"

                [[source]]
                persona = "news"
                feed = "https://example.org/feed"

                """)
        try expect(home.run("remove", "https://example.org/feed", "-p", "pro").status, is: 0)
        let left = try home.run("sources", "--json").objects()
        #expect(left.first?["personas"] as? [String] == ["news"])
    }
}
