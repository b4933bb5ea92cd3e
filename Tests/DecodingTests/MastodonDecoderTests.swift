import Decoding
import Expectations
import Testing
import Text
import TimelineModel

@Suite struct MastodonDecoderTests {
    private func page(_ text: String) throws -> Page {
        try MastodonDecoder.statuses(Array(text.utf8), server: MastodonFixtures.server())
    }

    @Test func aStatusIsReadWhole() throws {
        // When
        let item = try #require(try page("[\(MastodonFixtures.status)]").items.first)
        let post = item.post
        // Then
        expect(post.id, is: .activityPub(uri: "https://piaille.example/users/ada/statuses/114"))
        expect(item.sighting, is: Sighting(entryID: "114"))
        expect(post.author.name, is: "Ada :wave:")
        expect(post.author.handle, is: "ada@piaille.example")
        #expect(post.author.isBot)
        expect(post.address?.text, is: "https://piaille.example/@ada/114")
        expect(post.body.plain, is: "@bob@other.example Déjà vu :wave: #presse")
        #expect(post.body.spans.contains { $0.kind == .customEmoji })
        expect(post.published?.rfc3339, is: "2026-11-22T08:15:00.250Z")
        expect(post.edited?.rfc3339, is: "2026-11-22T09:00:00Z")
        expect(post.contentWarning, is: "politique")
        #expect(post.isSensitive)
        expect(post.visibility, is: .unlisted)
        expect(post.language, is: "fr")
        expect(post.kind, is: .reply)
        expect(post.replyTo, is: ReplyReference(remoteID: "110", handle: "bob@other.example"))
        expect(post.counts, is: Counts(boosts: 3, favourites: 5, replies: 0))
        expect(post.tags, is: ["Presse"])
        expect(
            post.mentions, is: [Mention(handle: "bob@other.example", address: WebAddress("https://other.example/@bob"))]
        )
        expect(
            post.attachments,
            is: [
                Attachment(
                    kind: .animation, address: WebAddress("https://files.example/1.mp4"), alt: "Un chat qui tombe"),
                Attachment(kind: .image, address: WebAddress("https://remote.example/2.png")),
            ])
        expect(post.card?.title, is: "L'article")
        expect(post.poll?.options.map(\.votes), is: [3, nil])
        expect(post.poll?.base, is: 3)
        expect(post.quoted?.state, is: .shown)
        expect(post.quoted?.text, is: "Cité")
        expect(post.quoted?.author?.name, is: "bob")
    }

    @Test func aBoostIsASightingOfThePost() throws {
        let boosted = try #require(try page("[\(MastodonFixtures.boost)]").items.first)
        let alone = try #require(try page("[\(MastodonFixtures.status)]").items.first)
        expect(boosted.post, is: alone.post)
        #expect((boosted.sighting.entryID, boosted.sighting.postID) == ("200", "114"))
        expect(boosted.sighting.boostedBy?.handle, is: "carla@far.example")
        expect(boosted.sighting.boostedAt?.rfc3339, is: "2026-11-22T10:00:00Z")
    }

    @Test func onlyWhatIsNoStatusIsSkipped() throws {
        let page = try page("[null, 3, {}, {\"id\":7}, \(MastodonFixtures.status), []]")
        expect(
            page.items.map(\.post.remoteID),
            is: [
                "https://piaille.example/statuses/7", "https://piaille.example/users/ada/statuses/114",
            ])
        expect(page.skipped.count, is: 4)
        expect(page.older, is: "114")
    }

