import Expectations
import Store
import TestSupport
import Testing
import Text
import TimelineModel

@Suite("Searching")
struct SearchTests {
    /// Random posts through random carriers, marked and judged at random.
    private func filled(_ random: inout SeededRandom) throws -> Bench {
        let bench = try Bench(
            filters: [try Bench.filter("horoscope OR tag:horoscope", .hide), try Bench.filter("direct", .fold)],
            ownHandles: ["anne@piaille.fr"])
        for source in ["daily", "shared"] {
            var page = Page()
            for _ in 0..<40 {
                let number = Int.random(in: 0..<60, using: &random)
                var sighting = Sighting(entryID: "\(number)")
                if random.once(in: 4) {
                    sighting = Sighting(
                        entryID: "b\(number)", boostedBy: RandomPosts.author(using: &random),
                        boostedAt: RandomPosts.time(using: &random))
                }
                page.items.append(
                    PageItem(post: RandomPosts.post(number, using: &random), sighting: sighting))
            }
            page.profile.title = SafeText(sanitizing: random.pick(RandomPosts.sourceNames))
            try bench.ingest(source, page, at: 10)
        }
        let ids = try bench.posts("news", PaneFilter(includesHidden: true)).map(\.id)
        _ = try bench.store.mark(.read, .posts(ids.filter { _ in random.once(in: 2) }), at: Bench.start)
        _ = try bench.store.mark(.star, .posts(ids.filter { _ in random.once(in: 4) }), at: Bench.start)
        return bench
    }

    /// The indexes only narrow: what a search finds is what the matcher says of each stored post.
    @Test("A search finds exactly the posts that the matcher means", arguments: 0..<6)
    func agreement(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let bench = try filled(&random)
        let now = RandomPosts.now
        let everything = try bench.list(Query(parsing: "is:hidden OR -is:hidden"), persona: "news", now: now)
        #expect(everything.count > 30)
        for _ in 0..<60 {
            let text = RandomQueries.query(using: &random)
            let query = try Query(parsing: text)
            let found = try bench.store.search(
                query, in: .persona("news"), filter: PaneFilter(includesHidden: true), now: now, limit: 1000)
            let meant = everything.filter { query.matches($0.detail.post, in: $0.contexts[0]) }
            expect(found, is: meant.map(\.key), "\(text)")
        }
    }

    @Test("Newest first, no more than asked for, and stopped when asked to")
    func limits() throws {
        var random = SeededRandom(seed: 7)
        let bench = try filled(&random)
        let query = try Query(parsing: "")
        let all = try bench.store.search(query, in: .persona("news"), now: Bench.start, limit: 1000)
        expect(all, is: all.sorted(by: >))
        try expect(all, is: bench.posts("news").map(\.key))
        let some = try bench.store.search(query, in: .persona("news"), now: Bench.start, limit: 3)
        expect(some, is: Array(all.prefix(3)))
        let none = try bench.store.search(query, in: .persona("news"), now: Bench.start, limit: 3) { false }
        expect(none, is: [])
    }

    @Test("A list has each post once, whichever personas have it, and leaves out what filters hid unless asked")
    func list() throws {
        let bench = try Bench(filters: [try Bench.filter("horoscope", .hide)])
        try bench.ingest("shared", Bench.page([Bench.post("b"), Bench.post("a", published: -5)]))
        try bench.ingest("daily", Bench.page([Bench.post("h", "horoscope", published: -9)]))
        let listed = try bench.list(Query(parsing: ""))
        expect(listed.map(\.detail.post.id), is: [PostID("ap:b"), PostID("ap:a")])
        expect(listed.first?.contexts.map(\.persona), is: ["news", "pro"])
        let hidden = try bench.list(Query(parsing: "is:hidden"))
        expect(hidden.map(\.detail.post.id), is: [PostID("ap:h")])
    }

    @Test("A long list comes in order to its limit, and what it hands over may be marked meanwhile")
    func longList() throws {
        let bench = try Bench()
        let posts = (0..<300).map { Bench.post("\($0)", published: -$0) }
        try bench.ingest("shared", Bench.page(posts))
        var listed: [PostID] = []
        try bench.store.list(Query(parsing: ""), limit: 200, now: Bench.start) { post in
            listed.append(post.detail.post.id)
            if listed.count == 100 {
                #expect(throws: Never.self) { try bench.store.mark(.read, .posts(listed), at: Bench.start) }
            }
        }
        expect(listed, is: posts.prefix(200).map(\.id))
        try expect(bench.list(Query(parsing: "is:read")).map(\.detail.post.id), is: Array(listed.prefix(100)))
    }

    @Test("A post comes back from the store as it went in")
    func roundTrip() throws {
        var random = SeededRandom(seed: 1)
        let posts = (0..<50).map { Self.everythingFilled($0, using: &random) }
        let bench = try Bench()
        try bench.ingest("daily", Bench.page(posts))
        for post in posts { try expect(bench.store.post(post.id)?.post, is: post) }
    }

    private static func everythingFilled(_ number: Int, using random: inout SeededRandom) -> Post {
        var post = RandomPosts.post(number, using: &random)
        post.author.isBot = random.once(in: 2)
        post.visibility = .unlisted
        post.quoted = QuotedPost(
            state: .shown, id: PostID("ap:q"), author: RandomPosts.author(using: &random), text: "quoted")
        post.poll = Poll(
            options: [Poll.Option(title: "oui", votes: nil)], expires: RandomPosts.now, allowsSeveral: true, votes: 3,
            voters: 2)
        post.replyTo = ReplyReference(remoteID: "9", handle: "jean@example.org", isSelfThread: true)
        post.comments = RandomPosts.address(using: &random)
        let length = post.body.plain.string.utf8.count
        let kinds: [RichText.Kind] = [
            .mention(handle: "a@b", nil), .hashtag("IA", RandomPosts.address(using: &random)), .strong, .emphasis,
            .strikethrough, .code, .preformatted, .customEmoji,
        ]
        post.body = RichText(
            plain: post.body.plain,
            spans: post.body.spans + kinds.map { RichText.Span(range: 0..<length, kind: $0) })
        return post
    }
}
