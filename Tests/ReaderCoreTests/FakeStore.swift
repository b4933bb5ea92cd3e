import ReaderCore
import Text
import TimelineModel

/// A store in memory that answers effects at once, as the docstrings of `Effect`, `WindowRequest` and `MarkScope` say.
struct FakeStore {
    /// By persona, newest first.
    var timelines: [PersonaID: [TimelineEntry]] = [:]
    var details: [PostID: PostDetail] = [:]
    var positions: [PersonaID: EntryKey] = [:]
    var seenNewest: [PersonaID: EntryKey] = [:]
    /// Which source carried a post, for narrowing.
    var carriers: [PostID: SourceID] = [:]
    var health: [SourceHealth] = []
    var failsToMark = false
    /// What servers answer; what is not here is never answered.
    var visits: [Visit.Request: Visit.Answer] = [:]
    private(set) var requests: [Effect] = []
    /// Marks of posts that are in no timeline.
    private var waitingMarks: [PostID: Set<MarkChange>] = [:]
    private var done: [Step] = []
    private var undone: [Step] = []
    private var arrivals: [PostID: Int64] = [:]
    private var lastArrival: Int64 { arrivals.values.max() ?? 0 }

    private struct Step {
        var ids: [PostID]
        var change: MarkChange
    }

    mutating func add(_ entries: [TimelineEntry], to persona: PersonaID) {
        timelines[persona] = ((timelines[persona] ?? []) + entries).sorted(by: Self.isAbove)
        for id in entries.compactMap(Self.id) where arrivals[id] == nil { arrivals[id] = lastArrival + 1 }
    }

    mutating func remove(_ id: PostID, from persona: PersonaID) {
        timelines[persona]?.removeAll { Self.id($0) == id }
    }

    /// The same without the posts and sources of a persona.
    func without(_ persona: PersonaID) -> FakeStore {
        var store = self
        store.timelines[persona] = []
        store.health.removeAll { $0.personas == [persona] }
        return store
    }

    static func isAbove(_ left: TimelineEntry, _ right: TimelineEntry) -> Bool {
        left.key > right.key
    }

    private static func id(_ entry: TimelineEntry) -> PostID? {
        if case .post(let post) = entry { post.id } else { nil }
    }

    // MARK: Answers

    mutating func answer(_ effect: Effect) -> [Message] {
        requests.append(effect)
        switch effect {
        case .loadWindow(let request, let generation):
            return [.windowLoaded(request.pane, window(request), generation: generation)]
        case .loadPost(let id): return [.postLoaded(id, detail(id))]
        case .mark(let change, let scope): return mark(change, scope)
        case .undoMark:
            guard let step = done.popLast() else { return [.nothingToUndo] }
            undone.append(step)
            let change = Self.opposite(step.change)
            set(change, step.ids)
            return [.marked(outcome(change, step.ids), .undo)]
        case .redoMark:
            guard let step = undone.popLast() else { return [.nothingToRedo] }
            done.append(step)
            set(step.change, step.ids)
            return [.marked(outcome(step.change, step.ids), .redo)]
        case .findUnread(let pane, let filter, let key, let direction, let generation):
            return [.unreadFound(pane, unread(pane, filter, key, direction), generation: generation)]
        case .search(let pane, let filter, let query, let generation):
            let keys = entries(pane, filter).compactMap { entry -> EntryKey? in
                guard case .post(let post) = entry else { return nil }
                let texts = [post.title ?? "", post.excerpt]
                return texts.allSatisfy { query.highlights(in: $0).isEmpty } ? nil : post.key
            }
            return [.searched(pane, keys, isComplete: true, generation: generation)]
        case .savePosition(.persona(let persona), let key, _, let seen):
            seenNewest[persona] = seen
            positions[persona] = key
            return []
        case .saveSeen(.persona(let persona), let newest):
            seenNewest[persona] = newest
            return []
        case .visit(let request, let generation):
            return visits[request].map { [.visitAnswered($0, generation: generation)] } ?? []
        case .loadHealth: return [.healthLoaded(health)]
        default: return []
        }
    }

    func entries(_ pane: Pane, _ filter: PaneFilter) -> [TimelineEntry] {
        guard case .persona(let persona) = pane else { return [] }
        return (timelines[persona] ?? []).filter { entry in
            guard case .post(let post) = entry else { return filter.source == nil && !filter.unreadOnly }
            if post.verdict.kind == .hidden, !filter.includesHidden { return false }
            if filter.unreadOnly, post.isRead { return false }
            return filter.source == nil || carriers[post.id] == filter.source
        }
    }

    func window(_ request: WindowRequest) -> TimelineWindow {
        let all = entries(request.pane, request.filter)
        guard case .persona(let persona) = request.pane else {
            return TimelineWindow(entries: [], reachesNewest: true, reachesOldest: true)
        }
        let position = request.anchor == .position ? positions[persona] : nil
        let range: Range<Int>
        switch request.anchor {
        case .newest: range = 0..<min(request.limit, all.count)
        case .oldest: range = max(0, all.count - request.limit)..<all.count
        case .olderThan(let key):
            let start = all.firstIndex { $0.key < key } ?? all.count
            range = start..<min(all.count, start + request.limit)
        case .newerThan(let key):
            let end = all.firstIndex { $0.key <= key } ?? all.count
            range = max(0, end - request.limit)..<end
        case .around(let key): range = Self.around(key, all, request.limit)
        case .position:
            range = position.map { Self.around($0, all, request.limit) } ?? 0..<min(request.limit, all.count)
        }
        let seen = [request.seenNewest, position, position.flatMap { _ in seenNewest[persona] }].compactMap(\.self)
            .max()
        return TimelineWindow(
            entries: Array(all[range]), reachesNewest: range.lowerBound == 0,
            reachesOldest: range.upperBound == all.count, position: position, seenNewest: seen,
            unreadBeyond: all[..<range.lowerBound].count { entry in
                guard case .post(let post) = entry, let seen else { return false }
                return !post.isRead && post.verdict.kind != .hidden && post.key > seen
            }, arrivals: ArrivalPoint(number: lastArrival))
    }

