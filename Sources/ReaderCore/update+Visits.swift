import Cells
import Text
import TimelineModel

/// Threads, authors, hashtags and versions: opening, what arrives, and leaving to where one was.
extension State {
    // MARK: Opening

    /// t: the thread of the selected post.
    mutating func openThread() -> [Effect] {
        // On the post whose thread it is the key leads back.
        if case .thread(let opened)? = visits.last?.subject,
            visits.last?.selectedPost.map({ $0.post.id == opened.id }) ?? true
        {
            return leaveVisit()
        }
        if let found = visits.last?.selectedPost { return openThread(of: found) }
        guard visits.isEmpty, let post = focused?.selectedPost else { return [] }
        if post.id.feed != nil { return answer("An entry of a feed has no thread") }
        var known: FoundPost?
        if let detail, detail.post.id == post.id, !post.id.isNotice {
            known = FoundPost(post: detail.post, isRead: detail.isRead, isStarred: detail.isStarred)
        }
        return visit(.thread(PostReference(post.id)), opened: known)
    }

    private mutating func openThread(of found: FoundPost) -> [Effect] {
        guard found.place != nil else { return answer("An entry of a feed has no thread") }
        return visit(.thread(found.reference), opened: found)
    }

    /// a: who wrote the selected post, and what else.
    mutating func openAuthor() -> [Effect] {
        if let found = visits.last?.selectedPost {
            if let feed = found.post.id.feed { return openFeed(feed) }
            guard let handle = found.post.author.handle else { return answer("This author has no name to look for") }
            return openAuthor(handle, via: found.reference)
        }
        guard visits.isEmpty, let post = focused?.selectedPost else { return [] }
        if let feed = post.id.feed { return openFeed(feed) }
        guard let handle = post.authorHandle else { return answer("This author has no name to look for") }
        return openAuthor(handle, via: PostReference(post.id))
    }

    mutating func openAuthor(_ handle: SafeText, via post: PostReference) -> [Effect] {
        if case .author(handle, _)? = visits.last?.subject { return answer("These are the posts of @" + handle) }
        return visit(.author(handle, via: post))
    }

    private mutating func openFeed(_ feed: SourceID) -> [Effect] {
        guard let persona = focused?.persona.id else { return [] }
        if case .feed(feed, _)? = visits.last?.subject { return answer("These are the entries of this feed") }
        return visit(.feed(feed, persona))
    }

    mutating func openTag(_ tag: SafeText, via post: PostReference) -> [Effect] { visit(.tag(tag, via: post)) }

    /// H: what a post said before it was edited.
    mutating func openVersions() -> [Effect] {
        let isEdited: Bool
        let reference: PostReference
        if let visit = visits.last {
            guard let found = visit.selectedPost else { return answer(noPostSelected) }
            (isEdited, reference) = (found.post.edited != nil, found.reference)
        } else {
            guard let post = focused?.selectedPost else { return [] }
            (isEdited, reference) = (post.isEdited, PostReference(post.id))
        }
        if reference.id.feed != nil { return answer("A feed keeps no older versions") }
        guard isEdited else { return answer("This post was not edited") }
        return visit(.versions(reference))
    }

    private mutating func visit(_ subject: Visit.Subject, opened: FoundPost? = nil) -> [Effect] {
        postWish = nil
        visits.append(Visit(subject, opened: opened))
        while visits.count > Self.mostVisits
            || (visits.count > 1 && visits.reduce(0, { $0 + $1.entries.count }) > Self.mostVisitEntries)
        {
            visits.removeFirst()
        }
        leaveRoomAbove(visits.count - 1)
        return askForVisit(visits[visits.count - 1].request)
    }

    /// Pages one over the other, and what all together may hold: from a thread one goes to an author, to a thread again,
    /// and whoever has gone on so far does not go back all the way.
    private static let mostVisits = 32
    private static let mostVisitEntries = 20_000

    private mutating func askForVisit(_ request: Visit.Request) -> [Effect] {
        let generation = nextGeneration()
        let last = visits.count - 1
        visits[last].request = request
        visits[last].awaited = generation
        visits[last].failure = nil
        return [.visit(request, generation: generation)]
    }

    // MARK: Leaving

    /// One level back: from the text to the list, from the list to what was there before.
    mutating func leaveVisit() -> [Effect] {
        guard let visit = visits.last else { return [] }
        if visit.isReading {
            visits[visits.count - 1].isReading = false
        } else {
            visits.removeLast()
        }
        return visits.isEmpty ? showText() : []
    }

    // MARK: Answers

    private func visitIndex(awaiting generation: Int) -> Int? { visits.firstIndex { $0.awaited == generation } }

