import Cells
import Expectations
import TestSupport
import Testing

@Suite("Frames on a terminal")
struct DrawingTests {
    @Test("given a list, when it is drawn, then it stands there whole, the cursor on the selected row")
    func firstPicture() throws {
        let terminal = try Probe.ready(size: Size(width: 40, height: 12))
        try terminal.wait(for: "the title") { $0.title == "probe 100" }
        expect(terminal.screen.rows[0], is: "READY 40x12")
        expect(terminal.screen.rows[1], is: "0  élection été budget 日本語のニュース")
        #expect(terminal.screen.rows[2].hasPrefix("1  한국 소식"))
        #expect(terminal.screen.glyph(x: 5, y: 1).style.isReversed)
        #expect(!terminal.screen.glyph(x: 5, y: 2).style.isReversed)
        expect(terminal.screen.cursor, is: Point(x: 0, y: 1))
        #expect(terminal.screen.cursorIsVisible)
        #expect(terminal.screen.isAlternate && terminal.screen.modes.contains(2004))
        expect(terminal.screen.violations, is: [])
    }

    @Test("moving the bar costs at most 400 bytes a key")
    func bytesOfTheBar() throws {
        let terminal = try Probe.ready(size: Size(width: 120, height: 40))
        let before = terminal.byteCount
        for step in 2...31 {
            terminal.type("j")
            try terminal.wait(forText: "\(step)/100 ")
        }
        let each = (terminal.byteCount - before) / 30
        print("bytes a key, bar at 120x40: \(each)")
        #expect(each <= 400)
    }

    @Test("a frame in which nothing changed sends nothing")
    func stillness() throws {
        let terminal = try Probe.ready(size: Size(width: 120, height: 40))
        func type(_ key: String) throws {
            terminal.type(key)
            // The last thing of a frame is the place of the cursor.
            try terminal.wait(for: key) { $0.text.contains("character \(key)") && $0.cursor == Point(x: 0, y: 1) }
        }
        // The bytes from one picture to another are the same each time.
        try type("x")
        let first = terminal.byteCount
        try type("y")
        try type("x")
        let second = terminal.byteCount
        // When the picture stays as it is
        for _ in 0..<20 { terminal.type("x") }
        try type("y")
        try type("x")
        // Then no byte is sent for it
        expect(terminal.byteCount - second, is: second - first)
    }

    @Test("a frame is one write", arguments: [[], ["color"], ["disputed"], ["color", "disputed"]])
    func writes(arguments: [String]) throws {
        let terminal = try Probe.ready(arguments: arguments, size: Size(width: 120, height: 20))
        let before = try terminal.writeCount()
        for step in 2...41 {
            terminal.type("j")
            // The last thing of a frame is the place of the cursor.
            try terminal.wait(for: "the frame") { $0.text.contains("\(step)/100 ") && $0.cursor.y == min(step, 18) }
        }
        let writes = try terminal.writeCount() - before
        expect(writes, is: 40)
    }

    @Test("rows with flags cost little more than their text")
    func bytesOfDisputes() throws {
        let terminal = try Probe.ready(arguments: ["color", "disputed"], size: Size(width: 120, height: 40))
        let before = terminal.byteCount
        for step in 2...31 {
            terminal.type("j")
            try terminal.wait(forText: "\(step)/100 ")
        }
        let each = (terminal.byteCount - before) / 30
        print("bytes a key, bar over flags at 120x40: \(each)")
        #expect(each <= 600)
    }

    @Test("scrolling by one row sends the new row, not the screen")
    func bytesOfScrolling() throws {
        let terminal = try Probe.ready(size: Size(width: 120, height: 40))
        let before = terminal.byteCount
        for step in 2...31 {
            terminal.type("\u{4}")
            try terminal.wait(forText: "\(step)/100 ")
        }
        let each = (terminal.byteCount - before) / 30
        print("bytes a key, scrolling at 120x40: \(each)")
        #expect(each <= 800)
        let fresh = terminal.screen.text
        terminal.type("\u{C}")
        try terminal.wait(forText: "control l")
        expect(fresh.replacing("control d", with: "control l"), is: terminal.screen.text)
    }

    @Test("2000 keys at once end on the same screen as one by one")
    func burst() throws {
        let size = Size(width: 100, height: 30)
        let slow = try Probe.ready(rows: 3000, size: size)
        for step in 2...201 {
            slow.type("j")
            try slow.wait(forText: "\(step)/3000 ")
        }
        slow.type(String(repeating: "j", count: 1800))
        try slow.wait(forText: "2001/3000 ")
        let fast = try Probe.ready(rows: 3000, size: size)
        fast.type(String(repeating: "j", count: 2000))
        try fast.wait(forText: "2001/3000 ")
        // The row above the last one may still be under way when the last one stands.
        try fast.wait(for: "the same screen") { $0.text == slow.screen.text }
        expect(fast.screen.violations, is: [])
    }

