import Text
import TimelineModel

/// The addresses in text without markup, which nobody marked as links.
enum PlainAddresses {
    /// Those that can be opened, each over its text, in their order.
    static func links(in text: SafeText) -> [RichText.Span] {
        let whole = text.string
        var spans: [RichText.Span] = []
        var place = whole.startIndex
        var offset = 0
        while let mark = whole[place...].firstRange(of: "://") {
            let start = schemeStart(in: whole[place..<mark.lowerBound])
            let end = end(of: whole[mark.upperBound...])
            offset += whole.utf8.distance(from: place, to: start)
            let length = whole.utf8.distance(from: start, to: end)
            if let address = WebAddress(whole[start..<end]) {
                spans.append(RichText.Span(range: offset..<(offset + length), kind: .link(address)))
            }
            offset += length
            place = end
        }
        return spans
    }

    private static func schemeStart(in text: Substring) -> String.Index {
        text.lastIndex { !$0.isASCII || !$0.isLetter }.map { text.index(after: $0) } ?? text.startIndex
    }

    /// Where the address ends that goes on with a text. Signs of a sentence are not its last ones, nor is a parenthesis
    /// that opened before it.
    private static func end(of text: Substring) -> String.Index {
        var tail = text.prefix(mostCharacters).prefix(while: mayStandInside)
        var unopened = tail.reduce(0) { $0 + ($1 == ")" ? 1 : $1 == "(" ? -1 : 0) }
        while let last = tail.last {
            if last == ")", unopened > 0 {
                unopened -= 1
            } else if !".,;:!?'*_]".contains(last) {
                break
            }
            tail.removeLast()
        }
        return tail.endIndex
    }

    /// A longer one is no `WebAddress`.
    private static let mostCharacters = 4096

    /// Letters of scripts with spaces between their words are often written as they are; others begin the next word.
    private static func mayStandInside(_ character: Character) -> Bool {
        if let ascii = character.asciiValue { return ascii > 0x20 && !"<>\"`{}|^\\".contains(character) }
        return character.isLetter && character.unicodeScalars.allSatisfy { $0.value < 0x2e80 }
    }
}
