import Cells
import Text
import TimelineModel

/// Reading inside a visit: moving, marking, the text of one post.
extension State {
    /// What a command means while a visit is open; nil when it means the same as without.
    mutating func performInVisit(_ command: Command) -> [Effect]? {
        guard let visit = visits.last else { return nil }
        if command.personaNumber != nil || command == .nextPane || command == .previousPane {
            visits.removeAll()
            return nil
        }
        if command.isOfAPost || command == .open || command == .previousMatch, visit.selectedPost == nil {
            return withoutPost(command, in: visit)
        }
        let page = max(1, (visit.isReading ? visitTextHeight : visitListHeight) - 1)
        switch command {
        case .down: return visit.isReading ? scrollVisitText(by: 1) : moveVisit(by: 1)
        case .up: return visit.isReading ? scrollVisitText(by: -1) : moveVisit(by: -1)
        case .halfPageDown: return pageVisit(by: max(1, page / 2))
        case .halfPageUp: return pageVisit(by: -max(1, page / 2))
        case .pageDown: return pageVisit(by: page)
        case .pageUp: return pageVisit(by: -page)
        case .top: return visit.isReading ? scrollVisitText(by: -1_000_000) : selectInVisit(0)
        case .bottom: return visit.isReading ? scrollVisitText(by: 1_000_000) : selectInVisit(visit.entries.count - 1)
        case .nextPost: return readVisitNeighbour(1)
        case .previousPost: return readVisitNeighbour(-1)
        case .advance: return advanceVisit(page: page)
        case .nextUnread: return goToUnreadInVisit(downwards: true)
        case .previousUnread: return goToUnreadInVisit(downwards: false)
        case .toggleRead, .previousMatch: return toggleInVisit { $0.isRead ? .unread : .read }
        case .toggleStar: return toggleInVisit { $0.isStarred ? .unstar : .star }
        case .open: return openVisitText()
        case .openLink: return visit.selectedPost.map { useLinks(.open, of: $0) } ?? []
        case .pickLink: return visit.selectedPost.map { useLinks(.pick, of: $0) } ?? []
        case .copyLink: return visit.selectedPost.map { useLinks(.copy, of: $0) } ?? []
        case .reveal: return toggleRevealInVisit()
        case .refreshPane, .refreshAll: return refreshVisit()
        case .back, .zoom: return leaveVisit()
        case .interrupt where visit.awaited != nil: return interruptVisit()
        case .openThread, .openAuthor, .openVersions, .growText, .shrinkText, .undo, .redo, .help, .redraw, .interrupt,
            .suspend, .quit,
            .errors:
            return nil
        default: return answer("Only in the panes: \(command.summary) · \(keyName(.back, in: .thread)) leads back")
        }
    }

    /// Above somebody's posts stands who he is.
    private mutating func withoutPost(_ command: Command, in visit: Visit) -> [Effect] {
        if case .thread = visit.subject, command == .openThread { return leaveVisit() }
        guard let selected = visit.selectedIndex, let page = visit.entries[selected].page else {
            return answer(noPostSelected)
        }
        switch command {
        case .open, .openLink: return [.openLink(page)]
        case .copyLink: return [.copy(page)]
        default: return answer(noPostSelected)
        }
    }

    // MARK: Geometry

    func scroll(of visit: Visit, in list: Rect) -> VisitScroll {
        VisitScroll(visit: visit, format: ThreadRows(self, visit, width: list.width), height: list.height)
    }

    /// Geometry of a visit's list; nil while the text has the whole room.
    private func visitScroll(_ index: Int) -> VisitScroll? {
        let visit = visits[index]
        guard let list = VisitView.Plan(self, visit).list, list.height > 0 else { return nil }
        return scroll(of: visit, in: list)
    }

    private var visitListHeight: Int { visits.last.flatMap { VisitView.Plan(self, $0).list?.height } ?? 1 }
    private var visitTextHeight: Int { visits.last.flatMap { VisitView.Plan(self, $0).text?.height } ?? 1 }

    /// Brings the selection onto the screen, moving as little as possible.
    mutating func showSelection(ofVisit index: Int) {
        guard let scroll = visitScroll(index), let selected = visits[index].selectedIndex,
            let top = scroll.top(showing: selected)
        else { return }
        visits[index].put(top)
    }

    mutating func fillFoot(ofVisit index: Int) {
        guard let top = visitScroll(index)?.topFillingFoot() else { return }
        visits[index].put(top)
    }

    /// The row on which the selection begins; nil when it is not on the screen.
    func visitRow(_ index: Int) -> Int? { visits[index].selectedIndex.flatMap { visitScroll(index)?.row(of: $0) } }

    /// Scrolls so that the selection begins on a row.
    mutating func keepVisitSelection(_ index: Int, on row: Int) {
        guard let scroll = visitScroll(index), let selected = visits[index].selectedIndex else { return }
        visits[index].put(scroll.top(keeping: selected, on: row))
    }

    // MARK: Moving

    private mutating func selectInVisit(_ index: Int) -> [Effect] {
        let last = visits.count - 1
        guard last >= 0, visits[last].entries.indices.contains(index) else { return [] }
        let place = visits[last].entries[index].place
        if visits[last].selection != place { visits[last].text.scroll = 0 }
        visits[last].selection = place
        return []
    }

    private mutating func moveVisit(by step: Int) -> [Effect] {
        guard let visit = visits.last, let selected = visit.selectedIndex else { return [] }
        let target = min(max(0, selected + step), visit.entries.count - 1)
        if target == selected, visit.awaited == nil { return answer(step > 0 ? "The end" : "The beginning") }
        return selectInVisit(target)
    }

