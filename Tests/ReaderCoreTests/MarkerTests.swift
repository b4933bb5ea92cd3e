import Cells
import Expectations
import ReaderCore
import Testing
import TimelineModel

/// The reader got further in another program.
@Suite struct MarkerTests {
    private func move(_ robot: Robot, to name: String, in persona: PersonaID = "main") throws -> MarkerMove {
        let entries = robot.store.timelines[persona] ?? []
        for case .post(let post) in entries where post.id == Sample.id(name) {
            return MarkerMove(
                pane: .persona(persona), key: post.key, post: post.id, source: Sample.lemonde.id, marker: name)
        }
        throw NoSuchPost()
    }

    private struct NoSuchPost: Error {}

    /// A robot that stands on `p20` of main.
    private func robot(_ length: Int = 40, starts: Bool = true) -> Robot {
        var store = Sample.store(length)
        if case .post(let post)? = store.timelines["main"]?[20] { store.positions["main"] = post.key }
        store.add(Sample.row(30), to: "pro")
        return Robot(store, starts: starts)
    }

    @Test func aPaneThatNobodyTouchedGoesForward() throws {
        var robot = robot()
        expect(robot.selected, is: "p20")
        let move = try move(robot, to: "p7")
        let effects = robot.effects { $0.send(.markerMoved(move)) }
        expect(robot.selected, is: "p7")
        #expect(effects.contains(.followMarker(move)))
        #expect(robot.pane.entries.allSatisfy { if case .post(let post) = $0 { !post.isRead } else { true } })
    }

    @Test func itGoesThereFromFarAwayToo() throws {
        var robot = robot(2000)
        robot.press("G", "1", "2")
        expect(robot.state.focus, is: 1)
        let move = try move(robot, to: "p3")
        robot.send(.markerMoved(move))
        robot.press("1")
        expect(robot.selected, is: "p3")
    }

    @Test(arguments: [("p7", "p7"), ("p21", "p20")])
    func aMarkerThatIsFasterThanTheStoreWaitsForIt(_ name: String, _ expected: String) throws {
        // Given a reader whose first entries have not come yet
        var robot = robot(starts: false)
        robot.holdsAnswers = true
        robot.start()
        // When a server tells its marker, and the entries come then
        let move = try move(robot, to: name)
        robot.send(.markerMoved(move))
        robot.release()
        // Then the reader stands as if they had come before
        expect(robot.selected, is: expected)
    }

    @Test func itNeverGoesBack() throws {
        var robot = robot()
        let before = robot.state
        for name in ["p20", "p21", "p39"] {
            let move = try move(robot, to: name)
            // The marker is done with, or it would lead back when the reader goes down
            expect(robot.effects { $0.send(.markerMoved(move)) }, is: [.followMarker(move)])
        }
        expect(robot.state, is: before)
    }

    @Test(arguments: ["j", "m", "?", "1"]) func whatIsBeingReadStays(_ key: String) throws {
        var robot = robot()
        robot.press(key)
        let (before, move) = (robot.state, try move(robot, to: "p3"))
        expect(robot.effects { $0.send(.markerMoved(move)) }, is: [])
        expect(robot.state, is: before)
    }

    @Test func otherPanesFollowWhileTheReaderReadsElsewhere() throws {
        var robot = robot()
        robot.press("j", "2")
        robot.send(.markerMoved(try move(robot, to: "p3")))
        robot.press("1")
        expect(robot.selected, is: "p3")
        // A pane to which he went is his
        robot.send(.markerMoved(try move(robot, to: "p1")))
        expect(robot.selected, is: "p3")
    }

    @Test func theSizeOfTheTerminalIsNoKey() throws {
        var robot = robot()
        robot.resize(100, 30)
        robot.send(.markerMoved(try move(robot, to: "p3")))
        expect(robot.selected, is: "p3")
    }

    @Test func aMarkerOfAnotherConfigurationIsPassedOver() throws {
        var robot = robot()
        var move = try move(robot, to: "p3")
        move.pane = .persona("gone")
        expect(robot.effects { $0.send(.markerMoved(move)) }, is: [])
    }
}
