public import Text

/// The known name that a misspelled one probably meant.
public enum NearestName {
    /// The nearest of the names, the first by the alphabet of several; nil when none is near: at most a third of the
    /// letters, and one at least, may differ. Else the shortest name of which it is a whole part, such as `star` of
    /// `toggle-star`. Capitals do not count.
    public static func of(_ written: String, among names: some Sequence<String>) -> String? {
        // Longer words than any known name are not worth the square of their length.
        guard written.count <= 64 else { return nil }
        let limit = min(max(1, written.count / 3), written.count - 1)
        let names = Array(names)
        let near = names.map { (distance(written, $0), $0) }.filter { $0.0 <= limit }
        return near.min { $0 < $1 }?.1 ?? whole(written.lowercased(), among: names)
    }

    private static func whole(_ part: String, among names: [String]) -> String? {
        names.filter { $0.split(separator: "-").contains { $0 == part } }
            .min { ($0.count, $0) < ($1.count, $1) }
    }

    /// `; did you mean "budget"?`, or nothing.
    public static func suggestion(for written: String, among names: some Sequence<String>) -> SafeText {
        guard let near = of(written, among: names) else { return "" }
        return "; did you mean \"\(SafeText(sanitizing: near))\"?"
    }

    /// Letters to insert, delete, replace or swap with their neighbour (optimal string alignment).
    private static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left.lowercased()), Array(right.lowercased().prefix(128)))
        var before: [Int] = []
        var above = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1]
            for column in 0..<right.count {
                var best = min(above[column + 1], current[column]) + 1
                best = min(best, above[column] + (left[row] == right[column] ? 0 : 1))
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = min(best, before[column - 1] + 1)
                }
                current.append(best)
            }
            before = above
            above = current
        }
        return above[right.count]
    }
}
