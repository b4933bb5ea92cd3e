import Decoding
import TestSupport
import Testing
import Text
import TimelineModel

/// Whatever arrives in place of a document: a page, or an error; never a crash, never a text that must not be shown.
@Suite struct MutationTests {
    private static let markup = [
        "<item>", "</item>", "<![CDATA[", "]]>", "<!--", "-->", "<!DOCTYPE r [<!ENTITY a \"&a;&a;\">]>", "&a;",
        "<a href=\"",
        "<blockquote><ul><li>", "<table><tr><td>", "<pre>", "<script>", "\" xmlns:x=\"", "<title type=\"xhtml\">",
        "&#x110000;",
        "&#55296;", "<?xml version=\"1.0\" encoding=\"utf-16\"?>", "<img alt=\"", "<?a?>", "data:text/html;base64,AAAA",
    ]
    private static let json = [
        "[", "{", "\"", "null", "\\ud800", "\\u0000", "{\"id\":", "[[[[", "\"content\":", "1e", ",",
    ]

    private func expectSafe(_ page: Page, seed: UInt64) {
        #expect(ShownText.forbidden(in: ShownText.everything(page)).isEmpty, "seed \(seed)")
    }

    @Test(arguments: [FeedFixtures.rss2, FeedFixtures.atom, FeedFixtures.rss1, FeedFixtures.json, FeedFixtures.page])
    func aDamagedFeedIsAPageOrAnError(_ document: String) {
        for seed in 0..<Mutations.rounds {
            var mutations = Mutations(seed: seed, pieces: Self.markup)
            do throws(DecodingError) {
                let page = try FeedDecoder.decode(
                    mutations.damaged(Array(document.utf8)), address: WebAddress("https://feed.example/a"),
                    source: SourceAddress.feed(WebAddress("https://feed.example/a")!).id)
                expectSafe(page, seed: seed)
            } catch {
                #expect(ShownText.forbidden(in: [error.message.string]).isEmpty, "seed \(seed)")
            }
        }
    }

    @Test func aDamagedTimelineIsAPageOrAnError() throws {
        let server = try MastodonFixtures.server()
        let document = Array("[\(MastodonFixtures.status),\(MastodonFixtures.boost)]".utf8)
        for seed in 0..<Mutations.rounds {
            var mutations = Mutations(seed: seed, pieces: Self.json + Self.markup)
            do throws(DecodingError) {
                expectSafe(try MastodonDecoder.statuses(mutations.damaged(document), server: server), seed: seed)
            } catch {
                #expect(ShownText.forbidden(in: [error.message.string]).isEmpty, "seed \(seed)")
            }
        }
    }

    @Test func aDamagedListOfSubscriptionsGivesWebAddressesAlone() {
        let document = """
            <opml version="2.0"><body><outline text="A &amp; B"><outline type="rss" text="x" xmlUrl="https://a.example/f"/>\
            <outline xmlUrl="http://b.example/" category="/x,y" filtercmd="id"/></outline></body></opml>
            """
        for seed in 0..<Mutations.rounds {
            var mutations = Mutations(
                seed: seed, pieces: Self.markup + ["exec:", "|", "file:///", "xmlUrl=\"", "<outline "])
            let bytes = mutations.damaged(Array(document.utf8))
            var feeds = SubscriptionLists.newsboatURLs(bytes)
            do throws(DecodingError) {
                feeds += try SubscriptionLists.opml(bytes)
            } catch {
                #expect(!error.message.isEmpty, "seed \(seed)")
            }
            for feed in feeds {
                #expect(feed.address != nil || feed.problem != nil, "seed \(seed)")
                let isWeb = feed.address.map { $0.text.hasPrefix("http://") || $0.text.hasPrefix("https://") }
                #expect(isWeb ?? true, "seed \(seed)")
                let texts = [feed.title, feed.problem].compactMap(\.self) + feed.folders
                #expect(ShownText.forbidden(in: texts.map(\.string)).isEmpty, "seed \(seed)")
            }
        }
    }
}
