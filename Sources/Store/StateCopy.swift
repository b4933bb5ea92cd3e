import GRDB
import Text
public import TimelineModel

/// Copies of the state tables alone: backups, and what comes back from them or from a damaged file.
enum StateCopy {
    static let kept = 3

    /// Paths of the backups in a folder, newest first as far as their names know, which carry the time. A file with
    /// another kind of name is the user's own business.
    /// - Throws: `StoreError.unreachable` when they cannot be looked for, which is not to say that there are none.
    static func backups(in directory: String) throws(StoreError) -> [(path: String, stamp: Int64)] {
        let found = try Files.names(in: directory).compactMap { name in
            name.hasPrefix("state-") && name.hasSuffix(".sqlite")
                ? Int64(name.dropFirst(6).dropLast(7)).map { (path: directory + "/" + name, stamp: $0) } : nil
        }
        return found.filter { (0..<1 << 60).contains($0.stamp) }.sorted { $0.stamp > $1.stamp }
    }

    /// A name is only as right as the clock was, so the newest is the copy that saw the last change; of two that saw
    /// the same, the one with the later name.
    /// - Throws: `StoreError.unreachable` when there may be some that cannot be read now.
    static func newestGoodBackup(in directory: String) throws(StoreError) -> String? {
        var newest: (path: String, change: Int64)?
        for backup in try backups(in: directory) {
            try Files.refuseUnreadable(backup.path)
            guard let change = lastChange(backup.path, isWhole: true) else { continue }
            if newest.map({ change > $0.change }) ?? true { newest = (backup.path, change) }
        }
        return newest?.path
    }

    static func isGood(_ path: String) -> Bool { lastChange(path, isWhole: true) != nil }

    /// The number of the last batch of marks that a copy knows; nil when it is no good.
    /// - Parameter isWhole: all of it is read and checked; otherwise only whether its tables are there, and the answer is 0.
    private static func lastChange(_ path: String, isWhole: Bool) -> Int64? {
        // SQLite takes an empty file for a database without tables, and finds nothing wrong with it.
        guard (Files.size(path) ?? 0) > 0 else { return nil }
        var configuration = Configuration()
        configuration.readonly = true
        do {
            return try SingleConnection.with(path, configuration) { database in
                for (table, number) in Schema.firstStateColumns {
                    guard try columns(of: table, in: "main", database).count >= number else { return nil }
                }
                guard isWhole else { return 0 }
                guard try database.first("PRAGMA integrity_check(1)", read: { $0.text(0) }) == "ok" else { return nil }
                // One with a column by another name is the oldest, not worthless.
                let change = try? database.integer(
                    """
                    SELECT max((SELECT coalesce(max(id), 0) FROM mark_batch),
                        (SELECT coalesce(max(max(read_revision, star_revision)), 0) FROM mark))
                    """)
                return change ?? 0
            }
        } catch {
            // A copy that cannot be read is no good copy; the next older one is tried.
            return nil
        }
    }

    /// Removes what is older than the newest copies that have their tables. Worthless files do not count.
    /// - Parameter written: is one of those that stay, wherever its name puts it.
    static func removeOld(in directory: String, besides written: String) throws(StoreError) {
        var good = 1
        for backup in try backups(in: directory) where backup.path != written {
            if good >= kept {
                Files.remove(backup.path)
            } else if lastChange(backup.path, isWhole: false) != nil {
                good += 1
            }
        }
    }

    static func columns(of table: String, in schema: String, _ database: Database) throws -> [String] {
        try database.all("SELECT name FROM pragma_table_info(?, ?)", .text(table), .text(schema)) { $0.text(0) }
    }

    /// The columns that a table has here and in a file that may be of an earlier version, in one order. Columns are
    /// only ever appended, so their place says which they are: a name may be what is damaged there. Nil when that is
    /// another table.
    private static func paired(_ table: String, _ known: [String], _ found: [String]) -> (into: String, from: String)? {
        let number = min(known.count, found.count)
        let least = Schema.firstStateColumns.first { $0.table == table }?.number ?? 1
        guard number >= least else { return nil }
        let from = found.prefix(number).map { name in
            "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
        }
        return (known.prefix(number).joined(separator: ", "), from.joined(separator: ", "))
    }

