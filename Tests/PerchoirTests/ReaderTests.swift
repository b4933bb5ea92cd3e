import Cells
import Expectations
import Foundation
import Glibc
import TestSupport
import Testing

@Suite("The reader over days", .ownThreads)
struct ReaderTests {
    private static let wide = Size(width: 120, height: 40)

    private func source(_ address: String, of persona: String = "news") -> String {
        "[[source]]\npersona = \"\(persona)\"\nfeed = \"\(address)\"\n"
    }

    /// A home whose persona news has a feed with posts "One", "Two" and so on, fetched already.
    private func home(_ site: Site, posts: [String] = ["One", "Two", "Three", "Four", "Five", "Six"]) throws -> Home {
        site.serve("/feed", Documents.rss("Tide", posts))
        let home = try Home(configuration: source(site.address("/feed")))
        try expect(home.run("sync").status, is: 0)
        return home
    }

    private func quit(_ terminal: PseudoTerminal) throws {
        terminal.type("Q")
        try expect(terminal.waitForEnd(), is: .exited(0))
        expectGivenBack(terminal)
    }

    // MARK: What is not asked

    @Test("a source that is gone is asked by hand alone, and when it answers it goes on as any other")
    func revived() throws {
        // Given a feed that its server called gone once
        let site = try Site()
        let home = try home(site)
        site.serve("/feed", "", status: 410)
        _ = try home.run("sync")
        _ = try home.run("sync")
        site.serve("/feed", Documents.rss("Tide", ["Back again", "One"]))
        // When the reader opens, then it is not asked, and says so
        let terminal = try home.terminal(size: Self.wide)
        try terminal.waitForCount("3 news", 6)
        terminal.type("3")
        try terminal.type("i", showing: "not asked any more")
        #expect(!terminal.screen.text.contains(/next attempt .*\d{4}/))
        expect(site.requests("/feed").count, is: 2)
        // When the user wants it, then it comes
        terminal.type("q")
        terminal.type("R")
        try terminal.waitForCount("3 news", 7)
        try quit(terminal)
        try expect(home.run("sync").status, is: 0)
        expect(site.requests("/feed").count, is: 4)
    }

    @Test("when nothing can be fetched, R says why")
    func nothingToFetch() throws {
        let site = try Site()
        site.answer("/feed") { _ in Site.Answer(status: 429, headers: [("Retry-After", "3600")]) }
        let home = try Home(configuration: source(site.address("/feed")))
        _ = try home.run("sync")
        let terminal = try home.terminal(size: Self.wide)
        try terminal.wait(forText: "news")
        try terminal.type("R", showing: "Nothing to fetch now: 1 source waits until ")
        #expect(!terminal.screen.text.contains("under way"))
        terminal.type("1")
        try terminal.type(".", showing: "There is no source to fetch")
        expect(site.requests("/feed").count, is: 1)
    }

    // MARK: Beginning

    @Test("without a configuration: the ways to begin, nothing fetched, nothing written but the store")
    func welcome() throws {
        let home = try Home()
        let terminal = try home.terminal()
        try terminal.wait(forText: "Nothing is fetched before you choose")
        #expect(terminal.screen.rows[0].contains("[1 main 0]"))
        #expect(terminal.screen.text.contains("perchoir demo"))
        try quit(terminal)
        #expect(access(home.configurationFile, F_OK) != 0)
    }

    @Test("e adds a feed, whose posts show without another key")
    func addFromWelcome() throws {
        let site = try Site()
        site.serve("/feed", Documents.rss("Tide Tables", ["High water at noon"]))
        let home = try Home()
        let terminal = try home.terminal()
        try terminal.wait(forText: "Nothing is fetched before you choose")
        try terminal.type("e", showing: "add to main:")
        terminal.type(site.address("/feed") + "\r")
        try terminal.wait(forText: "High water at noon")
        try terminal.waitForCount("1 main", 1)
        try quit(terminal)
        try expect(home.read(home.configurationFile), is: source(site.address("/feed"), of: "main"))
        let again = try home.terminal()
        try again.wait(forText: "High water at noon")
    }

