// PostStore.swift is the front door of Store: the SQLite file with posts, marks, positions and what panes show.
// Each concern extends `PostStore` in a file of its own (Ingest, Window, Marks, ...).

import GRDB
import Synchronization
public import Text
public import TimelineModel

/// The store: one SQLite file that several processes may use at once.
///
/// Every method that writes is one transaction that keeps the invariants: a read mark never goes away by itself,
/// counts equal what the panes show, a page and its cursor stand or fall together. What a method returned is on disk
/// (write-ahead log, synchronous=FULL). Methods block; call them away from the thread that draws.
public struct PostStore: Sendable {
    let pool: DatabasePool
    let adopted: AdoptedConfiguration
    let writers = WaitingWriters()
    private let log = OpenLog()
    /// Tells the marks that were made through this value from those of other processes.
    let session = Int64.random(in: 1 ... .max)
    /// The file.
    public let path: String

    /// Opens the file, making it (and its folder, 0700) when it is not there, and brings it to this version's tables.
    ///
    /// A file that is no database any more is kept under a new name (`….corrupt-<time>`), and the marks, positions
    /// and the undo journal come back from the newest good backup and from what the old file still gives; the
    /// report says so. Nothing is deleted. Where that is interrupted, the next start goes on with it.
    /// - Throws: `StoreError.newerVersion` with the file untouched; `.unreachable` when it cannot be opened or made, or
    ///   when it is damaged and the backups cannot be looked for now.
    public static func open(
        at path: String, now: Timestamp
    ) throws(StoreError) -> (store: PostStore, report: OpeningReport) {
        try Opening(path: path, now: now).open()
    }

    /// Where `open` looks for backups: the folder `backups` beside the file.
    public static func backupDirectory(besides path: String) -> String { Files.folder(of: path) + "/backups" }

    /// The damaged files that `open` kept, with their logs, and how many bytes each has. Nothing here deletes them.
    /// - Throws: when the folder cannot be looked into.
    public func keptAside() throws(StoreError) -> [(path: String, bytes: Int)] { try Opening.keptAside(besides: path) }

    init(pool: DatabasePool, path: String) {
        self.pool = pool
        self.path = path
        adopted = AdoptedConfiguration()
    }

    /// Closes the file; every other call then throws. The write-ahead log is folded in as far as no other process
    /// reads it: closing never waits.
    public func close() throws(StoreError) {
        do {
            try pool.writeWithoutTransaction { _ = try $0.run("PRAGMA wal_checkpoint(PASSIVE)") }
            try pool.close()
        } catch {
            throw StoreError(error)
        }
    }

    func write<Result>(_ body: (Database) throws -> Result) throws(StoreError) -> Result {
        let place = writers.enter()
        defer { place.leave() }
        do {
            return try pool.write { database in
                place.leave()
                return try changing(database, body)
            }
        } catch {
            throw noticed(error)
        }
    }

    /// A write that others need not wait out: `body` may ask `writers.areWaiting` and end early.
    func writeGivingWay<Result>(_ body: (Database) throws -> Result) throws(StoreError) -> Result {
        do { return try pool.write { try changing($0, body) } } catch { throw noticed(error) }
    }

    /// Another process may have met damage in the file and replaced it. What was written into the old one would be
    /// confirmed and lost. Looked at before the commit: who replaces it reads it only when no transaction is open.
    /// The same goes for its log, which nobody but the last process that closes the file may take away.
    private func changing<Result>(_ database: Database, _ body: (Database) throws -> Result) throws -> Result {
        let result = try body(database)
        if try database.hasMoved || !log.isInPlace(of: database) { throw StoreError.replaced }
        return result
    }

    /// A read of one moment on the connection that writes: it may have temporary tables, and no other program waits.
    func readOnWriter(_ body: (Database) throws -> Void) throws(StoreError) {
        do {
            try pool.writeWithoutTransaction { database in
                try database.inTransaction(.deferred) {
                    try body(database)
                    return .commit
                }
            }
        } catch {
            throw noticed(error)
        }
    }

    func read<Result>(_ body: (Database) throws -> Result) throws(StoreError) -> Result {
        do { return try pool.read(body) } catch { throw noticed(error) }
    }

    /// A damaged page is remembered beside the file, so that the next start looks at the whole of it, which would be
    /// too slow at every start.
    private func noticed(_ error: any Error) -> StoreError {
        let known = StoreError(error, at: path)
        if case .damaged = known { Files.touch(Opening.suspicionPath(path)) }
        return known
    }
}

/// The write-ahead log that this process writes into.
private final class OpenLog: Sendable {
    private let identity = Mutex<Files.Identity?>(nil)

