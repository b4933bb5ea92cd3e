import Decoding
import Expectations
import Testing
import Text
import TimelineModel

/// Documents and strings made to break readers: none may crash, hang, or put a control on the screen.
@Suite(.enabled(if: Corpus.isThere, "PERCHOIR_CORPUS does not name the conformance data"))
struct CorpusHostileTests {
    private let source = SourceID(value: "feed")
    private let base = WebAddress("https://feed.example/feed.xml")

    @Test func documentsThatCrashParsersAreReadOrRefused() throws {
        for file in try Corpus.files("hostile") + Corpus.files("hostile/crashers") {
            let bytes = try Corpus.bytes(file)
            // Refusing is fine: what matters is that it ends, and what it says.
            var texts: [String] = []
            do throws(DecodingError) {
                texts += ShownText.everything(try FeedDecoder.decode(bytes, address: base, source: source))
            } catch {
                texts.append(error.message.string)
            }
            do throws(DecodingError) {
                for feed in try SubscriptionLists.opml(bytes) {
                    texts += [feed.title?.string ?? "", feed.problem?.string ?? "", feed.address?.text ?? ""]
                    texts += feed.folders.map(\.string)
                }
            } catch {
                texts.append(error.message.string)
            }
            texts.append(HTMLText.richText(String(decoding: bytes, as: UTF8.self)).plain.string)
            texts.append(Inspection(file: file, bytes: bytes, base: base).json)
            texts += WebPage.offeredFeeds(in: bytes, address: base).map(\.address.text)
            #expect(ShownText.forbidden(in: texts).isEmpty, "\(file)")
            #expect(!texts.contains { $0.contains("root:x:") }, "\(file) read a local file")
        }
    }

    @Test func hostileStringsAreHarmlessInEveryField() throws {
        var strings = try Corpus.json("hostile/terminal-escapes.json").elements.compactMap { $0["s"]?.string }
        strings += try Corpus.json("hostile/naughty-strings.json").elements.compactMap(\.string)
        strings += try Corpus.json("hostile/hostile-urls.json").elements.compactMap(\.string)
        #expect(strings.count > 500)
        for string in strings {
            // Given the string in every field, raw and in CDATA
            let escaped = string.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            let rss = """
                <rss><channel><title>\(string)</title><item><title>\(escaped)</title><guid>\(string)</guid><link>\(string)</link>
                <description><![CDATA[\(string)]]></description><author>\(escaped)</author><category>\(string)</category>
                <enclosure url="\(escaped)" type="\(escaped)"/><pubDate>\(string)</pubDate></item>
                <item><title>after</title></item></channel></rss>
                """
            // When
            let page = try? FeedDecoder.decode(Array(rss.utf8), address: base, source: source)
            // Then
            let texts = page.map(ShownText.everything) ?? []
            #expect(ShownText.forbidden(in: texts).isEmpty, "\(string.debugDescription)")
            let line = Inspection(file: string, bytes: Array(rss.utf8), base: base).json
            #expect(!line.unicodeScalars.contains(where: { ShownText.isForbidden($0) || $0 == "\n" }))
            #expect(throws: Never.self, "\(line)") { try JSONValue(parsing: Array(line.utf8)) }
        }
    }

    @Test func nothingOfAHostileListIsEverRunOrFollowed() throws {
        // Given an OPML file whose outlines want commands run
        let feeds = try SubscriptionLists.opml(Corpus.bytes("hostile/opml-evil.opml"))
        // Then only web addresses are left, and the rest is reported
        expect(feeds.compactMap(\.address?.text), is: ["http://e/", "http://169.254.169.254/", "http://e/8"])
        #expect(feeds.filter { $0.address == nil }.allSatisfy { $0.problem != nil })
        expect(feeds.count, is: 8)
    }
}

