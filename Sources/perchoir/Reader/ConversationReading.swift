import Networks
import ReaderCore
import Store
import Text
import TimelineModel

/// Answers what a page over the panes asks: threads, authors, hashtags and versions from the servers on which the posts
/// were seen, the entries of a feed from the store. What it brings belongs to no pane and is not stored; the user's
/// marks are kept by identity whether or not the store has the post.
struct ConversationReading: Sendable {
    let store: PostStore
    let factory: SourceFactory
    /// The servers of the user's own sources; any other was named by a post.
    let ownServers: Set<Server>

    /// Entries of a feed that are read at a time.
    private static let entriesAtATime = 40

    /// The whole answer, with the marks of its posts still to be set.
    func answer(_ request: Visit.Request) async throws(VisitTrouble) -> Visit.Answer {
        do {
            switch request.subject {
            case .thread(let post):
                let place = try place(of: post)
                return .thread(try await conversations(at: place).thread(of: place))
            case .versions(let post):
                let place = try place(of: post)
                return .versions(try await conversations(at: place).versions(of: place))
            case .tag(let tag, let post):
                let server = conversations(at: try place(of: post))
                return .posts(try await server.tagged(tag, olderThan: request.older))
            case .author(let handle, let post):
                if let older = request.older, let author = request.place {
                    return .posts(try await conversations(at: author).posts(of: author.id, olderThan: older))
                }
                return try await author(handle, namedBy: try place(of: post))
            case .feed(let source, let persona): return try entries(of: source, persona, olderThan: request.older)
            }
        } catch let error as FetchError {
            throw VisitTrouble(message: error.message)
        } catch let error as StoreError {
            throw VisitTrouble(message: error.message)
        } catch let error as VisitTrouble {
            throw error
        } catch {
            throw VisitTrouble(message: "It could not be read.")
        }
    }

    /// The answer with the marks as they are now.
    func marked(_ answer: Visit.Answer) throws(StoreError) -> Visit.Answer {
        switch answer {
        case .thread(let conversation):
            var conversation = conversation
            let all = conversation.ancestors + [conversation.opened] + conversation.descendants
            let marks = try store.marks(of: all.map(\.post.id))
            Self.set(marks, on: &conversation.opened)
            for index in conversation.ancestors.indices { Self.set(marks, on: &conversation.ancestors[index]) }
            for index in conversation.descendants.indices { Self.set(marks, on: &conversation.descendants[index]) }
            return .thread(conversation)
        case .author(let profile, let found): return .author(profile, try marked(found))
        case .posts(let found): return .posts(try marked(found))
        case .known, .versions: return answer
        }
    }

    private func marked(_ found: FoundPosts) throws(StoreError) -> FoundPosts {
        var found = found
        let marks = try store.marks(of: found.posts.map(\.post.id))
        for index in found.posts.indices { Self.set(marks, on: &found.posts[index]) }
        return found
    }

    private static func set(_ marks: [PostID: (isRead: Bool, isStarred: Bool)], on found: inout FoundPost) {
        let mark = marks[found.post.id]
        found.isRead = mark?.isRead ?? false
        found.isStarred = mark?.isStarred ?? false
    }

    // MARK: Parts

    private func conversations(at place: RemotePlace) -> MastodonConversations {
        conversations(on: place.server, as: place.account)
    }

    private func conversations(on server: Server, as account: AccountName? = nil) -> MastodonConversations {
        factory.conversations(on: server, as: account, reach: ownServers.contains(server) ? .typed : .found)
    }

    private func place(of post: PostReference) throws -> RemotePlace {
        if let place = post.place { return place }
        guard let place = try store.places(of: post.id).first else {
            throw VisitTrouble(message: "No source of yours has this post any more, so no server can be asked.")
        }
        return place
    }

    /// Asks the server on which the post was seen; one that does not know him, or tells members alone, leaves his own.
    private func author(_ handle: SafeText, namedBy place: RemotePlace) async throws -> Visit.Answer {
        let near = conversations(at: place)
        let profile: AuthorProfile
        do throws(FetchError) {
            profile = try await near.author(handle)
        } catch {
            let home = AccountName(handle.string)?.server
            guard [.notFound, .unauthorized, .forbidden].contains(error.kind), let home, home != place.server else {
                throw error
            }
            profile = try await conversations(on: home).author(handle)
        }
        guard let author = profile.place else { return .author(profile, FoundPosts()) }
        return .author(profile, try await conversations(at: author).posts(of: author.id))
    }

    private func entries(
        of feed: SourceID, _ persona: PersonaID, olderThan older: String?
    ) throws(StoreError) -> Visit.Answer {
        let window = try store.window(
            WindowRequest(
                // As with somebody's posts on a server: whoever asks for the feed wants all of it.
                pane: .persona(persona), filter: PaneFilter(includesHidden: true, source: feed),
                anchor: older.flatMap(EntryKey.init(cursor:)).map { .olderThan($0) } ?? .newest,
                limit: Self.entriesAtATime, excerptLength: 0))
        var found = FoundPosts()
        for case .post(let summary) in window.entries {
            guard let detail = try store.post(summary.id) else { continue }
            found.posts.append(FoundPost(post: detail.post, isRead: detail.isRead, isStarred: detail.isStarred))
        }
        found.older = window.reachesOldest ? nil : window.entries.last?.key.cursor
        guard older == nil else { return .posts(found) }
        let health = try store.health(persona: persona, now: SystemClock.now()).first { $0.source == feed }
        let name = health?.name ?? found.posts.first?.post.author.name ?? "feed"
        let profile = AuthorProfile(author: Author(name: name, address: health?.homePage), posts: health?.total)
        return .author(profile, found)
    }
}

/// Why a page over the panes has nothing to show, in one line.
struct VisitTrouble: Error {
    let message: SafeText
}

extension EntryKey {
    /// As text, for `FoundPosts.older`.
    fileprivate var cursor: String { "\(sortTime.milliseconds) \(tie)" }

    fileprivate init?(cursor: String) {
        let parts = cursor.split(separator: " ").compactMap { Int64($0) }
        guard parts.count == 2 else { return nil }
        self.init(sortTime: Timestamp(milliseconds: parts[0]), tie: parts[1])
    }
}
