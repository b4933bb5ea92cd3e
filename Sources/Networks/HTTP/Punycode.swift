import TimelineModel

/// Host names in other scripts, in the form that DNS knows. libcurl can do it too, but reads the name in the
/// character set of the locale, and the C locale has none.
enum Punycode {
    /// A host with each label that is not ASCII encoded; nil when a label gets longer than DNS allows.
    static func asciiHost(_ host: String) -> String? {
        guard !host.utf8.allSatisfy({ $0 < 0x80 }) else { return host }
        var labels: [String] = []
        for label in host.split(separator: ".", omittingEmptySubsequences: false) {
            let ascii = label.utf8.allSatisfy { $0 < 0x80 } ? String(label) : encode(label).map { "xn--" + $0 }
            guard let ascii, ascii.utf8.count <= 63 else { return nil }
            labels.append(ascii)
        }
        return labels.joined(separator: ".")
    }

    /// One label. Source: RFC 3492 section 6.3, with its parameters for IDNA.
    static func encode(_ label: some StringProtocol) -> String? {
        let (base, tMin, tMax, skew, damp) = (36, 1, 26, 38, 700)
        let input = label.unicodeScalars.map { Int($0.value) }
        // The length of a label bounds the delta's growth below an overflow.
        guard input.count <= 63 else { return nil }
        var output = input.filter { $0 < 0x80 }.map { UInt8($0) }
        let basicCount = output.count
        if basicCount > 0 { output.append(UInt8(ascii: "-")) }
        var (point, delta, bias, handled) = (0x80, 0, 72, basicCount)
        while handled < input.count {
            guard let next = input.filter({ $0 >= point }).min() else { return nil }
            delta += (next - point) * (handled + 1)
            point = next
            for scalar in input {
                if scalar < point { delta += 1 }
                guard scalar == point else { continue }
                var rest = delta
                var place = base
                while true {
                    let threshold = min(max(place - bias, tMin), tMax)
                    if rest < threshold { break }
                    output.append(digit(threshold + (rest - threshold) % (base - threshold)))
                    rest = (rest - threshold) / (base - threshold)
                    place += base
                }
                output.append(digit(rest))
                delta = handled == basicCount ? delta / damp : delta / 2
                delta += delta / (handled + 1)
                var shift = 0
                while delta > (base - tMin) * tMax / 2 {
                    delta /= base - tMin
                    shift += base
                }
                bias = shift + (base - tMin + 1) * delta / (delta + skew)
                delta = 0
                handled += 1
            }
            delta += 1
            point += 1
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func digit(_ value: Int) -> UInt8 {
        value < 26 ? UInt8(value) + UInt8(ascii: "a") : UInt8(value - 26) + UInt8(ascii: "0")
    }
}

extension WebAddress {
    /// The address in ASCII alone, as it goes to libcurl; nil when its host cannot be a DNS name.
    var asciiText: String? {
        guard let asciiHost = Punycode.asciiHost(host) else { return nil }
        guard asciiHost != host else { return text }
        let scheme = isSecure ? "https://" : "http://"
        return scheme + asciiHost + text.dropFirst(scheme.count + host.count)
    }
}
