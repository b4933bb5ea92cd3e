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

    /// The first that asks to end.
    var ending: Int32? {
        [SIGTERM, SIGHUP, SIGQUIT].first { contains(SignalSet.only($0)) }
    }
}
