import Cells
import Foundation
import Glibc
import TestSupport
import Testing

@Suite("The program in step with a server", .ownThreads)
struct InStepTests {
    private static let token = "tok-3n-5ecret-0123456789"

    /// A server with an account `camille`, five statuses in its home timeline, and a filter.
    private func site() throws -> Site {
        let site = try Site()
        let authority = site.authority
        let json = [("Content-Type", "application/json")]
        site.answer("/api/v1/accounts/verify_credentials") { _ in
            Site.Answer(headers: json, body: Documents.account("camille", id: 1, on: authority))
        }
        site.answer("/api/v1/timelines/home") { request in
            let since = request["since_id"].flatMap { Int($0) } ?? 0
            let bodies = [50, 40, 30, 20, 10].filter { $0 > since && request["max_id"] == nil }.map {
                Documents.status($0, "Status \($0)", on: authority)
            }
            return Site.Answer(headers: json, body: "[\(bodies.joined(separator: ","))]")
        }
        site.answer("/api/v2/filters") { _ in
            Site.Answer(
                headers: json,
                body: #"""
                    [{"id":"1","title":"no forty","context":["home"],"expires_at":null,"filter_action":"hide",
                    "keywords":[{"id":"2","keyword":"STATUS 40","whole_word":true}],"statuses":[]}]
                    """#)
        }
        site.answer("/api/v1/markers") { _ in Site.Answer(headers: json, body: "{}") }
        return site
    }

    /// A home that is signed in and has fetched.
    private func home(_ site: Site, scopes: String? = nil) throws -> Home {
        let home = try Home()
        let file = try home.file("token", Self.token + "\n")
        chmod(file, 0o600)
        let added = try home.run("account", "add", site.authority, "--persona", "main", "--token-file", file)
        #expect(added.status == 0, "\(added.error)")
        if let scopes {
            // As a sign-in by the browser keeps it.
            let kept = try home.read(home.credentials)
            let line = "token = \"\(Self.token)\"\n"
            #expect(kept.contains(line))
            let granted = kept.replacingOccurrences(of: line, with: line + "scopes = \"\(scopes)\"\n")
            try granted.write(toFile: home.credentials, atomically: false, encoding: .utf8)
        }
        #expect(try home.run("sync").status == 0)
        return home
    }

    private func sent(_ site: Site) -> [String] {
        site.requests("/api/v1/markers").filter { $0.method == "POST" }.map {
            String(decoding: $0.body, as: UTF8.self)
        }
    }

    @Test("the server's filters hold from the first sync on, also without the server")
    func filters() throws {
        let site = try site()
        let home = try home(site)
        site.stop()
        _ = try home.run("sync")
        #expect(try home.run("list").lines.count == 4)
        let hidden = try home.run("list", "is:hidden", "--json").objects()
        #expect(hidden.compactMap { $0["text"] as? String } == ["Status 40"])
        let verdicts = hidden.first?["verdicts"] as? [String: [String: String]]
        #expect(verdicts?["main"]?["verdict"] == "hidden")
        #expect(verdicts?["main"]?["rule"]?.hasPrefix("no forty (127.0.0.1") == true)
    }

    @Test("sync tells the server how far everything is read, once, if the user allowed it")
    func sync() throws {
        let site = try site()
        let home = try home(site, scopes: "read write:statuses")
        #expect(sent(site).isEmpty)
        for number in [10, 20, 30] { #expect(try home.run("mark", "read", "\"Status \(number)\"").output == "1\n") }
        for _ in 0..<2 { #expect(try home.run("sync").status == 0) }
        // What a filter hides holds nothing up.
        #expect(sent(site) == ["home%5Blast_read_id%5D=40"])
    }

    @Test("without the right nothing is sent", arguments: [nil, "read", "read write:favourites"])
    func readingOnly(_ scopes: String?) throws {
        let site = try site()
        let home = try home(site, scopes: scopes)
        _ = try home.run("mark", "read", "Status")
        #expect(try home.run("sync").status == 0)
        #expect(!site.requests("/api/v1/markers").isEmpty && sent(site).isEmpty)
    }

    @Test("the reader goes to where another program got, and tells at quitting where it got itself")
    func reader() throws {
        let site = try site()
        let home = try home(site, scopes: "read write:statuses")
        let first = try home.terminal()
        try first.wait(forText: "Status 10")
        first.type("G")
        try first.wait(for: "the last post") { Self.shows("Status 10", $0, times: 2) }
        first.type("Q")
        #expect(try first.waitForEnd() == .exited(0))

        site.answer("/api/v1/markers") { request in
            Site.Answer(
                headers: [("Content-Type", "application/json")],
                body: request.method == "POST" ? "{}" : #"{"home":{"last_read_id":"30"}}"#)
        }
        let second = try home.terminal()
        try second.wait(for: "the marked post") { Self.shows("Status 30", $0, times: 2) }
        try second.type("A", showing: "pane read? y")
        second.type("y")
        try second.waitForCount("1 main", 0)
        second.type("Q")
        #expect(try second.waitForEnd() == .exited(0))
        #expect(sent(site) == ["home%5Blast_read_id%5D=50"])
    }

    /// In the list, and in the text of the selected post.
    private static func shows(_ text: String, _ screen: VirtualScreen, times: Int) -> Bool {
        screen.text.components(separatedBy: text).count == times + 1
    }
}
