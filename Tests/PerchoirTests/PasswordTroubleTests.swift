import Dispatch
import Expectations
import Glibc
import TestSupport
import Testing

@testable import perchoir

@Suite("passwords of feeds that cannot be kept", .ownThreads)
struct PasswordTroubleTests {
    private static let secret = "https://me:secret@one.example/feed\n"

    @Test("what is wrong with the credentials file is known before anything is imported or added")
    func before() throws {
        let site = try Site()
        site.serve("/feed", Documents.rss("Tide", ["One"]))
        let home = try Home()
        _ = try home.run("list")
        try home.write("no TOML at all", to: home.credentials)
        chmod(home.credentials, 0o600)
        let imported = try home.run("import", "newsboat", home.file("urls", Self.secret))
        let added = try home.run(
            "add", site.address("/feed"), "--user", "me", "--password-file", "-", input: "secret\n")
        for outcome in [imported, added] {
            expect(outcome.status, is: 65, "\(outcome.error)")
            #expect(outcome.output.isEmpty && outcome.error.contains("this is not TOML"), "\(outcome.error)")
            #expect(!outcome.error.contains("are kept") && !outcome.error.contains("secret"), "\(outcome.error)")
        }
        #expect(access(home.configurationFile, F_OK) != 0)
    }

    /// The shell lets no file of the program become larger than the credentials are already.
    private func runOnFullDisk(_ home: Home, _ arguments: String..., input: String = "") throws -> Home.Outcome {
        _ = try home.run("list")
        let limit = 640 * 512
        try home.write("#" + String(repeating: "x", count: limit - 2) + "\n", to: home.credentials)
        chmod(home.credentials, 0o600)
        let shell = ["-c", "trap '' XFSZ; ulimit -f 640; exec \"$0\" \"$@\"", Home.perchoir]
        return try home.start(shell + arguments, input: input, program: "/bin/sh").wait()
    }

    @Test("a list whose passwords were not kept is told as far as it was imported, to an open reader too")
    func importing() throws {
        let home = try Home()
        mkdir(home.root + "/state/perchoir", 0o700)
        let rang = DispatchSemaphore(value: 0)
        let bell = try #require(Doorbell.listen(at: home.root + "/state/perchoir/reader") { rang.signal() })
        defer { bell.close() }
        let outcome = try runOnFullDisk(home, "import", "newsboat", home.file("urls", Self.secret))
        expect(outcome.status, is: 74)
        expect(outcome.output, is: "1 source added to main; 0 were there already\n")
        #expect(outcome.error.contains("credentials.toml: cannot be written"), "\(outcome.error)")
        #expect(!outcome.error.contains("are kept"), "\(outcome.error)")
        try #require(outcome.output.hasPrefix("1 source"))
        expect(rang.wait(timeout: .now() + .seconds(300)), is: .success)
    }

    @Test("a source is added although its password was not kept, and that is told")
    func adding() throws {
        let site = try Site()
        site.serve("/feed", Documents.rss("Tide", ["One"]))
        let outcome = try runOnFullDisk(
            Home(), "add", site.address("/feed"), "--user", "me", "--password-file", "-", input: "secret\n")
        expect(outcome.status, is: 74)
        expect(outcome.output, is: "Tide is now a source of main\n")
        #expect(outcome.error.contains("credentials.toml: cannot be written"), "\(outcome.error)")
    }

    @Test("a source that cannot be added leaves no password behind")
    func orphan() throws {
        let site = try Site()
        site.serve("/feed", Documents.rss("Tide", ["One"]))
        // A list that is written inline takes no block.
        let home = try Home(configuration: "source = []\n")
        let outcome = try home.run(
            "add", site.address("/feed"), "--user", "me", "--password-file", "-", input: "secret\n")
        expect(outcome.status, is: 78, "\(outcome.output)\(outcome.error)")
        expect(home.files(containing: "secret"), is: [])
    }
}
