import Glibc
import Text

/// The few things that the store does with files itself.
enum Files {
    /// This process, for names that no other one uses.
    static var process: Int32 { getpid() }

    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Bytes of a file; nil when it is not there.
    /// - Throws: when that cannot be said, and when it is something else than a file.
    static func sizeOfFile(_ path: String) throws(StoreError) -> Int? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT { return nil }
            throw failure("look at", path)
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return Int(status.st_size)
        case S_IFDIR: throw .unreachable("\(SafeText(sanitizing: path)) is a folder")
        default: throw .unreachable("\(SafeText(sanitizing: path)) is not a file")
        }
    }

    /// Bytes; nil when it is not there, or not to be seen.
    static func size(_ path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : nil
    }

    /// Which file stands at a path.
    struct Identity: Hashable {
        private let device: UInt64
        private let number: UInt64

        /// Nil when there is none.
        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            (device, number) = (UInt64(status.st_dev), UInt64(status.st_ino))
        }
    }

    /// Makes a folder and those above it, for the user alone.
    static func makeFolder(_ path: String) throws(StoreError) {
        if isFolder(path) { return }
        let parent = folder(of: path)
        if parent != path { try makeFolder(parent) }
        guard mkdir(path, 0o700) == 0 || (errno == EEXIST && isFolder(path)) else {
            throw failure("make the folder", path)
        }
    }

    static func rename(_ old: String, to new: String) throws(StoreError) {
        guard Glibc.rename(old, new) == 0 else { throw failure("rename", old) }
        syncFolder(of: new)
    }

    /// A second name for a file, where the file system knows such; nothing when there is no file.
    static func link(_ path: String, as name: String) { _ = Glibc.link(path, name) }

    /// A rename is on disk only when its folder is. A file system that cannot sync a folder has nothing better.
    static func syncFolder(of path: String) {
        let descriptor = Glibc.open(folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        Glibc.close(descriptor)
    }

    /// The file, or its folder, if it cannot be written; SQLite needs both.
    static func unwritable(_ path: String) -> String? {
        let folder = folder(of: path)
        if access(folder, W_OK) != 0 { return folder }
        return exists(path) && access(path, W_OK) != 0 ? path : nil
    }

    /// Waits until no other process holds this folder's lock, and takes it. It ends with the process.
    /// - Parameter isShared: others may hold it too if they share it.
    static func lock(folder: String, isShared: Bool = false) throws(StoreError) -> Int32 {
        let descriptor = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open the folder", folder) }
        while flock(descriptor, isShared ? LOCK_SH : LOCK_EX) != 0 {
            guard errno == EINTR else {
                // A file system without locks; there two processes at once are the user's risk.
                return descriptor
            }
        }
        return descriptor
    }

    static func unlock(_ lock: Int32) { Glibc.close(lock) }

    /// Does nothing when there is no such file.
    static func remove(_ path: String) { unlink(path) }

    static func touch(_ path: String) {
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        if descriptor >= 0 { Glibc.close(descriptor) }
    }

    static func restrictToUser(_ path: String) { chmod(path, 0o600) }

    /// The first bytes of a file, at most `count`; nil when it cannot be read.
    static func head(_ path: String, count: Int) -> [UInt8]? {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { Glibc.close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: count)
        let got = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, count) }
        return got < 0 ? nil : Array(bytes.prefix(got))
    }

    /// Names in a folder, ascending; empty when there is none.
    /// - Throws: when it cannot be looked into.
    static func names(in folder: String) throws(StoreError) -> [String] {
        guard let stream = opendir(folder) else {
            if errno == ENOENT { return [] }
            throw failure("read the folder", folder)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// A file that the user may not read now may be sound.
    static func refuseUnreadable(_ path: String) throws(StoreError) {
        if access(path, R_OK) != 0, errno == EACCES { throw failure("read", path) }
    }

    /// Where symbolic links lead to, whether or not there is something; SQLite keeps its log beside that. The path
    /// itself when it is none.
    static func followed(_ path: String) -> String {
        var path = path
        // As many as the kernel follows. The last one of a circle is left to it to refuse.
        for _ in 0..<40 {
            var target = [CChar](repeating: 0, count: Int(PATH_MAX))
            let length = readlink(path, &target, target.count)
            guard length > 0 else { return path }
            let next = String(decoding: target[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
            path = next.hasPrefix("/") ? next : folder(of: path) + "/" + next
        }
        return path
    }

    /// Whether hardly a page more fits beside this file.
    static func isFull(_ path: String) -> Bool {
        var status = statvfs()
        guard statvfs(folder(of: path), &status) == 0 else { return false }
        return UInt64(status.f_bavail) * UInt64(status.f_frsize) < 65_536
            || (status.f_files > 0 && status.f_favail == 0)
    }

    private static func failure(_ verb: SafeText, _ path: String) -> StoreError {
        let reason = SafeText(sanitizing: String(cString: strerror(errno)))
        return .unreachable("cannot \(verb) \(SafeText(sanitizing: path)): \(reason)")
    }
}
