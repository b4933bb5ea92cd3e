import TimelineModel

/// Where one post is read: which row of its text stands first, and its rows as they were last made, so that a long text
/// is not wrapped anew at every key.
struct TextArea: Hashable, Sendable {
    var scroll = 0
    private(set) var laidOut: LaidOutText?

    func rows(of source: LaidOutText.Source) -> [Row] {
        if let laidOut, laidOut.source == source { return laidOut.rows }
        return source.rows()
    }

    /// Keeps the rows of what is shown. Another width, or an edit, leaves on the first row what stood there.
    /// - Parameter source: nil where no text is shown.
    mutating func layOut(_ source: LaidOutText.Source?) {
        guard let source else {
            laidOut = nil
            return
        }
        guard laidOut?.source != source else { return }
        let before = laidOut
        let after = LaidOutText(source: source, rows: source.rows())
        laidOut = after
        guard let before, before.post == after.post, scroll > 0, before.rows.indices.contains(scroll) else { return }
        // A minute that passed, or a mark, wraps nothing anew.
        if before.rows.count == after.rows.count, before.rows[scroll] == after.rows[scroll] { return }
        scroll = TextAnchor(before.rows, at: scroll).row(in: after.rows)
    }

    /// - Parameter shown: nil where no text is shown.
    mutating func clamp(to shown: ShownText?) {
        scroll = shown.map { min(max(0, scroll), max(0, $0.rows.count - $0.height)) } ?? 0
    }
}

/// The rows of a text and how many of them fit.
struct ShownText {
    let rows: [Row]
    let height: Int

    var isWhole: Bool { rows.count <= height }

    /// What was shown when the row `scroll` stands first, in hundredths.
    func percentRead(at scroll: Int) -> Int { min(100, (scroll + height) * 100 / max(1, rows.count)) }
}

/// The rows of a text and what they were made from.
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
