import Decoding
import Expectations
import Testing
import Text
import TimelineModel

@Suite struct MastodonNotificationTests {
    private let me = AccountName("@me@piaille.example")

    private func page(_ text: String) throws -> Page {
        try MastodonDecoder.notifications(Array(text.utf8), account: try #require(me))
    }

    private func single(_ type: String, status: String = "null", id: String = "\"31\"") -> String {
        #"""
        {"id":\#(id),"type":"\#(type)","created_at":"2026-11-22T10:00:00Z","account":\#(MastodonFixtures.account),
        "status":\#(status)}
        """#
    }

    @Test(arguments: ["mention", "status", "quote"])
    func whoWritesToTheUserComesAsThePostItself(_ type: String) throws {
        // When
        let item = try #require(try page("[\(single(type, status: MastodonFixtures.status))]").items.first)
        // Then it is the same post as in a timeline, and the notification's id leads to the next page
        expect(item.post.id, is: .activityPub(uri: "https://piaille.example/users/ada/statuses/114"))
        expect(item.sighting, is: Sighting(entryID: "31", postID: "114"))
    }

    @Test(arguments: [
        ("favourite", "favourited your post"), ("reblog", "boosted your post"), ("poll", "a poll has ended"),
        ("follow", "follows you"), ("follow_request", "asks to follow you"),
        ("brand_new", "something happened: brand_new"), ("", "something happened"),
        ("mention", "wrote to you; the post is not to be seen"),
    ]) func whatHappenedComesAsANotice(_ type: String, _ title: SafeText) throws {
        let post = try #require(try page("[\(single(type))]").items.first).post
        expect(post.id, is: PostID("notice:me@piaille.example:31"))
        expect(post.author.name, is: "Ada :wave:")
        expect(post.title, is: title)
        expect(post.published?.rfc3339, is: "2026-11-22T10:00:00Z")
        expect(post.address?.text, is: "https://piaille.example/@ada")
    }

    @Test func aNoticeOfAPostShowsThePost() throws {
        let post = try #require(try page("[\(single("favourite", status: MastodonFixtures.status))]").items.first).post
        expect(post.body.plain, is: "@bob@other.example Déjà vu :wave: #presse")
        expect(post.contentWarning, is: "politique")
        #expect(post.poll != nil)
        expect(post.attachments.count, is: 2)
        expect(post.address?.text, is: "https://piaille.example/@ada/114")
    }

    @Test func groupsAreJoinedWithTheirAccountsAndPosts() throws {
        let text = #"""
            {"accounts":[\#(MastodonFixtures.account),{"id":"12","acct":"bob@far.example","username":"bob"}],
            "statuses":[\#(MastodonFixtures.status)],"notification_groups":[
            {"group_key":"favourite-114-1","notifications_count":4,"type":"favourite","most_recent_notification_id":90,
            "page_min_id":"80","latest_page_notification_at":"2026-11-22T10:00:00Z","sample_account_ids":["12","11"],
            "status_id":"114"},
            {"group_key":"ungrouped-70","notifications_count":1,"type":"mention","most_recent_notification_id":"70",
            "page_min_id":"70","sample_account_ids":["11"],"status_id":"114"},
            {"type":"follow"}, 7]}
            """#
        let page = try page(text)
        expect(page.items.map(\.sighting.entryID), is: ["90", "70"])
        expect(page.items[0].post.id, is: PostID("notice:me@piaille.example:favourite-114-1"))
        expect(page.items[0].post.author.handle, is: "bob@far.example")
        expect(page.items[0].post.title, is: "and 3 others favourited your post")
        expect(page.items[1].post.id, is: .activityPub(uri: "https://piaille.example/users/ada/statuses/114"))
        expect(page.older, is: "70")
        expect(page.skipped.count, is: 2)
    }

    @Test(arguments: ["{}", "{\"error\":\"Not Found\"}", "{\"notification_groups\":{}}", "3", "\"\""])
    func whatIsNoListIsAnError(_ text: String) {
        #expect(throws: DecodingError.self) { try page(text) }
    }

    /// Every field missing, null or of another type: the notification degrades, the page survives.
    @Test func anyFieldMayBeWrong() throws {
        let whole = single("favourite", status: MastodonFixtures.status)
        for name in ["id", "type", "created_at", "account", "status"] {
            for value in ["null", "3", "\"x\"", "[]", "{}", "true", "[[{}]]"] {
                let odd = #"{"\#(name)":\#(value),"\#(name)":\#(value)}"#
                // The last member of a name counts.
                let changed = whole.dropLast(1) + ",\"\(name)\":\(value)}"
                let page = try page("[\(changed),\(whole),\(odd)]")
                #expect(page.items.contains { $0.sighting.entryID == "31" }, "\(name) \(value)")
                expect(page.items.count + page.skipped.count, is: 3)
            }
        }
    }

    @Test(.enabled(if: Corpus.isThere, "PERCHOIR_CORPUS names no folder of recorded answers"))
    func recordedNotificationsAreRead() throws {
        let body = try #require(try Corpus.json("gotosocial/notifications.json")["body"])
        let page = try MastodonDecoder.notifications(body, account: try #require(me))
        #expect(page.skipped.isEmpty)
        #expect(page.items.count > 1)
    }
}
