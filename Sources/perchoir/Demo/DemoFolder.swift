import FoundationEssentials
import Glibc
import Samples
import Settings
import Text
import TimelineModel

/// The temporary folder of a demo: a configuration, secrets that open only the samples, and the store.
struct DemoFolder {
    private let root: String
    let paths: Paths

    init(theme: String) throws(WorkspaceError) {
        let place = FileManager.default.temporaryDirectory.path
        var template = Array((place + "/perchoir-demo.XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            throw WorkspaceError(
                "no temporary folder can be made in \(SafeText(sanitizing: place))", .cannotCreate)
        }
        root = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        paths = Paths(
            environment: [
                "XDG_CONFIG_HOME": root + "/config", "XDG_DATA_HOME": root + "/data", "XDG_STATE_HOME": root + "/state",
            ], home: root, user: getuid())
        do throws(FileTrouble) {
            let file = ConfigurationFile(path: paths.configurationFile)
            try file.save(Self.configuration(theme: theme), replacing: try file.load())
            for account in [Samples.accounts.main, Samples.accounts.pro] {
                guard let name = AccountName(account), let token = Token("sample") else { continue }
                try Credentials(path: paths.credentials).store(token, for: name)
            }
        } catch {
            remove()
            throw WorkspaceError(error)
        }
    }

    func remove() {
        // A post that is arriving just now may put a file back; a folder that stays after that is the system's to clean.
        for _ in 0..<5 {
            try? FileManager.default.removeItem(atPath: root)
            if access(root, F_OK) != 0 { return }
        }
    }

    static func configuration(theme: String) -> String {
        let name = theme.filter { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
        var text = """
            theme = "\(name)"

            [[persona]]
            name = "main"
            key = 1
            accent = "green"
            purpose = "présence"
            lines = 3

            [[persona]]
            name = "pro"
            key = 2
            accent = "blue"
            purpose = "veille"
            lines = "full"

            [[persona]]
            name = "news"
            key = 3
            accent = "yellow"
            purpose = "direct"
            lines = 1

            [[filter]]
            persona = "news"
            name = "no horoscopes"
            match = 'tag:horoscope OR horoscope'
            action = "hide"

            [[filter]]
            persona = "news"
            name = "no live tickers"
            match = '"minute by minute" OR "minute par minute" OR title:direct'
            action = "fold"

            """
        for source in Samples.subscriptions {
            let key =
                switch source.kind {
                case .feed: "feed"
                case .posts: "posts"
                case .hashtag: "hashtag"
                case .home: "account"
                }
            text += """

                [[source]]
                persona = "\(source.persona)"
                \(key) = "\(source.address)"
                name = "\(source.name)"

                """
            if source.kind == .home { text += "timeline = \"home\"\n" }
        }
        return text
    }
}
