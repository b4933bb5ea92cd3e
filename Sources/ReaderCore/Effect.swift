public import Text
public import TimelineModel

/// Something slow that the program is to do; its answer comes back as a `Message`. Effects on the store are carried
/// out in the order in which `update` gave them.
public enum Effect: Hashable, Sendable {
    case loadWindow(WindowRequest, generation: Int)
    case loadPost(PostID)
    case mark(MarkChange, MarkScope)
    case undoMark
    case redoMark
    /// The next unread post of the pane below `from` in the pane's order, then from its top; nil begins at the top.
    case findUnread(Pane, PaneFilter, from: EntryKey?, direction: TimeDirection, generation: Int)
    /// Look for all posts of the pane that the query means.
    case search(Pane, PaneFilter, Query, generation: Int)
    /// Where the reader stands, for the next start.
    case savePosition(Pane, EntryKey, PostID, seenNewest: EntryKey?)
    /// The newest entry that was before the reader's eyes, where he stands where he stood.
    case saveSeen(Pane, EntryKey)
    /// Take over where a server's marker leads, for the next start; the marker is done with.
    case followMarker(MarkerMove)
    /// How the panes stand, and whose is focused, for the next start.
    case saveLayout(ReaderLayout, focus: PersonaID)
    /// What a page over the panes shows; of a thread first what the store knows.
    case visit(Visit.Request, generation: Int)
    /// How the sources are doing; their posts are counted only when something shows the numbers.
    case loadHealth(counting: Bool)
    /// Fetch the sources of the persona now; nil means those of all.
    case refresh(PersonaID?)
    case interruptFetching
    /// Load what stands in a hole, next to one of its sides.
    case fillGap(Gap, from: Gap.Side)
    case openLink(WebAddress)
    case copy(WebAddress)
    /// Find out which sources the user means by an address.
    case resolveSource(SafeText, PersonaID, generation: Int)
    /// Write the source into config.toml and fetch it.
    case addSource(Offer, PersonaID, generation: Int)
    case redraw
    case suspend
    case end

    /// The picture does not wait for it: what it writes down is shown already, or its answer is for a later one.
    public var canWait: Bool {
        switch self {
        case .mark, .savePosition, .saveSeen, .followMarker, .saveLayout, .loadHealth: true
        default: false
        }
    }
}
