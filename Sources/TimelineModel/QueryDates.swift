import Text

/// Dates and durations of the query language.
enum QueryDates {
    /// `2026-11-01` or `2026-11-01T08:00`; nil for anything else and for days that do not exist.
    static func date(_ text: String) -> CivilDate? {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int? {
            var value = 0
            for byte in bytes[range] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                value = value * 10 + Int(byte) - 48
            }
            return value
        }
        guard bytes.count == 10 || bytes.count == 16, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = number(0..<4), let month = number(5..<7), let day = number(8..<10)
        else { return nil }
        var date = CivilDate(year: year, month: month, day: day)
        if bytes.count == 16 {
            guard bytes[10] | 0x20 == UInt8(ascii: "t"), bytes[13] == UInt8(ascii: ":"),
                let hour = number(11..<13), let minute = number(14..<16)
            else { return nil }
            date.hour = hour
            date.minute = minute
        }
        return date.isValid ? date : nil
    }

    private static let units: [(letter: Character, seconds: Int64)] = [
        ("w", 604_800), ("d", 86_400), ("h", 3600), ("m", 60),
    ]

    /// Seconds of `45m`, `6h`, `3d`, `2w`; nil for anything else. At most nine digits, so that nothing overflows.
    static func seconds(_ text: String) -> Int64? {
        guard let unit = units.first(where: { $0.letter == text.last }) else { return nil }
        let digits = text.dropLast()
        guard (1...9).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }),
            let count = Int64(digits)
        else { return nil }
        return count * unit.seconds
    }

    /// In the largest unit that leaves no remainder.
    static func spelled(seconds: Int64) -> String {
        for unit in units where seconds % unit.seconds == 0 && seconds / unit.seconds <= 999_999_999 {
            return "\(seconds / unit.seconds)\(unit.letter)"
        }
        return "\(seconds / 60)m"
    }
}

extension CivilDate {
    /// As `before:` and `after:` read it.
    var spelledForQuery: String {
        let day = "\(year.padded(4))-\(month.padded(2))-\(self.day.padded(2))"
        return hour == 0 && minute == 0 ? day : day + "T\(hour.padded(2)):\(minute.padded(2))"
    }
}
