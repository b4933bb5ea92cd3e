import Cells
import Text
import TimelineModel

/// What a new user sees: the ways to begin. Nothing is fetched before one was chosen. Who has a configuration sees
/// first what is wrong in it, and that it costs him nothing.
enum WelcomeView {
    static func draw(_ state: State, _ plan: ScreenPlan, _ canvas: inout Canvas) {
        let key = state.keyName(.addSource)
        let help = state.keyName(.help)
        let personas = state.panes.map { "\($0.persona.key) " + $0.persona.id.shown }.joined(by: ", ")
        var rows: [(SafeText, Role)] = [
            ("Perchoir reads your timelines, one pane for each of your personas.", .title),
            ("", .text),
            ("Yours are \(personas). There is no source yet; four ways to begin:", .text),
            ("", .text),
            ("\(key) adds a feed, a page with one, @who@server or #tag@server", .footerKey),
            ("   type its address; Enter looks at it and adds it", .text),
            ("perchoir account add SERVER --persona main", .footerKey),
            ("   read your home timeline on a Mastodon-compatible server", .text),
            ("perchoir import opml FILE --persona news", .footerKey),
            ("   bring the feeds of another reader (newsboat’s urls file too)", .text),
            ("perchoir demo", .footerKey),
            ("   look around first: no network, nothing is kept", .text),
            ("", .text),
            ("\(help) shows every key. Nothing is fetched before you choose.", .secondary),
        ]
        if !state.problems.isEmpty {
            rows.replaceSubrange(
                ..<4,
                with: [("There is no source, and config.toml has problems:", .title), ("", .text)]
                    + state.problems.map { ($0, .error) } + [
                        ("", .text), ("Nothing that was read, marked or starred is lost.", .title),
                        ("Mend it (perchoir config check) and open Perchoir again, or begin:", .text), ("", .text),
                    ])
        }
        if state.isConfigurationUnreadable {
            // Adding would write into a file that nobody understands.
            rows = rows.filter { $0.1 == .error || $0.1 == .title }
            rows.append(("Mend it (perchoir config check shows how far you are) and open Perchoir again.", .text))
            rows.append(("", .text))
            rows.append(("perchoir demo looks around meanwhile. \(help) shows every key.", .secondary))
        }
        let width = max(10, state.size.width - 4)
        let room = plan.footer.y - plan.header.maxY
        // Small screens give up the empty lines first, then the explanations; the ways and the problems always show.
        let forms: [[(SafeText, Role)]] = [
            rows, rows.filter { !$0.0.isEmpty }, rows.filter { !$0.0.isEmpty && !$0.0.string.hasPrefix("  ") },
            rows.filter { $0.1 == .footerKey || $0.1 == .error },
        ]
        let lines = forms.map { form in
            form.flatMap { text, role in
                Wrapping.wrap(text, width: width).map { (EntryRows.blanks($0.indent) + $0.text(in: text), role) }
            }
        }
        guard let shown = lines.first(where: { $0.count <= room }) ?? lines.last else { return }
        let top = plan.header.maxY + (shown.count + 2 <= room ? 1 : 0)
        for (number, (text, role)) in shown.prefix(room).enumerated() {
            canvas.draw(text, role, at: Point(x: 2, y: top + number), width: width)
        }
    }
}