    /// Asked inside a transaction that wrote, when there is a log for certain.
    func isInPlace(of database: Database) throws -> Bool {
        guard let path = database.logPath else { return true }
        let found = Files.Identity(path)
        return identity.withLock { known in
            if known == nil { known = found }
            return found != nil && found == known
        }
    }
}

/// How many threads of this process wait to write: marks, mostly. Recording pages is long work in one transaction and
/// gives way to them between two pages.
final class WaitingWriters: Sendable {
    private let number = Atomic(0)

    var areWaiting: Bool { number.load(ordering: .relaxed) > 0 }

    func enter() -> Place {
        number.add(1, ordering: .relaxed)
        return Place(writers: self)
    }

    /// One thread's place in the line, left once however often it is said.
    final class Place {
        private let writers: WaitingWriters
        private var isWaiting = true

        init(writers: WaitingWriters) { self.writers = writers }

        func leave() {
            if isWaiting { writers.number.subtract(1, ordering: .relaxed) }
            isWaiting = false
        }
    }
}

/// What opening found.
public struct OpeningReport: Hashable, Sendable {
    /// There was no file: a new one was made, from the newest backup where one was left.
    public var isNew = false
    /// Where a damaged file was put.
    public var movedAside: String?
    /// The backup from which marks and positions came back.
    public var restoredFrom: String?
    /// Marks in the new file, when one was made in the place of a damaged or missing one.
    public var restoredMarks = 0
    /// Starred posts that came along with their texts.
    public var restoredStars = 0
    /// Starred posts of which only the star was kept.
    public var lostStars = 0
    /// What happened, one sentence each, for people; empty when all is well.
    public var messages: [SafeText] = []

    public init() {}
}

/// Why the store could not do something.
public enum StoreError: Error, Hashable, Sendable {
    /// The file was written by a later version; it was left as it is.
    case newerVersion(found: Int, known: Int)
    /// The file or its folder cannot be opened, made or written.
    case unreachable(SafeText)
    /// The file is no database, or a part of it makes no sense.
    case damaged(SafeText)
    /// Another file stands in its place, or none; what was to be written was not.
    case replaced
    /// The disk is full.
    case full
    /// Another process held the file for longer than five seconds.
    case busy
    /// The store is well; its copy could not be made.
    case notBackedUp(SafeText)
    /// Anything else, said in one line.
    case failed(SafeText)

    /// One line for people.
    public var message: SafeText {
        switch self {
        case .newerVersion(let found, let known):
            "The store was written by a later version of Perchoir (format \(found); this one knows \(known)). It was left as it is: install that version again."
        case .unreachable(let reason): "The store cannot be opened: \(reason)."
        case .damaged(let reason):
            "The store is damaged (\(reason)). Start again: what can be saved is moved to a new file."
        case .replaced: "The store was moved or replaced by another program meanwhile. Start again."
        case .full: "The disk is full: nothing more can be stored until there is room."
        case .busy: "Another program keeps the store locked. Try again."
        case .notBackedUp(let reason): "Marks and positions could not be backed up: \(reason)."
        case .failed(let reason): "The store failed: \(reason)."
        }
    }

    init(_ error: any Error) {
        switch error {
        case let known as StoreError: self = known
        case let error as DatabaseError:
            let reason = SafeText(sanitizing: error.message ?? "no reason given")
            switch error.resultCode {
            case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .damaged(reason)
            case .SQLITE_FULL: self = .full
            case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy
            case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH, .SQLITE_IOERR:
                self = .unreachable(reason)
            case .SQLITE_ERROR where StoreError.namesWhatIsMissing(reason.string): self = .damaged(reason)
            default: self = .failed(reason)
            }
        default: self = .failed("an unexpected error")
        }
    }
    /// Looks why a file cannot be used: SQLite says "disk I/O error", "unable to open" or "readonly", whatever the reason.
    /// With a full disk it cannot even read, because the index of its log needs room.
    init(_ error: any Error, at path: String) {
        self.init(error)
        guard case .unreachable = self, error is DatabaseError else { return }
        let file = Files.followed(path)
        if Files.isFull(file) {
            self = .full
        } else if let place = ["-wal", "-shm", "-journal"].map({ file + $0 }).first(where: Files.isFolder) {
            self = .unreachable("\(SafeText(sanitizing: place)) is a folder where the store needs a file")
        } else if let place = Files.unwritable(file) {
            self = .unreachable("\(SafeText(sanitizing: place)) cannot be written; posts and marks are kept there")
        }
    }

    /// Our statements name what every store has. Where one finds it missing the file's schema is damaged, or the
    /// statement is wrong: opening looks which, and replaces nothing on a suspicion.
    private static func namesWhatIsMissing(_ message: String) -> Bool {
        ["no such column", "no such table", "no such index"].contains { message.hasPrefix($0) }
            || message.contains("has no column named")
    }
}
