import Text
import TimelineModel

/// Read marks and stars: the row changes at once, the footer confirms after the commit.
extension State {
    mutating func mark(_ ids: [PostID], _ change: MarkChange) -> [Effect] {
        apply(change, to: Set(ids))
        return [.mark(change, .posts(ids))]
    }

    private mutating func apply(_ change: MarkChange, to ids: Set<PostID>) {
        for index in panes.indices { panes[index].change(ids) { $0.take(change) } }
        for index in visits.indices { visits[index].change(ids) { $0.take(change) } }
        if let shown = detail?.post.id, ids.contains(shown) { detail?.take(change) }
    }

    /// A mark that was not kept: it goes from the screen, and panes and texts are read again, as far as they can be.
    mutating func takeBack(_ change: MarkChange, _ scope: MarkScope, _ text: SafeText) -> [Effect] {
        if case .posts(let ids) = scope { apply(change.inverse, to: Set(ids)) }
        notice = Notice(.error, text)
        return reloadAll() + reloadText()
    }

    mutating func markOpened(_ post: PostSummary) -> [Effect] {
        guard options.markRead != .manual, !post.isRead else { return [] }
        return mark([post.id], .read)
    }

    mutating func markPassed(_ range: Range<Int>) -> [Effect] {
        let passed: [PostID] = (focused?.entries[range] ?? []).compactMap { entry in
            if case .post(let post) = entry, !post.isRead { post.id } else { nil }
        }
        return passed.isEmpty ? [] : mark(passed, .read)
    }

    mutating func toggleRead() -> [Effect] {
        guard let post = focused?.selectedPost else { return [] }
        return mark([post.id], post.isRead ? .unread : .read)
    }

    mutating func toggleStar() -> [Effect] {
        guard let post = focused?.selectedPost else { return [] }
        return mark([post.id], post.isStarred ? .unstar : .star)
    }

    /// `<` and `>`: everything above or below the selection on the screen, but for what was only announced so far ("new
    /// above"). Hidden posts are never touched.
    mutating func markSide(above: Bool) -> [Effect] {
        guard let pane = focused, let key = pane.selection?.key else { return [] }
        var filter = pane.filter
        filter.includesHidden = false
        let (known, unseen) = (pane.knownArrivals, pane.heldBack)
        guard above == (pane.downwards == .older) else {
            return [.mark(.read, .olderThan(key, pane.pane, filter, arrivedBy: known, unseen: unseen))]
        }
        // Below is what one reads next, seen or not.
        let newest = above ? pane.seenNewest : nil
        if let newest, newest <= key, pane.newPosts.count > 0 {
            return answer("Nothing to mark: what is new above was not shown yet · \(keyName(.top)) shows it")
        }
        return [.mark(.read, .newerThan(key, upTo: newest, pane.pane, filter, arrivedBy: known, unseen: unseen))]
    }

    mutating func markPane() -> [Effect] {
        guard let pane = focused else { return [] }
        guard pane.unreadCount != 0 else { return answer("All read.") }
        var filter = pane.filter
        filter.includesHidden = false
        return askToMarkRead(.pane(pane.pane, filter, arrivedBy: pane.knownArrivals))
    }

    /// Much is marked with one key, so it is asked about first, unless the user wants no questions.
    mutating func askToMarkRead(_ scope: MarkScope) -> [Effect] {
        options.confirms ? ask(Prompt(.confirmMark(scope, subject(of: scope)))) : [.mark(.read, scope)]
    }

    private func subject(of scope: MarkScope) -> Prompt.Subject? {
        switch scope {
        case .pane(let pane, let filter, _):
            guard let pane = index(of: pane).map({ panes[$0] }) else { return nil }
            return Prompt.Subject(
                name: filter.source.map(sourceName) ?? pane.persona.id.shown, unread: pane.unreadCount)
        case .source(let source, let persona, _):
            // A source of several personas is counted for the first of them.
            let known = health.first { $0.source == source && $0.isCounted && $0.personas.first == persona }
            return Prompt.Subject(name: sourceName(source), unread: known?.unread)
        case .posts, .newerThan, .olderThan: return nil
        }
    }

