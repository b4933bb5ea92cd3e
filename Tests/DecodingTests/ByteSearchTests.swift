import Expectations
import Testing

@testable import Decoding

@Suite struct ByteSearchTests {
    @Test(arguments: [
        ("<!--", true), ("a<!--", true), ("a<!--b", true), ("<<!--", true), ("<!-", false), ("", false),
        ("<! --", false), ("<!-\u{301}-", false),
        // A combining mark behind it hides nothing.
        ("<!--\u{301}", true),
    ])
    func aWordIsFoundWhereverItStands(text: String, isThere: Bool) {
        expect(text.holds("<!--"), is: isThere)
    }
}
