import Logging
import Networks
import Store
import Text
import TimelineModel

/// How a source turned out to be streamed, kept for some days: probed, never guessed from a version.
struct RememberedStream {
    enum Answer {
        case unknown
        /// There was none.
        case noStream
        case way(StreamWay)
    }

    let store: PostStore
    let source: SourceID
    let now: @Sendable () -> Timestamp

    private static let days: Int64 = 3
    private var name: String { "stream \(source.value)" }

    func recall(_ log: Logger) -> Answer {
        do throws(StoreError) {
            guard let text = try store.remembered(name) else { return .unknown }
            let words = text.split(separator: " ", maxSplits: 1).map(String.init)
            guard words.count == 2, let kept = Int64(words[0]),
                (0...Self.days * 86_400_000).contains(now().milliseconds - kept)
            else { return .unknown }
            if words[1] == "none" { return .noStream }
            return StreamWay(text: words[1]).map { .way($0) } ?? .unknown
        } catch {
            log.warning("\(error.message)")
            return .unknown
        }
    }

    func keep(_ way: StreamWay?, _ log: Logger) { write("\(now().milliseconds) \(way?.text ?? "none")", log) }

    func forget(_ log: Logger) { write(nil, log) }

    private func write(_ text: String?, _ log: Logger) {
        do throws(StoreError) {
            try store.remember(text, as: name)
        } catch {
            // It is probed again.
            log.warning("\(error.message)")
        }
    }
}
