// Decoding.swift is the front door of Decoding: bytes from outside become the nouns of TimelineModel here.
//
// | bytes | front door |
// |---|---|
// | RSS, Atom, JSON Feed | `FeedDecoder.decode` |
// | a web page that names its feeds | `WebPage.offeredFeeds` |
// | Mastodon client API | `MastodonDecoder` |
// | HTML of a post, a title | `HTMLText` |
// | OPML, newsboat's urls file | `SubscriptionLists` |
// | JSON of any other kind | `JSONValue` |
//
// Everything is a pure function of its bytes: no clock, no network, no file. Whatever it returns as text is
// `SafeText`, sanitized once, after the last decoding step.

public import Text
public import TimelineModel

/// What a decoder refuses to go beyond, so that no answer can take the memory or the time of the others.
public enum DecodingLimits {
    /// Bytes of a decoded body.
    public static let bytes = 8 * 1024 * 1024
    /// Elements inside one another.
    public static let depth = 256
    /// Entries of one document.
    public static let items = 5_000
    /// Tags, attributes and sections of an XML document: 5 000 rich entries have fewer.
    public static let markup = 200_000
    /// Values of a JSON text, those inside of others too.
    public static let values = 500_000
}

/// Why bytes could not become a page.
public enum DecodingError: Error, Hashable, Sendable {
    /// No byte, or nothing but blanks.
    case empty
    case tooLarge(bytes: Int, limit: Int)
    /// Something else than a feed; `found` says what it looks like ("a web page"). The feeds that a web page names
    /// are in `offered`, best first.
    case notAFeed(found: SafeText, offered: [OfferedFeed])
    /// Broken before anything could be read. Line and column count from 1.
    case malformed(line: Int, column: Int, message: SafeText)
    /// Well-formed, but not of the shape that was asked for.
    case unexpected(SafeText)

    /// What happened, in one line for people. Says nothing about the source: whoever knows it puts it in front.
    public var message: SafeText {
        switch self {
        case .empty: return "the answer is empty"
        case .tooLarge(let bytes, let limit):
            return "the answer has \(bytes) bytes; \(limit) is the limit"
        case .notAFeed(let found, let offered):
            switch offered.count {
            case 0: return "this is \(found), not a feed"
            case 1: return "this is \(found), not a feed; it names the feed \(offered[0].address.shown)"
            default: return "this is \(found), not a feed; it names \(offered.count) feeds"
            }
        case .malformed(let line, let column, let message): return "line \(line), column \(column): \(message)"
        case .unexpected(let message): return message
        }
    }
}
