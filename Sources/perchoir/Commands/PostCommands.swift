import ArgumentParser
import Glibc
import Settings
import Store
import Text
import TimelineModel

struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Print posts, newest first.",
        discussion: Queries.help)

    @Argument(parsing: .allUnrecognized, help: "Which posts; all when left out.")
    var query: [String] = []

    @OptionGroup var persona: PersonaOption

    @Option(name: .shortAndLong, help: "How many posts at most; \(usual) when left out.")
    var limit: Int?

    private static let usual = 100

    @Flag(help: "One JSON object a line.")
    var json = false

    func validate() throws { try Queries.validate(query) }

    func run() throws {
        try reporting { () throws(WorkspaceError) in
            let query = try Queries.parse(query)
            let workspace = try Startup.workspace()
            let chosen = try persona.id(in: workspace.configuration)
            try Queries.check(query, in: workspace.configuration)
            try workspace.judge()
            let now = SystemClock.now()
            do throws(StoreError) {
                let most = max(0, limit ?? Self.usual)
                var count = 0
                // One more than the usual tells whether there are more, which nobody asked to leave out.
                try workspace.store.list(
                    query, persona: chosen, limit: limit == nil ? most + 1 : most, now: now
                ) { listed in
                    count += 1
                    guard count <= most else { return }
                    if json {
                        Output.json(ListedPostJSON.line(listed))
                    } else {
                        Output.line(Self.line(listed, workspace.zone))
                    }
                }
                if count > most { Output.note("The newest \(most); --limit N shows more.") }
            } catch {
                throw WorkspaceError(error)
            }
        }
    }

    private static func line(_ listed: ListedPost, _ zone: ZoneOffsets) -> SafeText {
        let post = listed.detail.post
        let date = zone.civil(listed.key.sortTime)
        func two(_ number: Int) -> SafeText { number < 10 ? "0\(number)" : "\(number)" }
        let time: SafeText = "\(date.year)-\(two(date.month))-\(two(date.day)) \(two(date.hour)):\(two(date.minute))"
        let mark: SafeText = listed.detail.isRead ? " " : "●"
        let text = post.title?.onOneLine ?? post.contentWarning.map { "CW " + $0 } ?? post.body.plain.onOneLine
        return "\(mark) \(time)  \(post.author.name)  \(text.prefix(160))"
    }
}

struct MarkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mark", abstract: "Mark posts read, unread, star or unstar; prints how many.",
        discussion: Queries.help)

    enum Change: String, ExpressibleByArgument, CaseIterable {
        case read, unread, star, unstar

        var change: MarkChange {
            switch self {
            case .read: .read
            case .unread: .unread
            case .star: .star
            case .unstar: .unstar
            }
        }
    }

    @Argument(help: "read, unread, star or unstar.")
    var change: Change

    @Argument(parsing: .allUnrecognized, help: "Which posts.")
    var query: [String]

    @OptionGroup var persona: PersonaOption

    @Flag(help: "Only say how many.")
    var dryRun = false

    func validate() throws {
        try Queries.validate(query)
        // An empty variable of a script would mean every post.
        guard query.contains(where: { $0 != "--" && !$0.allSatisfy(\.isWhitespace) }) else {
            throw ValidationError("which posts? no query was given")
        }
    }

    func run() throws {
        try reporting { () throws(WorkspaceError) in
            let query = try Queries.parse(query)
            let workspace = try Startup.workspace()
            let chosen = try persona.id(in: workspace.configuration)
            try Queries.check(query, in: workspace.configuration)
            try workspace.judge()
            do throws(StoreError) {
                let outcome = try workspace.store.mark(
                    change.change, matching: query, persona: chosen, dryRun: dryRun, at: SystemClock.now())
                Output.line("\(outcome.changed)")
                if !dryRun { Doorbell.ring(at: workspace.doorbellPath) }
            } catch {
                throw WorkspaceError(error)
            }
        }
    }
}

/// Queries on the command line: the words as the shell left them, or one quoted argument. A word may begin with the `-`
/// of a negation, so what a command does not know as an option comes here too, and the `--` that ends its options.
enum Queries {
    static let help = """
        QUERY is the query language of searching: words, "phrases", from:, tag:, is:unread, newer:6h …, and -is:read for \
        what is not so. Where a word looks like an option of this command, write -- before the query.
        """

    /// With one dash, as they are mistyped.
    private static let options = ["-json", "-limit", "-persona", "-dry-run", "-dryrun", "-version", "-help"]

    /// The words of a command that takes a query, such that the parser does not take `-tag:x` for a bundle of its short
    /// options.
    static func protected(_ arguments: [String]) -> [String] {
        guard let command = arguments.first, ["list", "mark"].contains(command) else { return arguments }
        let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
        return arguments.enumerated().map { index, word in
            let isNegation =
                index < end && word.hasPrefix("-") && !word.hasPrefix("--") && word.count > 2
                && !word.hasPrefix("-p=") && !options.contains(word)
            return isNegation ? " " + word : word
        }
    }

    /// - Throws: where a word can only be an option that was mistyped.
    static func validate(_ words: [String]) throws {
        for word in words.prefix(while: { $0 != "--" }) {
            if word.hasPrefix("--") { throw ValidationError("there is no option \(SafeText(sanitizing: word))") }
            if options.contains(word) { throw ValidationError("write -\(SafeText(sanitizing: word))") }
        }
    }

    static func parse(_ words: [String]) throws(WorkspaceError) -> Query {
        var words = words
        if let end = words.firstIndex(of: "--") { words.remove(at: end) }
        words = words.map { $0.hasPrefix(" -") ? String($0.dropFirst()) : $0 }
        do {
            return try Query(parsing: words.joined(separator: " "))
        } catch {
            throw unreadable(error)
        }
    }

    /// - Throws: where a query names a persona that does not exist.
    static func check(_ query: Query, in configuration: Configuration) throws(WorkspaceError) {
        if let problem = query.unknownPersona(among: configuration.personas.map(\.id)) { throw unreadable(problem) }
    }

    private static func unreadable(_ problem: QueryError) -> WorkspaceError {
        WorkspaceError("query, column \(problem.column): \(problem.message)", .usage)
    }
}
