import Testing
import Text
import TimelineModel

/// A status with every field that Mastodon documents, written for these tests.
enum MastodonFixtures {
    static func server() throws -> Server { try #require(Server("piaille.example")) }

    static let account = #"""
        {"id":"11","username":"ada","acct":"ada","display_name":"Ada :wave:",
        "locked":false,"bot":true,"note":"<p>Bonjour</p>",
        "url":"https://piaille.example/@ada","uri":"https://piaille.example/users/ada","emojis":[],"fields":[]}
        """#

    static let status = #"""
        {"id":"114","uri":"https://piaille.example/users/ada/statuses/114","url":"https://piaille.example/@ada/114",
        "created_at":"2026-11-22T08:15:00.250Z","edited_at":"2026-11-22T09:00:00Z","account":\#(account),
        "content":"<p><span class=\"h-card\"><a href=\"https://other.example/@bob\" class=\"u-url mention\">\#
        @<span>bob</span></a></span> \#
        Déjà vu :wave: <a href=\"https://piaille.example/tags/Presse\" \#
        class=\"mention hashtag\" rel=\"tag\">#<span>presse</span></a></p>",
        "visibility":"unlisted","sensitive":true,"spoiler_text":"politique","language":"FR","in_reply_to_id":"110",
        "in_reply_to_account_id":"22","reblogs_count":3,"favourites_count":5,"replies_count":-1,"reblog":null,
        "media_attachments":[{"id":"1","type":"gifv","url":"https://files.example/1.mp4","description":"Un chat qui tombe"},
        {"id":"2","type":"image","url":null,"remote_url":"https://remote.example/2.png","description":null}],
        "mentions":[{"id":"22","username":"bob","acct":"bob@other.example","url":"https://other.example/@bob"}],
        "tags":[{"name":"Presse","url":"https://piaille.example/tags/Presse"}],
        "emojis":[{"shortcode":"wave","url":"https://files.example/wave.png"}],
        "card":{"url":"https://news.example/a","title":"L&#39;article","description":"Résumé",
        "provider_name":"News","type":"link"},
        "poll":{"id":"9","expires_at":"2026-11-23T08:15:00Z","expired":false,"multiple":true,"votes_count":4,"voters_count":3,
        "options":[{"title":"oui","votes_count":3},{"title":"non","votes_count":null}]},
        "quote":{"state":"accepted","quoted_status":{"id":"90","uri":"https://other.example/90","url":"https://other.example/@bob/90",
        "content":"<p>Cité</p>","spoiler_text":"",
        "account":{"id":"22","acct":"bob@other.example","username":"bob","display_name":""}}},
        "application":null,"favourited":false,"filtered":[]}
        """#

    static let boost = #"""
        {"id":"200","uri":"https://piaille.example/200/activity","created_at":"2026-11-22T10:00:00Z","content":"",
        "account":{"id":"33","acct":"carla@far.example","username":"carla","display_name":"Carla"},"reblog":\#(status)}
        """#
}
