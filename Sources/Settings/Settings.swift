// Settings.swift is the front door of Settings: what a user can configure, and the reader of config.toml. Edits of the
// file are in ConfigurationText and ConfigurationFile, secrets in Credentials, looks in Themes, folders in Paths.
public import ReaderCore
import Text
public import TimelineModel

/// Everything that config.toml states, with the defaults for what it does not.
public struct Configuration: Hashable, Sendable {
    /// The `mark_read` of config.toml; the raw value is how it is written.
    public enum MarkRead: String, Hashable, Sendable, CaseIterable {
        /// Opening a post marks it.
        case open
        /// Moving past a post marks it.
        case pass
        /// Only the keys that say so mark.
        case manual
    }

    /// The name of a theme, built-in or the user's.
    public var theme: String
    public var markRead: MarkRead
    /// Whether marking a whole pane asks first.
    public var confirms: Bool
    /// Seconds between two looks at a source that states no interval of its own.
    public var interval: Int
    /// Seconds for which posts that are read and not starred are kept; nil keeps them for ever.
    public var retention: Int?
    /// The standard keys with the user's own.
    public var keymap: Keymap
    /// In the order of the panes; never empty. Names and keys are unique.
    public var personas: [Persona]
    /// In the order of the file; each names a persona that exists; no address twice in one persona.
    public var subscriptions: [Subscription]
    /// In the order of the file; each names a persona that exists.
    public var filters: [Filter]
    /// In the order of the file; each name once.
    public var accounts: [AccountSettings]

    public init(
        theme: String = "default", markRead: MarkRead = .open, confirms: Bool = true, interval: Int = 15 * 60,
        retention: Int? = 365 * 86_400, keymap: Keymap = .standard,
        personas: [Persona] = Configuration.standardPersonas,
        subscriptions: [Subscription] = [], filters: [Filter] = [], accounts: [AccountSettings] = []
    ) {
        self.theme = theme
        self.markRead = markRead
        self.confirms = confirms
        self.interval = interval
        self.retention = retention
        self.keymap = keymap
        self.personas = personas
        self.subscriptions = subscriptions
        self.filters = filters
        self.accounts = accounts
    }

    /// What holds without a file.
    public static let standard = Configuration()

    /// The personas of somebody who configured none.
    public static let standardPersonas = [
        Persona(id: "main", key: 1, accent: "green", purpose: "présence", density: .threeLines),
        Persona(id: "pro", key: 2, accent: "blue", purpose: "veille", density: .full),
        Persona(id: "news", key: 3, accent: "yellow", purpose: "direct", density: .oneLine),
    ]
}

/// An account whose token comes from a command, or that a persona reads as its own.
public struct AccountSettings: Hashable, Sendable {
    public var name: AccountName
    /// Kept with the block. What a persona reads its sources alone say.
    public var persona: PersonaID?
    /// Program and arguments that print the token; nil means the credentials file.
    public var tokenCommand: [String]?

    public init(name: AccountName, persona: PersonaID? = nil, tokenCommand: [String]? = nil) {
        self.name = name
        self.persona = persona
        self.tokenCommand = tokenCommand
    }
}

/// Reads config.toml.
public enum ConfigurationReader {
    /// What the text says. Whatever cannot be followed is left out and reported, in the order of the text.
    /// - Parameters:
    ///   - file: the name that messages show.
    ///   - untrusted: why commands in this file must not be run (`LoadedConfiguration.untrusted`); nil runs them.
    public static func read(
        _ text: String, file: String, untrusted: ConfigurationFile.Distrust? = nil
    ) -> (Configuration, [ConfigurationProblem]) {
        do {
            let reading = ConfigurationReading(of: try Document(text, file: file), untrusted: untrusted)
            return (reading.configuration, reading.sortedProblems)
        } catch {
            return (.standard, [error])
        }
    }

    /// An error for each persona whose accent the theme does not have; it then looks as if it had none. Apart from
    /// `read`, because the theme is known only after the settings are.
    public static func accentProblems(in text: String, file: String, theme: Theme) -> [ConfigurationProblem] {
        do {
            let blocks = try Document(text, file: file).elements(named: "persona").blocks
            return blocks.compactMap { $0.accentProblem(in: theme) }
        } catch {
            // `read` reports what is wrong with the text itself.
            return []
        }
    }
}
