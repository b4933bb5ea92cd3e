import Expectations
import GRDB
import Glibc
import Store
import TestSupport
import Testing
import Text
import TimelineModel

@Suite("Backups")
struct BackupTests {
    private static let day: Int64 = 86_400

    private func backups(_ path: String) -> [String] {
        TemporaryFolder.names(in: PostStore.backupDirectory(besides: path))
    }

    /// Puts a name that says this moment on a file among the backups.
    private func name(_ moment: Timestamp, _ path: String) -> String {
        let digits = String(moment.milliseconds)
        let stamp = String(repeating: "0", count: 15 - digits.count) + digits
        return PostStore.backupDirectory(besides: path) + "/state-\(stamp).sqlite"
    }

    private func restored(_ path: String) throws -> OpeningReport {
        TemporaryFolder.write(FilledStore.noDatabase, to: path)
        for suffix in ["-wal", "-shm"] { unlink(path + suffix) }
        return try PostStore.open(at: path, now: Bench.start).report
    }

    @Test("Three backups are kept, each readable, none half written")
    func backups() throws {
        let bench = try Bench()
        for day in 0..<5 { try bench.store.backUpState(at: Bench.start.adding(seconds: Int64(day) * 86_400)) }
        let names = TemporaryFolder.names(in: PostStore.backupDirectory(besides: bench.path))
        expect(names.count, is: 3)
        #expect(names.allSatisfy { $0.hasSuffix(".sqlite") && !$0.hasPrefix(".") })
        expect(names.last?.contains(String(Bench.start.adding(seconds: 4 * 86_400).milliseconds)), is: true)
    }

    @Test("A backup is made while somebody writes, and nobody waits for it")
    func whileWriting() throws {
        let bench = try Bench()
        let other = try DatabaseQueue(path: bench.path)
        try other.inTransaction(.immediate) { _ in
            try bench.store.backUpState(at: Bench.start)
            return .rollback
        }
        expect(backups(bench.path).count, is: 1)
    }

    @Test("A clock that was wrong once does not make a backup the newest for ever, nor the next ones go")
    func futureClock() throws {
        // Given
        let folder = TemporaryFolder()
        let (path, _) = try FilledStore.make(in: folder)
        var store = try PostStore.open(at: path, now: Bench.start).store
        for year in 50..<53 { try store.backUpState(at: Bench.start.adding(seconds: Int64(year) * 365 * Self.day)) }
        // When
        try FilledStore.adopt(store)
        for day: Int64 in 1...4 {
            _ = try store.mark(
                .read, .posts([PostID("ap:\(40 + day)")]), at: Bench.start.adding(seconds: day * Self.day))
            let copy = try store.backUpState(at: Bench.start.adding(seconds: day * Self.day))
            // Then
            #expect(TemporaryFolder.read(copy) != nil)
            expect(backups(path).count, is: 3)
        }
        try store.close()
        expect(try restored(path).restoredMarks, is: 44)
        store = try PostStore.open(at: path, now: Bench.start).store
        try expect(store.verify(), is: [])
    }

    @Test("The backup that saw the last change is the newest, whatever its name says")
    func lyingName() throws {
        // Given a backup with ten marks fewer under a name that is years ahead
        let folder = TemporaryFolder()
        let (path, _) = try FilledStore.make(in: folder)
        let old = try #require(backups(path).first)
        rename(
            PostStore.backupDirectory(besides: path) + "/" + old,
            name(Bench.start.adding(seconds: 1000 * Self.day), path))
        let store = try PostStore.open(at: path, now: Bench.start).store
        let copy = try store.backUpState(at: Bench.start)
        try store.close()
        rename(copy, name(Bench.start, path))
        // Then
        expect(try restored(path).restoredMarks, is: 40)
    }

    @Test("An empty file, and one with other tables, are no backups", arguments: ["empty", "foreign", "partly"])
    func noBackup(kind: String) throws {
        let folder = TemporaryFolder()
        let (path, _) = try FilledStore.make(in: folder)
        let wrong = name(Bench.start.adding(seconds: Self.day), path)
        if kind == "empty" {
            TemporaryFolder.write([], to: wrong)
        } else {
            let other = try DatabaseQueue(path: wrong)
            try other.write { try $0.execute(sql: kind == "foreign" ? "CREATE TABLE x (a)" : "CREATE TABLE mark (a)") }
            try other.close()
        }
        let report = try restored(path)
        expect(report.restoredMarks, is: 30)
        #expect(report.restoredFrom != wrong)
    }

    @Test("Among the three that are kept no worthless file is counted, and a user's own copy is left alone")
    func rotation() throws {
        let bench = try Bench()
        let directory = PostStore.backupDirectory(besides: bench.path)
        mkdir(directory, 0o700)
        TemporaryFolder.write([1], to: directory + "/state-mine.sqlite")
        var copies: [String] = []
        for day: Int64 in 1...3 {
            copies.append(try bench.store.backUpState(at: Bench.start.adding(seconds: day * Self.day)))
        }
        for day: Int64 in 4...7 {
            TemporaryFolder.write([], to: name(Bench.start.adding(seconds: day * Self.day), bench.path))
        }
        copies.append(try bench.store.backUpState(at: Bench.start.adding(seconds: 8 * Self.day)))
        #expect(TemporaryFolder.read(copies[0]) == nil)
        for copy in copies.dropFirst() { #expect(TemporaryFolder.read(copy)?.isEmpty == false) }
        expect(TemporaryFolder.read(directory + "/state-mine.sqlite"), is: [1])
        for day: Int64 in 9...11 {
            copies.append(try bench.store.backUpState(at: Bench.start.adding(seconds: day * Self.day)))
        }
        expect(backups(bench.path).count, is: 4)
    }

    @Test("A backup that cannot be made is said to be that, not a store that cannot be opened")
    func noPlace() throws {
        let bench = try Bench()
        let directory = PostStore.backupDirectory(besides: bench.path)
        TemporaryFolder.write([1], to: directory)
        let error = #expect(throws: StoreError.self) { try bench.store.backUpState(at: Bench.start) }
        let message = try #require(error?.message.string)
        #expect(message.contains("backed up") && message.contains(directory), "\(message)")
        #expect(!message.contains("opened"))
    }
}
