import Glibc

/// What stops a measurement, in words.
struct Trouble: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Progress and results for people go to standard error.
func note(_ text: String) {
    let line = Array((text + "\n").utf8)
    _ = Glibc.write(STDERR_FILENO, line, line.count)
}

func makeFolders(_ path: String) throws {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
        made += (made.isEmpty || made.hasSuffix("/") ? "" : "/") + part
        if mkdir(made, 0o700) != 0, errno != EEXIST { throw Trouble("\(made): \(String(cString: strerror(errno)))") }
    }
}

func temporaryFolder() throws -> String {
    var template = Array("/tmp/perchoir-bench.XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Trouble("no folder in /tmp: \(String(cString: strerror(errno)))") }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// Removes a folder that the benchmark made, with all that is in it. Nothing when there is none.
func removeFolder(_ path: String) {
    guard let directory = opendir(path) else { return }
    while let entry = readdir(directory) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name == "." || name == ".." { continue }
        let inside = path + "/" + name
        if unlink(inside) != 0 { removeFolder(inside) }
    }
    closedir(directory)
    rmdir(path)
}

func write(_ text: String, to path: String) throws {
    guard let file = fopen(path, "w") else { throw Trouble("\(path): \(String(cString: strerror(errno)))") }
    fputs(text, file)
    guard fclose(file) == 0 else { throw Trouble("\(path): \(String(cString: strerror(errno)))") }
}

/// Nil when it cannot be read. For small files.
func readFile(_ path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = fread(&buffer, 1, buffer.count, file)
        guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
        bytes += buffer[..<count]
    }
}

func bytes(of path: String, from offset: Int, count: Int) throws -> [UInt8] {
    guard let file = fopen(path, "r") else { throw Trouble("\(path): \(String(cString: strerror(errno)))") }
    defer { fclose(file) }
    fseek(file, offset, SEEK_SET)
    var buffer = [UInt8](repeating: 0, count: count)
    let found = fread(&buffer, 1, count, file)
    guard found == count else { throw Trouble("\(path) ends after \(offset + found) bytes") }
    return buffer
}

/// 0 when it is not there.
func size(of path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
}

/// Copies a file as fast as the kernel can.
func copyFile(_ path: String, to target: String) throws {
    func trouble(_ path: String) -> Trouble { Trouble("\(path): \(String(cString: strerror(errno)))") }
    let source = open(path, O_RDONLY)
    guard source >= 0 else { throw trouble(path) }
    defer { close(source) }
    let copy = open(target, O_WRONLY | O_CREAT | O_EXCL, 0o600)
    guard copy >= 0 else { throw trouble(target) }
    defer { close(copy) }
    var left = size(of: path)
    while left > 0 {
        let count = sendfile(copy, source, nil, left)
        guard count > 0 else { throw trouble(target) }
        left -= count
    }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
    var milliseconds: Double { seconds * 1000 }
}

extension Double {
    func rounded(_ digits: Int) -> Double {
        let scale = pow(10, Double(digits))
        return (self * scale).rounded() / scale
    }
}
