import Decoding
import Text
public import TimelineModel

/// The stream of one timeline of a signed-in account. Server-sent events where the server has them, else WebSocket.
/// Source: docs.joinmastodon.org/methods/streaming; GoToSocial has WebSocket alone.
struct MastodonStream: LiveSource {
    /// What a stream carries, as the API names it.
    enum Channel: Hashable, Sendable {
        /// The home timeline and the notifications.
        case user
        case list(id: String)
        case hashtag(String)
        case publicTimeline
        case local

        /// Behind `/api/v1/streaming/` for server-sent events.
        var path: String {
            switch self {
            case .user: "user"
            case .list(let id): "list?list=" + PercentCoding.encode(id)
            case .hashtag(let tag): "hashtag?tag=" + PercentCoding.encode(tag)
            case .publicTimeline: "public"
            case .local: "public/local"
            }
        }

        /// Behind `/api/v1/streaming?` for WebSocket.
        var query: String {
            switch self {
            case .user: "stream=user"
            case .list(let id): "stream=list&list=" + PercentCoding.encode(id)
            case .hashtag(let tag): "stream=hashtag&tag=" + PercentCoding.encode(tag)
            case .publicTimeline: "stream=public"
            case .local: "stream=public:local"
            }
        }
    }

    let timeline: AccountTimeline
    let account: AccountName
    let client: MastodonClient
    let streams: any StreamTransport
    let token: @Sendable (AccountName) throws(FetchError) -> Secret?
    let knowledge: MastodonKnowledge
    var limits = HTTPLimits.stream

    private var server: Server { account.server }

    func connect(_ remembered: StreamWay?) async throws(FetchError) -> (any LiveConnection, StreamWay) {
        let token = try account.secret(token)
        guard let channel = try await channel(token) else {
            throw FetchError(.notFound, "Nothing streams the \(timeline.shown) of \(account.shown).")
        }
        let ways: [StreamWay]
        if let remembered {
            ways = [remembered]
        } else {
            let base = try await base()
            ways = StreamWay.Kind.allCases.map { StreamWay(kind: $0, base: base) }
        }
        for way in ways {
            do throws(FetchError) {
                return (try await open(way, channel, token), way)
            } catch {
                guard Self.saysThatNoneIsThere(error) else { throw error }
            }
        }
        throw FetchError(.notFound, "\(server.base.shownHost) does not stream.")
    }

    /// Whether there is a channel for a timeline. That of a hashtag knows no other hashtags beside it.
    static func streams(_ timeline: AccountTimeline) -> Bool {
        switch timeline {
        case .home, .notifications, .list, .publicTimeline, .local: true
        case .hashtags(let choice): choice.any.count == 1 && choice.all.isEmpty && choice.none.isEmpty
        case .bookmarks, .favourites: false
        }
    }

    private func channel(_ token: Secret) async throws(FetchError) -> Channel? {
        guard Self.streams(timeline) else { return nil }
        switch timeline {
        case .home, .notifications: return .user
        case .hashtags(let choice): return choice.any.first.map { .hashtag($0) }
        case .publicTimeline: return .publicTimeline
        case .local: return .local
        case .list(let name):
            if let id = knowledge[listID: name, account] { return .list(id: id) }
            let id: String
            do throws(FetchError) {
                id = try await client.list(name, of: account, token)
            } catch {
                // That this list is missing says nothing of streams.
                guard error.kind == .notFound else { throw error }
                throw FetchError(.forbidden, error.message)
            }
            knowledge[listID: name, account] = id
            return .list(id: id)
        case .bookmarks, .favourites: return nil
        }
    }

    /// Where the server streams, by its own word; its own address when it says nothing.
    ///
    /// The token goes there, so another host must have been named over TLS, and be reached over TLS.
    private func base() async throws(FetchError) -> WebAddress {
        for endpoint in [MastodonEndpoint.instance, .instanceOfOld] {
            let answer: HTTPResponse
            do throws(FetchError) {
                answer = try await client.call(endpoint)
            } catch {
                // No such document, or none for those who did not sign in: the other one may do.
                guard error.status != nil, error.kind != .rateLimited, error.kind != .serverTrouble else { throw error }
                continue
            }
            // What cannot be read names no other host.
            guard let named = try? MastodonDecoder.streaming(answer.body) else { continue }
            return Self.trusted(named, of: server, from: answer.finalAddress) ?? server.base
        }
        return server.base
    }