    private mutating func pageVisit(by rows: Int) -> [Effect] {
        let last = visits.count - 1
        guard !visits[last].isReading else { return scrollVisitText(by: rows) }
        guard let scroll = visitScroll(last), let selected = visits[last].selectedIndex else { return [] }
        if let top = scroll.top(paging: selected, by: rows) {
            visits[last].put(top)
            return []
        }
        let target = scroll.index(from: selected, rows: rows)
        return target == selected ? moveVisit(by: rows.signum()) : selectInVisit(target)
    }

    /// Space: what is below the fold, else the next unread post; a post counts as read when it was left this way.
    private mutating func advanceVisit(page: Int) -> [Effect] {
        let last = visits.count - 1
        if visits[last].isReading, let shown = shownVisitText(),
            visits[last].text.scroll + shown.height < shown.rows.count
        {
            return scrollVisitText(by: page)
        }
        if !visits[last].isReading, let scroll = visitScroll(last), let selected = visits[last].selectedIndex,
            let top = scroll.top(paging: selected, by: page)
        {
            visits[last].put(top)
            return []
        }
        var effects: [Effect] = []
        if let post = visits[last].selectedPost, !post.isRead { effects += mark([post.post.id], .read) }
        return effects + goToUnreadInVisit(downwards: true)
    }

    private mutating func goToUnreadInVisit(downwards: Bool) -> [Effect] {
        guard let visit = visits.last, let selected = visit.selectedIndex else { return [] }
        func isUnread(_ index: Int) -> Bool {
            if case .post(let post) = visit.entries[index].content { !post.isRead } else { false }
        }
        let found =
            downwards
            ? visit.entries.indices.dropFirst(selected + 1).first(where: isUnread)
            : visit.entries.indices.prefix(selected).last(where: isUnread)
        guard let found else {
            let back = keyName(.back, in: .thread)
            return answer(downwards ? "Nothing unread below · \(back) leads back" : "Nothing unread above")
        }
        return selectInVisit(found)
    }

    private mutating func readVisitNeighbour(_ step: Int) -> [Effect] {
        guard let visit = visits.last, let selected = visit.selectedIndex else { return [] }
        let posts = visit.entries.indices.filter { if case .post = visit.entries[$0].content { true } else { false } }
        guard let target = step > 0 ? posts.first(where: { $0 > selected }) : posts.last(where: { $0 < selected })
        else {
            return answer(step > 0 ? "Last post" : "First post")
        }
        return selectInVisit(target) + (visit.isReading ? markOpenedInVisit() : [])
    }

    // MARK: Marks

    private mutating func toggleInVisit(_ change: (FoundPost) -> MarkChange) -> [Effect] {
        guard let post = visits.last?.selectedPost else { return [] }
        return mark([post.post.id], change(post))
    }

    private mutating func markOpenedInVisit() -> [Effect] {
        guard options.markRead != .manual, let post = visits.last?.selectedPost, !post.isRead else { return [] }
        return mark([post.post.id], .read)
    }

    private mutating func toggleRevealInVisit() -> [Effect] {
        guard let post = visits.last?.selectedPost?.post else { return [] }
        guard post.contentWarning != nil else { return answer("Nothing of this post is covered") }
        if revealed.remove(post.id) == nil { revealed.insert(post.id) }
        return []
    }

    // MARK: The text of one post

    private mutating func openVisitText() -> [Effect] {
        guard visits.last?.selectedPost != nil else { return [] }
        visits[visits.count - 1].isReading = true
        visits[visits.count - 1].text.scroll = 0
        return markOpenedInVisit()
    }

    private func visitTextSource() -> (LaidOutText.Source, height: Int)? {
        guard let visit = visits.last, let found = visit.selectedPost, let area = VisitView.Plan(self, visit).text
        else {
            return nil
        }
        let format = PostText(
            width: area.width - 2, isCompact: false, now: now, zone: zone, options: options,
            isRevealed: revealed.contains(found.post.id), revealKey: keyName(.reveal, in: .post), query: nil)
        let detail = PostDetail(post: found.post, firstSeen: now, isStarred: found.isStarred)
        return (LaidOutText.Source(format: format, summary: nil, detail: detail), area.height)
    }

    /// Nil when no text is open.
    func shownVisitText() -> ShownText? {
        guard let visit = visits.last, let (source, height) = visitTextSource() else { return nil }
        return ShownText(rows: visit.text.rows(of: source), height: height)
    }

    mutating func tidyVisitText() {
        guard let last = visits.indices.last else { return }
        visits[last].text.layOut(visitTextSource()?.0)
        visits[last].text.clamp(to: shownVisitText())
    }

    private mutating func scrollVisitText(by rows: Int) -> [Effect] {
        visits[visits.count - 1].text.scroll += rows
        visits[visits.count - 1].text.clamp(to: shownVisitText())
        return []
    }

    // MARK: Mouse

    /// Clicking selects; it never marks.
    mutating func clickInVisit(_ point: Point) -> [Effect] {
        guard let visit = visits.last, let list = VisitView.Plan(self, visit).list, list.contains(point) else {
            return []
        }
        let row = point.y - list.y
        return scroll(of: visit, in: list).index(onRow: row).map { selectInVisit($0) } ?? []
    }

    /// The wheel scrolls the text, or moves by entries.
    mutating func wheelInVisit(_ rows: Int, at point: Point) -> [Effect] {
        guard let visit = visits.last, let selected = visit.selectedIndex else { return [] }
        if let text = VisitView.Plan(self, visit).text, text.contains(point) { return scrollVisitText(by: rows) }
        return selectInVisit(min(max(0, selected + rows.signum()), visit.entries.count - 1))
    }
}
