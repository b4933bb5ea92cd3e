import Cells
import Text
import TimelineModel

/// Questions on the last line, and searching.
extension State {
    mutating func ask(_ prompt: Prompt) -> [Effect] {
        self.prompt = prompt
        return []
    }

    mutating func type(_ key: Key) -> [Effect] {
        guard var prompt else { return [] }
        if case .confirmMark(let scope, _) = prompt.kind {
            self.prompt = nil
            let agrees = key == .character("y") || key == .character("Y")
            return agrees ? [.mark(.read, scope)] : answer("Nothing marked")
        }
        switch key {
        case .escape, .control("c"), .control("g"):
            self.prompt = nil
            if prompt.kind == .narrowSources { narrowSources(to: "") }
            return []
        case _ where prompt.awaited != nil: return []
        case .enter: return accept(prompt)
        case .up where prompt.kind == .search, .control("p") where prompt.kind == .search:
            prompt.recall(prompt.recalled + 1, of: searches)
        case .down where prompt.kind == .search, .control("n") where prompt.kind == .search:
            prompt.recall(prompt.recalled - 1, of: searches)
        default: prompt.edit(key)
        }
        self.prompt = prompt
        if prompt.kind == .narrowSources { narrowSources(to: prompt.text) }
        return []
    }

    mutating func paste(_ text: SafeText) -> [Effect] {
        if let prompt {
            // A question wants one key, not a text.
            guard !prompt.isQuestion, prompt.awaited == nil else { return [] }
            self.prompt?.insert(text.onOneLine)
            if prompt.kind == .narrowSources { narrowSources(to: self.prompt?.text ?? "") }
        } else if case .help? = overlays.last?.kind {
            narrowHelp(by: text.onOneLine)
        } else {
            return answer(
                "Pasted text goes into a prompt: press \(keyName(.search)) or \(keyName(.addSource)) first")
        }
        return []
    }

    private mutating func accept(_ prompt: Prompt) -> [Effect] {
        switch prompt.kind {
        case .search: return startSearch(prompt)
        case .narrowSources:
            self.prompt = nil
            return []
        case .addSource(let persona):
            guard !prompt.text.isEmpty else {
                self.prompt = nil
                return []
            }
            let generation = nextGeneration()
            self.prompt?.awaited = generation
            return [.resolveSource(prompt.text, persona, generation: generation)]
        case .confirmMark: return []
        }
    }

    /// What the prompt waited for is there.
    mutating func leavePrompt(awaiting generation: Int) {
        if prompt?.awaited == generation { prompt = nil }
    }

    /// The address can be mended where it was typed; who left the prompt meanwhile keeps his keys.
    mutating func failAdding(_ text: SafeText, _ generation: Int) -> [Effect] {
        guard prompt?.awaited == generation else { return tellLater(Notice(.error, text)) }
        prompt?.awaited = nil
        prompt?.problem = text
        return []
    }

    mutating func offer(_ offers: [Offer], for persona: PersonaID, _ generation: Int) -> [Effect] {
        guard prompt?.awaited == generation else {
            let key = keyName(.addSource)
            let name = offers.first?.title ?? offers.first?.address.shown ?? ""
            let text: SafeText =
                offers.count == 1
                ? "\(name) could be added: \(key) asks again"
                : "A page that was asked for has feeds to choose from: \(key) asks again"
            return tellLater(Notice(.answer, text))
        }
        if offers.count == 1 { return [.addSource(offers[0], persona, generation: generation)] }
        prompt = nil
        overlays.append(Overlay(.offers(persona, offers)))
        notice = nil
        return []
    }

    /// What comes while something else is typed is told after that.
    mutating func tellLater(_ notice: Notice) -> [Effect] {
        if prompt == nil { self.notice = notice } else { lateNotice = notice }
        return []
    }

    private mutating func startSearch(_ prompt: Prompt) -> [Effect] {
        guard panes.indices.contains(focus) else { return [] }
        guard !prompt.text.isEmpty else {
            self.prompt = nil
            return endSearch(focus)
        }
        searches = (searches.filter { $0 != prompt.text } + [prompt.text]).suffix(100)
        do throws(QueryError) {
            let query = try Query(parsing: prompt.text.string)
            if let problem = query.unknownPersona(among: panes.map(\.persona.id)) { throw problem }
            self.prompt = nil
            var effects = endSearch(focus)
            let showsHidden = query.asksForHidden && !panes[focus].filter.includesHidden
            if showsHidden {
                panes[focus].filter.includesHidden = true
                effects += narrow(focus, to: panes[focus].filter)
            }
            let generation = nextGeneration()
            panes[focus].search = PaneSearch(query: query, awaited: generation)
            panes[focus].search?.showsHidden = showsHidden
            notice = Notice(.answer, "Searching")
            return effects + [.search(panes[focus].pane, panes[focus].filter, query, generation: generation)]
        } catch {
            self.prompt?.problem = "column \(error.column): " + error.message
            self.prompt?.cursor = min(max(0, error.column - 1), prompt.text.string.count)
            return []
        }
    }

