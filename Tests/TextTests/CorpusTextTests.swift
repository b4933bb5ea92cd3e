import Expectations
import Foundation
import Testing
import Text

private let corpus = ProcessInfo.processInfo.environment["PERCHOIR_CORPUS"]

/// Every string of the hostile corpus in every form.
@Suite(.enabled(if: corpus != nil, "PERCHOIR_CORPUS does not name the corpus"))
struct CorpusTextTests {
    private struct Escape: Decodable {
        let s: String
    }

    private func file<T: Decodable>(_ name: String, as type: T.Type) throws -> T {
        let folder = URL(filePath: try #require(corpus)).appending(path: "hostile")
        return try JSONDecoder().decode(type, from: Data(contentsOf: folder.appending(path: name)))
    }

    @Test func nothingHostileIsLeft() throws {
        let strings =
            try file("naughty-strings.json", as: [String].self)
            + file("terminal-escapes.json", as: [Escape].self).map(\.s)
        #expect(strings.count > 500)
        for raw in strings {
            for form in [SafeText.Form.line, .name, .body] {
                let safe = SafeText(sanitizing: raw, as: form)
                expect(forbidden(in: safe.string, as: form), is: nil, "\(raw.debugDescription)")
                expect(SafeText(sanitizing: safe.string, as: form), is: safe)
            }
        }
    }
}
