import Cells
import Foundation
import Glibc
import Samples
import TestSupport
import Testing

/// The demo, and what the store of its temporary folder says about it.
struct Demo {
    let home: Home
    let terminal: PseudoTerminal

    /// Opens it and waits for the first picture.
    init(_ arguments: String..., size: Size = Size(width: 80, height: 24), more: [String: String] = [:]) throws {
        home = try Home()
        terminal = try PseudoTerminal(
            running: Home.perchoir, arguments: ["demo"] + arguments,
            environment: home.environment.merging(more) { _, new in new }, size: size)
        try terminal.wait(for: "the panes") { $0.rows[0].contains("3 news") && $0.standsOnSelection }
    }

    /// Where the demo keeps what is forgotten when it ends.
    private func folder() throws -> String {
        let names = try FileManager.default.contentsOfDirectory(atPath: home.temporaryFolder)
        return home.temporaryFolder + "/" + (try #require(names.first { $0.hasPrefix("perchoir-demo") }))
    }

    /// Runs a command on the demo's own files, beside the open reader.
    func run(_ arguments: String...) throws -> Home.Outcome {
        let folder = try folder()
        let places = ["CONFIG", "DATA", "STATE", "CACHE"].map { ("XDG_\($0)_HOME", folder + "/" + $0.lowercased()) }
        return try home.start(arguments, more: Dictionary(uniqueKeysWithValues: places)).wait()
    }

    /// How many posts of a persona a query finds; hidden ones are not counted.
    func count(_ persona: String, _ query: String) throws -> Int {
        try run("list", query + " -is:hidden", "-p", persona, "--limit", "100000").lines.count
    }
}

extension VirtualScreen {
    /// The cursor stands on the selection bar: a picture is whole, because the cursor is placed last.
    var standsOnSelection: Bool { glyph(x: cursor.x, y: cursor.y).text == "▌" }
}

extension PseudoTerminal {
    /// The header shows the persona with this count, in brackets or not.
    func waitForCount(_ persona: String, _ count: Int) throws {
        try wait(for: "\(persona) with \(count) unread") { screen in
            screen.rows[0].split(separator: " ").joined(separator: " ").replacing("[", with: "").replacing("]", with: "")
                .contains("\(persona) \(count)")
        }
    }

    /// The row on which the selection bar of the focused pane begins.
    var selectedRow: Int? { screen.rows.firstIndex { $0.contains("▌") } }
    var footer: String { screen.rows[screen.rows.count - 1] }

    /// Types, and waits for what the screen then shows.
    func type(_ keys: String, then expectation: String, until holds: (VirtualScreen) -> Bool) throws {
        type(keys)
        try wait(for: expectation + " after " + keys.debugDescription, until: holds)
    }

    /// Waits until everything typed before is done and drawn: a key without a meaning is answered after it.
    func settle() throws {
        let key = footer.contains("$ does nothing") ? "%" : "$"
        try type(key, then: "the answer") { $0.text.contains("\(key) does nothing here") && $0.standsOnSelection }
    }

    /// Types, and waits for a text.
    func type(_ keys: String, showing text: String) throws {
        try type(keys, then: "the text \(text)") { $0.text.contains(text) }
    }
}

/// Everything is as it was before the program began.
func expectGivenBack(_ terminal: PseudoTerminal, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(terminal.modesAreRestored, sourceLocation: sourceLocation)
    #expect(!terminal.screen.isAlternate, sourceLocation: sourceLocation)
    #expect(terminal.screen.cursorIsVisible, sourceLocation: sourceLocation)
    #expect(terminal.screen.modes.isDisjoint(with: [1, 1000, 1002, 1006, 2004]), sourceLocation: sourceLocation)
    #expect(terminal.screen.violations == [], sourceLocation: sourceLocation)
}

@Suite("perchoir demo", .ownThreads)
struct DemoTests {
    @Test(
        "the header has each persona's key and exact unread count, whatever the size",
        arguments: [
            Size(width: 40, height: 12), Size(width: 80, height: 24), Size(width: 120, height: 40),
            Size(width: 200, height: 60),
        ])
    func counts(size: Size) throws {
        let demo = try Demo("--still", size: size)
        for (key, persona) in [(1, "main"), (2, "pro"), (3, "news")] {
            let unread = try demo.count(persona, "is:unread")
            #expect(unread > 0)
            try demo.terminal.waitForCount("\(key) \(persona)", unread)
        }
        #expect(demo.terminal.screen.rows[0].contains("[1 main"))
        demo.terminal.type("Q")
        #expect(try demo.terminal.waitForEnd() == .exited(0))
        expectGivenBack(demo.terminal)
        #expect(try FileManager.default.contentsOfDirectory(atPath: demo.home.temporaryFolder).isEmpty)
    }