    @Test("e with an address that leads nowhere says so and keeps what was typed")
    func addNothing() throws {
        let site = try Site()
        let home = try Home()
        let terminal = try home.terminal(size: Size(width: 120, height: 30))
        try terminal.wait(forText: "Nothing is fetched before you choose")
        try terminal.type("e", showing: "add to main:")
        try terminal.type(site.address("/nothing") + "\r", showing: "(404)")
        #expect(terminal.screen.text.contains("add to main: " + site.address("/nothing")))
        try terminal.type("\u{15}words\r", showing: "no address of a source")
        #expect(access(home.configurationFile, F_OK) != 0)
    }

    @Test("a page with several feeds offers them")
    func offers() throws {
        let site = try Site()
        let offers = [("Posts", "/posts.xml"), ("Comments", "/comments.xml")]
        site.serve("/blog", Documents.page(title: "Blog", feeds: offers), type: "text/html")
        site.serve("/comments.xml", Documents.rss("Comments", ["Well said"]))
        let home = try Home()
        let terminal = try home.terminal(size: Self.wide)
        try terminal.wait(forText: "Nothing is fetched before you choose")
        try terminal.type("e", showing: "add to main:")
        try terminal.type(site.address("/blog") + "\r", showing: "several sources stand there")
        terminal.type("j\r")
        try terminal.wait(forText: "Well said")
        #expect(try home.read(home.configurationFile).contains("/comments.xml"))
    }

    @Test("a configuration with an error: the reader starts, says so, and E has the place")
    func configurationError() throws {
        let home = try Home(configuration: "theme = \"nuit\"\n\n[[persona]]\nname = \"news\"\nbuget = \"20m\"\n")
        let terminal = try home.terminal(size: Self.wide)
        try terminal.wait(forText: "1 problem in config.toml")
        let message = "config.toml:5:1: unknown key \"buget\" in [[persona]]; did you mean \"budget\"?"
        try terminal.type("E", showing: message)
        try terminal.type("q", showing: "There is no source, and config.toml has problems")
        try quit(terminal)
    }

    @Test("a file that is no TOML: the same; the store stays as it was, also for who reads beside")
    func brokenConfiguration() throws {
        let site = try Site()
        let home = try home(site)
        let beside = try home.terminal(size: Self.wide)
        try beside.waitForCount("3 news", 6)
        let good = try home.read(home.configurationFile)
        try home.write("theme = \"nuit\n" + good, to: home.configurationFile)
        let terminal = try home.terminal(size: Self.wide)
        try terminal.wait(forText: "1 problem in config.toml")
        try terminal.wait(forText: "Nothing that was read, marked or starred is lost")
        #expect(terminal.screen.text.contains("config.toml:1:"))
        try quit(terminal)
        beside.type("3m")
        try beside.waitForCount("3 news", 5)
        try home.write(good, to: home.configurationFile)
        try expect(home.run("list", "is:unread").lines.count, is: 5)
    }

    @Test("a failing source is told in the header and in E; the others show")
    func failing() throws {
        let site = try Site()
        site.serve("/good", Documents.rss("Good", ["Fine news"]))
        site.serve("/bad", "", status: 500)
        let home = try Home(configuration: source(site.address("/good")) + "\n" + source(site.address("/bad")))
        let terminal = try home.terminal(size: Self.wide)
        try terminal.wait(forText: "Fine news")
        try terminal.wait(forText: "news: 1 failing")
        try terminal.type("E", showing: site.address("/bad"))
        try terminal.wait(forText: "(500)")
        // What stands in the log is nothing to be told at the end.
        try quit(terminal)
        #expect(!terminal.screen.text.contains("/bad"), "\(terminal.screen.text)")
        #expect(try home.read(home.root + "/state/perchoir/perchoir.log").contains("/bad"))
    }

    // MARK: Coming back

    @Test("position, zoom and focus are there at the next start")
    func layout() throws {
        let site = try Site()
        let home = try home(site)
        let first = try home.terminal(size: Self.wide)
        try first.wait(forText: "Three")
        try first.type("3z", then: "one pane") { !$0.text.contains("main ─") && $0.standsOnSelection }
        first.type("jj")
        try first.settle()
        let row = first.screen.cursor.y
        #expect(first.screen.rows[row...].joined().contains("Three"))
        try quit(first)

        let second = try home.terminal(size: Self.wide)
        try second.wait(for: "the same place") { screen in
            screen.rows[0].contains("[3 news") && screen.standsOnSelection && !screen.text.contains("main ─")
                && screen.rows[screen.cursor.y...].prefix(2).joined().contains("Three")
        }
        try quit(second)
    }

