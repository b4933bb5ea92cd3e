import Cells
public import Text

/// The live key table, grouped; help and `perchoir keys` show it.
public enum HelpTable {
    /// One action with its keys.
    public struct Line: Hashable, Sendable {
        public let group: SafeText
        /// Those of the list, then, in parentheses, others that it has elsewhere.
        public let keys: SafeText
        public let command: Command
        public let summary: SafeText
        /// Keys, words and name, folded: what is looked through when somebody types.
        let searched: String

        init(group: SafeText, keys: SafeText, command: Command) {
            self.group = group
            self.keys = keys
            self.command = command
            summary = command.summary
            searched = Tokenizer.folded(keys.string + " " + summary.string + " " + command.rawValue)
        }
    }

    /// Every bound action with its keys, in reading order: the list's, then, in parentheses, those of a text, of a
    /// thread and of lists over the panes where they are others.
    public static func lines(_ keymap: Keymap) -> [Line] {
        let inList = keymap.sequencesByCommand(in: .list)
        let elsewhere: [(name: SafeText, sequences: [Command: [KeySequence]])] = [
            ("text", keymap.sequencesByCommand(in: .post)), ("thread", keymap.sequencesByCommand(in: .thread)),
            ("lists", keymap.sequencesByCommand(in: .overlay)),
        ]
        var lines: [Line] = []
        for (group, commands) in groups {
            for command in commands {
                let list = inList[command] ?? []
                var keys = list.isEmpty ? [] : [spelled(list)]
                for context in elsewhere {
                    guard let own = context.sequences[command], own != list else { continue }
                    keys.append("(\(context.name): \(spelled(own)))")
                }
                guard !keys.isEmpty else { continue }
                lines.append(Line(group: group, keys: keys.joined(by: "  "), command: command))
            }
        }
        return lines
    }

    private static func spelled(_ sequences: [KeySequence]) -> SafeText {
        sequences.map(\.spelled).joined(by: " ")
    }

    static func rows(_ lines: [Line], narrowedTo typed: SafeText, width: Int) -> [Row] {
        let wanted = Tokenizer.folded(typed.string)
        var rows: [Row] = []
        var group: SafeText?
        for line in lines {
            guard wanted.isEmpty || line.searched.contains(wanted) || line.keys == typed else { continue }
            if line.group != group {
                if group != nil { rows.append(.empty) }
                rows.append(Row(line.group, .overlayTitle))
                group = line.group
            }
            rows += self.rows(of: line, keyColumns: min(22, width / 3), width: width)
        }
        return rows.isEmpty ? [Row("No key for that.", .secondary)] : rows
    }

    /// Keys at the left, what they do at the right; both wrapped in their column.
    private static func rows(of line: Line, keyColumns: Int, width: Int) -> [Row] {
        let keys = Wrapping.wrap(line.keys, width: keyColumns).map { $0.text(in: line.keys) }
        let words = Wrapping.wrap(line.summary, width: max(8, width - keyColumns - 3)).map { $0.text(in: line.summary) }
        return (0..<max(keys.count, words.count)).map { number in
            let key = number < keys.count ? keys[number] : ""
            let padding = EntryRows.blanks(keyColumns - GraphemeWidth.columns(of: key) + 1)
            return Row(
                [
                    Segment(text: key + padding, role: .footerKey),
                    Segment(text: number < words.count ? words[number] : "", role: .text),
                ], indent: 1)
        }
    }

    private static let groups: [(SafeText, [Command])] = [
        (
            "Reading",
            [
                .advance, .open, .zoom, .back, .nextPost, .previousPost, .nextUnread, .previousUnread, .openThread,
                .openAuthor, .openVersions, .reveal, .growText, .shrinkText,
            ]
        ),
        (
            "Moving",
            [.down, .up, .halfPageDown, .halfPageUp, .pageDown, .pageUp, .top, .bottom, .nextMatch, .previousMatch]
        ),
        (
            "Panes",
            [
                .persona1, .persona2, .persona3, .persona4, .persona5, .persona6, .persona7, .persona8, .persona9,
                .nextPane, .previousPane, .toggleUnreadOnly, .toggleHidden, .search,
            ]
        ),
        (
            "Marks",
            [.toggleRead, .markAboveRead, .markBelowRead, .markPaneRead, .undo, .redo, .toggleStar]
        ),
        ("Links", [.openLink, .pickLink, .copyLink]),
        ("Sources", [.sources, .sourceInfo, .addSource, .errors, .refreshPane, .refreshAll]),
        ("Program", [.help, .redraw, .interrupt, .suspend, .quit]),
    ]
}

extension Command {
    /// What it does, in a few words.
    public var summary: SafeText {
        if let number = personaNumber { return "go to persona \(number)" }
        switch self {
        case .down: return "down"
        case .up: return "up"
        case .halfPageDown: return "half a page down"
        case .halfPageUp: return "half a page up"
        case .pageDown: return "a page down"
        case .pageUp: return "a page up"
        case .top: return "top, and what is new above"
        case .bottom: return "bottom"
        case .nextPost: return "next post, staying in the text"
        case .previousPost: return "previous post, staying in the text"
        case .advance: return "page a long post, mark it read, next unread, next pane"
        case .nextUnread: return "next unread (next match while searching)"
        case .previousUnread: return "previous unread"
        case .toggleRead: return "mark read or unread"
        case .markAboveRead: return "mark everything above read"
        case .markBelowRead: return "mark everything below read"
        case .markPaneRead: return "mark the pane read"
        case .undo: return "undo marking, many levels"
        case .redo: return "redo marking"
        case .toggleStar: return "star (stays on this machine)"
        case .toggleUnreadOnly: return "only unread, or all"
        case .search: return "search in the pane"
        case .nextMatch: return "next match"
        case .previousMatch: return "previous match while searching, else mark read or unread"
        case .openLink: return "open the link in the browser"
        case .pickLink: return "pick a link, a file, a mention or a hashtag"
        case .copyLink: return "copy the link"
        case .reveal: return "open or close a content warning or fold"
        case .toggleHidden: return "show what filters hid"
        case .sourceInfo: return "this source: health, last error, statistics"
        case .sources: return "all sources of the persona"
        case .refreshPane: return "fetch the pane’s sources"
        case .refreshAll: return "fetch all sources"
        case .addSource: return "add a source"
        case .errors: return "what failed"
        case .redraw: return "draw the screen again"
        case .interrupt: return "interrupt fetching or searching"
        case .suspend: return "suspend to the shell"
        case .help: return "this table"
        case .open: return "open the post (its first link, in the text)"
        case .zoom: return "one pane with its text, or all panes"
        case .back: return "one level back"
        case .quit: return "quit"
        case .openThread: return "the thread of the post"
        case .openAuthor: return "its author, and what else he wrote"
        case .openVersions: return "what it said before it was edited"
        case .nextPane: return "next pane"
        case .previousPane: return "previous pane"
        case .growText: return "more room for the text"
        case .shrinkText: return "less room for the text"
        case .persona1, .persona2, .persona3, .persona4, .persona5, .persona6, .persona7, .persona8, .persona9:
            return ""
        }
    }
}
