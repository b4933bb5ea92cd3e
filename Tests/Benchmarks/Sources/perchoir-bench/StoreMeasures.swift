import Store
import Text
import TimelineModel

/// What the reader asks of the store, each as the program asks it. Everything happens on a copy.
struct StoreMeasures {
    let store: PostStore
    let world: World
    private let pane = Pane.persona("news")

    init(_ store: PostStore, _ world: World) {
        self.store = store
        self.world = world
    }

    private func figure(_ name: String, _ values: [Double], remark: String? = nil) -> Figure {
        Figure(name, "ms", posts: world.posts, values, remark: remark)
    }

    func reading() throws -> [Figure] {
        var figures: [Figure] = []
        figures.append(figure("store counts", try milliseconds(rounds: 300) { _ = try store.counts() }))
        figures.append(
            figure(
                "store window",
                try milliseconds(rounds: 200) { _ = try store.window(WindowRequest(pane: pane, anchor: .newest)) }))
        var key = EntryKey(sortTime: World.end, tie: 0)
        figures.append(
            figure(
                "store window, paging",
                try milliseconds(rounds: 200) {
                    let window = try store.window(WindowRequest(pane: pane, anchor: .olderThan(key), limit: 100))
                    if let last = window.entries.last { key = last.key }
                }))
        figures.append(
            figure(
                "store window, deep",
                try milliseconds(rounds: 200) { _ = try store.window(WindowRequest(pane: pane, anchor: .around(key))) }
            ))
        figures.append(
            figure(
                "store window, unread",
                try milliseconds(rounds: 200) {
                    let filter = PaneFilter(unreadOnly: true)
                    _ = try store.window(WindowRequest(pane: pane, filter: filter, anchor: .newest))
                }))
        figures.append(
            figure(
                "store next unread",
                try milliseconds(rounds: 300) { _ = try store.nextUnread(in: pane, from: key, towards: .older) }))
        var ids = try posts(300)[...]
        figures.append(
            figure(
                "store post",
                try milliseconds(rounds: ids.count) { if let id = ids.popFirst() { _ = try store.post(id) } }))
        figures.append(
            figure("store health", try milliseconds(rounds: 5) { _ = try store.health(now: World.end) }))
        return figures
    }

    private func posts(_ count: Int, unreadOnly: Bool = false) throws -> [PostID] {
        let filter = PaneFilter(unreadOnly: unreadOnly)
        let request = WindowRequest(pane: pane, filter: filter, anchor: .newest, limit: count)
        return try store.window(request).entries.compactMap { if case .post(let post) = $0 { post.id } else { nil } }
    }

    // MARK: Searching

    /// A first screen of hits, as the reader finds it useful; the program itself asks for all up to ten thousand.
    func searching() throws -> [Figure] {
        let queries = [
            ("rare", "rare77"), ("rare, none", "introuvable"), ("common", "gouvernement"),
            ("phrase", "\"le la\""), ("phrase, rare", "\"réforme président\""), ("accents", "elysee"),
            ("prefix", "retrait*"), ("without spaces", "ニュース"),
            ("two words", "grève climat -sport"), ("author", "from:user3"), ("starred", "is:starred"),
            ("fields", "language:zh has:image"),
        ]
        var figures: [Figure] = []
        for (name, text) in queries {
            let query = try Query(parsing: text)
            var found = 0
            let values = try measured(upTo: 40) {
                found = try store.search(query, in: pane, now: World.end, limit: 50).count
            }
            figures.append(figure("store search \(name)", values, remark: "\(text): \(found) of 50"))
        }
        let query = try Query(parsing: "gouvernement")
        var found = 0
        let values = try measured(upTo: 10) {
            found = try store.search(query, in: pane, now: World.end, limit: 10_000).count
        }
        figures.append(figure("store search all common", values, remark: "\(found) of 10000"))
        return figures
    }

    /// As many rounds as two seconds hold, at least one.
    private func measured(upTo rounds: Int, _ body: () throws -> Void) throws -> [Double] {
        var values: [Double] = []
        repeat { values.append(try milliseconds(body)) } while values.count < rounds && values.reduce(0, +) < 2000
        return values
    }

    // MARK: Marking

    func marking() throws -> [Figure] {
        var figures: [Figure] = []
        var unread = try posts(100, unreadOnly: true)[...]
        let rounds = unread.count
        figures.append(
            figure(
                "store mark",
                try milliseconds(rounds: rounds) {
                    if let id = unread.popFirst() { _ = try store.mark(.read, .posts([id]), at: World.end) }
                }))
        figures.append(
            figure("store undo", try milliseconds(rounds: rounds) { _ = try store.undo(at: World.end) }))
        // Unread once more, so that there is something to mark: the whole pane.
        _ = try store.mark(.unread, .pane(pane, PaneFilter()), at: World.end)
        var changed = 0
        let marking = try milliseconds {
            changed = try store.mark(.read, .pane(pane, PaneFilter()), at: World.end).changed
        }
        figures.append(figure("store mark pane", [marking], remark: "\(changed) posts"))
        figures.append(
            figure(
                "store undo pane", [try milliseconds { _ = try store.undo(at: World.end) }], remark: "\(changed) posts")
        )
        _ = try store.undo(at: World.end)
        return figures
    }

    // MARK: Writing

    /// New posts into the store as it is, twenty a page and forty pages a transaction, with the full-text index.
    func ingesting() throws -> [Figure] {
        let more = World(sources: world.sources, seed: world.seed &+ 99, posts: world.posts)
        var values: [Double] = []
        var single: [Double] = []
        for round in 0..<4 {
            let pages = (round * 40..<(round + 1) * 40).map { renamed(more.page($0 % more.pages), round: round) }
            let count = pages.reduce(0) { $0 + $1.page.items.count }
            let time = try milliseconds { _ = try store.ingest(pages, now: World.end) }
            values.append(Double(count) / time * 1000)
        }
        for round in 4..<24 {
            let page = renamed(more.page(round % more.pages), round: round)
            single.append(try milliseconds { _ = try store.ingest([page], now: World.end) })
        }
        return [
            Figure("ingest", "posts/s", posts: world.posts, values, remark: "800 posts a transaction"),
            Figure("ingest one page", "ms", posts: world.posts, single, remark: "20 posts"),
        ]
    }

    /// The same page as a new one.
    private func renamed(_ page: FetchedPage, round: Int) -> FetchedPage {
        var page = page
        for index in page.page.items.indices {
            let number = "\(round)/\(index)/\(page.page.items[index].post.id.key)"
            page.page.items[index].post.id = .feedEntry(feed: page.source, key: number)
            page.page.items[index].post.remoteID = number
            page.page.items[index].sighting.entryID = number
        }
        return page
    }

    /// A new filter in the largest pane: how many stored posts a second are judged again.
    func judging() throws -> [Figure] {
        let query = try Query(parsing: "scandale OR \"mise à jour\"")
        let filter = Filter(persona: "news", name: "new", query: query, action: .fold)
        try world.adopt(into: store, more: [filter])
        var judged = 0
        var isDone = false
        let time = try milliseconds {
            let clock = ContinuousClock()
            let begin = clock.now
            while !isDone, (clock.now - begin).seconds < 8 {
                let progress = try store.judgeNextBatch(limit: 500, now: World.end)
                judged += progress.judged
                isDone = progress.isDone
            }
        }
        let remark = isDone ? "all \(judged) of the pane" : "the first \(judged) of the pane in 8 s"
        return [Figure("judging again", "posts/s", posts: world.posts, [Double(judged) / time * 1000], remark: remark)]
    }
}
