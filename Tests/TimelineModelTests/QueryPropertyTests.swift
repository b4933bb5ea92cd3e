import Expectations
import TestSupport
import Testing
import Text
import TimelineModel

@Suite("Laws of the query language")
struct QueryPropertyTests {
    private struct Sample {
        let post: SearchablePost
        let context: EntryContext
    }

    /// Calls `check` with random queries, each against some random posts.
    private func forRandomQueries(
        _ count: Int, seed: UInt64, check: (_ left: String, _ right: String, _ samples: [Sample]) throws -> Void
    ) throws {
        var random = SeededRandom(seed: seed)
        let samples = (0..<40).map { number in
            let post = RandomPosts.post(number, using: &random)
            return Sample(post: SearchablePost(post), context: RandomPosts.context(for: post, using: &random))
        }
        for _ in 0..<count {
            let (left, right) = (RandomQueries.query(using: &random), RandomQueries.query(using: &random))
            try check(left, right, samples)
        }
    }

    private func answers(_ query: String, _ samples: [Sample]) throws -> [Bool] {
        let query = try Query(parsing: query)
        return samples.map { query.matches($0.post, in: $0.context) }
    }

    @Test("random queries match some random posts and not others")
    func generatorsMeet() throws {
        var matched = 0
        var asked = 0
        try forRandomQueries(300, seed: 1) { query, _, samples in
            let answers = try answers(query, samples)
            asked += answers.count
            matched += answers.count { $0 }
        }
        #expect(matched > asked / 20)
        #expect(matched < asked * 19 / 20)
    }

    @Test("not not q is q")
    func doubleNegation() throws {
        try forRandomQueries(300, seed: 2) { query, _, samples in
            let answers = try answers(query, samples)
            let (negated, twice) = (
                try self.answers("NOT (\(query))", samples), try self.answers("-(-(\(query)))", samples)
            )
            expect(twice, is: answers, "\(query)")
            expect(negated, is: answers.map { !$0 }, "\(query)")
        }
    }

    @Test("De Morgan")
    func deMorgan() throws {
        try forRandomQueries(300, seed: 3) { left, right, samples in
            let notBoth = try answers("-((\(left)) (\(right)))", samples)
            let oneNot = try answers("-(\(left)) OR -(\(right))", samples)
            expect(notBoth, is: oneNot, "\(left) / \(right)")
            let neither = try answers("-((\(left)) OR (\(right)))", samples)
            let bothNot = try answers("-(\(left)) -(\(right))", samples)
            expect(neither, is: bothNot, "\(left) / \(right)")
        }
    }

    @Test("a post whose words are cut anew gives the same answer")
    func cachedWords() throws {
        try forRandomQueries(100, seed: 4) { query, _, samples in
            let parsed = try Query(parsing: query)
            for sample in samples.prefix(10) {
                let (cached, fresh) = (
                    parsed.matches(sample.post, in: sample.context),
                    parsed.matches(sample.post.post, in: sample.context)
                )
                expect(cached, is: fresh, "\(query)")
            }
        }
    }

    @Test("a tree written out parses to the same tree")
    func spelling() throws {
        try forRandomQueries(2000, seed: 5) { query, _, _ in
            let parsed = try Query(parsing: query)
            let spelled = parsed.root.spelled
            let again = try Query(parsing: spelled)
            expect(again.root, is: parsed.root, "\(query) was written as \(spelled)")
            expect(again.root.spelled, is: spelled)
        }
    }

    @Test(
        "values with quotation marks and backslashes are written so that they parse",
        arguments: [#"tag:"a \"b\" \\ c""#, #"from:"me""#, #"from:"o\\""#, "persona:«a\"b»", "tag:“x y”*"])
    func quoting(query: String) throws {
        let root = try Query(parsing: query).root
        try expect(Query(parsing: root.spelled).root, is: root, "\(root.spelled)")
    }

    @Test("junk gives a tree or an error whose column lies in the text")
    func junk() {
        var random = SeededRandom(seed: 6)
        let pieces = [
            "(", ")", "-", "\"", "«", "»", "“", "”", "*", " ", " ", ":", "from:", "is:", "is:read", "OR", "AND", "NOT",
            " OR ", "\\", "#", "@", "é", "e\u{301}", "日本", "🇫🇷", "\u{0}", "\n", "\u{202f}", ">=", "5", "newer:", "6h",
            "a",
            "re:/", "before:2026-13-01", "x:y", "domain:", "http://", "\u{301}",
        ]
        for _ in 0..<5000 {
            let text = random.pick(0...12, of: pieces).joined()
            do throws(QueryError) {
                let query = try Query(parsing: text)
                _ = query.standingFilterProblem
            } catch {
                #expect((1...text.count).contains(error.column), "\(text): column \(error.column)")
                #expect(!error.message.isEmpty)
            }
        }
    }
}
