import Cells
import Expectations
import ReaderCore
import Settings
import Testing
import Text
import TimelineModel

@Suite struct ConfigurationReaderTests {
    private func problems(_ text: String) -> [String] {
        ConfigurationReader.read(text, file: "config.toml").1.map(\.shown.string)
    }

    private func configuration(_ text: String) -> Configuration {
        ConfigurationReader.read(text, file: "config.toml").0
    }

    @Test func withoutASettingTheDefaultsHold() {
        expect(configuration(""), is: .standard)
        #expect(problems("").isEmpty)
        expect(Configuration.standard.personas.map(\.id), is: ["main", "pro", "news"])
        expect(Configuration.standard.personas.map(\.key), is: [1, 2, 3])
        expect(Configuration.standard.personas.map(\.density), is: [.threeLines, .full, .oneLine])
        expect(Configuration.standard.interval, is: 900)
    }

    /// The TOML library recurses into the parts of a key; themes come from other people.
    @Test(arguments: [
        "[" + String(repeating: "a.", count: 50_000) + "b]\nc = 1\n",
        String(repeating: "a . ", count: 50_000) + "b = 1\n",
        "x = { " + String(repeating: "a.", count: 50_000) + "b = 1 }\n",
        "x = [{ \"y\" = 1 }, { " + String(repeating: "'a'.", count: 50_000) + "b = 1 }]\n",
    ])
    func aKeyOfEndlesslyManyPartsIsRefusedWithItsPlace(text: String) throws {
        let found = problems(text)
        expect(found.count, is: 1)
        #expect(try #require(found.first).hasSuffix(": a key of so many parts cannot stand here"))
        expect(ThemeReader.read(text, file: "mine.toml").1.count, is: 1)
    }

    /// The TOML library asserts what it should check there.
    @Test(arguments: [("[\n", 2), ("[é]\n", 2), ("[[ .\n", 4), ("[[[a]]]\n", 3), ("[#x]\n", 2), ("  [\u{1}]", 4)])
    func aHeaderWithoutANameIsRefusedWithItsPlace(header: String, column: Int) {
        expect(
            problems("theme = \"nuit\"\n" + header),
            is: ["config.toml:2:\(column): the name of a table is expected, as in [keys]"])
    }

    @Test func bracketsInsideAValueAreNoHeaders() {
        #expect(problems("[keys]\nadvance = [\n  \"f\",\n]\n").isEmpty)
        #expect(problems("x = [\n [{ y = 1 }],\n [\n [.5]]]\n").allSatisfy { !$0.contains("name of a table") })
    }

    @Test func dotsInTextsAndCommentsAreNoKeys() {
        let dots = String(repeating: "a.", count: 100)
        #expect(problems("# \(dots)\ntheme = \"nuit\" # \(dots)\n").isEmpty)
        let filter = "[[filter]]\npersona = \"news\"\nname = \"dots\"\naction = \"hide\"\n"
        #expect(problems(filter + "match = '\"\(dots)b\"'\n").isEmpty)
    }

    @Test func theExampleReadsWithoutAProblemAndMeansTheDefaultPersonas() {
        #expect(problems(Configuration.example).isEmpty)
        let example = configuration(Configuration.example)
        expect(example.personas, is: Configuration.standardPersonas)
        expect(example.keymap, is: .standard)
        expect(example.subscriptions.count, is: 3)
        expect(example.filters.map(\.action), is: [.hide])
    }

