import Cells
import Text
import TimelineModel

/// Moving in a list and from pane to pane.
extension State {
    /// Puts the selection of the focused pane on a loaded entry.
    mutating func select(_ index: Int) -> [Effect] {
        guard panes.indices.contains(focus), panes[focus].entries.indices.contains(index) else { return [] }
        let place = PaneState.Place(panes[focus].entries[index])
        unreadWish = nil
        panes[focus].isFilling = false
        let overtaken = overtakeJump(focus)
        guard place != panes[focus].selection else { return overtaken + fill(focus) }
        if let before = panes[focus].selectedIndex { panes[focus].comesFromBelow = index < before }
        panes[focus].selection = place
        return overtaken + fill(focus) + showText()
    }

    /// Moves by entries; at the end of what exists says so.
    mutating func move(by step: Int) -> [Effect] {
        guard let pane = focused, let selected = pane.selectedIndex else { return [] }
        let target = min(max(0, selected + step), pane.entries.count - 1)
        guard target != selected else {
            if step > 0, pane.reachesBottom { return answer("Last post") }
            if step < 0, pane.reachesTop { return answer("First post") }
            return fill(focus)
        }
        var effects: [Effect] = []
        if step > 0, options.markRead == .pass { effects += markPassed(selected..<target) }
        return effects + select(target)
    }

    /// Moves by rows of the list; a long entry is paged before another one is reached.
    mutating func page(rows: Int) -> [Effect] {
        guard let pane = focused, let selected = pane.selectedIndex, let scroll = scroll(of: focus) else { return [] }
        if let top = scroll.top(paging: selected, by: rows) {
            panes[focus].put(top)
            return []
        }
        let target = scroll.index(from: selected, rows: rows)
        if target == selected { return move(by: rows.signum()) }
        var effects: [Effect] = []
        if rows > 0, options.markRead == .pass { effects += markPassed(selected..<target) }
        return effects + select(target)
    }

    mutating func goToTop() -> [Effect] {
        guard let pane = focused else { return [] }
        if pane.reachesTop { return select(0) + release(focus) }
        return load(focus, pane.persona.order == .newest ? .newest : .oldest, landing: .top)
    }

    mutating func goToBottom() -> [Effect] {
        guard let pane = focused else { return [] }
        if pane.reachesBottom { return select(pane.entries.count - 1) + release(focus) }
        return load(focus, pane.persona.order == .newest ? .oldest : .newest, landing: .bottom)
    }

    /// Goes to an entry by its key, loaded or not.
    mutating func go(to key: EntryKey) -> [Effect] {
        guard let pane = focused else { return [] }
        if let index = pane.indexOfPost(at: key), pane.entries[index].key == key { return select(index) }
        return load(focus, .around(key), landing: .at(key))
    }

    /// A jump of the focused pane waits for the store.
    var isJumping: Bool {
        if unreadWish != nil { return true }
        guard case .replace(.at)? = focused?.awaited?.use else { return false }
        return true
    }

    // MARK: Unread

    /// Leaves the selected post for the next unread one.
    mutating func goOnToNextUnread() -> [Effect] {
        var effects: [Effect] = []
        if options.markRead == .pass, let selected = focused?.selectedIndex {
            effects += markPassed(selected..<selected + 1)
        }
        return effects + goToNextUnread(downwards: true)
    }

    /// The next unread post of the pane, at its end from the other end on; downwards then of the next panes.
    mutating func goToNextUnread(downwards: Bool) -> [Effect] {
        guard let pane = focused else { return [] }
        if let index = pane.loadedUnread(downwards: downwards) { return select(index) }
        let others = downwards ? panes.indices.dropFirst().map { panes[(focus + $0) % panes.count].pane } : []
        if pane.counts.unread == 0, !pane.filter.includesHidden { return goToUnread(ofPanes: others) }
        return findUnread(from: pane.selection?.key, downwards: downwards, panesLeft: others)
    }

    private mutating func findUnread(from key: EntryKey?, downwards: Bool, panesLeft: [Pane]) -> [Effect] {
        guard let pane = focused else { return [] }
        let direction: TimeDirection = downwards == (pane.downwards == .older) ? .older : .newer
        let wish = UnreadWish(pane: pane.pane, generation: nextGeneration(), panesLeft: panesLeft)
        unreadWish = wish
        return [.findUnread(pane.pane, pane.filter, from: key, direction: direction, generation: wish.generation)]
    }

