import Expectations
import Glibc
import Store
import TestSupport
import Testing
import Text
import TimelineModel

@Suite("A killed process", .serialized)
struct KillTests {
    /// The victim says a mark only after the store took it, so each line it wrote names a mark that must be there.
    @Test("No mark that was acknowledged is lost, and nothing is half there")
    func acknowledgedMarks() throws {
        let folder = TemporaryFolder()
        let path = folder.path + "/perchoir.sqlite"
        var random = SeededRandom(seed: 1)
        var acknowledged: [PostID] = []
        var recent: [PostID] = []
        for round in 0..<100 {
            // A moment of its output, sometimes before the first line.
            let lines = Int.random(in: 0...12, using: &random)
            recent += try Victim.killed(after: lines, arguments: [path, String(round)])
            if round % 20 == 19 {
                try check(path, recent)
                acknowledged += recent
                recent = []
            }
        }
        #expect(acknowledged.count > 300)
        try check(path, acknowledged)
    }

    private func check(_ path: String, _ acknowledged: [PostID]) throws {
        let opened = try PostStore.open(at: path, now: Bench.start)
        expect(opened.report.movedAside, is: nil)
        try expect(opened.store.verify(), is: [])
        let lost = try acknowledged.filter { try opened.store.post($0)?.isRead != true }
        expect(lost, is: [])
    }
}
