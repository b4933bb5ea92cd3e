import ArgumentParser
import Glibc
import Store
import Text
import TimelineModel

/// Measures what a reader does with a filled store. Figures are for comparison; nothing passes or fails here.
struct Probe: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures windows, marks, searches of a store that `fill` wrote. Marks are undone again.")

    @Argument(help: "The folder that `fill` wrote.") var folder: String

    func run() throws {
        let path = Fill.storePath(folder)
        var status = stat()
        guard stat(path, &status) == 0 else { throw ValidationError("\(path) is not there: run fill first") }
        print("store                      \(status.st_size / 1024) KiB")
        var opened: PostStore?
        try measure("open and close", rounds: 5) {
            let store = try PostStore.open(at: path, now: World.end).store
            try store.close()
        }
        opened = try PostStore.open(at: path, now: World.end).store
        guard let store = opened else { return }
        let world = World(sources: try sourceCount(), seed: 1, posts: 1)
        try measure("adopt, unchanged", rounds: 3) { try world.adopt(into: store) }
        try windows(store)
        try marks(store)
        try searches(store)
        try measure("health of all sources", rounds: 3) { _ = try store.health(now: World.end) }
        print("memory                     \(peakMemory()) MiB at most")
    }

    private func windows(_ store: PostStore) throws {
        let pane = Pane.persona("news")
        try measure("counts", rounds: 50) { _ = try store.counts() }
        for (name, filter) in [
            ("window 200 newest", PaneFilter()), ("window 200 unread", PaneFilter(unreadOnly: true)),
            ("window 200 with hidden", PaneFilter(includesHidden: true)),
        ] {
            try measure(name, rounds: 50) {
                _ = try store.window(WindowRequest(pane: pane, filter: filter, anchor: .newest))
            }
        }
        var key = EntryKey(sortTime: World.end, tie: 0)
        try measure("window 100, paging down", rounds: 100) {
            let window = try store.window(WindowRequest(pane: pane, anchor: .olderThan(key), limit: 100))
            if let last = window.entries.last { key = last.key }
        }
        try measure("window 200 around a deep one", rounds: 50) {
            _ = try store.window(WindowRequest(pane: pane, anchor: .around(key)))
        }
        try measure("next unread", rounds: 100) { _ = try store.nextUnread(in: pane, from: key, towards: .older) }
        let window = try store.window(WindowRequest(pane: pane, anchor: .newest, limit: 50))
        var posts = window.entries.compactMap { if case .post(let post) = $0 { post.id } else { nil } }[...]
        try measure("post", rounds: posts.count) {
            if let id = posts.popFirst() { _ = try store.post(id) }
        }
    }

    private func marks(_ store: PostStore) throws {
        let pane = Pane.persona("news")
        let window = try store.window(
            WindowRequest(pane: pane, filter: PaneFilter(unreadOnly: true), anchor: .newest, limit: 50))
        var posts = window.entries.compactMap { if case .post(let post) = $0 { post.id } else { nil } }[...]
        let rounds = posts.count
        try measure("mark one read", rounds: rounds) {
            if let id = posts.popFirst() { _ = try store.mark(.read, .posts([id]), at: World.end) }
        }
        try measure("undo one", rounds: rounds) { _ = try store.undo(at: World.end) }
        var changed = 0
        try measure("mark the pane read", rounds: 1) {
            changed = try store.mark(.read, .pane(pane, PaneFilter()), at: World.end).changed
        }
        print("                           \(changed) posts")
        try measure("undo the pane", rounds: 1) { _ = try store.undo(at: World.end) }
    }

    private func searches(_ store: PostStore) throws {
        for text in [
            "gouvernement", "rare7", "rare77 OR rare78", "\"réforme président\"", "grève climat -sport", "retrait*",
            "ニュース", "from:user3", "is:starred", "language:zh has:image", "words:>700", "introuvable",
        ] {
            let query = try Query(parsing: text)
            var found = 0
            try measure("search \(text)", rounds: 3) {
                found = try store.search(query, in: .persona("news"), now: World.end, limit: 50).count
            }
            print("                           \(found) found")
        }
    }

    private func measure(_ name: String, rounds: Int, _ body: () throws -> Void) throws {
        guard rounds > 0 else { return }
        let clock = ContinuousClock()
        var times: [Double] = []
        for _ in 0..<rounds {
            let begin = clock.now
            try body()
            times.append((clock.now - begin).milliseconds)
        }
        times.sort()
        let padded = name + String(repeating: " ", count: max(1, 27 - name.count))
        func shown(_ time: Double) -> String {
            "\(Int(time * 1000) / 1000).\(String(1000 + Int(time * 1000) % 1000).dropFirst()) ms"
        }
        print("\(padded)p50 \(shown(times[times.count / 2]))   max \(shown(times[times.count - 1]))   of \(rounds)")
    }

    private func sourceCount() throws -> Int {
        guard let file = fopen(folder + "/config/perchoir/config.toml", "r") else { return 500 }
        defer { fclose(file) }
        var count = 0
        var line = [CChar](repeating: 0, count: 1024)
        while fgets(&line, Int32(line.count), file) != nil {
            if line.starts(with: "[[source]]".utf8.map { CChar($0) }) { count += 1 }
        }
        return count
    }

    private func peakMemory() -> Int {
        var usage = rusage()
        getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
        return Int(usage.ru_maxrss) / 1024
    }
}
