import Text
import TimelineModel

/// One status of the Mastodon client API (entities/Status of its documentation).
struct MastodonStatus {
    let server: Server
    /// Those of all statuses that it reads.
    private let references: References

    init(server: Server) {
        self.server = server
        references = References(base: server.base)
    }

    /// Links in a status stand on its page.
    private func references(on page: WebAddress?) -> References { page.map { references.on($0) } ?? references }

    /// Nil for what is no status or has no id of any kind.
    func item(_ json: JSONValue) -> PageItem? {
        let boosted = json["reblog"].flatMap { post($0) }
        guard let boosted else {
            return post(json).map { PageItem(post: $0, sighting: Sighting(entryID: json["id"]?.text ?? $0.remoteID)) }
        }
        return PageItem(
            post: boosted,
            sighting: Sighting(
                entryID: json["id"]?.text ?? json["uri"]?.text ?? boosted.remoteID, postID: json["reblog"]?["id"]?.text,
                boostedBy: author(json["account"]), boostedAt: time(json["created_at"])))
    }

    private func post(_ json: JSONValue) -> Post? {
        guard json.isObject, let uri = identity(json) else { return nil }
        let mentions = mentions(json)
        let tags = (json["tags"]?.elements ?? []).prefix(100).compactMap { tag in
            (tag["name"]?.filled ?? tag.filled).map { SafeText(sanitizing: $0, as: .name) }
        }.filter { !$0.isEmpty }
        let emojis = Set((json["emojis"]?.elements ?? []).prefix(500).compactMap { $0["shortcode"]?.filled })
        let quoted = quoted(json)
        var post = Post(
            id: .activityPub(uri: uri), remoteID: uri, network: .mastodon, kind: .post,
            author: author(json["account"]))
        post.address = address(json["url"]) ?? address(json["uri"])
        post.body = HTMLText.richText(
            json["content"]?.string ?? "", references(on: post.address), mentions: mentions, tags: Array(tags),
            emojis: emojis, dropsQuoteInline: quoted != nil)
        post.contentWarning = json["spoiler_text"]?.filled.map { SafeText(sanitizing: $0) }.flatMap {
            $0.isEmpty ? nil : $0
        }
        post.isSensitive = json["sensitive"]?.bool ?? false
        post.published = time(json["created_at"])
        post.edited = time(json["edited_at"])
        post.language = json["language"]?.string.flatMap(XMLFeedReader.languageTag)
        post.tags = Array(tags)
        post.mentions = mentions
        post.attachments = (json["media_attachments"]?.elements ?? []).prefix(50).compactMap(attachment)
        post.card = json["card"].flatMap(card)
        post.poll = json["poll"].flatMap(poll)
        post.quoted = quoted
        post.replyTo = reply(json)
        post.kind = post.replyTo != nil ? .reply : quoted != nil ? .quote : .post
        post.counts = Counts(
            boosts: count(json["reblogs_count"]), favourites: count(json["favourites_count"]),
            replies: count(json["replies_count"]))
        if let visibility = json["visibility"]?.string {
            // What is not known is not shown around.
            post.visibility = Post.Visibility(rawValue: visibility) ?? .private
        }
        return post
    }

    /// The federation's id; else the page; else the server's own id under the server's name.
    private func identity(_ json: JSONValue) -> String? {
        for name in ["uri", "url"] {
            if let text = json[name]?.filled, text.utf8.count <= 2000 { return text }
        }
        guard let id = json["id"]?.text, !id.isEmpty, id.utf8.count <= 500 else { return nil }
        return server.base.text + "/statuses/" + id
    }

    func author(_ json: JSONValue?) -> Author {
        guard let json, json.isObject else { return Author(name: "unknown") }
        let handle = (json["acct"]?.filled ?? json["username"]?.filled).map(fullHandle)
        let name = SafeText(sanitizing: json["display_name"]?.filled ?? "", as: .name)
        let username = SafeText(sanitizing: json["username"]?.filled ?? "", as: .name)
        let shown = [name, username, handle ?? "", "unknown"].first { !$0.string.trimmingASCIIWhitespace.isEmpty }
        return Author(
            name: shown ?? "unknown", handle: handle, address: address(json["url"]) ?? address(json["uri"]),
            isBot: json["bot"]?.bool ?? false)
    }

    /// Accounts of the server itself come without its name.
    private func fullHandle(_ acct: String) -> SafeText {
        SafeText(sanitizing: acct.contains("@") ? acct : acct + "@" + server.authority, as: .name)
    }

