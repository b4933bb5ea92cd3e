import Expectations
import Glibc
import TestSupport
import Testing
import Text

@Suite struct GraphemeWidthTests {
    @Test(
        "columns of a cluster",
        arguments: [
            ("a", 1), ("é", 1), ("e\u{301}", 1), ("\u{301}", 0), ("\u{7}", 0), ("日", 2), ("ｶ", 1), ("Ａ", 2), ("각", 2),
            ("\u{1100}\u{1161}\u{11A8}", 2), ("…", 1), ("─", 1), ("│", 1), ("●", 1), ("☕", 2), ("👍", 2), ("🇫🇷", 2),
            ("🇫", 1),
            ("👨‍👩‍👧", 2), ("❤", 1), ("❤\u{FE0F}", 2), ("👍🏽", 2), ("☝🏽", 2), ("🏳\u{FE0F}‍🌈", 2), ("1\u{FE0F}\u{20E3}", 2),
            ("1\u{FE0F}", 1),
            ("🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}", 2), ("क", 1), ("क्", 1), ("क्ष", 2), ("की", 2),
            ("ب", 1), ("\u{FFFD}", 1), ("\u{A0}", 1), ("\u{3000}", 2), ("¡", 1), ("α", 1),
        ])
    func columns(cluster: String, columns: Int) throws {
        expect(GraphemeWidth.columns(of: try #require(cluster.first)), is: columns)
        expect(cluster.count, is: 1)
    }

    /// Clusters that terminals give different columns. `columns(of:)` says what modern ones do; what is drawn
    /// instead has the same columns everywhere.
    static let ambiguous: [(cluster: String, drawn: String)] = [
        ("❤\u{FE0F}", "❤ "),  // VS16: 1 in tmux 3.3a and glibc
        ("👍🏽", "👍"),  // skin tone: 4 in tmux 3.3a and glibc
        ("☝🏽", "☝ "),
        ("👨‍👩‍👧", "👨"),  // ZWJ: 6 in glibc
        ("🏳\u{FE0F}‍🌈", "🏳 "),  // 3 in glibc, 1 in tmux 3.3a
        ("🇫🇷", "🇫🇷"),  // two cells of one letter
        ("1\u{FE0F}\u{20E3}", "1\u{20E3} "),
        ("🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}", "🏴"),
    ]

    @Test("what is drawn has the columns of the cluster, scalar by scalar")
    func drawn() throws {
        for (cluster, drawn) in Self.ambiguous {
            let character = try #require(cluster.first)
            expect(GraphemeWidth.drawn(character), is: drawn)
            let columns = drawn.unicodeScalars.reduce(0) { $0 + GraphemeWidth.columns(of: Character($1)) }
            expect(columns, is: GraphemeWidth.columns(of: character))
        }
    }

    @Test func plainClustersAreDrawnAsTheyAre() {
        for cluster in "aé日e\u{301}각ب" {
            expect(GraphemeWidth.drawn(cluster), is: String(cluster))
        }
    }

    @Test func whatTheMachineDoesNotKnowIsDrawnAsReplacement() {
        expect(GraphemeWidth.drawn("🫩", knows: { $0 != "🫩" }), is: "\u{FFFD} ")
        expect(GraphemeWidth.drawn("e\u{301}", knows: { $0 != "\u{301}" }), is: "e")
    }

    @Test func columnsOfATextAreTheSumOfItsClusters() {
        var random = SeededRandom(seed: 2)
        for round in 0..<3000 {
            let text = SafeText(sanitizing: RandomText.scalars(round % 50, using: &random), as: .body)
            var ends: [Int] = []
            var columns = 0
            text.forEachCluster { cluster in
                ends.append(cluster.range.upperBound)
                columns += cluster.columns
                return true
            }
            var end = 0
            let expected = text.string.map { character in
                end += character.utf8.count
                return end
            }
            expect(ends, is: expected, "\(text.string.debugDescription)")
            expect(columns, is: text.string.reduce(0) { $0 + GraphemeWidth.columns(of: $1) })
            expect(columns, is: GraphemeWidth.columns(of: text))
        }
    }

    /// Scalars on which this machine's C library may differ from the current Unicode: reclassified since Unicode 15,
    /// or kept at other columns by glibc.
    static let glibcDiffers: [ClosedRange<UInt32>] = [
        0x2630...0x2637, 0x268A...0x268F, 0x4DC0...0x4DFF, 0x1D300...0x1D356, 0x1D360...0x1D376, 0x0600...0x0605,
        0x06DD...0x06DD, 0x070F...0x070F, 0x0890...0x0891, 0x08E2...0x08E2, 0x110BD...0x110BD, 0x110CD...0x110CD,
        0x3248...0x324F, 0x1171E...0x1171E,
    ]

    @Test("the width of single scalars is that of the C library")
    func glibc() throws {
        let locale = try #require(newlocale(1, "C.UTF-8", nil))
        let before = uselocale(locale)
        defer {
            uselocale(before)
            freelocale(locale)
        }
        var different: [String] = []
        for value in UInt32(0x20)..<0x30000 {
            guard let scalar = Unicode.Scalar(value), !Self.glibcDiffers.contains(where: { $0.contains(value) }),
                SafeText(sanitizing: "x" + String(scalar) + "x", as: .body).string.unicodeScalars.contains(scalar),
                scalar != "\u{FFFD}"
            else { continue }
            let columns = columnsByCLibrary(Int32(value))
            if columns >= 0, Int(columns) != GraphemeWidth.columns(of: Character(scalar)) {
                different.append("\(String(value, radix: 16)): \(columns)")
            }
        }
        expect(different, is: [])
    }
}

/// Glibc's module lacks it.
@_silgen_name("wcwidth") private func columnsByCLibrary(_ character: Int32) -> Int32
