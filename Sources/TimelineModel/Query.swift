public import Text

/// A parsed query: one meaning for search, filters, views and `list`.
///
/// Terms that stand side by side must all match (`AND` may be written), `OR` binds weaker, `-` or `NOT` negates what
/// directly follows, parentheses group. The empty query means everything. `QueryField` lists the operators.
public struct Query: Hashable, Sendable {
    /// As the user wrote it.
    public let source: String
    public let root: Node
    /// What matching looks at, so that nothing of a post is prepared in vain.
    let needs: SearchablePost.Needs

    /// Asks for what filters hid, which must not be left out then.
    public var asksForHidden: Bool { root.asks { $0 == .state(.hidden) } }

    /// Asks for `EntryContext.carriers`, which are dear to find; else their number does not matter.
    public var asksForCarriers: Bool { needs.contains(.carriers) }

    /// - Throws: `QueryError` with the column (1-based, in grapheme clusters) and what was expected. The column
    ///   always lies inside the text.
    public init(parsing source: String) throws(QueryError) {
        self.source = source
        var parser = try QueryParser(source)
        root = try parser.parse()
        var needs: SearchablePost.Needs = []
        root.forEachTerm { needs.formUnion($0.condition.needs) }
        self.needs = needs
    }

    /// Whether the query means this post, seen in this context.
    public func matches(_ post: Post, in context: EntryContext) -> Bool {
        matches(SearchablePost(post, for: needs), in: context)
    }

    /// Whether the query means this post, seen in this context. Several queries about one post share its words.
    public func matches(_ post: SearchablePost, in context: EntryContext) -> Bool {
        root.matches(post, in: context)
    }

    /// Why this query cannot stand as a filter; nil when it can. A filter judges a post when it arrives and when
    /// its content or carriers change, so it may not ask about what changes at other times: marks, verdicts, counts
    /// and relative time.
    public var standingFilterProblem: QueryError? {
        var problem: QueryError?
        root.forEachTerm { term in
            guard problem == nil, let what = term.condition.changesWith else { return }
            problem = QueryError(
                column: term.column,
                message: """
                    \(SafeText(sanitizing: term.condition.spelled)) asks about \(what), which changes after a filter \
                    has judged the post; a filter may only ask what a post says and who carried it
                    """)
        }
        return problem
    }

    /// That the query names a persona which does not exist, so that it can only be misspelt; nil when all exist.
    public func unknownPersona(among personas: [PersonaID]) -> QueryError? {
        let known = Set(personas.map { Tokenizer.folded($0.name) })
        var problem: QueryError?
        root.forEachTerm { term in
            guard problem == nil, case .persona(let name) = term.condition, !known.contains(name) else { return }
            let names = personas.map(\.shown).joined(by: ", ")
            problem = QueryError(
                column: term.column,
                message: """
                    there is no persona "\(SafeText(sanitizing: name))"; there \(personas.count == 1 ? "is" : "are") \(names)
                    """)
        }
        return problem
    }
}

/// Why a text is no query, or not one that may stand where it was written.
public struct QueryError: Error, Hashable, Sendable {
    /// 1-based, in grapheme clusters.
    public let column: Int
    /// What is wrong there and what was expected.
    public let message: SafeText

    public init(column: Int, message: SafeText) {
        self.column = column
        self.message = message
    }

    /// `column 14: "frm:" is not known; did you mean "from:"?`
    public var shown: SafeText { "column \(column): \(message)" }
}

/// What the matcher knows of a post beyond its content: where it was seen, and the user's marks.
public struct EntryContext: Hashable, Sendable {
    /// A source that carried the post.
    public struct Carrier: Hashable, Sendable {
        public var source: SourceID
        /// Every text by which `source:` finds it: the user's name, its title, its address.
        public var names: [SafeText]
        /// Nil where the source carried the post itself.
        public var boostedBy: Author?
        /// What the source's server calls the post, and its boost.
        public var postIDs: [String]

        public init(source: SourceID, names: [SafeText], boostedBy: Author? = nil, postIDs: [String] = []) {
            self.source = source
            self.names = names
            self.boostedBy = boostedBy
            self.postIDs = postIDs
        }
    }

    public var persona: PersonaID
    /// The persona's own sources alone, the earliest first; one that carried both the post and a boost of it stands
    /// here twice. May be left empty for a query that does not ask for them.
    public var carriers: [Carrier]
    public var firstSeen: Timestamp
    /// What `before:`, `after:`, `newer:` and `older:` look at.
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
