import Cells
import Expectations
import Glibc
import TestSupport
import Testing

@Suite("Keys on the screen", .ownThreads)
struct KeyTests {
    private static let stacked = Size(width: 80, height: 24)
    private static let wide = Size(width: 120, height: 40)

    /// A demo with the pane of a persona in front.
    private func demo(in pane: String, size: Size = stacked) throws -> Demo {
        let demo = try Demo("--still", size: size)
        demo.terminal.type(pane)
        try demo.terminal.settle()
        return demo
    }

    private func count(_ persona: String, _ screen: VirtualScreen) -> Int? {
        let header = screen.rows[0].map { $0 == "[" || $0 == "]" ? " " : $0 }
        let words = String(header).split(separator: " ")
        return words.firstIndex { $0 == persona }.flatMap { words.indices.contains($0 + 1) ? Int(words[$0 + 1]) : nil }
    }

    private func count(_ persona: String, _ demo: Demo) throws -> Int {
        try #require(count(persona, demo.terminal.screen))
    }

    private func waitForCount(_ persona: String, _ wanted: Int, _ demo: Demo) throws {
        try demo.terminal.wait(for: "\(persona) \(wanted)") {
            self.count(persona, $0) == wanted && $0.standsOnSelection
        }
    }

    @Test("j k G gg move the selection, and the cursor with it; nothing is marked")
    func moving() throws {
        let demo = try demo(in: "3")
        let before = try count("news", demo)
        let top = demo.terminal.screen.cursor.y
        try demo.terminal.type("j", then: "one down") { $0.cursor.y == top + 1 && $0.standsOnSelection }
        try demo.terminal.type("j", then: "two down") { $0.cursor.y == top + 2 && $0.standsOnSelection }
        try demo.terminal.type("k", then: "one up") { $0.cursor.y == top + 1 && $0.standsOnSelection }
        demo.terminal.type("G")
        try demo.terminal.type("j", showing: "Last post")
        demo.terminal.type("gg")
        try demo.terminal.type("k", showing: "First post")
        expect(demo.terminal.screen.cursor.y, is: top)
        try expect(count("news", demo), is: before)
    }

    @Test("m marks, u takes it back, ^R does it again; the counts are exact", arguments: [stacked, wide])
    func marking(size: Size) throws {
        let demo = try demo(in: "3", size: size)
        let before = try count("news", demo)
        demo.terminal.type("m")
        try waitForCount("news", before - 1, demo)
        try demo.terminal.wait(forText: "1 marked read · u undoes")
        try expect(demo.count("news", "is:unread"), is: before - 1)
        let row = demo.terminal.screen.rows[demo.terminal.screen.cursor.y]
        #expect(!row.contains("▌●"))
        demo.terminal.type("u")
        try waitForCount("news", before, demo)
        demo.terminal.type("\u{12}")
        try waitForCount("news", before - 1, demo)
        try demo.terminal.type("\u{12}", showing: "Nothing to redo")
        demo.terminal.type("m")
        try waitForCount("news", before, demo)
    }

    @Test(
        "Space pages, marks and goes on, from pane to pane, to the end of what is unread", arguments: [stacked, wide])
    func reading(size: Size) throws {
        let demo = try Demo("--still", size: size)
        var pressed = 0
        while !demo.terminal.screen.text.contains("All read"), pressed < 600 {
            let bytes = demo.terminal.byteCount
            demo.terminal.type(" ")
            pressed += 1
            try demo.terminal.wait(for: "an answer") { _ in demo.terminal.byteCount > bytes }
        }
        for persona in ["main", "pro", "news"] { try waitForCount(persona, 0, demo) }
        try expect(demo.run("list", "is:unread -is:hidden").lines, is: [])
    }

    @Test("s stars on this machine, with a sign beside the colour")
    func starring() throws {
        let demo = try demo(in: "3")
        try demo.terminal.type("s", then: "the star") {
            $0.text.contains("1 starred") && $0.standsOnSelection && $0.rows[$0.cursor.y].contains("★")
        }
        try expect(demo.count("news", "is:starred"), is: 1)
        demo.terminal.type("s")
        try demo.terminal.wait(forText: "1 no longer starred")
        try expect(demo.count("news", "is:starred"), is: 0)
    }

    @Test("U leaves out what is read, and brings it back")
    func unreadOnly() throws {
        let demo = try demo(in: "3")
        let before = try count("news", demo)
        let first = demo.terminal.screen.rows[demo.terminal.screen.cursor.y].dropFirst(3)
        demo.terminal.type("m")
        try waitForCount("news", before - 1, demo)
        try demo.terminal.type("U", showing: "Unread posts only")
        try demo.terminal.wait(for: "without the read one") { !$0.text.contains(first) && $0.standsOnSelection }
        try demo.terminal.type("U", showing: "All posts")
        demo.terminal.type("gg")
        try demo.terminal.wait(for: "with the read one") { $0.text.contains(first) }
    }

