import Cells
import Expectations
import Testing
import Text
import TimelineModel

@testable import ReaderCore

/// Stretches of timelines: what is asked for, what is kept, and that nothing moves under the reader's eyes.
@Suite struct WindowTests {
    private func requests(_ effects: [Effect]) -> [WindowRequest] {
        effects.compactMap { if case .loadWindow(let request, _) = $0 { request } else { nil } }
    }

    @Test func startingAsksForEveryPaneWhereTheReaderWas() {
        var robot = Robot(Sample.store(3), starts: false)
        let effects = robot.effects { $0.send(.started) }
        expect(requests(effects).prefix(3).map(\.anchor), is: [.position, .position, .position])
        #expect(effects.contains(.loadHealth(counting: false)))
    }

    @Test func theLastPositionComesBackAndWhatCameMeanwhileIsNewAbove() {
        var store = Sample.store(50)
        store.positions["main"] = Sample.row(50)[30].key
        let robot = Robot(store, size: Size(width: 80, height: 14))
        expect(robot.selected, is: "p30")
        expect(robot.pane.newPosts.count, is: 30)
        #expect(robot.lines[0].contains("↑30"))
    }

    @Test(arguments: [20, 49])
    func aPaneThatWasNotOnTheScreenBeginsWithWhatStoodAbove(place: Int) {
        var store = FakeStore()
        store.add(Sample.row(3), to: "main")
        store.add(Sample.row(50), to: "news")
        store.positions["news"] = Sample.row(50)[place].key
        store.seenNewest["news"] = Sample.row(50)[0].key
        var robot = Robot(store, size: Size(width: 80, height: 24))
        robot.press("3")
        expect(robot.selected, is: "p\(place)")
        let rows = robot.lines[2..<11].filter { $0.contains { $0 != " " } }
        expect(rows.count, is: 9)
        #expect(!rows[0].hasPrefix("▌"), "something stands above")
    }

    @Test func aListThatIsOpenedAgainShowsWhatStoodAboveButNothingThatCameSince() {
        // Given a reader who left the tenth post, having seen the newest ones, before two more came
        var store = Sample.store(50)
        store.positions["main"] = Sample.row(50)[10].key
        store.seenNewest["main"] = Sample.row(50)[0].key
        let robot = Robot(store, size: Size(width: 80, height: 14))
        // Then half a screen stands above it
        expect(robot.selected, is: "p10")
        expect(robot.state.panes[0].top?.key, is: Sample.row(50)[5].key)
        // When two came / Then these stay above
        store.positions["main"] = Sample.row(50)[1].key
        store.add([Sample.post("y", at: Sample.now), Sample.post("z", at: Sample.now)], to: "main")
        let other = Robot(store, size: Size(width: 80, height: 14))
        expect(other.selected, is: "p1")
        expect(other.state.panes[0].top?.key, is: Sample.row(50)[0].key)
        #expect(other.pane.newPosts == (2, true))
    }

    @Test(arguments: [Persona.Order.newest, .oldest]) func theFirstRoundShowsAPaneFromItsBeginning(
        _ order: Persona.Order
    ) {
        // Given somebody who has just begun, and a first round in which one feed after the other answers
        var personas = Sample.personas
        personas[0].order = order
        var robot = Robot(FakeStore(), personas: personas)
        // A key where nothing stands moves nothing.
        robot.press("j", "?", "Esc")
        robot.send(.fetchProgressed(FetchProgress(done: 0, total: 3)))
        for feed in [20..<40, 0..<20, 40..<60] {
            robot.arrive(Array(Sample.row(60)[feed]), in: "main")
        }
        robot.send(.fetchProgressed(FetchProgress()))
        // Then he stands at the beginning of all of them, and nothing is new
        expect(robot.selected, is: order == .newest ? "p0" : "p59")
        #expect(robot.pane.newPosts == (0, true))
        // When one more comes after the round / Then he stays, and it is new
        robot.arrive([Sample.post("late", at: Sample.now)], in: "main")
        expect(robot.selected, is: order == .newest ? "p0" : "p59")
        #expect(robot.pane.newPosts == (1, true))
    }

