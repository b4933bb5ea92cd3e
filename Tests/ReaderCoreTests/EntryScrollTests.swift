import Expectations
import TestSupport
import Testing
import Text

@testable import ReaderCore

/// Entries of given heights, the last row of each empty where it has more than one.
private struct Column: EntryScroll {
    var height: Int
    var heights: [Int]
    var top: ListTop?

    var entryCount: Int { heights.count }
    func entryHeight(_ index: Int) -> Int { heights[index] }

    func rows(_ index: Int) -> [Row] {
        let rows = (0..<heights[index]).map { Row("entry \(index) row \($0)", .text) }
        return rows.count > 1 ? rows.dropLast() + [.empty] : rows
    }

    /// Rows left empty below the last entry.
    var emptyRows: Int {
        let end = visible().last.map { $0.row + (visibleHeight($0.index)) } ?? 0
        return max(0, height - end)
    }

    func shows(_ index: Int) -> Bool { visible().contains { $0.index == index && $0.row + visibleHeight(index) > 0 } }
}

@Suite struct EntryScrollTests {
    @Test func growingAtTheEndOfALongEntryShowsWhatStoodAboveIt() {
        // Given the end of an entry of 24 rows at the foot of 16
        var column = Column(height: 16, heights: [4, 25], top: ListTop(index: 1, offset: 8))
        expect(column.emptyRows, is: 0)
        column.height = 18
        expect(column.topFillingFoot(), is: ListTop(index: 1, offset: 6))
    }

    @Test func anEntryThatBecameShorterThanWhatWasPagedIsStillSeen() {
        let column = Column(height: 10, heights: [30, 5], top: ListTop(index: 0, offset: 35))
        expect(column.top(showing: 0), is: ListTop(index: 0, offset: 19))
    }

    @Test(arguments: 0..<40) func fillingLeavesFewerRowsEmptyAndShowingShows(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        for _ in 0..<50 {
            let heights = (0..<Int.random(in: 1...6, using: &random)).map { _ in Int.random(in: 1...14, using: &random)
            }
            let index = Int.random(in: 0..<heights.count, using: &random)
            let top = ListTop(index: index, offset: Int.random(in: 0..<heights[index], using: &random))
            var column = Column(height: Int.random(in: 1...20, using: &random), heights: heights, top: top)
            let before = column.emptyRows
            if let filling = column.topFillingFoot() {
                column.top = filling
                #expect(column.emptyRows < before, "\(heights) \(top) -> \(filling)")
                #expect(filling.offset >= 0 && column.shows(heights.count - 1), "\(heights) \(top) -> \(filling)")
            }
            let selected = Int.random(in: 0..<heights.count, using: &random)
            column.top = column.top(showing: selected) ?? column.top
            #expect(column.shows(selected), "\(heights) \(top) \(selected) -> \(String(describing: column.top))")
        }
    }
}
