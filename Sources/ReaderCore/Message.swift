public import Cells
public import Text
public import TimelineModel

/// What happened. Answers to effects carry the generation of their request; a stale one is dropped.
public enum Message: Hashable, Sendable {
    case started
    case inputArrived(InputEvent)
    case clockTicked(Timestamp)
    case windowLoaded(Pane, TimelineWindow, generation: Int)
    /// With what to tell the user; so in the other failures.
    case windowFailed(Pane, SafeText, generation: Int)
    /// Nil when the post is not in the store any more.
    case postLoaded(PostID, PostDetail?)
    /// Posts came, changed or went; the store has them already.
    case timelinesChanged([Pane: PaneCounts])
    case marked(MarkOutcome, Marking)
    case markFailed(SafeText, MarkChange, MarkScope)
    case nothingToUndo
    case nothingToRedo
    /// Nil when there is none in that direction.
    case unreadFound(Pane, EntryKey?, generation: Int)
    /// Matches, newest first: all of them, or the newest while the others are still looked for.
    case searched(Pane, [EntryKey], isComplete: Bool, generation: Int)
    case searchFailed(Pane, SafeText, generation: Int)
    case visitAnswered(Visit.Answer, generation: Int)
    case visitFailed(SafeText, generation: Int)
    case healthLoaded([SourceHealth])
    case fetchProgressed(FetchProgress)
    /// Streams were opened, broke or ended: all sources that can be live.
    case liveChanged([SourceID: LiveState])
    /// Something was done that has only a line to say.
    case answered(Notice)
    /// With the source's name.
    case sourceAdded(SafeText, PersonaID, generation: Int)
    case sourcesOffered(PersonaID, [Offer], generation: Int)
    case addingFailed(SafeText, generation: Int)
    /// The configuration says something else now.
    case settingsChanged(ReaderSettings)
    /// What is wrong in config.toml now.
    case problemsFound([SafeText], isUnreadable: Bool)
    /// The account was read further in another program, says its server.
    case markerMoved(MarkerMove)

    /// Whether marks were set by the user just now or by going back and forth in his history.
    public enum Marking: Hashable, Sendable { case mark, undo, redo }

    /// Something went on beside the reader, who keeps reading: no picture waits for what it brings.
    public var comesUnasked: Bool {
        switch self {
        case .timelinesChanged, .fetchProgressed, .liveChanged, .healthLoaded, .clockTicked, .problemsFound: true
        default: false
        }
    }
}
