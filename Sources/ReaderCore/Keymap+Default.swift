import Cells

extension Keymap {
    /// The keys until the configuration changes them. AZERTY's unshifted digit row reaches the first five personas too.
    public static let standard = Keymap(
        tables: [
            .list: table(listRows), .post: table(postRows), .thread: table(threadRows), .overlay: table(overlayRows),
        ])

    private static func table(_ rows: [(String, Command)]) -> [KeySequence: Command] {
        var table: [KeySequence: Command] = [:]
        for (spellings, command) in rows {
            for spelling in spellings.split(separator: " ") {
                guard let sequence = KeySequence(spelled: String(spelling)) else { continue }
                table[sequence] = command
            }
        }
        return table
    }

    private static let panes: [(String, Command)] = [
        ("1 &", .persona1), ("2 é", .persona2), ("3 \"", .persona3), ("4 '", .persona4), ("5 (", .persona5),
        ("6", .persona6), ("7", .persona7), ("8", .persona8), ("9", .persona9),
        ("Tab l Right", .nextPane), ("S-Tab h Left", .previousPane),
    ]

    /// The same wherever posts are read.
    private static let shared: [(String, Command)] =
        [
            ("^D", .halfPageDown), ("^U", .halfPageUp), ("PgDn ^F", .pageDown), ("PgUp ^B", .pageUp),
            ("gg Home", .top), ("G End", .bottom), ("J", .nextPost), ("K", .previousPost),
            ("Space", .advance), ("n", .nextUnread), ("p", .previousUnread),
            ("m", .toggleRead), ("N", .previousMatch), ("<", .markAboveRead), (">", .markBelowRead),
            ("A", .markPaneRead),
            ("u", .undo), ("^R", .redo), ("s", .toggleStar), ("U", .toggleUnreadOnly),
            ("/", .search), ("o", .openLink), ("L", .pickLink), ("y", .copyLink),
            ("t", .openThread), ("a", .openAuthor), ("H", .openVersions),
            ("x", .reveal), ("X", .toggleHidden), ("i", .sourceInfo), ("S", .sources),
            (".", .refreshPane), ("R", .refreshAll), ("e", .addSource), ("E", .errors),
            ("^L", .redraw), ("^C", .interrupt), ("^Z", .suspend), ("?", .help),
            ("z", .zoom), ("q Esc", .back), ("Q", .quit), ("=", .growText), ("-", .shrinkText),
        ] + panes

    static let listRows = shared + [("j Down", .down), ("k Up", .up), ("Enter", .open)]
    static let postRows = shared + [("j Down", .down), ("k Up", .up), ("Enter", .openLink)]
    static let threadRows: [(String, Command)] =
        panes + [
            ("j Down", .down), ("k Up", .up), ("^D", .halfPageDown), ("^U", .halfPageUp), ("PgDn ^F", .pageDown),
            ("PgUp ^B", .pageUp), ("gg Home", .top), ("G End", .bottom), ("J", .nextPost), ("K", .previousPost),
            ("Space", .advance), ("n", .nextUnread), ("p", .previousUnread), ("Enter", .open),
            ("m", .toggleRead), ("u", .undo), ("^R", .redo), ("s", .toggleStar),
            ("o", .openLink), ("L", .pickLink), ("y", .copyLink), ("x", .reveal),
            ("t", .openThread), ("a", .openAuthor), ("H", .openVersions), (". R", .refreshPane), ("E", .errors),
            ("^L", .redraw), ("^C", .interrupt), ("^Z", .suspend), ("?", .help), ("z", .zoom), ("q Esc", .back),
            ("Q", .quit),
        ]
    static let overlayRows: [(String, Command)] = [
        ("j Down", .down), ("k Up", .up), ("^D", .halfPageDown), ("^U", .halfPageUp), ("PgDn Space", .pageDown),
        ("PgUp", .pageUp), ("gg Home", .top), ("G End", .bottom), ("Enter", .open), ("m", .toggleRead),
        ("o", .openLink), ("y", .copyLink), ("R", .refreshAll), ("q Esc", .back), ("Q", .quit), ("^C", .interrupt),
        ("^L", .redraw), ("^Z", .suspend), ("e", .addSource), ("u", .undo), ("^R", .redo), ("i", .sourceInfo),
        ("?", .help), ("/", .search),
    ]
}
