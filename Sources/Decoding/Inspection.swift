public import Text
public import TimelineModel

/// What a file would decode to, for `perchoir inspect`: bytes in, one line of JSON or a summary out, nothing stored.
public struct Inspection: Sendable {
    private let file: String
    private let result: Result<(format: String, page: Page), DecodingError>

    /// The format is told by the content: feeds of every kind, and answers of the Mastodon API (a list of statuses,
    /// one status, a thread).
    /// - Parameters:
    ///   - file: as the user named it.
    ///   - base: what relative links stand on, and the server of a Mastodon answer.
    public init(file: String, bytes: [UInt8], base: WebAddress?) {
        self.file = file
        do throws(DecodingError) {
            let (format, page) = try Self.decode(bytes, base: base)
            result = .success((format, page))
        } catch {
            result = .failure(error)
        }
    }

    public var hasFailed: Bool {
        if case .failure = result { true } else { false }
    }

    /// `{"file","format","title","link","language","posts":[...],"skipped","problems":[...]}` or `{"file","error"}`;
    /// `skipped` counts the entries that could not be read, `problems` says why.
    public var json: String {
        switch result {
        case .success(let (format, page)):
            let posts = page.items.map { JSONTerm.object(PostJSON.members(of: $0.post, sighting: $0.sighting)) }
            return JSONTerm.object([
                ("file", .string(file)),
                ("format", .string(format)),
                ("title", .text(page.profile.title)),
                ("link", .address(page.profile.homePage)),
                ("language", page.profile.language.map { .string($0) } ?? .null),
                ("posts", .array(posts)),
                ("skipped", .number(page.skipped.count)),
                ("problems", .array(page.skipped.map { .string($0.string) })),
            ]).line
        case .failure(let error):
            return JSONTerm.object([("file", .string(file)), ("error", .string(error.message.string))]).line
        }
    }

    /// For people: what the file is, then a line an entry.
    public var summary: SafeText {
        let name = SafeText(sanitizing: file)
        switch result {
        case .success(let (format, page)):
            var lines: [SafeText] = [
                "\(name): \(SafeText(sanitizing: format)), \(page.items.count) posts"
                    + (page.profile.title.map { ", “" + $0 + "”" } ?? "")
            ]
            for item in page.items {
                let post = item.post
                let date = post.published.map { SafeText(sanitizing: $0.rfc3339) } ?? "no date             "
                let text = post.title?.onOneLine ?? post.body.plain.onOneLine
                lines.append("  \(date)  \(post.author.name): \(text.prefix(100))")
            }
            lines += page.skipped.map { "  skipped: " + $0 }
            return lines.joined(by: "\n")
        case .failure(let error): return "\(name): \(error.message)"
        }
    }

    private static func decode(_ bytes: [UInt8], base: WebAddress?) throws(DecodingError) -> (String, Page) {
        let start = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
        let first = bytes.dropFirst(start).first { $0 > 32 }
        if first == UInt8(ascii: "[") || first == UInt8(ascii: "{") {
            let json = try JSONValue(parsing: bytes)
            if let statuses = statuses(in: json) {
                return ("mastodon", MastodonDecoder.page(statuses, server: try server(statuses, base: base)))
            }
        }
        let draft = try FeedDecoder.draft(bytes, contentType: nil, address: base)
        let source = SourceID(ofNormalizedAddress: base.map { SourceAddress.feed($0).normalized } ?? "")
        return (draft.format, FeedPage.page(draft, source: source, memory: nil))
    }

    /// The statuses of a Mastodon answer; nil for JSON of another kind.
    private static func statuses(in json: JSONValue) -> [JSONValue]? {
        func isStatus(_ value: JSONValue) -> Bool {
            value["account"]?.isObject == true && (value["content"] != nil || value["reblog"] != nil)
        }
        if json.isArray {
            return json.elements.isEmpty || json.elements.contains(where: isStatus) ? json.elements : nil
        }
        if isStatus(json) { return [json] }
        if json["descendants"]?.isArray == true {
            return (json["ancestors"]?.elements ?? []) + (json["descendants"]?.elements ?? [])
        }
        return nil
    }

    /// Local handles need the server's name: the one given, else the one that the first status names.
    private static func server(_ statuses: [JSONValue], base: WebAddress?) throws(DecodingError) -> Server {
        let named = statuses.lazy.compactMap { $0["uri"]?.string.flatMap { References.absolute($0) } }.first
        for address in [base, named].compactMap({ $0 }) {
            let authority = address.host + (address.port.map { ":\($0)" } ?? "")
            if let server = Server(authority) { return server }
        }
        guard let server = Server("localhost") else { throw .unexpected("the server of these posts is unknown") }
        return server
    }
}
