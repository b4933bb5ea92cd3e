import Foundation

/// Documents that scripted servers give.
enum Documents {
    /// An RSS feed of items that are an hour apart, the first one newest.
    static func rss(_ title: String, _ items: [String], home: String = "http://127.0.0.1/") -> String {
        var text = """
            <?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>\(title)</title><link>\(home)</link>
            """
        for (number, item) in items.enumerated() {
            let slug = item.filter { $0.isLetter || $0.isNumber }
            text += """
                <item><title>\(item)</title><guid isPermaLink="false">\(title)-\(slug)</guid>
                <link>\(home)\(slug)</link><pubDate>\(rfc822(hoursAgo: number + 1))</pubDate>
                <description>Text of \(item)</description></item>

                """
        }
        return text + "</channel></rss>"
    }

    static func page(title: String, feeds: [(title: String, href: String)]) -> String {
        let links = feeds.map {
            #"<link rel="alternate" type="application/rss+xml" title="\#($0.title)" href="\#($0.href)">"#
        }
        return "<!doctype html><html><head><title>\(title)</title>\(links.joined())</head><body>Hello</body></html>"
    }

    /// A status of Mastodon's client API.
    /// - Parameter entry: what the server calls it; the number by default.
    static func status(
        _ id: Int, _ text: String, on site: String, by user: String = "lea", uri: String? = nil, entry: String? = nil
    ) -> String {
        """
        {"id":"\(entry ?? "\(id)")","created_at":"\(rfc3339(minutesAgo: 1000 - id))","in_reply_to_id":null,
        "in_reply_to_account_id":null,"sensitive":false,"spoiler_text":"","visibility":"public","language":"fr",
        "uri":"\(uri ?? "http://\(site)/users/\(user)/statuses/\(id)")","url":"http://\(site)/@\(user)/\(id)",
        "replies_count":0,"reblogs_count":0,"favourites_count":0,"edited_at":null,"content":"<p>\(text)</p>",
        "reblog":null,"account":\(account(user, id: 7, on: site)),"media_attachments":[],"mentions":[],"tags":[],
        "emojis":[],"card":null,"poll":null}
        """
    }

    static func account(_ user: String, id: Int, on site: String) -> String {
        """
        {"id":"\(id)","username":"\(user)","acct":"\(user)","display_name":"\(user.capitalized)","locked":false,
        "bot":false,"created_at":"2020-01-01T00:00:00.000Z","note":"","url":"http://\(site)/@\(user)",
        "uri":"http://\(site)/users/\(user)","avatar":"","header":"","emojis":[],"fields":[]}
        """
    }

    private static func rfc822(hoursAgo hours: Int) -> String {
        format("EEE, dd MMM yyyy HH:mm:ss '+0000'", secondsAgo: hours * 3600)
    }

    private static func rfc3339(minutesAgo minutes: Int) -> String {
        format("yyyy-MM-dd'T'HH:mm:ss.000'Z'", secondsAgo: minutes * 60)
    }

    private static func format(_ pattern: String, secondsAgo seconds: Int) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "UTC")
        formatter.dateFormat = pattern
        // Counted from midnight: a minute that passes between two answers changes no document.
        let midnight = Date(timeIntervalSince1970: (Date().timeIntervalSince1970 / 86_400).rounded(.down) * 86_400)
        return formatter.string(from: midnight.addingTimeInterval(-Double(seconds)))
    }
}
