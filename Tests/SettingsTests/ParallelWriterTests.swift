import Expectations
import Settings
import Testing
import TimelineModel

@Suite struct ParallelWriterTests {
    @Test func noTokenIsLostWhenManyStoreAtOnce() async throws {
        let folder = try newFolder()
        defer { removeAll(folder) }
        // Given a file that eight writers share, each by a lock of its own
        let path = "\(folder)/credentials.toml"
        let accounts = (0..<8).compactMap { AccountName("@me\($0)@social.example") }
        // When all store at once
        await withTaskGroup(of: Bool.self) { group in
            for (number, account) in accounts.enumerated() {
                group.addTask {
                    guard let token = Token("token-\(number)") else { return false }
                    do {
                        try Credentials(path: path).store(token, for: account)
                        return true
                    } catch {
                        return false
                    }
                }
            }
            for await stored in group { #expect(stored) }
        }
        // Then every token is there
        for (number, account) in accounts.enumerated() {
            try expect(Credentials(path: path).credential(for: account)?.token.secret, is: "token-\(number)")
        }
    }

    @Test func everyEditOfTheConfigurationIsMadeOrRefused() async throws {
        let folder = try newFolder()
        defer { removeAll(folder) }
        let file = ConfigurationFile(path: "\(folder)/config.toml")
        // When eight writers add a source at once
        let made = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<8 {
                group.addTask {
                    do {
                        try file.edit { text throws(ConfigurationProblem) in
                            guard let address = WebAddress("https://\(number).example/") else { return text }
                            return try ConfigurationText(text, file: "config.toml").adding(
                                source: Subscription(persona: "news", address: .feed(address)))
                        }
                        return true
                    } catch {
                        return false
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        // Then as many are there as were told to be made
        let (read, problems) = ConfigurationReader.read(try file.load().text, file: "config.toml")
        #expect(problems.isEmpty && made >= 1)
        expect(read.subscriptions.count, is: made)
    }
}
