import Cells
import Text
import TimelineModel

/// From keys to commands to what they do.
extension State {
    var context: KeyContext {
        if !overlays.isEmpty { return .overlay }
        if let visit = visits.last { return visit.isReading ? .post : .thread }
        return layout.focusesPost && isTextShown ? .post : .list
    }

    /// The screen is too small to show anything, so keys and clicks would act on what nobody sees.
    var isUnseen: Bool { plan.arrangement == .tooSmall }

    mutating func press(_ key: Key) -> [Effect] {
        notice = nil
        let isUnseen = isUnseen
        if !isUnseen, prompt != nil {
            // What another program wrote over the screen is in the way of who types, too.
            if case .control = key, case .command(.redraw) = keymap.meaning(of: [key], in: context) { return [.redraw] }
            return type(key)
        }
        if !isUnseen, case .help? = overlays.last?.kind, let effects = typeInHelp(key) { return effects }
        if key == .escape, !pendingKeys.isEmpty {
            pendingKeys = []
            return []
        }
        pendingKeys.append(key)
        switch keymap.meaning(of: pendingKeys, in: context) {
        case .command(let command):
            pendingKeys = []
            return isUnseen && !command.needsNoScreen ? [] : perform(command)
        case .prefix: return []
        case .nothing:
            let typed = pendingKeys
            pendingKeys = []
            if typed.count == 1, let effects = pickByNumber(typed[0]) { return effects }
            // The key that ends programs is not without meaning, whatever other keys an action was given.
            if typed == [.control("c")] { return perform(.interrupt) }
            let spelled = KeySequence(typed).spelled
            return answer("\(spelled) does nothing here · \(keyName(.help)) help")
        }
    }

    mutating func perform(_ command: Command) -> [Effect] {
        opensLanding = context == .post && command.jumpsToAPost
        if !overlays.isEmpty, let effects = performInOverlay(command) { return effects }
        if overlays.isEmpty, let effects = performInVisit(command) { return effects }
        if let number = command.personaNumber { return focusPersona(number) }
        if command.isOfAPost, visits.isEmpty, focused?.selectedPost == nil { return answer(noPostSelected) }
        switch command {
        case .down: return context == .post ? scrollText(by: 1) : move(by: 1)
        case .up: return context == .post ? scrollText(by: -1) : move(by: -1)
        case .halfPageDown: return scrollPage(half: true, 1)
        case .halfPageUp: return scrollPage(half: true, -1)
        case .pageDown: return scrollPage(half: false, 1)
        case .pageUp: return scrollPage(half: false, -1)
        case .top: return context == .post ? scrollText(by: -1_000_000) : goToTop()
        case .bottom: return context == .post ? scrollText(by: 1_000_000) : goToBottom()
        case .nextPost: return move(by: 1)
        case .previousPost: return move(by: -1)
        case .advance: return advance()
        case .nextUnread: return focused?.search == nil ? goOnToNextUnread() : goToMatch(downwards: true)
        case .previousUnread: return goToNextUnread(downwards: false)
        case .nextMatch: return goToMatch(downwards: true)
        case .previousMatch: return focused?.search == nil ? toggleRead() : goToMatch(downwards: false)
        case .toggleRead: return toggleRead()
        case .markAboveRead: return markSide(above: true)
        case .markBelowRead: return markSide(above: false)
        case .markPaneRead: return markPane()
        case .undo: return [.undoMark]
        case .redo: return [.redoMark]
        case .toggleStar: return toggleStar()
        case .toggleUnreadOnly: return toggleUnreadOnly()
        case .toggleHidden: return toggleHidden()
        case .search: return ask(Prompt(.search))
        case .openLink: return wish(.links(.open))
        case .pickLink: return wish(.links(.pick))
        case .copyLink: return wish(.links(.copy))
        case .reveal: return toggleReveal()
        case .sourceInfo: return showSourceInfo()
        case .sources: return showOverlay(focused.map { .sources($0.persona.id) })
        case .errors: return showOverlay(.errors)
        case .help: return showOverlay(.help(HelpTable.lines(keymap)))
        case .refreshPane: return refresh(focused?.persona.id)
        case .refreshAll: return refresh(nil)
        case .addSource:
            if isConfigurationUnreadable { return answer(mendFirst) }
            return focused.map { ask(Prompt(.addSource($0.persona.id))) } ?? []
        case .redraw: return [.redraw]
        case .interrupt: return interrupt()
        case .suspend: return savePlace() + [.suspend]
        case .open: return openSelection()
        case .zoom: return zoom()
        case .openThread: return openThread()
        case .openAuthor: return openAuthor()
        case .openVersions: return openVersions()
        case .back: return back()
        case .quit: return end()
        case .nextPane: return focusNeighbour(1)
        case .previousPane: return focusNeighbour(-1)
        case .growText: return resizeText(rows: 2, columns: 4)
        case .shrinkText: return resizeText(rows: -2, columns: -4)
        case .persona1, .persona2, .persona3, .persona4, .persona5, .persona6, .persona7, .persona8, .persona9:
            return []
        }
    }

