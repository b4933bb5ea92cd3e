import Cells
import Expectations
import TestSupport
import Testing
import Text

@Suite struct ChangesTests {
    private func surface(_ rows: SafeText...) -> Surface {
        var surface = Surface(size: Size(width: 20, height: rows.count))
        for (y, row) in rows.enumerated() { surface.draw(row, at: Point(x: 0, y: y), style: .plain) }
        return surface
    }

    @Test func equalSurfacesHaveNoChanges() {
        expect(surface("abc", "日").changes(from: surface("abc", "日")), is: [])
        let one = surface("abc")
        expect(one.changes(from: one), is: [])
    }

    @Test func changesAreRunsOfColumnsRowByRow() {
        let changes = surface("abcXefghijklYnop", "same", "Zz").changes(from: surface("abcdefghijklmnop", "same", "zz"))
        expect(changes, is: [Run(y: 0, columns: 3..<4), Run(y: 0, columns: 12..<13), Run(y: 2, columns: 0..<1)])
    }

    @Test func aFewUnchangedCellsAreSentAlong() {
        expect(surface("XbcdeY").changes(from: surface("abcdef")), is: [Run(y: 0, columns: 0..<6)])
        expect(surface("XbcdefY").changes(from: surface("abcdefg")).count, is: 2)
    }

    @Test func wideClustersAreSentWhole() {
        expect(surface("a日b").changes(from: surface("a本b")), is: [Run(y: 0, columns: 1..<3)])
        expect(surface("axyb").changes(from: surface("a本b")), is: [Run(y: 0, columns: 1..<3)])
        expect(surface("a本b").changes(from: surface("axyb")), is: [Run(y: 0, columns: 1..<3)])
    }

    @Test func aChangeOfStyleIsAChange() {
        var new = surface("abc")
        new.restyle(Rect(x: 1, y: 0, width: 1, height: 1)) { $0.with(.bold) }
        expect(new.changes(from: surface("abc")), is: [Run(y: 0, columns: 1..<2)])
    }

    @Test func anotherSizeChangesEverything() {
        let old = Surface(size: Size(width: 3, height: 9))
        expect(surface("a", "b").changes(from: old), is: [Run(y: 0, columns: 0..<20), Run(y: 1, columns: 0..<20)])
    }

    @Test("Given random surfaces, drawing the runs over the old one gives the new one")
    func soup() {
        var random = SeededRandom(seed: 5)
        for _ in 0..<500 {
            let old = randomSurface(&random)
            var new = Bool.random(using: &random) ? old : randomSurface(&random)
            new.draw(
                SafeText(sanitizing: RandomText.pieces(using: &random)),
                at: Point(x: Int.random(in: 0..<20, using: &random), y: 0), style: .plain, width: 3)
            var cells = old.cells
            for run in new.changes(from: old) {
                let places = run.y * 20 + run.columns.lowerBound..<run.y * 20 + run.columns.upperBound
                cells.replaceSubrange(places, with: new.cells[places])
                #expect(!new[run.columns.lowerBound, run.y].cluster.isEmpty)
                #expect(run.columns.upperBound == 20 || !new[run.columns.upperBound, run.y].cluster.isEmpty)
            }
            expect(cells, is: new.cells)
        }
    }

    private func randomSurface(_ random: inout SeededRandom) -> Surface {
        surface(
            SafeText(sanitizing: RandomText.pieces(using: &random)),
            SafeText(sanitizing: RandomText.pieces(using: &random)))
    }
}
