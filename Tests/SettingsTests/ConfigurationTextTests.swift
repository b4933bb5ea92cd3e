import Expectations
import Settings
import TestSupport
import Testing
import Text
import TimelineModel

@Suite struct ConfigurationTextTests {
    private func feed(_ address: String, persona: PersonaID = "news", name: SafeText? = nil) throws -> Subscription {
        Subscription(persona: persona, address: .feed(try #require(WebAddress(address))), name: name)
    }

    private func adding(_ subscription: Subscription, to text: String) throws -> String {
        try ConfigurationText(text, file: "config.toml").adding(source: subscription)
    }

    private func removing(_ subscription: Subscription, from text: String) throws -> String {
        try ConfigurationText(text, file: "config.toml").removing(
            source: subscription.source, of: subscription.persona)
    }

    @Test(arguments: [
        "m.example", "m.example:8443", "http://127.0.0.1:8080", "https://127.0.0.1:8443", "https://[::1]",
    ])
    func aServerThatIsWrittenIsReadAsTheSame(_ spelled: String) throws {
        let server = try #require(Server(spelled))
        let me = AccountName(user: "me", server: server)
        let addresses: [SourceAddress] = [
            .posts(user: "who", server: server), .hashtag("tag", server: server),
            .publicTimeline(server: server, localOnly: true), .account(me, .home),
        ]
        let text = try addresses.reduce("") { try adding(Subscription(persona: "news", address: $1), to: $0) }
        expect(ConfigurationReader.read(text, file: "config.toml").0.subscriptions.map(\.address), is: addresses)
    }

    @Test func aSourceIsAppendedBehindAnEmptyLine() throws {
        let source = Subscription(
            persona: "news", address: .feed(try #require(WebAddress("https://a.example/rss"))), name: "Le \"A\"",
            interval: 1800)
        let edited = try adding(source, to: "# mine\ntheme = \"nuit\"   # dark\n")
        expect(
            edited,
            is: """
                # mine
                theme = "nuit"   # dark

                [[source]]
                persona = "news"
                feed = "https://a.example/rss"
                name = "Le \\"A\\""
                every = "30m"

                """)
    }

    /// Other readers' lists are long, and each feed of one once cost a reading of the whole file.
    @Test func manySourcesAreAddedAtOnceAndInTheirOrder() throws {
        // Given a file with a source of its own
        let text = "# mine\n[[source]]\npersona = \"news\"\nfeed = \"https://own.example/rss\"\n"
        // When two thousand are added
        let sources = try (0..<2000).map { try feed("https://host\($0).example/rss", name: "Feed \($0)") }
        let edited = try ConfigurationText(text, file: "config.toml").adding(sources: sources)
        // Then all are there, behind what was there
        #expect(edited.hasPrefix(text))
        let (read, problems) = ConfigurationReader.read(edited, file: "config.toml")
        #expect(problems.isEmpty)
        expect(
            read.subscriptions.map(\.source), is: [try feed("https://own.example/rss").source] + sources.map(\.source))
    }

    @Test func noneOfManySourcesIsAddedWhenOneCannotBe() throws {
        let sources = [try feed("https://a.example/rss"), try feed("https://b.example/rss", persona: "nobody")]
        let text = ConfigurationText("", file: "config.toml")
        #expect(throws: ConfigurationProblem.self) { try text.adding(sources: sources) }
        let twice = [sources[0], sources[0]]
        #expect(throws: ConfigurationProblem.self) { try text.adding(sources: twice) }
    }

    @Test func everyKindOfSourceReadsBackAsItWasWritten() throws {
        let server = try #require(Server("social.example"))
        let local = try #require(Server("localhost:8080"))
        let addresses: [SourceAddress] =
            [
                .posts(user: "who", server: server), .hashtag("café", server: server),
                .publicTimeline(server: server, localOnly: true), .publicTimeline(server: local, localOnly: false),
            ] + AccountTimelines.every.map { .account(AccountName(user: "me", server: server), $0) }
        var text = ""
        for address in addresses { text = try adding(Subscription(persona: "pro", address: address), to: text) }
        let (read, problems) = ConfigurationReader.read(text, file: "config.toml")
        #expect(problems.isEmpty)
        expect(read.subscriptions.map(\.address), is: addresses)
    }

    @Test func anAccountIsAddedAndRemoved() throws {
        let name = try #require(AccountName("@me@social.example"))
        let account = AccountSettings(name: name, persona: "main", tokenCommand: ["pass", "show", "a \\ b"])
        let edited = try ConfigurationText("", file: "config.toml").adding(account: account)
        expect(ConfigurationReader.read(edited, file: "config.toml").0.accounts, is: [account])
        #expect(throws: ConfigurationProblem.self) {
            try ConfigurationText(edited, file: "config.toml").adding(account: account)
        }
        try expect(ConfigurationText(edited, file: "config.toml").removing(account: name), is: "")
    }

    @Test func whatIsThereAlreadyOrUnknownIsRefusedWithItsPlace() throws {
        let source = try feed("https://a.example/")
        let text = try adding(source, to: "\n")
        #expect {
            try adding(source, to: text)
        } throws: { error in
            (error as? ConfigurationProblem)?.shown.string
                == "config.toml:3:1: this source is in persona \"news\" already"
        }
        #expect(throws: ConfigurationProblem.self) { try adding(feed("https://b.example/", persona: "tech"), to: text) }
        #expect(throws: ConfigurationProblem.self) { try removing(feed("https://b.example/"), from: text) }
        #expect(throws: ConfigurationProblem.self) { try adding(source, to: "theme = \n") }
        // A list written inline cannot be appended to.
        #expect(throws: ConfigurationProblem.self) { try adding(source, to: "source = []\n") }
    }

    /// What stands around the block of https://b.example/, and what is left.
    static let removals: [(String, String, String)] = [
        (
            "comments above belong to the block",
            "# top\n\n# about a\n[[source]]\npersona = \"news\"\nfeed = \"https://a.example/\"\n\n# about b\n# more\n"
                + "[[source]]\npersona = \"news\"  # here\nfeed = \"https://b.example/\"\n\n# about c\n[[persona]]\nname=\"news\"\n",
            "# top\n\n# about a\n[[source]]\npersona = \"news\"\nfeed = \"https://a.example/\"\n\n# about c\n"
                + "[[persona]]\nname=\"news\"\n"
        ),
        (
            "comments right below belong to it, those behind an empty line do not",
            "[[source]]\npersona = \"news\"\nfeed = \"https://b.example/\"\n# every = \"1h\"\n\n# theme follows\n",
            "# theme follows\n"
        ),
        (
            "a comment that touches the next header stays with that",
            "[[source]]\npersona = \"news\"\nfeed = \"https://b.example/\"\n# about c\n[[persona]]\nname = \"news\"\n",
            "# about c\n[[persona]]\nname = \"news\"\n"
        ),
        (
            "lines of an earlier text that look like comments are not comments",
            "theme = \"\"\"\n# nuit\"\"\"\n[[source]]\npersona = \"news\"\nfeed = \"https://b.example/\"\n",
            "theme = \"\"\"\n# nuit\"\"\"\n"
        ),
        (
            "windows line ends",
            "a = 1\r\n\r\n# b\r\n[[source]]\r\npersona = \"news\"\r\nfeed = \"https://b.example/\"\r\n",
            "a = 1\r\n"
        ),
        (
            "no line end at the end",
            "every = \"1h\"\n\n[[source]]\npersona = \"news\"\nfeed = \"https://b.example/\"", "every = \"1h\""
        ),
    ]

    @Test(arguments: removals)
    func aBlockGoesWithTheCommentsThatTouchIt(name: String, before: String, after: String) throws {
        try expect(removing(feed("https://b.example/"), from: before), is: after, "\(name)")
    }

    @Test func aSourceInAnInlineTableIsLeftToItsOwner() throws {
        let text = "source = [{ persona = \"news\", feed = \"https://b.example/\" }]\n"
        #expect(throws: ConfigurationProblem.self) { try removing(feed("https://b.example/"), from: text) }
    }

    /// Adding and removing gives the same bytes, whatever the text and wherever its last line ends.
    @Test(arguments: 0..<300)
    func addingAndRemovingLeavesNoTrace(seed: Int) throws {
        var random = Numbers(seed: UInt64(seed))
        let pieces = [
            "# a comment\n", "\n", "   \n", "theme = \"nuit\"\n", "confirm = true # [[source]]\n",
            "[[source]]\npersona = \"news\"\nfeed = \"https://x.example/1\"\n", "\t# indented\n",
            "[[filter]]\npersona = 'pro'\nmatch = '''\n# [[x]]'''\naction = 'fold'\n", "[keys]\nopen = 'O'\n",
            "[[source]]\npersona = \"pro\"\nhashtag = \"#x@y.example\"\n# below\n", "every = \"1h\"\r\n",
        ]
        var text = random.below(8) == 0 ? "\u{FEFF}" : ""
        var unused = pieces
        for _ in 0..<random.below(9) {
            let index = random.below(unused.count)
            text += unused[index]
            if !unused[index].allSatisfy({ "# \n\ta coment".contains($0) }) { unused.remove(at: index) }
        }
        if random.below(3) == 0, text.hasSuffix("\n") { text.removeLast() }
        if random.below(4) == 0 {
            text = text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
        }
        guard ConfigurationReader.read(text, file: "").1.allSatisfy({ $0.message.string.hasPrefix("unknown key") })
        else {
            return
        }
        let source = try feed("https://new.example/\(seed)", name: "New")
        let added = try adding(source, to: text)
        #expect(added.utf8.starts(with: text.utf8))
        expect(Array(try removing(source, from: added).utf8), is: Array(text.utf8), "\(text.debugDescription)")
    }
}
