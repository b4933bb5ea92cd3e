import Glibc
import Store
import TestSupport
import TimelineModel

/// The real program in a pseudo-terminal, in turns with a bare list in ncurses.
struct TerminalMeasures {
    /// Nil when there is none to be measured.
    let program: String?
    let folder: StoreFolder
    let posts: Int

    /// What stands beside the selected post.
    static let selectionBar = "▌"

    /// A first run does what is done once a day, such as the backup of the marks; it is not what is measured.
    func calmDown() {
        // What stops it stops each measure too, and these say so.
        _ = taken([]) { program in
            let reader = try start(program)
            _ = try reader.firstPaint(showing: Self.selectionBar)
            var work = -1
            let deadline = TimedTerminal.now() + 120_000
            while work != Processes.work(reader.process), TimedTerminal.now() < deadline {
                work = Processes.work(reader.process)
                _ = try reader.watch(seconds: 1)
            }
            _ = try reader.quit(by: "Q")
            return []
        }
    }

    // MARK: Starting and ending

    func starting() -> [Figure] {
        taken(["start warm", "start disk-cold", "exit", "memory at start"]) { program in
            var (warm, cold, exits, memory): ([Double], [Double], [Double], [Double]) = ([], [], [], [])
            for _ in 0..<20 {
                let reader = try start(program)
                warm.append(try reader.firstPaint(showing: Self.selectionBar))
                try reader.settle(quiet: 60)
                if let peak = Processes.memoryPeak(reader.process) { memory.append(peak) }
                exits.append(try reader.quit(by: "Q"))
            }
            for _ in 0..<5 {
                forget([program, folder.store, folder.store + "-wal", folder.configuration])
                let reader = try start(program)
                cold.append(try reader.firstPaint(showing: Self.selectionBar))
                try reader.settle(quiet: 60)
                _ = try reader.quit(by: "Q")
            }
            return [
                Figure("start warm", "ms", posts: posts, warm),
                Figure(
                    "start disk-cold", "ms", posts: posts, cold,
                    remark: "program, store and settings not in the page cache; shared libraries are"),
                Figure("exit", "ms", posts: posts, exits),
                Figure("memory at start", "MiB", posts: posts, memory),
            ]
        }
    }

    func start(_ program: String) throws -> TimedTerminal {
        try TimedTerminal(
            program,
            environment: [
                "HOME": folder.path, "XDG_CONFIG_HOME": folder.configurationHome, "XDG_DATA_HOME": folder.dataHome,
                "XDG_STATE_HOME": folder.path + "/state", "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "TZ": "UTC",
                "PATH": "/usr/bin:/bin",
            ])
    }

    /// Takes files out of the page cache, which needs no rights: only pages that nobody uses go.
    private func forget(_ files: [String]) {
        for path in files {
            let file = open(path, O_RDONLY)
            guard file >= 0 else { continue }
            fsync(file)
            posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED)
            close(file)
        }
    }

    // MARK: Idling

    func idling() -> [Figure] {
        taken(["idle wake-ups", "idle bytes"]) { program in
            let reader = try start(program)
            _ = try reader.firstPaint(showing: Self.selectionBar)
            try reader.settle(quiet: 1000)
            var (wakeUps, bytes): ([Double], [Double]) = ([], [])
            for _ in 0..<2 {
                try awayFromFullMinute(reader)
                let before = Processes.wakeUps(reader.process)
                bytes.append(Double(try reader.watch(seconds: 2)))
                let after = Processes.wakeUps(reader.process)
                // A thread that ended was not woken; one that began was.
                wakeUps.append(Double(after.reduce(0) { $0 + $1.value - (before[$1.key] ?? 0) }))
            }
            _ = try reader.quit(by: "Q")
            return [
                Figure("idle wake-ups", "in 2 s", posts: posts, wakeUps, remark: "but for the clock's each minute"),
                Figure("idle bytes", "in 2 s", posts: posts, bytes),
            ]
        }
    }

    /// The reader's clock may change the screen at every full minute; that is not idling.
    private func awayFromFullMinute(_ reader: TimedTerminal) throws {
        let second = time(nil) % 60
        if second >= 56 { _ = try reader.watch(seconds: Double(61 - second)) }
    }

    // MARK: Failing

    /// The figures of a body, or for each name why there is none.
    func taken(_ names: [String], _ body: (String) throws -> [Figure]) -> [Figure] {
        guard let program else {
            let reason = "no program: swift build -c release --static-swift-stdlib --scratch-path .build-static"
            return names.map { Figure($0, "", posts: posts, notTaken: reason) }
        }
        do { return try body(program) } catch {
            return names.map { Figure($0, "", posts: posts, notTaken: "\(error)") }
        }
    }
}
