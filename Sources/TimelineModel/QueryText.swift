public import Text

extension Query {
    /// The text of a post in which words are searched, in segments that a phrase never crosses: title, content
    /// warning, body, descriptions of attachments, options of the poll, the quoted text, title and summary of the
    /// card, tags. The author is found through `from:` alone. The store's full-text index holds exactly this.
    public static func searchableText(of post: Post) -> [SafeText] {
        let parts: [SafeText?] =
            [post.title, post.contentWarning, post.body.plain] + post.attachments.map(\.alt)
            + (post.poll?.options.map(\.title) ?? []) + [post.quoted?.text, post.card?.title, post.card?.summary]
            + post.tags
        return parts.compactMap { $0 }.filter { !$0.isEmpty }
    }
}

/// A post whose text was folded and cut into words once, for any number of queries.
public struct SearchablePost: Sendable {
    public let post: Post
    /// The words of each segment of `Query.searchableText(of:)`, folded.
    private(set) var segments: [[String]] = []
    private(set) var titleWords: [String] = []
    private(set) var contentWarningWords: [String] = []
    private(set) var bodyWordCount = 0
    private(set) var author = Person()
    /// Handles, folded.
    private(set) var mentions: [String] = []
    /// Folded.
    private(set) var tags: [String] = []
    /// Where the keywords of servers' filters are looked for.
    private(set) var keywordText: [Unicode.Scalar] = []

    public init(_ post: Post) { self.init(post, for: .all) }

    /// Prepares only what some filters ask for.
    public init(_ post: Post, for filters: [Filter]) {
        self.init(
            post,
            for: filters.reduce(into: []) { needs, filter in
                switch filter.rule {
                case .query(let query): needs.formUnion(query.needs)
                case .server(let rule): if !rule.keywords.isEmpty { needs.insert(.keywords) }
                }
            })
    }

    /// Prepares only what one query asks for.
    init(_ post: Post, for needs: Needs) {
        self.post = post
        if needs.contains(.words) {
            segments = Query.searchableText(of: post).map { Tokenizer.words(of: $0.string) }
            // The first three segments, as far as they are not empty, in the order of `searchableText`.
            var ahead = segments[...]
            titleWords = post.title?.isEmpty ?? true ? [] : ahead.removeFirst()
            contentWarningWords = post.contentWarning?.isEmpty ?? true ? [] : ahead.removeFirst()
            bodyWordCount = post.body.isEmpty ? 0 : ahead.removeFirst().count
        }
        if needs.contains(.author) { author = Person(post.author) }
        if needs.contains(.mentions) { mentions = post.mentions.map { Tokenizer.folded($0.handle.string) } }
        if needs.contains(.tags) { tags = post.tags.map { Tokenizer.folded($0.string) } }
        if needs.contains(.keywords) { keywordText = KeywordText.of(post) }
    }

    /// What queries look at, as far as it must be prepared.
    struct Needs: OptionSet, Hashable {
        let rawValue: UInt8

        static let words = Needs(rawValue: 1)
        static let author = Needs(rawValue: 2)
        static let mentions = Needs(rawValue: 4)
        static let tags = Needs(rawValue: 8)
        static let keywords = Needs(rawValue: 16)
        /// Nothing of the post: who carried it.
        static let carriers = Needs(rawValue: 32)
        static let all: Needs = [.words, .author, .mentions, .tags, .keywords]
    }

    /// Somebody as `from:` and `boostedby:` look for him.
    struct Person {
        /// Folded.
        var handle: String?
        var nameWords: [String] = []

        init() {}

        init(_ author: Author) {
            handle = author.handle.map { Tokenizer.folded($0.string) }
            nameWords = Tokenizer.words(of: author.name.string)
        }
    }
}
