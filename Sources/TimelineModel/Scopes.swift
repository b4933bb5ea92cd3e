public import Text

/// What a token allows, in the words of the Mastodon client API: `read:statuses`, `write`.
/// Source: docs.joinmastodon.org/api/oauth-scopes; RFC 6749 section 3.3.
public struct Scopes: Hashable, Sendable {
    /// Each once, in the order in which they were written.
    public let names: [String]

    /// Names that cannot be one are left out.
    public init(_ names: [String]) {
        var kept: [String] = []
        for name in names.prefix(100) where Self.isName(name) && !kept.contains(name) { kept.append(name) }
        self.names = kept
    }

    /// Reads names that white space separates.
    public init(spelled: some StringProtocol) {
        self.init(String(spelled).split { $0.isWhitespace }.map { String($0) })
    }

    private static func isName(_ text: String) -> Bool {
        (1...100).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "\"") && $0 != 0x5c }
    }

    public var isEmpty: Bool { names.isEmpty }
    /// As requests and files have them: with a space between two (RFC 6749 section 3.3).
    public var spelled: String { names.joined(separator: " ") }
    public var shown: SafeText { SafeText(sanitizing: spelled) }

    /// Whether a scope is among these, by itself or under a wider one: `read` holds every `read:` scope.
    public func allows(_ name: String) -> Bool {
        names.contains(name) || name.firstIndex(of: ":").map { names.contains(String(name[..<$0])) } ?? false
    }

    /// Whether all of the others are among these.
    public func allows(_ others: Scopes) -> Bool { others.names.allSatisfy(allows) }
}
