import GRDB
import Text
import TimelineModel

/// The full-text index. Words come from our own tokenizer, already folded; SQLite's part only splits them at the
/// spaces between them, so the file can be checked and read by any SQLite and no callback runs for a word.
///
/// The index keeps which post has which word and nothing else (`detail=none`): it answers a superset, and the
/// matcher decides. The table holds no text (`content=''`), so a deletion hands in the words that were indexed.
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

    /// The words by which a post is found, each once, in a fixed order: those of `Query.searchableText(of:)`, and
    /// those by which `from:`, `mentions:`, `tag:` and `domain:` look.
    static func words(of post: Post) -> [String] {
        var seen = Set<String>()
        func add(_ text: String, as kind: Kind) {
            for word in Tokenizer.words(of: text) { seen.insert(kind.mark + word) }
        }
        for text in Query.searchableText(of: post) { seen.formUnion(Tokenizer.words(of: text.string)) }
        add(post.author.name.string, as: .author)
        // The matcher compares folded handles and tags, so their words are those of the folded text.
        if let handle = post.author.handle { add(Tokenizer.folded(handle.string), as: .author) }
        for mention in post.mentions { add(Tokenizer.folded(mention.handle.string), as: .mention) }
        for tag in post.tags { add(Tokenizer.folded(tag.string), as: .tag) }
        for host in Set(post.links.map(\.host)) {
            // Each domain above a host finds it too.
            var domain = host[...]
            while true {
                seen.insert(Kind.host.mark + domain)
                guard let dot = domain.firstIndex(of: ".") else { break }
                domain = domain[domain.index(after: dot)...]
            }
        }
        return seen.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    static func add(_ words: [String], to post: Int64, in database: Database) throws {
        try database.run(
            "INSERT INTO post_words (rowid, words) VALUES (?, ?)", .integer(post), .text(words.joined(separator: " ")))
    }

    static func remove(_ words: [String], of post: Int64, in database: Database) throws {
        try database.run(
            "INSERT INTO post_words (post_words, rowid, words) VALUES ('delete', ?, ?)", .integer(post),
            .text(words.joined(separator: " ")))
    }

    /// Builds the index again from the posts, `batch` posts at a time.
    static func rebuild(in database: Database, batch: Int = 1000) throws {
        try database.run("INSERT INTO post_words (post_words) VALUES ('delete-all')")
        var last: Int64 = 0
        while true {
            let posts = try PostRow.all(after: last, limit: batch, in: database)
            guard let final = posts.last else { return }
            for post in posts { try add(words(of: post.post), to: post.row, in: database) }
            last = final.row
        }
    }

    /// What stands between the quotes of a word in a MATCH expression.
    static func quoted(_ word: String) -> String {
        "\"" + word.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
