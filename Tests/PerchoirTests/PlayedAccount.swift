import Foundation
import Networks
import Synchronization
import TestSupport
import TimelineModel

/// The account `camille` on a server of one kind, as far as a program that reads may ask: a home timeline, filters, the
/// reading position. It answers a program in the same process as its transport, others through an `AccountServer`.
final class PlayedAccount: HTTPTransport {
    struct Content {
        /// The entries of the home timeline.
        var numbers: [Int] = []
        /// What a filter of the account hides: posts that hold these words.
        var hiddenPhrase: String?
        /// The most that a page has.
        var pageSize = 40
        /// How far the account's programs have read, as an entry's id; nil when none said so.
        var marker: String?
        /// Programs that set the marker just before this one does: the first of them each time.
        var rivals: [String] = []
        /// What is answered in place of everything.
        var trouble: Int?
        /// What is answered in place of every page of the home timeline but the newest.
        var olderTrouble: Int?
        /// Method and path of what was asked.
        var log: [String] = []
    }

    struct Asked {
        var method = "GET"
        let target: String
        var body: [UInt8] = []
        /// What the token that came with it allows; nil without one that is known.
        var scopes: Scopes?

        var path: String { String(target.prefix { $0 != "?" }) }

        func parameters(_ name: String) -> [String] {
            (target.split(separator: "?", maxSplits: 1).dropFirst().first ?? "").split(separator: "&").filter {
                $0.hasPrefix(name + "=")
            }.map { String($0.dropFirst(name.count + 1)) }
        }
    }

    typealias Answer = (status: Int, headers: [(String, String)], body: String)

    let kind: ServerKind
    let authority: String
    let content: Mutex<Content>

    init(_ kind: ServerKind, on authority: String = "m.example", _ numbers: [Int] = []) {
        self.kind = kind
        self.authority = authority
        content = Mutex(Content(numbers: numbers))
    }

    func change(_ body: (inout Content) -> Void) { content.withLock { body(&$0) } }

    func asked(_ what: String) -> Int { content.withLock { $0.log.count { $0 == what } } }

    func status(_ number: Int, _ text: String? = nil) -> String {
        Documents.status(number, text ?? "Status \(number)", on: authority, entry: kind.id(number))
    }

    // MARK: Answers

    static let paths = [
        "/api/v1/accounts/verify_credentials", "/api/v1/timelines/home", "/api/v1/markers", "/api/v1/filters",
        "/api/v2/filters", "/api/v1/instance", "/api/v2/instance",
    ]

    func answer(_ asked: Asked) -> Answer {
        content.withLock { content in
            content.log.append("\(asked.method) \(asked.path)")
            if let trouble = content.trouble { return (trouble, [], "{}") }
            switch asked.path {
            case "/api/v1/instance", "/api/v2/instance": return instance(asked.path)
            case "/api/v1/accounts/verify_credentials":
                return refusal(asked, "read:accounts", "profile")
                    ?? json(Documents.account("camille", id: 1, on: authority))
            case "/api/v1/timelines/home": return refusal(asked, "read:statuses") ?? home(asked, content)
            case "/api/v1/markers":
                let scope = asked.method == "POST" ? "write:statuses" : "read:statuses"
                return refusal(asked, scope) ?? markers(asked, &content)
            case "/api/v1/filters", "/api/v2/filters":
                let version = asked.path == "/api/v1/filters" ? 1 : 2
                return refusal(asked, "read:filters") ?? filters(version, content.hiddenPhrase)
            default: return missing
            }
        }
    }

    private func json(_ text: String, _ headers: [(String, String)] = [], status: Int = 200) -> Answer {
        (status, [("Content-Type", "application/json; charset=utf-8")] + headers, text)
    }