    @Test func aRoundThatEndsBeforeItsPostsAreReadMovesNothingAfterwards() {
        // Given a first round of which the posts are still on their way to the screen when it ends
        var robot = Robot(FakeStore())
        robot.send(.fetchProgressed(FetchProgress(done: 0, total: 1)))
        robot.holdsAnswers = true
        robot.arrive(Sample.row(10), in: "main")
        robot.send(.fetchProgressed(FetchProgress()))
        robot.release()
        expect(robot.selected, is: "p0")
        // When one more comes / Then he stays
        robot.arrive([Sample.post("late", at: Sample.now)], in: "main")
        expect(robot.selected, is: "p0")
        #expect(robot.pane.newPosts == (1, true))
    }

    @Test func aPaneThatIsReadFromTheOldestOnBeginsWithIt() {
        var main = Sample.main
        main.order = .oldest
        let robot = Robot(Sample.store(1000), personas: [main])
        expect(robot.selected, is: "p999")
        #expect(robot.pane.newPosts == (0, true))
    }

    @Test func theEndsAreReachedBeyondTheWindow() {
        var robot = Robot(Sample.store(2000))
        let down = robot.effects { $0.press("G") }
        expect(requests(down).first?.anchor, is: .oldest)
        expect(robot.selected, is: "p1999")
        let up = robot.effects { $0.press("gg") }
        expect(requests(up).first?.anchor, is: .newest)
        expect(robot.selected, is: "p0")
        robot.press("k")
        #expect(robot.footer.contains("First post"))
    }

    @Test func theWindowFollowsTheReaderBothWaysAndStaysSmall() {
        var robot = Robot(Sample.store(2000))
        for _ in 0..<80 { robot.press("PgDn") }
        let bottom = robot.selected
        #expect(bottom != "p0")
        #expect(robot.pane.entries.count <= 640)
        #expect(!robot.pane.reachesNewest)
        for _ in 0..<110 { robot.press("PgUp") }
        expect(robot.selected, is: "p0")
        #expect(robot.pane.reachesNewest)
        expect(robot.pane.entries.map(\.key), is: robot.pane.entries.map(\.key).sorted(by: >))
    }

    @Test func aStaleWindowIsDropped() {
        var robot = Robot(Sample.store(2000))
        robot.holdsAnswers = true
        robot.press("G", "gg")
        let before = robot.state.panes[0].awaited?.generation
        robot.send(
            .windowLoaded(
                .persona("main"), TimelineWindow(entries: [], reachesNewest: true, reachesOldest: true), generation: 1))
        expect(robot.state.panes[0].awaited?.generation, is: before)
        #expect(!robot.pane.entries.isEmpty)
        robot.release()
        expect(robot.selected, is: "p0")
    }

    @Test func aFailedWindowIsSaidAndDoesNotBlockTheNext() {
        var robot = Robot(Sample.store(3), starts: false)
        robot.holdsAnswers = true
        robot.send(.started)
        let generation = robot.state.panes[0].awaited?.generation ?? 0
        robot.send(.windowFailed(.persona("main"), "The store cannot be read", generation: generation))
        #expect(robot.footer.contains("The store cannot be read"))
        expect(robot.state.panes[0].awaited, is: nil)
    }

    @Test func aStoreThatCannotBeReadIsNotAskedAgainAndAgain() {
        var store = FakeStore()
        store.add(Sample.row(3), to: "pro")
        var robot = Robot(store, personas: [Sample.pro])
        robot.holdsAnswers = true
        robot.resize(120, 40)
        let generation = robot.pane.awaited?.generation ?? 0
        let effects = robot.effects {
            $0.send(.windowFailed(.persona("pro"), "The store cannot be read", generation: generation))
        }
        #expect(effects.isEmpty)
        expect(robot.pane.entries.count, is: 3)
    }

    @Test func whatArrivesDuringARequestIsReadAfterwards() {
        var robot = Robot(Sample.store(3))
        robot.holdsAnswers = true
        robot.press("U")
        robot.arrive([Sample.post("new", at: Sample.now)], in: "main")
        #expect(robot.pane.isStale)
        robot.release()
        expect(robot.pane.entries.count, is: 4)
        #expect(!robot.pane.isStale)
    }

    @Test func howeverMuchArrivesOneWindowIsAskedForAtATime() {
        var robot = Robot(Sample.store(3))
        robot.holdsAnswers = true
        func windows(_ body: (inout Robot) -> Void) -> Int {
            robot.effects(of: body).count { if case .loadWindow = $0 { true } else { false } }
        }
        let asked = windows { robot in
            for _ in 0..<100 { robot.send(.timelinesChanged([.persona("main"): robot.store.counts("main")])) }
        }
        expect(asked, is: 1)
        expect(windows { $0.release() }, is: 1)
    }

