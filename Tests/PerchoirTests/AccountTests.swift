import Expectations
import Foundation
import Glibc
import TestSupport
import Testing

@Suite("perchoir account", .ownThreads)
struct AccountTests {
    private static let token = "tok-3n-5ecret-0123456789"

    /// A server with an account `camille` whose home timeline has the statuses of `ids`, newest first, two a page, the
    /// pages overlapping by one.
    private func server(_ ids: [Int] = [50, 40, 30, 20, 10]) throws -> Site {
        let site = try Site()
        let authority = site.authority
        let token = Self.token
        @Sendable func isSignedIn(_ request: Site.Request) -> Bool {
            request.headers["authorization"] == "Bearer \(token)"
        }
        site.answer("/api/v1/accounts/verify_credentials") { request in
            guard isSignedIn(request) else { return Site.Answer(status: 401, body: "{}") }
            return Site.Answer(
                headers: [("Content-Type", "application/json")],
                body: Documents.account("camille", id: 1, on: authority))
        }
        site.answer("/api/v1/timelines/home") { request in
            guard isSignedIn(request) else { return Site.Answer(status: 401, body: "{}") }
            let bound = request["max_id"].flatMap { Int($0) } ?? .max
            let since = request["since_id"].flatMap { Int($0) } ?? 0
            let left = ids.filter { $0 < bound && $0 > since }
            // Three statuses, of which the next page repeats the last.
            let page = left.prefix(3)
            var headers = [("Content-Type", "application/json")]
            if left.count > 3, let last = page.last {
                headers.append(
                    ("Link", "<http://\(authority)/api/v1/timelines/home?limit=40&max_id=\(last + 1)>; rel=\"next\""))
            }
            let body = page.map { Documents.status($0, "Status \($0)", on: authority) }.joined(separator: ",")
            return Site.Answer(headers: headers, body: "[\(body)]")
        }
        return site
    }

    private func tokenFile(_ home: Home, _ text: String = token + "\n", mode: mode_t = 0o600) throws -> String {
        let path = try home.file("token", text)
        chmod(path, mode)
        return path
    }

    @Test("signing in by a token of one's own; the home timeline page by page, each post once")
    func signIn() throws {
        let site = try server()
        let home = try Home()
        let file = try tokenFile(home)
        let added = try home.run("account", "add", site.authority, "--persona", "main", "--token-file", file)
        expect(added.status, is: 0, "\(added.error)")
        #expect(added.output.contains("@camille@\(site.authority) is signed in"))
        try expect(home.run("sync").status, is: 0)
        let statuses = try home.run("list", "--json").objects()
        expect(statuses.compactMap { $0["text"] as? String }.first, is: "Status 50")
        expect(Set(statuses.compactMap { $0["id"] as? String }).count, is: statuses.count)
        #expect(statuses.allSatisfy { $0["network"] as? String == "mastodon" })

        let listed = try home.run("account", "list")
        expect(listed.lines.count, is: 1)
        #expect(listed.output.contains("main"))
    }

