import TimelineModel

/// Dates as feeds write them: RFC 3339, RFC 822, and what is found in place of them.
///
/// Without a zone a date is in UTC. A date that no reading fits is nil, never a guess: the reader then sorts by the
/// time of first sight.
enum FeedDate {
    static func parse(_ raw: String) -> Timestamp? {
        let text = raw.trimmingASCIIWhitespace
        guard !text.isEmpty, text.utf8.count <= 100, !isBeforeEra(text) else { return nil }
        let words = FeedDateWords(text)
        return number(text) ?? words.isoDate() ?? words.spelledDate()
    }

    /// `-0001-11-30T00:00:00`: what PHP makes of a date that its database has not.
    private static func isBeforeEra(_ text: String) -> Bool {
        guard text.utf8.first == UInt8(ascii: "-"), let next = text.utf8.dropFirst().first else { return false }
        return (48...57).contains(next)
    }

    /// Unix time: ten digits are seconds, thirteen milliseconds.
    private static func number(_ text: String) -> Timestamp? {
        guard text.utf8.count == 10 || text.utf8.count == 13, text.utf8.allSatisfy({ (48...57).contains($0) }),
            let value = Int64(text)
        else { return nil }
        return text.utf8.count == 10 ? Timestamp(seconds: value) : Timestamp(milliseconds: value)
    }

    /// A checked moment. Hours from 24 on run over into the next day (some feeds count 24 or 25), a leap second too.
    static func moment(
        year: Int, month: Int, day: Int, time: (hour: Int, minute: Int, second: Int, millisecond: Int), offset: Int
    ) -> Timestamp? {
        var date = CivilDate(
            year: year, month: month, day: day, minute: time.minute, second: time.second, millisecond: time.millisecond)
        // A zone may move the first and last year over the edge of what RFC 3339 can write.
        guard (2...9998).contains(year), date.isValid, (0...25).contains(time.hour) else { return nil }
        date.hour = time.hour
        return date.timestamp(offset: offset)
    }

    /// RFC 822 gives two digits; below 90 this century is meant.
    static func fullYear(_ digits: Substring) -> Int? {
        guard let year = Int(digits) else { return nil }
        switch digits.utf8.count {
        case 4: return year
        case 2: return year < 90 ? 2000 + year : 1900 + year
        default: return nil
        }
    }
}

/// A date taken apart into runs of digits, runs of letters and single signs.
struct FeedDateWords {
    enum Word: Equatable {
        case digits(Substring)
        case letters(String)
        case sign(Character)
    }

    let words: [Word]

    init(_ text: String) {
        var words: [Word] = []
        var rest = text[...]
        while let first = rest.first {
            if first.isASCII, first.isNumber {
                let run = rest.prefix { $0.isASCII && $0.isNumber }
                words.append(.digits(run))
                rest = rest[run.endIndex...]
            } else if first.isLetter {
                let run = rest.prefix { $0.isLetter }
                words.append(.letters(run.lowercased()))
                rest = rest[run.endIndex...]
            } else {
                if !first.isWhitespace { words.append(.sign(first)) }
                if first.isWhitespace, words.last != .sign(" ") { words.append(.sign(" ")) }
                rest = rest.dropFirst()
            }
        }
        self.words = words
    }

    // MARK: ISO 8601 and its kin

    /// `yyyy-MM-dd` and shorter, `yyyyMMdd`, `yyyy-DDD`, each with or without a time.
    func isoDate() -> Timestamp? {
        guard case .digits(let first)? = words.first else { return nil }
        var index = 1
        var date: (year: Int, month: Int, day: Int)?
        switch first.utf8.count {
        case 14:
            guard let compact = compactDate(first.prefix(8)) else { return nil }
            let time = first.dropFirst(8)
            guard let hour = Int(time.prefix(2)), let minute = Int(time.dropFirst(2).prefix(2)),
                let second = Int(time.suffix(2))
            else { return nil }
            return FeedDate.moment(
                year: compact.year, month: compact.month, day: compact.day, time: (hour, minute, second, 0),
                offset: zone(from: index) ?? 0)
        case 8: date = compactDate(first)
        case 7: date = Int(first.prefix(4)).flatMap { ordinal(year: $0, day: first.suffix(3)) }
        case 4: (date, index) = dashedDate(year: Int(first) ?? 0)
        default: return nil
        }
        guard let date else { return nil }
        return finished(date, from: index)
    }