    @Test func anotherRequestDoesNotLoseTheAnswerAboutUnreadPosts() {
        var robot = Robot(Sample.store(2000) { $0 != 1500 })
        robot.holdsAnswers = true
        robot.press("n")
        // Something arrives elsewhere before the answer
        robot.arrive([Sample.post("other", at: Sample.now)], in: "news")
        robot.release()
        expect(robot.selected, is: "p1500")
    }

    @Test func aMoveDropsTheAnswerAboutUnreadPosts() {
        var robot = Robot(Sample.store(2000) { $0 != 1500 })
        robot.holdsAnswers = true
        robot.press("n", "j")
        robot.release()
        expect(robot.selected, is: "p1", "the reader has gone elsewhere meanwhile")
    }

    @Test func aSelectedPostThatGoesLeavesTheSelectionWhereItWas() {
        var robot = Robot(Sample.store(10))
        robot.press("j", "j", "j")
        robot.store.remove(Sample.id("p3"), from: "main")
        robot.send(.timelinesChanged([.persona("main"): robot.store.counts("main")]))
        expect(robot.selected, is: "p4")
        expect(robot.state.detail?.post.id, is: Sample.id("p4"))
    }

    @Test func aPostThatMovedInTimeStaysSelected() {
        var robot = Robot(Sample.store(10))
        robot.press("j", "j", "j")
        robot.store.remove(Sample.id("p3"), from: "main")
        robot.arrive([Sample.post("p3", at: Sample.now.adding(seconds: -555))], in: "main")
        expect(robot.selected, is: "p3")
    }

