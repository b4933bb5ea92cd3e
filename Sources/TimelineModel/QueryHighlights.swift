public import Text

extension Query {
    /// Where the words and phrases that the query looks for stand in a text, for showing them: UTF-8 offsets,
    /// ascending, without overlap. Only text words that must be there count: none under a negation, none of an
    /// operator. A word of a script without spaces is covered whole, its neighbours are not.
    public func highlights(in text: SafeText) -> [Range<Int>] {
        let wanted = root.wantedWords
        guard !wanted.isEmpty else { return [] }
        let tokens = Tokenizer.tokens(of: text.string)
        let words = tokens.map(\.word)
        var ranges: [Range<Int>] = []
        for wish in wanted where wish.tokens.count <= words.count {
            for start in 0...(words.count - wish.tokens.count) where wish.begin(at: start, in: words) {
                let last = start + wish.tokens.count - 1
                let range = tokens[start].range.lowerBound..<tokens[last].range.upperBound
                ranges += wish.reach == .anywhere ? characters(of: wish, in: text.string, range) : [range]
            }
        }
        return merged(ranges)
    }

    /// The wanted character in a pair, without its neighbour.
    private func characters(of wish: Words, in text: String, _ range: Range<Int>) -> [Range<Int>] {
        var end = range.lowerBound
        let pair = String(decoding: text.utf8.dropFirst(range.lowerBound).prefix(range.count), as: UTF8.self)
        return pair.compactMap { character in
            let start = end
            end += character.utf8.count
            return Tokenizer.words(of: String(character)) == wish.tokens ? start..<end : nil
        }
    }

    private func merged(_ ranges: [Range<Int>]) -> [Range<Int>] {
        var merged: [Range<Int>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound < last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        return merged
    }
}

extension Query.Node {
    /// The words of text terms under an even number of negations.
    fileprivate var wantedWords: [Query.Words] { wantedWords(isNegated: false) }

    private func wantedWords(isNegated: Bool) -> [Query.Words] {
        switch self {
        case .everything: []
        case .term(let term): if case .text(let words) = term.condition, !isNegated { [words] } else { [] }
        case .and(let nodes), .or(let nodes): nodes.flatMap { $0.wantedWords(isNegated: isNegated) }
        case .not(let node): node.wantedWords(isNegated: !isNegated)
        }
    }
}
