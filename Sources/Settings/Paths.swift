/// Where Perchoir keeps its files, on every system alike. Source: XDG Base Directory Specification 0.8.
public struct Paths: Hashable, Sendable {
    /// Folders of Perchoir's own, absolute, without a slash at the end; they may not exist yet.
    public let configuration: String
    public let data: String
    public let state: String

    /// - Parameters:
    ///   - environment: the process's environment.
    ///   - home: the home folder by the user database, for when HOME is not set.
    ///   - user: a number of the user, for a folder of his own when he has no home.
    public init(environment: [String: String], home: String? = nil, user: UInt32 = 0) {
        func absolute(_ path: String?) -> String? {
            // A relative path is invalid and has to be ignored, says the specification.
            guard var path, path.hasPrefix("/") else { return nil }
            while path.count > 1, path.hasSuffix("/") { path.removeLast() }
            return path
        }
        let root =
            absolute(environment["HOME"]) ?? absolute(home)
            ?? "\(absolute(environment["TMPDIR"]) ?? "/tmp")/perchoir-\(user)"
        func folder(_ variable: String, _ standard: String) -> String {
            let base = absolute(environment[variable]) ?? (root == "/" ? "/\(standard)" : "\(root)/\(standard)")
            return base == "/" ? "/perchoir" : "\(base)/perchoir"
        }
        configuration = folder("XDG_CONFIG_HOME", ".config")
        data = folder("XDG_DATA_HOME", ".local/share")
        state = folder("XDG_STATE_HOME", ".local/state")
    }

    public var configurationFile: String { "\(configuration)/config.toml" }
    public var themes: String { "\(configuration)/themes" }
    public var store: String { "\(data)/perchoir.sqlite" }
    public var credentials: String { "\(data)/credentials.toml" }
    public var log: String { "\(state)/perchoir.log" }
}
