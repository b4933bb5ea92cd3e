import Text
public import TimelineModel

/// Answers about what stands around a post: itself with its own id, its versions, its author.
extension MastodonDecoder {
    /// One status, of a boost the boosted post, of a notification the post it tells of; with the id under which the
    /// server knows that one.
    /// - Throws: `DecodingError`; `.unexpected` when it is none.
    public static func statusItself(_ bytes: [UInt8], server: Server) throws(DecodingError) -> PageItem {
        let json = try JSONValue(parsing: bytes)
        let outer = json["status"].flatMap { $0.isObject ? $0 : nil } ?? json
        let inner = outer["reblog"].flatMap { $0.isObject ? $0 : nil } ?? outer
        guard inner["content"] != nil, let item = MastodonStatus(server: server).item(inner) else {
            throw .unexpected("the answer is not a post")
        }
        return PageItem(post: item.post, sighting: Sighting(entryID: item.sighting.entryID))
    }

    /// The versions of a status (`statuses/:id/history`), the newest first; what is no version is left out.
    /// Source: docs.joinmastodon.org/entities/StatusEdit.
    public static func history(_ bytes: [UInt8], server: Server) throws(DecodingError) -> [PostVersion] {
        let json = try JSONValue(parsing: bytes)
        guard json.isArray else { throw .unexpected("the answer is not a list of versions") }
        let reader = MastodonStatus(server: server)
        return json.elements.prefix(DecodingLimits.items).compactMap(reader.version).reversed()
    }

    /// An account with everything it says about itself; nobody's relationship.
    /// - Parameter account: who asks, for what is asked next.
    public static func profile(
        _ bytes: [UInt8], server: Server, account: AccountName?
    ) throws(DecodingError) -> AuthorProfile {
        let json = try JSONValue(parsing: bytes)
        guard json.isObject, let id = json["id"]?.text, !id.isEmpty,
            json["acct"]?.filled ?? json["username"]?.filled != nil
        else { throw .unexpected("the answer is not an account") }
        return MastodonStatus(server: server).profile(
            json, place: RemotePlace(server: server, account: account, id: id))
    }

    /// How the user stands to an account (`accounts/relationships`); nil when the answer does not say.
    public static func relationship(_ bytes: [UInt8], to accountID: String) throws(DecodingError) -> Relationship? {
        let json = try JSONValue(parsing: bytes)
        guard let found = json.elements.first(where: { $0["id"]?.text == accountID }) else { return nil }
        let names: [(String, Relationship)] = [
            ("following", .follows), ("followed_by", .followsUser), ("requested", .requested),
            ("requested_by", .asksUser), ("muting", .muted), ("blocking", .blocked), ("blocked_by", .blocksUser),
            ("domain_blocking", .serverBlocked),
        ]
        return names.reduce(into: []) { sum, name in
            if found[name.0]?.bool == true { sum.insert(name.1) }
        }
    }
}

extension MastodonStatus {
    fileprivate func version(_ json: JSONValue) -> PostVersion? {
        guard json.isObject, json["content"] != nil || json["created_at"] != nil else { return nil }
        let warning = json["spoiler_text"]?.filled.map { SafeText(sanitizing: $0) }
        return PostVersion(
            at: time(json["created_at"]), contentWarning: warning?.isEmpty == true ? nil : warning,
            body: HTMLText.richText(json["content"]?.string ?? "", base: server.base),
            attachments: (json["media_attachments"]?.elements ?? []).prefix(50).compactMap(attachment),
            pollOptions: (json["poll"]?["options"]?.elements ?? []).prefix(100).compactMap { option in
                (option["title"]?.filled ?? option.filled).map { SafeText(sanitizing: $0) }
            })
    }

    fileprivate func profile(_ json: JSONValue, place: RemotePlace) -> AuthorProfile {
        func count(_ name: String) -> Int? { json[name]?.int.flatMap { $0 < 0 ? nil : $0 } }
        func says(_ name: String) -> Bool { json[name]?.bool ?? false }
        let standing: [(String, SafeText)] = [
            ("suspended", "suspended"), ("limited", "limited"), ("memorial", "in memoriam"),
        ]
        let moved = json["moved"].flatMap { $0.isObject ? author($0).handle : nil }
        return AuthorProfile(
            author: author(json), place: place,
            note: HTMLText.richText(json["note"]?.string ?? "", base: server.base),
            fields: (json["fields"]?.elements ?? []).prefix(50).compactMap { field in
                guard field.isObject else { return nil }
                let name = HTMLText.plainText(field["name"]?.string ?? "", as: .name)
                let value = HTMLText.richText(field["value"]?.string ?? "", base: server.base)
                guard !name.isEmpty || !value.isEmpty else { return nil }
                return AuthorProfile.Field(name: name, value: value, isVerified: field["verified_at"]?.filled != nil)
            },
            posts: count("statuses_count"), followers: count("followers_count"), following: count("following_count"),
            joined: time(json["created_at"]), isLocked: says("locked"), isGroup: says("group"),
            standing: standing.filter { says($0.0) }.map(\.1), movedTo: moved)
    }
}
