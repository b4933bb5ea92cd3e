import Cells
import Expectations
import Testing
import Text
import TimelineModel

@testable import ReaderCore

/// What single keys ask for, and that every command is harmless everywhere.
@Suite struct CommandTests {
    @Test(
        arguments: [
            ("^L", [Effect.redraw]), (".", [.refresh("main")]), ("R", [.refresh(nil)]), ("u", [.undoMark]),
            ("^R", [.redoMark]), ("S", [.loadHealth(counting: true)]), ("E", [.loadHealth(counting: false)]), ("?", []),
            ("^C", []), ("/", []),
            ("e", []),
        ] as [(String, [Effect])])
    func aKeyAsksFor(_ key: String, _ expected: [Effect]) {
        var robot = Robot(Sample.store(3))
        expect(robot.effects { $0.press(key) }, is: expected)
    }

    @Test func suspendingSavesWhereTheReaderStands() {
        var robot = Robot(Sample.store(3))
        let effects = robot.effects { $0.press("j", "^Z") }
        expect(effects.last, is: .suspend)
        let rows = Sample.row(3)
        #expect(
            effects.contains(
                .savePosition(.persona("main"), rows[1].key, Sample.id("p1"), seenNewest: rows[0].key)))
        expect(robot.effects { $0.send(.inputArrived(.resumed)) }, is: [.redraw])
    }

    @Test func interruptingStopsFetchingAndElseSaysHowToLeave() {
        var robot = Robot(Sample.store(3))
        robot.send(.fetchProgressed(FetchProgress(done: 1, total: 9)))
        expect(robot.effects { $0.press("^C") }, is: [.interruptFetching])
        robot.send(.fetchProgressed(FetchProgress()))
        robot.press("^C")
        #expect(robot.footer.contains("Q quits") && !robot.state.isEnding)
        #expect(robot.effects { $0.send(.inputArrived(.interrupt)) }.isEmpty)
    }

    @Test func interruptingASearchEndsNothingElseAndItsKeyIsAlwaysThere() {
        var robot = Robot(Sample.store(3))
        for command in [Command.quit, .interrupt] {
            _ = robot.state.keymap.rebind([Keymap.Binding(command, [])], in: .list)
        }
        robot.holdsAnswers = true
        robot.press("/")
        robot.type("post")
        robot.press("Enter", "^C")
        #expect(robot.footer.contains("Search interrupted") && !robot.state.isEnding)
        expect(robot.state.focused?.search, is: nil)
        robot.press("q")
        #expect(robot.footer.contains("^C quits"))
        robot.press("^C")
        #expect(robot.state.isEnding)
    }

    @Test func aKeyThatDoesSomethingElseIsNotSaidToQuit() {
        var robot = Robot(Sample.store(3))
        let redraw = Keymap.Binding(.redraw, [KeySequence([.control("c")])])
        _ = robot.state.keymap.rebind([Keymap.Binding(.quit, []), redraw], in: .list)
        robot.press("q")
        #expect(robot.footer.contains("No key quits"), "\(robot.footer)")
    }

    @Test(arguments: ["", "Enter", "S", "E", "i", "L", "z"]) func quitsFromEverywhereButALineThatIsTyped(
        _ opening: String
    ) {
        var robot = Robot(Sample.mockUp(), size: Size(width: 120, height: 40))
        robot.press("2", "/", "Q", "Esc")
        #expect(!robot.state.isEnding)
        if !opening.isEmpty { robot.press(opening) }
        robot.press("Q")
        #expect(robot.state.isEnding)
    }

    @Test func belowTheLeastSizeOnlyWhatNeedsNoScreenIsDone() {
        var robot = Robot(Sample.store(3))
        robot.press("A")
        robot.resize(39, 24)
        expect(robot.state.prompt, is: nil, "the question cannot be seen any more")
        let before = robot.state.panes
        let effects = robot.effects {
            $0.press("y", "m", "A", "y", "j", "Space", "Enter", "z", "S", "?", "gg")
            $0.send(.inputArrived(.paste("A")))
            $0.send(.inputArrived(.click(Point(x: 1, y: 0))))
            $0.send(.inputArrived(.wheel(3, at: Point(x: 1, y: 5))))
        }
        expect(effects, is: [])
        expect(robot.state.panes, is: before)
        #expect(robot.state.overlays.isEmpty && robot.state.visits.isEmpty && robot.state.layout == ReaderLayout())
        expect(robot.effects { $0.press("^L") }, is: [.redraw])
        expect(robot.effects { $0.press("^Z") }.last, is: .suspend)
        robot.send(.fetchProgressed(FetchProgress(done: 1, total: 9)))
        expect(robot.effects { $0.send(.inputArrived(.interrupt)) }, is: [.interruptFetching])
        robot.resize(80, 24)
        robot.press("j")
        expect(robot.selected, is: "p1")
        robot.resize(80, 11)
        robot.press("Q")
        #expect(robot.state.isEnding)
    }

    @Test func aLineThatIsTypedWaitsUntilItCanBeSeenAgain() {
        var robot = Robot(Sample.store(3))
        robot.press("/")
        robot.type("text")
        robot.resize(39, 24)
        robot.type("unseen")
        robot.press("Enter")
        robot.resize(80, 24)
        expect(robot.state.prompt?.text, is: "text")
    }

    @Test func withoutASourceRefreshingSaysWhatToDo() {
        var robot = Robot()
        robot.state.hasSources = false
        #expect(robot.effects { $0.press("R") }.isEmpty)
        #expect(robot.footer.contains("There is no source yet · e adds one"))
    }

    /// A store whose first post of main came from its second source.
    private func carried() -> FakeStore {
        var store = Sample.mockUp()
        var detail = store.detail(Sample.id("lea"))
        detail?.seen = [PostDetail.Seen(source: lea, name: "@lea@mastodon.example", at: Sample.now)]
        store.details[Sample.id("lea")] = detail
        store.health.insert(Sample.health(Sample.feed("https://a.example/"), ["main"], "A feed") { _ in }, at: 0)
        return store
    }

    private let lea = SourceAddress.posts(user: "lea", server: Sample.server).id

    @Test(arguments: [Size(width: 40, height: 12), Size(width: 80, height: 24), Size(width: 120, height: 40)])
    func theSourceOfAPostIsItsOwnWhateverTheLayout(_ size: Size) {
        var robot = Robot(carried(), size: size)
        robot.press("i")
        expect(robot.state.overlays.map(\.kind), is: [.sourceInfo(lea)])
        robot.press("Esc", "j", "i")
        #expect(robot.state.overlays.isEmpty)
        #expect(robot.screen.contains("which source"), "it never shows another one: \(robot.footer)")
    }

    @Test func theSourceOfAPostIsNoneOfTheSameName() {
        var store = carried()
        let other = Sample.health(Sample.feed("https://b.example/"), ["main"], "@lea@mastodon.example") { _ in }
        store.health.insert(other, at: 0)
        var robot = Robot(store)
        robot.press("i")
        expect(robot.state.overlays.map(\.kind), is: [.sourceInfo(lea)])
    }

    @Test func theSourceOfAnotherPersonaIsNotShown() {
        var store = carried()
        for index in store.health.indices where store.health[index].source == lea {
            store.health[index].personas = ["news"]
        }
        var robot = Robot(store)
        robot.press("i")
        #expect(robot.state.overlays.isEmpty)
    }

    @Test func movingOnDropsTheWishToSeeTheSource() {
        var robot = Robot(carried(), size: Size(width: 120, height: 40))
        robot.holdsAnswers = true
        robot.press("i", "j")
        robot.release()
        #expect(robot.state.overlays.isEmpty)
    }

    @Test func theEndOfARoundReadsHowTheSourcesAreDoing() {
        var robot = Robot(Sample.store(3))
        #expect(robot.effects { $0.send(.fetchProgressed(FetchProgress(done: 2, total: 9))) }.isEmpty)
        expect(
            robot.effects { $0.send(.fetchProgressed(FetchProgress())) },
            is: [
                .loadHealth(counting: false)
            ])
    }

    @Test func aClickInAListSelects() {
        var robot = Robot(Sample.mockUp(), size: Size(width: 80, height: 24))
        robot.press("3", "S")
        robot.send(.inputArrived(.click(Point(x: 9, y: 3))))
        expect(robot.state.selectedSource?.name, is: "Le Monde")
        for y in [0, 1, 4, 23] { robot.send(.inputArrived(.click(Point(x: 9, y: y)))) }
        expect(robot.state.selectedSource?.name, is: "Le Monde")
        // When the pane is narrowed to it / Then the list opens there
        robot.press("Enter", "S")
        expect(robot.state.selectedSource?.name, is: "Le Monde")
    }

    @Test func aKeyWithoutAPostOrASourceSaysSo() {
        // Given a pane of which nothing is shown
        var robot = Robot(Sample.store(2) { _ in true })
        robot.press("U")
        for key in ["m", "s", "o", "L", "y", "x", "t", "a", "H"] {
            robot.press(key)
            #expect(robot.footer.contains("No post is selected"))
        }
        // Given no source at all
        var empty = Robot()
        empty.send(.settingsChanged(ReaderSettings(personas: Sample.personas, hasSources: false)))
        for key in ["Space", "n", "p", "R"] {
            empty.press(key)
            #expect(empty.footer.contains("There is no source yet · e adds one"))
        }
        // When config.toml cannot be read / Then nothing is offered that would write into it
        empty.send(.problemsFound(["config.toml:1:1: expected a key"], isUnreadable: true))
        empty.press("^L")
        #expect(empty.screen.contains("config.toml:1:1") && empty.screen.contains("Mend it"))
        #expect(!empty.screen.contains("account add") && !empty.footer.contains("add a source"))
    }

    @Test func theLastAndTheNextCheckAreThoseOfTheSourcesWhoeverAskedThem() {
        // Given sources that another process asked, each at its own pace
        var store = Sample.store(1) { _ in true }
        store.health = [("15m", "14:20", "14:35"), ("2h", "14:25", "16:25"), ("new", nil, nil)].map {
            name, last, next in
            Sample.health(.feed(WebAddress("https://\(name).example/")!), ["main"], "A feed") {
                $0.lastAttempt = last.map(Sample.clock)
                $0.nextAttempt = next.map(Sample.clock)
            }
        }
        // When the reader opens / Then the header has the last of them, and who has read everything hears of the next
        var robot = Robot(store)
        #expect(robot.lines[0].hasSuffix("⟳ 14:25 ") || robot.lines[0].hasSuffix("⟳ 14:25"))
        robot.press("Space")
        #expect(robot.footer.contains("All read. Next check 14:35."))
        // When that is over / Then nothing is promised
        robot.send(.clockTicked(Sample.clock("14:35")))
        robot.press("Space")
        #expect(robot.footer.contains("All read.") && !robot.footer.contains("Next check"))
    }

    @Test func thePassingOfTimeOnlyKeepsThePlace() {
        var robot = Robot(Sample.store(3))
        let rows = Sample.row(3)
        func place(_ index: Int) -> Effect {
            .savePosition(.persona("main"), rows[index].key, Sample.id("p\(index)"), seenNewest: rows[0].key)
        }
        expect(robot.effects { $0.send(.clockTicked(Sample.now)) }, is: [place(0)], "the first there is")
        expect(robot.effects { $0.send(.clockTicked(Sample.now)) }, is: [])
        robot.press("j")
        let effects = robot.effects { $0.send(.clockTicked(Sample.now.adding(seconds: 86_400))) }
        expect(effects, is: [place(1)])
        expect(robot.effects { $0.send(.clockTicked(Sample.now.adding(seconds: 86_460))) }, is: [])
        #expect(robot.screen.contains("22 Nov"), "yesterday's posts have a date")
    }

    /// Every place a command can be given in.
    static let scenes: [Robot] = [Size(width: 80, height: 24), Size(width: 130, height: 30)].flatMap { size in
        [Sample.mockUp(), Sample.store(0)].flatMap { store in
            ["", "Enter", "?", "S", "L", "/", "g"].map { opening in
                var robot = Robot(store, size: size)
                if !opening.isEmpty { robot.press(opening) }
                return robot
            }
        }
    }

    @Test(arguments: Command.allCases) func everyCommandIsHarmlessEverywhere(_ command: Command) {
        for scene in Self.scenes {
            var state = scene.state
            _ = state.perform(command)
            _ = update(&state, .clockTicked(Sample.now))
            expect(view(state).surface.size, is: state.size)
        }
    }

    @Test func aPostOfAHundredThousandLettersIsWrappedOnce() {
        var store = Sample.store(1)
        let text = SafeText(sanitizing: String(repeating: "mot ", count: 25_000), as: .body)
        let post = Post(
            id: Sample.id("p0"), remoteID: "p0", network: .feed, kind: .article, author: Author(name: "Blog"),
            body: RichText(plain: text))
        store.details[post.id] = PostDetail(post: post, firstSeen: Sample.now)
        var robot = Robot(store)
        let laidOut = robot.state.text.laidOut
        #expect((laidOut?.rows.count ?? 0) > 1000)
        robot.press("Enter", "j", "PgDn", "G")
        #expect(robot.footer.contains("100 %"))
        // The rows are the same storage still, not equal ones.
        let before = laidOut?.rows.withUnsafeBufferPointer { $0.baseAddress }
        let after = robot.state.text.laidOut?.rows.withUnsafeBufferPointer { $0.baseAddress }
        expect(before, is: after)
    }

    @Test func aDamagedTextIsShownAsFarAsItGoes() throws {
        let link = try #require(WebAddress("https://example.org/"))
        let body = RichText(
            plain: "Short",
            spans: [
                RichText.Span(range: 2..<500, kind: .link(link)), RichText.Span(range: 3..<3, kind: .strong),
                RichText.Span(range: 0..<2, kind: .emphasis),
            ])
        expect(InlineText.segments(of: body, links: [link]).map(\.text.string).joined(), is: "Short")
    }
}