    @Test(arguments: [
        (#"{"state":"pending","quoted_status":null}"#, QuotedPost.State.pending),
        (#"{"state":"revoked","quoted_status":null}"#, .unavailable),
        (#"{"state":"accepted","quoted_status_id":"5"}"#, .unavailable),
        (#"{"state":"muted_account","quoted_status":{"id":"1","content":"x"}}"#, .hidden),
        (#"{"state":"brand_new"}"#, .unavailable),
        (#"{"id":"5","content":"bare","account":{"acct":"z"}}"#, .shown),
    ])
    func quotesOfEveryShape(quote: String, state: QuotedPost.State) throws {
        let post = try #require(try page("[{\"id\":\"1\",\"content\":\"c\",\"quote\":\(quote)}]").items.first?.post)
        expect(post.quoted?.state, is: state)
        expect(post.kind, is: .quote)
    }

    @Test func anyFieldMayBeAnythingAndThePostSurvives() throws {
        // Given every field of a status and of what stands in it, replaced by everything that it should not be
        let whole = try JSONValue(parsing: Array(MastodonFixtures.boost.utf8))
        let odd: [JSONValue?] = [
            nil, .null, .bool(true), .number("-1e999"), .string(""), .string("\u{1b}]52;c;x\u{7}\u{202e}"),
            .string(String(repeating: "<b>é", count: 2000)), .array([]), .array([.null, .number("1")]), .object([]),
        ]
        var cases = 0
        for path in JSONPaths.all(of: whole) where !path.isEmpty {
            let mutated = odd.map { JSONPaths.text(JSONPaths.replacing(path, in: whole, by: $0)) }
            let bytes = Array("[\((mutated + [MastodonFixtures.status]).joined(separator: ","))]".utf8)
            // When
            let page = try MastodonDecoder.statuses(bytes, server: MastodonFixtures.server())
            // Then every post is still there, their neighbour too, and nothing of them harms a terminal
            try #require(page.items.count == odd.count + 1, "\(path)")
            // The boosted post keeps its identity, unless that is what was taken away.
            if !(path == ["reblog"] || path == ["reblog", "uri"]) {
                expect(Set(page.items.map(\.post.id)).count, is: 1, "\(path)")
            }
            #expect(ShownText.forbidden(in: ShownText.everything(page)).isEmpty, "\(path)")
            cases += mutated.count
        }
        #expect(cases > 700)
    }

    @Test(arguments: ["", "<html>proxy</html>", "{\"error\":\"The access token is invalid\"}", "{}", "[", "null", "7"])
    func whatIsNoTimelineIsAnError(text: String) {
        #expect(throws: DecodingError.self) { try page(text) }
    }

    @Test func theServersOwnWordsAreKept() {
        let text = #"{"error":"invalid_grant","error_description":"Le code\u001b[31m a expiré"}"#
        let error = #expect(throws: DecodingError.self) { try page(text) }
        let words = if case .unexpected(let message)? = error { message.string } else { "" }
        #expect(words.hasPrefix("Le code"))
        #expect(ShownText.forbidden(in: [words]).isEmpty)
        #expect(throws: DecodingError.unexpected("gone")) { try page("{\"error\":\"gone\"}") }
    }

    @Test func accountsAndServersDescribeThemselves() throws {
        let server = try MastodonFixtures.server()
        let account = try MastodonDecoder.account(Array(MastodonFixtures.account.utf8), server: server)
        expect(account.id, is: "11")
        expect(account.author.handle, is: "ada@piaille.example")
        let v2 =
            #"""
            {"domain":"m.example","title":"M","version":"4.5.0","configuration":{"urls":{"streaming":"wss://s.example"}}}
            """#
        try expect(MastodonDecoder.streaming(Array(v2.utf8)), is: "wss://s.example")
        let v1 =
            #"""
            {"uri":"p.example","title":"P","version":"2.7.2 (compatible; Akkoma 3)",
            "urls":{"streaming_api":"wss://p.example"}}
            """#
        try expect(MastodonDecoder.streaming(Array(v1.utf8)), is: "wss://p.example")
        let odd = #"{"uri":"p.example","urls":{"streaming_api":"x:y"}}"#
        try expect(MastodonDecoder.streaming(Array(odd.utf8)), is: nil)
        #expect(throws: DecodingError.self) { try MastodonDecoder.streaming(Array("[]".utf8)) }
    }
}

/// Every place in a JSON value, and the value with one place changed.
enum JSONPaths {
    static func all(of value: JSONValue) -> [[String]] {
        var paths: [[String]] = [[]]
        switch value {
        case .object(let members):
            for member in members { paths += all(of: member.value).map { [member.name] + $0 } }
        case .array(let values):
            for (index, element) in values.enumerated() { paths += all(of: element).map { ["\(index)"] + $0 } }
        default: break
        }
        return paths
    }

    /// Nil takes the place out.
    static func replacing(_ path: [String], in value: JSONValue, by new: JSONValue?) -> JSONTerm? {
        guard let first = path.first else { return new.map(term) }
        let rest = Array(path.dropFirst())
        switch value {
        case .object(let members):
            return .object(
                members.compactMap { member in
                    let changed: JSONTerm? =
                        member.name == first ? replacing(rest, in: member.value, by: new) : term(member.value)
                    return changed.map { (member.name, $0) }
                })
        case .array(let values):
            return .array(
                values.enumerated().compactMap { index, element in
                    "\(index)" == first ? replacing(rest, in: element, by: new) : term(element)
                })
        default: return term(value)
        }
    }

    private static func term(_ value: JSONValue) -> JSONTerm {
        switch value {
        case .null: return .null
        case .bool(let bool): return .bool(bool)
        case .number(let text): return Int(text).map { .number($0) } ?? .string("number " + text)
        case .string(let text): return .string(text)
        case .array(let values): return .array(values.map(term))
        case .object(let members): return .object(members.map { ($0.name, term($0.value)) })
        }
    }

    static func text(_ term: JSONTerm?) -> String { term?.line ?? "null" }

    static func text(of value: JSONValue) -> String { term(value).line }
}
