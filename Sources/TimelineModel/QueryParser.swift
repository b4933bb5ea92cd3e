import Text

/// Text to tree by recursive descent. One position, which is a grapheme cluster, so that columns need no counting.
struct QueryParser {
    /// Grapheme clusters; a filter with a few hundred words fits.
    static let longest = 10_000
    /// Parentheses and negations inside one another. The matcher recurses as deep as the tree.
    static let deepest = 64

    private let text: [Character]
    private var position = 0
    private var depth = 0

    init(_ source: String) throws(QueryError) {
        text = Array(source.prefix(Self.longest + 1))
        if text.count > Self.longest {
            throw QueryError(
                column: text.count, message: "the query is too long; at most \(Self.longest) characters are read")
        }
    }

    mutating func parse() throws(QueryError) -> Query.Node {
        skipSpaces()
        if position == text.count { return .everything }
        if text[position] == ")" { throw unopenedParenthesis }
        let node = try alternatives()
        guard position == text.count else { throw unopenedParenthesis }
        return node
    }

    // MARK: Grammar

    private mutating func alternatives() throws(QueryError) -> Query.Node {
        var nodes = [try sequence()]
        while let column = take(keyword: "OR") {
            guard !atEndOfSequence else { throw QueryError(column: column, message: "nothing stands after OR") }
            nodes.append(try sequence())
        }
        return .any(nodes)
    }

    /// Terms side by side. There is at least one, or it is an error.
    private mutating func sequence() throws(QueryError) -> Query.Node {
        var nodes = [try negatable()]
        while true {
            if let column = take(keyword: "AND") {
                guard !atEndOfSequence else {
                    throw QueryError(column: column, message: "nothing stands after AND")
                }
            }
            if atEndOfSequence { break }
            nodes.append(try negatable())
        }
        return .all(nodes)
    }

    private mutating func negatable() throws(QueryError) -> Query.Node {
        let start = position
        if let column = take(keyword: "NOT") {
            guard !atEndOfSequence else { throw QueryError(column: column, message: "nothing stands after NOT") }
            return try nested(at: start) { (parser) throws(QueryError) in .not(try parser.negatable()) }
        }
        guard position < text.count, text[position] == "-" else { return try primary() }
        position += 1
        guard position < text.count, !text[position].isWhitespace, text[position] != ")" else {
            throw QueryError(column: start + 1, message: "\"-\" stands directly before what it negates")
        }
        return try nested(at: start) { (parser) throws(QueryError) in .not(try parser.negatable()) }
    }

    private mutating func primary() throws(QueryError) -> Query.Node {
        guard text[position] == "(" else { return .term(try term()) }
        let start = position
        position += 1
        skipSpaces()
        guard position < text.count else { throw unclosedParenthesis(start) }
        if text[position] == ")" { throw QueryError(column: start + 1, message: "nothing stands between ( and )") }
        let node = try nested(at: start) { (parser) throws(QueryError) in try parser.alternatives() }
        guard position < text.count else { throw unclosedParenthesis(start) }
        position += 1
        skipSpaces()
        return node
    }

    private mutating func nested(
        at start: Int, _ inner: (inout QueryParser) throws(QueryError) -> Query.Node
    ) throws(QueryError) -> Query.Node {
        guard depth < Self.deepest else {
            throw QueryError(
                column: start + 1,
                message: "more than \(Self.deepest) parentheses and negations stand inside one another")
        }
        depth += 1
        defer { depth -= 1 }
        return try inner(&self)
    }

    // MARK: Terms

    private mutating func term() throws(QueryError) -> Query.Term {
        let start = position
        if isKeyword("OR") || isKeyword("AND") {
            throw QueryError(
                column: start + 1,
                message: "OR and AND stand between two terms; to search for the word, write it in quotes")
        }
        if let name = takeFieldName() {
            guard let field = QueryField(spelled: name) else {
                throw QueryField.unknown(name, column: start + 1)
            }
            let value = try takeValue(of: field, column: start + 1)
            return Query.Term(try field.condition(value, column: start + 1), column: start + 1)
        }
        if text[start] == "#", start + 1 < text.count, text[start + 1].isLetter || text[start + 1].isNumber {
            position += 1
            let value = try takeText()
            return Query.Term(try QueryField.tag.condition(value, column: start + 1), column: start + 1)
        }
        let value = try takeText()
        guard let words = Query.Words(value.text, isBeginning: value.isBeginning) else {
            throw QueryError(
                column: start + 1,
                message: "\(SafeText(sanitizing: value.text).quoted) has no letter or digit to search for")
        }
        return Query.Term(.text(words), column: start + 1)
    }

