import Expectations
import Testing
import Text
import TimelineModel

@testable import Decoding

@Suite struct ReferencesTests {
    /// An address with so many bytes, all of them a folder's.
    private func address(bytes: Int) throws -> WebAddress {
        let start = "https://a.example/"
        return try #require(WebAddress(start + String(repeating: "d", count: bytes - start.utf8.count - 1) + "/"))
    }

    @Test func aBaseBeyondAllMeasureIsNone() throws {
        let longest = References(base: try address(bytes: 2048))
        expect(longest.resolve("x")?.text.utf8.count, is: 2049)
        let tooLong = References(base: try address(bytes: 2049))
        expect(tooLong.base, is: nil)
        expect(tooLong.resolve("x"), is: nil)
        expect(tooLong.resolve("https://b.example/x")?.text, is: "https://b.example/x")
    }

    @Test func theReferencesOfADocumentComeToSoMuchAndNoMore() throws {
        // Given links as short as their base is long, each with a base of its own
        let base = try address(bytes: 2000)
        let links = String(repeating: "<a xml:base='y/' href='z'>x</a> ", count: 1000)
        let tree = try MarkupTree.xml(Array("<div>\(links)<a href='https://b.example/'>x</a></div>".utf8))
        // When they may come to as much as fifty of them do: 2002 bytes a base, 2003 what stands on it
        let references = References(base: base, bytes: 50 * (2002 + 2003))
        let text = HTMLText.richText(of: try #require(tree.root), references)
        // Then the others are text; what needs no base is a link all the same
        expect(text.spans.count, is: 51)
        expect(text.links.map(\.text), is: [base.text + "y/z", "https://b.example/"])
        expect(text.plain.string.utf8.count, is: 2001)
    }
}
