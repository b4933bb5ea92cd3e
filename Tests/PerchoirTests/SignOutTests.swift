import Expectations
import Foundation
import Glibc
import Logging
import Networks
import Settings
import Synchronization
import TestSupport
import Testing
import TimelineModel

@testable import perchoir

@Suite("perchoir account: tokens that end", .ownThreads)
struct SignOutTests {
    private func signedIn(_ server: SignInServer) throws -> Home {
        let home = try Home()
        let browser = try PlayedBrowser(in: home)
        let command = try home.start(["account", "add", server.authority], more: browser.environment)
        try browser.answer()
        let outcome = try command.wait()
        try #require(outcome.status == 0, "\(outcome.error)")
        return home
    }

    @Test("signing out revokes the token, then forgets it")
    func remove() throws {
        let server = try SignInServer(.mastodon)
        let home = try signedIn(server)
        let token = try #require(server.validTokens.first)
        let outcome = try home.run("account", "remove", "@camille@\(server.authority)")
        expect(outcome.status, is: 0, "\(outcome.error)")
        #expect(outcome.output.contains("revoked and forgotten"))
        #expect(server.validTokens.isEmpty)
        #expect(home.files(containing: token).isEmpty)
        #expect(!(try home.read(home.configurationFile).contains("camille")))
    }

    @Test("a server in trouble revokes nothing, so nothing is forgotten, unless it is to be forgotten here alone")
    func removeInTrouble() throws {
        let server = try SignInServer(.mastodon)
        let home = try signedIn(server)
        let name = "@camille@\(server.authority)"
        server.site.serve("/oauth/revoke", "", status: 502)
        let outcome = try home.run("account", "remove", name)
        expect(outcome.status, is: 69)
        #expect(outcome.error.contains("--local") && !outcome.error.contains("token-"))
        #expect(try home.run("account", "list").output.contains("credentials.toml"))
        try expect(home.run("account", "remove", name, "--local").status, is: 0)
        #expect(try home.run("account", "list").output.isEmpty)
        // A server that no longer knows the program will not revoke either: that is no reason to keep the token.
        let other = try SignInServer(.mastodon)
        let second = try signedIn(other)
        other.forgetClients()
        let forgotten = try second.run("account", "remove", "@camille@\(other.authority)")
        expect(forgotten.status, is: 0, "\(forgotten.error)")
        #expect(forgotten.output.contains("revoke its token on"))
    }

