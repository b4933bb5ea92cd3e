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

/// A post whose text was cut into words once, for any number of queries.
public struct SearchablePost: Sendable {
    public let post: Post
    /// The words of each segment of `Query.searchableText(of:)`, folded.
    let segments: [[String]]
    let titleWords: [String]
    let contentWarningWords: [String]
    let bodyWordCount: Int

    public init(_ post: Post) { self.init(post, withWords: true) }

    init(_ post: Post, withWords: Bool) {
        self.post = post
        guard withWords else {
            (segments, titleWords, contentWarningWords, bodyWordCount) = ([], [], [], 0)
            return
        }
        segments = Query.searchableText(of: post).map { Tokenizer.words(of: $0.string) }
        // The first three segments, as far as they are not empty, in the order of `searchableText`.
        var ahead = segments[...]
        titleWords = post.title?.isEmpty ?? true ? [] : ahead.removeFirst()
        contentWarningWords = post.contentWarning?.isEmpty ?? true ? [] : ahead.removeFirst()
        bodyWordCount = post.body.isEmpty ? 0 : ahead.removeFirst().count
    }
}
