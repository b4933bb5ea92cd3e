import Cells
import ReaderCore
import Settings
import Store
import Terminal
import Text
import TimelineModel

/// The event loop: waits for keys and answers, updates the state, draws when something changed.
struct ReaderLoop {
    /// How often the loop wakes by itself.
    enum Pace: Equatable {
        /// Never: no refreshes and no clock, what stands on the screen stays.
        case still
        /// At every minute of the clock, for its times and for what is due.
        case minutes
        /// Every so many seconds, asking every source (the demo).
        case seconds(Int)
    }

    /// Seconds between two upkeeps of a reader that stays open for days.
    private static let upkeepInterval: Int64 = 6 * 3600

    /// Wake-ups that keys typed ahead wait for the store, all together. Two thousand keys need some dozens of answers; what a
    /// store that is busy for a second does not answer, they do without.
    private static let patienceForAnswer = 1000

    private let terminal: TerminalSession
    private let inbox: Inbox
    private let runner: EffectRunner
    private let workspace: Workspace
    private let browser: Browser
    private let pace: Pace
    private var state: State
    private var drawn: Drawn?
    /// What the picture does not wait for, in its order, until it is on the screen.
    private var waiting: [Effect] = []

    init(_ workspace: Workspace, terminal: TerminalSession, pace: Pace) throws(StoreError) {
        self.workspace = workspace
        self.terminal = terminal
        self.pace = pace
        inbox = Inbox(wakeUp: terminal.wakeUp)
        runner = EffectRunner(workspace, inbox: inbox)
        browser = Browser(environment: workspace.environment)
        let now = SystemClock.now()
        let settings = workspace.readerSettings
        state = State(
            size: terminal.size, personas: settings.personas, now: now, zone: workspace.zone,
            options: settings.options, theme: settings.theme, keymap: settings.keymap)
        state.hasSources = settings.hasSources
        state.problems = workspace.problems
        state.isConfigurationUnreadable = workspace.unreadable != nil
        let saved = SavedLayout(values: try workspace.store.layout())
        state.layout = saved.layout
        state.focus = state.panes.firstIndex { $0.persona.id == saved.focus } ?? 0
        let counts = try workspace.store.counts()
        for index in state.panes.indices { state.panes[index].counts = counts[state.panes[index].pane] ?? PaneCounts() }
        if let message = workspace.openingMessages.first { state.notice = Notice(.warning, message) }
    }

    /// Runs until the user quits or the terminal goes away.
    /// - Returns: the signal by which the program should end, if one asked for it.
    mutating func run() -> Int32? {
        let doorbell = Doorbell.listen(at: workspace.doorbellPath) { [runner] in runner.takeOverFromOutside() }
        defer { doorbell?.close() }
        handle([.started])
        waitForExpectedAnswers()
        draw()
        performWaiting()
        // What is thrown away at the end, as the demo's store is, needs neither.
        if pace == .minutes {
            runner.followLive()
            runner.refresh(nil, dueOnly: true)
            runner.startUpkeep()
        }
        var turn = nextTurn(after: SystemClock.now())
        var upkeep = SystemClock.now().adding(seconds: Self.upkeepInterval)
        while !state.isEnding {
            let patience = turn.map { Int(max(0, $0.milliseconds - SystemClock.now().milliseconds)) }
            let wake = terminal.nextEvents(timeoutMilliseconds: patience)
            var messages = inbox.take() + wake.events.map(Message.inputArrived)
            let now = SystemClock.now()
            // A clock that was set back would otherwise keep the loop asleep until it caught up.
            if let due = turn, let usual = nextTurn(after: now) { turn = min(due, usual) }
            if let due = turn, due <= now {
                messages.append(.clockTicked(now))
                runner.lookAfterLive(at: now)
                runner.refresh(nil, dueOnly: pace == .minutes, unlessBusy: true)
                turn = nextTurn(after: now)
            }
            upkeep = min(upkeep, now.adding(seconds: Self.upkeepInterval))
            if upkeep <= now {
                runner.startUpkeep()
                upkeep = now.adding(seconds: Self.upkeepInterval)
            }
            guard !messages.isEmpty else { continue }
            handle(messages)
            waitForExpectedAnswers()
            if !state.isEnding { draw() }
            performWaiting()
        }
        runner.finish()
        return terminal.endingSignal
    }

