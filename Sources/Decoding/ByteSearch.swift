extension String {
    /// Whether a word stands somewhere in the text, byte by byte. The word must not be empty.
    ///
    /// `contains` of the standard library compares grapheme clusters and steps back over them: in a long row of flags
    /// each step looks back to the beginning of the row.
    func holds(_ word: StaticString) -> Bool {
        var text = self
        return text.withUTF8 { $0.firstIndex(of: word) != nil }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Where a short word stands first, from a place on; nil when it does not. The word must not be empty.
    func firstIndex(of word: StaticString, from start: Int = 0) -> Int? {
        word.withUTF8Buffer { word in
            var place = start
            while place + word.count <= count {
                if self[place] == word[0], self[place..<place + word.count].elementsEqual(word) { return place }
                place += 1
            }
            return nil
        }
    }
}
