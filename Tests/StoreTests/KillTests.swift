import Expectations
import Glibc
import Store
import TestSupport
import Testing
import Text
import TimelineModel

@Suite("A killed process", .serialized)
struct KillTests {
    /// The victim says a mark only after the store took it, so each line it wrote names a mark that must be there.
    @Test("No mark that was acknowledged is lost, and nothing is half there")
    func acknowledgedMarks() throws {
        let folder = TemporaryFolder()
        let path = folder.path + "/perchoir.sqlite"
        var random = SeededRandom(seed: 1)
        var acknowledged: [PostID] = []
        var recent: [PostID] = []
        for round in 0..<100 {
            // A moment of its output, sometimes before the first line.
            let lines = Int.random(in: 0...12, using: &random)
            recent += try killed(after: lines, arguments: [path, String(round)])
            if round % 20 == 19 {
                try check(path, recent)
                acknowledged += recent
                recent = []
            }
        }
        #expect(acknowledged.count > 300)
        try check(path, acknowledged)
    }

    private func check(_ path: String, _ acknowledged: [PostID]) throws {
        let opened = try PostStore.open(at: path, now: Bench.start)
        expect(opened.report.movedAside, is: nil)
        try expect(opened.store.verify(), is: [])
        let lost = try acknowledged.filter { try opened.store.post($0)?.isRead != true }
        expect(lost, is: [])
    }

    /// Starts the victim, reads so many lines, kills it, and answers all whole lines that it wrote.
    private func killed(after lines: Int, arguments: [String]) throws -> [PostID] {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let program = KillTests.victim
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process = pid_t()
        let failure = posix_spawn(&process, program, &actions, nil, &words, environ)
        close(ends[1])
        defer { close(ends[0]) }
        try #require(failure == 0, "\(program): \(String(cString: strerror(failure)))")
        var output: [UInt8] = []
        var byte: UInt8 = 0
        var seen = 0
        while seen < lines, read(ends[0], &byte, 1) == 1 {
            output.append(byte)
            if byte == UInt8(ascii: "\n") { seen += 1 }
        }
        kill(process, SIGKILL)
        // What it wrote before it died is still in the pipe.
        while read(ends[0], &byte, 1) == 1 { output.append(byte) }
        var status: Int32 = 0
        waitpid(process, &status, 0)
        expect(status & 0x7f, is: SIGKILL, "the victim ended by itself")
        let whole = output.prefix((output.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1)
        return String(decoding: whole, as: UTF8.self).split(separator: "\n").map { PostID(String($0)) }
    }

    /// Beside the test bundle, where the package manager puts all products.
    private static var victim: String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let length = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        let own = String(decoding: buffer.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return own.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/store-victim"
    }
}
