import Expectations
import Testing

@testable import Decoding

@Suite struct XMLPreparationTests {
    @Test(arguments: [
        ("<b/>x", 1), ("<b>x</b>y", 1), ("<b a='' c=\"\">x</b>", 3), ("<![CDATA[x]]>", 1),
        ("x</c>&amp;<!-- x --><?x?>", 0),
    ])
    func markupIsCounted(piece: String, count: Int) {
        // Given a root and ten pieces / Then they are whole within their number, and cut below it
        let text = Array("<a>\(String(repeating: piece, count: 10))</a>".utf8)
        let whole = XMLPreparation.prepared(text)
        let allowed = XMLPreparation.prepared(text, limit: 1 + 10 * count)
        expect(allowed.xml, is: whole.xml)
        #expect(!allowed.isCut)
        guard count > 0 else { return }
        let cut = XMLPreparation.prepared(text, limit: 10 * count)
        #expect(cut.isCut && whole.xml.starts(with: cut.xml) && cut.xml.count > whole.xml.count / 2)
    }
}
