import Expectations
import Testing
import Text

@testable import Terminal

@Suite("Clusters cut for ncurses")
struct DrawnClusterTests {
    private func parts(_ cluster: Character, isUTF8: Bool = true) -> [(String, Int)] {
        var found: [(String, Int)] = []
        let columns = GraphemeWidth.columns(of: cluster)
        DrawnCluster.forEachPart(of: String(cluster), columns: columns, isUTF8: isUTF8) { part in
            let values = [part.scalars.0, part.scalars.1, part.scalars.2, part.scalars.3, part.scalars.4]
            let scalars = values.filter { $0 > 0 }.compactMap { Unicode.Scalar($0) }
            found.append((String(String.UnicodeScalarView(scalars)), part.columns))
        }
        return found
    }

    @Test(
        "the columns of the parts are the columns of the cluster",
        arguments: ["a", "é", "e\u{301}", "日", "🇫🇷", "👨‍👩‍👧", "❤️", "👍🏽", "क्षि", "1️⃣"])
    func columnsAreKept(text: String) {
        let cluster = Character(text)
        expect(parts(cluster).map(\.1).reduce(0, +), is: GraphemeWidth.columns(of: cluster))
    }

    @Test("a flag is two letters, a family its first member")
    func forms() {
        expect(parts("🇫🇷").map(\.0), is: ["🇫", "🇷"])
        expect(parts("👨‍👩‍👧").map(\.0).first, is: "👨")
        expect(parts("e\u{301}\u{302}").map(\.0), is: ["e\u{301}\u{302}"])
    }

    @Test(
        "without UTF-8 lines are + - |, letters lose their accents",
        arguments: [("┌", "+"), ("━", "-"), ("│", "|"), ("é", "e"), ("œ", "o"), ("’", "'"), ("日", "?"), ("●", "*")]
    )
    func ascii(cluster: String, expected: String) {
        expect(parts(Character(cluster), isUTF8: false).map(\.0), is: [expected])
    }

    @Test("without UTF-8 each sign of the reader that means something keeps a form of its own")
    func asciiSigns() {
        let signs = Array("●★◆♥⇄↳↑↓▸⟳·○")
        let forms = signs.map { parts($0, isUTF8: false).map(\.0).joined() }
        expect(Set(forms).count, is: signs.count, "\(forms)")
        let drawn = signs + Array("—–…’‘“”«»‹›→←▌│─━┬├└┌┐┘█•")
        for sign in drawn { #expect(parts(sign, isUTF8: false).map(\.0) != ["?"], "\(sign)") }
    }

    @Test("no control character passes", arguments: ["\u{1B}", "\u{7F}", "\n"])
    func control(cluster: String) {
        DrawnCluster.forEachPart(of: cluster, columns: 1, isUTF8: true) { expect($0.scalars.0, is: 63) }
    }
}
