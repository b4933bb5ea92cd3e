extension Query.Node {
    /// The tree as a query that parses to an equal tree, in canonical form.
    public var spelled: String { spelled(inside: .or) }

    private enum Place { case or, and, not }

    private func spelled(inside place: Place) -> String {
        switch self {
        case .everything: return ""
        case .term(let term): return term.condition.spelled
        case .not(let node): return "-" + node.spelled(inside: .not)
        case .and(let nodes):
            let text = nodes.map { $0.spelled(inside: .and) }.joined(separator: " ")
            return place == .not ? "(\(text))" : text
        case .or(let nodes):
            let text = nodes.map { $0.spelled(inside: .or) }.joined(separator: " OR ")
            return place == .or ? text : "(\(text))"
        }
    }
}

extension Query.Condition {
    /// The condition as a term of a query.
    public var spelled: String {
        switch self {
        case .text(let words): words.spelled
        case .title(let words): "title:" + words.spelled
        case .contentWarning(let words): "cw:" + words.spelled
        case .from(let who): "from:" + who.spelled
        case .boostedBy(let who): "boostedby:" + who.spelled
        case .mentions(let who): "mentions:" + who.spelled
        case .source(let words): "source:" + words.spelled
        case .persona(let name): "persona:" + quotedIfNeeded(name)
        case .tag(let tag): "tag:" + tag.spelled
        case .language(let tag): "language:" + tag
        case .domain(let host): "domain:" + host
        case .has(let feature): "has:" + feature.rawValue
        case .state(let state): "is:" + state.rawValue
        case .before(let date): "before:" + date.spelledForQuery
        case .after(let date): "after:" + date.spelledForQuery
        case .newer(let seconds): "newer:" + DurationSpelling.write(Int(seconds))
        case .older(let seconds): "older:" + DurationSpelling.write(Int(seconds))
        case .number(let measure, let comparison):
            "\(measure.rawValue):\(comparison.relation.rawValue)\(comparison.number)"
        }
    }
}

extension Query.Words {
    var spelled: String {
        quotedIfNeeded(tokens.joined(separator: " "), plain: { $0.isLetter || $0.isNumber })
            + (reach == .beginning ? "*" : "")
    }
}

extension Query.Folded {
    var spelled: String { quotedIfNeeded(text) + (isBeginning ? "*" : "") }
}

extension Query.Who {
    var spelled: String {
        switch self {
        case .me: "me"
        // Without quotes it would be the user himself.
        case .named(let who, _) where who.text == "me" && !who.isBeginning: "\"me\""
        case .named(let who, _): who.spelled
        }
    }
}

private func isPlain(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || "@._-".contains(character)
}

private func quotedIfNeeded(_ text: String, plain: (Character) -> Bool = isPlain) -> String {
    if !text.isEmpty, text.allSatisfy(plain) { return text }
    var quoted = "\""
    for character in text {
        if character == "\"" || character == "\\" { quoted.append("\\") }
        quoted.append(character)
    }
    return quoted + "\""
}
