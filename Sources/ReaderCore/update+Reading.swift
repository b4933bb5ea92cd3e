import Cells
import Text
import TimelineModel

/// Reading one post: its text, opening, the Space flow.
extension State {
    var isTextShown: Bool { plan.text != nil }

    /// Nil when there is no text area or nothing is selected.
    func shownText() -> ShownText? {
        textSource().map { ShownText(rows: text.rows(of: $0), height: $1) }
    }

    /// What holds after every message: the text is made of what it shows, and is not scrolled past its end.
    mutating func tidyText() {
        text.layOut(textSource()?.0)
        text.clamp(to: shownText())
    }

    private func textSource() -> (LaidOutText.Source, height: Int)? {
        let plan = self.plan
        guard let area = plan.text, let pane = focused, let post = pane.selectedPost else { return nil }
        var detail = detail.flatMap { $0.post.id == post.id ? $0 : nil }
        // The text does not say whether it was read, so marking it is no reason to wrap it anew.
        detail?.isRead = false
        let format = PostText(
            width: area.width - 2, isCompact: plan.arrangement == .stacked, now: now, zone: zone, options: options,
            isRevealed: revealed.contains(post.id), fold: post.verdict.kind == .folded ? post.verdict : nil,
            revealKey: keyName(.reveal), query: pane.search?.query)
        return (LaidOutText.Source(format: format, summary: detail == nil ? post : nil, detail: detail), area.height)
    }

    /// Reads the selected post when its text is on the screen.
    mutating func showText() -> [Effect] {
        guard let post = focused?.selectedPost, isTextShown else { return [] }
        if detail?.post.id == post.id { return [] }
        return [.loadPost(post.id)]
    }

    mutating func scrollText(by rows: Int) -> [Effect] {
        text.scroll += rows
        text.clamp(to: shownText())
        return []
    }

    /// Enter: the post gets the keys, in the layout that shows list and text.
    mutating func openSelection() -> [Effect] {
        if case .gap(let gap)? = focused?.selectedEntry { return fillGap(gap) }
        guard let post = focused?.selectedPost else { return [] }
        return markOpened(post) + openText()
    }

    /// Who has read on in the text beside the list goes on there.
    private mutating func openText() -> [Effect] {
        if !isTextShown { text.scroll = 0 }
        layout.focusesPost = true
        if size.width >= ScreenPlan.leastWideWidth { layout.isZoomed = true }
        return showText()
    }

    /// Next to what the reader has just read: on the line's own side, else on the one from which he came.
    private mutating func fillGap(_ gap: Gap) -> [Effect] {
        guard let pane = focused, let index = pane.selectedIndex else { return [] }
        let (above, below): (Gap.Side, Gap.Side) = pane.downwards == .older ? (.newer, .older) : (.older, .newer)
        let side = gap.side ?? (pane.comesFromBelow ? below : above)
        let beside = side == above ? index - 1 : index + 1
        panes[focus].filling =
            pane.entries.indices.contains(beside)
            ? PaneState.Filling(gap: gap, beside: PaneState.Place(pane.entries[beside]), isBelow: side == above) : nil
        notice = Notice(.answer, "Loading the gap")
        return [.fillGap(gap, from: side)]
    }

    /// z: the list gets the keys; from 100 columns it goes between one pane and all.
    mutating func zoom() -> [Effect] {
        if layout.focusesPost {
            layout.focusesPost = false
        } else if size.width >= ScreenPlan.leastWideWidth {
            layout.isZoomed.toggle()
        } else {
            layout.hidesText.toggle()
        }
        return showText() + panes.indices.reduce(into: []) { $0 += fill($1) }
    }

