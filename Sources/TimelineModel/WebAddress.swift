public import Text

/// An http or https address that may be shown, stored and opened.
///
/// The raw text is checked before anything parses it (protocols.md section G): no control characters, spaces or
/// backslashes, no user information, a host that is not empty. Everything not in the URI alphabet is percent-encoded
/// byte by byte, so the text is ASCII and can be an argument of a browser or part of a request line.
public struct WebAddress: Hashable, Sendable {
    /// The address, ASCII only, scheme and host in lower case.
    public let text: String
    /// The host, lower case, without port; an IPv6 literal keeps its brackets.
    public let host: String
    /// The port that was written, if any.
    public let port: Int?
    public let isSecure: Bool

    /// Nil when the text is not an absolute http or https address that is safe to open.
    public init?(_ raw: some StringProtocol) {
        let trimmed = String(raw).trimmingASCIIWhitespace
        guard trimmed.utf8.count <= 4096 else { return nil }
        for byte in trimmed.utf8 where byte <= 0x20 || byte == 0x7f || byte == 0x5c { return nil }
        guard let schemeEnd = trimmed.range(of: "://") else { return nil }
        let scheme = trimmed[..<schemeEnd.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else { return nil }
        let rest = trimmed[schemeEnd.upperBound...]
        let authorityEnd = rest.firstIndex(where: { $0 == "/" || $0 == "?" || $0 == "#" }) ?? rest.endIndex
        let authority = rest[..<authorityEnd]
        guard !authority.contains("@") else { return nil }
        guard let (host, port) = WebAddress.split(authority: authority) else { return nil }
        self.host = host
        self.port = port
        isSecure = scheme == "https"
        let tail = WebAddress.percentEncoded(rest[authorityEnd...])
        text = scheme + "://" + host + (port.map { ":\($0)" } ?? "") + tail
    }

    private static func split(authority: Substring) -> (host: String, port: Int?)? {
        var hostPart = authority
        var port: Int?
        if let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") {
            hostPart = authority[..<colon]
            let digits = authority[authority.index(after: colon)...]
            if !digits.isEmpty {
                guard let number = Int(digits), (1...65535).contains(number) else { return nil }
                port = number
            }
        }
        guard !hostPart.isEmpty else { return nil }
        if hostPart.hasPrefix("[") {
            guard hostPart.hasSuffix("]"),
                hostPart.dropFirst().dropLast().allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." })
            else { return nil }
            return (hostPart.lowercased(), port)
        }
        guard hostPart.unicodeScalars.allSatisfy(isHostScalar) else { return nil }
        return (hostPart.lowercased(), port)
    }

    /// Letters, digits, hyphen, dot and underscore; letters of other scripts stay for IDNA in the transport.
    private static func isHostScalar(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            return scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "-" || scalar == "."
                || scalar == "_"
        }
        return scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            || scalar.properties.generalCategory == .nonspacingMark
    }

    private static func percentEncoded(_ part: Substring) -> String {
        let hexDigits = Array("0123456789ABCDEF")
        var encoded = ""
        for byte in part.utf8 {
            switch byte {
            case 0x21, 0x23...0x3b, 0x3d, 0x3f...0x5b, 0x5d, 0x5f, 0x61...0x7a, 0x7e:
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                encoded += "%"
                encoded.append(hexDigits[Int(byte >> 4)])
                encoded.append(hexDigits[Int(byte & 15)])
            }
        }
        return encoded
    }

    /// The address as it is shown: whole, safe to draw.
    public var shown: SafeText { SafeText(sanitizing: text) }

    /// The address without its scheme and "www.", for tight places.
    public var shownShort: SafeText {
        var short = Substring(text.dropFirst(isSecure ? 8 : 7))
        if short.hasPrefix("www.") { short = short.dropFirst(4) }
        if short.hasSuffix("/"), short.firstIndex(of: "/") == short.index(before: short.endIndex) {
            short = short.dropLast()
        }
        return SafeText(sanitizing: String(short))
    }

    /// Loopback by name or literal: the hosts for which plain http carries tokens and throttling is off.
    public var isLoopback: Bool {
        host == "localhost" || host == "[::1]"
            || (host.hasPrefix("127.") && host.allSatisfy { $0 == "." || ("0"..."9").contains($0) })
    }
}

extension String {
    /// Without leading and trailing space, tab, CR, LF and form feed.
    public var trimmingASCIIWhitespace: String {
        func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
        let bytes = utf8
        guard let first = bytes.firstIndex(where: { !isSpace($0) }),
            let last = bytes.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(self[first...last])
    }
}

extension StringProtocol {
    /// The first place where `needle` stands, byte by byte.
    func range(of needle: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].utf8.starts(with: needle.utf8) {
                let end = utf8.index(start, offsetBy: needle.utf8.count)
                return start..<end
            }
            start = utf8.index(after: start)
        }
        return nil
    }
}
