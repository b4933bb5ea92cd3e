import Expectations
import Store
import Testing
import TimelineModel

@Suite("The clock")
struct ClockTests {
    private let day: Int64 = 86_400

    private func at(_ days: Double) -> Timestamp { Bench.start.adding(seconds: Int64(days * Double(day))) }

    @Test("By a clock that jumped nothing is forgotten before it has been so for a day")
    func jump() throws {
        let bench = try Bench()
        // A store of today
        try expect(bench.store.trustsClock(at: at(0)), is: false)
        try expect(bench.store.trustsClock(at: at(0.9)), is: false)
        try expect(bench.store.trustsClock(at: at(1.1)), is: true)
        try expect(bench.store.trustsClock(at: at(40)), is: true)
        // One day of a wrong clock, and the right one again
        try expect(bench.store.trustsClock(at: at(18_250)), is: false)
        try expect(bench.store.trustsClock(at: at(18_250.1)), is: false)
        try expect(bench.store.trustsClock(at: at(41)), is: false)
        try expect(bench.store.trustsClock(at: at(42.1)), is: true)
        // Set back, too
        try expect(bench.store.trustsClock(at: at(-3650)), is: false)
        try expect(bench.store.trustsClock(at: at(43)), is: false)
        try expect(bench.store.trustsClock(at: at(44.1)), is: true)
        // A second of difference is none
        try expect(bench.store.trustsClock(at: at(44.0999)), is: true)
    }

    @Test("Who was away for months forgets a day later")
    func away() throws {
        let bench = try Bench()
        try expect(bench.store.trustsClock(at: at(0)), is: false)
        try expect(bench.store.trustsClock(at: at(1)), is: true)
        try expect(bench.store.trustsClock(at: at(200)), is: false)
        try expect(bench.store.trustsClock(at: at(201)), is: true)
    }

    @Test("What makes no sense among the kept times is a clock not seen yet")
    func nonsense() throws {
        let bench = try Bench()
        for text in ["", "x", "-9223372036854775808", "9223372036854775807"] {
            try bench.store.saveLayout(["clock-seen": text, "clock-since": text])
            try expect(bench.store.trustsClock(at: at(3)), is: false)
            try expect(bench.store.trustsClock(at: at(4)), is: true)
        }
    }
}
