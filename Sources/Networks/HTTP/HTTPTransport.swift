public import TimelineModel

/// Whatever sends a request and brings the answer.
public protocol HTTPTransport: Sendable {
    /// Sends one request, follows its redirects within the rules of `RedirectRule`, and returns the last answer,
    /// whatever its status.
    /// - Throws: `FetchError` when no whole answer came: unreachable, timed out, insecure, too large, a redirect that
    ///   must not be followed, or cancelled. Nothing is retried.
    func send(_ request: HTTPRequest) async throws(FetchError) -> HTTPResponse
}

/// One request. Cookies are never kept, and the user agent is the transport's.
public struct HTTPRequest: Sendable {
    /// The raw value is how it stands in the request.
    public enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
    }

    /// Which addresses may be connected to.
    public enum Reach: Sendable {
        /// An address the user wrote may be anywhere, also in his own network. A redirect from a public server to a
        /// private address is still refused.
        case typed
        /// An address that a post or a server named: private addresses are refused from the start.
        case found
    }

    /// By what the server knows who asks.
    public enum Authorization: Sendable {
        case token(Secret)
        case login(FeedLogin)

        /// The value of the header (RFC 6750 section 2.1, RFC 7617 section 2).
        var header: String {
            switch self {
            case .token(let secret): "Bearer " + secret.exposed
            case .login(let login): "Basic " + Base64.encode(Array((login.user + ":" + login.password).utf8))
            }
        }
    }

    public var method: Method
    public var address: WebAddress
    /// In order; control characters are removed when they are sent.
    public var headers: HTTPHeaders
    /// Nil sends none, and of a redirect that becomes a GET it is dropped.
    public var body: [UInt8]?
    public var limits: HTTPLimits
    /// Sent to the origin of `address` alone.
    public var authorization: Authorization?
    public var reach: Reach

    public init(
        _ method: Method = .get, _ address: WebAddress, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8]? = nil,
        limits: HTTPLimits = HTTPLimits(), authorization: Authorization? = nil, reach: Reach = .typed
    ) {
        self.method = method
        self.address = address
        self.headers = headers
        self.body = body
        self.limits = limits
        self.authorization = authorization
        self.reach = reach
    }
}

/// How much and how long one request may take: beyond these an answer is a bomb, or a server that holds the line.
public struct HTTPLimits: Hashable, Sendable {
    /// Decoded bytes of the body.
    public var bodyBytes = 8 << 20
    /// Bytes of the head, all lines together.
    public var headBytes = 256 << 10
    /// Decoded bytes for one byte on the wire, once the body is longer than `ratioFreeBytes`.
    public var ratio = 200
    /// Decoded bytes up to which the ratio may be any.
    public var ratioFreeBytes = 1 << 20
    /// Followed at most; with 0 an answer that redirects is an error.
    public var redirects = 5
    /// From the start until the connection stands, TLS included.
    public var connect: Duration = .seconds(10)
    /// From sending until the answer's first byte.
    public var firstByte: Duration = .seconds(15)
    /// From the start until the answer's last byte, redirects included.
    public var total: Duration = .seconds(30)
    /// Bytes a second, head and body, that every window of `slowWindow` must reach once the answer began.
    public var slowestRate = 1024
    public var slowWindow: Duration = .seconds(10)
    /// For answers that do not end: the longest time without a byte, instead of `total` and `slowestRate`.
    public var silence: Duration?

    public init() {}

    /// Those of a stream. Servers say something every 15 to 30 seconds.
    public static var stream: HTTPLimits {
        var limits = HTTPLimits()
        limits.silence = .seconds(90)
        return limits
    }
}

/// Header fields in order, found by name without regard to case.
public struct HTTPHeaders: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// One header field, as it was sent.
    public struct Field: Sendable, Hashable {
        public let name: String
        public let value: String
    }

    public private(set) var fields: [Field] = []

    public init() {}

    public init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { add(name, value) }
    }

    /// Adds a field without its control characters, so that no value can end its line.
    public mutating func add(_ name: String, _ value: String) {
        fields.append(Field(name: name.withoutControls, value: value.withoutControls))
    }

    mutating func removeAll(named name: String) {
        fields.removeAll { $0.name.equalsIgnoringASCIICase(name) }
    }

    /// Continues the last field's value: a folded line (RFC 9112 section 5.2).
    mutating func continueLast(_ value: String) {
        guard let last = fields.popLast() else { return }
        add(last.name, last.value + " " + value)
    }

    /// The first value of that name.
    public subscript(_ name: String) -> String? {
        fields.first { $0.name.equalsIgnoringASCIICase(name) }?.value
    }

    /// Every value of that name, in order.
    public func all(_ name: String) -> [String] {
        fields.filter { $0.name.equalsIgnoringASCIICase(name) }.map(\.value)
    }
}

/// The last answer to a request.
public struct HTTPResponse: Sendable {
    /// A redirect that was followed.
    public struct Redirect: Hashable, Sendable {
        public let status: Int
        /// Where it led.
        public let address: WebAddress

        public init(status: Int, address: WebAddress) {
            self.status = status
            self.address = address
        }

        /// 301 or 308.
        public var isPermanent: Bool { status == 301 || status == 308 }
    }

    public var status: Int
    public var headers: HTTPHeaders
    /// Decoded; empty for 204 and 304.
    public var body: [UInt8]
    /// The address that gave this answer.
    public var finalAddress: WebAddress
    /// In the order in which they were followed.
    public var redirects: [Redirect]
    /// When the answer was complete, by our own clock.
    public var receivedAt: Timestamp
    /// Room for the body in memory, which goes back with the last copy of this.
    var share: BodyBudget.Share?

    public init(
        status: Int, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = [], finalAddress: WebAddress,
        redirects: [Redirect] = [], receivedAt: Timestamp
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.finalAddress = finalAddress
        self.redirects = redirects
        self.receivedAt = receivedAt
    }

    /// The new address when every redirect on the way was permanent.
    var permanentAddress: WebAddress? {
        !redirects.isEmpty && redirects.allSatisfy(\.isPermanent) ? finalAddress : nil
    }
}

extension String {
    var withoutControls: String {
        guard utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) else { return self }
        return String(decoding: utf8.filter { $0 >= 0x20 && $0 != 0x7f }, as: UTF8.self)
    }
}

extension StringProtocol {
    func equalsIgnoringASCIICase(_ other: some StringProtocol) -> Bool {
        func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5a).contains(byte) ? byte | 0x20 : byte }
        return utf8.elementsEqual(other.utf8) { lower($0) == lower($1) }
    }
}
