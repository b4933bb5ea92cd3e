import ArgumentParser
import Dispatch
import Glibc
import Store
import Synchronization
import Text
import TimelineModel

/// Writes a configuration and a store, as `XDG_CONFIG_HOME` and `XDG_DATA_HOME` would hold them.
struct Fill: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Fills a store with so many posts; the same seed gives the same posts.")

    @Option(help: "How many posts.") var posts = 10_000
    @Option(help: "What the posts are made of.") var seed: UInt64 = 1
    @Option(help: "The folder to write: OUT/config/perchoir/config.toml and OUT/data/perchoir/perchoir.sqlite.")
    var out: String

    func run() throws {
        guard posts > 0 else { throw ValidationError("--posts must be 1 or more") }
        let folder = StoreFolder(path: out)
        guard !folder.exists else { throw ValidationError("\(out) is there already") }
        try folder.fill(posts: posts, seed: seed)
    }
}

/// A folder with a configuration and a filled store.
struct StoreFolder {
    let path: String

    var configurationHome: String { path + "/config" }
    var dataHome: String { path + "/data" }
    var configuration: String { configurationHome + "/perchoir/config.toml" }
    var store: String { dataHome + "/perchoir/perchoir.sqlite" }
    var exists: Bool { access(path, F_OK) == 0 }

    private var label: String { path + "/filled" }

    /// Whether it holds what `fill` would write now.
    func isFilled(posts: Int, seed: UInt64) throws -> Bool {
        guard exists, let found = readFile(label) else { return false }
        return found == (try Self.label(posts: posts, seed: seed))
    }

    /// What a store is made of, the format of its file included.
    private static func label(posts: Int, seed: UInt64) throws -> String {
        let trial = StoreFolder(path: try temporaryFolder())
        defer { removeFolder(trial.path) }
        try PostStore.open(at: trial.store, now: World.end).store.close()
        // SQLite's header has the file's format (user_version) from byte 60 on.
        let header = [UInt8](try bytes(of: trial.store, from: 0, count: 64))
        let format = header[60..<64].reduce(0) { $0 << 8 | Int($1) }
        return "posts \(posts), seed \(seed), edition \(World.edition), format \(format)\n"
    }

    static func world(posts: Int, seed: UInt64) -> World {
        World(sources: posts <= 1000 ? 50 : 500, seed: seed, posts: posts)
    }

    /// Into an empty folder.
    func copy(to other: StoreFolder) throws {
        try makeFolders(other.configurationHome + "/perchoir")
        try makeFolders(other.dataHome + "/perchoir")
        try copyFile(configuration, to: other.configuration)
        try copyFile(store, to: other.store)
        let log = "/perchoir/perchoir.sqlite-wal"
        if size(of: dataHome + log) > 0 { try copyFile(dataHome + log, to: other.dataHome + log) }
    }

    /// Fills it under another name first, so that it is there whole or not at all.
    func fill(posts: Int, seed: UInt64) throws {
        let making = StoreFolder(path: path + ".making")
        removeFolder(making.path)
        try making.make(Self.world(posts: posts, seed: seed))
        try write(try Self.label(posts: posts, seed: seed), to: making.label)
        removeFolder(path)
        guard rename(making.path, path) == 0 else { throw Trouble("\(path): \(String(cString: strerror(errno)))") }
    }

    private func make(_ world: World) throws {
        try makeFolders(configurationHome + "/perchoir")
        try write(world.configuration, to: configuration)
        let store = try PostStore.open(at: self.store, now: World.end).store
        try world.adopt(into: store)
        // What arrives is judged at once; nothing is left to be judged again.
        while try !store.judgeNextBatch(now: World.end).isDone {}
        let clock = ContinuousClock()
        let begin = clock.now
        try fill(store, world)
        let writing = clock.now - begin
        let unread = try store.counts().values.reduce(0) { $0 + $1.unread }
        try store.close()
        note(
            "\(world.posts) posts in \(writing.seconds.rounded(2)) s, "
                + "\(Int(Double(world.posts) / max(writing.seconds, 0.001))) a second, "
                + "\(size(of: self.store) / 1024) KiB, \(unread) unread")
    }

    /// Forty pages a transaction. The next are made while the store writes, and no more than these wait: memory does
    /// not grow with the number of posts.
    private func fill(_ store: PostStore, _ world: World) throws {
        let pagesAtOnce = 40
        let rounds = (world.pages + pagesAtOnce - 1) / pagesAtOnce
        let waiting = Mutex<Batch?>(nil)
        let (isMade, isTaken) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        DispatchQueue(label: "pages").async {
            for round in 0..<rounds {
                let first = round * pagesAtOnce
                let batch = Batch(world, first..<min(world.pages, first + pagesAtOnce))
                if round > 0 { isTaken.wait() }
                waiting.withLock { $0 = batch }
                isMade.signal()
            }
        }
        var made = 0
        for round in 0..<rounds {
            isMade.wait()
            let taken = waiting.withLock { waiting -> Batch? in
                defer { waiting = nil }
                return waiting
            }
            isTaken.signal()
            guard let batch = taken else { continue }
            _ = try store.ingest(batch.pages, now: World.end)
            _ = try store.mark(.read, .posts(batch.read), at: World.end)
            if !batch.starred.isEmpty { _ = try store.mark(.star, .posts(batch.starred), at: World.end) }
            made += batch.pages.reduce(0) { $0 + $1.page.items.count }
            if round % 20 == 19 { note("\(made) of \(world.posts)") }
        }
        _ = try store.ingest((0..<world.sources).map(world.nothingNew), now: World.end)
    }
}

/// Pages, and what the reader did with their posts: four in five are read, one in two hundred is starred.
private struct Batch: Sendable {
    var pages: [FetchedPage] = []
    var read: [PostID] = []
    var starred: [PostID] = []

    init(_ world: World, _ numbers: Range<Int>) {
        for number in numbers {
            let page = world.page(number)
            var random = Random(seed: world.seed ^ (UInt64(number) &* 7_919))
            for item in page.page.items {
                if !random.once(in: 5) { read.append(item.post.id) }
                if random.once(in: 200) { starred.append(item.post.id) }
            }
            pages.append(page)
        }
    }
}
