import Expectations
import Store
import TestSupport
import Testing
import Text
import TimelineModel

@Suite("Reading positions of servers")
struct ServerMarkerTests {
    private let home = SourceAddress.home(AccountName("@me@m.example")!)
    private let feed = SourceAddress.feed(WebAddress("https://daily.example/feed")!)

    /// A store with entries 1 to `count` of the home timeline in two personas, a minute apart.
    private func bench(_ count: Int = 0, both: Bool = false, filters: [Filter] = []) throws -> Bench {
        let bench = try Bench()
        let personas: [PersonaID] = both ? ["news", "pro"] : ["news"]
        let sources = personas.flatMap { persona in
            [home, feed].map { Subscription(persona: persona, address: $0) }
        }
        try bench.store.adopt(
            personas: [Persona(id: "news", key: 1), Persona(id: "pro", key: 2)], subscriptions: sources,
            filters: filters, ownHandles: [], zone: .utc, now: Bench.start)
        if count > 0 { try ingest(bench, Array(1...count)) }
        return bench
    }

    private func post(_ number: Int, _ text: SafeText = "text") -> Post {
        var post = Bench.post("\(number)", text, published: Int64(60 * number - 1_000_000))
        post.remoteID = "\(number)"
        return post
    }

    private func ingest(_ bench: Bench, _ numbers: [Int], from source: SourceAddress? = nil) throws {
        try ingest(bench, numbers.sorted(by: >).map { post($0) }, from: source)
    }

    private func ingest(_ bench: Bench, _ posts: [Post], from source: SourceAddress? = nil) throws {
        _ = try bench.store.ingest(
            [
                FetchedPage(
                    source: (source ?? home).id, stretch: .newest, page: Bench.page(posts), fetchedAt: Bench.start)
            ], now: Bench.start)
    }

    private func moves(_ bench: Bench, _ marker: String) throws -> [String] {
        try bench.store.moves(to: marker, of: home.id).map { String($0.post.key.dropFirst(3)) }
    }

    private func follow(_ bench: Bench, _ marker: String) throws {
        for move in try bench.store.moves(to: marker, of: home.id) { try bench.store.follow(move) }
    }

    private func read(_ bench: Bench, _ numbers: Int...) throws {
        _ = try bench.store.mark(.read, .posts(numbers.map { PostID("ap:\($0)") }), at: Bench.start)
    }

    @Test("A marker leads to its entry, or to the newest older one when that is gone")
    func place() throws {
        let bench = try bench(12)
        try expect(moves(bench, "10"), is: ["10"])
        try expect(moves(bench, "99"), is: ["12"])
        try expect(moves(bench, "0"), is: [])
        try ingest(bench, [post(14), post(13)])
        try expect(moves(bench, "13"), is: ["13"])
        #expect(try bench.store.moves(to: "9", of: feed.id).isEmpty)
    }

    @Test("Entries of other sources are no places, hidden ones neither")
    func visible() throws {
        let bench = try bench(filters: [try Bench.filter("hush", .hide)])
        try ingest(bench, [post(3, "hush"), post(2), post(1)])
        try ingest(bench, [7], from: feed)
        try expect(moves(bench, "9"), is: ["2"])
    }

    @Test("A marker leads somewhere once, marks nothing, and never leads back")
    func once() throws {
        let bench = try bench(12, both: true)
        let before = try bench.store.counts()
        try expect(moves(bench, "8"), is: ["8", "8"])
        try follow(bench, "8")
        try expect(bench.store.position(of: .persona("news"))?.id, is: PostID("ap:8"))
        #expect(try moves(bench, "8") == [] && moves(bench, "7") == [])
        // The user goes down himself: the same marker does not pull him up again
        let first = try #require(try bench.posts("news").last)
        try bench.store.savePosition(.persona("news"), first.id, first.key, seenNewest: nil)
        try follow(bench, "8")
        try expect(bench.store.position(of: .persona("news"))?.id, is: first.id)
        try expect(bench.store.counts(), is: before)
    }