    @Test("the edge between list and text is where it was")
    func split() throws {
        let site = try Site()
        let home = try home(site)
        func rule(_ screen: VirtualScreen) -> Int? { screen.rows.dropFirst(2).firstIndex { $0.hasPrefix("───") } }
        let first = try home.terminal()
        try first.type("3", then: "the posts") { $0.text.contains("Three") && $0.standsOnSelection }
        try first.settle()
        let before = rule(first.screen)
        first.type("----")
        try first.settle()
        let after = rule(first.screen)
        #expect(after != nil && after != before)
        try quit(first)
        let second = try home.terminal()
        try second.wait(for: "the edge") { rule($0) == after && $0.standsOnSelection }
    }

    @Test("marks that the footer confirmed survive a kill", arguments: [0, 3])
    func killed(round: Int) throws {
        let site = try Site()
        let home = try home(site)
        let terminal = try home.terminal()
        terminal.type("3")
        try terminal.wait(for: "the posts") { $0.text.contains("Six") && $0.rows[0].contains("[3 news") }
        for number in 0...round {
            terminal.type("m")
            try terminal.waitForCount("3 news", 5 - number)
            terminal.type("j")
        }
        terminal.type("s")
        try terminal.wait(forText: "1 starred")
        terminal.send(signal: SIGKILL)
        try expect(terminal.waitForEnd(), is: .killed(bySignal: SIGKILL))

        try expectMarks(home, read: round + 1)
        let again = try home.terminal()
        try again.waitForCount("3 news", 5 - round)
    }

    @Test("marking, quitting at once: nothing is lost")
    func quitAtOnce() throws {
        let site = try Site()
        let home = try home(site)
        let terminal = try home.terminal()
        terminal.type("3")
        try terminal.wait(for: "the posts") { $0.text.contains("Six") && $0.rows[0].contains("[3 news") }
        terminal.type("mjmjmjsQ")
        try expect(terminal.waitForEnd(), is: .exited(0))
        try expectMarks(home, read: 3)
    }

    /// So many posts are read in the store, and one has a star.
    private func expectMarks(_ home: Home, read: Int) throws {
        let posts = try home.run("list", "--json").objects()
        expect(posts.count { $0["read"] as? Bool == true }, is: read)
        expect(posts.count { $0["starred"] as? Bool == true }, is: 1)
    }

    @Test("undo reaches back over a restart")
    func undoLater() throws {
        let site = try Site()
        let home = try home(site)
        let first = try home.terminal()
        first.type("3")
        try first.wait(for: "the posts") { $0.text.contains("Six") && $0.rows[0].contains("[3 news") }
        first.type("m")
        try first.waitForCount("3 news", 5)
        try quit(first)
        let second = try home.terminal()
        try second.waitForCount("3 news", 5)
        second.type("u")
        try second.waitForCount("3 news", 6)
    }

    // MARK: Beside others

    @Test("sync beside an open reader: new posts come without a key, and nothing that is looked at moves")
    func syncBeside() throws {
        let site = try Site()
        let home = try home(site)
        let terminal = try home.terminal()
        terminal.type("3")
        try terminal.wait(for: "the posts") { $0.text.contains("Six") && $0.rows[0].contains("[3 news") }
        try terminal.settle()
        let rows = terminal.screen.rows[2..<8]
        site.serve("/feed", Documents.rss("Tide", ["Brand New", "One", "Two", "Three", "Four", "Five", "Six"]))
        try expect(home.run("sync").status, is: 0)
        try terminal.waitForCount("3 news", 7)
        try terminal.wait(for: "what is new above") { $0.rows[0].contains("↑1") }
        try terminal.settle()
        expect(terminal.screen.rows[2..<8], is: rows)
        try terminal.type("gg", showing: "Brand New")
    }

