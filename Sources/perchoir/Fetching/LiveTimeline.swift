import Networks
import TimelineModel

/// A timeline that may be live.
struct LiveTimeline: Sendable {
    let address: SourceAddress
    let stream: any LiveSource
    /// The longest time between two looks, in seconds, where there is no stream.
    let interval: Int
    /// The posts that its stream tells are its own. Those of the notifications' stream are the home timeline's.
    var takesPosts = true
    /// Notifications that are fetched when the stream tells of one: of the same account, perhaps this source itself.
    var notifications: SourceAddress?

    var source: SourceID { address.id }

    /// What makes it another one than before.
    struct Key: Hashable {
        let source: SourceID
        let notifications: SourceID?
        let interval: Int
    }

    var key: Key { Key(source: source, notifications: notifications?.id, interval: interval) }

    /// Streams of one account at a time; what is beyond them is asked as other sources are.
    private static let mostForAnAccount = 4

    /// The timelines of a configuration that may be live, in its order. An account's notifications come over the stream
    /// of its home timeline.
    static func all(_ subscriptions: [Subscription], factory: SourceFactory, interval: Int) -> [LiveTimeline] {
        var timelines: [LiveTimeline] = []
        let addresses = Set(subscriptions.map(\.address))
        for address in subscriptions.map(\.address) where !timelines.contains(where: { $0.address == address }) {
            guard case .account(let account, let timeline) = address, let stream = factory.liveSource(for: address)
            else { continue }
            if timeline == .notifications, addresses.contains(.home(account)) { continue }
            guard timelines.count(where: { $0.address.account == account }) < mostForAnAccount else { continue }
            let intervals = subscriptions.filter { $0.address == address }.map { $0.interval ?? interval }
            var live = LiveTimeline(
                address: address, stream: stream, interval: intervals.min() ?? interval)
            let notifications = SourceAddress.account(account, .notifications)
            if timeline == .home, addresses.contains(notifications) { live.notifications = notifications }
            if timeline == .notifications {
                live.notifications = address
                live.takesPosts = false
            }
            timelines.append(live)
        }
        return timelines
    }
}
