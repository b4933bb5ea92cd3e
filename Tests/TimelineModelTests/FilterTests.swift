import Expectations
import Testing
import Text
import TimelineModel

@Suite("Standing filters judge a post")
struct FilterTests {
    private let post = SearchablePost(
        Post(
            id: .activityPub(uri: "https://piaille.fr/1"), remoteID: "1", network: .mastodon, kind: .post,
            author: Author(name: "Anne"), body: RichText(plain: "direct ticker")))
    private let context = EntryContext(
        persona: "news", carriers: [], firstSeen: Timestamp(seconds: 0), sortTime: Timestamp(seconds: 0),
        now: Timestamp(seconds: 0))

    private func filter(_ name: SafeText, _ action: Filter.Action, _ query: String = "ticker") throws -> Filter {
        Filter(persona: "news", name: name, query: try Query(parsing: query), action: action)
    }

    @Test("hide goes before fold, fold before highlight, in whatever order they stand")
    func precedence() throws {
        let (hide, fold, highlight) = (try filter("h", .hide), try filter("f", .fold), try filter("l", .highlight))
        let cases: [([Filter], Verdict)] = [
            ([], .shown), ([highlight], Verdict(.highlighted, rule: "l")),
            ([highlight, fold], Verdict(.folded, rule: "f")), ([fold, highlight], Verdict(.folded, rule: "f")),
            ([highlight, hide, fold], Verdict(.hidden, rule: "h")), ([fold, hide], Verdict(.hidden, rule: "h")),
        ]
        for (filters, verdict) in cases {
            expect(Filter.judge(filters, post: post, in: context), is: Judgement(verdict: verdict))
        }
    }

    @Test("among filters of one action the first that matches names the rule")
    func firstNames() throws {
        let filters = [try filter("no", .fold, "absent"), try filter("one", .fold), try filter("two", .fold)]
        expect(Filter.judge(filters, post: post, in: context).verdict, is: Verdict(.folded, rule: "one"))
    }

    @Test("read and star stand beside the verdict")
    func marks() throws {
        let filters = [try filter("r", .read), try filter("s", .star), try filter("h", .hide)]
        let judgement = Filter.judge(filters, post: post, in: context)
        expect(judgement, is: Judgement(verdict: Verdict(.hidden, rule: "h"), marksRead: true, stars: true))
        expect(Filter.judge([try filter("r", .read, "absent")], post: post, in: context), is: Judgement())
    }

    @Test("another persona's filters are passed over")
    func personas() throws {
        var other = try filter("h", .hide)
        other.persona = "pro"
        expect(Filter.judge([other], post: post, in: context), is: Judgement())
    }
}
