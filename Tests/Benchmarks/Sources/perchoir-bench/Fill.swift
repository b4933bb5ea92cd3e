import ArgumentParser
import Glibc
import Store
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

    static func storePath(_ folder: String) -> String { folder + "/data/perchoir/perchoir.sqlite" }

    func run() throws {
        guard posts > 0 else { throw ValidationError("--posts must be 1 or more") }
        let path = Fill.storePath(out)
        guard access(path, F_OK) != 0 else { throw ValidationError("\(path) is there already") }
        let world = World(sources: posts <= 1000 ? 50 : 500, seed: seed, posts: posts)
        try writeConfiguration(world)
        let store = try PostStore.open(at: path, now: World.end).store
        try world.adopt(into: store)
        let clock = ContinuousClock()
        let begin = clock.now
        try fill(store, world)
        let writing = clock.now - begin
        let unread = try store.counts().values.reduce(0) { $0 + $1.unread }
        let size = try sizeAfterClosing(store, path)
        note(
            "\(posts) posts in \(writing.inSeconds) s, \(Int(Double(posts) / max(writing.seconds, 0.001))) a second, "
                + "\(size / 1024) KiB, \(unread) unread")
    }

    /// Pages of twenty, forty pages a transaction: memory does not grow with the number of posts.
    private func fill(_ store: PostStore, _ world: World) throws {
        var random = Random(seed: seed)
        var made = 0
        var batch: [FetchedPage] = []
        var toRead: [PostID] = []
        while made < posts {
            let count = min(20, posts - made)
            let page = world.page(from: made, count: count, &random)
            for item in page.page.items where !random.once(in: 5) { toRead.append(item.post.id) }
            batch.append(page)
            made += count
            if batch.count == 40 || made == posts {
                _ = try store.ingest(batch, now: World.end)
                _ = try store.mark(.read, .posts(toRead), at: World.end)
                batch = []
                toRead = []
                if made % 16_000 == 0 { note("\(made) of \(posts)") }
            }
        }
    }

    private func sizeAfterClosing(_ store: PostStore, _ path: String) throws -> Int {
        try store.close()
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    private func writeConfiguration(_ world: World) throws {
        let folder = out + "/config/perchoir"
        var made = ""
        for part in folder.split(separator: "/", omittingEmptySubsequences: false) {
            made += made.isEmpty && part.isEmpty ? "/" : (made.hasSuffix("/") || made.isEmpty ? "" : "/") + part
            if !made.isEmpty { mkdir(made, 0o700) }
        }
        let path = folder + "/config.toml"
        guard let file = fopen(path, "w") else {
            throw ValidationError("cannot write \(path): \(String(cString: strerror(errno)))")
        }
        defer { fclose(file) }
        fputs(world.configuration, file)
    }
}

/// Progress and results for people go to standard error.
func note(_ text: String) {
    let line = Array((text + "\n").utf8)
    _ = write(STDERR_FILENO, line, line.count)
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
    var milliseconds: Double { seconds * 1000 }
    var inSeconds: String {
        String(Int(seconds * 100) / 100) + "." + String(100 + Int(seconds * 100) % 100).dropFirst()
    }
}
