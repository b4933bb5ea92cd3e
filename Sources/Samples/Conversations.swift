/// What stands around the posts of the demo's Mastodon servers: threads, and who wrote them.
extension World {
    /// The id of the post of the user's own that people answer.
    private static let question = "114000000000000000"

    /// Nil where nothing stands at the address.
    func conversation(_ request: SampleRequest) -> Sample? {
        let parts = request.path.split(separator: "/").dropFirst(2).map(String.init)
        guard [Host.piaf, Host.toile].contains(request.host), request.path.hasPrefix("/api/v1/"), parts.count >= 2
        else {
            return nil
        }
        switch (parts[0], parts[1], parts.count > 2 ? parts[2] : nil) {
        case ("statuses", let id, nil): return status(id, on: request.host).map(json)
        case ("statuses", let id, "context"): return context(of: id, on: request.host).map(json)
        case ("accounts", "lookup", nil):
            let acct = request["acct"] ?? ""
            return account(on: request.host) { $0.contains("\"acct\":\"\(acct)\"") }.map { json(described($0)) }
        case ("accounts", "relationships", nil):
            let id = request["id[]"] ?? ""
            return json("[{\"id\":\"\(id)\",\"following\":true,\"followed_by\":\(id.utf8.count % 2 == 0)}]")
        case ("accounts", let id, "statuses"):
            let own = statuses(on: request.host).filter {
                Self.object(in: $0, after: "\"account\":")?.hasPrefix("{\"id\":\"\(id)\"") ?? false
            }
            return request["max_id"] == nil ? json("[\(own.map(filled).joined(separator: ","))]") : json("[]")
        default: return nil
        }
    }

    /// Every status of a server, newest first, boosts as the boosted post; then the user's own post.
    private func statuses(on host: String) -> [String] {
        let isPiaf = host == Host.piaf
        let recorded = (isPiaf ? [Responses.homeMainNDJSON, Responses.tagSeismeNDJSON] : [Responses.homeProNDJSON])
            .flatMap { String(decoding: $0, as: UTF8.self).split(separator: "\n").map(String.init) }
        let new = (isPiaf ? [.main, .hashtag] : [.pro]).flatMap { arrived(in: $0) }.map { $0.status(on: host) }
        let seen = (new + recorded).map { Self.object(in: $0, after: "\"reblog\":") ?? $0 }
        return seen + [
            answer(
                Self.question, "Bonjour ! J’ouvre un nouvel atelier au printemps : des conseils ?", .camille, to: nil,
                at: -90_000, on: host)
        ]
    }

    private func status(_ id: String, on host: String) -> String? {
        statuses(on: host).first { $0.hasPrefix("{\"id\":\"\(id)\"") }.map(filled)
    }

    private func context(of id: String, on host: String) -> String? {
        guard let status = status(id, on: host) else { return nil }
        let question = self.status(Self.question, on: host) ?? ""
        let isAnswer = status.contains("\"in_reply_to_id\":\"\(Self.question)\"")
        let below: [String]
        if id == Self.question {
            below = statuses(on: host).filter { $0.contains("\"in_reply_to_id\":\"\(id)\"") }
        } else {
            below = [
                answer(id + "1", "Merci, c’est exactement ce que je cherchais.", .hugo, to: id, at: -50, on: host),
                answer(id + "2", "Bien vu. Une source pour le deuxième point ?", .ines, to: id, at: -45, on: host),
                answer(id + "3", "Yes: the report is linked on their site.", .tom, to: id + "2", at: -30, on: host),
                answer(id + "4", "Je confirme, lu ce matin.", .karim, to: id + "2", at: -20, on: host),
            ]
        }
        let descendants = below.map(filled).joined(separator: ",")
        return "{\"ancestors\":[\(isAnswer ? question : "")],\"descendants\":[\(descendants)]}"
    }

    private func answer(
        _ id: String, _ text: String, _ person: Person, to parent: String?, at second: Int64, on host: String
    ) -> String {
        let home = person.host.isEmpty ? host : person.host
        return """
            {"id":"\(id)","created_at":"{{\(second)}}","in_reply_to_id":\(parent.map { "\"\($0)\"" } ?? "null"),\
            "in_reply_to_account_id":null,"sensitive":false,"spoiler_text":"","visibility":"public","language":"fr",\
            "uri":"https://\(home)/users/\(person.user)/statuses/\(id)","url":"https://\(home)/@\(person.user)/\(id)",\
            "replies_count":0,"reblogs_count":0,"favourites_count":0,"edited_at":null,\
            "content":"<p>\(Escaped.markup(text))</p>","reblog":null,"account":\(person.json(on: host)),\
            "media_attachments":[],"mentions":[],"tags":[],"emojis":[],"card":null,"poll":null}
            """
    }

    // MARK: People

    private func account(on host: String, where isWanted: (String) -> Bool) -> String? {
        statuses(on: host).lazy.compactMap { Self.object(in: $0, after: "\"account\":") }.first(where: isWanted)
    }

    /// With what a timeline does not say of somebody.
    private func described(_ account: String) -> String {
        account.dropLast() + """
            ,"note":"<p>Une personne inventée pour cette démonstration.</p>","statuses_count":1204,\
            "followers_count":321,"following_count":87}
            """
    }

    private func filled(_ status: String) -> String { filled(status, as: .rfc3339) }

    /// The first object after a name, whole; nil when something else stands there.
    private static func object(in text: String, after name: String) -> String? {
        let bytes = Array(text.utf8)
        let wanted = Array((name + "{").utf8)
        guard let found = bytes.indices.first(where: { bytes[$0] == wanted[0] && bytes[$0...].starts(with: wanted) })
        else {
            return nil
        }
        let start = found + wanted.count - 1
        var depth = 0
        var isQuoted = false
        var index = start
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\\"): index += 1
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: "{") where !isQuoted: depth += 1
            case UInt8(ascii: "}") where !isQuoted:
                depth -= 1
                if depth == 0 { return String(decoding: bytes[start...index], as: UTF8.self) }
            default: break
            }
            index += 1
        }
        return nil
    }
}
