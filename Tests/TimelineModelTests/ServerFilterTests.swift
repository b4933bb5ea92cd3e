import Expectations
import Testing
import Text
import TimelineModel

@Suite("Filters of servers")
struct ServerFilterTests {
    private let me = AccountName("@me@m.example")!
    private let other = AccountName("@me@other.example")!

    private func post(
        _ text: SafeText, warning: SafeText? = nil, options: [SafeText] = [], alts: [SafeText?] = [],
        by handle: SafeText = "ana@m.example", id: PostID = PostID("ap:1"), link: String? = nil
    ) -> Post {
        Post(
            id: id, remoteID: "1", network: .mastodon, kind: .post, author: Author(name: "Ana", handle: handle),
            body: RichText(
                plain: text, spans: link.flatMap { WebAddress($0) }.map { [.init(range: 0..<1, kind: .link($0))] } ?? []
            ),
            contentWarning: warning, attachments: alts.map { Attachment(kind: .image, address: nil, alt: $0) },
            poll: options.isEmpty ? nil : Poll(options: options.map { Poll.Option(title: $0, votes: nil) }))
    }

    private func filter(
        _ keyword: SafeText, whole: Bool = false, _ contexts: Set<ServerFilter.Context> = [.home],
        _ action: ServerFilter.Action = .warn, expires: Timestamp? = nil
    ) -> ServerFilter {
        ServerFilter(
            title: "no", action: action, contexts: contexts, keywords: [.init(keyword, isWholeWord: whole)],
            expires: expires)
    }

    /// The verdict in a persona that reads some timelines of the account, of a post that some sources carried.
    private func verdict(
        _ filter: ServerFilter, _ post: Post, reads: [SourceAddress]? = nil, carriedBy: [SourceAddress]? = nil,
        now: Timestamp = Timestamp(seconds: 0)
    ) -> Verdict {
        let subscriptions = (reads ?? [.home(me)]).map { Subscription(persona: "main", address: $0) }
        let filters = [Filter(filter, of: me, in: "main", subscriptions: subscriptions)].compactMap(\.self)
        let context = EntryContext(
            persona: "main",
            carriers: (carriedBy ?? [.home(me)]).map { EntryContext.Carrier(source: $0.id, names: []) },
            firstSeen: now, sortTime: now, now: now, ownHandles: ["me@m.example"])
        return Filter.judge(filters, post: SearchablePost(post, for: filters), in: context).verdict
    }

    private var folded: Verdict { Verdict(.folded, rule: "no (m.example)") }

    @Test(
        "a keyword is found as the server finds it",
        arguments: [
            ("swift", false, "A swiftly tilting planet", true), ("swift", true, "A swiftly tilting planet", false),
            ("swift", true, "Swift!", true), ("SWIFT", true, "swift", true), ("swift", true, "unswift swift", true),
            ("swift", true, "_swift_", false), ("swift", true, "swift2", false), ("swift", true, "l’été swift", true),
            ("été", true, "ÉTÉ", true), ("ete", true, "été", false), ("c++", true, "c++11", true),
            ("c++", true, "objc++", false), ("#foo", true, "x#foo", true), ("#foo", true, "#foobar", false),
            ("code block", true, "a code block.", true), ("code block", true, "code  block", false),
            ("猫", true, "黒猫が", false), ("猫", false, "黒猫が", true), ("straße", true, "STRASSE", false),
            ("a.c", false, "abc", false), ("aab", false, "aaab", true),
        ])
    func words(_ keyword: SafeText, _ isWhole: Bool, _ text: SafeText, _ isMeant: Bool) {
        expect(verdict(filter(keyword, whole: isWhole), post(text)), is: (isMeant ? folded : .shown))
    }

    @Test("it looks into the warning, the text, a poll, descriptions and whole addresses, and not across them")
    func parts() {
        let word = filter("tide", whole: true)
        expect(verdict(word, post("x", warning: "Tide")), is: folded)
        expect(verdict(word, post("x", options: ["ebb", "tide"])), is: folded)
        expect(verdict(word, post("x", alts: [nil, "The tide"])), is: folded)
        expect(verdict(word, post("x", link: "https://a.example/long/tide")), is: folded)
        expect(verdict(filter("x tide"), post("tide", warning: "x")), is: .shown)
        expect(verdict(word, post("x")), is: .shown)
    }

    @Test("it looks into a quoted post, where this one is shown")
    func quoted() {
        var quoting = post("x")
        quoting.quoted = QuotedPost(state: .shown, text: "High tide")
        expect(verdict(filter("tide", whole: true), quoting), is: folded)
        expect(verdict(filter("x high"), quoting), is: .shown)
        expect(verdict(filter("tide", [.thread]), quoting), is: .shown)
    }

    @Test("hide hides, warn folds, and the reason says where the filter lives")
    func actions() {
        expect(verdict(filter("x", [.home], .hide), post("x")), is: Verdict(.hidden, rule: "no (m.example)"))
        expect(verdict(filter("x"), post("x")), is: folded)
    }

