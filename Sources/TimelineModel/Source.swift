public import Text

/// Where a source is, in one of the ways a user can name it.
public enum SourceAddress: Hashable, Sendable {
    /// A feed document.
    case feed(WebAddress)
    /// Somebody's posts on a Mastodon-compatible server, read without signing in: `@who@server`.
    case posts(user: String, server: Server)
    /// A hashtag on a server, read without signing in: `#tag@server`.
    case hashtag(String, server: Server)
    /// The public timeline of a server; `localOnly` leaves out what it federates.
    case publicTimeline(server: Server, localOnly: Bool)
    /// What a signed-in account sees on its server.
    case account(AccountName, AccountTimeline)

    /// The home timeline of a signed-in account.
    public static func home(_ account: AccountName) -> SourceAddress { .account(account, .home) }

    /// The account whose token the source needs; nil when it is read without signing in.
    public var account: AccountName? {
        if case .account(let name, _) = self { name } else { nil }
    }

    /// The text that two spellings of one address share; `SourceID` is its hash.
    public var normalized: String {
        switch self {
        case .feed(let address):
            // The fragment never reaches the server.
            let text = address.text
            return "feed " + text[..<(text.utf8.firstIndex(of: UInt8(ascii: "#")) ?? text.endIndex)]
        case .posts(let user, let server): return "posts \(user.lowercased())@\(server.authority)"
        case .hashtag(let tag, let server): return "tag \(tag.lowercased())@\(server.authority)"
        case .publicTimeline(let server, let localOnly): return "\(localOnly ? "local" : "public") \(server.authority)"
        case .account(let account, let timeline):
            return "\(timeline.spelled) \(account.user.lowercased())@\(account.server.authority)"
        }
    }

    /// Hashed anew each time; `Subscription.source` is at hand.
    public var id: SourceID { SourceID(ofNormalizedAddress: normalized) }

    /// The address as the user would write it.
    public var shown: SafeText {
        switch self {
        case .feed(let address): return address.shown
        case .posts(let user, let server): return SafeText(sanitizing: "@\(user)@\(server.authority)")
        case .hashtag(let tag, let server): return SafeText(sanitizing: "#\(tag)@\(server.authority)")
        case .publicTimeline(let server, let localOnly):
            return SafeText(sanitizing: "\(localOnly ? "local" : "public") timeline of \(server.authority)")
        case .account(let account, let timeline): return account.shown + " " + timeline.shown
        }
    }
}

/// A Mastodon-compatible server: https everywhere, plain http on loopback alone.
public struct Server: Hashable, Sendable {
    /// Host and, if it is not the scheme's own, port; lower case.
    public let authority: String
    /// Scheme and authority alone, without a slash at the end.
    public let base: WebAddress

    /// Accepts `host`, `host:port`, `https://host`, and `http://` for loopback; nil otherwise.
    public init?(_ text: some StringProtocol) {
        let spelled = String(text)
        let withScheme: String
        if spelled.contains("://") {
            withScheme = spelled
        } else if let address = WebAddress("http://" + spelled), address.isLoopback {
            withScheme = "http://" + spelled
        } else {
            withScheme = "https://" + spelled
        }
        guard let address = WebAddress(withScheme), address.keepsSecrets else { return nil }
        let port = address.port == (address.isSecure ? 443 : 80) ? nil : address.port
        authority = address.host + (port.map { ":\($0)" } ?? "")
        guard let base = WebAddress((address.isSecure ? "https://" : "http://") + authority) else { return nil }
        self.base = base
    }

    /// As it stands in files and is typed again: with its scheme where the name alone would be read as plain http.
    public var spelled: String { base.isSecure && base.isLoopback ? "https://" + authority : authority }
}

/// The user's account on a server: `@user@server`. Upper and lower case are the same, as in the addresses of sources.
public struct AccountName: Hashable, Sendable {
    /// Without `@`, as it was written.
    public let user: String
    public let server: Server

    public init(user: String, server: Server) {
        self.user = user
        self.server = server
    }

    /// Reads `@user@server` or `user@server`.
    public init?(_ text: some StringProtocol) {
        let spelled = text.hasPrefix("@") ? String(text.dropFirst()) : String(text)
        guard let at = spelled.firstIndex(of: "@"), at > spelled.startIndex else { return nil }
        let user = String(spelled[..<at])
        guard user.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }),
            let server = Server(spelled[spelled.index(after: at)...])
        else { return nil }
        self.init(user: user, server: server)
    }

    public static func == (left: AccountName, right: AccountName) -> Bool {
        left.server == right.server && left.user.lowercased() == right.user.lowercased()
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(user.lowercased())
        hasher.combine(server)
    }

    /// As config.toml and credentials.toml have it.
    public var spelled: String { "@\(user)@\(server.spelled)" }
    public var shown: SafeText { SafeText(sanitizing: spelled) }

    /// `user@host`, as posts name their authors and whom they mention.
    public var handle: SafeText { SafeText(sanitizing: "\(user)@\(server.authority)", as: .name) }
}

/// A source as a persona uses it.
public struct Subscription: Hashable, Sendable {
    public var persona: PersonaID
    public let address: SourceAddress
    /// The address's id, hashed once: every look at a source asks for it.
    public let source: SourceID
    /// The user's own name for it; else the source's title, else its address is shown.
    public var name: SafeText?
    /// Seconds between two looks; nil takes the general setting.
    public var interval: Int?

    public init(persona: PersonaID, address: SourceAddress, name: SafeText? = nil, interval: Int? = nil) {
        self.persona = persona
        self.address = address
        source = address.id
        self.name = name
        self.interval = interval
    }
}

/// A hat the user wears. Owns sources and filters, a key and an accent colour.
public struct Persona: Hashable, Sendable {
    /// How much of a post a row of the persona's list shows.
    public enum Density: Hashable, Sendable {
        /// Time and headline.
        case oneLine
        case threeLines
        /// The whole text.
        case full
    }

    /// What stands at the top of the pane.
    public enum Order: String, Sendable { case newest, oldest }

    public var id: PersonaID
    /// 1 to 9.
    public var key: Int
    /// The name of a colour of the theme's palette; nil takes the theme's own.
    public var accent: String?
    /// What the persona is for, shown beside its name.
    public var purpose: SafeText?
    public var density: Density
    public var order: Order

    public init(
        id: PersonaID, key: Int, accent: String? = nil, purpose: SafeText? = nil, density: Density = .threeLines,
        order: Order = .newest
    ) {
        self.id = id
        self.key = key
        self.accent = accent
        self.purpose = purpose
        self.density = density
        self.order = order
    }
}
