import Cells
import Expectations
import Glibc
import TestSupport
import Testing

@Suite("The terminal given back")
struct LeavingTests {
    /// The terminal is as it was before the program began.
    private func expectRestored(_ terminal: PseudoTerminal, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(terminal.modesAreRestored, sourceLocation: sourceLocation)
        #expect(!terminal.screen.isAlternate, sourceLocation: sourceLocation)
        #expect(terminal.screen.cursorIsVisible, sourceLocation: sourceLocation)
        #expect(terminal.screen.modes.isDisjoint(with: [1, 1000, 1002, 1006, 2004]), sourceLocation: sourceLocation)
        #expect(terminal.screen.violations == [], sourceLocation: sourceLocation)
    }

    @Test("q", arguments: ["xterm-256color", "tmux-256color", "screen", "vt100", "linux"])
    func quit(term: String) throws {
        let terminal = try Probe.ready(term: term)
        terminal.type("q")
        let ending = try terminal.waitForEnd()
        expect(ending, is: .exited(0))
        expectRestored(terminal)
    }

    @Test(
        "signals that ask to end: the status says so",
        arguments: [
            SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGXCPU, SIGVTALRM, SIGPROF, SIGPOLL, SIGPWR,
            SIGSTKFLT, SIGSYS,
        ])
    func ending(signal: Int32) throws {
        let terminal = try Probe.ready()
        terminal.send(signal: signal)
        let ending = try terminal.waitForEnd()
        expect(ending, is: .killed(bySignal: signal))
        expectRestored(terminal)
    }

    @Test(
        "a terminal that does not read: the signal ends the program all the same, and the terminal is given back",
        arguments: [SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGSEGV])
    func unreadTerminal(signal: Int32) throws {
        let terminal = try Probe.ready()
        // Given more pictures than any terminal holds for who does not read
        terminal.type("F")
        terminal.send(signal: signal)
        // Then what is left of them is dropped, and when the terminal is read again it is as it was
        let ending = try terminal.waitForEndUnread()
        expect(ending, is: .killed(bySignal: signal))
        #expect(terminal.modesAreRestored)
        try terminal.wait(for: "the terminal given back") {
            !$0.isAlternate && $0.cursorIsVisible && $0.modes.isDisjoint(with: [1, 1000, 1002, 1006, 2004])
        }
    }

    @Test("a terminal that is read late gets every picture whole")
    func lateReader() throws {
        let terminal = try Probe.ready()
        terminal.type("Fj")
        try terminal.wait(forText: "character j")
        expect(terminal.screen.rows[0], is: "READY 80x24")
        terminal.type("q")
        try expect(terminal.waitForEnd(), is: .exited(0))
        expectRestored(terminal)
    }

    @Test("a signal that asks to end comes before all that is typed ahead")
    func typedAhead() throws {
        let terminal = try Probe.ready()
        // Given keys that are all there at once, of which the first brings the signal
        terminal.send(signal: SIGSTOP)
        terminal.type("K" + String(repeating: "j", count: 3000))
        terminal.send(signal: SIGCONT)
        try expect(terminal.waitForEnd(), is: .killed(bySignal: SIGTERM))
        // Then few of them are obeyed after it
        let said = try #require(terminal.screen.text.firstMatch(of: /events=(\d+)/))
        #expect(try #require(Int(said.1)) < 1000)
    }

