/// A post that arrives while the demo runs.
public struct Arrival: Hashable, Sendable {
    /// Where it appears.
    public enum Place: Hashable, Sendable {
        case main, pro, hashtag, littoral, courrier, estuaire, feuille, harbour

        /// The persona in whose pane it shows.
        public var persona: String {
            switch self {
            case .main: "main"
            case .pro, .feuille: "pro"
            default: "news"
            }
        }
    }

    /// Counts from 1, by time.
    public let number: Int
    /// Seconds after the demo's start.
    public let second: Int
    public let place: Place
    /// Of an article; a post has none.
    public let title: String?
    public let text: String
    /// `fr`, `en`, `ja`, ...
    public let language: String
    let person: Person?
    let isToUser: Bool
}

/// The arrivals of one seed: the first one soon, so that a newcomer sees it, then about three a minute, two thirds of
/// them news. Endless.
public struct Arrivals: Sequence, IteratorProtocol, Sendable {
    /// Seconds after the demo's start.
    private static let first = 4

    private let seed: UInt64
    private var number = 0
    private var second = 0

    init(seed: UInt64) { self.seed = seed }

    /// The next post, in the order in which they come; never nil.
    public mutating func next() -> Arrival? {
        number += 1
        var dice = Dice(seed: seed, number: number)
        let pause = 8 + dice.roll(26)
        second += number == 1 ? Self.first : pause
        let place: Arrival.Place =
            switch dice.roll(20) {
            case 0..<3: .main
            case 3..<6: .pro
            case 6: .feuille
            case 7..<9: .hashtag
            case 9..<13: .littoral
            case 13..<16: .courrier
            case 16..<18: .estuaire
            default: .harbour
            }
        let line = Line.pool(of: place)[dice.roll(Line.pool(of: place).count)]
        return Arrival(
            number: number, second: second, place: place, title: line.title.map { dice.filled($0) },
            text: dice.filled(line.text), language: line.language, person: line.person, isToUser: line.isToUser)
    }
}

/// Chance that is the same every time for one seed and one number (SplitMix64).
struct Dice {
    private var state: UInt64
    private var words: [String: String] = [:]

    init(seed: UInt64, number: Int) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(number) &* 0xD1B5_4A32_D192_ED03
    }

    /// 0 ..< sides.
    mutating func roll(_ sides: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(sides))
    }

    /// A text with its slots filled: `‹town›`, `‹topic›`, `‹number›`; a slot means the same in title and text.
    mutating func filled(_ text: String) -> String {
        var result = ""
        for piece in text.split(separator: "‹", omittingEmptySubsequences: false) {
            guard let end = piece.firstIndex(of: "›") else {
                result += piece
                continue
            }
            result += word(for: String(piece[..<end])) + piece[piece.index(after: end)...]
        }
        return result
    }

    private mutating func word(for slot: String) -> String {
        if let word = words[slot] { return word }
        let word =
            switch slot {
            case "number": String(2 + roll(58))
            case "town": Line.towns[roll(Line.towns.count)]
            default: Line.topics[roll(Line.topics.count)]
            }
        words[slot] = word
        return word
    }
}
