import Cells
import Expectations
import Testing
import Text
import TimelineModel

@testable import ReaderCore

/// Marking, undoing, and narrowing to what is unread or hidden.
@Suite struct MarkTests {
    private func reads(_ robot: Robot) -> [Bool] {
        robot.pane.entries.compactMap { if case .post(let post) = $0 { post.isRead } else { nil } }
    }

    @Test func aMarkShowsAtOnceAndIsConfirmedAfterTheCommit() {
        var robot = Robot(Sample.store(3))
        robot.holdsAnswers = true
        robot.press("m")
        expect(reads(robot), is: [true, false, false])
        expect(robot.pane.counts.unread, is: 3)
        expect(robot.state.notice, is: nil)
        robot.release()
        expect(robot.pane.counts.unread, is: 2)
        #expect(robot.footer.contains("1 marked read · u undoes"))
        robot.press("m")
        expect(reads(robot), is: [false, false, false])
    }

    @Test func theNumbersOfSourcesAreAskedForBehindTheMark() {
        var robot = Robot(Sample.mockUp())
        robot.press("3", "S", "m")
        let counted = Effect.loadHealth(counting: true)
        let asked = robot.effects { $0.press("y") }
        expect(asked.firstIndex { if case .mark = $0 { true } else { false } }, is: 0)
        #expect(asked.dropFirst().contains(counted))
    }

    @Test func aMarkThatFailedIsTakenBackAndSaidSo() {
        var robot = Robot(Sample.store(3))
        robot.store.failsToMark = true
        robot.press("m")
        expect(reads(robot), is: [false, false, false])
        expect(robot.state.detail?.isRead, is: false)
        #expect(robot.footer.contains("The disk is full"))
    }

    @Test func aMarkThatFailedIsTakenBackThoughNothingCanBeReadAgain() {
        var robot = Robot(Sample.store(3))
        robot.holdsAnswers = true
        robot.press("m")
        expect(reads(robot), is: [true, false, false])
        robot.send(.markFailed("The store is damaged", .read, .posts([Sample.id("p0")])))
        expect(reads(robot), is: [false, false, false])
    }

    @Test func newerAndOlderAreMarkedWithoutTheSelectionAndWithoutHiddenPosts() {
        var store = Sample.store(5)
        store.timelines["main"]?[4] = Sample.post("hid", at: Sample.now.adding(seconds: -400)) {
            $0.verdict = Verdict(.hidden, rule: "x")
        }
        var robot = Robot(store)
        robot.press("j", "j", "X")
        #expect(robot.pane.filter.includesHidden)
        let effects = robot.effects { $0.press("<") }
        let key = Sample.row(5)[2].key
        let newest = Sample.row(5)[0].key
        expect(
            effects.first,
            is: .mark(
                .read,
                .newerThan(
                    key, upTo: newest, .persona("main"), PaneFilter(), arrivedBy: robot.pane.knownArrivals)))
        expect(reads(robot), is: [true, true, false, false, false])
        robot.press(">")
        expect(reads(robot), is: [true, true, false, true, false], "the hidden post stays as it is")
        #expect(robot.footer.contains("1 marked read · u undoes"))
        robot.press("<")
        #expect(robot.footer.contains("Nothing to mark"))
    }

    @Test func aboveAndBelowAreThoseOfTheScreenWhereTheOldestComeFirst() {
        var main = Sample.main
        main.order = .oldest
        var robot = Robot(Sample.store(5), personas: [main, Sample.pro, Sample.news])
        robot.press("gg", "j")
        expect(robot.selected, is: "p3")
        robot.press("<")
        expect(reads(robot), is: [true, false, false, false, false])
        robot.press(">")
        expect(reads(robot), is: [true, false, true, true, true])
    }

    @Test func undoAndRedoGoThroughManyLevels() {
        var robot = Robot(Sample.store(4))
        robot.press("Space", "Space", "s", "u")
        #expect(robot.footer.contains("Undone: 1 no longer starred"))
        robot.press("u", "u")
        expect(reads(robot), is: [false, false, false, false])
        expect(robot.pane.counts.unread, is: 4)
        robot.press("u")
        #expect(robot.footer.contains("Nothing to undo"))
        robot.press("^R", "^R")
        expect(reads(robot), is: [true, true, false, false])
        #expect(robot.footer.contains("Done again: 1 marked read"))
        robot.press("^R", "^R")
        #expect(robot.footer.contains("Nothing to redo"))
    }

