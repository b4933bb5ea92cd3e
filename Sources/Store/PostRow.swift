import GRDB
import Text
import TimelineModel

/// A post as the table `post` keeps it.
struct PostRow {
    var row: Int64
    var post: Post
    var firstSeen: Timestamp
    /// A source said that it is gone, and a star keeps it.
    var isWithdrawn = false

    /// Bits of `post.flags`. Windows read them without decoding the record.
    enum Flag {
        static let sensitive: Int64 = 1
        static let media: Int64 = 2
        static let poll: Int64 = 4
        /// The source stated `edited`; else we set it when we saw the content change.
        static let editStated: Int64 = 8
        /// Not of the post's own record: set later, when a source says that a starred post is gone.
        static let withdrawn: Int64 = 16
    }

    /// UTF-8 bytes of text that stand in `lead`: the most a row of a window can show.
    static let leadLength = 1024

    static let kinds: [Post.Kind] = [.post, .reply, .quote, .article]
    static let networks: [Post.Network] = [.mastodon, .bluesky, .x, .feed, .aggregator]

    static let columns = """
        post.id, post.identity, post.network, post.kind, post.flags, post.published, post.edited, post.first_seen,
        post.language, post.author_name, post.author_handle, post.title, post.content_warning, post.lead, post.rest,
        post.detail
        """

    init(row: Int64, post: Post, firstSeen: Timestamp) {
        self.row = row
        self.post = post
        self.firstSeen = firstSeen
    }

    /// Reads `columns`, which begin at column 0.
    init(_ row: Columns) {
        self.row = row.integer(0)
        firstSeen = Timestamp(milliseconds: row.integer(7))
        isWithdrawn = row.integer(4) & Flag.withdrawn != 0
        let plain = SafeText(storedSafe: row.text(13) + (row.optionalText(14) ?? ""), as: .body)
        var post = Post(
            id: PostID(row.text(1)), remoteID: "",
            network: PostRow.networks.element(at: row.integer(2)) ?? .feed,
            kind: PostRow.kinds.element(at: row.integer(3)) ?? .post,
            author: Author(
                name: SafeText(storedSafe: row.text(9), as: .line),
                handle: row.optionalText(10).map { SafeText(storedSafe: $0, as: .line) }),
            title: row.optionalText(11).map { SafeText(storedSafe: $0, as: .line) }, body: RichText(plain: plain),
            contentWarning: row.optionalText(12).map { SafeText(storedSafe: $0, as: .body) },
            isSensitive: row.integer(4) & Flag.sensitive != 0,
            published: row.optionalInteger(5).map { Timestamp(milliseconds: $0) },
            edited: row.optionalInteger(6).map { Timestamp(milliseconds: $0) }, language: row.optionalText(8))
        PostCoding.decode(row.bytes(15), into: &post)
        self.post = post
    }

    static func one(_ row: Int64, in database: Database) throws -> PostRow? {
        try database.first("SELECT \(columns) FROM post WHERE id = ?", .integer(row)) { PostRow($0) }
    }

    /// The row of an identity, nil when the store has no such post.
    static func row(of id: PostID, in database: Database) throws -> Int64? {
        try database.integer("SELECT id FROM post WHERE identity = ?", .text(id.key))
    }

    static func all(after row: Int64, limit: Int, in database: Database) throws -> [PostRow] {
        try database.all(
            "SELECT \(columns) FROM post WHERE id > ? ORDER BY id LIMIT ?", .integer(row), .integer(Int64(limit))
        ) { PostRow($0) }
    }
}

/// The values of a post's columns, with the hashes that tell whether a source said something new.
struct PostValues {
    /// Of what a reader would call the content: an edit changes it, a new number of boosts does not.
    let contentHash: Int64
    /// Of everything that is stored.
    let recordHash: Int64
    private let post: Post
    private let flags: Int64
    private let lead: String
    private let rest: String?
    private let detail: [UInt8]

    init(_ post: Post) {
        self.post = post
        var flags: Int64 = 0
        if post.isSensitive { flags |= PostRow.Flag.sensitive }
        if !post.attachments.isEmpty { flags |= PostRow.Flag.media }
        if post.poll != nil { flags |= PostRow.Flag.poll }
        if post.edited != nil { flags |= PostRow.Flag.editStated }
        self.flags = flags
        (lead, rest) = PostValues.cut(post.body.plain.string)
        detail = PostCoding.encode(post)
        contentHash = PostValues.contentHash(post)
        var hash = RunningHash()
        hash.combine(UInt64(bitPattern: contentHash))
        hash.combine(UInt64(bitPattern: flags))
        hash.combine(UInt64(bitPattern: post.published?.milliseconds ?? -1))
        hash.combine(UInt64(bitPattern: post.edited?.milliseconds ?? -1))
        hash.combine(post.author.name.string.utf8)
        hash.combine((post.author.handle?.string ?? "").utf8)
        hash.combine((post.language ?? "").utf8)
        hash.combine(post.kind.rawValue.utf8)
        hash.combine(detail)
        recordHash = hash.value
    }

