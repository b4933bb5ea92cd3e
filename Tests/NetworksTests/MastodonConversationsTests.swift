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
        #expect(thread.opened.place == RemotePlace(server: Self.server, account: Self.me, id: "5"))
        #expect(thread.opened.boostedBy == nil)
        #expect(thread.ancestors.map(\.place?.id) == ["4"] && thread.descendants.map(\.place?.id) == ["6"])
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
        #expect(try await server.thread(of: place).opened.place?.id == "5")
        let follow = RemotePlace(server: Self.server, account: Self.me, id: "34", isNotification: true)
        let error = await failure { () throws(FetchError) in _ = try await server.thread(of: follow) }
        #expect(error?.message == "This notification tells of no post.")
    }

    @Test func strangersSendNoTokenAndWhoIsNotSignedInIsTold() async throws {
        let (server, fake) = conversations([
            "/api/v1/statuses/5": Self.status("5"), "/api/v1/statuses/5/context": #"{"ancestors":[],"descendants":[]}"#,
        ])
        _ = try await server.thread(of: RemotePlace(server: Self.server, id: "5"))
        #expect(fake.requests.count == 2 && fake.requests.allSatisfy { $0.authorization == nil })
        let (mine, asked) = conversations(as: Self.me, token: nil, [:])
        let error = await failure { () throws(FetchError) in
            _ = try await mine.thread(of: RemotePlace(server: Self.server, account: Self.me, id: "5"))
        }
        #expect(error?.kind == .unauthorized && asked.requests.isEmpty)
    }

    @Test func aPostThatIsGoneIsSaidToBeGone() async {
        let (server, _) = conversations([:])
        let error = await failure { () throws(FetchError) in
            _ = try await server.thread(of: RemotePlace(server: Self.server, id: "5"))
        }
        #expect(error?.message == "m.example does not have this post any more, or does not show it here.")
    }

    @Test(arguments: [("lea@m.example", "lea"), ("lea", "lea"), ("bob@far.example", "bob%40far.example")])
    func anAuthorIsLookedUpByHisHandle(_ handle: String, _ asked: String) async throws {
        let (server, fake) = conversations(["/api/v1/accounts/lookup": #"{"id":"7","acct":"x","username":"x"}"#])
        let profile = try await server.author(SafeText(sanitizing: handle))
        #expect(profile.place?.id == "7" && profile.relationship == nil)
        #expect(fake.requests.map(\.address.text) == ["https://m.example/api/v1/accounts/lookup?acct=\(asked)"])
    }

    @Test func howTheUserStandsToHimIsAskedWhenSignedInAndMayFail() async throws {
        let account = #"{"id":"7","acct":"lea","username":"lea"}"#
        let (server, fake) = conversations(
            as: Self.me,
            [
                "/api/v1/accounts/lookup": account,
                "/api/v1/accounts/relationships": #"[{"id":"7","following":true}]"#,
            ])
        #expect(try await server.author("lea").relationship == .follows)
        #expect(fake.requests.last?.address.text.hasSuffix("id[]=7") == true)
        let (without, _) = conversations(as: Self.me, ["/api/v1/accounts/lookup": account])
        #expect(try await without.author("lea").relationship == nil)
    }

    @Test func postsComePageByPage() async throws {
        let (server, fake) = conversations([
            "/api/v1/accounts/7/statuses": "[\(Self.status("9")),\(Self.status("8"))]",
            "/api/v1/timelines/tag/caf%C3%A9": "[]",
        ])
        let page = try await server.posts(of: "7")
        #expect(page.posts.map(\.place?.id) == ["9", "8"] && page.older == "8")
        // A page that leads to itself is the last.
        #expect(try await server.posts(of: "7", olderThan: "8").older == nil)
        #expect(fake.requests.last?.address.text.contains("max_id=8") == true)
        #expect(try await server.tagged("café") == FoundPosts())
    }
}
