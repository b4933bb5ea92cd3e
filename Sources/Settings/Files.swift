import Glibc
import Text

/// Reading and replacing small files that must never be half written.
enum Files {
    /// What `read` found: the bytes and who may change them.
    struct Content {
        let bytes: [UInt8]
        let owner: uid_t
        let group: gid_t
        /// The lower twelve bits of the mode.
        let mode: mode_t
    }

    /// The whole of a regular file; nil when there is none.
    /// - Parameters:
    ///   - limit: bytes that such a file holds at most.
    ///   - followingLinks: false refuses a path whose last part is a symbolic link.
    static func read(_ path: String, limit: Int, followingLinks: Bool = true) throws(FileTrouble) -> Content? {
        // Non-blocking, because opening a pipe would otherwise wait for a writer.
        let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (followingLinks ? 0 : O_NOFOLLOW)
        let descriptor = open(path, flags)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            if errno == ELOOP, !followingLinks {
                throw FileTrouble(.refused, path: path, "this is a symbolic link; put the file itself here")
            }
            throw .system(path, "cannot be opened")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(path, "cannot be examined") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FileTrouble(.refused, path: path, "this is not a plain file")
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system(path, "cannot be read") }
            if count == 0 { break }
            bytes += buffer[..<count]
            guard bytes.count <= limit else {
                throw FileTrouble(.malformed, path: path, "larger than \(limit / 1024) KiB")
            }
        }
        return Content(bytes: bytes, owner: status.st_uid, group: status.st_gid, mode: status.st_mode & 0o7777)
    }

    /// Puts new content in the place of a file in one step: other programs and a crash see the old or the new one.
    /// - Parameters:
    ///   - group: where the file cannot be given to it, the group that it has instead gets no permission.
    ///   - check: runs when everything is on the disk but the name; throwing leaves the old file as it is.
    static func replace(
        _ path: String, with bytes: [UInt8], mode: mode_t, owner: uid_t? = nil, group: gid_t? = nil,
        check: () throws(FileTrouble) -> Void = {}
    ) throws(FileTrouble) {
        let folder = self.folder(of: path)
        let temporary = "\(folder)/.\(name(of: path)).\(String(UInt64.random(in: .min ... .max), radix: 36))"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system(path, "cannot be replaced") }
        do throws(FileTrouble) {
            defer { close(descriptor) }
            try write(bytes, to: descriptor, for: path)
            if let owner, owner != geteuid(), fchown(descriptor, owner, gid_t.max) != 0 {
                throw .system(path, "its owner cannot be kept")
            }
            var mode = mode
            if let group, !give(descriptor, to: group) { mode &= ~0o2070 }
            guard fchmod(descriptor, mode) == 0 else { throw .system(path, "its mode cannot be kept") }
            guard fsync(descriptor) == 0 else { throw .system(path, "cannot be written") }
            try check()
            guard rename(temporary, path) == 0 else { throw .system(path, "cannot be replaced") }
        } catch {
            unlink(temporary)
            throw error
        }
        try synchronize(folder: folder)
    }

    private static func give(_ descriptor: Int32, to group: gid_t) -> Bool {
        var status = stat()
        if fstat(descriptor, &status) == 0, status.st_gid == group { return true }
        return fchown(descriptor, uid_t.max, group) == 0
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32, for path: String) throws(FileTrouble) {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .system(path, "cannot be written") }
            written += count
        }
    }

    /// Makes the names in a folder last over a power loss.
    private static func synchronize(folder: String) throws(FileTrouble) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(folder, "cannot be opened") }
        defer { close(descriptor) }
        // Some network file systems cannot do it; the file itself is on the disk.
        guard fsync(descriptor) == 0 || errno == EINVAL || errno == ENOTSUP else {
            throw .system(folder, "cannot be written")
        }
    }

    /// Creates a folder and those above it, open to their owner alone. Source: XDG Base Directory Specification 0.8.
    static func createFolder(_ path: String) throws(FileTrouble) {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, path != "/", path != "." else { throw .system(path, "cannot be created") }
        try createFolder(folder(of: path))
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .system(path, "cannot be created") }
    }

    /// Runs `body` while no other process of ours does the same for this folder.
    /// - Parameter seconds: how long to wait for another one.
    /// - Throws: when another one keeps the lock for longer; what `body` throws.
    static func withLock<Result>(
        onFolder path: String, seconds: Int = 5, _ body: () throws(FileTrouble) -> Result
    ) throws(FileTrouble) -> Result {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(path, "cannot be opened") }
        defer { close(descriptor) }
        var attempts = 0
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            // A file system without locks: going on beats refusing to work at all.
            if errno == ENOLCK || errno == ENOTSUP || errno == EINVAL { break }
            guard errno == EWOULDBLOCK else { throw .system(path, "cannot be locked") }
            attempts += 1
            guard attempts < seconds * 100 else {
                throw FileTrouble(.system(EWOULDBLOCK), path: path, "another perchoir is writing here; try again")
            }
            usleep(10_000)
        }
        return try body()
    }

    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    static func name(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }

    /// A path as a shell takes it, for the line that a message asks to type.
    static func quotedForShell(_ path: String) -> SafeText {
        let plain = path.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || "/._-".utf8.contains(byte)
        }
        if plain { return SafeText(sanitizing: path) }
        return SafeText(
            sanitizing: "'" + path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
                + "'")
    }
}
