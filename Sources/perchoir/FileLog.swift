import Glibc
import Logging
import Settings
import Synchronization
import Text
import TimelineModel

/// The log in the state folder: one line an event, sanitized, begun anew when it reaches a megabyte. What
/// is no file is not written to.
struct FileLog: LogHandler {
    private final class File: Sendable {
        let path: String
        private let lock = Mutex(())

        init(path: String) { self.path = path }

        func append(_ line: String) {
            lock.withLock { _ in
                var status = stat()
                if stat(path, &status) == 0, status.st_size > 1 << 20 { rename(path, path + ".old") }
                // A pipe would be waited for, when it is opened and when it is full.
                let flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY
                let descriptor = open(path, flags, 0o600)
                guard descriptor >= 0 else { return }
                defer { close(descriptor) }
                guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
                _ = line.utf8.withContiguousStorageIfAvailable { write(descriptor, $0.baseAddress, $0.count) }
            }
        }
    }

    private let file: File
    var metadata = Logger.Metadata()
    var logLevel = Logger.Level.info

    static func logger(path: String) -> Logger {
        if let slash = path.lastIndex(of: "/") { makeFolder(String(path[..<slash])) }
        let file = File(path: path)
        return Logger(label: "perchoir") { _ in FileLog(file: file) }
    }

    private static func makeFolder(_ path: String) {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return }
        makeFolder(String(path[..<slash]))
        mkdir(path, 0o700)
    }

    private init(file: File) { self.file = file }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let text = SafeText(sanitizing: event.message.description)
        file.append("\(SystemClock.now().rfc3339) \(event.level) \(text)\n")
    }
}
