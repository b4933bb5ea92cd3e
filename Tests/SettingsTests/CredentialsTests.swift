import Expectations
import Glibc
import Settings
import Testing
import Text
import TimelineModel

@Suite struct CredentialsTests {
    private func account(_ name: String = "@me@social.example") throws -> AccountName {
        try #require(AccountName(name))
    }
    private func token(_ text: String = "s3cret-token") throws -> Token { try #require(Token(text)) }

    @Test func aTokenIsKeptReplacedAndForgotten() throws {
        try withFolder { folder in
            let credentials = Credentials(path: "\(folder)/perchoir/credentials.toml")
            try expect(credentials.credential(for: account()), is: nil)
            try credentials.store(token("one"), for: account())
            try credentials.store(token("two"), for: account("@me@other.example"))
            try credentials.store(token("three"), for: account())
            try expect(credentials.credential(for: account())?.token.secret, is: "three")
            try expect(credentials.accounts(), is: [account(), account("@me@other.example")])
            expect(mode(of: credentials.path), is: 0o600)
            expect(mode(of: "\(folder)/perchoir"), is: 0o700)
            expect(names(in: "\(folder)/perchoir"), is: ["credentials.toml"])
            #expect(try credentials.remove(account()))
            #expect(try !credentials.remove(account()))
            try expect(credentials.accounts(), is: [account("@me@other.example")])
        }
    }

    @Test func whatElseStandsInTheFileStays() throws {
        try withFolder { folder in
            let path = "\(folder)/credentials.toml"
            let text =
                "# mine\n[[credential]]\nscope = \"read\" # kept\naccount = \"me@social.example\"\ntoken = 'old'\n"
            try write(text, to: path)
            try Credentials(path: path).store(token("new"), for: account())
            try expect(
                contents(of: path),
                is:
                    "# mine\n[[credential]]\nscope = \"read\" # kept\naccount = \"me@social.example\"\ntoken = \"new\"\n"
            )
        }
    }

    @Test func namesAndPasswordsOfFeedsAreKeptReplacedAndForgotten() throws {
        try withFolder { folder in
            let path = "\(folder)/credentials.toml"
            let credentials = Credentials(path: path)
            let feed = try #require(WebAddress("https://example.org/feed"))
            let other = try #require(WebAddress("https://example.org/other"))
            let login = try #require(FeedLogin(user: "me \\", password: "o\"né # two"))
            let second = try #require(FeedLogin(user: "you", password: ""))
            try credentials.store(token(), for: account())
            try credentials.store([(feed, second), (other, second)])
            try credentials.store([(#require(WebAddress("https://example.org/feed#top")), login)])
            let sources = [feed, other].map { SourceAddress.feed($0).id }
            try expect(credentials.logins(), is: [sources[0]: login, sources[1]: second])
            try credentials.removeLogin(of: feed)
            try credentials.removeLogin(of: feed)
            try expect(credentials.logins(), is: [sources[1]: second])
            try expect(credentials.credential(for: account())?.token, is: token())
            expect(mode(of: path), is: 0o600)
            // A block that is not whole is told with its line, and keeps nothing else from being read.
            try write("[[login]]\nfeed = \"https://example.org/feed\"\n" + contents(of: path), to: path)
            let trouble = #expect(throws: FileTrouble.self) { try credentials.logins() }
            #expect(trouble?.shown.string.contains("line 1: a login needs") == true)
            try expect(credentials.accounts(), is: [account()])
        }
    }

    @Test func aSignInIsKeptWithWhatBelongsToIt() throws {
        try withFolder { folder in
            let path = "\(folder)/credentials.toml"
            let credentials = Credentials(path: path)
            try write("# mine\n[[credential]] # me\naccount = \"me@social.example\"\ntoken = 'old'", to: path)
            // Given what a sign-in gave
            var credential = Credential(
                token: try token("one"), scopes: Scopes(["read:statuses", "profile"]), refreshToken: try token("again"),
                expires: Timestamp(seconds: 1_793_534_400), clientID: "id \"1\"")
            try credentials.store(credential, for: account())
            try expect(credentials.credential(for: account()), is: credential)
            try expect(
                contents(of: path),
                is: """
                    # mine
                    [[credential]] # me
                    account = "me@social.example"
                    token = "one"
                    refresh_token = "again"
                    expires = "\(Timestamp(seconds: 1_793_534_400).rfc3339)"
                    scopes = "read:statuses profile"
                    client_id = "id \\"1\\""
                    """)
            // When it is renewed, then the new pair stands there
            credential.token = try token("two")
            credential.refreshToken = try token("once-more")
            try credentials.store(credential, for: account())
            try expect(credentials.credential(for: account()), is: credential)
            // When the user brings a token of his own, then nothing of the sign-in is left
            try credentials.store(token("three"), for: account())
            try expect(credentials.credential(for: account()), is: Credential(token: token("three")))
            try expect(contents(of: path).contains("once-more"), is: false)
        }
    }

    @Test func theClientsThatATokenNeedsStay() throws {
        try withFolder { folder in
            let credentials = Credentials(path: "\(folder)/credentials.toml")
            let server = try #require(Server("social.example"))
            func client(_ id: String, _ server: Server) throws -> ClientCredential {
                ClientCredential(
                    server: server, id: id, secret: try token("secret-\(id)"),
                    redirects: ["http://127.0.0.1:4000/callback", "urn:x"], scopes: Scopes(["read"]))
            }
            let other = try client("other", #require(Server("http://127.0.0.1:4000")))
            try credentials.store(other)
            try credentials.store(client("first", server))
            try expect(credentials.newestClient(of: server), is: client("first", server))
            try credentials.store(Credential(token: token(), clientID: "first"), for: account())
            // When newer ones come, the one that granted a token stays, and of the others the newest
            try credentials.store(client("second", server))
            try credentials.store(client("third", server))
            try expect(credentials.newestClient(of: server)?.id, is: "third")
            try expect(credentials.client("second", of: server), is: nil)
            try expect(credentials.client("first", of: server), is: client("first", server))
            // When the token goes, the newest is left for the next sign-in
            try credentials.remove(account())
            try expect(credentials.client("first", of: server), is: nil)
            try expect(credentials.newestClient(of: server)?.id, is: "third")
            try expect(credentials.newestClient(of: other.server), is: other)
        }
    }

    @Test(arguments: [0o640, 0o644, 0o666, 0o604] as [mode_t])
    func aFileThatOthersCanOpenIsRefusedWithTheCommandThatRepairsIt(mode: mode_t) throws {
        try withFolder { folder in
            let path = "\(folder)/credentials.toml"
            try write("[[credential]]\naccount = \"@me@social.example\"\ntoken = \"x\"\n", to: path, mode: mode)
            let trouble = #expect(throws: FileTrouble.self) { try Credentials(path: path).credential(for: account()) }
            expect(trouble?.kind, is: .refused)
            expect(trouble?.message.string.hasSuffix("chmod 600 \(path)"), is: true)
            #expect(throws: FileTrouble.self) { try Credentials(path: path).store(token(), for: account()) }
            #expect(throws: FileTrouble.self) { try Token(file: path) }
        }
    }

    @Test func aFolderThatOthersCanWriteIsRefused() throws {
        try withFolder { folder in
            try #require(chmod(folder, 0o777) == 0)
            let trouble = #expect(throws: FileTrouble.self) {
                try Credentials(path: "\(folder)/credentials.toml").store(token(), for: account())
            }
            expect(trouble?.message.string.hasSuffix("chmod 700 \(folder)"), is: true)
            #expect(names(in: folder).isEmpty)
        }
    }

    @Test func linksAndPipesAreRefused() throws {
        try withFolder { folder in
            try write("", to: "\(folder)/real.toml")
            try #require(symlink("real.toml", "\(folder)/link.toml") == 0)
            try #require(mkfifo("\(folder)/pipe.toml", 0o600) == 0)
            for name in ["link.toml", "pipe.toml"] {
                #expect(throws: FileTrouble.self) {
                    try Credentials(path: "\(folder)/\(name)").credential(for: account())
                }
            }
        }
    }

    @Test func aBrokenFileNamesItsLineAndNotItsContent() throws {
        try withFolder { folder in
            let path = "\(folder)/credentials.toml"
            try write("[[credential]]\ntoken = topsecret\n", to: path)
            let trouble = #expect(throws: FileTrouble.self) { try Credentials(path: path).accounts() }
            expect(trouble?.message.string.contains("line 2"), is: true)
            expect(trouble?.message.string.contains("topsecret"), is: false)
        }
    }

    @Test func aTokenNeverShowsItself() throws {
        let token = try token()
        var dumped = ""
        dump([token], to: &dumped)
        #expect(!("\(token)" + token.debugDescription + dumped + String(describing: [token])).contains("s3cret"))
        for text in ["", "a b", "a\nX-Header: y", "é", String(repeating: "x", count: 4097)] {
            expect(Token(text), is: nil)
        }
    }

    @Test func aTokenFileHoldsOneLine() throws {
        try withFolder { folder in
            try write("abc\r\n", to: "\(folder)/token")
            try expect(Token(file: "\(folder)/token").secret, is: "abc")
            try write("abc\ndef\n", to: "\(folder)/token")
            #expect(throws: FileTrouble.self) { try Token(file: "\(folder)/token") }
            #expect(throws: FileTrouble.self) { try Token(file: "\(folder)/none") }
        }
    }
}

@Suite struct TokenCommandTests {
    private let environment = ["PATH": "/usr/bin:/bin", "PERCHOIR_TOKEN": "hidden", "LD_PRELOAD": "", "KEPT": "kept"]

    private func run(_ command: [String], timeout: Int? = nil) -> Result<String, TokenCommand.Trouble> {
        do {
            return .success(
                try TokenCommand.run(command, environment: environment, interactive: false, timeout: timeout).secret)
        } catch {
            return .failure(error)
        }
    }

    private func message(_ command: [String], timeout: Int? = nil) -> String? {
        if case .failure(let trouble) = run(command, timeout: timeout) { return trouble.message.string }
        return nil
    }

    @Test(arguments: ["abc", "abc\\n", "abc\\r\\n"])
    func oneLineEndIsNotPartOfTheToken(output: String) {
        expect(run(["printf", output]), is: .success("abc"))
    }

    @Test func argumentsReachTheProgramAsTheyAre() {
        expect(run(["echo", "$(id);`id`|*"]), is: .success("$(id);`id`|*"))
        expect(message(["echo", "two words"]), is: "echo printed no token: one line without spaces is expected")
    }

    @Test func theEnvironmentIsCleaned() {
        expect(run(["sh", "-c", "echo \"$PERCHOIR_TOKEN-$KEPT\""]), is: .success("-kept"))
    }

    @Test func itsFaultsAreNamed() {
        expect(message(["true"]), is: "true printed nothing")
        expect(
            message(["sh", "-c", "echo 'no \u{1b}[31mkey' >&2; exit 3"])?.hasPrefix("sh ended with status 3: no "),
            is: true)
        expect(message(["sh", "-c", "echo secret; exit 3"]), is: "sh ended with status 3")
        expect(message(["sh", "-c", "kill -9 $$"]), is: "sh was ended by signal 9")
        expect(message(["/nonexistent/pass"])?.hasPrefix("pass cannot be run"), is: true)
        expect(message([]), is: "token_command names no program")
        expect(message(["sh", "-c", "yes"])?.hasPrefix("sh printed more than 64 KiB"), is: true)
        expect(message(["head", "-c", "70000", "/dev/zero"])?.hasPrefix("head printed more than 64 KiB"), is: true)
    }

    @Test func aProgramThatHangsIsEndedWithAllItStarted() {
        expect(message(["sh", "-c", "sleep 1000 & sleep 1000"], timeout: 0), is: "sh gave no token within 0 s")
        expect(message(["sh", "-c", "exec >&- 2>&-; sleep 1000"], timeout: 0), is: "sh gave no token within 0 s")
    }

    @Test func aHelperLeftBehindDoesNotHoldItUp() {
        expect(run(["sh", "-c", "sleep 3 & echo abc"]), is: .success("abc"))
    }
}
