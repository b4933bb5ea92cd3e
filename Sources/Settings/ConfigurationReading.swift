import ReaderCore
import TOMLKit
import Text
import TimelineModel

/// One pass over config.toml: the top-level settings, and the order in which the blocks are read.
struct ConfigurationReading {
    let document: Document
    let untrusted: ConfigurationFile.Distrust?
    var configuration = Configuration()
    var problems: [ConfigurationProblem] = []
    /// The block of each subscription and each account, nil where it is written inline; for edits.
    var subscriptionBlocks: [Int?] = []
    var accountBlocks: [Int?] = []
    /// Personas whose block was ignored, and where, so that what names them is not called a misspelling.
    var ignoredPersonas: [String: Place] = [:]

    private static let lists = ["persona", "source", "filter", "account"]

    init(of document: Document, untrusted: ConfigurationFile.Distrust? = nil) {
        self.document = document
        self.untrusted = untrusted
        readTopLevel()
        readPersonas()
        readAccounts()
        readSources()
        readFilters()
        readKeys()
    }

    /// In the order of the text. What only follows from a persona that was ignored stands behind, one line a persona.
    var sortedProblems: [ConfigurationProblem] {
        var causes = problems.sorted { ($0.place.line, $0.place.column) < ($1.place.line, $1.place.column) }
        let ignored = ignoredPersonas.sorted { ($0.value.line, $0.key) < ($1.value.line, $1.key) }
        let consequences = ignored.compactMap { name, place -> ConfigurationProblem? in
            let message = Self.consequence(ofIgnoring: name, place)
            let same = causes.filter { $0.message == message }
            causes.removeAll { $0.message == message }
            guard same.count > 1, let first = same.first else { return same.first }
            return ConfigurationProblem(
                "\(message), and so were the \(same.count) blocks that name it", at: first.place)
        }
        return causes + consequences
    }

    /// Of a block that names a persona which was ignored.
    static func consequence(ofIgnoring persona: String, _ place: Place) -> SafeText {
        "persona \"\(SafeText(sanitizing: persona, as: .name))\" was ignored, see line \(place.line)"
    }

    private mutating func readTopLevel() {
        var fields = Fields(document.root, of: "the settings", path: [], block: 0, in: document)
        for key in document.root.keys where !Self.topLevelKeys.contains(key) {
            let near = NearestName.suggestion(for: key, among: Self.topLevelKeys)
            fields.refuse("unknown key \"\(SafeText(sanitizing: key))\"\(near)", at: document.place(of: [key]))
        }
        if let theme = fields.string("theme") { configuration.theme = theme }
        if let markRead = fields.choice("mark_read", among: Configuration.MarkRead.allCases) {
            configuration.markRead = markRead
        }
        if let confirms = fields.bool("confirm") { configuration.confirms = confirms }
        if let interval = fields.duration("every") { configuration.interval = interval }
        if document.root["retention"]?.string == "forever" {
            configuration.retention = nil
        } else if let retention = fields.duration("retention", atLeast: 86_400) {
            configuration.retention = retention
        }
        problems += fields.problems
    }

    private static let topLevelKeys = ["theme", "mark_read", "confirm", "every", "retention", "keys"] + lists

    // MARK: - Keys