    private func mentions(_ json: JSONValue) -> [Mention] {
        (json["mentions"]?.elements ?? []).prefix(200).compactMap { mention in
            (mention["acct"]?.filled ?? mention["username"]?.filled).map {
                Mention(handle: fullHandle($0), address: address(mention["url"]))
            }
        }
    }

    private func reply(_ json: JSONValue) -> ReplyReference? {
        guard let id = json["in_reply_to_id"]?.text, !id.isEmpty else { return nil }
        let account = json["in_reply_to_account_id"]?.text
        let own = json["account"]
        let isSelf = account != nil && account == own?["id"]?.text
        let mentioned = json["mentions"]?.elements.first { account != nil && $0["id"]?.text == account }
        let acct = isSelf ? own?["acct"]?.filled : mentioned?["acct"]?.filled
        return ReplyReference(remoteID: id, handle: acct.map(fullHandle), isSelfThread: isSelf)
    }

    func attachment(_ json: JSONValue) -> Attachment? {
        guard json.isObject else { return nil }
        let kind: Attachment.Kind
        switch json["type"]?.string {
        case "image": kind = .image
        case "gifv": kind = .animation
        case "video": kind = .video
        case "audio": kind = .audio
        default: kind = .file
        }
        let alt = json["description"]?.filled.map { SafeText(sanitizing: $0, as: .body) }
        return Attachment(
            kind: kind,
            address: address(json["url"]) ?? address(json["remote_url"]) ?? address(json["preview_url"]),
            alt: alt?.isEmpty == true ? nil : alt)
    }

    private func card(_ json: JSONValue) -> LinkCard? {
        guard let address = address(json["url"]) else { return nil }
        func text(_ name: String) -> SafeText? {
            guard let filled = json[name]?.filled else { return nil }
            let safe = HTMLText.plainText(filled)
            return safe.isEmpty ? nil : safe
        }
        let provider = text("provider_name")
        return LinkCard(
            address: address, title: text("title") ?? provider ?? address.shownShort, summary: text("description"),
            provider: provider)
    }

    private func poll(_ json: JSONValue) -> Poll? {
        guard case .array(let options)? = json["options"], !options.isEmpty else { return nil }
        let own = Set((json["own_votes"]?.elements ?? []).prefix(100).compactMap(\.int))
        return Poll(
            options: options.prefix(100).enumerated().map { number, option in
                Poll.Option(
                    title: SafeText(sanitizing: option["title"]?.string ?? ""),
                    votes: option["votes_count"]?.int.map { max(0, $0) }, isOwn: own.contains(number))
            },
            expires: time(json["expires_at"]), isExpired: json["expired"]?.bool ?? false,
            allowsSeveral: json["multiple"]?.bool ?? false, votes: count(json["votes_count"]),
            voters: json["voters_count"]?.int.map { max(0, $0) })
    }

    /// Quote, ShallowQuote, and the bare status that some forks put in the same place.
    private func quoted(_ json: JSONValue) -> QuotedPost? {
        guard let quote = json["quote"], quote.isObject else { return nil }
        if quote["state"]?.string == nil, quote["content"] != nil || quote["account"] != nil {
            return content(of: quote, state: .shown)
        }
        let state: QuotedPost.State
        switch quote["state"]?.string {
        case "accepted": state = .shown
        case "pending": state = .pending
        case "blocked_account", "blocked_domain", "muted_account": state = .hidden
        default: state = .unavailable
        }
        if let status = quote["quoted_status"], status.isObject, state == .shown || state == .hidden {
            return content(of: status, state: state)
        }
        // Accepted, but the post itself did not come along.
        return QuotedPost(state: state == .shown ? .unavailable : state)
    }

    private func content(of status: JSONValue, state: QuotedPost.State) -> QuotedPost? {
        let page = address(status["url"]) ?? address(status["uri"])
        let warning = status["spoiler_text"]?.filled
        let text = HTMLText.richText(
            status["content"]?.string ?? "", references(on: page), mentions: mentions(status),
            dropsQuoteInline: status["quote"]?.isObject == true)
        return QuotedPost(
            state: state, id: identity(status).map { .activityPub(uri: $0) }, author: author(status["account"]),
            // A covered text stays covered when it is quoted.
            text: warning.map { SafeText(sanitizing: $0) } ?? text.plain, address: page)
    }

    private func address(_ json: JSONValue?) -> WebAddress? { json?.string.flatMap { References.absolute($0) } }

    func time(_ json: JSONValue?) -> Timestamp? { json?.string.flatMap(FeedDate.parse) }

    /// Hidden counts come as -1 or null.
    private func count(_ json: JSONValue?) -> Int { max(0, json?.int ?? 0) }
}