    /// Obeys messages in their order, answers before input: waiting takes younger answers, which may not come before
    /// older ones. A key that comes while something is awaited that it may need, or would give up, waits for it: so keys
    /// typed ahead do the same as keys typed slowly.
    private mutating func handle(_ messages: [Message]) {
        var patience = Self.patienceForAnswer
        var text: Effect?
        for message in messages {
            if case .inputArrived(.key) = message, state.awaitsAnswer, patience > 0 {
                if let wanted = text.take() { perform(wanted) }
                waitForAnswer(&patience)
            }
            for effect in update(&state, message) {
                // Of posts that keys only pass by, no text is read.
                if case .loadPost = effect {
                    text = effect
                } else {
                    perform(effect, isAwaited: !message.comesUnasked)
                }
            }
        }
        if let text { perform(text) }
    }

    private mutating func waitForAnswer(_ patience: inout Int) {
        while state.awaitsAnswer, patience > 0 {
            patience = terminal.wakeUp.wait(milliseconds: 1000) ? patience - 1 : 0
            for answer in inbox.take() {
                for effect in update(&state, answer) { perform(effect) }
            }
        }
    }

    /// A key and what it brings on the screen make one picture: the store answers in a millisecond or two, and drawing
    /// waits for it a little rather than showing two half pictures.
    private mutating func waitForExpectedAnswers() {
        var patience = 4
        while inbox.awaitsAnswer, patience > 0 {
            let wake = terminal.nextEvents(timeoutMilliseconds: 5)
            let messages = inbox.take() + wake.events.map(Message.inputArrived)
            handle(messages)
            patience = wake.timedOut ? 0 : patience - 1
        }
        handle(inbox.take())
    }

    private mutating func draw() {
        let frame = view(state, after: drawn)
        terminal.present(frame)
        drawn = Drawn(state: state, frame: frame)
    }

    private mutating func performWaiting() {
        for effect in waiting { runner.perform(effect, isAwaited: false) }
        waiting = []
    }

    private mutating func perform(_ effect: Effect, isAwaited: Bool = true) {
        guard !effect.canWait else { return waiting.append(effect) }
        // A read sees the marks before it.
        performWaiting()
        switch effect {
        case .redraw:
            terminal.invalidate()
        case .suspend:
            terminal.suspend()
            state.now = SystemClock.now()
        case .openLink(let address): open(address)
        case .copy(let address):
            terminal.copyToClipboard(address.shown)
            state.notice = Notice(.answer, "Copied " + address.shownShort)
        case .end: break
        default: runner.perform(effect, isAwaited: isAwaited)
        }
    }

    private mutating func open(_ address: WebAddress) {
        guard let launch = browser.launch(for: address) else {
            state.notice = Notice(.error, browser.trouble)
            return
        }
        guard launch.takesTerminal else {
            state.notice = Notice(.answer, "Opened " + address.shownShort)
            browser.start(launch) { [inbox] in inbox.post(.answered(Notice(.error, $0))) }
            return
        }
        if let complaint = launch.complaint(about: terminal.run(launch.command)) {
            state.notice = Notice(.error, complaint)
        }
    }

    /// When the loop wakes by itself; nil waits for keys and answers alone.
    private func nextTurn(after now: Timestamp) -> Timestamp? {
        switch pace {
        case .still: nil
        case .minutes: Timestamp(milliseconds: now.milliseconds - now.milliseconds % 60_000 + 60_000)
        case .seconds(let seconds): now.adding(seconds: Int64(seconds))
        }
    }
}
