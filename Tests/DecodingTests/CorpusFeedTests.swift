import Decoding
import Testing
import Text
import TimelineModel

/// feedparser's well-formed documents, as far as they concern what a reader shows. Counted paths are listed in
/// `FeedExpectation.holds`; its exact markup, details and the elements we do not carry are passed over.
@Suite(.enabled(if: Corpus.isThere, "PERCHOIR_CORPUS does not name the conformance data"))
struct CorpusFeedTests {
    @Test func nearlyAllExpectationsHold() throws {
        var counted = 0
        var failures: [String] = []
        for testCase in try Corpus.json("feeds/cases.json").elements {
            let file = testCase["file"]?.string ?? ""
            let page = try? CorpusFeedTests.page(file, headers: testCase["headers"]?.elements ?? [])
            for atom in testCase["atoms"]?.elements ?? [] {
                let parts = atom.elements
                guard parts.count == 3, parts[1].string == "==" else { continue }
                let path = parts[0].elements.map { $0.text ?? "" }
                guard let holds = FeedExpectation(page: page, file: file).holds(path, parts[2]) else { continue }
                counted += 1
                if !holds { failures.append("\(file): \(path.joined(separator: ".")) == \(parts[2])") }
            }
        }
        print("feedparser: \(counted - failures.count) of \(counted) expectations hold")
        for failure in failures { print("  not held: \(failure)") }
        #expect(counted > 100)
        #expect(Double(failures.count) <= 0.02 * Double(counted))
    }

    @Test func everyDocumentGivesAPage() throws {
        for testCase in try Corpus.json("feeds/cases.json").elements {
            let file = testCase["file"]?.string ?? ""
            // RDF without channel and items could be anything.
            if file.hasSuffix("doctype_contains_entity_decl.xml") { continue }
            #expect(throws: Never.self, "\(file)") { try CorpusFeedTests.page(file, headers: []) }
        }
    }

    static func page(_ file: String, headers: [JSONValue]) throws -> Page {
        func header(_ name: String) -> String? {
            headers.first { $0.elements.first?.string?.lowercased() == name }?.elements.last?.string
        }
        let location = header("content-location").flatMap { WebAddress($0) }
        return try FeedDecoder.decode(
            Corpus.bytes("feeds/" + file), contentType: header("content-type"),
            address: location ?? WebAddress("http://127.0.0.1:8097/\(file)"), source: SourceID(value: "feed"))
    }
}

/// One expectation of feedparser against a page.
struct FeedExpectation {
    let page: Page?
    let file: String

    /// Nil when the path is not counted.
    func holds(_ path: [String], _ expected: JSONValue) -> Bool? {
        guard let expectedText = expected.text ?? (expected.isArray ? "" : nil) else { return nil }
        if path.first == "feed" { return feed(Array(path.dropFirst()), expectedText) }
        guard path.count >= 3, path[0] == "entries", let index = Int(path[1]) else { return nil }
        guard let items = page?.items, index < items.count else {
            return isCounted(Array(path.dropFirst(2))) ? false : nil
        }
        return entry(items[index].post, Array(path.dropFirst(2)), expected, expectedText)
    }

    private func isCounted(_ path: [String]) -> Bool {
        ["title", "link", "id", "author", "summary", "description", "comments"].contains(path[0])
    }

    private func feed(_ path: [String], _ expected: String) -> Bool? {
        switch path {
        case ["title"]: return sameText(page?.profile.title?.string, expected)
        case ["link"]: return page?.profile.homePage?.text == WebAddress(expected)?.text
        case ["language"] where file.contains("http_content_language"): return nil
        case ["language"]: return page?.profile.language == expected.lowercased()
        case ["ttl"]: return page?.minimumInterval == Int(expected).map { $0 * 60 }
        default: return nil
        }
    }

    private func entry(_ post: Post, _ path: [String], _ expected: JSONValue, _ text: String) -> Bool? {
        switch path {
        case ["title"]: return sameText(post.title?.string, text)
        case ["link"]: return post.address?.text == WebAddress(text)?.text
        case ["id"], ["guid"]: return post.remoteID == text
        case ["author"], ["author_detail", "name"], ["publisher"]:
            return post.author.name.string == HTMLText.plainText(text).string
        case ["authors", "0", "name"]: return post.author.name.string.hasPrefix(text)
        case ["author_detail", "url"]: return post.author.address?.text == text
        case ["comments"]: return post.comments?.text == text
        case ["language"]: return post.language == text.lowercased()
        case ["content", "0", "language"]: return text.isEmpty ? nil : post.language == text.lowercased()
        case ["content", "0", "value"], ["summary"], ["description"]: return body(post, path, text)
        case ["published_parsed"], ["updated_parsed"], ["created_parsed"]:
            let numbers = expected.elements.compactMap(\.int)
            guard numbers.count >= 6 else { return nil }
            let wanted = CivilDate(
                year: numbers[0], month: numbers[1], day: numbers[2], hour: numbers[3], minute: numbers[4],
                second: numbers[5]
            ).timestamp()
            return post.published == wanted || post.edited == wanted
        case _ where path.count == 3 && path[0] == "tags" && path[2] == "term":
            return Int(path[1]).map { $0 < post.tags.count && post.tags[$0].string == text }
        case ["enclosures", "0", "length"]: return post.attachments.first?.size == Int(text)
        case _ where path.count == 3 && path[0] == "enclosures" && path[2] == "href":
            return Int(path[1]).map { $0 < post.attachments.count && post.attachments[$0].address?.text == text }
        default: return nil
        }
    }

    /// We carry one body: the content where there is one, else the summary.
    private func body(_ post: Post, _ path: [String], _ text: String) -> Bool? {
        if path[0] != "content", file.contains("_and_") { return nil }
        return sameText(post.body.plain.string, text)
    }

    private func sameText(_ actual: String?, _ expected: String) -> Bool {
        func spaced(_ text: String) -> String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
        let shown = spaced(actual ?? "")
        return shown == spaced(HTMLText.richText(expected).plain.string) || shown == spaced(expected)
    }
}
