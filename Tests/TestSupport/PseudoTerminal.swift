import CTestSupport
public import Cells
import Glibc

/// A program in a pseudo-terminal of its own, and the screen that it draws. For one test, from one thread.
public final class PseudoTerminal {
    /// How the program ended.
    public enum Ending: Hashable, Sendable {
        case exited(Int32)
        case killed(bySignal: Int32)
    }

    /// What a test waited for did not come. The deadline is generous: it fails a test, it never paces one.
    public struct Overdue: Error, CustomStringConvertible {
        public let description: String
    }

    /// Everything the program sent so far, drawn.
    public private(set) var screen: VirtualScreen

    /// Bytes that the program sent so far.
    public private(set) var byteCount = 0

    /// The program's id.
    public let process: Int32

    private let controller: Int32
    private let side: Int32
    private let ended: Int32
    private let modesBefore: [UInt8]
    private var ending: Ending?
    private var isConnected = true

    /// Starts a program.
    /// - Parameters:
    ///   - environment: the whole environment; TERM, LC_ALL and so on.
    ///   - widths: columns of characters on which this terminal is of another mind than the others.
    ///   - detached: streams that are /dev/null instead of the terminal.
    public init(
        running path: String, arguments: [String] = [], environment: [String: String],
        size: Size = Size(width: 80, height: 24), detached: Set<Stream> = [], ignoresHangUp: Bool = false,
        widths: [Unicode.Scalar: Int] = [:]
    ) throws {
        var controller: Int32 = -1
        var side: Int32 = -1
        guard pseudo_terminal_open(Int32(size.width), Int32(size.height), &controller, &side) else {
            throw Overdue(description: "no pseudo-terminal to be had: errno \(errno)")
        }
        self.controller = controller
        self.side = side
        screen = VirtualScreen(size: size, widths: widths)
        modesBefore = Self.modes(of: side)
        let argv = ([path] + arguments).map { strdup($0) } + [nil]
        let envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        let bits = (detached.contains(.input) ? 1 : 0) + (detached.contains(.output) ? 2 : 0)
        process = pseudo_terminal_start(side, path, argv, envp, Int32(bits), ignoresHangUp)
        ended = process_descriptor(process)
        guard process > 0, ended >= 0 else { throw Overdue(description: "\(path) could not be started") }
    }

    /// A stream of the program.
    public enum Stream: Hashable, Sendable { case input, output }

    deinit {
        if ending == nil {
            kill(process, SIGKILL)
            var status: Int32 = 0
            waitpid(process, &status, 0)
        }
        if isConnected {
            close(controller)
            close(side)
        }
        close(ended)
    }