    @Test("X shows what filters hid; nobody's count changes")
    func hidden() throws {
        let demo = try demo(in: "3")
        let hidden = try demo.run("list", "is:hidden", "-p", "news").lines.count
        #expect(hidden > 0)
        let before = try count("news", demo)
        try demo.terminal.type("X", showing: "\(hidden) hidden shown too")
        try expect(count("news", demo), is: before)
        try demo.terminal.type("X", showing: "Hidden posts left out")
    }

    @Test("x opens a content warning and closes it")
    func warning() throws {
        let demo = try demo(in: "2", size: Self.wide)
        #expect(demo.terminal.screen.text.contains("x shows"))
        var moves = 0
        while !demo.terminal.screen.rows[demo.terminal.screen.cursor.y + 1].contains("x shows"), moves < 5 {
            demo.terminal.type("j")
            try demo.terminal.settle()
            moves += 1
        }
        let closed = demo.terminal.screen.rows
        let row = demo.terminal.screen.cursor.y + 1
        demo.terminal.type("x")
        try demo.terminal.settle()
        #expect(!demo.terminal.screen.rows[row].contains("x shows"))
        demo.terminal.type("x")
        try demo.terminal.settle()
        expect(demo.terminal.screen.rows, is: closed)
    }

    @Test("/ searches; n goes round the matches, N back, Esc ends it")
    func searching() throws {
        let demo = try demo(in: "3")
        let matches = try demo.count("news", "seisme")
        #expect(matches > 2)
        demo.terminal.type("/")
        try demo.terminal.wait(forText: "Enter searches")
        demo.terminal.type("seisme\r")
        try demo.terminal.wait(for: "the matches") { $0.text.contains("match 1/\(matches)") && $0.standsOnSelection }
        try demo.terminal.type("n", showing: "match 2/\(matches)")
        try demo.terminal.type("n", showing: "match 3/\(matches)")
        try demo.terminal.type("N", showing: "match 2/\(matches)")
        let unread = try count("news", demo)
        demo.terminal.type("m")
        try waitForCount("news", unread - 1, demo)
        try demo.terminal.type("\u{1B}", then: "the end") { !$0.text.contains("match ") }
        try demo.terminal.type("/frm:x\r", showing: "column 1: \"frm:\" is not known; did you mean \"from:\"?")
        try demo.terminal.type("\u{1B}", then: "no prompt") { $0.standsOnSelection }
    }

    @Test("digits, AZERTY's unshifted digits, Tab and letters change the pane", arguments: [stacked, wide])
    func panes(size: Size) throws {
        let demo = try Demo("--still", size: size)
        let steps = [
            ("2", "2 pro"), ("3", "3 news"), ("1", "1 main"), ("é", "2 pro"), ("\"", "3 news"), ("&", "1 main"),
            ("\t", "2 pro"), ("l", "3 news"), ("\t", "1 main"), ("\u{1B}[Z", "3 news"), ("h", "2 pro"),
        ]
        for (key, pane) in steps {
            try demo.terminal.type(key, then: pane) { $0.rows[0].contains("[" + pane) && $0.standsOnSelection }
        }
        try demo.terminal.type("7", showing: "No persona has the key 7")
    }

    @Test("Enter opens and marks; J K read on; q comes back to the same post", arguments: [stacked, wide])
    func opening(size: Size) throws {
        let demo = try demo(in: "3", size: size)
        let before = try count("news", demo)
        let list = demo.terminal.screen.cursor
        demo.terminal.type("\r")
        try demo.terminal.wait(for: "the text has the keys") {
            !$0.standsOnSelection && self.count("news", $0) == before - 1
        }
        demo.terminal.type("J")
        try demo.terminal.wait(for: "the next one read") { self.count("news", $0) == before - 2 }
        demo.terminal.type("Kq")
        if size == Self.wide {
            try demo.terminal.wait(for: "the list") { $0.standsOnSelection }
            demo.terminal.type("q")
        }
        try demo.terminal.settle()
        expect(demo.terminal.screen.cursor, is: list)
        expect(demo.terminal.screen.text.contains("veille"), is: (size == Self.wide))
        try demo.terminal.type("q", showing: "Q quits")
        try expect(count("news", demo), is: before - 2)
    }

    @Test("z shows one pane with its text, and all again")
    func zooming() throws {
        let demo = try demo(in: "2", size: Self.wide)
        try demo.terminal.type("z", then: "one pane") { !$0.text.contains("présence") && $0.standsOnSelection }
        try demo.terminal.type("z", then: "all panes") { $0.text.contains("présence") && $0.standsOnSelection }
    }

