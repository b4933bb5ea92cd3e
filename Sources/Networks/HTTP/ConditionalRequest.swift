import TimelineModel

/// Conditional GET (RFC 9110 section 13): validators go out as they came in, and the body's hash stands in for the
/// servers that never say 304.
enum ConditionalRequest {
    /// The validators of a document that came, which has left its hash. Others are of a 304 to a first visit: asked by
    /// them, the server would say for ever that nothing changed.
    static func ofDocument(_ validators: Validators) -> Validators {
        validators.bodyHash == nil ? Validators() : validators
    }

    /// Whether an answer is what its validators stand for.
    /// - Throws: when it is a 304 to a request without them.
    static func isUnchanged(
        _ answer: HTTPResponse, _ validators: Validators, since old: Validators
    ) throws(FetchError) -> Bool {
        guard answer.status == 304 else { return old.bodyHash != nil && validators.bodyHash == old.bodyHash }
        guard old.bodyHash != nil else { throw .unasked(answer) }
        return true
    }

    static func addHeaders(_ validators: Validators, to request: inout HTTPRequest) {
        if let etag = validators.etag { request.headers.add("If-None-Match", etag) }
        if let lastModified = validators.lastModified { request.headers.add("If-Modified-Since", lastModified) }
    }

    /// The validators for the next request after a whole answer, 200 or 304.
    static func validators(after answer: HTTPResponse, before old: Validators) -> Validators {
        guard answer.status != 304 else {
            // A 304 may bring newer ones; what it leaves out still holds.
            return Validators(
                etag: answer.headers["ETag"] ?? old.etag,
                lastModified: answer.headers["Last-Modified"] ?? old.lastModified,
                bodyHash: old.bodyHash)
        }
        return Validators(
            etag: answer.headers["ETag"], lastModified: answer.headers["Last-Modified"], bodyHash: hash(answer.body))
    }

    /// FNV-1a's steps on eight bytes at a time, with the halves of the hash mixed between them: a body is told from the
    /// one before it, by nobody but this machine.
    static func hash(_ bytes: [UInt8]) -> UInt64 {
        bytes.withUnsafeBytes { bytes in
            var hash = StableHash.start ^ UInt64(bytes.count)
            func add(_ word: UInt64) {
                hash = (hash ^ word) &* 0x9e37_79b9_7f4a_7c15
                hash ^= hash >> 32
            }
            var place = 0
            while place + 8 <= bytes.count {
                add(bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
                place += 8
            }
            for byte in bytes[place...] { add(UInt64(byte)) }
            return hash
        }
    }

    /// Seconds for which the answer calls itself fresh, a day at most; nil when it says nothing or "at once".
    /// Source: RFC 9111 sections 5.2.2.1 and 5.3; `max-age` counts before `Expires`.
    static func freshness(of answer: HTTPResponse) -> Int? {
        let directives = answer.headers.all("Cache-Control").flatMap { $0.split(separator: ",") }
        for directive in directives {
            let parts = directive.split(separator: "=", maxSplits: 1).map { String($0).trimmingASCIIWhitespace }
            guard parts.count == 2, parts[0].equalsIgnoringASCIICase("max-age") else { continue }
            let spelled = parts[1].filter { $0 != "\"" }
            guard !spelled.isEmpty, spelled.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { continue }
            let seconds = min(Int(spelled) ?? RetryAdvice.longest, RetryAdvice.longest)
            return seconds > 0 ? seconds : nil
        }
        guard let expires = answer.headers["Expires"].flatMap(HTTPDate.parse) else { return nil }
        let here = answer.headers["Date"].flatMap(HTTPDate.parse) ?? answer.receivedAt
        let seconds = min(expires.seconds(since: here), Int64(RetryAdvice.longest))
        return seconds > 0 ? Int(seconds) : nil
    }
}
