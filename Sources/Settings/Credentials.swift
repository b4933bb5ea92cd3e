import Glibc
import Text
public import TimelineModel

/// credentials.toml: the tokens of the user's accounts and the passwords of his feeds, in a file that nobody else can open.
///
/// Each is a `[[credential]]` block with `account` and `token`, and, of a sign-in, `scopes`, `refresh_token`, when
/// the token `expires`, and the `client_id` of the `[[client]]` block by which it was granted.
/// The name and password of a feed are a `[[login]]` block with `feed`, `user` and `password`.
/// Other keys and comments are left alone.
public struct Credentials: Sendable {
    /// Absolute. Never a symbolic link.
    public let path: String
    /// How long another process may keep the lock, in seconds.
    private let patience: Int

    /// - Parameter patience: seconds to wait for another process that changes credentials; a renewal takes less than
    ///   half a minute.
    public init(path: String, patience: Int = 30) {
        self.path = path
        self.patience = patience
    }

    // MARK: - Reading

    /// What is kept of an account; nil when it is not signed in.
    /// - Throws: when the file or its folder is open to others, is somebody else's, a link, or no TOML.
    public func credential(for account: AccountName) throws(FileTrouble) -> Credential? {
        try load()?.credential(for: account)
    }

    /// The accounts that have a token, in the order of the file.
    public func accounts() throws(FileTrouble) -> [AccountName] { try load()?.accounts ?? [] }

    /// The client by which a server granted a token.
    public func client(_ id: String, of server: Server) throws(FileTrouble) -> ClientCredential? {
        try load()?.clients.last { $0.server == server && $0.id == id }
    }

    /// The client for the next sign-in on a server.
    public func newestClient(of server: Server) throws(FileTrouble) -> ClientCredential? {
        try load()?.clients.last { $0.server == server }
    }

    /// What changes with the file; nil when there is none.
    public var stamp: FileStamp? { FileStamp(path) }

    /// The names and passwords of feeds.
    /// - Throws: as `credential`; when a block lacks its name or password.
    public func logins() throws(FileTrouble) -> [SourceID: FeedLogin] { try load()?.logins() ?? [:] }

    // MARK: - Writing

    /// Keeps a token that the user brought, in place of what there was of the account. On return it is on the disk.
    public func store(_ token: Token, for account: AccountName) throws(FileTrouble) {
        try store(Credential(token: token), for: account)
    }

    /// Keeps what a sign-in gave, in place of what there was of the account. On return it is on the disk.
    public func store(_ credential: Credential, for account: AccountName) throws(FileTrouble) {
        try withLock { locked throws(FileTrouble) in try locked.store(credential, for: account) }
    }

    /// Keeps a client as its server's newest, and forgets those that no token needs.
    public func store(_ client: ClientCredential) throws(FileTrouble) {
        try withLock { _ throws(FileTrouble) in
            try edit { text throws(FileTrouble) in
                let without = try CredentialsText(text.forgettingClients(of: client.server, but: nil), path: path)
                return try without.keeping(client)
            }
        }
    }

    /// Forgets an account's token.
    /// - Returns: false when there was none.
    @discardableResult
    public func remove(_ account: AccountName) throws(FileTrouble) -> Bool {
        guard try accounts().contains(account) else { return false }
        try withLock { _ throws(FileTrouble) in
            try edit { text throws(FileTrouble) in
                let newest = text.clients.last { $0.server == account.server }?.id
                let without = try CredentialsText(text.forgetting(account), path: path)
                return try without.forgettingClients(of: account.server, but: newest)
            }
        }
        return true
    }

    /// Keeps the names and passwords of feeds in place of those they had.
    public func store(_ logins: [(feed: WebAddress, login: FeedLogin)]) throws(FileTrouble) {
        guard !logins.isEmpty else { return }
        try withLock { _ throws(FileTrouble) in
            try edit { text throws(FileTrouble) in try text.keeping(logins) }
        }
    }

    /// Finds what would keep `store` from keeping them, as far as that is known beforehand: for who writes elsewhere first.
    /// - Throws: as `store`.
    public func check(storing logins: [(feed: WebAddress, login: FeedLogin)]) throws(FileTrouble) {
        guard !logins.isEmpty else { return }
        try withLock { _ throws(FileTrouble) in
            _ = try edited { text throws(FileTrouble) in try text.keeping(logins) }
            guard access(Files.folder(of: path), W_OK) == 0 else { throw .system(path, "cannot be replaced") }
        }
    }

    /// Forgets the name and password of a feed.
    public func removeLogin(of feed: WebAddress) throws(FileTrouble) {
        guard try load()?.hasLogin(for: feed) == true else { return }
        try withLock { _ throws(FileTrouble) in
            try edit { text throws(FileTrouble) in try text.forgettingLogin(of: feed) }
        }
    }

    /// Runs `body` while no other process, and nothing else in this one, changes or renews credentials: a refresh
    /// token may work only once. `body` uses the value that it gets; `store` and `remove` would wait for this very lock.
    /// - Throws: what `body` throws; when another process keeps the lock for longer than `patience`.
    public func withLock<Result>(
        _ body: (Locked) throws(FileTrouble) -> Result
    ) throws(FileTrouble) -> Result {
        try Files.createFolder(Files.folder(of: path))
        try requirePrivateFolder()
        return try Files.withLock(onFolder: Files.folder(of: path), seconds: patience) { () throws(FileTrouble) in
            try body(Locked(credentials: self))
        }
    }

    /// The credentials while their lock is held.
    public struct Locked {
        fileprivate let credentials: Credentials

        /// What is kept of the account; nil where nothing is.
        public func credential(for account: AccountName) throws(FileTrouble) -> Credential? {
            try credentials.credential(for: account)
        }

        /// As `Credentials.store`, without taking the lock again.
        public func store(_ credential: Credential, for account: AccountName) throws(FileTrouble) {
            try credentials.edit { text throws(FileTrouble) in try text.keeping(credential, for: account) }
            guard try self.credential(for: account) == credential else {
                throw FileTrouble(
                    .malformed, path: credentials.path, "the token of \(account.shown) could not be kept")
            }
        }
    }

    // MARK: - The file

    private static let limit = 1 << 20

    private func load() throws(FileTrouble) -> CredentialsText? {
        guard let content = try Files.read(path, limit: Self.limit, followingLinks: false) else { return nil }
        try requirePrivateFolder()
        try content.requirePrivate(path)
        guard let text = String(validating: content.bytes, as: UTF8.self) else {
            throw FileTrouble(.malformed, path: path, "this is not UTF-8 text")
        }
        return try CredentialsText(text, path: path)
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
    private func edit(_ change: (CredentialsText) throws(FileTrouble) -> String) throws(FileTrouble) {
        try Files.replace(path, with: Array(edited(change).text.utf8), mode: 0o600)
    }

    private func edited(
        _ change: (CredentialsText) throws(FileTrouble) -> String
    ) throws(FileTrouble) -> CredentialsText {
        let text = if let text = try load() { text } else { try CredentialsText(Self.preamble, path: path) }
        return try CredentialsText(change(text), path: path)
    }

    private static let preamble =
        "# Secrets of Perchoir's accounts and feeds. Keep the mode at 0600 and out of backups that others read.\n"
}