    /// A shell with job control that starts the probe in the background and waits until it is stopped.
    private func inBackground(_ rest: String) throws -> PseudoTerminal {
        let script = """
            "\(Probe.path)" 100 & job=$!
            until grep -q '^State:.T' /proc/$job/status; do :; done
            \(rest)
            """
        return try PseudoTerminal(
            running: "/bin/bash", arguments: ["--norc", "-mc", script],
            environment: ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"])
    }

    @Test("started in the background it waits there, taking nothing, and a signal ends it")
    func background() throws {
        // The shell tells of the stop before it tells of the end.
        let terminal = try inBackground(
            "kill -TERM $job; kill -CONT $job; until [ \"$s\" = 143 ]; do wait $job; s=$?; done; echo ended $s")
        try terminal.wait(forText: "ended 143")
        try terminal.waitForEnd()
        #expect(!terminal.screen.isAlternate && terminal.modesAreRestored)
    }

    @Test("brought to the foreground it begins")
    func foreground() throws {
        let terminal = try inBackground("fg %1 > /dev/null; echo ended $?")
        try terminal.wait(forText: "1/100 none")
        terminal.type("q")
        try terminal.wait(forText: "ended 0")
        try terminal.waitForEnd()
        expectRestored(terminal)
    }

    @Test("crashes: the terminal comes back, the status is the crash's", arguments: [("S", SIGSEGV), ("A", SIGABRT)])
    func crash(key: String, signal: Int32) throws {
        let terminal = try Probe.ready()
        terminal.type(key)
        let ending = try terminal.waitForEnd()
        expect(ending, is: .killed(bySignal: signal))
        expectRestored(terminal)
    }

    @Test("a Swift trap: its message stands on the terminal afterwards")
    func trap() throws {
        let terminal = try Probe.ready(size: Size(width: 120, height: 24))
        terminal.type("T")
        let ending = try terminal.waitForEnd()
        #expect([.killed(bySignal: SIGILL), .killed(bySignal: SIGTRAP)].contains(ending))
        expectRestored(terminal)
        #expect(terminal.screen.text.contains("out of range"))
    }

    @Test("signals of a crash from outside", arguments: [SIGBUS, SIGFPE, SIGILL, SIGTRAP])
    func crashSignals(signal: Int32) throws {
        let terminal = try Probe.ready()
        terminal.send(signal: signal)
        let ending = try terminal.waitForEnd()
        expect(ending, is: .killed(bySignal: signal))
        expectRestored(terminal)
    }

    @Test(
        "the terminal goes away: the program ends at once and does not spin",
        arguments: [false, true], ["", "\u{1B}", "\u{1B}[200~abc", "jjjjjjjj", "\u{1B}[<0;1"])
    func hangUp(ignoresHangUp: Bool, typedBefore: String) throws {
        let terminal = try Probe.ready(ignoresHangUp: ignoresHangUp)
        terminal.type(typedBefore)
        terminal.hangUp()
        let ending = try terminal.waitForEnd()
        #expect(ignoresHangUp ? ending == .exited(0) : ending != .exited(1))
        #expect(terminal.processorCentiseconds < 100)
    }

    @Test("a terminal that says it is larger than can be drawn is drawn in part", arguments: [40_000, 65_535])
    func tooLarge(columns: Int) throws {
        let terminal = try Probe.ready()
        terminal.resize(to: Size(width: columns, height: 3))
        try terminal.wait(forText: "READY 10000x3")
        terminal.type("q")
        try expect(terminal.waitForEnd(), is: .exited(0))
        let other = try Probe.start(size: Size(width: columns, height: 3))
        try expect(other.waitForEnd(), is: .exited(69))
        #expect(other.screen.text.contains("more than 10,000 columns"))
    }

    @Test("what was said to standard error is not lost and not on the screen")
    func standardError() throws {
        let terminal = try Probe.ready()
        terminal.type("Ej")
        try terminal.wait(forText: "character j")
        #expect(!terminal.screen.text.contains("said"))
        terminal.type("q")
        try terminal.waitForEnd()
        #expect(terminal.screen.text.contains("errors=said to standard error"))
    }

    @Test("^Z gives the shell its terminal, fg brings the picture back")
    func suspend() throws {
        let terminal = try PseudoTerminal(
            running: "/bin/sh", arguments: ["-i"],
            environment: ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "PS1": "ready> "])
        try terminal.wait(forText: "ready>")
        terminal.type("\(Probe.path) 100\n")
        try terminal.wait(forText: "1/100 none")
        let before = terminal.screen.rows.dropLast()
        terminal.type("\u{1A}")
        try terminal.wait(for: "the shell") { !$0.isAlternate && $0.rows.joined().hasSuffix("ready>") }
        #expect(terminal.screen.modes.isDisjoint(with: [1000, 2004]))
        terminal.type("fg\n")
        try terminal.wait(for: "the picture again") {
            $0.isAlternate && $0.rows.dropLast() == before && $0.modes.contains(2004)
        }
        terminal.type("j")
        try terminal.wait(forText: "character j")
        terminal.type("q")
        try terminal.wait(forText: "turns=")
        terminal.type("exit\n")
        let ending = try terminal.waitForEnd()
        expect(ending, is: .exited(0))
        expect(terminal.screen.violations, is: [])
    }

