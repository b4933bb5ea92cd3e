import Cells
import Glibc
import TestSupport

/// Starts terminal-probe, which SwiftPM builds beside the tests.
enum Probe {
    static func start(
        rows: Int = 100, arguments: [String] = [], term: String = "xterm-256color", locale: String = "C.UTF-8",
        more: [String: String] = [:], size: Size = Size(width: 80, height: 24),
        detached: Set<PseudoTerminal.Stream> = [], ignoresHangUp: Bool = false,
        widths: [Unicode.Scalar: Int] = [:]
    ) throws -> PseudoTerminal {
        var environment = ["TERM": term, "LC_ALL": locale, "SWIFT_BACKTRACE": "enable=no"]
        environment.merge(more) { _, new in new }
        return try PseudoTerminal(
            running: path, arguments: ["\(rows)"] + arguments, environment: environment,
            size: size, detached: detached, ignoresHangUp: ignoresHangUp, widths: widths)
    }

    /// Starts it and waits for the first picture.
    static func ready(
        rows: Int = 100, arguments: [String] = [], term: String = "xterm-256color", locale: String = "C.UTF-8",
        more: [String: String] = [:], size: Size = Size(width: 80, height: 24), ignoresHangUp: Bool = false,
        widths: [Unicode.Scalar: Int] = [:]
    ) throws -> PseudoTerminal {
        let terminal = try start(
            rows: rows, arguments: arguments, term: term, locale: locale, more: more, size: size,
            ignoresHangUp: ignoresHangUp, widths: widths)
        try terminal.wait(forText: "1/\(rows) none")
        return terminal
    }

    static var path: String { directory + "/terminal-probe" }

    private static let directory: String = {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        let text = String(decoding: buffer[..<max(0, count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return text.split(separator: "/").dropLast().map { "/" + $0 }.joined()
    }()
}
