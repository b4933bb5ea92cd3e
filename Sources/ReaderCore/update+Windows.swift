import Cells
import Text
import TimelineModel

/// Reading stretches of timelines: only what is shown and a screen or two around it.
extension State {
    /// Entries asked for at a time: some screens of them.
    private var windowLength: Int { max(160, 4 * size.height) }
    /// Entries of an end that the reader jumps to and waits for: what is shown, and as many as do not make `fill` ask at
    /// once. In the middle what stands above is counted, so there a whole window is read.
    private var endLength: Int { 2 * margin + 8 }
    /// Entries kept around the reader.
    private var keptLength: Int { 4 * windowLength }
    /// How near the reader may come to the end of what is loaded before more is asked for.
    private var margin: Int { max(40, size.height) }

    /// The store was asked for what the next key may need, or what it would give up: the reader jumps, looks for the next
    /// unread post, does something with a post that is still to be read, or stands near the end of what is loaded.
    public var awaitsAnswer: Bool {
        if unreadWish != nil || postWish != nil { return true }
        guard let pane = focused, let use = pane.awaited?.use else { return false }
        switch use {
        case .replace(let landing): return landing != .keep
        case .extend(let direction):
            guard let selected = pane.selectedIndex else { return false }
            let left = direction == pane.downwards ? pane.entries.count - 1 - selected : selected
            // A key moves by a page at most.
            return left < size.height
        }
    }

    /// Asks for a window that takes the place of what is loaded.
    mutating func load(
        _ index: Int, _ anchor: WindowRequest.Anchor, landing: PaneState.Awaited.Landing
    ) -> [Effect] {
        request(index, anchor, use: .replace(landing))
    }

    private mutating func request(
        _ index: Int, _ anchor: WindowRequest.Anchor, use: PaneState.Awaited.Use, holdsBack: Bool = false
    ) -> [Effect] {
        let generation = nextGeneration()
        let length = excerptLength(of: index)
        let isEnd = use == .replace(.top) || use == .replace(.bottom)
        panes[index].awaited = PaneState.Awaited(
            generation: generation, use: use, excerptLength: length, holdsBack: holdsBack)
        panes[index].isStale = false
        let pane = panes[index]
        return [
            .loadWindow(
                WindowRequest(
                    pane: pane.pane, filter: pane.filter, anchor: anchor, limit: isEnd ? endLength : windowLength,
                    excerptLength: length, seenNewest: pane.seenNewest),
                generation: generation)
        ]
    }

    private func excerptLength(of index: Int) -> Int {
        let plan = self.plan
        let width = plan.plan(of: index)?.list.width ?? size.width
        return EntryRows(self, plan, pane: panes[index], width: width).excerptLength
    }

    /// Another layout may show more of each post than was read.
    mutating func lengthenExcerpts(_ index: Int) -> [Effect] {
        guard panes[index].isLoaded, panes[index].awaited == nil, !panes[index].entries.isEmpty,
            panes[index].excerptLength < excerptLength(of: index)
        else { return [] }
        return reload(index)
    }

    /// Reads again what a pane shows: the selection keeps its row.
    /// - Parameter holdingBack: what is new between the entries on the screen waits until the reader moves.
    mutating func reload(_ index: Int, holdingBack: Bool = false) -> [Effect] {
        guard panes[index].awaited == nil else {
            panes[index].isStale = true
            return []
        }
        // What the first round brings is shown as at the start, from its beginning, while nobody has moved there.
        let isNew = panes[index].isFilling && !panes[index].isTouched
        guard let place = panes[index].top ?? panes[index].selection, !isNew else {
            return load(index, .position, landing: .position)
        }
        return request(index, .around(place.key), use: .replace(.keep), holdsBack: holdingBack)
    }

    /// The reader moves: what was held back may come.
    mutating func release(_ index: Int) -> [Effect] {
        guard panes.indices.contains(index), !panes[index].heldBack.isEmpty else { return [] }
        guard panes[index].awaited == nil else {
            panes[index].awaited?.holdsBack = false
            return []
        }
        return reload(index)
    }

    /// The reader moved on before a jump arrived: it may not carry him away any more.
    mutating func overtakeJump(_ index: Int) -> [Effect] {
        guard case .replace(let landing)? = panes[index].awaited?.use, landing != .keep else { return [] }
        panes[index].awaited = nil
        return reload(index)
    }

    /// What arrives from now on moves nothing.
    mutating func endFilling() {
        for index in panes.indices where panes[index].isFilling {
            guard !panes[index].entries.isEmpty || panes[index].awaited != nil else { continue }
            panes[index].endsFilling = true
            settleFilling(index)
        }
    }

