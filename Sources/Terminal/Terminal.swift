import CTerminal
// Terminal.swift is the front door of Terminal: the session that draws frames, reads keys and gives the terminal back.
public import Cells
public import Text

/// The terminal while the reader has it. There is one at a time, used from one thread.
///
/// From `begin` to `end` the program is in the alternate screen, owns the signals named in `nextEvents`, and standard
/// error goes to memory. A crash in between gives the terminal back by itself.
public final class TerminalSession: Screen {
    /// What the user may choose about the terminal.
    public struct Options: Sendable {
        /// Clicks and the wheel come as events; the terminal's own selection then needs Shift.
        public var mouse: Bool
        /// The window's title follows the frames, where the terminal is known to have one.
        public var setsTitle: Bool

        public init(mouse: Bool = true, setsTitle: Bool = true) {
            self.mouse = mouse
            self.setsTitle = setsTitle
        }
    }

    /// What one wait gave. All may be false and empty when a signal that means nothing to the reader came.
    public struct Wake: Hashable, Sendable {
        /// In the order in which they came; of several resizes only the last.
        public var events: [InputEvent] = []
        /// Somebody called `wakeUp.signal()`.
        public var wasWoken = false
        /// The time of the caller was over before anything came.
        public var timedOut = false
    }

    /// Other threads end a wait with it.
    public let wakeUp: WakeUp

    /// How many colours this terminal shows.
    public let colors: ColorDepth

    /// Columns and rows.
    public private(set) var size: Size

    /// The signal that asks to end, once `.hangUp` was delivered because of one; give it to `exit(bySignal:)`.
    public private(set) var endingSignal: Int32?

    private let isUTF8: Bool
    private let signals: Int32
    private var shown: Surface?
    private var painter: Painter
    private var decoder = InputDecoder()
    private var hasMoreInput = false
    private var lastInput = ContinuousClock.now
    /// The last one that began, and when.
    private var sequence = (number: 0, since: ContinuousClock.now)
    private var isOpen = true
    /// What the next wait returns at once.
    private var queued: [InputEvent] = []
    /// Signals that came while the terminal was given away.
    private var carried: SignalSet = []

    /// Takes the terminal: alternate screen, keys unbuffered and without XON/XOFF, bracketed paste.
    ///
    /// Colours are those that TERM's terminfo entry names; none when NO_COLOR is set and not empty (no-color.org).
    /// - Throws: `TerminalError` when standard input and output are not such a terminal; nothing was changed then.
    public static func begin(_ options: Options = Options()) throws(TerminalError) -> TerminalSession {
        try TerminalSession(options)
    }

    private init(_ options: Options) throws(TerminalError) {
        let kind = try TerminalKind.checked()
        if Self.isTooLarge { throw .tooLarge }
        isUTF8 = curses_use_locale()
        // Stopped with our own handlers in place, it could not be ended.
        guard tty_await_foreground(), tty_save_modes() else { throw .notATerminal(.input) }
        wakeUp = try WakeUp()
        signals = tty_begin_signals()
        guard signals >= 0 else { throw .noDescriptor }
        let wanted = curses_options(
            colors: !kind.forbidsColor, mouse: options.mouse && kind.isLikeXterm, bracketed_paste: kind.isLikeXterm,
            titles: options.setsTitle && kind.isLikeXterm)
        let started = Int(curses_begin(wanted))
        guard started == CURSES_STARTED else {
            tty_end_signals()
            throw started == CURSES_UNKNOWN_TERMINAL
                ? .unknownKind(kind.name)
                : started == CURSES_CANNOT_PLACE_CURSOR ? .noCursorMovement(kind.name) : .noDescriptor
        }
        colors = ColorDepth(count: Int(curses_color_count()))
        painter = Painter(colors: colors, isUTF8: isUTF8)
        size = Self.sizeOfCurses()
        if tty_capture_errors() { capturesErrors = true }
        tty_arm_crash_guard(true)
        adoptKernelSize()
    }

    private var capturesErrors = false

    deinit { end() }

    /// Gives the terminal back exactly as it was. Calling it twice is harmless.
    public func end() {
        guard isOpen else { return }
        isOpen = false
        curses_end(endingSignal != nil)
        tty_restore_modes()
        tty_arm_crash_guard(false)
        tty_release_errors()
        tty_end_signals()
    }