    /// Unless the token allows one of these.
    private func refusal(_ asked: Asked, _ names: String...) -> Answer? {
        guard let scopes = asked.scopes else {
            return json(#"{"error":"The access token is invalid"}"#, status: 401)
        }
        return names.contains(where: scopes.allows)
            ? nil : json(#"{"error":"This action is outside the authorized scopes"}"#, status: 403)
    }

    /// To what it does not know Pixelfed answers with a page for people.
    private var missing: Answer {
        kind == .pixelfed
            ? (404, [("Content-Type", "text/html")], "<!DOCTYPE html><title>Not Found</title>")
            : json(#"{"error":"Not Found"}"#, status: 404)
    }

    /// The first version names its streams elsewhere than the second.
    private func instance(_ path: String) -> Answer {
        let isFirst = path == "/api/v1/instance"
        switch kind {
        case .mastodon, .goToSocial:
            return isFirst
                ? missing : json(#"{"version":"4.3.0","configuration":{"urls":{"streaming":"ws://\#(authority)"}}}"#)
        case .pleroma:
            return isFirst
                ? json(
                    #"{"version":"2.7.2 (compatible; Pleroma 2)","urls":{"streaming_api":"ws://\#(authority)"}}"#)
                : missing
        case .pixelfed: return isFirst ? json(#"{"version":"2.7.2 (compatible; Pixelfed 0.12)"}"#) : missing
        }
    }

    private func home(_ asked: Asked, _ content: Content) -> Answer {
        func bound(_ name: String) -> Int? { asked.parameters(name).first.flatMap(kind.number) }
        if let trouble = content.olderTrouble, bound("max_id") != nil { return (trouble, [], "{}") }
        let bounds = ServerKind.Bounds(max: bound("max_id"), min: bound("min_id"), since: bound("since_id"))
        let limit = min(asked.parameters("limit").first.flatMap { Int($0) } ?? 20, content.pageSize)
        let page = kind.page(of: content.numbers, bounds, limit: limit)
        guard let first = page.first, let last = page.last else { return json("[]") }
        let address = "<http://\(authority)/api/v1/timelines/home?"
        // Pixelfed names a next page at the end too, which begins nowhere.
        let next = kind == .pixelfed && last == content.numbers.min() ? "" : kind.id(last)
        return json(
            "[\(page.map { status($0) }.joined(separator: ","))]",
            [("Link", "\(address)max_id=\(next)>; rel=\"next\", \(address)min_id=\(kind.id(first))>; rel=\"prev\"")])
    }

    /// Nothing keeps a marker from being moved back.
    private func markers(_ asked: Asked, _ content: inout Content) -> Answer {
        guard kind.keepsMarkers else { return json("[]") }
        if asked.method == "POST" {
            if !content.rivals.isEmpty {
                content.marker = content.rivals.removeFirst()
                return json(#"{"error":"Conflict"}"#, status: 409)
            }
            let prefix = "home%5Blast_read_id%5D="
            let form = String(decoding: asked.body, as: UTF8.self)
            guard form.hasPrefix(prefix) else { return json(#"{"error":"Bad Request"}"#, status: 400) }
            content.marker = String(form.dropFirst(prefix.count))
        } else if !asked.parameters("timeline[]").contains("home") {
            return json("{}")
        }
        let more = kind == .pleroma ? #","pleroma":{"unread_count":1}"# : ""
        return json(
            content.marker.map {
                #"{"home":{"last_read_id":"\#($0)","version":2,"updated_at":"2026-11-22T21:19:13.197Z"\#(more)}}"#
            } ?? "{}")
    }

    private func filters(_ version: Int, _ phrase: String?) -> Answer {
        guard let phrase, let newest = kind.filterVersion, version <= newest else {
            // Pixelfed has the first version without anything in it.
            return kind == .pixelfed && version == 1 || version <= kind.filterVersion ?? 0 ? json("[]") : missing
        }
        let common = #""id":"1","context":["home"],"expires_at":null"#
        return json(
            version == 1
                ? #"[{\#(common),"phrase":"\#(phrase)","irreversible":true,"whole_word":false}]"#
                : #"""
                [{\#(common),"title":"\#(phrase)","filter_action":"hide","statuses":[],
                "keywords":[{"id":"2","keyword":"\#(phrase)","whole_word":true}]}]
                """#)
    }

    // MARK: In the same process

    /// Whatever token comes may do everything.
    func send(_ request: HTTPRequest) async throws(FetchError) -> HTTPResponse {
        let target = String(request.address.text.dropFirst("https://\(authority)".count))
        let asked = Asked(
            method: request.method.rawValue, target: target, body: request.body ?? [],
            scopes: request.authorization.map { _ in Scopes(["read", "write"]) })
        let answer = answer(asked)
        var headers = HTTPHeaders()
        for (name, value) in answer.headers { headers.add(name, value) }
        return HTTPResponse(
            status: answer.status, headers: headers, body: Array(answer.body.utf8), finalAddress: request.address,
            receivedAt: Timestamp(seconds: 0))
    }
}
