import Cells
import TimelineModel

/// Which entries of a pane stand on which rows of its list.
struct ListScroll: EntryScroll {
    let pane: PaneState
    let format: EntryRows
    let height: Int

    var entryCount: Int { pane.entries.count }

    func rows(_ index: Int) -> [Row] { format.rows(of: pane.entries[index]) }

    func entryHeight(_ index: Int) -> Int { format.height(of: pane.entries[index]) }

    /// From the top anchor down.
    func visible() -> [VisibleEntry] {
        guard let top = pane.index(of: pane.top) else { return [] }
        return visible(from: top, row: pane.top?.key == pane.entries[top].key ? -pane.topOffset : 0)
    }

    /// The index some rows further down (or up): at least one entry, at most what is loaded.
    func index(from start: Int, rows: Int) -> Int {
        let step = rows < 0 ? -1 : 1
        var left = abs(rows)
        var index = start
        while pane.entries.indices.contains(index + step) {
            let height = format.height(of: pane.entries[step > 0 ? index : index - 1])
            if left < height, index != start { break }
            left -= height
            index += step
            if left <= 0 { break }
        }
        return index
    }
}

extension State {
    var plan: ScreenPlan { ScreenPlan(self) }

    /// Geometry of a pane's list; nil when the pane is not on the screen.
    func scroll(of index: Int, _ plan: ScreenPlan? = nil) -> ListScroll? {
        let plan = plan ?? self.plan
        guard let place = plan.plan(of: index) else { return nil }
        let pane = panes[index]
        return ListScroll(
            pane: pane, format: EntryRows(self, plan, pane: pane, width: place.list.width), height: place.list.height)
    }

    /// Brings the selection of a pane onto the screen, moving as little as possible.
    mutating func showSelection(of index: Int, _ plan: ScreenPlan? = nil) {
        guard let scroll = scroll(of: index, plan), scroll.height > 0, let selected = panes[index].selectedIndex else {
            return
        }
        let pane = panes[index]
        guard let top = pane.index(of: pane.top) else {
            // A fresh window: the selection comes to the top, unless that leaves rows empty below the last entry.
            let last = scroll.topShowing(atBottom: pane.entries.count - 1)
            panes[index].top = PaneState.Place(pane.entries[min(selected, last)])
            panes[index].topOffset = 0
            return
        }
        if selected < top || (selected == top && scroll.visibleHeight(selected) <= scroll.height) {
            panes[index].top = PaneState.Place(pane.entries[selected])
            panes[index].topOffset = 0
            return
        }
        guard selected != top else { return }
        let lowest = scroll.topShowing(atBottom: selected)
        guard top < lowest else { return }
        // The entry at the top may be scrolled away far enough.
        if top == lowest - 1, pane.top?.key == pane.entries[top].key, pane.topOffset > 0 {
            var bottom = scroll.visibleHeight(selected) - pane.topOffset
            for entry in top..<selected { bottom += scroll.format.height(of: pane.entries[entry]) }
            if bottom <= scroll.height { return }
        }
        panes[index].top = PaneState.Place(pane.entries[lowest])
        panes[index].topOffset = 0
    }

    /// The entries of a pane that are on the screen, from the top.
    func shownPlaces(of index: Int) -> [PaneState.Place] {
        guard let scroll = scroll(of: index) else { return [] }
        return scroll.visible().map { PaneState.Place(scroll.pane.entries[$0.index]) }
    }

    /// The row of the list on which the selection begins; nil when it is not on the screen.
    func selectedRow(of index: Int) -> Int? {
        panes[index].selectedIndex.flatMap { row(of: PaneState.Place(panes[index].entries[$0]), in: index) }
    }

    /// The row of the list on which an entry begins; nil when it is not on the screen.
    func row(of place: PaneState.Place, in index: Int) -> Int? {
        guard let scroll = scroll(of: index) else { return nil }
        return scroll.visible().first { PaneState.Place(scroll.pane.entries[$0.index]) == place }?.row
    }

    /// Scrolls so that the selection begins on a row, as far as there are entries above it.
    mutating func keepSelection(of index: Int, on row: Int) {
        guard let scroll = scroll(of: index), let selected = panes[index].selectedIndex else { return }
        let entries = panes[index].entries
        var top = selected
        var offset = -row
        while offset < 0, top > 0 {
            top -= 1
            offset += scroll.format.height(of: entries[top])
        }
        panes[index].top = PaneState.Place(entries[top])
        panes[index].topOffset = max(0, offset)
        showSelection(of: index)
    }

    /// Remembers the newest entry that has been on the screen.
    mutating func noteSeen(_ index: Int) {
        let pane = panes[index]
        // The newest that can be on the screen is the top in one order, the last entry in the other.
        let newestEntry =
            pane.persona.order == .newest ? pane.index(of: pane.top).map { pane.entries[$0] } : pane.entries.last
        if let seen = pane.seenNewest, let newestEntry, newestEntry.key <= seen { return }
        guard let shown = scroll(of: index)?.visible(), !shown.isEmpty else { return }
        let keys = shown.map { pane.entries[$0.index].key }
        guard let newest = keys.max() else { return }
        if pane.seenNewest.map({ $0 < newest }) ?? true { panes[index].seenNewest = newest }
    }
}
