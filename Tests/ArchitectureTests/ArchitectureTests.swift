import Expectations
import Foundation
import Glibc
import Testing

/// Holds README's table of targets against Package.swift and against every import line.
@Suite struct ArchitectureTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Each third-party library and system module, and the one target that owns it.
    static let owners = [
        "GRDB": "Store", "GRDBSQLite": "Store", "TOMLKit": "Settings", "ArgumentParser": "perchoir",
        "Logging": "perchoir",
        "CTerminal": "Terminal", "CCurl": "Networks", "CLibXML2": "Decoding",
    ]

    /// The files that may start a task: whoever starts one must also see to its end.
    static let startsTasks: Set<String> = ["EffectRunner.swift", "EffectRunner+Fetching.swift", "FetchRounds.swift"]

    /// Modules of the toolchain that any target may import.
    static let toolchain: Set<String> = ["Swift", "Synchronization", "Glibc", "FoundationEssentials", "Dispatch"]

    struct Room {
        let name: String
        let imports: Set<String>
        let folder: String
    }

    /// The rows of README's codemap: | `Target` | owns | imports |
    static func rooms() throws -> [Room] {
        let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
        let names = /`([A-Za-z0-9]+)`/
        return readme.split(separator: "\n").compactMap { line in
            let columns = line.split(separator: "|", omittingEmptySubsequences: false).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            guard columns.count == 5, let name = columns[1].wholeMatch(of: names)?.output.1 else { return nil }
            let imports = columns[3].matches(of: names).map { String($0.output.1) }
            let folder = name == "BuiltInThemes" ? "Themes" : "Sources/\(name)"
            return Room(name: String(name), imports: Set(imports), folder: folder)
        }
    }

    struct SourceFile {
        let name: String
        /// From the root of the repository.
        let path: String
        let text: String
        let imports: Set<String>

        init(_ file: URL) throws {
            name = file.lastPathComponent
            path = String(file.path.dropFirst(root.path.count).drop { $0 == "/" })
            text = try String(contentsOf: file, encoding: .utf8)
            let line =
                /^\s*(?:@[a-zA-Z_()]+\s+)*(?:public |internal |package |private |fileprivate )?import (?:[a-z]+ )?([A-Za-z0-9_]+).*$/
            let candidates = text.utf8.split(separator: UInt8(ascii: "\n")).compactMap { bytes -> Substring? in
                let line = Substring(bytes)
                return strstr(String(line), "import ") == nil ? nil : line
            }
            imports = Set(candidates.compactMap { $0.wholeMatch(of: line).map { String($0.output.1) } })
        }

        /// A search for one word is a thousandth of one for a pattern.
        func mentions(_ word: String) -> Bool { strstr(text, word) != nil }
    }

    /// Every source of the program, read once.
    static let files = Result {
        try ["Sources", "Themes"].flatMap { folder in
            let walk = FileManager.default.enumerator(at: root.appending(path: folder), includingPropertiesForKeys: nil)
            let files = (walk?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }
            return try files.map(SourceFile.init)
        }
    }

    static func swiftFiles(_ folder: String) throws -> [SourceFile] {
        try files.get().filter { $0.path.hasPrefix(folder + "/") }
    }

    @Test func everyTargetIsInTheTableAndTheOtherWayRound() throws {
        let listed = Set(try Self.rooms().map(\.name))
        let entries = try FileManager.default.contentsOfDirectory(
            at: Self.root.appending(path: "Sources"), includingPropertiesForKeys: [.isDirectoryKey])
        let folders = try entries.filter { try $0.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true }
        expect(entries.map(\.lastPathComponent).sorted(), is: folders.map(\.lastPathComponent).sorted(), "a stray file")
        expect(Set(folders.map(\.lastPathComponent)), is: listed.subtracting(["BuiltInThemes"]))
    }

    @Test func importsStayInsideTheTable() throws {
        let rooms = try Self.rooms()
        #expect(rooms.count > 10)
        for room in rooms {
            for file in try Self.swiftFiles(room.folder) {
                let extra = file.imports.subtracting(Self.toolchain).subtracting(room.imports)
                #expect(extra.isEmpty, "\(file.name) of \(room.name) imports \(extra.sorted())")
            }
        }
    }

    @Test func theTableNamesNoImportThatIsNotUsed() throws {
        for room in try Self.rooms() {
            let used = try Self.swiftFiles(room.folder).reduce(into: Set<String>()) { $0.formUnion($1.imports) }
            let unused = room.imports.subtracting(used)
            #expect(unused.isEmpty, "\(room.name) does not import \(unused.sorted())")
        }
    }

    @Test func eachLibraryHasOneOwner() throws {
        for room in try Self.rooms() {
            for (library, owner) in Self.owners where room.imports.contains(library) {
                expect(room.name, is: owner, "\(library) belongs to \(owner), \(room.name) imports it")
            }
        }
    }

    @Test func packageDependenciesAreTheTable() throws {
        let package = try String(contentsOf: Self.root.appending(path: "Package.swift"), encoding: .utf8)
        let row =
            #/
            (?: room | hotRoom | target | executableTarget ) \( \s* (?: name:\s )? "([A-Za-z0-9]+)"
            (?: , \s* (?: dependencies:\s )? \[ ([^\]]*) \] )?
            /#
        let products = [
            "grdb": "GRDB", "grdbSQLite": "GRDBSQLite", "tomlKit": "TOMLKit", "argumentParser": "ArgumentParser",
            "logging": "Logging",
        ]
        let targets = package.matches(of: row).map { match in
            let words = (match.output.2 ?? "").matches(of: /[A-Za-z0-9]+/).map { String($0.output) }
            return (String(match.output.1), Set(words.map { products[$0] ?? $0 }))
        }
        let declared = Dictionary(uniqueKeysWithValues: targets)
        for room in try Self.rooms() {
            expect(declared[room.name], is: room.imports.subtracting(["Foundation"]), "\(room.name)")
        }
    }

    @Test func whatTheHouseForbidsDoesNotOccur() throws {
        for file in try Self.swiftFiles("Sources") {
            #expect(!file.mentions("MainActor"), "\(file.name)")
            if file.mentions("catch") {
                #expect(!file.text.contains(/catch\s*\{\s*\}/), "\(file.name) swallows an error")
            }
            if file.mentions("Task"), !Self.startsTasks.contains(file.name) {
                #expect(!file.text.contains(/\bTask(\.detached)?\s*[\{\(]/), "\(file.name) starts a task")
            }
        }
    }

    /// A reader at rest wakes up for nothing. What runs on the global queues would end that for good: a task without
    /// an executor of its own, the sleep that tasks have, a queue of several threads, the end of a connection. See
    /// TaskQueues and SingleConnection.
    @Test func nothingRunsOnTheGlobalQueues() throws {
        // Each with a word without which it cannot be meant.
        let ways = [
            ("Task", /\bTask(?:\.detached|\.immediate)?\s*(?:\{|\((?!executorPreference: TaskQueues\.shared\b))/),
            ("Task", /\bTask\.(?:sleep|yield)\b/), ("sleep(", /\.sleep\((?:for|until):/),
            (".global(", /\.global\(/), ("concurrent", /\.concurrent\b|\bconcurrentPerform\b/),
            ("DatabaseQueue(", /\bDatabaseQueue\(/),
        ]
        for file in try Self.swiftFiles("Sources") where file.name != "SingleConnection.swift" {
            for (word, way) in ways where file.mentions(word) {
                let found = file.text.firstMatch(of: way).map { String(file.text[$0.range]) }
                expect(found, is: nil, "\(file.name)")
            }
        }
    }
}
