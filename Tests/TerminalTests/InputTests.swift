import Cells
import Expectations
import Glibc
import TestSupport
import Testing

@Suite("Input from a terminal")
struct InputTests {
    @Test(
        "keys arrive as what they are",
        arguments: [
            ("é", "character é"), ("日", "character 日"), ("“", "character “"), ("e\u{301}", "character e\u{301}"),
            ("\u{1B}[A", "key up"), ("\u{1B}OA", "key up"), ("\u{1B}[5~", "key pageUp"),
            ("\u{1B}OP", "key function(1)"),
            ("\r", "key enter"), ("\u{7F}", "key backspace"), ("\u{1B}", "key escape"), ("\u{1B}x", "alt x"),
            ("\u{1B}[Z", "key backTab"), ("\u{11}", "control q"), ("\u{13}", "control s"), ("\u{3}", "control c"),
            ("\u{1C}\u{1B}[1;5Bx", "character x"),
        ])
    func keys(typed: String, expected: String) throws {
        let terminal = try Probe.ready()
        terminal.type(typed)
        try terminal.wait(forText: expected)
    }

    @Test("a non-UTF-8 locale reads UTF-8 keys all the same")
    func keysInC() throws {
        let terminal = try Probe.ready(locale: "C")
        terminal.type("é")
        try terminal.wait(forText: "character e")
    }

    @Test("a bracketed paste is one event", arguments: ["xterm-256color", "tmux-256color", "screen"])
    func paste(term: String) throws {
        let terminal = try Probe.ready(term: term)
        terminal.type("\u{1B}[200~q\rune ligne\u{1B}[201~")
        try terminal.wait(forText: "paste q⏎une ligne")
    }

    @Test("a paste whose end is lost is delivered, and keys work again")
    func lostEnd() throws {
        let terminal = try Probe.ready()
        terminal.type("\u{1B}[200~abc")
        try terminal.wait(forText: "paste abc")
        terminal.type("j")
        try terminal.wait(forText: "character j")
    }

    @Test("a mouse report that is cut off holds up nothing", arguments: ["xterm-256color", "tmux-256color"])
    func cutReport(term: String) throws {
        let terminal = try Probe.ready(term: term)
        terminal.type("\u{1B}[<0;1")
        terminal.send(signal: SIGINT)
        try terminal.wait(forText: "interrupt")
        terminal.send(signal: SIGTERM)
        try expect(terminal.waitForEnd(), is: .killed(bySignal: SIGTERM))
    }

    @Test("clicks and the wheel, in the terminal's own report form", arguments: ["xterm-256color", "tmux-256color"])
    func mouse(term: String) throws {
        let terminal = try Probe.ready(term: term)
        #expect(terminal.screen.modes.contains(1000))
        func report(_ button: Int, _ x: Int, _ y: Int) -> [UInt8] {
            terminal.screen.modes.contains(1006)
                ? Array("\u{1B}[<\(button);\(x + 1);\(y + 1)M".utf8)
                : Array("\u{1B}[M".utf8) + [UInt8(32 + button), UInt8(33 + x), UInt8(33 + y)]
        }
        terminal.type(report(0, 11, 7))
        try terminal.wait(forText: "click 11 7")
        terminal.type(report(64, 11, 8))
        try terminal.wait(forText: "wheel -3 11 8")
        terminal.type(report(65, 12, 8))
        try terminal.wait(forText: "wheel 3 12 8")
    }

    @Test("keys typed ahead by the thousand come whole, each once")
    func typedAhead() throws {
        let terminal = try Probe.ready()
        terminal.send(signal: SIGSTOP)
        // é is two bytes, the sequence after it nothing that the reader knows.
        terminal.type(String(repeating: "é\u{1B}[5n\u{1B}[A", count: 350) + "j")
        terminal.send(signal: SIGCONT)
        try terminal.wait(forText: "character j")
        terminal.type("q")
        try terminal.waitForEnd()
        // Then beside them there is the end of the stop, and q
        #expect(terminal.screen.text.contains("events=703"))
    }

    @Test("SIGINT from outside is an event, not an end")
    func interrupt() throws {
        let terminal = try Probe.ready()
        terminal.send(signal: SIGINT)
        try terminal.wait(forText: "interrupt")
    }
}