    /// ASCII letters directly before a colon are an operator, except in a web address.
    private mutating func takeFieldName() -> String? {
        var end = position
        while end < text.count, text[end].isASCII, text[end].isLetter { end += 1 }
        guard end > position, end < text.count, text[end] == ":" else { return nil }
        let name = String(text[position..<end]).lowercased()
        if name == "http" || name == "https", end + 1 < text.count, text[end + 1] == "/" { return nil }
        position = end + 1
        return name
    }

    private mutating func takeValue(of field: QueryField, column: Int) throws(QueryError) -> QueryValue {
        guard position < text.count, !text[position].isWhitespace, text[position] != "(", text[position] != ")" else {
            let expected = field.expected
            throw QueryError(column: column, message: "\(field.shown) needs a value directly after it: \(expected)")
        }
        return try takeText()
    }

    /// A quoted text or a run without spaces, with the star after it and the spaces that follow.
    private mutating func takeText() throws(QueryError) -> QueryValue {
        let start = position
        defer { skipSpaces() }
        if let closing = Self.quotes[text[position]] {
            let quoted = try takeQuoted(closedBy: closing)
            let isBeginning = position < text.count && text[position] == "*"
            if isBeginning { position += 1 }
            return QueryValue(text: quoted, isBeginning: isBeginning, isQuoted: true, column: start + 1)
        }
        while position < text.count, !endsRun(text[position]) { position += 1 }
        var run = text[start..<position]
        let isBeginning = run.count > 1 && run.last == "*"
        if isBeginning { run.removeLast() }
        // `domain:*.lemonde.fr` is how some write a host with its subdomains.
        if let star = run.dropFirst(run.starts(with: "*.") ? 2 : 0).firstIndex(of: "*") {
            throw QueryError(column: star + 1, message: "a star stands only at the end of a word, for any ending")
        }
        return QueryValue(text: String(run), isBeginning: isBeginning, isQuoted: false, column: start + 1)
    }

    /// Quotation marks that users type or paste, with what closes them.
    private static let quotes: [Character: Character] = ["\"": "\"", "“": "”", "«": "»"]

    private mutating func takeQuoted(closedBy closing: Character) throws(QueryError) -> String {
        let start = position
        position += 1
        var quoted = ""
        while position < text.count {
            var character = text[position]
            position += 1
            if character == closing { return quoted }
            if character == "\\", position < text.count, text[position] == closing || text[position] == "\\" {
                character = text[position]
                position += 1
            }
            quoted.append(character)
        }
        throw QueryError(
            column: start + 1, message: "this \(SafeText(sanitizing: String(text[start]))) is never closed")
    }

    // MARK: Scanning

    private mutating func skipSpaces() {
        while position < text.count, text[position].isWhitespace { position += 1 }
    }

    /// Whether a run without quotes ends before this character.
    private func endsRun(_ character: Character) -> Bool {
        character.isWhitespace || character == "(" || character == ")" || Self.quotes[character] != nil
    }

    private var atEndOfSequence: Bool { position == text.count || text[position] == ")" || isKeyword("OR") }

    private func isKeyword(_ word: String) -> Bool {
        guard text[position...].starts(with: word) else { return false }
        let end = position + word.count
        return end == text.count || endsRun(text[end])
    }

    /// The column of the keyword, if it stands here.
    private mutating func take(keyword: String) -> Int? {
        guard isKeyword(keyword) else { return nil }
        let column = position + 1
        position += keyword.count
        skipSpaces()
        return column
    }

    private var unopenedParenthesis: QueryError {
        QueryError(column: position + 1, message: "this \")\" closes nothing")
    }

    private func unclosedParenthesis(_ start: Int) -> QueryError {
        QueryError(column: start + 1, message: "this \"(\" is never closed")
    }
}

/// The text of a term, or of an operator's value.
struct QueryValue {
    let text: String
    /// A star stood after it.
    let isBeginning: Bool
    let isQuoted: Bool
    /// 1-based, in grapheme clusters.
    let column: Int
}

extension SafeText {
    /// Between straight quotation marks, at most 40 grapheme clusters of it.
    var quoted: SafeText { "\"\(prefix(40))\(string.count > 40 ? "…" : "")\"" }
}
