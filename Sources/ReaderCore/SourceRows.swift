import Cells
import Text
import TimelineModel

/// How sources are doing: the list of a persona, one source in full, and everything that fails.
enum SourceRows {
    static func list(_ sources: [SourceHealth], _ state: State) -> [Row] {
        guard !sources.isEmpty else {
            let key = state.keyName(.addSource, in: .overlay)
            let words = state.isConfigurationUnreadable ? state.noSourceYet : "No source yet · \(key) adds one"
            return [Row(words, .secondary)]
        }
        let wide = state.size.width >= 56
        let nameWidth =
            state.size.width >= 80
            ? state.size.width / 3 : wide ? state.size.width - 38 : max(12, state.size.width - 26)
        return sources.map { source in
            let name = pad(Wrapping.truncated(source.name, to: nameWidth), nameWidth)
            let unread = padLeft(source.isCounted ? Wording.number(source.unread, state.options) : "…", 6)
            let last =
                source.isCounted
                ? source.lastPost.map { Wording.shortTime($0, now: state.now, state.zone) } ?? "never" : "…"
            var segments = [
                Segment(text: name + " ", role: source.unread > 0 ? .unreadAuthor : .author),
                Segment(text: unread + " ", role: .text), Segment(text: padLeft(last, 8) + " ", role: .time),
            ]
            if wide, source.isCounted {
                segments.append(
                    Segment(
                        text: padLeft(Wording.rate(source.centiPostsADay, state.options), 6) + " a day  ",
                        role: .secondary))
            }
            if source.failuresInARow > 0 {
                segments.append(Segment(text: source.lastError ?? "failing", role: .error))
            }
            return Row(segments)
        }
    }

    static func details(_ source: SourceHealth, _ state: State) -> [Row] {
        func time(_ moment: Timestamp?) -> SafeText {
            guard let moment else { return "never" }
            return Wording.longTime(moment, state.zone) + " · " + Wording.age(of: moment, now: state.now)
        }
        var facts: [(SafeText, SafeText)] = [
            ("address", source.address.shown),
            ("page", source.homePage?.shown ?? "unknown"),
            ("personas", source.personas.map(\.shown).joined(by: ", ")),
            (
                "posts",
                !source.isCounted
                    ? "…"
                    : Wording.number(source.total, state.options) + " kept, "
                        + Wording.number(source.unread, state.options) + " unread, "
                        + Wording.rate(source.centiPostsADay, state.options) + " a day"
            ),
            ("last post", source.isCounted ? time(source.lastPost) : "…"),
            ("last success", time(source.lastSuccess)),
            ("last attempt", time(source.lastAttempt)),
            ("next attempt", source.isGone ? notAsked(state) : time(source.nextAttempt)),
        ]
        if let moved = source.movedTo { facts.insert(("moved to", moved.shown), at: 1) }
        if let live = state.live[source.source] { facts.append(("live", words(live))) }
        var rows: [Row] = [.empty]
        for (label, value) in facts { rows += fact(label, value, .text, state) }
        if let error = source.lastError {
            let role: Role = source.failuresInARow > 0 ? .error : .secondary
            rows += fact("last error", error + " (" + time(source.lastErrorAt) + ")", role, state)
            if source.failuresInARow > 0 { rows += fact("failures", "\(source.failuresInARow) in a row", role, state) }
        }
        return rows
    }

    private static func notAsked(_ state: State) -> SafeText {
        "it is gone, and not asked any more; \(state.keyName(.refreshAll)) asks it"
    }

    private static func words(_ live: LiveState) -> SafeText {
        switch live {
        case .streaming: "posts come as they are written"
        case .connecting: "the stream is being opened"
        case .polling(let seconds): "no stream; asked every \((seconds + 30) / 60) min"
        }
    }

    static func errors(_ state: State) -> [Row] {
        var rows: [Row] = []
        for problem in state.problems { rows += wrap(problem, .error, state, indent: 0) }
        let failing = state.failing
            .sorted { ($0.lastErrorAt ?? state.now) > ($1.lastErrorAt ?? state.now) }
        for source in failing {
            if !rows.isEmpty { rows.append(.empty) }
            rows.append(
                Row(
                    [Segment(text: source.name, role: .unreadAuthor)],
                    trailing: source.lastErrorAt.map {
                        Segment(text: Wording.shortTime($0, now: state.now, state.zone), role: .time)
                    }))
            rows += wrap(source.lastError ?? "failing", .error, state, indent: 2)
            rows += wrap(source.address.shown, .secondary, state, indent: 2)
        }
        return rows.isEmpty ? [Row("Nothing failed.", .secondary)] : rows
    }

    private static func fact(_ label: SafeText, _ value: SafeText, _ role: Role, _ state: State) -> [Row] {
        let width = max(10, state.size.width - 20)
        return Wrapping.wrap(value, width: width).enumerated().map { number, line in
            Row([
                Segment(text: pad(number == 0 ? label : "", 14), role: .secondary),
                Segment(text: line.text(in: value), role: role),
            ])
        }
    }

    private static func wrap(_ text: SafeText, _ role: Role, _ state: State, indent: Int) -> [Row] {
        Wrapping.wrap(text, width: max(10, state.size.width - 4 - indent)).map {
            Row([Segment(text: $0.text(in: text), role: role)], indent: indent)
        }
    }

    private static func pad(_ text: SafeText, _ width: Int) -> SafeText {
        text + EntryRows.blanks(max(0, width - GraphemeWidth.columns(of: text)))
    }

    private static func padLeft(_ text: SafeText, _ width: Int) -> SafeText {
        EntryRows.blanks(max(0, width - GraphemeWidth.columns(of: text))) + text
    }
}
