import Text
public import TimelineModel

extension MastodonDecoder {
    /// Notifications, newest first: an array of them (version 1), or groups in an envelope whose accounts and statuses
    /// stand once beside them (version 2). `Page.older` is the id below which the next page begins.
    ///
    /// Who wrote to the user comes as the post itself, so it is the same post wherever else it is seen. What happened
    /// to the user's own posts, and who follows, comes as a notice: a post of its own, from the one who acted.
    /// - Parameter account: whose notifications they are.
    /// - Throws: `DecodingError`; `.unexpected` when it is neither.
    public static func notifications(_ bytes: [UInt8], account: AccountName) throws(DecodingError) -> Page {
        try notifications(JSONValue(parsing: bytes), account: account)
    }

    /// The same, already parsed.
    public static func notifications(_ json: JSONValue, account: AccountName) throws(DecodingError) -> Page {
        let reader = MastodonNotification(account: account)
        if json.isArray { return reader.page(json.elements) { reader.item(single: $0) } }
        guard json["notification_groups"]?.isArray == true else {
            throw .unexpected(message(of: json) ?? "the answer is not a list of notifications")
        }
        let envelope = MastodonNotification.Envelope(json)
        return reader.page(json["notification_groups"]?.elements ?? []) { reader.item(group: $0, in: envelope) }
    }
}

/// One notification of the Mastodon client API (entities/Notification, methods/grouped_notifications).
struct MastodonNotification {
    let account: AccountName
    private let statuses: MastodonStatus

    init(account: AccountName) {
        self.account = account
        statuses = MastodonStatus(server: account.server)
    }

    /// Accounts and statuses of an answer with groups, by their ids.
    struct Envelope {
        let accounts: [String: JSONValue]
        let statuses: [String: JSONValue]

        init(_ json: JSONValue) {
            func byID(_ name: String) -> [String: JSONValue] {
                let pairs = (json[name]?.elements ?? []).prefix(DecodingLimits.items).compactMap { element in
                    element["id"]?.text.map { ($0, element) }
                }
                return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
            }
            accounts = byID("accounts")
            statuses = byID("statuses")
        }
    }

    func page(_ elements: [JSONValue], read: (JSONValue) -> PageItem?) -> Page {
        var page = Page()
        for (index, element) in elements.prefix(DecodingLimits.items).enumerated() {
            if let item = read(element) {
                page.items.append(item)
                page.older = element["page_min_id"]?.text ?? item.sighting.entryID
            } else {
                page.skipped.append("notification \(index + 1): it is none or has no id")
            }
        }
        return page
    }

    func item(single json: JSONValue) -> PageItem? {
        guard json.isObject, let id = json["id"]?.text, Self.isID(id) else { return nil }
        return item(
            Event(
                key: id, entryID: id, type: json["type"]?.filled ?? "", at: json["created_at"]?.string,
                actors: [json["account"]].compactMap(\.self), count: 1, status: json["status"]))
    }

    func item(group json: JSONValue, in envelope: Envelope) -> PageItem? {
        // Documented as a string; live servers send a number.
        guard json.isObject, let newest = json["most_recent_notification_id"]?.text, Self.isID(newest) else {
            return nil
        }
        let key = json["group_key"]?.filled.flatMap { Self.isID($0) ? $0 : nil } ?? newest
        let actors = (json["sample_account_ids"]?.elements ?? []).prefix(100).compactMap { id in
            id.text.flatMap { envelope.accounts[$0] }
        }
        return item(
            Event(
                key: key, entryID: newest, type: json["type"]?.filled ?? "",
                at: json["latest_page_notification_at"]?.string, actors: actors,
                count: max(json["notifications_count"]?.int ?? 1, actors.count, 1),
                status: json["status_id"]?.text.flatMap { envelope.statuses[$0] }))
    }

    private static func isID(_ text: String) -> Bool { !text.isEmpty && text.utf8.count <= 500 }

    /// What happened, in either form.
    private struct Event {
        let key: String
        let entryID: String
        let type: String
        let at: String?
        let actors: [JSONValue]
        let count: Int
        let status: JSONValue?
    }

    private func item(_ event: Event) -> PageItem? {
        if Self.areWritten.contains(event.type), let status = event.status, let item = statuses.item(status) {
            return PageItem(
                post: item.post, sighting: Sighting(entryID: event.entryID, postID: item.sighting.entryID))
        }
        return PageItem(post: notice(of: event), sighting: Sighting(entryID: event.entryID))
    }

    /// Posts by others that are meant for the user or that he asked to be told of.
    private static let areWritten: Set<String> = ["mention", "status", "quote"]

    private func notice(of event: Event) -> Post {
        let own = event.status.flatMap { statuses.item($0)?.post }
        let remoteID = "\(account.server.base.text)/notifications/\(event.key)"
        var post = Post(
            id: .notice(of: account, key: event.key), remoteID: remoteID, network: .mastodon, kind: .post,
            author: event.actors.first.map { statuses.author($0) } ?? Author(name: account.server.base.shownHost))
        post.title = Self.sentence(event.type, others: event.count - 1)
        post.published = event.at.flatMap(FeedDate.parse)
        if let own {
            // Under the sentence stands the post itself, in lists too, and the results of a poll that has ended.
            post.address = own.address
            post.body = own.body
            post.contentWarning = own.contentWarning
            post.attachments = own.attachments
            post.poll = own.poll
        } else {
            post.address = post.author.address
            let note = event.actors.first?["note"]?.string ?? ""
            if event.type.hasPrefix("follow") { post.body = HTMLText.richText(note, base: account.server.base) }
        }
        return post
    }

    /// What the author of the notice did, as the sentence goes on after his name.
    private static func sentence(_ type: String, others: Int) -> SafeText {
        let and: SafeText = others > 1 ? "and \(others) others " : others == 1 ? "and one more " : ""
        let isOne = others <= 0
        switch type {
        case "reblog": return and + "boosted your post"
        case "favourite": return and + "favourited your post"
        case "pleroma:emoji_reaction", "reaction": return and + "reacted to your post"
        case "follow": return and + (isOne ? "follows you" : "follow you")
        case "follow_request": return and + (isOne ? "asks to follow you" : "ask to follow you")
        case "poll": return "a poll has ended"
        case "update": return "edited a post that you boosted or favourited"
        case "quoted_update": return "edited a post that you quoted"
        case "quote": return and + "quoted your post"
        case "mention": return "wrote to you; the post is not to be seen"
        case "status": return "wrote a post; it is not to be seen"
        case "admin.sign_up": return and + "signed up"
        case "admin.report": return "a report for the moderators"
        case "severed_relationships": return "follows were cut by a decision about a server"
        case "moderation_warning": return "a warning from the moderators"
        case "move": return "moved to another account"
        default:
            return type.isEmpty
                ? "something happened" : "something happened: \(SafeText(sanitizing: type, as: .name).prefix(60))"
        }
    }
}
