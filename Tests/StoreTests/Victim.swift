import Expectations
import Glibc
import Testing
import TimelineModel

/// The program that is started to be killed.
enum Victim {
    /// Starts it, reads so many lines, kills it, and answers all whole lines that it wrote.
    static func killed(after lines: Int, arguments: [String]) throws -> [PostID] {
        let (process, output) = try start(arguments)
        defer { close(output) }
        var written: [UInt8] = []
        var byte: UInt8 = 0
        var seen = 0
        while seen < lines, read(output, &byte, 1) == 1 {
            written.append(byte)
            if byte == UInt8(ascii: "\n") { seen += 1 }
        }
        kill(process, SIGKILL)
        // What it wrote before it died is still in the pipe.
        while read(output, &byte, 1) == 1 { written.append(byte) }
        var status: Int32 = 0
        waitpid(process, &status, 0)
        expect(status & 0x7f, is: SIGKILL, "the victim ended by itself")
        let whole = written.prefix((written.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1)
        return String(decoding: whole, as: UTF8.self).split(separator: "\n").map { PostID(String($0)) }
    }

    /// Lets it open a store, until it wants to write farther into a file than `bytes`.
    /// - Returns: whether it came to the end.
    static func opens(_ path: String, writingAtMost bytes: Int) throws -> Bool {
        let (process, output) = try start([path, "open", String(bytes)])
        defer { close(output) }
        var status: Int32 = 0
        waitpid(process, &status, 0)
        if status != 0 { expect(status & 0x7f, is: SIGXFSZ, "the victim ended by itself") }
        return status == 0
    }

    private static func start(_ arguments: [String]) throws -> (process: pid_t, output: Int32) {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        defer { posix_spawn_file_actions_destroy(&actions) }
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process = pid_t()
        let failure = posix_spawn(&process, program, &actions, nil, &words, environ)
        close(ends[1])
        try #require(failure == 0, "\(program): \(String(cString: strerror(failure)))")
        return (process, ends[0])
    }

    /// Beside the test bundle, where the package manager puts all products.
    private static var program: String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let length = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        let own = String(decoding: buffer.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return own.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/store-victim"
    }
}
