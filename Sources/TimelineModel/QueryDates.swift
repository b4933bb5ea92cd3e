import Text

/// Dates of the query language.
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
}

extension CivilDate {
    /// As `before:` and `after:` read it.
    var spelledForQuery: String {
        let day = "\(year.padded(4))-\(month.padded(2))-\(self.day.padded(2))"
        return hour == 0 && minute == 0 ? day : day + "T\(hour.padded(2)):\(minute.padded(2))"
    }
}
