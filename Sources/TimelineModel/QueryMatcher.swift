import Text

// The one matcher. The store may narrow the candidates with its indexes; what a query means is decided here.

extension Query.Node {
    func matches(_ post: SearchablePost, in context: EntryContext) -> Bool {
        switch self {
        case .everything: true
        case .term(let term): term.condition.matches(post, in: context)
        case .and(let nodes): nodes.allSatisfy { $0.matches(post, in: context) }
        case .or(let nodes): nodes.contains { $0.matches(post, in: context) }
        case .not(let node): !node.matches(post, in: context)
        }
    }
}

extension Query.Condition {
    func matches(_ searchable: SearchablePost, in context: EntryContext) -> Bool {
        let post = searchable.post
        switch self {
        case .text(let words): return searchable.segments.contains { words.stand(in: $0) }
        case .title(let words): return words.stand(in: searchable.titleWords)
        case .contentWarning(let words): return words.stand(in: searchable.contentWarningWords)
        case .from(let who): return who.means(searchable.author, own: context.ownHandles)
        case .boostedBy(let who):
            return context.carriers.contains { carrier in
                carrier.boostedBy.map { who.means(SearchablePost.Person($0), own: context.ownHandles) } ?? false
            }
        case .mentions(let who):
            return searchable.mentions.contains { who.means(handle: $0, own: context.ownHandles) }
        case .source(let words):
            return context.carriers.contains { carrier in
                carrier.names.contains { words.stand(in: Tokenizer.words(of: $0.string)) }
            }
        case .persona(let name): return Tokenizer.folded(context.persona.name) == name
        case .tag(let tag): return searchable.tags.contains { tag.matches($0) }
        case .language(let tag):
            guard let language = post.language?.lowercased() else { return false }
            return language == tag || language.hasPrefix(tag + "-")
        case .domain(let host):
            return post.hasLink { $0.host.isHostOrBelow(host) }
        case .has(let feature): return post.has(feature)
        case .state(let state): return state.holds(for: post, in: context)
        case .before(let date): return context.sortTime < context.zone.moment(of: date)
        case .after(let date): return context.sortTime >= context.zone.moment(of: date)
        case .newer(let seconds): return context.sortTime >= context.now.adding(seconds: -seconds)
        case .older(let seconds): return context.sortTime < context.now.adding(seconds: -seconds)
        case .number(let measure, let comparison):
            return comparison.holds(for: measure.value(of: searchable, in: context))
        }
    }

    /// What a standing filter would have to be told about again and again; nil when the answer only changes with
    /// the post's content and carriers.
    var changesWith: SafeText? {
        switch self {
        case .state(.read), .state(.unread), .state(.starred): "a mark"
        case .state(.folded), .state(.hidden): "a verdict"
        case .number(.boosts, _), .number(.favourites, _), .number(.replies, _): "a count"
        case .newer, .older: "the time until now"
        default: nil
        }
    }
}

extension Query.Words {
    /// Whether the tokens stand one after another in a segment.
    func stand(in segment: [String]) -> Bool {
        guard tokens.count <= segment.count else { return false }
        for start in 0...(segment.count - tokens.count) where begin(at: start, in: segment) { return true }
        return false
    }

    func begin(at start: Int, in segment: [String]) -> Bool {
        let last = tokens.count - 1
        for index in 0..<last where segment[start + index] != tokens[index] { return false }
        let token = segment[start + last]
        return switch reach {
        case .whole: token == tokens[last]
        // Bytes, as in an index: a vowel sign that follows must not hide the beginning.
        case .beginning: token.utf8.starts(with: tokens[last].utf8)
        case .anywhere: token.contains(tokens[last])
        }
    }
}

extension Query.Folded {
    /// Whether a folded text is, or begins with, this one.
    func matches(_ folded: some StringProtocol) -> Bool {
        isBeginning ? folded.utf8.starts(with: text.utf8) : folded == text
    }
}

extension Query.Who {
    func means(_ person: SearchablePost.Person, own: [SafeText]) -> Bool {
        if let handle = person.handle, means(handle: handle, own: own) { return true }
        guard case .named(_, let name?) = self else { return false }
        return name.stand(in: person.nameWords)
    }

    /// - Parameter handle: folded.
    func means(handle: String, own: [SafeText]) -> Bool {
        switch self {
        case .me: return own.contains { Tokenizer.folded($0.string) == handle }
        case .named(let who, _):
            if who.matches(handle) { return true }
            if who.text.contains("@") { return false }
            guard let at = handle.firstIndex(of: "@") else {
                return who.matches(handle.prefix { $0 != "." })
            }
            if who.matches(handle[..<at]) { return true }
            return who.text.contains(".") && handle[handle.index(after: at)...] == who.text
        }
    }
}

extension StringProtocol {
    /// Whether this host is the given one, or one of its subdomains. Both in lower case.
    fileprivate func isHostOrBelow(_ host: String) -> Bool {
        self == host || (hasSuffix(host) && dropLast(host.count).last == ".")
    }
}

extension Query.State {
    func holds(for post: Post, in context: EntryContext) -> Bool {
        switch self {
        case .unread: !context.isRead
        case .read: context.isRead
        case .starred: context.isStarred
        case .boost: context.carriers.contains { $0.boostedBy != nil }
        case .reply: post.kind == .reply || post.replyTo != nil
        case .quote: post.kind == .quote || post.quoted != nil
        case .original:
            ![.boost, .reply, .quote].contains { (state: Query.State) in state.holds(for: post, in: context) }
        case .edited: post.edited != nil
        case .sensitive: post.isSensitive
        case .folded: context.verdict.kind == .folded
        case .hidden: context.verdict.kind == .hidden
        }
    }
}

extension Query.Measure {
    func value(of searchable: SearchablePost, in context: EntryContext) -> Int {
        switch self {
        case .boosts: searchable.post.counts.boosts
        case .favourites: searchable.post.counts.favourites
        case .replies: searchable.post.counts.replies
        case .sources: Set(context.carriers.lazy.map(\.source)).count
        case .words: searchable.bodyWordCount
        }
    }
}

extension Post {
    /// Whether one of `links` satisfies the predicate, without building the list.
    fileprivate func hasLink(_ predicate: (WebAddress) -> Bool) -> Bool {
        if let address, predicate(address) { return true }
        if let card, predicate(card.address) { return true }
        return body.spans.contains { if case .link(let address) = $0.kind { predicate(address) } else { false } }
    }

    func has(_ feature: Query.Feature) -> Bool {
        switch feature {
        case .link:
            card != nil
                || body.spans.contains { if case .link = $0.kind { true } else { false } }
        case .media: !attachments.isEmpty
        case .image: attachments.contains { $0.kind == .image }
        case .video: attachments.contains { $0.kind == .video || $0.kind == .animation }
        case .audio: attachments.contains { $0.kind == .audio }
        case .poll: poll != nil
        case .cw: !(contentWarning?.isEmpty ?? true)
        case .alt: attachments.contains { !($0.alt?.isEmpty ?? true) }
        case .quote: quoted != nil
        }
    }
}
