import Glibc
import TOMLKit
import Text
import TimelineModel

/// The text of credentials.toml: what its blocks say, and the same with a block changed.
struct CredentialsText {
    let path: String
    let text: String
    private let document: Document

    init(_ text: String, path: String) throws(FileTrouble) {
        self.path = path
        self.text = text
        do {
            document = try Document(text, file: Files.name(of: path))
        } catch {
            // Not the message: it can quote what stands there.
            throw FileTrouble(
                .malformed, path: path, "line \(error.place.line), column \(error.place.column): this is not TOML")
        }
    }

    // MARK: - Accounts

    /// In the order of the text, each once.
    var accounts: [AccountName] {
        var names: [AccountName] = []
        for block in document.elements(named: "credential").blocks {
            guard let name = Self.account(of: block), !names.contains(name) else { continue }
            names.append(name)
        }
        return names
    }

    private static func account(of block: Fields) -> AccountName? {
        block.table["account"]?.string.flatMap { AccountName($0) }
    }

    private func blocks(of account: AccountName) -> [Fields] {
        document.elements(named: "credential").blocks.filter { Self.account(of: $0) == account }
    }

    func credential(for account: AccountName) throws(FileTrouble) -> Credential? {
        guard let block = blocks(of: account).last else { return nil }
        guard let token = block.table["token"]?.string.flatMap({ Token($0) }) else {
            throw FileTrouble(
                .malformed, path: path, "line \(block.place.line): the token of \(account.shown) is missing or broken")
        }
        return Credential(
            token: token, scopes: block.table["scopes"]?.string.map { Scopes(spelled: $0) },
            refreshToken: block.table["refresh_token"]?.string.flatMap { Token($0) },
            expires: block.table["expires"]?.string.flatMap { Timestamp(rfc3339: $0) },
            clientID: block.table["client_id"]?.string)
    }

    func keeping(_ credential: Credential, for account: AccountName) throws(FileTrouble) -> String {
        let fields: [(key: String, value: String?)] = [
            ("token", BlockSpelling.quoted(credential.token.secret)),
            ("refresh_token", credential.refreshToken.map { BlockSpelling.quoted($0.secret) }),
            ("expires", credential.expires.map { BlockSpelling.quoted($0.rfc3339) }),
            ("scopes", credential.scopes.map { BlockSpelling.quoted($0.spelled) }),
            ("client_id", credential.clientID.map { BlockSpelling.quoted($0) }),
        ]
        return try setting(
            [("account", BlockSpelling.quoted(account.spelled))] + fields, in: blocks(of: account).last,
            orAppending: "[[credential]]", naming: "account")
    }

    func forgetting(_ account: AccountName) throws(FileTrouble) -> String {
        try removing(blocks(of: account))
    }

    // MARK: - Clients

    /// In the order of the text: the newest of a server last.
    var clients: [ClientCredential] { document.elements(named: "client").blocks.compactMap(Self.client) }

    private static func client(_ block: Fields) -> ClientCredential? {
        let table = block.table
        guard let server = table["server"]?.string.flatMap({ Server($0) }), let id = table["client_id"]?.string,
            let secret = table["client_secret"]?.string.flatMap({ Token($0) })
        else { return nil }
        let redirects = table["redirect_uris"]?.array?.compactMap(\.string) ?? []
        return ClientCredential(
            server: server, id: id, secret: secret, redirects: redirects,
            scopes: Scopes(spelled: table["scopes"]?.string ?? ""))
    }

    private func clientBlocks(where holds: (ClientCredential) -> Bool) -> [Fields] {
        document.elements(named: "client").blocks.filter { Self.client($0).map(holds) ?? false }
    }

