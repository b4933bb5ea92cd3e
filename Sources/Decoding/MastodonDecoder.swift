public import Text
public import TimelineModel

/// Answers of the Mastodon client API, as Mastodon, GoToSocial, Pleroma, Akkoma and Pixelfed give them.
///
/// Every field may be missing, null, of another type or huge: the post then lacks that field. An element that is no
/// status at all costs itself alone (`Page.skipped`).
public enum MastodonDecoder {
    /// A timeline: an array of statuses, newest first. `Page.older` is the id of the last one, for `max_id`; a caller
    /// that has a `Link` header takes its cursor instead.
    /// - Parameter server: whose answer it is: local handles get its name.
    /// - Throws: `DecodingError`; `.unexpected` when it is no array.
    public static func statuses(_ bytes: [UInt8], server: Server) throws(DecodingError) -> Page {
        let json = try JSONValue(parsing: bytes)
        guard json.isArray else { throw .unexpected(message(of: json) ?? "the answer is not a list of posts") }
        return page(json.elements, server: server)
    }

    /// One status: what a stream and the actions give.
    /// - Throws: `DecodingError`; `.unexpected` when it is none.
    public static func status(_ bytes: [UInt8], server: Server) throws(DecodingError) -> PageItem {
        let json = try JSONValue(parsing: bytes)
        guard let item = MastodonStatus(server: server).item(json) else {
            throw .unexpected(message(of: json) ?? "the answer is not a post")
        }
        return item
    }

    /// What stands above and below a post in its thread; `descendants` depth first.
    public static func context(
        _ bytes: [UInt8], server: Server
    ) throws(DecodingError) -> (ancestors: Page, descendants: Page) {
        let json = try JSONValue(parsing: bytes)
        guard json["ancestors"]?.isArray == true || json["descendants"]?.isArray == true else {
            throw .unexpected(message(of: json) ?? "the answer is not a thread")
        }
        return (
            page(json["ancestors"]?.elements ?? [], server: server),
            page(json["descendants"]?.elements ?? [], server: server)
        )
    }

    /// The statuses of a search answer.
    public static func search(_ bytes: [UInt8], server: Server) throws(DecodingError) -> Page {
        let json = try JSONValue(parsing: bytes)
        guard json.isObject, json["statuses"] != nil || json["accounts"] != nil else {
            throw .unexpected(message(of: json) ?? "the answer is not a search result")
        }
        return page(json["statuses"]?.elements ?? [], server: server)
    }

    /// `verify_credentials`, `accounts/lookup`, `accounts/:id`.
    public static func account(_ bytes: [UInt8], server: Server) throws(DecodingError) -> MastodonAccount {
        let json = try JSONValue(parsing: bytes)
        guard let account = MastodonAccount(json, server: server) else {
            throw .unexpected(message(of: json) ?? "the answer is not an account")
        }
        return account
    }

    /// `instance`, version 1 or 2.
    public static func instance(_ bytes: [UInt8]) throws(DecodingError) -> MastodonInstance {
        let json = try JSONValue(parsing: bytes)
        guard json.isObject, json["version"]?.text != nil || json["uri"] != nil || json["domain"] != nil else {
            throw .unexpected(message(of: json) ?? "the answer does not describe a server")
        }
        return MastodonInstance(json)
    }

    /// The user's lists: id and title, in the server's order.
    public static func lists(_ bytes: [UInt8]) throws(DecodingError) -> [(id: String, title: SafeText)] {
        let json = try JSONValue(parsing: bytes)
        guard json.isArray else { throw .unexpected(message(of: json) ?? "the answer is not a list of lists") }
        return json.elements.compactMap { element in
            guard let id = element["id"]?.text else { return nil }
            return (id, SafeText(sanitizing: element["title"]?.string ?? id, as: .name))
        }
    }

    /// What a server says about a refusal; nil when the body is no such answer.
    public static func errorMessage(_ bytes: [UInt8]) -> SafeText? {
        // Proxies answer with pages of their own: then the status alone has to do.
        guard let json = try? JSONValue(parsing: bytes) else { return nil }
        return message(of: json)
    }

    static func message(of json: JSONValue) -> SafeText? {
        guard let text = json["error_description"]?.filled ?? json["error"]?.filled else { return nil }
        return SafeText(sanitizing: HTMLText.plainText(text).string)
    }

    static func page(_ elements: [JSONValue], server: Server) -> Page {
        var page = Page()
        let reader = MastodonStatus(server: server)
        for (index, element) in elements.prefix(DecodingLimits.items).enumerated() {
            if let item = reader.item(element) {
                page.items.append(item)
            } else {
                page.skipped.append("post \(index + 1): it is no post or has no id")
            }
        }
        page.older = elements.prefix(DecodingLimits.items).last { $0["id"]?.text != nil }?["id"]?.text
        return page
    }
}

/// An account as a server describes it.
public struct MastodonAccount: Hashable, Sendable {
    /// The server's own id, opaque: for `accounts/:id/statuses`.
    public let id: String
    /// `user`, or `user@host` for an account of another server.
    public let acct: String
    public let author: Author
    public let note: RichText

    init?(_ json: JSONValue, server: Server) {
        guard json.isObject, let id = json["id"]?.text, !id.isEmpty,
            let acct = json["acct"]?.filled ?? json["username"]?.filled
        else { return nil }
        self.id = id
        self.acct = acct
        author = MastodonStatus(server: server).author(json)
        note = HTMLText.richText(json["note"]?.string ?? "", base: server.base)
    }
}

/// What a server says about itself.
public struct MastodonInstance: Hashable, Sendable {
    public let title: SafeText?
    public let version: SafeText?
    /// The stream's address as the server gives it: `wss://host` and sometimes a path; nil when it has none.
    public let streaming: String?
    /// `api_versions.mastodon`; nil for other software and before 4.3.
    public let apiLevel: Int?
    /// Grapheme clusters of a post.
    public let maximumCharacters: Int?

    init(_ json: JSONValue) {
        title = json["title"]?.filled.map { HTMLText.plainText($0, as: .name) }
        version = json["version"]?.filled.map { SafeText(sanitizing: $0, as: .name) }
        let urls = json["configuration"]?["urls"]?["streaming"]?.filled ?? json["urls"]?["streaming_api"]?.filled
        streaming = urls.flatMap {
            ["ws", "wss", "http", "https"].contains(References.scheme(of: $0) ?? "") ? $0 : nil
        }
        apiLevel = json["api_versions"]?["mastodon"]?.int
        maximumCharacters = json["configuration"]?["statuses"]?["max_characters"]?.int ?? json["max_toot_chars"]?.int
    }
}
