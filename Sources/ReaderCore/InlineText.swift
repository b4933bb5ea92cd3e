import Cells
import Text
import TimelineModel

/// The inline structure of a text as styled segments, links followed by their numbers.
enum InlineText {
    static func segments(of text: RichText, links: [WebAddress]) -> [Segment] {
        let length = text.plain.string.utf8.count
        // A damaged store must not bring the reader down.
        let spans = text.spans.filter { $0.range.upperBound <= length && !$0.range.isEmpty }
        var cuts = Set([0, length])
        for span in spans {
            cuts.insert(span.range.lowerBound)
            cuts.insert(span.range.upperBound)
        }
        let edges = cuts.sorted()
        let numbers = Dictionary(links.enumerated().map { ($1, $0 + 1) }, uniquingKeysWith: { first, _ in first })
        var segments: [Segment] = []
        var open: [RichText.Span] = []
        var next = 0
        for (start, end) in zip(edges, edges.dropFirst()) {
            while next < spans.count, spans[next].range.lowerBound <= start {
                open.append(spans[next])
                next += 1
            }
            open.removeAll { $0.range.upperBound <= start }
            segments.append(styled(text.plain.slice(utf8: start..<end), open.map(\.kind)))
            for span in open where span.range.upperBound == end {
                if case .link(let address) = span.kind, let number = numbers[address] {
                    segments.append(Segment(text: " [\(number)]", role: .link))
                }
            }
        }
        return segments
    }

    private static func styled(_ text: SafeText, _ kinds: [RichText.Kind]) -> Segment {
        var segment = Segment(text: text, role: .text)
        for kind in kinds {
            switch kind {
            case .link: segment.role = .link
            case .mention: segment.role = .mention
            case .hashtag: segment.role = .hashtag
            case .code, .preformatted: segment.role = .code
            case .customEmoji: segment.role = .secondary
            case .strong: segment.attributes.insert(.bold)
            case .emphasis: segment.attributes.insert(.italic)
            case .strikethrough: segment.attributes.insert(.dim)
            }
        }
        return segment
    }
}
