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
        let date = CivilDate(year: fullYear, month: month, day: day, hour: hour, minute: minute, second: second)
        return (1970...9999).contains(fullYear) && date.isValid ? date.timestamp() : nil
    }

    /// One to nine ASCII digits and nothing else.
    static func digits(_ text: some StringProtocol) -> Int? {
        guard (1...9).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }
}
