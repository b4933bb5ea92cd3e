import Glibc

/// Documents that were damaged on the way: the same ones from the same seed, so that a failing test names its seed.
public struct Mutations {
    private var random: SeededRandom
    private let pieces: [[UInt8]]

    /// - Parameter pieces: what is put in besides noise: the words of the format, and what is known to be harmful.
    public init(seed: UInt64, pieces: [String]) {
        random = SeededRandom(seed: seed)
        self.pieces = pieces.map { Array($0.utf8) } + Self.harmful
    }

    /// How many damaged documents a test tries: `PERCHOIR_MUTATIONS` where somebody wants a long run.
    public static var rounds: UInt64 {
        getenv("PERCHOIR_MUTATIONS").flatMap { UInt64(String(cString: $0)) } ?? 80
    }

    private static let harmful: [[UInt8]] = [
        [0], [0x1B, 0x5B, 0x32, 0x4A], [0xC2, 0x9B], [0xFF, 0xFE], [0xEF, 0xBB, 0xBF], [0xED, 0xA0, 0x80],
        [0xF4, 0x90, 0x80, 0x80], Array("\u{202E}\u{2066}\u{200B}\u{FEFF}\u{2028}".utf8),
        Array("e\u{301}\u{489}\u{20DD}\u{E0041}".utf8), Array("\u{1F468}\u{200D}\u{1F469}\u{FE0F}".utf8),
        Array("99999999999999999999".utf8), Array("-1e999".utf8), Array("&#27;[2J&#x9b;&amp;#27;".utf8),
    ]

    /// One to six damages: something cut out, doubled many times, put in, swapped, or the end cut off.
    public mutating func damaged(_ document: [UInt8]) -> [UInt8] {
        var bytes = document
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            let end = min(bytes.count, place + Int.random(in: 0...40, using: &random))
            switch Int.random(in: 0..<7, using: &random) {
            case 0: bytes.removeSubrange(place..<end)
            case 1:
                let piece = Array(bytes[place..<end])
                for _ in 0..<Int.random(in: 1...300, using: &random) { bytes.insert(contentsOf: piece, at: place) }
            case 2: bytes.insert(contentsOf: random.pick(pieces), at: place)
            case 3: bytes.replaceSubrange(place..<end, with: random.pick(pieces))
            case 4: for index in place..<end { bytes[index] = UInt8.random(in: 0...255, using: &random) }
            case 5: if random.once(in: 4) { bytes.removeSubrange(place...) }
            default:
                let piece = random.pick(pieces)
                for _ in 0..<Int.random(in: 1...2000, using: &random) { bytes.insert(contentsOf: piece, at: place) }
            }
            if bytes.count > 1 << 18 { bytes.removeSubrange((1 << 18)...) }
        }
        return bytes
    }
}
