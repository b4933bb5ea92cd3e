import Glibc
import Testing

/// Runs `body` with a new folder, mode 0700, that is gone afterwards.
func withFolder(_ body: (String) throws -> Void) throws {
    let folder = try newFolder()
    defer { removeAll(folder) }
    try body(folder)
}

func newFolder() throws -> String {
    var template = Array("/tmp/perchoir-settings-XXXXXX".utf8CString)
    return try #require(mkdtemp(&template).map { String(cString: $0) })
}

func removeAll(_ path: String) {
    if let directory = opendir(path) {
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name == "." || name == ".." { continue }
            var status = stat()
            let child = "\(path)/\(name)"
            if lstat(child, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
                removeAll(child)
            } else {
                unlink(child)
            }
        }
    }
    rmdir(path)
}

func write(_ text: String, to path: String, mode: mode_t = 0o600) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    try #require(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
    try #require(fchmod(descriptor, mode) == 0)
}

func contents(of path: String) throws -> String {
    let descriptor = open(path, O_RDONLY)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    let count = read(descriptor, &buffer, buffer.count)
    try #require(count >= 0)
    return String(decoding: buffer[..<count], as: UTF8.self)
}

func mode(of path: String) -> mode_t {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
}

func names(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
}

/// x to the power of 2.4, for luminance.
func power(_ x: Double) -> Double { pow(x, 2.4) }
