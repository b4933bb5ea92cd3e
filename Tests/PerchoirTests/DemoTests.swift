import Cells
import Expectations
import Foundation
import Glibc
import TestSupport
import Testing

@Suite("perchoir demo", .ownThreads)
struct DemoTests {
    @Test(
        "the header has each persona's key and exact unread count, whatever the size",
        arguments: [
            [
                Size(width: 40, height: 12), Size(width: 80, height: 24), Size(width: 120, height: 40),
                Size(width: 200, height: 60),
            ], [Size(width: 80, height: 24)],
        ])
    func counts(sizes: [Size]) throws {
        let demo = try Demo("--still", size: sizes[0])
        let counts = try [(1, "main"), (2, "pro"), (3, "news")].map { key, persona in
            (name: "\(key) \(persona)", unread: try demo.count(persona, "is:unread"))
        }
        #expect(counts.allSatisfy { $0.unread > 0 })
        for size in sizes {
            if size != sizes[0] { demo.terminal.resize(to: size) }
            // The last row of a terminal that grew is blank until a picture of the new size is there.
            try demo.terminal.wait(for: "the footer") { !$0.rows[size.height - 1].allSatisfy { $0 == " " } }
            for (name, unread) in counts { try demo.terminal.waitForCount(name, unread) }
        }
        #expect(demo.terminal.screen.rows[0].contains("[1 main"))
        demo.terminal.type("Q")
        try expect(demo.terminal.waitForEnd(), is: .exited(0))
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
        expect(ending, is: (signal == SIGINT ? .exited(0) : .killed(bySignal: signal)))
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
        expect(demo.terminal.screen.violations, is: [])
    }

    @Test("posts keep arriving, and what the reader looks at does not move")
    func arrivals() throws {
        let demo = try Demo(size: Size(width: 200, height: 60))
        func panes(_ screen: VirtualScreen) -> [String] {
            // Rows below the rules, which tell of arrivals themselves, without the footer.
            Array(screen.rows[2..<(screen.rows.count - 1)])
        }
        let before = panes(demo.terminal.screen)
        try demo.terminal.wait(for: "arrivals", seconds: 60) {
            $0.rows[0].contains("↑") && $0.rows[1].contains("new") && $0.standsOnSelection
        }
        expect(panes(demo.terminal.screen), is: before)
        demo.terminal.type("Q")
        try expect(demo.terminal.waitForEnd(), is: .exited(0))
        expectGivenBack(demo.terminal)
        #expect(try FileManager.default.contentsOfDirectory(atPath: demo.home.temporaryFolder).isEmpty)
    }

    @Test("without colours when the user wants none")
    func noColour() throws {
        let demo = try Demo("--still", more: ["NO_COLOR": "1"])
        demo.terminal.type("jj")
        try demo.terminal.type("?", showing: "type to search")
        expect(demo.terminal.screen.colorCount, is: 0)
        try demo.terminal.type("\u{1B}", then: "the list") { !$0.text.contains("type to search") }
        demo.terminal.type("Q")
        try demo.terminal.waitForEnd()
        expect(demo.terminal.screen.colorCount, is: 0)
    }

    @Test("where the locale is not UTF-8 the picture is ASCII")
    func plainLocale() throws {
        let home = try Home()
        let terminal = try home.terminal("demo", "--still", size: Size(width: 120, height: 30), more: ["LC_ALL": "C"])
        try terminal.wait(forText: "? help")
        expect(terminal.screen.text.utf8.count { $0 > 0x7E }, is: 0)
        #expect(terminal.screen.text.contains("main"))
        terminal.type("Q")
        try expect(terminal.waitForEnd(), is: .exited(0))
        expectGivenBack(terminal)
    }

    @Test("the smallest screen reads too: Enter opens the text, q comes back")
    func smallest() throws {
        let demo = try Demo("--still", size: Size(width: 40, height: 12))
        let row = demo.terminal.screen.cursor.y
        demo.terminal.type("\r")
        try demo.terminal.wait(for: "the text") { $0.text.contains("Léa Marchand") && !$0.standsOnSelection }
        demo.terminal.type("q")
        try demo.terminal.settle()
        expect(demo.terminal.screen.cursor.y, is: row)
        demo.terminal.type(" ")
        try demo.terminal.settle()
        expect(demo.terminal.screen.violations, is: [])
        #expect(demo.terminal.screen.colorCount > 0, "colours, where the user did not refuse them")
    }

    @Test("without a usable terminal: a sentence on standard error and status 69")
    func noTerminal() throws {
        let home = try Home()
        for arguments in [["demo", "--still"], [], ["read"]] {
            let outcome = try home.start(arguments).wait()
            expect(outcome.status, is: 69)
            #expect(outcome.output.isEmpty)
            #expect(outcome.error.contains("not a terminal"))
        }
        let dumb = try home.terminal("demo", "--still", more: ["TERM": "dumb"])
        try expect(dumb.waitForEnd(), is: .exited(69))
        #expect(dumb.screen.text.contains("perchoir: "))
        expectGivenBack(dumb)
        #expect(try FileManager.default.contentsOfDirectory(atPath: home.temporaryFolder).isEmpty)
    }
}
