import Glibc

/// Many measurements of one thing, or one alone.
struct Samples: Sendable {
    /// Ascending, never empty.
    let sorted: [Double]

    /// Nil when there are none.
    init?(_ values: [Double]) {
        guard !values.isEmpty else { return nil }
        sorted = values.sorted()
    }

    /// The least value that so many in a hundred do not exceed; nil when there are too few to tell.
    func percentile(_ percent: Int) -> Double? {
        guard percent == 50 || sorted.count * (100 - percent) >= 100 else { return nil }
        return sorted[max(0, (sorted.count * percent + 99) / 100 - 1)]
    }

    var median: Double { sorted[sorted.count / 2] }
    var largest: Double { sorted[sorted.count - 1] }
}

/// Something measured in one store, or in none.
struct Figure: Sendable {
    enum Outcome: Sendable {
        case taken(Samples)
        /// Why there is no figure.
        case notTaken(String)
    }

    let name: String
    let unit: String
    /// Posts in the store; nil for what no store has a part in.
    let posts: Int?
    let outcome: Outcome
    /// The bare ncurses list, measured in turns with it.
    var floor: Samples?
    /// What has to be known to read it.
    var remark: String?

    init(_ name: String, _ unit: String, posts: Int?, _ values: [Double], floor: [Double] = [], remark: String? = nil) {
        self.name = name
        self.unit = unit
        self.posts = posts
        self.remark = remark
        self.floor = Samples(floor)
        outcome = Samples(values).map(Outcome.taken) ?? .notTaken("nothing was measured")
    }

    init(_ name: String, _ unit: String, posts: Int?, notTaken reason: String) {
        self.name = name
        self.unit = unit
        self.posts = posts
        outcome = .notTaken(reason)
    }

    var samples: Samples? { if case .taken(let samples) = outcome { samples } else { nil } }
}

/// How long something takes, in milliseconds.
func milliseconds(_ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    let begin = clock.now
    try body()
    return (clock.now - begin).milliseconds
}

/// The same so many times, one value each.
func milliseconds(rounds: Int, _ body: () throws -> Void) rethrows -> [Double] {
    var values: [Double] = []
    for _ in 0..<rounds { values.append(try milliseconds(body)) }
    return values
}

/// How long the processor works on something, in milliseconds: for pure computation, which waits for nothing but the
/// machine's other work.
func processorMilliseconds(_ body: () throws -> Void) rethrows -> Double {
    func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1000 + Double(time.tv_nsec) / 1e6
    }
    let begin = now()
    try body()
    return now() - begin
}