    private mutating func readKeys() {
        guard let value = document.root["keys"] else { return }
        guard let table = value.table else {
            refuse("\"keys\" is a table: write [keys]", at: document.place(of: ["keys"]))
            return
        }
        let general = bindings(in: table, path: ["keys"])
        var conflicts: [(message: SafeText, place: Place, contexts: [KeyContext])] = []
        var placeOfQuit = document.place(of: ["keys", "quit"])
        for context in KeyContext.allCases {
            var wanted = context == .overlay ? [] : general
            if let value = table[context.rawValue] {
                let path = ["keys", context.rawValue]
                if let table = value.table {
                    // Behind the general ones, because the later of two that want the same key wins.
                    let own = bindings(in: table, path: path)
                    wanted = wanted.filter { one in !own.contains { $0.binding.command == one.binding.command } } + own
                } else {
                    let name = SafeText(sanitizing: context.rawValue)
                    refuse("\"\(name)\" is a table: write [keys.\(name)]", at: document.place(of: path))
                }
            }
            if context == .list, let quit = wanted.first(where: { $0.binding.command == .quit }) {
                placeOfQuit = quit.place
            }
            for conflict in configuration.keymap.rebind(wanted.map(\.binding), in: context) {
                let place = wanted[conflict.binding].place
                if let known = conflicts.firstIndex(where: { $0.message == conflict.message && $0.place == place }) {
                    conflicts[known].contexts.append(context)
                } else {
                    conflicts.append((conflict.message, place, [context]))
                }
            }
        }
        if configuration.keymap.sequences(for: .quit, in: .list).isEmpty {
            let wayOut: SafeText = configuration.keymap.wayOut.map { "; \($0) does" } ?? ", and none to interrupt"
            problems.append(
                ConfigurationProblem("no key is left to quit\(wayOut)", at: placeOfQuit, severity: .note))
        }
        for (message, place, contexts) in conflicts {
            let names = contexts.map { SafeText(sanitizing: $0.rawValue) }.joined(by: ", ")
            problems.append(ConfigurationProblem("\(message), in \(names)", at: place, severity: .note))
        }
    }

    /// The bindings of a table that name actions and keys, in the order of the text.
    private mutating func bindings(
        in table: TOMLTable, path: [String]
    ) -> [(binding: Keymap.Binding, place: Place)] {
        let title = SafeText(sanitizing: "[" + path.joined(separator: ".") + "]")
        var fields = Fields(table, of: title, path: path, block: nil, in: document)
        let contextNames = path.count == 1 ? KeyContext.allCases.map(\.rawValue) : []
        let names = table.keys.filter { !contextNames.contains($0) }
        let ordered = names.map { ($0, document.map.offset(of: path + [$0]) ?? 0) }.sorted { $0.1 < $1.1 }
        var bindings: [(binding: Keymap.Binding, place: Place)] = []
        for (name, offset) in ordered {
            let place = document.place(at: offset)
            guard let command = Command(rawValue: name) else {
                let isPlace = path.count == 1 && table[name]?.table != nil
                fields.refuse(Self.refusal(of: name, in: title, isPlace: isPlace), at: place)
                continue
            }
            guard let spellings = fields.strings(name, allowingOne: true) else { continue }
            let unreadable = spellings.filter { KeySequence(spelled: $0) == nil }
            for spelling in unreadable {
                fields.refuse(
                    """
                    "\(SafeText(sanitizing: spelling))" names no key; keys are written as j, gg, ^D, Space, Enter, Esc, \
                    Tab, S-Tab, Up, PgDn, F5, M-x
                    """, at: place)
            }
            guard unreadable.isEmpty else { continue }
            bindings.append((Keymap.Binding(command, spellings.compactMap { KeySequence(spelled: $0) }), place))
        }
        problems += fields.problems
        return bindings
    }

    /// - Parameter isPlace: it is a table beside those of the places where keys are pressed.
    private static func refusal(of name: String, in title: SafeText, isPlace: Bool) -> SafeText {
        let shown = SafeText(sanitizing: name)
        if isPlace {
            let places = KeyContext.allCases.map(\.rawValue)
            let all = SafeText(sanitizing: places.joined(separator: ", "))
            let near = NearestName.suggestion(for: name, among: places)
            return "[keys.\(shown)] is no place where keys are pressed; there are \(all)\(near)"
        }
        if name == "preset" {
            return "there are no presets of keys yet; name actions and their keys, as in open-link = \"o\""
        }
        let near = NearestName.suggestion(for: name, among: Command.allCases.map(\.rawValue))
        return "unknown action \"\(shown)\" in \(title)\(near)"
    }

    private mutating func refuse(_ message: SafeText, at place: Place) {
        problems.append(ConfigurationProblem(message, at: place))
    }
}
