import Expectations
import Testing
import TimelineModel

@testable import Decoding

@Suite struct FeedDateTests {
    private static let spellings = [
        // RFC 3339 and its kin
        ("2003-12-31T10:14:55Z", "2003-12-31T10:14:55Z"), ("2003-12-31t10:14:55z", "2003-12-31T10:14:55Z"),
        ("2003-12-31 10:14:55", "2003-12-31T10:14:55Z"), ("2003-12-31T10:14:55.5Z", "2003-12-31T10:14:55.500Z"),
        ("2003-12-31T10:14:55.123456+02:00", "2003-12-31T08:14:55.123Z"), ("2003-12-31", "2003-12-31T00:00:00Z"),
        ("2003-12", "2003-12-01T00:00:00Z"), ("2003", "2003-01-01T00:00:00Z"), ("20031231", "2003-12-31T00:00:00Z"),
        ("2003-365", "2003-12-31T00:00:00Z"), ("2003335", "2003-12-01T00:00:00Z"),
        ("20031231T101455Z", "2003-12-31T10:14:55Z"), ("2003-12-31T10:14-0800", "2003-12-31T18:14:00Z"),
        ("2003-12-31T10:14:55+00:00Z", "2003-12-31T10:14:55Z"), ("2003-12-31T24:00:00Z", "2004-01-01T00:00:00Z"),
        ("2003-31-12T10:14:55Z", "2003-12-31T10:14:55Z"), ("2003/12/31 10:14", "2003-12-31T10:14:00Z"),
        // RFC 822 and its kin
        ("Wed, 31 Dec 2003 10:14:55 GMT", "2003-12-31T10:14:55Z"),
        ("31 Dec 2003 10:14:55 +0100", "2003-12-31T09:14:55Z"),
        ("Thurs, 1 Jan 2004 19:48:21 EST", "2004-01-02T00:48:21Z"), ("Thu,1 Jan 04 19:48 PST", "2004-01-02T03:48:00Z"),
        ("Mon, 2nd January 2006 3:04 p.m. UTC", "2006-01-02T15:04:00Z"),
        ("Jan 2, 2006 12:04 AM", "2006-01-02T00:04:00Z"),
        ("Mon Jan  2 15:04:05 2006", "2006-01-02T15:04:05Z"), ("2 Jan 98", "1998-01-02T00:00:00Z"),
        ("Mon, 02 Jan 2006 15:04:05 GMT+0000 (Coordinated Universal Time)", "2006-01-02T15:04:05Z"),
        ("Mon, 02 Jan 2006 15:04:05 GMT-05:00", "2006-01-02T20:04:05Z"),
        ("Mon, 02 Jan 2006 15:04:05 --0700", "2006-01-02T22:04:05Z"),
        ("Mon, 02 Jan 2006 15:04:05 Etc/GMT", "2006-01-02T15:04:05Z"),
        ("Mon, 02 Jan 2006 15:04:05 BST", "2006-01-02T14:04:05Z"),
        ("Mon, 02 Jan 2006 15:04:05 IST", "2006-01-02T09:34:05Z"),
        ("Mon, 02 Jan 2006 25:04:05 GMT", "2006-01-03T01:04:05Z"), ("11/24/2006 10:00", "2006-11-24T10:00:00Z"),
        ("24/11/2006", "2006-11-24T00:00:00Z"),
        ("Wed, 31 Dec 2003 10.14.55 +0100", "2003-12-31T09:14:55Z"),
        ("31.12.2003 10.14.55", "2003-12-31T10:14:55Z"), ("2003-12-31 10.14.55", "2003-12-31T10:14:55Z"),
        ("2003.12.31", "2003-12-31T00:00:00Z"), ("31.12.03", "2003-12-31T00:00:00Z"),
        ("2003-12-31T10:14:55-12:00", "2003-12-31T22:14:55Z"), ("2003-12-31T10:14:55+14:00", "2003-12-30T20:14:55Z"),
        // Other languages
        ("dim., 2 août 2026 08:30:00 +0200", "2026-08-02T06:30:00Z"),
        ("Mi, 31 Dez 2003 10:14:55 MEZ", "2003-12-31T09:14:55Z"),
        ("Κυρ, 11 Ιούλ 2004 12:00:00 EST", "2004-07-11T17:00:00Z"),
        ("2004-július-13T9:15-05:00", "2004-07-13T14:15:00Z"), ("2004-05-25 오후 11:23:17", "2004-05-25T23:23:17Z"),
        ("2004년 05월 28일  오전 01:31:15", "2004-05-28T01:31:15Z"),
        // Unix time
        ("1072865695", "2003-12-31T10:14:55Z"), ("1072865695000", "2003-12-31T10:14:55Z"),
    ]

