import Text

/// An access token. It shows itself as `***` wherever it is printed, interpolated or dumped.
public struct Token: Hashable, Sendable {
    /// The token itself: for a request's header and the credentials file, for nothing else.
    public let secret: String

    /// Nil unless the text is 1 to 4096 visible ASCII characters: anything else could break out of a header line.
    public init?(_ text: some StringProtocol) {
        guard (1...4096).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return nil
        }
        secret = String(text)
    }

    /// What a program gives.
    init?(output bytes: [UInt8]) {
        guard let text = SecretFile.text(bytes) else { return nil }
        self.init(text)
    }

    /// Reads a file that holds a token and nothing else.
    /// - Throws: as `SecretFile.text`; when it holds no token.
    public init(file path: String) throws(FileTrouble) {
        guard let token = Token(try SecretFile.text(of: path)) else {
            throw FileTrouble(.malformed, path: path, "holds no token: one line without spaces is expected")
        }
        self = token
    }
}

extension Token: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "***" }
    public var debugDescription: String { "***" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
