import Decoding
import Text
import TimelineModel

extension Decoders {
    /// The formats that servers speak.
    public static let standard = Decoders(
        feed: { bytes, contentType, address, source, rung throws(UnreadableAnswer) in
            do throws(DecodingError) {
                return try FeedDecoder.decode(
                    bytes, contentType: contentType, address: address, source: source, rung: rung)
            } catch {
                throw UnreadableAnswer(error)
            }
        },
        statuses: { bytes, server throws(UnreadableAnswer) in
            do throws(DecodingError) {
                return try MastodonDecoder.statuses(bytes, server: server)
            } catch {
                throw UnreadableAnswer(error)
            }
        },
        account: { bytes, server throws(UnreadableAnswer) in
            let account: MastodonAccount
            do throws(DecodingError) {
                account = try MastodonDecoder.account(bytes, server: server)
            } catch {
                throw UnreadableAnswer(error)
            }
            return FoundAccount(
                id: account.id, user: String(account.acct.prefix { $0 != "@" }), displayName: account.author.name)
        })
}

extension UnreadableAnswer {
    fileprivate init(_ error: DecodingError) {
        switch error {
        case .notAFeed(_, let offered) where !offered.isEmpty: self.init(webPageOffering: offered)
        default: self.init(error.message)
        }
    }
}
