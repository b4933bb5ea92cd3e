import CTestSupport
import Cells
import Glibc
import TestSupport

/// A program in a pseudo-terminal of 120x40, with the moment at which each of its bytes came.
final class TimedTerminal {
    static let size = Size(width: 120, height: 40)

    /// What a key brought: nothing at all is an answer too.
    struct Answer {
        /// Milliseconds from the key to the last byte of the first burst, which is the first picture that changed.
        var painted: Double
        /// Milliseconds from the key to the last byte.
        var last: Double
        var bytes: Int
    }

    let process: pid_t
    /// Milliseconds of the monotonic clock just before the program was started.
    let begun: Double
    private let controller: Int32
    private let side: Int32
    private let ended: Int32
    private var hasEnded = false
    private(set) var screen = VirtualScreen(size: TimedTerminal.size)
    /// Not drawn yet: drawing is left for when nothing is being timed.
    private var waiting: [(moment: Double, bytes: ArraySlice<UInt8>)] = []
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)

    init(_ path: String, _ arguments: [String] = [], environment: [String: String]) throws {
        var controller: Int32 = -1
        var side: Int32 = -1
        guard pseudo_terminal_open(Int32(Self.size.width), Int32(Self.size.height), &controller, &side) else {
            throw Trouble("no pseudo-terminal to be had: \(String(cString: strerror(errno)))")
        }
        self.controller = controller
        self.side = side
        let argv = ([path] + arguments).map { strdup($0) } + [nil]
        let envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        begun = Self.now()
        process = pseudo_terminal_start(side, path, argv, envp, 0, false)
        guard process > 0 else { throw Trouble("\(path) cannot be started") }
        ended = process_descriptor(process)
        Processes.favour(process)
    }

    deinit {
        if !hasEnded {
            kill(process, SIGKILL)
            var status: Int32 = 0
            waitpid(process, &status, 0)
        }
        close(controller)
        close(side)
        close(ended)
    }

    static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) * 1000 + Double(time.tv_nsec) / 1e6
    }

    // MARK: Keys

    /// Types, and reads until the program has been silent for a while.
    /// - Parameters:
    ///   - quiet: milliseconds without a byte that end the answer.
    ///   - patience: milliseconds to wait for its first byte.
    /// - Returns: nil when no byte came.
    func type(_ keys: String, quiet: Double = 4, patience: Double = 100) throws -> Answer? {
        let begin = Self.now()
        try send(keys)
        var answer: Answer?
        while let chunk = try read(until: answer.map { begin + $0.last + quiet } ?? begin + patience) {
            let moment = chunk.moment - begin
            let isSameBurst = answer.map { $0.painted == $0.last && moment - $0.last < 1 } ?? true
            answer = Answer(
                painted: isSameBurst ? moment : answer?.painted ?? moment, last: moment,
                bytes: (answer?.bytes ?? 0) + chunk.bytes.count)
            guard moment < 20_000 else { throw Trouble("after \(keys) the program writes without end") }
        }
        return answer
    }

    /// Types, and reads until the program has been silent for a while in which it did not work either.
    func typeAndLetWork(_ keys: String, quiet: Double, seconds: Double = 120) throws -> Answer? {
        let begin = Self.now()
        guard var answer = try type(keys, quiet: quiet) else { return nil }
        var work = -1
        while work != Processes.work(process), Self.now() < begin + seconds * 1000 {
            work = Processes.work(process)
            while let chunk = try read(until: Self.now() + quiet) {
                answer.last = chunk.moment - begin
                answer.bytes += chunk.bytes.count
            }
        }
        return answer
    }

    private func send(_ keys: String) throws {
        var rest = Array(keys.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(controller, $0.baseAddress, $0.count) }
            guard count > 0 else { throw Trouble("the program takes no keys: \(String(cString: strerror(errno)))") }
            rest = rest.dropFirst(count)
        }
    }

    /// The next bytes, which come before a moment; nil when none do. They are drawn later, by `drawn`.
    private func read(until moment: Double) throws -> (moment: Double, bytes: ArraySlice<UInt8>)? {
        while true {
            let left = moment - Self.now()
            guard left > 0 else { return nil }
            var watched = [
                pollfd(fd: controller, events: Int16(POLLIN), revents: 0),
                pollfd(fd: ended, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&watched, 2, Int32(left.rounded(.up))) > 0 else { continue }
            if watched[0].revents & Int16(POLLIN) != 0 {
                let count = Glibc.read(controller, &buffer, buffer.count)
                guard count > 0 else { return nil }
                let chunk = (moment: Self.now(), bytes: buffer[..<count])
                waiting.append(chunk)
                return chunk
            }
            if watched[1].revents != 0 {
                throw Trouble("the program ended by itself; it shows:\n\(drawn().text)")
            }
        }
    }

    // MARK: The screen

    /// The screen as it is now.
    func drawn() -> VirtualScreen {
        for chunk in waiting { screen.feed(chunk.bytes) }
        waiting = []
        return screen
    }

    /// Reads until a text stands on the screen and the burst of bytes that brought it has ended.
    /// - Returns: milliseconds from the program's start to the last byte of that burst.
    func firstPaint(showing text: String, seconds: Double = 20) throws -> Double {
        let deadline = begun + seconds * 1000
        let wanted = Array(text.utf8)
        while true {
            var seen: Double?
            // Looking for the bytes is quick; drawing waits until the burst is over, or it would be timed too.
            while let chunk = try read(until: seen.map { $0 + 3 } ?? deadline) {
                if seen != nil || chunk.bytes.contains(wanted) { seen = chunk.moment }
            }
            guard let seen else { throw Trouble("no \(text) in \(Int(seconds)) s; the screen:\n\(drawn().text)") }
            if drawn().text.contains(text) { return seen - begun }
        }
    }

    /// Reads until nothing came for a while.
    /// - Returns: bytes that came.
    @discardableResult
    func settle(quiet: Double, seconds: Double = 60) throws -> Int {
        let deadline = Self.now() + seconds * 1000
        var bytes = 0
        while let chunk = try read(until: Self.now() + quiet) {
            bytes += chunk.bytes.count
            guard Self.now() < deadline else { throw Trouble("the program is not quiet after \(Int(seconds)) s") }
        }
        return bytes
    }

    /// Reads for some seconds, whatever comes.
    /// - Returns: bytes that came.
    func watch(seconds: Double) throws -> Int {
        let deadline = Self.now() + seconds * 1000
        var bytes = 0
        while let chunk = try read(until: deadline) { bytes += chunk.bytes.count }
        return bytes
    }

    // MARK: The end

    /// Presses the key that quits.
    /// - Returns: milliseconds until the process had ended.
    func quit(by key: String, seconds: Double = 10) throws -> Double {
        let begin = Self.now()
        try send(key)
        while Self.now() < begin + seconds * 1000 {
            var watched = [
                pollfd(fd: ended, events: Int16(POLLIN), revents: 0),
                pollfd(fd: controller, events: Int16(POLLIN), revents: 0),
            ]
            poll(&watched, 2, 100)
            if watched[0].revents != 0 {
                let moment = Self.now()
                var status: Int32 = 0
                waitpid(process, &status, 0)
                hasEnded = true
                guard status == 0 else { throw Trouble("the program ended with status \(status)") }
                return moment - begin
            }
            if watched[1].revents & Int16(POLLIN) != 0 { _ = Glibc.read(controller, &buffer, buffer.count) }
        }
        throw Trouble("the program has not ended \(Int(seconds)) s after \(key)")
    }
}