    @Test("Whatever the order of markers, the position only goes forward")
    func forward() throws {
        for seed in 0..<20 as Range<UInt64> {
            var random = SeededRandom(seed: seed)
            let bench = try bench(30)
            let pane = Pane.persona("news")
            for _ in 0..<25 {
                let before = try bench.store.position(of: pane)?.key
                if random.once(in: 4) {
                    let posts = try bench.posts("news")
                    let chosen = posts[Int.random(in: 0..<posts.count, using: &random)]
                    if before.map({ chosen.key > $0 }) ?? true {
                        try bench.store.savePosition(pane, chosen.id, chosen.key, seenNewest: nil)
                    }
                } else {
                    // Also moves that were found before another one was taken
                    let found = try bench.store.moves(to: "\(Int.random(in: 0...40, using: &random))", of: home.id)
                    if random.once(in: 2) { try follow(bench, "\(Int.random(in: 0...40, using: &random))") }
                    for move in found { try bench.store.follow(move) }
                }
                let after = try bench.store.position(of: pane)?.key
                if let before { #expect(try #require(after) >= before, "seed \(seed)") }
            }
        }
    }

    @Test("What is sent is the newest entry below which everything is read, once")
    func sent() throws {
        let bench = try bench(12, both: true)
        try expect(bench.store.markerToSend(of: home.id), is: nil)
        try read(bench, 1, 2, 3, 12)
        try expect(bench.store.markerToSend(of: home.id), is: "3")
        try bench.store.noteSent("3", of: home.id)
        try expect(bench.store.markerToSend(of: home.id), is: nil)
        // It is no news to the program that sent it, nor is what is older
        #expect(try moves(bench, "3") == [] && moves(bench, "2") == [])
        try expect(moves(bench, "5"), is: ["5", "5"])
        try read(bench, 4, 5, 6, 7, 8, 9, 10, 11)
        try expect(bench.store.markerToSend(of: home.id), is: "12")
        _ = try bench.store.mark(.unread, .posts([PostID("ap:2")]), at: Bench.start)
        try expect(bench.store.markerToSend(of: home.id), is: nil)
        try expect(bench.store.markerToSend(of: feed.id), is: nil)
    }

    @Test("What filters hide counts as read, in the persona that hides it")
    func hidden() throws {
        let bench = try bench(both: true, filters: [try Bench.filter("hush", .hide)])
        try ingest(bench, [post(4), post(3), post(2, "hush"), post(1)])
        try read(bench, 1, 3)
        try expect(bench.store.markerToSend(of: home.id), is: "1")
        try read(bench, 2)
        try expect(bench.store.markerToSend(of: home.id), is: "3")
    }

    @Test("What is sent stands below every hole, in which nobody has read anything")
    func holes() throws {
        let bench = try bench(5)
        func ingest(_ numbers: ClosedRange<Int>, older: String?, _ stretch: PageRequest.Stretch = .newest) throws {
            let page = Bench.page(numbers.reversed().map { post($0) }, older: older)
            _ = try bench.store.ingest(
                [FetchedPage(source: home.id, stretch: stretch, page: page, fetchedAt: Bench.start)], now: Bench.start)
            _ = try bench.store.mark(.read, .pane(.persona("news"), PaneFilter()), at: Bench.start)
        }
        // When what is fetched does not reach what is known, twice, and all that is there is read
        try ingest(11...12, older: "11")
        try expect(bench.store.markerToSend(of: home.id), is: "5")
        try ingest(19...20, older: "19")
        try expect(bench.store.markerToSend(of: home.id), is: "5")
        // Then a hole that was filled counts no more
        try ingest(6...10, older: nil, .between(newer: "11", older: "5"))
        try expect(bench.store.markerToSend(of: home.id), is: "12")
        try ingest(13...18, older: nil, .between(newer: "19", older: "12"))
        try expect(bench.store.markerToSend(of: home.id), is: "20")
    }

    @Test("A boost is marked by its own id, wherever its post stands")
    func boosts() throws {
        let bench = try bench(5)
        try ingest(bench, [2], from: feed)
        try read(bench, 1, 3, 4, 5)
        // Post 2 was written long ago and is boosted now
        var page = Bench.page([post(2)])
        page.items[0].sighting = Sighting(
            entryID: "9", boostedBy: Author(name: "Zoé"), boostedAt: Bench.start)
        _ = try bench.store.ingest(
            [FetchedPage(source: home.id, stretch: .newest, page: page, fetchedAt: Bench.start)], now: Bench.start)
        try expect(bench.store.markerToSend(of: home.id), is: "1")
        try read(bench, 2)
        try expect(bench.store.markerToSend(of: home.id), is: "9")
    }
}