    func sourceName(_ source: SourceID) -> SafeText {
        health.first { $0.source == source }?.name(in: focused?.persona.id) ?? "one source"
    }

    /// After the commit: exact numbers, and what may have changed elsewhere.
    mutating func confirm(_ outcome: MarkOutcome, _ marking: Message.Marking) -> [Effect] {
        var changed: [PersonaID] = []
        for index in panes.indices {
            guard let counts = outcome.counts[panes[index].pane] else { continue }
            if panes[index].counts.unread != counts.unread { changed.append(panes[index].persona.id) }
            panes[index].counts = counts
        }
        // What is taken back may have been done elsewhere.
        let isElsewhere = marking != .mark && !changed.isEmpty && changed != [focused?.persona.id]
        let place = isElsewhere ? " in " + changed.map(\.shown).joined(by: ", ") : ""
        notice = Notice(.answer, confirmation(outcome, marking) + place)
        if let posts = outcome.posts { apply(outcome.change, to: Set(posts)) }
        let health = showsNumbersOfSources ? [askForHealth] : []
        guard marking == .mark, let posts = outcome.posts else { return health + reloadAll() + reloadText() }
        // What is new beyond the loaded entries is counted anew when it may have been marked.
        return panes.indices.filter { panes[$0].unreadBeyond > 0 && !panes[$0].holds(posts) }
            .reduce(into: health) { $0 += reload($1) }
    }

    /// Reads the post again whose text is shown; one that is not shown is read when it is.
    mutating func reloadText() -> [Effect] {
        guard let post = focused?.selectedPost, isTextShown else {
            detail = nil
            return []
        }
        return [.loadPost(post.id)]
    }

    private func confirmation(_ outcome: MarkOutcome, _ marking: Message.Marking) -> SafeText {
        let number = Wording.number(outcome.changed, options)
        let change: SafeText =
            switch outcome.change {
            case .read: "marked read"
            case .unread: "marked unread"
            case .star: "starred"
            case .unstar: "no longer starred"
            }
        let undo = keyName(.undo)
        switch marking {
        case .mark:
            return outcome.changed == 0 ? "Nothing to mark" : "\(number) \(change) · \(undo) undoes"
        case .undo: return "Undone: \(number) \(change)"
        case .redo: return "Done again: \(number) \(change)"
        }
    }

    // MARK: What is shown

    mutating func toggleUnreadOnly() -> [Effect] {
        guard var filter = focused?.filter else { return [] }
        filter.unreadOnly.toggle()
        notice = Notice(
            .answer, filter.unreadOnly ? "Unread posts only · \(keyName(.toggleUnreadOnly)) shows all" : "All posts")
        return narrow(focus, to: filter)
    }

    mutating func toggleHidden() -> [Effect] {
        guard let pane = focused else { return [] }
        var filter = pane.filter
        filter.includesHidden.toggle()
        guard pane.counts.hidden > 0 || !filter.includesHidden else { return answer("No filter hid anything here") }
        let hidden = Wording.number(pane.counts.hidden, options)
        notice = Notice(.answer, filter.includesHidden ? "\(hidden) hidden shown too" : "Hidden posts left out")
        return narrow(focus, to: filter)
    }

    /// Shows another selection of a pane's posts, as near as possible to where the reader stands.
    mutating func narrow(_ index: Int, to filter: PaneFilter) -> [Effect] {
        panes[index].filter = filter
        panes[index].search = nil
        // What was kept only because it lay under the reader's eyes goes now.
        panes[index].entries.removeAll { entry in
            if case .post(let post) = entry { filter.unreadOnly && post.isRead } else { false }
        }
        guard let key = panes[index].selection?.key else { return load(index, .newest, landing: .top) }
        return load(index, .around(key), landing: .at(key))
    }
}

/// What shows the marks of a post.
private protocol Marked {
    var isRead: Bool { get set }
    var isStarred: Bool { get set }
}

extension Marked {
    fileprivate mutating func take(_ change: MarkChange) {
        switch change {
        case .read: isRead = true
        case .unread: isRead = false
        case .star: isStarred = true
        case .unstar: isStarred = false
        }
    }
}

extension PostSummary: Marked {}
extension FoundPost: Marked {}
extension PostDetail: Marked {}