    @Test("a signal ends it with its own status, and nothing stays behind", arguments: [SIGTERM, SIGHUP, SIGINT])
    func signals(signal: Int32) throws {
        let demo = try Demo("--still")
        demo.terminal.send(signal: signal)
        if signal == SIGINT {
            // An interrupt stops what is under way; it does not throw the reader out.
            try demo.terminal.wait(forText: "Q quits")
            demo.terminal.type("Q")
        }
        let ending = try demo.terminal.waitForEnd()
        #expect(ending == (signal == SIGINT ? .exited(0) : .killed(bySignal: signal)))
        expectGivenBack(demo.terminal)
        #expect(try FileManager.default.contentsOfDirectory(atPath: demo.home.temporaryFolder).isEmpty)
    }

    @Test("a lost terminal ends it, and nothing stays behind")
    func hangUp() throws {
        let demo = try Demo("--still")
        demo.terminal.hangUp()
        #expect(try demo.terminal.waitForEnd() != .exited(1))
        #expect(demo.terminal.processorCentiseconds < 300)
        #expect(try FileManager.default.contentsOfDirectory(atPath: demo.home.temporaryFolder).isEmpty)
    }

    @Test("too small a terminal asks for more room, and has it again after growing")
    func tooSmall() throws {
        let demo = try Demo("--still")
        demo.terminal.resize(to: Size(width: 30, height: 8))
        try demo.terminal.wait(for: "one line") { $0.text.contains("40") && !$0.text.contains("news") }
        demo.terminal.resize(to: Size(width: 100, height: 30))
        try demo.terminal.wait(for: "the panes") { $0.rows[0].contains("[1 main") && $0.text.contains("veille") }
        #expect(demo.terminal.screen.violations == [])
    }

    @Test("posts keep arriving, and what the reader looks at does not move")
    func arrivals() throws {
        // The seed among a few whose first post comes soonest.
        let seed = (1...40).min { first, second in
            let times = [first, second].map { Samples.arrivals(seed: UInt64($0)).first { _ in true }?.second ?? .max }
            return times[0] < times[1]
        }
        let demo = try Demo("--seed", "\(seed ?? 1)", size: Size(width: 200, height: 60))
        func panes(_ screen: VirtualScreen) -> [String] {
            // Rows below the rules, which tell of arrivals themselves, without the footer.
            Array(screen.rows[2..<(screen.rows.count - 1)])
        }
        let before = panes(demo.terminal.screen)
        try demo.terminal.wait(for: "arrivals", seconds: 60) {
            $0.rows[0].contains("↑") && $0.rows[1].contains("new") && $0.standsOnSelection
        }
        #expect(panes(demo.terminal.screen) == before)
        demo.terminal.type("Q")
        #expect(try demo.terminal.waitForEnd() == .exited(0))
        expectGivenBack(demo.terminal)
        #expect(try FileManager.default.contentsOfDirectory(atPath: demo.home.temporaryFolder).isEmpty)
    }

    @Test("without colours when the user wants none")
    func noColour() throws {
        let demo = try Demo("--still", more: ["NO_COLOR": "1"])
        demo.terminal.type("jj")
        try demo.terminal.type("?", showing: "type to search")
        #expect(demo.terminal.screen.colorCount == 0)
        try demo.terminal.type("\u{1B}", then: "the list") { !$0.text.contains("type to search") }
        demo.terminal.type("Q")
        try demo.terminal.waitForEnd()
        #expect(demo.terminal.screen.colorCount == 0)
        let coloured = try Demo("--still")
        #expect(coloured.terminal.screen.colorCount > 0)
    }

    @Test("without a usable terminal: a sentence on standard error and status 69")
    func noTerminal() throws {
        let home = try Home()
        for arguments in [["demo", "--still"], [], ["read"]] {
            let outcome = try home.start(arguments).wait()
            #expect(outcome.status == 69)
            #expect(outcome.output.isEmpty)
            #expect(outcome.error.contains("not a terminal"))
        }
        let dumb = try home.terminal("demo", "--still", more: ["TERM": "dumb"])
        #expect(try dumb.waitForEnd() == .exited(69))
        #expect(dumb.screen.text.contains("perchoir: "))
        expectGivenBack(dumb)
        #expect(try FileManager.default.contentsOfDirectory(atPath: home.temporaryFolder).isEmpty)
    }
}
