import Expectations
import Testing
import Text
import TimelineModel

@Suite struct NearestNameTests {
    private static let names = ["budget", "from", "fg", "time", "title", "re"]

    @Test(arguments: [
        ("buget", "budget"), ("bugdet", "budget"), ("BUDGE", "budget"), ("frm", "from"), ("fgg", "fg"), ("tme", "time"),
        ("tile", "time"), ("titel", "title"),
    ])
    func aNameThatIsNearIsMeant(written: String, name: String) {
        expect(NearestName.of(written, among: Self.names), is: name)
    }

    @Test(
        "a whole part of a name is near it; the shortest name that has it is meant",
        arguments: [
            ("star", "toggle-star"), ("LINK", "open-link"), ("unread", "next-unread"), ("age", nil), ("li", nil),
        ])
    func part(written: String, name: String?) {
        let names = ["toggle-star", "pick-other-link", "open-link", "next-unread", "toggle-unread-only", "page-down"]
        expect(NearestName.of(written, among: names), is: name)
    }

    @Test("nothing is near a word of which more than a third is wrong, a single letter, or nothing")
    func far() {
        let words = ["http", "foo", "bxdxxt", "f", "e", "", String(repeating: "budget", count: 40)]
        for written in words { expect(NearestName.of(written, among: Self.names), is: nil, "\(written)") }
        #expect(NearestName.suggestion(for: "foo", among: Self.names).isEmpty)
        expect(NearestName.suggestion(for: "buget", among: Self.names), is: "; did you mean \"budget\"?")
        #expect(NearestName.of("buget", among: []) == nil)
    }
}