/// Answers of a real GoToSocial server.
@Suite(.enabled(if: Corpus.isThere, "PERCHOIR_CORPUS does not name the conformance data"))
struct CorpusGoToSocialTests {
    @Test func noPostOfAnyAnswerIsLost() throws {
        let server = try #require(Server("http://localhost:8094"))
        var posts = 0
        for file in try Corpus.files("gotosocial") {
            guard let body = try Corpus.json(file)["body"] else { continue }
            let lists = [body, body["statuses"], body["ancestors"], body["descendants"]].compactMap { $0 }
            for list in lists {
                let statuses = list.elements.filter { $0["account"] != nil && $0["content"] != nil && $0["uri"] != nil }
                guard !statuses.isEmpty else { continue }
                let page = try MastodonDecoder.statuses(Array(JSONPaths.text(of: list).utf8), server: server)
                expect(page.items.count, is: list.elements.count, "\(file)")
                #expect(page.skipped.isEmpty, "\(file)")
                #expect(ShownText.forbidden(in: ShownText.everything(page)).isEmpty, "\(file)")
                for (item, status) in zip(page.items, statuses) {
                    expect(item.sighting.entryID, is: status["id"]?.text)
                    #expect(item.post.published != nil, "\(file)")
                    expect(item.post.author.handle?.string.contains("@"), is: true)
                }
                posts += page.items.count
            }
        }
        print("GoToSocial: \(posts) posts")
        #expect(posts > 200)
    }

    /// What each call that a reader makes is read by; how many answers, and how many things they told.
    @Test func everyAnswerThatAReaderAsksForIsRead() throws {
        let server = try #require(Server("http://localhost:8094"))
        let account = AccountName(user: "me", server: server)
        func things(in body: [UInt8], of call: String) throws -> Int? {
            switch call {
            case "timelines", "accounts/statuses", "bookmarks", "favourites", "trends/statuses":
                return try MastodonDecoder.statuses(body, server: server).items.count
            case "accounts", "accounts/lookup", "accounts/verify_credentials":
                return try MastodonDecoder.account(body, server: server).id.isEmpty ? 0 : 1
            case "statuses": return try MastodonDecoder.status(body, server: server).sighting.entryID.isEmpty ? 0 : 1
            case "statuses/context":
                let context = try MastodonDecoder.context(body, server: server)
                return context.ancestors.items.count + context.descendants.items.count
            case "notifications": return try MastodonDecoder.notifications(body, account: account).items.count
            case "markers":
                let markers = try MastodonDecoder.markers(body)
                return [markers.home, markers.notifications].count { $0 != nil }
            case "filters": return try MastodonDecoder.filters(body).count
            case "lists": return try MastodonDecoder.lists(body).count
            default: return nil
            }
        }
        var read: [String: (answers: Int, things: Int)] = [:]
        for file in try Corpus.files("gotosocial") {
            let answer = try Corpus.json(file)
            guard let request = answer["request"]?.string, let body = answer["body"], answer["status"]?.int == 200,
                let path = request.split(separator: " ").last?.split(separator: "?").first?.split(separator: "/"),
                path.first == "api", request.hasPrefix("GET"), path[2] != "filters" || path[1] == "v2"
            else { continue }
            // Without the ids, which are long.
            let call =
                path[2] == "timelines" ? "timelines" : path.dropFirst(2).filter { $0.count < 26 }.joined(separator: "/")
            // A list itself is asked for by its name.
            guard call != "lists" || path.count == 3,
                let count = try things(in: Array(JSONPaths.text(of: body).utf8), of: call)
            else { continue }
            #expect(!body.isArray || call == "filters" || count == body.elements.count, "\(file)")
            read[call, default: (0, 0)].answers += 1
            read[call]?.things += count
        }
        for (call, counts) in read.sorted(by: { $0.key < $1.key }) {
            print("GoToSocial \(call): \(counts.things) in \(counts.answers) answers")
        }
        let calls: Set = [
            "timelines", "accounts", "accounts/statuses", "accounts/lookup", "accounts/verify_credentials", "statuses",
            "statuses/context", "notifications", "markers", "filters", "lists", "bookmarks", "favourites",
        ]
        expect(calls.subtracting(read.keys), is: [])
    }
}
