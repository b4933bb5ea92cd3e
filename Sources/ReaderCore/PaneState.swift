import Text
public import TimelineModel

/// One persona's pane: a window of its timeline, where the reader stands in it, and what he narrowed it to.
public struct PaneState: Hashable, Sendable {
    /// How often `entries` changed. It is compared first: panes that differ in it need not have hundreds of posts
    /// compared, and panes that agree share them.
    private var changes = 0
    public var persona: Persona
    public var filter = PaneFilter()
    /// Of the whole pane, whatever `filter` narrows it to.
    public var counts = PaneCounts()
    /// A stretch of the timeline in the order of the screen: newest first, or oldest first if the persona says so.
    public var entries: [TimelineEntry] = [] { didSet { changes += 1 } }
    /// Loaded to the newest entry that the pane had then, as `filter` narrows it.
    public var reachesNewest = false
    /// Loaded to the oldest entry that the pane had then, as `filter` narrows it.
    public var reachesOldest = false
    /// Unread posts newer than `entries` and than `seenNewest`, as far as they are counted.
    public var unreadBeyond = 0
    /// UTF-8 bytes of text that were asked for of each loaded post; the store may give less.
    public var excerptLength = 0
    /// Unread posts that arrived between those on the screen and are not shown until the reader moves.
    public var heldBack: [PostID] = []
    /// Its window came while it was not on the screen.
    var isToBePlaced = false
    /// The pane was empty, so what arrives may fill the screen until the reader moves in it or a round has ended.
    public var isFilling = false
    /// The round has ended, but a window is still under way.
    public var endsFilling = false
    /// The first answer came.
    public var isLoaded = false
    /// The reader pressed a key in it, so it is his to move.
    public var isTouched = false
    /// Where the reader stands. Stays when the post itself is not in `entries` (any more).
    public var selection: Place?
    /// Where a server's marker leads that was faster than the first entries.
    public var earlyMove: MarkerMove?
    /// He came there from below on the screen.
    public var comesFromBelow = false
    /// The gap that he asked for.
    public var filling: Filling?
    /// The entry on the first row of the list.
    public var top: Place?
    /// Rows of the top entry that are scrolled away (long entries are paged).
    public var topOffset = 0
    /// What had arrived when the store was asked last.
    public var knownArrivals: ArrivalPoint?
    /// The newest entry the reader has had before his eyes; what is newer is "new above".
    public var seenNewest: EntryKey?
    /// The post of the position that the store has from here: found at the start, or saved last. Nil when it has none.
    var keptPlace: Place?
    /// The same of `seenNewest`.
    var keptSeen: EntryKey?
    /// The window that was asked for and has not come yet.
    public var awaited: Awaited?
    /// Something changed while a request was under way.
    public var isStale = false
    public var search: PaneSearch?

    /// A window under way, and what is to be done with it.
    public struct Awaited: Hashable, Sendable {
        /// Where the entries of the window go.
        public enum Use: Hashable, Sendable {
            /// Takes the place of what is loaded.
            case replace(Landing)
            /// Continues what is loaded.
            case extend(TimeDirection)
        }

        /// What is selected when the window is there.
        public enum Landing: Hashable, Sendable {
            /// Where the reader was in the last run, else the top.
            case position
            /// Where he stands.
            case keep
            /// The first entry on the screen.
            case top
            /// The last entry on the screen.
            case bottom
            case at(EntryKey)
        }

        /// The number of its request.
        public var generation: Int
        public var use: Use
        /// UTF-8 bytes of text that were asked for of each post.
        public var excerptLength: Int

        /// New entries between those on the screen wait until the reader moves.
        public var holdsBack: Bool

        public init(generation: Int, use: Use, excerptLength: Int = 0, holdsBack: Bool = false) {
            self.generation = generation
            self.use = use
            self.excerptLength = excerptLength
            self.holdsBack = holdsBack
        }
    }

    /// A gap that the reader asked for, and the entry beside it, on the side from which it is filled: there he reads on.
    public struct Filling: Hashable, Sendable {
        public var gap: Gap
        public var beside: Place
        /// Whether `beside` stands above the gap on the screen.
        public var isBelow: Bool
    }

    public init(_ persona: Persona) {
        self.persona = persona
    }

    public var pane: Pane { .persona(persona.id) }

    /// An entry, by its key (the order) and its identity: gaps of two sources can have one key.
    public struct Place: Hashable, Sendable {
        public var key: EntryKey
        /// Nil for a gap.
        public var id: PostID?
        /// Of a gap. Its ends are not part of it: they move while it is filled.
        var source: SourceID?
        var side: Gap.Side?

        public init(key: EntryKey, id: PostID?) {
            self.key = key
            self.id = id
        }

        init(_ entry: TimelineEntry) {
            key = entry.key
            switch entry {
            case .post(let post): id = post.id
            case .gap(let gap): (source, side) = (gap.source, gap.side)
            }
        }
    }

