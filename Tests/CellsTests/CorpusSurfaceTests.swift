import Cells
import Expectations
import Foundation
import Testing
import Text

private let corpus = ProcessInfo.processInfo.environment["PERCHOIR_CORPUS"]

/// Every string of the hostile corpus through every form into a picture.
@Suite(.enabled(if: corpus != nil, "PERCHOIR_CORPUS does not name the corpus"))
struct CorpusSurfaceTests {
    private struct Escape: Decodable {
        let s: String
    }

    private func file<T: Decodable>(_ name: String, as type: T.Type) throws -> T {
        let folder = URL(filePath: try #require(corpus)).appending(path: "hostile")
        return try JSONDecoder().decode(type, from: Data(contentsOf: folder.appending(path: name)))
    }

    private func strings() throws -> [String] {
        try file("naughty-strings.json", as: [String].self) + file("hostile-urls.json", as: [String].self)
            + file("terminal-escapes.json", as: [Escape].self).map(\.s)
    }

    @Test func noEscapeAndNoBidiControlReachesACell() throws {
        let strings = try strings()
        #expect(strings.count > 500)
        for raw in strings {
            for form in [SafeText.Form.line, .name, .body] {
                let text = SafeText(sanitizing: raw, as: form)
                var surface = Surface(size: Size(width: 40, height: 12))
                let utf8 = text.string.utf8
                for (y, line) in Wrapping.wrap(text, width: 40, limit: 12).enumerated() {
                    let start = utf8.index(utf8.startIndex, offsetBy: line.range.lowerBound)
                    let part = text.slice(start..<utf8.index(start, offsetBy: line.range.count))
                    let columns = surface.draw(part, at: Point(x: 0, y: y), style: .plain)
                    expect(columns, is: GraphemeWidth.columns(of: part), "\(raw.debugDescription)")
                }
                for cell in surface.cells {
                    #expect(!cell.cluster.unicodeScalars.contains(where: isHostile), "\(raw.debugDescription)")
                    for cluster in cell.cluster {
                        let drawn = GraphemeWidth.drawn(cluster)
                        #expect(!drawn.unicodeScalars.contains(where: isHostile), "\(raw.debugDescription)")
                    }
                }
            }
        }
    }

    private func isHostile(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F, 0x61C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