    func keeping(_ client: ClientCredential) throws(FileTrouble) -> String {
        let fields: [(key: String, value: String?)] = [
            ("server", BlockSpelling.quoted(client.server.base.text)), ("client_id", BlockSpelling.quoted(client.id)),
            ("client_secret", BlockSpelling.quoted(client.secret.secret)),
            ("redirect_uris", "[\(client.redirects.map(BlockSpelling.quoted).joined(separator: ", "))]"),
            ("scopes", BlockSpelling.quoted(client.scopes.spelled)),
        ]
        return try setting(
            fields, in: clientBlocks { $0.server == client.server && $0.id == client.id }.last,
            orAppending: "[[client]]", naming: "client_id")
    }

    /// Without the clients of a server that no credential needs.
    /// - Parameter id: one that stays.
    func forgettingClients(of server: Server, but id: String?) throws(FileTrouble) -> String {
        let needed = Set(
            document.elements(named: "credential").blocks.compactMap { block in
                Self.account(of: block)?.server == server ? block.table["client_id"]?.string : nil
            })
        return try removing(clientBlocks { $0.server == server && $0.id != id && !needed.contains($0.id) })
    }

    // MARK: - Logins

    private func loginBlocks(of feed: WebAddress) -> [Fields] {
        document.elements(named: "login").blocks.filter { Self.feed(of: $0)?.id == SourceAddress.feed(feed).id }
    }

    private static func feed(of block: Fields) -> SourceAddress? {
        block.table["feed"]?.string.flatMap { WebAddress($0) }.map { .feed($0) }
    }

    func logins() throws(FileTrouble) -> [SourceID: FeedLogin] {
        var logins: [SourceID: FeedLogin] = [:]
        for block in document.elements(named: "login").blocks {
            guard let feed = Self.feed(of: block), let user = block.table["user"]?.string,
                let login = FeedLogin(user: user, password: block.table["password"]?.string ?? "")
            else {
                throw FileTrouble(
                    .malformed, path: path, "line \(block.place.line): a login needs a feed, a user and a password")
            }
            logins[feed.id] = login
        }
        return logins
    }

    func hasLogin(for feed: WebAddress) -> Bool { !loginBlocks(of: feed).isEmpty }

    func keeping(_ login: FeedLogin, for feed: WebAddress) throws(FileTrouble) -> String {
        let fields: [(key: String, value: String?)] = [
            ("feed", BlockSpelling.quoted(feed.text)), ("user", BlockSpelling.quoted(login.user)),
            ("password", BlockSpelling.quoted(login.password)),
        ]
        return try setting(fields, in: loginBlocks(of: feed).last, orAppending: "[[login]]", naming: "feed")
    }

    func keeping(_ logins: [(feed: WebAddress, login: FeedLogin)]) throws(FileTrouble) -> String {
        var text = self
        for (feed, login) in logins { text = try CredentialsText(text.keeping(login, for: feed), path: path) }
        return text.text
    }

    func forgettingLogin(of feed: WebAddress) throws(FileTrouble) -> String { try removing(loginBlocks(of: feed)) }

    // MARK: - Blocks

    /// Sets the fields of a block, or appends one; a field without a value is taken out.
    private func setting(
        _ fields: [(key: String, value: String?)], in block: Fields?, orAppending header: String, naming name: String
    ) throws(FileTrouble) -> String {
        var editor = BlockEditor(text)
        if let block {
            // What names the block stays as its writer spelled it.
            editor.set(fields.filter { $0.key != name }, in: try index(of: block), of: document.map)
        } else {
            editor.append([header] + fields.compactMap { field in field.value.map { "\(field.key) = \($0)" } })
        }
        return editor.text
    }

    private func removing(_ blocks: [Fields]) throws(FileTrouble) -> String {
        var editor = BlockEditor(text)
        // From the end, so that what is before keeps its place.
        for block in blocks.reversed() { editor.remove(block: try index(of: block), of: document.map) }
        return editor.text
    }

    private func index(of block: Fields) throws(FileTrouble) -> Int {
        guard let index = block.block else {
            throw FileTrouble(.malformed, path: path, "written as an inline table, which only you can edit")
        }
        return index
    }
}
