import CTestSupport
import Cells
import Foundation
import Glibc
import TestSupport

/// A user's machine as far as perchoir sees it: folders of its own, an environment without the tester's, and the real
/// program to run in it. The folders go with the value.
final class Home: Sendable {
    let root: String

    init() throws {
        var template = Array("/tmp/perchoir-test.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw CocoaError(.fileWriteUnknown) }
        root = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        for folder in ["tmp", "said", "config/perchoir", "data", "state", "cache", "bin"] {
            try FileManager.default.createDirectory(
                atPath: root + "/" + folder, withIntermediateDirectories: true)
        }
    }

    /// With a configuration.
    convenience init(configuration: String) throws {
        try self.init()
        try write(configuration, to: configurationFile)
    }

    deinit {
        // What cannot be removed is the system's to clean.
        try? FileManager.default.removeItem(atPath: root)
    }

    var environment: [String: String] {
        [
            "HOME": root, "XDG_CONFIG_HOME": root + "/config", "XDG_DATA_HOME": root + "/data",
            "XDG_STATE_HOME": root + "/state", "XDG_CACHE_HOME": root + "/cache", "TMPDIR": root + "/tmp",
            "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "TZ": "UTC", "PATH": root + "/bin:/usr/bin:/bin",
            "SWIFT_BACKTRACE": "enable=no",
        ]
    }

    // MARK: Files

    var configurationFile: String { root + "/config/perchoir/config.toml" }
    var store: String { root + "/data/perchoir/perchoir.sqlite" }
    var credentials: String { root + "/data/perchoir/credentials.toml" }
    var temporaryFolder: String { root + "/tmp" }

    func write(_ text: String, to path: String) throws {
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    /// A file of this name with this text; answers its path.
    func file(_ name: String, _ text: String) throws -> String {
        try write(text, to: root + "/" + name)
        return root + "/" + name
    }

    func read(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    }

    /// The regular files in whose bytes a text occurs.
    func files(containing text: String) -> [String] {
        let wanted = Data(text.utf8)
        return FileManager.default.enumerator(atPath: root)?.compactMap { entry in
            guard let name = entry as? String, let bytes = FileManager.default.contents(atPath: root + "/" + name),
                bytes.range(of: wanted) != nil
            else { return nil }
            return name
        } ?? []
    }

    // MARK: The program

    /// What a command said and how it ended.
    struct Outcome: Sendable {
        /// The exit status; 128 and the signal's number when a signal ended it.
        let status: Int32
        let output: String
        let error: String

        var lines: [String] { output.split(separator: "\n").map(String.init) }

        /// The objects of NDJSON.
        func objects() throws -> [[String: Any]] {
            try lines.map { line in
                guard let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else {
                    throw CocoaError(.coderReadCorrupt)
                }
                return object
            }
        }
    }

    /// Runs a command to its end, without a terminal.
    func run(
        _ arguments: String..., input: String = "", more: [String: String] = [:], program: String = Home.perchoir
    ) throws -> Outcome {
        try start(arguments, input: input, more: more, program: program).wait()
    }

    /// Starts a command without waiting for it.
    func start(
        _ arguments: [String], input: String = "", more: [String: String] = [:], program: String = Home.perchoir
    ) throws -> RunningCommand {
        try RunningCommand(
            program, arguments, environment: environment.merging(more) { _, new in new }, input: input,
            scratch: root + "/said")
    }

    /// Opens the reader, or another command, in a pseudo-terminal.
    func terminal(
        _ arguments: String..., size: Size = Size(width: 80, height: 24), more: [String: String] = [:],
        detached: Set<PseudoTerminal.Stream> = []
    ) throws -> PseudoTerminal {
        try PseudoTerminal(
            running: Home.perchoir, arguments: arguments, environment: environment.merging(more) { _, new in new },
            size: size, detached: detached)
    }

    /// The program that SwiftPM builds beside the tests.
    static let perchoir: String = {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        let text = String(decoding: buffer[..<max(0, count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return text.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/perchoir"
    }()
}

/// A command that was started; what it says goes to files, so that it never waits for a reader.
struct RunningCommand: ~Copyable {
    let process: pid_t
    private let descriptor: Int32
    private let output: String
    private let error: String

    init(
        _ program: String, _ arguments: [String], environment: [String: String], input: String, scratch: String
    ) throws {
        let name = scratch + "/." + UUID().uuidString
        output = name + ".out"
        error = name + ".err"
        try input.write(toFile: name + ".in", atomically: false, encoding: .utf8)
        defer { unlink(name + ".in") }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, name + ".in", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, error, O_WRONLY | O_CREAT, 0o600)
        let argv = ([program] + arguments).map { strdup($0) } + [nil]
        let envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        var process = pid_t()
        guard posix_spawn(&process, program, &actions, nil, argv, envp) == 0 else {
            throw CocoaError(.executableNotLoadable)
        }
        self.process = process
        descriptor = process_descriptor(process)
    }

    /// The deadline is generous: it fails a test, it never paces one.
    consuming func wait(seconds: Int32 = 300) throws -> Home.Outcome {
        var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        if poll(&watched, 1, seconds * 1000) != 1 { kill(process, SIGKILL) }
        var status: Int32 = 0
        waitpid(process, &status, 0)
        close(descriptor)
        let said = (Self.take(output), Self.take(error))
        return Home.Outcome(
            status: status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + status & 0x7F, output: said.0, error: said.1)
    }

    private static func take(_ path: String) -> String {
        defer { unlink(path) }
        return String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }
}