    mutating func landVisit(_ answer: Visit.Answer, _ generation: Int) -> [Effect] {
        guard let index = visitIndex(awaiting: generation) else { return [] }
        switch answer {
        case .known(let conversation):
            // A thread that is asked for again is on the screen already.
            guard let conversation, !visits[index].isComplete, !conversation.opened.post.id.isNotice else { return [] }
            replaceThread(ThreadTree.entries(of: conversation, isComplete: false), in: index, from: conversation.opened)
            // Nobody has looked yet: what stands above comes to the top if the post still fits below it.
            visits[index].top = visits[index].entries.first?.place
            visits[index].topOffset = 0
            leaveRoomAbove(index)
            showSelection(ofVisit: index)
            return []
        case .thread(let conversation):
            var entries = ThreadTree.entries(of: conversation, isComplete: true)
            if let server = conversation.opened.place, server.account == nil,
                conversation.descendants.count >= Self.strangersAnswers
            {
                let host = server.server.base.shownHost
                let note: SafeText = "\(host) shows strangers only a part of a long thread"
                entries.append(VisitEntry(.note(note), place: .note(nil)))
            }
            visits[index].openedPost = conversation.opened.post.id
            replaceThread(entries, in: index, from: conversation.opened)
        case .author(let profile, let found):
            visits[index].profile = profile
            extend(index, by: found)
        case .posts(let found): extend(index, by: found)
        case .versions(let versions):
            let entries = versions.enumerated().map { number, version in
                VisitEntry(.version(version), place: .version(versions.count - 1 - number))
            }
            visits[index].show(entries)
        }
        visits[index].awaited = nil
        visits[index].isComplete = true
        if visits[index].index(of: visits[index].selection) == nil {
            visits[index].selection = visits[index].entries.first?.place
        }
        return []
    }

    /// Answers that a server gives to those who are not signed in (docs.joinmastodon.org/methods/statuses).
    private static let strangersAnswers = 60

    /// Shows a thread anew; the selected entry stays on its row.
    private mutating func replaceThread(_ entries: [VisitEntry], in index: Int, from opened: FoundPost) {
        let row = visitRow(index)
        visits[index].show(keepingMarks(entries, of: visits[index]))
        if visits[index].index(of: visits[index].selection) == nil {
            visits[index].selection = .post(opened.post.id)
        }
        if let row { keepVisitSelection(index, on: row) }
    }

    /// Empty rows for what a server may know above an answer, so that it finds place on the screen without moving what
    /// is there.
    private mutating func leaveRoomAbove(_ index: Int) {
        guard let first = visits[index].entries.first(where: { $0.branch?.depth ?? 0 == 0 && $0.isPost }),
            case .post(let post) = first.content, post.post.replyTo != nil, case .thread = visits[index].subject
        else { return }
        visits[index].topOffset = -min(4, max(0, size.height - 3) / 4)
    }

    /// A mark that was set while the answer was under way stays.
    private func keepingMarks(_ entries: [VisitEntry], of visit: Visit) -> [VisitEntry] {
        entries.map { entry in
            guard case .post(var found) = entry.content, let old = visit.index(of: entry.place),
                case .post(let shown) = visit.entries[old].content
            else { return entry }
            (found.isRead, found.isStarred) = (shown.isRead, shown.isStarred)
            if found.place == nil { found.place = shown.place }
            var entry = entry
            entry.content = .post(found)
            return entry
        }
    }

    private mutating func extend(_ index: Int, by found: FoundPosts) {
        let visit = visits[index]
        var entries = visit.entries
        if entries.isEmpty, let profile = visit.profile { entries.append(VisitEntry(.head(profile), place: .head)) }
        var known = Set(entries.map(\.place))
        // Posts that moved down between two answers come twice.
        for post in found.posts where known.insert(.post(post.post.id)).inserted { entries.append(VisitEntry(post)) }
        // A server whose answers have nothing new would be asked for the next one for ever.
        visits[index].older = entries.count > visit.entries.count ? found.older : nil
        visits[index].show(entries)
    }

    mutating func failVisit(_ text: SafeText, _ generation: Int) -> [Effect] {
        guard let index = visitIndex(awaiting: generation) else { return [] }
        giveUp(index, text)
        notice = Notice(.error, text)
        return []
    }

    private mutating func giveUp(_ index: Int, _ text: SafeText) {
        visits[index].awaited = nil
        visits[index].failure = text + " · press \(keyName(.refreshPane, in: .thread)) to try again"
    }

    /// ^C: the answer that is under way is not waited for.
    mutating func interruptVisit() -> [Effect] {
        giveUp(visits.count - 1, "Interrupted")
        return answer("Interrupted")
    }

    /// What holds after every message: the selection is on the screen, the text is not scrolled past its end, and what
    /// comes next is asked for before the end is reached.
    mutating func tidyVisit(hasNewSize: Bool) -> [Effect] {
        guard let visit = visits.last else { return [] }
        if hasNewSize { fillFoot(ofVisit: visits.count - 1) }
        showSelection(ofVisit: visits.count - 1)
        tidyVisitText()
        guard visit.awaited == nil, visit.failure == nil, let older = visit.older, let selected = visit.selectedIndex,
            selected + 15 >= visit.entries.count
        else { return [] }
        return askForVisit(Visit.Request(visit.subject, older: older, place: visit.profile?.place))
    }

    /// `.` asks again for what did not come; a thread is asked for anew.
    mutating func refreshVisit() -> [Effect] {
        guard let visit = visits.last, visit.awaited == nil else { return [] }
        if visit.failure != nil { return askForVisit(visit.request) }
        guard case .thread = visit.subject else { return answer("Everything is here") }
        return askForVisit(visit.request)
    }
}
