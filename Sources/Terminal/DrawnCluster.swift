import Text

/// A grapheme cluster cut into characters that fit ncurses's cells, each one spacing scalar and at most four marks.
///
/// What is written for a cluster on which terminals disagree is `GraphemeWidth.drawn`'s; the columns that the surface
/// gave to the cluster are kept in every case.
enum DrawnCluster {
    struct Part {
        var scalars: (UInt32, UInt32, UInt32, UInt32, UInt32)
        var columns: Int

        init(_ scalar: UInt32, columns: Int) {
            scalars = (scalar, 0, 0, 0, 0)
            self.columns = columns
        }
    }

    /// Gives the parts of a cluster from left to right; their columns add up to `columns`.
    static func forEachPart(of cluster: String, columns: Int, isUTF8: Bool, _ body: (Part) -> Void) {
        if cluster.utf8.count == 1, let byte = cluster.utf8.first {
            // A surface holds no control character; should one come here, it is not drawn.
            body(Part(byte >= 32 && byte < 127 ? UInt32(byte) : 63, columns: columns))
            return
        }
        let scalars = cluster.unicodeScalars
        guard let base = scalars.first else {
            body(Part(32, columns: columns))
            return
        }
        if !isUTF8 {
            body(Part(ASCIIForm.of(cluster).unicodeScalars.first?.value ?? 32, columns: columns))
        } else if scalars.index(after: scalars.startIndex) == scalars.endIndex {
            body(Part(base.value, columns: columns))
        } else {
            split(GraphemeWidth.drawn(Character(cluster)), columns: columns, body)
        }
    }

    /// Terminals give the drawn form different columns: flags, whose two letters some draw one by one, and emoji newer
    /// than Unicode 9, whose tables terminals carry for years.
    static func isDisputed(_ cluster: String) -> Bool {
        guard cluster.utf8.count >= 4, let first = cluster.unicodeScalars.first else { return false }
        switch first.value {
        case 0x1F1E6...0x1F1FF: return true
        case 0x1F6D3...0x1FAFF: return (first.properties.age?.major ?? 99) > 9
        default: return false
        }
    }

    private static func split(_ drawn: String, columns: Int, _ body: (Part) -> Void) {
        var part: Part?
        var marks = 0
        var used = 0
        for scalar in drawn.unicodeScalars {
            let width = GraphemeWidth.columns(of: Character(scalar))
            guard width == 0 else {
                if let part { body(part) }
                part = nil
                guard used + width <= columns else { break }
                used += width
                marks = 0
                part = Part(scalar.value, columns: width)
                continue
            }
            marks += 1
            switch marks {
            case 1: part?.scalars.1 = scalar.value
            case 2: part?.scalars.2 = scalar.value
            case 3: part?.scalars.3 = scalar.value
            case 4: part?.scalars.4 = scalar.value
            default: break
            }
        }
        if let part { body(part) }
        for _ in 0..<max(0, columns - used) { body(Part(32, columns: 1)) }
    }
}

/// Text for a terminal that does not read UTF-8: one ASCII character for each cluster.
enum ASCIIForm {
    static func of(_ text: String) -> String {
        String(text.map { character in character.isASCII ? character : table[character] ?? "?" })
    }

    private static let rows: [(Character, String)] = [
        ("+", "┌┐└┘├┤┬┴┼╭╮╰╯┍┑┕┙┝┥┯┷┿┏┓┗┛┣┫┳┻╋"), ("-", "─━–—―‐‑╌┄·"), ("|", "│┃▌▐╎┆"), ("'", "’‘‛′"), ("\"", "“”«»„″"),
        (".", "…"), ("*", "●•◦"), ("+", "★☆"), ("&", "♥"), ("o", "○"), (">", "→▸▶»›"), ("<", "←◂‹"), ("^", "↑"),
        ("v", "↓"), ("=", "⇄"), ("!", "◆"), ("\\", "↳"), ("@", "⟳"), ("#", "█"), (" ", "\u{A0}\u{202F}\u{2009}"),
        ("x", "×"), ("o", "œ"), ("O", "Œ"),
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
