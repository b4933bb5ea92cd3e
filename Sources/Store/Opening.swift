import GRDB
import Glibc
import Text
import TimelineModel

/// Opening a store: which file is it, can it be trusted, and what to do when not.
struct Opening {
    /// As it was asked for. Backups stand beside it.
    let path: String
    /// The file itself: where links lead from there.
    let file: String
    let now: Timestamp

    init(path: String, now: Timestamp) {
        self.path = path
        self.now = now
        file = Files.followed(path)
    }

    /// Marks a file in which damage was met; see `PostStore.noticed`.
    static func suspicionPath(_ path: String) -> String { path + ".suspect" }

    func open() throws(StoreError) -> (store: PostStore, report: OpeningReport) {
        try Files.makeFolder(Files.folder(of: path))
        if let store = try openInPlace() { return (store, OpeningReport()) }
        return try openAlone()
    }

    /// The usual case. Meanwhile nobody may put another file in this place: SQLite would make an empty one where it is
    /// gone for a moment, and the log of that would become the new one's.
    /// - Returns: nil when the file is missing or damaged.
    private func openInPlace() throws(StoreError) -> PostStore? {
        let lock = try Files.lock(folder: Files.folder(of: file), isShared: true)
        defer { Files.unlock(lock) }
        guard case .ours = try look(), !isBeingReplaced else { return nil }
        do {
            return try connect()
        } catch {
            guard case .damaged = error else { throw error }
            return nil
        }
    }

    /// Several processes may meet the same damage, or miss the file, at once: one makes the new file, and the others
    /// find it when it is their turn to look again.
    private func openAlone() throws(StoreError) -> (store: PostStore, report: OpeningReport) {
        let lock = try Files.lock(folder: Files.folder(of: file))
        defer { Files.unlock(lock) }
        switch try look() {
        case .damaged(let reason): return try replace(because: reason)
        case .missing: return try begin()
        case .ours:
            do {
                let store = try connect()
                return (store, try finishReplacing())
            } catch {
                guard case .damaged(let reason) = error else { throw error }
                return try replace(because: reason)
            }
        }
    }

    // MARK: Looking before touching

    private enum Sight {
        case missing
        case ours
        case damaged(SafeText)
    }

    /// Reads the file's header without SQLite, which would already make files beside it.
    /// Source: sqlite.org/fileformat2.html section 1.3.
    private func look() throws(StoreError) -> Sight {
        guard let size = try Files.sizeOfFile(file) else { return .missing }
        // Nothing here leaves an empty file in this place.
        guard size > 0 else { return .damaged("it is empty") }
        guard let header = Files.head(file, count: 100) else {
            throw .unreachable("\(SafeText(sanitizing: file)) cannot be read")
        }
        guard header.count == 100, header.starts(with: Array("SQLite format 3\0".utf8)) else {
            return .damaged("it is not a database")
        }
        func number(_ place: Int) -> Int {
            header[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
        }
        let version = number(60)
        // No version ever had such a number.
        guard version < 1 << 16 else { return .damaged("the number of its version makes no sense") }
        guard version <= Schema.version else { throw .newerVersion(found: version, known: Schema.version) }
        let hasLog = (Files.size(file + "-wal") ?? 0) > 0
        let pageSize = Int(header[16]) << 8 | Int(header[17])
        // The page count is only valid when the change counter says so; with a log the file may be behind.
        if !hasLog, number(24) == number(92), pageSize > 1, number(28) * pageSize > size {
            return .damaged("its end is missing")
        }
        return .ours
    }

    // MARK: Connecting

    private func configuration() -> Configuration {
        var configuration = Configuration()
        configuration.label = "perchoir"
        configuration.busyMode = .timeout(5)
        configuration.maximumReaderCount = 4
        configuration.persistentReadOnlyConnections = true
        configuration.foreignKeysEnabled = false
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON")
        }
        return configuration
    }

