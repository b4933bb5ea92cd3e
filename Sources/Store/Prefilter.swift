import Text
import TimelineModel

/// What the full-text index can say about a query before the matcher looks: every post that the query means is among
/// those the expression finds. Nil says nothing, so every post must be looked at.
struct Prefilter {
    /// A MATCH expression for `post_words`.
    let expression: String?

    init(_ query: Query) {
        expression = Prefilter.expression(of: query.root)
    }

    private static func expression(of node: Query.Node) -> String? {
        switch node {
        case .everything: return nil
        case .and(let parts):
            let known = parts.compactMap(expression)
            return known.isEmpty ? nil : known.map { "(\($0))" }.joined(separator: " AND ")
        case .or(let parts):
            // One branch of which nothing is known makes the whole unknown.
            let known = parts.compactMap(expression)
            guard known.count == parts.count, !known.isEmpty else { return nil }
            return known.map { "(\($0))" }.joined(separator: " OR ")
        case .not:
            return nil
        }
    }
}
