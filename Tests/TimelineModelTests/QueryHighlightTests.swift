import Expectations
import TestSupport
import Testing
import Text
import TimelineModel

@Suite("What a search found is shown")
struct QueryHighlightTests {
    private func highlighted(_ query: String, in text: SafeText) throws -> [String] {
        let bytes = Array(text.string.utf8)
        return try Query(parsing: query).highlights(in: text).map { String(decoding: bytes[$0], as: UTF8.self) }
    }

    @Test(
        "the words and phrases that must be there",
        arguments: [
            ("elysee", ["Élysée", "ÉLYSÉE"]), ("vot", []), ("vot*", ["voté"]), ("\"a vote\"", ["a voté"]),
            ("elysee OR \"l'elysee\"", ["L’Élysée", "ÉLYSÉE"]), ("-elysee", []), ("--elysee", ["Élysée", "ÉLYSÉE"]),
            ("a -(b OR -elysee)", ["Élysée", "a", "ÉLYSÉE"]), ("title:elysee is:unread", []), ("", []),
            ("日本語", ["日本語"]), ("日", ["日"]), ("語*", ["語"]), ("本語", ["本語"]),
        ])
    func words(query: String, expected: [String]) throws {
        let text: SafeText = "L’Élysée a voté : ÉLYSÉE, 日本語"
        try expect(highlighted(query, in: text), is: expected)
    }

    @Test("a text term that matches a post is highlighted in one of its segments, and only then")
    func agreement() throws {
        var random = SeededRandom(seed: 13)
        let context = RandomPosts.context(for: RandomPosts.post(0, using: &random), using: &random)
        for number in 0..<500 {
            let post = RandomPosts.post(number, using: &random)
            let query = try Query(parsing: RandomQueries.textTerm(using: &random))
            guard query.root.contains({ if case .text = $0.condition { true } else { false } }) else { continue }
            let segments = Query.searchableText(of: post)
            let isShown = segments.contains { !query.highlights(in: $0).isEmpty }
            expect(isShown, is: query.matches(post, in: context), "\(query.source)")
        }
    }

    @Test("ranges ascend, do not overlap and lie in the text")
    func order() throws {
        var random = SeededRandom(seed: 14)
        for _ in 0..<500 {
            let terms = (0..<8).map { _ in RandomQueries.textTerm(using: &random) }
            let query = try Query(parsing: terms.joined(separator: " OR "))
            let text = RandomPosts.text(using: &random)
            var end = 0
            for range in query.highlights(in: text) {
                #expect(range.lowerBound >= end && !range.isEmpty, "\(query.source)")
                end = range.upperBound
            }
            #expect(end <= text.string.utf8.count)
        }
    }
}
