import Decoding
import Text
import TimelineModel

extension Decoders {
    /// The decoders of real answers.
    public static let live = Decoders(
        feed: { bytes, contentType, address, source, memory throws(UnreadableAnswer) in
            do throws(DecodingError) {
                return try FeedDecoder.decode(
                    bytes, contentType: contentType, address: address, source: source, memory: memory)
            } catch {
                throw UnreadableAnswer(error)
            }
        },
        feedEdition: FeedDecoder.edition,
        statuses: { bytes, server throws(UnreadableAnswer) in
            do throws(DecodingError) {
                return try MastodonDecoder.statuses(bytes, server: server)
            } catch {
                throw UnreadableAnswer(error, expected: "a list of posts")
            }
        },
        account: { bytes, server throws(UnreadableAnswer) in
            do throws(DecodingError) {
                let account = try MastodonDecoder.account(bytes, server: server)
                let user = account.acct.prefix { $0 != "@" }
                return FoundAccount(id: account.id, user: String(user), displayName: account.author.name)
            } catch {
                throw UnreadableAnswer(error, expected: "an account")
            }
        },
        notifications: { bytes, account throws(UnreadableAnswer) in
            do throws(DecodingError) {
                return try MastodonDecoder.notifications(bytes, account: account)
            } catch {
                throw UnreadableAnswer(error, expected: "a list of notifications")
            }
        },
        lists: { bytes throws(UnreadableAnswer) in
            do throws(DecodingError) {
                return try MastodonDecoder.lists(bytes).map { FoundList(id: $0.id, title: $0.title) }
            } catch {
                throw UnreadableAnswer(error, expected: "a list of lists")
            }
        })
}

extension UnreadableAnswer {
    /// - Parameter expected: stands in for the server's own words about what it sent instead.
    fileprivate init(_ error: DecodingError, expected: SafeText = "a feed") {
        switch error {
        // What a feed decoder finds with offers, or calls a page, is a page that somebody can look at.
        case .notAFeed(_, let offered) where !offered.isEmpty: self.init(webPageOffering: offered)
        case .notAFeed("a web page", let offered): self.init(webPageOffering: offered)
        case .unexpected: self.init("it is not \(expected)")
        default: self.init(error.message)
        }
    }
}
