import Decoding
import Store
import Text
import TimelineModel

/// How many megabytes of each format become posts in a second.
struct DecodingMeasures {
    let world: World

    init(_ world: World) { self.world = world }

    func all() throws -> [Figure] {
        let posts = (0..<world.pages).flatMap { world.page($0).page.items.map(\.post) }
        let source = SourceID(ofNormalizedAddress: "http://127.0.0.1:9/all")
        let address = WebAddress("http://127.0.0.1:9/all")
        guard let server = Server("http://127.0.0.1:9") else { throw Trouble("the server has no name") }
        return try [
            figure("RSS", Documents.rss(posts), posts.count) {
                try FeedDecoder.decode($0, address: address, source: source)
            },
            figure("Atom", Documents.atom(posts), posts.count) {
                try FeedDecoder.decode($0, address: address, source: source)
            },
            figure("JSON Feed", Documents.jsonFeed(posts), posts.count) {
                try FeedDecoder.decode($0, address: address, source: source)
            },
            figure("Mastodon", Documents.mastodon(posts), posts.count) {
                try MastodonDecoder.statuses($0, server: server)
            },
        ]
    }

    private func figure(
        _ name: String, _ document: String, _ count: Int, _ decode: ([UInt8]) throws -> Page
    ) throws -> Figure {
        let bytes = Array(document.utf8)
        var values: [Double] = []
        for _ in 0..<20 {
            var found = 0
            let time = try processorMilliseconds { found = try decode(bytes).items.count }
            // A decoder that gives up early would look fast.
            guard found == count else { throw Trouble("\(name): \(found) of \(count) posts were decoded") }
            values.append(Double(bytes.count) / 1e6 / time * 1000)
        }
        return Figure(
            "decode \(name)", "MB/s", posts: nil, values,
            remark: "\(bytes.count / 1024) KiB, \(count) posts")
    }
}

/// Posts as servers spell them.
enum Documents {
    static func rss(_ posts: [Post]) -> String {
        let items = posts.map { post in
            """
            <item><title>\(escaped(post.title?.string ?? ""))</title><link>\(address(post))</link>
            <guid isPermaLink="false">\(post.remoteID)</guid><pubDate>Sun, 22 Nov 2026 12:00:00 GMT</pubDate>
            <dc:creator>\(escaped(post.author.name.string))</dc:creator>\(tags(post))
            <description>\(escaped(html(post)))</description></item>

            """
        }
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Source</title>
            <link>http://127.0.0.1:9/</link><description>All of it</description>
            \(items.joined())</channel></rss>
            """
    }

    static func atom(_ posts: [Post]) -> String {
        let entries = posts.map { post in
            """
            <entry><id>\(post.remoteID)</id><title>\(escaped(post.title?.string ?? ""))</title>
            <link href="\(address(post))"/><published>\(published(post))</published>
            <updated>\(published(post))</updated><author><name>\(escaped(post.author.name.string))</name></author>
            <content type="html">\(escaped(html(post)))</content></entry>

            """
        }
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <feed xmlns="http://www.w3.org/2005/Atom"><id>http://127.0.0.1:9/all</id><title>Source</title>
            <updated>2026-11-22T12:00:00Z</updated>
            \(entries.joined())</feed>
            """
    }

    static func jsonFeed(_ posts: [Post]) -> String {
        let items = posts.map { post in
            """
            {"id":\(quoted(post.remoteID)),"url":\(quoted(address(post))),"title":\(quoted(post.title?.string ?? "")),\
            "content_html":\(quoted(html(post))),"date_published":\(quoted(published(post))),\
            "authors":[{"name":\(quoted(post.author.name.string))}],\
            "tags":[\(post.tags.map { quoted($0.string) }.joined(separator: ","))]}
            """
        }
        return """
            {"version":"https://jsonfeed.org/version/1.1","title":"Source","items":[
            \(items.joined(separator: ",\n"))]}
            """
    }

    /// The API's statuses, with the fields that servers send and readers skip.
    static func mastodon(_ posts: [Post]) -> String {
        let statuses = posts.enumerated().map { number, post in
            let user = "user\(number % 500)"
            let account = """
                {"id":"\(number % 500)","username":"\(user)","acct":"\(user)@server.example",\
                "display_name":\(quoted(post.author.name.string)),"locked":false,"bot":false,"discoverable":true,\
                "created_at":"2022-11-05T00:00:00.000Z","note":"<p>Hello</p>","url":"https://server.example/@\(user)",\
                "uri":"https://server.example/users/\(user)","avatar":"https://media.example/avatars/\(user).png",\
                "avatar_static":"https://media.example/avatars/\(user).png","header":"https://media.example/h.png",\
                "followers_count":120,"following_count":80,"statuses_count":3100,"emojis":[],"fields":[]}
                """
            let tags = post.tags.map { tag in
                "{\"name\":\(quoted(tag.string)),\"url\":\(quoted("https://server.example/tags/" + tag.string))}"
            }
            return """
                {"id":"\(114_000_000_000_000_000 + number)","created_at":\(quoted(published(post))),\
                "in_reply_to_id":null,"in_reply_to_account_id":null,"sensitive":false,"spoiler_text":"",\
                "visibility":"public","language":\(quoted(post.language ?? "en")),\
                "uri":"https://server.example/users/\(user)/statuses/\(number)",\
                "url":"https://server.example/@\(user)/\(number)","replies_count":1,"reblogs_count":2,\
                "favourites_count":3,"edited_at":null,"content":\(quoted(html(post))),"reblog":null,\
                "account":\(account),"media_attachments":[],"mentions":[],"tags":[\(tags.joined(separator: ","))],\
                "emojis":[],"card":null,"poll":null}
                """
        }
        return "[\(statuses.joined(separator: ",\n"))]"
    }

    // MARK: Parts

    private static func html(_ post: Post) -> String {
        let paragraphs = post.body.plain.string.split(separator: "\n").map { "<p>\(escaped(String($0)))</p>" }
        guard let link = post.links.first else { return paragraphs.joined() }
        return paragraphs.joined() + "<p><a href=\"\(link.text)\" rel=\"nofollow\">\(link.text)</a></p>"
    }

    private static func tags(_ post: Post) -> String {
        post.tags.map { "<category>\(escaped($0.string))</category>" }.joined()
    }

    private static func address(_ post: Post) -> String { post.address?.text ?? "https://site.example/" }

    private static func published(_ post: Post) -> String { (post.published ?? World.end).rfc3339 }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for character in text.unicodeScalars {
            switch character {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            default: quoted.unicodeScalars.append(character)
            }
        }
        return quoted + "\""
    }
}
