public import Text

/// The stable identity of a post, whichever sources carried it: `ap:<uri>`, `at:<uri>`, `x:<id>`,
/// `feed:<feed id>:<key>` or `notice:<account>:<key>`. Compared and ordered as UTF-8 bytes, because Swift's `==` on strings is canonical
/// equivalence and would join two different remote ids.
public struct PostID: Hashable, Sendable, Comparable {
    public let key: String

    public init(_ key: String) { self.key = key }

    public static func == (left: PostID, right: PostID) -> Bool {
        // What differs in `==` differs in its bytes too, and most comparisons end there.
        left.key == right.key && left.key.utf8.elementsEqual(right.key.utf8)
    }

    public func hash(into hasher: inout Hasher) {
        var key = key
        key.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }

    public static func < (left: PostID, right: PostID) -> Bool {
        left.key.utf8.lexicographicallyPrecedes(right.key.utf8)
    }

    /// An ActivityPub object, by its `uri`.
    public static func activityPub(uri: String) -> PostID { PostID("ap:" + uri) }

    /// An entry of a feed, by the feed's id and the key of the rung on which that feed stands.
    public static func feedEntry(feed: SourceID, key: String) -> PostID { PostID("feed:\(feed.value):\(key)") }

    /// An entry of a feed where others have the same key: with its key on another rung behind its own.
    public func amongOthers(told other: PostID) -> PostID {
        PostID(key + " " + (other.key.split(separator: ":", maxSplits: 2).last ?? ""))
    }

    /// What an account's server tells it, which no other account sees.
    public static func notice(of account: AccountName, key: String) -> PostID {
        PostID("notice:\(account.user.lowercased())@\(account.server.authority):\(key)")
    }

    /// Whether the post was written on a server: its `uri` is an address there.
    public func isOf(_ server: Server) -> Bool {
        guard key.hasPrefix("ap:"), let uri = WebAddress(key.dropFirst(3)) else { return false }
        return uri.host == server.base.host && uri.port == server.base.port
    }

    /// It tells of something that happened to the user's own posts or account.
    public var isNotice: Bool { key.hasPrefix("notice:") }

    /// The feed whose entry this is; nil for posts of other networks.
    public var feed: SourceID? {
        guard key.utf8.starts(with: "feed:".utf8) else { return nil }
        let rest = key[key.utf8.index(key.startIndex, offsetBy: 5)...]
        return rest.utf8.firstIndex(of: UInt8(ascii: ":")).map { SourceID(value: String(rest[..<$0])) }
    }
}

/// A source's id: a hash of its normalized address, without the persona. An address that two personas use is
/// one source and fetched once.
public struct SourceID: Hashable, Sendable, Comparable {
    /// Sixteen hexadecimal digits.
    public let value: String

    public init(value: String) { self.value = value }

    /// The id of a normalized address (`SourceAddress.normalized`).
    public init(ofNormalizedAddress address: String) {
        let hash = StableHash.of(address)
        let digits = String(hash, radix: 16)
        value = String(repeating: "0", count: 16 - digits.count) + digits
    }

    public static func < (left: SourceID, right: SourceID) -> Bool { left.value < right.value }
}

/// A 64-bit hash that is the same on every machine and in every run (FNV-1a), for keys that are stored.
public enum StableHash {
    /// The hash of nothing.
    public static let start: UInt64 = 0xcbf2_9ce4_8422_2325

    /// - Parameter start: the hash of what comes before, to hash in parts.
    public static func of(_ text: String, after start: UInt64 = start) -> UInt64 {
        var hash = start
        for byte in text.utf8 { hash = of(byte, after: hash) }
        return hash
    }

    @inlinable
    public static func of(_ byte: UInt8, after start: UInt64) -> UInt64 { (start ^ UInt64(byte)) &* 0x100_0000_01b3 }
}

/// The name of a persona as the configuration spells it: the key under which everything of it is kept.
public struct PersonaID: Hashable, Sendable, Comparable, ExpressibleByStringLiteral {
    public let name: String

    public init(_ name: String) { self.name = name }
    public init(stringLiteral value: String) { name = value }

    public static func < (left: PersonaID, right: PersonaID) -> Bool { left.name < right.name }

    public var shown: SafeText { SafeText(sanitizing: name, as: .name) }
}

/// A place in the total order of a pane: sort time, ties by order of arrival. Newer is greater.
public struct EntryKey: Hashable, Sendable, Comparable {
    /// When the post was published or, as a boost, boosted, unless it was fetched before that; of a notification when
    /// it happened last.
    public let sortTime: Timestamp
    /// A number that the store gave the post for good. Nothing else stands next to it, so that a line has room there.
    public let tie: Int64

    public init(sortTime: Timestamp, tie: Int64) {
        self.sortTime = sortTime
        self.tie = tie
    }

    public static func < (left: EntryKey, right: EntryKey) -> Bool {
        (left.sortTime, left.tie) < (right.sortTime, right.tie)
    }
}

/// A moment in the order in which entries came into the panes of a store: the number of the last one.
public struct ArrivalPoint: Hashable, Sendable, Comparable {
    public let number: Int64

    public init(number: Int64) { self.number = number }

    public static func < (left: ArrivalPoint, right: ArrivalPoint) -> Bool { left.number < right.number }
}