    /// Calls of write(2) that the program has made so far, to whatever descriptor.
    public func writeCount() throws -> Int {
        guard let file = fopen("/proc/\(process)/io", "r") else {
            throw Overdue(description: "no /proc: errno \(errno)")
        }
        defer { fclose(file) }
        var bytes = [CChar](repeating: 0, count: 512)
        let length = fread(&bytes, 1, bytes.count - 1, file)
        let text = String(decoding: bytes[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self)
        let line = text.split(separator: "\n").first { $0.hasPrefix("syscw: ") }
        return line.flatMap { Int($0.dropFirst(7)) } ?? 0
    }

    // MARK: What a person does

    /// Presses keys, as the bytes that a terminal sends for them.
    public func type(_ text: String) {
        type(Array(text.utf8))
    }

    public func type(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(controller, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    public func resize(to size: Size) {
        screen.resize(to: size)
        _ = pseudo_terminal_resize(controller, Int32(size.width), Int32(size.height))
    }

    public func send(signal: Int32) {
        kill(process, signal)
    }

    /// Closes the terminal, as a closed window or a lost connection does.
    public func hangUp() {
        isConnected = false
        close(side)
        close(controller)
    }

    // MARK: What a person sees

    /// Reads until the screen is as a test wants it.
    public func wait(
        for expectation: String, seconds: Int = 300, until holds: (VirtualScreen) -> Bool
    ) throws {
        let deadline = Self.now() + seconds * 1000
        while !holds(screen) {
            let left = deadline - Self.now()
            guard left > 0 else { throw Overdue(description: "waited for: \(expectation)\n\(screen.text)") }
            guard readMore(milliseconds: left) || holds(screen) else {
                throw Overdue(description: "the program ended before: \(expectation)\n\(screen.text)")
            }
        }
    }

    /// Reads until the text stands somewhere on the screen.
    public func wait(forText text: String, seconds: Int = 300) throws {
        try wait(for: "the text \(text)", seconds: seconds) { $0.text.contains(text) }
    }

    /// Reads until the program has ended and everything it sent is drawn.
    @discardableResult
    public func waitForEnd(seconds: Int = 300) throws -> Ending {
        let deadline = Self.now() + seconds * 1000
        while ending == nil {
            let left = deadline - Self.now()
            guard left > 0 else { throw Overdue(description: "the program did not end\n\(screen.text)") }
            _ = readMore(milliseconds: left)
        }
        while isConnected, readAvailable() {}
        guard let ending else { throw Overdue(description: "the program did not end") }
        return ending
    }

    /// Waits until the program has ended, as a terminal that reads nothing of what it sends.
    @discardableResult
    public func waitForEndUnread(seconds: Int = 300) throws -> Ending {
        var watched = pollfd(fd: ended, events: Int16(POLLIN), revents: 0)
        guard poll(&watched, 1, Int32(seconds * 1000)) == 1 else {
            throw Overdue(description: "the program did not end while its terminal was not read")
        }
        return takeEnding()
    }

    /// Seconds of processor time that the program took, in hundredths; only after it ended.
    public private(set) var processorCentiseconds = 0

    /// The modes of the terminal are what they were before the program began.
    public var modesAreRestored: Bool { Self.modes(of: side) == modesBefore }

    /// Reads what there is, waiting for something. False when the program has ended and nothing is left.
    private func readMore(milliseconds: Int) -> Bool {
        guard ending == nil else {
            // What a program has sent may reach the reader of its terminal after its end.
            var watched = pollfd(fd: isConnected ? controller : -1, events: Int16(POLLIN), revents: 0)
            return poll(&watched, 1, Int32(clamping: milliseconds)) == 1 && readAvailable()
        }
        var watched = [pollfd(fd: ended, events: Int16(POLLIN), revents: 0)]
        if isConnected { watched.append(pollfd(fd: controller, events: Int16(POLLIN), revents: 0)) }
        poll(&watched, nfds_t(watched.count), Int32(clamping: milliseconds))
        if isConnected, watched[1].revents != 0, readAvailable() { return true }
        guard watched[0].revents != 0 else { return true }
        takeEnding()
        while isConnected, readAvailable() {}
        return false
    }

    @discardableResult
    private func takeEnding() -> Ending {
        var status: Int32 = 0
        var usage = rusage()
        wait4(process, &status, 0, &usage)
        processorCentiseconds =
            usage.ru_utime.tv_sec * 100 + usage.ru_stime.tv_sec * 100
            + (Int(usage.ru_utime.tv_usec) + Int(usage.ru_stime.tv_usec)) / 10_000
        let found: Ending = status & 0x7F == 0 ? .exited((status >> 8) & 0xFF) : .killed(bySignal: status & 0x7F)
        ending = found
        return found
    }

    private func readAvailable() -> Bool {
        var pending: Int32 = 0
        guard ioctl(controller, UInt(FIONREAD), &pending) == 0, pending > 0 else { return false }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = read(controller, &buffer, buffer.count)
        guard count > 0 else { return false }
        byteCount += count
        screen.feed(buffer[..<count])
        return true
    }

    private static func modes(of descriptor: Int32) -> [UInt8] {
        var modes = termios()
        guard tcgetattr(descriptor, &modes) == 0 else { return [] }
        return withUnsafeBytes(of: &modes) { Array($0) }
    }

    /// Milliseconds of the monotonic clock.
    private static func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }
}