    @Test func goingToAPostWithAGapBelowItLandsOnThePost() {
        var store = FakeStore()
        let posts = Sample.row(2000) { $0 != 1500 }
        store.add(posts + [Sample.gap(below: posts[1500])], to: "main")
        var robot = Robot(store)
        robot.press("n")
        expect(robot.selected, is: "p1500")
        robot.press("j")
        expect(robot.selected, is: nil, "the gap")
        robot.arrive([Sample.post("new", at: Sample.now)], in: "main")
        expect(robot.selected, is: nil, "the gap stays selected")
        let seen = robot.pane.seenNewest
        #expect(
            robot.effects { $0.press("Q") }.contains(
                .savePosition(.persona("main"), posts[1500].key, Sample.id("p1500"), seenNewest: seen)))
    }

    @Test(arguments: [Persona.Order.newest, .oldest]) func noGapIsLostWhereTwoWindowsMeet(_ order: Persona.Order) {
        // Given gaps below most posts, so that windows end between a post and its gap
        let posts = Sample.row(501)
        var store = FakeStore()
        store.add(
            posts + posts.enumerated().filter { $0.offset % 7 != 0 }.map { Sample.gap(below: $0.element) }, to: "main")
        let all = store.timelines["main"] ?? []
        var robot = Robot(store, personas: [Persona(id: "main", key: 1, order: order)])
        // When the reader walks from one end to the other and back
        var seen: [Bool] = []
        for (start, key) in [("gg", "j"), ("G", "k")] {
            robot.press(start)
            var walked: [TimelineEntry?] = [robot.pane.selectedEntry]
            for _ in 1..<all.count {
                robot.press(key)
                walked.append(robot.pane.selectedEntry)
            }
            // Then every post and every gap was there, in order
            seen.append(walked == ((start == "gg") == (order == .newest) ? all : all.reversed()))
        }
        expect(seen, is: [true, true])
    }

    @Test func oldestFirstIsTheMirrorImage() {
        let mirrored = Persona(id: "main", key: 1, order: .oldest)
        var robot = Robot(Sample.store(500), personas: [mirrored])
        robot.press("gg")
        expect(robot.selected, is: "p499")
        robot.press("j")
        expect(robot.selected, is: "p498")
        robot.press("Space")
        expect(robot.selected, is: "p497")
        robot.press("G")
        expect(robot.selected, is: "p0")
        let keys = robot.pane.entries.map(\.key)
        expect(keys, is: keys.sorted())
        robot.press("k", "k")
        robot.arrive([Sample.post("new", at: Sample.now)], in: "main")
        expect(robot.selected, is: "p2")
        expect(robot.pane.newPosts.count, is: 1)
        #expect(robot.lines[0].contains("↓1"))
    }

    @Test func windowsAreAskedForInTheDirectionOfTime() {
        let mirrored = Persona(id: "main", key: 1, order: .oldest)
        var store = Sample.store(1000)
        store.positions["main"] = Sample.row(1000)[500].key
        var robot = Robot(store, personas: [mirrored])
        let first = robot.pane.entries.last?.key
        let effects = robot.effects { for _ in 0..<60 { $0.press("j") } }
        expect(requests(effects).first?.anchor, is: first.map { .newerThan($0) })
    }

    @Test func aJumpToAnEndReadsHalfOfAWindowAndNothingMoreByItself() {
        // Given a reader who stands in the middle of a long timeline, far from both ends
        var robot = Robot(Sample.store(2000))
        robot.press("G")
        // When he jumps to the other end
        let effects = robot.effects { $0.press("gg") }
        // Then one stretch is read, about a screen more than what is shown
        expect(requests(effects).map(\.limit), is: [88])
    }

    @Test func whatWasSeenInTheLastRunAndLeftUnreadIsNotNew() {
        // Given a reader who looked at the newest posts and went down, reading none
        var robot = Robot(Sample.store(1000))
        for _ in 0..<50 { robot.press("j") }
        robot.press("Q")
        var store = robot.store
        // When he opens it again / Then nothing is new
        robot = Robot(store)
        #expect(robot.pane.newPosts == (0, true))
        // When two came meanwhile / Then these are
        store.add([Sample.post("y", at: Sample.now), Sample.post("z", at: Sample.now)], to: "main")
        robot = Robot(store)
        #expect(robot.pane.newPosts == (2, true))
    }

    @Test func whatArrivesWhileTheNewestPostsAreFarAwayIsCounted() {
        // Given a reader at the bottom of a long pane, who has seen the newest posts
        var robot = Robot(Sample.store(2000))
        robot.press("G")
        #expect(!robot.pane.reachesNewest)
        #expect(robot.pane.newPosts == (0, true))
        // When three come, one of them hidden / Then the header says how many there are
        let hidden = Sample.post("h", at: Sample.now) { $0.verdict = Verdict(.hidden) }
        robot.arrive([Sample.post("y", at: Sample.now), Sample.post("z", at: Sample.now), hidden], in: "main")
        #expect(robot.pane.newPosts == (2, true))
        #expect(robot.lines[0].contains("↑2"))
        // When everything is marked read / Then none is new; when that is undone, they are again
        robot.press("A", "y")
        #expect(robot.pane.newPosts == (0, true))
        robot.press("u")
        #expect(robot.pane.newPosts == (2, true))
        // When he goes on / Then the number stays, and the jump to the newest shows them
        for _ in 0..<400 { robot.press("k") }
        #expect(robot.pane.newPosts == (2, true))
        robot.press("gg")
        #expect(robot.pane.newPosts == (0, true))
    }

    @Test func whatIsNewIsCountedWhereverTheReaderStands() throws {
        // Given a reader who left off where three hundred newer posts stand above by now
        for (order, away, back) in [(Persona.Order.newest, "PgDn", "PgUp"), (.oldest, "PgUp", "PgDn")] {
            var store = Sample.store(1200)
            store.positions["main"] = Sample.row(1200)[300].key
            var main = Sample.main
            main.order = order
            var robot = Robot(store, personas: [main])
            // When he wanders off and back / Then the number is at each step what he has not seen
            for key in [String](repeating: away, count: 25) + [String](repeating: back, count: 35) {
                robot.press(key)
                let seen = try #require(robot.pane.seenNewest)
                let posts = robot.store.entries(robot.pane.pane, PaneFilter())
                expect(robot.pane.newPosts.count, is: posts.count { $0.key > seen })
            }
        }
    }

    @Test func whatIsNewSinceTheLastRunIsCountedWhole() {
        // Given a reader who left off where seventy newer posts stand above by now
        var store = Sample.store(1000)
        store.positions["main"] = Sample.row(1000)[70].key
        // When he opens it / Then he is told of all of them
        let robot = Robot(store)
        expect(robot.selected, is: "p70")
        #expect(robot.pane.newPosts == (70, true))
        #expect(robot.lines[0].contains("↑70"))
    }
}
