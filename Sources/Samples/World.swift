/// The demo's servers at one moment.
struct World {
    /// Seconds since 1970 when the demo began: what the recorded times count back from.
    let start: Int64
    let elapsed: Int
    let seed: UInt64

    func answer(to request: SampleRequest) -> Sample? {
        switch (request.host, request.path) {
        case (Host.piaf, "/api/v1/timelines/home"):
            return page(of: Responses.homeMainNDJSON, with: .main, for: request)
        case (Host.toile, "/api/v1/timelines/home"):
            return page(of: Responses.homeProNDJSON, with: .pro, for: request)
        case (Host.piaf, "/api/v1/timelines/tag/séisme"), (Host.piaf, "/api/v1/timelines/tag/seisme"):
            return page(of: Responses.tagSeismeNDJSON, with: .hashtag, for: request)
        case (Host.piaf, "/api/v1/accounts/verify_credentials"), (Host.toile, "/api/v1/accounts/verify_credentials"):
            return json(Person.camille.json(on: request.host))
        case (Host.toile, "/api/v1/accounts/\(Person.aubry.id)/statuses"):
            return page(of: Responses.homeProNDJSON, with: .pro, onlyBy: Person.aubry, for: request)
        case ("littoral.\(Host.domain)", "/rss.xml"): return feed(Responses.littoralXML, .littoral)
        case ("courrier.\(Host.domain)", "/une.xml"): return feed(Responses.courrierXML, .courrier)
        case ("estuaire.\(Host.domain)", "/direct.atom"): return feed(Responses.estuaireXML, .estuaire)
        case ("feuille.\(Host.domain)", "/feuille.atom"): return feed(Responses.feuilleXML, .feuille)
        case ("harbour.\(Host.domain)", "/feed.json"): return feed(Responses.harbourJSON, .harbour)
        default: return conversation(request)
        }
    }

    /// What has arrived in one place, newest first.
    func arrived(in place: Arrival.Place) -> [Arrival] {
        Arrivals(seed: seed).prefix { $0.second <= elapsed }.filter { $0.place == place }.reversed()
    }

    func json(_ text: String) -> Sample {
        Sample(status: 200, contentType: "application/json; charset=utf-8", headers: [], body: Array(text.utf8))
    }

    // MARK: - Mastodon

    /// A page of a timeline: recorded statuses, one a line, newest first, and those that arrived.
    private func page(
        of recorded: [UInt8], with place: Arrival.Place, onlyBy person: Person? = nil, for request: SampleRequest
    ) -> Sample {
        let old = String(decoding: recorded, as: UTF8.self).split(separator: "\n").map(String.init)
        let new = arrived(in: place).map { $0.status(on: request.host) }
        var statuses = (new + old).map { (id: Self.id(of: $0), text: $0) }
        if let person {
            statuses.removeAll { !$0.text.contains("\"reblog\":null,\"account\":{\"id\":\"\(person.id)\"") }
        }
        if let bound = request["max_id"] { statuses.removeAll { !Self.isOlder($0.id, than: bound) } }
        if let bound = request["since_id"] { statuses.removeAll { !Self.isOlder(bound, than: $0.id) } }
        let limit = min(max(request["limit"].flatMap { Int($0) } ?? 20, 1), 40)
        let page: [(id: String, text: String)]
        if let bound = request["min_id"] {
            // The ones next to the bound, still newest first. Source: Mastodon's documentation, api/guidelines.
            page = statuses.filter { Self.isOlder(bound, than: $0.id) }.suffix(limit)
        } else {
            page = Array(statuses.prefix(limit))
        }
        var links: [String] = []
        let base =
            "https://\(request.host)\(request.path == "/api/v1/timelines/tag/séisme" ? "/api/v1/timelines/tag/seisme" : request.path)"
        if let last = page.last, last.id != statuses.last?.id {
            links.append("<\(base)?limit=\(limit)&max_id=\(last.id)>; rel=\"next\"")
        }
        if let first = page.first { links.append("<\(base)?limit=\(limit)&min_id=\(first.id)>; rel=\"prev\"") }
        let body = "[\(page.map { filled($0.text, as: .rfc3339) }.joined(separator: ","))]"
        return Sample(
            status: 200, contentType: "application/json; charset=utf-8",
            headers: links.isEmpty ? [] : [.init(name: "Link", value: links.joined(separator: ", "))],
            body: Array(body.utf8))
    }

