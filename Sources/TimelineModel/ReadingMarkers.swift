/// Where an account stopped to read, as its server keeps it for all of its programs: entry ids.
/// Source: docs.joinmastodon.org/methods/markers.
public struct ReadingMarkers: Hashable, Sendable {
    /// The newest entry of the home timeline that was read; the outer id of a boost. It may be gone by now.
    public var home: String?
    /// The newest notification that was read, by its own id.
    public var notifications: String?

    public init(home: String? = nil, notifications: String? = nil) {
        self.home = home
        self.notifications = notifications
    }
}

/// Where a server's marker leads in a pane.
public struct MarkerMove: Hashable, Sendable {
    public var pane: Pane
    /// The newest entry of the pane that the marker says was read.
    public var key: EntryKey
    /// The post of that entry.
    public var post: PostID
    /// The timeline of which the marker is.
    public var source: SourceID
    /// The entry id that the server has, newer than that of `key` where the marked entry is gone.
    public var marker: String

    public init(pane: Pane, key: EntryKey, post: PostID, source: SourceID, marker: String) {
        self.pane = pane
        self.key = key
        self.post = post
        self.source = source
        self.marker = marker
    }
}

/// The order of ids within one server and one family of ids: longer is newer, then bytewise.
/// Source: docs.joinmastodon.org/api/guidelines; Mastodon's snowflakes, GoToSocial's ULIDs and Pleroma's flakes keep
/// to it.
public enum MastodonID {
    /// False also when the two cannot be compared: both are digits, or they have the same length.
    public static func isOlderOrSame(_ id: String, than other: String) -> Bool {
        let (left, right) = (id.utf8, other.utf8)
        if left.elementsEqual(right) { return true }
        func isNumber(_ text: String.UTF8View) -> Bool { text.allSatisfy { (0x30...0x39).contains($0) } }
        if left.count == right.count { return left.lexicographicallyPrecedes(right) }
        return isNumber(left) && isNumber(right) && left.count < right.count
    }

    /// False also when the two cannot be compared.
    public static func isNewer(_ id: String, than other: String) -> Bool {
        !id.utf8.elementsEqual(other.utf8) && isOlderOrSame(other, than: id)
    }
}