    /// Takes over the state tables of a backup, without changing rows that are already there.
    static func merge(_ backup: String, into database: Database) throws {
        try database.run("ATTACH ? AS backup", .text(backup))
        defer {
            // Detaching fails only when the transaction below failed and is told already.
            try? database.execute(sql: "DETACH backup")
        }
        try database.inTransaction(.immediate) {
            for table in Schema.stateTables {
                let known = try columns(of: table, in: "main", database)
                let found = try columns(of: table, in: "backup", database)
                guard let pair = paired(table, known, found) else { continue }
                try database.execute(
                    sql: "INSERT OR IGNORE INTO main.\(table) (\(pair.into)) SELECT \(pair.from) FROM backup.\(table)")
            }
            try continueRevisions(database)
            return .commit
        }
    }

    /// What a damaged file still gave.
    struct Salvage {
        /// At least the marks could be read to their end.
        var hasAllMarks = false
        /// Starred posts.
        var stars = 0
        /// Starred posts without their texts.
        var lostStars = 0
    }

    /// Reads the state tables of a damaged file row by row as far as they can be read, and keeps what is newer than
    /// what the new one has; then the posts that are starred now.
    /// - Throws: what the new file did not take.
    static func salvage(_ path: String, into database: Database) throws -> Salvage {
        // With an empty file SQLite would delete the log beside it.
        guard (Files.size(path) ?? 0) > 0 else { return Salvage() }
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        // Otherwise a table or an index whose definition makes no sense keeps all others from being read.
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA writable_schema = ON") }
        do {
            return try SingleConnection.with(path, configuration) { damaged in
                var salvaged: Salvage?
                do {
                    // A program that still has it open may be about to end a mark, and then is waited for.
                    try damaged.inTransaction(.immediate) {
                        salvaged = try salvage(damaged, into: database)
                        return .rollback
                    }
                } catch let refused as NotTaken {
                    throw refused
                } catch {
                    // What cannot be locked may still be read; what was, was.
                }
                return try salvaged ?? salvage(damaged, into: database)
            }
        } catch let refused as NotTaken {
            throw refused.reason
        } catch {
            // The file is kept; the report says what is missing.
            return Salvage()
        }
    }

    /// The damaged file gave a row, and the new one could not store it.
    private struct NotTaken: Error {
        let reason: any Error
    }

    private static func salvage(_ damaged: Database, into database: Database) throws -> Salvage {
        var salvaged = Salvage()
        for table in Schema.stateTables {
            var isWhole = false
            do {
                try database.inTransaction(.immediate) {
                    isWhole = try copy(table, from: damaged, into: database)
                    try continueRevisions(database)
                    return .commit
                }
            } catch {
                throw NotTaken(reason: error)
            }
            if table == "mark" { salvaged.hasAllMarks = isWhole }
        }
        if !salvaged.hasAllMarks { try MarksOfEntries.salvage(damaged, into: database) }
        do {
            try database.inTransaction(.immediate) {
                (salvaged.stars, salvaged.lostStars) = try StarredCopy.salvage(damaged, into: database)
                return .commit
            }
        } catch {
            throw NotTaken(reason: error)
        }
        return salvaged
    }

    /// Answers whether the table could be read to its end. Where it could not, it is read from its other end, too: of a
    /// page that is garbage in the middle only that page is lost.
    private static func copy(_ table: String, from damaged: Database, into database: Database) throws -> Bool {
        guard let found = try? columns(of: table, in: "main", damaged),
            let pair = paired(table, try columns(of: table, in: "main", database), found)
        else { return false }
        let number = Int32(pair.into.split(separator: ",").count)
        let insert = inserting(pair.into, into: table, number)
        func copy(_ order: String) throws -> Bool {
            var refused: (any Error)?
            do {
                try damaged.each("SELECT \(pair.from) FROM \(table)\(order)", []) { row in
                    do {
                        try database.run(insert, (0..<number).map(row.value))
                        return true
                    } catch {
                        refused = error
                        return false
                    }
                }
            } catch {
                // So far it could be read.
                return false
            }
            if let refused { throw refused }
            return true
        }
        if try copy("") { return true }
        // State tables are clustered by their first columns.
        let keys = pair.from.split(separator: ", ").prefix(table == "mark_journal" ? 2 : 1)
        _ = try copy(" ORDER BY " + keys.map { $0 + " DESC" }.joined(separator: ", "))
        return false
    }

