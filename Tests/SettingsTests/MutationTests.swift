import Expectations
import ReaderCore
import Settings
import TestSupport
import Testing
import Text
import TimelineModel

/// Whatever a file of the user's (or a theme of somebody else's) says: settings and problems with places, never a crash.
@Suite struct MutationTests {
    private static let words = [
        "[[source]]\n", "[[persona]]\n", "[keys]\n", "[keys.list]\n", "a.b.c", "\"\"\"", "'''", "= {", "}", "[", "]",
        "[[", "]]",
        "\\", "\n", "\r\n", "1979-05-27T07:32:00Z", "0x", "inf", "match = 'tag:a OR ('", "key = 3\n",
        "persona = \"news\"\n",
        "[styles]\ntext = { fg = \"#\", bg = \"ansi 99\" }\n", "feed = \"http://e/\"\n",
    ]

    /// No control and no bidi control reaches the terminal.
    private func isHarmless(_ text: SafeText) -> Bool {
        text.string.unicodeScalars.allSatisfy { scalar in
            switch scalar.value {
            case 0..<0x20, 0x7F...0x9F, 0x202A...0x202E, 0x2066...0x2069, 0x2028, 0x2029: false
            default: true
            }
        }
    }

    private func expectPlaces(_ problems: [ConfigurationProblem], _ bytes: [UInt8], seed: UInt64) {
        let lines = bytes.count { $0 == 0x0A } + 1
        for problem in problems {
            #expect((1...lines).contains(problem.place.line) && problem.place.column >= 1, "seed \(seed)")
            #expect(isHarmless(problem.shown), "seed \(seed)")
        }
    }

    @Test func aDamagedConfigurationGivesSettingsAndProblemsWithPlaces() {
        for seed in 0..<Mutations.rounds {
            var mutations = Mutations(seed: seed, pieces: Self.words)
            let text = String(decoding: mutations.damaged(Array(Configuration.example.utf8)), as: UTF8.self)
            let (configuration, problems) = ConfigurationReader.read(text, file: "config.toml")
            #expect(!configuration.personas.isEmpty, "seed \(seed)")
            expectPlaces(problems, Array(text.utf8), seed: seed)
        }
    }

    @Test func aDamagedThemeGivesAThemeAndProblemsWithPlaces() {
        let theme =
            "name = \"x\"\n[palette]\nred = \"#ff0000\"\n[styles]\ntext = { fg = \"red\", bold = true }\nunread = \"red\"\n"
        for seed in 0..<Mutations.rounds {
            var mutations = Mutations(seed: seed, pieces: Self.words)
            let text = String(decoding: mutations.damaged(Array(theme.utf8)), as: UTF8.self)
            expectPlaces(ThemeReader.read(text, file: "mine.toml").1, Array(text.utf8), seed: seed)
        }
    }

    @Test func aDamagedQueryIsAQueryOrAnErrorWithItsColumn() {
        let query = "from:ada -is:boost (tag:a OR \"b c\") newer:6h boosts:>=5 retraite* has:link re:/x/i"
        for seed in 0..<Mutations.rounds {
            var mutations = Mutations(
                seed: seed, pieces: ["(", ")", "OR ", "-", "\"", ":", "from:", "((((", "*", "words:>"])
            let text = String(decoding: mutations.damaged(Array(query.utf8)), as: UTF8.self)
            do throws(QueryError) {
                _ = try Query(parsing: text)
            } catch {
                #expect((1...(text.count + 1)).contains(error.column), "seed \(seed)")
                #expect(isHarmless(error.message), "seed \(seed)")
            }
        }
    }

    /// What `add` does after an edit by hand that went wrong: it changes the file as asked, or refuses.
    @Test func addingToADamagedConfigurationKeepsWhatStoodThere() throws {
        let source = Subscription(
            persona: "news", address: .feed(try #require(WebAddress("https://new.example/rss"))), name: "Neu")
        for seed in 0..<Mutations.rounds {
            var mutations = Mutations(seed: seed, pieces: Self.words)
            let text = String(decoding: mutations.damaged(Array(Configuration.example.utf8)), as: UTF8.self)
            do throws(ConfigurationProblem) {
                let edited = try ConfigurationText(text, file: "config.toml").adding(source: source)
                #expect(edited.utf8.starts(with: text.utf8), "seed \(seed)")
                let (before, after) = (
                    ConfigurationReader.read(text, file: "f").0, ConfigurationReader.read(edited, file: "f").0
                )
                expect(after.subscriptions, is: before.subscriptions + [source], "seed \(seed)")
            } catch {
                #expect(!error.message.isEmpty, "seed \(seed)")
            }
        }
    }
}
