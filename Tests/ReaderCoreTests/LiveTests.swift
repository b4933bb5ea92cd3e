import Cells
import Testing
import Text
import TimelineModel

@testable import ReaderCore

/// What the reader shows of streams.
@Suite struct LiveTests {
    private let source = SourceID(value: "0000000000000001")

    private func header(_ robot: Robot) -> String {
        String(view(robot.state).surface.snapshot().split(separator: "\n").dropFirst().first ?? "")
    }

    @Test func theHeaderSaysLiveWhileEveryStreamStands() {
        var robot = Robot(Sample.store(3), size: Size(width: 120, height: 40))
        #expect(!header(robot).contains("live"))
        robot.send(.liveChanged([source: .connecting]))
        #expect(header(robot).contains("connecting"))
        robot.send(.liveChanged([source: .streaming, SourceID(value: "2"): .polling(seconds: 120)]))
        #expect(header(robot).contains("live"))
        // One that has to be opened again is what matters
        robot.send(.liveChanged([source: .streaming, SourceID(value: "2"): .connecting]))
        #expect(header(robot).contains("connecting") && !header(robot).contains("live"))
        robot.send(.liveChanged([:]))
        #expect(!header(robot).contains("connecting"))
    }
}