    @Test("a token that expired is renewed once, however many notice at the same time, in this process and another")
    func renewal() async throws {
        let server = try SignInServer(.pleroma)
        let home = try signedIn(server)
        let name = try #require(AccountName("@camille@\(server.authority)"))
        // Beside all the other tests a renewal may take long.
        let credentials = Credentials(path: home.credentials, patience: 600)
        let refused = try #require(try credentials.credential(for: name).flatMap { Secret($0.token.secret) })
        server.expireTokens()
        let folder = home.root + "/data/perchoir"
        let wasOpen = Flag()
        server.whileRenewing {
            let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            if flock(descriptor, LOCK_SH | LOCK_NB) == 0 { wasOpen.raise() }
            close(descriptor)
        }
        // When a sync and eight others, each with the file's lock to itself, find the token refused
        let sync = try home.start(["sync"])
        let tokens = (0..<8).map { _ in
            AccountTokens(
                credentials: credentials, transport: CurlTransport(version: "1"), environment: [:],
                log: Logger(label: "test"))
        }
        let renewed = try await withThrowingTaskGroup(of: Bool.self) { group in
            for one in tokens { group.addTask { try await one.renew(name, refused: refused) } }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        let outcome = try sync.wait()
        // Then one asked the server, with the file to itself, and all have what it gave
        #expect(!wasOpen.isRaised)
        expect(outcome.status, is: 0, "\(outcome.error)")
        expect(renewed, is: 8)
        expect(server.posts("/oauth/token").filter { $0["grant_type"] == "refresh_token" }.count, is: 1)
        let valid = server.validTokens
        expect(valid.count, is: 1)
        for one in tokens { try expect(one.secret(of: name)?.exposed, is: valid.first) }
        let kept = try #require(try credentials.credential(for: name))
        #expect(kept.token.secret == valid.first && kept.refreshToken != nil && kept.clientID != nil)
        expect(kept.scopes?.allows("read:statuses"), is: true)
        // And it is known when that ends, ten minutes later
        let end = try #require(kept.expires)
        expect([-121, -120, 0].map { tokens[0].isEnding(name, at: end.adding(seconds: $0)) }, is: [false, true, true])
        try expect(home.run("list").lines.count, is: 1)
    }

    @Test("a sign-in that cannot be renewed says so, and is not forgotten")
    func renewalRefused() throws {
        let server = try SignInServer(.pleroma)
        let home = try signedIn(server)
        let before = try home.read(home.credentials)
        server.expireTokens()
        server.forgetRefreshTokens()
        let outcome = try home.run("sync")
        #expect(outcome.error.contains("sign in again"))
        try expect(home.read(home.credentials), is: before)
        #expect(server.secrets.allSatisfy { !outcome.error.contains($0) })
    }

    /// What a server says instead of what it should, the exit status, and a part of the one line about it.
    struct Oddity: Sendable, CustomTestStringConvertible {
        let answer: Site.Answer
        /// The exit status.
        let status: Int32
        let words: String
        let testDescription: String

        init(
            _ code: Int, _ body: String = "{}", _ headers: [(String, String)] = [], gives status: Int32, _ words: String
        ) {
            answer = Site.Answer(status: code, headers: headers, body: body)
            self.status = status
            self.words = words
            testDescription = "\(code) \(body.prefix(30))"
        }

        static let html = "<!doctype html><title>s3cret words</title>"
        static func leading(to path: String) -> [(String, String)] { [("Location", "http://127.0.0.9:1\(path)")] }
        static let registrations = [
            Oddity(200, html, gives: 65, "is not a registration"),
            Oddity(200, "", gives: 65, "is not a registration"),
            Oddity(200, "[]", gives: 65, "is not a registration"),
            Oddity(200, #"{"client_id":"a"}"#, gives: 65, "is not a registration"),
            Oddity(200, #"{"client_id":"a","client_secret":null}"#, gives: 65, "is not a registration"),
            Oddity(200, #"{"client_id":{},"client_secret":"a b\n"}"#, gives: 65, "is not a registration"),
            Oddity(401, gives: 77, "does not let programs register"),
            Oddity(403, gives: 77, "does not let programs register"),
            Oddity(404, html, gives: 69, "as Mastodon servers do"),
            Oddity(410, gives: 69, "as Mastodon servers do"),
            Oddity(418, gives: 69, "did not give what was asked (418)"),
            Oddity(422, gives: 69, "does not register programs"),
            Oddity(429, "", [("Retry-After", "60")], gives: 75, "wants fewer requests"),
            Oddity(500, gives: 69, "has trouble (500)"),
            Oddity(302, "", leading(to: "/api/v1/apps"), gives: 69, "redirects elsewhere"),
            Oddity(308, "", leading(to: "/api/v1/apps"), gives: 69, "redirects elsewhere"),
            Oddity(302, gives: 69, "redirects elsewhere"),
        ]
        static let grants = [
            Oddity(200, html, gives: 65, "is not a token"),
            Oddity(200, #"{"access_token":null}"#, gives: 65, "is not a token"),
            Oddity(200, #"{"access_token":["s3cret"]}"#, gives: 65, "is not a token"),
            Oddity(200, #"{"access_token":"s3cret","token_type":"mac"}"#, gives: 65, "is not a token"),
            Oddity(200, #"{"access_token":"s3cret\nX: y"}"#, gives: 65, "is not a token"),
            Oddity(400, #"{"error":"invalid_grant"}"#, gives: 77, "did not accept the code"),
            Oddity(401, html, gives: 77, "did not accept the code"),
            Oddity(403, gives: 77, "did not accept the code"),
            Oddity(404, gives: 69, "(404)"),
            Oddity(418, gives: 69, "(418)"),
            Oddity(422, gives: 69, "(422)"),
            Oddity(429, "", [("Retry-After", "60")], gives: 75, "wants fewer requests"),
            Oddity(503, gives: 69, "has trouble (503)"),
            Oddity(307, "", leading(to: "/oauth/token"), gives: 69, "redirects elsewhere"),
        ]
    }

    @Test("odd answers to a registration are one clear line", arguments: Oddity.registrations)
    func oddRegistration(oddity: Oddity) throws {
        let server = try SignInServer(.mastodon)
        server.site.answer("/api/v1/apps") { _ in oddity.answer }
        let home = try Home()
        let outcome = try home.run("account", "add", server.authority, "--code")
        expect(outcome.status, is: oddity.status)
        #expect(outcome.error.contains(oddity.words), "\(outcome.error)")
        expect(outcome.error.split(separator: "\n").count, is: 1)
        #expect(!outcome.error.contains("s3cret"))
        #expect(access(home.credentials, F_OK) != 0)
    }

    @Test("odd answers to a code are one clear line, and leave no account", arguments: Oddity.grants)
    func oddGrant(oddity: Oddity) throws {
        let server = try SignInServer(.mastodon)
        server.site.answer("/oauth/token") { _ in oddity.answer }
        let home = try Home()
        let outcome = try home.run("account", "add", server.authority, "--code", input: "c0de-s3cret\n")
        expect(outcome.status, is: oddity.status)
        let last = try #require(outcome.error.split(separator: "\n").last)
        #expect(last.contains(oddity.words) && last.hasPrefix("perchoir: "), "\(outcome.error)")
        #expect(!outcome.error.contains("s3cret"))
        #expect(access(home.configurationFile, F_OK) != 0)
        expect(home.files(containing: "s3cret"), is: [])
        expect(home.files(containing: "camille"), is: [])
    }

    @Test("a server that is not there, and one that is no server")
    func noServer() throws {
        let home = try Home()
        let gone = try Site().authority
        try expect(home.run("account", "add", gone).status, is: 69)
        let site = try Site()
        let outcome = try home.run("account", "add", site.authority)
        expect(outcome.status, is: 69)
        #expect(outcome.error.contains("does not offer sign-in as Mastodon servers do"))
    }
}

private final class Flag: Sendable {
    private let value = Mutex(false)

    func raise() { value.withLock { $0 = true } }
    var isRaised: Bool { value.withLock { $0 } }
}
