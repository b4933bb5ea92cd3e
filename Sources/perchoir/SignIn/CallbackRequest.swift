/// One request to the loopback address: whether it is the answer that was waited for.
enum CallbackRequest {
    enum Verdict: Equatable {
        case answered(LoopbackListener.Answer)
        /// With this status.
        case refused(Int)
    }

    /// The head is complete; a request for the callback has no body.
    static func isWhole(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 4 else { return false }
        return (3..<bytes.count).contains { bytes[$0 - 3...$0].elementsEqual([13, 10, 13, 10]) }
    }

    /// - Parameters:
    ///   - authority: host and port by which the browser must have come: a name that somebody else made lead here is
    ///     none of ours.
    ///   - state: what the answer must repeat.
    static func judge(_ bytes: [UInt8], authority: String, state: String) -> Verdict {
        guard let text = String(validating: bytes, as: UTF8.self) else { return .refused(400) }
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
        let words = (lines.first ?? "").split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, words[2].hasPrefix("HTTP/1.") else { return .refused(400) }
        guard words[0] == "GET" else { return .refused(405) }
        let hosts = lines.dropFirst().prefix { !$0.isEmpty }.compactMap { line -> Substring? in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            return parts.count == 2 && parts[0].lowercased() == "host" ? parts[1] : nil
        }
        guard hosts.count == 1, hosts[0].filter({ $0 != " " && $0 != "\t" }) == authority else { return .refused(400) }
        let target = words[1].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard target[0] == LoopbackListener.path else { return .refused(404) }
        let fields = target.count == 2 ? Self.fields(target[1]) : [:]
        guard let given = fields["state"], given.count == 1, given[0].utf8.elementsEqual(state.utf8) else {
            return .refused(400)
        }
        if let code = fields["code"], code.count == 1, isCode(code[0]) { return .answered(.code(code[0])) }
        if let error = fields["error"], error.count == 1 { return .answered(.refusal(error[0])) }
        return .refused(400)
    }

    /// What a code can be: visible ASCII (RFC 6749 appendix A.11), not without end.
    static func isCode(_ text: String) -> Bool {
        (1...2048).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
    }

    private static func fields(_ query: Substring) -> [String: [String]] {
        var fields: [String: [String]] = [:]
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let name = decoded(parts[0]), let value = decoded(parts[1]) else { continue }
            fields[name, default: []].append(value)
        }
        return fields
    }

    /// A form's spelling (`+` is a blank) read as UTF-8; nil when it is none.
    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(32)
            case UInt8(ascii: "%"):
                let digits = String(decoding: rest.prefix(2), as: UTF8.self)
                guard digits.count == 2, digits.allSatisfy(\.isHexDigit), let value = UInt8(digits, radix: 16) else {
                    return nil
                }
                rest = rest.dropFirst(2)
                bytes.append(value)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

/// What the browser shows then: fixed texts, so that nothing that came in can stand in them.
enum CallbackPage: Equatable {
    case done
    case denied
    case refused(Int)

    var response: String {
        let (status, text) =
            switch self {
            case .done: ("200 OK", "Perchoir has its answer. You can close this page and go back to the terminal.")
            case .denied:
                ("200 OK", "Nothing was allowed. You can close this page; Perchoir says more in the terminal.")
            case .refused(404): ("404 Not Found", "There is nothing here.")
            case .refused(405): ("405 Method Not Allowed", "Not allowed.")
            case .refused(431): ("431 Request Header Fields Too Large", "Too large.")
            case .refused: ("400 Bad Request", "This is not the answer that Perchoir waits for.")
            }
        let body =
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Perchoir</title><p>\(text)</p></html>\n"
        return "HTTP/1.1 \(status)\r\nContent-Type: text/html; charset=utf-8\r\n"
            + "Content-Length: \(body.utf8.count)\r\nConnection: close\r\nCache-Control: no-store\r\n"
            + "Referrer-Policy: no-referrer\r\nContent-Security-Policy: default-src 'none'\r\n"
            + "X-Content-Type-Options: nosniff\r\n\r\n\(body)"
    }
}
