import Dispatch
import Expectations
import GRDB
import Glibc
import Store
import Synchronization
import TestSupport
import Testing
import Text
import TimelineModel

@Suite("Opening")
struct OpeningTests {
    @Test("Looking whether the store agrees with itself goes beside a program that writes")
    func verifyBeside() throws {
        let bench = try Bench()
        try bench.ingest("daily", Bench.page([Bench.post("a")]))
        let other = try DatabaseQueue(path: bench.path)
        try other.inTransaction(.immediate) { _ in
            try expect(bench.store.verify(), is: [])
            return .rollback
        }
    }

    @Test("A new store is made with its folder, for the user alone")
    func new() throws {
        let folder = TemporaryFolder()
        let opened = try PostStore.open(at: folder.path + "/a/b/perchoir.sqlite", now: Bench.start)
        #expect(opened.report.isNew)
        expect(opened.report.messages, is: [])
        var status = stat()
        expect(stat(folder.path + "/a", &status), is: 0)
        expect(status.st_mode & 0o777, is: 0o700)
        expect(stat(opened.store.path, &status), is: 0)
        expect(status.st_mode & 0o777, is: 0o600)
        try expect(opened.store.verify(), is: [])
    }

    @Test("A file of a later version is refused and stays as it is, without files beside it")
    func newer() throws {
        let folder = TemporaryFolder()
        var (path, bytes) = try FilledStore.make(in: folder)
        bytes[62] = 3
        bytes[63] = 9
        TemporaryFolder.write(bytes, to: path)
        let names = TemporaryFolder.names(in: folder.path + "/data")
        let error = #expect(throws: StoreError.self) { try PostStore.open(at: path, now: Bench.start) }
        guard case .newerVersion(found: 777, _) = try #require(error) else {
            Issue.record("not refused: \(String(describing: error))")
            return
        }
        expect(TemporaryFolder.read(path), is: bytes)
        expect(TemporaryFolder.names(in: folder.path + "/data"), is: names)
    }

    @Test("A version that no program ever wrote is damage, not a later one")
    func noVersion() throws {
        let folder = TemporaryFolder()
        var (path, bytes) = try FilledStore.make(in: folder)
        bytes.replaceSubrange(60..<64, with: [0xFF, 0xFF, 0xFF, 0xFF])
        TemporaryFolder.write(bytes, to: path)
        let opened = try PostStore.open(at: path, now: Bench.start)
        #expect(opened.report.movedAside != nil && opened.report.restoredMarks >= 30)
        try expect(opened.store.verify(), is: [])
    }

    @Test("A file that is no database is kept aside, and the marks come back from the backup")
    func notADatabase() throws {
        let folder = TemporaryFolder()
        let (path, _) = try FilledStore.make(in: folder)
        TemporaryFolder.write(Array("this is a text file, and long enough to have a header. ".utf8) + [10], to: path)
        let opened = try PostStore.open(at: path, now: Bench.start)
        let aside = try #require(opened.report.movedAside)
        expect(TemporaryFolder.read(aside)?.starts(with: Array("this is a text".utf8)), is: true)
        expect(opened.report.restoredMarks, is: 30)
        expect(opened.report.messages.count, is: 2)
        try expect(opened.store.undo(at: Bench.start)?.changed, is: 30)
        try expect(opened.store.verify(), is: [])
    }

    @Test("What a damaged file still gives is newer than the backup and wins")
    func salvage() throws {
        let folder = TemporaryFolder()
        let (path, bytes) = try FilledStore.make(in: folder)
        TemporaryFolder.write(Array(bytes.dropLast(8192)), to: path)
        let report = try PostStore.open(at: path, now: Bench.start).report
        #expect(report.movedAside != nil && (30...40).contains(report.restoredMarks))
    }

    @Test("Several that meet the same damage at once make one new file of it")
    func damageMetTogether() throws {
        // Given
        let folder = TemporaryFolder()
        let (path, _) = try FilledStore.make(in: folder)
        TemporaryFolder.write([UInt8](repeating: 7, count: 5000), to: path)
        // When
        let outcomes = Mutex<[Result<Int, any Error>]>([])
        DispatchQueue.concurrentPerform(iterations: 6) { _ in
            let outcome = Result { try PostStore.open(at: path, now: Bench.start).report.restoredMarks }
            outcomes.withLock { $0.append(outcome) }
        }
        // Then
        let marks = try outcomes.withLock { try $0.map { try $0.get() } }
        expect(marks.sorted(), is: [0, 0, 0, 0, 0, 30])
        let aside = TemporaryFolder.names(in: folder.path + "/data").filter { $0.contains(".corrupt-") }
        expect(aside.count, is: 1, "\(aside)")
        try expect(PostStore.open(at: path, now: Bench.start).store.verify(), is: [])
    }

    @Test("A missing file with a backup beside it brings the marks back")
    func missing() throws {
        let folder = TemporaryFolder()
        let (path, _) = try FilledStore.make(in: folder)
        unlink(path)
        let opened = try PostStore.open(at: path, now: Bench.start)
        #expect(opened.report.isNew)
        expect(opened.report.restoredMarks, is: 30)
    }

    @Test("A folder in the place of the file is an error that names it")
    func folderInstead() throws {
        let folder = TemporaryFolder()
        let error = #expect(throws: StoreError.self) { try PostStore.open(at: folder.path, now: Bench.start) }
        expect(error?.message.string.contains(folder.path), is: true)
    }

    /// Bit flips, zeroed pages, cut files: the store opens or says why not, and what it then does works or fails with
    /// an error. Nothing here can end the process.
    @Test("No damage to the file ends the program", arguments: 0..<12)
    func mutations(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let folder = TemporaryFolder()
        let (path, original) = try FilledStore.make(in: folder)
        for _ in 0..<5 {
            var bytes = original
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1:
                let page = Int.random(in: 0..<bytes.count / 4096, using: &random) * 4096
                for place in page..<page + 4096 { bytes[place] = 0 }
            case 2: bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
            default:
                for _ in 0..<50 {
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
            }
            for suffix in ["", "-wal", "-shm", ".suspect"] { unlink(path + suffix) }
            TemporaryFolder.write(bytes, to: path)
            // Twice: damage met in the first run is looked into at the second start.
            for _ in 0..<2 { exercise(path) }
        }
    }

    /// Uses everything; errors are what it is about, not failures.
    private func exercise(_ path: String) {
        do {
            let store = try PostStore.open(at: path, now: Bench.start).store
            try store.adopt(
                personas: [Persona(id: "news", key: 1)],
                subscriptions: [Subscription(persona: "news", address: try Bench.address("daily"))],
                filters: [try Bench.filter("words", .fold)], ownHandles: [], zone: .utc, now: Bench.start)
            let uses: [(PostStore) throws -> Void] = [
                { _ = try $0.window(WindowRequest(pane: .persona("news"), anchor: .newest)) },
                { _ = try $0.post(PostID("ap:7")) },
                { _ = try $0.search(Query(parsing: "words"), in: .persona("news"), now: Bench.start, limit: 9) },
                { _ = try $0.mark(.read, .pane(.persona("news"), PaneFilter()), at: Bench.start) },
                { _ = try $0.judgeNextBatch(now: Bench.start) }, { _ = try $0.health(now: Bench.start) },
                { _ = try $0.verify() }, { try $0.close() },
            ]
            for use in uses {
                do { try use(store) } catch { #expect(error is StoreError) }
            }
        } catch {
            #expect(error is StoreError)
        }
    }
}
