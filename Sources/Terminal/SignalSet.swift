import CTerminal
import Glibc

/// The signals that arrived since they were last asked for.
struct SignalSet: OptionSet {
    let rawValue: UInt64

    private static func only(_ number: Int32) -> SignalSet { SignalSet(rawValue: 1 << UInt64(number)) }

    static let resize = only(SIGWINCH)
    static let interrupt = only(SIGINT)
    static let stop = only(SIGTSTP)
    static let goOn = only(SIGCONT)
    static let quit = only(SIGQUIT)

    /// The one that asks to end; of several SIGTERM, which says it most plainly.
    var ending: Int32? {
        let asking = rawValue & tty_ending_signals()
        guard asking != 0 else { return nil }
        return contains(Self.only(SIGTERM)) ? SIGTERM : Int32(asking.trailingZeroBitCount)
    }
}
