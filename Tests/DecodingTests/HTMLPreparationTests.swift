import Expectations
import Testing
import Text
import TimelineModel

@testable import Decoding

@Suite struct HTMLPreparationTests {
    private func prepared(_ text: String) -> String {
        String(decoding: HTMLPreparation.prepared(Array(text.utf8)), as: UTF8.self)
    }

    @Test(arguments: ["", "text", "<p>é</p>", "<p", "<", "a < b", "<a href='x>y'>z</a>", "<p title=\"", "</p>é"])
    func aTextWithinTheLimitsIsLeftAlone(text: String) {
        expect(prepared(text), is: text)
    }

    /// 8 MiB of such tags took 700 MB.
    @Test(arguments: ["<p>x", "<b a b c>x", "<!---->", "</p>", "</p a=b>é", "<img src=''alt=''>"])
    func ofTooMuchMarkupTheBeginningIsKept(piece: String) {
        // Given more tags than are kept
        let text = String(repeating: piece, count: HTMLPreparation.mostMarkup + 1)
        // When
        let kept = prepared(text)
        // Then they are a beginning that no tag is cut in
        let tags = kept.utf8.count / piece.utf8.count
        expect(kept, is: String(repeating: piece, count: tags))
        #expect((HTMLPreparation.mostMarkup / 4...HTMLPreparation.mostMarkup).contains(tags))
    }

    @Test(arguments: ["é", "🐘"])
    func ofTooMuchTextWholeCharactersAreKept(character: String) {
        let kept = prepared("<p>x" + String(repeating: character, count: HTMLPreparation.mostText / 2))
        expect(kept, is: "<p>x" + String(repeating: character, count: (kept.utf8.count - 4) / character.utf8.count))
        #expect((HTMLPreparation.mostText - 4...HTMLPreparation.mostText + 4).contains(kept.utf8.count))
    }

    @Test func whatStandsBehindAPictureInTheTextItselfIsKept() {
        let picture = "<img alt='a cat' src=\"data:image/png;base64,\(String(repeating: "A", count: 3 << 20))\">"
        expect(HTMLText.richText("<p>before" + picture + "after").plain, is: "before[image: a cat]after")
    }

    @Test func aTagOfThousandsOfAttributesLosesThem() {
        let crowded = "<p " + (0..<3000).map { "a\($0) " }.joined() + ">"
        expect(prepared("<b>" + crowded + "text</p>" + crowded), is: "<b><p>text</p><p>")
    }
}
