import Text
import TimelineModel

/// The links of `Link` headers.
/// Source: RFC 8288 section 3 and its appendix B.2.
struct LinkHeader: Sendable {
    struct Link: Hashable, Sendable {
        /// As it stands between `<` and `>`.
        let target: String
        /// Lower case.
        let relations: [String]
    }

    let links: [Link]

    /// Reads every `Link` field of an answer. What cannot be read ends its field; the links before it stand.
    init(_ values: [String]) {
        links = values.flatMap { value in
            var reader = Reader(bytes: Array(value.utf8))
            return reader.links()
        }
    }

    /// The first link with a relation, resolved against the answer's address, if it stays on its origin.
    func sameOrigin(_ relation: String, from address: WebAddress) -> WebAddress? {
        for link in links where link.relations.contains(relation) {
            guard let target = AddressReference.resolve(link.target, against: address) else { continue }
            if target.isSameOrigin(as: address) { return target }
        }
        return nil
    }

    private struct Reader {
        let bytes: [UInt8]
        var place = 0

        mutating func links() -> [Link] {
            var found: [Link] = []
            while true {
                skip { $0 == UInt8(ascii: ",") || Reader.isSpace($0) }
                guard take("<") else { return found }
                guard let end = bytes[place...].firstIndex(of: UInt8(ascii: ">")) else { return found }
                let target = String(decoding: bytes[place..<end], as: UTF8.self)
                place = end + 1
                found.append(Link(target: target, relations: relations()))
            }
        }

        /// Reads the parameters; the first `rel` counts.
        private mutating func relations() -> [String] {
            var relations: [String]?
            while true {
                skip(while: Reader.isSpace)
                guard take(";") else { break }
                skip(while: Reader.isSpace)
                let name = text { ![UInt8(ascii: "="), UInt8(ascii: ";"), UInt8(ascii: ",")].contains($0) }
                let value = take("=") ? parameterValue() : ""
                if relations == nil, name.trimmingASCIIWhitespace.lowercased() == "rel" {
                    relations = value.lowercased().split(separator: " ").map(String.init)
                }
            }
            // What follows a broken parameter belongs to it, up to the next comma.
            skip { $0 != UInt8(ascii: ",") }
            return relations ?? []
        }

        private mutating func parameterValue() -> String {
            skip(while: Reader.isSpace)
            guard take("\"") else {
                return text { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: ",") }.trimmingASCIIWhitespace
            }
            var value: [UInt8] = []
            while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
                if bytes[place] == UInt8(ascii: "\\"), place + 1 < bytes.count { place += 1 }
                value.append(bytes[place])
                place += 1
            }
            _ = take("\"")
            return String(decoding: value, as: UTF8.self)
        }

        private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

        private mutating func skip(while holds: (UInt8) -> Bool) {
            while place < bytes.count, holds(bytes[place]) { place += 1 }
        }

        private mutating func text(while holds: (UInt8) -> Bool) -> String {
            let start = place
            skip(while: holds)
            return String(decoding: bytes[start..<place], as: UTF8.self)
        }

        private mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard place < bytes.count, bytes[place] == UInt8(ascii: character) else { return false }
            place += 1
            return true
        }
    }
}

extension WebAddress {
    /// The same scheme, host and port (RFC 6454 section 4).
    func isSameOrigin(as other: WebAddress) -> Bool {
        isSecure == other.isSecure && host == other.host && effectivePort == other.effectivePort
    }

    var effectivePort: Int { port ?? (isSecure ? 443 : 80) }

    /// The path, percent-encoded, "/" at least.
    var path: String {
        let afterOrigin = text.dropFirst((isSecure ? 8 : 7) + host.count + (port.map { "\($0)".count + 1 } ?? 0))
        let path = afterOrigin.prefix { $0 != "?" && $0 != "#" }
        return path.isEmpty ? "/" : String(path)
    }

    /// The first value of a query parameter, percent-decoded; nil when there is none.
    func queryValue(_ name: String) -> String? {
        guard let mark = text.firstIndex(of: "?") else { return nil }
        let query = text[text.index(after: mark)...].prefix { $0 != "#" }
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts[0] == name { return PercentCoding.decode(parts.count == 2 ? parts[1] : "") }
        }
        return nil
    }
}