    @Test("doctor tells of an account whose token the server refused in the last fetch")
    func refusedToken() throws {
        let site = try server()
        let home = try Home()
        _ = try home.run("account", "add", site.authority, "--token-file", try tokenFile(home))
        try expect(home.run("sync").status, is: 0)
        #expect(try home.run("doctor").lines.contains("ok    accounts: signed in"))
        site.answer("/api/v1/timelines/home") { _ in Site.Answer(status: 401, body: "{}") }
        _ = try home.run("sync")
        let ill = try home.run("doctor")
        expect(ill.status, is: 0)
        #expect(!ill.output.contains("signed in\n"), "\(ill.output)")
        let advice = "perchoir account add \(site.authority) signs in again"
        #expect(
            ill.lines.contains { $0.hasPrefix("note  accounts: @camille@\(site.authority): ") && $0.hasSuffix(advice) },
            "\(ill.output)")
    }

    @Test("what lies below is a gap that closes by itself when the next round meets what is known")
    func paging() throws {
        let site = try server([10])
        let home = try Home()
        _ = try home.run("account", "add", site.authority, "--token-file", try tokenFile(home))
        _ = try home.run("sync")
        try expect(home.run("list").lines.count, is: 1)
        let authority = site.authority
        let all = [50, 40, 30, 20, 10]
        site.answer("/api/v1/timelines/home") { request in
            let bound = request["max_id"].flatMap { Int($0) } ?? .max
            let left = all.filter { $0 < bound }
            let page = left.prefix(2)
            var headers = [("Content-Type", "application/json")]
            if left.count > 2, let last = page.last {
                // The next page repeats the last status of this one.
                headers.append(
                    ("Link", "<http://\(authority)/api/v1/timelines/home?max_id=\(last + 1)>; rel=\"next\""))
            }
            let body = page.map { Documents.status($0, "Status \($0)", on: authority) }.joined(separator: ",")
            return Site.Answer(headers: headers, body: "[\(body)]")
        }
        _ = try home.run("sync")
        let texts = try home.run("list", "--json").objects().compactMap { $0["text"] as? String }
        expect(texts, is: all.map { "Status \($0)" })
    }

    @Test("notifications and a list are sources of their own, and a mention is one post wherever it is seen")
    func timelines() throws {
        let site = try server()
        let home = try Home()
        _ = try home.run("account", "add", site.authority, "--token-file", try tokenFile(home))
        let me = "@camille@\(site.authority)"
        let json = [("Content-Type", "application/json")]
        let mention = Documents.status(50, "Status 50", on: site.authority)
        let account = Documents.account("ada", id: 7, on: site.authority)
        site.answer("/api/v1/lists") { _ in Site.Answer(headers: json, body: #"[{"id":"9","title":"Presse"}]"#) }
        site.answer("/api/v1/timelines/list/9") { _ in Site.Answer(headers: json, body: "[\(mention)]") }
        // This server knows no groups
        site.answer("/api/v1/notifications") { _ in
            let bodies = [
                #"{"id":"3","type":"mention","account":\#(account),"status":\#(mention)}"#,
                #"{"id":"2","type":"follow","created_at":"2026-11-22T10:00:00Z","account":\#(account)}"#,
            ]
            return Site.Answer(headers: json, body: "[\(bodies.joined(separator: ","))]")
        }
        try expect(home.run("add", "list:Presse", "--account", me).status, is: 0)
        try expect(home.run("add", "notifications", "--account", me, "--persona", "pro").status, is: 0)
        let wrong = try home.run("add", "list:Press", "--account", me)
        #expect(wrong.status != 0)
        #expect(wrong.error.contains("has no list “Press”; there are “Presse”"))
        _ = try home.run("sync")
        let told = try home.run("list", "--persona", "pro", "--json").objects()
        expect(told.compactMap { $0["title"] as? String }, is: ["follows you"])
        let mentions = try home.run("list", "--json", "\"Status 50\"").objects()
        expect(mentions.count, is: 1)
        expect((mentions.first?["personas"] as? [String])?.sorted(), is: ["main", "pro"])
    }

    @Test("the token goes to its server's API alone, and stands in the credentials file alone")
    func secrecy() throws {
        let site = try server()
        let elsewhere = try Site()
        elsewhere.serve("/feed", Documents.rss("Elsewhere", ["One"]))
        let home = try Home()
        let file = try tokenFile(home)
        _ = try home.run("account", "add", site.authority, "--token-file", file)
        unlink(file)
        _ = try home.run("add", elsewhere.address("/feed"))
        let said = try [
            home.run("sync"), home.run("list", "--json"), home.run("sources", "--json"), home.run("account", "list"),
            home.run("doctor"),
        ]
        #expect(said.allSatisfy { !$0.output.contains(Self.token) && !$0.error.contains(Self.token) })
        expect(home.files(containing: Self.token), is: ["data/perchoir/credentials.toml"])
        var status = stat()
        expect(stat(home.credentials, &status), is: 0)
        expect(status.st_mode & 0o777, is: 0o600)
        #expect(elsewhere.requests().allSatisfy { $0.headers["authorization"] == nil })
        #expect(site.requests().allSatisfy { !$0.target.contains(Self.token) })
    }

    @Test("a redirect to another server does not carry the token along")
    func redirect() throws {
        let site = try server()
        let thief = try Site()
        let home = try Home()
        _ = try home.run("account", "add", site.authority, "--token-file", try tokenFile(home))
        let target = thief.address("/api/v1/timelines/home")
        site.answer("/api/v1/timelines/home") { _ in Site.Answer(status: 302, headers: [("Location", target)]) }
        _ = try home.run("sync")
        #expect(thief.requests().allSatisfy { $0.headers["authorization"] == nil })
    }

    @Test("who is signed in by a file that others can open is told of the file, not to sign in again")
    func openCredentials() throws {
        let site = try server()
        let home = try Home()
        _ = try home.run("account", "add", site.authority, "--token-file", try tokenFile(home))
        chmod(home.credentials, 0o644)
        for command in ["sync", "doctor"] {
            let outcome = try home.run(command)
            #expect((outcome.output + outcome.error).contains("chmod 600"))
            #expect(!(outcome.output + outcome.error).contains("ign in"), "\(outcome)")
        }
    }

    @Test("a token that the server refuses is not kept")
    func refused() throws {
        let site = try server()
        let home = try Home()
        let file = try tokenFile(home, "tok-wrong\n")
        let outcome = try home.run("account", "add", site.authority, "--token-file", file)
        expect(outcome.status, is: 77)
        #expect(!outcome.error.contains("tok-wrong"))
        #expect(access(home.credentials, F_OK) != 0)
        #expect(access(home.configurationFile, F_OK) != 0)
    }

    @Test("a token file that others can read, that is empty, that is not there, or no file at all")
    func badFiles() throws {
        let site = try server()
        let home = try Home()
        let open = try home.run("account", "add", site.authority, "--token-file", try tokenFile(home, mode: 0o644))
        expect(open.status, is: 77)
        #expect(open.error.contains("chmod 600"))
        let empty = try home.run("account", "add", site.authority, "--token-file", try tokenFile(home, "\n"))
        expect(empty.status, is: 65)
        let missing = try home.run("account", "add", site.authority, "--token-file", home.root + "/none")
        #expect([66, 74].contains(missing.status))
        let both = try home.run("account", "add", site.authority, "--code", "--token-file", "-")
        expect(both.status, is: 64)
        #expect(site.requests().isEmpty)
    }

    @Test("a token from standard input, and one from a command")
    func otherWays() throws {
        let site = try server()
        let home = try Home()
        let input = try home.run("account", "add", site.authority, "--token-file", "-", input: Self.token + "\n")
        expect(input.status, is: 0, "\(input.error)")

        let other = try Home()
        let file = try tokenFile(other)
        let command = try other.run("account", "add", site.authority, "--token-command", "cat", file)
        expect(command.status, is: 0, "\(command.error)")
        #expect(try other.read(other.configurationFile).contains("token_command = [\"cat\", \"\(file)\"]"))
        expect(other.files(containing: Self.token), is: ["token"])
        try expect(other.run("sync").status, is: 0)
        #expect(!(try other.run("list").lines.isEmpty))
    }

    @Test("removing an account forgets its token and its timeline, and nothing that was marked")
    func remove() throws {
        let site = try server()
        let home = try Home()
        _ = try home.run("account", "add", site.authority, "--token-file", try tokenFile(home))
        unlink(home.root + "/token")
        _ = try home.run("sync")
        try expect(home.run("mark", "star", "50").output, is: "1\n")
        let removed = try home.run("account", "remove", "@camille@\(site.authority)")
        expect(removed.status, is: 0, "\(removed.error)")
        #expect(home.files(containing: Self.token).isEmpty)
        #expect(!(try home.read(home.configurationFile).contains("camille")))
        try expect(home.run("account", "remove", "@camille@\(site.authority)").status, is: 64)
    }

    @Test("a token that was revoked: the source fails with a sentence, the others go on")
    func revoked() throws {
        let site = try server()
        site.serve("/feed", Documents.rss("Tide", ["One"]))
        let home = try Home()
        _ = try home.run("account", "add", site.authority, "--token-file", try tokenFile(home))
        _ = try home.run("add", site.address("/feed"))
        site.answer("/api/v1/timelines/home") { _ in Site.Answer(status: 401, body: "{}") }
        let outcome = try home.run("sync")
        expect(outcome.status, is: 0)
        #expect(outcome.error.contains("no longer accepts this sign-in"))
        try expect(home.run("list").lines.count, is: 1)
    }

    @Test("one status in the home timelines of two personas is one post; reading it once reads it everywhere")
    func oneIdentity() throws {
        let first = try Site()
        let second = try Site()
        let uri = "http://\(first.authority)/users/lea/statuses/77"
        for (site, id) in [(first, 77), (second, 501)] {
            let authority = site.authority
            site.serve(
                "/api/v1/accounts/verify_credentials", Documents.account("camille", id: 1, on: authority),
                type: "application/json")
            site.serve(
                "/api/v1/timelines/home", "[\(Documents.status(id, "Seen twice", on: authority, uri: uri))]",
                type: "application/json")
        }
        let home = try Home()
        let file = try tokenFile(home)
        _ = try home.run("account", "add", first.authority, "-p", "main", "--token-file", file)
        _ = try home.run("account", "add", second.authority, "-p", "pro", "--token-file", file)
        try expect(home.run("sync").status, is: 0)
        let posts = try home.run("list", "--json").objects()
        expect(posts.count, is: 1)
        #expect(posts.first?["personas"] as? [String] == ["main", "pro"])
        let terminal = try home.terminal()
        try terminal.waitForCount("1 main", 1)
        try terminal.waitForCount("2 pro", 1)
        try terminal.settle()
        terminal.type("m")
        try terminal.waitForCount("1 main", 0)
        try terminal.waitForCount("2 pro", 0)
    }
}