    private mutating func settleFilling(_ index: Int) {
        guard panes[index].endsFilling, panes[index].awaited == nil else { return }
        panes[index].endsFilling = false
        panes[index].isFilling = panes[index].entries.isEmpty
    }

    mutating func reloadAll() -> [Effect] {
        panes.indices.reduce(into: []) { $0 += reload($1) }
    }

    /// Asks for more where the reader comes near the end of what is loaded.
    mutating func fill(_ index: Int) -> [Effect] {
        let pane = panes[index]
        guard pane.awaited == nil, let selected = pane.selectedIndex, let first = pane.entries.first,
            let last = pane.entries.last
        else { return [] }
        if selected + margin >= pane.entries.count, !pane.reachesBottom {
            return extend(index, pane.downwards, from: last.key)
        }
        if selected < margin, !pane.reachesTop {
            return extend(index, pane.downwards == .older ? .newer : .older, from: first.key)
        }
        return []
    }

    private mutating func extend(_ index: Int, _ direction: TimeDirection, from key: EntryKey) -> [Effect] {
        request(index, direction == .older ? .olderThan(key) : .newerThan(key), use: .extend(direction))
    }

    mutating func forgetRequest(_ pane: Pane, _ generation: Int) {
        guard let index = index(of: pane), let awaited = panes[index].awaited, awaited.generation == generation else {
            return
        }
        panes[index].awaited = nil
        // Else the same would be asked for at once, and fail again.
        panes[index].excerptLength = max(panes[index].excerptLength, awaited.excerptLength)
    }

    /// An answer came.
    mutating func landWindow(_ window: TimelineWindow, _ pane: Pane, _ generation: Int) -> [Effect] {
        guard let index = index(of: pane), let awaited = panes[index].awaited, awaited.generation == generation else {
            return []
        }
        panes[index].awaited = nil
        panes[index].isLoaded = true
        let window = window.withoutSeams(for: awaited.use)
        switch awaited.use {
        case .extend(let direction):
            panes[index].extend(by: window, direction, keeping: keptLength)
            panes[index].excerptLength = min(panes[index].excerptLength, awaited.excerptLength)
        case .replace(let landing):
            let row = landing == .keep ? selectedRow(of: index) : nil
            let besideRow = panes[index].filling.flatMap { self.row(of: $0.beside, in: index) }
            let span = awaited.holdsBack && !panes[index].isFilling ? shownPlaces(of: index) : []
            let selection = panes[index].selection
            let before = panes[index].entries
            panes[index].replaceEntries(by: window, holdingBackBetween: span)
            followNames(from: before, to: panes[index].entries)
            panes[index].isFilling = panes[index].isFilling || panes[index].entries.isEmpty
            panes[index].excerptLength = awaited.excerptLength
            place(index, landing, window)
            if let row { keepSelection(of: index, on: row) }
            if landing == .keep {
                readOnInGap(index, before: selection, besideRow)
                tellOfLoss(index, of: selection)
            }
        }
        panes[index].knownArrivals = window.arrivals
        var effects: [Effect] = []
        if panes[index].isStale { effects += reload(index, holdingBack: true) }
        settleFilling(index)
        noteSeen(index)
        if case .replace(.position) = awaited.use {
            panes[index].keptPlace = window.position == nil ? nil : panes[index].position
            panes[index].keptSeen = window.seenNewest
            // Who reads from the oldest on begins with it.
            if window.position == nil, !panes[index].reachesTop, panes[index].persona.order == .oldest {
                effects += load(index, .oldest, landing: .top)
            }
        }
        effects += fill(index)
        if index == focus { effects += showText() }
        if let move = panes[index].earlyMove.take() { effects += followMarker(move) }
        return effects
    }

    /// Who was reading a post must not take the next one for it.
    private mutating func tellOfLoss(_ index: Int, of before: PaneState.Place?) {
        guard index == focus, context == .post, let id = before?.id, panes[index].selection?.id != id,
            panes[index].index(of: id) == nil
        else { return }
        _ = tellLater(Notice(.warning, "The post that was open is gone: taken back by its author, or hidden now"))
    }

    /// A feed may call its posts something else: what is known of them goes along.
    private mutating func followNames(from before: [TimelineEntry], to after: [TimelineEntry]) {
        var names: [EntryKey: PostID] = [:]
        for case .post(let post) in after { names[post.key] = post.id }
        for case .post(let post) in before {
            guard let name = names[post.key], name != post.id else { continue }
            if detail?.post.id == post.id { detail?.post.id = name }
            if postWish?.post == post.id { postWish?.post = name }
            if revealed.remove(post.id) != nil { revealed.insert(name) }
        }
    }

