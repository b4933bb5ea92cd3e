/// A token or password. Printing, interpolating or reflecting it gives `***`.
public struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let characters: String

    /// Takes the text without surrounding white space: a token command's output ends with a line break.
    /// Nil when nothing is left, or when a character cannot stand in a header (RFC 9110 section 5.5, ASCII only).
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard let first = bytes.firstIndex(where: { !Secret.isSpace($0) }),
            let last = bytes.lastIndex(where: { !Secret.isSpace($0) })
        else { return nil }
        let kept = bytes[first...last]
        guard kept.allSatisfy({ (0x20...0x7e).contains($0) }) else { return nil }
        characters = String(decoding: kept, as: UTF8.self)
    }

    /// Of text that is known to be visible ASCII.
    init(visible text: String) { characters = text }

    /// The token itself: for the credentials file and the body of a sign-in, for nothing else.
    public var exposed: String { characters }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }

    public var description: String { "***" }
    public var debugDescription: String { "***" }
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
