import Networks
import Text
import TimelineModel

extension Decoders {
    /// Reads bodies such as "3 2 1" (or "{3 2 1}") as pages with these entry ids, "77 who" as an account, and takes everything that
    /// starts with "<" for a web page, which names two feeds if it is "<html>".
    static let fake = Decoders(
        feed: { bytes, _, address, _, _ throws(UnreadableAnswer) in
            switch String(decoding: bytes, as: UTF8.self) {
            case "<html>":
                throw UnreadableAnswer(webPageOffering: [
                    OfferedFeed(address: WebAddress("https://\(address.host)/one.xml")!, title: "One"),
                    OfferedFeed(address: WebAddress("https://\(address.host)/two.xml")!),
                ])
            case let text where text.hasPrefix("<"): throw UnreadableAnswer(webPageOffering: [])
            default: break
            }
            var page = try page(bytes)
            page.profile.title = "A feed"
            return page
        },
        feedEdition: 1,
        statuses: { bytes, _ throws(UnreadableAnswer) in try page(bytes) },
        account: { bytes, _ throws(UnreadableAnswer) in
            let words = String(decoding: bytes, as: UTF8.self).split(separator: " ").map(String.init)
            guard words.count == 2 else { throw UnreadableAnswer("no account") }
            return FoundAccount(
                id: words[0], user: words[1], displayName: SafeText(sanitizing: "Name of \(words[1])", as: .name))
        },
        notifications: { bytes, _ throws(UnreadableAnswer) in try page(bytes) },
        lists: { bytes throws(UnreadableAnswer) in
            String(decoding: bytes, as: UTF8.self).split(separator: " ").map {
                FoundList(id: "id-\($0)", title: SafeText(sanitizing: String($0)))
            }
        })

    private static func page(_ bytes: [UInt8]) throws(UnreadableAnswer) -> Page {
        let text = String(decoding: bytes, as: UTF8.self)
        guard !text.hasPrefix("<") else { throw UnreadableAnswer("it is markup") }
        var page = Page()
        page.items = text.split { " {}".contains($0) }.map { id in
            PageItem(
                post: Post(
                    id: PostID("test:\(id)"), remoteID: String(id), network: .mastodon, kind: .post,
                    author: Author(name: "A")),
                sighting: Sighting(entryID: String(id)))
        }
        return page
    }
}
