import Decoding
import Text

/// The tags of newsboat, or the folders and categories of OPML, by which a list of subscriptions groups its feeds. Their
/// names are compared without regard to case.
struct ListedGroups {
    private let feeds: [ListedFeed]
    private let isNested: Bool

    /// Groups that are named; the rest is counted.
    private static let mostShown = 10

    init(_ feeds: [ListedFeed], _ format: ImportCommand.Format) {
        self.feeds = feeds
        isNested = format == .opml
    }

    /// The feeds in one of these groups, in the order of the list; a folder has what is in the folders in it.
    func feeds(in names: [String]) -> [ListedFeed] {
        let wanted = Set(names.map { SafeText(sanitizing: $0, as: .name).string.lowercased() })
        return feeds.filter { !keys(of: $0).isDisjoint(with: wanted) }
    }

    /// `tech (40), Two words (3)`, the most frequent first, else in the order of the list; nil when there is none.
    var shown: SafeText? {
        var groups: [(name: SafeText, count: Int)] = []
        var places: [String: Int] = [:]
        for feed in feeds where feed.address != nil {
            var seen: Set<String> = []
            for name in feed.folders where seen.insert(name.string.lowercased()).inserted {
                let place = places[name.string.lowercased(), default: groups.count]
                places[name.string.lowercased()] = place
                if place == groups.count { groups.append((name, 0)) }
                groups[place].count += 1
            }
        }
        guard !groups.isEmpty else { return nil }
        let order = groups.indices.sorted { (groups[$1].count, $0) < (groups[$0].count, $1) }
        let named = order.prefix(Self.mostShown).map { "\(groups[$0].name) (\(groups[$0].count))" as SafeText }
        let rest = groups.count - named.count
        return named.joined(by: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }

    /// The names by which a feed can be asked for: of nested folders the whole path, each beginning of it, and each part.
    private func keys(of feed: ListedFeed) -> Set<String> {
        var keys: Set<String> = []
        for folder in feed.folders {
            let path = folder.string.lowercased()
            keys.insert(path)
            guard isNested else { continue }
            let parts = path.split(separator: "/").map(String.init)
            keys.formUnion(parts)
            for length in parts.indices { keys.insert(parts[...length].joined(separator: "/")) }
        }
        return keys
    }
}
