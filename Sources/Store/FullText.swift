import GRDB
import Text
import TimelineModel

/// The full-text index. Words come from our own tokenizer, already folded; SQLite's part only splits them at the
/// spaces between them, so the file can be checked and read by any SQLite and no callback runs for a word.
///
/// The index keeps which post has which word and nothing else (`detail=none`): it answers a superset, and the
/// matcher decides. The table holds no text (`content=''`), so a deletion hands in the text that was indexed.
enum FullText {
    /// Raised when the words of a text change meaning: the tokenizer, or which texts of a post are searched. The
    /// index is then built again on opening.
    static let revision = 1

    /// Everything but the space is part of a word: the tokenizer above has already cut.
    static let table = #"""
        CREATE VIRTUAL TABLE post_words USING fts5(
            words, content = '', detail = none, columnsize = 0,
            tokenize = "ascii tokenchars '!""#$%&''()*+,-./:;<=>?@[\]^_`{|}~'"
        );
        """#

    /// Words of different kinds stand in one index, told apart by a mark that no word contains.
    enum Kind: Hashable {
        case text, author, mention, tag, host

        var mark: String {
            switch self {
            case .text: ""
            case .author: "@"
            case .mention: "~"
            case .tag: "#"
            case .host: "/"
            }
        }
    }

    /// The words by which a post is found, as one text, some of them more than once: those of
    /// `Query.searchableText(of:)`, and those by which `from:`, `mentions:`, `tag:` and `domain:` look. The index keeps
    /// each once, and making strings and a set of them would take longer than indexing them does.
    static func text(of post: Post) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(2048)
        func add(_ text: String, as kind: Kind) {
            var text = text
            let mark = kind.mark.utf8.first
            text.withUTF8 { buffer in
                Tokenizer.forEachToken(in: buffer) { word, _, _ in
                    if let mark { bytes.append(mark) }
                    bytes.append(contentsOf: word)
                    bytes.append(32)
                    return true
                }
            }
        }
        for text in Query.searchableText(of: post) { add(text.string, as: .text) }
        add(post.author.name.string, as: .author)
        // The matcher compares folded handles and tags, so their words are those of the folded text.
        if let handle = post.author.handle { add(Tokenizer.folded(handle.string), as: .author) }
        for mention in post.mentions { add(Tokenizer.folded(mention.handle.string), as: .mention) }
        for tag in post.tags { add(Tokenizer.folded(tag.string), as: .tag) }
        for host in Set(post.links.map(\.host)).sorted() {
            for domain in domains(of: host) {
                bytes.append(contentsOf: Kind.host.mark.utf8)
                bytes.append(contentsOf: domain.utf8)
                bytes.append(32)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The words of a post as the index keeps them, each once.
    static func keptWords(of post: Post) -> [String] {
        let words = text(of: post).utf8.split(separator: 32).map { Array($0.prefix(longestKept)) }
        return Set(words).map { String(decoding: $0, as: UTF8.self) }
    }

    /// UTF-8 bytes of a word that FTS5 keeps (`FTS5_MAX_TOKEN_SIZE`).
    private static let longestKept = 32_768

    /// A host and each domain above it: every one of them finds it.
    private static func domains(of host: String) -> [Substring] {
        var domains = [host[...]]
        while let last = domains.last, let dot = last.utf8.firstIndex(of: UInt8(ascii: ".")) {
            domains.append(last[last.utf8.index(after: dot)...])
        }
        return domains
    }

    static func add(_ post: Post, as row: Int64, in database: Database) throws {
        try database.run(
            "INSERT INTO post_words (rowid, words) VALUES (?, ?)", .integer(row), .text(text(of: post)))
    }

    static func remove(_ post: Post, as row: Int64, in database: Database) throws {
        try database.run(
            "INSERT INTO post_words (post_words, rowid, words) VALUES ('delete', ?, ?)", .integer(row),
            .text(text(of: post)))
    }

    static func replace(_ old: Post, by new: Post, as row: Int64, in database: Database) throws {
        // Bytewise, as the index compares: strings of two normalizations are equal.
        guard !text(of: old).utf8.elementsEqual(text(of: new).utf8) else { return }
        try remove(old, as: row, in: database)
        try add(new, as: row, in: database)
    }

    /// Builds the index again from the posts, `batch` posts at a time.
    static func rebuild(in database: Database, batch: Int = 1000) throws {
        try database.run("INSERT INTO post_words (post_words) VALUES ('delete-all')")
        var last: Int64 = 0
        while true {
            let posts = try PostRow.all(after: last, limit: batch, in: database)
            guard let final = posts.last else { return }
            for post in posts { try add(post.post, as: post.row, in: database) }
            last = final.row
        }
    }

    /// What stands between the quotes of a word in a MATCH expression.
    static func quoted(_ word: String) -> String {
        "\"" + word.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
