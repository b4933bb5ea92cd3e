public import Text

/// A parsed query: one meaning for search, filters, views and `list`.
public struct Query: Hashable, Sendable {
    /// As the user wrote it.
    public let source: String
    public let root: Node

    /// The tree. To be completed by the parser's owner.
    public indirect enum Node: Hashable, Sendable {
        case everything
        case and([Node])
        case or([Node])
        case not(Node)
    }

    /// - Throws: `QueryError` with the column (1-based, in grapheme clusters) and what was expected.
    public init(parsing source: String) throws(QueryError) {
        self.source = source
        root = .everything
    }

    /// Whether the query means this post, seen in this context.
    public func matches(_ post: Post, in context: EntryContext) -> Bool {
        true
    }
}

public struct QueryError: Error, Hashable, Sendable {
    /// 1-based, in grapheme clusters.
    public let column: Int
    /// What is wrong there and what was expected.
    public let message: SafeText

    public init(column: Int, message: SafeText) {
        self.column = column
        self.message = message
    }
}

/// What the matcher knows of a post beyond its content: where it was seen, and the user's marks.
public struct EntryContext: Hashable, Sendable {
    public struct Carrier: Hashable, Sendable {
        public var source: SourceID
        /// Every text by which `source:` finds it: the user's name, its title, its address.
        public var names: [SafeText]
        public var boostedBy: Author?

        public init(source: SourceID, names: [SafeText], boostedBy: Author? = nil) {
            self.source = source
            self.names = names
            self.boostedBy = boostedBy
        }
    }

    public var persona: PersonaID
    public var carriers: [Carrier]
    public var firstSeen: Timestamp
    public var sortTime: Timestamp
    public var isRead: Bool
    public var isStarred: Bool
    public var verdict: Verdict
    /// Now, for `newer:` and `older:`.
    public var now: Timestamp
    /// Seconds east of UTC, for dates without a zone.
    public var zone: ZoneOffsets
    /// Handles (`user@host`) of the user's own accounts, for `mentions:me`.
    public var ownHandles: [SafeText]

    public init(
        persona: PersonaID, carriers: [Carrier], firstSeen: Timestamp, sortTime: Timestamp, isRead: Bool = false,
        isStarred: Bool = false, verdict: Verdict = .shown, now: Timestamp, zone: ZoneOffsets = .utc,
        ownHandles: [SafeText] = []
    ) {
        self.persona = persona
        self.carriers = carriers
        self.firstSeen = firstSeen
        self.sortTime = sortTime
        self.isRead = isRead
        self.isStarred = isStarred
        self.verdict = verdict
        self.now = now
        self.zone = zone
        self.ownHandles = ownHandles
    }
}