    /// What was written to standard error while the terminal was ours, at most the last 4096 bytes; for showing it
    /// after `end`. Empty when there was none or standard error was no terminal.
    public var capturedErrors: SafeText {
        guard capturesErrors else { return "" }
        let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
            count = buffer.withMemoryRebound(to: CChar.self) { tty_captured_errors($0.baseAddress, $0.count) }
        }
        return SafeText(sanitizing: String(decoding: bytes, as: UTF8.self), as: .body)
    }

    /// Ends the process by a signal's default action, so that its parent sees the right status. Call `end` before.
    public static func exit(bySignal number: Int32) -> Never {
        tty_die_by_signal(number)
    }

    // MARK: Drawing

    /// Shows a frame; only cells that differ from the last one are sent, in one write. A frame of another size than the
    /// terminal's, as in the middle of a resize, is cut off or leaves the rest blank. A terminal that does not read is
    /// waited for until a signal asks to end; what is left of the frame is dropped then.
    public func present(_ frame: Frame) {
        guard isOpen else { return }
        let before = shown.flatMap { $0.size == frame.surface.size ? $0 : nil }
        painter.paint(frame.surface, over: before, within: size)
        curses_set_title(isUTF8 ? frame.title.onOneLine.string : ASCIIForm.of(frame.title.onOneLine.string))
        let isSent = curses_show(Int32(frame.cursor?.x ?? -1), Int32(frame.cursor?.y ?? -1))
        shown = isSent ? frame.surface : nil
    }

    /// Forgets what stands on the screen, so that the next frame is sent whole.
    public func invalidate() {
        shown = nil
    }

    /// Asks the terminal to put text into the clipboard (OSC 52), over SSH too. Whether it did cannot be known.
    /// Only for what the user asked to copy, never for what came from outside by itself.
    public func copyToClipboard(_ text: SafeText) {
        guard isOpen else { return }
        curses_copy(Base64.encoded(Array(text.string.utf8)))
    }

    // MARK: Waiting

    /// Waits for input and returns what is there, some hundreds of events at most.
    ///
    /// SIGTERM, SIGHUP, SIGQUIT, signals that end a program by default, and the end of the terminal give `.hangUp`,
    /// SIGINT from outside `.interrupt`, SIGWINCH `.resize`, SIGTSTP from outside suspends and gives `.resumed`. A signal
    /// that asks to end comes before all that was typed. `nil` waits for ever.
    public func nextEvents(timeoutMilliseconds: Int?) -> Wake {
        var wake = Wake(events: queued)
        queued = []
        let isWanted = wake.events.isEmpty && carried.isEmpty && !hasMoreInput
        let timeout = [timeoutMilliseconds, patienceLeft].compactMap(\.self).min()
        let ready = Int(terminal_wait(wakeUp.descriptor, signals, isWanted ? Int32(clamping: timeout ?? -1) : 0))
        if ready & WAIT_TERMINAL == 0, patienceLeft == 0 { decoder.giveUp() }
        if ready == 0, isWanted, timeout == timeoutMilliseconds { wake.timedOut = true }
        if ready & WAIT_WOKEN != 0 {
            wakeUp.clear()
            wake.wasWoken = true
        }
        if ready & WAIT_SIGNAL != 0 || !carried.isEmpty { obeySignals(&wake) }
        if endingSignal != nil { return wake }
        if ready & WAIT_TERMINAL != 0 || hasMoreInput { readInput() }
        wake.events += decoder.takeEvents()
        if ready & WAIT_GONE != 0, !wake.events.contains(.hangUp) { wake.events.append(.hangUp) }
        return wake
    }

    /// Milliseconds until what was cut off is given up, because its end seems to be lost; nil when nothing is.
    private var patienceLeft: Int? {
        guard let patience = decoder.patience, !hasMoreInput else { return nil }
        let since = decoder.isPatienceRenewed ? lastInput : sequence.since
        return max(0, patience - Self.milliseconds(since: since))
    }

    private static func milliseconds(since moment: ContinuousClock.Instant) -> Int {
        Int((ContinuousClock.now - moment) / .milliseconds(1))
    }

    /// Bounded, so that a flood of input leaves time to draw and to obey signals; the rest is still there at the next
    /// call, some of it with ncurses, of which the kernel knows nothing any more.
    private func readInput() {
        if Self.milliseconds(since: lastInput) > 3000 { decoder.forgetEscape() }
        lastInput = .now
        defer { if sequence.number != decoder.begun { sequence = (decoder.begun, lastInput) } }
        for _ in 0..<16_384 where decoder.eventCount < 512 {
            let input = RawInput(curses_read())
            guard input != .nothing else {
                hasMoreInput = false
                decoder.drained()
                return
            }
            decoder.feed(input)
        }
        hasMoreInput = true
    }

    private func obeySignals(_ wake: inout Wake) {
        var arrived = carried.union(SignalSet(rawValue: tty_take_signals()))
        carried = []
        // Who is to end is not stopped first.
        if arrived.ending == nil, arrived.contains(.stop) {
            suspend()
            arrived.formUnion(carried)
            carried = []
        } else if arrived.contains(.goOn) {
            // Somebody stopped us without asking; the shell has changed the modes since.
            outside {}
            queued.append(.resumed)
            noteSize()
        } else if arrived.contains(.resize) {
            noteSize()
        }
        wake.events += queued
        queued = []
        if arrived.contains(.interrupt) { wake.events.append(.interrupt) }
        if let number = arrived.ending {
            endingSignal = number
            wake.events.append(.hangUp)
        }
    }

    // MARK: Leaving for a while

    /// Gives the terminal back and stops the process group, as ^Z does; returns when the shell continues it, with the
    /// terminal taken again and nothing on the screen. The next wait gives `.resumed`, and `.resize` if that changed.
    /// Without a shell that could continue it, it comes back at once.
    public func suspend() {
        outside {
            // Without job control there is nobody to come back from; the screen is simply taken again.
            _ = tty_stop()
        }
        // The signal that continued us is obeyed by this.
        passOver([.stop, .goOn, .resize])
        queued.append(.resumed)
        noteSize()
    }

    /// Gives the terminal to a program that draws there itself, such as a text browser, and takes it back with nothing
    /// on the screen when that ends. ^Z in it stops both, and the shell continues both.
    /// - Parameter arguments: the program first; none may contain NUL.
    public func run(_ arguments: [String]) -> ExternalProgram.Outcome {
        let outcome = outside { ExternalProgram.runInTerminal(arguments) }
        // The terminal's keys signal to its whole foreground group: they were meant for the program.
        passOver([.stop, .goOn, .resize, .interrupt, .quit])
        noteSize()
        return outcome
    }

    /// Takes the signals that came while the terminal was away; all but these wait for the next round.
    private func passOver(_ obeyed: SignalSet) {
        carried.formUnion(SignalSet(rawValue: tty_take_signals()).subtracting(obeyed))
    }

    private func noteSize() {
        if adoptKernelSize() { queued.append(.resize(size)) }
    }

    /// Runs something that needs the terminal as it was (an editor), then takes it back with nothing on the screen.
    public func outside<Result>(_ body: () -> Result) -> Result {
        guard isOpen else { return body() }
        curses_leave()
        tty_restore_modes()
        tty_arm_crash_guard(false)
        let result = body()
        tty_arm_crash_guard(true)
        curses_resume()
        shown = nil
        return result
    }

    private static let largestSide: Int32 = 10_000

    /// Columns or rows beyond what can be drawn.
    private static var isTooLarge: Bool {
        var columns: Int32 = 0
        var rows: Int32 = 0
        return terminal_size(&columns, &rows) && max(columns, rows) > largestSide
    }

    @discardableResult
    private func adoptKernelSize() -> Bool {
        var columns: Int32 = 0
        var rows: Int32 = 0
        guard terminal_size(&columns, &rows) else { return false }
        // A terminal that says it is larger is not believed: ncurses counts in 16 bits.
        (columns, rows) = (min(columns, Self.largestSide), min(rows, Self.largestSide))
        guard Size(width: Int(columns), height: Int(rows)) != size else { return false }
        curses_resize(columns, rows)
        shown = nil
        size = Self.sizeOfCurses()
        return true
    }

    private static func sizeOfCurses() -> Size {
        var columns: Int32 = 0
        var rows: Int32 = 0
        curses_size(&columns, &rows)
        return Size(width: Int(columns), height: Int(rows))
    }
}