    @Test("a storm of resizes ends on the picture of the last size")
    func resizes() throws {
        let terminal = try Probe.ready()
        for step in 0..<200 {
            terminal.resize(to: Size(width: 1 + (step * 37) % 200, height: 1 + (step * 13) % 60))
        }
        terminal.resize(to: Size(width: 61, height: 17))
        try terminal.wait(forText: "READY 61x17")
        terminal.type("j")
        try terminal.wait(forText: "character j")
        let fresh = try Probe.ready(size: Size(width: 61, height: 17))
        fresh.type("j")
        try fresh.wait(forText: "2/100 character j")
        try terminal.wait(for: "the picture of a fresh start") { $0.text == fresh.screen.text }
    }

    @Test("every size from 1x1 draws", arguments: [(1, 1), (2, 1), (1, 9), (7, 3), (500, 200)])
    func sizes(width: Int, height: Int) throws {
        let terminal = try Probe.start(size: Size(width: width, height: height))
        try terminal.wait(for: "the first letter") { $0.text.hasPrefix("R") }
        terminal.type("q")
        let ending = try terminal.waitForEnd()
        expect(ending, is: .exited(0))
    }

    @Test(
        "colours come with the terminal",
        arguments: [("xterm-256color", "38;5;166"), ("xterm", "31"), ("linux", "31"), ("xterm-16color", "31")])
    func colors(term: String, expected: String) throws {
        guard let terminal = try? Probe.ready(arguments: ["color"], term: term) else {
            // Entries of ncurses-term are not on every machine.
            expect(term, is: "xterm-16color")
            return
        }
        let seen = terminal.screen.glyph(x: 0, y: 4).style.foreground
        #expect(!seen.isEmpty && (seen == expected || term != "xterm-256color"))
    }

    @Test(
        "no colour sequence where there are none or none are wanted",
        arguments: [("xterm-256color", "1"), ("vt100", ""), ("vt220", "")])
    func noColors(term: String, noColor: String) throws {
        let terminal = try Probe.ready(arguments: ["color"], term: term, more: ["NO_COLOR": noColor])
        terminal.type("jjq")
        let ending = try terminal.waitForEnd()
        expect(ending, is: .exited(0))
        expect(terminal.screen.colorCount, is: 0)
        expect(terminal.screen.violations, is: [])
    }

    @Test("an empty NO_COLOR forbids nothing")
    func emptyNoColor() throws {
        let terminal = try PseudoTerminal(
            running: Probe.path, arguments: ["100", "color"],
            environment: ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "NO_COLOR": ""])
        try terminal.wait(forText: "1/100 none")
        #expect(terminal.screen.colorCount > 0)
    }

    @Test("a locale without UTF-8 gets ASCII only")
    func asciiLocale() throws {
        let terminal = try Probe.ready(locale: "C")
        #expect(terminal.screen.rows[1].hasPrefix("0  election"))
        #expect(terminal.screen.text.utf8.max() ?? 0 < 128)
    }

    @Test("a locale that is not installed but says UTF-8 gets UTF-8")
    func missingLocale() throws {
        let terminal = try Probe.ready(locale: "tlh_QO.UTF-8")
        #expect(terminal.screen.rows[1].hasPrefix("0  élection"))
    }

    @Test("titles and paste modes are not sent to terminals that may print them", arguments: ["vt100", "linux"])
    func plainTerminals(term: String) throws {
        let terminal = try Probe.ready(term: term)
        #expect(terminal.screen.title.isEmpty && !terminal.screen.modes.contains(2004))
    }

    @Test(
        "a terminal that gives flags and new emoji other columns shifts nothing that follows",
        arguments: [1, 2, 3])
    func disputedWidths(columns: Int) throws {
        let widths: [Unicode.Scalar: Int] = ["🇫": columns, "🇷": columns, "🫠": columns]
        let terminal = try Probe.ready(arguments: ["disputed"], widths: widths)
        for step in 2...60 {
            terminal.type("j")
            try terminal.wait(forText: "\(step)/100 ")
        }
        // The probe ends every row with a bar at column 40; a frame with such clusters comes in several writes.
        try terminal.wait(for: "the bars in their column") { screen in
            (1...22).allSatisfy { y in screen.glyph(x: 40, y: y).text == "|" && screen.glyph(x: 41, y: y).text == "e" }
        }
        expect(terminal.screen.violations, is: [])
    }

    @Test("idle costs no byte and no turn of the loop")
    func idle() throws {
        let terminal = try Probe.ready()
        terminal.type("j")
        try terminal.wait(forText: "character j")
        terminal.type("q")
        try terminal.waitForEnd()
        // One turn a key; every other turn would be a wake-up that nobody caused.
        #expect(terminal.screen.text.contains("turns=2 events=2"))
    }
}
