import Expectations
import TestSupport
import Testing
import Text

@Suite struct TokenizerTests {
    @Test(
        "words without case, accents, ligatures and width",
        arguments: [
            ("Été À l’ÉCOLE", ["ete", "a", "l", "ecole"]),
            ("e\u{301}te\u{301}", ["ete"]),
            ("aujourd'hui aujourd’hui aujourdʼhui", ["aujourd", "hui", "aujourd", "hui", "aujourd", "hui"]),
            ("œuf Œuvre æ Straße STRASSE ﬁn", ["oeuf", "oeuvre", "ae", "strasse", "strasse", "fin"]),
            ("København Łódź Đà ıstanbul İstanbul", ["kobenhavn", "lodz", "da", "istanbul", "istanbul"]),
            ("ＡＢＣ１２ x²", ["abc12", "x2"]),
            ("#Hash_tag @user@host.example", ["hash", "tag", "user", "host", "example"]),
            ("Ὀδυσσεύς ΟΔΥΣΣΕΥΣ", ["οδυσσευσ", "οδυσσευσ"]),
            ("Ёлка Йод", ["елка", "иод"]),
            ("أحمد مُحَمَّد مـحـمد", ["احمد", "محمد", "محمد"]),
            ("שָׁלוֹם", ["שלום"]),
            ("हिन्दी कि के", ["हिन्दी", "कि", "के"]),
            ("한국어 문서", ["한국어", "문서"]),
            ("3.14 2026-11-22", ["3", "14", "2026", "11", "22"]),
            ("", []), ("—!?", []), ("\u{301}", []),
            ("日本語", ["日本", "本語"]), ("日", ["日"]), ("東京2026年", ["東京", "2026", "年"]),
            ("ガギ ｶﾞｷﾞ カ\u{3099}キ\u{3099}", ["ガギ", "ガギ", "ガギ"]), ("パ ﾊﾟ", ["パ", "パ"]),
            ("ラーメン", ["ラー", "ーメ", "メン"]),
            ("Swift日本", ["swift", "日本"]),
        ])
    func words(text: String, words: [String]) {
        expect(Tokenizer.words(of: text), is: words)
        expect(Tokenizer.words(of: text[...]), is: words)
    }

    @Test func thaiIsIndexedInPairsOfLettersWithTheirMarks() {
        expect(Tokenizer.words(of: "ที่นี่"), is: ["ที่นี่"])
        expect(Tokenizer.words(of: "ภาษา"), is: ["ภา", "าษ", "ษา"])
    }

    @Test("a token says where it stands")
    func ranges() {
        let text = "L’Été\u{301} à 東京都 !"
        let tokens = Tokenizer.tokens(of: text)
        let utf8 = Array(text.utf8)
        expect(tokens.map(\.word), is: ["l", "ete", "a", "東京", "京都"])
        expect(tokens.map(\.kind), is: [.word, .word, .word, .bigram, .bigram])
        expect(
            tokens.map { String(decoding: utf8[$0.range], as: UTF8.self) }, is: ["L", "Été\u{301}", "à", "東京", "京都"])
    }

    @Test func aTextIsFoldedInOnePiece() {
        expect(Tokenizer.folded("L’Œuvre, ＡＢ　ｶﾞ : ÉTÉ !"), is: "l'oeuvre, ab ガ : ete !")
        expect(Tokenizer.folded("plain ASCII Text"), is: "plain ascii text")
    }

    @Test("Given random scalars, tokens are folded, in order and inside the text")
    func soup() {
        var random = SeededRandom(seed: 3)
        for round in 0..<3000 {
            let text = RandomText.scalars(round % 60, using: &random)
            let tokens = Tokenizer.tokens(of: text)
            expect(tokens.map(\.word), is: Tokenizer.words(of: text))
            var start = 0
            for token in tokens {
                #expect(!token.word.isEmpty)
                #expect(token.range.lowerBound >= start && token.range.upperBound <= text.utf8.count)
                start = token.range.lowerBound
                expect(Tokenizer.folded(token.word), is: token.word, "\(text.debugDescription)")
                expect(Tokenizer.words(of: token.word).first, is: token.word, "\(text.debugDescription)")
            }
            expect(Tokenizer.folded(Tokenizer.folded(text)), is: Tokenizer.folded(text), "\(text.debugDescription)")
        }
    }

    @Test func scriptsWithoutSpacesAreKnown() {
        for scalar in "日かカｶไກកー々".unicodeScalars { #expect(Tokenizer.isBigramScript(scalar)) }
        for scalar in "aé한кا1 #".unicodeScalars { #expect(!Tokenizer.isBigramScript(scalar)) }
    }
}
