import Cells
import Expectations
import TestSupport
import Testing
import Text
import TimelineModel

@testable import ReaderCore

/// Random posts and random keys: nothing that arrives moves what the reader looks at, and no size or key brings the
/// reader down. Each seed is a session of its own, so a failure names the one to run again.
@Suite struct StillnessTests {
    private static let keys = [
        "j", "j", "j", "k", "Space", "PgDn", "PgUp", "^D", "^U", "gg", "G", "n", "p", "m", "s", "x", "X", "U", "u",
        "^R",
        "<", ">", "Tab", "S-Tab", "1", "2", "3", "z", "Enter", "q", "J", "K", "=", "-", "o", "L", "?", "S", "E", "i",
        "Esc", "/", "A", "y", "e", "R", ".", "Backspace", "Down", "g", "t", "a", "H",
    ]

    private static func entry(_ name: String, using random: inout SeededRandom) -> TimelineEntry {
        let text = RandomPosts.text(1...40, using: &random)
        let moment = Sample.now.adding(seconds: -Int64.random(in: 0...40_000, using: &random))
        return Sample.post(name, at: moment, by: "Author", text, isRead: random.once(in: 3)) { post in
            if random.once(in: 6) { post.contentWarning = "CW" }
            if random.once(in: 6) { post.title = "A title" }
            if random.once(in: 8) { post.verdict = Verdict(.folded, rule: "rule") }
            if random.once(in: 8) { post.verdict = Verdict(.hidden, rule: "rule") }
            if random.once(in: 5) { post.link = "example.org" }
        }
    }

    private static func robot(_ seed: UInt64, using random: inout SeededRandom) -> Robot {
        var store = FakeStore()
        for persona in ["main", "pro", "news"] as [PersonaID] {
            let count = random.pick([0, 1, 5, 60, 500])
            let posts = (0..<count).map { entry("\(persona.name)\($0)", using: &random) }
            store.add(posts, to: persona)
            if let place = posts.last, random.once(in: 3) { store.add([Sample.gap(below: place)], to: persona) }
        }
        var personas = Sample.personas
        for index in personas.indices {
            personas[index].order = random.once(in: 2) ? .oldest : .newest
            personas[index].density = random.pick([.oneLine, .threeLines, .full])
        }
        return Robot(store, personas: personas, size: size(using: &random))
    }

    private static func size(using random: inout SeededRandom) -> Size {
        random.once(in: 4)
            ? Size(width: Int.random(in: 1...200, using: &random), height: Int.random(in: 1...60, using: &random))
            : random.pick([Size(width: 80, height: 24), Size(width: 120, height: 40), Size(width: 40, height: 12)])
    }

    /// What the reader sees of a pane's list: the entries, where they stand, which is selected.
    private static func sight(_ state: State, _ index: Int) -> [String] {
        guard let scroll = state.scroll(of: index), state.plan.arrangement != .tooSmall else { return [] }
        return scroll.visible().map { shown in
            let entry = scroll.pane.entries[shown.index]
            let mark = scroll.pane.selectedIndex == shown.index ? "> " : ""
            return "\(shown.row) \(mark)\(PaneState.Place(entry).id?.key ?? "gap")"
        }
    }