    private mutating func place(_ index: Int, _ landing: PaneState.Awaited.Landing, _ window: TimelineWindow) {
        let entries = panes[index].entries
        switch landing {
        case .keep:
            settle(index)
            return
        case .position:
            if let key = window.position {
                panes[index].selection = panes[index].indexOfPost(at: key).map { PaneState.Place(entries[$0]) }
                panes[index].seenNewest = [panes[index].selection?.key, window.seenNewest].compactMap(\.self).max()
            } else {
                panes[index].selection = entries.first.map(PaneState.Place.init)
                // To who opens a pane for the first time nothing has come since.
                panes[index].seenNewest = window.entries.first?.key
            }
            panes[index].top = nil
        case .top:
            panes[index].selection = entries.first.map(PaneState.Place.init)
            panes[index].top = nil
        case .bottom:
            panes[index].selection = entries.last.map(PaneState.Place.init)
            panes[index].top = nil
        case .at(let key):
            guard let found = panes[index].indexOfPost(at: key) else { break }
            panes[index].selection = PaneState.Place(entries[found])
            settle(index)
        }
        panes[index].topOffset = 0
        showSelection(of: index)
        panes[index].isToBePlaced = scroll(of: index) == nil
        if panes[index].isToBePlaced { return }
        if panes[index].top == nil { panes[index].top = panes[index].selection }
        if landing == .position, window.position != nil { showWhatWasAbove(index) }
    }

    /// A pane whose window came while it was not on the screen has no place there yet.
    mutating func placeOnScreen(_ index: Int) {
        guard panes[index].isToBePlaced else { return }
        panes[index].isToBePlaced = false
        showSelection(of: index)
        if panes[index].keptPlace != nil { showWhatWasAbove(index) }
    }

    /// In a list that is opened again half a screen of whole entries stands above the selection, more where it is near
    /// the end, but nothing that came since.
    private mutating func showWhatWasAbove(_ index: Int) {
        guard let scroll = scroll(of: index), let selected = panes[index].selectedIndex else { return }
        var row = scroll.height / 2
        if panes[index].reachesBottom {
            var below = 0
            for entry in selected..<scroll.entryCount where below < scroll.height - row {
                below += scroll.entryHeight(entry)
            }
            row = max(row, scroll.height - below)
        }
        keepSelection(of: index, on: row)
        if panes[index].topOffset > 0, let top = panes[index].index(of: panes[index].top), top < selected {
            panes[index].put(ListTop(index: top + 1))
        }
        let pane = panes[index]
        guard pane.persona.order == .newest, let top = pane.top, let seen = pane.seenNewest, top.key > seen,
            let first = pane.entries.firstIndex(where: { $0.key <= seen })
        else { return }
        panes[index].put(ListTop(index: first))
    }

    /// Where the reader stood on a gap that he asked for, he stands on what came next to the entry beside it, which keeps
    /// its row.
    private mutating func readOnInGap(_ index: Int, before selection: PaneState.Place?, _ row: Int?) {
        let pane = panes[index]
        guard let filling = pane.filling, !pane.hasHole(of: filling.gap) else { return }
        panes[index].filling = nil
        guard selection == PaneState.Place(.gap(filling.gap)), let row,
            let beside = pane.entries.firstIndex(where: { PaneState.Place($0) == filling.beside })
        else { return }
        let next = filling.isBelow ? beside + 1 : beside - 1
        guard pane.entries.indices.contains(next) else { return }
        panes[index].selection = filling.beside
        keepSelection(of: index, on: row)
        panes[index].selection = PaneState.Place(pane.entries[next])
        showSelection(of: index)
    }

    /// The selection and the top stand on entries that exist.
    private mutating func settle(_ index: Int) {
        let pane = panes[index]
        // Without entries the reader's place is kept for when there are some again.
        guard !pane.entries.isEmpty, let selected = pane.settled(pane.selection ?? pane.top) else { return }
        panes[index].selection = selected
        let top = pane.settled(pane.top) ?? selected
        if top != pane.top { panes[index].topOffset = 0 }
        panes[index].top = top
        showSelection(of: index)
    }

    /// Posts came, changed or went.
    mutating func timelinesChanged(_ counts: [Pane: PaneCounts]) -> [Effect] {
        var effects: [Effect] = []
        for index in panes.indices {
            guard let counts = counts[panes[index].pane] else { continue }
            panes[index].counts = counts
            effects += reload(index, holdingBack: true)
        }
        if let pane = focused, counts[pane.pane] != nil { effects += reloadText() }
        return effects
    }
}
