import Text
public import TimelineModel

extension MastodonDecoder {
    /// The reading positions (`markers`): an object keyed by timeline, without those that were never set.
    /// - Throws: `.unexpected` when it is no object: Pixelfed answers `[]`, having none.
    public static func markers(_ bytes: [UInt8]) throws(DecodingError) -> ReadingMarkers {
        let json = try JSONValue(parsing: bytes)
        guard json.isObject, json["error"] == nil else {
            throw .unexpected(message(of: json) ?? "the answer has no reading positions")
        }
        func id(_ timeline: String) -> String? {
            guard let id = json[timeline]?["last_read_id"]?.text, (1...500).contains(id.utf8.count) else { return nil }
            return id
        }
        return ReadingMarkers(home: id("home"), notifications: id("notifications"))
    }

    /// The filters of an account (version 2), in the server's order. Those that do nothing are left out, and `blur`, which
    /// covers media alone. An action that is not known warns.
    /// - Throws: `.unexpected` when it is no array.
    public static func filters(_ bytes: [UInt8]) throws(DecodingError) -> [ServerFilter] {
        let json = try JSONValue(parsing: bytes)
        guard json.isArray else { throw .unexpected(message(of: json) ?? "the answer is not a list of filters") }
        return bounded(json.elements.prefix(DecodingLimits.items).compactMap(filter))
    }

    /// The keywords of all filters together, each of which every post is searched for. People have some dozens.
    static let mostKeywords = 2000

    /// Leaves out the filters whose keywords would be too many beside those before them: they would cost every post
    /// milliseconds.
    private static func bounded(_ filters: [ServerFilter]) -> [ServerFilter] {
        var left = mostKeywords
        return filters.filter { filter in
            guard filter.keywords.count <= left else { return false }
            left -= filter.keywords.count
            return true
        }
    }

    private static func filter(_ json: JSONValue) -> ServerFilter? {
        let action = json["filter_action"]?.string
        let keywords = (json["keywords"]?.elements ?? []).prefix(DecodingLimits.items).compactMap { keyword($0) }
        let posts = (json["statuses"]?.elements ?? []).prefix(DecodingLimits.items).compactMap(post)
        let contexts = contexts(json)
        guard action != "blur", !keywords.isEmpty || !posts.isEmpty, !contexts.isEmpty else { return nil }
        let title = json["title"]?.filled.map { SafeText(sanitizing: $0, as: .name) } ?? ""
        return ServerFilter(
            title: title.isEmpty ? keywords.first?.text ?? "single posts" : title,
            action: action == "hide" ? .hide : .warn, contexts: contexts, keywords: keywords, posts: Set(posts),
            expires: expiry(json))
    }

    /// The filters of an account in the first version, where each is a phrase. What the server was to keep back itself
    /// (`irreversible`) hides, the rest warns, as servers that have both versions say it in the second.
    /// - Throws: `.unexpected` when it is no array.
    public static func filtersOfOld(_ bytes: [UInt8]) throws(DecodingError) -> [ServerFilter] {
        let json = try JSONValue(parsing: bytes)
        guard json.isArray else { throw .unexpected(message(of: json) ?? "the answer is not a list of filters") }
        let filters = json.elements.prefix(DecodingLimits.items).compactMap { json -> ServerFilter? in
            guard let keyword = keyword(json, named: "phrase") else { return nil }
            let contexts = contexts(json)
            guard !contexts.isEmpty else { return nil }
            return ServerFilter(
                title: keyword.text, action: json["irreversible"]?.bool == true ? .hide : .warn, contexts: contexts,
                keywords: [keyword], expires: expiry(json))
        }
        return bounded(filters)
    }

    private static func contexts(_ json: JSONValue) -> Set<ServerFilter.Context> {
        Set((json["context"]?.elements ?? []).compactMap { $0.string.flatMap(ServerFilter.Context.init) })
    }

    private static func expiry(_ json: JSONValue) -> Timestamp? {
        json["expires_at"]?.string.flatMap(FeedDate.parse)
    }

    /// Ids are visible ASCII, whatever the server.
    private static func post(_ json: JSONValue) -> String? {
        guard let id = json["status_id"]?.text, (1...500).contains(id.utf8.count),
            id.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else { return nil }
        return id
    }

    private static func keyword(_ json: JSONValue, named name: String = "keyword") -> ServerFilter.Keyword? {
        guard let text = json[name]?.filled.map({ SafeText(sanitizing: $0) }), !text.isEmpty else { return nil }
        return ServerFilter.Keyword(text, isWholeWord: json["whole_word"]?.bool ?? false)
    }
}
