/// Neighbouring cells of one row that have to be sent to the terminal.
public struct Run: Hashable, Sendable {
    /// The row, from 0.
    public let y: Int
    /// The columns. Never cuts a wide cluster.
    public let columns: Range<Int>

    public init(y: Int, columns: Range<Int>) {
        self.y = y
        self.columns = columns
    }
}

extension Cell {
    /// Nothing on the screen tells them apart: of a blank only background, underline and reversal are seen.
    @inline(__always)
    func looksLike(_ other: Cell) -> Bool {
        if style == other.style { return cluster == other.cluster }
        guard cluster == " ", other.cluster == " " else { return false }
        let seen = style.attributes.union(other.style.attributes).intersection([.underline, .reverse])
        return style.background == other.style.background && seen.isEmpty
    }
}

extension Surface {
    /// Unchanged cells between two changed ones that are sent rather than jumped over: moving the cursor takes about
    /// as many bytes.
    private static let bridged = 4

    /// What has to be drawn so that a screen that shows `old` shows this: row by row, from left to right. Everything
    /// when the sizes differ.
    public func changes(from old: Surface) -> [Run] {
        guard size == old.size else {
            return size.width == 0 ? [] : (0..<size.height).map { Run(y: $0, columns: 0..<size.width) }
        }
        var runs: [Run] = []
        cells.withUnsafeBufferPointer { new in
            old.cells.withUnsafeBufferPointer { old in
                // Surfaces that share their storage are the same.
                if new.baseAddress == old.baseAddress { return }
                for y in 0..<size.height {
                    let row = y * size.width..<(y + 1) * size.width
                    appendChanges(
                        UnsafeBufferPointer(rebasing: new[row]), UnsafeBufferPointer(rebasing: old[row]), y, &runs)
                }
            }
        }
        return runs
    }

    private func appendChanges(
        _ new: UnsafeBufferPointer<Cell>, _ old: UnsafeBufferPointer<Cell>, _ y: Int, _ runs: inout [Run]
    ) {
        var run: Range<Int>?
        for x in 0..<new.count where !new[x].looksLike(old[x]) {
            // Both the wide cluster that was here and the one that comes are taken whole.
            var start = x
            if start > 0, new[start].cluster.isEmpty || old[start].cluster.isEmpty { start -= 1 }
            var end = x + 1
            if end < new.count, new[end].cluster.isEmpty || old[end].cluster.isEmpty { end += 1 }
            guard let before = run else {
                run = start..<end
                continue
            }
            if start - before.upperBound <= Self.bridged {
                run = before.lowerBound..<max(end, before.upperBound)
            } else {
                runs.append(Run(y: y, columns: before))
                run = start..<end
            }
        }
        if let run { runs.append(Run(y: y, columns: run)) }
    }
}
