import Expectations
import Foundation
import TestSupport
import Testing

@Suite("The program in step with a server", .ownThreads)
struct InStepTests {
    private static let mayWrite = "read write:statuses"

    @Test("the server's filters hold from the first sync on, also without the server")
    func filters() throws {
        let server = try AccountServer(.mastodon)
        server.account.change { $0.hiddenPhrase = "STATUS 40" }
        let home = try server.home()
        try expect(home.run("sync").status, is: 0)
        server.site.stop()
        _ = try home.run("sync")
        try expect(home.run("list").lines.count, is: 4)
        let hidden = try home.run("list", "is:hidden", "--json").objects()
        expect(hidden.compactMap { $0["text"] as? String }, is: ["Status 40"])
        let verdicts = hidden.first?["verdicts"] as? [String: [String: String]]
        #expect(verdicts?["main"]?["verdict"] == "hidden")
        #expect(verdicts?["main"]?["rule"]?.hasPrefix("STATUS 40 (127.0.0.1") == true)
    }

    @Test(
        "sync tells each kind of server that keeps it how far everything is read, once, if the user allowed it",
        arguments: ServerKind.allCases)
    func sync(kind: ServerKind) throws {
        let server = try AccountServer(kind)
        server.account.change { $0.hiddenPhrase = "Status 40" }
        let home = try server.home(scopes: Self.mayWrite)
        try expect(home.run("sync").status, is: 0)
        #expect(server.sentMarkers.isEmpty)
        let oldest = "\"Status 10\" OR \"Status 20\" OR \"Status 30\""
        try expect(home.run("mark", "read", oldest).output, is: "3\n")
        for _ in 0..<2 {
            let outcome = try home.run("sync")
            expect(outcome.status, is: 0)
            expect(outcome.error, is: "1 source: 0 new posts, 1 unchanged, 0 failed\n")
        }
        // What a filter hides holds nothing up.
        expect(server.sentMarkers, is: (kind.keepsMarkers ? ["home%5Blast_read_id%5D=" + kind.id(40)] : []))
    }

    @Test("without the right nothing is sent", arguments: [nil, "read", "read write:favourites"])
    func readingOnly(_ scopes: String?) throws {
        let server = try AccountServer(.mastodon)
        let home = try server.home(scopes: scopes)
        try expect(home.run("sync").status, is: 0)
        _ = try home.run("mark", "read", "Status")
        try expect(home.run("sync").status, is: 0)
        #expect(!server.site.requests("/api/v1/markers").isEmpty && server.sentMarkers.isEmpty)
    }

    @Test(
        "the reader goes to where another program got, and tells at quitting where it got itself",
        arguments: ServerKind.allCases)
    func reader(kind: ServerKind) throws {
        let server = try AccountServer(kind)
        let home = try server.home(scopes: Self.mayWrite)
        try expect(home.run("sync").status, is: 0)
        let first = try home.terminal()
        try first.wait(forText: "Status 10")
        first.type("G")
        try first.wait(for: "the last post") { Self.shows("Status 10", $0, times: 2) }
        first.type("Q")
        try expect(first.waitForEnd(), is: .exited(0))

        server.account.change { $0.marker = kind.id(30) }
        let second = try home.terminal()
        // Where the server keeps no marker, to where it was left.
        let there = kind.keepsMarkers ? "Status 30" : "Status 10"
        try second.wait(for: "the marked post") { Self.shows(there, $0, times: 2) }
        try second.type("A", showing: "read? y")
        second.type("y")
        try second.waitForCount("1 main", 0)
        second.type("Q")
        try expect(second.waitForEnd(), is: .exited(0))
        #expect(!server.site.requests("/api/v1/markers").isEmpty)
        expect(server.sentMarkers, is: (kind.keepsMarkers ? ["home%5Blast_read_id%5D=" + kind.id(50)] : []))
    }

    /// In the list, and in the text of the selected post.
    private static func shows(_ text: String, _ screen: VirtualScreen, times: Int) -> Bool {
        screen.text.components(separatedBy: text).count == times + 1
    }
}
