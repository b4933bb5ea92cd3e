/// A moment: milliseconds since 1970-01-01T00:00:00Z.
public struct Timestamp: Hashable, Sendable, Comparable {
    public let milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }
    /// Moments that milliseconds cannot hold become the nearest one that they can.
    public init(seconds: Int64) { milliseconds = seconds.clampedTimes(1000) }

    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

    /// A moment so many seconds later, or earlier for a negative number.
    public func adding(seconds: Int64) -> Timestamp {
        Timestamp(milliseconds: milliseconds.clampedPlus(seconds.clampedTimes(1000)))
    }

    /// Seconds from `earlier` to this moment, rounded towards the past; negative when `earlier` is later.
    public func seconds(since earlier: Timestamp) -> Int64 {
        CivilDate.floorDivide(milliseconds.clampedMinus(earlier.milliseconds), by: 1000)
    }
}

/// Dates come from outside: a year of twenty digits is nonsense, but no reason to stop the program.
extension Int64 {
    fileprivate func clampedPlus(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }

    fileprivate func clampedMinus(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other > 0 ? .min : .max) : difference
    }

    fileprivate func clampedTimes(_ factor: Int64) -> Int64 {
        let (product, overflow) = multipliedReportingOverflow(by: factor)
        return overflow ? ((self < 0) == (factor < 0) ? .max : .min) : product
    }
}

/// A date and time of day of the proleptic Gregorian calendar, at a fixed offset from UTC.
public struct CivilDate: Hashable, Sendable {
    /// As astronomers count: 0 is 1 BC.
    public var year: Int
    /// 1 to 12.
    public var month: Int
    /// 1 to 31.
    public var day: Int
    /// 0 to 23.
    public var hour: Int
    public var minute: Int
    /// 0 to 59; 60 is the leap second, which becomes the next minute.
    public var second: Int
    public var millisecond: Int

    public init(
        year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0, millisecond: Int = 0
    ) {
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
        self.millisecond = millisecond
    }

    /// The civil date of a moment, `offset` seconds east of UTC.
    public init(_ moment: Timestamp, offset: Int = 0) {
        let local = moment.milliseconds.clampedPlus(Int64(offset).clampedTimes(1000))
        let days = CivilDate.floorDivide(local, by: 86_400_000)
        let remainder = Int(local % 86_400_000)
        let inDay = remainder < 0 ? remainder + 86_400_000 : remainder
        // Days to civil: Howard Hinnant, "chrono-compatible low-level date algorithms".
        let shifted = days + 719_468
        let era = CivilDate.floorDivide(shifted, by: 146_097)
        let dayOfEra = Int(shifted - era * 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthIndex + 2) / 5 + 1
        month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        year = Int(era) * 400 + yearOfEra + (month <= 2 ? 1 : 0)
        hour = inDay / 3_600_000
        minute = inDay / 60_000 % 60
        second = inDay / 1000 % 60
        millisecond = inDay % 1000
    }

    /// Days since 1970-01-01.
    public var daysSinceEpoch: Int64 {
        let shiftedYear = Int64(month <= 2 ? year - 1 : year)
        let era = CivilDate.floorDivide(shiftedYear, by: 400)
        let yearOfEra = shiftedYear - era * 400
        let monthIndex = Int64(month > 2 ? month - 3 : month + 9)
        let dayOfYear = (153 * monthIndex + 2) / 5 + Int64(day) - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The moment this date names, `offset` seconds east of UTC; the nearest possible one for years beyond 292 million.
    public func timestamp(offset: Int = 0) -> Timestamp {
        guard (-300_000_000...300_000_000).contains(year) else {
            return Timestamp(milliseconds: year < 0 ? .min : .max)
        }
        let inDay = Int64(hour * 3600 + minute * 60 + second - offset)
        let seconds = daysSinceEpoch.clampedTimes(86_400).clampedPlus(inDay)
        return Timestamp(milliseconds: seconds.clampedTimes(1000).clampedPlus(Int64(millisecond)))
    }

    /// Whether the calendar has this day and the clock this time; the leap second 60 counts.
    public var isValid: Bool {
        (1...12).contains(month) && (1...daysInMonth).contains(day) && (0...23).contains(hour)
            && (0...59).contains(minute) && (0...60).contains(second) && (0...999).contains(millisecond)
    }

    /// Days of the date's month; the month must be 1 to 12.
    public var daysInMonth: Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }

    static func floorDivide(_ value: Int64, by divisor: Int64) -> Int64 {
        let quotient = value / divisor
        return value % divisor < 0 ? quotient - 1 : quotient
    }
}

