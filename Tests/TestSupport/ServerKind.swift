public import TimelineModel

/// The programs that a server of an account may run, as far as they differ for somebody who reads. Tests that play all
/// of them play a further one when it is a case here.
public enum ServerKind: String, CaseIterable, Sendable {
    case mastodon
    case goToSocial = "gotosocial"
    /// Akkoma is like it.
    case pleroma
    case pixelfed

    // MARK: Timelines

    /// The id of a timeline's entry: greater numbers, up to 999, are newer.
    public func id(_ number: Int) -> String {
        let digits = String(String(1000 + number).dropFirst())
        return switch self {
        case .mastodon, .pixelfed: String(number)
        case .goToSocial: "01M82HK1ZJ4P4FK7P069WN2" + digits
        case .pleroma: "AxQx8zxLPS3kGyN" + digits
        }
    }

    /// The number of an id of this kind; nil for others.
    public func number(_ id: String) -> Int? {
        Int(id.suffix(3)).flatMap { self.id($0) == id ? $0 : nil }
    }

    /// What a page is asked to lie between.
    public struct Bounds: Sendable {
        public var max: Int?
        public var min: Int?
        public var since: Int?

        public init(max: Int? = nil, min: Int? = nil, since: Int? = nil) {
            self.max = max
            self.min = min
            self.since = since
        }
    }

    /// The page that it gives of a timeline of these numbers.
    public func page(of numbers: [Int], _ bounds: Bounds, limit: Int) -> [Int] {
        let below = numbers.filter { $0 < bounds.max ?? .max }.sorted(by: >)
        // It ignores since_id, counts min_id in and gives the newest for it (pixelfed issue 6192).
        if self == .pixelfed { return Array(below.filter { $0 >= bounds.min ?? .min }.prefix(limit)) }
        guard let min = bounds.min else {
            return Array(below.filter { $0 > bounds.since ?? .min }.prefix(limit))
        }
        let page = Array(below.filter { $0 > min }.suffix(limit))
        // Version 0.20 gives every entry twice when both bounds are named.
        return self == .goToSocial && bounds.max != nil ? page + page : page
    }

    // MARK: What it keeps for an account

    public var keepsMarkers: Bool { self != .pixelfed }

    /// The version of the filters that it gives; nil when it has none.
    public var filterVersion: Int? {
        switch self {
        case .mastodon, .goToSocial: 2
        case .pleroma: 1
        case .pixelfed: nil
        }
    }

    /// How it streams; nil when it does not.
    public var stream: StreamWay.Kind? {
        switch self {
        // It has both; this is the one that readers try first.
        case .mastodon: .serverSentEvents
        case .goToSocial, .pleroma: .webSocket
        case .pixelfed: nil
        }
    }
}
