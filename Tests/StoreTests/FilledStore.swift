import GRDB
import Glibc
import Store
import TestSupport
import Testing
import Text
import TimelineModel

/// The file of a store with sixty posts: thirty were read before its one backup was made, ten more after it.
enum FilledStore {
    static func make(in folder: TemporaryFolder) throws -> (path: String, bytes: [UInt8]) {
        let path = folder.path + "/data/perchoir.sqlite"
        let store = try PostStore.open(at: path, now: Bench.start).store
        try adopt(store)
        let posts = (0..<60).map { Bench.post("\($0)", "some words of post \($0)", published: Int64($0)) }
        _ = try store.ingest(
            [
                FetchedPage(
                    source: try Bench.source("daily"), stretch: .newest, page: Bench.page(posts),
                    fetchedAt: Bench.start)
            ], now: Bench.start)
        _ = try store.mark(.read, .posts(posts.prefix(30).map(\.id)), at: Bench.start)
        try store.backUpState(at: Bench.start)
        _ = try store.mark(.read, .posts(posts.prefix(40).map(\.id)), at: Bench.start.adding(seconds: 1))
        try store.close()
        return (path, try #require(TemporaryFolder.read(path)))
    }

    static func adopt(_ store: PostStore) throws {
        try store.adopt(
            personas: [Persona(id: "news", key: 1)],
            subscriptions: [Subscription(persona: "news", address: try Bench.address("daily"))], filters: [],
            ownHandles: [], zone: .utc, now: Bench.start)
    }

    static let noDatabase = Array("this is a text file, and long enough to have a header. ".utf8) + [10]
}

extension FilledStore {
    /// The file as if a program had written it that knew fewer tables and columns.
    static func olderVersion(_ bytes: [UInt8], _ version: UInt8 = 3) -> [UInt8] {
        var bytes = bytes
        bytes.replaceSubrange(60..<64, with: [0, 0, 0, version])
        return bytes
    }
}

extension [UInt8] {
    func places(of text: String) -> [Int] {
        let wanted = Array(text.utf8)
        return indices.filter { self[$0] == wanted[0] && self[$0...].starts(with: wanted) }
    }
}

extension TemporaryFolder {
    /// A number from a database that no store has open now.
    static func query(_ sql: String, _ path: String) throws -> Int {
        try DatabaseQueue(path: path).read { try Int.fetchOne($0, sql: sql) ?? -1 }
    }
}
