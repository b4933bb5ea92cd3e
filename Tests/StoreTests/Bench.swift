import Glibc
import Store
import Testing
import Text
import TimelineModel

/// A folder of its own that goes when the test ends.
final class TemporaryFolder: Sendable {
    let path: String

    /// In memory where the system has such a place: hundreds of stores are written through, and no test is about disks.
    init() {
        path = TemporaryFolder.made(in: "/dev/shm") ?? TemporaryFolder.made(in: "/tmp") ?? "/tmp"
    }

    private static func made(in parent: String) -> String? {
        var template = Array("\(parent)/perchoir-store-XXXXXX".utf8CString)
        return template.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
        }
    }

    deinit { TemporaryFolder.remove(path) }

    private static func remove(_ path: String) {
        for name in names(in: path) { remove(path + "/" + name) }
        Glibc.remove(path)
    }

    static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    static func read(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let got = fread(&chunk, 1, chunk.count, file)
            if got == 0 { return bytes }
            bytes += chunk[..<got]
        }
    }

    static func write(_ bytes: [UInt8], to path: String) {
        guard let file = fopen(path, "wb") else { return }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }
}

/// A store on a bench: two personas, three feeds; "shared" is in both personas.
struct Bench {
    let folder: TemporaryFolder
    let store: PostStore
    static let start = Timestamp(seconds: 1_793_534_400)

    var path: String { folder.path + "/data/perchoir.sqlite" }

    /// The file of a new store. Making one takes longer than most tests, so each begins with a copy.
    private static let newFile = Result {
        let folder = TemporaryFolder()
        let store = try PostStore.open(at: folder.path + "/new.sqlite", now: start).store
        try store.close()
        return try #require(TemporaryFolder.read(store.path))
    }

    init(filters: [Filter] = [], ownHandles: [SafeText] = []) throws {
        folder = TemporaryFolder()
        let path = folder.path + "/data/perchoir.sqlite"
        try #require(mkdir(folder.path + "/data", 0o700) == 0)
        TemporaryFolder.write(try Bench.newFile.get(), to: path)
        store = try PostStore.open(at: path, now: Bench.start).store
        try adopt(filters: filters, ownHandles: ownHandles)
    }

    /// The same file, opened once more.
    init(reopening bench: Bench) throws {
        folder = bench.folder
        store = try PostStore.open(at: bench.path, now: Bench.start).store
        try adopt()
    }

    /// A feed, or with `#` the hashtag `perchoir` on a server of this name.
    static func address(_ name: String) throws -> SourceAddress {
        if name.hasPrefix("#") {
            return .hashtag("perchoir", server: try #require(Server(name.dropFirst() + ".example.org")))
        }
        return .feed(try #require(WebAddress("https://\(name).example.org/feed.xml")))
    }

    static func source(_ name: String) throws -> SourceID { try address(name).id }

    static let everywhere: [(PersonaID, String)] = [
        ("news", "daily"), ("news", "shared"), ("pro", "trade"), ("pro", "shared"),
    ]

    func adopt(
        _ uses: [(PersonaID, String)] = everywhere, filters: [Filter] = [], ownHandles: [SafeText] = []
    ) throws {
        try store.adopt(
            personas: [Persona(id: "news", key: 1), Persona(id: "pro", key: 2)],
            subscriptions: uses.map { Subscription(persona: $0.0, address: try Bench.address($0.1)) },
            filters: filters, ownHandles: ownHandles, zone: .utc, now: Bench.start)
    }

    static func post(_ name: String, _ text: SafeText = "text", published: Int64? = 0) -> Post {
        Post(
            id: PostID("ap:\(name)"), remoteID: name, network: .mastodon, kind: .post,
            author: Author(name: "Anne", handle: "anne@piaille.fr"), body: RichText(plain: text),
            published: published.map { start.adding(seconds: $0) })
    }

    static func page(_ posts: [Post], older: String? = nil) -> Page {
        var page = Page()
        page.items = posts.map { PageItem(post: $0, sighting: Sighting(entryID: $0.remoteID)) }
        page.older = older
        return page
    }

    @discardableResult
    func ingest(
        _ source: String, _ page: Page, _ stretch: PageRequest.Stretch = .newest, at seconds: Int64 = 0
    ) throws -> IngestReport {
        let now = Bench.start.adding(seconds: seconds)
        return try store.ingest(
            [FetchedPage(source: try Bench.source(source), stretch: stretch, page: page, fetchedAt: now)], now: now)
    }

    /// The source's stream tells that an entry was deleted.
    @discardableResult
    func delete(_ entryID: String, from source: String, at seconds: Int64) throws -> IngestReport {
        try store.ingest(
            [.deleted(entryID: entryID)], of: try Bench.source(source), now: Bench.start.adding(seconds: seconds))
    }

    func entries(
        _ persona: PersonaID, _ filter: PaneFilter = PaneFilter(), _ anchor: WindowRequest.Anchor = .newest,
        limit: Int = 10_000
    ) throws -> [TimelineEntry] {
        try store.window(
            WindowRequest(pane: .persona(persona), filter: filter, anchor: anchor, limit: limit)
        ).entries
    }

    func posts(
        _ persona: PersonaID, _ filter: PaneFilter = PaneFilter()
    ) throws -> [PostSummary] {
        try entries(persona, filter).compactMap { if case .post(let post) = $0 { post } else { nil } }
    }

    func list(
        _ query: Query, persona: PersonaID? = nil, limit: Int = 10_000, now: Timestamp = Bench.start
    ) throws -> [ListedPost] {
        var listed: [ListedPost] = []
        try store.list(query, persona: persona, limit: limit, now: now) { listed.append($0) }
        return listed
    }

    /// Names of the posts of a pane, newest first; a gap is "…".
    func names(_ persona: PersonaID, _ filter: PaneFilter = PaneFilter()) throws -> [String] {
        try entries(persona, filter).map(Bench.name)
    }

    static func name(_ entry: TimelineEntry) -> String {
        switch entry {
        case .post(let post): String(post.id.key.dropFirst(3))
        case .gap: "…"
        }
    }

    func unread(_ persona: PersonaID) throws -> Int { try store.counts()[.persona(persona)]?.unread ?? -1 }

    static func filter(
        _ query: String, _ action: Filter.Action, _ persona: PersonaID = "news", name: SafeText = "rule"
    ) throws -> Filter {
        Filter(persona: persona, name: name, query: try Query(parsing: query), action: action)
    }

    func judgeAll() throws {
        while try !store.judgeNextBatch(limit: 3, now: Bench.start).isDone {}
    }
}
