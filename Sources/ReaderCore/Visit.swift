public import Text
public import TimelineModel

/// A page over the panes: a thread, somebody's posts, a hashtag, the versions of a post. Leaving it shows what was there
/// before, unmoved. Its posts belong to no pane; marks are on their identities.
public struct Visit: Hashable, Sendable {
    /// What was asked for.
    public enum Subject: Hashable, Sendable {
        case thread(PostReference)
        /// Somebody by his handle, on the server of a post that names him.
        case author(SafeText, via: PostReference)
        /// What the store has of a feed.
        case feed(SourceID, PersonaID)
        /// A hashtag on the server of a post that carries it.
        case tag(SafeText, via: PostReference)
        case versions(PostReference)
    }

    /// What is asked for; `Message.visitAnswered` brings it.
    public struct Request: Hashable, Sendable {
        public var subject: Subject
        /// `FoundPosts.older` of what is there already; nil for the beginning.
        public var older: String?
        /// Where the author of `.author` was found, once that is known.
        public var place: RemotePlace?

        public init(_ subject: Subject, older: String? = nil, place: RemotePlace? = nil) {
            self.subject = subject
            self.older = older
            self.place = place
        }
    }

    /// What came of it.
    public enum Answer: Hashable, Sendable {
        /// What the store knows of a thread, if anything; the server's answer is still to come.
        case known(Conversation?)
        case thread(Conversation)
        case author(AuthorProfile, FoundPosts)
        /// Of a hashtag, or the next page of somebody's posts.
        case posts(FoundPosts)
        /// The newest first.
        case versions([PostVersion])
    }

    let subject: Subject
    /// In the order of the screen.
    private(set) var entries: [VisitEntry] = []
    private var places: [VisitEntry.Place: Int] = [:]
    var selection: VisitEntry.Place?
    /// The entry on the first row, and how many of its rows are scrolled away.
    var top: VisitEntry.Place?
    var topOffset = 0
    /// The post from which a thread was opened; of a notice the post it tells of, once that is known.
    var openedPost: PostID?
    var profile: AuthorProfile?
    /// The number of the request under way.
    var awaited: Int?
    /// What was asked for last, to ask again.
    var request: Request
    var failure: SafeText?
    var older: String?
    /// Where the store first, then the server, said what there is.
    var isComplete = false
    /// The keys go to the text of the selected post.
    var isReading = false
    /// The text of the selected post, while it is read.
    var text = TextArea()

    init(_ subject: Subject, opened: FoundPost? = nil) {
        self.subject = subject
        request = Request(subject)
        if case .thread(let post) = subject { openedPost = post.id }
        guard let opened else { return }
        show([VisitEntry(opened)])
        selection = .post(opened.post.id)
        top = selection
    }

    /// Takes other entries; selection and top stay on theirs.
    mutating func show(_ entries: [VisitEntry]) {
        self.entries = entries
        places = Dictionary(entries.enumerated().map { ($1.place, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func index(of place: VisitEntry.Place?) -> Int? { place.flatMap { places[$0] } }

    var selectedIndex: Int? { index(of: selection) ?? (entries.isEmpty ? nil : 0) }

    var selectedPost: FoundPost? {
        guard let selectedIndex, case .post(let post) = entries[selectedIndex].content else { return nil }
        return post
    }

    /// Changes the copies of some posts.
    mutating func change(_ ids: Set<PostID>, _ body: (inout FoundPost) -> Void) {
        for id in ids {
            guard let index = index(of: .post(id)), case .post(var post) = entries[index].content else { continue }
            body(&post)
            entries[index].content = .post(post)
        }
    }
}

/// One entry of a visit: a stretch of rows that can be selected.
struct VisitEntry: Hashable, Sendable {
    enum Content: Hashable, Sendable {
        /// Who the author is.
        case head(AuthorProfile)
        case post(FoundPost)
        /// Something that is not there.
        case note(SafeText)
        case version(PostVersion)
    }

    /// What an entry is told apart by, whatever comes or goes around it.
    enum Place: Hashable, Sendable {
        case head
        case post(PostID)
        /// Above the post, or the end.
        case note(PostID?)
        /// Counted from the oldest.
        case version(Int)
    }

    var content: Content
    let place: Place
    /// Where it stands in the tree; nil in lists.
    var branch: ThreadBranch?

    init(_ content: Content, place: Place, branch: ThreadBranch? = nil) {
        self.content = content
        self.place = place
        self.branch = branch
    }

    var isPost: Bool { if case .post = content { true } else { false } }

    /// The page of who stands here.
    var page: WebAddress? { if case .head(let profile) = content { profile.author.address } else { nil } }

    init(_ post: FoundPost, branch: ThreadBranch? = nil) {
        self.init(.post(post), place: .post(post.post.id), branch: branch)
    }
}
