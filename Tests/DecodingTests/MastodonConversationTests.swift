import Decoding
import Expectations
import TestSupport
import Testing
import Text
import TimelineModel

/// Answers about what stands around a post: itself, its versions, its author, how the user stands to him.
@Suite struct MastodonConversationTests {
    private static let history = #"""
        [{"content":"<p>Premier &amp; unique</p>","spoiler_text":"droit","created_at":"2026-11-22T08:00:00Z",
        "poll":{"options":[{"title":"oui"},{"title":"non"}]},
        "media_attachments":[{"type":"image","description":"Un chat"}]},
        {"content":"<p>Second</p>","spoiler_text":"","created_at":"2026-11-22T09:00:00.5Z"}]
        """#

    private static let profile = #"""
        {"id":"11","username":"ada","acct":"ada","display_name":"Ada","locked":true,"bot":true,"group":false,
        "note":"<p>Bonjour <a href=\"https://ada.example\">ici</a></p>","url":"https://piaille.example/@ada",
        "created_at":"2019-04-02T00:00:00.000Z","statuses_count":1204,"followers_count":-1,"following_count":0,
        "limited":true,"moved":{"id":"5","acct":"ada@new.example","username":"ada"},
        "fields":[{"name":"Site","value":"<a href=\"https://ada.example\">ada</a>",
        "verified_at":"2020-01-01T00:00:00Z"},{"name":"Ville","value":"Nantes","verified_at":null},
        {"name":"","value":""},7]}
        """#

    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test func versionsComeNewestFirst() throws {
        let versions = try MastodonDecoder.history(bytes(Self.history), server: MastodonFixtures.server())
        expect(versions.map(\.body.plain), is: ["Second", "Premier & unique"])
        expect(versions.map(\.contentWarning), is: [nil, "droit"])
        expect(versions.map { $0.at?.rfc3339 }, is: ["2026-11-22T09:00:00.500Z", "2026-11-22T08:00:00Z"])
        expect(versions[1].pollOptions, is: ["oui", "non"])
        expect(versions[1].attachments.map(\.alt), is: ["Un chat"])
    }

    @Test func anAccountIsReadWhole() throws {
        let asking = try #require(AccountName("@me@piaille.example"))
        let profile = try MastodonDecoder.profile(
            bytes(Self.profile), server: MastodonFixtures.server(), account: asking)
        expect(profile.author.handle, is: "ada@piaille.example")
        #expect(profile.author.isBot)
        expect(profile.place, is: RemotePlace(server: try MastodonFixtures.server(), account: asking, id: "11"))
        expect(profile.note.plain, is: "Bonjour ici")
        expect(profile.fields.map(\.name), is: ["Site", "Ville"])
        expect(profile.fields.map(\.isVerified), is: [true, false])
        expect(profile.fields.map(\.value.plain), is: ["ada", "Nantes"])
        #expect((profile.posts, profile.followers, profile.following) == (1204, nil, 0))
        expect(profile.joined?.rfc3339, is: "2019-04-02T00:00:00Z")
        #expect(profile.isLocked && !profile.isGroup && profile.standing == ["limited"])
        expect(profile.movedTo, is: "ada@new.example")
        expect(profile.relationship, is: nil)
    }

    @Test(
        arguments: [
            (#"[{"id":"11","following":true,"followed_by":true}]"#, [.follows, .followsUser]),
            (#"[{"id":"12","following":true}]"#, nil),
            (#"[{"id":11,"requested":true,"muting":1,"blocking":"yes","blocked_by":null}]"#, .requested),
            ("[]", nil), ("{}", nil),
        ] as [(String, Relationship?)])
    func aRelationshipIsThatOfTheAccount(_ answer: String, _ expected: Relationship?) throws {
        try expect(MastodonDecoder.relationship(bytes(answer), to: "11"), is: expected)
    }

    @Test(arguments: [
        MastodonFixtures.status, MastodonFixtures.boost,
        #"{"id":"9","type":"mention","status":\#(MastodonFixtures.status)}"#,
        #"{"id":"9","type":"reblog","status":\#(MastodonFixtures.boost)}"#,
    ]) func aPostItselfHasItsOwnID(_ answer: String) throws {
        let item = try MastodonDecoder.statusItself(bytes(answer), server: MastodonFixtures.server())
        expect(item.post.id, is: .activityPub(uri: "https://piaille.example/users/ada/statuses/114"))
        expect(item.sighting, is: Sighting(entryID: "114"))
    }

    @Test(arguments: [
        "{}", "[]", "null", #"{"error":"Record not found"}"#, #"{"id":"9","type":"follow","status":null}"#,
    ])
    func whatIsNoAnswerSaysSo(_ answer: String) throws {
        let server = try MastodonFixtures.server()
        #expect(throws: DecodingError.self) { try MastodonDecoder.statusItself(bytes(answer), server: server) }
        #expect(throws: DecodingError.self) { try MastodonDecoder.profile(bytes(answer), server: server, account: nil) }
        if answer != "[]" {
            #expect(throws: DecodingError.self) { try MastodonDecoder.history(bytes(answer), server: server) }
        }
    }

    @Test func theUsersOwnVoteIsMarked() throws {
        let status = #"""
            {"id":"1","content":"q","poll":{"id":"2","own_votes":[1,7,"x"],"options":[{"title":"a"},{"title":"b"}]}}
            """#
        let item = try MastodonDecoder.status(bytes(status), server: MastodonFixtures.server())
        expect(item.post.poll?.options.map(\.isOwn), is: [false, true])
    }

    @Test func anyFieldMayBeAnything() throws {
        // Given every field, replaced by everything that it should not be
        let server = try MastodonFixtures.server()
        let odd: [JSONValue?] = [
            nil, .null, .bool(true), .number("-1e999"), .string(""), .string("\u{1b}]52;c;x\u{7}\u{202e}"),
            .string(String(repeating: "<b>é", count: 2000)), .array([]), .array([.null, .number("1")]), .object([]),
        ]
        func each(_ document: String, _ check: ([UInt8], [String]) throws -> [SafeText]) throws {
            let whole = try JSONValue(parsing: bytes(document))
            for path in JSONPaths.all(of: whole) where !path.isEmpty {
                for value in odd {
                    let mutated = JSONPaths.text(JSONPaths.replacing(path, in: whole, by: value))
                    let shown = try check(bytes(mutated), path)
                    #expect(ShownText.forbidden(in: shown.map(\.string)).isEmpty, "\(path)")
                }
            }
        }
        // Then an account without its id or its name is none, and every other one is still somebody
        try each(Self.profile) { document, path in
            do throws(DecodingError) {
                let profile = try MastodonDecoder.profile(document, server: server, account: nil)
                #expect(!profile.author.name.isEmpty, "\(path)")
                return [profile.author.name, profile.note.plain] + profile.standing
                    + profile.fields.flatMap { [$0.name, $0.value.plain] }
            } catch {
                expect(path, is: ["id"], "\(path)")
                return [error.message]
            }
        }
        // Then the other version is still there
        try each(Self.history) { document, path in
            let versions = try MastodonDecoder.history(document, server: server)
            #expect(versions.count >= 1, "\(path)")
            return versions.flatMap { [$0.body.plain, $0.contentWarning ?? ""] + $0.pollOptions }
        }
    }

    @Test func aDamagedAnswerIsReadOrAnError() throws {
        let server = try MastodonFixtures.server()
        let pieces = ["[", "{", "\"", "null", "\\ud800", "\\u0000", "{\"id\":", "[[[[", "<a href=\"", "<script>"]
        for seed in 0..<Mutations.rounds {
            var mutations = Mutations(seed: seed, pieces: pieces)
            var shown: [SafeText] = []
            do throws(DecodingError) {
                let versions = try MastodonDecoder.history(mutations.damaged(bytes(Self.history)), server: server)
                shown += versions.flatMap { [$0.body.plain, $0.contentWarning ?? ""] + $0.pollOptions }
            } catch {
                shown.append(error.message)
            }
            do throws(DecodingError) {
                let profile = try MastodonDecoder.profile(
                    mutations.damaged(bytes(Self.profile)), server: server, account: nil)
                shown += [profile.author.name, profile.author.handle ?? "", profile.note.plain, profile.movedTo ?? ""]
                shown += profile.fields.flatMap { [$0.name, $0.value.plain] }
            } catch {
                shown.append(error.message)
            }
            #expect(ShownText.forbidden(in: shown.map(\.string)).isEmpty, "seed \(seed)")
        }
    }
}

/// The same of a real GoToSocial server.
@Suite(.enabled(if: Corpus.isThere, "PERCHOIR_CORPUS does not name the conformance data"))
struct CorpusConversationTests {
    @Test func recordedAnswersAreRead() throws {
        let server = try #require(Server("http://localhost:8094"))
        func body(_ name: String) throws -> [UInt8] {
            let json = try #require(try Corpus.json("gotosocial/\(name).json")["body"])
            return Array(JSONPaths.text(of: json).utf8)
        }
        #expect(try !MastodonDecoder.history(body("status_history"), server: server).isEmpty)
        for name in ["lookup", "account", "verify_credentials"] {
            let profile = try MastodonDecoder.profile(body(name), server: server, account: nil)
            #expect(profile.place?.id.isEmpty == false && profile.posts != nil && profile.joined != nil, "\(name)")
        }
        let relationship = try MastodonDecoder.relationship(body("relationships"), to: "01T2JK89GSASFQ2BCVVNKTTF8W")
        expect(relationship, is: [.follows, .followsUser])
        for name in ["status", "status_poll", "act_reblog"] {
            #expect(try !MastodonDecoder.statusItself(body(name), server: server).sighting.entryID.isEmpty, "\(name)")
        }
    }
}
