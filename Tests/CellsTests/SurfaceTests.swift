import Cells
import Expectations
import TestSupport
import Testing
import Text

@Suite struct SurfaceTests {
    private func surface(_ width: Int, _ height: Int = 1) -> Surface {
        Surface(size: Size(width: width, height: height))
    }

    private let bold = Style(attributes: .bold)

    @Test func textIsDrawnAndItsColumnsAreTold() {
        var surface = surface(10, 2)
        let columns = surface.draw("été 日!", at: Point(x: 1, y: 1), style: bold)
        expect(columns, is: 7)
        expect(surface.textGrid(), is: ["", " été 日!"])
        expect(surface[5, 1], is: Cell(cluster: "日", style: bold))
        expect(surface[6, 1], is: Cell(cluster: "", style: bold))
        expect(surface[0, 1], is: .blank)
    }

    @Test(
        "text is cut at the width, at the edges and outside",
        arguments: [
            (0, 0, Int.max, "abcdef", 6), (4, 0, Int.max, "    ab", 2), (-2, 0, Int.max, "cdef", 6),
            (0, 0, 3, "abc", 3),
            (2, 0, 2, "  ab", 2), (6, 0, 9, "", 0), (0, 1, 9, "", 0), (0, -1, 9, "", 0), (0, 0, 0, "", 0),
            (0, 0, -1, "", 0),
            (-9, 0, Int.max, "", 6), (Int.max, 0, 5, "", 0),
        ])
    func cut(x: Int, y: Int, width: Int, row: String, columns: Int) {
        var surface = surface(6)
        expect(surface.draw("abcdef", at: Point(x: x, y: y), style: .plain, width: width), is: columns)
        expect(surface.textGrid(), is: [row])
    }

    @Test func aWideClusterCutAtTheEdgeLeavesABlank() {
        var surface = surface(3)
        surface.fill(Rect(surface.size), with: ".", style: .plain)
        expect(surface.draw("日本", at: Point(x: 0, y: 0), style: bold), is: 3)
        expect(surface.cells.map(\.cluster), is: ["日", "", " "])
        expect(surface[2, 0].style, is: bold)
        surface.fill(Rect(surface.size), with: ".", style: .plain)
        expect(surface.draw("日本", at: Point(x: -1, y: 0), style: bold), is: 4)
        expect(surface.cells.map(\.cluster), is: [" ", "本", ""])
    }

    @Test func halfOfAWideClusterThatIsOverwrittenBlanksTheOther() {
        var surface = surface(6)
        surface.draw("日本語", at: Point(x: 0, y: 0), style: .plain)
        surface.draw("x", at: Point(x: 1, y: 0), style: .plain)
        expect(surface.cells.map(\.cluster), is: [" ", "x", "本", "", "語", ""])
        surface.draw("y", at: Point(x: 2, y: 0), style: .plain)
        expect(surface.cells.map(\.cluster), is: [" ", "x", "y", " ", "語", ""])
        surface.fill(Rect(x: 5, y: 0, width: 1, height: 1), style: .plain)
        expect(surface.cells.map(\.cluster), is: [" ", "x", "y", " ", " ", " "])
    }

    @Test func controlsAreRefusedEvenInOurOwnLiterals() {
        var surface = surface(8)
        let columns = surface.draw("a\u{1B}[m\u{9B}\n\t\r\n\u{7F}\u{202E}b", at: Point(x: 0, y: 0), style: .plain)
        expect(columns, is: 4)
        expect(surface.textGrid(), is: ["a[mb"])
        surface.fill(Rect(surface.size), with: "\u{1B}", style: .plain)
        expect(surface.textGrid(), is: [""])
    }

    @Test func lettersThatTerminalsDrawSideBySideHaveCellsOfTheirOwn() {
        var surface = surface(5)
        expect(surface.draw("क्षि!", at: Point(x: 0, y: 0), style: .plain), is: 4)
        expect(surface.cells.map(\.cluster), is: ["क्", "ष", "ि", "!", " "])
    }

    @Test func partsAreFilledAndRestyled() {
        var surface = surface(4, 3)
        surface.fill(Rect(x: 1, y: 1, width: 9, height: 9), with: "─", style: bold)
        expect(surface.textGrid(), is: ["", " ───", " ───"])
        surface.fill(Rect(x: -1, y: -1, width: 3, height: 3), style: .plain)
        expect(surface.textGrid(), is: ["", "  ──", " ───"])
        surface.restyle(Rect(x: 3, y: 0, width: 1, height: 2)) { $0.with(.reverse) }
        expect(surface[3, 0].style.attributes, is: .reverse)
        expect(surface[3, 1].style.attributes, is: [.bold, .reverse])
        expect(surface[3, 2].style.attributes, is: .bold)
        surface.fill(Rect(surface.size), with: "日", style: .plain)
        expect(surface.textGrid(), is: ["", "", ""])
    }

    @Test func aSurfaceWithoutCellsTakesEverything() {
        var surface = Surface(size: Size(width: 0, height: -3))
        expect(surface.draw("text", at: Point(x: 0, y: 0), style: .plain), is: 0)
        surface.fill(Rect(x: 0, y: 0, width: 3, height: 3), style: .plain)
        expect(surface.changes(from: Surface(size: Size(width: 1, height: 1))), is: [])
    }

    @Test func theSnapshotHasTextStylesAndLegend() {
        var surface = surface(6, 2)
        surface.draw("ab", at: Point(x: 1, y: 0), style: Style(foreground: .ansi(3), attributes: [.bold, .underline]))
        surface.draw("日", at: Point(x: 0, y: 1), style: Style(background: .rgb(red: 1, green: 171, blue: 0)))
        let expected = """
            6x2
             ab
            日
            -- styles
            .aa
            bb
            -- legend
            a = bold underline fg ansi(3)
            b = bg #01AB00

            """
        expect(surface.snapshot(), is: expected)
    }

    @Test("Given random drawing, every row is made of whole clusters and blanks")
    func soup() {
        var random = SeededRandom(seed: 4)
        for _ in 0..<300 {
            var surface = surface(20, 3)
            for _ in 0..<12 {
                let text = SafeText(sanitizing: RandomText.pieces(using: &random), as: .body)
                let point = Point(x: Int.random(in: -4..<22, using: &random), y: Int.random(in: -1..<4, using: &random))
                let width = Int.random(in: 0..<24, using: &random)
                if Bool.random(using: &random) {
                    let columns = surface.draw(text, at: point, style: .plain, width: width)
                    #expect(columns <= GraphemeWidth.columns(of: text))
                } else {
                    surface.fill(Rect(x: point.x, y: point.y, width: width, height: 2), with: "#", style: bold)
                }
                expect(brokenCell(of: surface), is: nil)
            }
        }
    }

    /// A cell that has not the columns that its neighbour says.
    private func brokenCell(of surface: Surface) -> Point? {
        for y in 0..<surface.size.height {
            var x = 0
            while x < surface.size.width {
                let columns = surface[x, y].cluster.reduce(0) { $0 + GraphemeWidth.columns(of: $1) }
                let isWhole =
                    columns == 1 || columns == 2 && x + 1 < surface.size.width && surface[x + 1, y].cluster.isEmpty
                if !isWhole { return Point(x: x, y: y) }
                x += columns
            }
        }
        return nil
    }
}
