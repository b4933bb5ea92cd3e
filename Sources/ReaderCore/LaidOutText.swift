import TimelineModel

/// The rows of the text area and what they were made from.
struct LaidOutText: Hashable, Sendable {
    let source: Source
    let rows: [Row]

    var post: PostID? { source.detail?.post.id ?? source.summary?.id }

    struct Source: Hashable, Sendable {
        let format: PostText
        /// What the list knows, while the post is being read from the store.
        let summary: PostSummary?
        let detail: PostDetail?

        func rows() -> [Row] {
            if let detail { return format.rows(of: detail) }
            return summary.map(format.rows(of:)) ?? []
        }
    }
}
