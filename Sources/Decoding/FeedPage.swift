import Text
import TimelineModel

/// From a draft to a page: identities, what entries inherit from their feed, limits.
enum FeedPage {
    /// The page of a document of which no entry was left out.
    static func page(_ draft: FeedDraft, source: SourceID, memory: FeedMemory?) -> Page {
        if draft.endsInEntry { return incompletePage(draft, source: source, rung: memory?.rung ?? .guid) }
        let identity = FeedIdentity(draft, given: memory?.rung, hasMoved: memory?.hasMoved ?? false)
        var page = page(draft, identity, source: source)
        if identity.isDistinct { page.memory = KnownEntries(of: draft, rung: identity.rung).adding(identity).bytes }
        return page
    }

    /// The page of a document that broke off: what it has, read as the feed stands. Where the feed stands and what it
    /// says no more are questions for the whole document.
    private static func incompletePage(_ draft: FeedDraft, source: SourceID, rung: FeedKeyRung) -> Page {
        var page = page(draft, FeedIdentity(draft, given: rung, hasMoved: true), source: source)
        page.isIncomplete = true
        page.keyRung = nil
        page.alternativeKeys = []
        return page
    }

    /// The page of a document of which entries were left out; nil when its keys tell them apart only in another way,
    /// so that it must be read whole.
    static func page(_ draft: FeedDraft, source: SourceID, known: KnownEntries) -> Page? {
        guard !draft.endsInEntry else { return nil }
        let identity = FeedIdentity(draft, given: known.rung, hasMoved: known.hasMoved)
        guard identity.isDistinct, identity.rung == known.rung else { return nil }
        let keys = known.keys(for: draft)
        var next = KnownEntries(of: draft, rung: known.rung).adding(identity)
        let isOwn = Set(identity.hashes)
        for fingerprint in draft.repeated {
            guard let key = keys[fingerprint], !isOwn.contains(key) else { return nil }
            next.add(fingerprint, key: key)
        }
        var page = page(draft, identity, source: source)
        page.memory = next.bytes
        page.leftOut = draft.repeated.count
        return page
    }

    private static func page(_ draft: FeedDraft, _ ladder: FeedIdentity, source: SourceID) -> Page {
        var page = Page()
        page.skipped = draft.skipped
        if draft.isCut {
            page.skipped.append("more than \(DecodingLimits.items) entries; those after the first ones were left out")
        }
        page.minimumInterval = draft.minimumInterval
        page.profile = SourceProfile(title: draft.title, homePage: draft.homePage, language: draft.language)
        page.keyRung = ladder.rung
        let fallback = fallbackAuthor(draft)
        for (index, entry) in ladder.entries.enumerated() {
            let key = ladder.keys[index]
            page.items.append(
                PageItem(
                    post: post(entry, key: key, source: source, author: fallback, language: draft.language),
                    sighting: Sighting(entryID: key)))
            let keys = ladder.ladders[index].mapValues { PostID.feedEntry(feed: source, key: $0) }
            page.alternativeKeys.append(keys)
            page.keysAmongOthers.append(
                KeyAmongOthers(
                    alone: keys[ladder.rung] ?? .feedEntry(feed: source, key: key),
                    shared: ladder.keysAmongOthers[index].map { .feedEntry(feed: source, key: $0) }))
        }
        return page
    }

    private static func fallbackAuthor(_ draft: FeedDraft) -> Author {
        if let author = draft.author?.author { return author }
        let page = draft.homePage ?? draft.address
        if let title = draft.title { return Author(name: SafeText(sanitizing: title.string, as: .name), address: page) }
        return Author(name: page.map { SafeText(sanitizing: $0.host, as: .name) } ?? "unnamed feed", address: page)
    }

    private static func post(
        _ entry: EntryDraft, key: String, source: SourceID, author: Author, language: String?
    ) -> Post {
        var post = Post(
            id: .feedEntry(feed: source, key: key), remoteID: entry.guid ?? entry.link?.text ?? key, network: .feed,
            kind: .article, author: entry.author?.author ?? author)
        post.title = entry.title
        post.body = entry.body
        post.address = entry.address
        if let linked = entry.linked, linked != post.address, !post.body.links.contains(linked) {
            post.card = LinkCard(address: linked, title: linked.shownShort)
        }
        post.published = entry.published ?? entry.updated
        if let published = entry.published, let updated = entry.updated, updated > published { post.edited = updated }
        post.language = entry.language ?? language
        post.tags = entry.tags
        post.attachments = entry.attachments
        post.comments = entry.comments
        post.counts.replies = entry.replies
        return post
    }
}
