import Cells
import Foundation
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
        // The panes come one after the other, the focused one first; a narrow screen has that one alone.
        let firstOfEach = size.width < 120 ? ["Léa"] : ["Léa", "Cabinet Aubry", "Radio Estua"]
        try terminal.wait(for: "the panes") { screen in
            screen.rows[0].contains("3 news") && screen.standsOnSelection
                && firstOfEach.allSatisfy(screen.text.contains)
        }
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
            let header = screen.rows[0].map { $0 == "[" || $0 == "]" ? " " : $0 }
            let words = String(header).split(separator: " ").joined(separator: " ") + " "
            return words.contains("\(persona) \(count) ")
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

    /// Waits until everything typed before is done and drawn: a key without a meaning is answered after it. A mark that
    /// is confirmed only then takes the answer's place; the key is typed again.
    func settle() throws {
        var key = footer.contains("$ does nothing") ? "%" : "$"
        while true {
            let before = footer
            var isAnswered = false
            try type(key, then: "the answer") { screen in
                let footer = screen.rows.last ?? ""
                isAnswered = footer.contains("\(key) does nothing here") && screen.standsOnSelection
                return isAnswered || (footer != before && footer.contains("undoes"))
            }
            if isAnswered { return }
            key = key == "$" ? "%" : "$"
        }
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