    @Test("a filter written into config.toml is taken over at the next refresh")
    func filterWritten() throws {
        let site = try Site()
        let home = try home(site)
        let terminal = try home.terminal()
        try terminal.waitForCount("3 news", 6)
        let filter = "[[filter]]\npersona = \"news\"\nmatch = \"Two\"\naction = \"hide\"\n"
        try home.write(home.read(home.configurationFile) + filter, to: home.configurationFile)
        terminal.type("R")
        try terminal.waitForCount("3 news", 5)
        try home.write(home.read(home.configurationFile) + "foo = 3\n", to: home.configurationFile)
        terminal.type("R")
        try terminal.wait(forText: "1 problem in config.toml")
    }

    @Test("keys, marking and theme follow config.toml, too")
    func settingsFollow() throws {
        let site = try Site()
        let home = try home(site)
        let terminal = try home.terminal()
        try terminal.waitForCount("3 news", 6)
        let settings = "theme = \"own\"\nmark_read = \"manual\"\n[keys]\nsearch = \"f\"\n\n"
        func theme(_ ground: String) -> String { "[styles]\ntext = { bg = \"\(ground)\" }\n" }
        let folder = home.configurationFile.replacing("config.toml", with: "themes")
        mkdir(folder, 0o700)
        let file = folder + "/own.toml"
        try home.write(theme("#102030"), to: file)
        try home.write(settings + home.read(home.configurationFile), to: home.configurationFile)
        terminal.type("R")
        try terminal.wait(for: "another ground") { !$0.glyph(x: 3, y: 3).style.background.isEmpty }
        let first = terminal.screen.glyph(x: 3, y: 3).style.background
        try home.write(theme("#d0e0f0"), to: file)
        terminal.type("R")
        try terminal.wait(for: "the theme's new ground") {
            let ground = $0.glyph(x: 3, y: 3).style.background
            return !ground.isEmpty && ground != first
        }
        terminal.type("3")
        try terminal.type("f", showing: "Enter searches")
        try terminal.type("\u{1B}", then: "no prompt") { !$0.text.contains("Enter searches") }
    }

    @Test("mark on the command line shows at once in every open reader")
    func markBeside() throws {
        let site = try Site()
        let home = try home(site)
        let readers = [try home.terminal(), try home.terminal(size: Self.wide)]
        for reader in readers { try reader.waitForCount("3 news", 6) }
        try expect(home.run("mark", "read", "One OR Two").output, is: "2\n")
        for reader in readers { try reader.waitForCount("3 news", 4) }
        readers[0].type("3")
        try readers[0].wait(for: "the posts") { $0.text.contains("Six") && $0.rows[0].contains("[3 news") }
        for reader in readers { try quit(reader) }
    }

    @Test("a mark in one reader shows in the other")
    func twoReaders() throws {
        let site = try Site()
        let home = try home(site)
        let one = try home.terminal()
        let two = try home.terminal()
        try two.waitForCount("3 news", 6)
        one.type("3")
        try one.wait(for: "the posts") { $0.text.contains("Six") && $0.rows[0].contains("[3 news") }
        one.type("m")
        try one.waitForCount("3 news", 5)
        try two.waitForCount("3 news", 5)
    }

    @Test("a source added on the command line shows in the open reader, with its posts")
    func addBeside() throws {
        let site = try Site()
        site.serve("/feed", Documents.rss("Tide", ["High water"]))
        let home = try Home()
        let terminal = try home.terminal()
        try terminal.wait(forText: "Nothing is fetched before you choose")
        try expect(home.run("add", site.address("/feed"), "-p", "main").status, is: 0)
        try terminal.wait(forText: "High water")
        try terminal.waitForCount("1 main", 1)
    }

    @Test("with an error that has long been there: the same")
    func addBesideAnError() throws {
        let site = try Site()
        site.serve("/feed", Documents.rss("Tide", ["High water"]))
        let home = try Home(configuration: "[[source]]\npersona = \"main\"\nfed = \"https://example.org/\"\n")
        let terminal = try home.terminal(size: Self.wide)
        try terminal.wait(forText: "1 problem in config.toml")
        let added = try home.run("add", site.address("/feed"), "-p", "main")
        expect(added.status, is: 0)
        #expect(added.error.contains("config.toml:3:1: unknown key \"fed\""))
        try terminal.wait(forText: "High water")
        try terminal.wait(forText: "1 problem in config.toml")
    }

