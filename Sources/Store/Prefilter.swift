import Text
import TimelineModel

/// What the indexes can say about a query before the matcher looks. Always a superset: every entry that the query
/// means is among those that all parts let through.
struct Prefilter {
    /// A MATCH expression for `post_words`; nil when the index says nothing, so that every entry must be looked at.
    let expression: String?
    /// Only unread, or only starred, entries can match.
    let unreadOnly: Bool
    let starredOnly: Bool
    /// No entry at or after `before`, or before `notBefore`, can match.
    let before: Timestamp?
    let notBefore: Timestamp?
    /// Folded names; no entry of a persona that is called otherwise than one of these can match.
    private let personas: [String]

    /// More terms than these are not worth an index; it also bounds the depth of the expression (SQLite's limit is
    /// 256).
    private static let mostTerms = 64

    init(_ query: Query, now: Timestamp, zone: ZoneOffsets) {
        var terms = 0
        query.root.forEachTerm { _ in terms += 1 }
        expression = terms <= Prefilter.mostTerms ? Prefilter.expression(of: query.root) : nil
        var unreadOnly = false
        var starredOnly = false
        var before: Timestamp?
        var notBefore: Timestamp?
        var personas: [String] = []
        for condition in Prefilter.required(query.root) {
            switch condition {
            case .persona(let name): personas.append(name)
            case .state(.unread): unreadOnly = true
            case .state(.starred): starredOnly = true
            case .before(let date): before = min(before ?? .latest, zone.moment(of: date))
            case .after(let date): notBefore = max(notBefore ?? .earliest, zone.moment(of: date))
            case .older(let seconds): before = min(before ?? .latest, now.adding(seconds: -seconds))
            case .newer(let seconds): notBefore = max(notBefore ?? .earliest, now.adding(seconds: -seconds))
            default: break
            }
        }
        self.unreadOnly = unreadOnly
        self.starredOnly = starredOnly
        self.before = before
        self.notBefore = notBefore
        self.personas = personas
    }

    /// Whether entries of a pane can match.
    func admits(_ pane: Pane) -> Bool {
        switch pane {
        case .persona(let id): personas.allSatisfy { Tokenizer.folded(id.name) == $0 }
        }
    }

    /// Conditions without which nothing matches.
    private static func required(_ node: Query.Node) -> [Query.Condition] {
        switch node {
        case .term(let term): [term.condition]
        case .and(let nodes): nodes.flatMap(required)
        case .everything, .or, .not: []
        }
    }

    private static func expression(of node: Query.Node) -> String? {
        switch node {
        case .everything, .not: return nil
        case .term(let term): return expression(of: term.condition)
        case .and(let nodes): return all(nodes.compactMap(expression))
        case .or(let nodes):
            // One branch of which nothing is known makes the whole unknown.
            let known = nodes.compactMap(expression)
            return known.count == nodes.count ? any(known) : nil
        }
    }

    private static func expression(of condition: Query.Condition) -> String? {
        switch condition {
        case .text(let words), .title(let words), .contentWarning(let words):
            expression(of: words, in: .text)
        case .from(let who): expression(of: who, in: .author)
        case .mentions(let who): expression(of: who, in: .mention)
        case .tag(let tag): expression(of: Tokenizer.words(of: tag.text), isBeginning: tag.isBeginning, in: .tag)
        case .domain(let host): FullText.quoted(FullText.Kind.host.mark + host)
        default: nil
        }
    }

    private static func expression(of words: Query.Words, in kind: FullText.Kind) -> String? {
        switch words.reach {
        case .whole: expression(of: words.tokens, isBeginning: false, in: kind)
        case .beginning: expression(of: words.tokens, isBeginning: true, in: kind)
        case .anywhere: nil
        }
    }

    private static func expression(of who: Query.Who, in kind: FullText.Kind) -> String? {
        guard case .named(let handle, let name) = who,
            let asHandle = expression(
                of: Tokenizer.words(of: handle.text), isBeginning: handle.isBeginning, in: kind)
        else { return nil }
        guard let name else { return asHandle }
        return expression(of: name, in: kind).flatMap { any([asHandle, $0]) }
    }

    private static func expression(of tokens: [String], isBeginning: Bool, in kind: FullText.Kind) -> String? {
        guard let last = tokens.last else { return nil }
        var parts = tokens.dropLast().map { FullText.quoted(kind.mark + $0) }
        if !isBeginning {
            parts.append(FullText.quoted(kind.mark + last))
        } else if last.utf8.count >= 3, !last.unicodeScalars.contains(where: Tokenizer.isBigramScript) {
            parts.append(FullText.quoted(kind.mark + last) + "*")
        }
        // A shorter beginning stands for so many words that walking the pane is quicker; pairs of characters may be
        // cut elsewhere in a longer text.
        return all(parts)
    }

    private static func all(_ parts: [String]) -> String? {
        parts.isEmpty ? nil : parts.map { "(\($0))" }.joined(separator: " AND ")
    }

    private static func any(_ parts: [String]) -> String? {
        parts.isEmpty ? nil : parts.map { "(\($0))" }.joined(separator: " OR ")
    }
}

extension Timestamp {
    fileprivate static var latest: Timestamp { Timestamp(milliseconds: .max) }
    fileprivate static var earliest: Timestamp { Timestamp(milliseconds: .min) }
}
