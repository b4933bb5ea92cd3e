import Cells
import Text
import TimelineModel

/// Moving in a list and from pane to pane.
extension State {
    /// Puts the selection of the focused pane on a loaded entry.
    mutating func select(_ index: Int) -> [Effect] {
        guard panes.indices.contains(focus), panes[focus].entries.indices.contains(index) else { return [] }
        let place = PaneState.Place(panes[focus].entries[index])
        guard place != panes[focus].selection else { return fill(focus) }
        panes[focus].selection = place
        textScroll = 0
        showSelection(of: focus)
        noteSeen(focus)
        return fill(focus) + showText()
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

    /// Moves by rows of the list.
    mutating func page(rows: Int) -> [Effect] {
        guard let pane = focused, let selected = pane.selectedIndex, let scroll = scroll(of: focus) else { return [] }
        // A long entry is paged before the next one is reached.
        if rows > 0, let page = pageWithin(selected, scroll) { return page }
        let target = scroll.index(from: selected, rows: rows)
        if target == selected { return move(by: rows.signum()) }
        return select(target)
    }

    /// Scrolls inside a selected entry that is longer than the list; nil when nothing of it is below the fold.
    mutating func pageWithin(_ selected: Int, _ scroll: ListScroll) -> [Effect]? {
        guard let shown = scroll.visible().first(where: { $0.index == selected }) else { return nil }
        let bottom = shown.row + scroll.visibleHeight(selected)
        guard bottom > scroll.height else { return nil }
        panes[focus].top = PaneState.Place(panes[focus].entries[selected])
        let step = max(1, scroll.height - 1)
        let longest = max(0, scroll.visibleHeight(selected) - scroll.height)
        panes[focus].topOffset = min(max(0, -shown.row) + (shown.row > 0 ? 0 : step), longest)
        return []
    }

    mutating func goToTop() -> [Effect] {
        guard let pane = focused else { return [] }
        if pane.reachesTop { return select(0) }
        return load(focus, pane.persona.order == .newest ? .newest : .oldest, landing: .top)
    }

    mutating func goToBottom() -> [Effect] {
        guard let pane = focused else { return [] }
        if pane.reachesBottom { return select(pane.entries.count - 1) }
        return load(focus, pane.persona.order == .newest ? .oldest : .newest, landing: .bottom)
    }

    /// Goes to an entry by its key, loaded or not.
    mutating func go(to key: EntryKey) -> [Effect] {
        guard let pane = focused else { return [] }
        if let index = pane.entries.firstIndex(where: {
            if case .post = $0 { $0.key == key } else { false }
        }) {
            return select(index)
        }
        return load(focus, .around(key), landing: .at(key))
    }

    // MARK: Unread

    mutating func goToNextUnread(downwards: Bool) -> [Effect] {
        guard let pane = focused else { return [] }
        if let index = pane.loadedUnread(downwards: downwards) { return select(index) }
        return findUnread(from: pane.selection?.key, downwards: downwards)
    }

    /// Asks the store, which looks from `from` on and then from the other end.
    private mutating func findUnread(from key: EntryKey?, downwards: Bool) -> [Effect] {
        guard let pane = focused else { return [] }
        if pane.counts.unread == 0, !pane.filter.includesHidden { return goToPaneWithUnread() }
        let direction: Effect.Direction = downwards == (pane.downwards == .older) ? .older : .newer
        let generation = nextGeneration()
        return [.findUnread(pane.pane, pane.filter, from: key, direction: direction, generation: generation)]
    }

    mutating func goToUnread(_ pane: Pane, _ key: EntryKey?, _ generation: Int) -> [Effect] {
        guard focused?.pane == pane, generation == self.generation else { return [] }
        guard let key else { return goToPaneWithUnread() }
        return go(to: key)
    }

    /// The next pane that has unread posts, and its first unread one; "All read" when there is none.
    private mutating func goToPaneWithUnread() -> [Effect] {
        for step in 1..<max(1, panes.count) {
            let candidate = (focus + step) % panes.count
            guard panes[candidate].counts.unread > 0 else { continue }
            var effects = focusPane(candidate)
            if let selected = focused?.selectedPost, !selected.isRead { return effects }
            if let index = focused?.loadedUnread(downwards: true) {
                effects += select(index)
            } else {
                effects += findUnread(from: nil, downwards: true)
            }
            return effects
        }
        return answer("All read")
    }

    // MARK: Panes

    mutating func focusPane(_ index: Int) -> [Effect] {
        guard panes.indices.contains(index), index != focus else { return [] }
        let effects = savePlace()
        focus = index
        detail = nil
        textScroll = 0
        showSelection(of: index)
        noteSeen(index)
        return effects + fill(index) + showText()
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
        guard overlays.isEmpty, prompt == nil else { return [] }
        let plan = self.plan
        for place in plan.panes where place.list.contains(point) || place.rule.contains(point) {
            var effects = focusPane(place.index)
            layout.focusesPost = false
            guard let scroll = scroll(of: place.index, plan) else { return effects }
            let row = point.y - place.list.y
            if let hit = scroll.visible().first(where: { row >= $0.row && row < $0.row + $0.rows.count }) {
                effects += select(hit.index)
            }
            return effects
        }
        if let text = plan.text, text.contains(point) { layout.focusesPost = true }
        if plan.header.contains(point), let index = HeaderView.pane(atColumn: point.x, self) { return focusPane(index) }
        return []
    }

    /// The wheel scrolls what is under it; it never marks.
    mutating func wheel(_ rows: Int, at point: Point) -> [Effect] {
        if !overlays.isEmpty { return moveOverlay(by: rows) }
        let plan = self.plan
        if let text = plan.text, text.contains(point) {
            textScroll += rows
            clampTextScroll()
            return []
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
            ? entries.indices.first { $0 > start && isUnread($0) }
            : entries.indices.last { $0 < start && isUnread($0) }
    }
}
