import Text

extension Query {
    /// What a query says, as a tree. `and` and `or` hold two nodes or more and never a node of their own kind.
    public indirect enum Node: Hashable, Sendable {
        case everything
        case term(Term)
        case and([Node])
        case or([Node])
        case not(Node)

        static func all(_ nodes: [Node]) -> Node {
            let flat = nodes.flatMap { if case .and(let inner) = $0 { inner } else { [$0] } }
            return flat.count == 1 ? flat[0] : .and(flat)
        }

        static func any(_ nodes: [Node]) -> Node {
            let flat = nodes.flatMap { if case .or(let inner) = $0 { inner } else { [$0] } }
            return flat.count == 1 ? flat[0] : .or(flat)
        }

        /// Calls `visit` for each term, in the order of the text.
        public func forEachTerm(_ visit: (Term) -> Void) {
            switch self {
            case .everything: break
            case .term(let term): visit(term)
            case .and(let nodes), .or(let nodes): for node in nodes { node.forEachTerm(visit) }
            case .not(let node): node.forEachTerm(visit)
            }
        }

        /// Whether something that is not denied satisfies the predicate.
        func asks(for predicate: (Condition) -> Bool, denied: Bool = false) -> Bool {
            switch self {
            case .everything: false
            case .term(let term): !denied && predicate(term.condition)
            case .and(let nodes), .or(let nodes): nodes.contains { $0.asks(for: predicate, denied: denied) }
            case .not(let node): node.asks(for: predicate, denied: !denied)
            }
        }

        /// Whether some term satisfies the predicate, negated or not.
        public func contains(_ predicate: (Term) -> Bool) -> Bool {
            var found = false
            forEachTerm { found = found || predicate($0) }
            return found
        }
    }

    /// One condition and where it stands. Two terms are equal when they mean the same, wherever they stand.
    public struct Term: Hashable, Sendable {
        public let condition: Condition
        /// 1-based, in grapheme clusters of the query's text.
        public let column: Int

        public init(_ condition: Condition, column: Int) {
            self.condition = condition
            self.column = column
        }

        public static func == (left: Term, right: Term) -> Bool { left.condition == right.condition }
        public func hash(into hasher: inout Hasher) { hasher.combine(condition) }
    }

    /// What a term asks of a post, folded and cut into words when the query was parsed.
    public enum Condition: Hashable, Sendable {
        /// In any segment of `Query.searchableText(of:)`.
        case text(Words)
        case title(Words)
        case contentWarning(Words)
        /// The author.
        case from(Who)
        /// Somebody who boosted the post into one of the sources that carried it. Names as in `from`.
        case boostedBy(Who)
        /// Handles only.
        case mentions(Who)
        /// In one of the names of a source that carried the post.
        case source(Words)
        /// A persona's name, folded.
        case persona(String)
        /// A hashtag or category, whole.
        case tag(Folded)
        /// A BCP 47 tag in lower case; it also means its more special ones: `fr` is asked of `fr-ca` too.
        case language(String)
        /// A host in ASCII and lower case; it also means its subdomains.
        case domain(String)
        case has(Feature)
        case state(State)
        /// Sort time before the moment at which the user's clock shows this date.
        case before(CivilDate)
        /// Sort time at that moment or later: `after:2026-11-01 before:2026-11-02` is that whole day.
        case after(CivilDate)
        /// Sort time at most so many seconds ago.
        case newer(seconds: Int64)
        /// Sort time more than so many seconds ago.
        case older(seconds: Int64)
        /// A count that stands in a relation to a number.
        case number(Measure, Comparison)
    }

    /// Words that stand one after another in one segment of text.
    public struct Words: Hashable, Sendable {
        /// How much of the text's tokens the words must cover.
        public enum Reach: Hashable, Sendable {
            /// Each token is a whole token of the text.
            case whole
            /// The last token is the beginning of one (`retraite*`).
            case beginning
            /// The only token is one character of a script that is matched by bigrams, with or without a star; it
            /// may stand anywhere in a token. A full-text index cannot look this up: leave it to the matcher.
            case anywhere
        }

        /// As `Tokenizer.words(of:)` gives them; never empty.
        public let tokens: [String]
        public let reach: Reach

        /// Nil when the text has no word.
        public init?(_ text: some StringProtocol, isBeginning: Bool = false) {
            tokens = Tokenizer.words(of: text)
            guard let first = tokens.first else { return nil }
            let isOneOfAPair =
                tokens.count == 1 && first.count == 1 && first.unicodeScalars.contains(where: Tokenizer.isBigramScript)
            reach = isOneOfAPair ? .anywhere : isBeginning ? .beginning : .whole
        }
    }

    /// A folded text that is compared as a whole, or as a beginning.
    public struct Folded: Hashable, Sendable {
        public let text: String
        /// Written with a star: what begins so is meant, too.
        public let isBeginning: Bool

        init(_ text: some StringProtocol, isBeginning: Bool) {
            self.text = Tokenizer.folded(text)
            self.isBeginning = isBeginning
        }
    }

    /// Somebody, as users name people.
    public enum Who: Hashable, Sendable {
        /// One of the user's own accounts.
        case me
        /// With an `@` in the text: exactly this handle. Without: the user part of a handle, a whole handle without
        /// `@` (Bluesky) or its first label, the host of a handle when the text has a dot, or, where names count,
        /// words of the display name.
        case named(Folded, name: Words?)
    }

    /// What `has:` asks for; the raw value is how it is written.
    public enum Feature: String, Hashable, Sendable, CaseIterable {
        /// A link of the text or a card; a post's own page does not count.
        case link
        /// Any attachment.
        case media
        case image
        /// Moving pictures without sound count.
        case video
        case audio
        case poll
        case cw
        /// Some attachment has a description.
        case alt
        case quote
    }

    /// What `is:` asks for; the raw value is how it is written.
    public enum State: String, Hashable, Sendable, CaseIterable {
        case unread, read, starred
        /// Some source carried it as a boost.
        case boost
        case reply, quote
        /// Neither a boost nor a reply nor a quote.
        case original
        case edited, sensitive, folded, hidden
    }

    /// What is counted in `boosts:>=5`; the raw value is how it is written.
    public enum Measure: String, Hashable, Sendable, CaseIterable {
        case boosts, favourites, replies
        /// Different sources that carried the post.
        case sources
        /// Words of the text itself, as the tokenizer counts them.
        case words
    }

    /// The `>=5` of `boosts:>=5`.
    public struct Comparison: Hashable, Sendable {
        /// The raw value is how it is written.
        public enum Relation: String, Hashable, Sendable, CaseIterable {
            case atLeast = ">="
            case atMost = "<="
            case above = ">"
            case below = "<"
            case equal = "="
        }

        public let relation: Relation
        public let number: Int

        public init(_ relation: Relation, _ number: Int) {
            self.relation = relation
            self.number = number
        }

        /// Whether the value stands in this relation to `number`.
        public func holds(for value: Int) -> Bool {
            switch relation {
            case .atLeast: value >= number
            case .atMost: value <= number
            case .above: value > number
            case .below: value < number
            case .equal: value == number
            }
        }
    }
}

extension Query.Condition {
    /// What of a post must be prepared for matching.
    var needs: SearchablePost.Needs {
        switch self {
        case .text, .title, .contentWarning, .number(.words, _): .words
        case .from: .author
        case .mentions: .mentions
        case .tag: .tags
        case .boostedBy, .source, .state(.boost), .state(.original), .number(.sources, _): .carriers
        default: []
        }
    }
}
