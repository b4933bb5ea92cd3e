import TimelineModel

/// Queries that parse, about the words, names and hosts of `RandomPosts`.
public enum RandomQueries {
    /// The text of a query with at most so many levels of parentheses and negations.
    public static func query(depth: Int = 3, using random: inout SeededRandom) -> String {
        guard depth > 0 else { return term(using: &random) }
        let parts = (0..<Int.random(in: 1...3, using: &random)).map { _ in
            switch Int.random(in: 0..<6, using: &random) {
            case 0: "(" + query(depth: depth - 1, using: &random) + ")"
            case 1: "-(" + query(depth: depth - 1, using: &random) + ")"
            case 2: "-" + term(using: &random)
            default: term(using: &random)
            }
        }
        return parts.joined(separator: random.pick([" ", " ", " OR ", " AND "]))
    }

    /// One term.
    public static func term(using random: inout SeededRandom) -> String {
        random.once(in: 2) ? textTerm(using: &random) : fieldTerm(using: &random)
    }

    /// Words that can be searched: some of `RandomPosts.words` have none.
    public static let words = RandomPosts.words.filter { Query.Words($0) != nil }

    /// One term about the text: a word, the beginning of one, or a phrase.
    public static func textTerm(using random: inout SeededRandom) -> String {
        let word = random.pick(words)
        return switch Int.random(in: 0..<6, using: &random) {
        case 0: "\"" + word + " " + random.pick(words) + "\""
        case 1: beginning(of: word, using: &random) + "*"
        case 2: random.pick(["日", "本", "title:\(word)", "cw:\(word)", "title:\"\(word)\"*"])
        default: word == "or" ? "\"or\"" : word
        }
    }

    private static func beginning(of word: String, using random: inout SeededRandom) -> String {
        let start = String(word.prefix(Int.random(in: 1...word.count, using: &random)))
        return Query.Words(start) == nil ? word : start
    }

    private static func fieldTerm(using random: inout SeededRandom) -> String {
        switch Int.random(in: 0..<14, using: &random) {
        case 0: random.pick(["from:", "boostedby:"]) + who(using: &random)
        case 1: "mentions:" + who(using: &random)
        case 2: "source:" + random.pick(["\"Le Monde\"", "lemonde.fr", "une", "blo*", "日本", "x"])
        case 3: "persona:" + random.pick(RandomPosts.personas).name
        case 4: "tag:\"" + random.pick(RandomPosts.tags) + "\"" + (random.once(in: 4) ? "*" : "")
        case 5: random.pick(["language:", "lang:"]) + random.pick(RandomPosts.languages)
        case 6: "domain:" + random.pick(RandomPosts.hosts)
        case 7: "has:" + random.pick(Query.Feature.allCases).rawValue
        case 8, 9: "is:" + random.pick(Query.State.allCases).rawValue
        case 10: random.pick(["before:", "after:"]) + date(using: &random)
        case 11:
            random.pick(["newer:", "older:"]) + String(Int.random(in: 0...9, using: &random))
                + random.pick(["m", "h", "d", "w"])
        default:
            random.pick(Query.Measure.allCases).rawValue + ":"
                + random.pick(["", "=", ">", ">=", "<", "<="]) + String(Int.random(in: 0...8, using: &random))
        }
    }

    private static func who(using random: inout SeededRandom) -> String {
        let user = random.pick(RandomPosts.users)
        return switch Int.random(in: 0..<6, using: &random) {
        case 0: "me"
        case 1: "@" + user + "@" + random.pick(RandomPosts.hosts)
        case 2: user.lowercased() + ".bsky.social"
        case 3: user.prefix(2) + "*"
        case 4: random.pick(RandomPosts.hosts)
        default: user
        }
    }

    private static func date(using random: inout SeededRandom) -> String {
        var date = CivilDate(RandomPosts.time(using: &random))
        date.second = 0
        date.millisecond = 0
        func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
        let day = "\(date.year)-\(two(date.month))-\(two(date.day))"
        return random.once(in: 2) ? day : day + "T\(two(date.hour)):\(two(date.minute))"
    }
}
