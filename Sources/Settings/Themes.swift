import BuiltInThemes
import Glibc
public import ReaderCore
import Text
import TimelineModel

/// The themes that there are: those in the program, and the user's.
public enum Themes {
    /// Of the built-in ones, the default first.
    public static var names: [String] { BuiltInThemes.all.map(\.name) }

    /// A theme of those in the program; nil where none is called so.
    public static func builtIn(named name: String) -> Theme? {
        BuiltInThemes.all.first { $0.name == name }.map { ThemeReader.read($0.text, file: $0.name + ".toml").0 }
    }

    /// What every theme falls back to: the terminal's own colours.
    public static var standard: Theme { builtIn(named: "default") ?? Theme(name: "default") }

    /// The names of the files `*.toml` in a folder, without the ending, sorted; empty when there is no such folder.
    public static func userNames(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let file = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if file.hasSuffix(".toml"), isName(String(file.dropLast(5))) { names.append(String(file.dropLast(5))) }
        }
        return names.sorted()
    }

    /// A theme by its name: the user's own before a built-in one, else the default with a problem that says so.
    /// - Parameters:
    ///   - folder: where the user's themes are (`Paths.themes`).
    ///   - place: where the name was written, for the message.
    public static func theme(
        named name: String, userThemes folder: String?, place: Place
    ) -> (Theme, [ConfigurationProblem]) {
        // A theme is chosen by name; a name with a slash would be a path.
        if let folder, isName(name), userNames(in: folder).contains(name) {
            let path = file(of: name, in: folder)
            do throws(FileTrouble) {
                if let content = try Files.read(path, limit: 1 << 18) {
                    return ThemeReader.read(String(decoding: content.bytes, as: UTF8.self), file: path)
                }
            } catch {
                return (standard, [ConfigurationProblem(error.shown, at: place)])
            }
        }
        if let theme = builtIn(named: name) { return (theme, []) }
        let near = NearestName.suggestion(for: name, among: names + (folder.map(userNames) ?? []))
        return (
            standard,
            [ConfigurationProblem("there is no theme \"\(SafeText(sanitizing: name))\"\(near)", at: place)]
        )
    }

    /// Nil where the user has no theme of that name.
    public static func stamp(ofUserTheme name: String, in folder: String) -> FileStamp? {
        isName(name) ? FileStamp(file(of: name, in: folder)) : nil
    }

    private static func file(of name: String, in folder: String) -> String { "\(folder)/\(name).toml" }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && !text.hasPrefix(".") && !text.contains("/") && !text.utf8.contains(0)
    }
}