    /// Whether `left` stands above `right` on the screen.
    func stands(_ left: EntryKey, above right: EntryKey) -> Bool {
        persona.order == .newest ? left > right : left < right
    }

    /// The index of a place, or of the entry nearest below it (else the last); nil when there are none.
    func index(of place: Place?) -> Int? {
        guard let place, !entries.isEmpty else { return nil }
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if stands(entries[middle].key, above: place.key) { low = middle + 1 } else { high = middle }
        }
        // Several entries may have one key.
        var index = low
        while index < entries.count, entries[index].key == place.key {
            if Place(entries[index]) == place { return index }
            index += 1
        }
        return min(low, entries.count - 1)
    }

    /// The direction on the time axis that lies downwards on the screen.
    var downwards: TimeDirection { persona.order == .newest ? .older : .newer }
    var reachesTop: Bool { persona.order == .newest ? reachesNewest : reachesOldest }
    var reachesBottom: Bool { persona.order == .newest ? reachesOldest : reachesNewest }

    var selectedIndex: Int? { index(of: selection) }

    var selectedEntry: TimelineEntry? { selectedIndex.map { entries[$0] } }

    var selectedPost: PostSummary? {
        if case .post(let post)? = selectedEntry { post } else { nil }
    }

    /// The index of the post with a key, or of the post nearest below it; nil when there are no posts.
    func indexOfPost(at key: EntryKey) -> Int? {
        func isPost(_ index: Int) -> Bool { if case .post = entries[index] { true } else { false } }
        guard let first = index(of: Place(key: key, id: nil)) else { return nil }
        return entries.indices[first...].first(where: isPost) ?? entries.indices[..<first].last(where: isPost)
    }

    /// The index of a post whatever its key is now; looks at every entry.
    func index(of id: PostID) -> Int? {
        entries.firstIndex { if case .post(let post) = $0 { post.id == id } else { false } }
    }

    /// Whether all of some posts are loaded; looks at every entry.
    func holds(_ ids: [PostID]) -> Bool {
        let loaded = Set(entries.compactMap { Place($0).id })
        return loaded.isSuperset(of: ids)
    }

    /// Unread posts that are newer than everything the reader has seen, and those that are held back; `isExact` is
    /// false when there are so many that not all were counted.
    var newPosts: (count: Int, isExact: Bool) {
        guard let seenNewest else { return (0, true) }
        var count = heldBack.count + unreadBeyond
        for position in entries.indices {
            let entry = entries[persona.order == .newest ? position : entries.count - 1 - position]
            guard entry.key > seenNewest else { break }
            if entry.countsAsUnread { count += 1 }
        }
        return (count, unreadBeyond < TimelineWindow.countLimit)
    }

    /// Where the new posts are: on the side of the newest ones, or all of them between those on the screen.
    var signOfNew: SafeText {
        guard newPosts.count > heldBack.count else { return "+" }
        return persona.order == .newest ? "↑" : "↓"
    }

    /// Unread posts of what the pane is narrowed to, hidden ones left out; nil where that is not known.
    var unreadCount: Int? {
        guard filter.source != nil else { return counts.unread }
        guard isLoaded, awaited == nil, heldBack.isEmpty, reachesNewest, reachesOldest else { return nil }
        return entries.count(where: \.countsAsUnread)
    }

    /// Changes every loaded copy of some posts.
    mutating func change(_ ids: Set<PostID>, _ body: (inout PostSummary) -> Void) {
        for index in entries.indices {
            guard case .post(let found) = entries[index], ids.contains(found.id) else { continue }
            var post = found
            body(&post)
            entries[index] = .post(post)
        }
    }
}

extension TimelineEntry {
    /// Hidden posts are left out of every number.
    var countsAsUnread: Bool {
        if case .post(let post) = self { !post.isRead && post.verdict.kind != .hidden } else { false }
    }

    /// Whether the entry counts as new to who has seen all up to a key; without one nothing does.
    func isNew(since seen: EntryKey?) -> Bool {
        guard let seen else { return false }
        return key > seen && countsAsUnread
    }
}

/// A search in a pane: what was asked and where it was found.
public struct PaneSearch: Hashable, Sendable {
    public var query: Query
    /// Newest first; only the newest ones as long as more of the answer is awaited.
    public var matches: [EntryKey]
    /// The request whose answer, or the rest of it, is awaited.
    public var awaited: Int?
    /// The selection went to a match; what comes later only adds to the matches.
    public var hasLanded = false
    /// It asks for what filters hid, which is shown as long as it lasts.
    public var showsHidden = false

    public init(query: Query, matches: [EntryKey] = [], awaited: Int? = nil) {
        self.query = query
        self.matches = matches
        self.awaited = awaited
    }
}