    /// Cuts at a grapheme boundary, so that neither part begins with a stray mark.
    private static func cut(_ text: String) -> (lead: String, rest: String?) {
        guard text.utf8.count > PostRow.leadLength else { return (text, nil) }
        let end = text.endOfClusters(within: PostRow.leadLength)
        // A first cluster longer than the lead stays whole.
        guard end > text.startIndex else { return (text, nil) }
        return (String(text[..<end]), String(text[end...]))
    }

    private static func contentHash(_ post: Post) -> Int64 {
        var hash = RunningHash()
        hash.combine((post.title?.string ?? "").utf8)
        hash.combine(post.body.plain.string.utf8)
        hash.combine((post.contentWarning?.string ?? "").utf8)
        for link in post.body.links { hash.combine(link.text.utf8) }
        for attachment in post.attachments {
            hash.combine((attachment.address?.text ?? "").utf8)
            hash.combine((attachment.alt?.string ?? "").utf8)
        }
        for option in post.poll?.options ?? [] { hash.combine(option.title.string.utf8) }
        return hash.value
    }

    /// Adds the post and answers its row, and its tie: among posts of one time who came later counts as newer, as pages
    /// are stored from their old end on. Its last bits tell it from a post that has the row after it.
    func insert(firstSeen: Timestamp, source: Int64, in database: Database) throws -> (row: Int64, tie: Int64) {
        let row = try database.integer("SELECT coalesce(max(id), 0) + 1 FROM post") ?? 1
        let tie = row << 20 | Int64(bitPattern: StableHash.of(post.id.key)) & (1 << 20 - 1)
        try database.run(
            """
            INSERT INTO post (id, identity, tie, network, kind, flags, published, edited, first_seen, content_hash,
                record_hash, content_source, language, author_name, author_handle, title, content_warning, link, lead,
                rest, detail)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [.integer(row), .text(post.id.key), .integer(tie)]
                + common(edited: post.edited, flags: flags, firstSeen, source))
        return (row, tie)
    }

    /// Replaces what a row says. `edited` is what the store knows of it, stated or seen.
    func update(_ row: Int64, firstSeen: Timestamp, edited: Timestamp?, source: Int64, in database: Database) throws {
        try database.run(
            """
            UPDATE post SET network = ?, kind = ?, flags = ?, published = ?, edited = ?, first_seen = ?,
                content_hash = ?, record_hash = ?, content_source = ?, language = ?, author_name = ?,
                author_handle = ?, title = ?, content_warning = ?, link = ?, lead = ?, rest = ?, detail = ?
            WHERE id = ?
            """,
            common(edited: edited, flags: flags, firstSeen, source) + [.integer(row)])
    }

    private func common(edited: Timestamp?, flags: Int64, _ firstSeen: Timestamp, _ source: Int64) -> [Value] {
        [
            .integer(Int64(PostRow.networks.firstIndex(of: post.network) ?? 0)),
            .integer(Int64(PostRow.kinds.firstIndex(of: post.kind) ?? 0)), .integer(flags),
            .optional(post.published?.milliseconds), .optional(edited?.milliseconds),
            .integer(firstSeen.milliseconds), .integer(contentHash), .integer(recordHash), .integer(source),
            .optional(post.language), .text(post.author.name.string), .optional(post.author.handle?.string),
            .optional(post.title?.string), .optional(post.contentWarning?.string),
            .optional(post.mainLink?.shownShort.string), .text(lead), .optional(rest), .bytes(detail),
        ]
    }
}

/// A hash of several parts, each followed by a separator that no UTF-8 text contains.
private struct RunningHash {
    private var state = StableHash.start

    var value: Int64 { Int64(bitPattern: state) }

    mutating func combine(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { combine(byte) }
        combine(0xff as UInt8)
    }

    mutating func combine(_ number: UInt64) {
        for shift in stride(from: 0, to: 64, by: 8) { combine(UInt8(truncatingIfNeeded: number >> UInt64(shift))) }
    }

    private mutating func combine(_ byte: UInt8) { state = StableHash.of(byte, after: state) }
}

extension String {
    /// The end of the grapheme clusters that fit into so many UTF-8 bytes.
    func endOfClusters(within bytes: Int) -> Index {
        guard utf8.count > bytes else { return endIndex }
        // A step there and back rounds down to the cluster in which the place lies; walking from the start took most of
        // reading a window.
        return index(before: index(after: utf8.index(startIndex, offsetBy: bytes)))
    }
}

extension Array {
    /// The element at a stored number; nil when a later version or a damaged file wrote another one.
    func element(at number: Int64) -> Element? {
        number >= 0 && number < Int64(count) ? self[Int(number)] : nil
    }
}
