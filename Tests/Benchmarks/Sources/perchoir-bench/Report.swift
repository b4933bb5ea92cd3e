import FoundationEssentials

/// All figures of a run, as a table for people and as JSON.
struct Report {
    var machine: [String] = []
    private(set) var figures: [Figure] = []

    mutating func add(_ figure: Figure) {
        figures.append(figure)
        note(Self.line(figure))
    }

    mutating func add(_ more: [Figure]) { for figure in more { add(figure) } }

    // MARK: The table

    /// Figures in the order in which they were first taken, each with a line a store and what growing did to it.
    var table: String {
        var lines = machine + ["", Self.header]
        for name in names {
            let same = figures.filter { $0.name == name }
            lines += same.map(Self.line)
            if let growth = Self.growthLine(same) { lines.append(growth) }
        }
        let verdicts = self.verdicts
        let missed = verdicts.filter { !$0.verdict.isMet }
        lines += ["", "\(verdicts.count - missed.count) of \(verdicts.count) goals met; not met:"]
        lines += missed.map { "  \($0.name), \($0.place): \($0.verdict.text)" }
        return lines.joined(separator: "\n") + "\n"
    }

    private var names: [String] {
        var seen: Set<String> = []
        return figures.map(\.name).filter { seen.insert($0).inserted }
    }

    private static let header =
        pad("figure", 27) + pad("posts", 6) + pad("unit", 9) + pad("p50", 9) + pad("p95", 9) + pad("p99", 9)
        + pad("max", 9) + pad("of", 6) + pad("x floor", 16) + "goal"

    private static func line(_ figure: Figure) -> String {
        let start = pad(figure.name, 27) + pad(figure.posts.map(sizeName) ?? "-", 6) + pad(figure.unit, 9)
        guard case .taken(let samples) = figure.outcome else {
            if case .notTaken(let reason) = figure.outcome { return start + "not taken: " + reason }
            return start
        }
        func ratio(_ percent: Int) -> String? {
            guard let floor = figure.floor?.percentile(percent), floor > 0 else { return nil }
            return samples.percentile(percent).map { ($0 / floor).short }
        }
        let isOne = samples.sorted.count == 1
        let columns = [50, 95, 99].map { samples.percentile($0)?.short ?? "" } + [isOne ? "" : samples.largest.short]
        let floors = [50, 95, 99].compactMap(ratio).joined(separator: "/")
        let goals = Goal.of(figure).compactMap { $0.verdict(on: figure)?.text }
        let remarks = goals + [figure.remark].compactMap { $0 }
        return start + columns.map { pad($0, 9) }.joined() + pad("\(samples.sorted.count)", 6) + pad(floors, 16)
            + remarks.joined(separator: "; ")
    }

    private static func growthLine(_ same: [Figure]) -> String? {
        guard let pair = ends(same), let before = pair.0.samples?.median, let after = pair.1.samples?.median, before > 0
        else { return nil }
        let goals = Goal.of(pair.0).compactMap { $0.verdictOnGrowth(from: pair.0, to: pair.1)?.text }
        return pad("", 27) + pad(sizeName(pair.1.posts ?? 0) + " / " + sizeName(pair.0.posts ?? 0), 15)
            + pad((after / before).short, 58) + goals.joined(separator: "; ")
    }

    /// The same figure in the smallest and in the largest store.
    private static func ends(_ same: [Figure]) -> (Figure, Figure)? {
        let sized = same.filter { $0.posts != nil && $0.samples != nil }.sorted { ($0.posts ?? 0) < ($1.posts ?? 0) }
        guard let first = sized.first, let last = sized.last, first.posts != last.posts else { return nil }
        return (first, last)
    }

    private var verdicts: [(name: String, place: String, verdict: Goal.Verdict)] {
        var all: [(name: String, place: String, verdict: Goal.Verdict)] = []
        for name in names {
            let same = figures.filter { $0.name == name }
            for figure in same {
                let place = figure.posts.map(sizeName) ?? "-"
                all += Goal.of(figure).compactMap { goal in goal.verdict(on: figure).map { (name, place, $0) } }
            }
            guard let pair = Self.ends(same) else { continue }
            let place = "\(sizeName(pair.1.posts ?? 0)) / \(sizeName(pair.0.posts ?? 0))"
            all += Goal.of(pair.0).compactMap { goal in
                goal.verdictOnGrowth(from: pair.0, to: pair.1).map { (name, place, $0) }
            }
        }
        return all
    }

    // MARK: JSON

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let record = Record(machine: machine, figures: figures.map(Record.Entry.init))
        return String(decoding: try encoder.encode(record), as: UTF8.self) + "\n"
    }

    private struct Record: Encodable {
        var machine: [String]
        var figures: [Entry]

        struct Numbers: Encodable {
            var count: Int
            var p50: Double
            var p95: Double?
            var p99: Double?
            var max: Double

            init(_ samples: Samples) {
                count = samples.sorted.count
                p50 = samples.median
                p95 = samples.percentile(95)
                p99 = samples.percentile(99)
                max = samples.largest
            }
        }

        struct Entry: Encodable {
            var name: String
            var unit: String
            var posts: Int?
            var measured: Numbers?
            var floor: Numbers?
            var notTaken: String?
            var remark: String?
            var goals: [Verdict]

            init(_ figure: Figure) {
                name = figure.name
                unit = figure.unit
                posts = figure.posts
                measured = figure.samples.map(Numbers.init)
                floor = figure.floor.map(Numbers.init)
                if case .notTaken(let reason) = figure.outcome { notTaken = reason }
                remark = figure.remark
                goals = Goal.of(figure).compactMap { $0.verdict(on: figure) }.map {
                    Verdict(goal: $0.goal, met: $0.isMet, margin: $0.margin)
                }
            }
        }

        struct Verdict: Encodable {
            var goal: String
            var met: Bool
            var margin: String
        }
    }
}

/// 1000 as 1k, 1000000 as 1M.
func sizeName(_ posts: Int) -> String {
    posts % 1_000_000 == 0 ? "\(posts / 1_000_000)M" : posts % 1000 == 0 ? "\(posts / 1000)k" : "\(posts)"
}

private func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
}
