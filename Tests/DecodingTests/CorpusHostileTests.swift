import Decoding
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
        #expect(feeds.compactMap(\.address?.text) == ["http://e/", "http://169.254.169.254/", "http://e/8"])
        #expect(feeds.filter { $0.address == nil }.allSatisfy { $0.problem != nil })
        #expect(feeds.count == 8)
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
                #expect(page.items.count == list.elements.count, "\(file)")
                #expect(page.skipped.isEmpty, "\(file)")
                #expect(ShownText.forbidden(in: ShownText.everything(page)).isEmpty, "\(file)")
                for (item, status) in zip(page.items, statuses) {
                    #expect(item.sighting.entryID == status["id"]?.text)
                    #expect(item.post.published != nil, "\(file)")
                    #expect(item.post.author.handle?.string.contains("@") == true)
                }
                posts += page.items.count
            }
        }
        print("GoToSocial: \(posts) posts")
        #expect(posts > 200)
    }
}
