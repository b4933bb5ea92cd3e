import Glibc
public import Text

/// config.toml as it was read.
public struct LoadedConfiguration: Sendable {
    public let text: String
    /// False when there is no file; the text is empty then.
    public let exists: Bool
    /// Set when others than the user could have written the file: commands in it must not be run.
    public let untrusted: ConfigurationFile.Distrust?
    let mode: mode_t
    let owner: uid_t?
    let group: gid_t?
}

/// config.toml on the disk: read whole, replaced whole, never half written.
public struct ConfigurationFile: Sendable {
    /// Absolute. May be a symbolic link, which stays one.
    public let path: String

    public init(path: String) { self.path = path }

    /// Why commands in a file are not run.
    public struct Distrust: Hashable, Sendable {
        /// What is wrong and the command that repairs it.
        public let message: SafeText

        public init(message: SafeText) { self.message = message }
    }

    /// Why an edit was not made.
    public enum EditTrouble: Error, Hashable, Sendable {
        /// It could not be read or replaced.
        case file(FileTrouble)
        /// The change cannot be made in what the file says.
        case text(ConfigurationProblem)

        public var shown: SafeText {
            switch self {
            case .file(let trouble): trouble.shown
            case .text(let problem): problem.shown
            }
        }
    }

    /// Nil when there is no file, or none that can be seen.
    public var stamp: FileStamp? { FileStamp(path) }

    /// Bytes of a configuration at most.
    private static let limit = 1 << 20

    /// - Throws: when the file is there but cannot be read, is no plain file, is larger than 1 MiB, or is not UTF-8.
    public func load() throws(FileTrouble) -> LoadedConfiguration {
        guard let content = try Files.read(path, limit: Self.limit) else {
            // As when the disk with somebody's dotfiles is not there: that is not the same as no configuration.
            if leadsNowhere { throw Self.toNowhere(path) }
            return LoadedConfiguration(text: "", exists: false, untrusted: nil, mode: 0o600, owner: nil, group: nil)
        }
        guard let text = String(validating: content.bytes, as: UTF8.self) else {
            let line = Self.firstLineNotUTF8(content.bytes)
            throw FileTrouble(.malformed, path: path, "line \(line) is not UTF-8 text")
        }
        return LoadedConfiguration(
            text: text, exists: true, untrusted: distrust(content), mode: content.mode, owner: content.owner,
            group: content.group)
    }

    private func distrust(_ content: Files.Content) -> Distrust? {
        if content.owner != geteuid(), content.owner != 0 {
            return Distrust(message: "commands are run only from a file that you own; this one is somebody else's")
        }
        guard content.mode & 0o022 != 0 else { return nil }
        return Distrust(
            message: "others can write this file, so no command in it is run: chmod go-w \(Files.quotedForShell(path))")
    }

    private static func firstLineNotUTF8(_ bytes: [UInt8]) -> Int {
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        return (lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0) + 1
    }

    /// Reads the file, changes its text, and replaces it: atomic, mode, owner and group kept, a symbolic link kept.
    /// - Parameter change: gets the text and gives the new one, by `ConfigurationText`.
    /// - Throws: what `change` throws; `.changed` when somebody saved the file in the meantime. The file is then as
    ///   it was.
    public func edit(_ change: (String) throws(ConfigurationProblem) -> String) throws(EditTrouble) {
        let loaded: LoadedConfiguration
        do { loaded = try load() } catch { throw .file(error) }
        let text: String
        do { text = try change(loaded.text) } catch { throw .text(error) }
        do { try save(text, replacing: loaded) } catch { throw .file(error) }
    }

    /// Replaces what was loaded.
    /// - Throws: `.malformed` when the new text is no TOML or could not be loaded again; `.changed` when the file is not what was loaded.
    public func save(_ text: String, replacing loaded: LoadedConfiguration) throws(FileTrouble) {
        do {
            _ = try Document(text, file: Files.name(of: path))
        } catch {
            throw FileTrouble(.malformed, path: path, "would not be TOML any more, \(error.shown); nothing was written")
        }
        guard text.utf8.count <= Self.limit else {
            throw FileTrouble(
                .malformed, path: path, "would be larger than \(Self.limit >> 10) KiB; nothing was written")
        }
        let target = try target()
        try Files.createFolder(Files.folder(of: target))
        try Files.withLock(onFolder: Files.folder(of: target)) { () throws(FileTrouble) in
            // Without a byte it would look like one that an editor is about to write.
            try Files.replace(
                target, with: Array((text.isEmpty ? "\n" : text).utf8), mode: loaded.mode, owner: loaded.owner,
                group: loaded.group,
                check: { () throws(FileTrouble) in try checkUnchanged(since: loaded) })
        }
    }

    private func checkUnchanged(since loaded: LoadedConfiguration) throws(FileTrouble) {
        let now = try Files.read(path, limit: Self.limit)
        // Comparing bytes, not times: an editor can save twice within a clock tick.
        guard (now != nil) == loaded.exists, (now?.bytes ?? []).elementsEqual(loaded.text.utf8) else {
            throw FileTrouble(.changed, path: path, "somebody changed it meanwhile; nothing was written, try again")
        }
    }

    /// The file that a chain of symbolic links ends at.
    private func target() throws(FileTrouble) -> String {
        if let resolved = realpath(path, nil) {
            defer { free(resolved) }
            return String(cString: resolved)
        }
        if leadsNowhere { throw Self.toNowhere(path) }
        return path
    }

    private static func toNowhere(_ path: String) -> FileTrouble {
        FileTrouble(.refused, path: path, "a symbolic link to nowhere; create the file that it names")
    }

    /// Is a symbolic link, of what could not be found.
    private var leadsNowhere: Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }
}
