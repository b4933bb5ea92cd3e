import Cells
import Expectations
import TestSupport
import Testing
import Text
import TimelineModel

@testable import ReaderCore

/// Every screen of the reader as a record: what the user sees after some keys, at several sizes.
@Suite struct ScreenTests {
    static let small = Size(width: 40, height: 12)
    static let usual = Size(width: 80, height: 24)
    static let wide = Size(width: 120, height: 40)
    static let huge = Size(width: 200, height: 50)
    static let all = [small, usual, wide, huge]

    struct Scene: Sendable, CustomTestStringConvertible {
        var name: String
        var sizes: [Size] = ScreenTests.all
        var store = Sample.mockUp()
        var personas = Sample.personas
        var act: @Sendable (inout Robot) -> Void = { _ in }

        var testDescription: String { name }
    }

    @Test(arguments: scenes) func looksAsRecorded(_ scene: Scene) throws {
        for size in scene.sizes {
            var robot = Robot(scene.store, personas: scene.personas, size: size)
            robot.send(.fetchProgressed(FetchProgress()))
            scene.act(&robot)
            let frame = view(robot.state)
            let text =
                frame.surface.snapshot()
                + "-- cursor \(frame.cursor.map { "\($0.x),\($0.y)" } ?? "none") · title \(frame.title)\n"
            let problem = try Snapshot.difference(of: text, from: "\(scene.name)-\(size.width)x\(size.height)")
            expect(problem, is: nil, "\(problem ?? "")")
        }
    }

    static let scenes: [Scene] = reading + asking + special + visiting

    private static let reading = [
        Scene(name: "panes") { $0.press("2") },
        Scene(name: "zoomed", sizes: [wide, huge]) { $0.press("2", "Enter") },
        Scene(name: "post-focused", sizes: [small, usual]) { $0.press("2", "Enter") },
        Scene(name: "text-only", sizes: [usual]) { $0.press("2", "z", "Enter") },
        Scene(name: "text-end", sizes: [small, usual, wide]) { $0.press("2", "Enter", "G") },
        Scene(name: "text-files", sizes: [small, usual, wide], store: Sample.mockUpWithFiles()) {
            $0.press("2", "Enter", "G", "^U")
        },
        Scene(name: "warning-hidden") { $0.press("2", "j", "Enter") },
        Scene(name: "warning-revealed") { $0.press("2", "j", "x", "Enter") },
        Scene(name: "gap", sizes: [small, usual, wide]) { $0.press("2", "j", "j", "j") },
        Scene(name: "fold-opened", sizes: [usual, wide]) { $0.press("2", "j", "j", "j", "j", "x") },
        Scene(name: "hidden-shown", sizes: [usual, wide]) { $0.press("2", "X", "G") },
        Scene(name: "wide-letters", sizes: [small, usual, wide]) { $0.press("1", "j", "j") },
        Scene(name: "picked-post", sizes: [usual]) { $0.press("2", "m", "s") },
        Scene(name: "new-above", sizes: all) { robot in
            robot.press("3", "G")
            robot.arrive(
                (0..<5).map {
                    Sample.post("n\($0)", at: Sample.now.adding(seconds: Int64($0)), by: "AFP", "Nouveau \($0)")
                }, in: "news")
        },
        Scene(name: "searching", sizes: [usual, wide]) { robot in
            robot.press("3", "/")
            robot.type("séisme")
            robot.press("Enter")
        },
        Scene(name: "searched-text", sizes: [usual, wide]) { robot in
            robot.press("2", "/")
            robot.type("télétravail jurisprudence")
            robot.press("Enter", "Enter")
        },
    ]

    private static let visiting = [
        Scene(name: "thread", store: Sample.mockUpWithServers()) { $0.press("2", "t") },
        Scene(name: "thread-end", sizes: [small, usual, wide], store: Sample.mockUpWithServers()) {
            $0.press("2", "t", "G")
        },
        Scene(name: "thread-text", store: Sample.mockUpWithServers()) { $0.press("2", "t", "G", "Enter") },
        Scene(name: "thread-loading", sizes: [small, usual]) { $0.press("2", "t") },
        Scene(name: "thread-failed", sizes: [small, usual]) { robot in
            robot.press("2", "t")
            robot.send(
                .visitFailed(
                    "mastodon.social does not have this post any more, or does not show it here.",
                    generation: robot.state.generation))
            robot.press("k")
        },
        Scene(name: "author", store: Sample.mockUpWithServers()) { $0.press("2", "a") },
        Scene(name: "author-posts", sizes: [small, usual, wide], store: Sample.mockUpWithServers()) {
            $0.press("2", "a", "G")
        },
        Scene(name: "versions", sizes: [small, usual, wide], store: Sample.mockUpWithServers()) { robot in
            robot.state.panes[1].change([Sample.id("aubry")]) { $0.isEdited = true }
            robot.press("2", "H")
        },
        Scene(name: "poll-long", sizes: [usual, wide]) { robot in
            robot.store.details[Sample.id("aubry")]?.post.poll = Poll(
                options: [
                    Poll.Option(
                        title: "Une réponse bien plus longue que la place à côté de sa barre", votes: 3, isOwn: true),
                    Poll.Option(title: "Non", votes: 1),
                ], isExpired: true, allowsSeveral: true, votes: 4, voters: 3)
            robot.press("2", "Enter", "^D")
        },
    ]

