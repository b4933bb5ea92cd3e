/// The allow-list through which all text from outside passes. Runs after every decoding step (entities, percent,
/// JSON), works on scalars, and is idempotent: what it gave passes unchanged.
///
/// What goes: C0, C1 and DEL with the rest of a recognised control sequence; bidi controls and marks; invisible
/// scalars; joiners, variation selectors and tags outside the sequences they are meant for; noncharacters.
/// Private and unassigned scalars become U+FFFD, since nobody knows their width.
/// Sources: ECMA-48, UAX #9, UTS #51, Trojan Source (CVE-2021-42574).
enum Sanitizer {
    /// Marks that one base may carry; more is an attack on the lines above and below.
    static let marksPerBase = 4
    /// Scalars of one grapheme cluster; what follows is shown as one U+FFFD.
    static let scalarsPerCluster = 32
    /// Lines ended in a row in a body: two empty lines.
    static let lineBreaksInARow = 3

    static func sanitize(_ raw: String, as form: SafeText.Form) -> String {
        var raw = raw
        let scrubbed: [UInt8]? = raw.withUTF8 { bytes in
            if isUntouched(bytes, as: form) { return nil }
            var scrubber = Scrubber(bytes: bytes, form: form)
            scrubber.run()
            return scrubber.finished
        }
        guard let scrubbed else { return raw }
        return capped(String(decoding: scrubbed, as: UTF8.self), at: form.clusters)
    }

    /// Says quickly, for ASCII and common Latin text within the length cap, that nothing has to change.
    /// A false answer only means that the long way must look.
    static func isUntouched(_ bytes: UnsafeBufferPointer<UInt8>, as form: SafeText.Form) -> Bool {
        guard let first = bytes.first, let last = bytes.last else { return true }
        // A text of so many bytes cannot have more clusters.
        guard bytes.count <= form.clusters, first > 0x20, last > 0x20 else { return false }
        let keepsLines = form == .body
        var breaks = 0
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte >= 0x20 && byte < 0x7F {
                breaks = 0
                index += 1
            } else if byte >= 0x80 {
                let length = lengthOfCommonLatin(bytes, at: index)
                guard length > 0 else { return false }
                breaks = 0
                index += length
            } else {
                guard byte == 0x0A, keepsLines, bytes[index - 1] != 0x20 else { return false }
                breaks += 1
                guard breaks <= lineBreaksInARow else { return false }
                index += 1
            }
        }
        return true
    }

    /// The bytes of one scalar that is always kept: Latin letters and signs, typographic quotes, dashes, bullets,
    /// the spaces of French typography, currency; 0 for any other.
    @inline(__always)
    private static func lengthOfCommonLatin(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Int {
        let left = bytes.count - index
        let first = bytes[index]
        if first < 0xE0 {
            guard left >= 2, first <= 0xCB else { return 0 }
            let second = bytes[index + 1]
            // C2: C1 controls, NBSP (fine only inside) and the soft hyphen.
            if first == 0xC2 {
                return second > 0xA0 && second != 0xAD || second == 0xA0 && left > 2 && index > 0 ? 2 : 0
            }
            return 2
        }
        guard first == 0xE2, left >= 3 else { return 0 }
        let third = bytes[index + 2]
        switch bytes[index + 1] {
        case 0x80:
            let isPunctuation = third >= 0x90 && third <= 0xA7 || third >= 0xB0
            return isPunctuation || third == 0xAF && left > 3 && index > 0 ? 3 : 0
        case 0x82: return third >= 0xA0 ? 3 : 0
        default: return 0
        }
    }

    /// At most so many grapheme clusters.
    private static func capped(_ text: String, at clusters: Int) -> String {
        guard text.utf8.count > clusters,
            let end = text.index(text.startIndex, offsetBy: clusters, limitedBy: text.endIndex), end < text.endIndex
        else { return text }
        var bytes = Array(text[..<end].utf8)
        Scrubber.trimEnd(of: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension SafeText.Form {
    /// The most grapheme clusters a text of this form has.
    var clusters: Int {
        switch self {
        case .line: 500
        case .name: 100
        case .body: 100_000
        }
    }
}
