import Cells
import Expectations
import TestSupport
import Testing
import Text

@Suite("Rows that moved") struct RowMoveTests {
    private func surface(_ rows: [String]) -> Surface {
        var surface = Surface(size: Size(width: 20, height: rows.count))
        for (y, row) in rows.enumerated() {
            surface.draw(SafeText(sanitizing: row), at: Point(x: 0, y: y), style: .plain)
        }
        return surface
    }

    private func list(_ names: some Sequence<Int>) -> [String] { names.map { "entry \($0)" } }

    @Test func aListThatScrolledUpIsFoundBetweenHeadAndFoot() {
        let old = surface(["head"] + list(0..<8) + ["1/99"])
        let new = surface(["head"] + list(2..<10) + ["3/99"])
        expect(new.move(from: old), is: RowMove(rows: 1..<9, up: 2))
    }

    @Test func aListThatScrolledDownIsFoundToo() {
        let old = surface(["head"] + list(2..<10) + ["3/99"])
        let new = surface(["head"] + list(1..<9) + ["2/99"])
        expect(new.move(from: old), is: RowMove(rows: 1..<9, up: -1))
    }

    @Test func aFewChangedRowsAreNoMove() {
        expect(surface(list(0..<8)).move(from: surface(list(0..<8))), is: nil)
        expect(surface(["x", "a", "b", "c"]).move(from: surface(["a", "x", "b", "c"])), is: nil)
        expect(surface(list(10..<18)).move(from: surface(list(0..<8))), is: nil)
    }

    @Test func anEmptyRowDoesNotCountAsOneThatMoved() {
        let old = surface(["a", "", "b", "", "c", "", "d", ""])
        let new = surface(["e", "", "f", "", "g", "", "h", "i"])
        expect(new.move(from: old), is: nil)
    }

    @Test func rowsThatComeAnewAreBlankAfterAMove() {
        let old = surface(["head"] + list(0..<4) + ["foot"])
        expect(old.moved(RowMove(rows: 1..<5, up: 1)), is: surface(["head"] + list(1..<4) + ["", "foot"]))
        expect(old.moved(RowMove(rows: 1..<5, up: -2)), is: surface(["head", "", ""] + list(0..<2) + ["foot"]))
    }

    @Test("Given random lists, a move never leaves more to draw than there was")
    func random() {
        var dice = SeededRandom(seed: 9)
        var moves = 0
        for _ in 0..<2000 {
            let names = (0..<30).map { _ in Int.random(in: 0..<9, using: &dice) }
            let old = surface(list(names[..<12]))
            let step = Int.random(in: 0..<12, using: &dice)
            var new = list(names[step..<step + 12])
            if Bool.random(using: &dice) { new[Int.random(in: 0..<12, using: &dice)] = "other" }
            guard let move = surface(new).move(from: old) else { continue }
            moves += 1
            let left = surface(new).changes(from: old.moved(move)).count
            #expect(left < surface(new).changes(from: old).count)
        }
        #expect(moves > 100)
    }
}
