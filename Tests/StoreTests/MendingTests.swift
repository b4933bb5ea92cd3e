import Expectations
import GRDB
import Glibc
import Store
import TestSupport
import Testing
import Text
import TimelineModel

/// A damaged or lost file is replaced, and wherever that is interrupted nothing of the user's own goes.
@Suite("Mending")
struct MendingTests {
    private func isRead(_ store: PostStore) throws -> Int {
        try store.verify().forEach { Issue.record("\($0)") }
        return try TemporaryFolder.query("SELECT count(*) FROM mark WHERE read", store.path)
    }

    // MARK: Interrupted

    @Test(
        "Killed at whichever byte, a start that mends is done over by the next one", arguments: ["damaged", "missing"])
    func killed(how: String) throws {
        // Given
        let original = TemporaryFolder()
        let (path, bytes) = try FilledStore.make(in: original)
        let backups = PostStore.backupDirectory(besides: path)
        let backup = try #require(TemporaryFolder.names(in: backups).first)
        let copy = try #require(TemporaryFolder.read(backups + "/" + backup))
        for limit in stride(from: 0, through: 400_000, by: 8192) {
            let folder = TemporaryFolder()
            let path = folder.path + "/perchoir.sqlite"
            let backups = PostStore.backupDirectory(besides: path)
            mkdir(backups, 0o700)
            TemporaryFolder.write(copy, to: backups + "/" + backup)
            // No table is damaged, only what the file says of itself.
            if how == "damaged" { TemporaryFolder.write(FilledStore.olderVersion(bytes), to: path) }
            // When
            let isDone = try Victim.opens(path, writingAtMost: limit)
            // Then
            let opened = try PostStore.open(at: path, now: Bench.start)
            try expect(isRead(opened.store), is: how == "damaged" ? 40 : 30, "killed at byte \(limit)")
            if isDone {
                #expect(limit > 0)
                return
            }
        }
        Issue.record("it never came to its end")
    }

    @Test("Killed between two renames, the next start goes on there")
    func betweenRenames() throws {
        // Given what a start leaves that has just put the damaged file away, and not its log
        let folder = TemporaryFolder()
        let (path, bytes) = try FilledStore.make(in: folder)
        unlink(path)
        TemporaryFolder.write(bytes, to: path + ".damaged")
        TemporaryFolder.write([1, 2, 3], to: path + "-wal")
        TemporaryFolder.write([4, 5, 6], to: path + ".new")
        // When
        var opened = try PostStore.open(at: path, now: Bench.start)
        // Then
        try expect(isRead(opened.store), is: 40)
        var aside = try #require(opened.report.movedAside)
        expect(TemporaryFolder.read(aside + "-wal"), is: [1, 2, 3])
        expect(opened.report.messages.count, is: 2)
        try opened.store.close()
        // Given that the new file stands in its place, but the old one has not got its last name
        TemporaryFolder.write(bytes, to: path + ".damaged")
        // When
        opened = try PostStore.open(at: path, now: Bench.start)
        // Then
        try expect(isRead(opened.store), is: 40)
        #expect(opened.report.movedAside != aside)
        aside = try #require(opened.report.movedAside)
        expect(TemporaryFolder.read(aside)?.count, is: bytes.count)
        expect(opened.report.messages.count, is: 1)
        expect(
            TemporaryFolder.names(in: folder.path + "/data").filter { $0.contains(".damaged") || $0.contains(".new") },
            is: [])
        try expect(PostStore.open(at: path, now: Bench.start).report, is: OpeningReport())
    }

    @Test("A link to a file that is not there is not replaced: the file may be on a disk that is not mounted")
    func danglingLink() throws {
        let folder = TemporaryFolder()
        let (path, bytes) = try FilledStore.make(in: folder)
        mkdir(folder.path + "/disk", 0o700)
        let file = folder.path + "/disk/store"
        symlink(file, folder.path + "/link")
        // Given a damaged file behind the link
        TemporaryFolder.write(FilledStore.olderVersion(bytes), to: file)
        // Then it is the file that is replaced, where it is
        let opened = try PostStore.open(at: folder.path + "/link", now: Bench.start)
        try expect(isRead(opened.store), is: 40)
        expect(opened.report.movedAside?.hasPrefix(file), is: true)
        try opened.store.close()
        // Given none
        rename(folder.path + "/disk", folder.path + "/unmounted")
        let error = #expect(throws: StoreError.self) { try PostStore.open(at: folder.path + "/link", now: Bench.start) }
        expect(error?.message.string.contains(folder.path + "/disk"), is: true)
        // When it is back
        rename(folder.path + "/unmounted", folder.path + "/disk")
        // Then
        try expect(isRead(PostStore.open(at: folder.path + "/link", now: Bench.start).store), is: 40)
        _ = path
    }