    /// OR IGNORE leaves out rows that break a rule of the table: garbage from a damaged page.
    private static func inserting(_ names: String, into table: String, _ number: Int32) -> String {
        let places = (0..<number).map { _ in "?" }.joined(separator: ", ")
        return switch table {
        case "mark":
            """
            INSERT OR IGNORE INTO mark (\(names)) VALUES (\(places)) ON CONFLICT (identity) DO UPDATE SET
                read = excluded.read, starred = excluded.starred, read_revision = excluded.read_revision,
                star_revision = excluded.star_revision, changed = excluded.changed
            WHERE excluded.changed > mark.changed
            """
        case "feed_rung":
            // Feeds only move down.
            """
            INSERT OR IGNORE INTO feed_rung (\(names)) VALUES (\(places)) ON CONFLICT (feed) DO UPDATE SET
                rung = excluded.rung, has_moved = excluded.has_moved
            WHERE (excluded.rung, excluded.has_moved) > (feed_rung.rung, feed_rung.has_moved)
            """
        case "position", "layout": "INSERT OR REPLACE INTO \(table) (\(names)) VALUES (\(places))"
        default: "INSERT OR IGNORE INTO \(table) (\(names)) VALUES (\(places))"
        }
    }

    /// New batches must not take the numbers that restored marks name.
    static func continueRevisions(_ database: Database) throws {
        let last = try database.integer("SELECT max(max(read_revision), max(star_revision)) FROM mark") ?? 0
        let known = try database.integer("SELECT max(id) FROM mark_batch") ?? 0
        guard last > known, last < Int64.max / 2 else { return }
        try database.run("INSERT INTO mark_batch (id, change, at) VALUES (?, 0, 0)", .integer(last))
        try database.run("DELETE FROM mark_batch WHERE id = ?", .integer(last))
    }
}

extension PostStore {
    /// Writes a copy of the state tables (marks, undo journal, positions, layout, tombstones, the rungs of feeds) into
    /// `directory`, checks it, and only then gives it its name; the newest three stay. For idle moments, once a day.
    /// - Returns: the path of the copy.
    /// - Throws: `StoreError.notBackedUp` when the folder or the copy is the trouble.
    @discardableResult
    public func backUpState(to directory: String? = nil, at now: Timestamp) throws(StoreError) -> String {
        do {
            return try makeBackup(in: directory ?? PostStore.backupDirectory(besides: path), at: now)
        } catch {
            switch error {
            case .unreachable(let reason), .failed(let reason): throw .notBackedUp(reason)
            default: throw error
            }
        }
    }

    private func makeBackup(in directory: String, at now: Timestamp) throws(StoreError) -> String {
        try Files.makeFolder(directory)
        // Later than those there are, also when a clock was wrong once. Milliseconds with a fixed width, so that names
        // sort by time.
        let newest = try StateCopy.backups(in: directory).first?.stamp ?? -1
        let digits = String(max(0, now.milliseconds, newest + 1))
        let stamp = String(repeating: "0", count: max(0, 15 - digits.count)) + digits
        let final = "\(directory)/state-\(stamp).sqlite"
        // Of this process alone: two that back up in the same millisecond would write into one file.
        let temporary = "\(directory)/.state-\(stamp)-\(Files.process).partial"
        for suffix in ["", "-journal"] { Files.remove(temporary + suffix) }
        do {
            try copyState(to: temporary)
        } catch {
            Files.remove(temporary)
            throw StoreError(error, at: temporary)
        }
        Files.restrictToUser(temporary)
        guard StateCopy.isGood(temporary) else {
            Files.remove(temporary)
            throw .failed("the copy could not be read back, so it was not kept")
        }
        try Files.rename(temporary, to: final)
        try StateCopy.removeOld(in: directory, besides: final)
        return final
    }

    /// One read transaction of the live file, so the copy is of one moment. An immediate one would lock that as well, and
    /// hold up every mark meanwhile.
    private func copyState(to temporary: String) throws {
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        try SingleConnection.with(temporary, configuration) { database in
            try database.run("ATTACH ? AS live", .text(path))
            try database.inTransaction(.deferred) {
                for table in Schema.stateTables {
                    let sql = try database.first(
                        "SELECT sql FROM live.sqlite_master WHERE type = 'table' AND name = ?", .text(table)
                    ) { $0.text(0) }
                    guard let sql else { throw StoreError.damaged("the table \(SafeText(sanitizing: table)) is gone") }
                    try database.execute(sql: sql)
                    try database.execute(sql: "INSERT INTO main.\(table) SELECT * FROM live.\(table)")
                }
                return .commit
            }
            try database.execute(sql: "DETACH live")
        }
    }
}
