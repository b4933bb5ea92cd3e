// Samples.swift is the front door of Samples: a small invented world that answers like servers do, for the demo.

/// One answer, as a server would send it.
public struct Sample: Hashable, Sendable {
    /// An HTTP status.
    public let status: Int
    /// The value of the header, with its character set where a server would name one.
    public let contentType: String
    /// Further header fields: `Link` where there are pages.
    public let headers: [Header]
    public let body: [UInt8]

    /// A header field of a sample answer.
    public struct Header: Hashable, Sendable {
        public let name: String
        public let value: String
    }
}

/// What the demo's user reads.
public struct SampleSubscription: Hashable, Sendable {
    /// Which sort of source it is.
    public enum Kind: String, Hashable, Sendable { case feed, posts, hashtag, home }

    /// `main`, `pro` or `news`.
    public let persona: String
    public let kind: Kind
    /// As config.toml spells it: an address for a feed, `@user@server`, `#tag@server`.
    public let address: String
    /// What the demo's user calls it.
    public let name: String
}

/// The demo's world. All people, media and events in it are invented.
public enum Samples {
    /// The user's accounts, `@user@server`: of the persona main and of pro. Any token is good.
    public static let accounts = (main: "@camille@\(Host.piaf)", pro: "@camille@\(Host.toile)")

    public static let subscriptions = [
        SampleSubscription(persona: "main", kind: .home, address: accounts.main, name: "Piaf"),
        SampleSubscription(persona: "pro", kind: .home, address: accounts.pro, name: "Toile"),
        SampleSubscription(persona: "pro", kind: .posts, address: "@aubry@\(Host.toile)", name: "Cabinet Aubry"),
        SampleSubscription(
            persona: "pro", kind: .feed, address: "https://feuille.\(Host.domain)/feuille.atom",
            name: "La Feuille de style"),
        SampleSubscription(
            persona: "news", kind: .feed, address: "https://littoral.\(Host.domain)/rss.xml", name: "Agence Littoral"),
        SampleSubscription(
            persona: "news", kind: .feed, address: "https://courrier.\(Host.domain)/une.xml",
            name: "Le Courrier du Large"),
        SampleSubscription(
            persona: "news", kind: .feed, address: "https://estuaire.\(Host.domain)/direct.atom", name: "Radio Estuaire"
        ),
        SampleSubscription(
            persona: "news", kind: .feed, address: "https://harbour.\(Host.domain)/feed.json", name: "The Harbour Post"),
        SampleSubscription(persona: "news", kind: .hashtag, address: "#séisme@\(Host.piaf)", name: "#séisme"),
    ]

    /// What a server of this world answers to a GET.
    /// - Parameters:
    ///   - address: absolute, https; Mastodon's paging parameters are followed.
    ///   - now: seconds since 1970.
    ///   - elapsed: seconds since the demo began; posts arrive as this grows. 0 gives the beginning alone.
    ///   - seed: which arrivals; the same one gives the same bytes for the same times.
    /// - Returns: nil where nothing stands at this address.
    public static func answer(for address: String, now: Int64, elapsed: Int = 0, seed: UInt64 = 1) -> Sample? {
        guard let request = SampleRequest(address) else { return nil }
        let world = World(start: now - Int64(elapsed), elapsed: elapsed, seed: seed)
        return world.answer(to: request)
    }

    /// The posts that arrive after the beginning, without end, in the order of time; the same for the same seed.
    public static func arrivals(seed: UInt64) -> Arrivals { Arrivals(seed: seed) }
}

/// The servers.
enum Host {
    static let domain = "demo.perchoir.example"
    static let piaf = "piaf.\(domain)"
    static let toile = "toile.\(domain)"
}

/// A GET, taken apart.
struct SampleRequest {
    let host: String
    let path: String
    private let query: [(String, String)]

    init?(_ address: String) {
        guard address.hasPrefix("https://") else { return nil }
        let rest = address.dropFirst(8).split(separator: "#", omittingEmptySubsequences: false)[0]
        let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let slash = parts[0].firstIndex(of: "/") ?? parts[0].endIndex
        host = parts[0][..<slash].lowercased()
        path = SampleRequest.percentDecoded(parts[0][slash...])
        query = (parts.count > 1 ? parts[1].split(separator: "&") : []).map { pair in
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(sides[0]), sides.count > 1 ? SampleRequest.percentDecoded(sides[1]) : "")
        }
    }

    subscript(_ parameter: String) -> String? { query.first { $0.0 == parameter }?.1 }

    private static func percentDecoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