    mutating func landUnread(_ pane: Pane, _ key: EntryKey?, _ generation: Int) -> [Effect] {
        guard let wish = unreadWish, wish.pane == pane, wish.generation == generation, focused?.pane == pane else {
            return []
        }
        unreadWish = nil
        guard let key else { return goToUnread(ofPanes: wish.panesLeft) }
        return go(to: key)
    }

    /// The first of some panes that has unread posts, each tried once; "All read" when there is none.
    private mutating func goToUnread(ofPanes panes: [Pane]) -> [Effect] {
        for (number, pane) in panes.enumerated() {
            guard let index = index(of: pane), self.panes[index].counts.unread > 0 else { continue }
            var effects = focusPane(index)
            if let selected = focused?.selectedPost, !selected.isRead { return effects }
            if let index = focused?.loadedUnread(downwards: true) {
                effects += select(index)
            } else {
                effects += findUnread(
                    from: focused?.selection?.key, downwards: true, panesLeft: Array(panes[(number + 1)...]))
            }
            return effects
        }
        guard hasSources else { return answer(noSourceYet) }
        if let unread = focused?.counts.unread, unread > 0 { return answer("No other unread post here") }
        let hasGap = self.panes.contains { $0.entries.contains { if case .gap = $0 { true } else { false } } }
        return answer(hasGap ? "All read but a gap · \(keyName(.open)) on its line loads it" : "All read." + nextCheck)
    }

    // MARK: Panes

    mutating func focusPane(_ index: Int) -> [Effect] {
        guard panes.indices.contains(index), index != focus else { return [] }
        let left = keepPlace()
        focus = index
        unreadWish = nil
        showSelection(of: index)
        noteSeen(index)
        let saved = left + [.saveLayout(layout, focus: panes[index].persona.id)]
        return saved + release(index) + fill(index) + showText()
    }

    mutating func focusPersona(_ number: Int) -> [Effect] {
        guard let index = panes.firstIndex(where: { $0.persona.key == number }) else {
            return answer("No persona has the key \(number)")
        }
        return focusPane(index)
    }

    mutating func focusNeighbour(_ step: Int) -> [Effect] {
        guard panes.count > 1 else { return [] }
        return focusPane((focus + step + panes.count) % panes.count)
    }

    // MARK: Mouse

    /// Clicking selects and focuses; it never marks.
    mutating func click(_ point: Point) -> [Effect] {
        guard prompt == nil else { return [] }
        if !overlays.isEmpty { return clickInOverlay(point) }
        guard hasSources else { return [] }
        if !visits.isEmpty { return clickInVisit(point) }
        let plan = self.plan
        for place in plan.panes where place.list.contains(point) || place.rule.contains(point) {
            var effects = focusPane(place.index)
            layout.focusesPost = false
            guard let scroll = scroll(of: place.index, plan) else { return effects }
            let row = point.y - place.list.y
            if let hit = scroll.index(onRow: row) { effects += select(hit) }
            return effects
        }
        if let text = plan.text, text.contains(point) { layout.focusesPost = true }
        if plan.header.contains(point), let index = HeaderView.pane(atColumn: point.x, self) { return focusPane(index) }
        return []
    }

    /// The wheel scrolls what is under it; it never marks.
    mutating func wheel(_ rows: Int, at point: Point) -> [Effect] {
        if !overlays.isEmpty { return moveOverlay(by: rows) }
        if !visits.isEmpty { return wheelInVisit(rows, at: point) }
        guard hasSources else { return [] }
        let plan = self.plan
        if let text = plan.text, text.contains(point) {
            return scrollText(by: rows)
        }
        guard let place = plan.panes.first(where: { $0.list.contains(point) }) else { return [] }
        let before = focusPane(place.index)
        guard let pane = focused, let selected = pane.selectedIndex else { return before }
        let target = min(max(0, selected + rows.signum()), pane.entries.count - 1)
        return before + select(target)
    }
}

extension PaneState {
    /// The next loaded unread post in a direction of the screen, if the search for it stays inside the window.
    func loadedUnread(downwards: Bool) -> Int? {
        func isUnread(_ index: Int) -> Bool {
            if case .post(let post) = entries[index] { !post.isRead } else { false }
        }
        let start = selectedIndex ?? (downwards ? -1 : entries.count)
        return downwards
            ? entries.indices.dropFirst(start + 1).first(where: isUnread)
            : entries.indices.prefix(start).last(where: isUnread)
    }
}