    /// With a search goes what it showed of what filters hid.
    mutating func endSearch(_ index: Int) -> [Effect] {
        let showedHidden = panes[index].search?.showsHidden == true
        panes[index].search = nil
        guard showedHidden, panes[index].filter.includesHidden else { return [] }
        var filter = panes[index].filter
        filter.includesHidden = false
        return narrow(index, to: filter)
    }

    mutating func landSearch(_ pane: Pane, _ keys: [EntryKey], isComplete: Bool, _ generation: Int) -> [Effect] {
        guard let index = index(of: pane), panes[index].search?.awaited == generation else { return [] }
        if isComplete { panes[index].search?.awaited = nil }
        panes[index].search?.matches = keys
        guard !keys.isEmpty else {
            guard isComplete else { return [] }
            return endSearch(index) + answer("No match")
        }
        guard isComplete || panes[index].knowsNextMatch, panes[index].search?.hasLanded == false else { return [] }
        panes[index].search?.hasLanded = true
        notice = nil
        guard index == focus else { return [] }
        let here = panes[index].selection?.key
        if let here, keys.contains(here) { return [] }
        return goToMatch(downwards: true)
    }

    /// The next match in a direction of the screen, round at the end.
    mutating func goToMatch(downwards: Bool) -> [Effect] {
        guard let pane = focused, let search = pane.search else {
            return answer("No search · \(keyName(.search)) begins one")
        }
        guard search.hasLanded else { return answer("Searching") }
        let ordered = pane.persona.order == .newest ? search.matches : search.matches.reversed()
        guard let here = pane.selection?.key else { return go(to: ordered[0]) }
        let next =
            downwards
            ? ordered.first { pane.stands(here, above: $0) } ?? ordered[0]
            : ordered.last { pane.stands($0, above: here) } ?? ordered[ordered.count - 1]
        return go(to: next)
    }
}

extension PaneState {
    /// Whether the matches known so far, the newest, hold the one that comes next on the screen.
    fileprivate var knowsNextMatch: Bool {
        guard let search, let last = search.matches.last else { return false }
        guard let here = selection?.key else { return persona.order == .newest }
        return last <= here
    }
}

extension Prompt {
    /// The keys of a one-line editor.
    mutating func edit(_ key: Key) {
        problem = nil
        switch key {
        case .character(let character): insert(SafeText(sanitizing: String(character)), raw: character)
        case .backspace, .control("h"): remove(cursor - 1..<cursor)
        case .delete, .control("d"): remove(cursor..<cursor + 1)
        case .control("w"): remove(wordStart..<cursor)
        case .control("u"): remove(0..<cursor)
        case .control("k"): remove(cursor..<text.string.count)
        case .left, .control("b"): cursor = max(0, cursor - 1)
        case .right, .control("f"): cursor = min(text.string.count, cursor + 1)
        case .home, .control("a"): cursor = 0
        case .end, .control("e"): cursor = text.string.count
        default: break
        }
    }

    /// Shows an earlier text, so many steps back; what was typed comes again at the end.
    mutating func recall(_ step: Int, of earlier: [SafeText]) {
        guard (0...earlier.count).contains(step), step != recalled else { return }
        if recalled == 0 { draft = text }
        recalled = step
        text = step == 0 ? draft : earlier[earlier.count - step]
        cursor = text.string.count
        problem = nil
    }

    mutating func insert(_ added: SafeText, raw: Character? = nil) {
        problem = nil
        // A space alone would be trimmed away as the edge of a text.
        let whole: SafeText = raw == " " ? " " : added
        let added = whole.prefix(max(0, Self.longest - text.string.count))
        let head = text.prefix(cursor) + added
        text = head + suffix(from: cursor)
        // A mark or half a flag joins the cluster before it.
        cursor = min(head.string.count, text.string.count)
    }

    /// Grapheme clusters. More was pasted by mistake.
    private static let longest = 1000

    private func suffix(from count: Int) -> SafeText {
        text.slice(text.string.index(text.string.startIndex, offsetBy: count)..<text.string.endIndex)
    }

    private mutating func remove(_ range: Range<Int>) {
        let range = range.clamped(to: 0..<text.string.count)
        guard !range.isEmpty else { return }
        text = text.prefix(range.lowerBound) + suffix(from: range.upperBound)
        cursor = min(range.lowerBound, text.string.count)
    }

    private var wordStart: Int {
        let before = Array(text.string.prefix(cursor))
        var start = before.count
        while start > 0, before[start - 1] == " " { start -= 1 }
        while start > 0, before[start - 1] != " " { start -= 1 }
        return start
    }
}
