import Glibc
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

    /// What a program or a file gives: one line end (LF or CRLF) at the end is not part of the token.
    init?(output bytes: [UInt8]) {
        var bytes = bytes[...]
        if bytes.last == 0x0A { bytes.removeLast() }
        if bytes.last == 0x0D { bytes.removeLast() }
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        self.init(text)
    }

    /// Reads a file that holds a token and nothing else. Symbolic links are followed: the user named the file.
    /// - Throws: unless it is a plain file of the user's that nobody else can read.
    public init(file path: String) throws(FileTrouble) {
        guard let content = try Files.read(path, limit: 65536) else {
            throw FileTrouble(.system(ENOENT), path: path, "there is no such file")
        }
        try content.requirePrivate(path)
        guard let token = Token(output: content.bytes) else {
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

extension Files.Content {
    /// Secrets are read only from files that belong to the user and that nobody else can open.
    func requirePrivate(_ path: String) throws(FileTrouble) {
        guard owner == geteuid() else {
            throw FileTrouble(.refused, path: path, "belongs to somebody else; secrets are read from your own files")
        }
        guard mode & 0o077 == 0 else {
            throw FileTrouble(
                .refused, path: path,
                "others can open it, so what it holds is no secret: chmod 600 \(Files.quotedForShell(path))")
        }
    }
}