    func connect() throws(StoreError) -> PostStore {
        do {
            let isSuspect = Files.exists(Opening.suspicionPath(path))
            // Through the log the version may be later than the header says; then nothing may be written.
            if (Files.size(file + "-wal") ?? 0) > 0 { try refuseNewerVersion() }
            let pool = try makePool()
            do {
                try pool.writeWithoutTransaction { database in
                    // GRDB lowers this to NORMAL when it turns the write-ahead log on, after `prepareDatabase`.
                    try database.execute(sql: "PRAGMA synchronous = FULL")
                    guard try database.integer("PRAGMA synchronous") == 2 else {
                        throw StoreError.failed("it does not write through to the disk")
                    }
                    if isSuspect { try Opening.checkEverything(database) }
                    try Opening.asDamage {
                        try Schema.migrate(database)
                        try Opening.checkTables(database)
                    }
                    if isSuspect { try Opening.checkSchema(database) }
                    try Opening.refreshIndex(database, isSuspect: isSuspect)
                }
            } catch {
                // The first error is the one to tell; a connection that cannot be closed is dropped with the pool.
                try? pool.close()
                throw error
            }
            Files.restrictToUser(file)
            // One that came up since was not looked into.
            if isSuspect { Files.remove(Opening.suspicionPath(path)) }
            return PostStore(pool: pool, path: path)
        } catch {
            throw StoreError(error, at: file)
        }
    }

    /// Turning the write-ahead log on in a new file fails at once, whatever the busy timeout says, while another
    /// process does the same.
    private func makePool() throws -> DatabasePool {
        var attempts = 250
        while true {
            do {
                return try DatabasePool(path: file, configuration: configuration())
            } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY && attempts > 0 {
                attempts -= 1
                usleep(20_000)
            }
        }
    }

    private func refuseNewerVersion() throws {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        let found = try SingleConnection.with(file, configuration) { try Int($0.integer("PRAGMA user_version") ?? 0) }
        guard found <= Schema.version else { throw StoreError.newerVersion(found: found, known: Schema.version) }
    }

    /// An index that says something else than its table is made anew; nothing is lost with it.
    private static func checkEverything(_ database: Database) throws {
        func finding(_ check: String) throws -> String {
            try database.first("PRAGMA \(check)(1)") { $0.text(0) } ?? "no answer"
        }
        var found = try finding("quick_check")
        if found == "ok", try finding("integrity_check") != "ok" {
            try database.execute(sql: "REINDEX")
            found = try finding("integrity_check")
        }
        guard found == "ok" else { throw StoreError.damaged(SafeText(sanitizing: found)) }
    }

    /// A statement that makes no sense to the file's tables: they are other ones than its version says.
    private static func asDamage(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as DatabaseError where error.resultCode == .SQLITE_ERROR {
            throw StoreError.damaged(SafeText(sanitizing: error.message ?? "its tables are other ones"))
        }
    }

    /// Whatever a new store has of tables, columns and indexes is there. Making one to compare with, if only in memory,
    /// takes too long for every start.
    private static func checkSchema(_ database: Database) throws {
        func parts(_ database: Database) throws -> [String] {
            try database.all(
                """
                SELECT name FROM sqlite_master
                UNION ALL SELECT column.name || ' of ' || part.name
                FROM sqlite_master AS part JOIN pragma_table_info(part.name) AS column
                """
            ) { $0.text(0) }
        }
        let wanted = try SingleConnection.with(":memory:", Configuration()) { new in
            try Schema.migrate(new)
            return try parts(new)
        }
        let found = Set(try parts(database))
        if let missing = wanted.first(where: { !found.contains($0) }) {
            throw StoreError.damaged("\(SafeText(sanitizing: missing)) is gone")
        }
    }

    /// Each table answers a query: finds a schema that lost a part and most damage to the first pages.
    private static func checkTables(_ database: Database) throws {
        let known = try database.all("SELECT name FROM sqlite_master WHERE type = 'table'") { $0.text(0) }
        let needed = Schema.stateTables + Schema.cacheTables
        for table in needed {
            guard known.contains(table) else {
                throw StoreError.damaged("the table \(SafeText(sanitizing: table)) is gone")
            }
            // The index has no rows to list, only words to look up.
            let condition = table == "post_words" ? " WHERE post_words MATCH 'x'" : ""
            _ = try database.integer("SELECT 1 FROM \(table)\(condition) LIMIT 1")
        }
    }

    /// A version that cuts words differently builds the full-text index again, once; so does a suspicion, because the
    /// index may contradict itself while the file's structure is sound.
    private static func refreshIndex(_ database: Database, isSuspect: Bool) throws {
        let wanted = String(FullText.revision)
        guard try Meta.fullTextRevision.value(in: database) != wanted || isSuspect else { return }
        try database.inTransaction(.immediate) {
            try FullText.rebuild(in: database)
            try Meta.fullTextRevision.set(wanted, in: database)
            return .commit
        }
    }
}
