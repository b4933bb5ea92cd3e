import TimelineModel

/// A reference in a Location, Link or href, made absolute.
enum AddressReference {
    /// The address that `reference` names when it stands in an answer from `base`; nil when it is not a web address.
    /// Source: RFC 3986 section 5.2; no fragment is inherited (RFC 9110 section 10.2.2 would, servers never see it).
    static func resolve(_ reference: some StringProtocol, against base: WebAddress) -> WebAddress? {
        let text = String(reference).trimmingASCIIWhitespace
        if startsWithScheme(text) { return WebAddress(text) }
        let schemePrefix = base.isSecure ? "https:" : "http:"
        if text.hasPrefix("//") { return WebAddress(schemePrefix + text) }
        let origin = schemePrefix + "//" + base.host + (base.port.map { ":\($0)" } ?? "")
        let tail = base.text.dropFirst(origin.count).prefix { $0 != "#" }
        let basePath = tail.prefix { $0 != "?" }
        if text.isEmpty { return WebAddress(origin + tail) }
        if text.hasPrefix("#") { return WebAddress(origin + tail + text) }
        if text.hasPrefix("?") { return WebAddress(origin + basePath + text) }
        let pathEnd = text.firstIndex { $0 == "?" || $0 == "#" } ?? text.endIndex
        let path = text[..<pathEnd]
        let rest = text[pathEnd...]
        if path.hasPrefix("/") { return WebAddress(origin + withoutDots(String(path)) + rest) }
        let folder = basePath.lastIndex(of: "/").map { basePath[...$0] } ?? "/"
        return WebAddress(origin + withoutDots(String(folder) + path) + rest)
    }

    static func startsWithScheme(_ text: some StringProtocol) -> Bool {
        guard let colon = text.firstIndex(of: ":") else { return false }
        let scheme = text[..<colon]
        guard let first = scheme.first, first.isASCII, first.isLetter else { return false }
        return scheme.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
    }

    /// Section 5.2.4: `.` and `..` segments taken out of an absolute path.
    private static func withoutDots(_ path: String) -> String {
        var kept: [Substring] = []
        let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        for (index, segment) in segments.enumerated() {
            let isLast = index == segments.count - 1
            switch segment {
            case ".":
                if isLast { kept.append("") }
            case "..":
                if !kept.isEmpty { kept.removeLast() }
                if isLast { kept.append("") }
            default: kept.append(segment)
            }
        }
        return "/" + kept.joined(separator: "/")
    }
}
