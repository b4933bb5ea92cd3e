import Cells
import Text
import TimelineModel

/// The whole application: what happened changes the state and asks for effects. No clock, no random, no I/O.
public func update(_ state: inout State, _ message: Message) -> [Effect] {
    // After the goodbye nothing counts any more.
    guard !state.isEnding else { return [] }
    let before = state
    let effects = react(&state, message)
    return effects + state.tidy(since: before)
}

private func react(_ state: inout State, _ message: Message) -> [Effect] {
    switch message {
    case .started: return state.start()
    case .inputArrived(let event): return state.take(event)
    case .clockTicked(let now):
        state.now = now
        if state.fetching.total == 0 { state.endFilling() }
        return state.keepPlace()
    case .windowLoaded(let pane, let window, let generation): return state.landWindow(window, pane, generation)
    case .windowFailed(let pane, let text, let generation):
        state.forgetRequest(pane, generation)
        if state.unreadWish?.generation == generation { state.unreadWish = nil }
        state.notice = Notice(.error, text)
        return []
    case .postLoaded(let id, let detail): return state.landPost(id, detail)
    case .timelinesChanged(let counts): return state.timelinesChanged(counts)
    case .marked(let outcome, let marking): return state.confirm(outcome, marking)
    case .markFailed(let text, let change, let scope): return state.takeBack(change, scope, text)
    case .nothingToUndo: return state.answer("Nothing to undo")
    case .nothingToRedo: return state.answer("Nothing to redo")
    case .unreadFound(let pane, let key, let generation): return state.landUnread(pane, key, generation)
    case .searched(let pane, let keys, let isComplete, let generation):
        return state.landSearch(pane, keys, isComplete: isComplete, generation)
    case .searchFailed(let pane, let text, let generation):
        state.notice = Notice(.error, text)
        guard let index = state.index(of: pane), state.panes[index].search?.awaited == generation else { return [] }
        return state.endSearch(index)
    case .visitAnswered(let answer, let generation): return state.landVisit(answer, generation)
    case .visitFailed(let text, let generation): return state.failVisit(text, generation)
    case .healthLoaded(let health):
        let earlier = Dictionary(state.health.map { ($0.source, $0) }, uniquingKeysWith: { first, _ in first })
        state.health = health.map { $0.counted(as: earlier[$0.source]) }
        state.listSources()
        state.clampOverlay()
        return []
    case .fetchProgressed(let progress):
        state.fetching = progress
        guard progress.total == 0 else { return [] }
        state.endFilling()
        return [state.askForHealth]
    case .liveChanged(let live):
        state.live = live
        return [state.askForHealth]
    case .answered(let notice):
        state.notice = notice
        return []
    case .sourceAdded(let name, let persona, let generation):
        state.hasSources = true
        state.leavePrompt(awaiting: generation)
        state.notice = Notice(.answer, name + " added to " + persona.shown)
        return [state.askForHealth]
    case .sourcesOffered(let persona, let offers, let generation):
        return state.offer(offers, for: persona, generation)
    case .addingFailed(let text, let generation): return state.failAdding(text, generation)
    case .problemsFound(let problems, let isUnreadable):
        state.problems = problems
        state.isConfigurationUnreadable = isUnreadable
        return []
    case .settingsChanged(let settings): return state.adopt(settings)
    case .markerMoved(let move): return state.followMarker(move)
    }
}

extension State {
    func index(of pane: Pane) -> Int? { panes.firstIndex { $0.pane == pane } }

    mutating func nextGeneration() -> Int {
        generation += 1
        return generation
    }

    var noPostSelected: SafeText { "No post is selected" }

    mutating func answer(_ text: SafeText) -> [Effect] {
        notice = Notice(.answer, text)
        return []
    }

    /// What holds after every message: the selection is on the screen, the text begins anew with another post and is
    /// not scrolled past its end, what the layout shows of posts was read.
    mutating func tidy(since before: State) -> [Effect] {
        if prompt == nil, let late = lateNotice.take() { notice = late }
        let plan = self.plan
        let previous = before.focused?.selection
        let laysOutAlike = before.plan == plan && before.revealed == revealed && before.now == now
        var effects: [Effect] = []
        // A post may come to another time, or to another name.
        if focused?.selection?.id != previous?.id, focused?.selection?.key != previous?.key {
            text.scroll = 0
            postWish = nil
            if opensLanding, context == .post, let post = focused?.selectedPost { effects += markOpened(post) }
        }
        // What moves the selection later is no landing of this jump.
        opensLanding = opensLanding && focused?.selection == previous && isJumping
        if focused?.selection != previous { effects += release(focus) }
        for place in plan.panes {
            placeOnScreen(place.index)
            // Laying out lists is most of what a key costs, and of three panes it touches one.
            if laysOutAlike, before.panes.indices.contains(place.index),
                before.panes[place.index] == panes[place.index]
            {
                continue
            }
            if before.plan.plan(of: place.index)?.list != place.list { fillFoot(of: place.index, plan) }
            showSelection(of: place.index, plan)
            if place.index == focus, focused?.selection != previous { noteSeen(focus) }
            effects += lengthenExcerpts(place.index)
        }
        tidyText()
        clampOverlay()
        return effects + tidyVisit(hasNewSize: before.size != size)
    }

