import Cells
import Expectations
import Foundation
import Glibc
import TestSupport
import Testing

@Suite("perchoir account: signing in", .ownThreads)
struct SignInTests {
    private static let outOfBand = "urn:ietf:wg:oauth:2.0:oob"

    /// Signs in with a browser that the test plays.
    private func signIn(
        _ home: Home, _ server: SignInServer, _ more: String..., by browser: PlayedBrowser? = nil,
        answering: (PlayedBrowser) throws -> Void = { try $0.answer() }
    ) throws -> Home.Outcome {
        let browser = try browser ?? PlayedBrowser(in: home)
        let command = try home.start(["account", "add", server.authority] + more, more: browser.environment)
        do {
            try answering(browser)
        } catch {
            // What the program said is what explains it.
            throw NotAnswered(description: "\(error): \(try command.wait(seconds: 1))")
        }
        return try command.wait()
    }

    @Test("by the browser of this machine, on each kind of server", arguments: ServerKind.allCases)
    func browser(kind: ServerKind) throws {
        let server = try SignInServer(kind)
        server.reading.write(40)
        server.reading.account.change { $0.hiddenPhrase = "Status 40" }
        let home = try Home()
        let outcome = try signIn(home, server, "--persona", "pro")
        expect(outcome.status, is: 0, "\(outcome.error)")
        #expect(outcome.output.contains("@camille@\(server.authority) is signed in"))
        #expect(outcome.output.contains("a source of pro"))
        // Then the question was as small as the server lets it be, and the answer bound to it.
        let question = try #require(server.questions.first)
        expect(question["redirect_uri"]?.hasPrefix("http://127.0.0.1:"), is: true)
        expect(question["scope"]?.contains("write"), is: false)
        expect(question["scope"]?.contains("read:statuses"), is: [.mastodon, .pleroma].contains(kind))
        expect((question["state"] ?? "").count, is: 43)
        expect(question["code_challenge_method"], is: "S256")
        expect(question["force_login"], is: nil)
        try expect(#require(server.posts("/oauth/token").first)["code_verifier"]?.count, is: 43)
        // Then the account reads, with its filters, and says what it may.
        try expect(home.run("sync").status, is: 0)
        try expect(home.run("list").lines.count, is: (kind.filterVersion == nil ? 2 : 1))
        let listed = try home.run("account", "list")
        #expect(listed.output.contains("credentials.toml") && listed.output.contains(question["scope"] ?? "?"))
    }

    @Test("by a code, on each kind of server", arguments: ServerKind.allCases)
    func code(kind: ServerKind) throws {
        let server = try SignInServer(kind)
        let home = try Home()
        let terminal = try home.terminal(
            "account", "add", server.authority, "--code", size: Size(width: 1000, height: 24))
        try paste(into: terminal, from: server)
        try terminal.wait(forText: "is signed in")
        try expect(terminal.waitForEnd(), is: .exited(0))
        #expect(terminal.modesAreRestored)
        #expect(server.questions.first?["redirect_uri"] == Self.outOfBand)
        try expect(home.run("sync").status, is: 0)
        try expect(home.run("list").lines.count, is: 1)
    }

    /// Opens the address that the terminal shows, and pastes the code of the page.
    private func paste(into terminal: PseudoTerminal, from server: SignInServer) throws {
        try terminal.wait(forText: "shows:")
        let lines = terminal.screen.text.split(separator: "\n").map { $0.filter { $0 != " " && $0 != "│" } }
        let address = try #require(lines.first { $0.contains("/oauth/authorize?") })
        let start = try #require(address.range(of: "http://")?.lowerBound)
        let page = try PlayedBrowser.visit(String(address[start...]))
        let code = try #require(page.body.firstMatch(of: /<code>(.*)<\/code>/)?.output.1)
        terminal.type("  \u{1B}[200~\(code)\u{1B}[201~ \n")
    }

    @Test("over SSH the code is asked for by itself; with nothing to read there is no code")
    func remote() throws {
        let server = try SignInServer(.mastodon)
        let home = try Home()
        let browser = try PlayedBrowser(in: home)
        let more = browser.environment.merging(["SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"]) { $1 }
        let terminal = try home.terminal(
            "account", "add", server.authority, size: Size(width: 1000, height: 24), more: more)
        try paste(into: terminal, from: server)
        try expect(terminal.waitForEnd(), is: .exited(0))
        let silent = try home.run("account", "add", server.authority, "--code")
        expect(silent.status, is: 66)
        #expect(silent.error.contains("no code was given"))
        #expect(access(browser.report, F_OK) != 0)
    }

    @Test("the secrets stand in the credentials file alone, mode 0600, and no child sees them")
    func secrecy() throws {
        let server = try SignInServer(.pleroma)
        let home = try Home()
        let browser = try PlayedBrowser(in: home)
        let outcome = try signIn(home, server, by: browser)
        let said = try [
            outcome, home.run("sync"), home.run("account", "list"), home.run("sources", "--json"), home.run("doctor"),
        ]
        #expect(try home.read(browser.report).contains("/oauth/authorize?"))
        expect(server.secrets.count, is: 4)
        for secret in server.secrets {
            #expect(said.allSatisfy { !$0.output.contains(secret) && !$0.error.contains(secret) })
            let places = home.files(containing: secret)
            expect(places, is: (secret.hasPrefix("code") ? [] : ["data/perchoir/credentials.toml"]))
            #expect(server.site.requests().allSatisfy { !$0.target.contains(secret) })
        }
        var status = stat()
        expect(stat(home.credentials, &status), is: 0)
        expect(status.st_mode & 0o777, is: 0o600)
    }

    @Test("another state, another path or another method is refused, and the sign-in goes on")
    func strangers() throws {
        let server = try SignInServer(.mastodon)
        let outcome = try signIn(try Home(), server) { browser in
            let back = try PlayedBrowser.redirect(of: try browser.nextAddress())
            let query = back.split(separator: "?", maxSplits: 1)[1]
            let start = back.prefix { $0 != "?" }
            let root = start.dropLast("/callback".count)
            try expect(PlayedBrowser.visit("\(start)?code=forged&state=guessed").status, is: 400)
            try expect(PlayedBrowser.visit("\(start)?code=forged").status, is: 400)
            try expect(PlayedBrowser.visit("\(start)").status, is: 400)
            try expect(PlayedBrowser.visit("\(root)/favicon.ico").status, is: 404)
            try expect(PlayedBrowser.visit("\(root)/callback/?\(query)").status, is: 404)
            let port = try #require(root.split(separator: ":").last.flatMap { Int($0) })
            // Connections that say nothing hold nobody up.
            let idle = try (0..<20).map { _ in try PlayedBrowser.connect(port) }
            defer { for descriptor in idle { close(descriptor) } }
            let foreign = "GET /callback?\(query) HTTP/1.1\r\nHost: evil.example:\(port)\r\n\r\n"
            try expect(PlayedBrowser.request(foreign, port: port).status, is: 400)
            let post = "POST /callback?\(query) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\r\n"
            try expect(PlayedBrowser.request(post, port: port).status, is: 405)
            let long = "GET /\(String(repeating: "a", count: 20_000)) HTTP/1.1\r\n"
            try expect(PlayedBrowser.request(long, port: port).status, is: 431)
            let page = try PlayedBrowser.visit(back)
            expect(page.status, is: 200)
            #expect(page.body.contains("go back to the terminal"))
        }
        expect(outcome.status, is: 0, "\(outcome.error)")
    }

    @Test("who says no on the page is not signed in")
    func denied() throws {
        let server = try SignInServer(.mastodon)
        server.deny()
        let home = try Home()
        let outcome = try signIn(home, server)
        expect(outcome.status, is: 77)
        #expect(outcome.error.contains("was refused on the page of 127.0.0.1"))
        #expect(access(home.configurationFile, F_OK) != 0)
        #expect(try home.run("account", "list").output.isEmpty)
    }

    @Test(
        "the registration is used again, and the second account is asked who it is",
        arguments: ServerKind.allCases)
    func again(kind: ServerKind) throws {
        let server = try SignInServer(kind)
        let home = try Home()
        let browser = try PlayedBrowser(in: home)
        try expect(signIn(home, server, by: browser).status, is: 0)
        try expect(signIn(home, server, "-p", "pro", by: browser).status, is: 0)
        expect(server.posts("/api/v1/apps").count, is: 1)
        #expect(server.questions.last?["force_login"] == "true")
        // Then the first token is given back: the account has one.
        expect(server.validTokens.count, is: 1)
        try expect(home.run("account", "list").lines.count, is: 1)
        try expect(home.run("sync").status, is: 0)
    }

    @Test("a server that forgot this program registers it again")
    func forgotten() throws {
        let server = try SignInServer(.mastodon)
        let home = try Home()
        let browser = try PlayedBrowser(in: home)
        try expect(signIn(home, server, by: browser).status, is: 0)
        server.forgetClients()
        try expect(signIn(home, server, by: browser).status, is: 0)
        expect(server.posts("/api/v1/apps").count, is: 2)
        // When it forgets while the page is open
        let outcome = try signIn(home, server, by: browser) { browser in
            let back = try PlayedBrowser.redirect(of: try browser.nextAddress())
            server.forgetClients()
            try PlayedBrowser.visit(back)
            try browser.answer()
        }
        expect(outcome.status, is: 0, "\(outcome.error)")
        #expect(outcome.error.contains("registered anew"))
    }

    @Test("a server that knows few scopes is asked for fewer")
    func fewerScopes() throws {
        let server = try SignInServer(.pleroma)
        server.refuseScopes(["read:lists", "read:bookmarks"])
        try expect(signIn(try Home(), server).status, is: 0)
        #expect(server.questions.last?["scope"] == "read:accounts read:statuses")
        server.refuseScopes(["read:lists", "read:statuses"])
        try expect(signIn(try Home(), server).status, is: 0)
        #expect(server.questions.last?["scope"] == "read")
    }

    @Test("keeping the position is asked for when it is wanted, and said")
    func syncPosition() throws {
        let server = try SignInServer(.mastodon)
        let home = try Home()
        let browser = try PlayedBrowser(in: home)
        _ = try signIn(home, server, by: browser)
        let outcome = try signIn(home, server, "--sync-position", by: browser)
        expect(outcome.status, is: 0, "\(outcome.error)")
        #expect(outcome.error.contains("the right to write posts (write:statuses)"))
        #expect(server.questions.last?["scope"]?.hasSuffix("write:statuses") == true)
        #expect(try home.run("account", "list").output.contains("write:statuses"))
    }

    @Test("giving up with ^C leaves the terminal as it was, and no account")
    func interrupted() throws {
        let server = try SignInServer(.mastodon)
        let home = try Home()
        let browser = try PlayedBrowser(in: home)
        for code in [false, true] {
            let terminal = try PseudoTerminal(
                running: Home.perchoir, arguments: ["account", "add", server.authority] + (code ? ["--code"] : []),
                environment: home.environment.merging(browser.environment) { $1 })
            try terminal.wait(forText: code ? "shows:" : "gives up")
            terminal.type("\u{3}")
            try expect(terminal.waitForEnd(), is: .killed(bySignal: SIGINT))
            #expect(terminal.modesAreRestored)
        }
        #expect(try home.run("account", "list").output.isEmpty)
    }

    @Test("a token whose owner the server does not tell is given back")
    func givenBack() throws {
        let server = try SignInServer(.mastodon)
        server.site.serve("/api/v1/accounts/verify_credentials", "{}", status: 403)
        let home = try Home()
        try expect(signIn(home, server).status, is: 77)
        #expect(server.validTokens.isEmpty)
        #expect(try home.run("account", "list").output.isEmpty)
    }
}
