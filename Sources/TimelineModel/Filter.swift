public import Text

/// A query with an action that stands on a persona's pane.
public struct Filter: Hashable, Sendable {
    public enum Action: String, Hashable, Sendable, CaseIterable { case hide, fold, highlight, read, star }

    public var persona: PersonaID
    /// Shown as the reason of a verdict.
    public var name: SafeText
    /// Without a `standingFilterProblem`.
    public var query: Query
    public var action: Action

    public init(persona: PersonaID, name: SafeText, query: Query, action: Action) {
        self.persona = persona
        self.name = name
        self.query = query
        self.action = action
    }

    /// What a persona's filters say about a post. Hide goes before fold, fold before highlight; among filters of the
    /// same action the first names the rule. Filters of other personas than the context's are passed over.
    public static func judge(_ filters: [Filter], post: SearchablePost, in context: EntryContext) -> Judgement {
        var judgement = Judgement()
        for filter in filters where filter.persona == context.persona {
            guard filter.couldChange(judgement), filter.query.matches(post, in: context) else { continue }
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
