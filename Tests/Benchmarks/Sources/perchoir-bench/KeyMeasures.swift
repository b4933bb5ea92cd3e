import Cells
import Glibc
import TestSupport

/// Keys, each timed from the moment it is pressed to the last byte that it brings.
extension TerminalMeasures {
    /// Down and up again, so few posts that nothing scrolls.
    static let thereAndBack = [String](repeating: "j", count: 8) + [String](repeating: "k", count: 8)

    /// Keys pressed in turns, each of them a figure of its own or all of them one.
    private struct Exercise {
        struct Step {
            var figure: String
            var key: String
            /// Typed before, untimed.
            var typed = ""
            /// The figure of the last byte, where the first picture is what one waits for and a word follows it.
            var confirmed: String?
        }

        var steps: [Step]
        /// How often all steps are done between two turns of the bare list, and how many such rounds there are.
        var times: Int
        var rounds: Int
        /// Typed once before, at the top of the persona with the most posts.
        var before = ""
        /// The bare list scrolls as well; else its bar moves.
        var scrolls = false
        /// Milliseconds of silence that end an answer: more where the store writes before the last word is said.
        var quiet = 4.0
        /// Silence ends an answer only when the program does not work any more.
        var waitsForWork = false

        init(
            _ steps: [Step], times: Int, rounds: Int, before: String = "", scrolls: Bool = false, quiet: Double = 4,
            waitsForWork: Bool = false
        ) {
            self.waitsForWork = waitsForWork
            self.steps = steps
            self.times = times
            self.rounds = rounds
            self.before = before
            self.scrolls = scrolls
            self.quiet = quiet
        }

        /// The names of its figures, each once.
        var figures: [String] {
            var seen: Set<String> = []
            return steps.flatMap { [$0.figure] + ($0.confirmed.map { [$0] } ?? []) }
                .filter { seen.insert($0).inserted }
        }
    }

    /// In the persona with the most posts, one line each, unless a step goes elsewhere.
    private var exercises: [Exercise] {
        func step(
            _ figure: String, _ key: String, typed: String = "", confirmed: String? = nil
        ) -> Exercise.Step {
            Exercise.Step(figure: figure, key: key, typed: typed, confirmed: confirmed)
        }
        let marks = [
            step("key mark", "m", confirmed: "key mark, on disk"),
            step("key undo", "u", confirmed: "key undo, on disk"),
        ]
        let wholePane = [
            step("key mark pane", "y", typed: "A", confirmed: "key mark pane, on disk"),
            step("key undo pane", "u", confirmed: "key undo pane, on disk"),
        ]
        let searches = ["gouvernement", "rare77", "\"le la\"", "elysee"].map {
            step("key search, every match", "\r", typed: "gg/" + $0)
        }
        return [
            Exercise(Self.thereAndBack.map { step("key move", $0) }, times: 3, rounds: 16),
            Exercise(
                [step("key scroll", "j")], times: 40, rounds: 6, before: String(repeating: "j", count: 80),
                scrolls: true),
            Exercise([step("key page", "\u{1b}[6~")], times: 10, rounds: 3),
            Exercise([step("key top, bottom", "G"), step("key top, bottom", "gg")], times: 5, rounds: 3),
            Exercise([step("key pane", "\t")], times: 15, rounds: 3),
            Exercise(marks, times: 10, rounds: 3, quiet: 30),
            Exercise([step("key unread only", "U"), step("key all again", "U")], times: 5, rounds: 2, quiet: 15),
            Exercise(searches, times: 1, rounds: 5, quiet: 60, waitsForWork: true),
            Exercise(wholePane, times: 1, rounds: 2, quiet: 300, waitsForWork: true),
            Exercise(Self.thereAndBack.map { step("key move, text open", $0) }, times: 3, rounds: 4, before: "z"),
        ]
    }

    func typing() -> [Figure] {
        let bytes = ["move bytes", "scroll bytes / changed text", "move writes"]
        let others = ["burst", "burst same screen", "memory peak"]
        return taken(exercises.flatMap(\.figures) + bytes + others) { program in
            let reader = try start(program)
            _ = try reader.firstPaint(showing: Self.selectionBar)
            try reader.settle(quiet: 100)
            let floor = try bareList()
            var figures: [Figure] = []
            for exercise in exercises {
                figures += taken(exercise.figures) { _ in try run(exercise, reader, floor) }
            }
            figures += taken(["burst", "burst same screen"]) { _ in try bursts(reader) }
            figures.append(memory(reader))
            _ = try reader.quit(by: "Q")
            _ = try floor.quit(by: "q")
            return figures
        }
    }

