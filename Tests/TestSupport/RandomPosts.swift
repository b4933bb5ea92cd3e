public import Text
public import TimelineModel

/// Posts and the contexts of their entries, made of few words, names and hosts, so that random queries about the same
/// ones (`RandomQueries`) meet them often.
public enum RandomPosts {
    /// Words in the spellings that folding joins, and some that it must not join.
    public static let words = [
        "Élysée", "elysee", "retraite", "retraites", "retraité", "cœur", "coeur", "l'État", "l’été", "AUJOURD’HUI",
        "aujourd'hui", "porte-parole", "direct", "ticker", "Straße", "STRASSE", "日本語", "日本", "本日", "한국어", "2026", "C++",
        "naïve", "ﬁn", "Ｗｉｄｅ", "русский", "मानक", "🙂", "a", "or",
    ]
    public static let hosts = [
        "lemonde.fr", "www.lemonde.fr", "notlemonde.fr", "example.org", "blog.example.org", "piaille.fr",
    ]
    public static let users = ["anne", "Anne", "jean.paul", "ticker_bot", "élodie"]
    public static let tags = ["IA", "ia", "Élections", "horoscope", "horoscopes", "Le Monde", "2026"]
    public static let languages = ["fr", "fr-ca", "en", "pt-br", "frr"]
    public static let personas: [PersonaID] = ["main", "pro", "news"]
    public static let sourceNames = ["Le Monde - Une", "Anne's blog", "https://www.lemonde.fr/rss/une.xml", "日本語ニュース"]
    /// The middle of the times of posts: 2026-11-01T12:00:00Z.
    public static let now = Timestamp(seconds: 1_793_534_400)

    public static func text(_ counts: ClosedRange<Int> = 1...12, using random: inout SeededRandom) -> SafeText {
        let separators = [" ", " ", " ", ", ", " ! ", "\n"]
        let text = random.pick(counts, of: words).reduce(into: "") { text, word in
            if !text.isEmpty { text += random.pick(separators) }
            text += word
        }
        return SafeText(sanitizing: text, as: .body)
    }

    public static func author(using random: inout SeededRandom) -> Author {
        let name = random.once(in: 3) ? random.pick(sourceNames) : random.pick(users)
        let handle: String? =
            switch Int.random(in: 0..<4, using: &random) {
            case 0: nil
            case 1: random.pick(users).lowercased() + ".bsky.social"
            default: random.pick(users) + "@" + random.pick(hosts)
            }
        return Author(
            name: SafeText(sanitizing: name, as: .name), handle: handle.map { SafeText(sanitizing: $0, as: .name) })
    }

    public static func address(using random: inout SeededRandom) -> WebAddress? {
        WebAddress("https://\(random.pick(hosts))/\(Int.random(in: 0..<50, using: &random))")
    }

    /// A post with every field set now and then. `number` makes the identity.
    public static func post(_ number: Int, using random: inout SeededRandom) -> Post {
        var post = Post(
            id: .activityPub(uri: "https://example.org/posts/\(number)"), remoteID: "\(number)",
            network: random.pick(Post.Network.allCases), kind: random.pick(Post.Kind.allCases),
            author: author(using: &random))
        post.body = body(using: &random)
        if random.once(in: 3) { post.title = text(1...6, using: &random).onOneLine }
        if random.once(in: 4) { post.contentWarning = text(1...3, using: &random).onOneLine }
        post.isSensitive = random.once(in: 4)
        post.address = address(using: &random)
        post.published = time(using: &random)
        if random.once(in: 4) { post.edited = now }
        if !random.once(in: 4) { post.language = random.pick(languages) }
        post.tags = random.pick(0...2, of: tags).map { SafeText(sanitizing: $0) }
        post.mentions = (0..<Int.random(in: 0...2, using: &random)).map { _ in
            Mention(handle: author(using: &random).handle ?? "anne@piaille.fr", address: nil)
        }
        if random.once(in: 3) { addExtras(to: &post, using: &random) }
        post.counts = Counts(
            boosts: Int.random(in: 0...12, using: &random), favourites: Int.random(in: 0...12, using: &random),
            replies: Int.random(in: 0...3, using: &random))
        return post
    }

    private static func body(using random: inout SeededRandom) -> RichText {
        let plain = random.once(in: 8) ? "" : text(using: &random)
        guard random.once(in: 2), let address = address(using: &random) else { return RichText(plain: plain) }
        return RichText(plain: plain, spans: [RichText.Span(range: 0..<plain.string.utf8.count, kind: .link(address))])
    }

    private static func addExtras(to post: inout Post, using random: inout SeededRandom) {
        let kinds: [Attachment.Kind] = [.image, .video, .audio, .animation, .file]
        if random.once(in: 2) {
            post.attachments = random.pick(1...2, of: kinds).map { kind in
                Attachment(kind: kind, address: nil, alt: random.once(in: 2) ? text(1...4, using: &random) : nil)
            }
        }
        if random.once(in: 3) {
            post.poll = Poll(options: (0..<2).map { _ in Poll.Option(title: text(1...2, using: &random), votes: 1) })
        }
        if random.once(in: 3) {
            post.quoted = QuotedPost(state: .shown, text: text(using: &random))
        }
        if random.once(in: 3), let address = address(using: &random) {
            post.card = LinkCard(address: address, title: text(1...5, using: &random).onOneLine)
        }
        if random.once(in: 3) { post.replyTo = ReplyReference(remoteID: "1") }
    }

    /// Within some days of `now`, sometimes after it, often on a full hour.
    public static func time(using random: inout SeededRandom) -> Timestamp {
        now.adding(seconds: Int64.random(in: -30...3, using: &random) * (random.once(in: 2) ? 21_600 : 7_919))
    }

    /// How a persona has a post.
    public static func context(for post: Post, using random: inout SeededRandom) -> EntryContext {
        let carriers = (0..<Int.random(in: 1...4, using: &random)).map { _ in
            let name = random.pick(sourceNames)
            return EntryContext.Carrier(
                source: SourceID(ofNormalizedAddress: name), names: [SafeText(sanitizing: name)],
                boostedBy: random.once(in: 4) ? author(using: &random) : nil)
        }
        let verdict = random.pick([
            Verdict.shown, .shown, Verdict(.highlighted, rule: "h"), Verdict(.folded, rule: "f"),
            Verdict(.hidden, rule: "x"),
        ])
        return EntryContext(
            persona: random.pick(personas), carriers: carriers, firstSeen: time(using: &random),
            sortTime: time(using: &random), isRead: random.once(in: 2), isStarred: random.once(in: 4),
            verdict: verdict, now: now, zone: ZoneOffsets([ZoneOffsets.Span(start: now, seconds: 3600)]),
            ownHandles: ["anne@piaille.fr"])
    }
}
