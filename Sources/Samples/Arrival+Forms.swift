/// A person of the demo's world.
struct Person: Hashable, Sendable {
    let id: String
    let user: String
    let host: String
    let name: String

    static let camille = Person(id: "1", user: "camille", host: "", name: "Camille Rive")
    static let lea = Person(id: "101", user: "lea", host: Host.piaf, name: "Léa Marchand")
    static let tom = Person(id: "102", user: "tomw", host: "kreis.example", name: "Tom Weber")
    static let yuki = Person(id: "104", user: "yuki", host: "hibari.example", name: "山口ゆき")
    static let nadia = Person(id: "105", user: "nadia", host: "minaret.example", name: "نادية بن علي")
    static let josephine = Person(id: "106", user: "josephine", host: Host.piaf, name: "Joséphine 🌿")
    static let hugo = Person(id: "109", user: "hugo", host: Host.piaf, name: "Hugo Pernet")
    static let aubry = Person(id: "111", user: "aubry", host: Host.toile, name: "Cabinet Aubry")
    static let ines = Person(id: "112", user: "ines", host: Host.toile, name: "Inès Caron")
    static let karim = Person(id: "113", user: "karim", host: "droit.example", name: "Karim Benhaddou")
    static let greta = Person(id: "117", user: "greta", host: "kreis.example", name: "Greta Holm")
    static let maelle = Person(id: "122", user: "maelle", host: Host.piaf, name: "Maëlle Kervran")
    static let yann = Person(id: "123", user: "yann", host: Host.piaf, name: "Yann ⚓️ Le Goff")

    /// A Mastodon account, as a server shows it.
    func json(on server: String) -> String {
        let home = host.isEmpty ? server : host
        let handle = home == server ? user : "\(user)@\(home)"
        return """
            {"id":"\(id)","username":"\(user)","acct":"\(handle)","display_name":\(Escaped.json(name)),"locked":false,\
            "bot":false,"created_at":"2023-04-02T00:00:00.000Z","url":"https://\(home)/@\(user)",\
            "uri":"https://\(home)/users/\(user)","avatar":"https://\(server)/avatars/\(id).png","emojis":[],"fields":[]}
            """
    }
}

extension Arrival {
    /// A Mastodon status; ids are above those of the recorded ones.
    func status(on server: String) -> String {
        let person = person ?? .camille
        let id = String(114_000_000_001_000_000 + number)
        let home = person.host.isEmpty ? server : person.host
        let mention =
            """
            <span class="h-card" translate="no"><a href="https://\(server)/@camille" class="u-url mention">\
            @<span>camille</span></a></span>
            """
        let tag =
            "<a href=\"https://\(server)/tags/seisme\" class=\"mention hashtag\" rel=\"tag\">#<span>séisme</span></a>"
        let content =
            "<p>\(isToUser ? mention + " " : "")\(Escaped.markup(text))\(place == .hashtag ? " " + tag : "")</p>"
        let mentions =
            isToUser
            ? "[{\"id\":\"1\",\"username\":\"camille\",\"url\":\"https://\(server)/@camille\",\"acct\":\"camille\"}]"
            : "[]"
        let tags =
            place == .hashtag ? "[{\"name\":\"séisme\",\"url\":\"https://\(server)/tags/seisme\"}]" : "[]"
        return """
            {"id":"\(id)","created_at":"{{\(second)}}","in_reply_to_id":\(isToUser ? "\"114000000000000000\"" : "null"),\
            "in_reply_to_account_id":\(isToUser ? "\"1\"" : "null"),"sensitive":false,"spoiler_text":"",\
            "visibility":"public","language":"\(language)",\
            "uri":"https://\(home)/users/\(person.user)/statuses/\(id)","url":"https://\(home)/@\(person.user)/\(id)",\
            "replies_count":0,"reblogs_count":0,"favourites_count":0,"edited_at":null,\
            "content":\(Escaped.json(content)),"reblog":null,"account":\(person.json(on: server)),\
            "media_attachments":[],"mentions":\(mentions),"tags":\(tags),"emojis":[],"card":null,"poll":null}
            """
    }

    /// An item of the feed in which it appears.
    var entry: String {
        let slug = "direct-\(number)"
        let title = title ?? text
        switch place {
        case .littoral, .courrier:
            let base = "https://\(place == .littoral ? "littoral" : "courrier").\(Host.domain)"
            return """
                <item>
                <title>\(Escaped.markup(title))</title>
                <link>\(base)/\(slug)</link>
                <guid isPermaLink="false">\(slug)</guid>
                <pubDate>{{\(second)}}</pubDate>
                <description>\(Escaped.markup("<p>\(Escaped.markup(text))</p>"))</description>
                </item>

                """
        case .harbour:
            let address = "https://harbour.\(Host.domain)/\(slug)"
            return """
                {"id":"\(address)","url":"\(address)","title":\(Escaped.json(title)),\
                "content_html":\(Escaped.json("<p>\(Escaped.markup(text))</p>")),"date_published":"{{\(second)}}",\
                "authors":[{"name":"Desk"}],"language":"en"},

                """
        default:
            let base = "https://\(place == .feuille ? "feuille" : "estuaire").\(Host.domain)"
            return """
                <entry>
                <id>\(base)/\(slug)</id>
                <title>\(Escaped.markup(title))</title>
                <link rel="alternate" href="\(base)/\(slug)"/>
                <author><name>Rédaction</name></author>
                <published>{{\(second)}}</published>
                <updated>{{\(second)}}</updated>
                <content type="html">\(Escaped.markup("<p>\(Escaped.markup(text))</p>"))</content>
                </entry>

                """
        }
    }
}

/// Texts inside of markup and of JSON.
enum Escaped {
    static func markup(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            default: escaped.append(character)
            }
        }
        return escaped
    }

    /// A JSON string with its quotes. The texts are ours and hold no control characters.
    static func json(_ text: String) -> String {
        var escaped = "\""
        for character in text {
            if character == "\"" || character == "\\" { escaped += "\\" }
            escaped.append(character)
        }
        return escaped + "\""
    }
}
