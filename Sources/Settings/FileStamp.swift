import Glibc

/// What changes whenever a file is written or replaced.
public struct FileStamp: Hashable, Sendable {
    private let device: UInt
    private let file: UInt
    private let size: Int
    private let mode: UInt32
    private let seconds: Int
    private let nanoseconds: Int

    /// Nil when there is no file, or none that can be seen.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        (device, file, size) = (UInt(status.st_dev), UInt(status.st_ino), Int(status.st_size))
        (mode, seconds, nanoseconds) = (status.st_mode, status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
    }
}
