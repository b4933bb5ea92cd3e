/// A moment: milliseconds since 1970-01-01T00:00:00Z.
public struct Timestamp: Hashable, Sendable, Comparable {
    public let milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }
    public init(seconds: Int64) { milliseconds = seconds * 1000 }

    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

    public func adding(seconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds + seconds * 1000) }

    /// Seconds from `earlier` to this moment, rounded towards the past; negative when `earlier` is later.
    public func seconds(since earlier: Timestamp) -> Int64 {
        CivilDate.floorDivide(milliseconds - earlier.milliseconds, by: 1000)
    }
}

/// A date and time of day of the proleptic Gregorian calendar, at a fixed offset from UTC.
public struct CivilDate: Hashable, Sendable {
    public var year: Int
    /// 1 to 12.
    public var month: Int
    /// 1 to 31.
    public var day: Int
    public var hour: Int
    public var minute: Int
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
        let local = moment.milliseconds + Int64(offset) * 1000
        let days = CivilDate.floorDivide(local, by: 86_400_000)
        let inDay = Int(local - days * 86_400_000)
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

    /// The moment this date names, `offset` seconds east of UTC.
    public func timestamp(offset: Int = 0) -> Timestamp {
        let seconds = daysSinceEpoch * 86_400 + Int64(hour * 3600 + minute * 60 + second - offset)
        return Timestamp(milliseconds: seconds * 1000 + Int64(millisecond))
    }

    static func floorDivide(_ value: Int64, by divisor: Int64) -> Int64 {
        let quotient = value / divisor
        return value % divisor < 0 ? quotient - 1 : quotient
    }
}

extension Timestamp {
    /// RFC 3339 in UTC, with milliseconds only when there are some: `2026-11-22T14:31:00Z`.
    public var rfc3339: String {
        let date = CivilDate(self)
        func padded(_ number: Int, _ width: Int = 2) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let fraction = date.millisecond == 0 ? "" : "." + padded(date.millisecond, 3)
        return "\(padded(date.year, 4))-\(padded(date.month))-\(padded(date.day))T"
            + "\(padded(date.hour)):\(padded(date.minute)):\(padded(date.second))\(fraction)Z"
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

    public func civil(_ moment: Timestamp) -> CivilDate { CivilDate(moment, offset: offset(at: moment)) }
}
