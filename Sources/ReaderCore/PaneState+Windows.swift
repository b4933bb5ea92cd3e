import TimelineModel

/// How an answered window becomes part of what a pane has loaded.
extension PaneState {
    /// A place as it is among the entries: itself, its post at another time, or what is nearest below it.
    func settled(_ place: Place?) -> Place? {
        guard let place, let nearest = index(of: place) else { return nil }
        let found = Place(entries[nearest])
        if found != place, let id = place.id, let moved = index(of: id) { return Place(entries[moved]) }
        return found
    }

    func screenOrder(_ window: TimelineWindow) -> [TimelineEntry] {
        persona.order == .newest ? window.entries : window.entries.reversed()
    }

    /// - Parameter shown: the places on the screen between which nothing new may come; empty lets everything come.
    mutating func replaceEntries(by window: TimelineWindow, holdingBackBetween shown: [Place]) {
        let old = entries
        entries = screenOrder(window)
        heldBack = []
        if let first = shown.first, let last = shown.last { holdBack(from: first.key, to: last.key, shown, old) }
        reachesNewest = window.reachesNewest
        reachesOldest = window.reachesOldest
        unreadBeyond = window.unreadBeyond
        if filter.unreadOnly { keepRead(old) }
    }

    private mutating func holdBack(from first: EntryKey, to last: EntryKey, _ shown: [Place], _ old: [TimelineEntry]) {
        // A gap that is gone or smaller was filled, and the reader asked for what filled it.
        let wasFilled = old.contains { entry in
            if case .gap(let gap) = entry { shown.contains(Place(entry)) && !hasHole(of: gap) } else { false }
        }
        if wasFilled { return }
        let known = Set(old.map { Place($0).id })
        let places = Self.placesOfPosts(old)
        var held: [PostID] = []
        entries = entries.filter { entry in
            guard case .post(let post) = entry, !known.contains(post.id), !places.contains(post.key),
                stands(first, above: post.key),
                stands(post.key, above: last)
            else { return true }
            if !post.isRead { held.append(post.id) }
            return false
        }
        heldBack = held
    }

    /// A post that was renamed stands where it stood.
    private static func placesOfPosts(_ entries: [TimelineEntry]) -> Set<EntryKey> {
        Set(entries.compactMap { if case .post(let post) = $0 { post.key } else { nil } })
    }

    func hasHole(of gap: Gap) -> Bool {
        entries.contains { if case .gap(let other) = $0 { other.isSameHole(as: gap) } else { false } }
    }

    /// What was read while only unread posts are shown stays where it is until the reader asks anew: nothing may
    /// vanish under his eyes.
    private mutating func keepRead(_ old: [TimelineEntry]) {
        // By its identity: what came again stands elsewhere.
        let present = Set(entries.compactMap { Place($0).id })
        let places = Self.placesOfPosts(entries)
        let upper = reachesTop ? nil : entries.first?.key
        let lower = reachesBottom ? nil : entries.last?.key
        let kept = old.filter { entry in
            guard case .post(let post) = entry, post.isRead, !present.contains(post.id), !places.contains(post.key)
            else { return false }
            if let upper, stands(entry.key, above: upper) { return false }
            if let lower, stands(lower, above: entry.key) { return false }
            return true
        }
        var merged: [TimelineEntry] = []
        merged.reserveCapacity(entries.count + kept.count)
        var next = 0
        for entry in entries {
            while next < kept.count, stands(kept[next].key, above: entry.key) {
                merged.append(kept[next])
                next += 1
            }
            merged.append(entry)
        }
        entries = merged + kept[next...]
    }

    mutating func extend(by window: TimelineWindow, _ direction: TimeDirection, keeping limit: Int) {
        let known = Set(entries.map(Place.init))
        let more = screenOrder(window).filter { !known.contains(Place($0)) }
        if direction == downwards {
            entries += more
            let surplus = entries.count - limit
            if surplus > 0 {
                let edge = entries[surplus - 1].key
                forget(0..<(entries.firstIndex { stands(edge, above: $0.key) } ?? entries.count))
                if persona.order == .newest { reachesNewest = false } else { reachesOldest = false }
            }
        } else {
            entries = more + entries
            let surplus = entries.count - limit
            if surplus > 0 {
                let edge = entries[limit].key
                forget((entries.firstIndex { !stands($0.key, above: edge) } ?? entries.count)..<entries.count)
                if persona.order == .newest { reachesOldest = false } else { reachesNewest = false }
            }
        }
        // Nothing more came, so nothing more is there; else it would be asked for again and again.
        switch direction {
        case .older: reachesOldest = window.reachesOldest || more.isEmpty
        case .newer:
            reachesNewest = window.reachesNewest || more.isEmpty
            unreadBeyond = window.unreadBeyond
        }
    }

    /// Lets go of entries at an end; what is new among them lies beyond from now on.
    private mutating func forget(_ range: Range<Int>) {
        unreadBeyond += entries[range].count { $0.isNew(since: seenNewest) }
        entries.removeSubrange(range)
    }
}

extension TimelineWindow {
    /// Without what stands on an edge behind which more follows: entries may have one key, and those that were cut off
    /// would not come with the next window. What continues the loaded entries has only one such edge.
    func withoutSeams(for use: PaneState.Awaited.Use) -> TimelineWindow {
        var window = self
        guard let first = entries.first?.key, let last = entries.last?.key, first != last else { return window }
        if !reachesNewest, use != .extend(.older) {
            while let entry = window.entries.first, entry.key == first {
                window.entries.removeFirst()
                if entry.isNew(since: seenNewest) { window.unreadBeyond += 1 }
            }
        }
        if !reachesOldest, use != .extend(.newer), window.entries.first?.key != last {
            while window.entries.last?.key == last { window.entries.removeLast() }
        }
        return window
    }
}