    @Test(
        "each timeline has its context",
        arguments: [
            (AccountTimeline.home, ServerFilter.Context?.some(.home)), (.list("a"), .home),
            (.notifications, .notifications), (.publicTimeline, .public), (.local, .public),
            (.hashtags(HashtagChoice("a")!), .public), (.bookmarks, nil), (.favourites, nil),
        ])
    func contexts(_ timeline: AccountTimeline, _ context: ServerFilter.Context?) {
        let source = SourceAddress.account(me, timeline)
        for each in ServerFilter.Context.allCases {
            let verdict = verdict(filter("x", [each]), post("x"), reads: [source], carriedBy: [source])
            expect(verdict, is: (each == context ? folded : .shown), "\(each)")
        }
    }

    @Test("what another source of the persona carries too stays shown")
    func carriers() {
        let (home, list, tag) = (
            SourceAddress.home(me), SourceAddress.account(me, .list("a")),
            SourceAddress.hashtag("x", server: me.server)
        )
        let reads = [home, list, tag, .home(other), .account(me, .bookmarks)]
        let cases: [([SourceAddress], Bool)] = [
            ([home], true), ([home, list], true), ([home, tag], false), ([tag], false), ([.home(other)], false),
            ([home, .home(other)], false), ([home, .account(me, .bookmarks)], false), ([], false),
        ]
        for (carriers, isMeant) in cases {
            let verdict = verdict(filter("x"), post("x"), reads: reads, carriedBy: carriers)
            expect(verdict, is: (isMeant ? folded : .shown), "\(carriers.map(\.shown))")
        }
    }

    @Test("a filter names single posts, by what their server calls them or their boosts")
    func singlePosts() {
        var both = filter("word", [.home], .hide)
        both.posts = ["17", "18"]
        var named = both
        named.keywords = []
        let subscriptions = [Subscription(persona: "main", address: .home(me))]
        func kinds(_ filter: ServerFilter, _ ids: [String], by handle: SafeText = "ana@m.example") -> [Verdict.Kind] {
            let filters = [Filter(filter, of: me, in: "main", subscriptions: subscriptions)].compactMap(\.self)
            return (["a word", "another"] as [SafeText]).map { text in
                let context = EntryContext(
                    persona: "main",
                    carriers: [EntryContext.Carrier(source: SourceAddress.home(me).id, names: [], postIDs: ids)],
                    firstSeen: Timestamp(seconds: 0), sortTime: Timestamp(seconds: 0), now: Timestamp(seconds: 0),
                    ownHandles: ["me@m.example"])
                let post = post(text, by: handle)
                return Filter.judge(filters, post: SearchablePost(post, for: filters), in: context).verdict.kind
            }
        }
        expect(
            [
                kinds(both, ["16"]), kinds(both, ["17"]), kinds(both, ["99", "18"]), kinds(named, ["16"]),
                kinds(named, ["17"]), kinds(named, ["17"], by: "me@m.example"),
            ],
            is: [
                [.hidden, .shown], [.hidden, .hidden], [.hidden, .hidden], [.shown, .shown], [.hidden, .hidden],
                [.shown, .shown],
            ])
    }

    @Test("the user's own posts and what the server tells him are not filtered")
    func own() {
        expect(verdict(filter("x"), post("x", by: "Me@m.example")), is: .shown)
        expect(verdict(filter("x"), post("x", by: "me@other.example")), is: folded)
        expect(verdict(filter("x"), post("x", id: .notice(of: me, key: "1"))), is: .shown)
    }

    @Test("a filter ends at its time")
    func expiry() {
        let ending = filter("x", expires: Timestamp(seconds: 60))
        expect(verdict(ending, post("x"), now: Timestamp(seconds: 59)), is: folded)
        expect(verdict(ending, post("x"), now: Timestamp(seconds: 60)), is: .shown)
    }

    @Test("a filter that can mean nothing in a persona is none there")
    func nothing() {
        let home = [Subscription(persona: "main", address: .home(me))]
        #expect(Filter(filter("x"), of: me, in: "main", subscriptions: home) != nil)
        expect(Filter(filter("x"), of: me, in: "pro", subscriptions: home), is: nil)
        expect(Filter(filter("x"), of: other, in: "main", subscriptions: home), is: nil)
        expect(Filter(filter("x", [.thread, .account]), of: me, in: "main", subscriptions: home), is: nil)
        expect(Filter(filter(""), of: me, in: "main", subscriptions: home), is: nil)
    }

    @Test("ids of one family are in order; others are not compared")
    func ids() {
        let older = [("9", "10"), ("01M82HK21K", "01M82HK22K"), ("113", "114"), ("9j", "9k")]
        for (old, new) in older {
            #expect(MastodonID.isOlderOrSame(old, than: new) && MastodonID.isNewer(new, than: old))
            #expect(!MastodonID.isOlderOrSame(new, than: old) && !MastodonID.isNewer(old, than: new))
            #expect(MastodonID.isOlderOrSame(old, than: old) && !MastodonID.isNewer(old, than: old))
        }
        #expect(!MastodonID.isNewer("01M8", than: "113") || !MastodonID.isNewer("113", than: "01M8"))
        #expect(!MastodonID.isNewer("01M82", than: "113") && !MastodonID.isNewer("113", than: "01M82"))
    }
}
