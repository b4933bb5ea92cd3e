import Cells
import Expectations
import Foundation
import TestSupport
import Testing

@Suite("Posts that are streamed", .ownThreads)
struct StreamingTests {
    @Test(
        "appear, change and go without a key; after a break nothing is missing",
        arguments: ServerKind.allCases.filter { $0.stream != nil })
    func streamed(kind: ServerKind) throws {
        let server = try AccountServer(kind, [10, 11])
        let home = try server.home(order: "oldest")
        let terminal = try home.terminal(size: Size(width: 120, height: 40))
        try server.waitForListener()
        try terminal.wait(for: "live in the header") { $0.rows[0].contains("live") && $0.text.contains("Status 11") }
        // When a post is written
        server.tell("update", server.account.status(20))
        try terminal.wait(forText: "Status 20")
        try terminal.waitForCount("1 main", 3)
        // And changed, and taken back
        let edited = server.account.status(20, "Status changed")
            .replacing("\"edited_at\":null", with: "\"edited_at\":\"2026-11-22T21:41:10.138Z\"")
        server.tell("status.update", edited)
        try terminal.wait(forText: "Status changed")
        server.tell("delete", kind.id(20))
        try terminal.wait(for: "the post to go") { !$0.text.contains("Status changed") }
        try terminal.waitForCount("1 main", 2)
        // And when the stream breaks and something is written meanwhile
        server.write(30)
        server.breakOff()
        try server.waitForListener()
        try terminal.wait(forText: "Status 30")
        server.tell("update", server.account.status(31))
        try terminal.wait(forText: "Status 31")
        terminal.type("Q")
        try expect(terminal.waitForEnd(), is: .exited(0))
        expect(home.files(containing: AccountServer.token), is: ["data/perchoir/credentials.toml"])
        #expect(server.site.requests().allSatisfy { !$0.target.contains(AccountServer.token) })
    }

    @Test("come with the next look where nothing streams, and nothing is said to have failed")
    func withoutStreams() throws {
        let server = try AccountServer(.pixelfed, [10, 11])
        let home = try server.home(order: "oldest")
        let terminal = try home.terminal(size: Size(width: 120, height: 40))
        try terminal.wait(for: "both posts") { $0.text.contains("Status 10") && $0.text.contains("Status 11") }
        server.write(20)
        terminal.type("R")
        try terminal.wait(for: "the new post, not live") {
            $0.text.contains("Status 20") && !$0.rows[0].contains("live") && !$0.rows[0].contains("connecting")
        }
        try terminal.type("E", showing: "Nothing failed.")
        expect(server.site.requests("/api/v1/streaming").count, is: 1)
    }

    @Test("do not move what the reader looks at")
    func still() throws {
        let server = try AccountServer(.mastodon, Array(100...160))
        let home = try server.home()
        let terminal = try home.terminal(size: Size(width: 80, height: 24))
        try server.waitForListener()
        try terminal.wait(for: "live in the header") { $0.rows[0].contains("live") && $0.text.contains("Status 160") }
        try terminal.type("j", then: "the second post") { _ in terminal.selectedRow != nil }
        try terminal.wait(forText: "/@lea/159")
        try terminal.settle()
        let before = terminal.screen.rows[2...20].joined(separator: "\n")
        server.tell("update", server.account.status(200))
        try terminal.wait(for: "the new post to be counted") { $0.rows[0].contains("↑1") }
        expect(terminal.screen.rows[2...20].joined(separator: "\n"), is: before)
        terminal.type("gg")
        try terminal.wait(forText: "Status 200")
    }
}
