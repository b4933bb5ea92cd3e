import Text

/// Everything a key can do. The raw value is the name in config.toml's `[keys]`.
public enum Command: String, CaseIterable, Hashable, Sendable {
    case down, up
    case halfPageDown = "half-page-down"
    case halfPageUp = "half-page-up"
    case pageDown = "page-down"
    case pageUp = "page-up"
    case top, bottom
    case nextPost = "next-post"
    case previousPost = "previous-post"
    case advance
    case nextUnread = "next-unread"
    case previousUnread = "previous-unread"
    case toggleRead = "toggle-read"
    case markAboveRead = "mark-above-read"
    case markBelowRead = "mark-below-read"
    case markPaneRead = "mark-pane-read"
    case undo, redo
    case toggleStar = "toggle-star"
    case toggleUnreadOnly = "toggle-unread-only"
    case search
    case nextMatch = "next-match"
    case previousMatch = "previous-match"
    case openLink = "open-link"
    case pickLink = "pick-link"
    case copyLink = "copy-link"
    case reveal
    case toggleHidden = "toggle-hidden"
    case sourceInfo = "source-info"
    case sources
    case refreshPane = "refresh-pane"
    case refreshAll = "refresh-all"
    case addSource = "add-source"
    case errors
    case redraw, interrupt, suspend, help
    case open
    case zoom, back, quit
    case openThread = "open-thread"
    case openAuthor = "open-author"
    case openVersions = "open-versions"
    case persona1 = "persona-1"
    case persona2 = "persona-2"
    case persona3 = "persona-3"
    case persona4 = "persona-4"
    case persona5 = "persona-5"
    case persona6 = "persona-6"
    case persona7 = "persona-7"
    case persona8 = "persona-8"
    case persona9 = "persona-9"
    case nextPane = "next-pane"
    case previousPane = "previous-pane"
    case growText = "grow-text"
    case shrinkText = "shrink-text"

    /// The persona's number, for the nine commands that go to one.
    public var personaNumber: Int? {
        rawValue.hasPrefix("persona-") ? Int(rawValue.dropFirst(8)) : nil
    }
}

/// Where a key is pressed. Each context has a table of its own.
public enum KeyContext: String, CaseIterable, Hashable, Sendable {
    /// The list of a pane.
    case list
    /// The text of a post.
    case post
    /// The posts of a thread, of an author, under a hashtag.
    case thread
    /// Help, sources, errors, link picker.
    case overlay
}
