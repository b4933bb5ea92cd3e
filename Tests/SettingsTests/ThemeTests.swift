import BuiltInThemes
import Cells
import Expectations
import ReaderCore
import Settings
import Testing
import Text

@Suite struct ThemeTests {
    private static let names = Themes.names

    @Test(arguments: names)
    func aShippedThemeLoadsWithoutAWarning(name: String) throws {
        let text = try #require(BuiltInThemes.all.first { $0.name == name }?.text)
        let (theme, problems) = ThemeReader.read(text, file: "\(name).toml")
        #expect(problems.map(\.shown.string).isEmpty)
        expect(theme.name, is: name)
        for role in Role.allCases { #expect(theme.styles[role] != nil, "\(name) lacks \(role.rawValue)") }
    }

    @Test(arguments: names)
    func everyTextIsReadable(name: String) throws {
        let theme = try #require(Themes.builtIn(named: name))
        let wanted = name == "contrast" ? 7.0 : 4.5
        for role in Role.allCases {
            guard let contrast = contrast(theme[role].foreground, theme[role].background) else { continue }
            #expect(contrast >= wanted, "\(name): \(role.rawValue) \(contrast)")
        }
        for persona in ["red", "green", "yellow", "blue", "magenta", "cyan", "orange"] {
            let accent = try #require(theme.accent(persona))
            guard let contrast = contrast(accent, theme[.text].background) else { continue }
            #expect(contrast >= wanted, "\(name): accent \(persona) \(contrast)")
        }
    }

    @Test(arguments: names)
    func weightSaysUnreadAndReverseSaysSelection(name: String) throws {
        let theme = try #require(Themes.builtIn(named: name))
        #expect(theme[.unreadAuthor].attributes.contains(.bold) && theme[.unreadTitle].attributes.contains(.bold))
        #expect(!theme[.author].attributes.contains(.bold) && !theme[.author].attributes.contains(.dim))
        for role in Role.allCases {
            expect(theme[role].attributes.contains(.reverse), is: (role == .selection), "\(role.rawValue)")
        }
    }

    @Test func theDefaultUsesTheTerminalsColoursAlone() {
        for (role, style) in Themes.standard.styles {
            for color in [style.foreground, style.background] {
                if case .rgb = color { Issue.record("\(role.rawValue) states a colour of its own") }
            }
        }
        expect(Themes.standard[.text], is: .plain)
    }

    @Test func aRoleThatStatesNoColourHasThoseOfText() {
        let (theme, problems) = ThemeReader.read(
            """
            [palette]
            ink = "#102030"
            [styles]
            text = { fg = "ink", bg = "ansi 7", bold = true }
            link = { underline = true }
            time = "red"
            """, file: "mine.toml")
        #expect(problems.isEmpty)
        expect(theme.name, is: "mine")
        let ink = Color.rgb(red: 0x10, green: 0x20, blue: 0x30)
        expect(theme[.link], is: Style(foreground: ink, background: .ansi(7), attributes: .underline))
        expect(theme[.time], is: Style(foreground: .ansi(1), background: .ansi(7)))
    }

    static let faults: [(String, String)] = [
        ("colour = 1", "t.toml:1:1: unknown key \"colour\" in a theme"),
        ("include = \"/etc/passwd\"", "t.toml:1:1: unknown key \"include\" in a theme"),
        ("[styles]\ntme = \"red\"", "t.toml:2:1: unknown role \"tme\" in [styles]; did you mean \"time\"?"),
        ("[styles]\ntime = \"rd\"", "t.toml:2:1: there is no colour \"rd\"; did you mean \"red\"?"),
        ("[styles]\ntime = { fgg = \"red\" }", "t.toml:2:10: unknown key \"fgg\" in a style; did you mean \"fg\"?"),
        ("[styles]\ntime = { bold = 1 }", "t.toml:2:10: \"bold\" is true or false"),
        ("[styles]\ntime = 7", "t.toml:2:1: a style is a colour or { fg = …, bg = …, bold = true }"),
        (
            "[palette]\na = \"#12345\"",
            "t.toml:2:1: a colour is \"#rrggbb\", \"ansi 0\" to \"ansi 15\", \"terminal\", or a name such as \"blue\""
        ),
        ("styles = 1", "t.toml:1:1: \"styles\" is a table: write [styles]"),
    ]

    @Test(arguments: faults)
    func aFaultInAThemeIsNamedAndTheRestIsUsed(text: String, message: String) {
        let (theme, problems) = ThemeReader.read(text, file: "t.toml")
        expect(problems.map(\.shown.string), is: [message])
        expect(theme[.time].background, is: .terminal)
    }

    @Test func anAccentThatTheThemeLacksIsNamedWithItsPlace() {
        let text = "[[persona]]\nname = \"a\"\naccent = \"yelow\"\n[[persona]]\nname = \"b\"\naccent = \"orange\"\n"
        let problems = ConfigurationReader.accentProblems(in: text, file: "config.toml", theme: Themes.standard)
        expect(
            problems.map(\.shown.string),
            is: [
                "config.toml:3:10: the theme \"default\" has no colour \"yelow\"; did you mean \"yellow\"?"
            ])
    }

    @Test func anUnknownThemeGivesTheDefaultAndSaysSo() {
        let place = Place(file: "config.toml", line: 1, column: 9)
        let (theme, problems) = Themes.theme(named: "nuitt", userThemes: nil, place: place)
        expect(theme, is: Themes.standard)
        expect(
            problems.map(\.shown.string), is: ["config.toml:1:9: there is no theme \"nuitt\"; did you mean \"nuit\"?"])
    }

    @Test func aThemeOfTheUsersIsFoundByItsFileNameAndAPathIsNot() throws {
        try withFolder { folder in
            try write("[styles]\ntext = \"red\"\n", to: "\(folder)/mine.toml")
            try write("[styles]\ntext = \"red\"\n", to: "\(folder)/nuit.toml")
            let place = Place(file: "config.toml", line: 1, column: 9)
            expect(Themes.userNames(in: folder), is: ["mine", "nuit"])
            expect(Themes.theme(named: "mine", userThemes: folder, place: place).0[.text].foreground, is: .ansi(1))
            expect(Themes.theme(named: "nuit", userThemes: folder, place: place).0[.text].foreground, is: .ansi(1))
            expect(Themes.theme(named: "../x/mine", userThemes: folder, place: place).1.count, is: 1)
        }
    }

    /// WCAG 2.2, "contrast ratio"; nil unless both colours are stated.
    private func contrast(_ left: Color, _ right: Color) -> Double? {
        guard let left = luminance(left), let right = luminance(right) else { return nil }
        return (max(left, right) + 0.05) / (min(left, right) + 0.05)
    }

    private func luminance(_ color: Color) -> Double? {
        guard case .rgb(let red, let green, let blue) = color else { return nil }
        func linear(_ byte: UInt8) -> Double {
            let share = Double(byte) / 255
            return share <= 0.04045 ? share / 12.92 : power((share + 0.055) / 1.055)
        }
        return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }
}
