import Glibc
import TOMLKit
import Text
public import TimelineModel

/// credentials.toml: the tokens of the user's accounts, in a file that nobody else can open.
///
/// Each is a `[[credential]]` block with `account` and `token`; other keys and comments are left alone.
public struct Credentials: Sendable {
    /// Absolute. Never a symbolic link.
    public let path: String

    public init(path: String) { self.path = path }

    /// The token of an account; nil when none is stored.
    /// - Throws: when the file or its folder is open to others, is somebody else's, a link, or no TOML.
    public func token(for account: AccountName) throws(FileTrouble) -> Token? {
        guard let text = try load() else { return nil }
        let document = try parsed(text)
        guard let block = blocks(of: account, in: document).last else { return nil }
        guard let token = block.table["token"]?.string.flatMap({ Token($0) }) else {
            throw FileTrouble(
                .malformed, path: path, "line \(block.place.line): the token of \(account.shown) is missing or broken")
        }
        return token
    }

    /// The accounts that have a token, in the order of the file.
    public func accounts() throws(FileTrouble) -> [AccountName] {
        guard let text = try load() else { return [] }
        var names: [AccountName] = []
        for block in try parsed(text).elements(named: "credential").blocks {
            guard let name = block.table["account"]?.string.flatMap({ AccountName($0) }), !names.contains(name) else {
                continue
            }
            names.append(name)
        }
        return names
    }

    /// Keeps a token, in place of an earlier one of the same account. On return it is on the disk.
    public func store(_ token: Token, for account: AccountName) throws(FileTrouble) {
        try withLock { locked throws(FileTrouble) in try locked.store(token, for: account) }
    }

    /// Forgets an account's token.
    /// - Returns: false when there was none.
    @discardableResult
    public func remove(_ account: AccountName) throws(FileTrouble) -> Bool {
        guard try accounts().contains(account) else { return false }
        try withLock { _ throws(FileTrouble) in try forget(account) }
        return true
    }

    /// Runs `body` while no other process changes or refreshes credentials: a refresh token may work only once.
    /// `body` uses the value that it gets; `store` and `remove` would wait for this very lock.
    /// - Throws: what `body` throws; when another process keeps the lock for five seconds.
    public func withLock<Result>(
        _ body: (Locked) throws(FileTrouble) -> Result
    ) throws(FileTrouble) -> Result {
        try Files.createFolder(Files.folder(of: path))
        try requirePrivateFolder()
        return try Files.withLock(onFolder: Files.folder(of: path)) { () throws(FileTrouble) in
            try body(Locked(credentials: self))
        }
    }

    /// The credentials while their lock is held.
    public struct Locked {
        fileprivate let credentials: Credentials

        public func token(for account: AccountName) throws(FileTrouble) -> Token? {
            try credentials.token(for: account)
        }

        public func store(_ token: Token, for account: AccountName) throws(FileTrouble) {
            try credentials.keep(token, for: account)
        }
    }

    private func keep(_ token: Token, for account: AccountName) throws(FileTrouble) {
        try edit { text, document throws(FileTrouble) in
            guard let block = blocks(of: account, in: document).last else {
                var editor = BlockEditor(text)
                editor.append([
                    "[[credential]]", "account = \(BlockSpelling.quoted(account.spelled))",
                    "token = \(BlockSpelling.quoted(token.secret))",
                ])
                return editor.text
            }
            guard let index = block.block, let entry = document.map.entry("token", in: index) else {
                throw FileTrouble(
                    .malformed, path: path,
                    "line \(block.place.line): the block of \(account.shown) has no token to replace; remove the block")
            }
            var bytes = Array(text.utf8)
            bytes.replaceSubrange(entry.value, with: Array(BlockSpelling.quoted(token.secret).utf8))
            return String(decoding: bytes, as: UTF8.self)
        }
        guard try self.token(for: account) == token else {
            throw FileTrouble(.malformed, path: path, "the token of \(account.shown) could not be kept")
        }
    }

    private func forget(_ account: AccountName) throws(FileTrouble) {
        try edit { text, document throws(FileTrouble) in
            var text = text
            var document = document
            while let block = blocks(of: account, in: document).last {
                guard let index = block.block else {
                    throw FileTrouble(.malformed, path: path, "written as an inline table, which only you can edit")
                }
                var editor = BlockEditor(text)
                editor.remove(block: index, of: document.map)
                text = editor.text
                document = try parsed(text)
            }
            return text
        }
    }

    // MARK: - The file

    private static let limit = 1 << 20

    private func blocks(of account: AccountName, in document: Document) -> [Fields] {
        document.elements(named: "credential").blocks.filter {
            $0.table["account"]?.string.flatMap { AccountName($0) } == account
        }
    }

    private func parsed(_ text: String) throws(FileTrouble) -> Document {
        do {
            return try Document(text, file: Files.name(of: path))
        } catch {
            // Not the message: it can quote what stands there.
            throw FileTrouble(
                .malformed, path: path, "line \(error.place.line), column \(error.place.column): this is not TOML")
        }
    }

    private func load() throws(FileTrouble) -> String? {
        guard let content = try Files.read(path, limit: Self.limit, followingLinks: false) else { return nil }
        try requirePrivateFolder()
        try content.requirePrivate(path)
        guard let text = String(validating: content.bytes, as: UTF8.self) else {
            throw FileTrouble(.malformed, path: path, "this is not UTF-8 text")
        }
        return text
    }

    /// Whoever can write the folder could put a file of his own in the place of this one.
    private func requirePrivateFolder() throws(FileTrouble) {
        let folder = Files.folder(of: path)
        var status = stat()
        guard stat(folder, &status) == 0 else { throw .system(folder, "cannot be examined") }
        guard status.st_uid == geteuid() else {
            throw FileTrouble(.refused, path: folder, "belongs to somebody else; secrets are kept in your own folders")
        }
        guard status.st_mode & 0o022 == 0 else {
            throw FileTrouble(
                .refused, path: folder,
                "others can write this folder, so no secret is safe in it: chmod 700 \(Files.quotedForShell(folder))")
        }
    }

    /// The lock is held.
    private func edit(_ change: (String, Document) throws(FileTrouble) -> String) throws(FileTrouble) {
        let text = try load() ?? Self.preamble
        let edited = try change(text, try parsed(text))
        _ = try parsed(edited)
        try Files.replace(path, with: Array(edited.utf8), mode: 0o600)
    }

    private static let preamble =
        "# Secrets of Perchoir's accounts. Keep the mode at 0600 and out of backups that others read.\n"
}
