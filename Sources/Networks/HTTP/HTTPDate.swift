import TimelineModel

/// The dates of HTTP headers.
enum HTTPDate {
    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]

    /// Reads the three forms of RFC 9110 section 5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`,
    /// `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`. All are UTC.
    static func parse(_ text: String) -> Timestamp? {
        let words = text.split { $0 == " " || $0 == "," || $0 == "-" }.map { $0.lowercased() }
        guard words.count >= 5 else { return nil }
        if let month = months.firstIndex(of: words[1]) {
            return moment(year: words[4], month: month + 1, day: words[2], clock: words[3])
        }
        guard let month = months.firstIndex(of: words[2]) else { return nil }
        return moment(year: words[3], month: month + 1, day: words[1], clock: words[4])
    }

    private static func moment(year: String, month: Int, day: String, clock: String) -> Timestamp? {
        let parts = clock.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let year = digits(year), let day = digits(day), let hour = digits(parts[0]),
            let minute = digits(parts[1]), let second = digits(parts[2])
        else { return nil }
        // Two digits: RFC 850's year, read as in RFC 6265 section 5.1.1.
        let fullYear = year < 70 ? year + 2000 : year < 100 ? year + 1900 : year
        return checked(year: fullYear, month: month, day: day, hour: hour, minute: minute, second: second)
    }

    /// Reads the form in which Mastodon gives `X-RateLimit-Reset`: `2026-11-22T14:35:00.000000Z`, or with an offset.
    /// Source: docs.joinmastodon.org/api/rate-limits.
    static func parseISO(_ text: String) -> Timestamp? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: " "), bytes[13] == UInt8(ascii: ":"),
            bytes[16] == UInt8(ascii: ":")
        else { return nil }
        func number(_ range: Range<Int>) -> Int? { digits(String(decoding: bytes[range], as: UTF8.self)) }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
            let minute = number(14..<16), let second = number(17..<19),
            let moment = checked(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
        else { return nil }
        let zone = bytes[19...].drop { $0 == UInt8(ascii: ".") || (0x30...0x39).contains($0) }
        if zone.elementsEqual([UInt8(ascii: "Z")]) || zone.elementsEqual([UInt8(ascii: "z")]) { return moment }
        let offset = Array(zone)
        guard offset.count == 6, offset[3] == UInt8(ascii: ":"),
            let hours = digits(String(decoding: offset[1..<3], as: UTF8.self)),
            let minutes = digits(String(decoding: offset[4..<6], as: UTF8.self))
        else { return nil }
        let east = Int64(hours * 3600 + minutes * 60)
        switch offset[0] {
        case UInt8(ascii: "+"): return moment.adding(seconds: -east)
        case UInt8(ascii: "-"): return moment.adding(seconds: east)
        default: return nil
        }
    }

    private static func checked(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) -> Timestamp? {
        guard (1970...9999).contains(year), (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60,
            second <= 60
        else { return nil }
        return CivilDate(year: year, month: month, day: day, hour: hour, minute: minute, second: second).timestamp()
    }

    /// One to nine ASCII digits and nothing else.
    static func digits(_ text: some StringProtocol) -> Int? {
        guard (1...9).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }
}
