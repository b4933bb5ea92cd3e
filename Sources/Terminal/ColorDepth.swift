import Cells
import Glibc

/// How many colours a terminal shows, and which of them comes nearest to a theme's.
public enum ColorDepth: Hashable, Sendable {
    /// Attributes only.
    case none
    case eight
    case sixteen
    /// xterm's palette: 16 colours of the terminal, a cube of 6 x 6 x 6, 24 greys.
    case palette256
    /// 16 million, under a terminfo entry that says so.
    case direct

    init(count: Int) {
        switch count {
        case (1 << 24)...: self = .direct
        case 256...: self = .palette256
        case 16...: self = .sixteen
        case 8...: self = .eight
        default: self = .none
        }
    }

    /// A colour as ncurses wants it.
    struct Resolved: Hashable {
        /// -1 is the terminal's own.
        var index: Int32
        /// The colour is bright, which eight colours can only show as bold text.
        var needsBold = false
    }

    func resolve(_ color: Color) -> Resolved {
        if self == .none { return Resolved(index: -1) }
        switch color {
        case .terminal: return Resolved(index: -1)
        case .ansi(let number): return resolve(ansi: Int32(number & 15))
        case .rgb(let red, let green, let blue):
            switch self {
            case .none: return Resolved(index: -1)
            case .direct:
                // Values below 8 are the terminal's own eight colours there, not nearly black.
                let value = Int32(red) << 16 | Int32(green) << 8 | Int32(blue)
                return Resolved(index: (1..<8).contains(value) ? 8 : value)
            case .palette256: return Resolved(index: Palette.nearest(red, green, blue, among: 16..<256))
            case .sixteen: return Resolved(index: Palette.nearest(red, green, blue, among: 0..<16))
            case .eight: return resolve(ansi: Palette.nearest(red, green, blue, among: 0..<16))
            }
        }
    }

    private func resolve(ansi number: Int32) -> Resolved {
        switch self {
        case .eight: return Resolved(index: number & 7, needsBold: number > 7)
        case .direct where number > 7:
            let (red, green, blue) = Palette.components[Int(number)]
            return Resolved(index: Int32(red) << 16 | Int32(green) << 8 | Int32(blue))
        default: return Resolved(index: number)
        }
    }
}

/// xterm's 256 colours. Source: xterm's 256colres.pl; the first 16 are xterm's defaults, users change them.
enum Palette {
    static let components: [(UInt8, UInt8, UInt8)] = named + cube + greys

    private static let named: [(UInt8, UInt8, UInt8)] = [
        (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229),
        (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255), (0, 255, 255),
        (255, 255, 255),
    ]

    private static let cube: [(UInt8, UInt8, UInt8)] = {
        let steps: [UInt8] = [0, 95, 135, 175, 215, 255]
        return (0..<216).map { (steps[$0 / 36], steps[$0 / 6 % 6], steps[$0 % 6]) }
    }()

    private static let greys: [(UInt8, UInt8, UInt8)] = (0..<24).map { step in
        let level = UInt8(8 + 10 * step)
        return (level, level, level)
    }

    private static let places: [SIMD3<Double>] = components.map { place($0, $1, $2) }

    /// The colour of the palette that looks nearest: least distance in Oklab, the first of equals.
    static func nearest(_ red: UInt8, _ green: UInt8, _ blue: UInt8, among range: Range<Int>) -> Int32 {
        let wanted = place(red, green, blue)
        var best = range.lowerBound
        var least = Double.infinity
        for index in range {
            let difference = places[index] - wanted
            let distance = (difference * difference).sum()
            if distance < least {
                least = distance
                best = index
            }
        }
        return Int32(best)
    }

    /// Where a colour stands in Oklab. Source: Björn Ottosson, "A perceptual color space for image processing" (2020).
    private static func place(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> SIMD3<Double> {
        let light = SIMD3(linear(red), linear(green), linear(blue))
        let cones = SIMD3(
            cbrt(dot(light, SIMD3(0.4122214708, 0.5363325363, 0.0514459929))),
            cbrt(dot(light, SIMD3(0.2119034982, 0.6806995451, 0.1073969566))),
            cbrt(dot(light, SIMD3(0.0883024619, 0.2817188376, 0.6299787005))))
        return SIMD3(
            dot(cones, SIMD3(0.2104542553, 0.7936177850, -0.0040720468)),
            dot(cones, SIMD3(1.9779984951, -2.4285922050, 0.4505937099)),
            dot(cones, SIMD3(0.0259040371, 0.7827717662, -0.8086757660)))
    }

    private static func dot(_ left: SIMD3<Double>, _ right: SIMD3<Double>) -> Double { (left * right).sum() }

    private static func linear(_ component: UInt8) -> Double {
        let value = Double(component) / 255
        return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
}
