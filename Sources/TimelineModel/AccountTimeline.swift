public import Text

/// A timeline that an account sees on its server.
public enum AccountTimeline: Hashable, Sendable {
    case home
    /// Who mentioned, boosted, favourited, followed: each event once, or grouped where the server groups.
    case notifications
    /// One of the account's lists, by its title or by the server's id of it.
    case list(String)
    /// Posts that the server knows, by their hashtags.
    case hashtags(HashtagChoice)
    case bookmarks
    case favourites
    /// What the server knows of the whole network, seen signed in.
    case publicTimeline
    /// What is written on the server itself.
    case local

    /// Reads `home`, `notifications`, `list:NAME`, `tag:NAME` (see `HashtagChoice`), `bookmarks`, `favourites`, `public`,
    /// `local`; nil for anything else.
    public init?(_ text: String) {
        func rest(_ prefix: String) -> String? {
            guard text.hasPrefix(prefix) else { return nil }
            let rest = String(text.dropFirst(prefix.count)).trimmingASCIIWhitespace
            return rest.isEmpty ? nil : rest
        }
        if let list = rest("list:") {
            self = .list(list)
        } else if let tags = rest("tag:") {
            guard let choice = HashtagChoice(tags) else { return nil }
            self = .hashtags(choice)
        } else {
            guard let plain = Self.plain.first(where: { $0.word == text }) else { return nil }
            self = plain.timeline
        }
    }

    /// The words without an argument, for messages and completion.
    public static let words = plain.map(\.word)

    private static let plain: [(word: String, timeline: AccountTimeline)] = [
        ("home", .home), ("notifications", .notifications), ("bookmarks", .bookmarks), ("favourites", .favourites),
        ("public", .publicTimeline), ("local", .local),
    ]

    /// As `init` reads it.
    public var spelled: String {
        switch self {
        case .list(let name): "list:" + name
        case .hashtags(let choice): "tag:" + choice.spelled
        default: Self.plain.first { $0.timeline == self }?.word ?? ""
        }
    }

    /// Whether its entries stand in the order of their ids: not in that in which somebody set a bookmark.
    public var isInOrderOfIDs: Bool {
        switch self {
        case .bookmarks, .favourites: false
        case .home, .notifications, .list, .hashtags, .publicTimeline, .local: true
        }
    }

    /// For people; files have `spelled`.
    public var shown: SafeText {
        switch self {
        case .list(let name): "list " + SafeText(sanitizing: name)
        case .hashtags(let choice): SafeText(sanitizing: choice.shown)
        case .publicTimeline: "public timeline"
        case .local: "local timeline"
        default: SafeText(sanitizing: spelled)
        }
    }
}

/// Posts by their hashtags: with any of some, with all of others, with none of further ones.
///
/// Written as words, `linux swift +foss -jobs`: one of the plain ones, each with a plus, none with a minus. The first
/// word is plain.
public struct HashtagChoice: Hashable, Sendable {
    /// At least one; without `#`.
    public let any: [String]
    /// Without `#`; may be empty.
    public let all: [String]
    /// Without `#`; may be empty.
    public let none: [String]

    /// Nil when no word is plain, or one is no hashtag.
    public init?(_ text: String) {
        var any: [String] = []
        var all: [String] = []
        var none: [String] = []
        for word in text.split(separator: " ") {
            let sign = word.first
            var tag = sign == "+" || sign == "-" ? word.dropFirst() : word
            if tag.hasPrefix("#") { tag = tag.dropFirst() }
            guard Hashtag.isOne(tag) else { return nil }
            switch sign {
            case "+": all.append(String(tag))
            case "-": none.append(String(tag))
            default: any.append(String(tag))
            }
        }
        guard !any.isEmpty else { return nil }
        (self.any, self.all, self.none) = (any, all, none)
    }

    public var spelled: String {
        (any + all.map { "+" + $0 } + none.map { "-" + $0 }).joined(separator: " ")
    }

    var shown: String {
        (any.map { "#" + $0 } + all.map { "+#" + $0 } + none.map { "-#" + $0 }).joined(separator: " ")
    }
}

/// What may stand after a `#`.
public enum Hashtag {
    /// Letters, marks and digits of any script, `_` and `·`: a tag becomes one part of a path.
    public static func isOne(_ text: some StringProtocol) -> Bool {
        !text.isEmpty
            && text.unicodeScalars.allSatisfy { scalar in
                scalar == "_" || scalar == "\u{b7}" || scalar.properties.isAlphabetic
                    || scalar.properties.numericType != nil
                    || scalar.properties.generalCategory == .nonspacingMark
                    || scalar.properties.generalCategory == .spacingMark
            }
    }
}
