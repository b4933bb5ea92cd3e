import CLibXML2
import Text
import TimelineModel

/// References as documents write them, against the address of the document (RFC 3986 section 5.2).
enum References {
    /// The http or https address that a reference means; nil for anything else.
    ///
    /// Like a browser: outer blanks, tabs and line breaks inside do not count, and inner spaces are percent-encoded.
    static func resolve(_ raw: String, against base: WebAddress?) -> WebAddress? {
        let spelled = tidied(raw)
        guard !spelled.isEmpty, spelled.utf8.count <= 4096 else { return nil }
        if scheme(of: spelled) != nil { return WebAddress(spelled) }
        guard let base, !spelled.utf8.contains(UInt8(ascii: "\\")),
            let resolved = perchoir_resolve(escaped(spelled), escaped(base.text))
        else { return nil }
        defer { perchoir_free(resolved) }
        return WebAddress(String(cString: resolved))
    }

    /// An absolute http or https address.
    static func absolute(_ raw: String) -> WebAddress? { resolve(raw, against: nil) }

    private static func tidied(_ raw: String) -> String {
        let trimmed = raw.trimmingASCIIWhitespace
        guard trimmed.utf8.contains(where: { $0 <= 32 }) else { return trimmed }
        var tidy = ""
        for scalar in trimmed.unicodeScalars {
            switch scalar {
            case "\t", "\n", "\r": continue
            case " ": tidy += "%20"
            default: tidy.unicodeScalars.append(scalar)
            }
        }
        return tidy
    }

    /// The scheme of an absolute reference, lower case.
    static func scheme(of reference: String) -> String? {
        guard let colon = reference.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let scheme = reference[..<colon].lowercased()
        guard let first = scheme.first, first.isASCII, first.isLetter,
            scheme.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) })
        else { return nil }
        return scheme
    }

    /// libxml2 refuses whatever is not in the URI alphabet; the colon of `a:b` in a first segment is the caller's.
    private static func escaped(_ reference: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in reference.utf8 {
            switch byte {
            case 0x21, 0x23...0x3b, 0x3d, 0x3f...0x5a, 0x5f, 0x61...0x7a, 0x7e: bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
