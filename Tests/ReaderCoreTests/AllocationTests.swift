import CTestSupport
import Cells
import Testing
import Text
import TimelineModel

@testable import ReaderCore

/// What a key costs, in blocks of memory asked for: a count, so that no other load can change it.
@Suite("Allocations a key")
struct AllocationTests {
    /// Blocks that each of some keys asks for: the new state, the picture, what differs from the one before.
    private static func blocks(_ keys: [String], posts: Int) -> [Int] {
        var store = FakeStore()
        for persona in ["main", "pro", "news"] as [PersonaID] {
            store.add(
                (0..<posts).map { number in
                    Sample.post(
                        "\(persona.name)\(number)", at: Sample.now.adding(seconds: -60 * Int64(number)), by: "Author",
                        "A text of some words, long enough to be broken into lines.")
                }, to: persona)
        }
        var robot = Robot(store, size: Size(width: 120, height: 40))
        robot.press("j", "k")
        var drawn = Drawn(state: robot.state, frame: view(robot.state))
        return keys.map { key in
            let before = allocation_count()
            robot.press(key)
            let frame = view(robot.state, after: drawn)
            let runs = frame.surface.changes(from: drawn.frame.surface)
            let asked = Int(allocation_count() - before)
            #expect(!runs.isEmpty, "\(key) shows nothing")
            drawn = Drawn(state: robot.state, frame: frame)
            return asked
        }
    }

    @Test("moving costs the same with a hundred times the posts, and no more than the rows on the screen")
    func moving() {
        let keys = ["j", "j", "j", "k", "k", "Tab", "j", "k"]
        let few = Self.blocks(keys, posts: 100)
        let many = Self.blocks(keys, posts: 10_000)
        #expect(zip(few, many).allSatisfy { $1 <= $0 + $0 / 10 }, "\(few) blocks, with many posts \(many)")
        #expect((many.max() ?? 0) <= 2500, "\(many)")
    }
}
