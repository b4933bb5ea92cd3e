/// Random text made of what hurts.
public enum RandomText {
    /// Any scalars, and often those with rules of their own: escapes, joiners, marks, bidi controls.
    public static func scalars(_ count: Int, using random: inout SeededRandom) -> String {
        var text = ""
        for _ in 0..<count {
            let scalar: Unicode.Scalar? =
                switch Int.random(in: 0..<10, using: &random) {
                case 0...2: Unicode.Scalar(UInt32.random(in: 0..<0x110000, using: &random))
                case 3: Unicode.Scalar(UInt8.random(in: 0...0xFF, using: &random))
                case 4: Unicode.Scalar(UInt32.random(in: 0x900..<0x1200, using: &random))
                default: nil
                }
            if let scalar { text.unicodeScalars.append(scalar) } else { text += random.pick(troublemakers) }
        }
        return text
    }

    /// Up to 23 pieces that are drawn and wrapped in different ways.
    public static func pieces(using random: inout SeededRandom) -> String {
        random.pick(0...23, of: pieces).joined()
    }

    private static let troublemakers = [
        "a", "e", " ", "  ", "\n", "\r\n", "\t", "\u{1B}[31m", "\u{1B}]8;;x\u{1B}\\", "\u{9B}2J", "\u{9D}0;t\u{7}",
        "\u{1B}",
        "[", "\u{200D}", "\u{200C}", "\u{FE0F}", "\u{FE0E}", "\u{20E3}", "1", "#", "👩", "🚀", "❤", "🏴", "🏳", "🌈", "🏽",
        "🇫", "🇷", "\u{301}", "\u{308}", "\u{1AB0}", "日", "本", "が", "ｶﾞ", "각", "\u{1100}", "\u{1161}", "\u{11A8}", "क",
        "्",
        "ष", "ि", "ا", "ب", "ל", "นำ", "\u{202E}", "\u{2066}", "\u{200F}", "\u{E0067}", "\u{E007F}",
        "🏴\u{E0067}\u{E0062}",
        "\u{E000}", "\u{2028}", "\u{A0}", "\u{3000}", "\u{600}", "©", "™", "é", "œ", "’", "\u{FEFF}", "\u{AD}",
    ]

    private static let pieces = [
        "a", "bc", "word", " ", "  ", "\n", "é", "e\u{301}", "日", "本語", "、", "「", "👍", "👍🏽", "❤\u{FE0F}", "👩\u{200D}🚀",
        "🇫🇷", "🇫",
        "क्ष", "की", "각", "\u{1100}\u{1161}", "ب", "שלום", "«", "»", " !", "\u{A0}", "…", "(", ")", "│ ", "• ", "1. ", "-",
        "1\u{FE0F}\u{20E3}", "https://example.org/a/b?c=d", "ｶﾞ", "ที่",
    ]
}
