public import Text

/// One thing that a stream tells.
public enum LiveEvent: Hashable, Sendable {
    /// A post came into the timeline. It may be older than the newest one that is known (late federation).
    case post(PageItem)
    /// A post that may be known was changed.
    case edited(PageItem)
    /// The entry with this id is gone.
    case deleted(entryID: String)
    /// A notification as it came, for whoever reads notifications.
    case notification([UInt8])
    /// The user's filters on the server were changed.
    case filtersChanged
    /// Something that this program does not know, or does not need.
    case other
    /// A message that cannot be read; the stream goes on.
    case unreadable(SafeText)
    /// The server says that it gives no such stream, or not to this account.
    case refused(status: Int?)
}

/// A source that tells by itself what is new, while a connection stands.
public protocol LiveSource: Sendable {
    /// Opens the stream: in the way that is remembered, else in one that the server turns out to have.
    /// - Throws: `FetchError`; of the kind `.notFound` when the server has no stream of this source.
    func connect(_ remembered: StreamWay?) async throws(FetchError) -> (any LiveConnection, StreamWay)
}

/// One open stream. There is no replay: what happened before it was opened has to be asked for.
public protocol LiveConnection: Sendable {
    /// Waits for what the stream tells next: everything that waits, in order, never empty.
    /// - Throws: when the stream broke, fell silent or was closed; it is of no use then.
    func next() async throws(FetchError) -> [LiveEvent]

    /// Ends the stream; `next` throws.
    func close()
}

/// How a server streams, as it turned out when it was asked.
public struct StreamWay: Hashable, Sendable {
    /// The raw value is for remembering.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case serverSentEvents = "sse"
        case webSocket = "websocket"
    }

    public var kind: Kind
    /// Where: often another host than the server's.
    public var base: WebAddress

    public init(kind: Kind, base: WebAddress) {
        self.kind = kind
        self.base = base
    }

    /// For remembering: `sse https://streaming.example`.
    public var text: String { kind.rawValue + " " + base.text }

    /// Reads what `text` gives; nil for anything else.
    public init?(text: String) {
        let words = text.split(separator: " ")
        guard words.count == 2, let kind = Kind(rawValue: String(words[0])), let base = WebAddress(words[1]) else {
            return nil
        }
        self.init(kind: kind, base: base)
    }
}

/// How a source that can be live is doing.
public enum LiveState: Hashable, Sendable {
    case streaming
    /// The stream broke, or is being opened.
    case connecting
    /// The server has no stream; it is asked again and again, after so many seconds.
    case polling(seconds: Int)
}
