/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers from the same seed on every machine, so that a failing
/// property test names the seed that failed.
public struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// True once in so many times.
    public mutating func once(in times: Int) -> Bool { Int.random(in: 0..<times, using: &self) == 0 }

    /// One of the choices, which must not be empty.
    public mutating func pick<Choice>(_ choices: [Choice]) -> Choice {
        choices[Int.random(in: 0..<choices.count, using: &self)]
    }

    /// So many choices, some perhaps several times.
    public mutating func pick<Choice>(_ counts: ClosedRange<Int>, of choices: [Choice]) -> [Choice] {
        (0..<Int.random(in: counts, using: &self)).map { _ in pick(choices) }
    }
}
