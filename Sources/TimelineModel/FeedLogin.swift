/// The name and the password with which one feed is asked. It shows itself without the password.
/// Source: RFC 7617 (HTTP Basic).
public struct FeedLogin: Hashable, Sendable {
    /// Not empty, without a colon.
    public let user: String
    /// For a request's header and the credentials file, for nothing else. May be empty.
    public let password: String

    /// Nil when the name is empty or has a colon, when either has a control character, or is longer than 1024 bytes.
    public init?(user: String, password: String) {
        guard !user.isEmpty, !user.utf8.contains(UInt8(ascii: ":")) else { return nil }
        for part in [user, password] {
            guard part.utf8.count <= 1024, part.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else { return nil }
        }
        self.user = user
        self.password = password
    }

    /// An address with a name and a password before its host, as other readers keep them, taken apart.
    /// - Returns: nil when it has none, or is no web address without them.
    public static func split(_ raw: String) -> (address: WebAddress, login: FeedLogin)? {
        guard let place = place(in: raw),
            let address = WebAddress(raw[..<place.lowerBound] + raw[raw.index(after: place.upperBound)...])
        else { return nil }
        let parts = raw[place].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let password = parts.count == 2 ? PercentCoding.decode(parts[1]) : ""
        return FeedLogin(user: PercentCoding.decode(parts[0]), password: password).map { (address, $0) }
    }

    /// What was meant as an address, without all that may be a password in it, for messages.
    public static func hidden(in raw: String) -> String {
        guard let at = raw.lastIndex(of: "@") else { return raw }
        let scheme = raw.range(of: "://").map { $0.upperBound < at ? raw[..<$0.upperBound] : "" } ?? ""
        return scheme + "***" + raw[at...]
    }

    /// What stands before the `@` of an address's authority (RFC 3986 section 3.2.1).
    private static func place(in raw: String) -> Range<String.Index>? {
        guard let scheme = raw.range(of: "://") else { return nil }
        let authority = raw[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        return authority.lastIndex(of: "@").map { scheme.upperBound..<$0 }
    }
}

extension FeedLogin: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Without the password, so that none comes into a log or a message.
    public var description: String { user + ":***" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["user": user]) }
}
