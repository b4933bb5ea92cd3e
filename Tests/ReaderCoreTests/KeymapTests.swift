import Cells
import Expectations
import Testing
import Text
import TimelineModel

@testable import ReaderCore

/// The key tables, their spelling, and help.
@Suite struct KeymapTests {
    @Test(arguments: KeyContext.allCases) func noSequenceBeginsAnother(_ context: KeyContext) throws {
        let table = try #require(Keymap.standard.tables[context])
        for one in table.keys {
            for other in table.keys where one != other {
                #expect(!other.keys.starts(with: one.keys), "\(one.spelled) hides \(other.spelled)")
            }
        }
    }

    @Test func everySpellingOfTheStandardTablesIsUsedOnce() {
        // A spelling that stands in two rows of a table would silently lose the first.
        for rows in [Keymap.listRows, Keymap.postRows, Keymap.threadRows, Keymap.overlayRows] {
            let spellings = rows.flatMap { $0.0.split(separator: " ") }
            expect(spellings.count, is: Set(spellings).count)
            for spelling in spellings { #expect(KeySequence(spelled: String(spelling)) != nil, "\(spelling)") }
        }
    }

    @Test(arguments: [
        "j", "gg", "g/", "^D", "Space", "Enter", "Esc", "Tab", "S-Tab", "Up", "PgDn", "F5", "F12", "M-x", "é", "\"",
        "^",
        "F", "gF", "Del", "Backspace", "-", "=",
    ])
    func sequencesAreReadBackAsTheyAreSpelled(_ spelled: String) throws {
        let sequence = try #require(KeySequence(spelled: spelled))
        expect(sequence.spelled.string, is: spelled)
    }

    @Test(arguments: ["", "abc", "ggg", "Spacexy"]) func whatNamesNoKeyIsRefused(_ spelled: String) {
        expect(KeySequence(spelled: spelled), is: nil)
    }

    /// Rebinds in lists; answers the messages.
    private func rebind(_ keymap: inout Keymap, _ bindings: (Command, [String])...) -> [String] {
        let wanted = bindings.map { Keymap.Binding($0.0, $0.1.compactMap(KeySequence.init(spelled:))) }
        return keymap.rebind(wanted, in: .list).map(\.message.string)
    }

    @Test func rebindingSaysWhoLosesHisLastKey() throws {
        var keymap = Keymap.standard
        expect(
            rebind(&keymap, (.toggleStar, ["m"])), is: ["m is now toggle-star, no longer toggle-read"])
        expect(keymap.meaning(of: [.character("m")], in: .list), is: .command(.toggleStar))
        #expect(keymap.sequences(for: .toggleRead, in: .list).isEmpty)
        expect(
            rebind(&keymap, (.undo, ["Fx"]), (.redo, ["F"])),
            is: ["F (redo) and Fx (undo) begin alike; undo lost Fx"])
        expect(rebind(&keymap, (.undo, [])), is: [])
    }

    @Test func aKeyThatIsNotTheLastGoesOverWithoutAWord() {
        var keymap = Keymap.standard
        expect(rebind(&keymap, (.quit, ["q"])), is: [])
        expect(keymap.meaning(of: [.character("q")], in: .list), is: .command(.quit))
        expect(keymap.meaning(of: [.escape], in: .list), is: .command(.back))
    }

    @Test func twoActionsChangeTheirKeysInEitherOrder() {
        for swapped in [false, true] {
            var keymap = Keymap.standard
            let bindings: [(Command, [String])] = [(.undo, ["m"]), (.toggleRead, ["u"])]
            let (first, second) = swapped ? (bindings[1], bindings[0]) : (bindings[0], bindings[1])
            expect(rebind(&keymap, first, second), is: [])
            expect(keymap.meaning(of: [.character("m")], in: .list), is: .command(.undo))
            expect(keymap.meaning(of: [.character("u")], in: .list), is: .command(.toggleRead))
        }
    }

    @Test func ofTwoBindingsOfOneKeyTheLaterWins() {
        var keymap = Keymap.standard
        expect(
            rebind(&keymap, (.undo, ["F5"]), (.redo, ["F5"])), is: ["F5 is now redo, no longer undo"])
        expect(keymap.meaning(of: [.function(5)], in: .list), is: .command(.redo))
    }

    @Test func hintsAndHelpShowTheUsersOwnKeys() throws {
        var robot = Robot(Sample.mockUp())
        let sequence = try #require(KeySequence(spelled: "F5"))
        _ = robot.state.keymap.rebind([Keymap.Binding(.advance, [sequence])], in: .list)
        #expect(robot.footer.contains("F5 next"))
        robot.press("?")
        #expect(robot.screen.contains("F5"))
    }

    @Test func aKeyWithoutMeaningSaysSo() {
        var robot = Robot(Sample.store(3))
        #expect(robot.effects { $0.press("F9") }.isEmpty)
        #expect(robot.footer.contains("F9 does nothing here · ? help"))
        robot.press("g")
        #expect(robot.footer.contains("g …"))
        robot.press("Esc")
        #expect(robot.state.pendingKeys.isEmpty)
        expect(robot.state.notice, is: nil)
        robot.press("gj")
        expect(robot.selected, is: "p0")
        #expect(robot.footer.contains("gj does nothing here"))
    }

    @Test func helpListsEveryBoundCommandOnce() {
        let listed = HelpTable.lines(.standard).map(\.command)
        expect(listed.count, is: Set(listed).count)
        for command in Command.allCases {
            let isBound = KeyContext.allCases.contains { !Keymap.standard.sequences(for: command, in: $0).isEmpty }
            expect(listed.contains(command), is: isBound, "\(command.rawValue)")
            #expect(!command.summary.isEmpty)
        }
    }

    @Test func helpSaysWhereAKeyDiffers() throws {
        func keys(_ command: Command, _ keymap: Keymap = .standard) -> String? {
            HelpTable.lines(keymap).first { $0.command == command }?.keys.string
        }
        expect(keys(.toggleStar), is: "s")
        expect(keys(.openLink), is: "o  (text: o Enter)")
        expect(keys(.refreshPane), is: ".  (thread: . R)")
        expect(keys(.pageUp), is: "PgUp ^B  (lists: PgUp)")
        var own = Keymap.standard
        let sequence = try #require(KeySequence(spelled: "F5"))
        for context in [KeyContext.list, .post, .overlay] {
            _ = own.rebind([Keymap.Binding(.toggleStar, [])], in: context)
        }
        _ = own.rebind([Keymap.Binding(.toggleStar, [sequence])], in: .thread)
        expect(keys(.toggleStar, own), is: "(thread: F5)")
    }

    @Test func messagesNameTheUsersOwnKeys() throws {
        var robot = Robot()
        for (command, spelling) in [(Command.search, "F3"), (.addSource, "F4"), (.open, "F6"), (.copyLink, "F7")] {
            let sequence = try #require(KeySequence(spelled: spelling))
            let binding = Keymap.Binding(command, [sequence])
            for context in KeyContext.allCases { _ = robot.state.keymap.rebind([binding], in: context) }
        }
        robot.send(.inputArrived(.paste("text")))
        #expect(robot.footer.contains("press F3 or F4 first"))
        _ = robot.state.perform(.nextMatch)
        #expect(robot.footer.contains("No search · F3 begins one"))
        robot.press("S")
        #expect(robot.screen.contains("No source yet · F4 adds one"))
        robot.press("Esc")
        robot.press("F4")
        robot.type("lemonde.fr")
        robot.press("Enter")
        robot.send(
            .sourcesOffered(
                "news", [Offer(address: Sample.lemonde), Offer(address: Sample.aubry)],
                generation: robot.state.generation))
        #expect(robot.screen.contains("F6 adds one"))
        robot.state.overlays = [Overlay(.links([]))]
        #expect(robot.screen.contains("F6 opens · F7 copies"))
    }

    @Test func everyCommandIsBoundButTheMatchThatNextUnreadStandsFor() {
        let unbound = Command.allCases.filter { command in
            KeyContext.allCases.allSatisfy { Keymap.standard.sequences(for: command, in: $0).isEmpty }
        }
        expect(unbound, is: [.nextMatch])
    }

    @Test func helpNarrowsAsOneTypesWithoutRegardToCaseAndAccents() {
        var robot = Robot(Sample.store(3))
        robot.press("?")
        robot.type("UNDO")
        #expect(robot.screen.contains("undo marking") && !robot.screen.contains("half a page"))
        robot.press("Esc")
        #expect(robot.screen.contains("half a page"), "the first Esc shows all again")
        robot.type("zzz")
        #expect(robot.screen.contains("No key for that."))
        robot.press("Backspace", "Backspace", "Backspace", "Backspace", "Esc")
        #expect(robot.state.overlays.isEmpty)
    }

    @Test func listsOverThePanesStayWithinTheirRows() {
        var robot = Robot(Sample.mockUp())
        for opening in ["?", "S", "E", "i", "L"] {
            robot.press("3", opening)
            for _ in 0..<60 { robot.press("PgDn", "Down") }
            let overlay = robot.state.overlays.last
            #expect((overlay?.row ?? 0) <= max(0, robot.state.overlayRowCount() - 1))
            robot.resize(200, 60)
            robot.send(.healthLoaded([]))
            for _ in 0..<60 { robot.press("Up") }
            expect((robot.state.overlays.last?.row ?? 0), is: 0)
            robot.resize(80, 24)
            while !robot.state.overlays.isEmpty { robot.press("Esc") }
            robot.send(.healthLoaded(robot.store.health))
        }
    }
}