extension Timestamp {
    /// RFC 3339 in UTC, with milliseconds only when there are some: `2026-11-22T14:31:00Z`. Years that four digits
    /// cannot hold have a sign (ISO 8601, expanded): `-0044-03-15T12:00:00Z`.
    public var rfc3339: String {
        let date = CivilDate(self)
        let sign = date.year < 0 ? "-" : date.year > 9999 ? "+" : ""
        let fraction = date.millisecond == 0 ? "" : "." + date.millisecond.padded(3)
        return "\(sign)\(date.year.magnitude.padded(4))-\(date.month.padded(2))-\(date.day.padded(2))T"
            + "\(date.hour.padded(2)):\(date.minute.padded(2)):\(date.second.padded(2))\(fraction)Z"
    }

    /// Reads what `rfc3339` writes, and any RFC 3339 date-time with an offset; digits below the millisecond are cut
    /// off. Nil for everything else. Dates in the wild are Decoding's business.
    public init?(rfc3339 text: some StringProtocol) {
        var rest = Array(text.utf8)[...]
        func digits(_ counts: ClosedRange<Int>) -> Int? {
            let run = rest.prefix(while: { (48...57).contains($0) })
            guard counts.contains(run.count) else { return nil }
            rest = rest.dropFirst(run.count)
            return run.reduce(0) { $0 * 10 + Int($1) - 48 }
        }
        func take(_ character: Unicode.Scalar) -> Bool {
            guard let byte = rest.first, byte | (byte > 64 ? 0x20 : 0) == UInt8(ascii: character) else { return false }
            rest = rest.dropFirst()
            return true
        }
        let isNegative = take("-")
        let isExpanded = isNegative || take("+")
        guard let year = digits(isExpanded ? 4...9 : 4...4), take("-"), let month = digits(2...2), take("-"),
            let day = digits(2...2), take("t"), let hour = digits(2...2), take(":"), let minute = digits(2...2),
            take(":"), let second = digits(2...2)
        else { return nil }
        var date = CivilDate(
            year: isNegative ? -year : year, month: month, day: day, hour: hour, minute: minute, second: second)
        if take(".") {
            let fraction = rest.prefix(while: { (48...57).contains($0) })
            guard !fraction.isEmpty else { return nil }
            rest = rest.dropFirst(fraction.count)
            for place in 0..<3 {
                date.millisecond =
                    date.millisecond * 10
                    + (place < fraction.count ? Int(fraction[fraction.startIndex + place]) - 48 : 0)
            }
        }
        var offset = 0
        if !take("z") {
            let isWest = take("-")
            guard isWest || take("+"), let hours = digits(2...2), hours < 24, take(":"), let minutes = digits(2...2),
                minutes < 60
            else { return nil }
            offset = (hours * 3600 + minutes * 60) * (isWest ? -1 : 1)
        }
        guard rest.isEmpty, date.isValid else { return nil }
        self = date.timestamp(offset: offset)
    }
}

extension BinaryInteger {
    /// In decimal, with leading zeros up to so many digits. Not for negative numbers.
    func padded(_ width: Int) -> String {
        let digits = String(self)
        return String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
    }
}

/// Where the user's clock stands against UTC: the offsets of his time zone around now, as plain data, so that
/// showing a time needs no system call.
public struct ZoneOffsets: Hashable, Sendable {
    /// From `start` on, local time is `seconds` east of UTC.
    public struct Span: Hashable, Sendable {
        public let start: Timestamp
        public let seconds: Int

        public init(start: Timestamp, seconds: Int) {
            self.start = start
            self.seconds = seconds
        }
    }

    /// Ascending by start; the first also holds for everything before it.
    public let spans: [Span]

    public init(_ spans: [Span]) { self.spans = spans }

    public static let utc = ZoneOffsets([])

    /// Seconds east of UTC at a moment.
    public func offset(at moment: Timestamp) -> Int {
        (spans.last { $0.start <= moment } ?? spans.first)?.seconds ?? 0
    }

    /// What a calendar and a clock in the zone show at the moment.
    public func civil(_ moment: Timestamp) -> CivilDate { CivilDate(moment, offset: offset(at: moment)) }

    /// The first moment at which the user's clock shows this date and time. A time that a change of the clock skips
    /// is the moment of that change; a time that comes twice is the first of the two.
    public func moment(of date: CivilDate) -> Timestamp {
        guard let first = spans.first else { return date.timestamp() }
        var earlier = date.timestamp(offset: first.seconds)
        for span in spans.dropFirst() {
            if earlier < span.start { return earlier }
            // At or after the change; before it on the new clock means that the clock jumped over this time.
            earlier = max(date.timestamp(offset: span.seconds), span.start)
        }
        return earlier
    }
}
