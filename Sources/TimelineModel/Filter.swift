public import Text

/// A rule with an action that stands on a persona's pane.
public struct Filter: Hashable, Sendable {
    /// What becomes of a post that it means. `read` and `star` are done once, when the post arrives.
    public enum Action: String, Hashable, Sendable, CaseIterable { case hide, fold, highlight, read, star }

    /// Which posts are meant.
    public enum Rule: Hashable, Sendable {
        /// The user's own, without a `standingFilterProblem`.
        case query(Query)
        /// A filter that one of the user's accounts has on its server.
        case server(ServerRule)
    }

    public var persona: PersonaID
    /// Shown as the reason of a verdict.
    public var name: SafeText
    public var rule: Rule
    public var action: Action

    public init(persona: PersonaID, name: SafeText, rule: Rule, action: Action) {
        self.persona = persona
        self.name = name
        self.rule = rule
        self.action = action
    }

    /// - Parameter query: without a `standingFilterProblem`.
    public init(persona: PersonaID, name: SafeText, query: Query, action: Action) {
        self.init(persona: persona, name: name, rule: .query(query), action: action)
    }

    /// Asks for `EntryContext.carriers`, which are dear to find.
    public var asksForCarriers: Bool {
        switch rule {
        case .query(let query): query.asksForCarriers
        case .server: true
        }
    }

    /// Whether the rule means a post that the filter's persona has.
    public func matches(_ post: SearchablePost, in context: EntryContext) -> Bool {
        switch rule {
        case .query(let query): query.matches(post, in: context)
        case .server(let rule): rule.matches(post, in: context)
        }
    }

    /// The same text for the same filter of a persona, in every run: what was judged by filters with these texts need
    /// not be judged again.
    public var spelled: String {
        let meant =
            switch rule {
            case .query(let query): query.source
            case .server(let rule): rule.spelled
            }
        return "\(action.rawValue)\u{1f}\(name.string)\u{1f}\(meant)"
    }

    /// What a persona's filters say about a post. Hide goes before fold, fold before highlight; among filters of the
    /// same action the first names the rule. Filters of other personas than the context's are passed over.
    public static func judge(_ filters: [Filter], post: SearchablePost, in context: EntryContext) -> Judgement {
        var judgement = Judgement()
        for filter in filters where filter.persona == context.persona {
            guard filter.couldChange(judgement), filter.matches(post, in: context) else { continue }
            switch filter.action {
            case .read: judgement.marksRead = true
            case .star: judgement.stars = true
            case .hide: judgement.verdict = Verdict(.hidden, rule: filter.name)
            case .fold: judgement.verdict = Verdict(.folded, rule: filter.name)
            case .highlight: judgement.verdict = Verdict(.highlighted, rule: filter.name)
            }
        }
        return judgement
    }

    private func couldChange(_ judgement: Judgement) -> Bool {
        switch action {
        case .read: !judgement.marksRead
        case .star: !judgement.stars
        case .hide: judgement.verdict.kind.rawValue < Verdict.Kind.hidden.rawValue
        case .fold: judgement.verdict.kind.rawValue < Verdict.Kind.folded.rawValue
        case .highlight: judgement.verdict.kind.rawValue < Verdict.Kind.highlighted.rawValue
        }
    }
}

/// What the filters of a persona decided about a post.
public struct Judgement: Hashable, Sendable {
    public var verdict: Verdict
    /// Fires once, when the post arrives, never on judging again.
    public var marksRead: Bool
    /// Fires once, when the post arrives, never on judging again.
    public var stars: Bool

    public init(verdict: Verdict = .shown, marksRead: Bool = false, stars: Bool = false) {
        self.verdict = verdict
        self.marksRead = marksRead
        self.stars = stars
    }
}
