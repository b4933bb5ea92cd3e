import CTerminal

/// Ends a wait of the terminal's thread from any other (an eventfd). Many signals before a wait end it once.
public final class WakeUp: Sendable {
    let descriptor: Int32

    /// - Throws: `TerminalError.noDescriptor` when the process has too many files open.
    public init() throws(TerminalError) {
        descriptor = wakeup_open()
        guard descriptor >= 0 else { throw .noDescriptor }
    }

    deinit { wakeup_close(descriptor) }

    /// The wait that is going on, or else the next one, returns with `wasWoken`. Never blocks.
    public func signal() { wakeup_signal(descriptor) }

    /// Waits for a signal, at most so many milliseconds, and takes it away.
    /// - Returns: whether one came.
    public func wait(milliseconds: Int) -> Bool {
        let came = wakeup_wait(descriptor, Int32(clamping: milliseconds))
        if came { clear() }
        return came
    }

    func clear() { wakeup_clear(descriptor) }
}