    @Test func whatIsTakenBackInAnotherPaneSaysWhere() {
        var robot = Robot(Sample.mockUp())
        robot.press("3", "m", "1", "m", "u")
        #expect(robot.footer.contains("Undone: 1 marked unread"))
        #expect(!robot.footer.contains("unread in"), "it is under the reader's eyes")
        robot.press("u")
        #expect(robot.footer.contains("Undone: 1 marked unread in news"), "\(robot.footer)")
        robot.press("^R")
        #expect(robot.footer.contains("Done again: 1 marked read in news"), "\(robot.footer)")
    }

    @Test func markingAPaneAsksUnlessToldNotTo() {
        var robot = Robot(Sample.store(3))
        robot.press("A")
        #expect(robot.footer.contains("Mark 3 unread posts of main read? y / n"))
        #expect(robot.effects { $0.press("n") }.isEmpty)
        expect(robot.pane.counts.unread, is: 3)
        #expect(robot.footer.contains("Nothing marked"))
        robot.press("A")
        #expect(robot.effects { $0.press("o") }.isEmpty, "o opens links and is no answer")
        robot.press("A", "y")
        expect(robot.pane.counts.unread, is: 0)
        robot.press("A")
        #expect(robot.footer.contains("All read."))
        var quick = Robot(Sample.store(3), options: Options(confirms: false))
        quick.press("A")
        expect(quick.pane.counts.unread, is: 0)
        quick.press("u")
        expect(quick.pane.counts.unread, is: 3)
    }

    @Test func whatArrivesWhileThePaneIsAskedAboutStaysUnread() {
        var robot = Robot(Sample.store(3))
        robot.press("A")
        robot.arrive(
            [Sample.post("above", at: Sample.now), Sample.post("between", at: Sample.now.adding(seconds: -150))],
            in: "main")
        #expect(robot.footer.contains("Mark 3 unread posts of main read? y / n"))
        robot.press("y")
        #expect(robot.footer.contains("3 marked read"))
        expect(robot.pane.counts.unread, is: 2)
    }

    @Test func whatWasOnlyAnnouncedIsNotAboveNorBelow() {
        // Given three posts, and two that arrived since: one above them, one between
        var robot = Robot(Sample.store(3))
        robot.press("j")
        robot.arrive(
            [Sample.post("above", at: Sample.now), Sample.post("between", at: Sample.now.adding(seconds: -150))],
            in: "main")
        expect(robot.pane.newPosts.count, is: 2)
        // When all above, then all below is marked
        robot.press("<")
        #expect(robot.footer.contains("1 marked read"))
        robot.press(">")
        #expect(robot.footer.contains("1 marked read"))
        expect(robot.pane.counts.unread, is: 3)
        // Then from the first post that was shown nothing is above but what is new, until that is shown
        robot.press("gg", "j", "j", "m", "gg")
        robot.arrive([Sample.post("newer", at: Sample.now.adding(seconds: 9))], in: "main")
        robot.press("<")
        #expect(robot.footer.contains("was not shown yet"), "\(robot.footer)")
        let unread = robot.pane.counts.unread
        robot.press("gg", "j", "<")
        expect(robot.pane.counts.unread, is: unread - 1)
    }

    @Test func theQuestionNamesTheOneSourceThatThePaneShows() {
        var store = Sample.mockUp()
        for name in ["afp", "monde", "reuters"] { store.carriers[Sample.id(name)] = Sample.lemonde.id }
        var robot = Robot(store)
        robot.press("3", "S", "j", "Enter", "A")
        #expect(robot.footer.contains("Mark 1 unread post of Le Monde read? y / n"))
        robot.press("y")
        #expect(robot.footer.contains("1 marked read"))
        expect(robot.pane.counts.unread, is: 1)
        robot.press("A")
        #expect(robot.footer.contains("All read."), "the source is, whatever else the pane has")
    }