    /// q and Esc: one level back; on the top level it says how to leave.
    mutating func back() -> [Effect] {
        if panes.indices.contains(focus), panes[focus].search != nil { return endSearch(focus) }
        let wasReading = context == .post
        layout.focusesPost = false
        if wasReading { return showText() }
        if layout.isZoomed, size.width >= ScreenPlan.leastWideWidth {
            layout.isZoomed = false
            return []
        }
        if let pane = focused, pane.filter != PaneFilter() {
            return narrow(focus, to: PaneFilter())
        }
        return answer(howToLeave)
    }

    /// Space: what is below the fold, else the next unread post; a post counts as read when it was left this way.
    mutating func advance() -> [Effect] {
        guard let pane = focused else { return [] }
        if let shown = shownText(), text.scroll + shown.height < shown.rows.count {
            return scrollText(by: max(1, shown.height - 1))
        }
        if !isTextShown, let selected = pane.selectedIndex, let scroll = scroll(of: focus),
            let top = scroll.top(paging: selected, by: max(1, scroll.height - 1))
        {
            panes[focus].put(top)
            return []
        }
        guard let post = pane.selectedPost, !post.isRead else { return goToNextUnread(downwards: true) }
        // Where whole texts are read in the list, one that is cut off there is below the fold.
        if !isTextShown, pane.persona.density == .full, post.hasMoreText { return openText() }
        return mark([post.id], .read) + goToNextUnread(downwards: true)
    }

    mutating func toggleReveal() -> [Effect] {
        guard let post = focused?.selectedPost else { return [] }
        guard post.contentWarning != nil || post.verdict.kind == .folded else {
            return answer("Nothing of this post is covered")
        }
        if revealed.remove(post.id) == nil { revealed.insert(post.id) }
        return []
    }

    // MARK: What a list does not know of a post

    /// Does with the selected post what the user wants, once it was read from the store.
    mutating func wish(_ wish: PostWish.Wish) -> [Effect] {
        guard let post = focused?.selectedPost else { return [] }
        guard let detail, detail.post.id == post.id else {
            postWish = PostWish(post: post.id, wish: wish)
            return [.loadPost(post.id)]
        }
        return fulfil(wish, with: detail)
    }

    mutating func landPost(_ id: PostID, _ detail: PostDetail?) -> [Effect] {
        guard focused?.selectedPost?.id == id else { return [] }
        self.detail = detail
        guard let wish = postWish, wish.post == id else { return [] }
        postWish = nil
        guard let detail else { return answer("This post is not in the store any more") }
        return fulfil(wish.wish, with: detail)
    }

    private mutating func fulfil(_ wish: PostWish.Wish, with detail: PostDetail) -> [Effect] {
        switch wish {
        case .links(let use): return useLinks(use, of: detail.post, boosters: detail.boosters)
        case .source: return showSource(of: detail)
        }
    }

    // MARK: Links

    mutating func useLinks(_ use: PostWish.LinkUse, of found: FoundPost) -> [Effect] {
        useLinks(use, of: found.post, place: found.place, boosters: [found.boostedBy].compactMap(\.self))
    }

    private mutating func useLinks(
        _ use: PostWish.LinkUse, of post: Post, place: RemotePlace? = nil, boosters: [Author]
    ) -> [Effect] {
        let isCovered = post.contentWarning != nil && !revealed.contains(post.id)
        if use == .pick {
            let targets = LinkTarget.all(of: post, place: place, boosters: boosters, isCovered: isCovered)
            guard !targets.isEmpty else { return answer("This post leads nowhere") }
            overlays.append(Overlay(.links(targets)))
            return []
        }
        // An article is its page; what a status links to comes before the status's own page. An entry of a podcast may
        // have nothing but its file.
        let linked = isCovered ? nil : post.body.firstPage ?? post.card?.address
        let page = post.network == .feed ? post.address ?? linked : linked ?? post.address
        let picture = isCovered ? nil : post.body.links.first
        guard let first = page ?? picture ?? post.attachedFiles.first?.address else {
            return answer("This post has no link")
        }
        return [use == .copy ? .copy(post.address ?? first) : .openLink(first)]
    }
}
