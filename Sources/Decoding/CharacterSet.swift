import CLibXML2

/// Bytes of a document to UTF-8. Never fails: what cannot be read becomes U+FFFD.
///
/// Valid UTF-8 is UTF-8, whatever a header or a declaration says (both are wrong too often), unless it has the escape
/// sequences of the character set that they name; then the byte order mark, the HTTP charset, the declaration inside the
/// document, and at last windows-1252, which reads any byte.
enum CharacterSet {
    /// - Parameter contentType: the HTTP header field, for its `charset`.
    static func utf8(_ bytes: [UInt8], contentType: String?) -> [UInt8] {
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { return repaired(Array(bytes.dropFirst(3))) }
        // A null byte in valid UTF-8 means UTF-16 of ASCII text.
        let isWide =
            bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) || bytes.prefix(4).contains(0)
        if !isWide, let shifted = shifted(bytes, contentType: contentType) { return shifted }
        if !isWide, String(validating: bytes, as: UTF8.self) != nil { return bytes }
        for name in candidates(bytes, contentType: contentType) {
            if let converted = convert(bytes, from: name) { return converted }
        }
        return windows1252(bytes)
    }

    /// Text of a character set that is ASCII with escape sequences (ISO-2022-JP), and so valid UTF-8 that means something
    /// else.
    private static func shifted(_ bytes: [UInt8], contentType: String?) -> [UInt8]? {
        guard bytes.contains(0x1b) else { return nil }
        let named = candidates(bytes, contentType: contentType).first { $0.lowercased().hasPrefix("iso-2022-") }
        return named.flatMap { convert(bytes, from: $0) }
    }

    private static func repaired(_ bytes: [UInt8]) -> [UInt8] {
        Array(String(decoding: bytes, as: UTF8.self).utf8)
    }

    private static func candidates(_ bytes: [UInt8], contentType: String?) -> [String] {
        if bytes.starts(with: [0xff, 0xfe, 0, 0]) { return ["UTF-32LE"] }
        if bytes.starts(with: [0, 0, 0xfe, 0xff]) { return ["UTF-32BE"] }
        if bytes.starts(with: [0xff, 0xfe]) { return ["UTF-16LE"] }
        if bytes.starts(with: [0xfe, 0xff]) { return ["UTF-16BE"] }
        // `<` or `{` and the null byte beside it.
        if bytes.count >= 4, bytes[0] == 0, bytes[1] != 0 { return ["UTF-16BE"] }
        if bytes.count >= 4, bytes[0] != 0, bytes[1] == 0, bytes[2] != 0 { return ["UTF-16LE"] }
        return [contentType.flatMap(charsetParameter), declared(in: bytes)].compactMap { $0 }
    }

    private static func charsetParameter(_ contentType: String) -> String? {
        for part in contentType.split(separator: ";").dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, pair[0].filter({ $0 != " " }).lowercased() == "charset" else { continue }
            return pair[1].filter { !" \"'".contains($0) }
        }
        return nil
    }

    /// The encoding that the XML declaration or a `meta` element of the first kilobyte names.
    private static func declared(in bytes: [UInt8]) -> String? {
        let head = String(decoding: bytes.prefix(1024).map { $0 < 128 ? $0 : 63 }, as: UTF8.self).lowercased()
        for marker in ["encoding=", "charset="] {
            guard let found = head.firstRange(of: marker) else { continue }
            let rest = head[found.upperBound...].drop { $0 == "\"" || $0 == "'" || $0 == " " }
            let name = rest.prefix { $0.isLetter || $0.isNumber || "-_:.".contains($0) }
            if !name.isEmpty { return String(name) }
        }
        return nil
    }

    private static func convert(_ bytes: [UInt8], from name: String) -> [UInt8]? {
        // glibc reads what stands behind a slash as options.
        guard name.utf8.count < 40,
            name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_:.".contains($0)) })
        else { return nil }
        let charset: String
        switch name.lowercased() {
        case "utf-8", "utf8":
            // Labelled UTF-8 and nearly so: a few broken bytes should not turn every accent into two letters.
            let text = String(decoding: bytes, as: UTF8.self)
            let broken = text.unicodeScalars.count { $0 == "\u{fffd}" }
            let wide = text.utf8.count { $0 >= 0xc0 }
            return broken * 2 < wide ? Array(text.utf8) : nil
        case "iso-8859-1", "iso8859-1", "latin1", "latin-1", "us-ascii", "ascii", "windows-1252", "cp1252":
            return windows1252(bytes)
        case "gb2312", "gbk", "x-gbk": charset = "GB18030"
        case "shift_jis", "shift-jis", "x-sjis", "sjis": charset = "CP932"
        case "ks_c_5601-1987", "euc-kr": charset = "CP949"
        case "big5": charset = "BIG5-HKSCS"
        case "utf-16", "utf-32", "utf-7": return nil
        case let other: charset = other.uppercased()
        }
        var length = 0
        let converted = bytes.withUnsafeBytes { raw in
            perchoir_to_utf8(raw.baseAddress?.assumingMemoryBound(to: CChar.self), raw.count, charset, &length)
        }
        guard let converted else { return nil }
        defer { perchoir_free(converted) }
        let output = Array(UnsafeRawBufferPointer(start: converted, count: length))
        return repaired(output.starts(with: [0xef, 0xbb, 0xbf]) ? Array(output.dropFirst(3)) : output)
    }

    static func windows1252(_ bytes: [UInt8]) -> [UInt8] {
        var text = ""
        text.reserveCapacity(bytes.count + bytes.count / 8)
        for byte in bytes { text.unicodeScalars.append(windows1252Scalar(byte)) }
        return Array(text.utf8)
    }

    static func windows1252Scalar(_ byte: UInt8) -> Unicode.Scalar {
        guard (0x80...0x9f).contains(byte) else { return Unicode.Scalar(byte) }
        return windows1252Upper[Int(byte) - 0x80]
    }

    /// 0x80 to 0x9F of windows-1252; its five holes are U+FFFD.
    private static let windows1252Upper: [Unicode.Scalar] = [
        "€", "\u{fffd}", "‚", "ƒ", "„", "…", "†", "‡", "ˆ", "‰", "Š", "‹", "Œ", "\u{fffd}", "Ž", "\u{fffd}",
        "\u{fffd}", "‘", "’", "“", "”", "•", "–", "—", "˜", "™", "š", "›", "œ", "\u{fffd}", "ž", "Ÿ",
    ]
}
