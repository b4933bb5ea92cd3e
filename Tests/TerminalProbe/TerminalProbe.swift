// TerminalProbe.swift: the smallest program on a TerminalSession; the tests of Terminal run it in a pseudo-terminal.
import Cells
import Glibc
import Terminal
import Text

/// A list with a selection bar, the last event in the bottom row. `terminal-probe ROWS [color] [disputed]`
///
/// P gives the terminal to the shell script in the variable PROGRAM, F draws without end, K asks itself to end.
@main
struct TerminalProbe {
    private var selected = 0
    private var top = 0
    private var lastEvent = "none"
    private var eventCount = 0
    private let rowCount: Int
    private let isColored: Bool
    private let isDisputed: Bool

    static func main() {
        let arguments = CommandLine.arguments
        let session: TerminalSession
        do {
            session = try TerminalSession.begin()
        } catch {
            print("terminal-probe: \(error.message.string)")
            exit(69)
        }
        var probe = TerminalProbe(
            rowCount: arguments.count > 1 ? Int(arguments[1]) ?? 100 : 100, isColored: arguments.contains("color"),
            isDisputed: arguments.contains("disputed"))
        let turns = probe.run(session)
        session.end()
        print("turns=\(turns) events=\(probe.eventCount) errors=\(session.capturedErrors.string)")
        fflush(nil)
        if let signal = session.endingSignal { TerminalSession.exit(bySignal: signal) }
    }

    init(rowCount: Int, isColored: Bool, isDisputed: Bool) {
        self.isDisputed = isDisputed
        self.rowCount = rowCount
        self.isColored = isColored
    }

    private mutating func run(_ session: TerminalSession) -> Int {
        var turns = 0
        session.present(frame(session.size))
        while true {
            turns += 1
            let wake = session.nextEvents(timeoutMilliseconds: nil)
            for event in wake.events {
                eventCount += 1
                lastEvent = Self.spell(event)
                guard obey(event, session) else { return turns }
            }
            if !wake.events.isEmpty { session.present(frame(session.size)) }
        }
    }

    private mutating func obey(_ event: InputEvent, _ session: TerminalSession) -> Bool {
        switch event {
        case .hangUp, .key(.character("q")): return false
        case .key(.character("j")): selected = min(rowCount - 1, selected + 1)
        case .key(.character("k")): selected = max(0, selected - 1)
        case .key(.control("d")): top += 1
        case .key(.control("z")): session.suspend()
        case .key(.character("P")):
            let script = getenv("PROGRAM").map { String(cString: $0) } ?? ""
            lastEvent = "\(session.run(["/bin/sh", "-c", script]))"
        case .key(.control("l")): session.invalidate()
        case .key(.character("F")): flood(session)
        case .key(.character("K")): kill(getpid(), SIGTERM)
        case .key(.character("S")): kill(getpid(), SIGSEGV)
        case .key(.character("A")): abort()
        case .key(.character("T")): trap()
        case .key(.character("E")): _ = "said to standard error\n".withCString { write(2, $0, strlen($0)) }
        default: break
        }
        return true
    }

    /// Half a megabyte of pictures.
    private mutating func flood(_ session: TerminalSession) {
        for _ in 0..<200 {
            session.invalidate()
            session.present(frame(session.size))
        }
    }

    private func trap() {
        let nothing: [Int] = []
        // A planted fault: the runtime stops the program here.
        print(nothing[selected])
    }

    private mutating func frame(_ size: Size) -> Frame {
        let height = max(1, size.height - 2)
        selected = max(selected, top)
        if selected >= top + height { top = selected - height + 1 }
        if selected < top { top = selected }
        var lines: [(String, Style)] = [("READY \(size.width)x\(size.height)", Style(attributes: .bold))]
        for index in top..<(top + height) {
            let isSelected = index == selected
            var style = isSelected ? Style(attributes: .reverse) : .plain
            if isColored, index % 3 == 0 { style.foreground = .rgb(red: 215, green: 95, blue: 0) }
            lines.append((index < rowCount ? Self.row(index) : "", style))
        }
        if size.height > 1 { lines.append(("\(selected + 1)/\(rowCount) \(lastEvent)", .plain)) }
        var surface = Surface(size: size)
        for (y, line) in lines.prefix(size.height).enumerated() {
            let blanks = String(repeating: " ", count: size.width)
            surface.draw(SafeText(sanitizing: blanks), at: Point(x: 0, y: y), style: line.1)
            surface.draw(SafeText(sanitizing: line.0), at: Point(x: 0, y: y), style: line.1)
            if isDisputed, y > 0, y < size.height - 1 {
                surface.draw("🇫🇷 a🫠b🇫🇷🇫🇷", at: Point(x: 27, y: y), style: line.1)
                surface.draw("|end", at: Point(x: 40, y: y), style: line.1)
            }
        }
        var frame = Frame(surface: surface, title: "probe \(rowCount)")
        frame.cursor = Point(x: 0, y: min(size.height - 1, selected - top + 1))
        return frame
    }

    private static func row(_ index: Int) -> String {
        let words = ["élection", "été", "budget", "日本語のニュース", "release", "🚀 launch", "Paris", "한국 소식", "┼ 12"]
        let picks = (0..<5).map { words[(index * 7 + $0 * (index % 4 + 1)) % words.count] }
        return String(index) + "  " + picks.joined(separator: " ")
    }

    private static func spell(_ event: InputEvent) -> String {
        switch event {
        case .key(.character(let character)): "character \(character)"
        case .key(.alt(let character)): "alt \(character)"
        case .key(.control(let character)): "control \(character)"
        case .key(let key): "key \(key)"
        case .paste(let text): "paste " + text.string.split(separator: "\n").joined(separator: "⏎")
        case .click(let point): "click \(point.x) \(point.y)"
        case .wheel(let rows, let point): "wheel \(rows) \(point.x) \(point.y)"
        case .resize(let size): "resize \(size.width) \(size.height)"
        case .resumed: "resumed"
        case .hangUp: "hang-up"
        case .interrupt: "interrupt"
        }
    }
}
