import Text
import TimelineModel

/// How numbers, times and ages are written.
enum Wording {
    /// Digits in groups of three.
    static func number(_ number: Int, _ options: Options) -> SafeText {
        let digits = String(number.magnitude)
        var groups: [SafeText] = []
        var end = digits.endIndex
        while end > digits.startIndex {
            let start = digits.index(end, offsetBy: -3, limitedBy: digits.startIndex) ?? digits.startIndex
            groups.insert(SafeText(sanitizing: String(digits[start..<end])), at: 0)
            end = start
        }
        let joined = groups.joined(by: options.digitSeparator)
        return number < 0 ? "-" + joined : joined
    }

    private static let months: [SafeText] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func two(_ number: Int) -> SafeText { number < 10 ? "0\(number)" : "\(number)" }

    static func clock(_ moment: Timestamp, _ zone: ZoneOffsets) -> SafeText {
        let date = zone.civil(moment)
        return two(date.hour) + ":" + two(date.minute)
    }

    /// Of today the time, of this year day and month, else month and year. At most eight columns.
    static func shortTime(_ moment: Timestamp, now: Timestamp, _ zone: ZoneOffsets) -> SafeText {
        let date = zone.civil(moment)
        let today = zone.civil(now)
        if (date.year, date.month, date.day) == (today.year, today.month, today.day) { return clock(moment, zone) }
        let month = months[min(max(date.month, 1), 12) - 1]
        return date.year == today.year ? "\(date.day) \(month)" : "\(month) \(date.year)"
    }

    /// The same in at most six columns: `14:31`, `22 Nov`, `Mar’25`.
    static func compactTime(_ moment: Timestamp, now: Timestamp, _ zone: ZoneOffsets) -> SafeText {
        let date = zone.civil(moment)
        guard date.year != zone.civil(now).year else { return shortTime(moment, now: now, zone) }
        return months[min(max(date.month, 1), 12) - 1] + "’" + two(abs(date.year % 100))
    }

    /// `22 Nov 2026 14:31`.
    static func longTime(_ moment: Timestamp, _ zone: ZoneOffsets) -> SafeText {
        let date = zone.civil(moment)
        return "\(date.day) \(months[min(max(date.month, 1), 12) - 1]) \(date.year) \(clock(moment, zone))"
    }

    /// How long ago: `now`, `3 min ago`, `2 h ago`, `5 days ago`; in the future `in 2 h`.
    static func age(of moment: Timestamp, now: Timestamp) -> SafeText {
        let seconds = now.seconds(since: moment)
        let length = duration(abs(seconds))
        if abs(seconds) < 60 { return "now" }
        return seconds > 0 ? length + " ago" : "in " + length
    }

    /// The largest whole unit: `45 s`, `3 min`, `2 h`, `1 day`, `5 days`.
    static func duration(_ seconds: Int64) -> SafeText {
        switch seconds {
        case ..<60: return "\(seconds) s"
        case ..<3600: return "\(seconds / 60) min"
        case ..<86_400: return "\(seconds / 3600) h"
        case ..<172_800: return "1 day"
        default: return "\(seconds / 86_400) days"
        }
    }

    /// `1 post`, `12 posts`.
    static func count(_ number: Int, _ one: SafeText, _ many: SafeText, _ options: Options) -> SafeText {
        self.number(number, options) + " " + (number == 1 ? one : many)
    }

    /// Of a file, in the largest decimal unit: `900 bytes`, `44 MB`, `1.2 GB`.
    static func size(_ bytes: Int) -> SafeText {
        let units: [(bytes: Int, name: SafeText)] = [
            (1_000_000_000_000, "TB"), (1_000_000_000, "GB"), (1_000_000, "MB"), (1000, "kB"),
        ]
        guard let unit = units.first(where: { $0.bytes <= bytes }) else { return "\(bytes) bytes" }
        let tenths = bytes / (unit.bytes / 10)
        let isShort = tenths < 100 && tenths % 10 > 0
        return (isShort ? "\(tenths / 10).\(tenths % 10) " : "\(tenths / 10) ") + unit.name
    }

    /// Posts a day, from hundredths: `0.03`, `4.2`, `37`.
    static func rate(_ hundredths: Int, _ options: Options) -> SafeText {
        switch hundredths {
        case 0: return "0"
        case ..<100: return "0." + two(hundredths)
        case ..<1000: return "\(hundredths / 100).\(hundredths / 10 % 10)"
        default: return number(hundredths / 100, options)
        }
    }
}
