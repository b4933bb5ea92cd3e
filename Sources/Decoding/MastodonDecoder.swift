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

    /// `verify_credentials`, `accounts/lookup`, `accounts/:id`.
    public static func account(_ bytes: [UInt8], server: Server) throws(DecodingError) -> MastodonAccount {
        let json = try JSONValue(parsing: bytes)
        guard let account = MastodonAccount(json, server: server) else {
            throw .unexpected(message(of: json) ?? "the answer is not an account")
        }
        return account
    }

    /// The address of the server's streams as its `instance`, version 1 or 2, gives it: `wss://host` and sometimes a
    /// path; nil when it has none.
    public static func streaming(_ bytes: [UInt8]) throws(DecodingError) -> String? {
        let json = try JSONValue(parsing: bytes)
        guard json.isObject, json["version"]?.text != nil || json["uri"] != nil || json["domain"] != nil else {
            throw .unexpected(message(of: json) ?? "the answer does not describe a server")
        }
        let address = json["configuration"]?["urls"]?["streaming"]?.filled ?? json["urls"]?["streaming_api"]?.filled
        return address.flatMap {
            ["ws", "wss", "http", "https"].contains(References.scheme(of: $0) ?? "") ? $0 : nil
        }
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

    /// What a server says about a refusal.
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

    init?(_ json: JSONValue, server: Server) {
        guard json.isObject, let id = json["id"]?.text, !id.isEmpty,
            let acct = json["acct"]?.filled ?? json["username"]?.filled
        else { return nil }
        self.id = id
        self.acct = acct
        author = MastodonStatus(server: server).author(json)
    }
}
