/// Entries of different heights one below the other, of which some rows are seen.
protocol EntryScroll {
    /// Rows that are seen.
    var height: Int { get }
    var entryCount: Int { get }
    func rows(_ index: Int) -> [Row]
    /// As many as `rows` has; cheaper where it can be.
    func entryHeight(_ index: Int) -> Int
}

/// An entry on the screen.
struct VisibleEntry: Hashable {
    let index: Int
    /// Row of the list; negative when the entry's beginning is scrolled away.
    let row: Int
    let rows: [Row]
}

extension EntryScroll {
    /// From an entry down, whose first row stands at `row`.
    func visible(from top: Int, row first: Int) -> [VisibleEntry] {
        var shown: [VisibleEntry] = []
        var row = first
        var index = top
        while row < height, index < entryCount {
            let rows = rows(index)
            if row + rows.count > 0 { shown.append(VisibleEntry(index: index, row: row, rows: rows)) }
            row += rows.count
            index += 1
        }
        return shown
    }

    /// Rows without the empty one that separates entries.
    func visibleHeight(_ index: Int) -> Int {
        let rows = rows(index)
        return rows.last == .empty ? rows.count - 1 : rows.count
    }

    /// The entry at the top so that `index` is at the bottom, wholly visible if it fits.
    func topShowing(atBottom index: Int) -> Int {
        var room = height - visibleHeight(index)
        var top = index
        while top > 0 {
            let above = entryHeight(top - 1)
            guard above <= room else { break }
            room -= above
            top -= 1
        }
        return top
    }
}