    private func compactDate(_ digits: Substring) -> (year: Int, month: Int, day: Int)? {
        guard let year = Int(digits.prefix(4)), let month = Int(digits.dropFirst(4).prefix(2)),
            let day = Int(digits.suffix(2))
        else { return nil }
        return (year, month, day)
    }

    private func ordinal(year: Int, day digits: Substring) -> (year: Int, month: Int, day: Int)? {
        guard var day = Int(digits), (1...366).contains(day) else { return nil }
        for month in 1...12 {
            let days = CivilDate(year: year, month: month, day: 1).daysInMonth
            if day <= days { return (year, month, day) }
            day -= days
        }
        return nil
    }

    /// What follows the year: separators, a month as number or name, a day.
    private func dashedDate(year: Int) -> (date: (year: Int, month: Int, day: Int)?, next: Int) {
        var index = 1
        guard index < words.count else { return ((year, 1, 1), index) }
        index = skippingSeparators(from: index)
        guard index < words.count else { return (nil, index) }
        var month: Int?
        switch words[index] {
        case .digits(let digits) where digits.utf8.count == 3: return (ordinal(year: year, day: digits), index + 1)
        case .digits(let digits) where digits.utf8.count == 4:
            return (compactDate("\(year)\(digits)"), index + 1)
        case .digits(let digits): month = Int(digits)
        case .letters(let name): month = FeedDateNames.months[name]
        case .sign: break
        }
        guard let month else { return (nil, index) }
        index = skippingSeparators(from: index + 1)
        guard index < words.count, case .digits(let digits) = words[index], digits.utf8.count <= 2,
            let day = Int(digits)
        else { return ((year, month, 1), index) }
        // Day and month are swapped now and then: `2005-31-12`.
        let date = month > 12 && day <= 12 ? (year, day, month) : (year, month, day)
        return (date, index + 1)
    }

    private func skippingSeparators(from start: Int) -> Int {
        var index = start
        while index < words.count {
            switch words[index] {
            case .sign(let sign) where "-/. ".contains(sign): break
            // Korean year, month and day.
            case .letters(let letters) where ["년", "월", "일"].contains(letters): break
            default: return index
            }
            index += 1
        }
        return index
    }

    private func finished(_ date: (year: Int, month: Int, day: Int), from start: Int) -> Timestamp? {
        var index = start
        while index < words.count, time(at: index, isBehindDate: true) == nil { index += 1 }
        var time = (hour: 0, minute: 0, second: 0, millisecond: 0)
        var afterTime = start
        if index < words.count, let (found, next) = self.time(at: index, isBehindDate: true) {
            time = found
            afterTime = next
        }
        return FeedDate.moment(
            year: date.year, month: date.month, day: date.day, time: time, offset: zone(from: afterTime) ?? 0)
    }

    // MARK: RFC 822 and its kin

    /// Day, month, year in any order that names allow, a time anywhere, a zone behind it.
    func spelledDate() -> Timestamp? {
        var month: Int?
        var numbers: [Substring] = []
        var time = (hour: 0, minute: 0, second: 0, millisecond: 0)
        var hasTime = false
        var afterTime = words.count
        var index = 0
        var monthIsFirst = false
        while index < words.count {
            let isBehindDate = numbers.count == 3 || (numbers.count == 2 && month != nil)
            if !hasTime, let (found, next) = self.time(at: index, isBehindDate: isBehindDate) {
                time = found
                hasTime = true
                afterTime = next
                index = next
                continue
            }
            switch words[index] {
            case .digits(let digits) where numbers.count < 3 && !isZone(before: index, hasTime: hasTime):
                numbers.append(digits)
                if hasTime { afterTime = index + 1 }
            case .letters(let name):
                if month == nil, let found = FeedDateNames.month(name) {
                    month = found
                    monthIsFirst = numbers.isEmpty
                }
            default: break
            }
            index += 1
        }
        guard let date = arranged(numbers, month: month, monthIsFirst: monthIsFirst) else { return nil }
        let offset = zone(from: min(afterTime, words.count)) ?? zone(from: hasTime ? timeEnd() : words.count) ?? 0
        return FeedDate.moment(year: date.year, month: date.month, day: date.day, time: time, offset: offset)
    }

