import TimelineModel

/// Opening a WebSocket: the request, and whether the answer takes it.
/// Source: RFC 6455 sections 4.1 and 4.2.2.
struct WebSocketHandshake {
    /// Sixteen random bytes in base64.
    let key: String
    private let subprotocol: String?

    /// - Parameter nonce: sixteen bytes that nobody can foresee.
    init(nonce: [UInt8], token: Secret?) {
        key = Base64.encode(nonce)
        // Pleroma looks for the token here alone, Mastodon and GoToSocial in both places.
        subprotocol = token.flatMap { $0.exposed.utf8.allSatisfy(Self.isTokenByte) ? $0.exposed : nil }
    }

    /// RFC 9110 section 5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    /// The head of the request.
    func request(_ address: WebAddress, token: Secret?, userAgent: String) -> [UInt8] {
        let port = address.port.map { ":\($0)" } ?? ""
        var lines = [
            "GET \(address.requestTarget) HTTP/1.1", "Host: \(address.host)\(port)", "Upgrade: websocket",
            "Connection: Upgrade", "Sec-WebSocket-Key: \(key)", "Sec-WebSocket-Version: 13",
            "User-Agent: \(userAgent)",
        ]
        if let token { lines.append("Authorization: \(HTTPRequest.Authorization.token(token).header)") }
        if let subprotocol { lines.append("Sec-WebSocket-Protocol: \(subprotocol)") }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    /// Whether a 101 answer belongs to this request and agrees to nothing that was not offered.
    func accepts(_ headers: HTTPHeaders) -> Bool {
        let connection = headers.all("Connection").flatMap { $0.split(separator: ",") }
        let chosen = headers["Sec-WebSocket-Protocol"]
        return headers["Upgrade"].map { $0.equalsIgnoringASCIICase("websocket") } ?? false
            && connection.contains { String($0).trimmingASCIIWhitespace.equalsIgnoringASCIICase("upgrade") }
            && headers["Sec-WebSocket-Accept"] == Self.accept(key) && headers["Sec-WebSocket-Extensions"] == nil
            && (chosen == nil || chosen == subprotocol)
    }

    static func accept(_ key: String) -> String {
        Base64.encode(SHA1.digest(Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)))
    }
}

extension WebAddress {
    /// Path and query.
    var requestTarget: String {
        let tail = text.drop { $0 != ":" }.dropFirst(3).drop { $0 != "/" && $0 != "?" && $0 != "#" }
            .prefix { $0 != "#" }
        return tail.first == "/" ? String(tail) : "/" + tail
    }
}

/// The hash that the handshake asks for: a proof that the server speaks WebSocket, nothing that keeps a secret.
/// Source: FIPS 180-4 section 6.1.
enum SHA1 {
    static func digest(_ message: [UInt8]) -> [UInt8] {
        var bytes = message + [0x80]
        bytes += [UInt8](repeating: 0, count: (120 - bytes.count % 64) % 64)
        bytes += (0..<8).map { UInt8(truncatingIfNeeded: (message.count * 8) >> (56 - 8 * $0)) }
        var hash: [UInt32] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0]
        for block in stride(from: 0, to: bytes.count, by: 64) {
            var words = (0..<16).map { word in
                bytes[(block + 4 * word)..<(block + 4 * word + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            }
            for t in 16..<80 { words.append(rotated(words[t - 3] ^ words[t - 8] ^ words[t - 14] ^ words[t - 16], 1)) }
            var (a, b, c, d, e) = (hash[0], hash[1], hash[2], hash[3], hash[4])
            for t in 0..<80 {
                let mixed: (UInt32, UInt32) =
                    switch t {
                    case 0..<20: (b & c | ~b & d, 0x5a82_7999)
                    case 20..<40: (b ^ c ^ d, 0x6ed9_eba1)
                    case 40..<60: (b & c | b & d | c & d, 0x8f1b_bcdc)
                    default: (b ^ c ^ d, 0xca62_c1d6)
                    }
                let next = rotated(a, 5) &+ mixed.0 &+ e &+ mixed.1 &+ words[t]
                (e, d, c, b, a) = (d, c, rotated(b, 30), a, next)
            }
            for (index, value) in [a, b, c, d, e].enumerated() { hash[index] = hash[index] &+ value }
        }
        return hash.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * UInt32($0))) } }
    }

    private static func rotated(_ word: UInt32, _ places: UInt32) -> UInt32 { word << places | word >> (32 - places) }
}
