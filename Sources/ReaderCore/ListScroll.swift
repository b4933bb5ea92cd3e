import Cells
import TimelineModel

/// Which entries of a pane stand on which rows of its list.
struct ListScroll: EntryScroll {
    let pane: PaneState
    let format: EntryRows
    let height: Int

    var entryCount: Int { pane.entries.count }

    var top: ListTop? {
        pane.index(of: pane.top).map {
            ListTop(index: $0, offset: pane.top?.key == pane.entries[$0].key ? pane.topOffset : 0)
        }
    }

    func rows(_ index: Int) -> [Row] { format.rows(of: pane.entries[index]) }

    func entryHeight(_ index: Int) -> Int { format.height(of: pane.entries[index]) }
}

extension PaneState {
    mutating func put(_ top: ListTop) {
        self.top = Place(entries[top.index])
        topOffset = max(0, top.offset)
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
        guard let scroll = scroll(of: index, plan), scroll.height > 0, let selected = panes[index].selectedIndex,
            let top = scroll.top(showing: selected)
        else { return }
        panes[index].put(top)
    }

    /// After the list got more rows.
    mutating func fillFoot(of index: Int, _ plan: ScreenPlan) {
        guard let top = scroll(of: index, plan)?.topFillingFoot() else { return }
        panes[index].put(top)
    }

    /// The entries of a pane that are on the screen, from the top.
    func shownPlaces(of index: Int) -> [PaneState.Place] {
        guard let scroll = scroll(of: index) else { return [] }
        return scroll.visible().map { PaneState.Place(scroll.pane.entries[$0.index]) }
    }

    /// The row of the list on which the selection begins; nil when it is not on the screen.
    func selectedRow(of index: Int) -> Int? {
        panes[index].selectedIndex.flatMap { scroll(of: index)?.row(of: $0) }
    }

    /// The row of the list on which an entry begins; nil when it is not on the screen.
    func row(of place: PaneState.Place, in index: Int) -> Int? {
        guard let scroll = scroll(of: index) else { return nil }
        return scroll.visible().first { PaneState.Place(scroll.pane.entries[$0.index]) == place }?.row
    }

    /// Scrolls so that the selection begins on a row, as far as there are entries above it.
    mutating func keepSelection(of index: Int, on row: Int) {
        guard let scroll = scroll(of: index), let selected = panes[index].selectedIndex else { return }
        panes[index].put(scroll.top(keeping: selected, on: row))
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
