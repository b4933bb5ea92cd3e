import CLibXML2
import Text
import TimelineModel

/// References as a document writes them, against the address of the document (RFC 3986 section 5.2).
///
/// A reference of one letter may stand for an address as long as its base: what those of a document come to is limited,
/// and so is the length of a base. Beyond that only absolute references mean something.
struct References {
    /// What relative ones stand on.
    let base: WebAddress?
    private let escapedBase: String
    private let allowance: Allowance

    /// Of all references of one document, whatever they stand on.
    private final class Allowance {
        var bytes: Int
        init(bytes: Int) { self.bytes = bytes }
    }

    private static let longestBase = 2048

    /// Those of a document that begins to be read.
    /// - Parameter bytes: what the relative ones may come to, in UTF-8: a hundred thousand usual links.
    init(base: WebAddress?, bytes: Int = 16 * 1024 * 1024) {
        self.init(base: base, allowance: Allowance(bytes: bytes))
    }

    private init(base: WebAddress?, allowance: Allowance) {
        self.base = base.flatMap { $0.text.utf8.count <= References.longestBase ? $0 : nil }
        escapedBase = self.base.map { References.escaped($0.text) } ?? ""
        self.allowance = allowance
    }

    /// The references of a part of the same document.
    func on(_ base: WebAddress) -> References { References(base: base, allowance: allowance) }

    /// The references in an element, which may have an `xml:base`.
    func inside(_ node: MarkupNode) -> References {
        node.xmlAttribute("base").flatMap { resolve($0) }.map { on($0) } ?? self
    }

    /// The http or https address that a reference means; nil for anything else.
    ///
    /// Like a browser: outer blanks, tabs and line breaks inside do not count, and inner spaces are percent-encoded.
    func resolve(_ raw: String) -> WebAddress? {
        let spelled = References.tidied(raw)
        guard !spelled.isEmpty, spelled.utf8.count <= 4096 else { return nil }
        if References.scheme(of: spelled) != nil { return WebAddress(spelled) }
        guard base != nil, !spelled.utf8.contains(UInt8(ascii: "\\")) else { return nil }
        allowance.bytes -= escapedBase.utf8.count + spelled.utf8.count
        guard allowance.bytes >= 0, let resolved = perchoir_resolve(References.escaped(spelled), escapedBase) else {
            return nil
        }
        defer { perchoir_free(resolved) }
        return WebAddress(String(cString: resolved))
    }

    /// An absolute http or https address.
    static func absolute(_ raw: String) -> WebAddress? { References(base: nil).resolve(raw) }

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