    @Test(
        "a program that has the terminal is stopped: the shell gets the terminal, fg brings the program back",
        arguments: [("read word", "\u{1A}"), ("kill -STOP $$; read word", "")])
    func programStopped(script: String, key: String) throws {
        let terminal = try PseudoTerminal(
            running: "/bin/sh", arguments: ["-i"],
            environment: ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "PS1": "ready> "])
        try terminal.wait(forText: "ready>")
        // Given a program that ends by SIGPIPE, which the reader ignores
        terminal.type("PROGRAM='echo begun; \(script); echo went on; kill -PIPE $$' \(Probe.path) 100\n")
        try terminal.wait(forText: "1/100 none")
        terminal.type("P")
        try terminal.wait(for: "the program") { !$0.isAlternate && $0.rows.contains { $0.hasPrefix("begun") } }
        // When it is stopped
        terminal.type(key)
        try terminal.wait(for: "the shell") { $0.rows.joined().hasSuffix("ready>") }
        // Then the shell brings it back, and after it the reader, which does not stop once more
        terminal.type("fg\n")
        try terminal.wait(forText: "ready> fg")
        terminal.type("word\n")
        try terminal.wait(forText: "1/100 killed(bySignal: 13)")
        terminal.type("j")
        try terminal.wait(forText: "character j")
        terminal.type("q")
        try terminal.wait(forText: "turns=")
        terminal.type("exit\n")
        let ending = try terminal.waitForEnd()
        expect(ending, is: .exited(0))
    }

    @Test(
        "what the terminal's keys signal to a program that has the terminal is not for the reader",
        arguments: ["\u{3}", "\u{1C}"])
    func programInterrupted(key: String) throws {
        // A signal may interrupt the reading of the word.
        let script = "trap 'echo caught' INT QUIT; echo begun; until read word; do :; done; exit 7"
        let terminal = try Probe.ready(more: ["PROGRAM": script])
        terminal.type("P")
        try terminal.wait(for: "the program") { !$0.isAlternate && $0.text.contains("begun") }
        terminal.type(key + "word\n")
        try terminal.wait(forText: "1/100 exited(7)")
        terminal.type("j")
        try terminal.wait(forText: "character j")
        terminal.type("q")
        let ending = try terminal.waitForEnd()
        expect(ending, is: .exited(0))
        expectRestored(terminal)
        // Then what it told the program is left on the screen, and the reader got P, j and q
        #expect(terminal.screen.text.contains("caught"))
        #expect(terminal.screen.text.contains("events=3"))
    }

    @Test("stopped and continued by others: the screen is taken again")
    func stoppedFromOutside() throws {
        let terminal = try Probe.ready()
        terminal.send(signal: SIGSTOP)
        terminal.send(signal: SIGCONT)
        try terminal.wait(forText: "resumed")
        try terminal.wait(for: "the picture") { $0.rows[0] == "READY 80x24" && $0.modes.contains(2004) }
        terminal.type("q")
        let ending = try terminal.waitForEnd()
        expect(ending, is: .exited(0))
        expectRestored(terminal)
    }

    @Test("a session leader cannot be stopped: ^Z comes back at once")
    func suspendWithoutShell() throws {
        let terminal = try Probe.ready()
        terminal.type("\u{1A}")
        try terminal.wait(forText: "resumed")
        expect(terminal.screen.rows[0], is: "READY 80x24")
    }

    // MARK: Refused

    @Test(
        "no usable terminal: a sentence, status 69, modes untouched",
        arguments: [
            ("dumb", "place the cursor"), ("", "TERM is not set"), ("no-such-terminal", "no terminfo entry"),
            ("unknown", "no terminfo entry"),
        ])
    func refused(term: String, message: String) throws {
        let terminal = try Probe.start(term: term, size: Size(width: 200, height: 24))
        let ending = try terminal.waitForEnd()
        expect(ending, is: .exited(69))
        #expect(terminal.screen.text.contains(message))
        #expect(terminal.modesAreRestored)
        expect(terminal.screen.violations, is: [])
    }

    @Test("a redirected stream: status 69", arguments: [PseudoTerminal.Stream.input, .output])
    func redirected(stream: PseudoTerminal.Stream) throws {
        let terminal = try Probe.start(detached: [stream])
        let ending = try terminal.waitForEnd()
        expect(ending, is: .exited(69))
        #expect(terminal.modesAreRestored && !terminal.screen.isAlternate)
    }
}