    @Test(arguments: spellings)
    func datesOfTheWild(text: String, moment: String) {
        expect(FeedDate.parse(text)?.rfc3339, is: moment)
    }

    @Test(arguments: [
        "", "   ", "yesterday", "n/a", "0000-00-00 00:00:00", "2003-02-30", "Wed, 32 Dec 2003 10:14:55 GMT", "31 Dec",
        "2003-13-45", "2003-400", "12", "99999999999999999999", "2003-12-31T99:00:00Z", "Dec Dec Dec", ":::",
        "+00:00", "-0001-11-30T00:00:00+00:00", "-0001-11-30 00:00:00", "Wed, 30 Nov -0001 00:00:00 +0000",
        String(repeating: "1 ", count: 80), "\u{0}\u{1b}[2J",
    ])
    func whatIsNoDateIsNone(text: String) {
        expect(FeedDate.parse(text), is: nil)
    }

    /// Minutes of an offset were once added up unread: one such date ended the program.
    @Test(arguments: [
        "Mon, 01 Jan 2020 10:00:00 +01:9223372036854775807", "2020-01-01T10:00:00+99:9223372036854775807",
        "2020-01-01T10:00:00+01:60", "2020-01-01T10:00:00+0160", "2020-01-01T10:00:00-99:00",
        "2020-01-01T10:00:00-13:00", "Wed, 01 Jan 2020 10:00:00 -1230", "2020-01-01T10:00:00+14:30",
    ])
    func anOffsetThatNoClockHasIsNone(text: String) {
        expect(FeedDate.parse(text)?.rfc3339, is: "2020-01-01T10:00:00Z")
    }

    @Test(arguments: spellings)
    func numbersOfAnySizeInAnyPlaceAreADateOrNone(text: String, moment: String) {
        let numbers = text.matches(of: /[0-9]+/)
        for place in numbers.map(\.range) {
            // Around the largest `Int`, and what becomes larger than it by 60 or by 3600.
            for number in [
                "9223372036854775807", "9223372036854775808", "153722867280912931", "2562047788015216",
                "99999999999999999999", "4294967296", "999", "0",
            ] {
                let odd = String(text[..<place.lowerBound] + number + text[place.upperBound...])
                guard let moment = FeedDate.parse(odd) else { continue }
                expect(FeedDate.parse(moment.rfc3339), is: moment, "\(odd)")
            }
        }
    }

    @Test func whateverIsReadCanBeWrittenAndReadAgain() {
        // Given every combination of pieces that dates are made of, the edges of the calendar among them
        for year in ["2003", "0001", "9999", "0000"] {
            for month in ["-12", "-01", "-13", " Jan", ""] {
                for day in ["-31", "-01", "-30", ""] {
                    for time in ["T23:59:60", "T00:00:00.1", " 25:00", " 11:00 pm", ""] {
                        for zone in ["Z", "-14:00", "+14:00", " EST", ""] {
                            let text = year + month + day + time + zone
                            // When it is read as a date / Then its written form names the same moment
                            guard let moment = FeedDate.parse(text) else { continue }
                            expect(FeedDate.parse(moment.rfc3339), is: moment, "\(text)")
                        }
                    }
                }
            }
        }
    }
}
