import Glibc
import Settings
import Text

/// Gets the password of a feed: from a file, from standard input, or typed without being shown.
enum PasswordPrompt {
    /// - Parameter file: nil asks at the terminal; `-` takes the first line of standard input.
    static func password(of user: SafeText, file: String?) throws(WorkspaceError) -> String {
        switch file {
        case "-"?:
            guard let line = readLine() else { throw WorkspaceError("standard input gave no password", .badData) }
            return line
        case let file?:
            do throws(FileTrouble) { return try SecretFile.text(of: file) } catch { throw WorkspaceError(error) }
        case nil:
            guard isatty(STDIN_FILENO) == 1, let typed = getpass("Password of \(user.string): ") else {
                throw WorkspaceError("there is no terminal to ask for the password; give it by --password-file", .usage)
            }
            return String(cString: typed)
        }
    }
}
