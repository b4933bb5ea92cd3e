import TOMLKit
import Text
import TimelineModel

/// A TOML text that parsed: its values, and where they stand.
struct Document {
    let file: SafeText
    let root: TOMLTable
    let map: DocumentMap

    /// - Throws: a problem with its place, when the text is no TOML.
    init(_ text: String, file: String) throws(ConfigurationProblem) {
        self.file = SafeText(sanitizing: file)
        let bytes = Array(text.utf8)
        if let fault = Unreadable.first(in: bytes) {
            let lines = Self.lines(of: String(decoding: bytes[..<fault.offset], as: UTF8.self))
            throw ConfigurationProblem(
                fault.message, at: Place(file: self.file, line: lines.count, column: (lines.last?.count ?? 0) + 1),
                severity: .unreadable)
        }
        do {
            root = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            let line = Self.lines(of: text).dropFirst(error.source.begin.line - 1).first ?? ""
            throw ConfigurationProblem(
                Document.explained(error.description, in: line),
                at: Place(file: self.file, line: error.source.begin.line, column: error.source.begin.column),
                severity: .unreadable)
        } catch {
            throw ConfigurationProblem(
                "this is not TOML", at: Place(file: self.file, line: 1, column: 1), severity: .unreadable)
        }
        map = DocumentMap(text)
    }

    /// As TOML has them: a line feed ends one, with or without a carriage return before it, and nothing else does.
    private static func lines(of text: String) -> [Substring] {
        text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { Substring($0) }
    }

    /// The library's sentences begin "Error while parsing key-value pair: ".
    private static func explained(_ description: String, in line: Substring) -> SafeText {
        let parts = description.split(separator: ": ", maxSplits: 1)
        guard parts.count == 2, parts[0].hasPrefix("Error while parsing") else {
            return SafeText(sanitizing: description)
        }
        // Control characters were refused before, so it is the end of the line, or of the file.
        if parts[0].hasSuffix("string"),
            parts[1].hasPrefix("unescaped control character") || parts[1].hasPrefix("encountered end-of-file")
        {
            return "a text in quotes has no end"
        }
        return bareWord(in: line)
            ?? "\(SafeText(sanitizing: String(parts[1]))) (\(SafeText(sanitizing: String(parts[0].dropFirst(12)))))"
    }

    /// The commonest mistake: a text without its quotes. The library takes it for the beginning of a number, or of true
    /// and false. The text itself is not repeated: it may be an address with a password in it. Nor is what stands before
    /// a `=` unless it is a key without quotes: such an address may have one, too.
    private static func bareWord(in line: Substring) -> SafeText? {
        let parts = line.prefix { $0 != "#" }.split(separator: "=", maxSplits: 1)
            .map { String($0).trimmingASCIIWhitespace }
        guard parts.count == 2, let first = parts[1].first, first.isLetter,
            !parts[1].contains(where: { "\"'[]{}".contains($0) }), parts[1] != "true", parts[1] != "false",
            parts[0].utf8.allSatisfy({ DocumentMap.isBare($0) || $0 == UInt8(ascii: ".") }),
            let name = parts[0].split(separator: ".").last
        else { return nil }
        let key = SafeText(sanitizing: parts[0], as: .name)
        if booleanKeys.contains(String(name)),
            ["true", "false", "yes", "no", "on", "off"].contains(parts[1].lowercased())
        {
            return "\"\(key)\" is true or false, in lower case"
        }
        return "text stands in quotes: \(key) = \"…\""
    }

    /// Of config.toml and of the styles of a theme.
    private static let booleanKeys = ["confirm", "bold", "dim", "italic", "underline", "reverse"]

    func place(at offset: Int) -> Place {
        let (line, column) = map.lineAndColumn(of: offset)
        return Place(file: file, line: line, column: column)
    }

    func place(of path: [String]) -> Place { place(at: map.offset(of: path) ?? 0) }

    /// Whether the top level has this key, as a value, a table or a list.
    func states(_ key: String) -> Bool { root.contains(key: key) }

    /// Reads the `[[name]]` blocks of one name.
    func elements(named name: String) -> (blocks: [Fields], problems: [ConfigurationProblem]) {
        guard let value = root[name] else { return ([], []) }
        guard let array = value.array else {
            let problem = ConfigurationProblem(
                "\"\(SafeText(sanitizing: name))\" is a list: write [[\(SafeText(sanitizing: name))]]",
                at: place(of: [name]))
            return ([], [problem])
        }
        let blocks = map.elements(named: name)
        var fields: [Fields] = []
        var problems: [ConfigurationProblem] = []
        for (index, element) in array.enumerated() {
            guard let table = element.table else {
                problems.append(
                    ConfigurationProblem(
                        "every [[\(SafeText(sanitizing: name))]] is a table of keys", at: place(of: [name])))
                continue
            }
            let block = blocks.count == array.count ? blocks[index] : nil
            fields.append(Fields(table, of: "[[\(SafeText(sanitizing: name))]]", path: [name], block: block, in: self))
        }
        return (fields, problems)
    }
}

