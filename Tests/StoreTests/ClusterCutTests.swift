import Expectations
import TestSupport
import Testing

@testable import Store

@Suite struct ClusterCutTests {
    private static let pieces = [
        "a", "é", "e\u{301}\u{302}", "\r\n", "日", "한", "\u{1112}\u{1161}\u{11ab}", "👩‍👩‍👧‍👦", "🇫🇷", "🇩", "❤️", "क्षि", " ",
        "\u{200d}",
    ]

    @Test(arguments: 0..<50) func aTextIsCutAtTheEndOfTheLastClusterThatFits(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        for _ in 0..<40 {
            let text = random.pick(0...30, of: Self.pieces).joined()
            let limit = Int.random(in: 0...60, using: &random)
            // When it is walked cluster by cluster
            var fitting = ""
            for cluster in text {
                guard fitting.utf8.count + cluster.utf8.count <= limit else { break }
                fitting.append(cluster)
            }
            let cut = String(text[..<text.endOfClusters(within: limit)])
            expect(Array(cut.utf8), is: Array(fitting.utf8))
        }
    }
}
