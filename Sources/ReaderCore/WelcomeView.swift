import Cells
import Text
import TimelineModel

/// What a new user sees: the ways to begin. Nothing is fetched before one was chosen.
enum WelcomeView {
    static func draw(_ state: State, _ plan: ScreenPlan, _ canvas: inout Canvas) {
        let key = state.keymap.sequences(for: .addSource, in: .list).first?.spelled ?? "e"
        let help = state.keymap.sequences(for: .help, in: .list).first?.spelled ?? "?"
        let personas = state.panes.map { "\($0.persona.key) " + $0.persona.id.shown }.joined(by: ", ")
        let rows: [(SafeText, Role)] = [
            ("Perchoir reads your timelines, one pane for each of your personas.", .title),
            ("", .text),
            ("Yours are \(personas). There is no source yet; four ways to begin:", .text),
            ("", .text),
            ("\(key)", .footerKey),
            ("   add a feed, a page that has one, @who@server or #tag@server", .text),
            ("perchoir account add SERVER --persona main --token-file F", .footerKey),
            ("   read your home timeline on a Mastodon-compatible server", .text),
            ("perchoir import opml FILE --persona news", .footerKey),
            ("   bring the feeds of another reader (newsboat’s urls file too)", .text),
            ("perchoir demo", .footerKey),
            ("   look around first: no network, nothing is kept", .text),
            ("", .text),
            ("\(help) shows every key. Nothing is fetched before you choose.", .secondary),
        ]
        let width = max(10, state.size.width - 4)
        var y = plan.header.maxY + (state.size.height > 22 ? 2 : 0)
        for (text, role) in rows {
            for line in Wrapping.wrap(text, width: width) {
                guard y < plan.footer.y else { return }
                canvas.draw(line.text(in: text), role, at: Point(x: 2 + line.indent, y: y), width: width)
                y += 1
            }
        }
    }
}
