/// What a figure is to reach. What a person waits for must not grow with the store.
struct Goal: Sendable {
    enum Bound: Sendable {
        case atMost(Double)
        case atLeast(Double)
        /// So many times what the bare ncurses list took in the same minutes.
        case timesFloor(Double)
    }

    let figure: String
    var percent = 50
    let bound: Bound
    /// The largest store against the smallest.
    var growth: Double?

    static let all: [Goal] = [
        Goal(figure: "start warm", bound: .atMost(20), growth: 1.2),
        Goal(figure: "start disk-cold", bound: .atMost(60)),
        Goal(figure: "memory peak", bound: .atMost(25), growth: 1.1),
        Goal(figure: "exit", bound: .atMost(20), growth: 1.2),
        Goal(figure: "key move", bound: .timesFloor(2), growth: 1.2),
        Goal(figure: "key move", percent: 95, bound: .timesFloor(2)),
        Goal(figure: "key move", percent: 99, bound: .timesFloor(3)),
        Goal(figure: "key scroll", bound: .timesFloor(2), growth: 1.2),
        Goal(figure: "key scroll", percent: 95, bound: .timesFloor(2)),
        Goal(figure: "key scroll", percent: 99, bound: .timesFloor(3)),
        Goal(figure: "key pane", bound: .timesFloor(2), growth: 1.2),
        Goal(figure: "key page", bound: .timesFloor(2), growth: 1.2),
        Goal(figure: "key top, bottom", bound: .timesFloor(2), growth: 1.2),
        Goal(figure: "key mark", bound: .timesFloor(2), growth: 1.2),
        Goal(figure: "move bytes", bound: .atMost(400)),
        Goal(figure: "scroll bytes / changed text", bound: .atMost(1.3)),
        Goal(figure: "burst", bound: .atLeast(20_000)),
        Goal(figure: "burst same screen", bound: .atLeast(1)),
        Goal(figure: "idle wake-ups", bound: .atMost(0)),
        Goal(figure: "idle bytes", bound: .atMost(0)),
        Goal(figure: "store search rare", bound: .atMost(15)),
        Goal(figure: "store search common", bound: .atMost(15)),
        Goal(figure: "store search phrase", bound: .atMost(15)),
        Goal(figure: "store search accents", bound: .atMost(15)),
        Goal(figure: "store window", bound: .atMost(5), growth: 1.2),
        Goal(figure: "store counts", bound: .atMost(1), growth: 1.2),
        Goal(figure: "store mark", bound: .atMost(5), growth: 1.2),
        Goal(figure: "ingest", bound: .atLeast(20_000)),
        Goal(figure: "decode RSS", bound: .atLeast(60)),
        Goal(figure: "decode Atom", bound: .atLeast(60)),
        Goal(figure: "decode JSON Feed", bound: .atLeast(60)),
        Goal(figure: "decode Mastodon", bound: .atLeast(60)),
    ]

    /// Goals that this benchmark does not look at, and why.
    static let notMeasured = ["key while 500 feeds are fetched", "fetch 500 x 100"].map {
        Figure($0, "", posts: nil, notTaken: "it needs five hundred servers that answer, which are not part of this")
    }

    static func of(_ figure: Figure) -> [Goal] { all.filter { $0.figure == figure.name } }

    /// Nil when the figure cannot tell: it was not taken, has too few values, or there was no bare list beside it.
    func verdict(on figure: Figure) -> Verdict? {
        guard let samples = figure.samples, let value = samples.percentile(percent) else { return nil }
        let shown = figure.samples?.sorted.count == 1 ? "" : "p\(percent) "
        switch bound {
        case .atMost(let limit): return Verdict("\(shown)<= \(limit.short)", value: value, limit: limit)
        case .atLeast(let limit): return Verdict("\(shown)>= \(limit.short)", value: value, least: limit)
        case .timesFloor(let times):
            guard let floor = figure.floor?.percentile(percent) else { return nil }
            return Verdict("\(shown)<= \(times.short) x floor", value: value, limit: floor * times)
        }
    }

    func verdictOnGrowth(from smallest: Figure, to largest: Figure) -> Verdict? {
        guard let growth, percent == 50, let before = smallest.samples?.median, let after = largest.samples?.median,
            before > 0
        else { return nil }
        return Verdict("<= \(growth.short)", value: after / before, limit: growth)
    }

    struct Verdict: Sendable {
        let goal: String
        let isMet: Bool
        let margin: String

        init(_ goal: String, value: Double, limit: Double) {
            self.goal = goal
            isMet = value <= limit
            if limit > 0 {
                margin = isMet ? "\((100 - value / limit * 100).short) % below" : "\((value / limit).short) x the goal"
            } else {
                margin = isMet ? "none" : "by \(value.short)"
            }
        }

        init(_ goal: String, value: Double, least: Double) {
            self.goal = goal
            isMet = value >= least
            margin =
                isMet ? "\((value / least * 100 - 100).short) % above" : "\((value / least * 100).short) % of the goal"
        }

        var text: String { "\(goal): \(isMet ? "met" : "NOT MET"), \(margin)" }
    }
}

extension Double {
    /// As many digits as a reader needs: three that count, none behind the point from a hundred on.
    var short: String {
        let digits = abs(self) >= 100 ? 0 : abs(self) >= 10 ? 1 : abs(self) >= 1 ? 2 : 3
        let value = rounded(digits)
        return value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
    }
}
