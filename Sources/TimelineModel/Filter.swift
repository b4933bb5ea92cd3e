public import Text

/// A query with an action that stands on a persona's pane.
public struct Filter: Hashable, Sendable {
    public enum Action: String, Hashable, Sendable, CaseIterable { case hide, fold, highlight, read, star }

    public var persona: PersonaID
    /// Shown as the reason of a verdict.
    public var name: SafeText
    public var query: Query
    public var action: Action

    public init(persona: PersonaID, name: SafeText, query: Query, action: Action) {
        self.persona = persona
        self.name = name
        self.query = query
        self.action = action
    }
}