    /// Every status begins `{"id":"…"`.
    private static func id(of status: String) -> String {
        String(status.dropFirst(7).prefix { $0 != "\"" })
    }

    private static func isOlder(_ id: String, than other: String) -> Bool {
        (id.utf8.count, id) < (other.utf8.count, other)
    }

    // MARK: - Feeds

    private func feed(_ template: [UInt8], _ place: Arrival.Place) -> Sample {
        // A feed shows its newest entries; 40 new ones leave no doubt that there are more.
        let new = arrived(in: place).prefix(40).map(\.entry).joined()
        let text = String(decoding: template, as: UTF8.self)
        let (type, times): (String, TimeFormat) =
            switch place {
            case .littoral, .courrier: ("application/rss+xml; charset=utf-8", .rfc822)
            case .harbour: ("application/feed+json; charset=utf-8", .rfc3339)
            default: ("application/atom+xml; charset=utf-8", .rfc3339)
            }
        let parts = Template.split(text, at: "{{arrivals}}")
        return Sample(
            status: 200, contentType: type, headers: [],
            body: Array(filled(parts.before + new + parts.after, as: times).utf8))
    }

    /// Times in place of `{{-180}}`: seconds from the demo's start.
    func filled(_ template: String, as format: TimeFormat) -> String {
        Template.fill(template) { format.write(start + $0) }
    }
}

/// Texts with places to fill.
enum Template {
    static func split(_ text: String, at mark: String) -> (before: String, after: String) {
        let bytes = Array(text.utf8)
        let wanted = Array(mark.utf8)
        for start in bytes.indices where bytes[start] == wanted[0] && bytes[start...].starts(with: wanted) {
            return (
                String(decoding: bytes[..<start], as: UTF8.self),
                String(decoding: bytes[(start + wanted.count)...], as: UTF8.self)
            )
        }
        return (text, "")
    }

    /// Replaces every `{{number}}`.
    static func fill(_ text: String, with write: (Int64) -> String) -> String {
        let bytes = Array(text.utf8)
        var filled: [UInt8] = []
        filled.reserveCapacity(bytes.count + 256)
        var position = 0
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "{"), position + 1 < bytes.count,
                bytes[position + 1] == UInt8(ascii: "{"),
                let end = bytes[position...].firstIndex(of: UInt8(ascii: "}")), end + 1 < bytes.count,
                bytes[end + 1] == UInt8(ascii: "}"),
                let seconds = Int64(String(decoding: bytes[(position + 2)..<end], as: UTF8.self))
            {
                filled += Array(write(seconds).utf8)
                position = end + 2
            } else {
                filled.append(bytes[position])
                position += 1
            }
        }
        return String(decoding: filled, as: UTF8.self)
    }
}

/// How a format writes a moment, in UTC.
enum TimeFormat {
    /// `2026-11-22T14:31:00.000Z`
    case rfc3339
    /// `Sun, 22 Nov 2026 14:31:00 +0000`
    case rfc822

    func write(_ seconds: Int64) -> String {
        let days = (seconds >= 0 ? seconds : seconds - 86_399) / 86_400
        let inDay = Int(seconds - days * 86_400)
        let (year, month, day) = Self.civil(days)
        let clock = "\(two(inDay / 3600)):\(two(inDay / 60 % 60)):\(two(inDay % 60))"
        switch self {
        case .rfc3339: return "\(year)-\(two(month))-\(two(day))T\(clock).000Z"
        case .rfc822:
            let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][Int((days % 7 + 7) % 7)]
            let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
            return "\(weekday), \(two(day)) \(names[month - 1]) \(year) \(clock) +0000"
        }
    }

    private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }

    /// Days since 1970-01-01 to a date. Source: Howard Hinnant, "chrono-compatible low-level date algorithms".
    private static func civil(_ days: Int64) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = Int(shifted - era * 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        return (
            Int(era) * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthIndex + 2) / 5 + 1
        )
    }
}
