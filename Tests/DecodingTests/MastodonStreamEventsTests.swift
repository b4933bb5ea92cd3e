import Decoding
import Expectations
import TestSupport
import Testing
import Text
import TimelineModel

@Suite struct MastodonStreamEventsTests {
    private let server: Server

    init() throws { server = try MastodonFixtures.server() }

    private func event(_ name: String, _ payload: String) -> LiveEvent {
        MastodonStreamEvents.event(named: name, payload: Array(payload.utf8), server: server)
    }

    private func message(_ text: String) -> LiveEvent {
        MastodonStreamEvents.message(Array(text.utf8), server: server)
    }

    private func kind(_ event: LiveEvent) -> String { String("\(event)".prefix { $0 != "(" }) }

    @Test func eventsAreToldApart() throws {
        guard case .post(let item) = event("update", MastodonFixtures.status) else {
            Issue.record("no post")
            return
        }
        expect(item.sighting.entryID, is: "114")
        expect(item.post.author.handle, is: "ada@piaille.example")
        guard case .edited(let edited) = event("status.update", MastodonFixtures.status) else {
            Issue.record("no edit")
            return
        }
        expect(edited, is: item)
        expect(event("delete", "114"), is: .deleted(entryID: "114"))
        expect(event("delete", " \"01M82K\" \n"), is: .deleted(entryID: "01M82K"))
        expect(event("notification", "{}"), is: .notification(Array("{}".utf8)))
        expect(event("filters_changed", "undefined"), is: .filtersChanged)
        expect(event("filters_changed", ""), is: .filtersChanged)
        expect(event("announcement", "{}"), is: .other)
        expect(event("", ""), is: .other)
    }

    @Test(
        "a bad message is a bad message and nothing more",
        arguments: [
            ("update", ""), ("update", "{"), ("update", "[]"), ("update", "null"), ("update", "{}"),
            ("update", #"{"uri":"https://a.example/1"}"#), ("status.update", #""text""#), ("delete", ""),
            ("delete", "{}"), ("delete", "a b"), ("delete", "\"\""),
        ])
    func badPayloads(name: String, payload: String) { expect(kind(event(name, payload)), is: "unreadable") }

    @Test func thePayloadOfAMessageIsAJSONTextInsideAString() {
        let quoted = MastodonFixtures.status.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing(
            "\n", with: "\\n")
        let one = message(#"{"stream":["user"],"event":"update","payload":"\#(quoted)"}"#)
        expect(one, is: event("update", MastodonFixtures.status))
        // Servers that leave the inner quoting out
        expect(message(#"{"event":"update","payload":\#(MastodonFixtures.status)}"#), is: one)
        expect(message(#"{"stream":["user"],"event":"delete","payload":"01M82K"}"#), is: .deleted(entryID: "01M82K"))
        expect(message(#"{"event":"delete","payload":114}"#), is: .deleted(entryID: "114"))
        expect(message(#"{"stream":["user"],"event":"filters_changed"}"#), is: .filtersChanged)
        expect(message(#"{"event":"notifications_merged","payload":"1"}"#), is: .other)
        expect(message(#"{"error":"Unknown stream type","status":400}"#), is: .refused(status: 400))
        expect(message("{}"), is: .other)
    }

    @Test(arguments: ["", "{", "\u{0}", "event: update", #"{"event":"update"}"#, #"{"event":"delete","payload":[1]}"#])
    func badMessages(text: String) { #expect(["unreadable", "other"].contains(kind(message(text)))) }

    @Test(
        .enabled(if: Corpus.isThere, "PERCHOIR_CORPUS does not name the conformance data"))
    func whatGoToSocialStreams() throws {
        // Given what its server sent over WebSocket, as it was recorded
        for stream in try Corpus.json("gotosocial/streaming_ws.json").elements {
            for recorded in stream["events"]?.elements ?? [] {
                guard let name = recorded["event"]?.string, let payload = recorded["payload"]?.text else { continue }
                let told = event(name, payload)
                let expected =
                    ["update": "post", "status.update": "edited", "delete": "deleted", "notification": "notification"]
                expect(kind(told), is: expected[name])
            }
        }
    }
}
