import Expectations
import Foundation
import Store
import Synchronization
import Testing
import Text
import TimelineModel

@testable import Networks

/// Answers that a real server gave for one home timeline, in walks that overlap, through source, decoder and store.
@Suite(.enabled(if: Recording.isThere, "PERCHOIR_CORPUS names no folder of recorded answers"))
struct CorpusTimelineTests {
    private static let now = Timestamp(seconds: 1_795_000_000)

    @Test("two overlapping walks give every post once, in whatever order they come")
    func overlappingWalks() async throws {
        let home = try SourceAddress.home(AccountName(user: "me", server: #require(Server("http://localhost:8094"))))
        let all = try Recording.homes().filter { $0.stretch != nil }
        let identities = Set(all.flatMap { $0.identities })
        let folder = FileManager.default.temporaryDirectory.appending(path: "perchoir-walks-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }  // The system clears its temporary files too.
        for (number, walk) in [all, all.reversed(), all.sorted { $0.identities.count < $1.identities.count }]
            .enumerated()
        {
            // Given a store that has nothing
            let store = try PostStore.open(at: folder.path + "/\(number)/perchoir.sqlite", now: Self.now).store
            try store.adopt(
                personas: [Persona(id: "main", key: 1)], subscriptions: [Subscription(persona: "main", address: home)],
                filters: [], ownHandles: [], zone: .utc, now: Self.now)
            let source = SourceFactory(transport: Recording.Player(walk), token: { _ in Secret("t") }).source(for: home)
            // When every answer is taken, each as what was asked for
            for stretch in walk.compactMap(\.stretch) {
                let page = try await source.page(PageRequest(stretch))
                _ = try store.ingest(
                    [FetchedPage(source: home.id, stretch: stretch, page: page, fetchedAt: Self.now)], now: Self.now)
            }
            // Then each post is there once, and the order is total
            let window = try store.window(WindowRequest(pane: .persona("main"), anchor: .newest, limit: 1000))
            let posts = window.entries.compactMap { if case .post(let post) = $0 { post } else { nil } }
            expect(posts.map(\.id.key).sorted(), is: identities.map { "ap:" + $0 }.sorted())
            #expect(zip(posts, posts.dropFirst()).allSatisfy { $0.key > $1.key })
            try expect(store.verify(), is: [])
            print("walk \(number): \(walk.reduce(0) { $0 + $1.identities.count }) entries, \(posts.count) posts")
        }
    }

    @Test("a recorded page of min_id fills a hole from below")
    func fromBelow() async throws {
        let all = try Recording.homes()
        let ids = try #require(all.max { $0.ids.count < $1.ids.count }).ids
        let above = try #require(all.first { $0.name == "home_min_id=___limit=5.json" })
        let bottom = try #require(above.ids.last.flatMap { ids.firstIndex(of: $0) })
        let home = try SourceAddress.home(AccountName(user: "me", server: #require(Server("http://localhost:8094"))))
        let newest = try #require(all.first { $0.name == "home_limit=1.json" })
        let source = SourceFactory(transport: Recording.Player([above, newest]), token: { _ in Secret("t") }).source(
            for: home)
        let page = try await source.page(
            PageRequest(.between(newer: ids[3], older: ids[bottom + 1], from: .older)))
        expect(page.items.map(\.sighting.entryID), is: above.ids)
        expect(page.newer, is: above.ids.first)
    }
}

private enum Recording {
    static let folder = ProcessInfo.processInfo.environment["PERCHOIR_CORPUS"].map { $0 + "/gotosocial/" }
    static var isThere: Bool { folder.map(FileManager.default.fileExists) ?? false }

    struct Answer: Sendable {
        let name: String
        /// Nil of a page upwards, for which only a hole asks.
        let stretch: PageRequest.Stretch?
        let headers: [String: String]
        let body: [UInt8]
        let ids: [String]
        /// The federation's ids of what stands there, boosts by the post.
        let identities: [String]
    }

    /// The home timeline, as often and as it was asked for.
    static func homes() throws -> [Answer] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder ?? "").filter { $0.hasPrefix("home") }
        return try names.sorted().compactMap { name in
            let file = try Data(contentsOf: URL(filePath: (folder ?? "") + name))
            guard let answer = try JSONSerialization.jsonObject(with: file) as? [String: Any],
                let request = answer["request"] as? String, let statuses = answer["body"] as? [[String: Any]],
                let address = request.split(separator: " ").last.flatMap({ WebAddress("http://localhost:8094" + $0) })
            else { return nil }
            let stretch: PageRequest.Stretch? =
                if address.queryValue("min_id") != nil {
                    nil
                } else if let id = address.queryValue("max_id") {
                    .olderThan(id)
                } else { .newest }
            return Answer(
                name: name, stretch: stretch, headers: answer["headers"] as? [String: String] ?? [:],
                body: [UInt8](try JSONSerialization.data(withJSONObject: statuses)),
                ids: statuses.compactMap { $0["id"] as? String },
                identities: statuses.compactMap { (($0["reblog"] as? [String: Any]) ?? $0)["uri"] as? String })
        }
    }

    /// Gives recorded answers one after the other, whatever is asked.
    final class Player: HTTPTransport {
        private let left: Mutex<ArraySlice<Answer>>

        init(_ answers: [Answer]) { left = Mutex(answers[...]) }

        func send(_ request: HTTPRequest) async throws(FetchError) -> HTTPResponse {
            guard let answer = left.withLock({ $0.popFirst() }) else { throw FetchError(.unreachable, "no more") }
            var headers = HTTPHeaders()
            for (name, value) in answer.headers where name.lowercased() == "link" { headers.add(name, value) }
            return HTTPResponse(
                status: 200, headers: headers, body: answer.body, finalAddress: request.address, redirects: [],
                receivedAt: Timestamp(seconds: 0))
        }
    }
}
