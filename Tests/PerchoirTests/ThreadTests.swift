import Cells
import Expectations
import Foundation
import TestSupport
import Testing

@Suite("Threads and authors", .ownThreads)
struct ThreadTests {
    /// A server where lea wrote the post 500 as an answer to bob's 400, and two more; ana answered 500 with 600.
    private func server() throws -> Site {
        let site = try Site()
        let authority = site.authority
        func status(_ id: Int, _ text: String, by user: String = "lea", answers parent: Int? = nil) -> String {
            Documents.status(id, text, on: authority, by: user).replacingOccurrences(
                of: "\"in_reply_to_id\":null", with: "\"in_reply_to_id\":" + (parent.map { "\"\($0)\"" } ?? "null"))
        }
        func serve(_ path: String, _ body: String) { site.serve("/api/v1/" + path, body, type: "application/json") }
        let account = Documents.account("lea", id: 7, on: authority)
            .replacingOccurrences(of: "\"note\":\"\"", with: "\"note\":\"<p>Tides and ferries.</p>\"")
            .replacingOccurrences(of: "\"locked\":false", with: "\"statuses_count\":321,\"locked\":false")
        serve("accounts/lookup", account)
        serve(
            "accounts/7/statuses",
            "[\(status(500, "The ferry is late", answers: 400)),\(status(450, "Fog at noon")),\(status(410, "Low tide"))]"
        )
        serve("statuses/500", status(500, "The ferry is late", answers: 400))
        serve(
            "statuses/500/context",
            """
            {"ancestors":[\(status(400, "When does it leave?", by: "bob"))],
            "descendants":[\(status(600, "Thank you", by: "ana", answers: 500))]}
            """)
        return site
    }

    private func reader(_ site: Site) throws -> (Home, PseudoTerminal) {
        let home = try Home(
            configuration: "[[source]]\npersona = \"main\"\nposts = \"@lea@\(site.authority)\"\n")
        try expect(home.run("sync").status, is: 0)
        let terminal = try home.terminal()
        try terminal.wait(forText: "The ferry is late")
        try terminal.settle()
        return (home, terminal)
    }

    @Test("t shows what stands above and below a post; marks are the post's own; q leads back")
    func thread() throws {
        let site = try server()
        let (home, terminal) = try reader(site)
        defer { withExtendedLifetime((site, home)) {} }
        try terminal.type("t", showing: "Thank you")
        let rows = terminal.screen.rows.map { String($0) }
        let places = ["When does it leave?", "The ferry is late", "Thank you"].map { text in
            rows.firstIndex { $0.contains(text) } ?? -1
        }
        expect(places, is: places.sorted(), "\(terminal.screen.text)")
        #expect(!places.contains(-1), "\(terminal.screen.text)")
        #expect(terminal.screen.text.contains("opened from here"))
        try terminal.type("j", then: "on the answer") {
            $0.cursor.y < $0.rows.count && $0.rows[$0.cursor.y].contains("Ana")
        }
        try terminal.type("m", showing: "1 marked read")
        try terminal.type("q", then: "the pane") { $0.text.contains("Fog at noon") && !$0.text.contains("Thank you") }
        #expect(try home.run("list", "is:read").lines.isEmpty, "what was marked is in no pane")
        try terminal.type("t", then: "the mark is kept") { screen in
            screen.rows.contains { $0.contains("Ana") && !$0.contains("●") }
        }
    }

    @Test("a shows who somebody is and what he wrote")
    func author() throws {
        let site = try server()
        let (home, terminal) = try reader(site)
        defer { withExtendedLifetime((site, home)) {} }
        try terminal.type("a", showing: "Tides and ferries.")
        #expect(terminal.screen.text.contains("321 posts") && terminal.screen.text.contains("since 1 Jan 2020"))
        try terminal.type("G", showing: "Low tide")
        try terminal.type("q", then: "the pane") { !$0.text.contains("Tides and ferries.") }
    }

    @Test("a server that does not answer is a line, and . asks again")
    func failure() throws {
        let site = try server()
        let (home, terminal) = try reader(site)
        defer { withExtendedLifetime((site, home)) {} }
        site.answer("/api/v1/statuses/500") { _ in Site.Answer(status: 404, body: "{}") }
        try terminal.type("t", showing: "does not have this post any more")
        // What is known stays.
        try terminal.wait(forText: "The ferry is late")
        let authority = site.authority
        site.answer("/api/v1/statuses/500") { _ in
            Site.Answer(
                headers: [("Content-Type", "application/json")],
                body: Documents.status(500, "The ferry is late", on: authority))
        }
        try terminal.type(".", showing: "Thank you")
    }

    @Test("the author of a feed's entry is the feed, from the store")
    func feed() throws {
        let site = try Site()
        site.serve("/feed", Documents.rss("Tide Tables", ["High water", "Low water"]))
        let home = try Home(
            configuration: "[[source]]\npersona = \"main\"\nfeed = \"\(site.address("/feed"))\"\n"
                + "[[filter]]\nmatch = \"low\"\naction = \"hide\"\n")
        try expect(home.run("sync").status, is: 0)
        let terminal = try home.terminal()
        try terminal.wait(forText: "High water")
        try terminal.settle()
        try terminal.type("t", showing: "An entry of a feed has no thread")
        try terminal.type("a", showing: "2 posts")
        // What a filter hides in the pane is one of the two.
        try terminal.wait(forText: "Low water")
    }
}
