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
        #expect(try root(text) == .everything)
    }

    @Test("terms side by side are joined by AND, which binds tighter than OR")
    func precedence() throws {
        let (a, b, c, d) = (try word("aa"), try word("bb"), try word("cc"), try word("dd"))
        #expect(try root("aa bb") == .and([a, b]))
        #expect(try root("aa AND bb") == .and([a, b]))
        #expect(try root("aa bb OR cc dd") == .or([.and([a, b]), .and([c, d])]))
        #expect(try root("aa (bb OR cc) dd") == .and([a, .or([b, c]), d]))
        #expect(try root("aa OR bb OR cc") == .or([a, b, c]))
        #expect(try root("(aa OR bb) OR cc") == .or([a, b, c]))
        #expect(try root("(aa (bb cc))") == .and([a, b, c]))
    }

    @Test("a minus or NOT negates what directly follows")
    func negation() throws {
        let (a, b) = (try word("aa"), try word("bb"))
        #expect(try root("-aa bb") == .and([.not(a), b]))
        #expect(try root("NOT aa bb") == .and([.not(a), b]))
        #expect(try root("-(aa OR bb)") == .not(.or([a, b])))
        #expect(try root("--aa") == .not(.not(a)))
        #expect(try root("-is:read") == .not(term(.state(.read))))
    }

    @Test("only capital OR, AND and NOT join; inside quotes they are words")
    func keywords() throws {
        #expect(try root("aa or bb") == .and([try word("aa"), try word("or"), try word("bb")]))
        #expect(try root("\"OR\"") == word("or"))
        #expect(try root("ORANGE") == word("orange"))
        #expect(try root("aa OR(bb)") == .or([try word("aa"), try word("bb")]))
    }

    @Test(
        "phrases take any of the quotation marks people type", arguments: ["\"aa bb\"", "“aa bb”", "«aa bb»", "aa-bb"])
    func phrases(text: String) throws {
        #expect(try root(text) == word("aa bb"))
    }

    @Test("a star after a word or phrase means any ending")
    func beginnings() throws {
        let words = try #require(Query.Words("retraite", isBeginning: true))
        #expect(words.reach == .beginning)
        #expect(try root("retraite*") == term(.text(words)))
        #expect(try root("\"retraite\"*") == term(.text(words)))
        #expect(try root("title:retraite*") == term(.title(words)))
    }

    @Test("every operator, with its other spellings")
    func operators() throws {
        let monde = try #require(Query.Words("le monde"))
        #expect(try root("source:\"Le Monde\"") == term(.source(monde)))
        #expect(try root("title:\"Le Monde\"") == term(.title(monde)))
        #expect(try root("cw:\"Le Monde\"") == term(.contentWarning(monde)))
        #expect(try root("persona:News") == term(.persona("news")))
        #expect(try root("from:me") == term(.from(.me)))
        #expect(try root("boostedby:me") == term(.boostedBy(.me)))
        #expect(try root("MENTIONS:me") == term(.mentions(.me)))
        #expect(try root("from:@Anne@Piaille.fr") == root("from:anne@piaille.fr"))
        #expect(try root("#IA") == root("tag:ia"))
        #expect(try root("tag:#ia") == root("tag:ia"))
        #expect(try root("lang:FR") == term(.language("fr")))
        #expect(try root("language:pt_BR") == term(.language("pt-br")))
        #expect(try root("domain:WWW.LeMonde.fr") == term(.domain("lemonde.fr")))
        #expect(try root("domain:*.lemonde.fr") == term(.domain("lemonde.fr")))
        #expect(try root("domain:www.fr") == term(.domain("www.fr")))
        #expect(try root("newer:45m") == term(.newer(seconds: 2700)))
        #expect(try root("older:2w") == term(.older(seconds: 1_209_600)))
        #expect(try root("newer:6h") == term(.newer(seconds: 21_600)))
        #expect(try root("newer:3d") == term(.newer(seconds: 259_200)))
        #expect(try root("before:2026-11-01") == term(.before(CivilDate(year: 2026, month: 11, day: 1))))
        #expect(
            try root("after:2026-11-01T08:30")
                == term(.after(CivilDate(year: 2026, month: 11, day: 1, hour: 8, minute: 30))))
        for feature in Query.Feature.allCases { #expect(try root("has:\(feature.rawValue)") == term(.has(feature))) }
        for state in Query.State.allCases { #expect(try root("is:\(state.rawValue)") == term(.state(state))) }
    }

    @Test("numbers take five relations; a bare one means exactly")
    func numbers() throws {
        #expect(try root("boosts:>=5") == term(.number(.boosts, Query.Comparison(.atLeast, 5))))
        #expect(try root("favourites:>10") == term(.number(.favourites, Query.Comparison(.above, 10))))
        #expect(try root("favorites:<10") == term(.number(.favourites, Query.Comparison(.below, 10))))
        #expect(try root("replies:<=0") == term(.number(.replies, Query.Comparison(.atMost, 0))))
        #expect(try root("sources:3") == term(.number(.sources, Query.Comparison(.equal, 3))))
        #expect(try root("words:=800") == term(.number(.words, Query.Comparison(.equal, 800))))
    }

    @Test("a web address and what is no ASCII word before a colon are text")
    func notOperators() throws {
        #expect(try root("https://lemonde.fr/a") == word("https lemonde fr a"))
        #expect(try root("14:31") == word("14 31"))
        #expect(try root("été:x") == word("été x"))
    }

    @Test("terms keep their columns, in grapheme clusters")
    func columns() throws {
        var columns: [Int] = []
        try root("été (🇫🇷x OR -from:anne) #ia").forEachTerm { columns.append($0.column) }
        #expect(columns == [1, 6, 13, 24])
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
            ("older:5y", 7, "older: cannot be \"5y\"; expected a duration such as 45m, 6h, 3d or 2w"),
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
        #expect(error?.column == column)
        #expect(error?.message.string == message)
    }

    @Test("depth and length have limits", arguments: ["(", "-", "NOT ", "-("])
    func limits(repeated: String) {
        let deep = #expect(throws: QueryError.self) {
            try Query(parsing: String(repeating: repeated, count: 100) + "a" + String(repeating: ")", count: 100))
        }
        #expect(deep?.message.string == "more than 64 parentheses and negations stand inside one another")
        let long = #expect(throws: QueryError.self) { try Query(parsing: String(repeating: repeated, count: 100_000)) }
        #expect(long?.column == 10_001)
        #expect(long?.message.string == "the query is too long; at most 10000 characters are read")
    }

    @Test("an error can be shown with its column")
    func shown() {
        let error = QueryError(column: 14, message: "\"frm:\" is not known")
        #expect(error.shown.string == "column 14: \"frm:\" is not known")
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
        #expect(problem.column == column)
        #expect(
            problem.message.string == beginning
                + ", which changes after a filter has judged the post; a filter may only ask what a post says and who "
                + "carried it")
    }

    @Test(
        "a standing filter may ask about content, carriers and dates",
        arguments: ["", "tag:horoscope OR \"horoscope du jour\"", "is:boost words:>800 sources:>=3 before:2026-11-01"])
    func soundStandingFilters(text: String) throws {
        #expect(try Query(parsing: text).standingFilterProblem == nil)
    }
}
