/// Rows of a screen that moved as a whole, as a scrolled list does where it has the full width.
public struct RowMove: Hashable, Sendable {
    /// The rows within which something moved.
    public let rows: Range<Int>
    /// How far up; down when negative. Never 0, less than there are rows.
    public let up: Int

    public init(rows: Range<Int>, up: Int) {
        self.rows = rows
        self.up = up
    }
}

extension Surface {
    /// Rows that have to move, beyond those that come anew, before moving them is worth its bytes.
    private static let worth = 2

    /// How rows of `old` moved to come where they are here; nil where drawing the changes is as cheap. Finds one move
    /// of neighbouring rows, and not every one.
    public func move(from old: Surface) -> RowMove? {
        guard size == old.size, size.height > 3 else { return nil }
        return cells.withUnsafeBufferPointer { new in
            old.cells.withUnsafeBufferPointer { old in
                new.baseAddress == old.baseAddress ? nil : RowComparison(new, old, size).move(worth: Self.worth)
            }
        }
    }

    /// The picture after a move: rows that come anew are blank, in the terminal's own colours.
    public func moved(_ move: RowMove) -> Surface {
        var result = self
        for y in move.rows {
            result.copyRow(from: move.rows.contains(y + move.up) ? y + move.up : nil, of: self, to: y)
        }
        return result
    }
}

private struct RowComparison {
    let new: UnsafeBufferPointer<Cell>
    let old: UnsafeBufferPointer<Cell>
    let size: Size

    init(_ new: UnsafeBufferPointer<Cell>, _ old: UnsafeBufferPointer<Cell>, _ size: Size) {
        self.new = new
        self.old = old
        self.size = size
    }

    func isSame(_ y: Int, _ oldRow: Int) -> Bool {
        for x in 0..<size.width where new[y * size.width + x] != old[oldRow * size.width + x] { return false }
        return true
    }

    /// An empty row is the same as any other and says nothing.
    func isUniform(_ y: Int) -> Bool {
        let first = new[y * size.width]
        for x in 1..<size.width where new[y * size.width + x] != first { return false }
        return true
    }

    func move(worth: Int) -> RowMove? {
        let changed = (0..<size.height).filter { !isSame($0, $0) }
        guard changed.count > worth + 1, size.width > 1 else { return nil }
        // A list that scrolled shows in any of its rows but the selected ones.
        for y in [changed[changed.count / 2], changed[changed.count / 4], changed[changed.count * 3 / 4]] {
            guard !isUniform(y), let from = (0..<size.height).first(where: { isSame(y, $0) }) else { continue }
            let up = from - y
            var first = y
            while first > 0, (0..<size.height).contains(first - 1 + up), isSame(first - 1, first - 1 + up) {
                first -= 1
            }
            var end = y + 1
            while end < size.height, (0..<size.height).contains(end + up), isSame(end, end + up) { end += 1 }
            let saved = changed.count { (first..<end).contains($0) }
            let lost = (min(first, first + up)..<max(end, end + up)).count {
                !(first..<end).contains($0) && isSame($0, $0)
            }
            guard saved > lost + worth else { continue }
            return RowMove(rows: min(first, first + up)..<max(end, end + up), up: up)
        }
        return nil
    }
}
