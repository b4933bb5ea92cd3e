public import Text

/// A filter that an account has on its server: keywords and single posts, and what becomes of the posts that are meant.
/// Source: docs.joinmastodon.org/entities/Filter (version 2).
public struct ServerFilter: Hashable, Sendable {
    /// What becomes of a post that is meant.
    public enum Action: String, Hashable, Sendable, CaseIterable {
        case hide
        /// The post is shown behind the filter's title.
        case warn
    }

    /// Where a filter holds.
    public enum Context: String, Hashable, Sendable, CaseIterable {
        /// The home timeline and lists.
        case home
        case notifications
        /// Public timelines and hashtags.
        case `public`
        /// Threads; no timeline of ours.
        case thread
        /// Profiles.
        case account
    }

    /// A word or a phrase that is looked for in a post's text.
    public struct Keyword: Hashable, Sendable {
        /// Sanitized as the texts are in which it is looked for.
        public var text: SafeText
        /// It stands alone, as far as it begins and ends with a letter or digit.
        public var isWholeWord: Bool

        public init(_ text: SafeText, isWholeWord: Bool) {
            self.text = text
            self.isWholeWord = isWholeWord
        }
    }

    /// The user's own, else its first keyword; never empty.
    public var title: SafeText
    public var action: Action
    /// Never empty.
    public var contexts: Set<Context>
    /// Empty only when `posts` is not.
    public var keywords: [Keyword]
    /// The server's ids of single posts.
    public var posts: Set<String>
    /// When it stops to hold; nil holds for ever.
    public var expires: Timestamp?

    public init(
        title: SafeText, action: Action, contexts: Set<Context>, keywords: [Keyword], posts: Set<String> = [],
        expires: Timestamp? = nil
    ) {
        self.title = title
        self.action = action
        self.contexts = contexts
        self.keywords = keywords
        self.posts = posts
        self.expires = expires
    }

    /// Whether it has not expired.
    public func holds(at now: Timestamp) -> Bool { expires.map { now < $0 } ?? true }
}

extension AccountTimeline {
    /// The context in which the server's filters meet this timeline; nil where they do not.
    /// Source: docs.joinmastodon.org/entities/Filter#context.
    public var filterContext: ServerFilter.Context? {
        switch self {
        case .home, .list: .home
        case .notifications: .notifications
        case .hashtags, .publicTimeline, .local: .public
        case .bookmarks, .favourites: nil
        }
    }
}

extension Filter {
    /// What a filter of an account's server means in a persona: it holds for posts that reached the persona through
    /// timelines of that account alone, in the filter's contexts. The reason names the server.
    /// - Returns: nil when the persona has no such timeline, or the filter says nothing.
    public init?(
        _ filter: ServerFilter, of account: AccountName, in persona: PersonaID, subscriptions: [Subscription]
    ) {
        let sources = subscriptions.filter { subscription in
            guard subscription.persona == persona, case .account(account, let timeline) = subscription.address,
                let context = timeline.filterContext
            else { return false }
            return filter.contexts.contains(context)
        }
        let keywords = filter.keywords.filter { !$0.text.isEmpty }
        guard !sources.isEmpty, !keywords.isEmpty || !filter.posts.isEmpty else { return nil }
        self.init(
            persona: persona, name: "\(filter.title) (\(account.server.base.shownHost))",
            rule: .server(
                ServerRule(
                    keywords, posts: filter.posts, sources: Set(sources.map(\.source)), expires: filter.expires)),
            action: filter.action == .hide ? .hide : .fold)
    }
}

/// What is looked for as Mastodon's server does, in what came through certain sources: single posts, also where they are
/// boosted, and keywords.
///
/// These without regard to case, in the content warning, the text, the options of a poll, the descriptions of media and
/// what is shown of a quoted post; a whole word has a boundary on those sides on which the keyword itself begins or ends
/// with a word character.
/// Source: mastodon/app/models/custom_filter.rb, custom_filter_keyword.rb, status.rb (searchable text).
public struct ServerRule: Hashable, Sendable {
    public let keywords: [ServerFilter.Keyword]
    /// The server's ids of single posts, or of boosts of them.
    public let posts: Set<String>
    /// A post that another source of the persona carries too is not meant.
    public let sources: Set<SourceID>
    /// When it stops to hold; nil holds for ever.
    public let expires: Timestamp?
    /// The keywords without case.
    private let patterns: [[Unicode.Scalar]]

