public import Text
public import TimelineModel

/// A list that stands over the panes.
public struct Overlay: Hashable, Sendable {
    /// Which list, and what it needs beside the state.
    public enum Kind: Hashable, Sendable {
        /// The live key table, as it was when it was asked for.
        case help([HelpTable.Line])
        /// The sources of a persona.
        case sources(PersonaID)
        /// One source: health, last error, statistics.
        case sourceInfo(SourceID)
        /// What failed: sources and the configuration.
        case errors
        /// The links and files of a post in the order of their numbers, then whom it names, then its hashtags.
        case links([LinkTarget])
        /// Several sources were found at an address the user typed.
        case offers(PersonaID, [Offer])
    }

    public var kind: Kind
    /// The selected row, or the first shown row where nothing can be selected.
    public var row = 0
    /// What was typed to narrow the list.
    public var typed: SafeText = ""
    /// The rows of a list of sources. Kept, because putting hundreds of names in order takes longer than drawing them.
    var sources: [SourceHealth] = []

    public init(_ kind: Kind) { self.kind = kind }
}

/// Where a post leads.
public enum LinkTarget: Hashable, Sendable {
    case page(WebAddress)
    /// An attached file, by its kind and description.
    case file(WebAddress, SafeText)
    /// Somebody whom the post names, by his handle.
    case author(SafeText, WebAddress?, via: PostReference)
    /// Without `#`.
    case tag(SafeText, via: PostReference)

    /// Everything a post leads to. An entry of a feed has no server that knows people and hashtags.
    /// - Parameters:
    ///   - boosters: who brought it.
    ///   - isCovered: its content warning hides the text, and so what its files show.
    static func all(of post: Post, place: RemotePlace?, boosters: [Author], isCovered: Bool) -> [LinkTarget] {
        var targets = (isCovered ? [post.address].compactMap(\.self) : post.links).map { LinkTarget.page($0) }
        let files = post.attachedFiles
        targets += files.compactMap { file in
            file.address.map {
                .file($0, isCovered ? file.kind.shown : file.kind.shown + ": " + file.described.onOneLine)
            }
        }
        if let quoted = post.quoted?.address, !post.links.contains(quoted),
            !files.contains(where: { $0.address == quoted })
        {
            targets.append(.page(quoted))
        }
        guard post.id.feed == nil, post.network == .mastodon else { return targets }
        let via = PostReference(post.id, place: place)
        let people =
            post.mentions
            + (boosters + [post.quoted?.author].compactMap(\.self)).compactMap { author in
                author.handle.map { Mention(handle: $0, address: author.address) }
            }
        var seen = Set<SafeText>()
        for person in people where seen.insert(person.handle).inserted {
            targets.append(.author(person.handle, person.address, via: via))
        }
        return targets + post.tags.map { .tag($0, via: via) }
    }
}

/// A source that could be added.
public struct Offer: Hashable, Sendable {
    public var address: SourceAddress
    /// What the source calls itself, where it was asked.
    public var title: SafeText?
    /// The persona has it already.
    public var isKnown: Bool

    public init(address: SourceAddress, title: SafeText? = nil, isKnown: Bool = false) {
        self.address = address
        self.title = title
        self.isKnown = isKnown
    }
}

/// A question on the last line.
public struct Prompt: Hashable, Sendable {
    /// What is asked.
    public enum Kind: Hashable, Sendable {
        case search
        /// Which of the listed sources? They are narrowed while one types.
        case narrowSources
        case addSource(PersonaID)
        /// Mark everything in the scope read?
        case confirmMark(MarkScope, Subject?)
    }

    /// What is to be marked, as it was when that was asked: what arrives meanwhile is not asked about.
    public struct Subject: Hashable, Sendable {
        public var name: SafeText
        /// How many unread posts it had, where that is known.
        public var unread: Int?
    }

    public var kind: Kind
    public var text: SafeText = ""
    /// Grapheme clusters before the cursor.
    public var cursor = 0
    /// What is wrong with the text, shown until it changes.
    public var problem: SafeText?
    /// The generation of the request by which the text was given away to be looked at; it stays, unchanged, until the
    /// answer comes.
    public var awaited: Int?
    /// Which of the earlier texts it shows, as steps back; 0 for what the user types himself.
    var recalled = 0
    /// What he had typed before he looked at those.
    var draft: SafeText = ""

    public init(_ kind: Kind) { self.kind = kind }

    /// One key answers it; nothing is typed.
    var isQuestion: Bool {
        if case .confirmMark = kind { true } else { false }
    }
}