    private mutating func scrollPage(half: Bool, _ direction: Int) -> [Effect] {
        let plan = self.plan
        if context == .post, let text = plan.text {
            return scrollText(by: direction * max(1, half ? text.height / 2 : text.height - 1))
        }
        let height = plan.plan(of: focus)?.list.height ?? 1
        return page(rows: direction * max(1, half ? height / 2 : height - 1))
    }

    /// Moves the line between list and text: by rows where they stand one above the other, else by columns.
    mutating func resizeText(rows: Int, columns: Int) -> [Effect] {
        let isBeside = visits.last?.isReading ?? (plan.arrangement == .zoomed)
        if isBeside, size.width >= ScreenPlan.leastWideWidth {
            layout.listColumns = ScreenPlan.listWidth(besideTextOf: self) - columns
            // The plan has the last word on what fits.
            layout.listColumns = ScreenPlan.listWidth(besideTextOf: self)
            return []
        }
        guard visits.isEmpty, let text = plan.text, plan.plan(of: focus)?.list.height ?? 0 > 0 else {
            let isOpen = visits.last?.isReading ?? (plan.text != nil)
            return answer(isOpen ? "The text has all the room there is" : "No text is open · " + textOpener)
        }
        layout.textRows = text.height + rows
        layout.textRows = self.plan.text?.height
        return []
    }

    private var textOpener: SafeText {
        visits.isEmpty ? "\(keyName(.zoom)) shows it" : "\(keyName(.open, in: .thread)) opens it"
    }

    private mutating func refresh(_ persona: PersonaID?) -> [Effect] {
        guard hasSources else { return answer(noSourceYet) }
        if fetching.total > 0 {
            notice = Notice(
                .answer, "Asked again after this round: \(fetching.done) of \(fetching.total) sources are done")
        }
        return [.refresh(persona)]
    }

    var noSourceYet: SafeText {
        isConfigurationUnreadable ? mendFirst : "There is no source yet · \(keyName(.addSource)) adds one"
    }

    /// What is added is written into a file that somebody has to understand.
    private var mendFirst: SafeText { "config.toml has to be mended first · \(keyName(.errors)) says where" }

    private mutating func interrupt() -> [Effect] {
        pendingKeys = []
        let searching = panes.indices.filter { panes[$0].search?.awaited != nil }
        let ended: [Effect] = searching.reduce(into: []) { $0 += endSearch($1) }
        if fetching.total > 0 {
            notice = Notice(.answer, "Fetching interrupted")
            return ended + [.interruptFetching]
        }
        if !searching.isEmpty { return ended + answer("Search interrupted") }
        return hasQuitKey ? answer(howToLeave) : end()
    }

    private var hasQuitKey: Bool { !keymap.sequences(for: .quit, in: .list).isEmpty }

    /// Where the user left no key for it, what interrupts quits when there is nothing to interrupt.
    var howToLeave: SafeText { "\(keymap.wayOut ?? "No key") quits" }
}

extension Command {
    /// Goes to another post; from the text, to read it.
    fileprivate var jumpsToAPost: Bool {
        switch self {
        case .nextPost, .previousPost, .nextUnread, .previousUnread, .nextMatch, .previousMatch: true
        default: false
        }
    }

    /// Does something with the selected post.
    var isOfAPost: Bool {
        switch self {
        case .toggleRead, .toggleStar, .openLink, .pickLink, .copyLink, .reveal, .openThread, .openAuthor,
            .openVersions:
            true
        default: false
        }
    }

    /// Does the same whatever is on the screen.
    fileprivate var needsNoScreen: Bool {
        switch self {
        case .quit, .interrupt, .suspend, .redraw: true
        default: false
        }
    }
}