    public init(
        _ keywords: [ServerFilter.Keyword], posts: Set<String> = [], sources: Set<SourceID>, expires: Timestamp? = nil
    ) {
        self.keywords = keywords
        self.posts = posts
        self.sources = sources
        self.expires = expires
        patterns = keywords.map { KeywordText.folded($0.text.string) }
    }

    func matches(_ searchable: SearchablePost, in context: EntryContext) -> Bool {
        guard !context.carriers.isEmpty, context.carriers.allSatisfy({ sources.contains($0.source) }),
            expires.map({ context.now < $0 }) ?? true, !searchable.post.id.isNotice,
            names(context) || hasKeyword(searchable)
        else { return false }
        return !searchable.post.isWritten(byOneOf: context.ownHandles)
    }

    private func names(_ context: EntryContext) -> Bool {
        !posts.isEmpty && context.carriers.contains { $0.postIDs.contains(where: posts.contains) }
    }

    private func hasKeyword(_ searchable: SearchablePost) -> Bool {
        zip(keywords, patterns).contains {
            KeywordText.stands($1, isWholeWord: $0.isWholeWord, in: searchable.keywordText)
        }
    }

    /// Goes up when rules come to mean other posts, so that those that are stored are judged again.
    private static let revision = 2

    /// The same text for the same rule, in every run.
    var spelled: String {
        let words = keywords.map { ($0.isWholeWord ? "=" : "~") + $0.text.string }
        let named = posts.sorted().map { "#" + $0 }
        let places = sources.sorted().map(\.value)
        let beginning = ["keywords \(Self.revision)", expires.map { String($0.milliseconds) } ?? "-"]
        return (beginning + places + words + named).joined(separator: "\u{1d}")
    }
}

extension Post {
    fileprivate func isWritten(byOneOf handles: [SafeText]) -> Bool {
        guard let handle = author.handle.map({ Tokenizer.folded($0.string) }) else { return false }
        return handles.contains { Tokenizer.folded($0.string) == handle }
    }
}

/// Text as keywords are looked for in it.
enum KeywordText {
    static func of(_ post: Post) -> [Unicode.Scalar] {
        let parts: [SafeText?] =
            [post.contentWarning, post.body.plain] + (post.poll?.options.map(\.title) ?? [])
            + post.attachments.map(\.alt) + [post.quoted?.text]
        // A shortened address stands in full in the text that the server looks at.
        let texts = parts.compactMap { $0?.string } + post.body.links.map(\.text)
        return folded(texts.joined(separator: "\n\n"))
    }

    static func folded(_ text: String) -> [Unicode.Scalar] { Array(text.lowercased().unicodeScalars) }

    static func stands(_ pattern: [Unicode.Scalar], isWholeWord: Bool, in text: [Unicode.Scalar]) -> Bool {
        guard let first = pattern.first, let last = pattern.last, pattern.count <= text.count else { return false }
        let (isBoundBefore, isBoundAfter) = (isWholeWord && first.isInWord, isWholeWord && last.isInWord)
        for start in 0...(text.count - pattern.count) where text[start] == first {
            let end = start + pattern.count
            if isBoundBefore, start > 0, text[start - 1].isInWord { continue }
            if isBoundAfter, end < text.count, text[end].isInWord { continue }
            if text[start..<end].elementsEqual(pattern) { return true }
        }
        return false
    }
}

extension Unicode.Scalar {
    /// Letter, mark, decimal digit or connector: what Ruby's `[[:word:]]` is.
    fileprivate var isInWord: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation:
            true
        default: false
        }
    }
}
