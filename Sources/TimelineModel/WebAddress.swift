public import Text

/// An http or https address that may be shown, stored and opened.
///
/// The raw text is checked before anything parses it: no control characters, spaces or
/// backslashes, no user information, a host that can be one. A host of other letters is written in Punycode, and
/// everything else not in the URI alphabet is percent-encoded byte by byte, so the text is ASCII and can be an argument
/// of a browser or part of a request line.
public struct WebAddress: Hashable, Sendable {
    /// The address, ASCII only, scheme and host in lower case.
    public let text: String
    /// The host in ASCII, lower case, without port and without a dot at its end; an IPv6 literal keeps its brackets.
    public let host: String
    /// The port that was written, if any.
    public let port: Int?
    /// Its scheme is https; the only other one is http.
    public let isSecure: Bool

    /// Nil when the text is not an absolute http or https address that is safe to open.
    public init?(_ raw: some StringProtocol) {
        let trimmed = String(raw).trimmingASCIIWhitespace
        // Bytes, not characters, so that a combining mark behind a separator does not hide it.
        let bytes = trimmed.utf8
        guard bytes.count <= 4096 else { return nil }
        for byte in bytes where byte <= 0x20 || byte == 0x7f || byte == 0x5c { return nil }
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes[colon...].starts(with: "://".utf8) else {
            return nil
        }
        let scheme = trimmed[..<colon].lowercased()
        guard scheme == "http" || scheme == "https" else { return nil }
        let start = bytes.index(colon, offsetBy: 3)
        let end = bytes[start...].firstIndex { $0 == 0x2f || $0 == 0x3f || $0 == 0x23 } ?? bytes.endIndex
        guard let (host, port) = WebAddress.split(authority: trimmed[start..<end]) else { return nil }
        self.host = host
        self.port = port
        isSecure = scheme == "https"
        let tail = WebAddress.percentEncoded(trimmed[end...])
        text = scheme + "://" + host + (port.map { ":\($0)" } ?? "") + tail
    }

    /// User information is refused with the rest: `@` is no character of a host.
    private static func split(authority: Substring) -> (host: String, port: Int?)? {
        var hostPart = authority
        var port: Int?
        let bytes = authority.utf8
        if let colon = bytes.lastIndex(of: UInt8(ascii: ":")), !bytes[colon...].contains(UInt8(ascii: "]")) {
            hostPart = authority[..<colon]
            let digits = bytes[colon...].dropFirst()
            if !digits.isEmpty {
                guard digits.count <= 5, digits.allSatisfy({ (48...57).contains($0) }),
                    let number = Int(Substring(digits)), (1...65535).contains(number)
                else { return nil }
                port = number
            }
        }
        if hostPart.utf8.first == UInt8(ascii: "[") {
            let literal = hostPart.utf8.dropFirst().dropLast()
            guard hostPart.utf8.last == UInt8(ascii: "]"), (2...45).contains(literal.count),
                literal.contains(UInt8(ascii: ":")), literal.allSatisfy(isIPv6Byte)
            else { return nil }
            return (hostPart.lowercased(), port)
        }
        guard let host = HostName.ascii(hostPart) else { return nil }
        return (host, port)
    }

    private static func isIPv6Byte(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...58, 65...70, 97...102, UInt8(ascii: "."): true
        default: false
        }
    }

    private static func percentEncoded(_ part: Substring) -> String {
        // Mostly it is; every post that is read from the store has some addresses.
        if part.utf8.allSatisfy(isPlain) { return String(part) }
        let hexDigits = Array("0123456789ABCDEF".utf8)
        var encoded: [UInt8] = []
        for byte in part.utf8 {
            encoded +=
                isPlain(byte) ? [byte] : [UInt8(ascii: "%"), hexDigits[Int(byte >> 4)], hexDigits[Int(byte & 15)]]
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// In the URI alphabet, percent signs included.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21, 0x23...0x3b, 0x3d, 0x3f...0x5b, 0x5d, 0x5f, 0x61...0x7a, 0x7e: true
        default: false
        }
    }

    /// The address as it is shown: whole, in ASCII.
    public var shown: SafeText { SafeText(sanitizing: text) }

    /// The host as its readers write it; when that mixes scripts, with its ASCII form in parentheses.
    public var shownHost: SafeText {
        let (unicode, mixesScripts) = HostName.unicode(host)
        return SafeText(sanitizing: mixesScripts ? "\(unicode) (\(host))" : unicode)
    }

    /// The address without its scheme and "www.", for tight places. The host is in its own letters unless they mix
    /// scripts.
    public var shownShort: SafeText {
        let (unicode, mixesScripts) = HostName.unicode(host)
        var tail = text.utf8.dropFirst((isSecure ? 8 : 7) + host.utf8.count)
        if tail.elementsEqual("/".utf8) { tail = tail.dropFirst() }
        let shownHost = mixesScripts ? host : unicode
        let short = shownHost.hasPrefix("www.") ? shownHost.dropFirst(4) : shownHost[...]
        return SafeText(sanitizing: String(short) + String(Substring(tail)))
    }

    /// What several spellings of one page's address share: without scheme, "www." and a slash at the end.
    public var commonSpelling: String {
        var bytes = text.utf8.dropFirst(isSecure ? 8 : 7)
        if bytes.starts(with: "www.".utf8) { bytes = bytes.dropFirst(4) }
        if bytes.last == UInt8(ascii: "/") { bytes = bytes.dropLast() }
        return String(Substring(bytes))
    }

    /// Whether nobody on the way can read what is sent there.
    public var keepsSecrets: Bool { isSecure || isLoopback }

    /// Loopback by name or literal: the hosts for which plain http carries secrets and throttling is off.
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
        return first == startIndex && bytes.index(after: last) == endIndex ? self : String(self[first...last])
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
