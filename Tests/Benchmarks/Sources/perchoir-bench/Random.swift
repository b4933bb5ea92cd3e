/// SplitMix64: the same numbers from the same seed on every machine.
struct Random: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    mutating func once(in times: Int) -> Bool { below(times) == 0 }
    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
    mutating func pick<Choice>(_ choices: [Choice]) -> Choice { choices[below(choices.count)] }

    /// Of `count` places the first far more often than the last (Zipf's law, exponent near 1).
    mutating func zipf(_ count: Int) -> Int {
        let uniform = Double(next() >> 11) / Double(1 << 53)
        var power = 1.0
        // count^uniform by repeated square roots: no library for one function.
        var base = Double(count)
        var rest = uniform
        for _ in 0..<20 {
            base = base.squareRoot()
            rest *= 2
            if rest >= 1 {
                power *= base
                rest -= 1
            }
        }
        return min(count - 1, Int(power) - 1)
    }
}
