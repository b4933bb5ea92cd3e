import Cells
import Text
import TimelineModel

/// Lists that stand over the panes: help, sources, one source, errors, links.
extension State {
    /// Counting takes a large store half a second, so it waits until somebody looks at the numbers.
    var askForHealth: Effect { .loadHealth(counting: showsNumbersOfSources) }

    var showsNumbersOfSources: Bool {
        overlays.contains {
            switch $0.kind {
            case .sources, .sourceInfo: true
            case .errors, .help, .links, .offers: false
            }
        }
    }

    mutating func showOverlay(_ kind: Overlay.Kind?) -> [Effect] {
        guard let kind else { return [] }
        overlays.append(Overlay(kind))
        listSources()
        if let narrowed = focused?.filter.source {
            let last = overlays.count - 1
            overlays[last].row = overlays[last].sources.firstIndex { $0.source == narrowed } ?? 0
        }
        switch kind {
        case .sources, .sourceInfo, .errors: return [askForHealth]
        case .help, .links, .offers: return []
        }
    }

    /// i in a list or a text: the source of the selected post; the one the pane is narrowed to comes first.
    mutating func showSourceInfo() -> [Effect] {
        if let source = focused?.filter.source { return showOverlay(.sourceInfo(source)) }
        if case .gap(let gap)? = focused?.selectedEntry { return showOverlay(.sourceInfo(gap.source)) }
        guard let post = focused?.selectedPost else {
            return answer("No post is selected · \(keyName(.sources)) lists the sources")
        }
        if let feed = post.id.feed { return showOverlay(.sourceInfo(feed)) }
        return wish(.source)
    }

    /// The source of the focused persona that carried a post first.
    mutating func showSource(of detail: PostDetail) -> [Effect] {
        let own = focused.map { sources(of: $0.persona.id).map(\.source) } ?? []
        if let first = detail.seen.first(where: { own.contains($0.source) }) {
            return showOverlay(.sourceInfo(first.source))
        }
        return answer("It is not known which source this came from · \(keyName(.sources)) lists them")
    }

    /// The sources of the persona whose list is open, by its names for them, in its order.
    func sources(of persona: PersonaID) -> [SourceHealth] {
        let own = health.filter { $0.personas.contains(persona) }.map { source in
            var source = source
            source.name = source.name(in: persona)
            return (place: source.name.string.lowercased(), source: source)
        }
        return own.sorted { $0.place < $1.place }.map(\.source)
    }

    /// Fills the lists of sources that are open: with those whose name or address has what was typed. The selected one
    /// stays selected while it is among them.
    mutating func listSources() {
        for (index, overlay) in overlays.enumerated() {
            guard case .sources(let persona) = overlay.kind else { continue }
            let selected = overlay.selectedSource?.source
            var listed = sources(of: persona)
            let wanted = Tokenizer.folded(overlay.typed.string)
            if !wanted.isEmpty {
                listed.removeAll { source in
                    ![source.name, source.address.shown].contains { Tokenizer.folded($0.string).contains(wanted) }
                }
            }
            overlays[index].sources = listed
            overlays[index].row = listed.firstIndex { $0.source == selected } ?? 0
        }
    }

    var selectedSource: SourceHealth? { overlays.last?.selectedSource }

    /// How many rows the topmost overlay has.
    func overlayRowCount() -> Int {
        guard let overlay = overlays.last else { return 0 }
        switch overlay.kind {
        case .sources: return overlay.sources.count
        case .links(let links): return links.count
        case .offers(_, let offers): return offers.count
        case .help, .sourceInfo, .errors: return OverlayView.rows(of: overlay, self).count
        }
    }

    mutating func moveOverlay(by rows: Int) -> [Effect] {
        guard !overlays.isEmpty else { return [] }
        overlays[overlays.count - 1].row += rows
        clampOverlay()
        return []
    }

    mutating func clampOverlay() {
        guard let overlay = overlays.last else { return }
        let count = overlayRowCount()
        let last = overlay.hasSelection ? count - 1 : count - OverlayView.height(self)
        overlays[overlays.count - 1].row = min(max(0, overlay.row), max(0, last))
    }

    /// What a command means while a list is open; nil when it means the same as without.
    mutating func performInOverlay(_ command: Command) -> [Effect]? {
        guard let overlay = overlays.last else { return nil }
        let page = max(1, OverlayView.height(self) - 1)
        switch command {
        case .down: return moveOverlay(by: 1)
        case .up: return moveOverlay(by: -1)
        case .halfPageDown: return moveOverlay(by: page / 2)
        case .halfPageUp: return moveOverlay(by: -page / 2)
        case .pageDown: return moveOverlay(by: page)
        case .pageUp: return moveOverlay(by: -page)
        case .top: return moveOverlay(by: -1_000_000)
        case .bottom: return moveOverlay(by: 1_000_000)
        case .back:
            // A narrowed list is a level of its own.
            if case .sources = overlay.kind, !overlay.typed.isEmpty {
                narrowSources(to: "")
            } else {
                overlays.removeLast()
            }
            return []
        case .search:
            guard case .sources = overlay.kind else { return nothingHere }
            var prompt = Prompt(.narrowSources)
            prompt.insert(overlay.typed)
            return ask(prompt)
        case .open: return openInOverlay(overlay)
        case .openLink: return followInOverlay(overlay, copying: false)
        case .copyLink: return followInOverlay(overlay, copying: true)
        case .toggleRead:
            guard case .sources(let persona) = overlay.kind, let source = selectedSource else { return nothingHere }
            let known = index(of: .persona(persona)).flatMap { panes[$0].knownArrivals }
            return askToMarkRead(.source(source.source, persona, arrivedBy: known))
        case .sourceInfo: return selectedSource.map { showOverlay(.sourceInfo($0.source)) } ?? nothingHere
        case .addSource:
            overlays.removeAll()
            return nil
        default: return nil
        }
    }