    private static let asking = [
        Scene(name: "help") { $0.press("?") },
        Scene(name: "help-narrowed", sizes: [small, usual]) { robot in
            robot.press("?")
            robot.type("unread")
        },
        Scene(name: "sources", sizes: all + [Size(width: 260, height: 12)]) { $0.press("3", "S") },
        Scene(name: "sources-narrowed", sizes: [small, usual]) { robot in
            robot.press("3", "S", "/")
            robot.type("monde")
        },
        Scene(name: "source-info", sizes: [small, usual, wide]) { $0.press("3", "S", "j", "i") },
        Scene(name: "errors", sizes: [small, usual, wide]) { robot in
            robot.state.problems = ["config.toml:14:3: unknown key \"buget\" in [[persona]]; did you mean \"budget\"?"]
            robot.press("E")
        },
        Scene(name: "no-errors", sizes: [usual]) { robot in
            robot.store.health = []
            robot.press("E")
        },
        Scene(name: "links", sizes: [small, usual]) { $0.press("2", "L") },
        Scene(name: "files", sizes: [small, usual, wide], store: Sample.mockUpWithFiles()) { $0.press("2", "L") },
        Scene(name: "search-prompt", sizes: all) { $0.press("/") },
        Scene(name: "search-error", sizes: [small, usual, wide]) { robot in
            robot.press("/")
            robot.type("language:fr frm:ana")
            robot.press("Enter")
        },
        Scene(name: "search-long", sizes: [small]) { robot in
            robot.press("/")
            robot.type("un texte bien plus long que la ligne ne le permet, 日本語")
        },
        Scene(name: "add-prompt", sizes: [small, usual]) { $0.press("3", "e") },
        Scene(name: "add-failed", sizes: [small, usual]) { robot in
            robot.press("3", "e")
            robot.type("lemonde.fr/nothing")
            robot.press("Enter")
            robot.send(
                .addingFailed(
                    """
                    https://lemonde.fr/nothing: the server answers 404 (not found); look at the address, or give the \
                    address of a page that names its feed
                    """, generation: robot.state.generation))
        },
        Scene(name: "confirm", sizes: [small, usual]) { $0.press("A") },
        Scene(name: "offers", sizes: [small, usual]) { robot in
            robot.press("e")
            robot.type("lemonde.fr")
            robot.press("Enter")
            robot.send(
                .sourcesOffered(
                    "news",
                    [
                        Offer(address: Sample.lemonde, title: "À la une"),
                        Offer(address: Sample.feed("https://www.lemonde.fr/international/rss_full.xml")),
                    ], generation: robot.state.generation))
        },
        Scene(name: "unknown-key", sizes: [small, usual]) { $0.press("gj") },
        Scene(name: "marked", sizes: [small, usual, wide]) { $0.press("3", ">") },
    ]

    private static let special = [
        Scene(name: "welcome", store: FakeStore()) { $0.state.hasSources = false },
        Scene(
            name: "empty-pane",
            store: Sample.mockUp().without("main")),
        Scene(name: "all-read") { robot in
            robot.press("2", "A", "y", "U")
        },
        Scene(name: "everything-read", sizes: [usual, wide]) { robot in
            for key in ["1", "2", "3"] { robot.press(key, "A", "y") }
            robot.press("Space")
        },
        Scene(name: "fetching", sizes: [small, usual, wide]) { robot in
            robot.send(.fetchProgressed(FetchProgress(done: 14, total: 50)))
        },
        Scene(name: "too-small", sizes: [Size(width: 39, height: 20), Size(width: 20, height: 3)]),
        Scene(
            name: "nine-personas", sizes: [small, usual, huge],
            personas: (1...9).map { Persona(id: PersonaID("persona\($0)"), key: $0) }
        ) { $0.press("7") },
        Scene(
            name: "oldest-first", sizes: [usual, wide],
            personas: [
                Sample.main,
                Persona(id: "pro", key: 2, accent: "green", density: .threeLines, order: .oldest), Sample.news,
            ]
        ) { $0.press("2", "gg") },
    ]
}
