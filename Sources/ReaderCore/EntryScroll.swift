/// Entries of different heights one below the other, of which some rows are seen: the one arithmetic of panes and visits.
protocol EntryScroll {
    /// Rows that are seen.
    var height: Int { get }
    var entryCount: Int { get }
    /// Nil as long as nothing was shown.
    var top: ListTop? { get }
    func rows(_ index: Int) -> [Row]
    /// As many as `rows` has; cheaper where it can be.
    func entryHeight(_ index: Int) -> Int
}

/// What stands at the upper edge of a list.
struct ListTop: Hashable {
    let index: Int
    /// Rows of the entry that are scrolled away; negative where empty rows stand above it.
    var offset = 0
}

/// An entry on the screen.
struct VisibleEntry: Hashable {
    let index: Int
    /// Row of the list; negative when the entry's beginning is scrolled away.
    let row: Int
    let rows: [Row]
}

extension EntryScroll {
    /// From the top down.
    func visible() -> [VisibleEntry] {
        guard let top else { return [] }
        var shown: [VisibleEntry] = []
        var row = -top.offset
        var index = top.index
        while row < height, index < entryCount {
            let rows = rows(index)
            if row + rows.count > 0 { shown.append(VisibleEntry(index: index, row: row, rows: rows)) }
            row += rows.count
            index += 1
        }
        return shown
    }

    /// The row on which an entry begins; nil when it is not on the screen.
    func row(of index: Int) -> Int? { visible().first { $0.index == index }?.row }

    /// The entry of which something stands on a row.
    func index(onRow row: Int) -> Int? { visible().first { row >= $0.row && row < $0.row + $0.rows.count }?.index }

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

    /// The top that brings an entry onto the screen, moving as little as possible; nil where nothing is to be moved.
    func top(showing selected: Int) -> ListTop? {
        // The first time it comes to the top, unless that leaves rows empty below the last entry.
        guard let top else { return ListTop(index: min(selected, topShowing(atBottom: entryCount - 1))) }
        if selected < top.index { return ListTop(index: selected) }
        if selected == top.index, top.offset >= 0 {
            // What is longer than the list is paged; it may have become shorter.
            let lastOffset = max(0, visibleHeight(selected) - height)
            return top.offset > lastOffset ? ListTop(index: selected, offset: lastOffset) : nil
        }
        var bottom = visibleHeight(selected) - top.offset
        var entry = top.index
        while entry < selected, bottom <= height {
            bottom += entryHeight(entry)
            entry += 1
        }
        return bottom > height ? ListTop(index: topShowing(atBottom: selected)) : nil
    }

    /// The top that fills rows left empty below the last entry with what stands above; nil where there are none to fill.
    func topFillingFoot() -> ListTop? {
        guard let top, entryCount > 0, top.index > 0 || top.offset > 0 else { return nil }
        var bottom = -top.offset
        var entry = top.index
        while entry < entryCount, bottom < height {
            bottom += entry == entryCount - 1 ? visibleHeight(entry) : entryHeight(entry)
            entry += 1
        }
        guard bottom < height else { return nil }
        let last = entryCount - 1
        let excess = visibleHeight(last) - height
        if excess > 0 { return ListTop(index: last, offset: excess) }
        let full = ListTop(index: topShowing(atBottom: last))
        // Above the last entries that fit whole stands one that does not, of which a part is seen already.
        if full.index > top.index {
            return ListTop(index: top.index, offset: max(0, top.offset - (height - bottom)))
        }
        return full.index < top.index || top.offset > 0 ? full : nil
    }

    /// The top that leaves an entry on a row; with empty rows above the first entry where there are not enough.
    func top(keeping selected: Int, on row: Int) -> ListTop {
        var top = ListTop(index: selected, offset: -row)
        while top.offset < 0, top.index > 0 {
            top = ListTop(index: top.index - 1, offset: top.offset + entryHeight(top.index - 1))
        }
        return top
    }

    /// The top after some rows further down (or up) inside an entry that is longer than the list; nil when nothing of
    /// it was beyond that edge.
    func top(paging selected: Int, by rows: Int) -> ListTop? {
        guard let row = row(of: selected) else { return nil }
        let offset = max(0, -row)
        if rows < 0 { return offset > 0 ? ListTop(index: selected, offset: max(0, offset + rows)) : nil }
        let tall = visibleHeight(selected)
        guard row + tall > height else { return nil }
        // Its beginning comes to the top first.
        return ListTop(index: selected, offset: row > 0 ? 0 : min(offset + rows, max(0, tall - height)))
    }

    /// The entry some rows further down (or up): at least the next one, at most the last.
    func index(from start: Int, rows: Int) -> Int {
        let step = rows < 0 ? -1 : 1
        var left = abs(rows)
        var index = start
        while (0..<entryCount).contains(index + step) {
            let height = entryHeight(step > 0 ? index : index - 1)
            if left < height, index != start { break }
            left -= height
            index += step
            if left <= 0 { break }
        }
        return index
    }
}
