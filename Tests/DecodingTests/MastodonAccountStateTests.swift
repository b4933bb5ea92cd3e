import Decoding
import Expectations
import TestSupport
import Testing
import Text
import TimelineModel

@Suite("Markers and filters of an account")
struct MastodonAccountStateTests {
    private func markers(_ text: String) throws -> ReadingMarkers { try MastodonDecoder.markers(Array(text.utf8)) }

    private func filters(_ text: String) throws -> [ServerFilter] { try MastodonDecoder.filters(Array(text.utf8)) }

    @Test func theKeywordsOfAllFiltersTogetherAreBounded() throws {
        let keywords = (0..<50).map { "{\"keyword\":\"w\($0)\"}" }.joined(separator: ",")
        let filter = "{\"title\":\"t\",\"context\":[\"home\"],\"filter_action\":\"warn\",\"keywords\":[\(keywords)]}"
        let all = try filters("[" + Array(repeating: filter, count: 100).joined(separator: ",") + "]")
        expect(all.reduce(0) { $0 + $1.keywords.count }, is: 2000)
        // One that is too large takes no other one along.
        let large = filter.replacing(
            keywords, with: (0...2000).map { "{\"keyword\":\"x\($0)\"}" }.joined(separator: ","))
        try expect(filters("[\(large),\(filter)]").map(\.keywords.count), is: [50])
    }