    private func timeEnd() -> Int {
        for index in words.indices {
            if let (_, next) = time(at: index) { return next }
        }
        return words.count
    }

    /// A number with a sign before it, behind the time, is the zone.
    private func isZone(before index: Int, hasTime: Bool) -> Bool {
        guard hasTime, index > 0, case .sign(let sign) = words[index - 1] else { return false }
        return sign == "+" || sign == "-"
    }

    private func arranged(_ numbers: [Substring], month: Int?, monthIsFirst: Bool) -> (year: Int, month: Int, day: Int)?
    {
        if let month {
            guard numbers.count >= 2 else { return nil }
            // `24 Nov 2006`, `Nov 24 2006`, `2006 Nov 24`.
            if numbers[0].utf8.count == 4, let year = Int(numbers[0]), let day = Int(numbers[1]) {
                return (year, month, day)
            }
            guard let day = Int(numbers[0]), let year = FeedDate.fullYear(numbers[1]) else { return nil }
            if day > 31, let swapped = FeedDate.fullYear(numbers[0]), let last = Int(numbers[1]) {
                return (swapped, month, last)
            }
            return (year, month, day)
        }
        // `11/24/2006` and `24/11/2006`: American unless that is no date.
        guard numbers.count == 3, let first = Int(numbers[0]), let second = Int(numbers[1]),
            let year = FeedDate.fullYear(numbers[2])
        else { return nil }
        return first > 12 ? (year, second, first) : (year, first, second)
    }

    // MARK: Time of day and zone

    /// `9:15`, `09:15:00.123`, `1050`-style compact times only behind a `T`; with `am`/`pm` of some languages.
    /// - Parameter isBehindDate: then `09.15.00` is a time too, and no date.
    private func time(
        at index: Int, isBehindDate: Bool = false
    ) -> (time: (hour: Int, minute: Int, second: Int, millisecond: Int), next: Int)? {
        guard case .digits(let first) = words[index], var hour = Int(first) else { return nil }
        let isBehindT = index > 0 && words[index - 1] == .letters("t")
        var next = index + 1
        var minute = 0
        var second = 0
        var millisecond = 0
        if next + 1 < words.count, words[next] == .sign(":"), case .digits(let digits) = words[next + 1],
            first.utf8.count <= 2, digits.utf8.count <= 2,
            !(index > 0 && isOffsetSign(words[index - 1]) && index > 1
                && isTimeBefore(index - 1))
        {
            minute = Int(digits) ?? 0
            next += 2
            if next + 1 < words.count, words[next] == .sign(":"), case .digits(let digits) = words[next + 1] {
                second = Int(digits) ?? 0
                next += 2
            }
        } else if isBehindDate, let parts = dottedTime(at: index) {
            (minute, second) = parts
            next += 4
        } else if isBehindT, [2, 4, 6].contains(first.utf8.count) {
            hour = Int(first.prefix(2)) ?? 0
            minute = Int(first.dropFirst(2).prefix(2)) ?? 0
            second = Int(first.dropFirst(4)) ?? 0
        } else {
            return nil
        }
        if next + 1 < words.count, words[next] == .sign(".") || words[next] == .sign(","),
            case .digits(let digits) = words[next + 1]
        {
            millisecond = Int((digits.prefix(3) + "00").prefix(3)) ?? 0
            next += 2
        }
        let (half, behind) = halfOfDay(around: index, next: next)
        next = behind
        if half == "pm", hour < 12 { hour += 12 }
        if half == "am", hour == 12 { hour = 0 }
        return ((hour, minute, second, millisecond), next)
    }