    /// A digit in a list of links opens the one it numbers, as soon as no longer number can be meant; until then that one
    /// is selected, and the key that opens opens it.
    /// - Returns: nil where it means nothing.
    mutating func pickByNumber(_ key: Key) -> [Effect]? {
        guard case .character(let character) = key, let digit = character.wholeNumberValue, character.isASCII,
            let overlay = overlays.last, case .links(let links) = overlay.kind
        else { return nil }
        let isContinued = Int(overlay.typed.string) == overlay.row + 1
        let numbers = [isContinued ? Int(overlay.typed.string).map { $0 * 10 + digit } : nil, digit]
        guard let number = numbers.compactMap(\.self).first(where: { (1...links.count).contains($0) }) else {
            overlays[overlays.count - 1].typed = ""
            return links.isEmpty ? nil : answer("There is no link of that number")
        }
        overlays[overlays.count - 1].row = number - 1
        overlays[overlays.count - 1].typed = "\(number)"
        guard number * 10 <= links.count else { return openInOverlay(overlays[overlays.count - 1]) }
        return answer("\(number) … another digit, or \(keyName(.open, in: .overlay)) opens it")
    }

    private mutating func openInOverlay(_ overlay: Overlay) -> [Effect] {
        switch overlay.kind {
        case .sources(let persona):
            guard let source = selectedSource, let index = panes.firstIndex(where: { $0.persona.id == persona }) else {
                return nothingHere
            }
            overlays.removeAll()
            let effects = focusPane(index)
            notice = Notice(.answer, "Only " + source.name + " · \(keyName(.back)) shows all")
            return effects + narrow(focus, to: PaneFilter(source: source.source))
        case .links: return followInOverlay(overlay, copying: false)
        case .offers(let persona, let offers):
            guard offers.indices.contains(overlay.row) else { return [] }
            overlays.removeLast()
            return [.addSource(offers[overlay.row], persona, generation: nextGeneration())]
        case .help, .sourceInfo, .errors: return nothingHere
        }
    }

    private var nothingHere: [Effect] {
        mutating get { answer("That does nothing in this list") }
    }

    private mutating func followInOverlay(_ overlay: Overlay, copying: Bool) -> [Effect] {
        switch overlay.kind {
        case .links(let links):
            guard links.indices.contains(overlay.row) else { return [] }
            if !copying { overlays.removeLast() }
            return follow(links[overlay.row], copying: copying)
        case .sourceInfo(let id): return followHome(of: health.first { $0.source == id }, copying: copying)
        case .sources: return followHome(of: selectedSource, copying: copying)
        case .help, .errors, .offers: return nothingHere
        }
    }

    private mutating func followHome(of source: SourceHealth?, copying: Bool) -> [Effect] {
        guard let page = source?.homePage else { return answer("No home page known") }
        return [copying ? .copy(page) : .openLink(page)]
    }

    private mutating func follow(_ target: LinkTarget, copying: Bool) -> [Effect] {
        switch target {
        case .page(let address), .file(let address, _): return [copying ? .copy(address) : .openLink(address)]
        case .author(let handle, let address, let post):
            guard copying else { return openAuthor(handle, via: post) }
            return address.map { [.copy($0)] } ?? answer("No address of @\(handle) is known")
        case .tag(let tag, let post):
            return copying ? answer("A hashtag has no address of its own") : openTag(tag, via: post)
        }
    }

    /// Help narrows as one types; nil for the keys that mean what they mean in every list.
    mutating func typeInHelp(_ key: Key) -> [Effect]? {
        let last = overlays.count - 1
        switch key {
        case .character(let character):
            narrowHelp(by: character == " " ? " " : SafeText(sanitizing: String(character)))
        case .backspace:
            guard !overlays[last].typed.isEmpty else { return [] }
            overlays[last].typed = overlays[last].typed.prefix(overlays[last].typed.string.count - 1)
        case .escape where !overlays[last].typed.isEmpty: overlays[last].typed = ""
        default: return nil
        }
        overlays[last].row = 0
        return []
    }

    /// Longer than this no line of the help is; more was pasted by mistake.
    private static let longestTyped = 80

    mutating func narrowHelp(by text: SafeText) {
        let last = overlays.count - 1
        overlays[last].typed = (overlays[last].typed + text.prefix(Self.longestTyped)).prefix(Self.longestTyped)
        overlays[last].row = 0
    }

    mutating func narrowSources(to typed: SafeText) {
        guard case .sources? = overlays.last?.kind else { return }
        overlays[overlays.count - 1].typed = typed
        listSources()
    }

    /// Clicking in a list selects.
    mutating func clickInOverlay(_ point: Point) -> [Effect] {
        guard let overlay = overlays.last, overlay.hasSelection, let row = OverlayView.row(at: point, overlay, self)
        else { return [] }
        overlays[overlays.count - 1].row = row
        return []
    }
}

extension Overlay {
    var selectedSource: SourceHealth? { sources.indices.contains(row) ? sources[row] : nil }

    /// Rows are selected one by one; else the list only scrolls.
    var hasSelection: Bool {
        switch kind {
        case .sources, .links, .offers: true
        case .help, .sourceInfo, .errors: false
        }
    }
}