    private func bareList() throws -> TimedTerminal {
        let path = CommandLine.arguments[0].contains("/") ? CommandLine.arguments[0] : ownPath()
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let floor = try TimedTerminal(
            folder + "/curses-floor", ["\(max(1000, posts))"],
            environment: ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"])
        _ = try floor.firstPaint(showing: " of ")
        return floor
    }

    private func ownPath() -> String {
        var path = [CChar](repeating: 0, count: 4096)
        let count = max(0, readlink("/proc/self/exe", &path, path.count))
        return String(decoding: path[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private func run(_ exercise: Exercise, _ reader: TimedTerminal, _ floor: TimedTerminal) throws -> [Figure] {
        var times: [String: [Double]] = [:]
        var silent: [String: Int] = [:]
        var (floors, bytes, ratios): ([Double], [Double], [Double]) = ([], [], [])
        var writes = 0
        _ = try reader.type("\u{1b}", quiet: 100)
        _ = try reader.type("3gg" + exercise.before, quiet: 100)
        if exercise.scrolls { _ = try floor.type(String(repeating: "j", count: 60), quiet: 20) }
        for _ in 0..<exercise.rounds {
            let begun = Processes.writes(reader.process) ?? 0
            for _ in 0..<exercise.times {
                for step in exercise.steps {
                    if !step.typed.isEmpty { _ = try reader.type(step.typed, quiet: 40) }
                    let before = exercise.scrolls ? reader.drawn() : nil
                    let answer =
                        exercise.waitsForWork
                        ? try reader.typeAndLetWork(step.key, quiet: exercise.quiet)
                        : try reader.type(step.key, quiet: exercise.quiet)
                    guard let answer else {
                        silent[step.figure, default: 0] += 1
                        continue
                    }
                    times[step.figure, default: []].append(step.confirmed == nil ? answer.last : answer.painted)
                    if let confirmed = step.confirmed { times[confirmed, default: []].append(answer.last) }
                    bytes.append(Double(answer.bytes))
                    if let before {
                        let changed = Self.changedText(from: before, to: reader.drawn())
                        if changed > 0 { ratios.append(Double(answer.bytes) / Double(changed)) }
                    }
                }
            }
            writes += (Processes.writes(reader.process) ?? 0) - begun
            for number in 0..<min(48, exercise.times * exercise.steps.count) {
                let key = exercise.scrolls || number % 16 < 8 ? "j" : "k"
                if let answer = try floor.type(key) { floors.append(answer.last) }
            }
        }
        let names = exercise.figures
        var figures = names.map { name in
            Figure(
                name, "ms", posts: posts, times[name] ?? [], floor: floors,
                remark: silent[name].map { "\($0) keys brought nothing" })
        }
        let count = Double(max(1, bytes.count))
        if names == ["key move"] {
            figures.append(Figure("move bytes", "bytes", posts: posts, bytes))
            figures.append(
                Figure("move writes", "calls", posts: posts, [Double(writes) / count], remark: "a key, to anything"))
        }
        if names == ["key scroll"] {
            figures.append(Figure("scroll bytes / changed text", "ratio", posts: posts, ratios))
        }
        return figures
    }

    /// UTF-8 bytes of the cells that look different.
    private static func changedText(from before: VirtualScreen, to after: VirtualScreen) -> Int {
        var sum = 0
        for y in 0..<after.size.height {
            for x in 0..<after.size.width where before.glyph(x: x, y: y) != after.glyph(x: x, y: y) {
                sum += after.glyph(x: x, y: y).text.utf8.count
            }
        }
        return sum
    }

    /// Two thousand keys as fast as the terminal takes them, and whether they end where they would one by one.
    private func bursts(_ reader: TimedTerminal) throws -> [Figure] {
        let keys = String(repeating: "j", count: 2000)
        _ = try reader.type("\u{1b}", quiet: 100)
        _ = try reader.type("3gg", quiet: 200)
        // So few that what is loaded is never left behind.
        for _ in 0..<100 { _ = try reader.type(String(repeating: "j", count: 20), quiet: 12) }
        try reader.settle(quiet: 100)
        let slowly = reader.drawn().rows
        var rates: [Double] = []
        var difference: String?
        for _ in 0..<3 {
            _ = try reader.type("3gg", quiet: 200)
            guard let answer = try reader.type(keys, quiet: 60, patience: 5000) else {
                throw Trouble("a burst of keys brought nothing")
            }
            rates.append(2000 / answer.last * 1000)
            try reader.settle(quiet: 200)
            let quickly = reader.drawn().rows
            difference = difference ?? zip(slowly, quickly).first { $0 != $1 }.map { "\($1) in the place of \($0)" }
        }
        return [
            Figure("burst", "keys/s", posts: posts, rates, remark: "2000 at once"),
            Figure(
                "burst same screen", "0 or 1", posts: posts, [difference == nil ? 1 : 0],
                remark: difference ?? "as the same keys twenty by twenty"),
        ]
    }

    private func memory(_ reader: TimedTerminal) -> Figure {
        guard let peak = Processes.memoryPeak(reader.process) else {
            return Figure("memory peak", "MiB", posts: posts, notTaken: "the kernel does not tell VmHWM")
        }
        return Figure("memory peak", "MiB", posts: posts, [peak], remark: "after all keys")
    }
}