    mutating func start() -> [Effect] {
        var effects: [Effect] = []
        for index in panes.indices { effects += load(index, .position, landing: .position) }
        return effects + [askForHealth]
    }

    /// What the configuration says now; panes that stay keep their place.
    mutating func adopt(_ settings: ReaderSettings) -> [Effect] {
        options = settings.options
        theme = settings.theme
        // The beginning of a sequence may begin nothing now.
        if keymap != settings.keymap { pendingKeys = [] }
        keymap = settings.keymap
        let old = Dictionary(panes.map { ($0.persona.id, $0) }, uniquingKeysWith: { first, _ in first })
        let (focusedPersona, focusedKey) = (focused?.persona.id, focused?.persona.key)
        panes = settings.personas.map { persona in
            var pane = old[persona.id] ?? PaneState(persona)
            pane.persona = persona
            pane.awaited = nil
            return pane
        }
        // Who is called something else has his key still.
        focus =
            panes.firstIndex { $0.persona.id == focusedPersona } ?? panes.firstIndex { $0.persona.key == focusedKey }
            ?? 0
        hasSources = settings.hasSources
        unreadWish = nil
        // The question was about a pane that may not be there any more.
        if prompt?.isQuestion == true { prompt = nil }
        return reloadAll() + showText() + [askForHealth]
    }

    mutating func take(_ event: InputEvent) -> [Effect] {
        if isUnseen {
            switch event {
            case .paste, .click, .wheel: return []
            case .key, .resize, .resumed, .interrupt, .hangUp: break
            }
        }
        noteTouch(event)
        defer { noteTouch(event) }
        switch event {
        case .key(let key): return press(key)
        case .paste(let text): return paste(text)
        case .click(let point): return click(point)
        case .wheel(let rows, let point): return wheel(rows, at: point)
        case .resize(let size):
            self.size = size
            // Later nobody would remember what was asked.
            if isUnseen, prompt?.isQuestion == true { prompt = nil }
            return resized()
        case .resumed: return [.redraw]
        case .interrupt: return prompt == nil ? perform(.interrupt) : press(.control("c"))
        case .hangUp: return end()
        }
    }

    mutating func resized() -> [Effect] {
        // An answer may be about the places of before.
        if notice?.level == .answer { notice = nil }
        return panes.indices.reduce(into: []) { $0 += fill($1) } + showText()
    }

    /// Commits what is not yet in the store and leaves.
    mutating func end() -> [Effect] {
        guard !isEnding else { return [] }
        isEnding = true
        return savePlace() + [.end]
    }

    /// Where the reader stands, for the next run.
    mutating func savePlace() -> [Effect] {
        var effects = panes.indices.flatMap { keepPlace(of: $0) }
        if let persona = focused?.persona.id { effects.append(.saveLayout(layout, focus: persona)) }
        return effects
    }

    /// Where the reader stands in the focused pane, once a minute: a kill takes away a minute.
    mutating func keepPlace() -> [Effect] { focused == nil ? [] : keepPlace(of: focus) }

    /// Where the reader stands in a pane, when that is not where he stood: a reader that nobody touches does not undo what
    /// another one saved.
    mutating func keepPlace(of index: Int) -> [Effect] {
        let pane = panes[index]
        guard let place = pane.position, let id = place.id else { return [] }
        guard place != pane.keptPlace || pane.seenNewest != pane.keptSeen else { return [] }
        panes[index].keptPlace = place
        panes[index].keptSeen = pane.seenNewest
        if place == pane.keptPlace { return pane.seenNewest.map { [.saveSeen(pane.pane, $0)] } ?? [] }
        return [.savePosition(pane.pane, place.key, id, seenNewest: pane.seenNewest)]
    }
}

extension PaneState {
    /// Where the reader stands; on a gap, at the post beside it.
    var position: Place? {
        guard let selection, selection.id == nil else { return self.selection }
        // A gap may be filled by the next start: the post above it stays.
        guard let index = index(of: selection) else { return nil }
        let posts = [entries[..<index].reversed(), Array(entries[index...])].joined()
        return posts.map(Place.init).first { $0.id != nil }
    }
}
