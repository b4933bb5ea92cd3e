import Cells
import Expectations
import Testing
import Text
import TimelineModel

@testable import ReaderCore

/// Panes, their places on the screen, the mouse, and leaving.
@Suite struct PaneTests {
    @Test func aPersonaThatIsCalledSomethingElseIsStillTheOneThatIsRead() {
        var robot = Robot(Sample.mockUp())
        robot.press("2")
        var personas = Sample.personas
        personas[1].id = "veille"
        robot.send(.settingsChanged(ReaderSettings(personas: personas)))
        expect(robot.pane.persona.id, is: "veille")
    }

    @Test func changingThePaneSavesWhereTheReaderStood() {
        var robot = Robot(Sample.mockUp(), size: Size(width: 120, height: 40))
        robot.press("1", "j")
        let place = robot.pane.selection
        let effects = robot.effects { $0.press("Tab") }
        expect(robot.state.focus, is: 1)
        #expect(
            effects.contains {
                if case .savePosition(.persona("main"), let key, _, _) = $0 { key == place?.key } else { false }
            })
        #expect(effects.contains(.saveLayout(robot.state.layout, focus: "pro")))
        robot.press("S-Tab", "h")
        expect(robot.state.focus, is: 2)
        for key in ["&", "é", "\""] { robot.type(key) }
        expect(robot.state.focus, is: 2)
        robot.press("é", "9")
        expect(robot.state.focus, is: 1)
        #expect(robot.footer.contains("No persona has the key 9"))
    }

    @Test func leavingSavesEveryPlaceOnceAndEnds() {
        var robot = Robot(Sample.mockUp())
        let effects = robot.effects { $0.press("Q") }
        expect(effects.last, is: .end)
        expect(effects.count { if case .savePosition = $0 { true } else { false } }, is: 3)
        expect(effects.count { if case .saveLayout = $0 { true } else { false } }, is: 1)
        #expect(
            robot.effects {
                $0.send(.inputArrived(.hangUp)); $0.press("Q", "j")
            }.isEmpty)
    }

    @Test func whoDoesNotMoveTakesNoPositionBack() {
        // Given positions of a run before
        var store = Sample.mockUp()
        for (persona, entries) in store.timelines {
            store.positions[persona] = entries.first?.key
            store.seenNewest[persona] = entries.first?.key
        }
        var robot = Robot(store)
        // When nothing is moved, or only one pane is
        func saved(_ robot: inout Robot, _ keys: String...) -> [Pane] {
            robot.effects { robot in for key in keys { robot.press(key) } }
                .compactMap { if case .savePosition(let pane, _, _, _) = $0 { pane } else { nil } }
        }
        expect(saved(&robot, "2", "1", "^Z"), is: [])
        expect(saved(&robot, "j", "2"), is: [.persona("main")])
        expect(saved(&robot, "Q"), is: [])
    }

    @Test func whatCameAndWasSeenIsKeptWithoutThePosition() {
        var store = Sample.store(3)
        store.positions["main"] = Sample.row(3)[0].key
        store.seenNewest["main"] = Sample.row(3)[0].key
        var robot = Robot(store)
        let new = Sample.post("new", at: Sample.now.adding(seconds: 60))
        robot.arrive([new], in: "main")
        robot.press("k", "j")
        let effects = robot.effects { $0.press("Q") }
        #expect(effects.contains(.saveSeen(.persona("main"), new.key)))
        expect(effects.count { if case .savePosition(.persona("main"), _, _, _) = $0 { true } else { false } }, is: 0)
    }

    @Test func losingTheTerminalLeavesLikeQuitting() {
        var robot = Robot(Sample.mockUp())
        robot.press("/")
        expect(robot.effects { $0.send(.inputArrived(.hangUp)) }.last, is: .end)
    }

    @Test func aClickSelectsAndAClickOnATabGoesThere() {
        var robot = Robot(Sample.mockUp(), size: Size(width: 120, height: 40))
        robot.send(.inputArrived(.click(Point(x: 85, y: 5))))
        expect(robot.state.focus, is: 2)
        expect(robot.selected, is: "info")
        robot.send(.inputArrived(.click(Point(x: 3, y: 0))))
        expect(robot.state.focus, is: 0)
    }

    @Test func aClickHitsTheTabThatIsDrawnThere() {
        let personas = (1...9).map { Persona(id: PersonaID("persona\($0)"), key: $0) }
        for width in [40, 60, 80, 100, 130] {
            for focus in 0..<9 {
                var state = State(size: Size(width: width, height: 20), personas: personas, now: Sample.now)
                state.focus = focus
                let line = view(state).surface.textGrid()[0]
                #expect(line.contains("[\(focus + 1) persona\(focus + 1) 0]"), "the focused tab is whole: \(line)")
                for (x, character) in line.enumerated() {
                    if let digit = character.wholeNumberValue, digit > 0 {
                        expect(HeaderView.pane(atColumn: x, state), is: digit - 1, "\(line)")
                    }
                }
            }
        }
    }

    @Test func theSplitMovesAndIsRememberedWithinWhatFits() {
        var robot = Robot(Sample.store(30))
        let before = robot.state.plan.text?.height ?? 0
        robot.press("=")
        expect(robot.state.plan.text?.height, is: before + 2)
        for _ in 0..<40 { robot.press("=") }
        let most = robot.state.plan.text?.height ?? 0
        robot.press("-")
        expect(robot.state.plan.text?.height, is: most - 2, "no key press is stored up beyond the end")
        for _ in 0..<40 { robot.press("-") }
        #expect((robot.state.plan.text?.height ?? 0) >= 4)
    }

    @Test func besideTheListTheSplitMovesToo() {
        var robot = Robot(Sample.store(30), size: Size(width: 120, height: 30))
        robot.press("=")
        #expect(robot.footer.contains("z shows it"), "\(robot.footer)")
        robot.press("Enter")
        let before = robot.state.plan.text?.width ?? 0
        robot.press("=")
        expect(robot.state.plan.text?.width, is: before + 4)
        for _ in 0..<40 { robot.press("=") }
        expect(robot.state.plan.panes.first?.list.width, is: ScreenPlan.leastPaneWidth)
        for _ in 0..<40 { robot.press("-") }
        expect(robot.state.plan.text?.width, is: ScreenPlan.leastPaneWidth)
        robot.press("=")
        expect(robot.state.plan.text?.width, is: ScreenPlan.leastPaneWidth + 4, "no key press is stored up")
        robot.resize(100, 30)
        #expect((robot.state.plan.text?.width ?? 0) >= ScreenPlan.leastPaneWidth)
    }

    @Test func howItLooksAndWhatKeysDoFollowTheConfiguration() {
        var robot = Robot(Sample.store(30))
        robot.press("g")
        var theme = Theme.plain
        theme.name = "other"
        var keymap = Keymap.standard
        _ = keymap.rebind([Keymap.Binding(.search, [KeySequence(spelled: "f")!])], in: .list)
        let options = Options(markRead: .manual, confirms: false)
        robot.send(
            .settingsChanged(
                ReaderSettings(personas: Sample.personas, options: options, theme: theme, keymap: keymap)))
        expect(robot.state.theme, is: theme)
        robot.press("Enter")
        expect(robot.pane.counts.unread, is: 30, "opening marks nothing any more")
        robot.press("q", "f")
        #expect(robot.state.prompt != nil, "the new key, and not the second of a sequence")
    }

    @Test func aReaderWithoutAKeyToQuitCanBeLeft() {
        var robot = Robot(Sample.store(3))
        _ = robot.state.keymap.rebind([Keymap.Binding(.quit, [])], in: .list)
        robot.press("q")
        #expect(robot.footer.contains("^C quits"), "\(robot.footer)")
        robot.press("^C")
        #expect(robot.state.isEnding)
    }

    @Test func moreRowsShowWhatStoodAboveTheEnd() {
        var robot = Robot(Sample.store(60), size: Size(width: 80, height: 14))
        robot.press("G")
        robot.resize(80, 15)
        for height in [24, 60, 40] {
            robot.resize(80, height)
            let rows = robot.lines[2..<(robot.state.plan.panes[0].list.maxY)]
            #expect(rows.allSatisfy { !$0.allSatisfy { $0 == " " } }, "\(height): \(robot.screen)")
            expect(robot.selected, is: "p59")
        }
        robot.press("z", "z")
        robot.resize(120, 40)
        robot.press("z", "z")
        let list = robot.state.plan.panes[0].list
        let empty = robot.lines[list.y..<list.maxY].suffix(4).count { $0.prefix(30).allSatisfy { $0 == " " } }
        #expect(empty < 4, "\(robot.screen)")
    }

    @Test func underSixteenRowsOnlyTheIndexShowsUntilEnter() {
        var robot = Robot(Sample.store(30), size: Size(width: 80, height: 15))
        expect(robot.state.plan.text, is: nil)
        robot.press("Enter")
        #expect(robot.screen.contains("Text number 0."))
        for _ in 0..<29 { robot.press("J") }
        robot.press("q")
        #expect(robot.lines.contains { $0.hasPrefix("▌") }, "the selection is on the screen again")
    }

    @Test func whatIsNewerThanAllThatWasSeenCountsUntilItIsSeenOrRead() {
        var robot = Robot(Sample.store(30), size: Size(width: 80, height: 14))
        robot.press("j")
        robot.arrive(
            [Sample.post("a", at: Sample.now), Sample.post("b", at: Sample.now.adding(seconds: 1))], in: "main")
        #expect(robot.lines[1].contains("↑ 2 new"))
        robot.press("gg")
        expect(robot.selected, is: "b")
        #expect(!robot.lines[1].contains("new"))
        robot.press("j", "j")
        robot.arrive([Sample.post("c", at: Sample.now.adding(seconds: 9))], in: "main")
        robot.press("A", "y")
        #expect(!robot.lines[1].contains("new"), "what was marked read is not new")
    }

    @Test func aTitleThatFillsTheLinesOfARowSaysThatATextFollows() {
        var store = FakeStore()
        let title = SafeText(sanitizing: String(repeating: "words ", count: 60))
        store.add(
            [Sample.post("long", at: Sample.now) { ($0.title, $0.excerpt) = (title, "What follows") }], to: "main")
        let robot = Robot(store, size: Size(width: 120, height: 40))
        let rows = robot.lines.filter { $0.contains("words") }
        #expect(rows.last?.contains("…") == true, "\(robot.screen)")
        #expect(!robot.screen.prefix(120 * 12).contains("What follows"))
    }

    @Test func aPersonaThatGoesOrComesLeavesTheOthersInPlace() {
        var robot = Robot(Sample.mockUp())
        robot.press("2", "j")
        robot.send(.settingsChanged(ReaderSettings(personas: [Sample.news, Sample.pro])))
        expect(robot.state.focus, is: 1)
        expect(robot.selected, is: "caron")
        robot.send(.settingsChanged(ReaderSettings(personas: [Sample.news])))
        expect(robot.state.focus, is: 0)
        expect(robot.selected, is: "afp")
        robot.send(.settingsChanged(ReaderSettings(personas: [], hasSources: false)))
        robot.press("j", "Space", "Enter", "m", "A", "/", "Esc", "S", "q", "i", "U", "X", "<", "n", "Tab", "G", "gg")
        #expect(!robot.lines.isEmpty)
    }

    @Test func sourcesNarrowAPaneAndBackWidensIt() {
        var robot = Robot(Sample.mockUp())
        robot.store.carriers[Sample.id("monde")] = Sample.lemonde.id
        robot.press("3", "S", "j", "Enter")
        expect(robot.pane.filter.source, is: Sample.lemonde.id)
        expect(robot.pane.entries.count, is: 1)
        expect(robot.selected, is: "monde")
        robot.press("q")
        expect(robot.pane.filter, is: PaneFilter())
        expect(robot.selected, is: "monde")
    }

    @Test(arguments: ScreenTests.all)
    func aHighlightedPostHasASignThatIsNoColour(_ size: Size) {
        // Given, in each density, a highlighted post below another
        var store = FakeStore()
        for persona in Sample.personas {
            store.add(
                [
                    Sample.post("usual", at: Sample.clock("14:00"), by: "Ana"),
                    Sample.post("marked", at: Sample.clock("13:00"), by: "Zoé") {
                        $0.verdict = Verdict(.highlighted, rule: "JO")
                        $0.isStarred = persona.key == 1
                    },
                ], to: persona.id)
        }
        for zooms in [false, true] {
            var robot = Robot(store, size: size)
            for persona in Sample.personas {
                robot.press("\(persona.key)")
                if zooms != robot.state.layout.isZoomed, size.width >= 100 { robot.press("z") }
                let panes = robot.state.plan.panes.count
                expect(robot.screen.count { $0 == "◆" }, is: panes, "\(robot.screen)")
                // And it stays on the selected row
                robot.press("G")
                expect(robot.selected, is: "marked")
                expect(robot.screen.count { $0 == "◆" }, is: panes, "\(robot.screen)")
                if persona.key == 1 { #expect(robot.screen.contains("◆ ★"), "\(robot.screen)") }
            }
        }
    }

    @Test(arguments: ScreenTests.all)
    func namesStandInOneColumnWhateverStandsBeforeThem(_ size: Size) {
        // Given times of every length, and posts that are marked in every way
        var store = FakeStore()
        store.add(
            [
                Sample.post("today", at: Sample.clock("14:00"), by: "Zoé"),
                Sample.post("starred", at: Sample.clock("13:00"), by: "Zoé") { $0.isStarred = true },
                Sample.post("marked", at: Sample.clock("12:00"), by: "Zoé") { $0.verdict = Verdict(.highlighted) },
                Sample.post("week", at: Sample.time("2026-11-09T09:00:00Z"), by: "Zoé"),
                Sample.post("month", at: Sample.time("2026-10-29T09:00:00Z"), by: "Zoé"),
                Sample.post("year", at: Sample.time("2025-10-29T09:00:00Z"), by: "Zoé"),
            ], to: "news")
        for zooms in [false, true] {
            var robot = Robot(store, size: size)
            robot.press("3")
            if zooms { robot.press("z") }
            guard let list = robot.state.plan.panes.last?.list else { continue }
            // Then
            let rows = robot.lines.map { Array($0) }.filter { $0.count > list.x }.map { $0[list.x...] }
            let columns = rows.compactMap { row in row.indices.first { row[$0...].starts(with: "Zoé") } }
            #expect(columns.count >= 6, "\(robot.screen)")
            expect(Set(columns.prefix(6)).count, is: 1, "\(robot.screen)")
        }
    }
}
