import Foundation
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

    static func swiftFiles(_ folder: String) -> [URL] {
        let base = root.appending(path: folder)
        let walk = FileManager.default.enumerator(at: base, includingPropertiesForKeys: nil)
        return (walk?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }
    }

    static func imports(in file: URL) throws -> Set<String> {
        let line =
            /^\s*(?:@[a-zA-Z_()]+\s+)*(?:public |internal |package |private |fileprivate )?import (?:[a-z]+ )?([A-Za-z0-9_]+).*$/
        let text = try String(contentsOf: file, encoding: .utf8)
        let candidates = text.split(separator: "\n").filter { $0.contains("import ") }
        return Set(candidates.compactMap { $0.wholeMatch(of: line).map { String($0.output.1) } })
    }

    @Test func everyTargetIsInTheTableAndTheOtherWayRound() throws {
        let listed = Set(try Self.rooms().map(\.name))
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.root.appending(path: "Sources").path)
        #expect(listed == Set(folders).union(["BuiltInThemes"]))
    }

    @Test func importsStayInsideTheTable() throws {
        let rooms = try Self.rooms()
        #expect(rooms.count > 10)
        for room in rooms {
            for file in Self.swiftFiles(room.folder) {
                let extra = try Self.imports(in: file).subtracting(Self.toolchain).subtracting(room.imports)
                #expect(extra.isEmpty, "\(file.lastPathComponent) of \(room.name) imports \(extra.sorted())")
            }
        }
    }

    @Test func theTableNamesNoImportThatIsNotUsed() throws {
        for room in try Self.rooms() {
            let used = try Self.swiftFiles(room.folder).reduce(into: Set<String>()) {
                try $0.formUnion(Self.imports(in: $1))
            }
            let unused = room.imports.subtracting(used)
            #expect(unused.isEmpty, "\(room.name) does not import \(unused.sorted())")
        }
    }

    @Test func eachLibraryHasOneOwner() throws {
        for room in try Self.rooms() {
            for (library, owner) in Self.owners where room.imports.contains(library) {
                #expect(room.name == owner, "\(library) belongs to \(owner), \(room.name) imports it")
            }
        }
    }

    @Test func packageDependenciesAreTheTable() throws {
        let package = try String(contentsOf: Self.root.appending(path: "Package.swift"), encoding: .utf8)
        let row = /(?:room|hotRoom)\("([A-Za-z]+)"(?:, \[([^\]]*)\])?\)/
        let products = [
            "grdb": "GRDB", "grdbSQLite": "GRDBSQLite", "tomlKit": "TOMLKit", "argumentParser": "ArgumentParser",
            "logging": "Logging",
        ]
        var seen = 0
        let rooms = Dictionary(uniqueKeysWithValues: try Self.rooms().map { ($0.name, $0) })
        for match in package.matches(of: row) {
            seen += 1
            let name = String(match.output.1)
            let dependencies = (match.output.2 ?? "").split(separator: ",").map { part in
                let word = part.trimmingCharacters(in: CharacterSet(charactersIn: " \""))
                return products[word] ?? word
            }
            let declared = Set(dependencies)
            let allowed = rooms[name]?.imports.subtracting(["Foundation"]) ?? []
            #expect(declared == allowed, "\(name): Package.swift has \(declared.sorted()), README \(allowed.sorted())")
        }
        #expect(seen >= 9)
    }

    @Test func whatTheHouseForbidsDoesNotOccur() throws {
        for file in Self.swiftFiles("Sources") {
            let text = try String(contentsOf: file, encoding: .utf8)
            #expect(!text.contains("MainActor"), "\(file.lastPathComponent)")
            #expect(!text.contains(/catch\s*\{\s*\}/), "\(file.lastPathComponent) swallows an error")
            if !file.lastPathComponent.hasPrefix("EffectRunner") {
                #expect(!text.contains(/\bTask(\.detached)?\s*[\{\(]/), "\(file.lastPathComponent) starts a task")
            }
        }
    }

    /// A reader at rest wakes up for nothing. What runs on the global queues would end that for good: a task without
    /// an executor of its own, the sleep that tasks have, a queue of several threads, the end of a connection. See
    /// TaskQueues and SingleConnection.
    @Test func nothingRunsOnTheGlobalQueues() throws {
        let ways = [
            /\bTask(?:\.detached|\.immediate)?\s*(?:\{|\((?!executorPreference: TaskQueues\.shared\b))/,
            /\bTask\.(?:sleep|yield)\b|\.sleep\((?:for|until):/,
            /\.global\(|\.concurrent\b|\bconcurrentPerform\b/,
            /\bDatabaseQueue\(/,
        ]
        for file in Self.swiftFiles("Sources") where file.lastPathComponent != "SingleConnection.swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            for way in ways {
                let found = text.firstMatch(of: way).map { String(text[$0.range]) }
                #expect(found == nil, "\(file.lastPathComponent)")
            }
        }
    }
}
