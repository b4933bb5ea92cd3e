import TimelineModel

/// The calls of the Mastodon client API that reading needs.
/// Source: docs.joinmastodon.org/methods/timelines and methods/accounts.
enum MastodonEndpoint: Hashable, Sendable {
    case home
    case hashtag(String)
    case hashtags(HashtagChoice)
    case publicTimeline(localOnly: Bool)
    case list(id: String)
    case lists
    case bookmarks
    case favourites
    case notifications
    /// The same in groups, since Mastodon 4.3.
    case groupedNotifications
    case posts(accountID: String)
    case lookup(user: String)
    case verifyCredentials
    case status(id: String)
    case notification(id: String)
    case context(id: String)
    case history(id: String)
    case relationship(accountID: String)
    /// What the server says about itself, and where it streams; `instanceOfOld` where the first is not there.
    case instance
    case instanceOfOld
    case markers
    case filters
    /// Before they had titles, actions and several keywords.
    case filtersOfOld

    /// The most that the timelines give; a larger number is clamped by the server.
    static let pageSize = 40

    private var version: Int { [.groupedNotifications, .instance, .filters].contains(self) ? 2 : 1 }

    private var path: String {
        switch self {
        case .home: return "timelines/home"
        case .hashtags(let choice): return "timelines/tag/" + PercentCoding.encode(choice.any[0])
        case .list(let id): return "timelines/list/" + PercentCoding.encode(id)
        case .lists: return "lists"
        case .bookmarks: return "bookmarks"
        case .favourites: return "favourites"
        case .notifications, .groupedNotifications: return "notifications"
        case .hashtag(let tag): return "timelines/tag/" + PercentCoding.encode(tag)
        case .publicTimeline: return "timelines/public"
        case .posts(let accountID): return "accounts/\(PercentCoding.encode(accountID))/statuses"
        case .lookup: return "accounts/lookup"
        case .verifyCredentials: return "accounts/verify_credentials"
        case .status(let id): return "statuses/" + PercentCoding.encode(id)
        case .notification(let id): return "notifications/" + PercentCoding.encode(id)
        case .context(let id): return "statuses/\(PercentCoding.encode(id))/context"
        case .history(let id): return "statuses/\(PercentCoding.encode(id))/history"
        case .relationship: return "accounts/relationships"
        case .instance, .instanceOfOld: return "instance"
        case .markers: return "markers"
        case .filters, .filtersOfOld: return "filters"
        }
    }

    private var query: [(String, String)] {
        switch self {
        case .publicTimeline(localOnly: true): return [("local", "true")]
        case .hashtags(let choice):
            return choice.any.dropFirst().map { ("any[]", $0) } + choice.all.map { ("all[]", $0) }
                + choice.none.map { ("none[]", $0) }
        case .lookup(let user): return [("acct", user)]
        case .relationship(let accountID): return [("id[]", accountID)]
        // Pixelfed leaves boosts out of the home timeline unless asked (pixelfed issue 6192); others ignore it.
        case .home: return [("include_reblogs", "true")]
        // Without names nothing is given (docs.joinmastodon.org/methods/markers).
        case .markers: return [("timeline[]", "home"), ("timeline[]", "notifications")]
        default: return []
        }
    }

    /// The address of the call, with further query parameters; nil when a part of it is too long for an address.
    func address(on server: Server, adding parameters: [(String, String)] = []) -> WebAddress? {
        let pairs = (query + parameters).map { "\($0.0)=\(PercentCoding.encode($0.1))" }
        let tail = pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&")
        return WebAddress(spelled(on: server) + tail)
    }

    /// The address without any parameter, for what is written there.
    func bareAddress(on server: Server) -> WebAddress? { WebAddress(spelled(on: server)) }

    private func spelled(on server: Server) -> String { server.base.text + "/api/v\(version)/" + path }
}

extension PageRequest.Stretch {
    /// The paging parameters (docs.joinmastodon.org/api/guidelines). A hole is bounded only on the side on which the page
    /// is to stand: that it reaches the other side shows in what it brings, and asked for both bounds GoToSocial 0.20
    /// gives every entry twice.
    /// - Parameter isByID: the timeline's cursors are its entries' ids; a cursor of another kind cannot be compared with
    ///   an entry, so nothing is bounded below.
    func mastodonParameters(isByID: Bool) -> [(String, String)] {
        let limit = ("limit", String(MastodonEndpoint.pageSize))
        switch self {
        case .newest: return [limit]
        case .olderThan(let id), .between(let id, _, .newer): return [limit, ("max_id", id)]
        case .between(_, let id, .older): return isByID ? [limit, ("min_id", id)] : [limit]
        }
    }
}
