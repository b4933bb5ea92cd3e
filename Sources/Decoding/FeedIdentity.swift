import Text
import TimelineModel

/// The ladder: what tells the entries of a feed apart.
///
/// The document stands on the first rung on which its entries have different keys: guid, link, link and title,
/// content. Fewer than half of them may share their guid, or their link and title: one that stands twice moves no feed.
/// An entry without a guid (or link) takes its next key on that rung, so that one careless entry does not
/// move a whole feed; a feed without any guid stands on its links at once, so that guids it adds later change nothing.
/// Where no entry has another guid (or link) than the address of the site or of the feed, it counts as none.
/// A feed moves down once, from where it began. One that moved before stays, and entries that still share a key are told
/// apart by their links, or else their contents.
struct FeedIdentity {
    /// The document's entries without those that repeat another one word for word.
    let entries: [EntryDraft]
    let rung: FeedKeyRung
    /// For each entry its key on every rung.
    let ladders: [[FeedKeyRung: String]]
    /// For each entry its key.
    let keys: [String]
    /// For each entry its keys where others share it: with its link and with its content added.
    let keysAmongOthers: [[String]]
    /// Whether the keys of the rung alone tell all entries apart.
    let isDistinct: Bool

    /// Of each entry's key.
    var hashes: [UInt64] { keys.map { StableHash.of($0) } }

    /// - Parameters:
    ///   - given: where the feed stands; nil before its first document.
    ///   - hasMoved: it moved there, and moves no more.
    init(_ draft: FeedDraft, given: FeedKeyRung?, hasMoved: Bool) {
        let besides = FeedIdentity.sharedAddresses(of: draft)
        // As bytes: Swift's `==` on strings would join different keys.
        var seen = Set<[UInt8]>()
        var entries: [EntryDraft] = []
        var ladders: [[FeedKeyRung: String]] = []
        // On which any entry has a key of its own.
        var first = FeedKeyRung.content
        for draft in draft.entries {
            let own = FeedIdentity.ownKeys(of: draft, besides: besides)
            let whole = FeedKeyRung.allCases.map { own[$0] ?? "" }.joined(separator: "\u{0}")
            guard seen.insert(Array(whole.utf8)).inserted else { continue }
            first = min(first, FeedKeyRung.allCases.first { own[$0] != nil } ?? .content)
            entries.append(draft)
            ladders.append(FeedIdentity.withFallbacks(own))
        }
        let start = given ?? (entries.isEmpty ? .guid : first)
        let rung = hasMoved ? start : FeedIdentity.rung(ladders, from: start)
        self.entries = entries
        self.rung = rung
        self.ladders = ladders
        let alone = ladders.map { $0[rung] ?? "" }
        let counts = FeedIdentity.counts(alone)
        isDistinct = counts.count == alone.count
        let linked = zip(alone, ladders).map { $0 + " " + ($1[.link] ?? "") }
        let withContent = FeedIdentity.withContent(alone, ladders)
        keysAmongOthers = zip(linked, withContent).map { [$0, $1] }
        keys = FeedIdentity.toldApart(alone, linked, withContent)
    }

    private static func rung(_ ladders: [[FeedKeyRung: String]], from start: FeedKeyRung) -> FeedKeyRung {
        for rung in FeedKeyRung.allCases where rung >= start {
            let sharing = counts(ladders.map { $0[rung] ?? "" }).values.filter { $0 > 1 }.reduce(0, +)
            // Links that differ are no more than a chance where some do not.
            let mayShare = rung == .guid || rung == .linkAndTitle
            if sharing == 0 || (mayShare && sharing * 2 < ladders.count) { return rung }
        }
        return .content
    }

    /// How many entries have each key.
    private static func counts(_ keys: [String]) -> [[UInt8]: Int] {
        keys.reduce(into: [:]) { counts, key in counts[Array(key.utf8), default: 0] += 1 }
    }

    /// The site's and the feed's addresses that are no guids, and those that are no links, of any entry. A site's
    /// address may also be that of its newest article: then the others have addresses of their own.
    private static func sharedAddresses(of draft: FeedDraft) -> (guids: Set<String>, links: Set<String>) {
        let own = draft.ownAddresses
        func isOwn(_ address: WebAddress?) -> Bool { address.map { own.contains($0.commonSpelling) } ?? false }
        let guids = draft.entries.compactMap(\.guid)
        let links = draft.entries.compactMap(\.link)
        return (guids.allSatisfy { isOwn(WebAddress($0)) } ? own : [], links.allSatisfy(isOwn) ? own : [])
    }

    private static func ownKeys(
        of entry: EntryDraft, besides shared: (guids: Set<String>, links: Set<String>)
    ) -> [FeedKeyRung: String] {
        var keys: [FeedKeyRung: String] = [:]
        if let guid = entry.guid, WebAddress(guid).map({ shared.guids.contains($0.commonSpelling) }) != true {
            keys[.guid] = bounded(guid)
        }
        if let link = entry.link {
            if !shared.links.contains(link.commonSpelling) { keys[.link] = link.text }
            if let title = entry.title { keys[.linkAndTitle] = bounded(link.text + " " + title.string) }
        }
        let parts = [entry.title?.string ?? "", entry.body.plain.string, entry.attachments.first?.address?.text ?? ""]
        // Without any text the date is all that is left to tell two entries apart.
        let date = parts.allSatisfy(\.isEmpty) ? entry.published?.rfc3339 ?? "" : ""
        keys[.content] = "content-" + hex(StableHash.of(parts.joined(separator: "\u{0}") + date))
        return keys
    }

    private static func withFallbacks(_ own: [FeedKeyRung: String]) -> [FeedKeyRung: String] {
        var keys = own
        if keys[.linkAndTitle] == nil {
            keys[.linkAndTitle] = own[.link].map { $0 + " " + (own[.content] ?? "") } ?? own[.content]
        }
        if keys[.link] == nil { keys[.link] = keys[.linkAndTitle] }
        if keys[.guid] == nil { keys[.guid] = keys[.link] }
        return keys
    }

    /// Entries that share a key: each of them carries its link too, or where these do not tell all of them apart its
    /// content, whatever their order, so that the next document gives them the same keys.
    private static func toldApart(_ keys: [String], _ linked: [String], _ withContent: [String]) -> [String] {
        let sharing = counts(keys)
        let ofLink = counts(linked)
        let alike = Set(zip(keys, linked).filter { ofLink[Array($1.utf8)] != 1 }.map { Array($0.0.utf8) })
        return keys.indices.map { index in
            let key = Array(keys[index].utf8)
            if sharing[key] == 1 { return keys[index] }
            return alike.contains(key) ? withContent[index] : linked[index]
        }
    }

    private static func withContent(_ keys: [String], _ ladders: [[FeedKeyRung: String]]) -> [String] {
        var uses: [[UInt8]: Int] = [:]
        return zip(keys, ladders).map { key, ladder in
            let told = key + " " + (ladder[.content] ?? "")
            let use = uses[Array(told.utf8), default: 0]
            uses[Array(told.utf8)] = use + 1
            return use > 0 ? told + " \(use + 1)" : told
        }
    }

    /// Keys are stored and indexed: a long one keeps its beginning and the hash of the whole.
    private static func bounded(_ key: String) -> String {
        guard key.utf8.count > 500 else { return key }
        return String(decoding: key.utf8.prefix(400), as: UTF8.self) + " " + hex(StableHash.of(key))
    }

    private static func hex(_ hash: UInt64) -> String {
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