    /// What is switched off in the example must work when somebody switches it on.
    @Test func theExampleReadsWithoutAProblemWhenEverythingInItIsSwitchedOn() {
        let lines = Configuration.example.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let body = line.hasPrefix("# ") ? line.dropFirst(2) : line
            return body.hasPrefix("[[") || body.contains(" = ") && !body.hasPrefix("Keys") ? String(body) : String(line)
        }
        let text = lines.joined(separator: "\n")
        #expect(problems(text).isEmpty)
        expect(configuration(text).subscriptions.count, is: 5)
        expect(configuration(text).accounts.map(\.tokenCommand), is: [["pass", "show", "perchoir/piaille.fr"]])
    }

    @Test func everySettingIsRead() {
        let text = """
            theme = "nuit"
            mark_read = "pass"
            confirm = false
            every = "1h"
            retention = "30d"
            [[persona]]
            name = "tech"
            accent = "red"
            purpose = "métier"
            lines = "full"
            order = "oldest"
            budget = "20m"
            [[source]]
            persona = "tech"
            feed = "https://example.org/feed.xml"
            name = "Example"
            every = "2h"
            [[source]]
            persona = "tech"
            posts = "@who@social.example"
            [[source]]
            persona = "tech"
            hashtag = "#café@social.example"
            [[source]]
            persona = "tech"
            server = "social.example"
            timeline = "local"
            [[source]]
            persona = "tech"
            account = "@me@social.example"
            timeline = "home"
            """
        let read = configuration(text)
        #expect(problems(text).isEmpty)
        expect(read.theme, is: "nuit")
        expect(read.markRead, is: .pass)
        #expect(!read.confirms)
        expect(read.interval, is: 3600)
        expect(read.retention, is: 30 * 86_400)
        expect(
            read.personas,
            is: [
                Persona(id: "tech", key: 1, accent: "red", purpose: "métier", density: .full, order: .oldest)
            ])
        expect(
            read.subscriptions.map(\.address.normalized),
            is: [
                "feed https://example.org/feed.xml", "posts who@social.example", "tag café@social.example",
                "local social.example", "home me@social.example",
            ])
        expect(read.subscriptions[0].name, is: "Example")
        expect(read.subscriptions[0].interval, is: 7200)
    }

    /// Text, and the messages it must give, in order.
    static let faults: [(String, [String])] = [
        (
            "theme = \"nuit\"\n\n[[persona]]\nname = \"news\"\n  buget = \"20m\"\n",
            ["config.toml:5:3: unknown key \"buget\" in [[persona]]; did you mean \"budget\"?"]
        ),
        ("them = \"nuit\"", ["config.toml:1:1: unknown key \"them\"; did you mean \"theme\"?"]),
        ("zzzzzz = 1", ["config.toml:1:1: unknown key \"zzzzzz\""]),
        ("confirm = \"no\"", ["config.toml:1:11: \"confirm\" wants true or false, not a text"]),
        (
            "mark_read = \"opn\"",
            ["config.toml:1:13: \"mark_read\" is one of open, pass, manual, not \"opn\"; did you mean \"open\"?"]
        ),
        (
            "every = 15",
            ["config.toml:1:9: \"every\" wants a text in quotes, not a whole number"]
        ),
        (
            "every = \"15\"",
            ["config.toml:1:9: \"every\" wants a time such as \"15m\", \"2h\" or \"1d\", at least 1m"]
        ),
        ("[source]\nfeed = \"https://a.example\"", ["config.toml:1:1: \"source\" is a list: write [[source]]"]),
        (
            "[[source]]\npersona = \"nws\"\nfeed = \"https://a.example/\"",
            ["config.toml:2:11: there is no persona \"nws\"; did you mean \"news\"?"]
        ),
        (
            "[[source]]\npersona = \"news\"",
            ["config.toml:1:1: [[source]] lacks \"feed\": or one of posts, hashtag, server, account"]
        ),
        (
            "[[source]]\nfeed = \"https://a.example/\"",
            ["config.toml:1:1: [[source]] lacks \"persona\": in whose pane shall it show?"]
        ),
        (
            "[[source]]\npersona = \"news\"\nfeed = \"https://a.example/\"\nposts = \"@a@b.example\"",
            ["config.toml:4:1: a source has one address; \"feed\" stands beside posts"]
        ),
        (
            "[[source]]\npersona = \"news\"\nfeed = \"javascript:alert(1)\"",
            ["config.toml:3:8: \"feed\" wants a whole address, https://… or http://…, without a password in it"]
        ),
        (
            "[[source]]\npersona = \"news\"\naccount = \"@a@b.example\"\ntimeline = \"list:\"",
            ["config.toml:4:12: \"list:\" wants the title of one of your lists"]
        ),
        (
            "[[source]]\npersona = \"news\"\naccount = \"@a@b.example\"\ntimeline = \"tag:+a -b\"",
            [
                "config.toml:4:12: \"tag:\" wants hashtags: any of \"one two\", also \"+three\", but not \"-four\""
            ]
        ),
        (
            "[[source]]\npersona = \"news\"\naccount = \"@a@b.example\"\ntimeline = \"notification\"",
            ["config.toml:4:12: there is no timeline \"notification\"; did you mean \"notifications\"?"]
        ),
        (
            "[[source]]\npersona = \"news\"\nserver = \"b.example\"\ntimeline = \"pubic\"",
            [
                "config.toml:4:12: a server's timeline is \"public\" or \"local\", not \"pubic\"; did you mean \"public\"?"
            ]
        ),
        (
            "[[source]]\npersona = \"news\"\nhashtag = \"#a/b@b.example\"",
            ["config.toml:3:11: \"hashtag\" wants #tag@server"]
        ),
        (
            "[[persona]]\nname = \"a\"\n[[persona]]\nname = \"a\"",
            ["config.toml:4:8: a persona \"a\" stands already in line 1"]
        ),
        (
            "[[persona]]\nname = \"a\"\nkey = 2\n[[persona]]\nname = \"b\"\nkey = 2",
            ["config.toml:6:7: key 2 is taken by persona \"a\""]
        ),
        (
            "[[persona]]\nname = \"a\"\n[[persona]]\nname = \"b\"\nkey = 12\n[[source]]\npersona = \"b\"\nfeed = \"http://a.example\"",
            [
                "config.toml:5:7: \"key\" is a digit from 1 to 9",
                "config.toml:7:11: persona \"b\" was ignored, see line 3",
            ]
        ),
        ("[[persona]]\nname = \"a\"\nlines = 2", ["config.toml:3:9: \"lines\" is 1, 3 or \"full\""]),
        (
            "[[filter]]\npersona = \"news\"\nmatch = \"x\"\naction = \"hid\"",
            [
                "config.toml:4:10: \"action\" is one of hide, fold, highlight, read, star, not \"hid\"; did you mean \"hide\"?"
            ]
        ),
        (
            "[[filter]]\npersona = \"news\"\nmatch = \" \"\naction = \"hide\"",
            ["config.toml:3:9: an empty query would be one for every post; one is 'tag:horoscope'"]
        ),
        (
            "[[account]]\nname = \"me@a.example\"\ntoken_command = \"pass show x\"",
            ["config.toml:3:17: \"token_command\" wants a list of texts in quotes, not a text"]
        ),
        (
            "[[source]]\npersona = \"news\"\nfeed = \"https://a.example/#x\"\n[[source]]\npersona = \"news\"\nfeed = \"https://a.example/\"",
            ["config.toml:4:1: the same source stands already in line 1"]
        ),
        (
            "[keys]\nadvnce = \"Space\"",
            ["config.toml:2:1: unknown action \"advnce\" in [keys]; did you mean \"advance\"?"]
        ),
        (
            "[keys]\nstar = \"x\"",
            ["config.toml:2:1: unknown action \"star\" in [keys]; did you mean \"toggle-star\"?"]
        ),
        (
            "[keys.lst]\nopen = \"o\"",
            [
                "config.toml:1:1: [keys.lst] is no place where keys are pressed; there are list, post, thread, overlay; did you mean \"list\"?"
            ]
        ),
        (
            "[keys.bar]\nopen = \"o\"",
            [
                "config.toml:1:1: [keys.bar] is no place where keys are pressed; there are list, post, thread, overlay"
            ]
        ),
        (
            "[keys]\npreset = \"newsboat\"",
            ["config.toml:2:1: there are no presets of keys yet; name actions and their keys, as in open-link = \"o\""]
        ),
        (
            "source = [{ persona = \"news\", fed = \"https://a.example\" }]",
            [
                "config.toml:1:1: unknown key \"fed\" in [[source]]; did you mean \"feed\"?"
            ]
        ),
        ("theme = \"\u{1b}]0;x\u{7}\"", ["config.toml:1:10: "]),
        ("a\u{0}b", ["config.toml:1:2: a NUL character cannot stand here"]),
    ]

    @Test(arguments: faults)
    func aFaultIsNamedWithItsPlace(text: String, messages: [String]) {
        let found = problems(text)
        expect(found.count, is: messages.count)
        for (message, wanted) in zip(found, messages) {
            #expect(wanted.hasSuffix(": ") ? message.hasPrefix(wanted) : message == wanted)
        }
        for message in found { #expect(!message.unicodeScalars.contains { $0.value < 32 }) }
    }

    @Test(arguments: ["", " ", "\\u200B"])
    func aPurposeWithoutAWordIsNone(purpose: String) {
        let read = configuration("[[persona]]\nname = \"news\"\npurpose = \"\(purpose)\"\n")
        expect(read.personas.map(\.purpose), is: [nil])
    }

    @Test func aBrokenBlockIsIgnoredAndTheRestWorks() {
        // Given two good sources around one with a misspelled key
        let text = """
            [[source]]
            persona = "news"
            feed = "https://one.example/"
            [[source]]
            persona = "news"
            feeed = "https://two.example/"
            [[source]]
            persona = "pro"
            feed = "https://three.example/"
            """
        // When it is read, Then the good ones are there
        expect(configuration(text).subscriptions.map(\.persona), is: ["news", "pro"])
        expect(problems(text).first, is: "config.toml:6:1: unknown key \"feeed\" in [[source]]; did you mean \"feed\"?")
    }

    @Test func aSyntaxErrorGivesTheDefaultsAndItsPlace() {
        let (read, problems) = ConfigurationReader.read("theme = \"nuit\"\nevery = \n", file: "config.toml")
        expect(read, is: .standard)
        expect(problems.map(\.place.line), is: [2])
    }

    @Test func placesAreRightBehindStringsOverSeveralLinesArraysAndComments() {
        let text = """
            # [[persona]] in a comment
            theme = \"""
            [[source]]
            nuit\"""   # not "a header"
            [[account]]
            name = "@a@b.example"
            token_command = [ # why
              "pass", # ]
              'show [[x]]',
            ]
            [[filter]]
            persona = "news"
            match = "x"
            action = "hide"
            "nmae" = "ici"
            """
        expect(problems(text), is: ["config.toml:15:1: unknown key \"nmae\" in [[filter]]; did you mean \"name\"?"])
    }

    @Test func columnsAreCountedInClusters() {
        expect(
            problems("keys = { \"é👨‍👩‍👧\" = \"x\", nope-nope-nope = 1 }"),
            is: [
                "config.toml:1:10: unknown action \"é👨‍👩‍👧\" in [keys]",
                "config.toml:1:22: unknown action \"nope-nope-nope\" in [keys]",
            ])
    }

    @Test func commandsInAFileThatOthersCanWriteAreNotTaken() {
        let text = "[[account]]\nname = \"@a@b.example\"\ntoken_command = [\"pass\"]"
        let (read, problems) = ConfigurationReader.read(
            text, file: "config.toml", untrusted: ConfigurationFile.Distrust(message: "others can write this file"))
        #expect(read.accounts.isEmpty)
        expect(problems.map(\.shown.string), is: ["config.toml:3:1: others can write this file"])
    }

    @Test func keysAreReboundInListsAndPostsOrInOnePlace() throws {
        let (read, problems) = ConfigurationReader.read(
            """
            [keys]
            open-link = ["O", "F5"]
            [keys.overlay]
            back = "b"
            """, file: "config.toml")
        #expect(problems.isEmpty)
        expect(read.keymap.meaning(of: [.character("O")], in: .list), is: .command(.openLink))
        expect(read.keymap.meaning(of: [.function(5)], in: .post), is: .command(.openLink))
        expect(read.keymap.meaning(of: [.character("o")], in: .list), is: .nothing)
        expect(read.keymap.meaning(of: [.character("b")], in: .overlay), is: .command(.back))
        expect(read.keymap.meaning(of: [.escape], in: .overlay), is: .nothing)
        expect(read.keymap.meaning(of: [.escape], in: .list), is: .command(.back))
    }

    @Test(arguments: ["theme = \"nuit\n[[persona]]\n", "theme = 'nuit", "theme = \"\"\"nuit\n"])
    func aForgottenQuotationMarkIsNamed(text: String) {
        let (_, problems) = ConfigurationReader.read(text, file: "config.toml")
        expect(problems.map(\.message), is: ["a text in quotes has no end"])
        expect(problems.map(\.severity), is: [.unreadable])
    }

    @Test(arguments: ["theme = nuit", "confirm = true\ntheme = nuit # dark\n", "[[persona]]\nname = né"])
    func quotesThatWereLeftOutAreNamed(text: String) throws {
        let (_, problems) = ConfigurationReader.read(text, file: "config.toml")
        let problem = try #require(problems.first)
        #expect(["theme", "name"].contains { problem.message.string == "text stands in quotes: \($0) = \"…\"" })
    }

    @Test func aTextWithoutItsQuotesIsNotRepeated() throws {
        let (_, problems) = ConfigurationReader.read(
            "theme = \"nuit\"\r\n[[source]]\r\nfeed = https://me:secret@a.example/x\r\n", file: "config.toml")
        expect(problems.map(\.message), is: ["text stands in quotes: feed = \"…\""])
    }

    @Test(arguments: ["https://me:secret@a.example/?a=b", "feed https://me:secret@a.example/ = x", "me:secret = no"])
    func whatStandsInThePlaceOfAKeyIsNotRepeated(line: String) {
        let (_, problems) = ConfigurationReader.read("[[source]]\n\(line)\n", file: "config.toml")
        expect(problems.map(\.place.line), is: [2])
        #expect(problems.allSatisfy { !$0.message.string.contains("secret") }, "\(problems.map(\.message))")
    }

    @Test(arguments: ["\u{2028}", "\u{2029}", "\u{85}", "\u{85}\r"]) func onlyALineFeedEndsALine(separator: String) {
        expect(
            problems("# a\(separator)\ntheme = nuit\n").map { $0.drop { $0 != "t" } },
            is: ["toml:2:10: text stands in quotes: theme = \"…\""])
        expect(problems("# a\r\n# b\(separator)\r\nc\u{0}"), is: ["config.toml:3:2: a NUL character cannot stand here"])
    }

    @Test(arguments: ["No", "on", "TRUE"]) func aTextThatIsAWordForTrueOrFalseWantsItsQuotes(word: String) {
        let (_, problems) = ConfigurationReader.read("[[persona]]\nname = \(word)\n", file: "config.toml")
        expect(problems.map(\.message), is: ["text stands in quotes: name = \"…\""])
        let (_, style) = ThemeReader.read("[styles]\ntext.bold = \(word)\n", file: "own.toml")
        expect(style.map(\.message), is: ["\"text.bold\" is true or false, in lower case"])
    }

    @Test(arguments: ["True", "yes", "OFF"]) func trueAndFalseWantNoQuotes(word: String) {
        let (_, problems) = ConfigurationReader.read("confirm = \(word)\n", file: "config.toml")
        expect(problems.map(\.message), is: ["\"confirm\" is true or false, in lower case"])
    }

    @Test(arguments: ["", " ", "\u{a0}"]) func aSourceWithANameOfNothingIsASource(name: String) {
        let (read, problems) = ConfigurationReader.read(
            "[[source]]\npersona = \"main\"\nfeed = \"https://a.example/x\"\nname = \"\(name)\"\n", file: "config.toml")
        expect(read.subscriptions.map(\.name), is: [nil])
        expect(problems.map(\.severity), is: [.note])
        expect(problems.first?.place.line, is: 4)
    }

    @Test func aKeyThatIsTakenIsReportedWithItsLineAndTheLaterBindingWins() {
        let (read, problems) = ConfigurationReader.read("[keys.list]\nhelp = \"u\"", file: "config.toml")
        expect(read.keymap.meaning(of: [.character("u")], in: .list), is: .command(.help))
        expect(problems.map(\.shown.string), is: ["config.toml:2:1: u is now help, no longer undo, in list"])
        expect(problems.map(\.severity), is: [.note])
    }

    @Test func ofAKeyThatIsTakenInSeveralPlacesThereIsOneLine() {
        let (_, problems) = ConfigurationReader.read("[keys]\nhelp = \"u\"", file: "config.toml")
        expect(
            problems.map(\.shown.string),
            is: ["config.toml:2:1: u is now help, no longer undo, in list, post, thread"])
        let text = "[keys]\nhelp = \"u\"\n[keys.list]\nundo = \"W\"\n[keys.post]\nundo = \"W\"\n"
        let (_, one) = ConfigurationReader.read(text, file: "config.toml")
        expect(one.map(\.shown.string), is: ["config.toml:2:1: u is now help, no longer undo, in thread"])
        let (_, none) = ConfigurationReader.read("[keys]\nquit = \"q\"\nback = \"Esc\"", file: "config.toml")
        expect(none, is: [])
    }

    @Test func whereNoKeyIsLeftToQuitItIsSaidWhatDoes() {
        let (_, problems) = ConfigurationReader.read("[keys]\nquit = []", file: "config.toml")
        expect(problems.map(\.shown.string), is: ["config.toml:2:1: no key is left to quit; ^C does"])
        expect(problems.map(\.severity), is: [.note])
    }

    @Test(arguments: [
        ("[keys.list]\nquit = []", "2:1: no key is left to quit; ^C does"),
        ("[keys]\nquit = []\nredraw = \"^C\"\ninterrupt = \"^G\"", "2:1: no key is left to quit; ^G does"),
        ("[keys]\nquit = []\nredraw = \"^C\"", "2:1: no key is left to quit, and none to interrupt"),
        ("[keys]\nquit = []\nredraw = \"^Cx\"", "2:1: no key is left to quit, and none to interrupt"),
    ])
    func whatDoesIsTheKeyThatInterrupts(text: String, message: String) {
        let found = problems(text)
        #expect(found.contains("config.toml:" + message), "\(found)")
    }

    @Test func whatFollowsFromAnIgnoredPersonaIsOneLineBehindItsCause() {
        let sources = (1...40).map { "[[source]]\npersona = \"a\"\nfeed = \"https://a.example/\($0)\"\n" }
        let filter = "[[filter]]\npersona = \"a\"\nmatch = \"x\"\naction = \"hid\"\n"
        let text = sources.joined() + filter + "[[persona]]\nname = \"a\"\nordr = \"newest\"\n"
        expect(
            problems(text),
            is: [
                "config.toml:124:10: \"action\" is one of hide, fold, highlight, read, star, not \"hid\"; did you mean \"hide\"?",
                "config.toml:127:1: unknown key \"ordr\" in [[persona]]; did you mean \"order\"?",
                "config.toml:2:11: persona \"a\" was ignored, see line 125, and so were the 41 blocks that name it",
            ])
        expect(configuration(text).subscriptions, is: [])
    }

    @Test func aPersonaThatExistsOnlyWithoutBlocksIsSaidToWantOne() {
        let found = problems(
            "[[persona]]\nname = \"news\"\n[[source]]\npersona = \"main\"\nfeed = \"https://a.example/\"\n")
        expect(
            found,
            is: [
                "config.toml:4:11: there is no persona \"main\" beside [[persona]] blocks that do not name it; "
                    + "write one for it, too"
            ])
    }

    @Test func aFilterThatAsksForAPersonaWhichDoesNotExistIsMisspelt() {
        let filter = "[[filter]]\npersona = \"news\"\nmatch = \"tag:a persona:nwes\"\naction = \"hide\"\n"
        let (read, problems) = ConfigurationReader.read(filter, file: "config.toml")
        expect(
            problems.map(\.shown.string),
            is: ["config.toml:3:16: there is no persona \"nwes\"; there are main, pro, news"])
        expect(problems.map(\.severity), is: [.warning])
        // What it hides beside that must not come back for it
        expect(read.filters.count, is: 1)
    }

    /// No text may bring the reader down, and every place must lie in the text.
    @Test(arguments: 0..<200)
    func anyMutilationOfAConfigurationIsReadOrReported(seed: Int) {
        var random = Numbers(seed: UInt64(seed))
        var bytes = Array(Configuration.example.utf8)
        for _ in 0..<(1 + random.below(12)) {
            let position = random.below(bytes.count)
            switch random.below(4) {
            case 0: bytes.remove(at: position)
            case 1: bytes[position] = Array("\"'[]{}=#\n.,\\x0 ".utf8)[random.below(15)]
            case 2: bytes.insert(contentsOf: Array("\"\"\"".utf8), at: position)
            default: bytes.removeSubrange(position..<min(bytes.count, position + random.below(80)))
            }
        }
        let text = String(decoding: bytes, as: UTF8.self)
        let lines = text.utf8.reduce(1) { $1 == 10 ? $0 + 1 : $0 }
        let (read, problems) = ConfigurationReader.read(text, file: "config.toml")
        #expect(!read.personas.isEmpty)
        expect(Set(read.personas.map(\.key)).count, is: read.personas.count)
        for problem in problems {
            #expect((1...lines).contains(problem.place.line))
            #expect(problem.place.column >= 1)
        }
    }
}

/// A small deterministic generator, so that a failing case can be run again.
struct Numbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    mutating func next() -> UInt64 {
        // SplitMix64.
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ limit: Int) -> Int { limit <= 0 ? 0 : Int(next() % UInt64(limit)) }
}