/// What the kernel knows of a running program.
enum Processes {
    /// Puts a process before the machine's other work, where that is allowed: a session is a group of its own to the
    /// scheduler. Both sides of every comparison are treated alike.
    static func favour(_ process: pid_t) {
        let file = open("/proc/\(process)/autogroup", O_WRONLY)
        guard file >= 0 else { return }
        _ = Glibc.write(file, "-19", 3)
        close(file)
    }

    /// The most memory that it had, in MiB.
    static func memoryPeak(_ process: pid_t) -> Double? {
        number("VmHWM:", in: "/proc/\(process)/status").map { Double($0) / 1024 }
    }

    /// Calls that wrote something, to whatever.
    static func writes(_ process: pid_t) -> Int? { number("syscw:", in: "/proc/\(process)/io") }

    /// How often its threads went to sleep by themselves, which is how often something woke them.
    /// - Returns: for each thread; empty when there is no such process.
    static func wakeUps(_ process: pid_t) -> [String: Int] {
        guard let directory = opendir("/proc/\(process)/task") else { return [:] }
        defer { closedir(directory) }
        var counts: [String: Int] = [:]
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard Int(name) != nil else { continue }
            counts[name] = number("voluntary_ctxt_switches:", in: "/proc/\(process)/task/\(name)/status") ?? 0
        }
        return counts
    }

    /// Hundredths of a second that the processor worked for it.
    static func work(_ process: pid_t) -> Int {
        // The name, in parentheses, may hold anything.
        let fields = readFile("/proc/\(process)/stat")?.split(separator: ")").last?.split(separator: " ") ?? []
        return fields.count > 12 ? (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0) : 0
    }

    private static func number(_ key: String, in path: String) -> Int? {
        let line = readFile(path)?.split(separator: "\n").first { $0.hasPrefix(key) }
        return line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) }
    }
}
