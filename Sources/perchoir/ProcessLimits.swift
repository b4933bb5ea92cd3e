import Glibc

/// What the system allows this process, looked at before something of it is missed in the middle of the work.
enum ProcessLimits {
    /// Writing beyond the size that files may have fails and is told, in place of ending the program without a word.
    static func tellOfLargeFiles() { signal(SIGXFSZ, SIG_IGN) }
}
