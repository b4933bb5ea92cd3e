import Text

/// The operators of the query language: how each is spelled and what its value must be.
enum QueryField: String, CaseIterable {
    case from, source, persona, mentions, tag, language, domain, title, cw, boostedby, has
    case state = "is"
    case before, after, newer, older, boosts, favourites, replies, sources, words, re

    /// Spellings that also lead here.
    private static let aliases: [String: QueryField] = ["lang": .language, "favorites": .favourites]

    init?(spelled name: String) {
        guard let field = QueryField(rawValue: name) ?? Self.aliases[name] else { return nil }
        self = field
    }

    var shown: SafeText { SafeText(sanitizing: rawValue) + ":" }

    /// What the value must be, for messages.
    var expected: SafeText {
        switch self {
        case .from, .boostedby: "a handle, a name or me"
        case .mentions: "a handle or me"
        case .source: "words of a source's name or address"
        case .persona: "the name of a persona"
        case .tag: "a hashtag"
        case .language: "a language tag such as fr or pt-br"
        case .domain: "a host such as lemonde.fr"
        case .title, .cw: "a word or a quoted text"
        case .has: Self.list(Query.Feature.allCases.map(\.rawValue))
        case .state: Self.list(Query.State.allCases.map(\.rawValue))
        case .before, .after: "a date such as 2026-11-01 or 2026-11-01T08:00"
        case .newer, .older: "a duration such as 45m, 6h, 3d or 2w"
        case .boosts, .favourites, .replies, .sources, .words: "a number such as 5, >5, >=5, <5 or <=5"
        case .re: "a pattern"
        }
    }

    /// Reads the value.
    /// - Throws: `QueryError` at the value, except for `re:`, which is refused at `column`.
    func condition(_ value: QueryValue, column: Int) throws(QueryError) -> Query.Condition {
        switch self {
        case .from: return .from(try who(value, withName: true))
        case .boostedby: return .boostedBy(try who(value, withName: true))
        case .mentions: return .mentions(try who(value, withName: false))
        case .source: return .source(try words(value))
        case .title: return .title(try words(value))
        case .cw: return .contentWarning(try words(value))
        case .persona:
            let name = Tokenizer.folded(try whole(value))
            guard !name.isEmpty else { throw problem(value) }
            return .persona(name)
        case .tag:
            let tag = Query.Folded(value.text.drop { $0 == "#" }, isBeginning: value.isBeginning)
            guard !tag.text.isEmpty else { throw problem(value) }
            return .tag(tag)
        case .language:
            let tag = try whole(value).lowercased().map { $0 == "_" ? "-" : $0 }
            guard let first = tag.first, let last = tag.last, first != "-", last != "-",
                tag.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") })
            else { throw problem(value) }
            return .language(String(tag))
        case .domain: return .domain(try host(value))
        case .has: return .has(try oneOf(value))
        case .state: return .state(try oneOf(value))
        case .before: return .before(try date(value))
        case .after: return .after(try date(value))
        case .newer: return .newer(seconds: try duration(value))
        case .older: return .older(seconds: try duration(value))
        case .boosts: return .number(.boosts, try comparison(value))
        case .favourites: return .number(.favourites, try comparison(value))
        case .replies: return .number(.replies, try comparison(value))
        case .sources: return .number(.sources, try comparison(value))
        case .words: return .number(.words, try comparison(value))
        case .re:
            throw QueryError(
                column: column,
                message:
                    "re: is not there yet: patterns wait for a matcher that runs in linear time; use words or word*")
        }
    }

    // MARK: Values

    private func words(_ value: QueryValue) throws(QueryError) -> Query.Words {
        guard let words = Query.Words(value.text, isBeginning: value.isBeginning) else { throw problem(value) }
        return words
    }

    private func who(_ value: QueryValue, withName: Bool) throws(QueryError) -> Query.Who {
        if value.text.lowercased() == "me", !value.isQuoted, !value.isBeginning { return .me }
        let handle = Query.Folded(value.text.drop { $0 == "@" }, isBeginning: value.isBeginning)
        guard !handle.text.isEmpty else { throw problem(value) }
        let isFullHandle = handle.text.contains("@")
        let name =
            withName && !isFullHandle ? Query.Words(handle.text, isBeginning: value.isBeginning) : nil
        return .named(handle, name: name)
    }

    private func host(_ value: QueryValue) throws(QueryError) -> String {
        var text = Substring(try whole(value))
        if text.hasPrefix("*.") { text = text.dropFirst(2) }
        guard !text.contains(where: { "/?#:@*".contains($0) }), let address = WebAddress("https://" + text) else {
            throw problem(value)
        }
        let bare = address.host.dropFirst(address.host.hasPrefix("www.") ? 4 : 0)
        return bare.contains(".") ? String(bare) : address.host
    }

    private func date(_ value: QueryValue) throws(QueryError) -> CivilDate {
        guard let date = QueryDates.date(try whole(value)) else { throw problem(value) }
        return date
    }

    private func duration(_ value: QueryValue) throws(QueryError) -> Int64 {
        guard let seconds = DurationSpelling.read(try whole(value)) else { throw problem(value) }
        return Int64(seconds)
    }

    private func comparison(_ value: QueryValue) throws(QueryError) -> Query.Comparison {
        let text = try whole(value)
        let relation = Query.Comparison.Relation.allCases.first { text.hasPrefix($0.rawValue) }
        let digits = text.dropFirst(relation?.rawValue.count ?? 0)
        guard (1...9).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }),
            let number = Int(digits)
        else { throw problem(value) }
        return Query.Comparison(relation ?? .equal, number)
    }

    private func oneOf<Choice: RawRepresentable<String> & CaseIterable>(
        _ value: QueryValue
    ) throws(QueryError) -> Choice {
        let text = try whole(value).lowercased()
        if let choice = Choice(rawValue: text) { return choice }
        let near = NearestName.of(text, among: Choice.allCases.map(\.rawValue))
        let term = shown + SafeText(sanitizing: text, as: .name)
        guard let near else {
            throw QueryError(column: value.column, message: "\(term) is not known; expected \(expected)")
        }
        let suggestion = shown + SafeText(sanitizing: near)
        throw QueryError(column: value.column, message: "\(term) is not known; did you mean \(suggestion)?")
    }

    /// The value's text, which must not end with a star.
    private func whole(_ value: QueryValue) throws(QueryError) -> String {
        guard !value.isBeginning else {
            throw QueryError(column: value.column, message: "\(shown) takes no star; expected \(expected)")
        }
        return value.text
    }

    private func problem(_ value: QueryValue) -> QueryError {
        let text = SafeText(sanitizing: value.text).quoted
        return QueryError(column: value.column, message: "\(shown) cannot be \(text); expected \(expected)")
    }

    private static func list(_ names: [String]) -> SafeText {
        SafeText(sanitizing: names.dropLast().joined(separator: ", ")) + " or " + SafeText(sanitizing: names.last ?? "")
    }

    /// The error for an operator that does not exist.
    static func unknown(_ name: String, column: Int) -> QueryError {
        let written: SafeText = "\"\(SafeText(sanitizing: name, as: .name).prefix(40)):\""
        let known = allCases.map(\.rawValue) + aliases.keys.sorted()
        if let near = NearestName.of(name, among: known) {
            return QueryError(
                column: column, message: "\(written) is not known; did you mean \"\(SafeText(sanitizing: near)):\"?")
        }
        return QueryError(
            column: column, message: "\(written) is not known; to search for the text itself, write it in quotes")
    }
}