/// The keys of one table, read one by one; what cannot be followed is collected with its place.
struct Fields {
    let table: TOMLTable
    /// `[[source]]`, for messages.
    let title: SafeText
    let path: [String]
    /// The block of the text; nil where the table is written inline.
    let block: Int?
    let document: Document
    private(set) var problems: [ConfigurationProblem] = []

    init(_ table: TOMLTable, of title: SafeText, path: [String], block: Int?, in document: Document) {
        self.table = table
        self.title = title
        self.path = path
        self.block = block
        self.document = document
    }

    /// Of the table itself.
    var place: Place {
        if let block { return document.place(at: document.map.blocks[block].start) }
        return document.place(of: path)
    }

    func place(of key: String) -> Place {
        if let block {
            guard let entry = document.map.entry(key, in: block) else { return place }
            return document.place(at: entry.key)
        }
        return document.place(of: path + [key])
    }

    /// Of a value; of its key where the value cannot be found.
    func placeOfValue(_ key: String) -> Place {
        guard let block, let entry = document.map.entry(key, in: block) else { return place(of: key) }
        return document.place(at: entry.value.lowerBound)
    }

    /// The place of one grapheme cluster (0-based) of a string value.
    func place(ofCluster number: Int, inValue key: String) -> Place {
        guard let block, let entry = document.map.entry(key, in: block) else { return place(of: key) }
        return document.place(at: document.map.offset(ofCluster: number, inStringAt: entry.value))
    }

    mutating func refuse(_ message: SafeText, at place: Place) {
        problems.append(ConfigurationProblem(message, at: place))
    }

    mutating func refuseValue(of key: String, _ message: SafeText) { refuse(message, at: placeOfValue(key)) }

    /// A word about what holds all the same.
    mutating func remark(_ message: SafeText, at place: Place, severity: ConfigurationProblem.Severity) {
        problems.append(ConfigurationProblem(message, at: place, severity: severity))
    }

    var hasErrors: Bool { problems.contains(where: \.severity.isError) }

    mutating func refuseUnknown(besides known: [String]) {
        for key in table.keys where !known.contains(key) {
            let near = NearestName.suggestion(for: key, among: known)
            refuse("unknown key \"\(SafeText(sanitizing: key))\" in \(title)\(near)", at: place(of: key))
        }
    }

    func has(_ key: String) -> Bool { table.contains(key: key) }

    mutating func string(_ key: String) -> String? {
        guard let value = table[key] else { return nil }
        guard let string = value.string else {
            refuseType(key, wanted: "a text in quotes")
            return nil
        }
        return string
    }

    mutating func integer(_ key: String) -> Int? {
        guard let value = table[key] else { return nil }
        guard let integer = value.int else {
            refuseType(key, wanted: "a whole number")
            return nil
        }
        return integer
    }

    mutating func bool(_ key: String) -> Bool? {
        guard let value = table[key] else { return nil }
        guard let bool = value.bool else {
            refuseType(key, wanted: "true or false")
            return nil
        }
        return bool
    }

    /// A list of texts; `allowingOne` takes a single text as a list of one.
    mutating func strings(_ key: String, allowingOne: Bool = false) -> [String]? {
        guard let value = table[key] else { return nil }
        if allowingOne, let one = value.string { return [one] }
        let strings = value.array?.map(\.string)
        guard let strings, strings.allSatisfy({ $0 != nil }) else {
            refuseType(key, wanted: allowingOne ? "a text in quotes or a list of them" : "a list of texts in quotes")
            return nil
        }
        return strings.compactMap(\.self)
    }

    /// Seconds written as `"15m"`.
    mutating func duration(_ key: String, atLeast least: Int = 60) -> Int? {
        guard let text = string(key) else { return nil }
        guard let seconds = DurationSpelling.read(text), seconds >= least else {
            refuseValue(
                of: key,
                """
                "\(SafeText(sanitizing: key))" wants a time such as "15m", "2h" or "1d", \
                at least \(SafeText(sanitizing: DurationSpelling.write(least)))
                """)
            return nil
        }
        return seconds
    }

    /// One of a few words.
    mutating func choice<Choice: RawRepresentable<String>>(_ key: String, among choices: [Choice]) -> Choice? {
        guard let text = string(key) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let words = choices.map(\.rawValue)
        refuseValue(
            of: key,
            """
            "\(SafeText(sanitizing: key))" is one of \(SafeText(sanitizing: words.joined(separator: ", "))), \
            not "\(SafeText(sanitizing: text))"\(NearestName.suggestion(for: text, among: words))
            """)
        return nil
    }

    /// Says nothing after another fault: the missing key is most often the misspelled one.
    mutating func refuseMissing(_ key: String, because reason: SafeText) {
        guard problems.isEmpty else { return }
        refuse("\(title) lacks \"\(SafeText(sanitizing: key))\": \(reason)", at: place)
    }

    private mutating func refuseType(_ key: String, wanted: SafeText) {
        let found = table[key]?.type
        let shown: SafeText =
            switch found {
            case .string: "a text"
            case .int: "a whole number"
            case .double: "a number with a point"
            case .bool: "true or false"
            case .array: "a list"
            case .table: "a table"
            default: "a date or a time"
            }
        refuseValue(of: key, "\"\(SafeText(sanitizing: key))\" wants \(wanted), not \(shown)")
    }
}
