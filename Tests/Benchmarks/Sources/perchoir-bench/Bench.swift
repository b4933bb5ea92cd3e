import ArgumentParser
import Glibc
import Store

/// Measures the rooms one by one and the whole program in a pseudo-terminal, in stores of several sizes.
struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures what a person waits for, and what the machine does for it, in stores of several sizes.",
        discussion: """
            Prints a table with each figure's goal. Times are milliseconds unless the table says otherwise. \
            Stores are filled when they are missing and never changed: each is measured in a copy.
            """)

    /// What `--only` names.
    enum Part: String, CaseIterable, ExpressibleByArgument {
        case start, keys, idle, store, search, mark, ingest, judge, render, decode
    }

    @Option(help: "How many posts: 1k,10k,100k,1M and the like.", transform: Self.sizes)
    var sizes = [1000, 10_000, 100_000, 1_000_000]
    @Option(help: "What the posts are made of.") var seed: UInt64 = 1
    @Option(help: "Where filled stores are kept and looked for.") var stores = "/tmp/perchoir-stores"
    @Option(help: "Also writes the figures to a file as JSON.") var json: String?
    @Option(
        help: "Of \(Part.allCases.map(\.rawValue).joined(separator: ", ")), those to measure.", transform: Self.parts)
    var only = Part.allCases
    @Option(help: "The program; else .build-static/release/perchoir or .build/release/perchoir.") var binary: String?

    func run() throws {
        var report = Report()
        Processes.favour(getpid())
        report.machine = Machine.description
        let program = try self.program()
        report.machine.append("program  \(program ?? "none")")
        if only.contains(.decode) { report.add(try DecodingMeasures(World(sources: 50, seed: seed, posts: 400)).all()) }
        for posts in sizes.sorted() {
            let folder = StoreFolder(path: "\(stores)/\(sizeName(posts))")
            if try !folder.isFilled(posts: posts, seed: seed) {
                try makeFolders(stores)
                note("filling \(folder.path)")
                try folder.fill(posts: posts, seed: seed)
            }
            let world = StoreFolder.world(posts: posts, seed: seed)
            try inside(world, folder, program, &report)
        }
        if only == Part.allCases { report.add(Goal.notMeasured) }
        print(report.table, terminator: "")
        if let json { try write(try report.json(), to: json) }
    }

    private func inside(_ world: World, _ folder: StoreFolder, _ program: String?, _ report: inout Report) throws {
        let copy = StoreFolder(path: try temporaryFolder())
        defer { removeFolder(copy.path) }
        note("\(sizeName(world.posts)) posts, in \(copy.path)")
        try folder.copy(to: copy)
        // The terminal comes first: in the store as it was filled.
        let terminal = TerminalMeasures(program: program, folder: copy, posts: world.posts)
        if !Set(only).isDisjoint(with: [.start, .keys, .idle]) { terminal.calmDown() }
        if only.contains(.start) { report.add(terminal.starting()) }
        if only.contains(.keys) { report.add(terminal.typing()) }
        if only.contains(.idle) { report.add(terminal.idling()) }
        let store = try PostStore.open(at: copy.store, now: World.end).store
        try world.adopt(into: store)
        let measures = StoreMeasures(store, world)
        if only.contains(.store) { report.add(try measures.reading()) }
        if only.contains(.search) { report.add(try measures.searching()) }
        if only.contains(.render) { report.add(try RenderMeasures(store, world).all()) }
        if only.contains(.mark) { report.add(try measures.marking()) }
        if only.contains(.ingest) { report.add(try measures.ingesting()) }
        if only.contains(.judge) { report.add(try measures.judging()) }
        try store.close()
    }

    /// Nil when there is none and none was asked for.
    private func program() throws -> String? {
        if let binary {
            guard access(binary, X_OK) == 0 else { throw ValidationError("\(binary) cannot be started") }
            return binary
        }
        // Sources/perchoir-bench, then Benchmarks, Tests and the package.
        let root = #filePath.split(separator: "/").dropLast(5).map { "/" + $0 }.joined()
        return [".build-static", ".build"].map { "\(root)/\($0)/release/perchoir" }.first { access($0, X_OK) == 0 }
    }

    static func sizes(_ text: String) throws -> [Int] {
        try text.split(separator: ",").map { word in
            let factor = word.hasSuffix("k") ? 1000 : word.hasSuffix("M") ? 1_000_000 : 1
            guard let number = Int(factor == 1 ? word : word.dropLast()), number > 0, number <= 100_000_000 / factor
            else { throw ValidationError("\(word) is no number of posts") }
            return number * factor
        }
    }

    static func parts(_ text: String) throws -> [Part] {
        try text.split(separator: ",").map { word in
            guard let part = Part(rawValue: String(word)) else { throw ValidationError("nothing is called \(word)") }
            return part
        }
    }
}

/// What the figures depend on.
enum Machine {
    static var description: [String] {
        let load = readFile("/proc/loadavg")?.split(separator: " ").prefix(3).joined(separator: " ") ?? "unknown"
        let processor = readFile("/proc/cpuinfo")?.split(separator: "\n").first { $0.hasPrefix("model name") }
            .map { String($0.drop { $0 != ":" }.dropFirst(2)) }
        return ["machine  \(processor ?? "unknown"), \(sysconf(Int32(_SC_NPROCESSORS_ONLN))) cores, load \(load)"]
    }
}
