import Expectations
import Testing
import Text
import TimelineModel

@Suite("A query's text becomes a tree")
struct QueryParserTests {
    private func root(_ text: String) throws -> Query.Node { try Query(parsing: text).root }

    private func word(_ text: String) throws -> Query.Node {
        .term(Query.Term(.text(try #require(Query.Words(text))), column: 1))
    }

    private func term(_ condition: Query.Condition) -> Query.Node { .term(Query.Term(condition, column: 1)) }

    @Test("nothing means everything", arguments: ["", " ", "\n\t "])
    func empty(text: String) throws {
        try expect(root(text), is: .everything)
    }

    @Test("terms side by side are joined by AND, which binds tighter than OR")
    func precedence() throws {
        let (a, b, c, d) = (try word("aa"), try word("bb"), try word("cc"), try word("dd"))
        try expect(root("aa bb"), is: .and([a, b]))
        try expect(root("aa AND bb"), is: .and([a, b]))
        try expect(root("aa bb OR cc dd"), is: .or([.and([a, b]), .and([c, d])]))
        try expect(root("aa (bb OR cc) dd"), is: .and([a, .or([b, c]), d]))
        try expect(root("aa OR bb OR cc"), is: .or([a, b, c]))
        try expect(root("(aa OR bb) OR cc"), is: .or([a, b, c]))
        try expect(root("(aa (bb cc))"), is: .and([a, b, c]))
    }

    @Test("a minus or NOT negates what directly follows")
    func negation() throws {
        let (a, b) = (try word("aa"), try word("bb"))
        try expect(root("-aa bb"), is: .and([.not(a), b]))
        try expect(root("NOT aa bb"), is: .and([.not(a), b]))
        try expect(root("-(aa OR bb)"), is: .not(.or([a, b])))
        try expect(root("--aa"), is: .not(.not(a)))
        try expect(root("-is:read"), is: .not(term(.state(.read))))
    }

    @Test("only capital OR, AND and NOT join; inside quotes they are words")
    func keywords() throws {
        try expect(root("aa or bb"), is: .and([try word("aa"), try word("or"), try word("bb")]))
        try expect(root("\"OR\""), is: word("or"))
        try expect(root("ORANGE"), is: word("orange"))
        try expect(root("aa OR(bb)"), is: .or([try word("aa"), try word("bb")]))
    }

    @Test(
        "phrases take any of the quotation marks people type", arguments: ["\"aa bb\"", "“aa bb”", "«aa bb»", "aa-bb"])
    func phrases(text: String) throws {
        try expect(root(text), is: word("aa bb"))
    }

    @Test("a star after a word or phrase means any ending")
    func beginnings() throws {
        let words = try #require(Query.Words("retraite", isBeginning: true))
        expect(words.reach, is: .beginning)
        try expect(root("retraite*"), is: term(.text(words)))
        try expect(root("\"retraite\"*"), is: term(.text(words)))
        try expect(root("title:retraite*"), is: term(.title(words)))
    }

    @Test("every operator, with its other spellings")
    func operators() throws {
        let monde = try #require(Query.Words("le monde"))
        try expect(root("source:\"Le Monde\""), is: term(.source(monde)))
        try expect(root("title:\"Le Monde\""), is: term(.title(monde)))
        try expect(root("cw:\"Le Monde\""), is: term(.contentWarning(monde)))
        try expect(root("persona:News"), is: term(.persona("news")))
        try expect(root("from:me"), is: term(.from(.me)))
        try expect(root("boostedby:me"), is: term(.boostedBy(.me)))
        try expect(root("MENTIONS:me"), is: term(.mentions(.me)))
        try expect(root("from:@Anne@Piaille.fr"), is: root("from:anne@piaille.fr"))
        try expect(root("#IA"), is: root("tag:ia"))
        try expect(root("tag:#ia"), is: root("tag:ia"))
        try expect(root("lang:FR"), is: term(.language("fr")))
        try expect(root("language:pt_BR"), is: term(.language("pt-br")))
        try expect(root("domain:WWW.LeMonde.fr"), is: term(.domain("lemonde.fr")))
        try expect(root("domain:*.lemonde.fr"), is: term(.domain("lemonde.fr")))
        try expect(root("domain:www.fr"), is: term(.domain("www.fr")))
        try expect(root("newer:45m"), is: term(.newer(seconds: 2700)))
        try expect(root("older:2w"), is: term(.older(seconds: 1_209_600)))
        try expect(root("newer:6h"), is: term(.newer(seconds: 21_600)))
        try expect(root("newer:3d"), is: term(.newer(seconds: 259_200)))
        try expect(root("before:2026-11-01"), is: term(.before(CivilDate(year: 2026, month: 11, day: 1))))
        try expect(
            root("after:2026-11-01T08:30"),
            is: term(.after(CivilDate(year: 2026, month: 11, day: 1, hour: 8, minute: 30))))
        for feature in Query.Feature.allCases { try expect(root("has:\(feature.rawValue)"), is: term(.has(feature))) }
        for state in Query.State.allCases { try expect(root("is:\(state.rawValue)"), is: term(.state(state))) }
    }

    @Test("numbers take five relations; a bare one means exactly")
    func numbers() throws {
        try expect(root("boosts:>=5"), is: term(.number(.boosts, Query.Comparison(.atLeast, 5))))
        try expect(root("favourites:>10"), is: term(.number(.favourites, Query.Comparison(.above, 10))))
        try expect(root("favorites:<10"), is: term(.number(.favourites, Query.Comparison(.below, 10))))
        try expect(root("replies:<=0"), is: term(.number(.replies, Query.Comparison(.atMost, 0))))
        try expect(root("sources:3"), is: term(.number(.sources, Query.Comparison(.equal, 3))))
        try expect(root("words:=800"), is: term(.number(.words, Query.Comparison(.equal, 800))))
    }

    @Test("a web address and what is no ASCII word before a colon are text")
    func notOperators() throws {
        try expect(root("https://lemonde.fr/a"), is: word("https lemonde fr a"))
        try expect(root("14:31"), is: word("14 31"))
        try expect(root("été:x"), is: word("été x"))
    }

    @Test("terms keep their columns, in grapheme clusters")
    func columns() throws {
        var columns: [Int] = []
        try root("été (🇫🇷x OR -from:anne) #ia").forEachTerm { columns.append($0.column) }
        expect(columns, is: [1, 6, 13, 24])
    }

    @Test(
        "errors name the column and what was expected",
        arguments: [
            ("is:unread AND frm:anne", 15, "\"frm:\" is not known; did you mean \"from:\"?"),
            ("zzzzzz:x", 1, "\"zzzzzz:\" is not known; to search for the text itself, write it in quotes"),
            ("is:unraed", 4, "is:unraed is not known; did you mean is:unread?"),
            (
                "has:pictures", 5,
                "has:pictures is not known; expected link, media, image, video, audio, poll, cw, alt or quote"
            ),
            ("été boosts:many", 12, "boosts: cannot be \"many\"; expected a number such as 5, >5, >=5, <5 or <=5"),
            ("boosts:>", 8, "boosts: cannot be \">\"; expected a number such as 5, >5, >=5, <5 or <=5"),
            (
                "words:>99999999999999999999", 7,
                "words: cannot be \">99999999999999999999\"; expected a number such as 5, >5, >=5, <5 or <=5"
            ),
            (
                "before:yesterday", 8,
                "before: cannot be \"yesterday\"; expected a date such as 2026-11-01 or 2026-11-01T08:00"
            ),
            (
                "after:2026-02-29", 7,
                "after: cannot be \"2026-02-29\"; expected a date such as 2026-11-01 or 2026-11-01T08:00"
            ),
            (
                "after:2026-11-01T24:00", 7,
                "after: cannot be \"2026-11-01T24:00\"; expected a date such as 2026-11-01 or 2026-11-01T08:00"
            ),
            ("newer:2026-11-01", 7, "newer: cannot be \"2026-11-01\"; expected a duration such as 45m, 6h, 3d or 2w"),
            ("older:5s", 7, "older: cannot be \"5s\"; expected a duration such as 45m, 6h, 3d or 2w"),
            ("newer:h", 7, "newer: cannot be \"h\"; expected a duration such as 45m, 6h, 3d or 2w"),
            ("domain:a/b", 8, "domain: cannot be \"a/b\"; expected a host such as lemonde.fr"),
            ("language:français", 10, "language: cannot be \"français\"; expected a language tag such as fr or pt-br"),
            ("lang:fr*", 6, "language: takes no star; expected a language tag such as fr or pt-br"),
            ("source:!", 8, "source: cannot be \"!\"; expected words of a source's name or address"),
            ("from:", 1, "from: needs a value directly after it: a handle, a name or me"),
            ("from: anne", 1, "from: needs a value directly after it: a handle, a name or me"),
            ("from:(anne)", 1, "from: needs a value directly after it: a handle, a name or me"),
            (
                "x re:/a+/i", 3,
                "re: is not there yet: patterns wait for a matcher that runs in linear time; use words or word*"
            ),
            ("Paris !", 7, "\"!\" has no letter or digit to search for"),
            ("\"\"", 1, "\"\" has no letter or digit to search for"),
            ("x *", 3, "a star stands only at the end of a word, for any ending"),
            ("pa*is", 3, "a star stands only at the end of a word, for any ending"),
            ("a \"b c", 3, "this \" is never closed"),
            ("tag:\"b", 5, "this \" is never closed"),
            ("a (b OR c", 3, "this \"(\" is never closed"),
            ("a b) c", 4, "this \")\" closes nothing"),
            (" )", 2, "this \")\" closes nothing"),
            ("a ( )", 3, "nothing stands between ( and )"),
            ("a OR", 3, "nothing stands after OR"),
            ("(a OR )", 4, "nothing stands after OR"),
            ("a AND OR b", 3, "nothing stands after AND"),
            ("OR a", 1, "OR and AND stand between two terms; to search for the word, write it in quotes"),
            ("a OR AND b", 6, "OR and AND stand between two terms; to search for the word, write it in quotes"),
            ("a NOT", 3, "nothing stands after NOT"),
            ("a - b", 3, "\"-\" stands directly before what it negates"),
            ("-", 1, "\"-\" stands directly before what it negates"),
        ])
    func errors(text: String, column: Int, message: String) {
        let error = #expect(throws: QueryError.self) { try Query(parsing: text) }
        expect(error?.column, is: column)
        expect(error?.message.string, is: message)
    }

    @Test("depth and length have limits", arguments: ["(", "-", "NOT ", "-("])
    func limits(repeated: String) {
        let deep = #expect(throws: QueryError.self) {
            try Query(parsing: String(repeating: repeated, count: 100) + "a" + String(repeating: ")", count: 100))
        }
        expect(deep?.message.string, is: "more than 64 parentheses and negations stand inside one another")
        let long = #expect(throws: QueryError.self) { try Query(parsing: String(repeating: repeated, count: 100_000)) }
        expect(long?.column, is: 10_001)
        expect(long?.message.string, is: "the query is too long; at most 10000 characters are read")
    }

    @Test("an error can be shown with its column")
    func shown() {
        let error = QueryError(column: 14, message: "\"frm:\" is not known")
        expect(error.shown.string, is: "column 14: \"frm:\" is not known")
    }

    @Test(
        "a standing filter may not ask about what changes later",
        arguments: [
            ("tag:ia is:read", 8, "is:read asks about a mark"),
            ("-is:starred", 2, "is:starred asks about a mark"),
            ("a OR (b is:folded)", 9, "is:folded asks about a verdict"),
            ("is:hidden boosts:>1", 1, "is:hidden asks about a verdict"),
            ("boosts:>=5", 1, "boosts:>=5 asks about a count"),
            ("x replies:1", 3, "replies:=1 asks about a count"),
            ("newer:6h", 1, "newer:6h asks about the time until now"),
        ])
    func standingFilters(text: String, column: Int, beginning: String) throws {
        let problem = try #require(try Query(parsing: text).standingFilterProblem)
        expect(problem.column, is: column)
        expect(
            problem.message.string,
            is: beginning
                + ", which changes after a filter has judged the post; a filter may only ask what a post says and who "
                + "carried it")
    }

    @Test(
        "a standing filter may ask about content, carriers and dates",
        arguments: ["", "tag:horoscope OR \"horoscope du jour\"", "is:boost words:>800 sources:>=3 before:2026-11-01"])
    func soundStandingFilters(text: String) throws {
        try expect(Query(parsing: text).standingFilterProblem, is: nil)
    }
}
