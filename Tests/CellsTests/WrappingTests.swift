import Cells
import Expectations
import TestSupport
import Testing
import Text

@Suite struct WrappingTests {
    /// The lines as they stand on the screen, with prefix and indent.
    private func wrapped(_ text: SafeText, _ width: Int, limit: Int = .max) -> [String] {
        let utf8 = Array(text.string.utf8)
        return Wrapping.wrap(text, width: width, limit: limit).map { line in
            line.prefix.string + String(repeating: " ", count: line.indent)
                + String(decoding: utf8[line.range], as: UTF8.self)
        }
    }

    @Test func linesBreakAtSpacesAndTheSpacesGo() {
        expect(wrapped("the quick brown fox", 9), is: ["the quick", "brown fox"])
        expect(wrapped("the quick brown fox", 10), is: ["the quick", "brown fox"])
        expect(wrapped("one   two", 4), is: ["one", "two"])
        expect(wrapped("one two   ", 4), is: ["one", "two"])
        expect(wrapped("a b", 1), is: ["a", "b"])
    }

    @Test func lineBreaksOfTheTextStay() {
        expect(wrapped("", 5), is: [""])
        expect(wrapped("a\n\nb", 5), is: ["a", "", "b"])
        expect(wrapped("a\n", 5), is: ["a", ""])
        expect(wrapped("  indented code", 10), is: ["  indented", "code"])
    }

    @Test func aWordIsCutOnlyWhenItIsWiderThanALine() {
        expect(wrapped("see https://example.org/x", 12), is: ["see", "https://exam", "ple.org/x"])
        expect(wrapped("see https://example.org/x", 21), is: ["see", "https://example.org/x"])
        expect(wrapped("abcdef", 3), is: ["abc", "def"])
        expect(wrapped("ab", 0), is: ["a", "b"])
        expect(wrapped("e\u{301}e\u{301}e\u{301}", 2), is: ["e\u{301}e\u{301}", "e\u{301}"])
    }

    @Test func frenchPunctuationStaysWithItsWord() {
        expect(wrapped("Il a dit : « non » !", 9), is: ["Il a", "dit :", "« non » !"])
        expect(wrapped("Bonjour à tous !", 15), is: ["Bonjour à", "tous !"])
        expect(wrapped("Bonjour à tous\u{202F}!", 15), is: ["Bonjour à", "tous\u{202F}!"])
        expect(wrapped("Il dit « oui » hier", 10), is: ["Il dit", "« oui »", "hier"])
        expect(wrapped("il dit : non", 7), is: ["il", "dit :", "non"])
        expect(wrapped("Bonjour !", 7), is: ["Bonjour", "!"])
        expect(wrapped("Bonjour !", 8), is: ["Bonjour", "!"])
        expect(wrapped("3\u{A0}000 euros", 6), is: ["3\u{A0}000", "euros"])
    }

    @Test func whatOnlyLooksLikePunctuationBreaks() {
        expect(wrapped("hello :smile:", 9), is: ["hello", ":smile:"])
        expect(wrapped("hello world :)", 12), is: ["hello world", ":)"])
    }

    @Test func chineseAndJapaneseBreakBetweenCharacters() {
        expect(wrapped("日本語テキスト", 6), is: ["日本語", "テキス", "ト"])
        expect(wrapped("日本語テキスト", 7), is: ["日本語", "テキス", "ト"])
        expect(wrapped("日本。語", 4), is: ["日", "本。", "語"])
        expect(wrapped("日「本」", 6), is: ["日", "「本」"])
        expect(wrapped("ab日本", 4), is: ["ab日", "本"])
        expect(wrapped("日本", 1), is: ["日", "本"])
    }

    @Test func quotesAndListItemsHang() {
        expect(wrapped("│ one two three", 9), is: ["│ one two", "│ three"])
        expect(wrapped("│ │ one two three", 11), is: ["│ │ one two", "│ │ three"])
        expect(wrapped("• one two three", 9), is: ["• one two", "  three"])
        expect(wrapped("12. one two three", 11), is: ["12. one two", "    three"])
        expect(wrapped("│ • one two three", 11), is: ["│ • one two", "│   three"])
        expect(wrapped("│\n│ a", 9), is: ["│", "│ a"])
        expect(wrapped("• abcdefghijkl", 8), is: ["• abcdef", "  ghijkl"])
    }

    @Test func whatHangsIsGivenUpWhereItLeavesTooLittle() {
        #expect(Wrapping.wrap("│ │ │ one two", width: 6).allSatisfy { $0.prefix.isEmpty && $0.indent == 0 })
    }

    @Test func wrappingStopsAtTheLimit() {
        expect(wrapped("a b c d", 1, limit: 2), is: ["a", "b"])
        expect(wrapped("a\nb\nc", 5, limit: 2), is: ["a", "b"])
        expect(wrapped("abc", 1, limit: 0), is: [])
    }

    @Test func textIsTruncatedOnlyWhenItDoesNotFit() {
        expect(Wrapping.truncated("abcdef", to: 6), is: "abcdef")
        expect(Wrapping.truncated("abcdef", to: 5), is: "abcd…")
        expect(Wrapping.truncated("日本語", to: 6), is: "日本語")
        expect(Wrapping.truncated("日本語", to: 5), is: "日本…")
        expect(Wrapping.truncated("日本語", to: 4), is: "日…")
        expect(Wrapping.truncated("abc", to: 1), is: "…")
        expect(Wrapping.truncated("abc", to: 0), is: "")
        expect(Wrapping.truncated("éé", to: 2), is: "éé")
    }

    @Test("Given random text, no line is too wide and nothing but spaces is lost")
    func soup() {
        var random = SeededRandom(seed: 6)
        for _ in 0..<3000 {
            let text = SafeText(sanitizing: RandomText.pieces(using: &random), as: .body)
            let width = Int.random(in: 1..<30, using: &random)
            let utf8 = Array(text.string.utf8)
            let lines = Wrapping.wrap(text, width: width)
            var end = 0
            for line in lines {
                let lost = String(decoding: utf8[end..<line.range.lowerBound], as: UTF8.self)
                #expect(lost.allSatisfy { $0 == " " || $0 == "\n" }, "\(text.string.debugDescription) \(width)")
                #expect(lost.count { $0 == "\n" } <= 1)
                end = line.range.upperBound
                let part = String(decoding: utf8[line.range], as: UTF8.self)
                #expect(!part.contains("\n"))
                let columns =
                    line.indent + GraphemeWidth.columns(of: line.prefix)
                    + part.reduce(0) { $0 + GraphemeWidth.columns(of: $1) }
                #expect(columns <= width || part.count == 1, "\(text.string.debugDescription) \(width)")
            }
            #expect(String(decoding: utf8[end...], as: UTF8.self).allSatisfy { $0 == " " })
            let breaks = text.string.count { $0 == "\n" }
            #expect(lines.count > breaks)
            expect(Wrapping.wrap(text, width: width, limit: 2), is: Array(lines.prefix(2)))
        }
    }
}