    @Test(arguments: 1...12) func whatArrivesDoesNotMoveWhatIsShown(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var robot = Self.robot(seed, using: &random)
        for round in 0..<10 {
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                let key = random.pick([
                    "j", "k", "PgDn", "PgUp", "Space", "n", "Tab", "m", "x", "z", "G", "gg", "U", "X", "^D",
                ])
                robot.press(key)
            }
            for index in robot.state.panes.indices {
                let persona = robot.state.panes[index].persona.id
                let before = Self.sight(robot.state, index)
                let isFilling = robot.state.panes[index].isFilling
                let posts = (0..<Int.random(in: 1...5, using: &random)).map {
                    Self.entry("\(persona.name)-r\(round)-\($0)", using: &random)
                }
                robot.arrive(posts, in: persona)
                // Rows that were empty may fill up; a pane that was empty fills until the reader moves in it.
                guard !before.isEmpty, !isFilling else { continue }
                let after = Self.sight(robot.state, index)
                expect(Array(after.prefix(before.count)), is: before, "seed \(seed), round \(round), \(persona.name)")
            }
        }
    }

    @Test func whatWasHeldBackComesWhenTheReaderMoves() {
        // Given a screen of posts and one that belongs between them
        var robot = Robot(Sample.store(30))
        let late = Sample.post("late", at: Sample.now.adding(seconds: -150))
        robot.arrive([late], in: "main")
        #expect(!robot.state.panes[0].entries.contains(late))
        #expect(robot.lines[0].contains("+1") && !robot.lines[0].contains("↑"), "it is announced, not as one above")
        // When the reader moves
        robot.press("j")
        // Then it is there, and the selection stands one row further down than before
        #expect(robot.state.panes[0].entries.contains(late))
        expect(robot.selected, is: "p1")
        expect(robot.state.selectedRow(of: 0), is: 1)
        #expect(!robot.lines[0].contains("↑"))
        // And gg fetches it where nothing else would move
        robot.press("gg")
        robot.arrive([Sample.post("later", at: Sample.now.adding(seconds: -100))], in: "main")
        robot.press("gg")
        expect(robot.state.panes[0].heldBack, is: [])
    }

    @Test func whatIsOpenOfAPostStaysOpenUnderItsNewName() {
        var store = FakeStore()
        let folded = Sample.post("folded", at: Sample.now) { $0.verdict = Verdict(.folded, rule: "no live tickers") }
        store.add([folded] + Sample.row(5), to: "main")
        var robot = Robot(store)
        robot.press("x")
        let lines = robot.lines
        #expect(!robot.screen.contains("folded: no live tickers"))
        guard case .post(var post) = folded else { return }
        robot.store.remove(post.id, from: "main")
        post.id = Sample.id("folded-new")
        robot.store.add([.post(post)], to: "main")
        robot.arrive([], in: "main")
        expect(robot.lines, is: lines)
    }

    @Test func postsThatAreRenamedStayWhereTheyAre() {
        var robot = Robot(Sample.store(60))
        robot.press("j", "j", "j")
        let (before, selected) = (robot.lines, robot.state.panes[0].selection)
        // When a feed calls all of its posts something else, at their old places
        for case .post(var post) in robot.store.timelines["main"] ?? [] {
            robot.store.remove(post.id, from: "main")
            post.id = Sample.id(post.id.key + "-new")
            robot.store.add([.post(post)], to: "main")
        }
        robot.arrive([], in: "main")
        expect(robot.lines, is: before)
        expect(robot.state.panes[0].heldBack, is: [])
        expect(robot.state.panes[0].selection?.key, is: selected?.key)
        expect(robot.selected, is: "p3-new")
    }

    @Test func whatWasHeldBackComesThoughAnAnswerIsUnderWay() {
        // Given a post that is held back, and a second change whose answer is still awaited
        var robot = Robot(Sample.store(30))
        let late = Sample.post("late", at: Sample.now.adding(seconds: -150))
        robot.arrive([late], in: "main")
        robot.holdsAnswers = true
        robot.arrive([], in: "main")
        // When the reader asks for what is new, and the answer comes then
        robot.press("gg")
        robot.release()
        // Then nothing is held back any more
        #expect(robot.state.panes[0].entries.contains(late))
        expect(robot.state.panes[0].heldBack, is: [])
    }

    @Test func whatFillsAGapIsNotHeldBack() {
        var store = FakeStore()
        let posts = Sample.row(10)
        store.add(posts + [Sample.gap(below: posts[2])], to: "main")
        var robot = Robot(store)
        robot.store.timelines["main"]?.removeAll { if case .gap = $0 { true } else { false } }
        robot.arrive([Sample.post("filled", at: Sample.now.adding(seconds: -210))], in: "main")
        expect(robot.pane.entries.count, is: 11)
    }

    /// From the side on which the reader stands or from which he came, and he reads on from there.
    @Test(arguments: [Persona.Order.newest, .oldest]) func aGapIsFilledFromTheReadersSide(
        _ order: Persona.Order
    ) throws {
        for (start, key) in [("gg", "j"), ("G", "k")] {
            // Given a reader who came to a gap
            let posts = Sample.row(10)
            let filled = [250, 260, 270, 280].map { Sample.post("f\($0)", at: Sample.now.adding(seconds: -$0)) }
            let gap = Gap(source: Sample.lemonde.id, key: Sample.key(below: posts[3]), newer: "9", older: "1")
            var store = FakeStore()
            store.add(posts + [.gap(gap)], to: "main")
            var robot = Robot(store, personas: [Persona(id: "main", key: 1, order: order)])
            robot.press(start)
            while robot.selected != nil { robot.press(key) }
            let isFromNewer = (key == "j") == (order == .newest)
            let beside = PaneState.Place(key: posts[isFromNewer ? 3 : 4].key, id: Sample.id(isFromNewer ? "p3" : "p4"))
            let row = robot.state.row(of: beside, in: 0)
            // When he asks for it, and two posts come next to where he was
            #expect(
                robot.effects { $0.press("Enter") }.contains(.fillGap(gap, from: isFromNewer ? .newer : .older)))
            let rest = Gap(
                source: gap.source, key: isFromNewer ? Sample.key(below: filled[1]) : gap.key,
                newer: isFromNewer ? "8" : "9",
                older: isFromNewer ? "1" : "2")
            robot.store.timelines["main"]?.removeAll { $0 == .gap(gap) }
            robot.arrive((isFromNewer ? filled.prefix(2) : filled.suffix(2)) + [.gap(rest)], in: "main")
            // Then he stands on the nearest of them, and what he has just read is where it was
            expect(robot.selected, is: (isFromNewer ? "f250" : "f280"), "\(order) \(key)")
            expect(robot.state.row(of: beside, in: 0), is: row, "\(order) \(key)")
            expect(robot.pane.entries.count, is: 13)
            expect(robot.pane.filling, is: nil)
        }
    }

    @Test func aLineOnOneSideOfAGapFillsItFromThere() {
        let posts = Sample.row(6)
        func line(below post: TimelineEntry, _ side: Gap.Side) -> TimelineEntry {
            .gap(Gap(source: Sample.lemonde.id, key: Sample.key(below: post), newer: "9", older: "1", side: side))
        }
        var store = FakeStore()
        store.add(posts + [line(below: posts[1], .newer), line(below: posts[3], .older)], to: "main")
        var robot = Robot(store)
        robot.press("j", "j", "j", "j", "j")
        let effects = robot.effects { $0.press("Enter", "k", "k", "k", "Enter") }
        let sides = effects.compactMap { if case .fillGap(_, let side) = $0 { side } else { nil } }
        expect(sides, is: [.older, .newer])
    }

    @Test func gapsOfTwoSourcesAtOnePostAreTwoLines() {
        let posts = Sample.row(4)
        var store = FakeStore()
        let gaps = [Sample.lemonde, Sample.aubry].map { Sample.gap(below: posts[1], of: $0.id) }
        store.add(posts + gaps, to: "main")
        for (start, key) in [("gg", "j"), ("G", "k")] {
            var robot = Robot(store)
            robot.press(start)
            var filled: Set<SourceID> = []
            for _ in 0..<5 {
                robot.press(key)
                for case .fillGap(let gap, _) in robot.effects(of: { $0.press("Enter", "Esc") }) {
                    filled.insert(gap.source)
                }
            }
            expect(filled, is: [Sample.lemonde.id, Sample.aubry.id])
            expect(robot.selected, is: key == "j" ? "p3" : "p0")
        }
    }

    @Test func aPaneThatWasEmptyFillsUpUntilTheReaderMoves() {
        var robot = Robot(Sample.store(0))
        robot.arrive(
            [Sample.post("a", at: Sample.clock("10:00")), Sample.post("c", at: Sample.clock("08:00"))], in: "main")
        robot.arrive([Sample.post("b", at: Sample.clock("09:00"))], in: "main")
        expect(robot.pane.entries.count, is: 3)
        expect(robot.selected, is: "a")
    }

    @Test(arguments: 1...8) func noSizeAndNoKeyBringsTheReaderDown(_ seed: UInt64) {
        var random = SeededRandom(seed: seed &+ 1000)
        var robot = Self.robot(seed, using: &random)
        var drawn: Drawn?
        for step in 0..<100 {
            if robot.state.isEnding { return }
            switch Int.random(in: 0..<12, using: &random) {
            case 0: robot.send(.inputArrived(.resize(Self.size(using: &random))))
            case 1:
                let persona = random.pick(robot.state.panes).persona.id
                robot.arrive([Self.entry("s\(step)", using: &random)], in: persona)
            case 2:
                let persona = random.pick(robot.state.panes).persona.id
                if case .post(let post)? = robot.store.timelines[persona]?.randomElement(using: &random) {
                    robot.store.remove(post.id, from: persona)
                    robot.send(.timelinesChanged([.persona(persona): robot.store.counts(persona)]))
                }
            case 3:
                let point = Point(
                    x: Int.random(in: -1...200, using: &random), y: Int.random(in: -1...60, using: &random))
                robot.send(.inputArrived(random.once(in: 2) ? .click(point) : .wheel(random.pick([-3, 3]), at: point)))
            case 4: robot.send(.inputArrived(.paste(RandomPosts.text(using: &random))))
            default: robot.press(random.pick(Self.keys))
            }
            let frame = view(robot.state)
            expect(frame.surface.size, is: robot.state.size)
            expect(view(robot.state, after: drawn), is: frame, "seed \(seed) step \(step): what was taken over differs")
            drawn = Drawn(state: robot.state, frame: frame)
            Self.holds(robot.state, frame, "seed \(seed) step \(step)")
        }
    }

    /// The selection is on the screen, the cursor too, and both the window and the text are within their bounds.
    private static func holds(_ state: State, _ frame: Frame, _ place: String) {
        if let cursor = frame.cursor { #expect(Rect(state.size).contains(cursor), "\(place)") }
        for plan in state.plan.panes where plan.list.height > 0 {
            let pane = state.panes[plan.index]
            guard let selected = pane.selectedIndex, let scroll = state.scroll(of: plan.index) else { continue }
            #expect(scroll.visible().contains { $0.index == selected }, "\(place): the selection is out of sight")
            let keys = pane.entries.map(\.key)
            let isInOrder = zip(keys, keys.dropFirst()).allSatisfy { $0 == $1 || pane.stands($0, above: $1) }
            #expect(isInOrder, "\(place): the order is lost")
        }
        if let shown = state.shownText() {
            #expect((0...max(0, shown.rows.count - shown.height)).contains(state.text.scroll), "\(place)")
        }
    }
}