    private static let whole = #"""
        {"id":"1","title":"no code","context":["home","notifications"],"expires_at":"2026-11-22T10:00:00.000Z",
        "filter_action":"hide","keywords":[{"id":"7","keyword":"code block","whole_word":true}],
        "statuses":[{"id":"1","status_id":"114"}]}
        """#

    @Test(arguments: [
        ("{}", ReadingMarkers()), (#"{"home":null,"lists":{"last_read_id":"9"}}"#, ReadingMarkers()),
        (
            #"{"home":{"last_read_id":"103","version":2,"updated_at":"x"},"notifications":{"last_read_id":7}}"#,
            ReadingMarkers(home: "103", notifications: "7")
        ),
        (#"{"home":{"last_read_id":""},"notifications":[]}"#, ReadingMarkers()),
        (#"{"home":{"last_read_id":["1"]},"notifications":{"last_read_id":null}}"#, ReadingMarkers()),
    ]) func markersAsServersGiveThem(_ text: String, _ markers: ReadingMarkers) throws {
        try expect(self.markers(text), is: markers)
    }

    @Test("what is no object has no markers", arguments: ["[]", "null", "3", #"{"error":"no"}"#, "", "<html>"])
    func noMarkers(_ text: String) {
        #expect(throws: DecodingError.self) { try markers(text) }
    }

    @Test func aFilterIsReadWhole() throws {
        try expect(
            filters("[\(Self.whole)]"),
            is: [
                ServerFilter(
                    title: "no code", action: .hide, contexts: [.home, .notifications],
                    keywords: [.init("code block", isWholeWord: true)], posts: ["114"],
                    expires: Timestamp(rfc3339: "2026-11-22T10:00:00Z"))
            ])
    }

    @Test(arguments: [
        // (member that replaces the whole one's, what becomes of the filter)
        (#""filter_action":"warn""#, ServerFilter.Action.warn), (#""filter_action":"shout""#, .warn),
        (#""filter_action":null"#, .warn), (#""filter_action":"blur""#, nil), (#""expires_at":"soon""#, .hide),
        (#""expires_at":null"#, .hide), (#""title":7"#, .hide), (#""keywords":[]"#, .hide),
        (#""keywords":null"#, .hide),
        (#""keywords":[{"keyword":" "},{"keyword":5},{},3],"statuses":[]"#, nil),
        (#""keywords":[],"statuses":[{"status_id":7}]"#, .hide),
        (#""keywords":[],"statuses":[{"status_id":"a b"},{"status_id":""},{"status_id":null},{},3,"114"]"#, nil),
        (#""keywords":[{"keyword":"x"}]"#, .hide),
        (#""context":[]"#, nil), (#""context":"home""#, nil), (#""context":["profile",3]"#, nil),
        (#""context":["profile","thread"]"#, .hide), (#""statuses":null"#, .hide), (#""id":null"#, .hide),
    ]) func anyMemberMayBeOdd(_ member: String, _ action: ServerFilter.Action?) throws {
        // The last member of a name counts
        let odd = Self.whole.dropLast() + "," + member + "}"
        let read = try filters("[\(odd),\(Self.whole),7,null]")
        expect(read.map(\.action), is: (action.map { [$0] } ?? []) + [.hide])
    }

    @Test func aFilterWithoutATitleIsCalledByItsFirstKeyword() throws {
        let odd = Self.whole.dropLast() + #","title":"\u0007"}"#
        try expect(filters("[\(odd)]").map(\.title), is: ["code block"])
    }

    @Test("filters of the first version are their phrase; they hide what the server was to keep back itself")
    func firstVersion() throws {
        func read(_ text: String) throws -> [ServerFilter] { try MastodonDecoder.filtersOfOld(Array(text.utf8)) }
        let whole = #"""
            {"id":"1","phrase":"code block","context":["home","public"],"whole_word":true,"irreversible":true,
            "expires_at":"2026-11-22T10:00:00.000Z"}
            """#
        try expect(
            read("[\(whole),7,{}]"),
            is: [
                ServerFilter(
                    title: "code block", action: .hide, contexts: [.home, .public],
                    keywords: [.init("code block", isWholeWord: true)],
                    expires: Timestamp(rfc3339: "2026-11-22T10:00:00Z"))
            ])
        for (member, action) in [
            (#""irreversible":false"#, ServerFilter.Action.warn), (#""irreversible":null"#, .warn),
            (#""whole_word":null"#, .hide), (#""expires_at":null"#, .hide), (#""phrase":" ""#, nil),
            (#""phrase":null"#, nil), (#""context":[]"#, nil),
        ] {
            let actions = try read("[\(whole.dropLast()),\(member)}]").map(\.action)
            expect(actions, is: (action.map { [$0] } ?? []), "\(member)")
        }
    }

    @Test("what is no list has no filters", arguments: ["{}", "null", #"{"error":"no"}"#, ""])
    func noFilters(_ text: String) {
        #expect(throws: DecodingError.self) { try filters(text) }
        #expect(throws: DecodingError.self) { try MastodonDecoder.filtersOfOld(Array(text.utf8)) }
    }

    @Test func damagedAnswersAreReadOrRefused() {
        let document = Array("[\(Self.whole),\(Self.whole)]".utf8)
        for seed in 0..<Mutations.rounds {
            var mutations = Mutations(seed: seed, pieces: ["[", "{", "\"", "null", "\\u0000", "\"keyword\":", ","])
            let bytes = mutations.damaged(document)
            do throws(DecodingError) {
                for filter in try MastodonDecoder.filters(bytes) {
                    let texts = [filter.title.string] + filter.keywords.map(\.text.string)
                    #expect(ShownText.forbidden(in: texts).isEmpty, "seed \(seed)")
                    #expect(!filter.keywords.isEmpty || !filter.posts.isEmpty)
                    #expect(!filter.contexts.isEmpty && !filter.title.isEmpty)
                }
            } catch {
                #expect(ShownText.forbidden(in: [error.message.string]).isEmpty, "seed \(seed)")
            }
        }
    }

    @Test(.enabled(if: Corpus.isThere, "PERCHOIR_CORPUS names no folder of recorded answers"))
    func recordedAnswersAreRead() throws {
        func body(_ name: String) throws -> [UInt8] {
            let answer = try #require(try Corpus.json("gotosocial/\(name).json")["body"])
            return Array(JSONPaths.text(of: answer).utf8)
        }
        try expect(MastodonDecoder.markers(body("markers_none")), is: ReadingMarkers())
        try expect(
            MastodonDecoder.markers(body("markers_get2")),
            is: ReadingMarkers(home: "01M82HK21K4SCS99ZC1345Q1JA", notifications: "01M82HK23F69331T9TZ0Y53TEV"))
        let filters = try MastodonDecoder.filters(body("filters_v2"))
        expect(filters.map(\.title), is: ["no code", "hide rtl", "json filter", "form2"])
        expect(filters.map(\.action), is: [.warn, .hide, .warn, .hide])
        expect(filters.map { $0.keywords.map(\.isWholeWord) }, is: [[true], [false], [true], [true]])
        // The same ones in the first version say the same but for the title.
        let old = try MastodonDecoder.filtersOfOld(body("filters_v1"))
        func said(_ filters: [ServerFilter]) -> Set<[String]> {
            Set(filters.map { ["\($0.keywords)", $0.action.rawValue] + $0.contexts.map(\.rawValue).sorted() })
        }
        expect(said(old), is: said(filters))
    }
}
