/// Host names: their ASCII form, and the form in which they may be shown.
///
/// A strict part of UTS #46: what its mapping would change beyond case and composition (full-width letters, ligatures,
/// invisible characters) is refused instead of mapped, so two hosts that look alike are never made one silently.
enum HostName {
    /// The host in ASCII and lower case, without the dot of the root; nil when it cannot be one. An IPv4 address is
    /// four decimal numbers: shortened, octal and hexadecimal spellings only serve to hide where a link leads.
    static func ascii(_ written: Substring) -> String? {
        let isASCII = written.utf8.allSatisfy { $0 < 0x80 }
        var host = isASCII ? written.lowercased() : composed(written.lowercased())
        if host.utf8.last == UInt8(ascii: ".") { host.removeLast() }
        if !isASCII {
            var labels: [String] = []
            for label in host.unicodeScalars.split(separator: ".", omittingEmptySubsequences: false) {
                guard let ascii = ascii(label: label) else { return nil }
                labels.append(ascii)
            }
            host = labels.joined(separator: ".")
        }
        return isSound(host) ? host : nil
    }

    private static func ascii(label: Substring.UnicodeScalarView) -> String? {
        if label.allSatisfy(\.isASCII) { return String(label) }
        guard label.allSatisfy({ $0.isASCII || isLetter($0) }), let encoded = Punycode.encoded(label) else {
            return nil
        }
        return "xn--" + encoded
    }

    /// Lengths of RFC 1035, the alphabet of names in use (with `_`), and a last label that tells names from addresses.
    private static func isSound(_ host: String) -> Bool {
        guard (1...253).contains(host.utf8.count), host.utf8.first != UInt8(ascii: "-") else { return false }
        let labels = host.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        for label in labels {
            guard (1...63).contains(label.count), label.allSatisfy(isHostByte) else { return false }
        }
        guard let last = labels.last, looksNumeric(last) else { return true }
        return labels.count == 4 && labels.allSatisfy(isDecimalByte)
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func looksNumeric(_ label: Substring.UTF8View) -> Bool {
        label.allSatisfy { (48...57).contains($0) } || label.starts(with: "0x".utf8)
    }

    private static func isDecimalByte(_ label: Substring.UTF8View) -> Bool {
        guard label.count <= 3, label.first != 48 || label.count == 1, let number = Int(Substring(label)) else {
            return false
        }
        return number <= 255
    }

    /// A letter, digit or mark beyond ASCII that IDNA keeps as it is in lower case.
    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        let properties = scalar.properties
        switch properties.generalCategory {
        case .lowercaseLetter, .otherLetter, .modifierLetter, .nonspacingMark, .spacingMark, .decimalNumber: break
        default: return false
        }
        // The sharp s and the final sigma fold in Unicode but are letters of their own in IDNA 2008.
        return !properties.changesWhenNFKCCaseFolded || scalar == "ß" || scalar == "ς"
    }

    /// Letters with their accents in one scalar, as names are registered. Swift's `Character` compares by canonical
    /// equivalence, so a table of the composed letters finds the decomposed ones.
    private static func composed(_ text: String) -> String {
        var output = String.UnicodeScalarView()
        for character in text {
            if let single = composedLetters[character] {
                output.append(single)
            } else {
                output.append(contentsOf: character.unicodeScalars)
            }
        }
        return String(output)
    }

    private static let composedLetters: [Character: Unicode.Scalar] = {
        var table: [Character: Unicode.Scalar] = [:]
        for range in [0xc0...0x24f, 0x370...0x4ff, 0x1e00...0x1fff, 0x3040...0x30ff] {
            for scalar in range.lazy.compactMap({ Unicode.Scalar(UInt32($0)) }) where isLetter(scalar) {
                table[Character(scalar)] = table[Character(scalar)] ?? scalar
            }
        }
        return table
    }()

    // MARK: Shown

    /// The host with its labels in their own letters, and whether these letters are of scripts that do not belong
    /// together, as in a Latin name with a Cyrillic а. Latin beside Chinese, Japanese or Korean is usual.
    static func unicode(_ host: String) -> (text: String, mixesScripts: Bool) {
        guard host.utf8.starts(with: "xn--".utf8) || host.contains(".xn--") else { return (host, false) }
        let labels = host.split(separator: ".").map { label -> String in
            guard label.hasPrefix("xn--"), let decoded = Punycode.decoded(label.dropFirst(4)),
                // Only what we would encode to the same label: nothing hides in a spelling that no registry gives.
                ascii(Substring(decoded)) == String(label)
            else { return String(label) }
            return decoded
        }
        let text = labels.joined(separator: ".")
        var scripts = Set(text.unicodeScalars.compactMap(Script.init))
        scripts.remove(.eastAsian)
        return (text, scripts.count > 1)
    }

    /// Enough of the Script property to tell look-alikes apart.
    private enum Script: Hashable {
        case latin, greek, cyrillic, eastAsian
        /// By block of 128: the other scripts have blocks of their own.
        case other(UInt32)

        /// Nil for digits, hyphens and marks, which belong to every script.
        init?(_ scalar: Unicode.Scalar) {
            switch scalar.value {
            case 0x61...0x7a, 0xc0...0x24f, 0x1e00...0x1eff: self = .latin
            case ..<0x80, 0x300...0x36f: return nil
            case 0x370...0x3ff, 0x1f00...0x1fff: self = .greek
            case 0x400...0x52f: self = .cyrillic
            case 0x1100...0x11ff, 0x3005...0x30ff, 0x3100...0x312f, 0x3400...0x4dbf, 0x4e00...0x9fff, 0xac00...0xd7a3,
                0x20000...0x3ffff:
                self = .eastAsian
            default: self = .other(scalar.value >> 7)
            }
        }
    }
}
