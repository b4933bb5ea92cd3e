public import Cells

/// What a piece of the screen means; themes say how it looks. A view names roles, never colours.
public enum Role: String, CaseIterable, Hashable, Sendable {
    /// Running text.
    case text
    /// What is secondary: handles, purposes, counts of a post.
    case secondary
    /// The author's line of an entry that is read.
    case author
    /// The author's line of an unread entry.
    case unreadAuthor
    /// The headline of an article.
    case title
    case unreadTitle
    case time
    case unreadDot
    /// The bar at the left of the selected entry.
    case selectionBar
    /// The author's line of the selected entry (a reversed line, not a repainted block).
    case selection
    /// Rules between panes.
    case rule
    /// The heavy rule over the focused pane, where the persona has no accent.
    case focusedRule
    case header
    case headerFocused
    case headerTrouble
    case footer
    case footerKey
    /// The answer to the last action.
    case notice
    case warning
    case error
    case link
    case mention
    case hashtag
    case code
    case quote
    case contentWarning
    case boost
    case folded
    case highlighted
    case gap
    case star
    /// What a search found.
    case match
    case overlay
    case overlayTitle
    case prompt
}

/// How everything looks.
public struct Theme: Hashable, Sendable {
    public var name: String
    /// Colours by name, as `accent` of a persona spells them.
    public var palette: [String: Color]
    /// A role that is not in it looks like `text`.
    public var styles: [Role: Style]

    public init(name: String, palette: [String: Color] = [:], styles: [Role: Style] = [:]) {
        self.name = name
        self.palette = palette
        self.styles = styles
    }

    /// Without colours: what must be told apart is bold, dim, underlined or reversed.
    public static let plain = Theme(
        name: "plain",
        styles: [
            .unreadAuthor: Style(attributes: .bold), .unreadTitle: Style(attributes: .bold),
            .unreadDot: Style(attributes: .bold), .selection: Style(attributes: .reverse),
            .selectionBar: Style(attributes: .bold), .headerFocused: Style(attributes: .bold),
            .headerTrouble: Style(attributes: .bold), .footerKey: Style(attributes: .bold),
            .notice: Style(attributes: .bold), .warning: Style(attributes: .bold), .error: Style(attributes: .bold),
            .secondary: Style(attributes: .dim), .time: Style(attributes: .dim), .rule: Style(attributes: .dim),
            .folded: Style(attributes: .dim), .gap: Style(attributes: .dim), .link: Style(attributes: .underline),
            .contentWarning: Style(attributes: .italic), .highlighted: Style(attributes: [.bold, .underline]),
            .match: Style(attributes: [.bold, .underline]), .overlayTitle: Style(attributes: .bold),
        ])

    /// How a role looks; one that the theme leaves out looks like `text`.
    public subscript(role: Role) -> Style { styles[role] ?? styles[.text] ?? .plain }

    /// The colour of a persona's accent: the palette's, else the terminal's colour of that name.
    public func accent(_ name: String?) -> Color? {
        guard let name else { return nil }
        return palette[name] ?? Theme.terminalColors[name]
    }

    /// The eight colours that every terminal names.
    public static let terminalColors: [String: Color] = [
        "black": .ansi(0), "red": .ansi(1), "green": .ansi(2), "yellow": .ansi(3), "blue": .ansi(4),
        "magenta": .ansi(5), "cyan": .ansi(6), "white": .ansi(7),
    ]
}
