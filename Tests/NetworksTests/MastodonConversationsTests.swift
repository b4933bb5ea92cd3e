import Expectations
import Testing
import Text
import TimelineModel

@testable import Networks

/// Threads, authors, hashtags and versions: what is asked of whom, and as whom.
@Suite struct MastodonConversationsTests {
    private static let server = Server("m.example")!
    private static let me = AccountName("@me@m.example")!

    private static func status(_ id: String, answers parent: String? = nil, reblog: String = "null") -> String {
        let reply = parent.map { "\"\($0)\"" } ?? "null"
        return #"""
            {"id":"\#(id)","uri":"https://m.example/\#(id)","content":"<p>\#(id)</p>","in_reply_to_id":\#(reply),
            "account":{"id":"7","acct":"lea","username":"lea"},"reblog":\#(reblog)}
            """#
    }

    private func conversations(
        as account: AccountName? = nil, token: Secret? = Secret("t"), _ answers: [String: String]
    ) -> (MastodonConversations, FakeTransport) {
        let fake = FakeTransport { request, _ in
            let target = request.address.path
            return answers[target].map { .to(request, 200, [:], $0) } ?? .to(request, 404, [:], "{}")
        }
        let factory = SourceFactory(transport: fake, token: { _ in token })
        return (factory.conversations(on: Self.server, as: account), fake)
    }

    @Test func theThreadOfABoostIsThatOfTheBoostedPost() async throws {
        // Given
        let (server, fake) = conversations(
            as: Self.me,
            [
                "/api/v1/statuses/90": Self.status("90", reblog: Self.status("5", answers: "4")),
                "/api/v1/statuses/5/context":
                    "{\"ancestors\":[\(Self.status("4"))],\"descendants\":[\(Self.status("6", answers: "5")),7]}",
            ])
        // When
        let thread = try await server.thread(of: RemotePlace(server: Self.server, account: Self.me, id: "90"))
        // Then
        expect(thread.opened.place, is: RemotePlace(server: Self.server, account: Self.me, id: "5"))
        expect(thread.opened.boostedBy, is: nil)
        expect(thread.ancestors.map(\.place?.id), is: ["4"])
        expect(thread.descendants.map(\.place?.id), is: ["6"])
        #expect(fake.requests.allSatisfy { $0.authorization != nil })
    }

    @Test func theThreadOfANotificationIsThatOfItsPost() async throws {
        let (server, _) = conversations(
            as: Self.me,
            [
                "/api/v1/notifications/33": "{\"id\":\"33\",\"type\":\"mention\",\"status\":\(Self.status("5"))}",
                "/api/v1/notifications/34": "{\"id\":\"34\",\"type\":\"follow\"}",
                "/api/v1/statuses/5/context": #"{"ancestors":[],"descendants":[]}"#,
            ])
        let place = RemotePlace(server: Self.server, account: Self.me, id: "33", isNotification: true)
        try await expect(server.thread(of: place).opened.place?.id, is: "5")
        let follow = RemotePlace(server: Self.server, account: Self.me, id: "34", isNotification: true)
        let error = await failure { () throws(FetchError) in _ = try await server.thread(of: follow) }
        expect(error?.message, is: "This notification tells of no post.")
    }

    @Test func strangersSendNoTokenAndWhoIsNotSignedInIsTold() async throws {
        let (server, fake) = conversations([
            "/api/v1/statuses/5": Self.status("5"), "/api/v1/statuses/5/context": #"{"ancestors":[],"descendants":[]}"#,
        ])
        _ = try await server.thread(of: RemotePlace(server: Self.server, id: "5"))
        expect(fake.requests.count, is: 2)
        #expect(fake.requests.allSatisfy { $0.authorization == nil })
        let (mine, asked) = conversations(as: Self.me, token: nil, [:])
        let error = await failure { () throws(FetchError) in
            _ = try await mine.thread(of: RemotePlace(server: Self.server, account: Self.me, id: "5"))
        }
        expect(error?.kind, is: .unauthorized)
        #expect(asked.requests.isEmpty)
    }

    @Test func aPostThatIsGoneIsSaidToBeGone() async {
        let (server, _) = conversations([:])
        let error = await failure { () throws(FetchError) in
            _ = try await server.thread(of: RemotePlace(server: Self.server, id: "5"))
        }
        expect(error?.message, is: "m.example does not have this post any more, or does not show it here.")
    }

    @Test(arguments: [("lea@m.example", "lea"), ("lea", "lea"), ("bob@far.example", "bob%40far.example")])
    func anAuthorIsLookedUpByHisHandle(_ handle: String, _ asked: String) async throws {
        let (server, fake) = conversations(["/api/v1/accounts/lookup": #"{"id":"7","acct":"x","username":"x"}"#])
        let profile = try await server.author(SafeText(sanitizing: handle))
        expect(profile.place?.id, is: "7")
        expect(profile.relationship, is: nil)
        expect(fake.requests.map(\.address.text), is: ["https://m.example/api/v1/accounts/lookup?acct=\(asked)"])
    }

    @Test func howTheUserStandsToHimIsAskedWhenSignedInAndMayFail() async throws {
        let account = #"{"id":"7","acct":"lea","username":"lea"}"#
        let (server, fake) = conversations(
            as: Self.me,
            [
                "/api/v1/accounts/lookup": account,
                "/api/v1/accounts/relationships": #"[{"id":"7","following":true}]"#,
            ])
        try await expect(server.author("lea").relationship, is: .follows)
        expect(fake.requests.last?.address.text.hasSuffix("id[]=7"), is: true)
        let (without, _) = conversations(as: Self.me, ["/api/v1/accounts/lookup": account])
        try await expect(without.author("lea").relationship, is: nil)
    }

    /// Mastodon looks nobody up for a token without `read:accounts`, and everybody for whom none comes.
    @Test(arguments: [200, 401, 404]) func whoMayNotLookUpAuthorsDoesSoAsAStranger(_ status: Int) async throws {
        let fake = FakeTransport { request, _ in
            guard request.address.path.hasSuffix("lookup") else { return .to(request, 404, [:], "{}") }
            return request.authorization == nil
                ? .to(request, status, [:], #"{"id":"7","acct":"lea","username":"lea"}"#)
                : .to(request, 403, [:], #"{"error":"This action is outside the authorized scopes"}"#)
        }
        let server = SourceFactory(transport: fake, token: { _ in Secret("t") })
            .conversations(on: Self.server, as: Self.me)
        let error = await failure { () throws(FetchError) in
            try await expect(server.author("lea").place?.id, is: "7")
        }
        // What is closed to strangers is left to the sign-in; that nobody has this name is an answer.
        let expected: [Int: FetchError.Kind] = [401: .forbidden, 404: .notFound]
        expect(error?.kind, is: expected[status])
    }

    @Test func postsComePageByPage() async throws {
        let (server, fake) = conversations([
            "/api/v1/accounts/7/statuses": "[\(Self.status("9")),\(Self.status("8"))]",
            "/api/v1/timelines/tag/caf%C3%A9": "[]",
        ])
        let page = try await server.posts(of: "7")
        expect(page.posts.map(\.place?.id), is: ["9", "8"])
        expect(page.older, is: "8")
        // A page that leads to itself is the last.
        try await expect(server.posts(of: "7", olderThan: "8").older, is: nil)
        expect(fake.requests.last?.address.text.contains("max_id=8"), is: true)
        try await expect(server.tagged("café"), is: FoundPosts())
    }
}
