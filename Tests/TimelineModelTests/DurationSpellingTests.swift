import Expectations
import Testing
import TimelineModel

@Suite struct DurationSpellingTests {
    @Test(arguments: [
        ("1m", 60), ("45m", 2700), ("0h", 0), ("6h", 21_600), ("1d", 86_400), ("1w", 604_800), ("1y", 31_536_000),
        ("1000y", 31_536_000_000),
    ])
    func aTimeIsANumberAndALetter(text: String, seconds: Int) {
        expect(DurationSpelling.read(text), is: seconds)
    }

    @Test(arguments: [
        "", "m", "15", "30s", "1.5h", "-1h", "+1h", " 1h", "1 h", "1H", "1001y", "1h30m", "999999999w",
        "99999999999999999999m", "\u{661}h",
    ])
    func anythingElseIsNone(text: String) {
        expect(DurationSpelling.read(text), is: nil)
    }

    @Test(arguments: [(60, "1m"), (61, "2m"), (5400, "90m"), (7200, "2h"), (604_800, "7d"), (0, "0m")])
    func itIsWrittenInTheLargestUnitThatLeavesNothingOver(seconds: Int, text: String) {
        expect(DurationSpelling.write(seconds), is: text)
    }
}