    /// Minute and second of `09.15.00`.
    private func dottedTime(at index: Int) -> (minute: Int, second: Int)? {
        guard index + 4 < words.count, words[index + 1] == .sign("."), words[index + 3] == .sign("."),
            case .digits(let hour) = words[index], case .digits(let minute) = words[index + 2],
            case .digits(let second) = words[index + 4],
            [hour, minute, second].allSatisfy({ $0.utf8.count <= 2 })
        else { return nil }
        return (Int(minute) ?? 0, Int(second) ?? 0)
    }

    private func isOffsetSign(_ word: Word) -> Bool { word == .sign("+") || word == .sign("-") }

    /// Whether the sign at an index stands directly behind a time: then it begins an offset such as `+01:00`.
    private func isTimeBefore(_ sign: Int) -> Bool {
        guard sign >= 3 else { return false }
        var index = sign - 1
        while index > 0, words[index] == .sign(" ") { index -= 1 }
        switch words[index] {
        case .digits: return words[index - 1] == .sign(":") || words[index - 1] == .sign(".")
        case .letters(let name): return name == "gmt" || name == "utc" || name == "z"
        case .sign: return false
        }
    }

    private func halfOfDay(around index: Int, next: Int) -> (half: String?, next: Int) {
        // Korean puts it before the time.
        for place in stride(from: index - 1, through: max(0, index - 2), by: -1) {
            if words[place] == .letters("오후") { return ("pm", next) }
            if words[place] == .letters("오전") { return ("am", next) }
        }
        var place = next
        while place < words.count, words[place] == .sign(" ") { place += 1 }
        guard place < words.count, case .letters(let name) = words[place] else { return (nil, next) }
        if name == "am" || name == "pm" { return (name, place + 1) }
        if (name == "a" || name == "p"), place + 2 < words.count, words[place + 1] == .sign("."),
            words[place + 2] == .letters("m")
        {
            return (name + "m", place + 3)
        }
        return (nil, next)
    }

    /// Seconds east of UTC that the words from an index on name; nil when they name none.
    private func zone(from start: Int) -> Int? {
        var index = start
        var named: Int?
        while index < words.count {
            switch words[index] {
            case .sign("+"), .sign("-"):
                if index + 1 < words.count, case .digits(let digits) = words[index + 1] {
                    let minutes = minutesBehindColon(index + 2)
                    let seconds = FeedDateWords.offset(digits, minutes: minutes)
                    let east = words[index] == .sign("-") ? seconds.map { -$0 } : seconds
                    if let east, FeedDateWords.offsets.contains(east) { return east }
                }
            case .letters(let name):
                if named == nil, let seconds = FeedDateNames.zones[name] { named = seconds }
            default: break
            }
            index += 1
        }
        return named
    }

    private func minutesBehindColon(_ index: Int) -> Substring? {
        guard index + 1 < words.count, words[index] == .sign(":"), case .digits(let digits) = words[index + 1] else {
            return nil
        }
        return digits
    }

    /// Seconds east of UTC that a zone can be away.
    private static let offsets = (-12 * 3600)...(14 * 3600)

    /// Seconds; nil for what is no offset: an hour of more than sixty minutes, or more than any zone is away.
    private static func offset(_ digits: Substring, minutes: Substring?) -> Int? {
        let parts: (hours: Substring, minutes: Substring)
        if let minutes, digits.utf8.count <= 2 {
            parts = (digits, minutes)
        } else {
            switch digits.utf8.count {
            case 1, 2: parts = (digits, "0")
            case 3, 4: parts = (digits.dropLast(2), digits.suffix(2))
            default: return nil
            }
        }
        guard let hours = Int(parts.hours), let minutes = Int(parts.minutes), minutes < 60,
            hours * 60 + minutes <= 14 * 60
        else { return nil }
        return (hours * 60 + minutes) * 60
    }
}