    @Test("A asks before it marks a pane; u brings every mark back")
    func wholePane() throws {
        let demo = try demo(in: "3")
        let before = try count("news", demo)
        demo.terminal.type("m")
        try waitForCount("news", before - 1, demo)
        try demo.terminal.type("A", showing: "of news read? y")
        try demo.terminal.type("n", showing: "Nothing marked")
        try expect(count("news", demo), is: before - 1)
        try demo.terminal.type("A", showing: "of news read? y")
        demo.terminal.type("y")
        try waitForCount("news", 0, demo)
        try demo.terminal.wait(forText: "\(before - 1) marked read · u undoes")
        demo.terminal.type("u")
        try waitForCount("news", before - 1, demo)
        demo.terminal.type("u")
        try waitForCount("news", before, demo)
        try demo.terminal.type("u", showing: "Nothing to undo")
    }

    @Test("< and > mark what is above and below, never the selected post, and say how many")
    func sides() throws {
        let demo = try demo(in: "3")
        let before = try count("news", demo)
        let top = demo.terminal.screen.cursor.y
        try demo.terminal.type("jj", then: "the third") { $0.cursor.y == top + 2 && $0.standsOnSelection }
        try demo.terminal.type("<", showing: "2 marked read · u undoes")
        try waitForCount("news", before - 2, demo)
        try demo.terminal.type(">", showing: "\(before - 3) marked read · u undoes")
        try waitForCount("news", 1, demo)
        #expect(demo.terminal.screen.rows[top + 2].contains("▌●"))
        demo.terminal.type("uu")
        try waitForCount("news", before, demo)
    }

    @Test(
        "lists over the panes: help, sources, this source, errors, links, adding; Esc leaves each",
        arguments: [stacked, wide])
    func overlays(size: Size) throws {
        let demo = try demo(in: "3", size: size)
        let steps = [
            ("?", "mark it read, next unread"), ("S", "sources of news · 5 sources"), ("i", "last success"),
            ("E", "Nothing failed."), ("e", "add to news:"), ("L", "a number or Enter opens"),
        ]
        for (key, text) in steps {
            try demo.terminal.type(key, showing: text)
            try demo.terminal.type("\u{1B}", then: "the list again") { !$0.text.contains(text) && $0.standsOnSelection }
        }
        try demo.terminal.type("S", showing: "The Harbour Post")
        try demo.terminal.type("\r", showing: "one source")
        try demo.terminal.type("q", then: "every source") { !$0.text.contains("one source") && $0.standsOnSelection }
        try demo.terminal.type("?undo\u{7F}\u{7F}\u{7F}\u{7F}star", showing: "“star”")
    }

    @Test("the edges of the text area move, and stay within reason")
    func splitting() throws {
        let demo = try demo(in: "3")
        func rule(_ screen: VirtualScreen) -> Int? { screen.rows.dropFirst(2).firstIndex { $0.hasPrefix("───") } }
        let before = try #require(rule(demo.terminal.screen))
        try demo.terminal.type("=", then: "more text") { rule($0) == before - 2 && $0.standsOnSelection }
        try demo.terminal.type("--", then: "less text") { rule($0) == before + 2 && $0.standsOnSelection }
        demo.terminal.type(String(repeating: "-", count: 20))
        demo.terminal.type(String(repeating: "=", count: 40))
        try demo.terminal.type("7", showing: "No persona")
        expect(demo.terminal.screen.violations, is: [])
    }

    @Test(
        "o gives the terminal to a browser that draws in it; how that ended is said when the reader is back",
        arguments: ["o", "oj"])
    func browserInTerminal(typed: String) throws {
        let files = try Home()
        // A file that was just written may not be run while another test's child has it open.
        let script = try files.file("script", "echo \"reading $1\"\nread word\nexit 7\n")
        let browser = files.root + "/w3m"
        try #require(symlink("/bin/sh", browser) == 0)
        let demo = try Demo("--still", more: ["BROWSER": "\(browser) \(script) %s"])
        demo.terminal.type("2")
        try demo.terminal.settle()
        demo.terminal.type(typed)
        try demo.terminal.wait(for: "the browser") { !$0.isAlternate && $0.text.contains("reading https://") }
        demo.terminal.type("\n")
        if typed == "o" { try demo.terminal.wait(forText: "w3m ended with status 7") }
        try demo.terminal.type("j", then: "the list") { $0.isAlternate && $0.standsOnSelection }
    }

    @Test("a key without a meaning says so and does nothing")
    func unknownKey() throws {
        let demo = try Demo("--still")
        try demo.terminal.type("$", showing: "$ does nothing here · ? help")
        try demo.terminal.type("\u{1B}[200~text pasted by mistake\u{1B}[201~", showing: "prompt")
    }

    /// ReaderCore's tests leave from the other places.
    @Test("Q leaves from the panes and from what stands over them", arguments: ["", "S"])
    func quitting(before: String) throws {
        let demo = try Demo("--still", size: Self.wide)
        demo.terminal.type(before)
        demo.terminal.type("Q")
        try expect(demo.terminal.waitForEnd(), is: .exited(0))
        expectGivenBack(demo.terminal)
    }
}
