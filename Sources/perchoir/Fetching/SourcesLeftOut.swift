import Store
import Text
import TimelineModel

/// The sources that a round leaves out, and why; each counts once.
struct SourcesLeftOut {
    /// Some process is fetching them.
    private(set) var underWay: Set<SourceID> = []
    /// Until when servers asked to be left alone, the first first.
    private(set) var waits: [Timestamp] = []
    /// Those whose server said that they are gone for good, in the order of the configuration.
    private(set) var gone: [SourceAddress] = []

    init(_ wanted: [Subscription], leased: Set<SourceID>, resting: [RestingSource]) {
        let rests = Dictionary(resting.map { ($0.source, $0) }, uniquingKeysWith: { first, _ in first })
        var seen: Set<SourceID> = []
        for subscription in wanted where seen.insert(subscription.source).inserted {
            if leased.contains(subscription.source) {
                underWay.insert(subscription.source)
            } else if let rest = rests[subscription.source] {
                if rest.isGone { gone.append(subscription.address) } else { waits.append(rest.until) }
            }
        }
        waits.sort()
    }

    /// `2 sources wait until 03:05`; nil when none waits.
    func waiting(at now: Timestamp, _ zone: ZoneOffsets) -> SafeText? {
        guard let first = waits.first, let last = waits.last else { return nil }
        let ends = [first, last].map { Self.shown($0, at: now, zone) }
        let words = Output.count(waits.count, "source waits", "sources wait")
        return words + (ends[0] == ends[1] ? " until " : ", the first until ") + ends[0]
    }

    /// Why a person who asked gets nothing, as far as it is known.
    func nothingToFetch(at now: Timestamp, _ zone: ZoneOffsets) -> SafeText {
        var reasons: [SafeText] = []
        if let waiting = waiting(at: now, zone) { reasons.append(waiting) }
        if !underWay.isEmpty {
            reasons.append(Output.count(underWay.count, "source is", "sources are") + " being fetched")
        }
        guard !reasons.isEmpty else { return "There is no source to fetch" }
        return "Nothing to fetch now: " + reasons.joined(by: "; ") + (waits.isEmpty ? "" : " · E")
    }

    /// Of today the time, else with the date.
    private static func shown(_ moment: Timestamp, at now: Timestamp, _ zone: ZoneOffsets) -> SafeText {
        let (date, today) = (zone.civil(moment), zone.civil(now))
        func two(_ number: Int) -> SafeText { number < 10 ? "0\(number)" : "\(number)" }
        let time = two(date.hour) + ":" + two(date.minute)
        if (date.year, date.month, date.day) == (today.year, today.month, today.day) { return time }
        return "\(date.year)-\(two(date.month))-\(two(date.day)) " + time
    }
}
