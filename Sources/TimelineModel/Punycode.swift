/// A host label's letters as ASCII and back (RFC 3492, with the parameters of IDNA).
enum Punycode {
    private static let base = 36
    private static let lowestThreshold = 1
    private static let highestThreshold = 26
    private static let firstBias = 72
    private static let firstScalar = 0x80

    /// The encoded form without `xn--`; nil when it would overflow.
    static func encoded(_ label: some Collection<Unicode.Scalar>) -> String? {
        let scalars = label.map { Int($0.value) }
        var output = String.UnicodeScalarView(label.filter(\.isASCII))
        let basicCount = output.count
        if basicCount > 0 { output.append("-") }
        var (next, delta, bias, handled) = (firstScalar, 0, firstBias, basicCount)
        while handled < scalars.count {
            guard let smallest = scalars.lazy.filter({ $0 >= next }).min() else { return nil }
            let (step, overflow) = (smallest - next).multipliedReportingOverflow(by: handled + 1)
            guard !overflow, step <= Int(Int32.max) - delta else { return nil }
            delta += step
            next = smallest
            for scalar in scalars {
                if scalar < next { delta += 1 }
                guard scalar == next else { continue }
                var rest = delta
                var place = base
                while true {
                    let threshold = threshold(place, bias)
                    if rest < threshold { break }
                    output.append(digit(threshold + (rest - threshold) % (base - threshold)))
                    rest = (rest - threshold) / (base - threshold)
                    place += base
                }
                output.append(digit(rest))
                bias = adapted(delta, count: handled + 1, isFirst: handled == basicCount)
                delta = 0
                handled += 1
            }
            delta += 1
            next += 1
        }
        return String(output)
    }

    /// The letters of an encoded label without its `xn--`; nil when it encodes nothing that Unicode knows.
    static func decoded(_ text: some StringProtocol) -> String? {
        let bytes = Array(text.utf8)
        guard bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
        var scalars: [Unicode.Scalar] = []
        var rest = bytes[...]
        if let hyphen = bytes.lastIndex(of: UInt8(ascii: "-")) {
            scalars = bytes[..<hyphen].map { Unicode.Scalar($0) }
            rest = bytes[(hyphen + 1)...]
        }
        var (next, index, bias) = (firstScalar, 0, firstBias)
        while !rest.isEmpty {
            let before = index
            var (weight, place) = (1, base)
            while true {
                guard let byte = rest.popFirst(), let digit = value(byte) else { return nil }
                // Labels are short; a bound of 31 bits keeps every product below far from overflowing.
                guard weight <= Int(Int32.max), digit * weight <= Int(Int32.max) - index else { return nil }
                index += digit * weight
                let threshold = threshold(place, bias)
                if digit < threshold { break }
                weight *= base - threshold
                place += base
            }
            let count = scalars.count + 1
            bias = adapted(index - before, count: count, isFirst: before == 0)
            next += index / count
            index %= count
            guard next <= 0x10ffff, let scalar = Unicode.Scalar(UInt32(next)) else { return nil }
            scalars.insert(scalar, at: index)
            index += 1
        }
        return String(String.UnicodeScalarView(scalars))
    }

    private static func threshold(_ place: Int, _ bias: Int) -> Int {
        min(max(place - bias, lowestThreshold), highestThreshold)
    }

    private static func adapted(_ delta: Int, count: Int, isFirst: Bool) -> Int {
        var delta = isFirst ? delta / 700 : delta / 2
        delta += delta / count
        var bias = 0
        while delta > (base - lowestThreshold) * highestThreshold / 2 {
            delta /= base - lowestThreshold
            bias += base
        }
        return bias + (base - lowestThreshold + 1) * delta / (delta + 38)
    }

    /// a to z are 0 to 25, the digits 26 to 35.
    private static func digit(_ value: Int) -> Unicode.Scalar {
        Unicode.Scalar(UInt8(value < 26 ? 97 + value : 22 + value))
    }

    private static func value(_ byte: UInt8) -> Int? {
        switch byte {
        case 97...122: Int(byte) - 97
        case 65...90: Int(byte) - 65
        case 48...57: Int(byte) - 22
        default: nil
        }
    }
}
