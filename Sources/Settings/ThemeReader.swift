import Cells
public import ReaderCore
import TOMLKit
import Text
import TimelineModel

/// Reads a theme: colours and attributes, nothing else; a theme names no file and runs nothing.
///
/// `name`, a `[palette]` of colours (`"#rrggbb"`, `"ansi 0"` to `"ansi 15"`, `"terminal"`, or one of the terminal's
/// eight), and `[styles]`: for each role a colour, or `{ fg, bg, bold, dim, italic, underline, reverse }`. A role that
/// states no colour has those of `text`.
public enum ThemeReader {
    /// What cannot be followed is left out and reported as a warning; the role then looks like `text`.
    /// - Parameter file: the name that messages show; without its ending the name of a theme that states none.
    public static func read(_ text: String, file: String) -> (Theme, [ConfigurationProblem]) {
        let name = String(file.split(separator: "/").last.map { $0.hasSuffix(".toml") ? $0.dropLast(5) : $0 } ?? "")
        do {
            var reading = ThemeReading(of: try Document(text, file: file), named: name)
            reading.read()
            let problems = reading.problems.sorted {
                ($0.place.line, $0.place.column) < ($1.place.line, $1.place.column)
            }
            return (reading.theme, problems)
        } catch {
            return (Theme(name: name), [error])
        }
    }
}

private struct ThemeReading {
    let document: Document
    var theme: Theme
    var problems: [ConfigurationProblem] = []

    init(of document: Document, named name: String) {
        self.document = document
        theme = Theme(name: name)
    }

    mutating func read() {
        for key in document.root.keys where !["name", "palette", "styles"].contains(key) {
            let near = NearestName.suggestion(for: key, among: ["name", "palette", "styles"])
            warn("unknown key \"\(SafeText(sanitizing: key))\" in a theme\(near)", at: [key])
        }
        if let value = document.root["name"] {
            if let name = value.string, !SafeText(sanitizing: name, as: .name).isEmpty {
                theme.name = SafeText(sanitizing: name, as: .name).string
            } else {
                warn("\"name\" wants a text in quotes", at: ["name"])
            }
        }
        readPalette()
        readStyles()
    }

    private mutating func readPalette() {
        guard let table = table(["palette"]) else { return }
        for key in table.keys {
            if let text = table[key]?.string, let color = plainColor(text) {
                theme.palette[key] = color
            } else {
                warn(
                    "a colour is \"#rrggbb\", \"ansi 0\" to \"ansi 15\", \"terminal\", or a name such as \"blue\"",
                    at: ["palette", key])
            }
        }
    }

    private mutating func readStyles() {
        guard let table = table(["styles"]) else { return }
        let roles = Role.allCases.map(\.rawValue)
        for key in table.keys where !roles.contains(key) {
            let near = NearestName.suggestion(for: key, among: roles)
            warn("unknown role \"\(SafeText(sanitizing: key))\" in [styles]\(near)", at: ["styles", key])
        }
        var base = Style.plain
        if let value = table[Role.text.rawValue], let style = style(value, of: .text, over: base) { base = style }
        theme.styles[.text] = base
        // Only colours are handed on: bold running text would otherwise make everything bold.
        base.attributes = []
        for role in Role.allCases where role != .text {
            guard let value = table[role.rawValue], let style = style(value, of: role, over: base) else { continue }
            theme.styles[role] = style
        }
    }

    private mutating func style(_ value: some TOMLValueConvertible, of role: Role, over base: Style) -> Style? {
        let path = ["styles", role.rawValue]
        if let name = value.string {
            guard let color = color(name, at: path) else { return nil }
            return Style(foreground: color, background: base.background)
        }
        guard let table = value.table else {
            warn("a style is a colour or { fg = …, bg = …, bold = true }", at: path)
            return nil
        }
        var style = base
        let attributes: [(String, Style.Attributes)] = [
            ("bold", .bold), ("dim", .dim), ("italic", .italic), ("underline", .underline), ("reverse", .reverse),
        ]
        for key in table.keys {
            let place = path + [key]
            if key == "fg" || key == "bg" {
                guard let color = color(table[key]?.string ?? "", at: place) else { continue }
                if key == "fg" { style.foreground = color } else { style.background = color }
            } else if let (_, attribute) = attributes.first(where: { $0.0 == key }) {
                guard let isOn = table[key]?.bool else {
                    warn("\"\(SafeText(sanitizing: key))\" is true or false", at: place)
                    continue
                }
                if isOn { style.attributes.insert(attribute) }
            } else {
                let near = NearestName.suggestion(for: key, among: ["fg", "bg"] + attributes.map(\.0))
                warn("unknown key \"\(SafeText(sanitizing: key))\" in a style\(near)", at: place)
            }
        }
        return style
    }

    /// A colour of the palette, or a plain one.
    private mutating func color(_ name: String, at path: [String]) -> Color? {
        if let color = theme.palette[name] ?? plainColor(name) { return color }
        let known = Array(theme.palette.keys) + Array(Theme.terminalColors.keys)
        warn(
            "there is no colour \"\(SafeText(sanitizing: name))\"\(NearestName.suggestion(for: name, among: known))",
            at: path)
        return nil
    }

    private func plainColor(_ text: String) -> Color? {
        if text == "terminal" { return .terminal }
        if let color = Theme.terminalColors[text] { return color }
        if text.hasPrefix("ansi "), let number = UInt8(text.dropFirst(5)), number < 16 { return .ansi(number) }
        guard text.hasPrefix("#"), text.utf8.count == 7, text.dropFirst().allSatisfy(\.isHexDigit),
            let number = UInt32(text.dropFirst(), radix: 16)
        else { return nil }
        return .rgb(
            red: UInt8(number >> 16 & 0xFF), green: UInt8(number >> 8 & 0xFF), blue: UInt8(number & 0xFF))
    }

    private mutating func table(_ path: [String]) -> TOMLTable? {
        guard let value = document.root[path[0]] else { return nil }
        if let table = value.table { return table }
        warn("\"\(SafeText(sanitizing: path[0]))\" is a table: write [\(SafeText(sanitizing: path[0]))]", at: path)
        return nil
    }

    private mutating func warn(_ message: SafeText, at path: [String]) {
        problems.append(ConfigurationProblem(message, at: document.place(of: path), severity: .warning))
    }
}