    private static func around(_ key: EntryKey, _ all: [TimelineEntry], _ limit: Int) -> Range<Int> {
        let middle = all.firstIndex { $0.key <= key } ?? all.count
        return max(0, middle - limit / 2)..<min(all.count, middle + limit / 2)
    }

    func detail(_ id: PostID) -> PostDetail? {
        guard let post = summary(id) else { return nil }
        if var detail = details[id] {
            detail.isRead = post.isRead
            detail.isStarred = post.isStarred
            return detail
        }
        var whole = Post(
            id: id, remoteID: id.key, network: .mastodon, kind: post.kind,
            author: Author(name: post.authorName, handle: post.authorHandle), title: post.title,
            body: RichText(plain: post.excerpt), contentWarning: post.contentWarning)
        whole.published = post.published ?? post.key.sortTime
        return PostDetail(post: whole, firstSeen: post.key.sortTime, isRead: post.isRead, isStarred: post.isStarred)
    }

    private func summary(_ id: PostID) -> PostSummary? {
        for entries in timelines.values {
            for case .post(let post) in entries where post.id == id { return post }
        }
        return nil
    }

    private func unread(
        _ pane: Pane, _ filter: PaneFilter, _ key: EntryKey?, _ direction: TimeDirection
    ) -> EntryKey? {
        var keys = entries(pane, filter).compactMap { entry -> EntryKey? in
            if case .post(let post) = entry, !post.isRead { post.key } else { nil }
        }
        if direction == .newer { keys.reverse() }
        guard let key else { return keys.first }
        return keys.first { direction == .older ? $0 < key : $0 > key } ?? keys.first
    }

    // MARK: Marks

    func counts(_ persona: PersonaID) -> PaneCounts {
        var counts = PaneCounts()
        for case .post(let post) in timelines[persona] ?? [] {
            if post.verdict.kind == .hidden {
                counts.hidden += 1
            } else {
                counts.total += 1
                if !post.isRead { counts.unread += 1 }
            }
        }
        return counts
    }

    var allCounts: [Pane: PaneCounts] {
        Dictionary(uniqueKeysWithValues: timelines.keys.map { (Pane.persona($0), counts($0)) })
    }

    private mutating func mark(_ change: MarkChange, _ scope: MarkScope) -> [Message] {
        if failsToMark { return [.markFailed("The disk is full", change, scope)] }
        let ids = posts(scope).filter { has($0, Self.opposite(change)) }
        set(change, ids)
        if !ids.isEmpty {
            done.append(Step(ids: ids, change: change))
            undone = []
        }
        return [.marked(outcome(change, ids), .mark)]
    }

    private func posts(_ scope: MarkScope) -> [PostID] {
        func ids(
            _ pane: Pane, _ filter: PaneFilter, _ point: ArrivalPoint?, _ takes: (EntryKey) -> Bool
        ) -> [PostID] {
            var filter = filter
            filter.includesHidden = false
            return entries(pane, filter).filter { takes($0.key) }.compactMap(Self.id)
                .filter { (arrivals[$0] ?? 0) <= point?.number ?? .max }
        }
        switch scope {
        case .posts(let ids): return ids
        case .newerThan(let key, let newest, let pane, let filter, let point, let unseen):
            return ids(pane, filter, point) { $0 > key && $0 <= newest ?? $0 }.filter { !unseen.contains($0) }
        case .olderThan(let key, let pane, let filter, let point, let unseen):
            return ids(pane, filter, point) { $0 < key }.filter { !unseen.contains($0) }
        case .pane(let pane, let filter, let point): return ids(pane, filter, point) { _ in true }
        case .source(let source, let persona, let point):
            return ids(.persona(persona), PaneFilter(source: source), point) { _ in true }
        }
    }

    private static func opposite(_ change: MarkChange) -> MarkChange {
        switch change {
        case .read: .unread
        case .unread: .read
        case .star: .unstar
        case .unstar: .star
        }
    }

    private func has(_ id: PostID, _ state: MarkChange) -> Bool {
        guard let post = summary(id) else { return false }
        return switch state {
        case .read: post.isRead
        case .unread: !post.isRead
        case .star: post.isStarred
        case .unstar: !post.isStarred
        }
    }

    private mutating func set(_ change: MarkChange, _ ids: [PostID]) {
        for id in ids {
            if change == .read || change == .star {
                waitingMarks[id, default: []].insert(change)
            } else {
                waitingMarks[id]?.remove(Self.opposite(change))
            }
        }
        let ids = Set(ids)
        for (persona, entries) in timelines {
            timelines[persona] = entries.map { entry in
                guard case .post(var post) = entry, ids.contains(post.id) else { return entry }
                switch change {
                case .read: post.isRead = true
                case .unread: post.isRead = false
                case .star: post.isStarred = true
                case .unstar: post.isStarred = false
                }
                return .post(post)
            }
        }
    }

    private func outcome(_ change: MarkChange, _ ids: [PostID]) -> MarkOutcome {
        MarkOutcome(changed: ids.count, posts: ids.count > 1000 ? nil : ids, change: change, counts: allCounts)
    }
}
