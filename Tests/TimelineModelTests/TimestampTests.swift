import Expectations
import TestSupport
import Testing
import TimelineModel

@Suite("Moments and the calendar")
struct TimestampTests {
    @Test(
        "known days, years before the first included",
        arguments: [
            (1970, 1, 1, 0), (1969, 12, 31, -1), (2000, 2, 29, 11_016), (2000, 3, 1, 11_017), (1900, 3, 1, -25_508),
            (2026, 11, 22, 20_779), (1, 1, 1, -719_162), (0, 12, 31, -719_163), (0, 2, 29, -719_469),
            (-1, 12, 31, -719_529), (-400, 2, 29, -865_566), (9999, 12, 31, 2_932_896),
        ])
    func knownDays(year: Int, month: Int, day: Int, days: Int64) {
        let date = CivilDate(year: year, month: month, day: day)
        #expect(date.isValid)
        expect(date.daysSinceEpoch, is: days)
        expect(CivilDate(Timestamp(seconds: days * 86_400)), is: date)
    }

    @Test("each day has a successor in the calendar")
    func successors() {
        var random = SeededRandom(seed: 10)
        for _ in 0..<5000 {
            let day = Int64.random(in: -1_500_000...3_000_000, using: &random)
            let date = CivilDate(Timestamp(seconds: day * 86_400))
            let next = CivilDate(Timestamp(seconds: (day + 1) * 86_400))
            let expected =
                if date.day < date.daysInMonth {
                    CivilDate(year: date.year, month: date.month, day: date.day + 1)
                } else if date.month < 12 {
                    CivilDate(year: date.year, month: date.month + 1, day: 1)
                } else {
                    CivilDate(year: date.year + 1, month: 1, day: 1)
                }
            expect(next, is: expected)
            #expect(date.isValid)
        }
    }

    @Test("a moment, its civil date at any offset and its RFC 3339 text name each other")
    func roundTrips() {
        var random = SeededRandom(seed: 11)
        for _ in 0..<5000 {
            let moment = Timestamp(
                milliseconds: Int64.random(in: -400_000_000_000_000...400_000_000_000_000, using: &random)
                    / (random.once(in: 2) ? 1 : 1000) * (random.once(in: 2) ? 1 : 1000))
            let offset = Int.random(in: -86_400...86_400, using: &random)
            expect(CivilDate(moment, offset: offset).timestamp(offset: offset), is: moment)
            expect(Timestamp(rfc3339: moment.rfc3339), is: moment, "\(moment.rfc3339)")
        }
    }

    @Test(
        "RFC 3339 as we write it",
        arguments: [
            (1_795_357_860_000, "2026-11-22T14:31:00Z"), (1_795_357_860_007, "2026-11-22T14:31:00.007Z"),
            (-1, "1969-12-31T23:59:59.999Z"), (-62_135_596_800_000, "0001-01-01T00:00:00Z"),
            (-62_167_219_200_001, "-0001-12-31T23:59:59.999Z"), (253_402_300_800_000, "+10000-01-01T00:00:00Z"),
        ])
    func written(milliseconds: Int64, text: String) {
        expect(Timestamp(milliseconds: milliseconds).rfc3339, is: text)
    }

