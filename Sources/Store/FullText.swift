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

    /// The words by which a post is found, each once, in a fixed order.
    static func words(of post: Post) -> [String] {
        var seen = Set<String>()
        for text in searchedTexts(of: post) {
            for word in Tokenizer.words(of: text) where !word.isEmpty { seen.insert(word) }
        }
        return seen.sorted()
    }

    private static func searchedTexts(of post: Post) -> [String] {
        var texts = [post.body.plain.string, post.author.name.string]
        if let title = post.title { texts.append(title.string) }
        if let warning = post.contentWarning { texts.append(warning.string) }
        if let handle = post.author.handle { texts.append(handle.string) }
        texts += post.tags.map(\.string)
        texts += post.attachments.compactMap { $0.alt?.string }
        if let card = post.card { texts += [card.title.string, card.summary?.string ?? ""] }
        if let poll = post.poll { texts += poll.options.map(\.title.string) }
        if let quoted = post.quoted { texts.append(quoted.text.string) }
        return texts
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
