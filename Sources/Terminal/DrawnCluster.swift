/// The form of a grapheme cluster on which terminals agree, cut into characters that fit ncurses's cells.
///
/// An ncurses cell holds one spacing character and four marks, and terminals place what they do not know as one
/// cluster differently. So a flag is its two regional indicators, a ZWJ sequence its first emoji, and skin tones and
/// variation selectors are left out. The columns that the surface gave to the cluster are kept in every case.
enum DrawnCluster {
    struct Part {
        var scalars: (UInt32, UInt32, UInt32, UInt32, UInt32)
        var columns: Int
    }

    /// Gives the parts of a cluster from left to right; their columns add up to `columns`.
    static func forEachPart(of cluster: String, columns: Int, isUTF8: Bool, _ body: (Part) -> Void) {
        let utf8 = cluster.utf8
        if utf8.count == 1, let byte = utf8.first {
            // A surface holds no control character; should one come here, it is not drawn.
            body(Part(scalars: (byte >= 32 && byte < 127 ? UInt32(byte) : 63, 0, 0, 0, 0), columns: columns))
            return
        }
        guard isUTF8 else {
            let ascii = ASCIIForm.of(cluster).unicodeScalars.first?.value ?? 32
            body(Part(scalars: (ascii, 0, 0, 0, 0), columns: columns))
            return
        }
        let scalars = cluster.unicodeScalars
        guard let base = scalars.first else {
            body(Part(scalars: (32, 0, 0, 0, 0), columns: columns))
            return
        }
        if columns == 2, scalars.count == 2, scalars.allSatisfy(\.isRegionalIndicator) {
            for scalar in scalars { body(Part(scalars: (scalar.value, 0, 0, 0, 0), columns: 1)) }
            return
        }
        var part = Part(scalars: (base.value, 0, 0, 0, 0), columns: columns)
        var marks = 0
        for scalar in scalars.dropFirst() {
            // What follows a joiner is another emoji.
            if scalar.value == 0x200D || marks == 4 { break }
            guard scalar.properties.generalCategory.isMark, !scalar.properties.isVariationSelector else { continue }
            marks += 1
            switch marks {
            case 1: part.scalars.1 = scalar.value
            case 2: part.scalars.2 = scalar.value
            case 3: part.scalars.3 = scalar.value
            default: part.scalars.4 = scalar.value
            }
        }
        body(part)
    }
}

extension Unicode.Scalar {
    fileprivate var isRegionalIndicator: Bool { (0x1F1E6...0x1F1FF).contains(value) }
}

extension Unicode.GeneralCategory {
    fileprivate var isMark: Bool { self == .nonspacingMark || self == .enclosingMark }
}

/// Text for a terminal that does not read UTF-8: one ASCII character for each cluster.
enum ASCIIForm {
    static func of(_ text: String) -> String {
        String(text.map { character in character.isASCII ? character : table[character] ?? "?" })
    }

    private static let rows: [(Character, String)] = [
        ("+", "┌┐└┘├┤┬┴┼╭╮╰╯┍┑┕┙┝┥┯┷┿┏┓┗┛┣┫┳┻╋"), ("-", "─━–—―‐‑╌┄"), ("|", "│┃▌▐╎┆"), ("'", "’‘‛′"), ("\"", "“”«»„″"),
        (".", "…"), ("*", "●•★☆♥◦"), (">", "→▸▶»›"), ("<", "←◂‹"), ("^", "↑"), ("v", "↓"), ("=", "⇄"), ("\\", "↳"),
        ("@", "⟳"), ("#", "█"), (" ", "\u{A0}\u{202F}\u{2009}"), ("x", "×"), ("o", "œ"), ("O", "Œ"),
        ("a", "àáâãäåāăąæ"), ("c", "çćčĉ"), ("d", "ďđð"), ("e", "èéêëēėęě"), ("g", "ğĝģ"), ("i", "ìíîïīı"),
        ("l", "łľĺ"),
        ("n", "ñńňņ"), ("o", "òóôõöøōő"), ("r", "ŕř"), ("s", "śšşșß"), ("t", "ťţț"), ("u", "ùúûüūůűų"), ("y", "ýÿ"),
        ("z", "źżž"), ("A", "ÀÁÂÃÄÅĀĂĄÆ"), ("C", "ÇĆČĈ"), ("D", "ĎĐÐ"), ("E", "ÈÉÊËĒĖĘĚ"), ("I", "ÌÍÎÏĪİ"),
        ("L", "ŁĽĹ"),
        ("N", "ÑŃŇŅ"), ("O", "ÒÓÔÕÖØŌŐ"), ("R", "ŔŘ"), ("S", "ŚŠŞȘ"), ("T", "ŤŢȚ"), ("U", "ÙÚÛÜŪŮŰŲ"), ("Y", "ÝŸ"),
        ("Z", "ŹŻŽ"),
    ]

    private static let table: [Character: Character] = Dictionary(
        rows.flatMap { ascii, others in others.map { ($0, ascii) } }, uniquingKeysWith: { first, _ in first })
}
