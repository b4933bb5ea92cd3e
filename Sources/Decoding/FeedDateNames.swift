/// The words of dates: months of the languages that feeds were seen to use, and zones.
enum FeedDateNames {
    static func month(_ name: String) -> Int? {
        if let exact = months[name] { return exact }
        // Abbreviations of any length: `sept`, `novem`.
        guard name.utf8.count >= 3 else { return nil }
        return english.firstIndex { $0.hasPrefix(name) }.map { $0 + 1 }
    }

    static let english = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]

    static let months: [String: Int] = {
        let rows: [[String]] = [
            [
                "january", "jan", "janvier", "janv", "januar", "jänner", "jän", "enero", "ene", "gennaio", "gen",
                "januari",
                "janeiro", "január", "ιαν",
            ],
            [
                "february", "feb", "février", "fevrier", "févr", "fevr", "fév", "fev", "februar", "febrero", "febbraio",
                "februari", "fevereiro", "február", "φεβ",
            ],
            [
                "march", "mar", "mars", "märz", "maerz", "mär", "mrz", "marzo", "maart", "mrt", "março", "március",
                "μάρ",
                "μαρ", "μαώ",
            ],
            ["april", "apr", "avril", "avr", "abril", "abr", "aprile", "április", "απρ"],
            ["may", "mai", "mayo", "maggio", "mag", "mei", "maio", "május", "μάι", "μαϊ", "μαι"],
            ["june", "jun", "juin", "juni", "junio", "giugno", "giu", "junho", "június", "ιούν", "ιον"],
            ["july", "jul", "juillet", "juil", "juli", "julio", "luglio", "lug", "julho", "július", "ιούλ", "ιολ"],
            ["august", "aug", "août", "aout", "agosto", "ago", "augustus", "augusztus", "αύγ", "αυγ"],
            [
                "september", "sep", "sept", "septembre", "septiembre", "settembre", "set", "setembro", "szeptember",
                "σεπ",
            ],
            [
                "october", "oct", "octobre", "oktober", "okt", "octubre", "ottobre", "ott", "outubro", "out", "október",
                "οκτ",
            ],
            ["november", "nov", "novembre", "noviembre", "novembro", "νοέ", "νοε"],
            [
                "december", "dec", "décembre", "decembre", "déc", "dezember", "dez", "diciembre", "dic", "dicembre",
                "dezembro", "δεκ",
            ],
        ]
        var months: [String: Int] = [:]
        for (index, names) in rows.enumerated() {
            for name in names { months[name] = index + 1 }
        }
        return months
    }()

    /// Seconds east of UTC. RFC 822 defines the American ones and UT, GMT; of the others, which are ambiguous, the
    /// reading is a stated choice. Military letters are wrong in RFC 822 itself: all mean UTC, as RFC 1123 asks.
    static let zones: [String: Int] = {
        let hours: [String: Double] = [
            "ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7,
            "mdt": -6, "pst": -8, "pdt": -7, "akst": -9, "akdt": -8, "hst": -10, "ast": -4, "adt": -3, "nst": -3.5,
            "bst": 1, "ist": 5.5, "cet": 1, "met": 1, "mez": 1, "west": 1, "cest": 2, "mest": 2, "mesz": 2, "eet": 2,
            "eest": 3, "msk": 3, "jst": 9, "kst": 9, "aest": 10, "aedt": 11, "acst": 9.5, "awst": 8, "nzst": 12,
            "nzdt": 13, "et": -5, "ct": -6, "mt": -7, "pt": -8,
        ]
        return hours.mapValues { Int($0 * 3600) }
    }()
}
