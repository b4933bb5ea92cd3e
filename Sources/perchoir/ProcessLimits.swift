import Glibc
import Text

/// What the system allows this process, looked at before something of it is missed in the middle of the work.
enum ProcessLimits {
    /// Files that a round of fetching, or the reader, opens at least beside those that are open at the start.
    private static let neededFiles = 24

    /// Writing beyond the size that files may have fails and is told, in place of ending the program without a word.
    static func tellOfLargeFiles() { signal(SIGXFSZ, SIG_IGN) }

    /// libdispatch ends the program where it gets no descriptor, and libraries that are loaded late are not found then.
    /// - Throws: when too few can be had.
    static func checkOpenFiles() throws(WorkspaceError) {
        var taken: [Int32] = []
        defer { for descriptor in taken { close(descriptor) } }
        while taken.count < neededFiles {
            let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
            if descriptor < 0 {
                guard errno == EMFILE || errno == ENFILE else { return }
                throw WorkspaceError(
                    "too few open files are allowed: \(taken.count) more can be had, at least \(neededFiles) are needed; "
                        + "see ulimit -n", .unavailable)
            }
            taken.append(descriptor)
        }
    }
}
