import Text

/// Reproducible random numbers (SplitMix64).
struct Dice: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

/// Random text made of what hurts: any scalar, and often those with rules of their own.
func scalarSoup(_ dice: inout Dice, length: Int) -> String {
    var soup = ""
    for _ in 0..<length {
        switch Int.random(in: 0..<10, using: &dice) {
        case 0...2:
            if let scalar = Unicode.Scalar(UInt32.random(in: 0..<0x110000, using: &dice)) {
                soup.unicodeScalars.append(scalar)
            }
        case 3: soup.unicodeScalars.append(Unicode.Scalar(UInt8.random(in: 0...0xFF, using: &dice)))
        case 4:
            if let scalar = Unicode.Scalar(UInt32.random(in: 0x900..<0x1200, using: &dice)) {
                soup.unicodeScalars.append(scalar)
            }
        default: soup += troublemakers.randomElement(using: &dice) ?? ""
        }
    }
    return soup
}

private let troublemakers = [
    "a", "e", " ", "  ", "\n", "\r\n", "\t", "\u{1B}[31m", "\u{1B}]8;;x\u{1B}\\", "\u{9B}2J", "\u{9D}0;t\u{7}",
    "\u{1B}",
    "[", "\u{200D}", "\u{200C}", "\u{FE0F}", "\u{FE0E}", "\u{20E3}", "1", "#", "👩", "🚀", "❤", "🏴", "🏳", "🌈", "🏽",
    "🇫", "🇷", "\u{301}", "\u{308}", "\u{1AB0}", "日", "本", "が", "ｶﾞ", "각", "\u{1100}", "\u{1161}", "\u{11A8}", "क", "्",
    "ष", "ि", "ا", "ب", "ל", "นำ", "\u{202E}", "\u{2066}", "\u{200F}", "\u{E0067}", "\u{E007F}", "🏴\u{E0067}\u{E0062}",
    "\u{E000}", "\u{2028}", "\u{A0}", "\u{3000}", "\u{600}", "©", "™", "é", "œ", "’", "\u{FEFF}", "\u{AD}",
]