    /// The address that a server names for its streams, if a token may go there: on the server itself, or over TLS
    /// from end to end. `ws` and `wss` become the schemes that connections are made by.
    static func trusted(_ named: String, of server: Server, from document: WebAddress) -> WebAddress? {
        let parts = named.split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        let scheme: String
        switch parts[0].lowercased() {
        case "wss", "https": scheme = "https"
        case "ws", "http": scheme = "http"
        default: return nil
        }
        // A path of its own is part of the base; a query is not.
        let text = String(parts[1].prefix { $0 != "?" && $0 != "#" })
        guard var base = WebAddress(scheme + ":" + text) else { return nil }
        while base.text.hasSuffix("/"), let shorter = WebAddress(String(base.text.dropLast())) { base = shorter }
        for end in ["/api/v1/streaming"] where base.text.hasSuffix(end) {
            guard let shorter = WebAddress(String(base.text.dropLast(end.count))) else { return nil }
            base = shorter
        }
        if base.isSecure, document.isSecure { return base }
        // Plain connections stay on this machine, as the server's own do.
        return base.isLoopback && server.base.isLoopback && document.isLoopback ? base : nil
    }

    private func open(_ way: StreamWay, _ channel: Channel, _ token: Secret) async throws(FetchError)
        -> any LiveConnection
    {
        let server = server
        switch way.kind {
        case .serverSentEvents:
            let address = try address(way.base.text + "/api/v1/streaming/" + channel.path)
            let request = HTTPRequest(
                .get, address, headers: ["Accept": "text/event-stream"], limits: limits, authorization: .token(token))
            let (head, body) = try await streams.open(request)
            let type = (head.headers["Content-Type"] ?? "").lowercased()
            guard head.status == 200, type.hasPrefix("text/event-stream") else {
                body.close()
                throw client.refusal(of: head, .home, isSignedIn: true)
                    ?? FetchError(.refused, "\(address.shownHost) streams no events.", status: head.status)
            }
            return EventStream(body, address: address) {
                MastodonStreamEvents.event(named: $0.name, payload: $0.data, server: server)
            }
        case .webSocket:
            let address = try address(way.base.text + "/api/v1/streaming?" + channel.query)
            return try await WebSocketStream.open(address, over: streams, limits: limits, token: token) {
                MastodonStreamEvents.message($0, server: server)
            }
        }
    }

    private func address(_ text: String) throws(FetchError) -> WebAddress {
        guard let address = WebAddress(text) else {
            throw FetchError(.refused, "The stream's address of \(server.base.shownHost) is too long.")
        }
        return address
    }

    /// Whether a refusal means that this kind of stream does not exist there, rather than that it does not work now.
    static func saysThatNoneIsThere(_ refusal: FetchError) -> Bool {
        guard let status = refusal.status else { return false }
        switch status {
        // 400 and 426 are what servers of the other kind say; 2xx and 3xx are pages for people; 101 without what
        // belongs to it is no WebSocket.
        case 101, 200...399, 400, 404, 405, 406, 410, 426, 501: return true
        default: return false
        }
    }
}

extension SourceFactory {
    /// The stream of what an address names; nil where no network streams it. That of an account's notifications is the
    /// home timeline's.
    public func liveSource(for address: SourceAddress) -> (any LiveSource)? {
        guard let streams, case .account(let account, let timeline) = address, MastodonStream.streams(timeline) else {
            return nil
        }
        return MastodonStream(
            timeline: timeline, account: account,
            client: MastodonClient(server: account.server, transport: transport, decoders: decoders), streams: streams,
            token: token, knowledge: knowledge)
    }
}
