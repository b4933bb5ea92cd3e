import Glibc
public import Text

/// Runs the program that prints an account's token: no shell, bounded in time and output.
public enum TokenCommand {
    /// Why a command gave no token.
    public struct Trouble: Error, Hashable, Sendable {
        /// What happened, with the program's name; never anything from its standard output.
        public let message: SafeText
    }

    /// Bytes of output at most.
    static let outputLimit = 65536

    /// Waits until the program ends. Call it while no screen is up: a password dialog wants the terminal.
    /// - Parameters:
    ///   - command: program (looked up in PATH) and arguments; not empty.
    ///   - environment: the process's own; variables that load code into programs or belong to us are left out.
    ///   - interactive: gives the program the terminal and two minutes, instead of neither and five seconds.
    ///   - seconds: a time limit in place of these.
    public static func run(
        _ command: [String], environment: [String: String], interactive: Bool, timeout seconds: Int? = nil
    ) throws(Trouble) -> Token {
        guard let program = command.first, !program.isEmpty, !command.contains(where: { $0.utf8.contains(0) }) else {
            throw Trouble(message: "token_command names no program")
        }
        let name = SafeText(sanitizing: Files.name(of: program), as: .name)
        let output = try ChildOutput(
            of: command, named: name, environment: cleaned(environment), hasTerminal: interactive,
            timeout: seconds ?? (interactive ? 120 : 5))
        guard output.status == 0 else {
            let complaint = SafeText(sanitizing: String(decoding: output.complaint, as: UTF8.self), as: .body)
            let line = complaint.lines.first { !$0.isEmpty }
            throw Trouble(message: "\(name) \(ended(output.status))\(line.map { ": \($0.prefix(200))" } ?? "")")
        }
        guard let token = Token(output: output.bytes) else {
            throw Trouble(
                message: output.bytes.isEmpty
                    ? "\(name) printed nothing" : "\(name) printed no token: one line without spaces is expected")
        }
        return token
    }

    /// Programs of the user's own need variables that nobody can list (BW_SESSION, PASSWORD_STORE_DIR), so this takes
    /// out what does harm instead of choosing what may pass.
    static func cleaned(_ environment: [String: String]) -> [String: String] {
        environment.filter { !$0.key.hasPrefix("PERCHOIR_") && !$0.key.hasPrefix("LD_") && !$0.key.isEmpty }
    }

    private static func ended(_ status: Int32) -> SafeText {
        let signal = status & 0x7F
        return signal == 0 ? "ended with status \((status >> 8) & 0xFF)" : "was ended by signal \(signal)"
    }
}

/// A finished child process and what it printed.
private struct ChildOutput {
    var bytes: [UInt8] = []
    /// The beginning of its standard error; empty when that was the terminal.
    var complaint: [UInt8] = []
    /// As waitpid gives it.
    var status: Int32 = 0

    init(
        of command: [String], named name: SafeText, environment: [String: String], hasTerminal: Bool, timeout: Int
    ) throws(TokenCommand.Trouble) {
        let output = try Pipe()
        defer { output.close() }
        let complaints = try Pipe()
        defer { complaints.close() }
        let child = try Self.spawn(
            command, named: name, environment: environment, hasTerminal: hasTerminal, output: output.writing,
            complaints: hasTerminal ? nil : complaints.writing)
        output.closeWriting()
        complaints.closeWriting()

        let deadline = Self.now() + Int64(timeout) * 1000
        var hasEnded = false
        while !hasEnded {
            hasEnded = Self.wait(for: child, status: &status)
            // A helper that the program leaves behind may keep the pipe open: what is in it now is all there is.
            if !hasEnded { Self.poll([output.reading, complaints.reading], milliseconds: 20) }
            output.drain(into: &bytes, keeping: TokenCommand.outputLimit + 1)
            complaints.drain(into: &complaint, keeping: 4096)
            let trouble: SafeText? =
                if bytes.count > TokenCommand.outputLimit {
                    "\(name) printed more than \(TokenCommand.outputLimit / 1024) KiB"
                } else if !hasEnded, Self.now() >= deadline {
                    "\(name) gave no token within \(timeout) s"
                } else {
                    nil
                }
            if let trouble {
                if !hasEnded { Self.end(child, withGroup: !hasTerminal) }
                throw TokenCommand.Trouble(message: trouble)
            }
        }
    }

    private static func spawn(
        _ command: [String], named name: SafeText, environment: [String: String], hasTerminal: Bool, output: Int32,
        complaints: Int32?
    ) throws(TokenCommand.Trouble) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if !hasTerminal { posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0) }
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        if let complaints { posix_spawn_file_actions_adddup2(&actions, complaints, 2) }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var defaults = sigset_t()
        sigemptyset(&defaults)
        let signals = [SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGTSTP, SIGQUIT, SIGXFSZ]
        for signal in signals { sigaddset(&defaults, signal) }
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        var flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        // A group of its own can be ended as a whole; with a terminal it would be in the background there.
        if !hasTerminal { flags |= POSIX_SPAWN_SETPGROUP }
        posix_spawnattr_setflags(&attributes, Int16(flags))

        var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in arguments + variables { free(pointer) } }
        var child: pid_t = 0
        let error = posix_spawnp(&child, command[0], &actions, &attributes, &arguments, &variables)
        guard error == 0 else {
            throw TokenCommand.Trouble(
                message: "\(name) cannot be run: \(SafeText(sanitizing: String(cString: strerror(error))))")
        }
        return child
    }

    private static func wait(for child: pid_t, status: inout Int32) -> Bool {
        while true {
            let result = waitpid(child, &status, WNOHANG)
            if result == -1, errno == EINTR { continue }
            // An error means that somebody else collected it; there is nothing left to wait for.
            return result != 0
        }
    }

    private static func end(_ child: pid_t, withGroup: Bool) {
        kill(withGroup ? -child : child, SIGKILL)
        var status: Int32 = 0
        while waitpid(child, &status, 0) == -1, errno == EINTR {}
    }

    private static func poll(_ descriptors: [Int32], milliseconds: Int32) {
        var list = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        _ = Glibc.poll(&list, nfds_t(list.count), milliseconds)
        // At the end of its output a pipe is always "ready", while the program may still run for long.
        if list.allSatisfy({ $0.revents & Int16(POLLIN) == 0 }), list.contains(where: { $0.revents != 0 }) {
            _ = Glibc.poll(nil, 0, 5)
        }
    }

    /// Milliseconds of a clock that nobody sets.
    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}

/// A pipe whose reading end never blocks.
private final class Pipe {
    let reading: Int32
    private(set) var writing: Int32

    init() throws(TokenCommand.Trouble) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw TokenCommand.Trouble(message: "no pipe is left for token_command") }
        reading = ends[0]
        writing = ends[1]
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(reading, F_SETFL, O_NONBLOCK)
    }

    func closeWriting() {
        if writing >= 0 { Glibc.close(writing) }
        writing = -1
    }

    func close() {
        closeWriting()
        Glibc.close(reading)
    }

    /// Takes what is there; of more than `limit` bytes the rest is dropped.
    func drain(into bytes: inout [UInt8], keeping limit: Int) {
        var buffer = [UInt8](repeating: 0, count: 16384)
        while true {
            let count = read(reading, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            bytes += buffer[..<min(count, limit - min(limit, bytes.count))]
            // A program that prints without end must not keep us here.
            if bytes.count >= limit { return }
        }
    }
}