    @Test("an error that is made beside an open reader is told, changes nothing, and is gone when it is mended")
    func mistakeBeside() throws {
        let site = try Site()
        let home = try home(site)
        let terminal = try home.terminal(size: Self.wide)
        try terminal.waitForCount("3 news", 6)
        let good = try home.read(home.configurationFile)
        try home.write(good.replacing("feed =", with: "fed ="), to: home.configurationFile)
        _ = try home.run("mark", "read", "One")
        try terminal.wait(forText: "1 problem in config.toml")
        try terminal.waitForCount("3 news", 5)
        try home.write(good, to: home.configurationFile)
        _ = try home.run("mark", "read", "Two")
        try terminal.waitForCount("3 news", 4)
        try terminal.wait(for: "no problem") { !$0.text.contains("problem") }
    }

    @Test("a source is removed although the file has an old error; a file that is empty for a moment removes none")
    func removeBeside() throws {
        let site = try Site()
        let home = try home(site)
        try home.write("theme = \"nosuch\"\n" + home.read(home.configurationFile), to: home.configurationFile)
        let terminal = try home.terminal(size: Self.wide)
        try terminal.waitForCount("3 news", 6)
        let good = try home.read(home.configurationFile)
        try home.write("", to: home.configurationFile)
        _ = try home.run("mark", "read", "One")
        _ = try home.run("sync")
        try terminal.waitForCount("3 news", 5)
        try home.write(good, to: home.configurationFile)
        try expect(home.run("remove", site.address("/feed")).status, is: 0)
        try terminal.waitForCount("3 news", 0)
        #expect(try home.run("list").lines.isEmpty)
    }

    @Test("the last source of all is removed beside an open reader, which asks it no more")
    func removeTheLast() throws {
        let site = try Site()
        let home = try home(site)
        let terminal = try home.terminal(size: Self.wide)
        try terminal.waitForCount("3 news", 6)
        try expect(home.run("remove", site.address("/feed")).status, is: 0)
        try terminal.wait(forText: "There is no source yet")
        site.serve("/feed", Documents.rss("Tide", ["Seven"]))
        try terminal.type("R", showing: "e adds one")
        #expect(try home.run("list").lines.isEmpty)
        try quit(terminal)
    }

    @Test("a source that another persona has comes with its posts, judged and counted")
    func addKnown() throws {
        let site = try Site()
        let home = try home(site)
        let filter = "\n[[filter]]\npersona = \"main\"\nmatch = \"Two\"\naction = \"hide\"\n"
        try home.write(home.read(home.configurationFile) + filter, to: home.configurationFile)
        let terminal = try home.terminal(size: Self.wide)
        try terminal.waitForCount("3 news", 6)
        try terminal.type("e", showing: "add to main:")
        terminal.type(site.address("/feed") + "\r")
        try terminal.waitForCount("1 main", 5)
        try quit(terminal)
    }

    @Test("keys typed ahead end where slow ones do, far beyond what is loaded, in few frames")
    func typedAhead() throws {
        let site = try Site()
        let home = try home(site, posts: (1...900).map { "Post number \($0)." })
        let terminal = try home.terminal(size: Self.wide)
        terminal.type("3")
        try terminal.wait(for: "the posts") { $0.text.contains("number 1.") && $0.rows[0].contains("[3 news") }
        let before = terminal.byteCount
        terminal.type(String(repeating: "j", count: 800))
        try terminal.wait(for: "the 801st post") { screen in
            screen.standsOnSelection && screen.rows[screen.cursor.y...].prefix(3).joined().contains("number 801.")
        }
        // Each frame of a list that scrolled is some hundred bytes; one for each key would be hundreds of thousands.
        #expect(terminal.byteCount - before < 60_000)
        try quit(terminal)
    }

    @Test("a hundred posts are read by Space alone, and every one is read in the store")
    func readAll() throws {
        let site = try Site()
        let home = try home(site, posts: (1...100).map { "Post number \($0)" })
        let terminal = try home.terminal()
        terminal.type("3")
        try terminal.wait(for: "the posts") { $0.text.contains("number 1") && $0.rows[0].contains("[3 news") }
        for left in stride(from: 99, through: 0, by: -1) {
            terminal.type(" ")
            try terminal.waitForCount("3 news", left)
        }
        #expect(try home.run("list", "is:unread").lines.isEmpty)
        try quit(terminal)
    }
}