    @Test func theQuestionIsWholeOnTheSmallestScreen() {
        var main = Sample.main
        main.id = "a persona with a long name"
        var store = FakeStore()
        store.add(Sample.row(1234), to: main.id)
        var robot = Robot(store, personas: [main], size: Size(width: 40, height: 12))
        robot.press("A")
        #expect(robot.footer.contains("Mark 1,234 of a persona … read? y / n"), "\(robot.footer)")
        var usual = Robot(Sample.store(80), size: Size(width: 40, height: 12))
        usual.press("A")
        #expect(usual.footer.contains("Mark 80 of main read? y / n"), "\(usual.footer)")
    }

    @Test func unreadOnlyKeepsWhatWasReadWhereItIs() {
        var robot = Robot(Sample.store(6) { $0 % 2 == 1 })
        robot.press("U")
        expect(robot.pane.entries.count, is: 3)
        robot.press("Space")
        expect(robot.selected, is: "p2", "nothing vanishes under the reader's eyes")
        expect(robot.pane.entries.count, is: 3, "nothing vanishes under the reader's eyes")
        // Also when something arrives
        robot.arrive([Sample.post("new", at: Sample.now)], in: "main")
        expect(robot.pane.entries.count, is: 4)
        expect(robot.pane.newPosts.count, is: 1)
        robot.press("U")
        expect(robot.pane.entries.count, is: 7, "all posts, at the same place")
        expect(robot.selected, is: "p2", "all posts, at the same place")
        robot.press("U")
        expect(robot.pane.entries.count, is: 3)
    }

    /// As a group of notifications does that others join.
    @Test func unreadOnlyShowsOnceWhatWasReadAndComesAgain() {
        var robot = Robot(Sample.store(6))
        robot.press("U", "j", "j", "m", "k")
        expect(robot.pane.entries.count, is: 6)
        func isMoved(_ entry: TimelineEntry) -> Bool {
            if case .post(let post) = entry { post.id == Sample.id("p2") } else { false }
        }
        robot.store.timelines["main"]?.removeAll(where: isMoved)
        robot.arrive([Sample.post("p2", at: Sample.now)], in: "main")
        expect(robot.pane.entries.count(where: isMoved), is: 1)
        expect(robot.selected, is: "p1")
    }

    @Test func leavingUnreadOnlyAfterAllIsReadFindsTheOldPlace() {
        var robot = Robot(Sample.store(400))
        robot.press("PgDn", "PgDn", "PgDn")
        let place = robot.selected
        robot.press("A", "y", "U")
        #expect(robot.pane.entries.isEmpty)
        robot.press("U")
        expect(robot.selected, is: place)
    }

    @Test func aStarIsLocalToThePost() {
        var robot = Robot(Sample.store(2))
        expect(robot.effects { $0.press("s") }, is: [.mark(.star, .posts([Sample.id("p0")]))])
        #expect(robot.screen.contains("★"))
        expect(robot.effects { $0.press("s") }, is: [.mark(.unstar, .posts([Sample.id("p0")]))])
    }

    @Test func whatFiltersHidIsShownOnDemandAndNotAnnouncedWhereThereIsNothing() {
        var robot = Robot(Sample.mockUp())
        robot.press("2", "X")
        #expect(robot.screen.contains("hidden: no horoscopes"))
        robot.press("q")
        #expect(!robot.screen.contains("hidden: no horoscopes"))
        #expect(
            robot.effects { $0.press("1", "X") }.filter { if case .loadWindow = $0 { true } else { false } }.isEmpty)
        #expect(robot.footer.contains("No filter hid anything here"))
    }

    @Test func markingASourceFromTheListAsksUnlessToldNotTo() {
        var robot = Robot(Sample.mockUp())
        robot.press("3", "S", "j")
        #expect(robot.effects { $0.press("m") }.isEmpty)
        #expect(robot.footer.contains("Mark 37 unread posts of Le Monde read? y / n"))
        #expect(robot.effects { $0.press("n") }.isEmpty)
        #expect(robot.footer.contains("Nothing marked"))
        let effects = robot.effects { $0.press("m", "y") }
        let scope = MarkScope.source(Sample.lemonde.id, "news", arrivedBy: robot.pane.knownArrivals)
        expect(effects, is: [.mark(.read, scope), .loadHealth(counting: true)])
        var quick = Robot(Sample.mockUp(), options: Options(confirms: false))
        quick.press("3", "S", "j")
        expect(quick.effects { $0.press("m") }.first, is: .mark(.read, scope))
    }
}