    // MARK: Beside an open reader

    @Test("A mark is not confirmed into a file that stands no longer in its place")
    func replacedBesideReader() throws {
        // Given
        let folder = TemporaryFolder()
        let (path, bytes) = try FilledStore.make(in: folder)
        let reader = try PostStore.open(at: path, now: Bench.start).store
        try FilledStore.adopt(reader)
        _ = try reader.mark(.read, .posts([PostID("ap:41")]), at: Bench.start)
        // When another process meets damage in it
        let header = Array(bytes.prefix(100))
        let file = try #require(fopen(path, "r+b"))
        fputs("garbage!", file)
        fclose(file)
        let other = try PostStore.open(at: path, now: Bench.start)
        let aside = try #require(other.report.movedAside)
        // Then
        let error = #expect(throws: StoreError.self) {
            _ = try reader.mark(.read, .posts([PostID("ap:42")]), at: Bench.start)
        }
        expect(error?.message.string.contains("Start again"), is: true, "\(String(describing: error))")
        let results = reader.record(
            [
                FetchRecord(
                    .page(
                        FetchedPage(
                            source: try Bench.source("daily"), stretch: .newest, page: Bench.page([Bench.post("new")]),
                            fetchedAt: Bench.start)), isLast: true)
            ], holder: "me", now: Bench.start)
        #expect(throws: StoreError.self) { try results[0].get() }
        // And ending it harms neither file
        try FilledStore.adopt(other.store)
        _ = try other.store.mark(.read, .posts([PostID("ap:43")]), at: Bench.start)
        try? reader.close()
        try expect(isRead(PostStore.open(at: path, now: Bench.start).store), is: other.report.restoredMarks + 1)
        let mended = try #require(fopen(aside, "r+b"))
        fwrite(header, 1, header.count, mended)
        fclose(mended)
        try expect(TemporaryFolder.query("SELECT count(*) FROM mark WHERE identity = 'ap:42'", aside), is: 0)
    }

    @Test("A mark is not confirmed into a log that was taken away or is another one", arguments: [false, true])
    func logGone(isReplaced: Bool) throws {
        let folder = TemporaryFolder()
        let (path, _) = try FilledStore.make(in: folder)
        let reader = try PostStore.open(at: path, now: Bench.start).store
        try FilledStore.adopt(reader)
        _ = try reader.mark(.read, .posts([PostID("ap:41")]), at: Bench.start)
        if isReplaced { rename(path + "-wal", path + "-kept") } else { unlink(path + "-wal") }
        if isReplaced { TemporaryFolder.write([], to: path + "-wal") }
        #expect(throws: StoreError.self) { _ = try reader.mark(.read, .posts([PostID("ap:42")]), at: Bench.start) }
    }

    // MARK: Lost

    @Test("A log without its file, or beside an empty one, is kept, and the marks come back", arguments: [nil, 0])
    func logAlone(size: Int?) throws {
        let folder = TemporaryFolder()
        let (path, _) = try FilledStore.make(in: folder)
        unlink(path)
        if size != nil { TemporaryFolder.write([], to: path) }
        let log = [UInt8](repeating: 7, count: 5000)
        for suffix in ["-wal", "-shm"] { TemporaryFolder.write(log, to: path + suffix) }
        let opened = try PostStore.open(at: path, now: Bench.start)
        try expect(isRead(opened.store), is: 30)
        let aside = try #require(opened.report.movedAside)
        expect(TemporaryFolder.read(aside), is: size == nil ? nil : [])
        for suffix in ["-wal", "-shm"] { expect(TemporaryFolder.read(aside + suffix), is: log) }
        expect(TemporaryFolder.names(in: folder.path + "/data").filter { $0.contains(".damaged") }, is: [])
        expect(opened.report.messages.count, is: 2)
        try opened.store.close()
        try expect(PostStore.open(at: path, now: Bench.start).report, is: OpeningReport())
    }

    // MARK: A damaged schema

    @Test("A version lower than the tables are of is damage", arguments: [0, 1, 3])
    func olderVersion(version: UInt8) throws {
        let folder = TemporaryFolder()
        let (path, bytes) = try FilledStore.make(in: folder)
        TemporaryFolder.write(FilledStore.olderVersion(bytes, version), to: path)
        let opened = try PostStore.open(at: path, now: Bench.start)
        #expect(opened.report.movedAside != nil)
        try expect(isRead(opened.store), is: 40)
        try opened.store.close()
        try expect(PostStore.open(at: path, now: Bench.start).report, is: OpeningReport())
    }

    @Test(
        "A column or an index that lost its name is noticed when it is needed, and mended by the next start",
        arguments: ["last_success", "sort_time", "read_revision", "read INTEGER", "entry_unread ON"])
    func damagedSchema(name: String) throws {
        // Given
        let folder = TemporaryFolder()
        var (path, bytes) = try FilledStore.make(in: folder)
        // A page that was split holds a text twice.
        for place in bytes.places(of: name) { bytes[place] = UInt8(ascii: "z") }
        TemporaryFolder.write(bytes, to: path)
        // When
        var mended = 0
        for _ in 0..<2 {
            do {
                let opened = try PostStore.open(at: path, now: Bench.start)
                if opened.report.movedAside != nil { mended += 1 }
                try use(opened.store)
                try opened.store.close()
            } catch let error as StoreError {
                #expect(error.message.string.contains("Start again"), "\(error)")
            }
        }
        // Then
        expect(mended, is: 1)
        let opened = try PostStore.open(at: path, now: Bench.start)
        expect(opened.report, is: OpeningReport())
        try expect(isRead(opened.store), is: 40)
    }

    private func use(_ store: PostStore) throws {
        try FilledStore.adopt(store)
        _ = try store.window(
            WindowRequest(pane: .persona("news"), filter: PaneFilter(unreadOnly: true), anchor: .newest))
        _ = try store.mark(.read, .posts([PostID("ap:50")]), at: Bench.start)
        _ = try store.mark(.unread, .posts([PostID("ap:50")]), at: Bench.start)
        _ = try store.health(now: Bench.start)
    }

    @Test("A query that is wrong costs a look at the whole file, and no store")
    func suspicion() throws {
        let folder = TemporaryFolder()
        let (path, _) = try FilledStore.make(in: folder)
        TemporaryFolder.write([], to: path + ".suspect")
        let opened = try PostStore.open(at: path, now: Bench.start)
        expect(opened.report, is: OpeningReport())
        try expect(isRead(opened.store), is: 40)
        #expect(TemporaryFolder.read(path + ".suspect") == nil)
    }

    // MARK: In the way

    @Test("Backups that cannot be looked for are not taken for none", arguments: ["file", "loop"])
    func unreadableBackups(how: String) throws {
        let folder = TemporaryFolder()
        let (path, _) = try FilledStore.make(in: folder)
        let backups = PostStore.backupDirectory(besides: path)
        rename(backups, backups + " elsewhere")
        if how == "file" { TemporaryFolder.write([1], to: backups) } else { symlink(backups, backups) }
        for isThere in [true, false] {
            if isThere { TemporaryFolder.write(FilledStore.noDatabase, to: path) } else { unlink(path) }
            let names = TemporaryFolder.names(in: folder.path + "/data")
            let error = #expect(throws: StoreError.self) { try PostStore.open(at: path, now: Bench.start) }
            expect(error?.message.string.contains(backups), is: true)
            expect(TemporaryFolder.names(in: folder.path + "/data"), is: names)
            if isThere { expect(TemporaryFolder.read(path), is: FilledStore.noDatabase) }
        }
        unlink(backups)
        rename(backups + " elsewhere", backups)
        try expect(isRead(PostStore.open(at: path, now: Bench.start).store), is: 30)
    }

    @Test("A folder in the place of a file beside the store is named", arguments: ["-shm", "-wal"])
    func folderBeside(suffix: String) throws {
        // Given a store with a log, of which SQLite reads what it can
        let bench = try Bench()
        let folder = TemporaryFolder()
        let path = folder.path + "/perchoir.sqlite"
        for part in ["", "-wal"] {
            TemporaryFolder.write(try #require(TemporaryFolder.read(bench.path + part)), to: path + part)
        }
        unlink(path + suffix)
        mkdir(path + suffix, 0o700)
        // When
        let error = #expect(throws: StoreError.self) {
            try FilledStore.adopt(PostStore.open(at: path, now: Bench.start).store)
        }
        // Then
        expect(error?.message.string.contains(path + suffix + " is a folder"), is: true, "\(String(describing: error))")
    }
}