    @Test(
        "RFC 3339 as others write it",
        arguments: [
            ("2026-11-22t14:31:00z", 1_795_357_860_000), ("2026-11-22T15:31:00+01:00", 1_795_357_860_000),
            ("2026-11-22T09:01:00.5-05:30", 1_795_357_860_500), ("2026-11-22T14:31:00.0079Z", 1_795_357_860_007),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000),
        ])
    func read(text: String, milliseconds: Int64) {
        expect(Timestamp(rfc3339: text)?.milliseconds, is: milliseconds)
    }

    @Test(
        "what is no RFC 3339",
        arguments: [
            "", "2026-11-22", "2026-11-22 14:31:00Z", "2026-11-22T14:31Z", "2026-11-22T14:31:00",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-11-31T00:00:00Z", "2026-11-22T24:00:00Z",
            "2026-11-22T14:60:00Z", "2026-11-22T14:31:61Z", "2026-11-22T14:31:00.Z", "2026-11-22T14:31:00+1:00",
            "2026-11-22T14:31:00+24:00", "2026-11-22T14:31:00Zx", "26-11-22T14:31:00Z", "20266-11-22T14:31:00Z",
            "２026-11-22T14:31:00Z", "+99999999999-01-01T00:00:00Z", "2026-11-22T14:31:00-", "M026-11-22T14:31:00Z",
            "2026\u{d}11-22T14:31:00Z",
        ])
    func refused(text: String) {
        expect(Timestamp(rfc3339: text), is: nil)
    }

    @Test("the ends of time stop nothing")
    func extremes() {
        for milliseconds in [Int64.min, .min + 1, .max - 1, .max] {
            let moment = Timestamp(milliseconds: milliseconds)
            for offset in [-86_400, 0, 86_400, Int.max, Int.min] { #expect(CivilDate(moment, offset: offset).day > 0) }
            #expect(!moment.rfc3339.isEmpty)
            expect(moment.adding(seconds: milliseconds).milliseconds, is: (milliseconds < 0 ? .min : .max))
            _ = Timestamp(milliseconds: 0).seconds(since: moment)
        }
        expect(Timestamp(seconds: .max).milliseconds, is: .max)
        expect(Timestamp(seconds: .min).milliseconds, is: .min)
        expect(CivilDate(year: .max, month: 1, day: 1).timestamp(), is: Timestamp(milliseconds: .max))
        expect(CivilDate(year: .min, month: 1, day: 1).timestamp(), is: Timestamp(milliseconds: .min))
        expect(Timestamp(seconds: .max).seconds(since: Timestamp(seconds: .min)), is: Int64.max / 1000)
    }

    @Test("seconds are counted towards the past")
    func secondsSince() {
        let moment = Timestamp(milliseconds: 10_500)
        expect(moment.seconds(since: Timestamp(milliseconds: 9_501)), is: 0)
        expect(moment.seconds(since: Timestamp(milliseconds: 9_500)), is: 1)
        expect(Timestamp(milliseconds: 9_500).seconds(since: moment), is: -1)
        expect(Timestamp(milliseconds: 9_501).seconds(since: moment), is: -1)
    }
}

@Suite("The user's clock")
struct ZoneOffsetsTests {
    /// Paris in 2026: summer time from 29 March 01:00 UTC to 25 October 01:00 UTC.
    private let paris = ZoneOffsets([
        ZoneOffsets.Span(start: CivilDate(year: 2025, month: 10, day: 26, hour: 1).timestamp(), seconds: 3600),
        ZoneOffsets.Span(start: CivilDate(year: 2026, month: 3, day: 29, hour: 1).timestamp(), seconds: 7200),
        ZoneOffsets.Span(start: CivilDate(year: 2026, month: 10, day: 25, hour: 1).timestamp(), seconds: 3600),
    ])

    @Test("a moment has the offset of its span; the first span also holds before it")
    func offsets() {
        expect(paris.offset(at: Timestamp(seconds: 0)), is: 3600)
        let change = CivilDate(year: 2026, month: 3, day: 29, hour: 1).timestamp()
        expect(paris.offset(at: change.adding(seconds: -1)), is: 3600)
        expect(paris.offset(at: change), is: 7200)
        expect(paris.civil(change), is: CivilDate(year: 2026, month: 3, day: 29, hour: 3))
        expect(ZoneOffsets.utc.offset(at: change), is: 0)
    }

    @Test(
        "a date names the first moment at which the clock shows it; a skipped one the moment of the change",
        arguments: [
            (3, 29, 1, 59, "2026-03-29T00:59:00Z"), (3, 29, 2, 0, "2026-03-29T01:00:00Z"),
            (3, 29, 2, 30, "2026-03-29T01:00:00Z"), (3, 29, 3, 0, "2026-03-29T01:00:00Z"),
            (3, 29, 3, 1, "2026-03-29T01:01:00Z"), (10, 25, 1, 59, "2026-10-24T23:59:00Z"),
            (10, 25, 2, 30, "2026-10-25T00:30:00Z"), (10, 25, 3, 0, "2026-10-25T02:00:00Z"),
            (7, 14, 0, 0, "2026-07-13T22:00:00Z"), (1, 1, 0, 0, "2025-12-31T23:00:00Z"),
        ])
    func moments(month: Int, day: Int, hour: Int, minute: Int, expected: String) {
        let date = CivilDate(year: 2026, month: month, day: day, hour: hour, minute: minute)
        expect(paris.moment(of: date).rfc3339, is: expected)
    }

    @Test("the clock read at a moment names this moment, or an earlier one with the same reading")
    func readings() {
        var random = SeededRandom(seed: 12)
        for _ in 0..<2000 {
            let moment = Timestamp(seconds: Int64.random(in: 1_760_000_000...1_800_000_000, using: &random))
            let named = paris.moment(of: paris.civil(moment))
            #expect(named <= moment)
            expect(paris.civil(named), is: paris.civil(moment))
        }
    }
}
