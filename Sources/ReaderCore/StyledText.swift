import Cells
import Text
import TimelineModel

extension WrappedLine {
    /// The line as it is drawn: its repeated prefix and its part of the text.
    func text(in whole: SafeText) -> SafeText { prefix + whole.slice(utf8: range) }
}

extension SafeText {
    /// A part, by UTF-8 offsets on grapheme boundaries.
    func slice(utf8 range: Range<Int>) -> SafeText {
        let start = string.utf8.index(string.utf8.startIndex, offsetBy: range.lowerBound)
        let end = string.utf8.index(start, offsetBy: range.count)
        return slice(start..<end)
    }
}

/// Cutting and marking styled text.
enum StyledText {
    /// Consecutive segments with what a search looks for in the role of a match.
    static func marking(_ query: Query?, in segments: [Segment]) -> [Segment] {
        guard let query, !segments.isEmpty else { return segments }
        let found = query.highlights(in: segments.map(\.text).joined(by: ""))
        guard !found.isEmpty else { return segments }
        var marked: [Segment] = []
        var start = 0
        var next = 0
        for segment in segments {
            let end = start + segment.text.string.utf8.count
            var position = start
            while position < end {
                while next < found.count, found[next].upperBound <= position { next += 1 }
                let isMatch = next < found.count && found[next].lowerBound <= position
                let edge = next == found.count ? end : isMatch ? found[next].upperBound : found[next].lowerBound
                var piece = segment
                piece.text = segment.text.slice(utf8: (position - start)..<(min(edge, end) - start))
                if isMatch { piece.role = .match }
                marked.append(piece)
                position = min(edge, end)
            }
            start = end
        }
        return marked
    }

    /// Segments wrapped as one text: their rows, each with the roles of its pieces.
    static func wrapped(_ segments: [Segment], width: Int) -> [Row] {
        let whole = segments.map(\.text).joined(by: "")
        var cutter = Cutter(segments)
        return Wrapping.wrap(whole, width: max(1, width)).map { line in
            let prefix = line.prefix.isEmpty ? [] : [Segment(text: line.prefix, role: .quote)]
            return Row(prefix + cutter.pieces(in: line.range), indent: line.indent)
        }
    }

    /// Cuts ascending ranges out of segments, without looking at the passed ones again.
    private struct Cutter {
        private let segments: [Segment]
        private var index = 0
        private var start = 0

        init(_ segments: [Segment]) { self.segments = segments }

        mutating func pieces(in range: Range<Int>) -> [Segment] {
            while index < segments.count, start + segments[index].text.string.utf8.count <= range.lowerBound {
                start += segments[index].text.string.utf8.count
                index += 1
            }
            let inner = (range.lowerBound - start)..<(range.upperBound - start)
            return StyledText.segments(of: segments[index...], in: inner)
        }
    }

    /// The pieces of consecutive segments that lie in a range of UTF-8 offsets of their whole.
    static func segments(of segments: some Sequence<Segment>, in range: Range<Int>) -> [Segment] {
        var pieces: [Segment] = []
        var start = 0
        for segment in segments {
            let end = start + segment.text.string.utf8.count
            let from = max(start, range.lowerBound)
            let to = min(end, range.upperBound)
            if from < to {
                var piece = segment
                piece.text = segment.text.slice(utf8: (from - start)..<(to - start))
                pieces.append(piece)
            }
            start = end
            if start >= range.upperBound { break }
        }
        return pieces
    }
}
