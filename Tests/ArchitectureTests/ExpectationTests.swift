import Testing

@testable import Expectations

/// What all tests compare with must itself be able to fail.
@Suite struct ExpectationTests {
    @Test func equalValuesDoNotDiffer() {
        #expect(difference(of: [1, 2], from: [1, 2]) == nil)
        #expect(difference(of: String?.none, from: nil) == nil)
    }

    @Test func bothValuesAreShown() {
        #expect(difference(of: "a", from: "b") == "is       \"a\"\nexpected \"b\"")
        #expect(difference(of: nil, from: 1) == "is       nil\nexpected Optional(1)")
    }

    @Test func textsOfSeveralLinesStandAsTheyAre() {
        #expect(difference(of: "a\nb", from: "a") == "is:\na\nb\nexpected:\na")
    }
}
